module Interneuron.Statistics.Tests.MutualInformationTests

open Expecto
open Interneuron.Statistics
open Interneuron.Statistics.Tests.Draw
open Interneuron.Statistics.Tests.Reference

/// The mutual information of two Gaussian coordinates.
let ofCorrelation rho = -0.5 * log (1.0 - rho * rho)

[<Tests>]
let normalScores =
    testList
        "NormalScores"
        [ testProperty "scores keep the order and are the normal quantiles of the ranks"
          <| fun (seed: int) ->
              let samples = uniform seed 50 |> Array.map exp
              let scores = NormalScores.ofColumn samples
              Expect.equal (Array.sort scores) (QuantileCells.midRank StandardNormal.quantile 50) "which scores"
              Expect.equal (Array.sortBy (fun i -> samples[i]) [| 0..49 |]) (Array.sortBy (fun i -> scores[i]) [| 0..49 |]) "whose"

          testCase "equal samples share the score of their mean rank"
          <| fun () ->
              let scores = NormalScores.ofColumn [| 5.0; 1.0; 5.0; 9.0 |]
              // Ranks 2.5, 1, 2.5, 4 of four.
              Expect.equal scores ([| 0.5; 0.125; 0.5; 0.875 |] |> Array.map StandardNormal.quantile) "scores"

          testCase "each coordinate is scored by itself"
          <| fun () ->
              let samples = normal 1 60
              let scores = NormalScores.ofSamples 3 samples
              Expect.equal (Samples.column 3 1 scores) (NormalScores.ofColumn (Samples.column 3 1 samples)) "column 1" ]

