module Interneuron.Core.Tests.IntervalTests

open Expecto
open FsCheck.FSharp
open Interneuron.Core.Symbolic

let private z = Expr.var "z"

/// Each operation with a domain in which it has values.
let private formulas =
    [ "sum", z + 1.5, (-3.0, 3.0)
      "product", z * (z - 1.0), (-3.0, 3.0)
      "square", z ** 2.0, (-3.0, 3.0)
      "cube", z ** 3.0, (-3.0, 3.0)
      "reciprocal", 1.0 / z, (0.1, 3.0)
      "power", abs z ** 1.7, (-3.0, 3.0)
      "exponent", Expr.constant 2.5 ** z, (-3.0, 3.0)
      "exp", exp z, (-3.0, 3.0)
      "log", log z, (0.1, 3.0)
      "log0", Expr.logOrZero z, (-1.0, 3.0)
      "abs", abs z, (-3.0, 3.0)
      "sign", Expr.sign z, (-3.0, 3.0)
      "step", Expr.step z, (-3.0, 3.0)
      "max", Expr.max z (Expr.constant 0.5), (-3.0, 3.0)
      "min", Expr.min z (Expr.constant 0.5), (-3.0, 3.0)
      "tanh", tanh z, (-3.0, 3.0)
      "cosh", cosh z, (-3.0, 3.0)
      "erfc", Expr.erfc z, (-3.0, 3.0)
      "softplus", log (1.0 + exp z), (-3.0, 3.0)
      "if", Expr.ifLess z (Expr.constant 0.3) (2.0 * z) (z - 4.0), (-3.0, 3.0) ]

[<Tests>]
let tests =
    testList
        "Interval"
        [ for name, formula, (low, high) in formulas do
              Check.law $"the bounds of {name} hold every value in them" 200 (Gen.three (Check.between low high)) (fun (a, b, c) ->
                  let lower, upper = min a b, max a b
                  let inside = lower + (upper - lower) * abs (c - low) / (high - low)
                  let bounds = Bounds.ofFormula (fun _ -> Interval.between lower upper) formula
                  let value = Expr.interpret Floats.operations (fun _ -> inside) formula
                  Expect.isTrue (bounds.Lower <= value && value <= bounds.Upper) $"{value} in [{bounds.Lower}, {bounds.Upper}]")

          testCase "a formula that is not monotone keeps its extremes" (fun () ->
              let bounds = Bounds.ofFormula (fun _ -> Interval.between -2.0 1.0) (z ** 2.0)
              Check.near 1e-14 1e-300 bounds.Upper 4.0 "upper"
              Check.near 0.0 1e-300 bounds.Lower 0.0 "lower")

          testCase "dividing by an interval around zero bounds nothing" (fun () ->
              let bounds = Bounds.ofFormula (fun _ -> Interval.between -1.0 1.0) (1.0 / z)
              Expect.equal (bounds.Lower, bounds.Upper) (-infinity, infinity) "the whole line") ]
