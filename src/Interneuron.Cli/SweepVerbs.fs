namespace Interneuron.Cli

open System
open System.IO
open System.Reflection
open System.Threading
open Interneuron.Statistics
open Interneuron.Core.Files
open Interneuron.Experiments

/// The verbs of sweeps: many runs of an experiment, in a folder.
[<RequireQualifiedAccess>]
module SweepVerbs =
    let private folderOf (given: Given) =
        given.TryFind Options.outFolder |> Option.defaultValue Collecting.name

    // What the options say, or what an earlier start left in the folder, or the usual.
    let private planOf (given: Given) (folder: string) : Plan =
        let usual = UsualPlan.grid @ UsualPlan.shared |> List.filter given.Has

        match given.TryFind Options.plan, usual with
        | Some path, [] -> Plan.read path
        | Some _, other :: _ -> raise (UsageException $"{Options.plan.Name} has all options in it; leave {other.Name} out")
        | None, [] when File.Exists(Cells.planFile folder) -> Cells.plan folder
        | None, _ -> UsualPlan.ofGiven given

    // What the figure shows: as the plan says, with what is given.
    let private axesOf (given: Given) (plan: Plan) : SweepAxes option =
        let columns (list: string) =
            list.Split(',', StringSplitOptions.TrimEntries ||| StringSplitOptions.RemoveEmptyEntries)
            |> List.ofArray

        match given.TryFind Options.x, given.TryFind Options.y |> Option.map columns, given.TryFind Options.by, plan.Axes with
        | Some x, Some y, by, _ -> Some { X = x; Y = y; By = by }
        | x, y, by, Some axes ->
            Some
                { X = defaultArg x axes.X
                  Y = defaultArg y axes.Y
                  By = Option.orElse axes.By by }
        | None, None, None, None -> None
        | _ -> raise (UsageException $"the plan has no figure; give {Options.x.Name} and {Options.y.Name}")

    let private counted (counts: SweepCounts) =
        $"{counts.Done} done, {counts.Failed} failed, {counts.Left} left"

    let private collectInto (folder: string) (given: Given) (plan: Plan) : unit =
        let collected =
            Collecting.collect folder plan (axesOf given plan) (not (given.Has Options.withoutTimes))

        Terminal.during "drawing" (fun _ -> Collecting.save collected) |> Terminal.wrote

        Terminal.result (given.Has Options.json) collected.Json collected.Lines

    // Cells that keep nothing on their way do so when they are stopped.
    let private everyOf (given: Given) : TimeSpan =
        Kept.every given |> Option.defaultValue TimeSpan.MaxValue

    let private progress (report: float -> string -> unit) (plan: Plan) (at: Running.Report) =
        // The whole is not told of: what comes then has a name of its own.
        if at.Ended < at.ToDo then
            report (float at.Ended / float at.ToDo) $"{plan.Experiment.Name}, {counted at.Counts}"

    // How this program is started elsewhere: by dotnet, or as a program of its own.
    let private program () : string list =
        let assembly = Assembly.GetExecutingAssembly().Location

        match Environment.ProcessPath with
        | null -> [ "dotnet"; assembly ]
        | path when Path.GetFileNameWithoutExtension(path: string) = "dotnet" -> [ path; assembly ]
        | path -> [ path ]

    let private submit (given: Given) (folder: string) : int =
        let request =
            { Partition = given.TryFind Options.partition
              Time = given.TryFind Options.time
              Cpus = given.TryFind Options.cpus |> Option.defaultValue 1
              ArrayLimit = given.TryFind Options.arrayLimit
              Block = given.TryFind Options.block }

        let plan = planOf given folder

        match Slurm.submit (program ()) folder plan request with
        | Some id ->
            let counts = Cells.count folder plan

            Terminal.result
                (given.Has Options.json)
                (Json.Object(Collecting.members plan counts @ [ "job", Json.Text id ]))
                [ "job", id
                  "cells", counted counts
                  "status", $"interneuron sweep status --out {folder}"
                  "results", $"interneuron sweep collect --out {folder}" ]
        | None -> collectInto folder given plan

        Exit.ok

    let private endedBy (cancellation: CancellationToken) (folder: string) (plan: Plan) : bool =
        if cancellation.IsCancellationRequested then
            Terminal.log $"interrupted: {counted (Cells.count folder plan)}; the same command goes on"
            true
        else
            false

    let private run (given: Given) (cancellation: CancellationToken) : int =
        let folder = folderOf given
        Output.requireFree folder Collecting.name

        let jobs =
            given.TryFind Options.jobs |> Option.defaultValue Environment.ProcessorCount

        match given.TryFind Options.cells with
        | _ when given.Has Options.slurm -> submit given folder
        | Some range ->
            let plan = Cells.plan folder
            let cells = Plan.cellsIn (Where.named Options.cells.Name) range plan

            Terminal.during "preparing" (fun report ->
                Running.cells folder plan cells jobs (everyOf given) Terminal.log (progress report plan) cancellation)

            if endedBy cancellation folder plan then
                Exit.interrupted
            else
                Exit.ok
        | None ->
            let plan = planOf given folder

            let counts =
                Terminal.during "preparing" (fun report ->
                    Running.plan folder plan jobs (everyOf given) Terminal.log (progress report plan) cancellation)

            if endedBy cancellation folder plan then
                Exit.interrupted
            else
                collectInto folder given plan

                if counts.Done = 0 then
                    let reason =
                        plan.Cells
                        |> List.tryPick (fun cell ->
                            match Cells.state (Cells.place folder plan.Experiment cell) with
                            | CellState.Failed reason -> Some reason
                            | _ -> None)

                    raise (Refusal(defaultArg reason "every cell is at work elsewhere"))

                Exit.ok

    let private figure: Flag list =
        [ Options.x; Options.y; Options.by; Options.withoutTimes ]

    /// Runs a sweep, here or by Slurm.
    let sweep: Verb =
        { Name = "sweep"
          Summary = "run an experiment for every cell of a grid of settings, here or by Slurm, and make a table of the results"
          Required = []
          Optional =
            (Options.plan :> Flag) :: UsualPlan.grid
            @ UsualPlan.shared
            @ [ Options.jobs; Options.checkpoint; Options.cells ]
            @ [ Options.slurm
                Options.partition
                Options.time
                Options.cpus
                Options.arrayLimit
                Options.block ]
            @ figure
            @ [ Options.outFolder; Options.json ]
          Example = "interneuron sweep --images photographs --potential power-mixture,monomial --seeds 1..10 --jobs 2 --out study"
          Run = run }

    let private tellStatus (given: Given) (_: CancellationToken) : int =
        let folder = folderOf given
        let plan = Cells.plan folder
        let counts = Cells.count folder plan
        let job = Slurm.job folder |> Option.filter (fun job -> not job.Tasks.IsEmpty)

        let reasons =
            [ for cell in plan.Cells do
                  match Cells.state (Cells.place folder plan.Experiment cell) with
                  | CellState.Failed reason -> cell, reason
                  | _ -> () ]

        let failed =
            [ for cell, reason in reasons -> Json.Object [ "cell", Json.whole cell.Number; "reason", Json.Text reason ] ]

        let ofJob =
            [ for job in Option.toList job ->
                  "slurm",
                  Json.Object(
                      ("job", Json.Text job.Id)
                      :: [ for state, count in job.Tasks -> state, Json.whole count ]
                  ) ]

        Terminal.result
            (given.Has Options.json)
            (Json.Object(Collecting.members plan counts @ [ "failures", Json.List failed ] @ ofJob))
            [ "experiment", plan.Experiment.Name
              "cells", counted counts
              for job in Option.toList job do
                  let tasks =
                      [ for state, count in job.Tasks -> $"{count} {state}" ] |> String.concat ", "

                  "slurm", $"job {job.Id}: {tasks}"
              for cell, reason in reasons do
                  $"cell {cell.Number}", reason ]

        Exit.ok

    /// How a sweep stands.
    let status: Verb =
        { Name = "sweep status"
          Summary = "how many cells of a sweep are done, failed and left, and why they failed"
          Required = []
          Optional = [ Options.outFolder; Options.json ]
          Example = "interneuron sweep status --out study"
          Run = tellStatus }

    let private collectNow (given: Given) (_: CancellationToken) : int =
        let folder = folderOf given
        let plan = Cells.plan folder
        Output.requireFree folder Collecting.name
        collectInto folder given plan
        Exit.ok

    /// The table and figure of a sweep.
    let collect: Verb =
        { Name = "sweep collect"
          Summary = "the results of a sweep so far as one table (Parquet, CSV), and a figure of its columns"
          Required = []
          Optional = figure @ [ Options.outFolder; Options.json ]
          Example = "interneuron sweep collect --out study --x kurtosis.stimulus --y ks,w2 --by potential"
          Run = collectNow }
