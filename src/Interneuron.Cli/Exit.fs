namespace Interneuron.Cli

open System
open System.IO
open System.Reflection
open Interneuron.Statistics
open Interneuron.Stimuli
open Interneuron.Experiments

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

    /// The machine failed, by its memory, a disk or a file, or this program did.
    let failed = 4

    /// The user interrupted; what had been learned is saved. For other signals than Ctrl-C it is 128 and their number.
    let interrupted = 130

    /// Nobody reads standard output any more: what a shell says of programs that a broken pipe ends.
    let unread = 141

    /// The HResult of an IOException where nobody reads a pipe any more: EPIPE, on every Unix.
    let brokenPipe = 32

    /// The code for an exception, and the line if there is something to say.
    let rec ofException (error: exn) : int * string option =
        let within (inner: exn | null) =
            match inner with
            | null -> failed, Some error.Message
            | inner -> ofException inner

        match error with
        | :? AggregateException as several -> within several.InnerException
        | :? TargetInvocationException
        | :? TypeInitializationException when not (isNull error.InnerException) -> within error.InnerException
        | :? UsageException -> usage, Some error.Message
        | :? Refusal
        | :? ArgumentException -> badInput, Some(Errors.message error)
        | :? NotConvergedException -> notConverged, Some error.Message
        | :? OperationCanceledException -> interrupted, Some "interrupted; nothing was written"
        | :? OutOfMemoryException -> failed, Some "out of memory: this takes more than there is; fewer stimuli or interneurons take less."
        | :? InsufficientExecutionStackException -> badInput, Some "the input is nested too deeply."
        | :? IOException when error.HResult = brokenPipe -> unread, None
        | :? FileNotFoundException as missing when (string missing.FileName).Contains "Culture=" ->
            failed, Some $"{(string missing.FileName).Split(',')[0]} cannot be loaded: it is missing, or too many files are open."
        | :? IOException
        | :? UnauthorizedAccessException -> failed, Some error.Message
        | _ ->
            let place =
                match error.TargetSite with
                | null -> ""
                | site -> $" in {site.Name}"

            failed, Some $"a fault of this program, {error.GetType().Name}{place}: {error.Message}"
