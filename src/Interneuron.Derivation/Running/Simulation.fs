namespace Interneuron.Derivation.Running

open System
open System.Threading
open MathNet.Numerics.Random
open Interneuron.Statistics
open Interneuron.Core.Circuits
open Interneuron.Derivation.Models

/// How a model of any energy learns online.
type SimulationSettings =
    {
        /// Steps to make.
        Steps: int
        /// Stimuli a step, drawn from all at random with replacement; or, in order, as they come.
        Batch: int
        /// Whether stimuli are taken in their order instead.
        InOrder: bool
        /// Random numbers.
        Seed: int
    }

/// What a simulation came to.
type Simulated =
    {
        /// The parameters at the end: the last good ones, whatever the ending.
        Values: Values
        /// Steps made.
        Steps: int
        /// How it ended.
        Ending: Ending
        /// The parameters after a hundred equally spaced steps, and after the last.
        Trajectory: (int * Values) list
        /// How many stimuli of the steps made had no response, and were left out.
        Missed: int
    }

/// Where a simulation stands: all that its next steps depend on beside its settings, its model, its start and its stimuli, and what it has
/// to show so far.
type SimulationStanding =
    {
        /// Steps made.
        Steps: int
        /// The parameters, one after another.
        Values: float array
        /// The last responses, and which were found: the next ones start there.
        Responses: float array
        /// See `Responses`.
        Found: bool array
        /// How many stimuli had no response.
        Missed: int
        /// The parameters after steps so far.
        Trajectory: (int * float array) list
    }

