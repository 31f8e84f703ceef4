module Interneuron.Statistics.Tests.TiesTests

open System
open Expecto
open Interneuron.Statistics
open Interneuron.Statistics.Tests.Draw

[<Tests>]
let tests =
    testList
        "Ties"
        [ testProperty "spreading parts equal numbers, and keeps the order of different ones"
          <| fun (seed: int) ->
              let samples = normal seed 300 |> Array.map (fun x -> Math.Round(x, 1) ** 3.0)
              let spread = Ties.spread 1 samples
              Expect.hasLength (Array.distinct spread) 300 "parted"

              for (x, a), (y, b) in Array.zip samples spread |> Array.sort |> Array.pairwise do
                  if x < y then
                      Expect.isLessThan a b "order"

          testCase "rounded uniform numbers are uniform again"
          <| fun () ->
              let rounded = uniform 1 100_000 |> Array.map (fun x -> Math.Round(x, 2))
              // Rounding alone puts them half a hundredth off; 0.0014 is the 98 % quantile of the distance for samples of the target.
              let inside = rounded |> Array.filter (fun x -> x > 0.0 && x < 1.0)

              let cdf x =
                  Math.Clamp((x - 0.005) / 0.99, 0.0, 1.0)

              Expect.isGreaterThan (Ks.toTarget cdf inside) 0.004 "rounded"
              Expect.isLessThan (Ks.toTarget cdf (Ties.spread 1 inside)) 0.0048 "spread"

          testProperty "numbers without ties stay as they are, and so do numbers that are all equal"
          <| fun (seed: int) ->
              let samples = normal seed 100
              Expect.equal (Ties.spread 1 samples) samples "no ties"
              Expect.equal (Ties.spread 1 (Array.create 5 samples[0])) (Array.create 5 samples[0]) "all equal"

          testCase "the share of ties counts every number that is not alone"
          <| fun () -> Expect.equal (Ties.share [| 2.0; 1.0; 2.0; 3.0 |]) 0.5 "two of four"

          testCase "copies of whole pairs are left out, but not pairs that share a number with others"
          <| fun () ->
              let pairs = [| 1.0; 2.0; 3.0; 4.0; 1.0; 2.0; 5.0; 6.0; 5.0; 7.0; 5.0; 6.0 |]
              Expect.equal (Ties.withoutCopies 2 pairs) [| 1.0; 2.0; 3.0; 4.0; 5.0; 6.0; 5.0; 7.0; 5.0; 6.0 |] "one copy" ]
