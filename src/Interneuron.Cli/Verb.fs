namespace Interneuron.Cli

open System
open System.Threading
open Interneuron.Core.Files
open Interneuron.Experiments

/// Something the program does.
type Verb =
    {
        /// The first word of the command line.
        Name: string
        /// What it does, in a line.
        Summary: string
        /// Its required options.
        Required: Flag list
        /// The other options.
        Optional: Flag list
        /// An example of its use.
        Example: string
        /// Does it; the exit code.
        Run: Given -> CancellationToken -> int
    }

    /// All its options.
    member this.Options = this.Required @ this.Optional

/// Long work that survives.
[<RequireQualifiedAccess>]
module Kept =
    /// The time between two states that are kept, as --checkpoint says; None where none are.
    let every (given: Given) : TimeSpan option =
        match given.TryFind Options.checkpoint with
        | Some 0.0 -> None
        | Some seconds -> Some(TimeSpan.FromSeconds seconds)
        | None -> Some Checkpoints.usual

    /// Does work whose learning is kept in a file of this path, as --checkpoint and --resume say, until it is done.
    let within (path: string) (given: Given) (cancellation: CancellationToken) (work: unit -> int) : int =
        match every given with
        | None when given.Has Options.resume ->
            raise (UsageException "--resume goes on from what is kept, and --checkpoint 0 keeps nothing")
        | None -> work ()
        | Some every ->
            let plan =
                { Path = path
                  Every = every
                  Resumes = given.Has Options.resume }

            Checkpoints.within plan Terminal.log (fun () ->
                let code = work ()
                code, not cancellation.IsCancellationRequested)

/// Places to write to, better checked before the work than after it.
[<RequireQualifiedAccess>]
module Destination =
    /// --out, a file that can be written.
    let file (given: Given) : string =
        let path = given.Find Options.outFile
        Files.requireWritable path
        path

    /// --out, a folder, which is made when there is something to put into it, and is named after the verb where it is not given. It can be
    /// written to, and holds no results but those of the same verb.
    let folder (verb: string) (given: Given) : string =
        let path = given.TryFind Options.outFolder |> Option.defaultValue verb
        Output.requireFree path verb
        path
