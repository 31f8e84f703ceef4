namespace Interneuron.Statistics

open System
open MathNet.Numerics.Interpolation

/// A smooth, increasing map of the line, fitted so that samples become standard normal.
type NormalMap =
    private
        { unit: float
          spline: CubicSpline
          // The outermost knots (x, z) and the slopes there.
          low: struct (float * float * float)
          high: struct (float * float * float) }

/// Marginal Gaussianisation in one dimension: fitting and applying a `NormalMap`.
[<RequireQualifiedAccess>]
module NormalMap =
    /// Quantile of sorted samples, linear between order statistics at their mid-ranks.
    let private empiricalQuantile (ascending: float[]) p =
        let n = ascending.Length
        let at = Math.Clamp(p * float n - 0.5, 0.0, float (n - 1))
        let i = min (int at) (n - 2)
        ascending[i] + (at - float i) * (ascending[i + 1] - ascending[i])

    /// Knots closer than this, in a unit that exceeds every sample, would give cubics whose coefficients overflow a double.
    let private together = 1e-60

    /// Groups each knot with those before it at the same x.
    let private join groups (x: float, z: float) =
        match groups with
        | (at, zs) :: others when x - at <= together -> (at, z :: zs) :: others
        | _ -> (x, [ z ]) :: groups

    /// Knots (x, z): quantiles of the samples against those of N(0, 1), equally spaced in z. Knots at the same x (equal samples)
    /// are merged.
    let private knots (ascending: float[]) =
        let n = float ascending.Length
        // The outermost knot leaves ten samples beyond it, but is never farther in than the 5 % quantile.
        let tail = max (0.5 / n) (min (10.0 / n) 0.05)
        let reach = -(StandardNormal.quantile tail)
        let count = Math.Clamp(int (Math.Cbrt n), 8, 100)

        Array.init count (fun i -> reach * (2.0 * float i / float (count - 1) - 1.0))
        |> Array.map (fun z -> empiricalQuantile ascending (StandardNormal.cdf z), z)
        |> Array.fold join []
        |> List.rev
        |> Array.ofList
        |> Array.map (fun (x, zs) -> x, List.average zs)

    /// Slopes for a monotone cubic (Fritsch and Carlson 1980): at an inner knot the harmonic mean of the secants on both sides, which is
    /// at most twice the smaller one, so that the slope between knots stays positive; at the ends the secant.
    let private slopes (x: float[]) (z: float[]) =
        let secants =
            Array.init (x.Length - 1) (fun i -> (z[i + 1] - z[i]) / (x[i + 1] - x[i]))

        Array.init x.Length (fun i ->
            if i = 0 then secants[0]
            elif i = x.Length - 1 then secants[i - 1]
            else 2.0 / (1.0 / secants[i - 1] + 1.0 / secants[i]))

    /// Fits n one-dimensional samples: a monotone cubic through n^(1/3) (8 to 100) of their quantiles against normal ones. At least two
    /// of the quantiles must differ.
    let fit (samples: float[]) =
        let unit = Moments.unitOf samples
        let ascending = Samples.sorted samples |> Array.map (fun x -> x / unit)
        let x, z = (if ascending.Length < 2 then [||] else knots ascending) |> Array.unzip

        if x.Length < 2 then
            Refusal.argument (nameof samples) $"nearly all of the {samples.Length} samples are equal; no smooth map makes them normal"

        let d = slopes x z
        let last = x.Length - 1

        { unit = unit
          spline = CubicSpline.InterpolateHermiteSorted(x, z, d)
          low = struct (x[0], z[0], d[0])
          high = struct (x[last], z[last], d[last]) }

    /// z and log dz/dx at a distance beyond an outermost knot. There z grows as the square root of the distance, which makes samples from
    /// an exponential tail normal; a straight line would send the few samples of a heavy tail much too far out.
    let private beyond (struct (_, z: float, slope: float)) distance =
        let b = max 1.0 (abs z)
        let stretch = 1.0 + 2.0 * slope * distance / b
        struct (abs z + b * (sqrt stretch - 1.0), log slope - 0.5 * log stretch)

    /// z and log dz/dx at x.
    let internal valueAndLogSlope (map: NormalMap) x =
        let struct (left, zLeft, _) = map.low
        let struct (right, zRight, _) = map.high
        let x = x / map.unit

        let struct (z, logSlope) =
            if x < left then
                let struct (reached, logSlope) = beyond map.low (left - x)
                struct (zLeft + abs zLeft - reached, logSlope)
            elif x > right then
                let struct (reached, logSlope) = beyond map.high (x - right)
                struct (zRight - abs zRight + reached, logSlope)
            else
                struct (map.spline.Interpolate x, log (map.spline.Differentiate x))

        struct (z, logSlope - log map.unit)

    /// The image of x.
    let apply (map: NormalMap) (x: float) =
        let struct (z, _) = valueAndLogSlope map x
        z

    /// The log-density at x of the distribution that the map takes to N(0, 1): log N(z) + log dz/dx.
    let logDensity (map: NormalMap) (x: float) =
        let struct (z, logSlope) = valueAndLogSlope map x
        StandardNormal.logDensity z + logSlope
