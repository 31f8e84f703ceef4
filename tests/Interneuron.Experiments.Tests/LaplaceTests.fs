module Interneuron.Experiments.Tests.LaplaceTests

open System
open System.IO
open System.Threading
open Expecto
open Interneuron.Statistics
open Interneuron.Core.Transport
open Interneuron.Stimuli
open Interneuron.Experiments
open Interneuron.Experiments.Tests.Tools
open Interneuron.Core.Files

let private settings folder : Laplace.Settings =
    let path = Path.Combine(folder, "pairs.npy")
    Npy.writeGrid path (stimuli 2 3000 2)

    { Laplace.standard with
        Source = Source.Input path
        Steps = Some 5000 }

[<Tests>]
let tests =
    testList
        "Laplace"
        [ testCase "what the targets subtract across w: for theta = 3, fourth moments say how much"
          <| fun () ->
              // f = a z + b z^3 with b = exp(3^2.32 - 6). E r_1 z^3 = m w_1^3 + 3 w_1 w_2^2 with the fourth moment m = 6 of a Laplace
              // coordinate, 3 of a Gaussian one; across w that leaves (m - 3) w_1 w_2 (w_2^2 - w_1^2) = -(m - 3)/4 sin 4 phi.
              let b = exp (3.0 ** 2.32 - 6.0)
              let angles = [ 0.0; 10.0; 22.5; 45.0; 77.0; 90.0 ]

              for target, m in [ Laplace, 6.0; StandardGaussian, 3.0 ] do
                  for angle, found in List.zip angles (Laplace.across target 3.0 angles) do
                      let expected = -b * (m - 3.0) / 4.0 * sin (4.0 * angle * Math.PI / 180.0)
                      // The quadrature leaves out what lies beyond its reach; b is 890, and the terms that cancel are some b.
                      Expect.isLessThan (abs (found - expected)) (1e-6 * b) $"{Target.name target}, {angle} degrees"

          testCase "responses come near the Laplace distribution along coordinates and diagonals"
          <| fun () ->
              inFolder (fun folder ->
                  let result = Laplace.run (settings folder) ignore CancellationToken.None
                  Expect.equal (result.Runs |> List.map (fun run -> Target.name run.Target)) [ "laplace"; "gaussian" ] "targets"

                  for run in result.Runs do
                      Expect.equal (run.Trained.Circuit.Target, run.Trained.Circuit.Interneurons) (run.Target, 3) "the model's circuit"
                      let s = heavyTailed 2 3000 2

                      let raw a =
                          Ks.toTarget (Target.cdf run.Target) [| for i in 0..2999 -> s[2 * i + a] |]

                      for a in 0..1 do
                          Expect.isLessThan run.Ks[a] (0.8 * raw a) $"{Target.name run.Target}, coordinate {a + 1}"
                          // Chance of 3,000 pairs is 0.02; stimuli are at 0.1 and more.
                          Expect.isLessThan run.DiagonalKs[a] 0.08 $"{Target.name run.Target}, diagonal {a + 1}"

                  let out = Path.Combine(folder, "out")
                  Laplace.experiment.Save false out result |> ignore

                  Expect.equal
                      (filesIn out)
                      [ "laplace.caption.md"
                        "laplace.pdf"
                        "laplace.png"
                        "laplace.svg"
                        "result.json" ]
                      "files"

                  isDrawn (Path.Combine(out, "laplace.png")) (Laplace.figure result)
                  Expect.hasLength (Laplace.toTable result) 3 "the header and a line a target")

          testCase "a stop leaves the target so far"
          <| fun () ->
              inFolder (fun folder ->
                  let report, token = stopsAtOnce ()
                  let stopped = Laplace.run (settings folder) report token
                  Expect.hasLength stopped.Runs 1 "one target"
                  Expect.isGreaterThan (Figure.toPng (Laplace.figure stopped)).Length 1000 "drawn") ]
