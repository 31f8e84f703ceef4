namespace Interneuron.Statistics

open System
open MathNet.Numerics

/// A generalised Gaussian distribution about zero with scale alpha > 0 and shape beta > 0, whose density is
/// p(x) = beta / (2 alpha Gamma(1/beta)) exp(-(|x|/alpha)^beta): Laplace at beta = 1, Gaussian at beta = 2.
[<Struct>]
type GeneralisedGaussian =
    private
        { alpha: float
          beta: float }

    /// The scale, in the unit of the samples.
    member this.Alpha = this.alpha

    /// The shape: the smaller, the heavier the tails.
    member this.Beta = this.beta

/// Generalised Gaussian distributions and their functions.
[<RequireQualifiedAccess>]
module GeneralisedGaussian =
    let private gammaLn (x: float) = SpecialFunctions.GammaLn x

    /// The distribution with this scale and shape, both positive.
    let create (alpha: float) (beta: float) =
        if not (Double.IsFinite alpha && alpha > 0.0) then
            invalidArg (nameof alpha) $"the scale is {alpha}; it has to be positive"

        if not (Double.IsFinite beta && beta > 0.0) then
            invalidArg (nameof beta) $"the shape is {beta}; it has to be positive"

        { alpha = alpha; beta = beta }

    /// E|x|^p = alpha^p Gamma((p + 1)/beta) / Gamma(1/beta), for p > -1.
    let absoluteMoment (p: float) (distribution: GeneralisedGaussian) =
        let beta = distribution.Beta

        Math.Pow(distribution.Alpha, p)
        * exp (gammaLn ((p + 1.0) / beta) - gammaLn (1.0 / beta))

    /// The variance, alpha^2 Gamma(3/beta) / Gamma(1/beta).
    let variance (distribution: GeneralisedGaussian) = absoluteMoment 2.0 distribution

    /// The kurtosis (3 for a Gaussian), Gamma(5/beta) Gamma(1/beta) / Gamma(3/beta)^2.
    let kurtosis (distribution: GeneralisedGaussian) =
        let beta = distribution.Beta
        exp (gammaLn (5.0 / beta) + gammaLn (1.0 / beta) - 2.0 * gammaLn (3.0 / beta))

    /// The distribution of this shape with variance 1.
    let unitVariance (beta: float) =
        create (1.0 / sqrt (variance (create 1.0 beta))) beta

    /// The differential entropy in nats, 1/beta - log(beta / (2 alpha Gamma(1/beta))).
    let entropy (distribution: GeneralisedGaussian) =
        let beta = distribution.Beta
        1.0 / beta - log (beta / (2.0 * distribution.Alpha)) + gammaLn (1.0 / beta)

    /// log of the density at x.
    let logDensity (distribution: GeneralisedGaussian) (x: float) =
        let beta = distribution.Beta

        log (beta / (2.0 * distribution.Alpha))
        - gammaLn (1.0 / beta)
        - Math.Pow(abs x / distribution.Alpha, beta)

    /// The density at x.
    let density (distribution: GeneralisedGaussian) (x: float) = exp (logDensity distribution x)

    /// log P(a, e^t), the regularised lower incomplete gamma function.
    let private logLowerGamma a t =
        // For small a, y = e^t can underflow a double, and MathNet treats y below about 1e-15 as zero, although y^a need not be small
        // there: two terms of the series.
        if t < -18.0 then
            a * t - gammaLn (a + 1.0) + log (1.0 - a * exp t / (a + 1.0))
        elif t > 709.0 then
            0.0
        else
            log (SpecialFunctions.GammaLowerRegularized(a, exp t))

    /// Q(a, e^t) = 1 - P(a, e^t).
    let private upperGamma a t =
        if t < -18.0 then
            let p = logLowerGamma a t
            // 1 - e^p, without cancellation where it is small.
            if p < -1.0 then
                1.0 - exp p
            else
                -2.0 * exp (0.5 * p) * sinh (0.5 * p)
        elif t > 709.0 then
            0.0
        else
            SpecialFunctions.GammaUpperRegularized(a, exp t)

    /// log (|x|/alpha)^beta.
    let private logPower (distribution: GeneralisedGaussian) (x: float) =
        distribution.Beta * log (abs x / distribution.Alpha)

    /// P(X <= x). The two tails are computed separately, so that small probabilities keep their digits.
    let cdf (distribution: GeneralisedGaussian) (x: float) =
        let a = 1.0 / distribution.Beta

        if x = 0.0 then
            0.5
        elif x < 0.0 then
            0.5 * upperGamma a (logPower distribution x)
        else
            0.5 + 0.5 * exp (logLowerGamma a (logPower distribution x))

    /// The t where the increasing function `f`, with derivative `slope`, is zero: Newton steps, halved into the bracket when they leave it.
    let private solve (f: float -> float) (slope: float -> float) start =
        let rec step low high t remaining =
            let value = f t
            let low, high = if value < 0.0 then t, high else low, t
            let newton = t - value / slope t

            let next =
                if newton > low && newton < high then newton
                elif Double.IsInfinity high then t + 1.0
                elif Double.IsInfinity low then t - 1.0
                else 0.5 * (low + high)

            if remaining = 0 || abs (next - t) <= 1e-15 * max 1.0 (abs t) then
                next
            else
                step low high next (remaining - 1)

        step Double.NegativeInfinity Double.PositiveInfinity start 100

    /// The x where the cdf is p; minus and plus infinity at p = 0 and p = 1.
    let quantile (distribution: GeneralisedGaussian) (p: float) =
        if not (p >= 0.0 && p <= 1.0) then
            invalidArg (nameof p) $"the probability is {p}; it has to lie in [0, 1]"

        let a = 1.0 / distribution.Beta
        // log of d P(a, y) / d log y
        let logRate t = a * t - exp t - gammaLn a
        let tail = 2.0 * min p (1.0 - p)

        let logY =
            if tail = 0.0 then
                Double.PositiveInfinity
            elif tail = 1.0 then
                Double.NegativeInfinity
            elif tail > 0.5 then
                let body = 1.0 - tail
                // The first term of the series is an upper bound on P, so this start lies below the root.
                let start = (log body + gammaLn (a + 1.0)) / a
                solve (fun t -> logLowerGamma a t - log body) (fun t -> exp (logRate t - logLowerGamma a t)) start
            else
                let start = log (a - log tail)
                solve (fun t -> log tail - log (upperGamma a t)) (fun t -> exp (logRate t) / upperGamma a t) start

        let x = distribution.Alpha * exp (a * logY)
        if p < 0.5 then -x else x

    /// The integral of the quantile function from 0 to p: the mean over the lowest p of the probability, times p. With it
    /// `QuantileCells.means` is exact. It is -alpha Q(2/beta, y) Gamma(2/beta) / (2 Gamma(1/beta)), y at the quantile, even about p = 1/2.
    let lowerMean (distribution: GeneralisedGaussian) (p: float) =
        let x = quantile distribution p

        if Double.IsInfinity x then
            0.0
        else
            let a = 1.0 / distribution.Beta

            -0.5
            * distribution.Alpha
            * exp (gammaLn (2.0 * a) - gammaLn a)
            * upperGamma (2.0 * a) (logPower distribution x)
