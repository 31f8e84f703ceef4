module Interneuron.Statistics.Tests.GeneralisedGaussianTests

open Expecto
open MathNet.Numerics.Integration
open Interneuron.Statistics
open Interneuron.Statistics.Tests.Draw

let shapes = [ 0.3; 0.5; 1.0; 1.5; 2.0; 4.0; 8.0; 30.0 ]

/// The integral of f over x > 0 where f falls like the density: with x = alpha u^(1/beta) it is smooth enough for Gauss-Legendre in log u.
let overHalfLine (distribution: GeneralisedGaussian) (f: float -> float) lower =
    let beta = distribution.Beta

    let inner logU =
        let x = distribution.Alpha * exp (logU / beta)
        f x * x / beta

    let from =
        if lower = 0.0 then
            -60.0 * max 1.0 beta
        else
            beta * log (lower / distribution.Alpha)

    let panels a b =
        let step = (b - a) / 100.0

        List.init 100 (fun i -> GaussLegendreRule.Integrate(inner, a + float i * step, a + float (i + 1) * step, 20))
        |> List.sum
    // A plain exponential below u = e^-8, then the bend; exp(-exp 6.6) is below the smallest double.
    if from < -8.0 then
        panels from -8.0 + panels -8.0 6.6
    else
        panels from 6.6

