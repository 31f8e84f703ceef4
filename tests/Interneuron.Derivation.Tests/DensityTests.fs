/// Targets by a density of their own.
module Interneuron.Derivation.Tests.DensityTests

open System
open Expecto
open MathNet.Numerics
open MathNet.Numerics.Distributions
open Interneuron.Core.Tests
open Interneuron.Core.Transport
open Interneuron.Core.Circuits
open Interneuron.Derivation.Models
open Interneuron.Derivation.Rules

let private target name =
    match Target.read name with
    | Ok(Some target) -> target
    | other -> failtest $"{name}: {other}"

/// Distribution functions from elsewhere, with what they are integrated to.
let private references: (string * float * (float -> float)) list =
    [ "exponential", 2.0, (fun x -> 1.0 - exp -(max x 0.0))
      "half-normal", 1.0, (fun x -> SpecialFunctions.Erf(max x 0.0 / sqrt 2.0))
      // Unit variance: scale sqrt(3/5) of 5 degrees of freedom.
      "student-t:5", 1.0, (fun x -> StudentT.CDF(0.0, sqrt 0.6, 5.0, x))
      "density x*exp(-x), x in [0, inf]", 6.0, (fun x -> Gamma.CDF(2.0, 1.0, max x 0.0))
      "density exp(-(x - 7)^2/0.02)", 49.01, (fun x -> Normal.CDF(7.0, 0.1, x))
      "density 1, x in [2, 5]", 13.0, (fun x -> Math.Clamp((x - 2.0) / 3.0, 0.0, 1.0)) ]

[<Tests>]
let tests =
    testList
        "Densities"
        [ for name, power, cdf in references do
              testCase $"{name}: distribution, quantiles, sums and averages" (fun () ->
                  let t = target name
                  Expect.equal (target (Target.name t)) t "the name is read back"

                  for p in [ 0.001; 0.1; 0.5; 0.9; 0.999 ] do
                      let x = Target.quantile t p
                      Check.near 0.0 1e-12 (cdf x) p "quantile"
                      Check.near 0.0 1e-12 (Target.cdf t x) p "distribution"

                  // The slope of the integral of the quantile function is the quantile.
                  let below = Target.quantileIntegral t
                  Check.near 1e-5 1e-7 ((below 0.601 - below 0.599) / 0.002) (Target.quantile t 0.6) "integral"
                  // Beyond 1e-19 of the mass, Student's t still has 2e-11 of its variance.
                  let mean rule =
                      rule |> Array.sumBy (fun (x, w) -> w * x * x)

                  Check.near 1e-10 0.0 (mean (Quadrature.nodes t [ 0.7 ])) power "nodes"
                  Check.near 1e-8 0.0 (mean (Quadrature.between t 80 [ 0.7 ])) power "between breaks"
                  Check.near 1e-8 0.0 (mean (Quadrature.polynomial t 2)) power "polynomials"

                  let points = Initial.sampleTarget t 1 20_000 1 |> Array.sort

                  let distance =
                      points
                      |> Array.mapi (fun i x -> abs (cdf x - (float i + 0.5) / 20_000.0))
                      |> Array.max

                  // One in 10^5 of samples of 20,000 is farther.
                  Expect.isLessThan distance (2.5 / sqrt 20_000.0) "points")

          testCase "densities that are none are refused" (fun () ->
              for text, why in
                  [ "density x", "not negative"
                    "density 1", "fall fast enough"
                    "density 1/x^2", "too steeply at 0"
                    "density exp(-y)", "'y'"
                    "density exp(-x", "("
                    "student-t:2", "2 degrees"
                    "density exp(-x), x in [3, 1]", "empty" ] do
                  match Target.read text with
                  | Error message -> Expect.stringContains message why text
                  | other -> failtest $"{text}: {other}")

          testCase "the average of a response over a target that is not centred is not 0" (fun () ->
              let text target =
                  $"population neuron a : 1\ninput s[a]\nvariable r[a] >= 0\nparameter b[a]\ntarget {target}\n\
                       energy sum(a, r[a]^2)/2 + sum(a, b[a]*r[a]) - sum(a, s[a]*r[a])"

              match ModelText.parse (text "exponential") with
              | Ok m ->
                  let instance =
                      Interneuron.Derivation.Running.Instance.create (Derivation.derive m) m.Sizes

                  Check.near 1e-10 0.0 (instance.Averages([| 0.3 |], 1)).[0] 1.0 "E r"
              | Error e -> failtest $"{e}"

              match ModelText.parse (text "laplace") with
              | Ok m -> Check.refused [ "has values outside" ] (fun () -> Derivation.derive m)
              | Error e -> failtest $"{e}") ]
