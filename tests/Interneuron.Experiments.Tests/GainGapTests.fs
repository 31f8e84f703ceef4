module Interneuron.Experiments.Tests.GainGapTests

open System.Threading
open Expecto
open Interneuron.Core.Transport
open Interneuron.Core.Circuits
open Interneuron.Derivation.Formulas
open Interneuron.Experiments
open Interneuron.Experiments.Tests.Tools

/// A circuit of one quadratic interneuron: its response to s is s/g.
let private linear gain =
    Circuit.create Potentials.quadratic StandardGaussian 0.0 [| gain |] [| [||] |] [| [| 1.0 |] |]

[<Tests>]
let tests =
    testList
        "GainGap"
        [ testCase "for one quadratic interneuron it is the closed form, and nothing at the best gain"
          <| fun () ->
              let s = heavyTailed 3 2000 1
              let power = (s |> Array.sumBy (fun x -> x * x)) / 2000.0
              // J(g) = E s^2/(2 g) + g/2 is least, sqrt(E s^2), at g = sqrt(E s^2).
              let best = sqrt power

              let expected gain =
                  power / (2.0 * gain) + gain / 2.0 - best

              for gain in [ 0.5; 2.0 ] do
                  let gap = GainGap.measure CancellationToken.None (linear gain) s
                  // The solver ends when J, about 1, can fall by 1e-6 of itself.
                  Expect.isLessThan (abs (gap.Value - expected gain)) 2e-6 $"g = {gain}"

              Expect.isLessThan (GainGap.measure CancellationToken.None (linear best) s).Value 2e-6 "at the best gain"

          testCase "a stimulus without a response is no bad input: there is no result"
          <| fun () ->
              Expect.throwsT<Interneuron.Statistics.NotConvergedException>
                  (fun () -> GainGap.measure CancellationToken.None (linear 1.0) [| 1.0; nan |] |> ignore)
                  "row 1" ]
