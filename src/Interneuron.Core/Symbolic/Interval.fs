namespace Interneuron.Core

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

/// Formulas read over intervals: bounds on the values of a formula whose variables lie in intervals. Every result is widened by one unit in the last
/// place at each end for operations that round once, and by four for the library's functions, so that no value is lost.
[<RequireQualifiedAccess>]
module Interval =
    /// The interval [lower, upper].
    let between (lower: float) (upper: float) : Interval = { Lower = lower; Upper = upper }

    /// A single number.
    let point (x: float) : Interval = between x x

    let private widened (ulps: int) (lower: float) (upper: float) : Interval =
        let outward step x =
            if Double.IsFinite x then
                Seq.fold (fun x _ -> step x) x (seq { 1..ulps })
            else
                x

        between (outward Math.BitDecrement lower) (outward Math.BitIncrement upper)

    let private hull (values: float list) = List.min values, List.max values

    /// 0 times infinity is 0 here: an end that is infinite stands for arbitrarily large finite values.
    let private times (a: float) (b: float) =
        if a = 0.0 || b = 0.0 then 0.0 else a * b

    let private increasing (f: float -> float) (x: Interval) = widened 4 (f x.Lower) (f x.Upper)

    let private whole = between Double.NegativeInfinity Double.PositiveInfinity

    let private contains (value: float) (x: Interval) = x.Lower <= value && value <= x.Upper

    let private multiply (a: Interval) (b: Interval) =
        let lower, upper =
            hull
                [ times a.Lower b.Lower
                  times a.Lower b.Upper
                  times a.Upper b.Lower
                  times a.Upper b.Upper ]

        widened 1 lower upper

    let private magnitude (x: Interval) =
        let ends = Math.Max(Math.Abs x.Lower, Math.Abs x.Upper)

        if contains 0.0 x then
            between 0.0 ends
        else
            between (Math.Min(Math.Abs x.Lower, Math.Abs x.Upper)) ends

    let private reciprocal (x: Interval) =
        if x.Lower > 0.0 || x.Upper < 0.0 then
            widened 1 (1.0 / x.Upper) (1.0 / x.Lower)
        elif x.Lower = 0.0 then
            between (1.0 / x.Upper) Double.PositiveInfinity
        elif x.Upper = 0.0 then
            between Double.NegativeInfinity (1.0 / x.Lower)
        else
            whole

    let private wholePower (x: Interval) (n: int) =
        let raised b = Math.Pow(b, float n)

        if n % 2 = 1 then
            increasing raised x
        else
            increasing raised (magnitude x)

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
            widened 4 lower upper
        else
            whole

    /// The operations of intervals. Functions without monotone pieces that are easily told, and powers of negative bases, give the whole line.
    let operations: Operations<Interval> =
        { Constant = point
          Add = fun a b -> widened 1 (a.Lower + b.Lower) (a.Upper + b.Upper)
          Multiply = multiply
          Power = power
          Exp = increasing Math.Exp
          Log =
            fun x ->
                if x.Upper < 0.0 then
                    between nan nan
                else
                    increasing Math.Log (between (Math.Max(x.Lower, 0.0)) x.Upper)
          LogOrZero =
            fun x ->
                if x.Upper <= 0.0 then
                    point 0.0
                elif x.Lower > 0.0 then
                    increasing Math.Log x
                else
                    between Double.NegativeInfinity (Math.Max(0.0, Math.BitIncrement(Math.Log x.Upper)))
          Abs = magnitude
          Sign = fun x -> between (float (Math.Sign x.Lower)) (float (Math.Sign x.Upper))
          Step = fun x -> between (Floats.operations.Step x.Lower) (Floats.operations.Step x.Upper)
          Max = fun a b -> between (Math.Max(a.Lower, b.Lower)) (Math.Max(a.Upper, b.Upper))
          Min = fun a b -> between (Math.Min(a.Lower, b.Lower)) (Math.Min(a.Upper, b.Upper))
          Tanh = increasing Math.Tanh
          Cosh = magnitude >> increasing Math.Cosh
          Erfc = fun x -> increasing (fun y -> Floats.operations.Erfc -y) (between -x.Upper -x.Lower)
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
