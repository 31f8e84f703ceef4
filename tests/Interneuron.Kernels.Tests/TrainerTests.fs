module Interneuron.Kernels.Tests.TrainerTests

open System
open Expecto
open Interneuron.Kernels
open Interneuron.Kernels.TestPotentials
open Interneuron.Kernels.Tests.Circuits

let private published k n =
    LearningRule(
        GainRates = Array.create k 1e-3,
        ThetaRates = Array.create k (if n = 1 then 1e-4 else 1e-5),
        SynapseRates = Array.create k (if n = 1 then 0.0 else 1e-2),
        ThetaStepTimesGain = false
    )

let private start n k =
    let c =
        circuit (40 + n) n k 0.0 (fun i -> 0.2 + 0.01 * float i) (fun i -> 2.25 + 0.02 * float i) 1

    c.ThetaLow[0] <- 1.0
    c.ThetaHigh[0] <- 3.0
    c

let private numbers (c: CircuitState) =
    Array.concat [ c.Gains; c.Theta; c.Synapses ]

let private sizes = [ 1, 1; 1, 3; 2, 3; 3, 5 ]

[<Tests>]
let tests =
    testList
        "Trainer"
        [ for n, k in sizes do
              for width in widths do
                  testCase $"a step is the naive step, N = {n}, K = {k}, {width} lanes, batches of 1 to 21"
                  <| fun () ->
                      for batch in [ 1; 2; 4; 5; 8; 10; 12; 13; 16; 21 ] do
                          let c = start n k
                          let engine = Engine<PowerMixture> width
                          let rule = published k n
                          let trainer = engine.Train(copy c, line [| 0.0 |] [| 1.0 |], rule, batch, 1UL)
                          let s = heavy batch (batch * n)
                          Expect.isTrue (step trainer s).Response.IsConverged "converged"
                          // All terms vanish at the target's single point 0, which leaves the sample averages.
                          let responses, _ = respond engine c s

                          let gains, theta, synapses =
                              Naive.publishedStep Naive.powerMixture c rule (Naive.rows n responses)
                          // Terms to 1e-7 (see the gradient), times rates of at most 1e-2.
                          closeAll 1e-9 trainer.Circuit.Gains gains "gains"
                          closeAll 1e-9 trainer.Circuit.Theta theta "theta"
                          closeAll 1e-9 trainer.Circuit.Synapses synapses "synapses"

              testCase $"a run does not depend on where it is cut, N = {n}, K = {k}"
              <| fun () ->
                  let s = heavy 50 (500 * n)

                  let run cuts =
                      let trainer =
                          Engine<PowerMixture>().Train(start n k, TargetNodes.ClosedForm, published k n, 10, 3UL)

                      for steps in cuts do
                          Expect.equal (trainer.Run(s, steps)).Steps steps "all steps made"

                      numbers trainer.Circuit

                  let whole = run [ 600 ]
                  Expect.equal (run [ 1; 99; 500 ]) whole "three pieces"
                  Expect.equal (run [ for _ in 1..60 -> 10 ]) whole "sixty pieces"

              testCase $"a run does not depend on where it is saved and gone on with, N = {n}, K = {k}"
              <| fun () ->
                  let s = heavy 50 (500 * n)

                  let rule =
                      LearningRule(
                          GainRates = Array.create k 1e-3,
                          ThetaRates = Array.create k 1e-4,
                          SynapseRates = Array.create k (if n = 1 then 0.0 else 1e-2),
                          ThetaStepTimesGain = false,
                          DecaySteps = 100.0,
                          AverageFrom = 300L
                      )

                  for targets in [ TargetNodes.ClosedForm; line [| -1.0; 0.5; 2.0 |] [| 0.3; 0.3; 0.4 |] ] do
                      let engine = Engine<PowerMixture>()

                      let trainer () =
                          engine.Train(start n k, targets, rule, 10, 3UL)

                      let whole = trainer ()
                      whole.Run(s, 600) |> ignore

                      let mutable part = trainer ()

                      for steps in [ 1; 99; 0; 350; 150 ] do
                          let next = trainer ()
                          next.Restore(part.Save(), s)
                          Expect.equal (next.Run(s, steps)).Steps steps "all steps made"
                          part <- next

                      Expect.equal (part.Save()) (whole.Save()) "what comes next"
                      Expect.equal (numbers part.Answer) (numbers whole.Answer) "what has been learned"

              testCase $"every width learns the same circuit, N = {n}, K = {k}"
              <| fun () ->
                  let s = heavy 51 (2000 * n)

                  let run width =
                      let trainer =
                          Engine<PowerMixture>(width).Train(start n k, TargetNodes.ClosedForm, published k n, 10, 4UL)

                      Expect.isTrue (trainer.Run(s, 3000)).Response.IsConverged "converged"
                      numbers trainer.Circuit

                  let scalar = run LaneWidth.One
                  closeAll 1e-9 (run LaneWidth.Four) scalar "four lanes"
                  closeAll 1e-9 (run LaneWidth.Eight) scalar "eight lanes"

              testCase $"steps allocate nothing, N = {n}, K = {k}"
              <| fun () ->
                  let s = heavy 52 (500 * n)

                  let trainer =
                      Engine<PowerMixture>().Train(start n k, TargetNodes.ClosedForm, published k n, 10, 5UL)

                  let one = Array.sub s 0 (10 * n)
                  trainer.Run(s, 10) |> ignore
                  step trainer one |> ignore

                  let allocated steps =
                      let before = GC.GetAllocatedBytesForCurrentThread()
                      trainer.Run(s, steps) |> ignore

                      for _ in 1..steps do
                          step trainer one |> ignore

                      GC.GetAllocatedBytesForCurrentThread() - before

                  allocated 1 |> ignore
                  // The same for one step and for a thousand: nothing grows with the steps. (True of optimised builds; others box in
                  // BitCast.)
                  Expect.equal (allocated 1000) (allocated 1) "bytes"

          testCase "a batch larger than what is solved at once is still one step"
          <| fun () ->
              for n in [ 1; 2; 3 ] do
                  let c = start n 3
                  let s = heavy 60 (1000 * n)
                  // 1000 samples in pieces of 16, of 256, and as the naive step.
                  let engine = Engine<PowerMixture>()

                  let after batch =
                      let trainer =
                          engine.Train(copy c, line [| 0.0 |] [| 1.0 |], published 3 n, batch, 14UL)

                      Expect.isTrue (step trainer s).Response.IsConverged "converged"
                      trainer.Circuit

                  let responses, _ = respond engine c s

                  let gains, theta, synapses =
                      Naive.publishedStep Naive.powerMixture c (published 3 n) (Naive.rows n responses)

                  for batch in [ 10; 2000 ] do
                      let trained = after batch
                      closeAll 1e-9 trained.Gains gains "gains"
                      closeAll 1e-9 trained.Theta theta "theta"
                      closeAll 1e-9 trained.Synapses synapses "synapses"

          testCase "a state that is torn, or another circuit's, is refused"
          <| fun () ->
              let trainer n k =
                  Engine<PowerMixture>().Train(start n k, TargetNodes.ClosedForm, published k n, 10, 3UL)

              let state = (trainer 2 3).Save()

              for length in 0..7 .. state.Length - 1 do
                  Expect.throwsT<IO.InvalidDataException> (fun () -> (trainer 2 3).Restore(state[.. length - 1], heavy 50 100)) "torn"

              Expect.throwsT<IO.InvalidDataException> (fun () -> (trainer 2 4).Restore(state, heavy 50 100)) "another circuit's"

          testCase "the same seed gives the same circuit, another seed another"
          <| fun () ->
              let s = heavy 53 1000

              let run seed =
                  let trainer =
                      Engine<PowerMixture>().Train(start 1 2, TargetNodes.ClosedForm, published 2 1, 10, seed)

                  trainer.Run(s, 300) |> ignore
                  numbers trainer.Circuit

              Expect.equal (run 6UL) (run 6UL) "the same"
              Expect.notEqual (run 6UL) (run 7UL) "another"

          testCase "constraints hold under rates that would break them"
          <| fun () ->
              let c = start 2 4
              c.ThetaLow[0] <- 2.2
              c.ThetaHigh[0] <- 2.3

              let rule =
                  LearningRule(
                      GainRates = Array.create 4 0.3,
                      ThetaRates = Array.create 4 0.1,
                      SynapseRates = Array.create 4 0.5,
                      GainStep = GainStep.Plain
                  )
              // A leak would keep the circuit solvable; here two gains above 0 do, so run only until that breaks.
              let trainer = Engine<PowerMixture>().Train(c, TargetNodes.ClosedForm, rule, 10, 8UL)
              trainer.Run(heavy 54 2000, 50) |> ignore
              Expect.isTrue (c.Gains |> Array.forall (fun g -> g >= 0.0)) "gains"
              Expect.isTrue (c.Theta |> Array.forall (fun t -> t >= 2.2 && t <= 2.3)) "theta"

              for w in Naive.rows 2 c.Synapses do
                  close 1e-14 (w[0] * w[0] + w[1] * w[1]) 1.0 "norm"

          testCase "rates of zero leave their parameters alone"
          <| fun () ->
              let c = start 2 3
              let before = copy c

              let rule =
                  LearningRule(GainRates = [| 1e-3; 0.0; 1e-3 |], ThetaRates = Array.zeroCreate 3, SynapseRates = [| 0.0; 0.0; 1e-2 |])

              Engine<PowerMixture>().Train(c, TargetNodes.ClosedForm, rule, 10, 9UL).Run(heavy 55 1000, 100)
              |> ignore

              Expect.equal c.Theta before.Theta "theta"
              Expect.equal c.Gains[1] before.Gains[1] "the gain in the middle"
              Expect.notEqual c.Gains[0] before.Gains[0] "the first gain"
              Expect.equal c.Synapses[0..3] before.Synapses[0..3] "the first two columns"

          testCase "an exponential gain step is clipped"
          <| fun () ->
              let c = circuit 56 1 1 0.0 (fun _ -> 1.0) (fun _ -> 0.0) 0

              let rule =
                  LearningRule(
                      GainRates = [| 1.0 |],
                      ThetaRates = [||],
                      SynapseRates = [| 0.0 |],
                      GainStep = GainStep.Exponential,
                      GainClip = 0.25
                  )

              let trainer = Engine<Quadratic>().Train(c, TargetNodes.ClosedForm, rule, 1, 10UL)
              // s = 100 with g = 1: r = 100, F = 5000, far above the clip; s = 0: F - 1/2 = -1/2, below it.
              step trainer [| 100.0 |] |> ignore
              close 1e-15 c.Gains[0] (exp 0.25) "up"
              step trainer [| 0.0 |] |> ignore
              close 1e-15 c.Gains[0] 1.0 "down"

          for width in widths do
              for k in [ 1; 3; 8; 11 ] do
                  testCase $"a synaptic step longer than the clip is as long as the clip, a shorter one as it is, K = {k}, {width} lanes"
                  <| fun () ->
                      let after clip (c: CircuitState) s =
                          let rule =
                              LearningRule(
                                  GainRates = Array.zeroCreate k,
                                  ThetaRates = Array.zeroCreate k,
                                  SynapseRates = Array.init k (fun i -> 0.02 * float (i + 1)),
                                  SynapseClip = clip
                              )

                          let trainer =
                              Engine<PowerMixture>(width).Train(copy c, TargetNodes.ClosedForm, rule, 5, 15UL)

                          Expect.isTrue (step trainer s).Response.IsConverged "converged"
                          trainer.Circuit.Synapses

                      let c =
                          circuit 61 3 k 0.5 (fun i -> 0.2 + 0.01 * float i) (fun i -> 2.25 + 0.02 * float i) 1

                      let s = heavy 62 15
                      let responses, _ = respond (Engine<PowerMixture> width) c s

                      /// w + dw by plain sums, dw as long as the clip at most, and |dw|.
                      let naive clip i =
                          let _, _, hebb =
                              Naive.terms Naive.powerMixture c i (Naive.rows 3 responses) (Array.create 5 0.2)

                          let move = hebb |> Array.map (fun x -> 0.02 * float (i + 1) * c.Gains[i] * x)
                          let length = sqrt (Array.sumBy (fun x -> x * x) move)

                          let w =
                              Array.init 3 (fun a -> c.Synapses[3 * i + a] + move[a] * min 1.0 (clip / length))

                          let norm = sqrt (Array.sumBy (fun x -> x * x) w)
                          Array.map (fun x -> x / norm) w, length

                      let lengths = [ for i in 0 .. k - 1 -> snd (naive infinity i) ]
                      let free = after infinity c s
                      // Between the shortest and the longest: some are clipped, some are not.
                      for clip in
                          [ 0.5 * List.min lengths
                            sqrt (List.min lengths * List.max lengths)
                            2.0 * List.max lengths ] do
                          let clipped = after clip c s

                          for i in 0 .. k - 1 do
                              let w = clipped[3 * i .. 3 * i + 2]

                              if lengths[i] < clip then
                                  Expect.equal w free[3 * i .. 3 * i + 2] "a shorter step, bit for bit"
                              else
                                  closeAll 1e-8 w (fst (naive clip i)) "a longer one"

          testCase "rates decay as (1 + t/tau)^-power"
          <| fun () ->
              let c = circuit 57 1 1 0.0 (fun _ -> 1.0) (fun _ -> 0.0) 0

              let rule =
                  LearningRule(
                      GainRates = [| 0.01 |],
                      ThetaRates = [||],
                      SynapseRates = [| 0.0 |],
                      GainStep = GainStep.Exponential,
                      DecaySteps = 3.0,
                      DecayPower = 0.5
                  )

              let trainer = Engine<Quadratic>().Train(c, TargetNodes.ClosedForm, rule, 1, 11UL)
              // s = 0 gives dg = -1/2 whatever the gain.
              for _ in 1..4 do
                  step trainer [| 0.0 |] |> ignore

              let total = Seq.sum (seq { for t in 0.0 .. 3.0 -> 0.01 * (1.0 + t / 3.0) ** -0.5 })
              close 1e-14 c.Gains[0] (exp (-0.5 * total)) "gain"

          testCase "a batch with a stimulus out of reach is reported by its row and not learned from"
          <| fun () ->
              let c = circuit 58 1 2 0.0 (fun _ -> 1.0) (fun _ -> 2.0) 1
              let before = numbers c

              let rule =
                  LearningRule(GainRates = [| 0.1; 0.1 |], ThetaRates = [| 0.0; 0.0 |], SynapseRates = [| 0.0; 0.0 |])

              let trainer = Engine<LogCosh>().Train(c, line [| 0.0 |] [| 1.0 |], rule, 5, 12UL)
              let outcome = run trainer [| 7.0 |] 3
              Expect.equal outcome.Steps 0 "no step"
              Expect.equal outcome.Response.FirstFailure 0 "its row"
              close 1e-6 outcome.Response.Residual 6.0 "what is out of reach"
              Expect.equal (numbers c) before "nothing learned"
              let bad = step trainer [| 0.1; nan |]
              Expect.equal bad.Response.FirstFailure 1 "not a number"
              Expect.equal (numbers c) before "still nothing"
              Expect.equal (step trainer [| 0.1; 0.2; 0.3; 0.4; 0.5; 0.6; 0.7 |]).Steps 1 "a larger batch than drawn ones"

          testCase "the answer is the last circuit, or the mean of the circuits from a step on"
          <| fun () ->
              let s = heavy 59 500

              let rule average =
                  LearningRule(GainRates = [| 1e-2 |], ThetaRates = [| 0.0 |], SynapseRates = [| 0.0 |], AverageFrom = average)

              let train average =
                  Engine<PowerMixture>().Train(start 1 1, TargetNodes.ClosedForm, rule average, 10, 13UL)

              let last = train Int64.MaxValue
              last.Run(s, 20) |> ignore
              Expect.equal last.Answer.Gains last.Circuit.Gains "the last"
              let mean = train 10L

              let gains =
                  [| for _ in 1..20 ->
                         (mean.Run(s, 1) |> ignore
                          mean.Circuit.Gains[0]) |]

              close 1e-14 mean.Answer.Gains[0] (Array.average gains[10..]) "the mean of the last ten" ]
