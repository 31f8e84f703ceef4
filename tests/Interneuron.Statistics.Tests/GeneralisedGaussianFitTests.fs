module Interneuron.Statistics.Tests.GeneralisedGaussianFitTests

open System
open Expecto
open Interneuron.Statistics
open Interneuron.Statistics.Tests.Draw

/// The Laplace distribution's quantiles at the mid-ranks of 20,000.
let private laplace =
    QuantileCells.midRank (GeneralisedGaussian.quantile (GeneralisedGaussian.create 1.0 1.0)) 20_000

let private silentEvery k =
    laplace |> Array.mapi (fun i x -> if i % k = 0 then 0.0 else x)

let private roundedTo step =
    laplace |> Array.map (fun x -> step * Math.Round(x / step))

let private is tolerance (alpha, beta) (fit: GeneralisedGaussianFit) =
    close tolerance fit.Alpha alpha "alpha"
    close tolerance fit.Beta beta "beta"
    Expect.equal fit.Range FitRange.Inside "a maximum"

[<Tests>]
let tests =
    testList
        "GeneralisedGaussianFit"
        [ testCase "the fit finds the scale and shape of ideal samples"
          <| fun () ->
              for beta in [ 0.4; 0.7; 1.0; 2.0; 5.0 ] do
                  let d = GeneralisedGaussian.create 0.02 beta
                  let samples = QuantileCells.midRank (GeneralisedGaussian.quantile d) 20000
                  let fit = GeneralisedGaussianFit.ofSamples samples
                  // Mid-ranks cut the outermost half cell; that moves both by less than 1e-3 at n = 20,000.
                  close 2e-3 (fit.Beta / beta) 1.0 "beta"
                  close 2e-3 (fit.Alpha / 0.02) 1.0 "alpha"
                  Expect.equal (fit.FittedTo, fit.Range, fit.Zeros) (FittedTo.Points, FitRange.Inside, 0.0) "of points"

          // Golden: the likelihood minimised by Nelder-Mead in scipy 1.10 from (1, 1), to 1e-10.
          testCase "zeros and rounding: the maximum inside, not the end to which the likelihood rises without bound"
          <| fun () ->
              is 1e-6 (1.0003072, 1.00024031) (GeneralisedGaussianFit.ofSamples laplace)

              let rounded =
                  GeneralisedGaussianFit.ofSamples (laplace |> Array.map (fun x -> Math.Round(x, 1)))

              is 1e-6 (0.97663503, 0.98404869) rounded
              close 1e-12 rounded.Zeros 0.0488 "zeros"
              let silent = GeneralisedGaussianFit.ofSamples (silentEvery 25)
              is 1e-6 (0.7274315, 0.84386989) silent
              close 1e-12 silent.Zeros 0.04 "zeros"
              Expect.equal silent.FittedTo FittedTo.Points "of all"

          testCase "rounded so coarsely that there is no maximum inside, the likelihood is that of intervals"
          <| fun () ->
              let fit = GeneralisedGaussianFit.ofSamples (roundedTo 1.0)
              // Golden: scipy 1.10, differences of gennorm's survival function, Nelder-Mead.
              is 1e-5 (0.99960384, 0.99973198) fit
              Expect.equal fit.FittedTo (FittedTo.Intervals 1.0) "to what"
              is 2e-2 (1.0, 1.0) (GeneralisedGaussianFit.ofSamples (roundedTo 2.0))

          testCase "mixed with so much silence that there is no maximum inside, the fit is that of the rest"
          <| fun () ->
              let fit = GeneralisedGaussianFit.ofSamples (silentEvery 10)
              is 1e-6 (1.00084265, 1.00066503) fit
              Expect.equal fit.FittedTo FittedTo.OtherThanZero "to what"
              close 1e-12 fit.Zeros 0.1 "zeros"
              // Silence as a computation leaves it.
              let noise =
                  silentEvery 10
                  |> Array.mapi (fun i x -> if x = 0.0 then 1e-17 * laplace[i] else x)

              is 1e-6 (1.00084265, 1.00066503) (GeneralisedGaussianFit.ofSamples noise)

          testCase "the scale is in the samples' unit and the shape in none, from 1e-300 to 1e300"
          <| fun () ->
              for samples in [ laplace; roundedTo 0.1; roundedTo 1.0; silentEvery 25; silentEvery 5 ] do
                  let fit = GeneralisedGaussianFit.ofSamples samples

                  for scale in [ 1e-300; 1e-6; 1e6; 1e300 ] do
                      let scaled = GeneralisedGaussianFit.ofSamples (samples |> Array.map ((*) scale))
                      close 1e-6 scaled.Beta fit.Beta $"beta at {scale}"
                      close 1e-6 (scaled.Alpha / scale) fit.Alpha $"alpha at {scale}"

          testCase "no other scale and shape nearby is likelier than the fit"
          <| fun () ->
              let samples = normal 3 5001 |> Array.map (fun x -> x * abs x)
              let fitted = GeneralisedGaussianFit.ofSamples samples

              let likelihood d =
                  samples |> Array.averageBy (GeneralisedGaussian.logDensity d)

              for alpha, beta in [ 1.001, 1.0; 0.999, 1.0; 1.0, 1.001; 1.0, 0.999; 1.001, 1.001; 0.999, 0.999 ] do
                  let other = GeneralisedGaussian.create (alpha * fitted.Alpha) (beta * fitted.Beta)
                  Expect.isGreaterThan (likelihood fitted.Distribution) (likelihood other) $"alpha x {alpha}, beta x {beta}"

          testCase "many samples are fitted as exactly as few"
          <| fun () ->
              let samples = normal 5 200_000 |> Array.map (fun x -> x * abs x)
              let fit = GeneralisedGaussianFit.ofSamples samples

              let likelihood beta =
                  samples
                  |> Array.averageBy (GeneralisedGaussian.logDensity (GeneralisedGaussian.create fit.Alpha beta))

              Expect.isGreaterThan (likelihood fit.Beta) (likelihood (1.0001 * fit.Beta)) "above"
              Expect.isGreaterThan (likelihood fit.Beta) (likelihood (0.9999 * fit.Beta)) "below"

          testCase "samples without a best shape get the end of the range, and it is said"
          <| fun () ->
              for samples in
                  [ [| -1.0; 1.0 |]
                    Array.create 100 3.0
                    [| 0.1 |]
                    Array.init 2001 (fun i -> float (i - 1000)) ] do
                  let fit = GeneralisedGaussianFit.ofSamples samples
                  close 1e-12 fit.Beta 64.0 "beta"
                  Expect.equal fit.Range FitRange.Largest "said"

              // Eleven powers of ten in one sample: tails heavier than any shape has.
              let fit =
                  GeneralisedGaussianFit.ofSamples (Array.init 1000 (fun i -> 10.0 ** (float i / 10.0 - 50.0)))

              close 1e-12 fit.Beta 0.05 "beta"
              Expect.equal fit.Range FitRange.Smallest "said"
              refuses (fun () -> GeneralisedGaussianFit.ofSamples [| 0.0; 0.0 |]) "all zero" ]
