namespace Interneuron.Core.Symbolic

open System
open MathNet.Numerics

/// Formulas read over double-precision numbers.
[<RequireQualifiedAccess>]
module Floats =
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

    /// log(1 + x) for x > -1: the logarithm of 1 + x as it is rounded, and a correction by what was rounded away (Goldberg 1991, theorem 4).
    let logOnePlus (x: float) =
        let rounded = 1.0 + x
        Math.Log rounded + (x - (rounded - 1.0)) / rounded

    /// log cosh x = -log(1 - tanh^2 x)/2 = |x| - log 2 + log(1 + exp(-2|x|)): the first for |x| < 1, the second beyond.
    let logCosh (x: float) =
        let size = Math.Abs x

        if size < 1.0 then
            let t = Math.Tanh x
            -0.5 * logOnePlus (-t * t)
        else
            size - Math.Log 2.0 + logOnePlus (Math.Exp(-2.0 * size))

    /// log(1 + exp x) = max(x, 0) + log(1 + exp(-|x|)).
    let softplus (x: float) =
        Math.Max(x, 0.0) + logOnePlus (Math.Exp(-Math.Abs x))

    /// The operations of double-precision numbers.
    let operations: Operations<float> =
        { Constant = id
          Add = (+)
          Multiply = (*)
          Power = fun b p -> Math.Pow(b, p)
          Exp = Math.Exp
          Log = Math.Log
          LogOrZero = fun x -> if x > 0.0 then Math.Log x else 0.0
          Abs = Math.Abs
          Sign = fun x -> if Double.IsNaN x then nan else float (Math.Sign x)
          Step =
            fun x ->
                if x > 0.0 then 1.0
                elif x < 0.0 then 0.0
                else 0.5
          Max = fun a b -> Math.Max(a, b)
          Min = fun a b -> Math.Min(a, b)
          Tanh = Math.Tanh
          Cosh = Math.Cosh
          LogCosh = logCosh
          Softplus = softplus
          Erfc = SpecialFunctions.Erfc
          Gamma = SpecialFunctions.Gamma
          LogGamma = SpecialFunctions.GammaLn
          Polygamma = polygamma
          IfLess = fun a b c d -> if a < b then c else d }
