/// What the toolkit promises on pairs of coefficients of photographs, two rows apart.
module Interneuron.Experiments.Tests.PairsAcceptanceTests

open System.Threading
open Expecto
open Interneuron.Statistics
open Interneuron.Core.Transport
open Interneuron.Core.Circuits
open Interneuron.Stimuli
open Interneuron.Experiments
open Interneuron.Core.Files

let private pairsOf image =
    (Treatment.load (Source.Image(Interneuron.Tests.Common.shared $"images/{image}.ras")) 2).S

/// The responses of the circuit of K interneurons that learns from pairs.
let private responses learning k pairs =
    let trained = Treatment.learn learning k ignore CancellationToken.None pairs
    Learning.responses "the pairs" trained.Circuit (pairs.ToArray())

/// What the default population that saturates leaves of pairs, in nats, and how far its marginals are from Gaussian.
let private leavesAtMost nats pairs =
    let learning =
        { Learning.standard with
            Potential = Potentials.saturatingThreshold }

    let r = responses learning (Initial.defaultCount learning.Potential 2) pairs
    Expect.isLessThanOrEqual (Dependence.corrected Deviation.OfTarget r) nats "MI"

    for column in 0..1 do
        Expect.isLessThanOrEqual (Ks.toTarget StandardNormal.cdf (Samples.column 2 column r)) 0.01 "KS"

[<Tests>]
let tests =
    testList
        "Acceptance, pairs"
        [ testCase "photograph 05: the dependence of raw and of whitened pairs is what the authors' code finds"
          <| fun () ->
              let s = (pairsOf "05").ToArray()

              let plugIn pairs =
                  (MutualInformation.binned 0.5 pairs).PlugIn
              // Their plug-in values on all pairs. A subband that differs by 1e-5 moves a few pairs of a quarter million across a bin's
              // edge.
              Expect.isLessThan (abs (plugIn s - 0.122162)) 2e-5 "raw"
              Expect.isLessThan (abs (plugIn (Treatment.baseline 1 Treatment.Zca s) - 0.096823)) 2e-5 "ZCA"

          // The authors' code leaves 0.0106 nats with three interneurons, and about 0.05 with two.
          testCase "photograph 05: three interneurons remove with the published settings what the authors' do, and two cannot"
          <| fun () ->
              let pairs = pairsOf "05"

              let left k =
                  responses
                      { Learning.standard with
                          Rule = RuleOrigin.Published }
                      k
                      pairs
                  |> Dependence.corrected Deviation.OfTarget

              Expect.isLessThanOrEqual (left 3) 0.0106 "three"
              Expect.isGreaterThan (left 2) 0.02 "two"

          testCase "photograph 05: three interneurons leave 0.0026 nats with default settings, two ten times as much"
          <| fun () ->
              let pairs = pairsOf "05"

              let left k =
                  Dependence.corrected Deviation.OfTarget (responses Learning.standard k pairs)

              Expect.isLessThanOrEqual (left 3) 0.0026 "three"
              Expect.isGreaterThan (left 2) 0.02 "two"

          // Measured: 0.0000 on photograph 05, and on photograph 08, which is the hardest, less than the 0.0007 that 200,000 steps left.
          // Without saturation the best gains leave 0.0034 there: sums of outputs that can only steepen are not flexible enough.
          for image in [ "05"; "08" ] do
              testCase $"photograph {image}: a population that saturates leaves at most 0.0007 nats, and both marginals Gaussian"
              <| fun () -> leavesAtMost 0.0007 (pairsOf image)

          // Bins of half a standard deviation do not see the edges of a population of thresholds that saturate at once; nearest neighbours
          // do. Measured with a quarter of the pairs and twelve directions: 0.020 nats with edges, 0.005 without, and 0.003 for independent
          // numbers at most.
          testCase "photograph 08: nearest neighbours find at most 0.01 nats where the population's slope has no edges"
          <| fun () ->
              let s = (pairsOf "08").ToArray()
              let few = Samples.evenly 2 65_536 s

              let learning =
                  { Learning.standard with
                      Potential = Potentials.smoothThreshold }

              let trained =
                  Treatment.learn learning 480 ignore CancellationToken.None (Grid.ofArray 65_536 2 few)

              let r = Learning.responses "the pairs" trained.Circuit few
              Expect.isLessThanOrEqual (Dependence.nearestNeighbours r) 0.01 "nearest neighbours"
              Expect.isLessThanOrEqual (Dependence.corrected Deviation.OfTarget r) 0.001 "corrected"

          // Pairs of large discs, mixed to the moments of photographs' most dependent pairs, correlation 0.59 and kurtosis 23. Measured:
          // 0.0007; the same gains after 200,000 steps 0.0036, and half as many directions 0.0013.
          testCase "large discs, mixed to correlation 0.59 and kurtosis above 20: a population that saturates leaves at most 0.001 nats"
          <| fun () ->
              let scene =
                  Scene.create
                      { Scene.standard with
                          SmallestRadius = 12.0
                          LargestRadius = 128.0 }
                      1

              let s = Coefficients.pairs 2 scene

              let pairs =
                  Grid.init s.Rows 2 (fun row column -> s[row, column] + 0.0982 * s[row, 1 - column])
                  |> Coefficients.unitVariance

              let values = pairs.ToArray()
              Expect.isGreaterThan (Moments.kurtosis (Samples.column 2 0 values)) 20.0 "kurtosis"

              let correlation =
                  Seq.average (seq { for i in 0 .. pairs.Rows - 1 -> values[2 * i] * values[2 * i + 1] })

              Expect.isLessThan (abs (correlation - 0.59)) 0.001 "correlation"
              leavesAtMost 0.001 pairs ]
