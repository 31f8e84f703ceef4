module Interneuron.Statistics.Tests.StandardNormalTests

open Expecto
open MathNet.Numerics.Integration
open Interneuron.Statistics
open Interneuron.Statistics.Tests.Draw

[<Tests>]
let tests =
    testList
        "StandardNormal"
        [ testCase "the cdf agrees with tabled values, far into the tail"
          <| fun () ->
              // Abramowitz and Stegun, table 26.1 and 26.2.
              close 1e-15 (StandardNormal.cdf 0.0) 0.5 "0"
              close 1e-14 (StandardNormal.cdf 1.0) 0.841344746068543 "1"
              close 1e-20 (StandardNormal.cdf -6.0) 9.865876450377e-10 "-6"

          testProperty "the quantile inverts the cdf"
          <| fun (seed: int) ->
              let p = (uniform seed 1)[0]
              close 1e-14 (StandardNormal.cdf (StandardNormal.quantile p)) p "cdf of the quantile"

          testCase "the lower mean is the integral of the quantile function"
          <| fun () ->
              for p in [ 0.1; 0.3; 0.5; 0.9 ] do
                  // x density(x) up to the quantile; below -12 there is nothing left in a double.
                  let integral =
                      GaussLegendreRule.Integrate((fun x -> x * StandardNormal.density x), -12.0, StandardNormal.quantile p, 128)

                  close 1e-12 (StandardNormal.lowerMean p) integral $"p = {p}"

              Expect.equal (StandardNormal.lowerMean 0.0) 0.0 "nothing below"
              Expect.equal (StandardNormal.lowerMean 1.0) 0.0 "the mean" ]