[<Tests>]
let tests =
    testList
        "MutualInformation"
        [ testProperty "counting in bins gives the definition's sum"
          <| fun (seed: int) ->
              let pairs = correlated 0.6 seed 300
              let information, cells, rows, columns = Naive.binnedInformation 0.5 pairs
              let result = MutualInformation.binned 0.5 pairs
              close 1e-12 result.PlugIn information "plug-in"
              Expect.equal (result.Cells, result.Rows, result.Columns) (cells, rows, columns) "occupied"
              close 1e-12 result.Corrected (information - float (cells - rows - columns + 1) / 600.0) "Miller-Madow"

          testCase "bin edges lie at multiples of the width"
          <| fun () ->
              // Two pairs on either side of zero are two rows; two within [0, 0.5) are one.
              Expect.equal (MutualInformation.binned 0.5 [| -0.1; 0.0; 0.1; 0.0 |]).Rows 2 "an edge at zero"
              Expect.equal (MutualInformation.binned 0.5 [| 0.0; 0.0; 0.4; 0.0 |]).Rows 1 "none at 0.4"
              refuses (fun () -> MutualInformation.binned 0.0 [| 0.0; 0.0 |]) "no width"

          testCase "coordinates that are one and the same have the entropy of the bins"
          <| fun () ->
              let pairs = [| 0.0; 0.0; 1.0; 1.0; 2.0; 2.0; 3.0; 3.0 |]
              close 1e-14 (MutualInformation.binned 0.5 pairs).PlugIn (log 4.0) "log 4"

          testProperty "nearest neighbours in the tree give the estimate of all against all"
          <| fun (seed: int) ->
              for pairs in [ correlated 0.5 seed 120; normal seed 60 |> Array.map (fun x -> x * x * x) ] do
                  let standard = Moments.standardise 2 pairs
                  close 1e-10 (MutualInformation.nearestNeighbours 3 pairs) (Naive.nearestNeighbourInformation 3 standard) "estimate"

          testCase "coordinates on a lattice give the same in the tree as all against all, once they are spread over its cells"
          <| fun () ->
              let pairs = normal 3 400 |> Array.map (fun x -> System.Math.Round(8.0 * x) / 8.0)
              let spread = pairs |> Ties.spreadColumns 2 |> Moments.standardise 2
              close 1e-10 (MutualInformation.nearestNeighbours 3 pairs) (Naive.nearestNeighbourInformation 3 spread) "estimate"

          testProperty "no estimate changes with the location and the scale of either coordinate"
          <| fun (seed: int) ->
              let pairs = correlated 0.8 seed 400
              let random = System.Random seed

              let moved =
                  let scale = Array.init 2 (fun _ -> 10.0 ** (12.0 * random.NextDouble() - 6.0))
                  let shift = Array.init 2 (fun j -> scale[j] * 100.0 * (random.NextDouble() - 0.5))
                  pairs |> Array.mapi (fun k x -> scale[k % 2] * x + shift[k % 2])

              let binned pairs =
                  MutualInformation.binned 0.5 (Moments.standardise 2 pairs)

              Expect.equal (binned moved) (binned pairs) "bins"
              // A shift rounds distances; one that changes place with another moves a count by one, which is 1/n at most of psi.
              close 3e-3 (MutualInformation.nearestNeighbours 3 moved) (MutualInformation.nearestNeighbours 3 pairs) "neighbours"

          testCase "rounded pairs have the information of the pairs, whatever the step: 0.51 nats"
          <| fun () ->
              let pairs = correlated 0.8 9 5000

              for step in [ 0.01; 0.1; 0.5; 0.5 / 3.0 ] do
                  let rounded = pairs |> Array.map (fun x -> step * System.Math.Round(x / step))
                  // The estimate's own deviation at n = 5,000 is 0.015; steps of half a deviation lose 0.02 of the information.
                  close 0.05 (MutualInformation.nearestNeighbours 3 rounded) (ofCorrelation 0.8) $"steps of {step}"

          testCase "many equal pairs take no longer than others"
          <| fun () ->
              // All against all would take hours.
              let atoms = normal 4 400_000 |> Array.map (fun x -> if x > 2.0 then 1.0 else 0.0)
              let information = MutualInformation.nearestNeighbours 3 atoms
              close 0.01 information 0.0 "independent"
              refuses (fun () -> MutualInformation.nearestNeighbours 3 (Array.create 1000 1.0)) "no scale"

          testCase "what reaches over more bins than there could be is refused"
          <| fun () -> refuses (fun () -> MutualInformation.binned 0.5 [| 0.0; 1e200; 1.0; 2.0 |]) "not standardised"

          testCase "Gaussian pairs have -log(1 - rho^2)/2 nats"
          <| fun () ->
              for rho in [ 0.0; 0.5; 0.9 ] do
                  let pairs = correlated rho 4 20000
                  // The standard error of the neighbour estimate at k = 3 is about 1/sqrt n = 0.007 (Kraskov et al., figure 5).
                  close 0.03 (MutualInformation.nearestNeighbours 3 pairs) (ofCorrelation rho) $"rho {rho}, neighbours"
              // Bins of half a standard deviation lose a few per cent; the standard error here is rho/sqrt n = 0.004.
              close 0.02 (MutualInformation.binned 0.5 (correlated 0.5 4 20000)).Corrected (ofCorrelation 0.5) "bins"

          testCase "the correction takes the bias of independent pairs away, and the null shows what is left"
          <| fun () ->
              let pairs = normal 5 80000
              let result = MutualInformation.binned 0.5 pairs
              // About 180 excess cells make 180/2n = 0.0022. Cells too rare to be met among 40,000 pairs leave a part of it, and the
              // estimate's own standard deviation is sqrt(180/2)/n = 0.00024.
              Expect.isGreaterThan result.PlugIn 0.0015 "bias"
              close 8e-4 result.Corrected 0.0 "corrected"

              let corrected samples =
                  (MutualInformation.binned 0.5 samples).Corrected

              let levels =
                  MutualInformation.permutationNull corrected 1 10 (correlated 0.8 6 40000)

              Expect.hasLength levels 10 "one value a permutation"
              close 8e-4 (Array.average levels) 0.0 "no dependence is left after shuffling"

          testCase "the null repeats with its seed and leaves the pairs alone"
          <| fun () ->
              let pairs = normal 7 100
              let before = Array.copy pairs

              let level seed =
                  MutualInformation.permutationNull (MutualInformation.nearestNeighbours 3) seed 3 pairs

              Expect.equal (level 1) (level 1) "same seed"
              Expect.notEqual (level 1) (level 2) "other seed"
              Expect.equal pairs before "untouched"

          testCase "more neighbours than points are refused"
          <| fun () ->
              refuses (fun () -> MutualInformation.nearestNeighbours 3 [| 0.0; 1.0; 2.0; 3.0; 4.0; 5.0 |]) "three points"
              refuses (fun () -> MutualInformation.nearestNeighbours 0 (normal 1 10)) "k = 0" ]