/// Online learning of any derived model: each step solves the responses of a batch and moves each parameter by rate (online - target -
/// cost), in the order of the parameters, then holds it to its constraint.
[<RequireQualifiedAccess>]
module Simulation =
    /// Ten thousand steps of ten stimuli.
    let defaults =
        { Steps = 10_000
          Batch = 10
          InOrder = false
          Seed = 1 }

    /// Parameters to start from: as declared, else random, inside their constraints.
    let initial (instance: Instance) (seed: int) : Values =
        RandomValues.start (Xoshiro256StarStar(seed, false)) instance.Derivation.Model instance.Sizes

    /// max over r of -E, the least energy or the loss, averaged over stimuli.
    let private driven (instance: Instance) packed (stimuli: float array) =
        let responses = LaneBatch.Of(instance).Responses(packed, stimuli)

        Array.zip (Array.chunkBySize instance.Stimuli stimuli) (Array.chunkBySize instance.Responses responses)
        |> Array.averageBy (fun (s, y) ->
            if Array.exists Double.IsNaN y then
                nan
            else
                instance.Driven(packed, s, y))

    /// What learning descends on, over stimuli, one a row: J with the target's part by quadrature, the mean energy or the mean loss, and
    /// the slow cost. NaN where a stimulus has no response.
    let value (instance: Instance) (values: Values) (stimuli: float array) : float =
        let packed = instance.Pack values

        let target =
            if instance.Derivation.Model.Objective.IsTransport then
                fst (instance.Slow.TargetValue(packed, 1))
            else
                0.0

        driven instance packed stimuli + target + instance.CostOf packed

    /// The objective without the slow cost, over stimuli and, for J, over points of the target, one a row; NaN where a stimulus has no
    /// response.
    let objective (instance: Instance) (values: Values) (stimuli: float array) (target: float array) : float =
        let packed = instance.Pack values
        let zeros = Array.zeroCreate instance.Stimuli
        let driven = driven instance packed stimuli

        if instance.Derivation.Model.Objective.IsTransport then
            driven
            + (target
               |> Array.chunkBySize instance.Responses
               |> Array.averageBy (fun r -> (let struct (phi, _) = instance.Values(packed, zeros, r) in phi)))
        else
            driven

    /// Holds a parameter's numbers, those from `start` on, to its constraints.
    let internal hold (instance: Instance) (p: Learned) (values: float array) (start: int) (length: int) =
        if not p.Constraints.IsEmpty then
            let held = RandomValues.hold instance.Sizes p (Array.sub values start length)

            Array.blit held 0 values start length

    /// The parameters after a step, given the mean over its responses of what they contribute to each.
    let private moved (instance: Instance) (seed: int) (before: float array) (driven: float array) : float array =
        let values = Array.copy before
        let averaged = instance.Averages(before, seed)
        let subtracted: float array = Array.zeroCreate values.Length

        for p, first, length in instance.Parts do
            if p.Rate > 0.0 then
                // What is subtracted sees what has moved before it: the new gains, for the synapses.
                instance.Slow.FixedInto(values, subtracted)

                for m in first .. first + length - 1 do
                    values[m] <- values[m] + p.Rate * (driven[m] - averaged[m] - subtracted[m])

                hold instance p values first length

        values

    /// The parameters after a step from stimuli, each with its response or a guess of it. Where the target's average has no formula and no
    /// quadrature, it is over points drawn by the seed.
    let step (instance: Instance) (seed: int) (before: float array) (responses: (float array * float array) array) : float array =
        let mean: float array = Array.zeroCreate instance.Size

        LaneBatch
            .Of(instance)
            .Learn(
                before,
                Array.concat (Array.map fst responses),
                Array.concat (Array.map snd responses),
                Array.create responses.Length false,
                mean
            )
        |> ignore

        moved instance seed before mean

    /// Learns from stimuli, one a row, from the given parameters, or from where a run that was kept stands. Reports the step and the
    /// parameters. A stimulus without a response is left out of its step; the run ends early where a whole step has none or leads to
    /// numbers that are not finite, or on cancellation.
    let runKeeping
        (keeping: Keeping<SimulationStanding> option)
        (settings: SimulationSettings)
        (progress: (int * Values) -> unit)
        (cancellation: CancellationToken)
        (instance: Instance)
        (start: Values)
        (stimuli: float array)
        : Simulated =
        let n = instance.Stimuli
        let rows = stimuli.Length / n

        if stimuli.Length = 0 || stimuli.Length % n <> 0 then
            invalidArg (nameof stimuli) $"{stimuli.Length} values are not whole rows of {n}, one value for each neuron of the inputs"

        if settings.Batch < 1 || settings.Steps < 0 then
            Refusal.argument
                (nameof settings)
                $"{settings.Steps} steps of {settings.Batch} stimuli: a run has 0 or more steps of at least 1"

        let random = Xoshiro256StarStar(settings.Seed, false)
        let points = System.Random(settings.Seed + 1)

        let row step b =
            if settings.InOrder then
                int ((int64 step * int64 settings.Batch + int64 b) % int64 rows)
            else
                random.Next rows

        let lanes = LaneBatch.Of instance
        let batch: float array = Array.zeroCreate (settings.Batch * n)

        // Each begins where the last of its place ended.
        let responses: float array = Array.zeroCreate (settings.Batch * instance.Responses)

        let found = Array.create settings.Batch false
        let mean: float array = Array.zeroCreate instance.Size
        let mutable missed = 0
        let from = keeping |> Option.bind _.From

        match from with
        | None -> ()
        | Some standing ->
            Array.blit standing.Responses 0 responses 0 responses.Length
            Array.blit standing.Found 0 found 0 found.Length
            missed <- standing.Missed

            // The draws of the steps that are made.
            for step in 0 .. standing.Steps - 1 do
                for b in 0 .. settings.Batch - 1 do
                    row step b |> ignore

                points.Next() |> ignore

        /// The mean of what the responses to a step's stimuli contribute; None where none has one.
        let driven values step =
            for b in 0 .. settings.Batch - 1 do
                Array.blit stimuli (row step b * n) batch (b * n) n

            let count = lanes.Learn(values, batch, responses, found, mean)
            missed <- missed + settings.Batch - count

            for b in 0 .. settings.Batch - 1 do
                if not found[b] then
                    Array.Clear(responses, b * instance.Responses, instance.Responses)

            if count = 0 then None else Some mean

        let interval = max 1 (settings.Steps / 100)

        let trajectory =
            match from with
            | None -> ResizeArray [ 0, start ]
            | Some standing -> ResizeArray [ for step, values in standing.Trajectory -> step, instance.Unpack values ]

        let kept = Diagnostics.Stopwatch.StartNew()

        let stand (values: float array) made =
            match keeping with
            | Some keeping ->
                keeping.Keep
                    { Steps = made
                      Values = values
                      Responses = responses
                      Found = found
                      Missed = missed
                      Trajectory = [ for step, values in trajectory -> step, instance.Pack values ] }

                kept.Restart()
            | None -> ()

        let isToStand () =
            keeping |> Option.exists (fun keeping -> kept.Elapsed > keeping.Every)

        let rec go (values: float array) made =
            if isToStand () then
                stand values made

            if made = settings.Steps then
                values, made, Finished
            elif cancellation.IsCancellationRequested then
                if made > 0 then
                    stand values made

                values, made, Interrupted
            else
                match driven values made with
                | None -> values, made, NoResponse 0
                | Some mean ->
                    let next = moved instance (points.Next()) values mean

                    if not (Array.forall System.Double.IsFinite next) then
                        values, made, NoResponse 0
                    else
                        if (made + 1) % interval = 0 then
                            let numbers = instance.Unpack next
                            trajectory.Add(made + 1, numbers)
                            progress (made + 1, numbers)

                        go next (made + 1)

        let values, steps, ending =
            match from with
            | Some standing -> go standing.Values standing.Steps
            | None -> go (instance.Pack start) 0

        if ending = Finished then
            stand values steps

        if fst trajectory[trajectory.Count - 1] <> steps then
            trajectory.Add(steps, instance.Unpack values)

        { Values = instance.Unpack values
          Steps = steps
          Ending = ending
          Trajectory = List.ofSeq trajectory
          Missed = missed }

    /// The same without being kept.
    let run settings progress cancellation (instance: Instance) (start: Values) (stimuli: float array) : Simulated =
        runKeeping None settings progress cancellation instance start stimuli
