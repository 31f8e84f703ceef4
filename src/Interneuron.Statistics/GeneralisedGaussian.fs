namespace Interneuron.Statistics

open System
open System.Numerics
open MathNet.Numerics
open MathNet.Numerics.RootFinding

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

/// Generalised Gaussian distributions: making, fitting, and their functions.
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

    /// The regularised lower incomplete gamma function P(a, y).
    let private lowerGamma a y =
        // MathNet takes y below about 1e-15 for zero, but y^a need not be small there (beta = 8 has a = 1/8): two terms of the series.
        if y < 1e-8 then
            exp (a * log y - gammaLn (a + 1.0)) * (1.0 - a * y / (a + 1.0))
        else
            SpecialFunctions.GammaLowerRegularized(a, y)

    let private upperGamma a y =
        if y < 1e-8 then
            1.0 - lowerGamma a y
        else
            SpecialFunctions.GammaUpperRegularized(a, y)

    /// P(X <= x). The two tails are computed apart, so that small probabilities keep their digits.
    let cdf (distribution: GeneralisedGaussian) (x: float) =
        let a = 1.0 / distribution.Beta
        let y = Math.Pow(abs x / distribution.Alpha, distribution.Beta)

        if x = 0.0 then 0.5
        elif x < 0.0 then 0.5 * upperGamma a y
        else 0.5 + 0.5 * lowerGamma a y

    /// The y where the increasing function `f` of log y, with derivative `slope`, is zero: Newton steps, halved into the bracket when
    /// they leave it.
    let private solveInLog (f: float -> float) (slope: float -> float) start =
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

        exp (step Double.NegativeInfinity Double.PositiveInfinity start 100)

    /// The x where the cdf is p; minus and plus infinity at p = 0 and p = 1.
    let quantile (distribution: GeneralisedGaussian) (p: float) =
        if not (p >= 0.0 && p <= 1.0) then
            invalidArg (nameof p) $"the probability is {p}; it has to lie in [0, 1]"

        let a = 1.0 / distribution.Beta
        // log of d P(a, y) / d log y
        let logRate t = a * t - exp t - gammaLn a
        let tail = 2.0 * min p (1.0 - p)

        let y =
            if tail = 0.0 then
                Double.PositiveInfinity
            elif tail = 1.0 then
                0.0
            elif tail > 0.5 then
                let body = 1.0 - tail
                // The first term of the series is an upper bound of P, so this start lies below the root.
                let start = (log body + gammaLn (a + 1.0)) / a
                solveInLog (fun t -> log (lowerGamma a (exp t)) - log body) (fun t -> exp (logRate t) / lowerGamma a (exp t)) start
            else
                let start = log (a - log tail)
                solveInLog (fun t -> log tail - log (upperGamma a (exp t))) (fun t -> exp (logRate t) / upperGamma a (exp t)) start

        let x = distribution.Alpha * Math.Pow(y, a)
        if p < 0.5 then -x else x

    /// The integral of the quantile function from 0 to p: the mean over the lowest p of the probability, times p. With it
    /// `QuantileCells.means` is exact. It is -alpha Q(2/beta, y) Gamma(2/beta) / (2 Gamma(1/beta)), y at the quantile, even about p = 1/2.
    let lowerMean (distribution: GeneralisedGaussian) (p: float) =
        let x = quantile distribution p

        if Double.IsInfinity x then
            0.0
        else
            let a = 1.0 / distribution.Beta
            let y = Math.Pow(abs x / distribution.Alpha, distribution.Beta)

            -0.5
            * distribution.Alpha
            * exp (gammaLn (2.0 * a) - gammaLn a)
            * upperGamma (2.0 * a) y

    /// The shapes in which `fit` looks.
    let private smallestBeta, largestBeta = 0.05, 64.0

    /// The averages of e^(beta l), l e^(beta l) over n values, given the logarithms l of those that are not zero.
    let private powerMeans (logs: float[]) n beta =
        let width = Vector<float>.Count
        let whole = logs.Length - logs.Length % width
        let scale = Vector<float>(beta: float)
        let mutable m = Vector<float>.Zero
        let mutable d = Vector<float>.Zero
        let mutable i = 0

        while i < whole do
            let l = Vector<float>(logs, i)
            let power = Vector.Exp(scale * l)
            m <- m + power
            d <- d + power * l
            i <- i + width

        let mutable mSum = Vector.Sum m
        let mutable dSum = Vector.Sum d

        for l in Array.sub logs whole (logs.Length - whole) do
            let power = exp (beta * l)
            mSum <- mSum + power
            dSum <- dSum + power * l

        struct (mSum / float n, dSum / float n)

    /// The maximum-likelihood fit to n one-dimensional samples about zero. beta solves the profile equation
    /// 1 + (psi(1/beta) + log(beta m)) / beta = m'/m, with m = mean |x|^beta and m' = dm/dbeta; then alpha = (beta m)^(1/beta).
    /// beta is searched for in [0.05, 64]; where the likelihood still rises at an end, that end is the answer.
    /// Samples that are all zero have no fit.
    let fit (samples: float[]) =
        let n = Samples.count 1 samples
        let rms = sqrt (samples |> Array.averageBy (fun x -> x * x))

        if rms = 0.0 then
            invalidArg (nameof samples) "all samples are zero; a scale needs some that are not"
        // In units of the rms no power overflows, and a zero adds nothing to any of the averages.
        let logs =
            samples
            |> Array.filter (fun x -> x <> 0.0)
            |> Array.map (fun x -> log (abs x / rms))

        let profile logBeta =
            let beta = exp logBeta
            let struct (m, d) = powerMeans logs n beta
            1.0 + (SpecialFunctions.DiGamma(1.0 / beta) + log (beta * m)) / beta - d / m

        let lower, upper = log smallestBeta, log largestBeta

        let beta =
            if profile lower <= 0.0 then smallestBeta
            elif profile upper >= 0.0 then largestBeta
            else exp (Brent.FindRoot(profile, lower, upper, 1e-10, 100))

        let struct (m, _) = powerMeans logs n beta
        create (rms * Math.Pow(beta * m, 1.0 / beta)) beta
