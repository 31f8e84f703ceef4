module Interneuron.Core.Tests.ObjectiveTests

open Expecto
open Interneuron.Core.Transport
open Interneuron.Core.Circuits

let private stimuli n count =
    // Heavy-tailed: Laplace quantiles times a normal size.
    let size = Initial.sampleTarget StandardGaussian 1 count 21

    Initial.sampleTarget Laplace n count 22
    |> Array.mapi (fun i x -> x * exp (0.3 * size[i / n]))

let private withGain (c: Circuit) i value =
    let gains = c.Gains
    gains[i] <- value
    Circuit.update gains c.Theta c.W c

[<Tests>]
let tests =
    testList
        "Objective"
        [ for potential in Potentials.all do
              for target in
                  [ StandardGaussian
                    Laplace
                    Uniform
                    Logistic
                    Target.generalisedGaussian 1.5
                    Target.ofSamples 2 (stimuli 2 300) ] do
                  testCase $"dJ/dg is the slope of J ({potential.Name}, {Target.name target})" (fun () ->
                      let leak = if Potential.saturates potential then 0.5 else 0.0

                      let k = if (Initial.layout potential).IsDrawn then 3 else 8
                      let c = Initial.circuit potential target leak 2 k 2.0 6
                      let s = stimuli 2 200
                      let _, gradient = Objective.valueAndGainGradient c s

                      for i in 0 .. c.Interneurons - 1 do
                          let g = c.Gains[i]
                          let h = 1e-4 * g
                          let j value = Objective.value (withGain c i value) s
                          // Central differences: h^2 times the third derivative, and roundings of J over h.
                          let slope = (j (g + h) - j (g - h)) / (2.0 * h)
                          Check.near 1e-5 1e-6 (gradient[i]) slope $"interneuron {i}")

          testCase "J is at least the transport optimum, in one dimension" (fun () ->
              let s = stimuli 1 500

              for target in [ StandardGaussian; Laplace; Uniform; Logistic; Target.generalisedGaussian 0.8 ] do
                  for potential in [ Potentials.powerMixture; Potentials.quadratic; Potentials.thresholdLinear ] do
                      let c =
                          Initial.circuit potential target 0.0 1 (Initial.defaultCount potential 1) 1.0 2

                      Expect.isGreaterThanOrEqual (Objective.transportGap c s) -1e-9 $"{potential.Name}, {Target.name target}")

          testCase
              "a leak is as good as a gain: with orthogonal directions, z^2/2 with gains g and leak lambda has the J of gains g + lambda"
              (fun () ->
                  // phi is the same function of r. Averages over a plane of Laplace coordinates are by quadrature, to about 1e-6; the
                  // others leave rounding.
                  let s = stimuli 2 400

                  for target in [ StandardGaussian; Laplace; Target.ofSamples 2 (stimuli 2 300) ] do
                      let circuit leak gain =
                          Circuit.create
                              Potentials.quadratic
                              target
                              leak
                              [| gain; gain |]
                              [| [||]; [||] |]
                              [| [| 0.6; 0.8 |]; [| -0.8; 0.6 |] |]

                      let leaking, gaining = circuit 0.5 0.7, circuit 0.0 1.2
                      Check.near 1e-6 0.0 (Objective.value leaking s) (Objective.value gaining s) (Target.name target))

          testCase "a circuit that is optimal transport has no gap" (fun () ->
              // s = 2 r for r from the target: the quadratic potential with gain 2 is Brenier's. Over n cell means of the quantiles the gap
              // is the variance inside the cells, times the gain over 2: below 1e-3 for a Gaussian in 2,000 cells.
              let n = 2000

              for target in [ StandardGaussian; Laplace; Uniform ] do
                  let integral = Target.quantileIntegral target

                  let s =
                      [| for i in 0 .. n - 1 ->
                             2.0
                             * float n
                             * (integral (float (i + 1) / float n) - integral (float i / float n)) |]

                  let c =
                      Circuit.create Potentials.quadratic target 0.0 [| 2.0 |] [| [||] |] [| [| 1.0 |] |]

                  let gap = Objective.transportGap c s
                  Expect.isTrue (0.0 <= gap + 1e-12 && gap < 3e-3) $"{Target.name target}: {gap}")

          testCase "the quantile integral's slope is the quantile" (fun () ->
              for target in [ StandardGaussian; Laplace; Uniform; Logistic; Target.generalisedGaussian 1.5 ] do
                  for p in [ 0.05; 0.3; 0.5; 0.8; 0.97 ] do
                      let h = 1e-5
                      let integral = Target.quantileIntegral target

                      Check.near
                          1e-6
                          1e-6
                          ((integral (p + h) - integral (p - h)) / (2.0 * h))
                          (Target.quantile target p)
                          $"{Target.name target} at {p}") ]
