module Interneuron.Cli.Tests.ProcessTests

open System
open System.Diagnostics
open System.IO
open System.Threading
open Expecto
open Interneuron.Cli.Tests.Run
open Interneuron.Experiments
open Interneuron.Stimuli

[<Tests>]
let tests =
    testList
        "Process"
        [ testCase "the exit codes reach the shell: done, usage, bad input"
          <| fun () ->
              for words, code in
                  [ [ "--help" ], 0
                    [ "respond"; "--help" ], 0
                    [ "what" ], 1
                    [ "gaussianize"; "--image"; "nowhere.png" ], 2 ] do
                  Expect.equal (finish (start (program :: words))).Code code (String.concat " " words)

          testCase "standard output carries the JSON object alone, and standard error no progress bar, when they are not a terminal"
          <| fun () ->
              inFolder (fun folder ->
                  let s, out = Path.Combine(folder, "s.npy"), Path.Combine(folder, "c.json")
                  Npy.write s [ 200 ] (Array.init 200 (fun i -> sqrt 2.0 * sin (float i)))

                  let ended =
                      finish (start [ program; "train"; "--input"; s; "--out"; out; "--steps"; "1000"; "--json" ])

                  Expect.equal ended.Code 0 ended.Err
                  Expect.hasLength (lines ended.Out) 1 "JSON"
                  Expect.equal ended.Err $"interneuron: wrote {out}\n" "log")

          testCase "Ctrl-C saves what was learned so far and ends with 130"
          <| fun () ->
              if OperatingSystem.IsWindows() then
                  skiptest "the signal is sent by kill"

              inFolder (fun folder ->
                  let s, out = Path.Combine(folder, "s.npy"), Path.Combine(folder, "c.json")
                  Npy.write s [ 200 ] (Array.init 200 (fun i -> sin (float i)))
                  // Minutes' work, in which a hundredth is a second or two.
                  use running =
                      start [ program; "train"; "--input"; s; "--out"; out; "--steps"; "300000000" ]

                  Thread.Sleep 3000
                  Process.Start("kill", [ "-INT"; string running.Id ]) |> ignore
                  let ended = finish running
                  Expect.equal ended.Code 130 ended.Err

                  match (CircuitFile.read out).Provenance with
                  | Some provenance -> Expect.isLessThan provenance.Steps provenance.Settings.Steps "fewer steps than were asked for"
                  | None -> failtest "no provenance"

                  Expect.equal (filesIn folder) [ "c.json"; "s.npy" ] "files") ]
