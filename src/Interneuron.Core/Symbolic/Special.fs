namespace Interneuron.Core.Symbolic

open System
open MathNet.Numerics

/// Functions of double-precision numbers that no library has as they are needed here.
[<RequireQualifiedAccess>]
module Special =
    // B_2, B_4, ... B_20.
    let private bernoulli =
        [| 1.0 / 6.0
           -1.0 / 30.0
           1.0 / 42.0
           -1.0 / 30.0
           5.0 / 66.0
           -691.0 / 2730.0
           7.0 / 6.0
           -3617.0 / 510.0
           43867.0 / 798.0
           -174611.0 / 330.0 |]

    /// The smallest normal number, 2^-1022: where the logarithms of emitted powers are floored.
    let smallest = Math.ScaleB(1.0, -1022)

    /// The n-th derivative of the digamma function for x > 0 (NaN elsewhere): recurrence up to x >= 15 + n, then the asymptotic series
    /// (Abramowitz and Stegun 6.4.6 and 6.4.11).
    let polygamma (n: int) (x: float) =
        if not (x > 0.0) then
            nan
        elif n = 0 then
            SpecialFunctions.DiGamma x
        else
            let sign = if n % 2 = 0 then -1.0 else 1.0
            let factorial = SpecialFunctions.Factorial n
            let mutable shifted = x
            let mutable below = 0.0

            while shifted < 15.0 + float n do
                below <- below + factorial / Math.Pow(shifted, float (n + 1))
                shifted <- shifted + 1.0

            let leading =
                SpecialFunctions.Factorial(n - 1) / Math.Pow(shifted, float n)
                + factorial / (2.0 * Math.Pow(shifted, float (n + 1)))

            let series =
                bernoulli
                |> Array.mapi (fun i b ->
                    let k = 2 * (i + 1)

                    b * SpecialFunctions.Factorial(k + n - 1)
                    / SpecialFunctions.Factorial k
                    / Math.Pow(shifted, float (k + n)))
                |> Array.sum

            sign * (below + leading + series)

    /// log x for x > 0, and 0 elsewhere: with it x^p log x takes its limit 0 at x = 0.
    let logOrZero (x: float) = if x > 0.0 then Math.Log x else 0.0

    /// log max(x, smallest).
    let logFloored (x: float) = Math.Log(Math.Max(x, smallest))

    /// -1, 0 or 1.
    let sign (x: float) =
        if Double.IsNaN x then nan else float (Math.Sign x)

    /// 0 below zero, 1 above, and 1/2 at zero: the mean of the subgradient of max(x, 0).
    let step (x: float) =
        if x > 0.0 then 1.0
        elif x < 0.0 then 0.0
        else 0.5
