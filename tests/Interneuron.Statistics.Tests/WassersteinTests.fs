module Interneuron.Statistics.Tests.WassersteinTests

open Expecto
open Interneuron.Statistics
open Interneuron.Statistics.Tests.Draw
open Interneuron.Statistics.Tests.Reference

[<Tests>]
let tests =
    testList
        "Wasserstein"
        [ testCase "cells of the normal distribution: the means average to zero and lie beyond the mid-ranks in the tail"
          <| fun () ->
              let means = QuantileCells.means StandardNormal.lowerMean 100
              let middles = QuantileCells.midRank StandardNormal.quantile 100
              close 1e-13 (Array.average means) 0.0 "the mean of the target"
              Expect.isLessThan means[0] middles[0] "outermost cell"
              // Within a cell of width 1/n in probability, mean and middle differ by Q''/(24 n^2): 1e-5 at p = 0.6.
              close 2e-5 means[60] middles[60] "inner cell"
              refuses (fun () -> QuantileCells.means StandardNormal.lowerMean 0) "no cells"

          testCase "samples moved and scaled are at the closed-form distance from the normal target"
          <| fun () ->
              let n = 100000

              let samples =
                  QuantileCells.midRank StandardNormal.quantile n
                  |> Array.map (fun z -> 0.3 + 1.5 * z)
              // W2^2 between N(m, s^2) and N(0, 1) is m^2 + (s - 1)^2; the missing variance of the outermost cells is about 1e-4 of it.
              close 1e-4 (Wasserstein.toTarget StandardNormal.quantile samples) (sqrt (0.09 + 0.25)) "W2"

          testCase "the transport optimum of mid-rank normal samples is their standard deviation"
          <| fun () ->
              let samples = normal 5 2000 |> Array.map (fun x -> 2.0 * x)
              let cells = QuantileCells.means StandardNormal.lowerMean 2000
              let order = Array.init 2000 (fun i -> cells[(i * 7) % 2000])
              let anyCoupling = Array.map2 (*) samples order |> Array.average
              let best = Wasserstein.transportOptimum cells samples
              // E[s r] = 2 for N(0, 4) and N(0, 1); the sample's standard deviation has a relative error of 1/sqrt(2n) = 0.016.
              close 0.1 best 2.0 "E[s r]"
              Expect.isGreaterThan best anyCoupling "best of the couplings"
              refuses (fun () -> Wasserstein.transportOptimum cells [| 1.0 |]) "one cell a sample"

          testProperty "sorting beats every other matching of a few points"
          <| fun (seed: int) ->
              let a, b = normal seed 6, normal (seed + 1) 6

              let costs =
                  Naive.permutations [ 0..5 ]
                  |> List.map (fun order -> order |> List.mapi (fun i j -> pown (a[i] - b[j]) 2) |> List.average)

              close 1e-12 (Wasserstein.twoSample a b) (sqrt (List.min costs)) "W2"
              let optimum = Wasserstein.transportOptimum (Array.sort b) a
              let moment x = x |> Array.averageBy (fun v -> v * v)
              close 1e-12 (moment a + moment b - 2.0 * optimum) (List.min costs) "W2^2 = E|s|^2 + E|r|^2 - 2 J_opt"

          testProperty "sets of different sizes are matched by splitting mass"
          <| fun (seed: int) ->
              let a, b = normal seed 12, normal (seed + 1) 9
              close 1e-12 (Wasserstein.twoSample a b) (sqrt (Naive.squaredWasserstein a b)) "W2"

          testCase "sliced distance in one dimension is the distance itself"
          <| fun () ->
              let a, b = normal 7 100, normal 8 130
              close 1e-12 (Wasserstein.sliced 1 5 1 a b) (Wasserstein.twoSample a b) "both directions of a line give W2"

          testCase "sliced distance of a set from itself moved is |shift| / sqrt N"
          <| fun () ->
              let a = normal 9 600
              let b = a |> Array.mapi (fun k x -> if k % 3 = 0 then x + 2.0 else x)
              // E (w . shift)^2 = |shift|^2 / N; over 4,000 directions its relative error is sqrt(0.8/4000) = 0.014, half of that in the
              // root.
              close 0.04 (Wasserstein.sliced 1 4000 3 a b) (2.0 / sqrt 3.0) "shift of 2 along one of three axes"
              Expect.equal (Wasserstein.sliced 1 10 3 a b) (Wasserstein.sliced 1 10 3 a b) "same seed, same result"
              Expect.notEqual (Wasserstein.sliced 1 10 3 a b) (Wasserstein.sliced 2 10 3 a b) "another seed, other directions"

          testCase "sliced distance to a spherical target is small for its samples and grows with scale"
          <| fun () ->
              let a = normal 10 20000
              // For n = 10,000 Gaussian samples E W2^2 along a direction is about log(log n)/n: W2 near 0.015.
              let own = Wasserstein.slicedToSpherical 1 20 StandardNormal.quantile 2 a
              Expect.isLessThan own 0.04 "its own samples"
              let scaled = a |> Array.map (fun x -> 1.5 * x)
              close 0.03 (Wasserstein.slicedToSpherical 1 20 StandardNormal.quantile 2 scaled) 0.5 "s - 1" ]
