module Interneuron.Core.Tests.SeriesTests

open System
open Expecto
open Interneuron.Core.Symbolic
open Interneuron.Core.Symbolic.Text

let private x = Expr.var "x"

let private value (e: Expr) (at: float) =
    Expr.interpret Floats.operations (fun _ -> at) e

let private series interval f =
    Series.fit interval f
    |> Option.map (fun c -> Expr.apply (Series.chebyshev "s" "s" interval c) [ x ])

[<Tests>]
let tests =
    testList
        "Series"
        [ testCase "a fitted series and its derivatives are those of the function" (fun () ->
              let interval = 1.0, 4.0
              let s = (series interval (fun x -> exp -x * cos x)).Value
              let first = Differentiate.diff "x" s
              let second = Differentiate.diff "x" first

              for at in 1.0..0.01..4.0 do
                  let e, c, s' = exp -at, cos at, sin at
                  // Coefficients to 1e-15; a derivative multiplies the k-th by up to k^2 2/(upper - lower), k < 20.
                  Check.near 0.0 1e-14 (value s at) (e * c) $"value at {at}"
                  Check.near 0.0 1e-12 (value first at) (-e * (c + s')) $"first at {at}"
                  Check.near 0.0 1e-10 (value second at) (2.0 * e * s') $"second at {at}"
                  Check.near 1e-12 1e-13 (Dual.derivative "x" (fun _ -> at) s) (value first at) $"dual at {at}")
          testCase "a polynomial has its own number of coefficients" (fun () ->
              Expect.equal (Series.fit (-1.0, 1.0) (fun x -> 8.0 * x ** 4.0 - 8.0 * x * x + 1.0)).Value.Length 5 "T_4"
              Expect.equal (Series.fit (-1.0, 1.0) (fun _ -> 2.5)) (Some [| 2.5 |]) "a constant")
          testCase "a function that no short series fits is refused" (fun () ->
              Expect.isNone (Series.fit (-1.0, 1.0) abs) "a kink"
              Expect.isNone (Series.fit (0.0, 1.0) (fun x -> sin (400.0 * x))) "400 radians"
              Expect.isNone (Series.fit (-1.0, 1.0) (fun x -> sqrt x)) "not a number")
          testCase "text and LaTeX name the series before its argument" (fun () ->
              let s =
                  Expr.apply (Series.chebyshev "E[q]" "\\mathbb{E}[q]" (0.0, 2.0) [| 1.0; 2.0; 3.0 |]) [ x + 1.0 ]

              Expect.equal (Print.text s) "E[q](x + 1)" "text"
              Expect.equal (Print.latex (Differentiate.diff "x" s)) "\\mathbb{E}[q]'\\left(x + 1\\right)" "LaTeX") ]
