namespace Interneuron.Cli

open System
open System.Threading
open Interneuron.Core
open Interneuron.Experiments

/// How every experiment ends.
[<RequireQualifiedAccess>]
module Conclusion =
    /// Reports an interruption that leaves nothing to save: a partial comparison is not a result. What an earlier run saved stays.
    let interrupted () : 'T = raise (OperationCanceledException())

    /// Does so for a verb interrupted before its first step, which has learned nothing.
    let requireSteps (ending: Ending) (steps: int) =
        if ending = Interrupted && steps = 0 then
            interrupted ()

    /// Saves the findings, with trajectories if requested, prints the result and gives the exit code.
    let ofCourses
        (arguments: Argument list)
        (cancellation: CancellationToken)
        (folder: string)
        (save: string -> 'Result -> string list)
        (courses: 'Result -> (string * Course) list)
        (toJson: 'Result -> Json)
        (toTable: 'Result -> (string * string) list)
        (result: 'Result)
        : int =
        let isInterrupted = cancellation.IsCancellationRequested

        let hasLearned =
            courses result
            |> List.exists (fun (_, course) -> course.Steps |> Array.exists (fun step -> step > 0))

        if isInterrupted && not hasLearned then
            interrupted ()

        if isInterrupted then
            Terminal.log "interrupted; what had been learned is measured and saved"

        let paths =
            Terminal.during "drawing" (fun _ ->
                Output.into folder (fun () ->
                    let trajectories =
                        if Given.trajectory arguments then
                            Trajectory.save folder (courses result)
                        else
                            []

                    save folder result @ trajectories))

        Terminal.wrote paths
        Terminal.result (Given.json arguments) (toJson result) (toTable result)

        match Json.notFinite (toJson result) with
        | [] -> if isInterrupted then Exit.interrupted else Exit.ok
        | places ->
            let named = String.concat ", " (List.truncate 3 places)

            let more =
                if places.Length > 3 then
                    $" and {places.Length - 3} more"
                else
                    ""

            Terminal.log $"{named}{more}: no finite number; what was learned is saved, but this is no measure of it"
            Exit.notConverged

    /// The same for circuits.
    let ofResult arguments cancellation folder save (trained: 'Result -> (string * Trained) list) toJson toTable result : int =
        let courses result =
            [ for name, circuit in trained result -> name, Trajectory.ofTrained circuit ]

        ofCourses arguments cancellation folder save courses toJson toTable result
