/// Runs that are stopped, killed and gone on with, as processes.
module Interneuron.Cli.Tests.CheckpointTests

open System
open System.Diagnostics
open System.IO
open System.Security.Cryptography
open System.Text.Json.Nodes
open System.Text.RegularExpressions
open System.Threading
open Expecto
open Interneuron.Stimuli
open Interneuron.Cli.Tests.Run

// A file of results without the times in it.
let private timeless (path: string) =
    Regex.Replace(File.ReadAllText path, "\"[a-z_]*seconds\": [^,\n]*|\"samples_per_second\": [^,\n]*", "")

/// Whether a checkpoint is whole: its header says how many bytes follow, and their digest.
let private isWhole (path: string) =
    let bytes = File.ReadAllBytes path
    // What is taken and not yet written to has nothing to lose.
    bytes.Length = 0
    || (let at = Array.IndexOf(bytes, byte '\n')

        match JsonNode.Parse(ReadOnlySpan bytes[.. at - 1]) with
        | null -> false
        | header ->
            let state = bytes[at + 1 ..]

            int (string header["bytes"]) = state.Length
            && string header["sha256"] = Convert.ToHexStringLower(SHA256.HashData state))

let private killed (words: string list) (after: int) =
    use running = start words
    running.StandardOutput.ReadToEndAsync() |> ignore
    running.StandardError.ReadToEndAsync() |> ignore

    if not (running.WaitForExit after) then
        running.Kill()
        running.WaitForExit()

// Kills of each verb, from before it has begun to when it is nearly done.
let private kills =
    match Environment.GetEnvironmentVariable "INTERNEURON_KILLS" with
    | null
    | "" -> 7
    | count -> int count

let private model =
    """parameter W[a,i]
energy sum(a, r[a]^2)/2 + sum(a, r[a]^4)/4 + sum(i, sum(a, W[a,i]*r[a])^2)/2 - sum(a, s[a]*r[a])
cost sum(a, sum(i, W[a,i]^2))/2
"""

/// What a verb is run with in a folder, how long it is left alone at most, and the results that have to be the same.
let private works =
    [ "train",
      (fun folder out ->
          [ "train"
            "--input"
            writePairs folder
            "--steps"
            "400000"
            "--out"
            Path.Combine(out, "c.json") ]),
      "c.json"
      "pairs of two circuits",
      (fun folder out ->
          [ "pairs"
            "--input"
            writePairs folder
            "--interneurons"
            "2"
            "3"
            "--steps"
            "60000"
            "--out"
            out ]),
      "result.json"
      "train --model",
      (fun folder out ->
          let file = Path.Combine(folder, "m.txt")
          File.WriteAllText(file, model)

          [ "train"
            "--model"
            file
            "--input"
            writePairs folder
            "--steps"
            "150000"
            "--out"
            Path.Combine(out, "c.json") ]),
      "c.json" ]

