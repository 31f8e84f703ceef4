namespace Interneuron.Experiments

open System
open Interneuron.Core
open Interneuron.Statistics

/// Where curves are evaluated and how far axes reach.
[<RequireQualifiedAccess>]
module internal Ranges =
    /// `count` numbers evenly from the least to the most.
    let even count (least, most) =
        Array.init count (fun i -> least + (most - least) * float i / float (count - 1))

    /// `count` numbers from the least to the most, positive, with even ratios.
    let ratios count (least: float, most: float) =
        even count (log least, log most) |> Array.map exp

    /// A range with a share of its length added on either side.
    let padded share (least: float, most: float) =
        let room = share * (most - least)
        least - room, most + room

    /// The least and the most of some numbers.
    let over (values: float seq) = Seq.min values, Seq.max values

    /// Cubes of evenly spread numbers: close together near 0, where densities of filter coefficients have a peak.
    let denseAtZero count (least: float, most: float) =
        let extent = Math.Cbrt(max (abs least) (abs most))
        even count (-extent, extent) |> Array.map (fun t -> t * t * t)

    /// The decades from below the least of some numbers to above the greatest; those that are not positive don't count.
    let decades (values: float array) =
        let shown = values |> Array.filter (fun v -> v > 0.0)
        10.0 ** floor (log10 (Array.min shown)), 10.0 ** ceil (log10 (Array.max shown))

    /// The density of a target over a range, points and values; of an empirical one by a histogram.
    let targetDensity (target: Target) range : float array * float array =
        match target, Target.logDensity target with
        | _, Some formula ->
            let x = even 801 range

            x,
            x
            |> Array.map (fun x -> exp (Expr.interpret Floats.operations (fun _ -> x) formula))
        | OfSamples samples, None ->
            let curve = Density.histogram [| for i in 0 .. samples.Count - 1 -> samples[i, 0] |]
            curve.X, curve.Density
        | _, None -> [||], [||]