[<Tests>]
let tests =
    testList
        "GeneralisedGaussian"
        [ testCase "the density integrates to one, and to the moments and the entropy"
          <| fun () ->
              for beta in shapes do
                  let d = GeneralisedGaussian.create 1.7 beta
                  let p = GeneralisedGaussian.density d

                  let mean f =
                      2.0 * overHalfLine d (fun x -> p x * f x) 0.0

                  close 1e-10 (mean (fun _ -> 1.0)) 1.0 $"mass at beta {beta}"

                  let relative name actual expected =
                      close 1e-9 (actual / expected) 1.0 $"{name} at beta {beta}"

                  relative "variance" (GeneralisedGaussian.variance d) (mean (fun x -> x * x))
                  relative "kurtosis" (GeneralisedGaussian.kurtosis d) (mean (fun x -> pown x 4) / pown (mean (fun x -> x * x)) 2)
                  relative "E|x|^0.5" (GeneralisedGaussian.absoluteMoment 0.5 d) (mean sqrt)
                  close 1e-9 (GeneralisedGaussian.entropy d) (-(mean (fun x -> max -1e3 (GeneralisedGaussian.logDensity d x)))) "entropy"

          testCase "beta = 2 is the Gaussian of standard deviation alpha / sqrt 2, beta = 1 the Laplace distribution"
          <| fun () ->
              let gaussian = GeneralisedGaussian.unitVariance 2.0
              close 1e-14 gaussian.Alpha (sqrt 2.0) "alpha"
              close 1e-13 (GeneralisedGaussian.kurtosis gaussian) 3.0 "kurtosis"

              for x in [ -6.0; -1.0; 0.0; 0.3; 4.0 ] do
                  close 1e-14 (GeneralisedGaussian.density gaussian x) (StandardNormal.density x) "density"
                  close 1e-14 (GeneralisedGaussian.cdf gaussian x) (StandardNormal.cdf x) "cdf"

              close 1e-22 (GeneralisedGaussian.cdf gaussian -6.0) (StandardNormal.cdf -6.0) "the tail keeps its digits"
              let laplace = GeneralisedGaussian.create 1.0 1.0
              close 1e-15 (GeneralisedGaussian.cdf laplace -3.0) (0.5 * exp -3.0) "Laplace cdf"
              close 1e-12 (GeneralisedGaussian.quantile laplace (0.5 * exp -30.0)) -30.0 "Laplace quantile"

          testCase "the cdf is the integral of the density"
          <| fun () ->
              for beta in shapes do
                  let d = GeneralisedGaussian.create 0.6 beta

                  for x in [ 1e-12; 0.01; 0.4; 0.7; 0.9 ] do
                      let above = overHalfLine d (GeneralisedGaussian.density d) x
                      close 1e-10 (GeneralisedGaussian.cdf d -x) above $"below -{x}, beta {beta}"
                      close 1e-10 (GeneralisedGaussian.cdf d x) (1.0 - above) $"below {x}, beta {beta}"

          testCase "the quantile inverts the cdf in both tails and about zero"
          <| fun () ->
              for beta in shapes do
                  let d = GeneralisedGaussian.create 2.5 beta

                  for p in [ 1e-300; 1e-12; 0.01; 0.2; 0.3; 0.4999999; 0.5; 0.6; 0.75; 0.999 ] do
                      let back = GeneralisedGaussian.cdf d (GeneralisedGaussian.quantile d p)
                      // The cdf's exponent is |x/alpha|^beta, up to 690 here: its rounding is a relative error of 690 ulps, times beta
                      // for x's own.
                      close 1e-10 (back / p) 1.0 $"beta {beta}, p {p}"

              let d = GeneralisedGaussian.unitVariance 0.7
              Expect.equal (GeneralisedGaussian.quantile d 0.5) 0.0 "median"
              Expect.equal (GeneralisedGaussian.quantile d 0.0) -infinity "p = 0"
              Expect.equal (GeneralisedGaussian.quantile d 1.0) infinity "p = 1"
              refuses (fun () -> GeneralisedGaussian.quantile d 1.5) "no probability"

          testCase "the lower mean is the integral of x density(x)"
          <| fun () ->
              for beta in shapes do
                  let d = GeneralisedGaussian.create 1.3 beta

                  for p in [ 1e-6; 0.1; 0.5; 0.8 ] do
                      let x = abs (GeneralisedGaussian.quantile d p)
                      let integral = overHalfLine d (fun x -> x * GeneralisedGaussian.density d x) x
                      close 1e-10 (GeneralisedGaussian.lowerMean d p) -integral $"beta {beta}, p {p}"

              Expect.equal (GeneralisedGaussian.lowerMean (GeneralisedGaussian.create 1.0 1.0) 1.0) 0.0 "the mean"

          testCase "the fit finds the scale and shape of ideal samples"
          <| fun () ->
              for beta in [ 0.4; 0.7; 1.0; 2.0; 5.0 ] do
                  let d = GeneralisedGaussian.create 0.02 beta
                  let samples = QuantileCells.midRank (GeneralisedGaussian.quantile d) 20000
                  let fitted = GeneralisedGaussian.fit samples
                  // Mid-ranks cut the outermost half cell; that moves both by less than 1e-3 at n = 20,000.
                  close 2e-3 (fitted.Beta / beta) 1.0 "beta"
                  close 2e-3 (fitted.Alpha / 0.02) 1.0 "alpha"

          testCase "no other scale and shape nearby is likelier than the fit"
          <| fun () ->
              let samples = normal 3 5001 |> Array.map (fun x -> x * abs x)
              let fitted = GeneralisedGaussian.fit samples

              let likelihood d =
                  samples |> Array.averageBy (GeneralisedGaussian.logDensity d)

              for alpha, beta in [ 1.001, 1.0; 0.999, 1.0; 1.0, 1.001; 1.0, 0.999; 1.001, 1.001; 0.999, 0.999 ] do
                  let other = GeneralisedGaussian.create (alpha * fitted.Alpha) (beta * fitted.Beta)
                  Expect.isGreaterThan (likelihood fitted) (likelihood other) $"alpha x {alpha}, beta x {beta}"

          testCase "zeros among the samples count"
          <| fun () ->
              let samples = Array.append (Array.zeroCreate 500) (normal 4 1500)
              let without = GeneralisedGaussian.fit (normal 4 1500)
              let fitted = GeneralisedGaussian.fit samples
              Expect.isLessThan fitted.Beta without.Beta "the peak is sharper"

          testCase "samples without a best shape get the end of the range"
          <| fun () ->
              close 1e-12 (GeneralisedGaussian.fit [| -1.0; 1.0 |]).Beta 64.0 "two points"
              refuses (fun () -> GeneralisedGaussian.fit [| 0.0; 0.0 |]) "all zero"

          testCase "scale and shape have to be positive"
          <| fun () ->
              refuses (fun () -> GeneralisedGaussian.create 0.0 1.0) "alpha 0"
              refuses (fun () -> GeneralisedGaussian.create 1.0 nan) "beta NaN" ]
