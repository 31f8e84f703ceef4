module Interneuron.Core.Tests.ConvexityTests

open System
open Expecto
open FsCheck
open FsCheck.FSharp
open Interneuron.Core.Symbolic
open Interneuron.Core.Symbolic.Text
open Interneuron.Core.Transport
open Interneuron.Core.Tests.Reference

let private read text =
    match Formula.parse [ "z"; "theta" ] text with
    | Ok e -> Stable.formula e
    | Error error -> failtest $"{text}: {error}"

let private judge (lower, upper) text =
    Convexity.judge "z" [ "theta", Interval.between lower upper ] (read text)

let private proved =
    [ "theta*abs(z)"
      "max(z^2 - theta, 0)/2"
      "abs(z) + z^2/2"
      "abs(z)^1.015"
      "abs(z)^(theta + 0.6)"
      "z^2/2 - 0.2*log(cosh(z))"
      "z^2/2 - log(cosh(theta*z))/(2*theta^2)"
      "log(exp(theta*z) + exp(-theta*z))/theta^2"
      "log(2*cosh(theta*z))/theta^2"
      "log(1 + exp(theta*z))"
      "log(exp(-z) + 3)"
      "sqrt(1 + z^2)"
      "sqrt(theta + z^2)"
      "theta*z^2/2 + sqrt(1 + z^2) - 1"
      "abs(z)^3 + sqrt(1 + z^2) + theta*sqrt(theta + z^2)"
      "if(abs(z) < theta, z^2/2, theta*abs(z) - theta^2/2)"
      "max(abs(z) - theta, 0)"
      "abs(z) - log(1 + abs(z))"
      "max(z - theta, 0)^2 - 0.5*max(z - 2*theta, 0)^2"
      "(z - 1)^4"
      "max(z, theta*z)"
      "exp(z) + exp(-theta*z)"
      "abs(z)*step(-abs(z)) + z^2"
      "z*(1 + tanh(50*z))*0 + z^2" ]

let private refuted =
    [ "z^2/2 - theta*abs(z)"
      "z^2/2 - 1e-12*abs(z)"
      "if(z < theta, z^2/2, z^2/2 + 3*z)"
      "min((z - theta)^2, (z + theta)^2)/2"
      "z^2/2 + step(z - theta)"
      "z^2/2 - 1e-6*step(z - theta)"
      "min(z^2/2, 2)"
      "z^4/4 - 1e-13*z^2/2"
      "step(-z^2)"
      "z^2 + step(-sqrt((z*z)^45))"
      "z^2 + if(0 < abs(z - theta), 0, 1)"
      "log(1 + z^2)"
      "sqrt(log(cosh(z)))"
      "abs(z^3 - 3*z + theta)"
      "theta*z^2 - 0.6*z^2"
      "z^2/2 - 0.05*z^3"
      "z^2.5"
      "gamma(z)"
      "1/z" ]

let private piece =
    Gen.elements
        [ "A*abs(z - B)"
          "A*max(z - B, 0)"
          "A*max(B - z, 0)^2"
          "A*z^2"
          "A*z^4"
          "A*log(cosh(z - B))"
          "A*log(exp(z) + exp(B))"
          "A*step(z - B)"
          "A*min(z^2, (z - B)^2)"
          "A*max(z^2, 1 + B)"
          "if(z < B, z^2, A*z + z^2 - A*B)"
          "A*abs(z)^1.5" ]

let private random: Gen<string> =
    let coefficient = Gen.elements [ "-1"; "-0.25"; "0.25"; "0.5"; "1"; "2"; "3" ]
    let place = Gen.elements [ "-1"; "-0.5"; "0"; "0.5"; "2" ]

    Gen.choose (1, 4)
    |> Gen.bind (fun n ->
        Gen.listOfLength
            n
            (Gen.map3 (fun (p: string) (a: string) (b: string) -> p.Replace("A", $"({a})").Replace("B", $"({b})")) piece coefficient place))
    |> Gen.map (String.concat " + ")

/// How far the value in the middle lies above the mean of the ends, in units of what rounding could make of it.
let private excess (value: float -> float) (low: float) (high: float) =
    let a, b, c = value low, value (0.5 * (low + high)), value high
    (b - 0.5 * (a + c)) / (1e-12 * (abs a + abs b + abs c) + 1e-300)

