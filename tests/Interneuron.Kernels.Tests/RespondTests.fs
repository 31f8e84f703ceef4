module Interneuron.Kernels.Tests.RespondTests

open System
open Expecto
open Interneuron.Kernels
open Interneuron.Kernels.TestPotentials
open Interneuron.Kernels.Tests.Circuits

[<Tests>]
let tests =
    testList
        "Respond"
        [ for n in [ 1; 2; 3; 5; 8; 17 ] do
              for name, engine, potential, c in kinds n do
                  for width in widths do
                      testCase $"{name}, N = {n}, {width} lanes: every sample is a fixed point of the naive circuit"
                      <| fun () ->
                          let s = heavy (10 * n) (100 * n)
                          let r, outcome = respond (engine width) c s
                          Expect.isTrue outcome.IsConverged $"{outcome}"
                          // 1e-10 is asked for; the naive sums of up to 200 terms round differently by some 1e-13.
                          Array.iter2
                              (fun s r -> Expect.isLessThan (Naive.residual potential c s r) 1.01e-10 "residual")
                              (Naive.rows n s)
                              (Naive.rows n r)

          for n in [ 1; 2; 3 ] do
              testCase $"a batch of any length answers each sample as if it were alone, N = {n}"
              <| fun () ->
                  let c = circuit 7 n (2 * n + 1) 0.0 (fun _ -> 0.2) (fun _ -> 2.3) 1
                  let s = heavy 70 (27 * n)

                  for width in widths do
                      let engine = Engine<PowerMixture> width
                      let alone = Naive.rows n s |> Array.collect (fun s -> fst (respond engine c s))

                      for length in 1..27 do
                          let r, _ = respond engine c (Array.sub s 0 (length * n))
                          // Both are within 1e-10 of the fixed point in s; r(s) has slopes up to about 30 near zero.
                          closeAll 1e-8 r (Array.sub alone 0 (length * n)) $"{width}, length {length}"

          for n in [ 1; 2; 4 ] do
              testCase $"any number of threads gives the same bits, N = {n}"
              <| fun () ->
                  let c = circuit 8 n (2 * n) 0.0 (fun _ -> 0.2) (fun _ -> 2.3) 1
                  let s = heavy 80 (2100 * n)
                  let engine = Engine<PowerMixture>()

                  let run threads =
                      let r = Array.zeroCreate s.Length

                      let outcome =
                          engine.Respond(c, ReadOnlyMemory s, Memory r, ResponseOptions(Threads = threads))

                      Expect.isTrue outcome.IsConverged "converged"
                      r

                  let one = run 1
                  Expect.equal (run 2) one "two threads"
                  Expect.equal (run 7) one "seven threads"
                  Expect.equal (run -1) one "all cores"

          for width in widths do
              testCase $"extreme stimuli converge, {width} lanes"
              <| fun () ->
                  let s = [| 0.0; 1e-300; -1e-12; 1e3; -1e5; 1e8 |]

                  for theta in [ 1.0; 2.0; 3.0 ] do
                      let c = circuit 9 1 2 0.0 (fun _ -> 0.2) (fun _ -> theta) 1
                      let r, outcome = respond (Engine<PowerMixture> width) c s
                      Expect.isTrue outcome.IsConverged $"theta {theta}: {outcome}"

                      for s, r in Array.zip s r do
                          // The documented floor of the tolerance: 16 roundings of |s|, and as many in the naive sum.
                          let tolerance = max 1e-10 (32.0 * 2.3e-16 * abs s)
                          Expect.isLessThanOrEqual (Naive.residual Naive.powerMixture c [| s |] [| r |]) tolerance $"s = {s}"

              testCase $"populations of one-sided thresholds do not cycle between pieces, {width} lanes"
              <| fun () ->
                  for seed in 1..20 do
                      let gains = normal seed 40

                      let c =
                          circuit seed 1 40 0.0 (fun i -> exp (3.0 * gains[i] - 3.0)) (fun i -> 0.1875 * float (i / 2)) 1

                      let s = heavy seed 200
                      let r, outcome = respond (Engine<ThresholdLinear> width) c s
                      Expect.isTrue outcome.IsConverged $"{outcome}"

                      Array.iter2
                          (fun s r -> Expect.isLessThan (Naive.residual Naive.thresholdLinear c [| s |] [| r |]) 1.01e-10 "residual")
                          s
                          r

              testCase $"stimuli that are not finite are reported and do not disturb their neighbours, {width} lanes"
              <| fun () ->
                  for n in [ 1; 2; 3 ] do
                      let c = circuit 11 n (2 * n) 0.0 (fun _ -> 0.2) (fun _ -> 2.3) 1
                      let s = heavy 110 (40 * n)
                      let clean, _ = respond (Engine<PowerMixture> width) c s
                      s[13 * n] <- nan
                      s[17 * n + n - 1] <- infinity
                      let r, outcome = respond (Engine<PowerMixture> width) c s
                      Expect.equal outcome.Failures 2 "two failures"
                      Expect.equal outcome.FirstFailure 13 "the first"
                      Expect.isTrue (Double.IsNaN outcome.Residual) "its residual"

                      let others (x: float array) =
                          Naive.rows n x
                          |> Array.indexed
                          |> Array.filter (fun (j, _) -> j <> 13 && j <> 17)
                          |> Array.collect snd

                      closeAll 1e-8 (others r) (others clean) "neighbours"

              testCase $"a stimulus beyond a saturating circuit without leak is reported with its residual, {width} lanes"
              <| fun () ->
                  // Outputs sum to at most g/theta in each direction: 1/2 + 1/2 here.
                  let c = circuit 12 1 2 0.0 (fun _ -> 1.0) (fun _ -> 2.0) 1
                  let s = [| 0.3; -0.9; 1.5; 0.2; -3.0 |]
                  let r, outcome = respond (Engine<LogCosh> width) c s
                  Expect.equal outcome.Failures 2 "two failures"
                  Expect.equal outcome.FirstFailure 2 "the first"
                  close 1e-6 outcome.Residual 0.5 "what is out of reach"
                  Expect.isLessThan (Naive.residual Naive.logCosh c [| s[1] |] [| r[1] |]) 1.01e-10 "its neighbour"

          testCase "residuals and counts come with the responses"
          <| fun () ->
              let c = circuit 13 2 3 0.0 (fun _ -> 0.2) (fun _ -> 2.3) 1
              let s = heavy 130 2000
              let r = Array.zeroCreate s.Length
              let residuals = Array.create 1000 nan
              let evaluations = Array.zeroCreate 1000

              Engine<PowerMixture>().Respond(c, ReadOnlyMemory s, Memory r, ResponseOptions(Tolerance = 1e-9), residuals, evaluations)
              |> ignore

              Expect.isTrue (residuals |> Array.forall (fun e -> e <= 1e-9)) "residuals"
              Expect.isTrue (evaluations |> Array.forall (fun n -> n >= 1 && n < 40)) "evaluations"

          testCase "no samples are no trouble"
          <| fun () ->
              let c = circuit 14 2 3 0.0 (fun _ -> 0.2) (fun _ -> 2.3) 1
              Expect.isTrue (snd (respond (Engine<PowerMixture>()) c [||])).IsConverged "converged"

          testCase "lengths that do not fit are refused"
          <| fun () ->
              let c = circuit 15 2 3 0.0 (fun _ -> 0.2) (fun _ -> 2.3) 1
              let engine = Engine<PowerMixture>()

              let run s r =
                  engine.Respond(c, ReadOnlyMemory(Array.zeroCreate<float> s), Memory(Array.zeroCreate<float> r), ResponseOptions())
                  |> ignore

              Expect.throwsT<ArgumentException> (fun () -> run 3 3) "half a row"
              Expect.throwsT<ArgumentException> (fun () -> run 4 6) "another length"
              let plain = circuit 15 2 3 0.0 (fun _ -> 0.2) (fun _ -> 0.0) 0
              Expect.throwsT<ArgumentException> (fun () -> respond engine plain [| 1.0; 2.0 |] |> ignore) "another potential's parameters"

          testCase "an engine is made from a kernel's type"
          <| fun () ->
              let c = circuit 16 1 1 0.0 (fun _ -> 0.2) (fun _ -> 2.3) 1
              let made, _ = respond (Engine.Create typeof<PowerMixture>) c [| 1.0; -2.0 |]
              let direct, _ = respond (Engine<PowerMixture>()) c [| 1.0; -2.0 |]
              Expect.equal made direct "the same"
              Expect.throwsT<ArgumentException> (fun () -> Engine.Create typeof<int> |> ignore) "not a kernel" ]
