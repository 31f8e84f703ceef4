module Interneuron.Experiments.Tests.PotentialsTests

open System.IO
open System.Threading
open Expecto
open Interneuron.Core.Transport
open Interneuron.Experiments
open Interneuron.Experiments.Tests.Tools
open Interneuron.Core.Files

let private settings folder =
    { Potentials.standard with
        Source = arrayOf 3000 folder
        Learning = { brief with Steps = Some 20_000 } }

[<Tests>]
let tests =
    testList
        "Potentials"
        [ testCase "every family learns, thresholds come nearest, and gains alone cannot change the shape"
          <| fun () ->
              inFolder (fun folder ->
                  let result = Potentials.run (settings folder) ignore CancellationToken.None

                  let ks (potential: Potential) =
                      (result.Runs
                       |> List.find (fun run -> run.Trained.Circuit.Potential.Name = potential.Name))
                          .Ks

                  Expect.hasLength result.Runs Potentials.all.Length "all families"
                  Expect.isLessThan (ks Potentials.thresholdLinear) (ks Potentials.powerMixture) "thresholds"
                  Expect.isLessThan (ks Potentials.powerMixture) (ks Potentials.quadratic) "power mixture"

                  match result.Baselines with
                  | [ zca; marginal ] ->
                      // The quadratic circuit learns to divide by the standard deviation, which is what whitening is in one dimension; its
                      // gain is still on its way.
                      Expect.isLessThan (abs (zca.Ks - ks Potentials.quadratic)) 0.02 "ZCA"
                      // A smooth distribution fitted to 3,000 numbers is within their sampling error, 3000^-1/2 = 0.018.
                      Expect.isLessThan marginal.Ks 0.018 "marginal"
                  | other -> failtest $"{other.Length} baselines"

                  Expect.hasLength (Potentials.toTable result) (1 + Potentials.all.Length + 2) "the header, families and baselines"
                  let out = Path.Combine(folder, "out")
                  Potentials.experiment.Save false out result |> ignore

                  Expect.equal
                      (filesIn out)
                      [ "potentials.caption.md"
                        "potentials.pdf"
                        "potentials.png"
                        "potentials.svg"
                        "result.json" ]
                      "files"

                  isDrawn (Path.Combine(out, "potentials.png")) (Potentials.figure result))

          testCase "samples to converge are those up to the first snapshot within the tolerance"
          <| fun () ->
              let trained = learn { brief with Steps = Some 2000 } (stimuli 2 3000 1)
              let last = (List.last trained.Trajectory).J
              let samples = Potentials.samplesToConverge 1e-3 trained

              for snapshot in trained.Trajectory do
                  if int64 snapshot.Step * int64 trained.Settings.Batch < samples then
                      Expect.isGreaterThan (abs (snapshot.J - last)) (1e-3 * abs last) $"step {snapshot.Step}"

              Expect.equal (Potentials.samplesToConverge infinity trained) 0L "anything goes"

          testCase "a stop leaves the families so far, and none are refused"
          <| fun () ->
              inFolder (fun folder ->
                  let report, token = stopsAtOnce ()
                  Expect.hasLength (Potentials.run (settings folder) report token).Runs 1 "one family"

                  refuses "there is no potential; at least one is needed" (fun () ->
                      Potentials.run { settings folder with Families = [] } ignore CancellationToken.None
                      |> ignore)) ]
