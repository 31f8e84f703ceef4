namespace Interneuron.Core.Symbolic

open System

/// All numbers from Lower to Upper; not a number where an operation has no value anywhere in it.
[<Struct>]
type Interval =
    {
        /// The least.
        Lower: float
        /// The largest.
        Upper: float
    }

/// Formulas read over intervals: bounds on the values of a formula whose variables lie in intervals. An end that was rounded inwards is moved out by one
/// unit in the last place, and by eight for the library's functions, so that no value is lost; an end that is exact stays, so that a bound of 0 is 0.
[<RequireQualifiedAccess>]
module Interval =
    /// The interval [lower, upper].
    let between (lower: float) (upper: float) : Interval = { Lower = lower; Upper = upper }

    /// A single number.
    let point (x: float) : Interval = between x x

    // An end that overflows is beyond the largest number; an end that is infinite stands for arbitrarily large finite values.
    let private below x =
        if Double.IsPositiveInfinity x then Double.MaxValue
        elif Double.IsFinite x then Math.BitDecrement x
        else x

    let private above x = -(below -x)

    /// The interval whose ends are sums or products, given by how they are rounded and by how much too little that is: an exact end is not widened.
    let private rounded (struct (lower, lost)) (struct (upper, lostAbove)) : Interval =
        between
            (if lost >= 0.0 && Double.IsFinite lower then
                 lower
             else
                 below lower)
            (if lostAbove <= 0.0 && Double.IsFinite upper then
                 upper
             else
                 above upper)

    /// a + b as it is rounded, and what was lost (Knuth's two-sum).
    let private add (a: float) (b: float) : struct (float * float) =
        let s = a + b
        let bb = s - a
        struct (s, (a - (s - bb)) + (b - bb))

    /// 0 times infinity is 0 here. What a product loses is exact, by a fused multiply-add, unless it is near the smallest numbers.
    let private times (a: float) (b: float) : struct (float * float) =
        if a = 0.0 || b = 0.0 then
            struct (0.0, 0.0)
        else
            let p = a * b

            struct (p,
                    (if Math.Abs p > 1e-290 then
                         Math.FusedMultiplyAdd(a, b, -p)
                     else
                         nan))

    let private least (products: struct (float * float) list) =
        List.minBy (fun (struct (p, lost)) -> struct (p, lost)) products

    let private largest (products: struct (float * float) list) =
        List.maxBy (fun (struct (p, lost)) -> struct (p, lost)) products

    /// Widened by some units in the last place, but not beyond what the function's values can be.
    let private widened (ulps: int) (range: Interval) (lower: float) (upper: float) : Interval =
        let outward step x =
            Seq.fold (fun x _ -> step x) x (seq { 1..ulps })

        between (Math.Max(range.Lower, outward below lower)) (Math.Min(range.Upper, outward above upper))

    let private hull (values: float list) = List.min values, List.max values

    let private whole = between Double.NegativeInfinity Double.PositiveInfinity

    let private notNegative = between 0.0 Double.PositiveInfinity

    let private increasing (range: Interval) (f: float -> float) (x: Interval) = widened 8 range (f x.Lower) (f x.Upper)

    let private contains (value: float) (x: Interval) = x.Lower <= value && value <= x.Upper

    let private multiply (a: Interval) (b: Interval) =
        let products =
            [ times a.Lower b.Lower
              times a.Lower b.Upper
              times a.Upper b.Lower
              times a.Upper b.Upper ]

        rounded (least products) (largest products)

    let private magnitude (x: Interval) =
        let ends = Math.Max(Math.Abs x.Lower, Math.Abs x.Upper)

        if contains 0.0 x then
            between 0.0 ends
        else
            between (Math.Min(Math.Abs x.Lower, Math.Abs x.Upper)) ends

    // 1/x has the sign of x, however far out.
    let private reciprocal (x: Interval) =
        if x.Lower > 0.0 then
            between (Math.Max(0.0, below (1.0 / x.Upper))) (above (1.0 / x.Lower))
        elif x.Upper < 0.0 then
            between (below (1.0 / x.Upper)) (Math.Min(0.0, above (1.0 / x.Lower)))
        elif x.Lower = 0.0 then
            between (Math.Max(0.0, below (1.0 / x.Upper))) Double.PositiveInfinity
        elif x.Upper = 0.0 then
            between Double.NegativeInfinity (Math.Min(0.0, above (1.0 / x.Lower)))
        else
            whole

    /// x^n for x >= 0 by repeated squaring, so that what is exact stays so.
    let rec private raised (x: Interval) (n: int) =
        if n = 0 then point 1.0
        elif n % 2 = 1 then multiply x (raised x (n - 1))
        else let root = raised x (n / 2) in multiply root root

    let private negated (x: Interval) = between -x.Upper -x.Lower

    let private wholePower (x: Interval) (n: int) =
        if n % 2 = 0 then
            raised (magnitude x) n
        else
            let lower =
                if x.Lower >= 0.0 then
                    raised (point x.Lower) n
                else
                    negated (raised (point -x.Lower) n)

            let upper =
                if x.Upper >= 0.0 then
                    raised (point x.Upper) n
                else
                    negated (raised (point -x.Upper) n)

            between lower.Lower upper.Upper

    let private power (b: Interval) (p: Interval) =
        if p.Lower = p.Upper && p.Lower = Math.Floor p.Lower && Math.Abs p.Lower < 1e6 then
            let n = int p.Lower

            if n >= 0 then
                wholePower b n
            else
                reciprocal (wholePower b -n)
        elif b.Lower >= 0.0 then
            let corners =
                [ for x in [ b.Lower; b.Upper ] do
                      for y in [ p.Lower; p.Upper ] -> Math.Pow(x, y) ]
            // x^p for x on both sides of 1 and p on both sides of 0 is 1 somewhere between the corners.
            let inside = if contains 1.0 b || contains 0.0 p then [ 1.0 ] else []
            let lower, upper = hull (corners @ inside)
            // 0^p and 1^p are exact.
            widened
                4
                (between
                    (if lower = 0.0 || lower = 1.0 then lower else 0.0)
                    (if upper = 0.0 || upper = 1.0 then
                         upper
                     else
                         Double.PositiveInfinity))
                lower
                upper
        else
            whole

    /// The operations of intervals. Functions without monotone pieces that are easily told, and powers of negative bases, give the whole line.
    let operations: Operations<Interval> =
        { Constant = point
          Add = fun a b -> rounded (add a.Lower b.Lower) (add a.Upper b.Upper)
          Multiply = multiply
          Power = power
          Exp = increasing notNegative Math.Exp
          Log =
            fun x ->
                if x.Upper < 0.0 then
                    between nan nan
                else
                    increasing whole Math.Log (between (Math.Max(x.Lower, 0.0)) x.Upper)
          LogOrZero =
            fun x ->
                if x.Upper <= 0.0 then
                    point 0.0
                elif x.Lower > 0.0 then
                    increasing whole Math.Log x
                else
                    between Double.NegativeInfinity (Math.Max(0.0, Math.BitIncrement(Math.Log x.Upper)))
          Abs = magnitude
          Sign =
            fun x ->
                let sign (bound: float) otherwise =
                    if Double.IsNaN bound then
                        otherwise
                    else
                        float (Math.Sign bound)

                between (sign x.Lower -1.0) (sign x.Upper 1.0)
          Step = fun x -> between (Floats.operations.Step x.Lower) (Floats.operations.Step x.Upper)
          Max = fun a b -> between (Math.Max(a.Lower, b.Lower)) (Math.Max(a.Upper, b.Upper))
          Min = fun a b -> between (Math.Min(a.Lower, b.Lower)) (Math.Min(a.Upper, b.Upper))
          Tanh = increasing (between -1.0 1.0) Math.Tanh
          Cosh = magnitude >> increasing (between 1.0 Double.PositiveInfinity) Math.Cosh
          LogCosh = magnitude >> increasing notNegative Floats.operations.LogCosh
          Softplus = increasing notNegative Floats.operations.Softplus
          Erfc = fun x -> increasing (between 0.0 2.0) (fun y -> Floats.operations.Erfc -y) (negated x)
          Gamma = fun _ -> whole
          LogGamma = fun _ -> whole
          Polygamma = fun _ _ -> whole
          IfLess =
            fun a b c d ->
                if a.Upper < b.Lower then
                    c
                elif a.Lower >= b.Upper then
                    d
                else
                    between (Math.Min(c.Lower, d.Lower)) (Math.Max(c.Upper, d.Upper)) }

    /// Bounds on a formula whose variables lie in the given intervals. Bounds, not the exact range: a variable that occurs twice is taken to vary twice.
    let bounds (range: string -> Interval) (e: Expr) : Interval = Expr.interpret operations range e
