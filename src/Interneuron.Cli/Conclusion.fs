namespace Interneuron.Cli

open System.Threading
open Interneuron.Core
open Interneuron.Experiments

/// How every experiment ends.
[<RequireQualifiedAccess>]
module Conclusion =
    /// Saves what was found, and the trajectories where they are asked for; prints the result; says whether the user stopped it.
    let ofResult
        (arguments: Argument list)
        (cancellation: CancellationToken)
        (folder: string)
        (save: string -> string list)
        (trained: (string * Trained) list)
        (json: Json)
        (table: (string * string) list)
        : int =
        let isInterrupted = cancellation.IsCancellationRequested

        if isInterrupted then
            Terminal.log "interrupted; what had been learned is measured and saved"

        Terminal.wrote (save folder)

        if Given.trajectory arguments then
            Terminal.wrote (Trajectory.save folder trained)

        Terminal.result (Given.json arguments) json table
        if isInterrupted then Exit.interrupted else Exit.ok

    /// What is said where there is no result for a part of the work: half of a comparison is none.
    let interrupted () : int =
        Terminal.log "interrupted; nothing was written"
        Exit.interrupted
