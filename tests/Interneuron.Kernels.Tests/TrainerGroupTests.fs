/// A group of circuits against each of its circuits alone, bit for bit.
module Interneuron.Kernels.Tests.TrainerGroupTests

open System
open System.Threading
open Expecto
open Interneuron.Kernels
open Interneuron.Kernels.TestPotentials
open Interneuron.Kernels.Tests.Circuits

let private numbers (c: CircuitState) =
    Array.concat [ c.Gains; c.Theta; c.Synapses ]

/// Rules of the published form and of scaled steps, at rates of each circuit's own.
let private published n k (c: int) =
    LearningRule(
        GainRates = Array.create k (1e-3 * float (1 + c)),
        ThetaRates = Array.create k (if n = 1 then 1e-4 else 1e-5),
        SynapseRates = Array.init k (fun i -> if i = 1 && c = 1 then 0.0 else 1e-2),
        ThetaStepTimesGain = false
    )

let private scaled n k (c: int) =
    LearningRule(
        GainRates = Array.create k 0.05,
        ThetaRates = Array.create k (0.01 * float (c % 3)),
        SynapseRates = Array.create k (0.02 / float n),
        GainStep = GainStep.Exponential,
        GainClip = 0.02 * float (1 + c),
        ThetaClip = 0.02,
        ThetaUnits = [| 0.5 |],
        SynapseClip = 0.01 * float (1 + c),
        ThetaStepTimesGain = false,
        SynapseStepTimesGain = false,
        DecaySteps = 50.0,
        DecayPower = 0.5,
        AverageFrom = 60L
    )

/// Members that differ in everything but their shape and the forms of their rules. The last sees stimuli of another scale.
let private members n k rule (theta: int -> float) leak count =
    [| for c in 0 .. count - 1 do
           let state =
               circuit (70 + c) n k leak (fun i -> 0.2 + 0.02 * float (i + c)) (fun i -> theta i + 0.01 * float c) 1

           state.ThetaLow[0] <- 0.3
           state.ThetaHigh[0] <- 3.0
           let scale = if c = count - 1 then 8.0 else 1.0
           let stimuli = heavy (80 + c) ((300 + c) * n) |> Array.map (fun s -> s * scale)
           GroupMember(state, ReadOnlyMemory stimuli, rule n k c, uint64 (5 + c), (if c = 2 then 1e-8 else 1e-10)) |]

let private again (m: GroupMember) =
    GroupMember(copy m.Circuit, m.Stimuli, m.Rule, m.Seed, m.Tolerance)

let private alone (engine: Engine) target batch (m: GroupMember) =
    engine.Train(copy m.Circuit, target, m.Rule, batch, m.Seed, m.Tolerance)

let private bits (values: float array) =
    Array.map BitConverter.DoubleToInt64Bits values

/// Learns as a group, cut in two runs, and alone; compares circuits, answers, steps and outcomes.
let private compare (engine: Engine) target batch steps (all: GroupMember array) =
    let group = engine.Train(Array.map again all, target, batch)
    group.Run 7 |> ignore
    let outcomes = group.Run(steps - 7)

    for c in 0 .. all.Length - 1 do
        let trainer = alone engine target batch all[c]
        let outcome = trainer.Run(all[c].Stimuli.Span, steps)
        Expect.equal (group.Steps c) trainer.Steps $"steps of circuit {c}"
        Expect.equal (outcomes[c].Response.IsConverged) (outcome.Response.IsConverged) $"outcome of circuit {c}"
        Expect.equal outcomes[c].Response.FirstFailure outcome.Response.FirstFailure $"failure of circuit {c}"
        Expect.equal (bits (numbers (group.Circuit c))) (bits (numbers trainer.Circuit)) $"circuit {c}"
        Expect.equal (bits (numbers (group.Answer c))) (bits (numbers trainer.Answer)) $"answer of circuit {c}"

