namespace Interneuron.Core.Circuits

open System
open System.Threading
open MathNet.Numerics.Statistics
open Interneuron.Statistics
open Interneuron.Kernels
open Interneuron.Core.Symbolic

/// The gains of least J, and the evidence.
type Optimum =
    {
        /// The circuit with these gains, theta and W as they were.
        Circuit: Circuit
        /// J there, over the stimuli.
        J: float
        /// J of the circuit that was given.
        Start: float
        /// How much lower the least J is at most, by slopes and curvature at these gains.
        Left: float
        /// How the descent ended. Where a stimulus has no response at the gains given, they are the answer.
        Ending: Ending
    }

/// Gains that minimise J over all stimuli at once: what online learning of gains is held against, and may be finished by.
[<RequireQualifiedAccess>]
module Optimum =
    /// The descent ends when J can fall by less than this share of it.
    let private precision = 1e-6

    /// The most stimuli that are taken, evenly from all.
    let internal most = 1 <<< 20

    // Stimuli of the first descent, and how many times as many the next takes.
    let private first = 8192
    let private growth = 6
    // J over m stimuli is within about this many m-ths of J over all, which a descent on a part need not undercut.
    let private noise = 25.0
    // Stimuli that the curvature is taken over: at least so many, and numbers of them for each interneuron.
    let private fewest = 2048
    let private perInterneuron = 40
    // Bytes for each pair of interneurons: the curvature as it is summed, as a matrix, and factored.
    let private perPair = 32.0
    // A step is taken where J falls by this share of what its slope says.
    let private sufficient = 1e-4
    let private shortest = 1e-6
    let private mostSteps = 100

    /// J in the gains, over some of the stimuli.
    let private objectiveOn (circuit: Circuit) (stimuli: ReadOnlyMemory<float>) : GainObjective =
        let rule = Plasticity.derived circuit.Potential circuit.Target
        let nodes = Engines.nodes circuit rule
        let zero = Expr.constant 0.0

        let gainsOnly =
            { rule with
                ParameterTerms = [ for _ in rule.ParameterTerms -> zero ]
                ParameterTargets = [ for _ in rule.ParameterTerms -> Some zero ] }

        (Engines.forRule circuit.Potential gainsOnly).Gains(Engines.state circuit, nodes, stimuli, Response.toleranceFor stimuli.Span)

    /// The rows of so many of the largest of some numbers, the largest first, and the others in their order.
    let private largestAndOthers (count: int) (sizes: float array) : int array * int array =
        let n = sizes.Length
        let least = ArrayStatistics.OrderStatisticInplace(Array.copy sizes, n - count + 1)
        let chosen, others = ResizeArray count, ResizeArray(n - count)

        // Of those that are as large as the least, the first.
        let mutable room =
            count - (sizes |> Array.sumBy (fun size -> if size > least then 1 else 0))

        for row in 0 .. n - 1 do
            if sizes[row] > least then
                chosen.Add row
            elif sizes[row] = least && room > 0 then
                room <- room - 1
                chosen.Add row
            else
                others.Add row

        let chosen = chosen.ToArray()
        Array.Sort(Array.map (fun row -> -sizes[row]) chosen, chosen)
        chosen, others.ToArray()

    /// Rows of the stimuli for the curvature, with weights: a quarter of them those of the largest responses, which are all that some
    /// interneurons see, the others evenly from all.
    let private curvatureOver (circuit: CircuitState) (sizes: float array) =
        let n = sizes.Length

        let count =
            min n (max fewest (perInterneuron * circuit.Interneurons / circuit.Primaries))

        let far = if count = n then n else count / 4
        let largest, near = largestAndOthers far sizes
        let taken = count - far

        Array.append largest (Array.init taken (fun j -> near[int (int64 j * int64 near.Length / int64 taken)])),
        Array.init count (fun j -> (if j < far then 1.0 else float near.Length / float taken) / float n)

    /// J and dJ/dg at some gains; None where a stimulus has no response.
    let private evaluate (objective: GainObjective) (cancellation: CancellationToken) (gains: float array) =
        let slopes = Array.zeroCreate gains.Length
        let mutable j = 0.0

        let outcome = objective.Evaluate(ReadOnlySpan gains, Span slopes, &j, cancellation)

        if outcome.IsConverged && Double.IsFinite j then
            Ok(j, slopes)
        else
            Error outcome.FirstFailure

    /// Where a descent stands: the point, J, its slopes, and how much may be left.
    type private Place =
        { Point: Interior
          J: float
          Slopes: float array
          Left: float }

    /// From a place that has been accepted on to one where J can fall by less than this share of it.
    let private descend (objective: GainObjective) (report: Place -> unit) cancellation (share: float) (from: Place) : Place =
        let rec go steps (here: Place) =
            let rows, weights = curvatureOver objective.Circuit (objective.Sizes())

            let curvature =
                objective.Curvature(ReadOnlyMemory rows, ReadOnlyMemory weights, cancellation)

            let step = GainDescent.step here.Point here.Slopes curvature
            let here = { here with Left = step.Left }
            report here

            if step.Left <= share * Math.Abs here.J || steps = mostSteps then
                here
            else
                let g = here.Point.Gains

                let merit j gains =
                    j - step.Barrier * Array.sumBy Math.Log gains

                let before = merit here.J g

                let slope =
                    GainDescent.dot here.Slopes step.Change
                    - step.Barrier * Array.sum (Array.map2 (/) step.Change g)

                let rec search t =
                    let gains = Array.map2 (fun g change -> g + t * change) g step.Change

                    match evaluate objective cancellation gains with
                    | Ok(j, slopes) when merit j gains <= before + sufficient * t * slope ->
                        objective.Accept()

                        Some
                            { here with
                                Point =
                                    { Gains = gains
                                      Multipliers = step.MultipliersAt gains }
                                J = j
                                Slopes = slopes }
                    | _ when t < shortest -> None
                    | _ -> search (0.5 * t)

                match search step.Reach with
                | Some next -> go (steps + 1) next
                // No step along the line lowers J in this arithmetic.
                | None -> here

        go 0 from

    /// Whether the memory of this machine is enough for the curvature of a circuit's J in its gains, K x K.
    let internal fits (circuit: Circuit) : bool =
        perPair * float circuit.Interneurons ** 2.0 <= Footprint.limit ()

    /// The circuit with the gains of least J over the stimuli (n x N, row-major), theta and W as they are. J is convex in g (theory,
    /// section 3); the descent is by Newton steps with the gradient of all stimuli and the curvature of a part, first on a small part of
    /// the stimuli, then on larger ones, as far as each can tell. Reports how far it is in hundredths. Cancellation ends it with the best
    /// gains so far. Refuses stimuli that are none, and more interneurons than there is memory for.
    let gains (progress: Progress -> unit) (cancellation: CancellationToken) (circuit: Circuit) (stimuli: ReadOnlyMemory<float>) : Optimum =
        let n = min most (Response.rowsOf circuit stimuli.Length)

        if n = 0 then
            Refusal.argument (nameof stimuli) "there is no stimulus to learn from"

        if not (fits circuit) then
            Refusal.argument
                (nameof circuit)
                $"the curvature in the gains of {circuit.Interneurons} interneurons takes \
                {Footprint.text (perPair * float circuit.Interneurons ** 2.0)} of memory; the limit here is \
                {Footprint.text (Footprint.limit ())}"

        let given, theta, columns = circuit.Numbers

        let evenly count =
            let all = stimuli.Length / circuit.Primaries

            if count = all then
                stimuli
            else
                let part = Array.zeroCreate (count * circuit.Primaries)

                for row in 0 .. count - 1 do
                    let from = int (int64 row * int64 all / int64 count) * circuit.Primaries
                    stimuli.Slice(from, circuit.Primaries).CopyTo(Memory(part, row * circuit.Primaries, circuit.Primaries))

                ReadOnlyMemory part

        let whole = objectiveOn circuit (evenly n)

        let answer start ending (gains: float array) j left =
            { Circuit = Circuit.update gains theta columns circuit
              J = j
              Start = start
              Left = left
              Ending = ending }

        let mutable best = given, nan, nan
        let mutable start = nan

        try
            match evaluate whole cancellation (GainDescent.positive given) with
            | Error row -> answer nan (NoResponse row) given nan nan
            | Ok(j, slopes) ->
                whole.Accept()
                start <- j
                best <- given, j, nan
                let point = GainDescent.start (GainDescent.positive given) slopes
                let mutable furthest = 0

                /// Hundredths of the way, in magnitudes of what is left.
                let report (place: Place) =
                    let left = Math.Clamp(place.Left / Math.Abs place.J, precision, 1.0)
                    furthest <- max furthest (int (100.0 * Math.Log left / Math.Log precision))

                    progress
                        { Step = furthest
                          Steps = 100
                          J = place.J }

                let here =
                    { Point = point
                      J = j
                      Slopes = slopes
                      Left = GainDescent.dot point.Gains (Array.map abs slopes) }

                // Parts that can tell more than is known, each a descent to what it can tell.
                let parts =
                    first
                    |> Seq.unfold (fun m -> if 2 * m < n then Some(m, m * growth) else None)
                    |> Seq.filter (fun m -> noise / float m * Math.Abs j < here.Left)

                let onPart (point: Interior option) (m: int) =
                    let objective = objectiveOn circuit (evenly m)

                    let gains =
                        match point with
                        | Some point -> point.Gains
                        | None -> here.Point.Gains

                    match evaluate objective cancellation gains with
                    | Error _ -> point
                    | Ok(j, slopes) ->
                        objective.Accept()

                        let place =
                            { Point = defaultArg point (GainDescent.start gains slopes)
                              J = j
                              Slopes = slopes
                              Left = nan }

                        Some (descend objective report cancellation (noise / float m) place).Point

                let from =
                    match Seq.fold onPart None parts with
                    | None -> here
                    | Some point ->
                        match evaluate whole cancellation point.Gains with
                        | Ok(j, slopes) when j < here.J ->
                            whole.Accept()

                            { Point = point
                              J = j
                              Slopes = slopes
                              Left = nan }
                        | _ -> here

                let keep (place: Place) =
                    let _, j, _ = best

                    if place.J <= j then
                        best <- place.Point.Gains, place.J, place.Left

                    report place

                let last = descend whole keep cancellation precision from
                answer j Finished last.Point.Gains last.J last.Left
        with :? OperationCanceledException ->
            let gains, j, left = best
            answer start Interrupted gains j left
