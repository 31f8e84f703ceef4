module Interneuron.Derivation.Tests.TargetMeanTests

open System
open Expecto
open Interneuron.Core.Tests
open MathNet.Numerics
open MathNet.Numerics.Distributions
open Interneuron.Core.Symbolic
open Interneuron.Core.Transport
open Interneuron.Core.Circuits
open Interneuron.Derivation.Models
open Interneuron.Derivation.Rules
open Interneuron.Derivation.Running

let private var = Expr.var
let private r = [ "r[0]"; "r[1]" ]
let private z = var "u" * var "r[0]" + var "v" * var "r[1]"

let private mean target (parameters: (string * float) list) formulas =
    TargetMean(target, r, List.map fst parameters, formulas).Evaluate(List.map snd parameters |> Array.ofList, 1)

/// By brute force: many points of the target.
let private drawn target (f: float -> float -> float) =
    let points = Initial.sampleTarget target 2 200_000 5

    let values =
        Array.init (points.Length / 2) (fun i -> f points[2 * i] points[2 * i + 1])

    let average = Array.average values
    let variance = values |> Array.averageBy (fun v -> (v - average) ** 2.0)
    // Five standard errors: one in two million.
    average, 5.0 * sqrt (variance / float values.Length)

let private density x =
    exp (-x * x / 2.0) / sqrt (2.0 * Math.PI)

