namespace Interneuron.Core

open System.Threading
open MathNet.Numerics.Random

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
    }

/// Online learning of any derived model: each step solves the responses of a batch and moves each parameter by rate (online - target - cost), in the order
/// of the parameters, then holds it to its constraint.
[<RequireQualifiedAccess>]
module Simulation =
    /// Ten thousand steps of ten stimuli.
    let defaults =
        { Steps = 10_000
          Batch = 10
          InOrder = false
          Seed = 1 }

    /// Parameters to start from: random, inside their constraints.
    let initial (instance: Instance) (seed: int) : Values =
        Certificate.draw (Xoshiro256StarStar(seed, false)) instance.Derivation.Model instance.Primaries instance.Interneurons

    /// J without the slow cost (or the mean loss) of parameters, over stimuli and over points of the target, n x N each; NaN where a stimulus has no response.
    let objective (instance: Instance) (values: Values) (stimuli: float array) (target: float array) : float =
        let packed = instance.Pack values

        let rows (numbers: float array) =
            numbers |> Array.chunkBySize instance.Primaries |> List.ofArray

        let guess: float array = Array.zeroCreate instance.Primaries

        match Certificate.objective instance packed [ for s in rows stimuli -> s, guess ] (rows target) with
        | Some all -> all - instance.CostOf packed
        | None -> nan

    // How many points of the target stand for it where its average has no formula.
    let private targetPoints = 500

    let private hold (instance: Instance) (p: Learned) (values: float array) (start: int) (length: int) =
        let each f =
            for m in start .. start + length - 1 do
                values[m] <- f values[m]

        match p.Constraint with
        | Free -> ()
        | NonNegative -> each (fun x -> max x 0.0)
        | Between(lower, upper) -> each (fun x -> min (max x lower) upper)
        | UnitColumns ->
            let k = instance.Interneurons

            for i in 0 .. k - 1 do
                let norm =
                    sqrt (Seq.sum (seq { for a in 0 .. instance.Primaries - 1 -> values[start + a * k + i] ** 2.0 }))

                for a in 0 .. instance.Primaries - 1 do
                    values[start + a * k + i] <- values[start + a * k + i] / norm

    /// Learns from n stimuli (n x N, row-major), from the given parameters. Reports the step; ends early where a stimulus has no response, or on cancellation.
    let run
        (settings: SimulationSettings)
        (progress: int -> unit)
        (cancellation: CancellationToken)
        (instance: Instance)
        (start: Values)
        (stimuli: float array)
        : Simulated =
        let n = instance.Primaries
        let rows = stimuli.Length / n

        if stimuli.Length = 0 || stimuli.Length % n <> 0 then
            invalidArg (nameof stimuli) $"{stimuli.Length} values are not whole rows of {n}, one value a primary neuron"

        if settings.Batch < 1 || settings.Steps < 0 then
            invalidArg (nameof settings) $"{settings.Steps} steps of {settings.Batch} stimuli: a run has 0 or more steps of at least 1"

        let model = instance.Derivation.Model
        let random = Xoshiro256StarStar(settings.Seed, false)
        let values = instance.Pack start
        let zeros = Array.zeroCreate n

        let target =
            if Array.exists id instance.IsAveraged then
                Initial.sampleTarget model.Target n targetPoints (settings.Seed + 1)
                |> Array.chunkBySize n
            else
                [||]

        let parts =
            let mutable first = 0

            [ for p in model.Learned do
                  let length = start[p.Name].Length
                  p, first, length
                  first <- first + length ]

        let mean (terms: float array array) =
            Array.init values.Length (fun m -> Array.averageBy (fun (t: float array) -> t[m]) terms)

        let stimulus step b =
            let row =
                if settings.InOrder then
                    int ((int64 step * int64 settings.Batch + int64 b) % int64 rows)
                else
                    random.Next rows

            Array.sub stimuli (row * n) n

        let mutable guess = Array.zeroCreate n

        let online step =
            let each =
                [| for b in 0 .. settings.Batch - 1 do
                       let s = stimulus step b

                       match instance.Respond(values, s, guess) with
                       | Some r ->
                           guess <- r
                           Some(instance.Online(values, s, r))
                       | None -> None |]

            if Array.forall Option.isSome each then
                Ok(mean (Array.choose id each))
            else
                Error(Array.findIndex Option.isNone each)

        let interval = max 1 (settings.Steps / 100)
        let trajectory = ResizeArray [ 0, start ]

        let rec go step =
            if step = settings.Steps then
                step, Finished
            elif cancellation.IsCancellationRequested then
                step, Interrupted
            else
                match online step with
                | Error row -> step, NoResponse row
                | Ok driven ->
                    let averaged =
                        if target.Length = 0 then
                            Array.zeroCreate values.Length
                        else
                            let means = target |> Array.map (fun r -> instance.Online(values, zeros, r)) |> mean
                            Array.map2 (fun isAveraged m -> if isAveraged then m else 0.0) instance.IsAveraged means

                    for p, first, length in parts do
                        if p.Rate > 0.0 then
                            // What is subtracted sees what has moved before it: the new gains, for the synapses.
                            let subtracted = instance.Fixed values

                            for m in first .. first + length - 1 do
                                values[m] <- values[m] + p.Rate * (driven[m] - averaged[m] - subtracted[m])

                            hold instance p values first length

                    if (step + 1) % interval = 0 then
                        trajectory.Add(step + 1, instance.Unpack values)
                        progress (step + 1)

                    go (step + 1)

        let steps, ending = go 0

        if fst trajectory[trajectory.Count - 1] <> steps then
            trajectory.Add(steps, instance.Unpack values)

        { Values = instance.Unpack values
          Steps = steps
          Ending = ending
          Trajectory = List.ofSeq trajectory }
