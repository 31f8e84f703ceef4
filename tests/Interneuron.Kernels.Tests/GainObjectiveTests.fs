module Interneuron.Kernels.Tests.GainObjectiveTests

open System
open System.Threading
open Expecto
open Interneuron.Kernels
open Interneuron.Kernels.TestPotentials
open Interneuron.Kernels.Tests.Circuits

let private evaluate (objective: GainObjective) (gains: float array) =
    let slopes = Array.zeroCreate gains.Length
    let mutable j = 0.0

    let outcome =
        objective.Evaluate(ReadOnlySpan gains, Span slopes, &j, CancellationToken.None)

    Expect.isTrue outcome.IsConverged "converged"
    j, slopes

[<Tests>]
let tests =
    testList
        "GainObjective"
        [ for n in [ 1; 2; 3; 6 ] do
              for width in widths do
                  testCase $"value and slopes are those of a batch, and the curvature is the difference of slopes (N = {n}, {width} lanes)"
                  <| fun () ->
                      // More samples than a tile, and not a multiple of the lanes.
                      let samples = 301
                      let c = circuit 32 n (n + 9) 0.1 (fun _ -> 0.3) (fun i -> 2.25 + 0.02 * float i) 1
                      let s = heavy 33 (samples * n)
                      let target = cloud (normal 34 (40 * n)) (Array.create 40 (1.0 / 40.0)) n
                      let engine = Engine<PowerMixture> width
                      let batch = Gradient c
                      Expect.isTrue (engine.Gradient(c, target, ReadOnlySpan s, batch)).IsConverged "converged"
                      let gains = Array.copy c.Gains
                      let objective = engine.Gains(c, target, ReadOnlyMemory s)
                      let j, slopes = evaluate objective gains
                      // Sums in another order, of responses to 1e-10.
                      close 1e-9 j (batch.Dual + batch.TargetPotential) "J"
                      Array.iter2 (fun slope minus -> close 1e-8 slope -minus "slope") slopes batch.Gains
                      objective.Accept()

                      let curvature =
                          objective.Curvature(
                              ReadOnlyMemory(Array.init samples id),
                              ReadOnlyMemory(Array.create samples (1.0 / float samples)),
                              CancellationToken.None
                          )

                      let k = gains.Length

                      for i in 0 .. k - 1 do
                          let at h =
                              snd (evaluate objective (Array.mapi (fun m g -> if m = i then g + h else g) gains))

                          let h = 1e-4
                          let above, below = at h, at -h

                          for m in 0 .. k - 1 do
                              // h^2 times a third derivative of some tens, and 1e-9 of the responses over h.
                              let expected = (above[m] - below[m]) / (2.0 * h)
                              Expect.isLessThan (abs (curvature[i * k + m] - expected)) (1e-4 * (1.0 + abs expected)) $"{i}, {m}"
                              Expect.equal curvature[i * k + m] curvature[m * k + i] "symmetric"

          testCase "rows and weights are a part of the stimuli"
          <| fun () ->
              let n, samples = 2, 90
              let c = circuit 32 n 7 0.1 (fun _ -> 0.3) (fun i -> 2.25 + 0.02 * float i) 1
              let s = heavy 35 (samples * n)
              let target = cloud (normal 34 (40 * n)) (Array.create 40 (1.0 / 40.0)) n
              let engine = Engine<PowerMixture>()

              let curvature (s: float array) rows weights =
                  let objective = engine.Gains(c, target, ReadOnlyMemory s)
                  evaluate objective (Array.copy c.Gains) |> ignore
                  objective.Accept()
                  objective.Curvature(ReadOnlyMemory rows, ReadOnlyMemory weights, CancellationToken.None)

              let part = Array.append s[20..39] s[80..119]

              let ofPart =
                  curvature part (Array.init 30 id) (Array.init 30 (fun j -> if j < 10 then 0.05 else 0.025))

              let ofAll =
                  curvature s (Array.append [| 10..19 |] [| 40..59 |]) (Array.init 30 (fun j -> if j < 10 then 0.05 else 0.025))

              Array.iter2 (fun a b -> close 1e-8 a b "curvature") ofPart ofAll

          testCase "a stimulus without a response is named"
          <| fun () ->
              let c = circuit 32 1 3 0.1 (fun _ -> 0.3) (fun i -> 2.25 + 0.02 * float i) 1
              let target = cloud (normal 34 40) (Array.create 40 (1.0 / 40.0)) 1

              let objective =
                  Engine<PowerMixture>().Gains(c, target, ReadOnlyMemory [| 1.0; -0.5; nan; 2.0 |])

              let mutable j = 0.0

              let outcome =
                  objective.Evaluate(ReadOnlySpan(Array.copy c.Gains), Span(Array.zeroCreate 3), &j, CancellationToken.None)

              Expect.equal (outcome.Failures, outcome.FirstFailure) (1, 2) "row 2"
              Expect.isTrue (Double.IsNaN j) "no J" ]
