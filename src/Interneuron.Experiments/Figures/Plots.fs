namespace Interneuron.Experiments

open System
open Interneuron.Statistics
open Interneuron.Core.Symbolic
open Interneuron.Core.Transport
open Interneuron.Core.Circuits

/// What the figures of several experiments draw: grids of abscissas, ranges of axes, and densities.
[<RequireQualifiedAccess>]
module internal Plots =
    /// Evenly spread numbers, both ends among them.
    let spread (count: int) (least: float, most: float) : float array =
        Array.init count (fun i -> least + (most - least) * float i / float (count - 1))

    /// A range with a share of its length added at both ends.
    let padded (share: float) (least: float, most: float) : float * float =
        let room = share * (most - least)
        least - room, most + room

    /// Positive numbers with even ratios, both ends among them.
    let ratios (count: int) (least: float, most: float) : float array =
        spread count (log least, log most) |> Array.map exp

    /// The least and the most of some numbers; 1 and 10 where there are none, as of a run without a step.
    let extremes (values: float seq) : float * float =
        if Seq.isEmpty values then
            1.0, 10.0
        else
            Seq.min values, Seq.max values

    /// Cubes of evenly spread numbers: close together near 0, where densities of filter coefficients have a peak.
    let denseAtZero (count: int) (least: float, most: float) : float array =
        let extent = Math.Cbrt(max (abs least) (abs most))
        spread count (-extent, extent) |> Array.map (fun t -> t * t * t)

    /// The decades from below the least of some numbers to above the greatest, at least one; those that are not positive and finite don't
    /// count.
    let decades (values: float array) : float * float =
        match values |> Array.filter (fun v -> v > 0.0 && Double.IsFinite v) with
        | [||] -> 0.1, 1.0
        | shown ->
            let least = floor (log10 (Array.min shown))
            10.0 ** least, 10.0 ** max (least + 1.0) (ceil (log10 (Array.max shown)))

    /// The medians of values over `count` equal ratios of their abscissas, which are positive: what a noisy course comes to.
    let medians (count: int) (x: float array) (y: float array) : float array * float array =
        let least, most = extremes x

        let bin v =
            if most > least then
                min (count - 1) (int (float count * log (v / least) / log (most / least)))
            else
                0

        let middle (values: float array) =
            let sorted = Array.sort values in sorted[sorted.Length / 2]

        Array.zip x y
        |> Array.groupBy (fst >> bin)
        |> Array.sortBy fst
        |> Array.map (fun (_, points) -> exp (points |> Array.averageBy (fst >> log)), middle (Array.map snd points))
        |> Array.unzip

    /// Values centred and in units of their standard deviation; where all are alike, only centred.
    let standardised (values: float array) : float array =
        let mean, deviation = Array.average values, Moments.standardDeviation values

        values
        |> Array.map (fun v -> (v - mean) / (if deviation > 0.0 then deviation else 1.0))

    /// A curve.
    let curve (label: string) (ink: Ink) (x: float array) (y: float array) : Curve =
        { Label = label
          Ink = ink
          X = x
          Y = y }

    /// The density of samples as a curve.
    let histogram (label: string) (ink: Ink) (samples: float array) : Curve =
        let density = Density.histogram samples
        curve label ink density.X density.Density

    /// An axis of densities by decades, for samples of unit scale.
    let densityAxis: Axis = Axis.log "probability density (1/SD)" (1e-4, 1e1)

    /// The stimulus that optimal transport takes to each response: the inverse of the optimal transport map, for stimuli in ascending
    /// order.
    let optimalStimuli (target: Target) (sorted: float array) (responses: float array) : float array =
        responses
        |> Array.map (fun r -> sorted[Math.Clamp(int (Target.cdf target r * float sorted.Length), 0, sorted.Length - 1)])

    /// The stimulus that a circuit of one primary neuron answers with each response.
    let learnedStimuli (circuit: Circuit) (responses: float array) : float array =
        responses |> Array.map (fun r -> (Circuit.stimulusOf circuit [| r |])[0])

    /// A name, in capitals as in print: a target is called after a person.
    let titled (name: string) : string =
        Globalization.CultureInfo.InvariantCulture.TextInfo.ToTitleCase name

    /// The density of one coordinate of a target over a range.
    let targetDensity (label: string) (target: Target) (range: float * float) : Curve =
        match Target.logDensity target, target with
        | None, OfSamples samples -> histogram label Style.optimum [| for i in 0 .. samples.Count - 1 -> samples[i, 0] |]
        | None, other -> invalidArg (nameof target) $"{Target.name other} has neither a density nor samples"
        | Some formula, _ ->
            let x = spread 801 range

            let density x =
                exp (Expr.interpret Floats.operations (fun _ -> x) formula)

            curve label Style.optimum x (Array.map density x)

    /// The density of samples, and over it that of a model, by decades. `unit` is that of the density.
    let densities label unit range (data: Curve) (model: Curve) : Panel =
        Panel.Curves(Axis.linear label range, Axis.log ("probability density" + unit) (decades data.Y), [ data; model ])
