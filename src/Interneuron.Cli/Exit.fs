namespace Interneuron.Cli

open System
open Interneuron.Experiments
open Interneuron.Stimuli

/// A command line that cannot be followed. The message says why, in a line.
exception UsageException of message: string with
    /// The line.
    override this.Message = this.message

/// How the program ends.
[<RequireQualifiedAccess>]
module Exit =
    /// Everything was done.
    let ok = 0

    /// The command line cannot be followed.
    let usage = 1

    /// An input cannot be used, or a choice cannot be.
    let badInput = 2

    /// A computation came to no result.
    let notConverged = 3

    /// The user interrupted; what had been learned is saved.
    let interrupted = 130

    /// The code and the line for an exception; None for one that nobody foresaw.
    let ofException (error: exn) : (int * string) option =
        match error with
        | :? UsageException -> Some(usage, error.Message)
        | :? BadInputException
        | :? ArgumentException -> Some(badInput, Errors.message error)
        | :? NotConvergedException -> Some(notConverged, error.Message)
        | _ -> None
