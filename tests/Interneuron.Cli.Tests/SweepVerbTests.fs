/// Sweeps as people start, stop and kill them, and as Slurm runs them.
module Interneuron.Cli.Tests.SweepVerbTests

open System
open System.Diagnostics
open System.IO
open System.Threading
open Expecto
open Interneuron.Stimuli
open Interneuron.Cli.Tests.Run

/// A plan of so many cells, some tenths of a second each, in a folder: its file.
let private planOf (cells: int) (steps: int) (folder: string) : string =
    let s, plan = Path.Combine(folder, "s.npy"), Path.Combine(folder, "plan.json")
    Npy.write s [ 4000 ] pairs

    File.WriteAllText(
        plan,
        $$$"""{"experiment": "gaussianise",
               "options": {"input": "{{{s}}}", "steps": {{{steps}}} },
               "grid": {"potential": ["power-mixture", "monomial"], "seed": "1..{{{cells / 2}}}"},
               "figure": {"x": "ks", "y": ["w2", "j"], "by": "potential"}}"""
    )

    plan

/// What is collected of a folder, without times: CSV, Parquet and figure.
let private collected (out: string) =
    let ended = run [ "sweep"; "collect"; "--out"; out; "--without-times" ]
    Expect.equal ended.Code 0 ended.Err
    [ for name in [ "table.csv"; "table.parquet"; "sweep.svg" ] -> File.ReadAllBytes(Path.Combine(out, name)) ]

/// Every file below a folder that is no result of a cell.
let private besides (out: string) =
    [ for path in Directory.GetFiles(Path.Combine(out, "cells"), "*", SearchOption.AllDirectories) do
          if Path.GetFileName path <> "result.json" then
              path ]

let private counts (out: string) =
    let status = json [ "sweep"; "status"; "--out"; out ]
    [ for name in [ "done"; "failed"; "left" ] -> int (number status name) ]

let private unheard (words: string list) =
    let running = start (program :: words)
    running.StandardOutput.ReadToEndAsync() |> ignore
    running.StandardError.ReadToEndAsync() |> ignore
    running

let private isThere (name: string) =
    (string (Environment.GetEnvironmentVariable "PATH")).Split(Path.PathSeparator)
    |> Array.append [| "/usr/sbin" |]
    |> Array.exists (fun folder -> File.Exists(Path.Combine(folder, name)))

/// Runs a test with a Slurm of one node on this machine, in a folder of its own.
let private withSlurm (test: string -> unit) =
    if
        not (
            List.forall isThere [ "sbatch"; "slurmctld"; "slurmd"; "munged" ]
            && Environment.UserName = "root"
        )
    then
        skiptest "needs Slurm (Debian's slurm-wlm and munge), and to be root"

    let script = Path.Combine(Interneuron.Tests.Common.root, "tests", "slurm")

    inFolder (fun folder ->
        let cluster = Path.Combine(folder, "cluster")

        let slurm (command: string) =
            use running =
                startShell $"'{script}' {command} '{cluster}' > '{folder}/slurm.log' 2>&1"

            running.WaitForExit()
            running.ExitCode

        Expect.equal (slurm "start") 0 "Slurm starts"
        Environment.SetEnvironmentVariable("SLURM_CONF", Path.Combine(cluster, "slurm.conf"))

        try
            test folder
        finally
            slurm "stop" |> ignore
            Environment.SetEnvironmentVariable("SLURM_CONF", null))

let private waitUntil (what: string) (isSo: unit -> bool) =
    let clock = Stopwatch.StartNew()

    while not (isSo ()) do
        if clock.Elapsed.TotalSeconds > 180.0 then
            failtest $"not within three minutes: {what}"

        Thread.Sleep 200

