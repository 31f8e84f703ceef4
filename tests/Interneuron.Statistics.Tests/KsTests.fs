module Interneuron.Statistics.Tests.KsTests

open Expecto
open Interneuron.Statistics
open Interneuron.Statistics.Tests.Draw
open Interneuron.Statistics.Tests.Reference

/// Samples with ties.
let rounded seed n =
    normal seed n |> Array.map (fun x -> System.Math.Round(x, 1))

[<Tests>]
let tests =
    testList
        "Ks"
        [ testProperty "the distance to a target is the naive one, ties included"
          <| fun (seed: int) ->
              for samples in [ normal seed 57; rounded seed 57 ] do
                  close 1e-15 (Ks.toTarget StandardNormal.cdf samples) (Naive.ks StandardNormal.cdf samples) "distance"

          testProperty "the distance between two sets is the naive one, ties included"
          <| fun (seed: int) ->
              let a, b = rounded seed 40, rounded (seed + 1) 61
              close 1e-15 (Ks.twoSample a b) (Naive.ksTwoSample a b) "distance"

          testCase "mid-rank quantiles are half a step from their target, and one sample at the median a half"
          <| fun () ->
              let samples = QuantileCells.midRank StandardNormal.quantile 100
              close 1e-14 (Ks.toTarget StandardNormal.cdf samples) 0.005 "1/2n"
              close 1e-15 (Ks.toTarget StandardNormal.cdf [| 0.0 |]) 0.5 "one sample"

          testCase "sets apart are at distance one, a set and itself at zero"
          <| fun () ->
              Expect.equal (Ks.twoSample [| 1.0; 2.0 |] [| 3.0; 4.0; 5.0 |]) 1.0 "apart"
              Expect.equal (Ks.twoSample [| 1.0; 2.0; 2.0 |] [| 2.0; 1.0; 2.0 |]) 0.0 "the same"

          testCase "what is no cdf is refused"
          <| fun () ->
              refuses (fun () -> Ks.toTarget (fun _ -> nan) [| 0.0 |]) "NaN"
              refuses (fun () -> Ks.toTarget (fun _ -> 1.5) [| 0.0 |]) "more than 1"

          testCase "the samples are left in their order"
          <| fun () ->
              let samples = [| 3.0; 1.0; 2.0 |]
              Ks.toTarget StandardNormal.cdf samples |> ignore
              Expect.equal samples [| 3.0; 1.0; 2.0 |] "untouched" ]
