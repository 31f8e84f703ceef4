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

/// Arithmetic of intervals. An end that was rounded inwards is moved out by one unit in the last place, and by eight for the library's
/// functions, so that no value is lost; an end that is exact stays, so that a bound of 0 is 0.
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

    /// The interval whose ends are sums or products, given by how they are rounded and by how much too little that is: an exact end is not
    /// widened.
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
    let private sum (a: float) (b: float) : struct (float * float) =
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

    // Of products that are rounded to one number the one that lost most that way, and before all others one of which that is not known.
    // Numbers are compared one by one: tuples with what is not a number are compared by an exception each.
    let private outermost (isBeyond: float -> float -> bool) (products: struct (float * float) list) =
        products
        |> List.reduce (fun (struct (p, lost)) (struct (q, missed)) ->
            if isBeyond q p || (q = p && (Double.IsNaN missed || isBeyond missed lost)) then
                struct (q, missed)
            else
                struct (p, lost))

    let private least = outermost (<)

    let private largest = outermost (>)

    /// Widened by some units in the last place, but not beyond what the function's values can be.
    let private widened (ulps: int) (range: Interval) (lower: float) (upper: float) : Interval =
        let outward step x =
            Seq.fold (fun x _ -> step x) x (seq { 1..ulps })

        between (Math.Max(range.Lower, outward below lower)) (Math.Min(range.Upper, outward above upper))

    /// a + b.
    let add (a: Interval) (b: Interval) : Interval =
        rounded (sum a.Lower b.Lower) (sum a.Upper b.Upper)

    let private hull (values: float list) = List.min values, List.max values

    /// The whole line.
    let whole = between Double.NegativeInfinity Double.PositiveInfinity

    /// All numbers that are not negative.
    let notNegative = between 0.0 Double.PositiveInfinity

    /// Bounds on the values of an increasing function whose values lie in `range`.
    let increasing (range: Interval) (f: float -> float) (x: Interval) : Interval = widened 8 range (f x.Lower) (f x.Upper)

    let private contains (value: float) (x: Interval) = x.Lower <= value && value <= x.Upper

    /// a b.
    let multiply (a: Interval) (b: Interval) : Interval =
        let products =
            [ times a.Lower b.Lower
              times a.Lower b.Upper
              times a.Upper b.Lower
              times a.Upper b.Upper ]

        rounded (least products) (largest products)

    /// |x|.
    let magnitude (x: Interval) : Interval =
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

    /// -x.
    let negated (x: Interval) : Interval = between -x.Upper -x.Lower

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

    /// b to the power p; the whole line for powers of negative bases that are not whole.
    let power (b: Interval) (p: Interval) : Interval =
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
            // x^p is monotone along each side. Where x can be 1 or p can be 0, so that x^p is 1, corners lie on both sides of 1.
            let lower, upper = hull corners
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

    /// Where a function without digits to lose has its values: those of the ends.
    let ends (f: float -> float) (x: Interval) : Interval = between (f x.Lower) (f x.Upper)
