namespace Interneuron.Cli

open System.Threading
open Interneuron.Core
open Interneuron.Experiments

/// How every experiment ends.
[<RequireQualifiedAccess>]
module Conclusion =
    /// Saves what was found, and the courses where trajectories are asked for; prints the result; says whether the user stopped it.
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

        if isInterrupted then
            Terminal.log "interrupted; what had been learned is measured and saved"

        Terminal.wrote (save folder result)

        if Given.trajectory arguments then
            Terminal.wrote (Trajectory.save folder (courses result))

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

    /// What is said where there is no result for a part of the work: half of a comparison is none.
    let interrupted () : int =
        Terminal.log "interrupted; nothing was written"
        Exit.interrupted
