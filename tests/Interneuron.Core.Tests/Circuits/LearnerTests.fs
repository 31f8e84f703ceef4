module Interneuron.Core.Tests.LearnerTests

open System.Threading
open Expecto
open Interneuron.Core.Transport
open Interneuron.Core.Circuits

let private stimuli n count =
    let size = Initial.sampleTarget StandardGaussian 1 count 31

    Initial.sampleTarget StandardGaussian n count 32
    |> Array.mapi (fun i x -> x * exp (0.5 * size[i / n]))

let private power (s: float array) n =
    Array.sumBy (fun x -> x * x) s / float (s.Length / n)

let private start (potential: Potential) n =
    let s = stimuli n 4000
    Initial.circuit potential StandardGaussian 0.0 n (Initial.defaultCount potential n) (power s n) 1, s

let private train settings (c: Circuit) s =
    Learner.train settings ignore CancellationToken.None c s

let private numbers (c: Circuit) = c.Gains, c.Theta, c.W

[<Tests>]
let tests =
    testList
        "Learner"
        [ for n in [ 1; 2 ] do
              testCase $"learning lowers J (N = {n})" (fun () ->
                  for potential in
                      [ Potentials.powerMixture
                        Potentials.monomial
                        Potentials.quadratic
                        Potentials.thresholdLinear
                        Potentials.saturatingThreshold ] do
                      let c, s = start potential n

                      let trained =
                          train
                              { Learner.defaultsFor potential with
                                  Steps = 3000 }
                              c
                              s

                      Expect.equal trained.Ending Finished potential.Name
                      Expect.isLessThan (Objective.value trained.Circuit s) (Objective.value c s) potential.Name)

              testCase $"a seed gives the same circuit again, and another seed another one (N = {n})" (fun () ->
                  let c, s = start Potentials.powerMixture n

                  let settings =
                      { Learner.defaultsFor c.Potential with
                          Steps = 500 }

                  Expect.equal (numbers (train settings c s).Circuit) (numbers (train settings c s).Circuit) "same"
                  Expect.notEqual (train { settings with Seed = 2 } c s).Circuit.Gains (train settings c s).Circuit.Gains "other")

              testCase $"every response that is learned from is a fixed point (N = {n})" (fun () ->
                  for potential in [ Potentials.powerMixture; Potentials.thresholdLinear ] do
                      let c, s = start potential n
                      let worst = Learner.largestResidual (Learner.defaultsFor potential) 100 c s
                      // The tolerance 1e-10, and the rounding of a sum of up to 320 terms of size 10.
                      Expect.isLessThan worst 2e-10 potential.Name)

          testCase "a published step is the update equations written out" (fun () ->
              let c, s = start Potentials.powerMixture 2
              let batch = s[.. 2 * 10 - 1]

              let settings =
                  { Learner.published 2 with
                      Rule = RuleOrigin.Derived }

              let next =
                  match Learner.step settings c batch with
                  | Ok next -> next
                  | Error ending -> failtest $"{ending}"

              let r = (Response.solve c batch).R |> Array.chunkBySize 2
              let p = c.Potential

              let mean e =
                  Expectation.formula StandardGaussian p.Parameters e |> Option.get

              for i in 0 .. c.Interneurons - 1 do
                  let g, theta, w = c.Gains[i], List.ofArray c.Theta[i], c.W[i]
                  let z = [| for x in r -> w[0] * x[0] + w[1] * x[1] |]

                  let averaged formula =
                      z |> Array.averageBy (Potential.evaluate p formula theta)

                  let expected formula =
                      Potential.evaluate p (mean formula) theta 0.0

                  let term = List.head p.ParameterTerms
                  // Responses are right to 1e-10, and F and its derivatives to a hundred times that; the rates make it smaller still.
                  Check.near 1e-12 1e-11 (next.Gains[i]) (g + 1e-3 * g * (averaged p.Formula - expected p.Formula)) "g"
                  Check.near 1e-12 1e-11 (next.Theta[i][0]) (theta[0] + 1e-5 * g * (averaged term - expected term)) "theta"
                  let output = z |> Array.map (fun z -> g * Potential.evaluate p p.Activation theta z)

                  let moved a =
                      w[a]
                      + 1e-2
                        * Array.averageBy id (Array.map2 (fun (x: float array) n -> x[a] * n) r output)

                  let length = sqrt (moved 0 ** 2.0 + moved 1 ** 2.0)

                  for a in 0..1 do
                      Check.near 1e-12 1e-9 (next.W[i][a]) (moved a / length) "w")

          testCase "a pace multiplies the step, where nothing cuts it" (fun () ->
              let c, s = start Potentials.powerMixture 2

              let after paces =
                  match
                      Learner.step
                          { Learner.defaultsFor c.Potential with
                              Learns = paces }
                          c
                          s[..199]
                  with
                  | Ok next -> next
                  | Error ending -> failtest $"{ending}"

              let usual, slow =
                  after
                      { Gains = 1.0
                        Parameters = 1.0
                        Synapses = 1.0 },
                  after
                      { Gains = 0.5
                        Parameters = 0.25
                        Synapses = 1.0 }

              for i in 0 .. c.Interneurons - 1 do
                  let gain (next: Circuit) = log (next.Gains[i] / c.Gains[i])
                  let theta (next: Circuit) = next.Theta[i][0] - c.Theta[i][0]
                  Expect.isLessThan (abs (gain usual)) (0.99 * Learner.gainClip) "a step that is not cut"
                  Check.near 1e-12 1e-9 (gain slow) (0.5 * gain usual) "g"

                  // Of what is not cut at the usual pace.
                  if abs (theta usual) < 0.99 * Learner.parameterClip * Learner.parameterUnit c.Potential.Parameters.Head then
                      Check.near 1e-12 1e-9 (theta slow) (0.25 * theta usual) "theta"

              Expect.equal slow.W usual.W "W at the same pace"

              for pace in [ -1.0; nan; infinity ] do
                  Check.refused [ "a pace of learning is" ] (fun () ->
                      after
                          { Gains = pace
                            Parameters = 1.0
                            Synapses = 1.0 }))

          testCase "what does not learn stays as it is" (fun () ->
              let c, s = start Potentials.powerMixture 2

              let settings =
                  { Learner.defaultsFor c.Potential with
                      Steps = 200
                      Learns =
                          { Gains = 1.0
                            Parameters = 0.0
                            Synapses = 0.0 } }

              let trained = (train settings c s).Circuit
              Expect.equal trained.Theta c.Theta "theta"

              for w, before in Array.zip trained.W c.W do
                  Array.iter2 (fun a b -> Check.near 0.0 1e-15 a b "w") w before

              Expect.notEqual trained.Gains c.Gains "g")

          testCase "a run that is stopped keeps what it learned" (fun () ->
              let c, s = start Potentials.powerMixture 1
              use source = new CancellationTokenSource()

              let progress (p: Progress) =
                  if p.Step >= 300 then
                      source.Cancel()

              let trained =
                  Learner.train
                      { Learner.defaultsFor c.Potential with
                          Steps = 1000 }
                      progress
                      source.Token
                      c
                      s

              Expect.equal (trained.Ending, trained.Steps) (Interrupted, 300) "ending"
              Expect.equal (List.last trained.Trajectory).Step 300 "the last snapshot")

          testCase "stimuli that are not finite are refused by row and column" (fun () ->
              let c, s = start Potentials.powerMixture 2
              s[7] <- nan
              Check.refused [ "row 3"; "column 1" ] (fun () -> train (Learner.defaultsFor c.Potential) c s))

          testCase "a batch of nothing and negative steps are refused" (fun () ->
              let c, s = start Potentials.powerMixture 1
              let settings = Learner.defaultsFor c.Potential
              Check.refused [ "0 stimuli" ] (fun () -> train { settings with Batch = 0 } c s)
              Check.refused [ "-1 steps" ] (fun () -> train { settings with Steps = -1 } c s)) ]
