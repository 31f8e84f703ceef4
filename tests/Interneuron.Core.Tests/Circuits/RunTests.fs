module Interneuron.Core.Tests.RunTests

open System
open System.Threading
open Expecto
open Interneuron.Core.Transport
open Interneuron.Core.Circuits

let private gaussian n count seed =
    Initial.sampleTarget StandardGaussian n count seed

let private refused (action: unit -> unit) =
    try
        action ()
        failtest "not refused"
    with :? ArgumentException as error ->
        error.Message

[<Tests>]
let tests =
    testList
        "Run"
        [ testCase "the memory of a run is that of its parts" (fun () ->
              let bytes = Footprint.ofLearning
              // 480 interneurons of a pair in batches of 10: a hundred snapshots of 480 x (1 + 2 + 2) numbers and two arrays for each
              // interneuron, 5 MB.
              Expect.isGreaterThan (bytes 2 480 2 10) 4e6 "least"
              Expect.isLessThan (bytes 2 480 2 10) 2e7 "most"
              Expect.isGreaterThan (bytes 1 Int32.MaxValue 1 10) 1e12 "every interneuron"
              Expect.isGreaterThan (bytes 1 1 1 Int32.MaxValue) 3e10 "every drawn stimulus"
              Expect.isGreaterThan (bytes 1_000_000 2 1 10) 1e13 "a Hessian of N x N")

          testCase "a run beyond the limit is refused with the figures, before anything is made" (fun () ->
              let message = refused (fun () -> Footprint.require 1e9 2 2_000_000 1 10)
              Expect.stringContains message "2000000 interneurons of 2 primary neurons" "what"
              Expect.stringContains message "GB of memory; the limit here is 1.0 GB" "how much"
              Footprint.require 1e9 2 480 2 10

              refused (fun () -> Initial.population Potentials.quadratic 1 Int32.MaxValue 1 |> ignore)
              |> ignore)

          testCase "a default number of interneurons that cannot be counted is refused" (fun () ->
              let message =
                  refused (fun () -> Initial.defaultCount Potentials.quadratic 1_000_000 |> ignore)

              Expect.stringContains message "1000000 primary neurons ask for 500000500000 interneurons" "message"
              Expect.equal (Initial.defaultCount Potentials.quadratic 50) 1275 "N = 50")

          testCase "twenty thousand interneurons take no matrix of K x K" (fun () ->
              // Its decomposition would take 6.4 GB.
              let k = 20_000
              let columns = [| for i in 0 .. k - 1 -> let a = float i in [| cos a; sin a |] |]

              let c =
                  Circuit.create Potentials.quadratic StandardGaussian 0.0 (Array.create k 1e-4) (Array.replicate k [||]) columns

              Expect.equal c.Interneurons k "K")

          testCase "columns that span all but one direction are refused, also nearly parallel ones" (fun () ->
              let plane angle height = [| cos angle; sin angle; height |]

              let create columns =
                  Circuit.create
                      Potentials.quadratic
                      StandardGaussian
                      0.0
                      (Array.create (Array.length columns) 1.0)
                      (Array.replicate columns.Length [||])
                      columns
                  |> ignore

              refused (fun () -> create [| for i in 0..9 -> plane (float i) 0.0 |]) |> ignore
              let tilt = 1e-5
              create [| for i in 0..9 -> let x = plane (float i) (if i = 9 then tilt else 0.0) in x |])

          for n, k in [ 1, 1; 2, 480; 40, 80 ] do
              testCase $"a run of two billion steps ends soon after it is cancelled (N = {n}, K = {k})" (fun () ->
                  let potential =
                      if k = 480 then
                          Potentials.saturatingThreshold
                      else
                          Potentials.quadratic

                  let s = gaussian n 3000 61
                  let start = Initial.circuit potential StandardGaussian 0.0 n k (float n) 1
                  use source = new CancellationTokenSource()
                  let clock = Diagnostics.Stopwatch()
                  use _ = source.Token.Register(fun () -> clock.Start())
                  let reports = ResizeArray<int>()

                  let trained =
                      Learner.train
                          { Learner.defaultsFor potential with
                              Steps = Int32.MaxValue }
                          (fun at ->
                              if reports.Count = 0 then
                                  source.CancelAfter 100

                              reports.Add at.Step)
                          source.Token
                          start
                          s

                  Expect.equal trained.Ending Interrupted "ending"
                  Expect.isLessThan trained.Steps (Int32.MaxValue / 100) "long before the first hundredth"
                  // A second where nobody else is at work.
                  Expect.isLessThan clock.Elapsed.TotalSeconds 30.0 "seconds"
                  Expect.equal reports[0] 0 "the first report"
                  Expect.equal (Seq.last reports) trained.Steps "the last")

          testCase "a run that is cancelled before it begins says that it made no step" (fun () ->
              let start = Initial.circuit Potentials.powerMixture StandardGaussian 0.0 1 1 1.0 1

              let trained =
                  Learner.train (Learner.defaultsFor Potentials.powerMixture) ignore (CancellationToken true) start (gaussian 1 100 62)

              Expect.equal (trained.Steps, trained.Ending) (0, Interrupted) "steps")

          testCase "a run is the same in whatever pieces it is made" (fun () ->
              let s = gaussian 1 1000 63
              let start = Initial.circuit Potentials.powerMixture StandardGaussian 0.0 1 1 1.0 1

              let settings =
                  { Learner.defaultsFor Potentials.powerMixture with
                      Steps = 20_050 }

              let run wait =
                  let trained =
                      Learner.train settings (fun _ -> Thread.Sleep(wait: int)) CancellationToken.None start s

                  trained.Circuit.Gains, trained.Circuit.Theta, [ for at in trained.Trajectory -> at.Step ]

              let gains, theta, steps = run 0
              Expect.equal (run 2) (gains, theta, steps) "again"
              Expect.equal steps ([ 0..200..20_000 ] @ [ 20_050 ]) "snapshots")

          testCase "a target that asks for infinite J is told" (fun () ->
              let target = Target.ofSamples 1 (Array.append (gaussian 1 74 64) [| 1e200 |])
              let start = Initial.circuit Potentials.quadratic StandardGaussian 0.0 1 1 1.0 1

              let start =
                  Circuit.create Potentials.quadratic target 0.0 start.Gains start.Theta start.W

              let trained =
                  Learner.train (Learner.defaultsFor Potentials.quadratic) ignore CancellationToken.None start (gaussian 1 500 65)

              Expect.equal trained.Ending Diverged "ending"
              Expect.isTrue (Double.IsFinite trained.Circuit.Gains[0]) "the circuit")

          for seed in [ 1; 2; 3 ] do
              testCase $"stimuli without a variance are learned from to the end, seed {seed}" (fun () ->
                  // Cauchy: the quotient of two normal variables; the largest of 40,000 is about 25,000. Without a bound an outlier turns
                  // all synapses into its direction, and the stimulus across it has no response.
                  let s = Array.map2 (/) (gaussian 2 20_000 66) (gaussian 2 20_000 67)
                  let power = Array.sumBy (fun x -> x * x) s / 20_000.0
                  let start = Initial.circuit Potentials.powerMixture StandardGaussian 0.0 2 3 power 1

                  let trained =
                      Learner.train
                          { Learner.defaultsFor Potentials.powerMixture with
                              Seed = seed
                              Steps = 20_000 }
                          ignore
                          CancellationToken.None
                          start
                          s

                  Expect.equal (trained.Ending, trained.Steps) (Finished, 20_000) "ending") ]
