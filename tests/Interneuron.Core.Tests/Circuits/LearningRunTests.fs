module Interneuron.Core.Tests.LearningRunTests

open System
open System.Threading
open Expecto
open Interneuron.Statistics
open Interneuron.Core.Transport
open Interneuron.Core.Circuits

let private stimuli = Initial.sampleTarget Laplace 1 2_000 5

let private start potential =
    Initial.circuit potential StandardGaussian 0.0 1 (Initial.defaultCount potential 1) 1.0 1

let private settings potential steps =
    { Learner.defaultsFor potential with
        Steps = steps }

let private numbers (c: Circuit) = c.Gains, c.Theta, c.W

[<Tests>]
let tests =
    testList
        "Learning, a few steps at a time"
        [ test "however the steps are divided, the circuit at the end is the learner's" {
              for potential in [ Potentials.powerMixture; Potentials.thresholdLinear ] do
                  let settings = settings potential 500

                  let trained =
                      Learner.train settings ignore CancellationToken.None (start potential) stimuli

                  for parts in [ [ 500 ]; [ 1; 2; 3; 494 ]; [ 250; 0; 250; 7 ]; [ 123; 1_000 ] ] do
                      let run = LearningRun.Begin settings (start potential) (ReadOnlyMemory stimuli)

                      for steps in parts do
                          run.Advance(steps, CancellationToken.None)

                      Expect.equal (run.Steps, run.Ending) (500, Some Finished) potential.Name
                      Expect.equal (numbers run.Circuit) (numbers trained.Circuit) $"{potential.Name} in {parts}"
          }

          test "before the end there is no ending, and the start is the circuit that was given" {
              let run =
                  LearningRun.Begin (settings Potentials.powerMixture 10) (start Potentials.powerMixture) (ReadOnlyMemory stimuli)

              Expect.equal (numbers run.Circuit) (numbers (start Potentials.powerMixture)) "start"
              run.Advance(9, CancellationToken.None)
              Expect.equal (run.Steps, run.Ending) (9, None) "on its way"
          }

          test "what it cannot learn from is refused as the learner refuses it" {
              for stimuli in [ [||]; [| 1.0; nan |] ] do
                  Expect.throwsT<Refusal>
                      (fun () ->
                          LearningRun.Begin (settings Potentials.powerMixture 10) (start Potentials.powerMixture) (ReadOnlyMemory stimuli)
                          |> ignore)
                      $"{stimuli}"
          } ]
