module Interneuron.Experiments.Tests.GaussianiseTests

open System.IO
open System.Text.Json
open System.Threading
open Expecto
open Interneuron.Statistics
open Interneuron.Core.Transport
open Interneuron.Core.Circuits
open Interneuron.Core.Files
open Interneuron.Derivation.Rules
open Interneuron.Stimuli
open Interneuron.Experiments
open Interneuron.Experiments.Tests.Tools

let private run source learning : Gaussianise.Result =
    Gaussianise.run { Source = source; Learning = learning } ignore CancellationToken.None

/// A run on an array of 3,000 heavy-tailed numbers.
let private onArray folder learning =
    let path = Path.Combine(folder, "s.npy")
    Npy.writeGrid path (stimuli 2 3000 1)
    run (Source.Input path) learning

[<Tests>]
let tests =
    testList
        "Gaussianise"
        [ testCase "the result measures the circuit it carries"
          <| fun () ->
              inFolder (fun folder ->
                  let result = onArray folder { brief with Steps = Some 5000 }
                  let s = heavyTailed 2 3000 1
                  Expect.equal result.Responses (Response.solve result.Trained.Circuit s).R "responses"
                  Expect.equal result.Ks (Ks.toTarget StandardNormal.cdf result.Responses) "KS"
                  Expect.equal result.StimulusKurtosis (Moments.kurtosis s) "kurtosis of stimuli"
                  Expect.equal result.ResponseKurtosis (Moments.kurtosis result.Responses) "kurtosis of responses"
                  Expect.floatClose Accuracy.high result.TransportGap (Objective.transportGap result.Trained.Circuit s) "gap"
                  Expect.isLessThan result.ResponseKurtosis (0.5 * result.StimulusKurtosis) "learned")

          testCase "everything is saved, and the circuit in the file gives the responses in the file"
          <| fun () ->
              inFolder (fun folder ->
                  let result = onArray folder brief
                  let out = Path.Combine(folder, "new", "out")
                  let paths = Gaussianise.experiment.Save false out result

                  let names =
                      [ "circuit.json"
                        "gaussianise.caption.md"
                        "gaussianise.pdf"
                        "gaussianise.png"
                        "gaussianise.svg"
                        "responses.npy"
                        "result.json" ]

                  Expect.equal (filesIn out) names "files"
                  Expect.equal (paths |> List.map (fun path -> string (Path.GetFileName path)) |> List.sort) names "paths"
                  let circuit = (CircuitFile.read (Path.Combine(out, "circuit.json"))).Circuit
                  let shape, responses = Npy.read (Path.Combine(out, "responses.npy"))
                  Expect.equal shape [ 3000; 1 ] "shape"
                  Expect.equal responses (Response.solve circuit (heavyTailed 2 3000 1)).R "responses")

          testCase "the JSON has these members, in this order"
          <| fun () ->
              inFolder (fun folder ->
                  let line = Json.toLine (Gaussianise.toJson (onArray folder brief))
                  use document = JsonDocument.Parse line
                  let names = [ for p in document.RootElement.EnumerateObject() -> p.Name ]

                  Expect.equal
                      names
                      [ "image"
                        "scene"
                        "input"
                        "samples"
                        "measured"
                        "potential"
                        "target"
                        "leak"
                        "interneurons"
                        "rule"
                        "schedule"
                        "learn"
                        "steps"
                        "batch"
                        "seed"
                        "steps_made"
                        "g"
                        "theta"
                        "W"
                        "ks"
                        "w2"
                        "kurtosis"
                        "alpha"
                        "beta"
                        "zeros"
                        "j"
                        "transport_gap"
                        "gain_gap"
                        "train_seconds"
                        "samples_per_second" ]
                      "members")

          testCase "stimuli of which the first two hundred are zero are learned from and drawn, and the zeros are said"
          <| fun () ->
              inFolder (fun folder ->
                  let path = Path.Combine(folder, "s.npy")
                  Npy.write path [ 3000 ] (heavyTailed 2 3000 1 |> Array.mapi (fun i x -> if i < 200 then 0.0 else x))
                  let result = run (Source.Input path) brief
                  Expect.hasLength (Gaussianise.experiment.Save false folder result) 7 "saved"
                  Expect.floatClose Accuracy.high result.Fit.Zeros (200.0 / 3000.0) "zeros"
                  let said = Gaussianise.toTable result |> List.map snd |> String.concat " "
                  Expect.stringContains said "6.67 % of the stimuli are zero" "said")

          testCase "of many stimuli a part is measured, evenly from all; the responses saved are those to all"
          <| fun () ->
              inFolder (fun folder ->
                  let path = Path.Combine(folder, "s.npy")
                  let s = heavyTailed 2 300_000 1
                  Npy.write path [ 300_000 ] s
                  let result = run (Source.Input path) brief
                  Expect.hasLength result.Responses 262_144 "measured"
                  Expect.equal result.StimulusKurtosis (Moments.kurtosis (Samples.evenly 1 262_144 s)) "evenly"
                  let said = Gaussianise.toTable result |> Map.ofList
                  Expect.equal said["samples"] "300000, of which 262144, evenly from all, are measured" "said"
                  Gaussianise.experiment.Save false folder result |> ignore
                  let shape, r = Npy.read (Path.Combine(folder, "responses.npy"))
                  Expect.equal shape [ 300_000; 1 ] "all"
                  Expect.equal r (Response.solve result.Trained.Circuit s).R "responses")

          testCase "a stop in the middle is measured and drawn as far as it went"
          <| fun () ->
              inFolder (fun folder ->
                  let path = Path.Combine(folder, "s.npy")
                  Npy.writeGrid path (stimuli 2 3000 1)
                  use source = new CancellationTokenSource()

                  let stop (progress: Progress) =
                      if progress.Step > 0 then
                          source.Cancel()

                  let result =
                      Gaussianise.run
                          { Source = Source.Input path
                            Learning = brief }
                          stop
                          source.Token

                  Expect.equal result.Trained.Ending Interrupted "ending"
                  Expect.hasLength (Gaussianise.experiment.Save false folder result) 7 "saved")

          testCase "pairs are refused, and so are too few different numbers"
          <| fun () ->
              inFolder (fun folder ->
                  let path = Path.Combine(folder, "s.npy")
                  Npy.writeGrid path (stimuli 2 30 2)

                  refuses
                      $"{path}: has rows of 2 values; this experiment takes single coefficients, n or n x 1 (arrays n x N: interneuron \
                      train)."
                      (fun () -> run (Source.Input path) brief |> ignore)

                  Npy.write path [ 2 ] [| 0.0; 0.0 |]

                  refuses "the stimuli are all 0; there is no distribution to shape" (fun () -> run (Source.Input path) brief |> ignore))

          testCase "every potential and target is drawn without a fault, in a figure of the size it says"
          <| fun () ->
              inFolder (fun folder ->
                  for potential in Potentials.all do
                      for target in [ StandardGaussian; Laplace; Uniform; Target.ofSamples 1 (heavyTailed 8 500 1) ] do
                          let leak = if Potential.saturates potential then 0.3 else 0.0

                          let result =
                              onArray
                                  folder
                                  { brief with
                                      Potential = potential
                                      Target = target
                                      Leak = leak }

                          let figure = Gaussianise.figure result
                          use bitmap = SkiaSharp.SKBitmap.Decode(Figure.toPng figure)
                          Expect.equal (bitmap.Width, bitmap.Height) (Figure.pixels figure) $"{potential.Name}, {Target.name target}")

          // The authors' released code ends at g = 0.1955, theta = 2.2556 and KS = 0.0117 on this image.
          testCase "image 05 with the published settings comes to the authors' circuit"
          <| fun () ->
              let image = Interneuron.Tests.Common.shared "images/05.ras"

              let result =
                  run
                      (Source.Image image)
                      { Learning.standard with
                          Rule = RuleOrigin.Published }

              let circuit = result.Trained.Circuit
              Expect.equal (result.Trained.Steps, result.Responses.Length) (20_000, 262_144) "size"
              Expect.isLessThan (abs (circuit.Gains[0] - 0.19)) 0.02 "g"
              Expect.isLessThan (abs (circuit.Theta[0][0] - 2.26)) 0.02 "theta"
              Expect.isLessThanOrEqual result.Ks 0.013 "KS" ]
