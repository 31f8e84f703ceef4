namespace Interneuron.Statistics

open System
open MathNet.Numerics.Distributions

/// The standard normal distribution N(0, 1), as the functions that distances to it take.
[<RequireQualifiedAccess>]
module StandardNormal =
    /// log of the density: -(x^2 + log 2 pi) / 2.
    let logDensity (x: float) =
        -0.5 * (x * x + Math.Log(2.0 * Math.PI))

    /// The density at x.
    let density (x: float) = exp (logDensity x)

    /// P(X <= x).
    let cdf (x: float) = Normal.CDF(0.0, 1.0, x)

    /// The x where the cdf is p; minus and plus infinity at p = 0 and p = 1.
    let quantile (p: float) = Normal.InvCDF(0.0, 1.0, p)

    /// The integral of the quantile function from 0 to p, which is -density(quantile p).
    let lowerMean (p: float) =
        if p <= 0.0 || p >= 1.0 then 0.0 else -density(quantile p)
