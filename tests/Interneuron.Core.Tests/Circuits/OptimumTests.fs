module Interneuron.Core.Tests.OptimumTests

open System
open System.Threading
open Expecto
open Interneuron.Core.Transport
open Interneuron.Core.Circuits

let private stimuli n count =
    // Heavy-tailed: Laplace quantiles times a normal size.
    let size = Initial.sampleTarget StandardGaussian 1 count 21

    Initial.sampleTarget Laplace n count 22
    |> Array.mapi (fun i x -> x * exp (0.3 * size[i / n]))

let private best (c: Circuit) (s: float array) =
    Optimum.gains ignore CancellationToken.None c (ReadOnlyMemory s)

let private create gains columns =
    Circuit.create Potentials.quadratic StandardGaussian 0.0 gains (gains |> Array.map (fun _ -> [||])) columns

[<Tests>]
let tests =
    testList
        "Optimum"
        [ testCase "gains of quadratic interneurons along the axes are deviations of the stimuli" (fun () ->
              // J = sum_a (E s_a^2/(2 g_a) + g_a/2), least at g_a^2 = E s_a^2; from gains a hundred times too small and too large.
              for n in [ 1; 2; 3 ] do
                  let s = stimuli n 3000

                  let deviation a =
                      sqrt (Seq.average (seq { for i in 0..2999 -> s[i * n + a] * s[i * n + a] }))

                  for gain in [ 0.01; 100.0 ] do
                      let c =
                          create (Array.create n gain) (Array.init n (fun a -> Array.init n (fun b -> if a = b then 1.0 else 0.0)))

                      let optimum = best c s
                      Expect.equal optimum.Ending Finished "finished"
                      let j = Seq.sum (seq { for a in 0 .. n - 1 -> deviation a })
                      // J is found to 1e-6 of itself at least, and the gains to the root of that.
                      Check.near 1e-6 0.0 optimum.J j $"J, N = {n}"
                      Check.near 1e-8 0.0 optimum.Start (Objective.value c s) $"J at the start, N = {n}"

                      optimum.Circuit.Gains
                      |> Array.iteri (fun a g -> Check.near 2e-3 0.0 g (deviation a) $"g, N = {n}"))

          testCase "an interneuron that only does harm ends at nothing" (fun () ->
              // Stimuli along the first axis alone, but for a trifle: what the second interneuron does at the target costs more than it
              // gives.
              let s = stimuli 2 2000 |> Array.mapi (fun i x -> if i % 2 = 0 then x else 1e-3 * x)

              let c =
                  create [| 1.0; 1.0; 1.0 |] [| [| 1.0; 0.0 |]; [| 0.0; 1.0 |]; [| sqrt 0.5; sqrt 0.5 |] |]

              let optimum = best c s
              Expect.isLessThan optimum.Circuit.Gains[2] 2e-3 "the third")

          testCase "no gains have a lower J: slopes vanish where gains do not, and are positive where they do" (fun () ->
              for n, k in [ 1, 40; 2, 48; 3, 60 ] do
                  let s = stimuli n 2000

                  let c =
                      Initial.circuit Potentials.thresholdLinear StandardGaussian 0.0 n k (float n) 3

                  let optimum = best c s
                  let j, slopes = Objective.valueAndGainGradient optimum.Circuit s
                  Check.near 1e-8 0.0 optimum.J j "J"
                  // J is convex: J(g) - J(h) <= dJ/dg . (g - h), for any h whose gains are at most ten times as large.
                  let lower =
                      Array.fold2
                          (fun total g slope -> total + (if slope > 0.0 then slope * g else -slope * 9.0 * g))
                          0.0
                          optimum.Circuit.Gains
                          slopes

                  Expect.isLessThan lower (1e-4 * j) $"N = {n}, K = {k}"
                  Expect.isLessThanOrEqual optimum.Left (1e-6 * j) "what is left")

          testCase "many stimuli lead to the same gains as all of them at once from elsewhere" (fun () ->
              // More than two parts: descents on parts first, and none where the start is nearly the best.
              let s = stimuli 1 60_000
              let c = Initial.circuit Potentials.thresholdLinear StandardGaussian 0.0 1 40 1.0 3
              let optimum = best c s
              let again = best optimum.Circuit s
              Expect.isLessThan optimum.J optimum.Start "J fell"
              Check.near 1e-6 0.0 again.J optimum.J "again"
              Check.near 1e-6 0.0 again.Start optimum.J "from there")

          testCase "a stimulus without a response is said, with the gains as they were" (fun () ->
              let c = create [| 1.0 |] [| [| 1.0 |] |]
              let optimum = best c [| 1.0; nan; 0.5 |]
              Expect.equal optimum.Ending (NoResponse 1) "row"
              Expect.equal optimum.Circuit.Gains c.Gains "gains")

          testCase "progress runs to a hundred; cancelling leaves the best gains so far" (fun () ->
              let s = stimuli 2 3000

              let c =
                  Initial.circuit Potentials.saturatingThreshold StandardGaussian 0.0 2 96 2.0 1

              let reports = ResizeArray<Progress>()
              Optimum.gains reports.Add CancellationToken.None c (ReadOnlyMemory s) |> ignore
              Expect.equal (Seq.last reports).Step 100 "the end"
              Expect.isTrue (reports |> Seq.pairwise |> Seq.forall (fun (a, b) -> a.Step <= b.Step)) "forward"
              use source = new CancellationTokenSource()

              let optimum =
                  Optimum.gains
                      (fun at ->
                          if at.Step > 20 then
                              source.Cancel())
                      source.Token
                      c
                      (ReadOnlyMemory s)

              Expect.equal optimum.Ending Interrupted "interrupted"
              Expect.isLessThan (Objective.value optimum.Circuit s) (Objective.value c s) "better than the start")

          testCase "learning ends at the optimum where that is asked for, whatever it began with" (fun () ->
              let s = stimuli 2 3000
              let c = Initial.circuit Potentials.thresholdLinear StandardGaussian 0.0 2 32 2.0 1

              let learn steps =
                  Learner.train
                      { Learner.defaultsFor c.Potential with
                          Steps = steps
                          BatchOptimum = true }
                      ignore
                      CancellationToken.None
                      c
                      s

              let least = (best c s).J

              for steps in [ 0; 300 ] do
                  let trained = learn steps
                  Expect.equal (trained.Ending, trained.Steps) (Finished, steps) "all steps"
                  Check.near 2e-6 0.0 (Objective.value trained.Circuit s) least $"{steps} steps"

              Expect.throws
                  (fun () ->
                      Learner.train
                          { Learner.defaultsFor c.Potential with
                              BatchOptimum = true
                              Learns =
                                  { Gains = 0.0
                                    Parameters = 1.0
                                    Synapses = 0.0 } }
                          ignore
                          CancellationToken.None
                          c
                          s
                      |> ignore)
                  "gains that do not learn") ]
