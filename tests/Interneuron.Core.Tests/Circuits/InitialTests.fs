module Interneuron.Core.Tests.Circuit.InitialTests

open Expecto
open Interneuron.Core.Transport
open Interneuron.Core.Circuits

[<Tests>]
let tests =
    testList
        "Initial"
        [ for n in [ 1; 2; 3 ] do
              testCase $"each interneuron that saturates does so where the next one of its direction begins (N = {n})" (fun () ->
                  let p = Potentials.saturatingThreshold
                  let population = Initial.population p n (Initial.defaultCount p n) 1

                  let directions = Array.zip population.Columns population.Theta |> Array.groupBy fst

                  for _, units in directions do
                      let thetas = units |> Array.map snd |> Array.sortBy Array.head
                      Expect.equal [ for theta in thetas -> theta[0] ] Initial.thresholds "thresholds"

                      for one, next in Array.pairwise thetas do
                          Expect.equal (one[0] + one[1]) next[0] "knee"

                      Expect.isGreaterThan (Array.last (Array.last thetas)) 3.0 "the last one goes on")

          testCase "each smooth interneuron reaches to the farther of its neighbours, so that their slopes leave no gap" (fun () ->
              let p = Potentials.smoothThreshold
              Expect.equal (Initial.defaultCount p 2) 960 "24 directions, 20 centres, both senses"

              for k in [ 4; 12; 100; 960 ] do
                  let population = Initial.population p 2 k 1

                  for _, units in Array.zip population.Columns population.Theta |> Array.groupBy fst do
                      let thetas = units |> Array.map snd |> Array.sortBy Array.head

                      for one, next in Array.pairwise thetas do
                          Expect.isGreaterThanOrEqual (one[0] + one[1]) (next[0] - 1e-12) "reaches the next"
                          Expect.isLessThanOrEqual (next[0] - next[1]) (one[0] + 1e-12) "and is reached by it")

          testCase "a population is laid out by what its potential is, not by how that is called" (fun () ->
              let renamed name (p: Potential) =
                  Potential.ofFormula name p.Parameters p.Formula

              let like = Potentials.saturatingThreshold
              let called = renamed "mine" like
              let k = Initial.defaultCount like 2
              Expect.equal (Initial.defaultCount called 2) k "as many"
              Expect.equal (Initial.population called 2 k 1) (Initial.population like 2 k 1) "the same"
              let other = renamed Potentials.thresholdLinear.Name Potentials.monomial
              Expect.equal (Initial.layout other) Drawn "a name alone"

              let narrow =
                  Potential.ofFormula "narrow" [ Parameter.define "theta" 0.0 2.0 (0.0, 1.0) ] Potentials.thresholdLinear.Formula

              Expect.equal (Initial.layout narrow) Drawn "thresholds beyond its interval")

          testCase "what acts on one side comes in both senses" (fun () ->
              for p in
                  [ Potentials.thresholdLinear
                    Potentials.saturatingThreshold
                    Potentials.smoothThreshold ] do
                  let population = Initial.population p 2 (Initial.defaultCount p 2) 1

                  let senses =
                      Array.zip population.Columns population.Theta |> Array.countBy id |> Map.ofArray

                  for KeyValue((w, theta), count) in senses do
                      Expect.equal (Map.tryFind (Array.map (~-) w, theta) senses) (Some count) p.Name)

          testCase "the first responses have the power of the stimuli, whatever the family" (fun () ->
              // A sum of 2,000 squares with kurtosis: 5 standard deviations are 0.2 or less.
              for p in
                  [ Potentials.powerMixture
                    Potentials.thresholdLinear
                    Potentials.saturatingThreshold
                    Potentials.smoothThreshold ] do
                  let c = Initial.circuit p StandardGaussian 0.0 2 (Initial.defaultCount p 2) 2.0 1
                  let s = Response.sample c 2000 7
                  Expect.floatClose { absolute = 0.4; relative = 0.0 } (Array.sumBy (fun x -> x * x) s / 2000.0) 2.0 p.Name) ]