[<Tests>]
let tests =
    testList
        "TrainerGroup"
        [ for width in widths do
              for n in [ 1; 2 ] do
                  testCase $"circuits become together what each becomes alone, bit for bit, N = {n}, {width} lanes"
                  <| fun () ->
                      let engine = Engine<PowerMixture> width :> Engine

                      for k in [ 1; 2; 3; 4 ] do
                          for rule in [ published; scaled ] do
                              for count in [ 1; 3; 8 ] |> List.filter (fun count -> count <= engine.Together n) do
                                  members n k rule (fun i -> 2.2 + 0.02 * float i) 0.0 count
                                  |> compare engine TargetNodes.ClosedForm 10 200

                  testCase $"the same in batches of 1 to 300, N = {n}, {width} lanes"
                  <| fun () ->
                      let engine = Engine<PowerMixture> width :> Engine

                      for batch in [ 1; 2; 4; 5; 8; 12; 13; 16; 21; 300 ] do
                          members n 3 scaled (fun i -> 2.2 + 0.02 * float i) 0.0 (engine.Together n)
                          |> compare engine TargetNodes.ClosedForm batch (if batch = 300 then 12 else 80)

                  testCase $"the same where target terms come from nodes, and where phi has kinks, N = {n}, {width} lanes"
                  <| fun () ->
                      let z = [| for j in -20 .. 20 -> float j / 5.0 |]
                      let weights = z |> Array.map (fun z -> exp (-z * z / 2.0))
                      let weights = weights |> Array.map (fun w -> w / Array.sum weights)

                      let cloud =
                          if n = 1 then
                              line z weights
                          else
                              let points = normal 90 200
                              cloud points (Array.create 100 0.01) 2

                      for engine in [ Engine<ThresholdLinear> width :> Engine; Engine<LogCosh> width ] do
                          for target in [ line z weights; cloud ] do
                              members n 4 scaled (fun i -> 0.5 + 0.3 * float i) 0.2 (min 3 (engine.Together n))
                              |> compare engine target 10 120

              testCase $"a circuit with a stimulus out of reach leaves the others alone, {width} lanes"
              <| fun () ->
                  let engine = Engine<LogCosh> width :> Engine

                  let all = members 1 2 scaled (fun _ -> 2.0) 0.0 (min 3 (engine.Together 1))
                  // Without a leak |s| cannot be above sum g / theta = 0.2 or so: the first circuit has one stimulus that is, met after
                  // some steps.
                  let within =
                      all
                      |> Array.map (fun m -> m.Stimuli.ToArray() |> Array.map (fun s -> 0.05 * tanh s))

                  within[0][123] <- 7.0

                  let all =
                      Array.map2
                          (fun (m: GroupMember) (s: float array) -> GroupMember(m.Circuit, ReadOnlyMemory s, m.Rule, m.Seed, m.Tolerance))
                          all
                          within

                  compare engine (line [| -0.3; 0.3 |] [| 0.5; 0.5 |]) 5 300 all

              testCase $"a circuit that leaves stays as it is, {width} lanes"
              <| fun () ->
                  let engine = Engine<PowerMixture> width :> Engine

                  let all =
                      members 2 3 published (fun i -> 2.2 + 0.02 * float i) 0.0 (min 3 (engine.Together 2))

                  let group = engine.Train(Array.map again all, TargetNodes.ClosedForm, 10)
                  group.Run 30 |> ignore
                  group.Leave 0
                  group.Run 20 |> ignore

                  for c in 0 .. all.Length - 1 do
                      let trainer = alone engine TargetNodes.ClosedForm 10 all[c]
                      trainer.Run(all[c].Stimuli.Span, (if c = 0 then 30 else 50)) |> ignore
                      Expect.equal (bits (numbers (group.Circuit c))) (bits (numbers trainer.Circuit)) $"circuit {c}"

          testCase "cancellation abandons a step of large batches, and leaves the circuits as the steps before did"
          <| fun () ->
              let engine = Engine<PowerMixture>() :> Engine
              let all = members 1 2 published (fun _ -> 2.2) 0.0 2
              let group = engine.Train(Array.map again all, TargetNodes.ClosedForm, 600)
              group.Run 2 |> ignore
              let before = numbers (group.Circuit 0)
              let outcomes = group.Run(5, CancellationToken true)
              Expect.equal outcomes[0].Steps 0 "no step"
              Expect.isTrue outcomes[0].Response.IsConverged "nothing failed"
              Expect.equal (numbers (group.Circuit 0)) before "the circuit"

          testCase "groups of circuits that are too many, too large or not alike are refused"
          <| fun () ->
              let engine = Engine<PowerMixture> LaneWidth.Four :> Engine

              let of' n k rule count =
                  members n k rule (fun _ -> 2.2) 0.0 count

              let refused (all: GroupMember array) =
                  Expect.throwsT<ArgumentException> (fun () -> engine.Train(all, TargetNodes.ClosedForm, 10) |> ignore) "refused"

              refused [||]
              refused (of' 1 2 published 5)
              refused (of' 3 2 published 2)
              refused [| (of' 1 2 published 1)[0]; (of' 1 3 published 1)[0] |]
              refused [| (of' 1 2 published 1)[0]; (of' 1 2 scaled 1)[0] |]
              let m = (of' 2 2 published 1)[0]
              refused [| GroupMember(m.Circuit, ReadOnlyMemory [| 1.0; 2.0; 3.0 |], m.Rule, 1UL) |] ]
