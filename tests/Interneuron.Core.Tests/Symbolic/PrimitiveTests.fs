module Interneuron.Core.Tests.PrimitiveTests

open System
open Expecto
open FsCheck.FSharp
open Interneuron.Core.Symbolic
open Interneuron.Core.Symbolic.Text

let private x = Expr.var "x"
let private y = Expr.var "y"

/// Where each row is differentiated: an interval on which its third derivative stays below 1e3 times its scale, away from 0 where it has a
/// kink or is only the limit of one. What is in `Primitives.all` and not here fails the test.
let private domains =
    Map
        [ "exp", (-3.0, 3.0)
          "log", (0.2, 5.0)
          "log0", (0.2, 5.0)
          "abs", (0.1, 3.0)
          "sign", (0.1, 3.0)
          "step", (0.1, 3.0)
          "tanh", (-3.0, 3.0)
          "cosh", (-3.0, 3.0)
          "logcosh", (-5.0, 5.0)
          "softplus", (-5.0, 5.0)
          "erfc", (-3.0, 3.0)
          "gamma", (0.4, 4.0)
          "lgamma", (0.4, 9.0)
          "digamma", (0.4, 9.0)
          "polygamma1", (0.6, 9.0)
          "polygamma2", (0.8, 9.0)
          "max", (-3.0, 3.0)
          "min", (-3.0, 3.0) ]

let private rows =
    Primitives.all @ [ Primitives.polygamma 1; Primitives.polygamma 2 ]

let private derivatives (row: Primitive) =
    let low, high = domains[row.Name]
    let arguments = List.take row.Arity [ x; y ]
    let formula = Expr.apply row arguments

    Check.law
        $"the derivative of {row.Name} is the slope of its values and of its duals"
        100
        (Gen.two (Check.between low high))
        (fun (a, b) ->
            // The two arguments of max and min stay apart.
            let b = if abs (a - b) < 0.01 then b + 0.02 else b

            let at a b (e: Expr) =
                Expr.interpret Floats.operations (fun name -> if name = "x" then a else b) e

            for variable in Expr.variables formula do
                let derived = Differentiate.diff variable formula |> at a b
                // Central differences with h = 1e-4: h^2 f'''/6 is below 2e-6 by the choice of domains, and rounding below 1e-14/h = 1e-10.
                let h = 1e-4

                let slope =
                    if variable = "x" then
                        (at (a + h) b formula - at (a - h) b formula) / (2.0 * h)
                    else
                        (at a (b + h) formula - at a (b - h) formula) / (2.0 * h)

                Check.near 1e-5 1e-5 derived slope $"d {Print.text formula}/d{variable} at ({a}, {b}) against differences"

                let dual =
                    Dual.derivative variable (fun name -> if name = "x" then a else b) formula
                // Both read the row's slope, and round a few times on the way.
                Check.near 1e-12 1e-15 derived dual $"d {Print.text formula}/d{variable} at ({a}, {b}) against duals")

let private value (e: Expr) at =
    Expr.interpret Floats.operations (fun _ -> at) e

