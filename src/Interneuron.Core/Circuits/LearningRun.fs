namespace Interneuron.Core.Circuits

open System
open System.Threading
open Interneuron.Kernels

/// Learning that is advanced a few steps at a time, for those who watch it. After all its steps the circuit is that of `Learner.train`,
/// but for the batch optimum, however they were divided.
[<Sealed>]
type LearningRun private (settings: Settings, start: Circuit, stimuli: ReadOnlyMemory<float>, trainer: Trainer) =
    let mutable circuit = start
    let mutable ending: Ending option = None

    /// The circuit so far; None where it is beyond all bounds.
    let answer () =
        let state = trainer.Answer

        if
            Array.forall Double.IsFinite state.Gains
            && Array.forall Double.IsFinite state.Theta
        then
            Some(Engines.circuit start state)
        else
            None

    /// A run from a circuit on stimuli (n x N, row-major). Refusals as those of `Learner.trainOn`.
    static member Begin (settings: Settings) (start: Circuit) (stimuli: ReadOnlyMemory<float>) : LearningRun =
        Monitoring.admit settings start stimuli
        LearningRun(settings, start, stimuli, Learner.trainer settings start stimuli.Span)

    /// Steps made.
    member _.Steps: int = int trainer.Steps

    /// What has been learned.
    member _.Circuit: Circuit = circuit

    /// How it ended; None while there are steps to make.
    member _.Ending: Ending option = ending

    /// Makes at most so many steps more, fewer where there are no more, or `cancellation` asks to stop.
    member this.Advance(steps: int, cancellation: CancellationToken) : unit =
        let left = min steps (settings.Steps - this.Steps)

        if ending.IsNone && left > 0 then
            let outcome = trainer.Run(stimuli.Span, left, cancellation)

            match answer () with
            | Some so when outcome.Response.IsConverged -> circuit <- so
            | Some so ->
                circuit <- so
                ending <- Some(NoResponse outcome.Response.FirstFailure)
            | None -> ending <- Some Diverged

        if ending.IsNone && this.Steps >= settings.Steps then
            ending <- Some Finished
