namespace Interneuron.Core.Circuits

open System
open System.Threading
open Interneuron.Statistics
open Interneuron.Kernels

/// How a run of learning is watched: what it is admitted with, how often it is looked at, and what is seen.
[<RequireQualifiedAccess>]
module internal Monitoring =
    /// How many snapshots a run takes, and how many stimuli their J and that of progress reports is taken over. With more than two primary
    /// neurons an evaluation costs what a step does for each of its stimuli: all together are then a twentieth of the stimuli that are
    /// learned from.
    let monitored (settings: Settings) (primaries: int) : int * int =
        if primaries <= 2 then
            100, 2_000
        else
            20, int (Math.Clamp(int64 settings.Steps * int64 settings.Batch / 400L, 10L, 2_000L))

    // Cancellation is checked after this many seconds of steps; between snapshots, progress is reported once a second.
    let private attention = 0.05
    let patience = 1.0

    // How many milliseconds work under way may go on after cancellation is asked for.
    let grace = 300

    /// How many steps to make before checking again: twice as many as last time while they take less than half the time allowed, half
    /// as many when they take more than twice that.
    let pace steps seconds =
        if seconds < 0.5 * attention then
            min (2L * steps) 1_000_000_000L
        elif seconds > 2.0 * attention then
            max 1L (steps / 2L)
        else
            steps

    let private requireFinite (circuit: Circuit) (stimuli: ReadOnlySpan<float>) =
        for i in 0 .. stimuli.Length - 1 do
            if not (Double.IsFinite stimuli[i]) then
                Refusal.argument
                    (nameof stimuli)
                    $"the stimulus of row {i / circuit.Primaries} has the value {stimuli[i]} in column {i % circuit.Primaries}"

    /// Refuses stimuli that cannot be learned from, and a run that would take more memory than there is.
    let admit (settings: Settings) (circuit: Circuit) (stimuli: ReadOnlyMemory<float>) : unit =
        if Response.rowsOf circuit stimuli.Length = 0 then
            Refusal.argument (nameof stimuli) "there is no stimulus to learn from"

        requireFinite circuit stimuli.Span

        Footprint.require (Footprint.limit ()) circuit.Primaries circuit.Interneurons circuit.Potential.Parameters.Length settings.Batch

    /// A circuit on its way, like one given, with its J over a part of the stimuli; None if any number of it is not finite.
    let look (late: CancellationToken) (like: Circuit) (part: float array) (state: CircuitState) : (Circuit * float) option =
        if Array.forall Double.IsFinite state.Gains then
            let here = Engines.circuit like state

            let j =
                try
                    Objective.valueUnless late here part
                with :? OperationCanceledException ->
                    nan

            if Double.IsInfinity j then None else Some(here, j)
        else
            None

    let snapshot (step: int) (here: Circuit) (j: float) : Snapshot =
        let gains, theta, columns = here.Numbers

        { Step = step
          J = j
          Gains = gains
          Theta = theta
          W = columns }

    /// What has been learned from a first circuit: the answer, or, where that is beyond all bounds, the last circuit that was not.
    let learnedBy (ending: Ending) (snapshots: Snapshot seq) (start: Circuit) (answer: CircuitState) : Circuit =
        match ending, Seq.tryLast snapshots with
        | Diverged, Some last -> Circuit.update last.Gains last.Theta last.W start
        | Diverged, None -> start
        | _ -> Engines.circuit start answer

    /// Steps of all kinds.
    let private stepsOf (settings: Settings) =
        settings.Steps
        + (if settings.BatchOptimum then 100 else 0)
        + settings.Likelihood

    /// The gains of least J after the steps, which count as a hundred more.
    let finish (settings: Settings) (progress: Progress -> unit) cancellation (learned: Circuit) (stimuli: ReadOnlyMemory<float>) =
        let report (at: Progress) =
            progress
                { at with
                    Step = settings.Steps + at.Step
                    Steps = stepsOf settings }

        let optimum = Optimum.gains report cancellation learned stimuli
        optimum.Circuit, optimum.Ending

    /// The steps up the likelihood, which count as that many more, where learning has come to its end.
    let climb (settings: Settings) (progress: Progress -> unit) cancellation (learned: Circuit) ending (stimuli: ReadOnlyMemory<float>) =
        if settings.Likelihood = 0 || ending <> Finished then
            learned, ending
        else
            let all = stepsOf settings
            let before = all - settings.Likelihood

            let report made =
                progress
                    { Step = before + made
                      Steps = all
                      J = nan }

            Likelihood.ascend settings.Learns settings.Likelihood settings.Seed report cancellation learned stimuli

    /// What is reported after some steps.
    let reportOf (settings: Settings) (step: int) (j: float) : Progress =
        { Step = step
          Steps = stepsOf settings
          J = j }
