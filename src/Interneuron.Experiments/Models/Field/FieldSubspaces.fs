/// Models that find subspaces, clusters and sources, by similarity matching, as they run: judged by closed forms and by other methods
/// written out here.
module internal Interneuron.Experiments.FieldSubspaces

open System
open MathNet.Numerics.Random
open MathNet.Numerics.Distributions
open MathNet.Numerics.LinearAlgebra
open Interneuron.Core.Circuits
open Interneuron.Derivation.Models
open Interneuron.Derivation.Running
open Interneuron.Experiments.FieldTools

/// The model, what its run shows, and the run.
let runs: (string * string * (Sight -> unit)) list =
    [ run "oja" "the first principal component" (fun see ->
          let x = withSpectrum 1 1000 [ 4.0; 1.0; 0.5; 0.25 ]
          let _, values = learned (model "oja") x 1500 20

          let axis, w =
              (leading 1 (moment x x)).Column 0, Vector<float>.Build.Dense values["w"]

          let cos = axis * w
          see.Compare "first axis" "_w_" (float (sign cos) * axis) w
          see.Above (abs cos) 0.999 "cos")

      run "principal-subspace" "the error of M^-1 W" (fun see ->
          let x = withSpectrum 2 1000 [ 4.0; 3.0; 0.5; 0.3; 0.2; 0.1 ]
          let _, values = learned (model "principal-subspace") x 1500 20
          let filters = (matrix 2 2 values["M"]).Inverse() * matrix 2 6 values["W"]
          let axes = leading 2 (moment x x)

          let error =
              (filters.Transpose() * filters - axes * axes.Transpose()).FrobeniusNorm() ** 2.0
              / 2.0

          see.CompareAll "_UU_^{T}" "_F_^{T}_F_" (axes * axes.Transpose()) (filters.Transpose() * filters)
          see.Below error 1e-2 "|F^T F - U U^T|^2/|U U^T|^2")

      run "nonnegative-similarity-matching" "clusters of a mixture" (fun see ->
          let random = generator 3
          let labels = [| for _ in 1..900 -> random.Next 3 |]

          let centres =
              patterns [ [ 2.0; 0.2; 0.0; 0.3 ]; [ 0.0; 2.0; 0.2; 0.0 ]; [ 0.2; 0.0; 1.5; 1.5 ] ]

          let x =
              Matrix<float>.Build.Dense(900, 4, fun i a -> centres[labels[i], a])
              + 0.2 * gaussian random 900 4

          let instance, values = learned (model "nonnegative-similarity-matching") x 1000 10
          let y = respond instance values x
          let found = [| for row in y.EnumerateRows() -> row.MaximumIndex() |]

          let purity =
              Array.zip labels found
              |> Array.countBy id
              |> Array.groupBy (fun ((label, _), _) -> label)
              |> Array.sumBy (fun (_, counts) -> counts |> Array.map snd |> Array.max)

          see.Groups "_x_ of pixel 1" "of pixel 2" (x.Column 0) (x.Column 1) found
          see.Above (float purity) 890.0 "right of 900"
          see.Near 0.0 0.5 (float (Array.distinct found).Length) 3.0 "units")

      run "nonnegative-sources" "sources separated" (fun see ->
          let random = generator 4

          let sources =
              Matrix<float>
                  .Build.Dense(
                      1500,
                      3,
                      fun _ _ ->
                          if random.NextDouble() < 0.5 then
                              0.0
                          else
                              2.0 * random.NextDouble()
                  )

          let mixed = sources * gaussian random 3 3
          let mean = mixed.ColumnSums() / 1500.0
          let centred = Matrix<float>.Build.Dense(1500, 3, fun i a -> mixed[i, a] - mean[a])
          let x = mixed * power -0.5 (moment centred centred)
          let instance, values = learned (model "nonnegative-sources") x 2000 10

          let y = respond instance values x
          see.Separated "response" sources y

          for match' in bestMatches sources y do
              see.Above match' 0.98 "correlation with a response")

      run "clustering" "k-means' centres, and a pure partition" (fun see ->
          let random = generator 5
          let labels = [| for _ in 1..600 -> random.Next 3 |]
          let centres = patterns [ [ 2.0; 0.0 ]; [ -1.0; 1.7 ]; [ -1.0; -1.7 ] ]

          let x =
              Matrix<float>.Build.Dense(600, 2, fun i a -> centres[labels[i], a])
              + 0.4 * gaussian random 600 2
          // From three of the points, as usual.
          let start =
              Map [ "W", Array.concat [ for k in 0..2 -> (x.Row(Array.findIndex ((=) k) labels)).ToArray() ] ]

          let instance, values = learnedFrom (model "clustering") start x 1000 10

          let found =
              [| for row in (respond instance values x).EnumerateRows() -> row.MaximumIndex() |]

          see.Groups "_x_ of pixel 1" "of pixel 2" (x.Column 0) (x.Column 1) found
          let right = Array.zip labels found |> Array.filter (fun (a, b) -> a = b)
          see.Above (float right.Length) 590.0 "right of 600"

          // Lloyd's algorithm from the same points.
          let lloyd =
              (matrix 3 2 start["W"], seq { 1..50 })
              ||> Seq.fold (fun (w: Matrix<float>) _ ->
                  let nearest =
                      [| for row in x.EnumerateRows() ->
                             Seq.init 3 (fun k -> (row - w.Row k).L2Norm())
                             |> Seq.indexed
                             |> Seq.minBy snd
                             |> fst |]

                  Matrix<float>
                      .Build.Dense(
                          3,
                          2,
                          fun k a ->
                              Seq.average (
                                  seq {
                                      for i in 0..599 do
                                          if nearest[i] = k then
                                              x[i, a]
                                  }
                              )
                      ))

          // Soft shares and online steps leave some hundredths.
          see.Below ((matrix 3 2 values["W"] - lloyd).L2Norm()) 0.1 "centres")

      run "canonical-correlation" "the canonical subspace" (fun see ->
          let random = generator 6
          let latent = gaussian random 1500 2
          let x = latent * gaussian random 2 4 + gaussian random 1500 4
          let u = latent * gaussian random 2 3 + gaussian random 1500 3
          let both = x.Append u
          let _, values = learned (model "canonical-correlation") both 1500 20
          let root = power 0.5 (moment x x)

          let axes =
              (power -0.5 (moment x x) * moment x u * power -0.5 (moment u u)).Svd().U.SubMatrix(0, 4, 0, 2)

          let found = projector (matrix 2 4 values["W"] * root)
          see.CompareAll "canonical projector" "learned" (axes * axes.Transpose()) found
          let error = (found - axes * axes.Transpose()).FrobeniusNorm() ** 2.0 / 2.0

          see.Below error 1e-2 "projectors") ]
