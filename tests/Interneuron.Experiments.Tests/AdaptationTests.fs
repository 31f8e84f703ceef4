module Interneuron.Experiments.Tests.AdaptationTests

open System.IO
open System.Threading
open Expecto
open Interneuron.Statistics
open Interneuron.Core.Circuits
open Interneuron.Experiments
open Interneuron.Experiments.Tests.Tools
open Interneuron.Core.Files

let private settings folder : Adaptation.Settings =
    let source = arrayOf 3000 folder

    { Phases = [ { Source = source; Contrast = 1.0 }; { Source = source; Contrast = 2.0 } ]
      Learning = { brief with Steps = Some 3000 } }

[<Tests>]
let tests =
    testList
        "Adaptation"
        [ testCase "a phase begins with the circuit that the one before it ended with, and takes back the doubled contrast"
          <| fun () ->
              inFolder (fun folder ->
                  let result = Adaptation.run (settings folder) ignore CancellationToken.None

                  match result.Passages with
                  | [ first; second ] ->
                      let s = heavyTailed 2 3000 1
                      let doubled = Array.map ((*) 2.0) s
                      Expect.equal first.After (Response.solve first.Trained.Circuit s).R "end of the first"
                      Expect.equal second.Before (Response.solve first.Trained.Circuit doubled).R "beginning of the second"
                      Expect.equal second.After (Response.solve second.Trained.Circuit doubled).R "end of the second"
                      Expect.equal (second.Moments.Head.Step, (List.last second.Moments).Step) (3000, 6000) "steps go on"
                      let away responses = abs (Moments.variance responses - 1.0)
                      Expect.isGreaterThan (away second.Before) 0.5 "thrown off"
                      // Constant rates leave the variance a few hundredths around 1.
                      Expect.isLessThan (away second.After) 0.15 "back"
                  | other -> failtest $"{other.Length} phases"

                  let out = Path.Combine(folder, "out")
                  Adaptation.experiment.Save false out result |> ignore

                  Expect.equal
                      (filesIn out)
                      [ "adaptation.caption.md"
                        "adaptation.pdf"
                        "adaptation.png"
                        "adaptation.svg"
                        "result.json" ]
                      "files"

                  isDrawn (Path.Combine(out, "adaptation.png")) (Adaptation.figure result)
                  Expect.hasLength (Adaptation.toTable result) 3 "the header and a line a phase")

          testCase "a stop leaves the phases so far; no phases and no contrast are refused"
          <| fun () ->
              inFolder (fun folder ->
                  let report, token = stopsAtOnce ()
                  Expect.hasLength (Adaptation.run (settings folder) report token).Passages 1 "one phase"

                  let run phases =
                      Adaptation.run { settings folder with Phases = phases } ignore CancellationToken.None
                      |> ignore

                  refuses "there is no phase; at least one is needed" (fun () -> run [])

                  refuses "a contrast is 0; it is positive and finite" (fun () ->
                      run
                          [ { Source = Source.Scene 1
                              Contrast = 0.0 } ])) ]
