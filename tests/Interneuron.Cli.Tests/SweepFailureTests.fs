/// Sweeps whose folder cannot be written, or not any more: one line, and what there was stays.
module Interneuron.Cli.Tests.SweepFailureTests

open System
open System.IO
open System.Threading
open Expecto
open Interneuron.Stimuli
open Interneuron.Cli.Tests.Run

/// A plan of eight cells of so many steps, in a folder: its file.
let private planOf (steps: int) (folder: string) : string =
    let s, plan = Path.Combine(folder, "s.npy"), Path.Combine(folder, "plan.json")
    Npy.write s [ 4000 ] pairs

    File.WriteAllText(
        plan,
        $$$"""{"experiment": "gaussianise", "options": {"input": "{{{s}}}", "steps": {{{steps}}} }, "grid": {"seed": "1..8"}}"""
    )

    plan

/// The table of a sweep, without times.
let private tableOf (out: string) : string =
    let ended = run [ "sweep"; "collect"; "--out"; out; "--without-times" ]
    Expect.equal ended.Code 0 ended.Err
    File.ReadAllText(Path.Combine(out, "table.csv"))

/// Programs of Slurm in a folder, which say what is asked for, with which a test is run.
let private withSlurm (sbatch: string) (test: string -> unit) =
    if OperatingSystem.IsWindows() then
        skiptest "scripts of bash"

    inFolder (fun folder ->
        let programs = Path.Combine(folder, "programs")
        Directory.CreateDirectory programs |> ignore

        for name, text in
            [ "sbatch", $"[ \"$1\" = --version ] || {sbatch}"
              "scancel", $"echo \"$@\" >> '{folder}/cancelled'"
              "squeue", "true" ] do
            let path = Path.Combine(programs, name)
            File.WriteAllText(path, $"#!/bin/bash\n{text}\n")
            File.SetUnixFileMode(path, UnixFileMode.UserRead ||| UnixFileMode.UserWrite ||| UnixFileMode.UserExecute)

        let before = Environment.GetEnvironmentVariable "PATH"

        try
            Environment.SetEnvironmentVariable("PATH", $"{programs}:{before}")
            test folder
        finally
            Environment.SetEnvironmentVariable("PATH", before))

