namespace Interneuron.Experiments

open System
open System.ComponentModel
open System.Diagnostics
open System.IO
open System.Text.RegularExpressions
open Interneuron.Statistics
open Interneuron.Core.Files

/// What is asked of Slurm for a sweep.
type SlurmRequest =
    {
        /// The partition; None for the cluster's default.
        Partition: string option
        /// The most time of a task, as Slurm writes it; None for the partition's.
        Time: string option
        /// The processors of a task, and how many cells it runs at once.
        Cpus: int
        /// The most tasks at once; None for as many as there is room for.
        ArrayLimit: int option
        /// The cells of a task; None for one, or as many as keep the array within a thousand tasks.
        Block: int option
    }

/// The tasks of a job array.
type SlurmJob =
    {
        /// Its number.
        Id: string
        /// How many tasks are in which state, as Slurm calls them; none where it is over.
        Tasks: (string * int) list
    }

/// Sweeps as job arrays of Slurm: a task runs a block of cells in the sweep's folder, which all nodes have to share.
[<RequireQualifiedAccess>]
module Slurm =
    // Clusters allow 1,001 in an array unless they are told otherwise, counted from 0.
    let private mostTasks = 1000

    // The seconds that a task has between a request to end and its end.
    let private grace = 60

    let private inWords (name: string) (pattern: string) (right: string) (value: string option) : unit =
        match value with
        | Some text when not (Regex.IsMatch(text, pattern)) -> raise (Refusal $"{name} {Message.quote text}: {right}")
        | _ -> ()

    /// Refuses what Slurm could not read, or would read as something else.
    let check (request: SlurmRequest) : unit =
        inWords Options.partition.Name @"^[\w.,-]+\z" "a partition's name has letters, digits and - _ . only." request.Partition

        inWords
            Options.time.Name
            @"^(\d+|\d+:\d\d|\d+:\d\d:\d\d|\d+-\d+(:\d\d){0,2})\z"
            "write minutes, as 30, hours, minutes and seconds, as 4:00:00, or days and hours, as 2-00."
            request.Time

    /// The cells of a task.
    let blockOf (request: SlurmRequest) (cells: int) : int =
        defaultArg request.Block (max 1 ((cells + mostTasks - 1) / mostTasks))

    // 0,2-5,7
    let private ranges (numbers: int list) : string =
        ([], numbers)
        ||> List.fold (fun ranges number ->
            match ranges with
            | (first, last) :: before when last + 1 = number -> (first, number) :: before
            | _ -> (number, number) :: ranges)
        |> List.rev
        |> List.map (fun (first, last) -> if first = last then string first else $"{first}-{last}")
        |> String.concat ","

    let private quoted (word: string) = "'" + word.Replace("'", "'\\''") + "'"

    let private folderOf (folder: string) = Path.Combine(folder, "slurm")

    /// The script of a job array that runs the cells of these numbers, in ascending order, of a plan that is kept in a folder. `program` is
    /// the command that starts this program on the nodes. Refusal as `check`, and where there would be more tasks than an array has.
    let script (program: string list) (folder: string) (request: SlurmRequest) (cells: int list) : string =
        check request
        let folder = Path.GetFullPath folder

        if
            folder
            |> Seq.exists (fun letter -> letter = '"' || letter = '%' || letter = '\\' || Char.IsControl letter)
        then
            raise (Refusal $"{folder}: Slurm takes no folder with one of \" %% \\ in its name.")

        let block = blockOf request (List.last cells)
        let tasks = cells |> List.map (fun number -> (number - 1) / block) |> List.distinct

        if List.last tasks >= mostTasks then
            let fitting = blockOf { request with Block = None } (List.last cells)

            raise (Refusal $"{Options.block.Name} {block} makes more than {mostTasks} tasks, the most of an array; {fitting} do not.")

        let limit =
            match request.ArrayLimit with
            | Some limit -> $"%%{limit}"
            | None -> ""

        let command =
            program @ [ "sweep"; "--out"; folder ] |> List.map quoted |> String.concat " "

        [ "#!/bin/bash"
          $"# A sweep: each task runs {block} of its cells. Written by interneuron sweep --slurm; `sbatch` with this file submits it again."
          "#SBATCH --job-name=interneuron-sweep"
          $"#SBATCH --array={ranges tasks}{limit}"
          $"#SBATCH --chdir=\"{Directory.GetCurrentDirectory()}\""
          $"#SBATCH --output=\"{folderOf folder}/%%A_%%a.log\""
          "#SBATCH --open-mode=append"
          "#SBATCH --requeue"
          $"#SBATCH --signal=B:USR1@{grace}"
          "#SBATCH --ntasks=1"
          $"#SBATCH --cpus-per-task={request.Cpus}"
          for partition in Option.toList request.Partition do
              $"#SBATCH --partition={partition}"
          for time in Option.toList request.Time do
              $"#SBATCH --time={time}"
          ""
          $"first=$((SLURM_ARRAY_TASK_ID * {block} + 1))"
          $"{command} --cells \"$first..$((first + {block - 1}))\" --jobs {request.Cpus} &"
          "sweep=$!"
          "# SIGTERM, of a preemption or of scancel, is passed on: the cells keep what they have learned. SIGUSR1 comes shortly before"
          "# the time is over, and the task goes on in the queue."
          "again="
          "trap 'kill -TERM $sweep' TERM"
          "trap 'again=yes; kill -TERM $sweep' USR1"
          "code=0"
          "wait $sweep || code=$?"
          "while kill -0 $sweep 2> /dev/null; do code=0; wait $sweep || code=$?; done"
          "if [ -n \"$again\" ]; then scontrol requeue \"$SLURM_JOB_ID\"; fi"
          "exit $code"
          "" ]
        |> String.concat "\n"

    // Runs one of Slurm's programs: what it printed, or what it complained of; None where it is not there.
    let private ask (program: string) (arguments: string list) : Result<string, string> option =
        let info =
            ProcessStartInfo(program, arguments, RedirectStandardOutput = true, RedirectStandardError = true)

        try
            match Process.Start info with
            | null -> None
            | running ->
                use running = running
                let wrong = running.StandardError.ReadToEndAsync()
                let printed = running.StandardOutput.ReadToEnd()
                running.WaitForExit()

                Some(
                    if running.ExitCode = 0 then
                        Ok(printed.Trim())
                    else
                        Error(wrong.Result.Trim().Split('\n')[0])
                )
        with :? Win32Exception ->
            None

    let private jobFile (folder: string) = Path.Combine(folderOf folder, "job")

    /// The job array that was last submitted for a folder, and what Slurm says of it; None where there was none, or Slurm isn't here.
    let job (folder: string) : SlurmJob option =
        if not (File.Exists(jobFile folder)) then
            None
        else
            let id = File.ReadAllText(jobFile folder).Trim()

            ask "squeue" [ "--noheader"; "--array"; "--format=%T"; "--jobs=" + id ]
            |> Option.map (fun answer ->
                let tasks =
                    match answer with
                    | Ok "" -> []
                    | Ok states -> states.Split '\n' |> Array.countBy _.Trim().ToLowerInvariant() |> List.ofArray
                    // It forgets jobs some minutes after their end.
                    | Error _ -> []

                { Id = id; Tasks = tasks })

    /// Refuses a folder whose job array is still in the queue.
    let requireIdle (folder: string) : unit =
        match job folder with
        | Some { Id = id; Tasks = _ :: _ } ->
            raise (Refusal $"{folder}: Slurm's job {id} is at work in this folder; `scancel {id}` ends it.")
        | _ -> ()

    /// Writes the script of a job array for what is left of a plan into its folder, `slurm/sweep.sbatch`, and submits it: the number of the
    /// job, or None where no cell is left. What had failed is tried again. Refusal as `script`, where Slurm isn't here or refuses the job,
    /// and where the folder has another sweep at work.
    let submit (program: string list) (folder: string) (plan: Plan) (request: SlurmRequest) : string option =
        check request

        if (ask "sbatch" [ "--version" ]).IsNone then
            raise (
                Refusal
                    $"{Options.slurm.Name}: there is no sbatch here; run this where Slurm is installed, or without {Options.slurm.Name}."
            )

        Output.into folder ignore
        use _ = Cells.hold folder
        requireIdle folder
        Cells.keep folder plan
        Cells.forgetFailures folder plan

        let left =
            plan.Cells
            |> List.filter (fun cell -> Cells.state (Cells.place folder plan.Experiment cell) = CellState.Left)
            |> List.map _.Number

        if left.IsEmpty then
            None
        else
            let path = Path.Combine(folderOf folder, "sweep.sbatch")

            Output.into (folderOf folder) (fun () ->
                Files.writeWhole path (fun stream -> stream.Write(Text.Encoding.UTF8.GetBytes(script program folder request left))))

            match ask "sbatch" [ "--parsable"; path ] with
            | Some(Ok answer) ->
                // The number, and behind a semicolon the cluster's name.
                let id = answer.Split(';')[0]

                try
                    Files.writeWhole (jobFile folder) (fun stream -> stream.Write(Text.Encoding.UTF8.GetBytes(id + "\n")))
                with _ ->
                    // Nobody would know of it.
                    ask "scancel" [ id ] |> ignore
                    reraise ()

                Some id
            | Some(Error wrong) -> raise (Refusal $"sbatch refuses {path}: {wrong}")
            | None -> raise (Refusal $"sbatch cannot be started.")