[<Tests>]
let tests =
    testList
        "Target mean"
        [ testCase
              "a jump: E r_a f(w . r) = 2 phi(theta) g w_a for f' of max(|z| - theta, 0), and (1 - theta root(2/pi)) w_a for z^2/2 - theta \
              |z|"
              (fun () ->
                  let theta = 0.7
                  let u, v = 0.6, 0.8
                  let t = var "theta"
                  let output = Expr.sign z * Expr.step (abs z - t)
                  let bent = z - t * Expr.sign z
                  let parameters = [ "u", u; "v", v; "theta", theta ]

                  let means, by =
                      mean StandardGaussian parameters [ var "r[0]" * output; var "r[1]" * output; var "r[0]" * bent ]

                  Expect.equal by Line "how"
                  Check.near 1e-10 0.0 means[0] (2.0 * density theta * u) "along the first"
                  Check.near 1e-10 0.0 means[1] (2.0 * density theta * v) "along the second"
                  Check.near 1e-10 0.0 means[2] ((1.0 - theta * sqrt (2.0 / Math.PI)) * u) "the bent parabola")

          testCase "columns of any length, powers and logarithms: moments of N(0, |w|^2)" (fun () ->
              let u, v = 1.1, -2.3
              let length = sqrt (u * u + v * v)

              for p in [ 0.3; 1.0; 1.5; 2.7 ] do
                  let moment =
                      sqrt (2.0 ** p / Math.PI)
                      * SpecialFunctions.Gamma((p + 1.0) / 2.0)
                      * length ** p

                  let means, _ =
                      mean StandardGaussian [ "u", u; "v", v ] [ abs z ** p; var "r[0]" * Expr.sign z * abs z ** p ]

                  Check.near 1e-10 0.0 means[0] moment $"E|z|^{p}"

                  let next =
                      sqrt (2.0 ** (p + 1.0) / Math.PI)
                      * SpecialFunctions.Gamma((p + 2.0) / 2.0)
                      * length ** (p + 1.0)

                  Check.near 1e-10 0.0 means[1] (u / (length * length) * next) $"E r sign(z)|z|^{p}")

          testCase "polynomials of several forms: E (r_0 r_1)^2 = 1, E (z + y)^4 = 3 |w + x|^4, and for other targets E r^4" (fun () ->
              let y = var "x" * var "r[0]"
              let parameters = [ "u", 0.6; "v", 0.8; "x", 0.5 ]

              let means, _ =
                  mean StandardGaussian parameters [ (var "r[0]" * var "r[1]") ** 2.0; (z + y) ** 4.0; z ** 2.0 * y ** 2.0 ]

              Check.near 1e-11 0.0 means[0] 1.0 "mixed"
              let square = 1.1 ** 2.0 + 0.64
              Check.near 1e-10 0.0 means[1] (3.0 * square * square) "of two forms"
              // E z^2 y^2 = |w|^2 |x|^2 + 2 (w . x)^2 (Isserlis).
              Check.near 1e-10 0.0 means[2] (0.25 + 2.0 * 0.3 ** 2.0) "Isserlis"

              for target, fourth in [ Laplace, 6.0; Uniform, 1.8; Logistic, 4.2 ] do
                  let means, _ = mean target parameters [ z ** 4.0 ]
                  Check.near 1e-9 0.0 means[0] (fourth * (0.6 ** 4.0 + 0.8 ** 4.0) + 6.0 * 0.36 * 0.64) $"{target}")

          for target in [ Laplace; Uniform; Logistic; Target.generalisedGaussian 0.7 ] do
              testCase $"{Target.name target}: a plane split at kinks, against 200,000 points" (fun () ->
                  let parameters = [ "u", 0.6; "v", 0.8; "theta", 0.7 ]
                  let t = var "theta"

                  let formulas =
                      [ Expr.max (abs z - t) (Expr.constant 0.0)
                        var "r[0]" * Expr.sign z * abs z ** 1.5
                        Expr.step (z - t) * var "r[1]" ]

                  let means, by = mean target parameters formulas
                  Expect.equal by Plane "how"
                  let at a b = 0.6 * a + 0.8 * b

                  for mean, f in
                      [ means[0], fun a b -> max (abs (at a b) - 0.7) 0.0
                        means[1], fun a b -> a * float (sign (at a b)) * abs (at a b) ** 1.5
                        means[2], fun a b -> if at a b > 0.7 then b else 0.0 ] do
                      let expected, error = drawn target f
                      Check.near 0.0 (error + 1e-5 * abs expected) mean expected "mean")

          testCase "two directions of a Gaussian: E max(r_0, 0) max(z, 0), the arc-cosine kernel" (fun () ->
              // (sin t + (pi - t) cos t)/(2 pi) for the angle t between unit vectors (Cho and Saul 2009).
              for angle in [ 0.3; 1.2; 2.9 ] do
                  let zero = Expr.constant 0.0

                  let means, by =
                      mean StandardGaussian [ "u", cos angle; "v", sin angle ] [ Expr.max (var "r[0]") zero * Expr.max z zero ]

                  Expect.equal by Plane "how"
                  Check.near 1e-6 1e-8 means[0] ((sin angle + (Math.PI - angle) * cos angle) / (2.0 * Math.PI)) $"{angle}")

          testCase "samples: all of them" (fun () ->
              let target = Target.ofSamples 2 [| 1.0; 2.0; -3.0; 0.5 |]
              let means, _ = mean target [ "u", 1.0; "v", 1.0 ] [ z; abs z ]
              Check.near 1e-14 0.0 means[0] 0.25 "z"
              Check.near 1e-14 0.0 means[1] 2.75 "|z|")

          testCase "learning with averages that have no formula makes the steps of learning with one" (fun () ->
              // Columns of any length with an activation parameter have no closed average.
              let model formula =
                  match
                      ModelText.parse
                          $"potential F(theta, z) = {formula}\nparameter W[a,i] ; theta[i] in [0.999999, 1.000001]\n\
                          rate W 2e-3 ; rate theta 0\nsize N = 2, K = 2\n\
                          energy sum(i, F(theta[i], sum(a, W[a,i]*r[a]))) - sum(a, s[a]*r[a])"
                  with
                  | Ok model -> Instance.create (Derivation.derive model) (Sizes.circuit 2 2)
                  | Error e -> failtest $"{e}"

              let stimuli =
                  Initial.sampleTarget StandardGaussian 2 2_000 3
                  |> Array.mapi (fun i x -> if i % 2 = 0 then 2.0 * x else x)

              let settings = { Simulation.defaults with Steps = 400 }

              let run (instance: Instance) start =
                  (Simulation.run settings ignore Threading.CancellationToken.None instance start stimuli).Values["W"]

              let plain, closed =
                  model "theta*z^2/2",
                  (match
                      ModelText.parse
                          "parameter W[a,i]\nrate W 2e-3\nsize N = 2, K = 2\nenergy sum(i, sum(a, W[a,i]*r[a])^2)/2 - sum(a, s[a]*r[a])"
                   with
                   | Ok model -> Instance.create (Derivation.derive model) (Sizes.circuit 2 2)
                   | Error e -> failtest $"{e}")

              let start = Simulation.initial plain 2
              let one = run plain start
              let two = run closed (Map.remove "theta" start)
              // theta is 1 to a millionth.
              Array.iter2 (fun a b -> Check.near 0.0 1e-4 a b "W") one two) ]
