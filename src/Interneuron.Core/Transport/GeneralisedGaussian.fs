namespace Interneuron.Core.Transport

open System
open MathNet.Numerics
open MathNet.Numerics.Distributions

/// The distribution of density proportional to exp(-(|x|/alpha)^beta) and unit variance, in numbers.
[<RequireQualifiedAccess>]
module internal GeneralisedGaussian =
    /// alpha = sqrt(Gamma(1/beta)/Gamma(3/beta)).
    let scale (beta: float) =
        exp (
            0.5
            * (SpecialFunctions.GammaLn(1.0 / beta) - SpecialFunctions.GammaLn(3.0 / beta))
        )

    /// The integral of x^j times the density from 0 to x >= 0, for j = 0, 1.
    let partialMoment (beta: float) (j: int) : float -> float =
        let alpha = scale beta
        let peak = 1.0 / (2.0 * alpha * SpecialFunctions.Gamma(1.0 + 1.0 / beta))
        let order = float (j + 1)

        let whole =
            0.5 * Math.Pow(alpha, float j) * SpecialFunctions.Gamma(order / beta)
            / SpecialFunctions.Gamma(1.0 / beta)

        fun x ->
            let q = Math.Pow(x / alpha, beta)

            if q <= 1.0 then
                // The exponential's own series, integrated: the regularised gamma function of the library is 0 for arguments below 1e-15,
                // and (x/alpha)^beta is that small for x well inside the body of a nearly uniform density.
                let mutable term, sum = 1.0, 0.0

                for k in 0..20 do
                    sum <- sum + term / (order + float k * beta)
                    term <- -term * q / float (k + 1)

                peak * Math.Pow(x, order) * sum
            elif Double.IsInfinity q then
                whole
            else
                whole * SpecialFunctions.GammaLowerRegularized(order / beta, q)

    /// The x >= 0 beyond which the share `tail` lies, 0 < tail <= 1/2.
    let upperQuantile (beta: float) : float -> float =
        let alpha = scale beta
        let mass = partialMoment beta 0
        let peak = 1.0 / (2.0 * alpha * SpecialFunctions.Gamma(1.0 + 1.0 / beta))
        let body = mass alpha

        fun tail ->
            let wanted = 0.5 - tail

            if wanted < body then
                // Newton's steps from the left: the mass is concave in x, so they only go up.
                let step x =
                    x + (wanted - mass x) / (peak * exp (-Math.Pow(x / alpha, beta)))

                let rec climb x =
                    let next = step x
                    if next > x * (1.0 + 1e-15) then climb next else x

                climb (wanted / peak)
            else
                alpha * Math.Pow(Gamma.InvCDF(1.0 / beta, 1.0, 1.0 - 2.0 * tail), 1.0 / beta)
