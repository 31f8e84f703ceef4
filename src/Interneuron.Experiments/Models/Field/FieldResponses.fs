/// Models of normalisation, balance, independent sources and given distributions, as they run: judged by closed forms and by other methods
/// written out here.
module internal Interneuron.Experiments.FieldResponses

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
    [ run "divisive-normalisation" "the closed form" (fun see ->
          let m = model "divisive-normalisation"
          let instance = instanceOf m
          let random = generator 13
          let values = Simulation.initial instance 3
          let p = matrix 3 3 values["P"]

          for x in (gaussian random 20 3).EnumerateRows() do
              let y = (respond instance values (x.ToRowMatrix())).Row 0
              let square = x.PointwisePower 2.0
              let expected = square.PointwiseDivide(p * square + constant "v" m)
              see.Compare "_x_^{2}/(_v_ + _Px_^{2})" "_y_" expected y
              see.Below ((y - expected).InfinityNorm()) 1e-8 "x^2/(v + P x^2)")

      run "normalisation-circuit" "the closed form, with a second population" (fun see ->
          let m = model "normalisation-circuit"
          let instance = instanceOf m
          let random = generator 16
          let values = Simulation.initial instance 3
          let p = matrix 3 3 values["P"]

          for x in (gaussian random 20 3).EnumerateRows() do
              let settled = (respond instance values (x.ToRowMatrix())).Row 0
              let y, q = settled.SubVector(0, 3), settled.SubVector(3, 3)
              let square = x.PointwisePower 2.0
              let pool = p * square + constant "c" m
              let expected = square.PointwiseDivide(pool + constant "v" m)
              see.Compare "_x_^{2}/(_v_ + _c_ + _Px_^{2})" "_y_" expected y
              see.Below ((y - expected).InfinityNorm()) 1e-8 "x^2/(v + c + P x^2)"
              see.Below ((q - pool.PointwiseMultiply expected).InfinityNorm()) 1e-8 "inhibition, its pool times y")

      run "homeostasis" "the mean rate is p" (fun see ->
          let m = model "homeostasis"
          let x = withSpectrum 14 1000 [ 2.0; 0.5 ]
          let instance, values = learned m x 2000 10

          let means = (respond instance values x).ColumnSums() / 1000.0
          see.Points "unit" "mean rate" "" [ for k in 1 .. means.Count -> float k ] means

          for mean in means do
              see.Near 0.0 0.01 mean (constant "p" m) "mean rate")

      run "balanced-coding" "the error falls with K, and excitation and inhibition balance" (fun see ->
          let m = model "balanced-coding"
          let random = generator 15
          let x = gaussian random 100 2

          let found k =
              let instance = instanceOf (sized [ "unit", k ] m)
              // Directions evenly spread.
              let d =
                  Matrix<float>
                      .Build
                      .Dense(2, k, fun a i -> let angle = 2.0 * Math.PI * float i / float k in if a = 0 then cos angle else sin angle)

              let y = respond instance (Map [ "D", flat d ]) x
              let left = x - y * d.Transpose()
              let error = left.FrobeniusNorm() ** 2.0 / 100.0
              // Feedforward and recurrent currents of the active, of which lambda + mu y is left.
              let excitation, inhibition = x * d, y * d.Transpose() * d

              let balance =
                  [ for i in 0..99 do
                        for j in 0 .. k - 1 do
                            if y[i, j] > 1e-6 then
                                see.Near
                                    0.0
                                    1e-8
                                    (excitation[i, j] - inhibition[i, j])
                                    (constant "lambda" m + constant "mu" m * y[i, j])
                                    "left"

                                abs (excitation[i, j] - inhibition[i, j]) / abs excitation[i, j] ]

              error, List.average balance

          let results = [ for k in [ 3; 6; 12; 24 ] -> found k ]

          see.Points "units _K_" "error" "" [ 3.0; 6.0; 12.0; 24.0 ] (List.map fst results)

          for (before, _), (after, _) in List.pairwise results do
              see.Below (after - before) 0.0 "change of the error with K"

          see.Below (snd (List.last results)) 0.05 "what is left of the currents")

      run "pv-sst-vip" "the fixed point is that after elimination, and VIP disinhibits" (fun see ->
          let m = model "pv-sst-vip"
          let instance = instanceOf m
          let values = Simulation.initial instance 5
          let w, u, v = matrix 2 2 values["W"], matrix 2 2 values["U"], matrix 2 1 values["V"]
          let random = generator 16

          for s in (gaussian random 10 3).EnumerateRows() do
              let r = (respond instance values (s.ToRowMatrix())).Row(0).SubVector(0, 2)
              // v = u - V^T q, q = (1 - V V^T)^-1 (U^T r - V u), p = W^T r.
              let x, top = s.SubVector(0, 2), s.SubVector(2, 1)
              let inner = (Matrix<float>.Build.DenseIdentity 2 - v * v.Transpose()).Inverse()

              let expected =
                  (Matrix<float>.Build.DenseIdentity 2
                   + w * w.Transpose()
                   + u * inner * u.Transpose())
                      .Solve(x + u * inner * v * top)

              see.Compare "after elimination" "_r_" expected r
              see.Below ((r - expected).L2Norm()) 1e-9 "r")

      run "error-gated-hebbian" "sources are separated" (fun see ->
          let random = generator 17

          let sources =
              Matrix<float>.Build.Dense(2000, 2, fun _ _ -> Laplace.Sample(random, 0.0, 1.0 / sqrt 2.0))

          let mixing = patterns [ [ 1.0; 0.6 ]; [ -0.3; 1.0 ] ]
          let x = sources * mixing.Transpose()
          let _, values = learned (model "error-gated-hebbian") x 2000 20
          let through = (matrix 2 2 values["W"] * mixing).PointwiseAbs()

          see.Separated "output" sources (sources * mixing.Transpose() * (matrix 2 2 values["W"]).Transpose())

          for row in through.EnumerateRows() do
              see.Below (row.Minimum() / row.Maximum()) 0.1 "crosstalk"
              // e0 = K + 1 makes the variance 1.
              see.Near 0.0 0.1 (row.Maximum()) 1.0 "scale")

      for name in [ "infomax"; "natural-gradient" ] do
          run name "sources are separated" (fun see ->
              let random = generator 19

              let sources =
                  Matrix<float>.Build.Dense(2000, 2, fun _ _ -> Laplace.Sample(random, 0.0, 1.0))

              let mixing = patterns [ [ 1.0; 0.6 ]; [ -0.3; 1.0 ] ]
              let _, values = learned (model name) (sources * mixing.Transpose()) 1000 20
              let through = (matrix 2 2 values["W"] * mixing).PointwiseAbs()

              see.Separated "output" sources (sources * mixing.Transpose() * (matrix 2 2 values["W"]).Transpose())

              for row in through.EnumerateRows() do
                  see.Below (row.Minimum() / row.Maximum()) 0.1 "crosstalk")

      run "slow-features" "the slowest component" (fun see ->
          let random = generator 18
          let t = [| for i in 0..1999 -> float i |]

          let sources =
              Matrix<float>
                  .Build.DenseOfColumnArrays(
                      t |> Array.map (fun t -> sin (0.02 * t)),
                      t |> Array.map (fun t -> sin (0.3 * t)),
                      t |> Array.map (fun t -> cos (0.9 * t))
                  )

          let mixed = sources * gaussian random 3 3
          let white = mixed * power -0.5 (moment mixed mixed)
          let both = white.SubMatrix(1, 1999, 0, 3).Append(white.SubMatrix(0, 1999, 0, 3))
          let _, values = learned (model "slow-features") both 1500 10
          let moved = white.SubMatrix(1, 1999, 0, 3) - white.SubMatrix(0, 1999, 0, 3)
          let slowest = (moment moved moved).Evd(Symmetricity.Symmetric).EigenVectors.Column 0
          let z = white * Vector<float>.Build.Dense values["w"]
          see.Points "time" "_z_" "" (Seq.truncate 700 t) z
          see.Above (abs (slowest * Vector<float>.Build.Dense values["w"])) 0.999 "cos")

      // Quantiles of the stimuli, all of them in each step; what monotone map takes them to the target is known, and rules must find
      // it.
      for name, count, stimulus in
          [ "exponential-responses", 100, (fun p -> 4.0 * ((1.0 - p) ** -0.25 - 1.0))
            "half-normal-responses", 100, (fun p -> -log(1.0 - p))
            "histogram-equalisation", 60, (fun p -> Normal.InvCDF(0.0, 1.0, p)) ] do
          run name "responses are distributed as the target" (fun see ->
              let instance = instanceOf (model name)

              let stimuli count =
                  Matrix<float>.Build.Dense(count, 1, (fun i _ -> stimulus ((float i + 0.5) / float count)))

              let settings =
                  { Simulation.defaults with
                      Steps = 300
                      Batch = count
                      InOrder = true }

              let run =
                  Simulation.run
                      settings
                      ignore
                      Threading.CancellationToken.None
                      instance
                      (Simulation.initial instance 1)
                      (flat (stimuli count))

              if (run.Ending, run.Missed) <> (Finished, 0) then
                  failwith $"{name}: learning ended early"

              let r = respond instance run.Values (stimuli 1000)

              let cdf: float -> float =
                  match name with
                  | "exponential-responses" -> fun r -> 1.0 - exp -r
                  | "half-normal-responses" -> fun r -> MathNet.Numerics.SpecialFunctions.Erf(r / sqrt 2.0)
                  | _ -> fun r -> 0.5 + r / (2.0 * sqrt 3.0)

              let sorted = Array.sort (r.Column(0).ToArray())

              see.Points
                  "quantile of the stimuli"
                  "of the target"
                  ""
                  [ for i in 0..999 -> (float i + 0.5) / 1000.0 ]
                  (Array.map cdf sorted)

              let distance =
                  sorted
                  |> Array.mapi (fun i v -> abs (cdf v - (float i + 0.5) / 1000.0))
                  |> Array.max

              see.Below distance 0.01 "Kolmogorov-Smirnov") ]
