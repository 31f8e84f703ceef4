module Interneuron.Core.Tests.StableTests

open System
open Expecto
open Interneuron.Core.Symbolic
open Interneuron.Core.Symbolic.Text
open Interneuron.Core.Transport

let private read text =
    match Formula.parse [ "z" ] text with
    | Ok e -> e
    | Error error -> failtest $"{text}: {error}"

let private value (e: Expr) (z: float) =
    Expr.interpret Floats.operations (fun _ -> z) e

/// x, log cosh x, log(1 + e^x) and log(1 + e^-x), by mpmath with 60 digits.
let private table =
    [ 1e-12, 5e-25, 0.6931471805604453, 0.6931471805594454
      1e-6, 4.999999999999166e-13, 0.6931476805600703, 0.6931466805600703
      1e-3, 4.999999166666889e-07, 0.6936473055599401, 0.6926473055599401
      0.1, 0.0049916888216465305, 0.7443966600735709, 0.6443966600735709
      0.5, 0.12011450695827752, 0.9740769841801067, 0.4740769841801067
      0.99, 0.4261859945156674, 1.3059609474567209, 0.3159609474567208
      1.01, 0.44141766440255514, 1.3205820887436108, 0.3105820887436109
      2.0, 1.3250027473578645, 2.1269280110429727, 0.1269280110429725
      10.0, 9.306852821501208, 10.000045398899218, 4.539889921686465e-05
      40.0, 39.30685281944005, 40.0, 4.248354255291589e-18
      350.0, 349.30685281944005, 350.0, 9.92959039626498e-153
      700.0, 699.3068528194401, 700.0, 9.85967654375977e-305 ]

/// How they are spelled, and what they are.
let private spellings =
    [ "log(exp(z) + exp(-z))", log 2.0 + log (cosh Potential.z)
      "log((exp(z) + exp(-z))/2)", log (cosh Potential.z)
      "log(0.5*exp(-z) + 0.5*exp(z))", log (cosh Potential.z)
      "log(2*cosh(z))", log 2.0 + log (cosh Potential.z)
      "log(1 + exp(z))", Expr.softplus Potential.z
      "log(exp(-z) + 1)", Expr.softplus -Potential.z
      "(exp(z) - exp(-z))/(exp(z) + exp(-z))", tanh Potential.z
      "(1 - exp(-2*z))/(1 + exp(-2*z))", tanh Potential.z
      "(exp(2*z) - 1)/(exp(2*z) + 1)", tanh Potential.z
      "2/(1 + exp(-2*z)) - 1", tanh Potential.z
      "1/(1 + exp(-z))", 0.5 + 0.5 * tanh (Potential.z / 2.0)
      "exp(z)/(1 + exp(z))", 0.5 + 0.5 * tanh (Potential.z / 2.0)
      "sqrt(z^2)", abs Potential.z ]

[<Tests>]
let tests =
    testList
        "Stable"
        [ testCase "log cosh and softplus have all digits, near 0 and far out" (fun () ->
              for x, logCosh, above, below in table do
                  for sign in [ 1.0; -1.0 ] do
                      Check.near 1e-15 0.0 (Primitives.logCosh.Value [ sign * x ]) logCosh $"log cosh at {x}"

                  Check.near 4e-16 0.0 (Primitives.softplus.Value [ x ]) above $"softplus at {x}"
                  Check.near 4e-16 0.0 (Primitives.softplus.Value [ -x ]) below $"softplus at -{x}")

          testCase "and what is made of them: sqrt(log(cosh(z))) is |z|/sqrt(2) near 0" (fun () ->
              let e = read "sqrt(log(cosh(z)))"
              Check.near 1e-15 0.0 (value e 1e-9) (1e-9 / sqrt 2.0) "value"
              Check.near 1e-15 0.0 (value (Differentiate.diff "z" e) 1e-9) (1.0 / sqrt 2.0) "slope")

          testCase "what overflows as it is spelled is what it is" (fun () ->
              for text, expected in spellings do
                  let e = Stable.formula (read text)

                  for z in [ -800.0; -40.0; -1.3; 0.0; 0.7; 40.0; 800.0 ] do
                      Check.near 1e-14 1e-16 (value e z) (value expected z) $"{text} at {z}")

          testCase "a sum of more exponentials does not overflow either" (fun () ->
              let e = read "log(2*exp(z) + exp(2*z) + 3 + cosh(3*z))"

              let naive z =
                  log (2.0 * exp z + exp (2.0 * z) + 3.0 + cosh (3.0 * z))

              for z in [ -5.0; 0.0; 1.7; 20.0 ] do
                  Check.near 1e-13 1e-15 (value e z) (naive z) $"at {z}"

              Check.near 1e-15 0.0 (value e 1e3) (3e3 - log 2.0) "far out") ]