[<Tests>]
let tests =
    testSequenced
    <| testList
        "Sweeps in trouble"
        [ testCase "a full disk ends a sweep with one line; what is done stays, and the same command goes on"
          <| fun () ->
              use probe = startShell "unshare -m mount -t tmpfs -o size=1m tmpfs /mnt"

              if not (OperatingSystem.IsLinux()) || (finish probe).Code <> 0 then
                  skiptest "a small disk takes root on Linux"

              inFolder (fun folder ->
                  let plan = planOf 150_000 folder
                  let disk, parts = Path.Combine(folder, "disk"), Path.Combine(folder, "parts")
                  Directory.CreateDirectory disk |> ignore
                  let sweep = $"dotnet '{program}' sweep --out '{disk}/out'"

                  let script =
                      $"""mount -t tmpfs -o size=4m tmpfs '{disk}' || exit
{sweep} --plan '{plan}' --jobs 2 --checkpoint 0.02 2> '{folder}/said' > /dev/null & sweep=$!
until ls '{disk}'/out/cells/*/result.json > /dev/null 2>&1; do sleep 0.05; done
head -c 8M /dev/zero > '{disk}/fill' 2> /dev/null
wait $sweep; echo $?
find '{disk}/out' -name '.*'
mkdir '{folder}/programs'; printf '#!/bin/bash\n' > '{folder}/programs/sbatch'; chmod +x '{folder}/programs/sbatch'
PATH="{folder}/programs:$PATH" {sweep} --slurm 2> '{folder}/slurm' > /dev/null; echo $?
dotnet '{program}' sweep status --out '{disk}/out'
rm '{disk}/fill'
{sweep} --jobs 2 2> /dev/null > /dev/null; echo $?
cp -r '{disk}/out' '{parts}'"""

                  File.WriteAllText(Path.Combine(folder, "try.sh"), script)
                  let ended = finish (startShell $"unshare -m bash '{folder}/try.sh'")

                  let said name =
                      File.ReadAllLines(Path.Combine(folder, name)) |> Array.last

                  let answers = lines ended.Out
                  Expect.equal (List.truncate 2 answers) [ "2"; "2" ] $"codes, and no file without a name: {ended.Out}{ended.Err}"

                  for name in [ "said"; "slurm" ] do
                      Expect.stringStarts (said name) $"interneuron: {disk}/out/" name
                      Expect.stringEnds (said name) "No space left on device." name

                  Expect.equal (List.last answers) "0" "goes on"
                  let whole = Path.Combine(folder, "whole")
                  Expect.equal (run [ "sweep"; "--plan"; plan; "--out"; whole ]).Code 0 "on another disk"
                  Expect.equal (tableOf parts) (tableOf whole) "the same table")

          testCase "a folder that is deleted during a sweep ends it with one line, and is not made again"
          <| fun () ->
              inFolder (fun folder ->
                  let out = Path.Combine(folder, "out")

                  use running =
                      start
                          [ program
                            "sweep"
                            "--plan"
                            planOf 100_000_000 folder
                            "--out"
                            out
                            "--jobs"
                            "2"
                            "--checkpoint"
                            "0.2" ]

                  let kept () =
                      Directory.Exists(Path.Combine(out, "cells"))
                      && Directory.GetFiles(out, "*.checkpoint", SearchOption.AllDirectories)
                         |> Array.exists (fun path -> FileInfo(path).Length > 0L)

                  while not (kept ()) do
                      Expect.isFalse running.HasExited "at work"
                      Thread.Sleep 20

                  use delete = startShell $"rm -rf '{out}'"
                  Expect.equal (finish delete).Code 0 "deleted"
                  let ended = finish running
                  Expect.equal ended.Code 2 ended.Err
                  Expect.stringStarts (List.last (lines ended.Err)) $"interneuron: {out}/cells/" "says where"
                  Expect.equal (filesIn folder) [ "plan.json"; "s.npy" ] "nothing is made again")

          testCase "a folder that may only be read: no sweep in it, no table; status tells how it stands"
          <| fun () ->
              inFolder (fun folder ->
                  let plan, out = planOf 100 folder, Path.Combine(folder, "out")
                  Expect.equal (run [ "sweep"; "--plan"; plan; "--out"; out ]).Code 0 "a sweep"
                  let table = tableOf out
                  let modes = UnixFileMode.UserRead ||| UnixFileMode.UserExecute
                  use close = startShell $"chmod -R a-w '{out}'"
                  Expect.equal (finish close).Code 0 "closed"
                  let other = Path.Combine(folder, "other")
                  Directory.CreateDirectory(other, modes) |> ignore

                  try
                      for words, refused in
                          [ [ "sweep"; "--plan"; plan; "--out"; out ], out
                            [ "sweep"; "collect"; "--out"; out ], out
                            [ "sweep"; "--plan"; plan; "--out"; Path.Combine(other, "out") ], Path.Combine(other, "out") ] do
                          let ended = finish (startUnprivileged (program :: words))

                          Expect.equal
                              (ended.Code, ended.Err)
                              (2, $"interneuron: {refused}: cannot be written to: permission denied.\n")
                              (String.concat " " words)

                      let status = finish (startUnprivileged [ program; "sweep"; "status"; "--out"; out ])
                      Expect.equal status.Code 0 status.Err
                      Expect.stringContains status.Out "8 done, 0 failed, 0 left" "status"
                  finally
                      use opened = startShell $"chmod -R u+w '{out}' '{other}'"
                      finish opened |> ignore

                  Expect.equal (tableOf out) table "as it was")

          testCase "a job array that cannot be written or kept is one line, none is left in the queue, and the sweep runs here as ever"
          <| fun () ->
              withSlurm "echo 7" (fun folder ->
                  let plan, out = planOf 100 folder, Path.Combine(folder, "out")

                  let submit () =
                      run [ "sweep"; "--plan"; plan; "--out"; out; "--slurm" ]

                  let slurm = Path.Combine(out, "slurm")
                  Directory.CreateDirectory out |> ignore
                  File.WriteAllText(slurm, "a file")
                  let ended = submit ()
                  Expect.equal ended.Code 2 ended.Err
                  Expect.stringStarts ended.Err $"interneuron: {slurm}: cannot be made: " "no folder for it"
                  Expect.isFalse (File.Exists(Path.Combine(folder, "cancelled"))) "nothing was submitted"
                  File.Delete slurm
                  let job = Path.Combine(slurm, "job")
                  Directory.CreateDirectory job |> ignore
                  let ended = submit ()
                  Expect.equal (ended.Code, ended.Err.Trim()) (2, $"interneuron: {job}: is a folder; a file is needed.") "its number"
                  Expect.equal (File.ReadAllText(Path.Combine(folder, "cancelled")).Trim()) "7" "the array is cancelled"
                  Directory.Delete job
                  Expect.equal (run [ "sweep"; "--out"; out ]).Code 0 "here"
                  Expect.stringContains (tableOf out) "done" "a table")

          testCase "what Slurm refuses is told in its words"
          <| fun () ->
              withSlurm "{ echo 'sbatch: error: invalid partition specified: short' >&2; exit 1; }" (fun folder ->
                  let plan, out = planOf 100 folder, Path.Combine(folder, "out")

                  let ended =
                      run [ "sweep"; "--plan"; plan; "--out"; out; "--slurm"; "--partition"; "short" ]

                  let script = Path.Combine(out, "slurm", "sweep.sbatch")

                  Expect.equal
                      (ended.Code, ended.Err.Trim())
                      (2, $"interneuron: sbatch refuses {script}: sbatch: error: invalid partition specified: short")
                      "one line"

                  Expect.equal (run [ "sweep"; "status"; "--out"; out ]).Code 0 "no job is remembered") ]
