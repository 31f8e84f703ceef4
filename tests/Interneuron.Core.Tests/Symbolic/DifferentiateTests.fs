module Interneuron.Core.Tests.DifferentiateTests

open Expecto
open FsCheck.FSharp
open Interneuron.Core.Symbolic
open Interneuron.Core.Symbolic.Text
open Interneuron.Core.Tests.Reference

let private x = Expr.var "x"
let private y = Expr.var "y"
let private z = Expr.var "z"
let private names = [ "x"; "y"; "z" ]

let private case =
    Gen.map2 (fun tree point -> Tree.formula id tree, point) Tree.any Tree.point

let private at (point: Map<string, float>) =
    Expr.interpret Bounded.operations (fun name -> Bounded.exact point[name])

let private agree (what: string) point (a: Expr) (b: Expr) =
    let left, right = at point a, at point b

    if not (Bounded.agree left right) then
        failtest $"{what}: {Print.text a} is {left}, {Print.text b} is {right} at {point}"

/// Second derivatives by each composition of forward and reverse mode.
let private hessians: (string * (Expr -> Expr list list)) list =
    let forward e =
        [ for name in names -> Differentiate.diff name e ]

    let reverse = Differentiate.grad names

    [ "forward over forward", forward >> List.map forward
      "forward over reverse", reverse >> List.map forward
      "reverse over forward", forward >> List.map reverse
      "reverse over reverse", Differentiate.hessian names ]

/// x is a smooth function's argument here: no kinks, so that the order of differentiation cannot matter.
let private smooth: (string * Expr) list =
    [ "x^2 y + z exp(x y)", x ** 2.0 * y + z * exp (x * y)
      "x^y log(x) tanh(z)", x ** y * log x * tanh z
      "gamma(x) erfc(y)/cosh(z)", Expr.gamma x * Expr.erfc y / cosh z
      "softplus(x y - z)^3", log (1.0 + exp (x * y - z)) ** 3.0
      "digamma(x + y^2) sqrt(x)", Expr.digamma (x + y ** 2.0) * sqrt x
      "(x + y + z)^2.5/(1 + x^2)", (x + y + z) ** 2.5 / (1.0 + x ** 2.0) ]

let private positive =
    Gen.three (Check.between 0.3 2.0)
    |> Gen.map (fun (a, b, c) -> Map [ "x", a; "y", b; "z", c ])

