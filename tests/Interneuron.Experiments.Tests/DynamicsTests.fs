module Interneuron.Experiments.Tests.DynamicsTests

open System.IO
open System.Threading
open Expecto
open Interneuron.Core.Transport
open Interneuron.Core.Circuits
open Interneuron.Experiments
open Interneuron.Experiments.Tests.Tools
open Interneuron.Core.Files

/// N primary neurons, each with a quadratic interneuron of its own gain.
let private linear (gains: float list) =
    let n = gains.Length

    let axis i =
        Array.init n (fun j -> if i = j then 1.0 else 0.0)

    Circuit.create Potentials.quadratic StandardGaussian 0.0 (Array.ofList gains) (Array.create n [||]) (Array.init n axis)

[<Tests>]
let tests =
    testList
        "Dynamics"
        [ testCase "a linear circuit settles after ln(100)/eigenvalue"
          <| fun () ->
              for gain in [ 0.2; 1.0; 5.0 ] do
                  let settling = Dynamics.settle (linear [ gain ]) [| 3.0 |]
                  Expect.floatClose Accuracy.high settling.FixedPoint[0] (3.0 / gain) "fixed point"
                  Expect.floatClose Accuracy.high settling.Eigenvalue gain "eigenvalue"
                  // The logarithm of the distance is a line, so interpolation between two times of the solver (tolerance 1e-9, of a
                  // hundredth) keeps six digits.
                  let expected = Dynamics.linearTime gain
                  Expect.isLessThan (abs (settling.Time - expected)) (1e-6 * expected) $"g = {gain}"

          testCase "of two neurons the slower one decides"
          <| fun () ->
              let settling = Dynamics.settle (linear [ 0.5; 4.0 ]) [| 0.5; 4.0 |]
              Expect.equal settling.Eigenvalue 0.5 "least eigenvalue"
              // Both responses go to 1: |r - r*|/|r*| is e^(-t/2)/sqrt 2 as soon as the fast one, e^(-4t), has died out.
              let expected = log (100.0 / sqrt 2.0) / 0.5
              Expect.isLessThan (abs (settling.Time - expected)) (1e-3 * expected) "time"

          testCase "no stimulus, no settling"
          <| fun () ->
              refuses "the stimulus is zero, so the response is at its fixed point from the start" (fun () ->
                  Dynamics.settle (linear [ 1.0 ]) [| 0.0 |] |> ignore)

          testCase "both circuits learn, every response ends near its fixed point, and everything is saved"
          <| fun () ->
              inFolder (fun folder ->
                  let result =
                      Dynamics.run
                          { Dynamics.standard with
                              Source = Source.Image(picture 64 folder)
                              Learning = brief }
                          ignore
                          CancellationToken.None

                  Expect.equal (result.Single.Circuit.Primaries, result.Pair.Circuit.Primaries) (1, 2) "one and two"

                  for settling in result.OfSingle @ result.OfPair do
                      let last = Array.last settling.Transient.Responses
                      let norm (v: float array) = sqrt (Array.sumBy (fun x -> x * x) v)
                      let away = norm (Array.map2 (-) last settling.FixedPoint) / norm settling.FixedPoint
                      Expect.isLessThanOrEqual away 0.01 "within 1 %"
                      Expect.isGreaterThan settling.Time 0.0 "time"

                  let times = result.OfSingle |> List.map _.Time
                  Expect.isGreaterThan times.Head (List.last times) "small stimuli take longer"
                  let out = Path.Combine(folder, "out")
                  Dynamics.experiment.Save false out result |> ignore

                  Expect.equal
                      (filesIn out)
                      [ "dynamics.caption.md"
                        "dynamics.pdf"
                        "dynamics.png"
                        "dynamics.svg"
                        "result.json" ]
                      "files"

                  isDrawn (Path.Combine(out, "dynamics.png")) (Dynamics.figure result)
                  Expect.hasLength (Dynamics.toTable result) 9 "the header, six stimuli and two gaps")

          testCase "an array is refused"
          <| fun () ->
              refuses "s.npy: is an array; this experiment takes single coefficients and pairs from a picture." (fun () ->
                  Dynamics.run
                      { Dynamics.standard with
                          Source = Source.Input "s.npy" }
                      ignore
                      CancellationToken.None
                  |> ignore) ]
