namespace Interneuron.Core.Files

open System
open System.Collections.Generic
open System.IO
open System.Reflection
open System.Runtime.InteropServices
open System.Security.Cryptography
open System.Text
open System.Threading
open Interneuron.Core.Circuits

/// Where and how often the runs of some work keep their state.
type CheckpointPlan =
    {
        /// The file of the first run; those of later ones have its name and -2, -3, ...
        Path: string
        /// The time between two states.
        Every: TimeSpan
        /// Whether runs go on from what is kept, or start anew.
        Resumes: bool
    }

/// Runs of learning that survive: what they need to go on is kept in files, and deleted when the work is done.
[<RequireQualifiedAccess>]
module Checkpoints =
    /// The time between two states where nobody says.
    let usual = TimeSpan.FromSeconds 30.0

    type private Work =
        { Plan: CheckpointPlan
          Files: List<CheckpointFile>
          Say: string -> unit }

    let private current = AsyncLocal<Work | null>()

    let private version =
        match Assembly.GetExecutingAssembly().GetCustomAttribute<AssemblyInformationalVersionAttribute>() with
        | null -> ""
        | attribute -> attribute.InformationalVersion.Split('+')[0]

    /// Does work whose runs keep their state as planned; `say` takes a line about what it goes on from. What is kept is deleted when the
    /// work says that it is done, and stays when it does not, or raises an exception.
    let within (plan: CheckpointPlan) (say: string -> unit) (work: unit -> 'result * bool) : 'result =
        let here =
            { Plan = plan
              Files = List()
              Say = say }

        let outside = current.Value
        current.Value <- here

        try
            let result, isDone = work ()

            if isDone then
                for file in here.Files do
                    file.Remove()

            result
        finally
            current.Value <- outside

            for file in here.Files do
                (file :> IDisposable).Dispose()

    let private digest (bytes: ReadOnlySpan<byte>) =
        "sha256:" + Convert.ToHexStringLower(SHA256.HashData bytes)

    /// What stands for a long text, such as a circuit or a model, where runs are told apart.
    let internal digestOf (text: string) : string =
        digest (ReadOnlySpan(Encoding.UTF8.GetBytes text))

    /// Runs what can be kept, and gone on with, as the work around it says: `run` is given how. `said` tells this run from others, as names
    /// and values, where it is kept; `toBytes` and `ofBytes` are its states' form in files, with the number of steps made.
    let internal run
        (said: unit -> (string * string) list)
        (stimuli: ReadOnlyMemory<float>)
        (ofBytes: byte array -> 'state)
        (toBytes: 'state -> int * byte array)
        (run: Keeping<'state> option -> 'result)
        : 'result =
        match current.Value with
        | null -> run None
        | work ->
            let number = work.Files.Count + 1

            let path =
                if number = 1 then
                    work.Plan.Path
                else
                    $"{work.Plan.Path}-{number}"

            let file = new CheckpointFile(path)
            work.Files.Add file

            let identity =
                ("version", version)
                :: ("stimuli", digest (MemoryMarshal.AsBytes stimuli.Span))
                :: said ()

            let from =
                if work.Plan.Resumes then
                    match file.Read identity with
                    | Some(steps, state) ->
                        work.Say $"goes on from step {steps}, kept in {path}"

                        try
                            Some(ofBytes state)
                        with
                        | :? EndOfStreamException
                        | :? InvalidDataException -> FileError.refuse path "is torn; without --resume the run starts anew."
                    | None ->
                        work.Say $"nothing is kept in {path}: starts from the first step"
                        None
                else
                    if not file.IsEmpty then
                        work.Say $"starts anew; --resume would go on with what {path} had kept"

                    None

            let keep state =
                let steps, bytes = toBytes state
                file.Write(identity, steps, bytes)

            run (
                Some
                    { From = from
                      Every = work.Plan.Every
                      Keep = keep }
            )

    /// `Learner.trainOn`, kept where the work around it says so.
    let train
        (settings: Settings)
        (progress: Progress -> unit)
        (cancellation: CancellationToken)
        (circuit: Circuit)
        (stimuli: ReadOnlyMemory<float>)
        : Trained =
        let said () =
            let start =
                { Circuit = circuit
                  Standardisation = None
                  Provenance = None }
                |> CircuitFile.toJson
                |> Json.toLine

            [ for name, value in CircuitFile.settingsMembers settings -> name, Json.toLine value ]
            @ [ "first circuit", digestOf start ]

        run said stimuli Standing.ofBytes (fun standing -> standing.Steps, Standing.toBytes standing) (fun keeping ->
            Learner.trainKeeping keeping settings progress cancellation circuit stimuli)
