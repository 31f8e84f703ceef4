namespace Interneuron.Core.Symbolic

open System

/// Formulas read over intervals: bounds on the values of a formula whose variables lie in intervals.
[<RequireQualifiedAccess>]
module Bounds =
    let private operations: Operations<Interval> =
        { Constant = Interval.point
          Add = Interval.add
          Multiply = Interval.multiply
          Power = Interval.power
          IfLess =
            fun a b c d ->
                if a.Upper < b.Lower then
                    c
                elif a.Lower >= b.Upper then
                    d
                else
                    Interval.between (Math.Min(c.Lower, d.Lower)) (Math.Max(c.Upper, d.Upper))
          Apply = fun f arguments -> f.Bounds arguments }

    /// Bounds on a formula whose variables lie in the given intervals. Bounds, not the exact range: a variable that occurs twice is taken
    /// to vary twice.
    let ofFormula (range: string -> Interval) (e: Expr) : Interval = Expr.interpret operations range e