[<Tests>]
let tests =
    testList
        "Convexity"
        [ testCase "is proved across kinks" (fun () ->
              for text in proved do
                  match judge (0.5, 2.0) text with
                  | Proved _ -> ()
                  | other -> failtest $"{text}: {other}")

          testCase "is refuted with a point, across kinks and jumps and where there is no value" (fun () ->
              for text in refuted do
                  match judge (0.5, 2.0) text with
                  | Refuted((name, _) :: _, _) -> Expect.equal name "z" text
                  | other -> failtest $"{text}: {other}")

          testCase "is not proved where 0 has a power, which is 1 where that vanishes and 0 beside it" (fun () ->
              for text in
                  [ "0^abs(z)"
                    "z^2 + 0^abs(z - theta)"
                    "sinh((z - z)^(z^2))"
                    "z^2 + (1 - 0^abs(z))" ] do
                  match judge (0.5, 2.0) text with
                  | Proved proof -> failtest $"{text}: {proof}"
                  | Refuted _
                  | Undecided _ -> ())

          testCase "is proved of every potential of the library, for all its parameters" (fun () ->
              for p in Potentials.all do
                  match Convex.judgePotential p (Some("g", Interval.between 0.0 infinity)) 0.0 with
                  | Proved _ -> ()
                  | other -> failtest $"{p.Name}: {other}")

          testCase "of hundreds of parameters takes no more boxes than of one" (fun () ->
              let names = [ for i in 1..200 -> $"p{i}" ]

              let e =
                  names |> List.map (fun name -> Expr.var name * Potential.z ** 2.0) |> Expr.sum

              match Convexity.judge "z" [ for name in names -> name, Interval.between 0.0 1.0 ] e with
              | Proved _ -> ()
              | other -> failtest $"{other}")

          Check.law "agrees with the definition: chords lie above" 300 random (fun text ->
              let e = read text

              let value z =
                  Expr.interpret Floats.operations (fun _ -> z) e

              match Convexity.judge "z" [] e with
              | Proved _ ->
                  let draw = Random 7

                  for _ in 1..300 do
                      let x, y = 8.0 * draw.NextDouble() - 4.0, 8.0 * draw.NextDouble() - 4.0
                      Expect.isTrue (excess value x y <= 1.0) $"{text} is not convex between {x} and {y}"
              | Refuted(point, _) ->
                  let z = List.head point |> snd

                  let isBelow =
                      [ for h in [ 1e-6; 1e-5; 1e-4; 1e-3; 0.01; 0.1 ] do
                            for shift in [ -1.0; -0.5; 0.0; 0.5; 1.0 ] -> excess value (z + (shift - 1.0) * h) (z + (shift + 1.0) * h) ]
                      |> List.exists (fun x -> x > 1.0)

                  Expect.isTrue isBelow $"{text} is convex at {z}"
              | Undecided _ -> ())

          testCase "bounds of products hold what is too small for a number, beside a zero" (fun () ->
              // 0 times 0 is 0; 1e-200 times 1e-200 is above it, and so is the least number above 0.
              let square =
                  Interval.multiply (Interval.between 0.0 1e-200) (Interval.between 0.0 1e-200)

              Expect.isGreaterThan square.Upper 0.0 "above"

              let product =
                  Interval.multiply (Interval.between -1e-200 0.0) (Interval.between 0.0 1e-200)

              Expect.isLessThan product.Lower 0.0 "below")

          Check.law "bounds hold the values of any formula" 1000 (Gen.zip Tree.any Tree.point) (fun (tree, point) ->
              let e = Tree.formula id tree
              let value = Expr.interpret Floats.operations (fun name -> point[name]) e

              let around (x: float) =
                  Interval.between (x - 0.01 * abs x) (x + 0.02 * abs x)

              let bounds = Bounds.ofFormula (fun name -> around point[name]) e

              if
                  Double.IsFinite value
                  && Domain.contains (fun name -> point[name]) e
                  && not (Double.IsNaN bounds.Lower || Double.IsNaN bounds.Upper)
              then
                  Expect.isTrue
                      (bounds.Lower <= value && value <= bounds.Upper)
                      $"{value} in [{bounds.Lower}, {bounds.Upper}] of {Print.text e}") ]
