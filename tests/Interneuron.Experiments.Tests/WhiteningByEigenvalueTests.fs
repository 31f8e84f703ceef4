module Interneuron.Experiments.Tests.WhiteningByEigenvalueTests

open System.Threading
open Expecto
open Interneuron.Experiments

module W = WhiteningByEigenvalue

/// Steps of the averaged rule until c/m^2 is within the tenth of 1, in small parts of a step.
let private integrated kind c =
    let part = 0.01

    let rec go x steps =
        let m =
            match kind with
            | W.Interneurons -> x * x
            | W.Lateral -> x

        let variance = c / (m * m)

        if abs (variance - 1.0) <= W.within then
            steps
        else
            let move =
                match kind with
                | W.Interneurons -> x * (variance - 1.0)
                | W.Lateral -> (variance - 1.0) / 2.0

            go (x + part * W.rate kind * move) (steps + part)

    go 1.0 0.0

let private both = [ W.Interneurons; W.Lateral ]

[<Tests>]
let tests =
    testList
        "WhiteningByEigenvalue"
        [ testCase "the predicted steps are those of the averaged published rule"
          <| fun () ->
              for kind in both do
                  for c in [ 0.05; 0.5; 1.05; 2.0; 30.0 ] do
                      let steps = integrated kind c
                      // Euler's error is some part * rate of the time, the last part of a step besides.
                      Expect.isLessThan (abs (W.predictedSteps kind c - steps)) (0.02 + 0.01 * steps) $"{W.name kind}, {c}"

          testCase "batches come to it in the predicted steps, and leave the predicted error"
          <| fun () ->
              for kind in both do
                  for point in W.run 8 1 CancellationToken.None kind [ 0.1; 10.0 ] do
                      let c = point.Eigenvalue
                      let predicted = float W.batch * W.predictedSteps kind c
                      // The mean of eight runs has a standard deviation of sqrt(error/8), below 0.03: a third of the tenth, at most a third
                      // of the last relaxation time; and the trajectory has a hundred points.
                      Expect.isLessThan (abs (point.Samples.Value - predicted)) (0.25 * predicted) $"{W.name kind}, {c}"
                      // A mean of squares over eight halves of at least four relaxation times, some thirty independent values; second order
                      // adds to it.
                      Expect.isLessThan (abs (log (point.Error / W.predictedError kind c))) (log 2.0) $"{W.name kind}, {c}"

          testCase "with the condition number, lateral synapses fall behind as its root"
          <| fun () ->
              let samples kind condition =
                  let at c =
                      float W.batch * W.predictedSteps kind c, W.predictedError kind c

                  W.samplesAtEqualError (at (sqrt condition)) (at (1.0 / sqrt condition))

              let ratio condition =
                  samples W.Lateral condition / samples W.Interneurons condition

              Expect.isGreaterThan (ratio 100.0) 3.0 "100"
              Expect.isGreaterThan (ratio 1e4) 20.0 "10,000"

          testCase "a stop leaves nothing of the variance at work"
          <| fun () ->
              let source = new CancellationTokenSource()
              source.Cancel()
              Expect.isEmpty (W.run 1 1 source.Token W.Lateral [ 0.1; 10.0 ]) "none" ]