[<Tests>]
let tests =
    testSequenced
    <| testList
        "Sweeps"
        [ testCase "a sweep that is killed again and again ends as one that never was, and does nothing twice"
          <| fun () ->
              inFolder (fun folder ->
                  let whole, parts = Path.Combine(folder, "whole"), Path.Combine(folder, "parts")
                  let plan = planOf 8 60_000 folder

                  let words out =
                      [ "sweep"; "--plan"; plan; "--out"; out; "--jobs"; "2"; "--checkpoint"; "0.02" ]

                  let clock = Stopwatch.StartNew()
                  let ended = finish (start (program :: words whole))
                  let milliseconds = int clock.ElapsedMilliseconds
                  Expect.equal ended.Code 0 ended.Err
                  let random = Random 3

                  for _ in 1..4 do
                      let finished () =
                          if Directory.Exists parts then
                              [ for path in Directory.GetFiles(parts, "result.json", SearchOption.AllDirectories) do
                                    path, File.GetLastWriteTimeUtc path ]
                          else
                              []

                      let before = finished ()
                      use running = unheard (words parts)

                      if not (running.WaitForExit(milliseconds / 3 + random.Next(milliseconds / 3))) then
                          running.Kill()
                          running.WaitForExit()

                      Expect.containsAll
                          (finished ())
                          (before |> List.filter (fun (path, _) -> path.Contains "cells"))
                          "what is done stays"

                  let ended = finish (start (program :: words parts))
                  Expect.equal ended.Code 0 ended.Err
                  Expect.equal (collected parts) (collected whole) "byte for byte"
                  Expect.equal (besides parts) [] "nothing is left behind"
                  Expect.equal (counts parts) [ 8; 0; 0 ] "status")

          testCase "SIGTERM ends a sweep; status says what is left, a second sweep is refused, and the same command goes on"
          <| fun () ->
              if OperatingSystem.IsWindows() then
                  skiptest "the signal is sent by kill"

              inFolder (fun folder ->
                  let plan, out = planOf 4 3_000_000 folder, Path.Combine(folder, "out")
                  let words = [ "sweep"; "--plan"; plan; "--out"; out; "--checkpoint"; "0.1" ]
                  use first = start (program :: words)

                  let isKept () =
                      Directory.Exists(Path.Combine(out, "cells"))
                      && besides out
                         |> List.exists (fun path -> path.EndsWith ".checkpoint" && FileInfo(path).Length > 0L)

                  waitUntil "a cell learns" isKept
                  let second = run words

                  Expect.equal
                      (second.Code, List.last (lines second.Err))
                      (2, $"interneuron: {out}: another sweep is at work in this folder.")
                      "refused"

                  let clock = Stopwatch.StartNew()
                  use kill = Process.Start("kill", [ "-TERM"; string first.Id ])
                  kill.WaitForExit()
                  let ended = finish first
                  Expect.equal ended.Code 143 ended.Err
                  Expect.isLessThan clock.Elapsed.TotalSeconds 60.0 "it ends"
                  Expect.isTrue (isKept ()) "what was learned is kept"
                  Expect.equal (List.sum (counts out)) 4 "status"
                  Expect.stringContains ended.Err "left; the same command goes on" "which it says"
                  // With fewer steps they are other cells, which share nothing with these.
                  let brief = planOf 4 200 folder
                  let ended = run [ "sweep"; "--plan"; brief; "--out"; out ]
                  Expect.equal ended.Code 0 ended.Err
                  Expect.equal (counts out) [ 4; 0; 0 ] "another plan in the same folder")

          testCase "where there is no Slurm, --slurm says so in a line"
          <| fun () ->
              inFolder (fun folder ->
                  let path = Environment.GetEnvironmentVariable "PATH"
                  let plan = planOf 2 10 folder

                  try
                      Environment.SetEnvironmentVariable("PATH", folder)

                      let ended =
                          run [ "sweep"; "--plan"; plan; "--out"; Path.Combine(folder, "out"); "--slurm" ]

                      Expect.equal
                          (ended.Code, ended.Err.Trim())
                          (2, "interneuron: --slurm: there is no sbatch here; run this where Slurm is installed, or without --slurm.")
                          "one line"
                  finally
                      Environment.SetEnvironmentVariable("PATH", path)

                  Expect.equal (filesIn folder) [ "plan.json"; "s.npy" ] "nothing is written")

          testCase "Slurm's job array makes the table of one job, byte for byte; a task that is requeued goes on"
          <| fun () ->
              withSlurm (fun folder ->
                  let plan = planOf 6 200_000 folder
                  let here, there = Path.Combine(folder, "here"), Path.Combine(folder, "there")
                  Expect.equal (run [ "sweep"; "--plan"; plan; "--out"; here ]).Code 0 "one job"
                  // A process of its own: its tasks are to run the program, not the tests.
                  let submit =
                      [ program
                        "sweep"
                        "--plan"
                        plan
                        "--out"
                        there
                        "--slurm"
                        "--block"
                        "2"
                        "--json" ]

                  let ended = finish (start submit)
                  Expect.equal ended.Code 0 ended.Err
                  let job = text (System.Text.Json.JsonDocument.Parse(ended.Out).RootElement) "job"
                  let again = finish (start submit)

                  Expect.equal
                      (again.Code, again.Err.Trim())
                      (2, $"interneuron: {there}: Slurm's job {job} is at work in this folder; `scancel {job}` ends it.")
                      "a second array is refused"

                  waitUntil "a task is at work" (fun () -> Directory.Exists(Path.Combine(there, "cells")) && not (besides there).IsEmpty)

                  // What a preemption does: SIGTERM, and back into the queue.
                  use requeue = startShell $"scontrol requeue {job}_0"
                  Expect.equal (finish requeue).Code 0 "requeued"
                  Expect.equal (List.sum (counts there)) 6 "status while it runs"
                  Expect.equal (run [ "sweep"; "collect"; "--out"; there ]).Code 0 "collect while it runs"
                  // It comes back at once, and not after the two minutes that Slurm waits.
                  let areDone () =
                      use release = startShell $"scontrol update jobid={job}_0 starttime=now"
                      finish release |> ignore
                      counts there = [ 6; 0; 0 ]

                  waitUntil "all cells are done" areDone
                  Expect.equal (collected there) (collected here) "byte for byte"

                  // From C#: what is left of the plan that the folder has.
                  for result in
                      Directory.GetFiles(Path.Combine(there, "cells"), "result.json", SearchOption.AllDirectories)
                      |> Array.take 2 do
                      File.Delete result

                  let sweep =
                      Interneuron.Sweep(Interneuron.SweepPlan.Load(Path.Combine(there, "plan.json")), there)

                  let isOver () =
                      match sweep.Job with
                      | null -> false
                      | job -> job.Tasks.Count = 0

                  waitUntil "the first array is over" isOver

                  let array =
                      Interneuron.SlurmArray(Program = [| "dotnet"; program |], Block = 6, Time = TimeSpan.FromMinutes 10.0)

                  Expect.isNotNull (sweep.Submit array) "a job"
                  waitUntil "the second array is over" (fun () -> isOver () && sweep.Standing.Left = 0)
                  Expect.equal (collected there) (collected here) "byte for byte, again"
                  Expect.isNull (sweep.Submit array) "nothing is left") ]
