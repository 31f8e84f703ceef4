module Interneuron.Core.Tests.LikelihoodTests

open System
open System.Threading
open Expecto
open Interneuron.Statistics
open Interneuron.Core.Symbolic
open Interneuron.Core.Transport
open Interneuron.Core.Circuits
open Interneuron.Core.Tests.Reference

let private all =
    { Gains = 1.0
      Parameters = 1.0
      Synapses = 1.0 }

let private meanLog (c: Circuit) (s: float array) =
    Response.logDensity c s |> Array.average

/// The difference quotient of a function at 0, with an error of about 1e-9.
let private difference (f: float -> float) =
    let step = 1e-5 in (f step - f -step) / (2.0 * step)

let private unit (w: float array) =
    let length = sqrt (Array.sumBy (fun x -> x * x) w)
    Array.map (fun x -> x / length) w

let private rises (potential: Potential) target n =
    testCase $"slopes are what differences of the log density say: {potential.Name}, {Target.name target}, N = {n}" (fun () ->
        let c = Initial.circuit potential target 0.1 n (3 * n) 8.0 3
        let s = Initial.sampleTarget Laplace n 60 4 |> Array.map (fun x -> 2.0 * x)
        let slopes = Likelihood.slopes c s
        Check.near 1e-9 0.0 slopes.Value (meanLog c s) "value"

        for i in [ 0; n; 3 * n - 1 ] do
            let gain x =
                let gains = c.Gains
                gains[i] <- gains[i] + x
                meanLog (Circuit.update gains c.Theta c.W c) s

            Check.near 1e-5 1e-6 slopes.Gains[i] (difference gain) $"gain {i}"

            for p in 0 .. c.Theta[i].Length - 1 do
                let parameter x =
                    let theta = c.Theta
                    theta[i][p] <- theta[i][p] + x
                    meanLog (Circuit.update c.Gains theta c.W c) s

                Check.near 1e-5 1e-6 (slopes.Theta[i][p]) (difference parameter) $"parameter {p} of {i}"

            // Along the sphere: columns have unit length.
            let w = c.W[i]
            let other = Array.init n (fun a -> cos (float (a + i)))
            let inward = Array.fold2 (fun sum x y -> sum + x * y) 0.0 w other
            let along = Array.map2 (fun x y -> x - inward * y) other w

            let turned x =
                let columns = c.W
                columns[i] <- unit (Array.map2 (fun y a -> y + x * a) w along)
                meanLog (Circuit.update c.Gains c.Theta columns c) s

            let slope = Array.fold2 (fun sum x y -> sum + x * y) 0.0 slopes.W[i] along
            Check.near 1e-5 1e-6 slope (difference turned) $"column {i}")

let private create gains =
    let n = Array.length gains

    Circuit.create
        Potentials.quadratic
        StandardGaussian
        0.0
        gains
        (Array.replicate n [||])
        (Array.init n (fun a -> Array.init n (fun b -> if a = b then 1.0 else 0.0)))

[<Tests>]
let tests =
    testList
        "Likelihood"
        [ rises Potentials.powerMixture StandardGaussian 3
          rises Potentials.logCosh Logistic 2
          rises Potentials.quadratic Laplace 4

          testCase "the likeliest gains of quadratic interneurons along the axes are deviations of the stimuli" (fun () ->
              // s = g r, so that log p = -s^2/(2 g^2) - log g: largest at g^2 = E s^2.
              let n = 3

              let s =
                  Initial.sampleTarget StandardGaussian n 400 7
                  |> Array.mapi (fun i x -> x * float (1 + i % n))

              let circuit, ending =
                  Likelihood.ascend all 300 1 ignore CancellationToken.None (create (Array.create n 1.5)) (ReadOnlyMemory s)

              Expect.equal ending Finished "finished"

              for a in 0 .. n - 1 do
                  let column = [| for i in 0..399 -> s[i * n + a] |]
                  // Batches are drawn anew, and the last steps are not of length 0.
                  Check.near 0.03 0.0 circuit.Gains[a] (sqrt (Array.averageBy (fun x -> x * x) column)) $"gain {a}")

          testCase
              "learning ends with steps up the likelihood where they are asked for: a better density than steps on J lead to"
              (fun () ->
                  let n = 3
                  let size = Initial.sampleTarget StandardGaussian 1 3000 21

                  let s =
                      Initial.sampleTarget StandardGaussian n 3000 22
                      |> Array.mapi (fun i x -> x * exp (0.8 * size[i / n]))

                  let c =
                      Initial.circuit Potentials.powerMixture StandardGaussian 0.0 n 9 (3.0 * exp 1.28) 1

                  let settings =
                      { Learner.defaultsFor c.Potential with
                          Steps = 2_000 }

                  let reports = ResizeArray<Progress>()
                  let local = Learner.train settings ignore CancellationToken.None c s

                  let climbed =
                      Learner.train { settings with Likelihood = 60 } reports.Add CancellationToken.None c s

                  Expect.isGreaterThan (meanLog climbed.Circuit s) (meanLog local.Circuit s) "likelier"
                  Expect.equal (climbed.Ending, climbed.Steps) (Finished, 2_000) "all steps"
                  Expect.equal ((Seq.last reports).Step, (Seq.last reports).Steps) (2_060, 2_060) "all are counted"

                  let circuit, _ =
                      Likelihood.ascend settings.Learns 60 settings.Seed ignore CancellationToken.None local.Circuit (ReadOnlyMemory s)

                  Expect.equal climbed.Circuit.Gains circuit.Gains "from where the local rules led, the same bits")

          testCase "what does not learn stays, and cancellation keeps what was climbed" (fun () ->
              let s = Initial.sampleTarget Laplace 3 300 5
              let c = Initial.circuit Potentials.powerMixture StandardGaussian 0.0 3 6 3.0 1
              use source = new CancellationTokenSource()

              let circuit, ending =
                  Likelihood.ascend
                      { all with Synapses = 0.0 }
                      50
                      1
                      (fun made ->
                          if made = 5 then
                              source.Cancel())
                      source.Token
                      c
                      (ReadOnlyMemory s)

              Expect.equal ending Interrupted "interrupted"
              Expect.equal circuit.W c.W "columns"
              Expect.isGreaterThan (meanLog circuit s) (meanLog c s) "likelier")

          testCase "a density that jumps, and a target without one, are refused before anything is learned" (fun () ->
              let train (c: Circuit) () =
                  Learner.train
                      { Learner.defaultsFor c.Potential with
                          Likelihood = 1 }
                      ignore
                      CancellationToken.None
                      c
                      [| 1.0; 1.0 |]
                  |> ignore

              Check.refused
                  [ "the slope of symmetric-threshold jumps, and with it the density" ]
                  (train (Initial.circuit Potentials.symmetricThreshold StandardGaussian 0.0 2 6 2.0 1))

              let bent =
                  Potential.define "bent" [] (fun _ z -> z ** 2.0 + Expr.ifLess z (Expr.constant 0.0) (Expr.constant 0.0) (z ** 2.0))

              Check.refused
                  [ "the slope of bent jumps, and with it the density" ]
                  (train (Initial.circuit bent StandardGaussian 0.0 2 6 2.0 1))

              let samples = Target.ofSamples 2 (Initial.sampleTarget StandardGaussian 2 50 1)

              Check.refused
                  [ "the circuit's target is given by samples and has no density to climb" ]
                  (train (Initial.circuit Potentials.powerMixture samples 0.0 2 6 2.0 1))) ]
