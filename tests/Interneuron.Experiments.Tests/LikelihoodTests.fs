module Interneuron.Experiments.Tests.LikelihoodTests

open System.IO
open System.Threading
open Expecto
open Interneuron.Statistics
open Interneuron.Core.Transport
open Interneuron.Core.Circuits
open Interneuron.Stimuli
open Interneuron.Experiments
open Interneuron.Experiments.Tests.Tools
open Interneuron.Core.Files

let private settings folder =
    { Likelihood.standard with
        Source = Source.Image(picture 128 folder)
        Learning =
            { brief with
                Potential = Potentials.symmetricThreshold
                Steps = Some 5000 }
        Layers = 4 }

[<Tests>]
let tests =
    testList
        "Likelihood"
        [ testCase "the circuit's scores are the means of its log density, and it beats what ignores shape or dependence"
          <| fun () ->
              inFolder (fun folder ->
                  let result = Likelihood.run (settings folder) ignore CancellationToken.None

                  let score model =
                      result.Scores |> List.find (fun score -> score.Model = model)

                  let circuit = score "circuit"

                  // Two stripes of as many pairs, so that the mean of their means is the mean; sums in another order differ in the last
                  // digits.
                  Expect.floatClose
                      Accuracy.high
                      circuit.HeldOut
                      (Response.logDensity result.Trained.Circuit result.HeldOut |> Array.average)
                      "held out"

                  Expect.equal (circuit.Difference, circuit.Error) (0.0, Some 0.0) "against itself"

                  for score in result.Scores.Tail do
                      Expect.floatClose Accuracy.high score.Difference (score.HeldOut - circuit.HeldOut) score.Model

                  Expect.isLessThan (score "Gaussian").Difference 0.0 "shape"
                  Expect.isLessThan (score "independent coordinates").Difference 0.0 "dependence"
                  Expect.hasLength result.Drawn result.HeldOut.Length "as many drawn")

          testCase "the Gaussian's score is that of its formula"
          <| fun () ->
              inFolder (fun folder ->
                  let result = Likelihood.run (settings folder) ignore CancellationToken.None
                  let gaussian = result.Scores |> List.find (fun score -> score.Model = "Gaussian")
                  // The mean log density of a Gaussian on the samples whose moments it has is minus its entropy, -ln(2 pi e) - ln det C/2;
                  // ZCA takes the mean away too.
                  let settings = settings folder
                  let image = Source.photograph (picture 128 folder)
                  let band = Coefficients.firstBand image

                  let train =
                      [| for stripe in [ 0; 2 ] ->
                             (Coefficients.neighbours [ 0, 0; settings.Offset, 0 ] (Grid.crop (32 * stripe) 0 32 band.Columns band))
                                 .ToArray() |]
                      |> Array.concat

                  let a, b = Samples.column 2 0 train, Samples.column 2 1 train
                  let meanA, meanB = Array.average a, Array.average b

                  let covariance =
                      Array.map2 (fun x y -> (x - meanA) * (y - meanB)) a b |> Array.average

                  let correlation =
                      covariance / (Moments.standardDeviation a * Moments.standardDeviation b)

                  let expected =
                      -log(2.0 * System.Math.PI * System.Math.E)
                      - 0.5 * log (1.0 - correlation * correlation)
                  // Variances over n and over n - 1 differ by 1e-4 of themselves for these 7,680 pairs.
                  Expect.isLessThan (abs (gaussian.Train - expected)) 1e-3 "train")

          testCase "figure, samples and result are saved"
          <| fun () ->
              inFolder (fun folder ->
                  let result = Likelihood.run (settings folder) ignore CancellationToken.None
                  let out = Path.Combine(folder, "out")
                  Likelihood.experiment.Save false out result |> ignore

                  Expect.equal
                      (filesIn out)
                      [ "drawn.npy"
                        "likelihood.caption.md"
                        "likelihood.pdf"
                        "likelihood.png"
                        "likelihood.svg"
                        "result.json" ]
                      "files"

                  Expect.equal (Npy.read (Path.Combine(out, "drawn.npy"))) ([ result.Drawn.Length / 2; 2 ], result.Drawn) "drawn"
                  isDrawn (Path.Combine(out, "likelihood.png")) (Likelihood.figure result)
                  Expect.hasLength (Likelihood.toTable result) (2 + result.Scores.Length) "the header, models and the gain gap")

          // Almost all coefficients of such pictures are rounding, and a white pixel in a stripe that is held out is unlike all that was
          // learned from.
          testCase "a picture with one white pixel has finite likelihoods, or says in a line why it has none"
          <| fun () ->
              inFolder (fun folder ->
                  for size, i, j in [ 64, 48, 20; 64, 10, 63; 128, 127, 0 ] do
                      let path = Path.Combine(folder, "white.png")
                      Image.savePng path (Image.ofGrid (Grid.init size size (fun k l -> if (k, l) = (i, j) then 1.0 else 0.0)))

                      let settings = settings folder

                      try
                          let result =
                              Likelihood.run
                                  { settings with
                                      Source = Source.Image path
                                      Learning =
                                          { settings.Learning with
                                              Steps = Some 500 } }
                                  ignore
                                  CancellationToken.None

                          for score in result.Scores do
                              for value in [ score.Train; score.HeldOut; score.Difference ] do
                                  Expect.isTrue (System.Double.IsFinite value) $"{score.Model} of a pixel at ({i}, {j})"
                      with
                      | :? Refusal
                      | :? NotConvergedException as refused -> Expect.isFalse (refused.Message.Contains '\n') refused.Message)

          testCase "an array is refused, and so is an offset that a stripe has no room for"
          <| fun () ->
              inFolder (fun folder ->
                  let run settings =
                      Likelihood.run settings ignore CancellationToken.None |> ignore

                  refuses "s.npy: is an array; this experiment takes pairs from the rows of a picture." (fun () ->
                      run
                          { settings folder with
                              Source = Source.Input "s.npy" })

                  refuses
                      "the picture has 128 rows; pairs at offset 32 from stripes of 32 rows need two stripes and an offset from 1 to 31."
                      (fun () -> run { settings folder with Offset = 32 })) ]
