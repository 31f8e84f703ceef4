module Interneuron.Facade.Tests.LearnerTests

open System
open System.Threading
open Expecto
open Interneuron
open Interneuron.Facade.Tests.Make

let private stimuli = Coefficients.Single(Image.FromScene(1, 128))
let private naive = Circuit.Start(Potentials.ThresholdLinear, stimuli)

/// Progress on the learner's own thread, so that a test sees every report.
type private Watching(watch: LearningProgress -> unit) =
    interface IProgress<LearningProgress> with
        member _.Report at = watch at

let private numbers (circuit: Circuit) =
    List.ofSeq circuit.Gains, circuit.Theta.Values.ToArray(), circuit.W.Values.ToArray()

[<Tests>]
let tests =
    testList
        "Learner"
        [ test "learning lowers J, reports each place of the trajectory, and finishes" {
              let reports = ResizeArray<LearningProgress>()

              let trained =
                  Learner.Train(naive, stimuli, LearnerOptions(Steps = 2_000), Watching reports.Add)

              Expect.equal (trained.Ending, trained.Steps) (LearningEnding.Finished, 2_000) "ending"
              Expect.isLessThan (trained.Circuit.Objective stimuli) (naive.Objective stimuli) "J"
              Expect.equal [ for at in reports -> at.Step, at.J ] [ for at in trained.Trajectory -> at.Step, at.J ] "reports"
              Expect.equal (reports[reports.Count - 1]).Step 2_000 "the last report"
              Expect.equal (string trained.Trajectory[0].W) $"1 x {naive.Interneurons}" "W of the trajectory"
          }

          test "the same options give the same circuit, whoever watches" {
              let options = LearnerOptions(Steps = 1_000, Seed = 4)
              let first = Learner.Train(naive, stimuli, options, Watching ignore)
              let second = Learner.Train(naive, stimuli, first.Options)
              Expect.equal (numbers first.Circuit) (numbers second.Circuit) "circuits"
              let other = Learner.Train(naive, stimuli, LearnerOptions(Steps = 1_000, Seed = 5))
              Expect.notEqual (numbers first.Circuit) (numbers other.Circuit) "of another seed"
          }

          test "lessons learned together give what each gives alone, in their order" {
              let start =
                  Circuit.Start(Potentials.PowerMixture, stimuli, CircuitOptions(Interneurons = Nullable 1))

              let lessons =
                  [| for seed in 1..3 -> Lesson(start, stimuli, LearnerOptions(Steps = 300, Seed = seed)) |]

              let learned = Learner.TrainMany lessons
              Expect.equal [ for one in learned -> one.Options.Seed ] [ 1; 2; 3 ] "order"

              for lesson, together in Seq.zip lessons learned do
                  let alone = Learner.Train(start, stimuli, lesson.Options)
                  Expect.equal (numbers together.Circuit) (numbers alone.Circuit) "bits"
                  Expect.equal together.Ending LearningEnding.Finished "ending"

              Expect.throwsT<ArgumentException>
                  (fun () ->
                      Learner.TrainMany [| lessons[0]; Lesson(start, stimuli, LearnerOptions(Batch = 0)) |]
                      |> ignore)
                  "a lesson that cannot be learned"
          }

          test "only what is to learn learns" {
              let start =
                  Circuit.Start(Potentials.PowerMixture, Coefficients.Pairs(Image.FromScene(1, 128), 2))

              let s = start.Sample(1_000, 1)

              for learns in [ Learns.Gains; Learns.Theta; Learns.Weights ] do
                  let g, theta, w =
                      numbers (Learner.Train(start, s, LearnerOptions(Steps = 50, Learns = Nullable learns)).Circuit)

                  let g0, theta0, w0 = numbers start

                  Expect.equal
                      (g <> g0, theta <> theta0, w <> w0)
                      (learns = Learns.Gains, learns = Learns.Theta, learns = Learns.Weights)
                      (string learns)
          }

          test "a pace that is 1 changes nothing, another changes what it is of first, and one that is none is refused" {
              let start =
                  Circuit.Start(Potentials.PowerMixture, Coefficients.Pairs(Image.FromScene(1, 128), 2))

              let s = start.Sample(10, 1)

              let after pace =
                  numbers (Learner.Train(start, s, LearnerOptions(Steps = 1, Pace = pace)).Circuit)

              let g, theta, w = after Pace.Usual
              Expect.equal (after (Pace(1.0, 1.0, 1.0))) (g, theta, w) "the usual pace"
              let g2, theta2, w2 = after (Pace(1.0, 0.5, 1.0))
              Expect.equal (g2 = g, theta2 = theta, w2 = w) (true, false, true) "theta alone"
              Expect.equal (LearnerOptions().LearnsOf Potentials.ThresholdLinear) Learns.Gains "thresholds"
              Expect.equal (LearnerOptions(Learns = Nullable Learns.Theta).LearnsOf Potentials.LogCosh) Learns.Theta "as chosen"

              for pace in [ Pace(0.0, 1.0, 1.0); Pace(1.0, nan, 1.0) ] do
                  Expect.throwsT<ArgumentException> (fun () -> after pace |> ignore) "refused"
          }

          test "cancellation ends learning early with what was learned" {
              use enough = new CancellationTokenSource()

              let watch (at: LearningProgress) =
                  if at.Step >= 500 then
                      enough.Cancel()

              let task =
                  Learner.TrainAsync(naive, stimuli, LearnerOptions(Steps = 5_000), Watching watch, enough.Token)

              let trained = task.Result
              Expect.equal (trained.Ending, trained.Steps) (LearningEnding.Interrupted, 500) "ending"
              Expect.notEqual (numbers trained.Circuit) (numbers naive) "circuit"
              Expect.isTrue (Object.ReferenceEquals(trained.EnsureConverged(), trained)) "an interruption is no failure"
          }

          test "a token that was cancelled before learning gives the circuit that it would have begun with" {
              let task = Learner.TrainAsync(naive, stimuli, cancellation = CancellationToken true)
              Expect.equal (task.Result.Ending, task.Result.Steps) (LearningEnding.Interrupted, 0) "ending"
              Expect.equal (numbers task.Result.Circuit) (numbers naive) "circuit"
          }

          test "a run that was cancelled goes on from its checkpoint, to the same bits" {
              let folder = IO.Directory.CreateTempSubdirectory("interneuron-").FullName
              let path = IO.Path.Combine(folder, "run.checkpoint")
              let pairs = Coefficients.Pairs(Image.FromScene(1, 128), 2)
              let start = Circuit.Start(Potentials.PowerMixture, pairs)
              let options = LearnerOptions(Steps = 3_000)
              let kept = LearnerOptions(Steps = 3_000, Checkpoint = Checkpoint path)

              try
                  let whole = Learner.Train(start, pairs, options)

                  for stop in [ 690; 1_890 ] do
                      use enough = new CancellationTokenSource()

                      let watch (at: LearningProgress) =
                          if at.Step >= stop then
                              enough.Cancel()

                      let part = Learner.Train(start, pairs, kept, Watching watch, enough.Token)
                      Expect.equal (part.Ending, part.Steps) (LearningEnding.Interrupted, stop) "interrupted"

                  Expect.throwsT<IO.InvalidDataException>
                      (fun () ->
                          Learner.Train(start, pairs, LearnerOptions(Steps = 4_000, Checkpoint = Checkpoint path))
                          |> ignore)
                      "another run's"

                  let rest = Learner.Train(start, pairs, kept)
                  Expect.equal (rest.Ending, rest.Steps) (LearningEnding.Finished, 3_000) "finished"
                  Expect.equal (numbers rest.Circuit) (numbers whole.Circuit) "the same"

                  Expect.equal
                      [ for at in rest.Trajectory -> at.Step, at.J ]
                      [ for at in whole.Trajectory -> at.Step, at.J ]
                      "with the same history"

                  Expect.isFalse (IO.File.Exists path) "the checkpoint is gone"

                  IO.File.WriteAllText(path, "")

                  use _ =
                      new IO.FileStream(path, IO.FileMode.Open, IO.FileAccess.ReadWrite, IO.FileShare.None)

                  Expect.throwsT<IO.IOException> (fun () -> Learner.Train(start, pairs, kept) |> ignore) "held by another"
              finally
                  IO.Directory.Delete(folder, true)
          }

          test "the published settings are those of the paper" {
              let one, two = LearnerOptions.Published 1, LearnerOptions.Published 2

              Expect.equal
                  (one.Steps, one.Batch, one.Rule, one.Schedule)
                  (20_000, 10, LearningRule.Published, LearningSchedule.Published)
                  "N = 1"

              Expect.equal (two.Steps, two.Batch) (3_000, 10) "N = 2"
          }

          test "a step goes down, and what cannot be stepped from is told" {
              let stimuli = Targets.Laplace.Sample(500, 1, 1)
              let circuit = Circuit.Start(Potentials.Quadratic, stimuli).With(row [ 3.0 ])
              let next = Learner.Step(circuit, stimuli)
              Expect.isLessThan (next.Objective stimuli) (circuit.Objective stimuli) "J"
              Expect.throwsT<NotConvergedException> (fun () -> Learner.Step(circuit, grid [ [ nan ] ]) |> ignore) "no response"
          } ]
