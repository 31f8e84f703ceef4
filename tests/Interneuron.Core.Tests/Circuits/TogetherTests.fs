/// Circuits that learn together against each of them alone, bit for bit.
module Interneuron.Core.Tests.TogetherTests

open System
open System.Threading
open Expecto
open Interneuron.Core.Transport
open Interneuron.Core.Circuits

let private stimuli n seed count =
    let size = Initial.sampleTarget StandardGaussian 1 count (2 * seed)

    Initial.sampleTarget StandardGaussian n count (2 * seed + 1)
    |> Array.mapi (fun i x -> x * exp (0.5 * size[i / n]))

let private alone (lesson: Lesson) =
    Learner.trainOn lesson.Settings ignore CancellationToken.None lesson.Circuit lesson.Stimuli

let private together lessons =
    Together.train (fun _ -> ignore) CancellationToken.None lessons

let private bits (trained: Trained) =
    let c = trained.Circuit

    Array.concat [ c.Gains; Array.concat c.Theta; Array.concat c.W ]
    |> Array.map BitConverter.DoubleToInt64Bits

let private same name (lessons: Lesson list) =
    for i, (lesson, result) in List.indexed (List.zip lessons (together lessons)) do
        let expected = alone lesson
        let name = $"{name}, circuit {i}"
        Expect.equal result.Ending expected.Ending name
        Expect.equal result.Steps expected.Steps name
        Expect.equal (bits result) (bits expected) name
        Expect.equal result.Trajectory expected.Trajectory $"{name}, on its way"

/// Circuits of K interneurons, each with a seed and a start of its own, all but the first with stimuli of their own.
let private lessons (potential: Potential) n k count settings =
    [ for c in 0 .. count - 1 do
          let s = stimuli n (40 + max 1 c) 200
          let leak = if potential.Name.Contains "log-cosh" then 0.2 else 0.05

          // One-sided potentials start in pairs w and -w; here they may be without the other side.
          let whole = Initial.circuit potential StandardGaussian leak n 4 (float n) (1 + c)
          let first (xs: 'T array) = Array.take k xs

          { Circuit = Circuit.create potential StandardGaussian leak (first whole.Gains) (first whole.Theta) (first whole.W)
            Settings = { settings with Seed = 3 + c }
            Stimuli = ReadOnlyMemory s } ]

[<Tests>]
let tests =
    testList
        "Together"
        [ for potential in Potentials.all do
              for n in [ 1; 2 ] do
                  testCase $"{potential.Name}: the same bits as alone, by the published and the derived rule, K from 1 to 4, N = {n}"
                  <| fun () ->
                      same
                          potential.Name
                          [ for k in 1..4 do
                                for settings in
                                    [ { Learner.published n with Steps = 60 }
                                      { Learner.defaultsFor potential with
                                          Steps = 60
                                          Learns =
                                              { Gains = 1.0
                                                Parameters = 1.0
                                                Synapses = 1.0 } } ] do
                                    yield! lessons potential n k 3 settings ]

          testCase "any number of circuits, larger ones among them, and the batch optimum after the steps"
          <| fun () ->
              for count in [ 1; 8; 11 ] do
                  same
                      $"{count}"
                      [ yield!
                            lessons
                                Potentials.powerMixture
                                2
                                3
                                count
                                { Learner.defaultsFor Potentials.powerMixture with
                                    Steps = 150 }
                        yield!
                            lessons
                                Potentials.powerMixture
                                3
                                4
                                2
                                { Learner.defaultsFor Potentials.powerMixture with
                                    Steps = 20 }
                        yield!
                            lessons
                                Potentials.powerMixture
                                1
                                1
                                2
                                { Learner.defaultsFor Potentials.powerMixture with
                                    Steps = 50
                                    BatchOptimum = true } ]

          testCase "targets of samples and of densities have groups of their own"
          <| fun () ->
              let samples = Target.ofSamples 2 (stimuli 2 60 300)

              same
                  "targets"
                  [ for target in [ samples; Laplace; StandardGaussian ] do
                        for lesson in lessons Potentials.powerMixture 2 2 2 { Learner.published 2 with Steps = 60 } ->
                            { lesson with
                                Circuit = Initial.circuit Potentials.powerMixture target 0.1 2 2 2.0 4 } ]

          testCase "cancelling stops all of them, each with what it has learned"
          <| fun () ->
              use source = new CancellationTokenSource()

              let all =
                  lessons
                      Potentials.powerMixture
                      1
                      1
                      3
                      { Learner.defaultsFor Potentials.powerMixture with
                          Steps = 100_000_000 }

              let results =
                  Together.train
                      (fun _ at ->
                          if at.Step > 0 then
                              source.Cancel())
                      source.Token
                      all

              for lesson, result in List.zip all results do
                  Expect.equal result.Ending Interrupted "ending"
                  Expect.isLessThan result.Steps 100_000_000 "steps"
                  Expect.isLessThanOrEqual (List.last result.Trajectory).Step result.Steps "the last snapshot"
                  Expect.notEqual result.Circuit.Gains lesson.Circuit.Gains "what it has learned"

          testCase "progress names the lesson, and a lesson that cannot be learned is refused before any is"
          <| fun () ->
              let all =
                  lessons Potentials.quadratic 1 1 4 { Learner.published 1 with Steps = 100 }

              let seen = Array.zeroCreate 4

              Together.train (fun i _ -> seen[i] <- seen[i] + 1) CancellationToken.None all
              |> ignore

              Expect.equal seen (Array.create 4 101) "a report a snapshot"

              let bad =
                  { all[2] with
                      Stimuli = ReadOnlyMemory [| 1.0; nan |] }

              Expect.throwsT<Interneuron.Statistics.Refusal> (fun () -> together [ all[0]; bad ] |> ignore) "refused" ]
