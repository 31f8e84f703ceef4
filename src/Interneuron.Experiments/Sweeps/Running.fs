namespace Interneuron.Experiments

open System
open System.Collections.Generic
open System.IO
open System.Runtime.ExceptionServices
open System.Threading
open Interneuron.Kernels
open Interneuron.Statistics
open Interneuron.Core.Files

/// Runs the cells of a sweep.
[<RequireQualifiedAccess>]
module Running =
    /// How the cells of a run stand, each time one more is over.
    type Report =
        {
            /// Those of the whole plan.
            Counts: SweepCounts
            /// Cells that this start has ended.
            Ended: int
            /// Cells that it was to run.
            ToDo: int
        }

    // The least stack of a thread that runs experiments: what a program's first one has.
    let private stack = 16 <<< 20

    // Why a cell failed, in a line; everything that a cell can raise is its own affair.
    let private reasonOf (error: exn) : string =
        match error with
        | :? Refusal
        | :? NotConvergedException
        | :? UsageException
        | :? IOException
        | :? UnauthorizedAccessException -> Message.oneLine error.Message
        | :? OutOfMemoryException -> "out of memory; fewer stimuli, interneurons or jobs need less."
        | other -> Message.oneLine $"a fault of this program, {other.GetType().Name}: {other.Message}"

    // What was learned is worth keeping where the machine was in the way.
    let private isOfMachine (error: exn) =
        match error, error.InnerException with
        | :? OutOfMemoryException, _
        | :? IOException, _
        | _, (:? IOException | :? UnauthorizedAccessException) -> true
        | _ -> false

    // Whether the file system refuses what belongs to the sweep itself, as a full disk does: other cells would fare no better.
    let private isOfSweep (place: string) (error: exn) =
        match error with
        | :? Refusal as refusal ->
            refusal.Message.StartsWith(place, StringComparison.Ordinal)
            && isOfMachine refusal
        | _ -> false

    // A folder that was deleted is not made again.
    let private requireThere (folder: string) =
        if not (Directory.Exists folder) then
            raise (Refusal(Where.named folder, "no such folder any more.", None, null, DirectoryNotFoundException()))

    let private kept (place: string) (experiment: IExperiment) =
        Directory.GetFiles(place, experiment.Name + ".checkpoint*")

    // Runs a cell that is held, and says whether it is over: with a result, or with the reason why there is none.
    let private runHeld
        (plan: Plan)
        (place: string)
        (cell: Cell)
        (every: TimeSpan)
        (say: string -> unit)
        (cancellation: CancellationToken)
        =
        let experiment = plan.Experiment

        let keeping =
            { Path = Path.Combine(place, experiment.Name + ".checkpoint")
              Every = every
              Resumes = (kept place experiment).Length > 0 }

        Checkpoints.within keeping say (fun () ->
            try
                let given = Given.read experiment.Name experiment.Flags say cell.Words
                let findings = experiment.OfGiven given ignore cancellation

                // What is found after a request to stop may be a part.
                if cancellation.IsCancellationRequested then
                    false, false
                else
                    requireThere place
                    Output.results place experiment.Name findings.Json (fun () -> []) |> ignore
                    true, true
            with
            | :? OperationCanceledException when cancellation.IsCancellationRequested -> false, false
            | error when isOfSweep place error -> reraise ()
            | error ->
                Output.json (Cells.failureIn place) (Json.Object [ "reason", Json.Text(reasonOf error) ])
                true, not (isOfMachine error))

    // Runs a cell unless it is over, or another process has it; says whether it was run to its end.
    let private runCell folder (plan: Plan) every say cancellation (cell: Cell) : bool =
        let place = Cells.place folder plan.Experiment cell

        requireThere folder

        FileError.guarded place "made" (fun () -> Directory.CreateDirectory place |> ignore)

        match Cells.tryHold (Cells.lockIn place) with
        | None -> false
        | Some held ->
            use _ = held

            match Cells.state place with
            | CellState.Left -> runHeld plan place cell every say cancellation
            | CellState.Failed _ -> false
            | CellState.Done ->
                // A kill between a result and the end of what it was kept in.
                for file in kept place plan.Experiment do
                    File.Delete file

                false

    // A cell of which nothing is to be done, not even tidying.
    let private isOver (place: string) =
        match Cells.state place with
        | CellState.Left -> false
        | CellState.Failed _ -> true
        | CellState.Done -> not (File.Exists(Cells.lockIn place))

    /// Runs some cells of a plan, as many at once as there are jobs, each on a processor of its own, in their order. Those that are done or
    /// have failed are not run again, nor those that another process has at work. Each goes on from what it had kept in the folder; a
    /// failure is kept as its reason, and the others go on. On cancellation cells keep what they have learned. `every` is the time between
    /// two states that a cell keeps, `say` takes lines about what is unusual, each once, `report` hears how the cells stand, one call at a
    /// time. Refusal when the folder cannot be written, or is there no more; cells at work keep what they have learned.
    let cells
        (folder: string)
        (plan: Plan)
        (cells: Cell list)
        (jobs: int)
        (every: TimeSpan)
        (say: string -> unit)
        (report: Report -> unit)
        (cancellation: CancellationToken)
        : unit =
        let turn = obj ()
        let counts = ref (Cells.count folder plan)

        let todo =
            cells
            |> List.filter (fun cell -> not (isOver (Cells.place folder plan.Experiment cell)))
            |> Array.ofList

        let next = ref -1
        let ended = ref 0
        let failure: ExceptionDispatchInfo option ref = ref None
        use stop = CancellationTokenSource.CreateLinkedTokenSource cancellation

        let tell () =
            report
                { Counts = counts.Value
                  Ended = ended.Value
                  ToDo = todo.Length }

        let over (cell: Cell) =
            lock turn (fun () ->
                ended.Value <- ended.Value + 1
                let before = counts.Value

                counts.Value <-
                    match Cells.state (Cells.place folder plan.Experiment cell) with
                    | CellState.Done ->
                        { before with
                            Done = before.Done + 1
                            Left = before.Left - 1 }
                    | CellState.Failed _ ->
                        { before with
                            Failed = before.Failed + 1
                            Left = before.Left - 1 }
                    | CellState.Left -> before

                tell ())

        // Cells have much in common; what is said of one need not be said of all.
        let said = HashSet<string>()

        let sayOnce line =
            lock turn (fun () ->
                if said.Add line then
                    say line)

        let take () = Interlocked.Increment(&next.contents)

        let work () =
            try
                let mutable at = take ()

                while at < todo.Length && not stop.IsCancellationRequested do
                    if runCell folder plan every sayOnce stop.Token todo[at] then
                        over todo[at]

                    at <- take ()
            with error ->
                lock turn (fun () ->
                    failure.Value <-
                        Some(
                            failure.Value
                            |> Option.defaultWith (fun () -> ExceptionDispatchInfo.Capture error)
                        ))

                stop.Cancel()

        tell ()

        let threads =
            [ for _ in 1 .. min jobs todo.Length -> Thread((fun () -> Processors.Alone work), stack, IsBackground = true) ]

        for thread in threads do
            thread.Start()

        for thread in threads do
            thread.Join()

        failure.Value |> Option.iter _.Throw()

    /// Runs a plan in a folder that no other sweep has: keeps it there, tries again what had failed, and runs what is left, as `cells`
    /// does. Refusal as `cells`, and where another sweep is at work in the folder.
    let plan
        (folder: string)
        (plan: Plan)
        (jobs: int)
        (every: TimeSpan)
        (say: string -> unit)
        (report: Report -> unit)
        (cancellation: CancellationToken)
        : SweepCounts =
        Output.into folder ignore
        use _ = Cells.hold folder
        Slurm.requireIdle folder
        Cells.keep folder plan
        Cells.forgetFailures folder plan
        cells folder plan plan.Cells jobs every say report cancellation
        Cells.count folder plan
