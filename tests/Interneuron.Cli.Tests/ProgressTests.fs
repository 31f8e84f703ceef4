module Interneuron.Cli.Tests.ProgressTests

open System.Collections.Generic
open Expecto
open Interneuron.Cli

[<Tests>]
let tests =
    testList
        "Progress"
        [ testCase "a log has a line every ten percent or ten seconds, and none within three seconds of another"
          <| fun () ->
              let said = List<float * string>()
              let clock = [| 0.0 |]

              let lines =
                  ProgressLines((fun () -> clock[0]), (fun line -> said.Add(clock[0], line)))

              let at seconds action =
                  clock[0] <- seconds
                  action ()

              at 9.9 lines.Tick
              at 10.0 lines.Tick
              at 12.0 (fun () -> lines.Report(0.2, "learning"))
              at 13.0 (fun () -> lines.Report(0.25, "learning"))
              at 14.0 (fun () -> lines.Report(0.3, "learning"))
              at 20.0 (fun () -> lines.Report(0.35, "learning"))
              at 23.0 lines.Tick
              at 80.0 (fun () -> lines.Report(0.5, "learning"))
              at 81.0 (fun () -> lines.Report(1.0, "learning"))
              at 91.0 lines.Tick
              at 92.0 (fun () -> lines.Report(0.1, "learning again"))
              at 102.0 lines.Tick

              Expect.equal
                  (List.ofSeq said)
                  [ 10.0, "preparing: 10 s so far"
                    13.0, "learning: 25 % done, 3 s left"
                    23.0, "learning: 35 % done, 20 s left"
                    80.0, "learning: 50 % done, 1 min 8 s left"
                    91.0, "measuring: 10 s so far"
                    102.0, "learning again: 10 % done, 1 min 30 s left" ]
                  "lines" ]
