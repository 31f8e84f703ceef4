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

/// Shape, probability and quantile for the scale 1: the root of the regularised incomplete gamma function by bisection in mpmath 1.2 with
/// 50 digits. Where scipy.stats.gennorm 1.10 has an answer, which for shapes of 1000 and more is 0 between the quartiles, it is the same to
/// 8e-15.
let private golden =
    [ 0.05, 1e-300, -6.4706456117580087e+57
      0.05, 1e-16, -1.2847932730287614e+38
      0.05, 0.01, -4.0302643466499176e+29
      0.05, 0.4, -1.4980643779793561e+24
      0.05, 0.4999, -7.9502218472369198e+17
      0.3, 1e-300, -3109264795.3612428
      0.3, 1e-16, -300955.35256767992
      0.3, 0.01, -1045.0595085482549
      0.3, 0.4, -6.8941890914610229
      0.3, 0.4999, -0.0020890339746862995
      1.0, 1e-300, -690.08238071765376
      1.0, 1e-16, -36.148214307344786
      1.0, 0.01, -3.912023005428146
      1.0, 0.4, -0.2231435513142097
      1.0, 0.4999, -0.0002000200026670447
      8.0, 1e-300, -2.2607422208294343
      8.0, 1e-16, -1.5366868115678587
      8.0, 0.01, -1.0316381148862406
      8.0, 0.4, -0.18834857311496278
      8.0, 0.4999, -0.00018834853996991955
      64.0, 1e-300, -1.1072688289046334
      64.0, 1e-16, -1.0538298154337986
      64.0, 0.01, -0.97405572679011641
      64.0, 0.4, -0.1982438139684103
      64.0, 0.4999, -0.00019824381396838851
      1000.0, 1e-300, -1.0065384564565499
      1000.0, 1e-16, -1.0032615395484437
      1000.0, 0.01, -0.97943529703582888
      1000.0, 0.4, -0.19988475449691905
      1000.0, 0.4999, -0.00019988475449689708
      10000.0, 1e-300, -1.0006515882314344
      10000.0, 1e-16, -1.0003167312715054
      10000.0, 0.01, -0.97994344255669917
      10000.0, 0.4, -0.19998845766463244
      10000.0, 0.4999, -0.00019998845766461046 ]

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

          testCase "quantile and cdf have the values that mpmath gives with 50 digits, for any shape"
          <| fun () ->
              for beta, p, x in golden do
                  let d = GeneralisedGaussian.create 1.0 beta
                  // With y = |x|^beta and a = 1/beta, x = y^a: for beta = 0.05 its error is twenty times that of y, which is some ulps.
                  close 1e-12 (GeneralisedGaussian.quantile d p / x) 1.0 $"quantile at beta {beta}, p {p}"
                  // y is up to 690, and its error is that of x, an ulp, times beta.
                  close (1e-12 + 1e-13 * beta) (GeneralisedGaussian.cdf d x / p) 1.0 $"cdf at beta {beta}, x {x}"
                  close 1e-15 (GeneralisedGaussian.cdf d -x) (1.0 - GeneralisedGaussian.cdf d x) "symmetric"

          testCase "far out the cdf is 0 or 1, for any shape"
          <| fun () ->
              for beta in [ 0.05; 1.0; 64.0; 1e4 ] do
                  let d = GeneralisedGaussian.create 1.0 beta
                  close 1e-15 (GeneralisedGaussian.cdf d 1e60) 1.0 $"beta {beta}"
                  close 1e-15 (GeneralisedGaussian.cdf d System.Double.MaxValue) 1.0 $"beta {beta}"
                  close 1e-15 (GeneralisedGaussian.cdf d -1e60) 0.0 $"beta {beta}"

              Expect.equal (GeneralisedGaussian.cdf (GeneralisedGaussian.create 1.0 64.0) 1e6) 1.0 "a million scales out"

          testCase "scale and shape have to be positive"
          <| fun () ->
              refuses (fun () -> GeneralisedGaussian.create 0.0 1.0) "alpha 0"
              refuses (fun () -> GeneralisedGaussian.create 1.0 nan) "beta NaN" ]