let private edges: (string * (Expr -> Expr) * (float * float) list) list =
    let zero = Expr.constant 0.0

    [ "exp", exp, [ -infinity, 0.0; infinity, infinity; -745.2, 0.0; 710.0, infinity; nan, nan ]
      "log", log, [ 0.0, -infinity; infinity, infinity; -1.0, nan; 1.0, 0.0; nan, nan ]
      "log0", Expr.logOrZero, [ 0.0, 0.0; -1.0, 0.0; infinity, infinity; 1.0, 0.0 ]
      "abs", Expr.abs, [ -infinity, infinity; -2.0, 2.0; nan, nan ]
      "sign", Expr.sign, [ 0.0, 0.0; -infinity, -1.0; infinity, 1.0; -1e-320, -1.0; nan, nan ]
      "step", Expr.step, [ 0.0, 0.5; -infinity, 0.0; infinity, 1.0; -1e-320, 0.0; 1e-320, 1.0 ]
      "tanh", tanh, [ -infinity, -1.0; infinity, 1.0; 0.0, 0.0; nan, nan ]
      "cosh", cosh, [ -infinity, infinity; infinity, infinity; 0.0, 1.0; nan, nan ]
      "logcosh",
      (cosh >> log),
      [ 0.0, 0.0
        -1e300, 1e300
        1e300, 1e300
        infinity, infinity
        -infinity, infinity
        nan, nan ]
      "softplus",
      (fun u -> log (1.0 + exp u)),
      [ 1e300, 1e300
        -1e300, 0.0
        infinity, infinity
        -infinity, 0.0
        0.0, log 2.0
        nan, nan ]
      "erfc", Expr.erfc, [ -infinity, 2.0; infinity, 0.0; 0.0, 1.0 ]
      "gamma", Expr.gamma, [ 1.0, 1.0; 5.0, 24.0; 0.5, sqrt Math.PI; 172.0, infinity ]
      "lgamma", Expr.logGamma, [ 1.0, 0.0; 2.0, 0.0; 0.5, 0.5 * log Math.PI ]
      // -Euler's constant, pi^2/6 and -2 zeta(3) (Abramowitz and Stegun 6.3.2, 6.4.2).
      "digamma", Expr.digamma, [ 1.0, -0.57721566490153286 ]
      "polygamma1", Expr.polygamma 1, [ 1.0, Math.PI * Math.PI / 6.0; 0.0, nan; -1.5, nan ]
      "polygamma2", Expr.polygamma 2, [ 1.0, -2.4041138063191886; 1e9, -1e-18 ]
      "max(0, x)", Expr.max zero, [ -infinity, 0.0; infinity, infinity; -1.0, 0.0; nan, nan ]
      "min(0, x)", Expr.min zero, [ -infinity, -infinity; infinity, 0.0; 1.0, 0.0; nan, nan ]
      "x^0",
      (fun u ->
          Expr.power u y * Expr.constant 1.0
          |> Expr.substitute (fun v -> if v = "y" then Some zero else None)),
      [ 0.0, 1.0; -2.0, 1.0 ]
      "x^2.5", (fun u -> u ** 2.5), [ 0.0, 0.0; infinity, infinity; -1.0, nan; 4.0, 32.0 ]
      "x^-1", (fun u -> u ** -1.0), [ infinity, 0.0; -2.0, -0.5 ] ]

[<Tests>]
let tests =
    testList
        "Primitives"
        [ testList "derivatives" (List.map derivatives rows)
          testList
              "at the edges"
              [ for name, f, points in edges ->
                    testCase name (fun () ->
                        for at, expected in points do
                            // MathNet's special functions are good to a few parts in 1e15.
                            Check.near 1e-14 1e-15 (value (f x) at) expected $"{name} at {at}") ]
          testCase "max and min split their derivative where the arguments are equal" (fun () ->
              for f in [ Expr.max; Expr.min ] do
                  for variable in [ "x"; "y" ] do
                      Expect.equal (value (Differentiate.diff variable (f x y)) 1.5) 0.5 "symbolic"
                      Expect.equal (Dual.derivative variable (fun _ -> 1.5) (f x y)) 0.5 "dual")
          testCase "polygamma satisfies its recurrence" (fun () ->
              // psi_n(x + 1) = psi_n(x) + (-1)^n n!/x^(n+1), Abramowitz and Stegun 6.4.6.
              for n in 1..6 do
                  for x in [ 0.3; 1.7; 6.2; 14.9; 33.0 ] do
                      let factorial = Seq.fold (fun product k -> product * float k) 1.0 (seq { 1..n })

                      let step =
                          (if n % 2 = 0 then 1.0 else -1.0) * factorial / Math.Pow(x, float (n + 1))

                      Check.near 1e-13 0.0 (Special.polygamma n (x + 1.0) - step) (Special.polygamma n x) $"psi_{n}({x})")
          testCase "text and LaTeX of every row" (fun () ->
              Check.golden
                  "primitives.txt"
                  [ for row in rows do
                        let formula = Expr.apply row (List.take row.Arity [ x; y ])
                        let derivative = Differentiate.diff "x" formula
                        yield $"{Print.text formula}   {Print.latex formula}"
                        yield $"    d/dx: {Print.text derivative}   {Print.latex derivative}" ]) ]
