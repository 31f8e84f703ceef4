module Interneuron.Experiments.Tests.LearningTests

open System.Threading
open Expecto
open Interneuron.Core.Transport
open Interneuron.Core.Circuits
open Interneuron.Derivation.Formulas
open Interneuron.Derivation.Rules
open Interneuron.Stimuli
open Interneuron.Experiments
open Interneuron.Experiments.Tests.Tools
open Interneuron.Statistics

let private numbers (circuit: Circuit) = circuit.Gains, circuit.Theta, circuit.W

[<Tests>]
let tests =
    testList
        "Learning"
        [ testCase "what is left open is decided by the potential, or by the published rule"
          <| fun () ->
              let derived = Learning.settings 1 Learning.standard
              Expect.equal derived (Learner.defaultsFor Potentials.powerMixture) "defaults"

              let published =
                  { Learning.standard with
                      Rule = RuleOrigin.Published
                      Seed = 7
                      Batch = Some 3 }

              Expect.equal
                  (Learning.settings 2 published)
                  { Learner.published 2 with
                      Seed = 7
                      Batch = 3 }
                  "published"

          testCase "the published start has gains in [0.2, 0.25] and theta in [2.2, 2.3], whatever the stimuli"
          <| fun () ->
              let published =
                  { Learning.standard with
                      Rule = RuleOrigin.Published
                      Interneurons = Some 4 }

              let circuit = Learning.start published (stimuli 1 100 2)
              let large = Learning.start published (Grid.map ((*) 100.0) (stimuli 1 100 2))
              Expect.all circuit.Gains (fun g -> 0.2 <= g && g <= 0.25) "gains"
              Expect.all circuit.Theta (fun theta -> 2.2 <= theta[0] && theta[0] <= 2.3) "theta"
              Expect.equal (numbers large) (numbers circuit) "the stimuli"
              Expect.isGreaterThan (Array.distinct circuit.Gains).Length 1 "drawn one by one"

          testCase "the derived start follows the scale of the stimuli: gains grow with them"
          <| fun () ->
              let g scale =
                  (Learning.start Learning.standard (Grid.map ((*) scale) (stimuli 1 100 1))).Gains[0]

              Expect.floatClose Accuracy.high (g 100.0) (100.0 * g 1.0) "gains"

          testCase "the same seed learns the same circuit, another seed another"
          <| fun () ->
              let s = stimuli 1 300 1
              Expect.equal (numbers (learn brief s).Circuit) (numbers (learn brief s).Circuit) "same"
              Expect.notEqual (numbers (learn { brief with Seed = 2 } s).Circuit) (numbers (learn brief s).Circuit) "other"

          testCase "a circuit's choices lead to it again"
          <| fun () ->
              let s = stimuli 3 300 2

              for learning in
                  [ { brief with
                        Potential = Potentials.symmetricThreshold
                        Seed = 5 }
                    { brief with
                        Rule = RuleOrigin.Published
                        Interneurons = Some 3 }
                    { brief with
                        Potential = Potentials.logCosh
                        Leak = 0.5
                        Target = Laplace } ] do
                  let first = learn learning s
                  let again = learn (Learning.ofCircuit first.Circuit first.Settings) s
                  Expect.equal (numbers again.Circuit) (numbers first.Circuit) learning.Potential.Name

          testCase "choices that cannot be are refused"
          <| fun () ->
              let s = stimuli 1 100 2
              let start learning () = Learning.start learning s |> ignore
              refuses "the number of interneurons is 0; it is at least 1" (start { brief with Interneurons = Some 0 })
              Expect.throwsT<Refusal> (start { brief with Interneurons = Some 1 }) "one direction does not span two"

          testCase "a stop leaves what was learned so far"
          <| fun () ->
              use source = new CancellationTokenSource()

              let stopAtHalf (progress: Progress) =
                  if 2 * progress.Step >= progress.Steps then
                      source.Cancel()

              let trained =
                  Learning.run { brief with Steps = Some 1000 } stopAtHalf source.Token (stimuli 1 300 1)

              Expect.equal trained.Ending Interrupted "ending"
              Expect.equal trained.Steps 500 "steps" ]
