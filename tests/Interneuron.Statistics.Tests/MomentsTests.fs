module Interneuron.Statistics.Tests.MomentsTests

open Expecto
open Interneuron.Statistics
open Interneuron.Statistics.Tests.Draw

[<Tests>]
let tests =
    testList
        "Moments"
        [ testCase "a small set has the moments worked out by hand"
          <| fun () ->
              // About the mean 1: -1, -1, -1, 3; m2 = 12/4, m3 = 24/4, m4 = 84/4.
              let samples = [| 0.0; 0.0; 0.0; 4.0 |]
              close 1e-14 (Moments.mean samples) 1.0 "mean"
              close 1e-14 (Moments.variance samples) 3.0 "variance"
              close 1e-14 (Moments.standardDeviation samples) (sqrt 3.0) "standard deviation"
              close 1e-14 (Moments.skewness samples) (6.0 / (3.0 * sqrt 3.0)) "skewness"
              close 1e-14 (Moments.kurtosis samples) (21.0 / 9.0) "kurtosis"

          testProperty "skewness and kurtosis do not change with location and scale"
          <| fun (seed: int) ->
              let samples = normal seed 50 |> Array.map exp
              let moved = samples |> Array.map (fun x -> 3.0 * x - 7.0)
              // Subtracting the mean loses about one digit of sixteen here.
              close 1e-11 (Moments.skewness moved) (Moments.skewness samples) "skewness"
              close 1e-11 (Moments.kurtosis moved) (Moments.kurtosis samples) "kurtosis"

          testProperty "neither a scale beyond the squares of a double nor a large mean costs digits"
          <| fun (seed: int) ->
              let samples = normal seed 100

              for scale in [ 1e-300; 1e-20; 1e20; 1e300 ] do
                  let scaled = samples |> Array.map ((*) scale)
                  close 1e-13 (Moments.standardDeviation scaled / scale) (Moments.standardDeviation samples) $"deviation at {scale}"
                  close 1e-12 (Moments.kurtosis scaled) (Moments.kurtosis samples) $"kurtosis at {scale}"

              let moved = samples |> Array.map ((+) 1e8)
              // The samples themselves are rounded to 1e-8.
              close 1e-7 (Moments.standardDeviation moved) (Moments.standardDeviation samples) "far from zero"

          testCase "samples that are all equal have no deviation, and neither skewness nor kurtosis"
          <| fun () ->
              for constant in [ 0.0; 0.1; -1e300; 3e-310 ] do
                  let samples = Array.create 1000 constant
                  Expect.equal (Moments.mean samples) constant "mean"
                  Expect.equal (Moments.variance samples) 0.0 "variance"
                  Expect.isTrue (System.Double.IsNaN(Moments.kurtosis samples)) "kurtosis"
                  Expect.isTrue (System.Double.IsNaN(Moments.skewness samples)) "skewness"
                  refuses (fun () -> Moments.standardise 1 samples) "no scale"

          testProperty "standardised coordinates have mean 0 and deviation 1, whatever they had"
          <| fun (seed: int) ->
              let samples =
                  normal seed 300
                  |> Array.mapi (fun k x -> if k % 3 = 1 then 1e200 * x else x - 50.0)

              let standard = Moments.standardise 3 samples

              for j in 0..2 do
                  // The mean of 50 costs two digits.
                  close 1e-13 (Moments.mean (Samples.column 3 j standard)) 0.0 "mean"
                  close 1e-13 (Moments.standardDeviation (Samples.column 3 j standard)) 1.0 "deviation"

          testCase "Gaussian samples have kurtosis 3"
          <| fun () ->
              // The standard error is sqrt(24/n) = 0.015; five of them.
              close 0.08 (Moments.kurtosis (normal 1 100000)) 3.0 "kurtosis"

          testCase "the covariance of one column is its variance, of two columns the mean product"
          <| fun () ->
              let samples = correlated 0.4 2 1000
              let x, y = Samples.column 2 0 samples, Samples.column 2 1 samples
              let c = Moments.covariance 2 samples
              let mx, my = Moments.mean x, Moments.mean y

              Expect.equal
                  (Moments.means 2 samples |> Array.map (fun m -> System.Math.Round(m, 12)))
                  [| System.Math.Round(mx, 12); System.Math.Round(my, 12) |]
                  "means"

              close 1e-12 c[0, 0] (Moments.variance x) "variance of x"
              close 1e-12 c[1, 1] (Moments.variance y) "variance of y"
              close 1e-12 c[0, 1] (Array.map2 (fun a b -> (a - mx) * (b - my)) x y |> Array.average) "covariance"
              Expect.equal c[0, 1] c[1, 0] "symmetric" ]
