namespace Interneuron.Core.Circuits

open System
open System.Threading
open Interneuron.Statistics
open Interneuron.Kernels
open Interneuron.Core.Symbolic
open Interneuron.Core.Transport

/// Online learning: a fold of steps over batches, each a descent on J by the derived rules (theory, section 4).
[<RequireQualifiedAccess>]
module Learner =
    // J is convex in g alone; with theta and W it is not, and smaller steps keep the learner in the valley where it starts.
    /// The first rate of the scaled gain steps, g exp(rate (F - E F) E F / E F^2).
    let gainRate (learns: Learns) : float =
        if learns.Parameters > 0.0 || learns.Synapses > 0.0 then
            0.2
        else
            1.0

    /// The first rate of the scaled steps of an activation parameter, in its unit for a deviation of dF/dtheta over the target.
    let parameterRate = 0.01
    /// The first rate of the scaled steps of a synapse, r f in units of E z f over the target.
    let synapseRate = 0.02
    /// The largest exponent of a scaled gain step.
    let gainClip = 0.2
    /// The largest scaled step of an activation parameter.
    let parameterClip = 0.02
    /// The length of the largest scaled step of an interneuron's synapses, before they are made a unit vector again: as long as that vector
    /// is.
    let synapseClip = 1.0

    /// What the steps of an activation parameter are measured in: half its interval; where that has no end, the distance of its first
    /// values from the end it has, or their own size.
    let parameterUnit (parameter: Parameter) : float = StepScales.parameterUnit parameter

    /// The scaled rates fall as (1 + t/decaySteps)^-1/2 with the number t of steps made.
    let decaySteps = 2000.0

    let private all =
        { Gains = 1.0
          Parameters = 1.0
          Synapses = 1.0 }

    /// The default settings. Everything learns, but in a population of thresholds, which covers the line and all directions as it is, the
    /// gains alone.
    let defaultsFor (potential: Potential) : Settings =
        { Rule = RuleOrigin.Derived
          Schedule = Scaled
          Learns =
            if (Initial.layout potential).IsDrawn then
                all
            else
                { all with
                    Parameters = 0.0
                    Synapses = 0.0 }
          Steps = 200_000
          Batch = 10
          Seed = 1
          BatchOptimum = false
          Likelihood = 0 }

    /// The published settings for N primary neurons (theory, section 6): 20,000 steps for one, 3,000 for more.
    let published (n: int) : Settings =
        { Rule = RuleOrigin.Published
          Learns = all
          Batch = 10
          Seed = 1
          Schedule = Published
          BatchOptimum = false
          Likelihood = 0
          Steps = (if n = 1 then 20_000 else 3_000) }

    let internal ruleOf (settings: Settings) (circuit: Circuit) : Rule =
        Plasticity.ofOrigin settings.Rule circuit.Potential circuit.Target

    let private check (settings: Settings) =
        if settings.Batch < 1 then
            Refusal.argument (nameof settings) $"a batch has {settings.Batch} stimuli; it has at least 1"

        if settings.Steps < 0 then
            Refusal.argument (nameof settings) $"{settings.Steps} steps; there are at least 0"

        for pace in [ settings.Learns.Gains; settings.Learns.Parameters; settings.Learns.Synapses ] do
            if not (pace >= 0.0 && Double.IsFinite pace) then
                Refusal.argument (nameof settings) $"a pace of learning is {pace}; it is a finite number, 0 or more"

        if settings.BatchOptimum && settings.Learns.Gains = 0.0 then
            Refusal.argument (nameof settings) "the batch optimum is one of gains, and they do not learn"

        if settings.Likelihood < 0 then
            Refusal.argument (nameof settings) $"{settings.Likelihood} steps up the likelihood; there are at least 0"

    /// The engine's form of the settings.
    let private ruleFor (settings: Settings) (circuit: Circuit) (rule: Rule) : LearningRule =
        let k, parameters = circuit.Interneurons, circuit.Potential.Parameters.Length

        match settings.Schedule with
        | Published ->
            let theta = if circuit.Primaries = 1 then 1e-4 else 1e-5

            LearningRule(
                GainRates = Array.create k (settings.Learns.Gains * 1e-3),
                ThetaRates = Array.create (k * parameters) (settings.Learns.Parameters * theta),
                SynapseRates = Array.create k (settings.Learns.Synapses * 1e-2),
                GainStep = GainStep.TimesGain,
                ThetaStepTimesGain = rule.ParameterStepTimesGain,
                SynapseStepTimesGain = true
            )
        | Scaled ->
            let scales = StepScales.atTarget circuit rule
            let over size rate = if size > 0.0 then rate / size else 0.0

            LearningRule(
                GainRates =
                    [| for gain, square, _, _ in scales -> settings.Learns.Gains * (gain * over square (gainRate settings.Learns)) |],
                ThetaRates =
                    [| for _, _, deviations, _ in scales do
                           for d in deviations -> settings.Learns.Parameters * over d parameterRate |],
                SynapseRates = [| for _, _, _, drive in scales -> settings.Learns.Synapses * over drive synapseRate |],
                GainStep = GainStep.Exponential,
                GainClip = gainClip,
                ThetaClip = parameterClip,
                SynapseClip = synapseClip,
                ThetaUnits = [| for p in circuit.Potential.Parameters -> parameterUnit p |],
                ThetaStepTimesGain = false,
                SynapseStepTimesGain = false,
                DecaySteps = decaySteps,
                DecayPower = 0.5,
                AverageFrom = int64 (settings.Steps / 2)
            )

    /// What the engine learns a circuit with: itself, where the target terms come from, and the rule in its form.
    let internal means (settings: Settings) (circuit: Circuit) : Engine * TargetNodes * LearningRule =
        check settings

        if settings.Likelihood > 0 then
            Likelihood.require circuit |> ignore

        let rule = ruleOf settings circuit
        Engines.forRule circuit.Potential rule, Engines.nodes circuit rule, ruleFor settings circuit rule

    /// Trainers of a circuit, each for stimuli of its own.
    let private trainers (settings: Settings) (circuit: Circuit) : float -> Trainer =
        let engine, nodes, learning = means settings circuit

        fun tolerance -> engine.Train(Engines.state circuit, nodes, learning, settings.Batch, uint64 settings.Seed, tolerance)

    let internal trainer (settings: Settings) (circuit: Circuit) (stimuli: ReadOnlySpan<float>) : Trainer =
        trainers settings circuit (Response.toleranceFor stimuli)

    /// From one circuit a step on each of some batches (n x N, row-major).
    let internal steps (settings: Settings) (circuit: Circuit) (batches: float array list) : Result<Circuit, Ending> list =
        let trainers = trainers settings circuit

        [ for batch in batches do
              Response.rows circuit batch |> ignore
              let trainer = trainers (Response.toleranceFor (ReadOnlySpan batch))
              let outcome = trainer.Step(ReadOnlySpan batch)

              if outcome.Response.IsConverged then
                  Ok(Engines.circuit circuit trainer.Circuit)
              else
                  Error(NoResponse outcome.Response.FirstFailure) ]

    /// One step on a batch (n x N, row-major), as a function from circuit to circuit, at the rates of the first step. For understanding and
    /// for tests; `train` makes many steps at once.
    let step (settings: Settings) (circuit: Circuit) (batch: float array) : Result<Circuit, Ending> =
        steps settings circuit [ batch ] |> List.exactlyOne

    /// The largest |s - grad phi(r)|_inf over all responses that the first steps of a run are learned from, evaluated formula by formula
    /// for the circuit of each step: what the fast solvers are checked by. Slow.
    let largestResidual (settings: Settings) (steps: int) (circuit: Circuit) (stimuli: float array) : float =
        let n = circuit.Primaries
        let trainer = trainer settings circuit (ReadOnlySpan stimuli)
        let rows = Array.zeroCreate settings.Batch
        let responses = Array.zeroCreate (settings.Batch * n)

        Seq.max (
            seq {
                for _ in 1..steps do
                    let before = Engines.circuit circuit trainer.Circuit
                    let outcome = trainer.Run(ReadOnlySpan stimuli, 1)

                    if not outcome.Response.IsConverged then
                        yield infinity
                    else
                        let count = trainer.LastBatch(Span rows, Span responses)

                        for b in 0 .. count - 1 do
                            let s = Circuit.stimulusOf before responses[b * n .. b * n + n - 1]
                            for a in 0 .. n - 1 -> Math.Abs(s[a] - stimuli[rows[b] * n + a])
            }
        )

    /// Learns online from stimuli (n x N, row-major), batches drawn with replacement. Takes a snapshot about a hundred times a run, twenty
    /// times with more than two primary neurons, reports progress then and every second, and stops within a second when cancellation is
    /// asked for; the result depends on none of these, nor on where it is kept and gone on from. Where the settings say so, the gains are
    /// then those of least J, and the likelihood is climbed. Refuses a run that would take more memory than there is. The memory of the
    /// stimuli is read and not copied, so that it may lie in a file.
    let trainKeeping
        (keeping: Keeping<Standing> option)
        (settings: Settings)
        (progress: Progress -> unit)
        (cancellation: CancellationToken)
        (circuit: Circuit)
        (stimuli: ReadOnlyMemory<float>)
        : Trained =
        Monitoring.admit settings circuit stimuli
        let trainer = trainer settings circuit stimuli.Span
        let looks, most = Monitoring.monitored settings circuit.Primaries
        let part = Samples.evenlyFrom circuit.Primaries most stimuli

        use late = new CancellationTokenSource()
        use _ = cancellation.Register(fun () -> late.CancelAfter Monitoring.grace)

        let snapshots = ResizeArray<Snapshot>()
        let reported = Diagnostics.Stopwatch.StartNew()
        let kept = Diagnostics.Stopwatch.StartNew()
        let mutable cost = 0.0
        let mutable stoodAt = int trainer.Steps
        let from = keeping |> Option.bind _.From

        match from with
        | Some standing ->
            trainer.Restore(standing.Learner, stimuli.Span)
            stoodAt <- int trainer.Steps
            snapshots.AddRange standing.Trajectory
        | None -> ()

        let before = from |> Option.map _.Seconds |> Option.defaultValue 0.0

        let report j =
            progress (Monitoring.reportOf settings (int trainer.Steps) j)
            reported.Restart()

        /// Evaluates the circuit, keeps the result as a snapshot if asked to, and reports it. False if it is not finite.
        let keep wanted =
            let clock = Diagnostics.Stopwatch.StartNew()
            let seen = Monitoring.look late.Token circuit part trainer.Answer
            cost <- clock.Elapsed.TotalSeconds

            match seen with
            | None -> false
            | Some(here, j) ->
                if wanted then
                    snapshots.Add(Monitoring.snapshot (int trainer.Steps) here j)

                report j
                true

        let clock = Diagnostics.Stopwatch()
        let chunk = max 1 (settings.Steps / looks)

        /// Keeps where the run stands, for going on from there.
        let stand (bestGains: float array option) =
            match keeping with
            | Some keeping ->
                keeping.Keep
                    { Steps = int trainer.Steps
                      Learner = trainer.Save()
                      Seconds = before + clock.Elapsed.TotalSeconds
                      Trajectory = List.ofSeq snapshots
                      BestGains = bestGains }

                kept.Restart()
                stoodAt <- int trainer.Steps
            | None -> ()

        let rec go (steps: int64) (next: int) =
            let made = int trainer.Steps

            if made >= settings.Steps then
                Finished
            elif cancellation.IsCancellationRequested then
                if stoodAt < made then
                    stand None

                Interrupted
            else
                let started = clock.Elapsed
                clock.Start()

                let outcome =
                    trainer.Run(stimuli.Span, int (min steps (int64 (next - made))), late.Token)

                clock.Stop()
                let seconds = (clock.Elapsed - started).TotalSeconds
                let here = int trainer.Steps
                let failed = not outcome.Response.IsConverged

                let isStopped = cancellation.IsCancellationRequested

                let isToStand =
                    not failed
                    && keeping
                       |> Option.exists (fun keeping -> isStopped || kept.Elapsed > keeping.Every)

                // Before the snapshot of a run that is stopped between two, which one that goes on does not have.
                if isToStand && here < next then
                    stand None

                let isDue = here = next || failed || isStopped

                let isFinite =
                    if isDue then
                        keep true
                    elif reported.Elapsed.TotalSeconds > max Monitoring.patience (20.0 * cost) then
                        keep false
                    else
                        true

                if isToStand && here = next && isFinite then
                    stand None

                if not isFinite then
                    Diverged
                elif failed then
                    NoResponse outcome.Response.FirstFailure
                else
                    go
                        (Monitoring.pace steps seconds)
                        (if here = next then
                             next + min chunk (settings.Steps - next)
                         else
                             next)

        let made = int trainer.Steps

        let ending =
            if from.IsSome || keep true then
                go 1L (min settings.Steps ((made / chunk + 1) * chunk))
            else
                Diverged

        if ending = Finished && stoodAt < settings.Steps then
            stand None

        let learned = Monitoring.learnedBy ending snapshots circuit trainer.Answer

        let learned, ending =
            match from |> Option.bind _.BestGains with
            | Some gains ->
                let _, theta, columns = learned.Numbers
                Circuit.update gains theta columns learned, ending
            | None when settings.BatchOptimum && ending = Finished ->
                clock.Start()
                let best, ending = Monitoring.finish settings progress cancellation learned stimuli
                clock.Stop()

                if ending = Finished then
                    stand (Some best.Gains)

                best, ending
            | None -> learned, ending

        clock.Start()

        let learned, ending =
            Monitoring.climb settings progress cancellation learned ending stimuli

        clock.Stop()

        { Circuit = learned
          Settings = settings
          Steps = int trainer.Steps
          Ending = ending
          Seconds = before + clock.Elapsed.TotalSeconds
          Trajectory = List.ofSeq snapshots }

    /// The same without being kept.
    let trainOn settings progress cancellation circuit (stimuli: ReadOnlyMemory<float>) : Trained =
        trainKeeping None settings progress cancellation circuit stimuli

    /// The same for stimuli in an array.
    let train settings progress cancellation circuit (stimuli: float array) : Trained =
        trainOn settings progress cancellation circuit (ReadOnlyMemory stimuli)