[<Tests>]
let tests =
    testList
        "Differentiate"
        [ Check.law "reverse mode gives the derivatives of forward mode" 1000 case (fun (formula, point) ->
              List.iter2
                  (fun name reverse -> agree $"d/d{name}" point (Differentiate.diff name formula) reverse)
                  names
                  (Differentiate.grad names formula))
          Check.law "duals give the derivatives of forward mode" 1000 case (fun (formula, point) ->
              for name in names do
                  let valueOf v =
                      { Value = Bounded.exact point[v]
                        Tangent = Bounded.exact (if v = name then 1.0 else 0.0) }

                  let dual =
                      (Expr.interpret (Dual.operations Bounded.operations) valueOf formula).Tangent

                  let derived = at point (Differentiate.diff name formula)

                  if not (Bounded.agree dual derived) then
                      failtest $"d/d{name} of {Print.text formula} is {derived}, by duals {dual} at {point}")
          testList
              "second derivatives"
              [ for text, formula in smooth ->
                    Check.law $"of {text}: four compositions and nested duals agree, symmetric" 20 positive (fun point ->
                        let reference = Differentiate.hessian names formula

                        for composition, hessian in hessians do
                            List.iter2 (List.iter2 (agree composition point)) (hessian formula) reference

                        List.iter2 (List.iter2 (agree "transposed" point)) (List.transpose reference) reference

                        for row, first in List.zip reference names do
                            for derivative, second in List.zip row names do
                                let nested = Dual.secondDerivative first second (fun v -> point[v]) formula
                                let derived = at point derivative
                                // Plain floats in place of bounded ones: an extra share of the bound covers their rounding.
                                Check.near 1e-12 (8.0 * derived.Error) nested derived.Value $"d2/d{first} d{second}") ]
          Check.law "u . (J v) = (u J) . v" 300 (Gen.zip positive (Gen.two positive)) (fun (point, (u, v)) ->
              let outputs = List.map snd smooth

              let weights =
                  [ u["x"]; u["y"]; u["z"]; v["x"]; v["y"]; v["z"] ] |> List.map Expr.constant

              let tangents =
                  Map [ "x", v["y"]; "y", u["z"]; "z", u["x"] ]
                  |> Map.map (fun _ -> Expr.constant)

              let forward =
                  List.map2 (fun w output -> w * Differentiate.jvp (fun name -> tangents[name]) output) weights outputs
                  |> Expr.sum

              let reverse =
                  List.map2 (fun name cotangent -> tangents[name] * cotangent) names (Differentiate.vjp names (List.zip outputs weights))
                  |> Expr.sum

              agree "transposition" point forward reverse)
          testCase "a jacobian has one row for each formula" (fun () ->
              Expect.equal (Differentiate.jacobian [ "x"; "y" ] [ x * y; x ** 2.0 ]) [ [ y; x ]; [ 2.0 * x; Expr.constant 0.0 ] ] "rows")
          testCase "what does not depend on the variable has derivative 0, without its partial derivatives" (fun () ->
              // The exponent's partial derivative of y^2 would be log y.
              Expect.equal (Differentiate.diff "x" (y ** 2.0 + Expr.gamma z)) (Expr.constant 0.0) "forward"
              Expect.equal (Differentiate.grad [ "x" ] (y ** 2.0)) [ Expr.constant 0.0 ] "reverse"
              Expect.equal (Differentiate.grad [ "y" ] (y ** 2.0)) [ 2.0 * y ] "no logarithm of a base whose exponent is constant")
          testCase "derivatives by hand" (fun () ->
              let d = Differentiate.diff "x"
              Expect.equal (d (x ** 3.0)) (3.0 * x ** 2.0) "power"
              Expect.equal (d (exp (2.0 * x))) (2.0 * exp (2.0 * x)) "chain"
              Expect.equal (d (x * y + y)) y "linear"
              Expect.equal (d (abs x ** y)) (y * abs x ** (y - 1.0) * Expr.sign x) "|x|^y"
              Expect.equal (Differentiate.diff "y" (abs x ** y)) (abs x ** y * Expr.logOrZero (abs x)) "|x|^y in y"
              Expect.equal (d (Expr.ifLess x y (x ** 2.0) x)) (Expr.ifLess x y (2.0 * x) (Expr.constant 1.0)) "cases")
          testCase "a branch that is not taken need not have a derivative" (fun () ->
              let guarded = Expr.ifLess x (Expr.constant 1.0) (x ** 2.0) (y * sqrt (x - 1.0))
              let valueOf name = if name = "x" then 0.5 else 3.0

              let value (e: Expr) =
                  Expr.interpret Floats.operations valueOf e

              Expect.equal (value (Differentiate.diff "x" guarded)) 1.0 "forward"
              Expect.equal (List.map value (Differentiate.grad [ "x"; "y" ] guarded)) [ 1.0; 0.0 ] "reverse"
              Expect.equal (Dual.derivative "x" valueOf guarded) 1.0 "dual"

              for row in Differentiate.hessian [ "x"; "y" ] guarded do
                  for e in row do
                      Expect.isTrue (System.Double.IsFinite(value e)) $"{Print.text e} is finite")
          testCase "a rectified power is flat below its threshold, however small the exponent of its derivative" (fun () ->
              let slope =
                  Differentiate.diff "x" (Differentiate.diff "x" (Expr.max x (Expr.constant 0.0) ** y))

              let value at =
                  Expr.interpret Floats.operations (fun name -> if name = "x" then at else 1.5) slope

              Expect.equal (value -2.0) 0.0 "below"
              Expect.equal (value 0.25) 1.5 "above: 1.5 0.5 0.25^-0.5"

              Check.near
                  1e-15
                  0.0
                  (Dual.secondDerivative "x" "x" (fun name -> if name = "x" then -2.0 else 1.5) (Expr.max x (Expr.constant 0.0) ** y))
                  0.0
                  "by duals")
          testCase "|x|^y log |x| and its derivative in y take their limit 0 at x = 0" (fun () ->
              let inY = Differentiate.diff "y" (abs x ** y)
              let valueOf name = if name = "x" then 0.0 else 1.7
              Expect.equal (Expr.interpret Floats.operations valueOf inY) 0.0 "first"
              Expect.equal (Expr.interpret Floats.operations valueOf (Differentiate.diff "y" inY)) 0.0 "second") ]
