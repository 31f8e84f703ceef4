module Interneuron.Studio.Tests.WorkbenchTests

open System
open System.Threading.Tasks
open Expecto
open Interneuron
open Interneuron.Studio
open Interneuron.Studio.Tests.Scene

let private view (bench: Workbench) =
    match bench.View with
    | null -> failtest "there is nothing to see"
    | view -> view

let private bench (turns: Turns) = new Workbench(store, turns)

let private learned (state: StudioState) =
    let stimuli = store.Load(state, state.Now)
    let beginning = Replay.Beginning(state, store)
    Replay.Learned(state, beginning, stimuli, state.Phases.Length - 1, state.Made).Circuit

let private atPace (pace: int) (bench: Workbench) state =
    wait (bench.OpenAsync state)
    wait (bench.PaceAsync(Nullable pace))
    wait (bench.StartAsync())

let private asFastAsItCan (bench: Workbench) state =
    wait (bench.OpenAsync state)
    wait (bench.PaceAsync(Nullable()))
    wait (bench.StartAsync())

[<Tests>]
let tests =
    testSequenced
    <| testList
        "Workbench"
        [ test "learning to the end comes to the circuit that the learner comes to, and its distance is that of all stimuli" {
              use turns = new Turns()
              let bench = bench turns
              asFastAsItCan bench short
              Expect.isTrue (until 30.0 (fun () -> not (bench.IsLearning || bench.IsBusy))) "it ends"
              let stimuli = Coefficients.Single(Image.FromScene 1)

              let trained =
                  Learner.Train(Circuit.Start(Potentials.PowerMixture, stimuli), stimuli, LearnerOptions(Steps = 2_000)).Circuit

              Expect.equal (gains (view bench).Circuit) (gains trained) "gains"
              let ks = Measure.Ks(trained.Respond(stimuli).R.Column 0, Targets.StandardGaussian)
              Expect.equal (view bench).Mark.Ks ks "KS"
              wait ((bench.DisposeAsync()).AsTask())
          }

          test "a pause shows the circuit of so many steps, and going on ends where no pause does" {
              use turns = new Turns()
              let bench = bench turns
              atPace 2_000 bench short
              Expect.isTrue (until 10.0 (fun () -> bench.State.Made > 200)) "it learns"
              wait (bench.PauseAsync())
              Expect.isGreaterThan bench.State.Made 200 "steps"
              Expect.isLessThan bench.State.Made 2_000 "steps"
              Expect.equal (gains (view bench).Circuit) (gains (learned bench.State)) "what so many steps come to"
              wait (bench.PaceAsync(Nullable()))
              wait (bench.StartAsync())
              Expect.isTrue (until 10.0 (fun () -> not (bench.IsLearning || bench.IsBusy))) "it ends"
              Expect.equal (gains (view bench).Circuit) (gains (learned (after 2_000 short))) "at the end"
              wait ((bench.DisposeAsync()).AsTask())
          }

          test "one step is one step" {
              use turns = new Turns()
              let bench = bench turns
              wait (bench.OpenAsync short)
              wait (bench.StepAsync())
              wait (bench.StepAsync())
              Expect.equal bench.State.Made 2 "steps"
              Expect.equal (gains (view bench).Circuit) (gains (learned (after 2 short))) "gains"
              wait (bench.ResetAsync())
              Expect.equal bench.State.Made 0 "after reset"
              wait ((bench.DisposeAsync()).AsTask())
          }

          test "contrast changed while it learns begins another phase from what was learned, and it adapts" {
              use turns = new Turns()
              let bench = bench turns
              atPace 20_000 bench (state [ phase "scene:1" 1.0 "gaussian" 200_000 ] 0)
              Expect.isTrue (until 20.0 (fun () -> bench.State.Made > 10_000)) "it learns"
              wait (bench.TurnAsync(phase "scene:1" 3.0 "gaussian" 20_000))
              Expect.equal bench.State.Phases.Length 2 "phases"
              Expect.isTrue bench.IsLearning "learns on"

              let before =
                  (Replay.Beginning(bench.State, store)).Respond(store.Load(bench.State, bench.State.Now)).R.Column 0

              let distance r = Measure.Ks(r, Targets.StandardGaussian)
              Expect.isGreaterThan (distance before) 0.05 "before it adapts"
              wait (bench.PaceAsync(Nullable()))
              Expect.isTrue (until 30.0 (fun () -> not (bench.IsLearning || bench.IsBusy))) "it ends"
              Expect.isLessThan (view bench).Mark.Ks 0.02 "adapted"
              Expect.equal (gains (view bench).Circuit) (gains (learned bench.State)) "a function of the state"
              wait ((bench.DisposeAsync()).AsTask())
          }

          test "what cannot be is said in a line, and what was there stays" {
              use turns = new Turns()
              let bench = bench turns
              wait (bench.OpenAsync short)
              let before = gains (view bench).Circuit
              wait (bench.TurnAsync(phase "scene:1" 1.0 "gausian" 10))
              Expect.stringContains (string bench.Problem) "there is no distribution" "target"
              wait (bench.TurnAsync(phase "image:0123456789ab-none.png" 1.0 "gaussian" 10))
              Expect.stringContains (string bench.Problem) "none.png" "file"
              wait (bench.OpenAnewAsync(ofPotential "log-cosh" "" short))
              Expect.isNotNull bench.Problem "a saturating potential without leak"
              Expect.isFalse ((string bench.Problem).Contains '\n') "one line"
              Expect.equal (gains (view bench).Circuit) before "stays"
              wait (bench.StepAsync())
              Expect.isNull bench.Problem "and goes on"
              wait ((bench.DisposeAsync()).AsTask())
          }

          test "pairs: mutual information falls, and the planes are drawn" {
              use turns = new Turns()
              let bench = bench turns
              asFastAsItCan bench (ofPrimaries 2 (state [ phase "scene:1" 1.0 "gaussian" 5_000 ] 0))
              let first = bench.History.Marks[0].Information
              Expect.isTrue (until 30.0 (fun () -> not (bench.IsLearning || bench.IsBusy))) "it ends"
              Expect.isLessThan (view bench).Mark.Information (0.7 * first) "information"

              Expect.isTrue
                  ((view bench).Plots
                   |> Seq.forall (fun plot -> plot.IsPlane && plot.Lines.Count > 0))
                  "planes"

              wait ((bench.DisposeAsync()).AsTask())
          }

          test "the response to a stimulus that is switched on ends at the response" {
              use turns = new Turns()
              let bench = bench turns

              for n, stimulus in [ 1, [| 1.5 |]; 2, [| 1.0; -0.5 |] ] do
                  wait (bench.OpenAnewAsync(ofPrimaries n short))
                  let onset = nonNull (bench.TransientOf stimulus)
                  let r = (view bench).Circuit.Respond(Grid(1, n, ReadOnlySpan stimulus)).R

                  for j in 0 .. n - 1 do
                      Expect.floatClose Accuracy.low (onset.R[onset.R.Rows - 1, j]) r[0, j] $"N = {n}"

              wait ((bench.DisposeAsync()).AsTask())
          }

          test "a bench that is closed stops within two seconds" {
              use turns = new Turns()
              let bench = bench turns
              asFastAsItCan bench (state [ phase "scene:1" 1.0 "gaussian" 100_000_000 ] 0)
              Expect.isTrue (until 10.0 (fun () -> bench.State.Made > 0)) "it learns"
              let clock = Diagnostics.Stopwatch.StartNew()
              wait ((bench.DisposeAsync()).AsTask())
              Expect.isLessThan clock.Elapsed.TotalSeconds 2.0 "stopped"
              let made = bench.State.Made
              Threading.Thread.Sleep 300
              Expect.equal bench.State.Made made "nothing moves"
          }

          test "twenty benches learn at once, each the same as alone, and none starves" {
              use turns = new Turns()
              let benches = [ for _ in 1..20 -> bench turns ]

              for bench in benches do
                  wait (bench.OpenAsync(state [ phase "scene:1" 1.0 "gaussian" 100_000_000 ] 0))
                  wait (bench.PaceAsync(Nullable()))

              Task.WaitAll [| for bench in benches -> bench.StartAsync() |]
              Expect.isTrue (until 20.0 (fun () -> benches |> List.forall (fun bench -> bench.State.Made > 20_000))) "all of them go on"
              let before = [ for bench in benches -> bench.State.Made ]
              Threading.Thread.Sleep 2_500

              let made =
                  List.map2 (fun (bench: Workbench) before -> float (bench.State.Made - before)) benches before

              Expect.isGreaterThan (List.min made) (0.1 * List.average made) "in turn"
              Task.WaitAll [| for bench in benches -> bench.PauseAsync() |]
              let one = List.last benches
              Expect.equal (gains (view one).Circuit) (gains (learned one.State)) "undisturbed"

              for bench in benches do
                  wait ((bench.DisposeAsync()).AsTask())
          } ]
