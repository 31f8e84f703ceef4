module Interneuron.Experiments.Tests.TargetsTests

open System.IO
open System.Threading
open Expecto
open Interneuron.Statistics
open Interneuron.Core.Transport
open Interneuron.Experiments
open Interneuron.Experiments.Tests.Tools
open Interneuron.Core.Files

let private settings folder =
    { Targets.standard with
        Source = arrayOf 3000 folder
        Learning =
            { Targets.standard.Learning with
                Steps = Some 5000 } }

[<Tests>]
let tests =
    testList
        "Targets"
        [ testCase "the same stimuli come near every target, the empirical one among them"
          <| fun () ->
              inFolder (fun folder ->
                  let result = Targets.run (settings folder) ignore CancellationToken.None
                  Expect.equal (result.Runs |> List.map fst) (Targets.standard.Targets |> List.map fst) "targets"

                  for name, run in result.Runs do
                      let raw = Ks.toTarget (Target.cdf run.Trained.Circuit.Target) (heavyTailed 2 3000 1)
                      // So few steps leave 0.02 to 0.04 of the distances of 0.07 (Laplace, which is near the stimuli) to 0.3 that the
                      // stimuli have.
                      Expect.isLessThan run.Ks (min 0.06 raw) name

                  Expect.hasLength (Targets.toTable result) 6 "the header and a line a target"
                  let out = Path.Combine(folder, "out")
                  Targets.experiment.Save false out result |> ignore

                  Expect.equal
                      (filesIn out)
                      [ "result.json"
                        "targets.caption.md"
                        "targets.pdf"
                        "targets.png"
                        "targets.svg" ]
                      "files"

                  isDrawn (Path.Combine(out, "targets.png")) (Targets.figure result))

          testCase "the two-peaked samples have mean 0, variance 1, and a valley between their peaks"
          <| fun () ->
              match Targets.twoPeaks 1 with
              | OfSamples samples ->
                  let values = [| for i in 0 .. samples.Count - 1 -> samples[i, 0] |]
                  // Standard errors of 4,096 samples: 0.016 of the mean, less of the variance.
                  Expect.isLessThan (abs (Array.average values)) 0.05 "mean"
                  Expect.isLessThan (abs (Moments.variance values - 1.0)) 0.05 "variance"

                  let near at =
                      values |> Array.filter (fun v -> abs (v - at) < 0.2) |> Array.length

                  Expect.isGreaterThan (near 0.9) (2 * near 0.0) "right peak"
                  Expect.isGreaterThan (near -0.9) (2 * near 0.0) "left peak"
              | other -> failtest (Target.name other)

          testCase "a stop leaves the targets so far, and none are refused"
          <| fun () ->
              inFolder (fun folder ->
                  let report, token = stopsAtOnce ()
                  Expect.hasLength (Targets.run (settings folder) report token).Runs 1 "one target"

                  refuses "there is no target; at least one is needed" (fun () ->
                      Targets.run { settings folder with Targets = [] } ignore CancellationToken.None
                      |> ignore)) ]
