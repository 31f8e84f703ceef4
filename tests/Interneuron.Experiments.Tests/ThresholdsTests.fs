module Interneuron.Experiments.Tests.ThresholdsTests

open System.IO
open System.Threading
open Expecto
open Interneuron.Core.Circuits
open Interneuron.Derivation.Formulas
open Interneuron.Experiments
open Interneuron.Experiments.Tests.Tools
open Interneuron.Core.Files

let private settings folder : Thresholds.Settings =
    { Thresholds.standard with
        Source = arrayOf 3000 folder
        Interneurons = [ 1; 3 ]
        Steps = Some 5000 }

let private theta (circuit: Circuit) =
    circuit.Theta |> Array.map Array.exactlyOne

[<Tests>]
let tests =
    testList
        "Thresholds"
        [ testCase "silence is refused"
          <| fun () ->
              inFolder (fun folder ->
                  let path = Path.Combine(folder, "s.npy")
                  Interneuron.Stimuli.Npy.write path [ 100 ] (Array.zeroCreate 100)

                  refuses "the stimuli are all 0; there is no distribution to shape" (fun () ->
                      Thresholds.run
                          { Thresholds.standard with
                              Source = Source.Input path }
                          ignore
                          CancellationToken.None
                      |> ignore))

          testCase "fixed thresholds stay evenly spaced, learned ones move, and come nearer to optimal transport"
          <| fun () ->
              inFolder (fun folder ->
                  let result = Thresholds.run (settings folder) ignore CancellationToken.None

                  match result.Runs with
                  | [ one; oneLearned; three; threeLearned ] ->
                      Expect.equal (theta one.Trained.Circuit, theta three.Trained.Circuit) ([| 0.0 |], [| 0.0; 1.0; 2.0 |]) "fixed"
                      Expect.equal one.Trained.Circuit.Leak 0.1 "the model's leak"

                      for fixedOne, learned in [ one, oneLearned; three, threeLearned ] do
                          Expect.equal (fixedOne.IsLearned, learned.IsLearned) (false, true) "kinds"
                          let k = learned.Trained.Circuit.Interneurons
                          // Thresholds learn at a hundredth of their terms' deviation a step; 5,000 steps take the first one from 0 by
                          // tenths.
                          Expect.isGreaterThan (Array.head (theta learned.Trained.Circuit)) 0.1 $"K = {k}"
                          // On scene 1 the ratio is 10 for one interneuron and 6 for three.
                          Expect.isLessThan learned.TransportGap (0.5 * fixedOne.TransportGap) $"K = {k}"
                          Expect.isGreaterThan learned.TransportGap 0.0 $"K = {k}"
                  | other -> failtest $"{other.Length} runs"

                  Expect.hasLength (Thresholds.toTable result) 5 "the header and a line a circuit"
                  Expect.equal (Thresholds.trained result |> List.map fst) [ "k1-fixed"; "k1-learned"; "k3-fixed"; "k3-learned" ] "names"
                  let out = Path.Combine(folder, "out")
                  Thresholds.experiment.Save false out result |> ignore

                  Expect.equal
                      (filesIn out)
                      [ "result.json"
                        "thresholds.caption.md"
                        "thresholds.pdf"
                        "thresholds.png"
                        "thresholds.svg" ]
                      "files"

                  isDrawn (Path.Combine(out, "thresholds.png")) (Thresholds.figure result))

          testCase "a stop leaves the circuits so far, which are drawn; no interneurons are refused"
          <| fun () ->
              inFolder (fun folder ->
                  let report, token = stopsAtOnce ()
                  let stopped = Thresholds.run (settings folder) report token
                  Expect.hasLength stopped.Runs 1 "one circuit"
                  Expect.isGreaterThan (Figure.toPng (Thresholds.figure stopped)).Length 1000 "drawn"

                  for refused in [ []; [ 2; 0 ] ] do
                      refuses "the numbers of interneurons are one or several, each at least 1" (fun () ->
                          Thresholds.run
                              { settings folder with
                                  Interneurons = refused }
                              ignore
                              CancellationToken.None
                          |> ignore)) ]
