/// Models that code, predict and remember, as they run: judged by closed forms and by other methods written out here.
module internal Interneuron.Experiments.FieldCodes

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
    [ run "foldiak" "every bar has a unit, and units are active at the rate p" (fun see ->
          let random = generator 7

          let bars =
              Matrix<float>.Build.Dense(2000, 8, fun _ _ -> if random.NextDouble() < 0.125 then 1.0 else 0.0)

          let x =
              Matrix<float>.Build.Dense(2000, 16, fun i a -> max bars[i, a / 4] bars[i, 4 + a % 4])

          let m = model "foldiak"
          let instance, values = learned m x 4000 1
          let y = respond instance values x
          let p = constant "p" m

          for mean in y.ColumnSums() / 2000.0 do
              see.Near 0.0 0.02 mean p "mean activity"

          let matches = bestMatches bars y
          see.Points "bar" "best correlation" "" [ 1.0 .. 8.0 ] matches

          for match' in matches do
              see.Above match' 0.9 "correlation of a bar with a unit")

      run "bcm" "selective to one of two inputs" (fun see ->
          let random = generator 8
          let inputs = patterns [ [ 1.0; 0.2 ]; [ 0.3; 0.9 ] ]
          let x = Matrix<float>.Build.Dense(400, 2, fun i a -> inputs[i % 2, a])
          let m = model "bcm"
          let start = Map [ "w", [| 0.5 + 0.1 * random.NextDouble(); 0.5 |]; "t", [| 0.5 |] ]
          let _, values = learnedFrom m start x 3000 10
          let y = inputs * Vector<float>.Build.Dense values["w"]
          see.Points "input" "response" "" [ 1.0; 2.0 ] y
          // The fixed points: y (y - t) = 0 at both, t = <y^2>.
          see.Below ((y.AbsoluteMaximum() - 2.0) |> abs) 0.1 "off 1/p for one"
          see.Below (y.AbsoluteMinimum() |> abs) 0.1 "the other")

      run "sparse-coding" "the dictionary that made the data" (fun see ->
          let random = generator 9
          let d = (gaussian random 6 6).QR().Q + 0.15 * gaussian random 6 6
          let d = d.NormalizeColumns 2.0

          let code =
              Matrix<float>
                  .Build.Dense(
                      2000,
                      6,
                      fun _ _ ->
                          if random.NextDouble() < 0.2 then
                              Normal.Sample(random, 0.0, 2.0)
                          else
                              0.0
                  )

          let x = code * d.Transpose() + 0.02 * gaussian random 2000 6
          let _, values = learned (model "sparse-coding") x 600 10
          let found = matrix 6 6 values["D"]

          let matched =
              [ for a in d.EnumerateColumns() ->
                    let b = found.EnumerateColumns() |> Seq.maxBy (fun b -> abs (a * b))
                    float (sign (a * b)) * b ]

          see.CompareAll "true dictionary" "learned" d (Matrix<float>.Build.DenseOfColumnVectors matched)

          for a in d.EnumerateColumns() do
              see.Above (Seq.max (seq { for b in found.EnumerateColumns() -> abs (a * b) })) 0.99 "cos")

      run "local-competition" "the lasso's code, with its optimality conditions" (fun see ->
          let m = model "local-competition"
          let instance = instanceOf m
          let lambda = constant "lambda" m
          let random = generator 10

          for seed in 1..10 do
              let values = Simulation.initial instance seed
              let d = matrix 4 6 values["D"]
              let x = (gaussian random 1 4).Row 0
              let y = (respond instance values (x.ToRowMatrix())).Row 0
              let expected = lasso d lambda x
              see.Compare "lasso's code" "_y_" expected y
              see.Below ((y - expected).L2Norm()) 1e-7 "code"

              for k in 0..5 do
                  let pull = d.Column k * (x - d * y)
                  see.Below (abs pull - lambda) 1e-8 "|D^T e| - lambda"

                  if y[k] <> 0.0 then
                      see.Near 0.0 1e-8 pull (lambda * float (sign y[k])) "active")

      run "predictive-coding" "steps approach those of back-propagation as w / v -> 0" (fun see ->
          let random = generator 11
          let w, v = gaussian random 2 4, gaussian random 4 3
          let x, u = (gaussian random 1 2).Row 0, (gaussian random 1 3).Row 0
          let values = Map [ "W", flat w; "V", flat v ]

          let error variance =
              let m = model "predictive-coding"

              let instance =
                  instanceOf
                      { m with
                          Constants = m.Constants.Add("w", variance) }

              let packed = instance.Pack values
              let s = Array.append (x.ToArray()) (u.ToArray())
              let y = Option.get (instance.Respond(packed, s, Array.zeroCreate 4))
              let steps = instance.Unpack(instance.Online(packed, s, y))
              // The layers forwards, and errors backwards.
              let input = u.PointwiseTanh()
              let hidden = v * input
              let output = x - w * hidden.PointwiseTanh()
              let slope = 1.0 - hidden.PointwiseTanh().PointwisePower 2.0
              let back = slope.PointwiseMultiply(w.TransposeThisAndMultiply output)

              if variance < 1e-2 then
                  see.CompareAll "back-propagation's step of _V_" "step" (back.OuterProduct input) (matrix 4 3 steps["V"])

              let off (made: float array) (a: Vector<float>) (b: Vector<float>) =
                  let exact = a.OuterProduct b

                  (matrix exact.RowCount exact.ColumnCount made - exact).FrobeniusNorm()
                  / exact.FrobeniusNorm()

              max (off steps["W"] output (hidden.PointwiseTanh())) (off steps["V"] back input)

          let coarse, fine = error 1e-2, error 1e-3
          see.Below fine 2e-2 "relative difference"
          see.Near 0.15 0.0 (coarse / fine) 10.0 "falls with w")

      run "equilibrium-propagation" "two phases differ from the gradient by O(beta^2), and learn XOR" (fun see ->
          let m = model "equilibrium-propagation"
          let instance = instanceOf m
          let start = instance.Pack(Simulation.initial instance 2)
          let zeros = Array.zeroCreate instance.Responses
          let s = [| 1.0; -1.0; 1.0 |]
          let y = Option.get (instance.Respond(start, s, zeros))
          let exact = instance.Online(start, s, y)

          let error beta =
              let found = Option.get (instance.TwoPhases(start, s, y, beta))
              Array.map2 (fun a b -> abs (a - b)) found exact |> Array.max

          see.Near 0.1 0.0 (error 0.1 / error 0.01) 100.0 "error"

          let examples =
              [| for a in [ 1.0; -1.0 ] do
                     for b in [ 1.0; -1.0 ] -> [| a; b; (if a = b then -1.0 else 1.0) |] |]

          let mutable packed = start

          for step in 1..4000 do
              let s = examples[step % 4]
              let y = Option.get (instance.Respond(packed, s, zeros))
              let moves = Option.get (instance.TwoPhases(packed, s, y, 0.01))
              packed <- Array.map2 (fun p d -> p + 0.1 * d) packed moves

          for s in examples do
              let y = Option.get (instance.Respond(packed, s, zeros))
              see.Points "wanted" "output of XOR" "" [ s[2] ] [ y[4] ]
              see.Near 0.0 0.3 y[4] s[2] "output")

      run "modern-hopfield" "patterns are retrieved from cues with errors" (fun see ->
          let instance = instanceOf (model "modern-hopfield")
          // Rows of a Hadamard matrix of order 8.
          let sylvester =
              [ for m in 1..4 ->
                    [ for a in 0..7 ->
                          if Numerics.BitOperations.PopCount(uint32 (a &&& m)) % 2 = 0 then
                              1.0
                          else
                              -1.0 ] ]

          let memories = (patterns sylvester).Transpose()
          let packed = instance.Pack(Map [ "W", flat memories ])

          for m in 0..3 do
              for wrong in 0..7 do
                  let cue =
                      [| for a in 0..7 -> if a = wrong then -memories[a, m] else memories[a, m] |]

                  let r =
                      Vector<float>.Build.Dense(Option.get (instance.Respond(packed, cue, Array.zeroCreate 8)))

                  see.Points "memory" "retrieved" "" (memories.Column m) r
                  // The other memories have weights of e^-14 each.
                  see.Below ((r - memories.Column m).L2Norm()) 1e-3 "the pattern") ]
