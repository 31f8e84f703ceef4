module Interneuron.Cli.Tests.ProcessTests

open System
open System.Diagnostics
open System.IO
open Expecto
open Interneuron.Core.Files
open Interneuron.Stimuli
open Interneuron.Experiments
open Interneuron.Cli.Tests.Run

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
                    [ "gaussianise"; "--image"; "nowhere.png" ], 2 ] do
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
                  // On a busy machine the log has lines of progress before.
                  Expect.equal (List.last (lines ended.Err)) $"interneuron: wrote {out}" "log"
                  Expect.isFalse (ended.Err.Contains '\027') "no bar")

          for signal, code in [ "INT", 130; "TERM", 143 ] do
              testCase $"SIG{signal} saves what was learned so far and ends with {code}"
              <| fun () ->
                  if OperatingSystem.IsWindows() then
                      skiptest "the signal is sent by kill"

                  inFolder (fun folder ->
                      let s, out = Path.Combine(folder, "s.npy"), Path.Combine(folder, "c.json")
                      Npy.write s [ 200 ] (Array.init 200 (fun i -> sin (float i)))

                      use running =
                          start [ program; "train"; "--input"; s; "--out"; out; "--steps"; "100000000" ]

                      // A line of progress says that it learns.
                      while not ((string (running.StandardError.ReadLine())).Contains "learning, J") do
                          Expect.isFalse running.HasExited "at work"

                      use kill = Process.Start("kill", [ "-" + signal; string running.Id ])
                      kill.WaitForExit()
                      let ended = finish running
                      Expect.equal ended.Code code ended.Err

                      match (CircuitFile.read out).Provenance with
                      | Some provenance -> Expect.isLessThan provenance.Steps provenance.Settings.Steps "fewer steps than were asked for"
                      | None -> failtest "no provenance"

                      Expect.equal (filesIn folder) [ "c.json"; "c.json.checkpoint"; "s.npy" ] "files")

          testCase "output that is lost ends with a code, and with a line or in silence"
          <| fun () ->
              if not (OperatingSystem.IsLinux()) then
                  skiptest "a shell, and the device that is always full"

              for redirection, code, said in
                  [ "--help > /dev/full", 4, "interneuron: standard output cannot be written: No space left on device\n"
                    "--help >&-", 4, "interneuron: standard output is closed; what was to be printed is lost.\n"
                    "derive --model gain-whitening --circuits 1 | true; exit ${PIPESTATUS[0]}", 141, ""
                    "what 2>&-", 1, ""
                    "what 2> /dev/full", 1, "" ] do
                  let ended = finish (startShell $"dotnet '{program}' {redirection}")
                  Expect.equal (ended.Code, ended.Err) (code, said) redirection

          testCase "a folder that one may not write to is refused before the work, also as another user"
          <| fun () ->
              inFolder (fun folder ->
                  let out = Path.Combine(folder, "closed")

                  Directory.CreateDirectory(out, UnixFileMode.UserRead ||| UnixFileMode.UserExecute)
                  |> ignore

                  let scene = Path.Combine(out, "scene.png")
                  let words = [ program; "scene"; "--seed"; "1"; "--out"; scene ]

                  let ended = finish (startUnprivileged words)
                  Expect.equal (ended.Code, ended.Err) (2, $"interneuron: {scene}: cannot be written: permission denied.\n") "refused") ]