[<Tests>]
let tests =
    testList
        "Checkpoint"
        [ for name, words, result in works do
              testCase $"a run that is killed again and again ends as one that never was: {name}"
              <| fun () ->
                  inFolder (fun folder ->
                      let whole, parts = Path.Combine(folder, "whole"), Path.Combine(folder, "parts")
                      Directory.CreateDirectory whole |> ignore
                      Directory.CreateDirectory parts |> ignore
                      let clock = Stopwatch.StartNew()
                      let ended = finish (start (program :: words folder whole))
                      let milliseconds = int clock.ElapsedMilliseconds
                      Expect.equal ended.Code 0 ended.Err

                      let again = program :: words folder parts @ [ "--resume"; "--checkpoint"; "0.02" ]

                      let random = Random 7

                      for _ in 1..kills do
                          killed again (random.Next(milliseconds * 9 / 10))

                          for file in filesIn parts do
                              if file.Contains "checkpoint" && not (file.EndsWith ".part") then
                                  Expect.isTrue (isWhole (Path.Combine(parts, file))) file

                          let unfinished =
                              filesIn parts
                              |> List.filter (fun file -> file.EndsWith ".part" && file.Contains "checkpoint")

                          Expect.isLessThanOrEqual unfinished.Length 1 $"temporary names: {unfinished}"

                      let ended = finish (start again)
                      Expect.equal ended.Code 0 ended.Err
                      Expect.equal (timeless (Path.Combine(parts, result))) (timeless (Path.Combine(whole, result))) "the same"
                      Expect.equal (filesIn parts) (filesIn whole) "nothing is left behind")

          for signal in [ "INT"; "TERM" ] do
              testCase $"SIG{signal} leaves what the run goes on from"
              <| fun () ->
                  if OperatingSystem.IsWindows() then
                      skiptest "the signal is sent by kill"

                  inFolder (fun folder ->
                      let s = writePairs folder

                      let words out =
                          [ program
                            "train"
                            "--input"
                            s
                            "--steps"
                            "2000000"
                            "--out"
                            Path.Combine(folder, out) ]

                      use running = start (words "c.json")

                      while not ((string (running.StandardError.ReadLine())).Contains "learning, J") do
                          Expect.isFalse running.HasExited "at work"

                      use kill = Process.Start("kill", [ "-" + signal; string running.Id ])
                      kill.WaitForExit()
                      finish running |> ignore
                      Expect.isTrue (isWhole (Path.Combine(folder, "c.json.checkpoint"))) "whole"
                      let ended = finish (start (words "c.json" @ [ "--resume" ]))
                      Expect.equal ended.Code 0 ended.Err
                      Expect.isFalse (ended.Err.Contains "from step 0,") ended.Err
                      Expect.equal (finish (start (words "d.json"))).Code 0 "undisturbed"
                      Expect.equal (timeless (Path.Combine(folder, "c.json"))) (timeless (Path.Combine(folder, "d.json"))) "the same")

          testCase "what does not fit is refused by name, and nothing is lost"
          <| fun () ->
              inFolder (fun folder ->
                  let s, out = writePairs folder, Path.Combine(folder, "c.json")
                  let kept = out + ".checkpoint"

                  let train more =
                      run (
                          [ "train"; "--input"; s; "--out"; out; "--resume"; "--checkpoint"; "0.01" ]
                          @ more
                      )

                  use running =
                      start
                          [ program
                            "train"
                            "--input"
                            s
                            "--out"
                            out
                            "--steps"
                            "100000000"
                            "--checkpoint"
                            "0.01" ]

                  killWhenThereIs kept running
                  let bytes = File.ReadAllBytes kept
                  Expect.isGreaterThan bytes.Length 0 "something is kept"

                  let refused (what: string) more =
                      let ended = train more
                      Expect.equal (ended.Code, List.last (lines ended.Err)) (2, $"interneuron: {kept}: {what}") what
                      Expect.equal (File.ReadAllBytes kept) bytes "nothing is lost"

                  refused "is of a run with steps 100000000, and this one has 200000; without --resume it starts anew." []

                  refused
                      "is of a run with seed 1, and this one has 2; without --resume it starts anew."
                      [ "--steps"; "100000000"; "--seed"; "2" ]

                  refused
                      "is of a run with other first circuit; without --resume this one starts anew."
                      [ "--steps"; "100000000"; "--interneurons"; "4" ]

                  Npy.write s [ 2000; 2 ] (Array.rev pairs)
                  refused "is of a run with other stimuli; without --resume this one starts anew." [ "--steps"; "100000000" ]
                  Npy.write s [ 2000; 2 ] pairs

                  for length in [ bytes.Length - 1; bytes.Length / 2 ] do
                      File.WriteAllBytes(kept, bytes[.. length - 1])
                      let ended = train [ "--steps"; "100000000" ]
                      let torn = $"interneuron: {kept}: is torn; without --resume the run starts anew."
                      Expect.equal (ended.Code, List.last (lines ended.Err)) (2, torn) "torn"

                  File.WriteAllText(kept, "hello\n")
                  let ended = train [ "--steps"; "100000000" ]

                  Expect.equal
                      (ended.Code, List.last (lines ended.Err))
                      (2, $"interneuron: {kept}: is not a checkpoint; interrupted runs leave them.")
                      "another file")

          testCase "two runs in one place: the second is refused, and the first goes on"
          <| fun () ->
              inFolder (fun folder ->
                  let s, out = writePairs folder, Path.Combine(folder, "c.json")
                  let words = [ program; "train"; "--input"; s; "--out"; out; "--steps"; "100000000" ]
                  use first = start words

                  while not (File.Exists(out + ".checkpoint")) do
                      Thread.Sleep 20

                  let second = finish (start words)

                  Expect.equal
                      (second.Code, List.last (lines second.Err))
                      (2, $"interneuron: {out}.checkpoint: is kept by another run, which is still going.")
                      "refused"

                  Expect.isFalse first.HasExited "the first goes on"
                  first.Kill()
                  first.WaitForExit())

          testCase "a folder that is deleted during the run ends it with one line"
          <| fun () ->
              inFolder (fun folder ->
                  let s, out = writePairs folder, Path.Combine(folder, "out")
                  Directory.CreateDirectory out |> ignore
                  let file = Path.Combine(out, "c.json")

                  use running =
                      start
                          [ program
                            "train"
                            "--input"
                            s
                            "--out"
                            file
                            "--steps"
                            "100000000"
                            "--checkpoint"
                            "0.2" ]

                  while not (File.Exists(file + ".checkpoint")) do
                      Thread.Sleep 20

                  Directory.Delete(out, true)
                  let ended = finish running
                  Expect.equal ended.Code 2 ended.Err
                  Expect.stringContains (List.last (lines ended.Err)) $"interneuron: {file}.checkpoint: cannot be written: " "says what")

          testCase "a full disk ends a run with one line, and what was kept last stays whole"
          <| fun () ->
              if not (OperatingSystem.IsLinux()) then
                  skiptest "a shell that limits the size of files"

              inFolder (fun folder ->
                  let s, out = writePairs folder, Path.Combine(folder, "c.json")

                  let limited (blocks: int) =
                      let train =
                          $"dotnet '{program}' train --input '{s}' --out '{out}' --steps 4000000 --checkpoint 0.05"

                      finish (startShell $"ulimit -f {blocks}; DOTNET_EnableWriteXorExecute=0 exec {train}")

                  // The states of this run grow with the snapshots in them, from 37 kilobytes to 50.
                  let ended = limited 40
                  Expect.equal ended.Code 2 ended.Err
                  Expect.stringContains (List.last (lines ended.Err)) $"{out}.checkpoint: cannot be written: " "says what"
                  Expect.isTrue (isWhole (out + ".checkpoint")) "whole"
                  Expect.equal (filesIn folder) [ "c.json.checkpoint"; "s.npy" ] "nothing else") ]
