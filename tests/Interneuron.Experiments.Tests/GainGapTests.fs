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
                  // The solver ends when J, about 1, changes by 1e-9 of itself.
                  Expect.isLessThan (abs (gap.Value - expected gain)) 1e-8 $"g = {gain}"
                  Expect.isFalse gap.IsOfPart "all"

              Expect.isLessThan (GainGap.measure CancellationToken.None (linear best) s).Value 1e-8 "at the best gain"

          testCase "it is measured over a part where circuit and stimuli are many, and the text says so"
          <| fun () ->
              let learning =
                  { brief with
                      Potential = Potentials.symmetricThreshold
                      Interneurons = Some(GainGap.largest + 16) }

              let many = stimuli 5 (GainGap.partRows + 1) 2
              let few = stimuli 5 500 2
              let circuit = (learn learning few).Circuit
              let ofMany = GainGap.measure CancellationToken.None circuit (many.ToArray())
              Expect.isTrue ofMany.IsOfPart "many"
              Expect.stringStarts (GainGap.text ofMany) "< " "text"
              let ofFew = GainGap.measure CancellationToken.None circuit (few.ToArray())
              Expect.isFalse ofFew.IsOfPart "few"
              Expect.isGreaterThan ofFew.Value 0.0 "200 steps do not end at the best"

              Expect.isGreaterThanOrEqual
                  (GainGap.measureThoroughly CancellationToken.None circuit (few.ToArray())).Value
                  ofFew.Value
                  "thorough" ]
