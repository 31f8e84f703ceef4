module Interneuron.Core.Tests.TargetTests

open System
open Expecto
open FsCheck.FSharp
open Interneuron.Core.Symbolic
open Interneuron.Core.Transport
open Interneuron.Core.Tests.Reference

let private value (e: Expr) (x: float) =
    Expr.interpret Floats.operations (fun _ -> x) e

let private forEach (targets: Target list) name (check: Target -> Test) = testList name (List.map check targets)

let private inTheMiddle = Check.between 0.001 0.999

/// Where thresholds are tried: up to where one in ten thousand of the heaviest tails is left.
let private thresholds = Check.between 0.0 6.0

[<Tests>]
let tests =
    testList
        "Target"
        [ forEach Samples.targets "densities" (fun target ->
              testCase (Target.name target) (fun () ->
                  let density = Option.get (Target.logDensity target) |> exp |> value

                  for x in [ -2.3; -1.0; -0.01; 0.3; 1.7; 4.0 ] do
                      // Both take a few exponentials and gamma functions, good to 1e-14.
                      Check.near 1e-12 0.0 (density x) (Densities.density target x) $"density at {x}"

                  let average f = Densities.average target [] f
                  // The reference is asked for 1e-13 in each of some fifty pieces.
                  Check.near 1e-11 0.0 (average (fun _ -> 1.0)) 1.0 "total mass"
                  Check.near 0.0 1e-11 (average id) 0.0 "mean"
                  Check.near 1e-11 0.0 (average (fun x -> x * x)) 1.0 "variance"))
          forEach (Target.generalisedGaussian 12.0 :: Samples.targets) "distribution functions" (fun target ->
              let cdf, quantile = Target.cdf target, Target.quantile target

              testList
                  (Target.name target)
                  [ Check.law "the quantile function inverts the distribution function" 200 inTheMiddle (fun p ->
                        Check.near 1e-9 1e-12 (cdf (quantile p)) p "cdf of quantile"
                        Check.near 1e-9 1e-9 (quantile (1.0 - p)) -(quantile p) "symmetric")
                    Check.law "the distribution function is the integral of the density" 20 (Check.between -3.0 3.0) (fun x ->
                        Check.near 0.0 1e-10 (cdf x) (Densities.between target [] -60.0 (max x -60.0) (fun _ -> 1.0)) $"cdf at {x}")
                    testCase "near the median the quantile function is linear" (fun () ->
                        // quantile(1/2 + m) = m/density(0) (1 + o(1)): the density falls by its cusp at most, 1 - sqrt(2) x for Laplace's;
                        // for beta = 0.7 by (x/alpha)^0.7, which is 1e-4 at m = 1e-7.
                        for m in [ 1e-7; 1e-9; 1e-11 ] do
                            // 1/2 + m is known to 1e-16 only.
                            Check.near (1e-3 + 2e-16 / m) 0.0 (quantile (0.5 + m)) (m / Densities.density target 0.0) $"m = {m}"
                            Check.near (1e-3 + 2e-16 / m) 0.0 (cdf (m / Densities.density target 0.0) - 0.5) m $"cdf for m = {m}")
                    testCase "the ends" (fun () ->
                        Expect.equal (cdf -infinity, cdf infinity) (0.0, 1.0) "cdf"

                        Expect.isTrue
                            (Double.IsNaN(quantile 0.0)
                             && Double.IsNaN(quantile 1.0)
                             && Double.IsNaN(quantile nan))
                            "quantile outside (0, 1)"

                        Check.near 0.0 1e-12 (quantile 0.5) 0.0 "median"
                        Expect.isGreaterThan (quantile 1e-12) -1e4 "a far quantile is finite"
                        Expect.isLessThan (quantile 1e-12) (quantile 1e-6) "and farther than a nearer one")
                    Check.law "the quantile integral is the mean of what lies below" 20 inTheMiddle (fun p ->
                        let below = Densities.between target [] -60.0 (quantile p) id
                        Check.near 1e-9 1e-10 (Target.quantileIntegral target p) below $"at {p}") ])
          forEach Samples.targets "moments" (fun target ->
              let p = Expr.var "p"

              testList
                  (Target.name target)
                  [ Check.law "E|x|^p is the average of |x|^p" 20 (Check.between 0.0 5.0) (fun order ->
                        match Target.absoluteMoment target p with
                        | Some moment ->
                            Check.near
                                1e-10
                                0.0
                                (value moment order)
                                (Densities.average target [] (fun x -> abs x ** order))
                                $"E|x|^{order}"
                        | None -> Expect.equal target Logistic "only the logistic has none for every p")
                    testCase "the second is exactly 1, and the fourth is known" (fun () ->
                        Expect.equal (Target.absoluteMoment target (Expr.constant 2.0)) (Some(Expr.constant 1.0)) "variance"
                        let fourth = Target.absoluteMoment target (Expr.constant 4.0) |> Option.get
                        Check.near 1e-10 0.0 (value fourth nan) (Densities.average target [] (fun x -> x ** 4.0)) "fourth")
                    Check.law "E max(x - t, 0)^n is the average of max(x - t, 0)^n, n = 0 .. 6" 10 thresholds (fun t ->
                        for n in 0..6 do
                            match Target.rectifiedMoment target n p with
                            | Some moment ->
                                // Absolute, of a moment that is of order n! at most: for n = 6 up to 720/8 = 90.
                                let expected =
                                    Densities.average target [ t ] (fun x -> if x > t then (x - t) ** float n else 0.0)

                                Check.near 1e-10 1e-10 (value moment t) expected $"E max(x - {t}, 0)^{n}"
                            | None ->
                                match target with
                                | GeneralisedGaussian _ -> ()
                                | _ -> failtest $"no formula for n = {n}") ])
          Check.law "the Gaussian's rectified moments hold for negative thresholds too" 20 (Check.between -3.0 0.0) (fun t ->
              for n in 0..6 do
                  let moment = Target.rectifiedMoment StandardGaussian n (Expr.var "t") |> Option.get

                  let expected =
                      Densities.average StandardGaussian [ t ] (fun x -> if x > t then (x - t) ** float n else 0.0)

                  Check.near 1e-10 0.0 (value moment t) expected $"E max(x - {t}, 0)^{n}")
          Check.law "each rectified moment is minus the derivative of the next, over its order" 50 thresholds (fun t ->
              let variable = Expr.var "t"

              for target in [ StandardGaussian; Laplace; Uniform; Logistic ] do
                  for n in 1..6 do
                      let moment n =
                          Target.rectifiedMoment target n variable |> Option.get
                      // A series of 20 terms loses 20^2 units in its derivative.
                      let derivative = value (Differentiate.diff "t" (moment n)) t
                      Check.near 1e-11 1e-11 derivative (-(float n) * value (moment (n - 1)) t) $"{Target.name target}, n = {n}, t = {t}")
          testCase "negative orders have no rectified moment" (fun () ->
              for target in Samples.targets do
                  Expect.isNone (Target.rectifiedMoment target -1 (Expr.var "t")) (Target.name target))
          testCase "special generalised Gaussians are the Laplace and the standard Gaussian distribution" (fun () ->
              for beta, same in [ 1.0, Laplace; 2.0, StandardGaussian ] do
                  let target = Target.generalisedGaussian beta

                  for x in [ -3.0; -0.4; 0.0; 1.3 ] do
                      Check.near 1e-12 1e-13 (Target.cdf target x) (Target.cdf same x) $"cdf at {x}"

                  for p in [ 0.01; 0.3; 0.77 ] do
                      Check.near 1e-9 0.0 (Target.quantile target p) (Target.quantile same p) $"quantile at {p}"

                  Check.near 1e-13 0.0 (Target.scaleOf beta) (if beta = 1.0 then sqrt 0.5 else sqrt 2.0) "scale")
          testCase "an empirical target has its samples' distribution" (fun () ->
              let target = Target.ofSamples 2 [| 3.0; 10.0; 1.0; 20.0; 2.0; 30.0; 2.0; 40.0 |]
              let cdf, quantile = Target.cdf target, Target.quantile target

              Expect.equal
                  (List.map cdf [ 0.9; 1.0; 1.5; 2.0; 2.9; 3.0; 4.0 ])
                  [ 0.0; 0.25; 0.25; 0.75; 0.75; 1.0; 1.0 ]
                  "cdf of the first coordinate"
              // Mid-ranks: 1, 2, 2, 3 stand at 1/8, 3/8, 5/8, 7/8.
              Expect.equal
                  (List.map quantile [ 0.01; 0.125; 0.25; 0.5; 0.75; 0.99 ])
                  [ 1.0; 1.0; 1.5; 2.0; 2.5; 3.0 ]
                  "quantiles between mid-ranks"

              Expect.isNone (Target.logDensity target) "no density"
              Expect.isFalse (Target.isSpherical target) "not spherical"

              match target with
              | OfSamples s -> Expect.equal (s.Count, s.Dimension, s[1, 1]) (4, 2, 20.0) "points"
              | _ -> failtest "samples")
          testCase "an empirical target keeps its own copy" (fun () ->
              let values = [| 1.0; 2.0 |]
              let target = Target.ofSamples 1 values
              values[0] <- 100.0
              Expect.equal (Target.cdf target 50.0) 1.0 "unchanged")
          testCase "bad samples and exponents are refused" (fun () ->
              Check.refused [ "5 values are not a whole number of points of 2 coordinates" ] (fun () ->
                  Target.ofSamples 2 (Array.zeroCreate 5))

              Check.refused [ "0 values" ] (fun () -> Target.ofSamples 1 [||])
              Check.refused [ "0 coordinates" ] (fun () -> Target.ofSamples 0 [| 1.0 |])
              Check.refused [ "point 1"; "NaN"; "coordinate 0" ] (fun () -> Target.ofSamples 2 [| 1.0; 2.0; nan; 3.0 |])

              for beta in [ 0.0; -1.0; nan; infinity ] do
                  Check.refused [ "positive and finite" ] (fun () -> Target.generalisedGaussian beta))
          testCase "names are read back" (fun () ->
              for target in Target.generalisedGaussian 0.1 :: Samples.targets do
                  Expect.equal (Target.read (Target.name target)) (Ok(Some target)) (Target.name target)

              for unknown in [ "gauss"; "generalised-gaussian"; "gaussian:2" ] do
                  Expect.equal (Target.read unknown) (Ok None) unknown

              for exponent in [ "0"; "-1"; "x"; "1,5"; " 2"; "NaN"; "" ] do
                  Expect.isError (Target.read ("generalised-gaussian:" + exponent)) exponent)
          testCase "only the standard Gaussian is spherical" (fun () ->
              Expect.equal (List.filter Target.isSpherical Samples.targets) [ StandardGaussian ] "spherical")
          testCase "targets are equal by what they are" (fun () ->
              Expect.equal (Target.ofSamples 1 [| 1.0; 2.0 |]) (Target.ofSamples 1 [| 1.0; 2.0 |]) "samples"
              Expect.notEqual (Target.ofSamples 1 [| 1.0; 2.0 |]) (Target.ofSamples 2 [| 1.0; 2.0 |]) "dimension"
              Expect.notEqual (Target.generalisedGaussian 1.0) (Target.generalisedGaussian 2.0) "exponent") ]
