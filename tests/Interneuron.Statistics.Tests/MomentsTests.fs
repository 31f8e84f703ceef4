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
