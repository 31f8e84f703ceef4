module Interneuron.Core.Tests.ExpandTests

open Expecto
open FsCheck.FSharp
open Interneuron.Core.Symbolic
open Interneuron.Core.Symbolic.Text
open Interneuron.Core.Tests.Reference

let private x = Expr.var "x"
let private y = Expr.var "y"
let private z = Expr.var "z"

let private agree (point: Map<string, float>) (a: Expr) (b: Expr) =
    let at = Expr.interpret Bounded.operations (fun name -> Bounded.exact point[name])

    let left, right = at a, at b

    if not (Bounded.agree left right) then
        failtest $"{Print.text a} is {left}, {Print.text b} is {right} at {point}"

let private case point =
    Gen.map2 (fun tree point -> Tree.formula id tree, point) Tree.any point

let private positive =
    Gen.three (Check.between 0.3 2.0)
    |> Gen.map (fun (a, b, c) -> Map [ "x", a; "y", b; "z", c ])

[<Tests>]
let tests =
    testList
        "Expand and Signs"
        [ Check.law "multiplying out keeps the value" 1000 (case Tree.point) (fun (formula, point) ->
              agree point formula (Expand.expand formula))

          Check.law "what is multiplied out stays as it is" 1000 (case Tree.point) (fun (formula, _) ->
              let once = Expand.expand formula
              Expect.equal (Print.text (Expand.expand once)) (Print.text once) "twice")

          testCase "products and powers of sums, at every depth" (fun () ->
              for formula, expected in
                  [ (x + y) * (x - y), "x^2 - y^2"
                    (x + 1.0) ** 3.0, "x^3 + 3*x + 3*x^2 + 1"
                    exp ((x + y) * z) * (1.0 - z), "exp(x*z + y*z) - z*exp(x*z + y*z)"
                    (x + y) * Expr.ifLess x y (z + 1.0) (Expr.constant 0.0), "if(x < y, x + y + x*z + y*z, 0)"
                    ((x ** 2.0 + y ** 2.0) ** 1.5 + 1.0) * (x ** 2.0 + y ** 2.0) ** 0.5, "x^4 + y^4 + sqrt(x^2 + y^2) + 2*x^2*y^2"
                    (z + abs z) ** 2.0 * z ** 2.0, "2*z^3*abs(z) + 2*z^4"
                    (x + y) ** 2.0 - x ** 2.0 - y ** 2.0 - 2.0 * x * y, "0" ] do
                  Expect.equal (Print.text (Expand.expand formula)) expected (Print.text formula))

          Check.law "what signs decide keeps the value where they are so" 1000 (case positive) (fun (formula, point) ->
              agree point formula (Signs.decide (fun _ -> true) formula))

          testCase "signs decide kinks, and no more than they can" (fun () ->
              let isKnown name = name <> "z"

              for formula, expected in
                  [ abs x, "x"
                    Expr.sign (-x - y), "-1"
                    Expr.step (x * y), "1"
                    Expr.max (Expr.constant 0.0) (-x - y ** 2.0), "0"
                    Expr.min x (x + y), "x"
                    abs (x - y), "abs(x - y)"
                    abs (x * z), "abs(x*z)" ] do
                  Expect.equal (Print.text (Signs.decide isKnown formula)) expected (Print.text formula)) ]
