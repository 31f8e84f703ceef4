module Interneuron.Core.Tests.DualTests

open Expecto
open Interneuron.Core.Symbolic

let private floats = Floats.operations
let private duals = Dual.operations floats

[<Tests>]
let tests =
    testList
        "Dual"
        [ testCase "perturbations of nested derivatives are not confused" (fun () ->
              // d/dx (x d/dy (x + y)) = 1 (Siskind and Pearlmutter 2005); a scheme that confuses the two says 2.
              let nested = Dual.operations duals
              let x = Dual.variable floats 3.0

              let inner =
                  nested.Add (Dual.constant duals x) (Dual.variable duals (Dual.constant floats 1.0))

              let outer = duals.Multiply x inner.Tangent
              Expect.equal outer.Value 3.0 "value"
              Expect.equal outer.Tangent 1.0 "derivative"
              let x, y = Expr.var "x", Expr.var "y"
              Expect.equal (Differentiate.diff "x" (x * Differentiate.diff "y" (x + y))) (Expr.constant 1.0) "symbolic")
          testCase "third derivatives by duals of duals of duals" (fun () ->
              let x = Expr.var "x"
              let formula = x ** 4.0 * exp x

              let third =
                  formula
                  |> Differentiate.diff "x"
                  |> Differentiate.diff "x"
                  |> Differentiate.diff "x"

              let ops = Dual.operations (Dual.operations duals)
              let at = 1.3
              let first = Dual.variable floats at

              let second =
                  { Value = first
                    Tangent = Dual.constant floats 1.0 }

              let seed =
                  { Value = second
                    Tangent = Dual.constant duals (Dual.constant floats 1.0) }

              let nested = Expr.interpret ops (fun _ -> seed) formula
              Check.near 1e-13 0.0 nested.Tangent.Tangent.Tangent (Expr.interpret floats (fun _ -> at) third) "x^4 e^x")
          testCase "powers keep their derivatives at base 0" (fun () ->
              let x, p = Expr.var "x", Expr.var "p"
              let at exponent name = if name = "p" then exponent else 0.0
              Expect.equal (Dual.derivative "x" (at 1.0) (abs x ** p)) 0.0 "|x| has slope sign(0) = 0"
              Expect.equal (Dual.derivative "x" (at 2.0) (x ** p)) 0.0 "x^2"
              Expect.equal (Dual.derivative "x" (at 1.0) (x ** p)) 1.0 "x^1"
              Expect.equal (Dual.secondDerivative "x" "x" (at 2.0) (x ** p)) 2.0 "x^2, twice"
              Expect.equal (Dual.secondDerivative "x" "x" (at 1.0) (x ** p)) 0.0 "x^1, twice"
              Expect.equal (Dual.derivative "p" (at 1.5) (x ** p)) 0.0 "in the exponent") ]
