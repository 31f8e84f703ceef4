module Interneuron.Experiments.Tests.PatchesTests

open System
open System.IO
open System.Threading
open Expecto
open MathNet.Numerics.Distributions
open MathNet.Numerics.Random
open Interneuron.Statistics
open Interneuron.Core.Circuits
open Interneuron.Core.Files
open Interneuron.Stimuli
open Interneuron.Experiments
open Interneuron.Experiments.Tests.Tools

let private close tolerance (actual: float) (expected: float) message =
    Expect.isLessThanOrEqual (abs (actual - expected)) tolerance message

/// Some settings that take seconds.
let private settings source =
    { Patches.standard with
        Source = source
        Sides = [ 4 ]
        Patches = 4_000
        Plan =
            { Patches.standard.Plan with
                Learning =
                    { Patches.standard.Plan.Learning with
                        Steps = Some 1_000
                        Likelihood = 40 }
                Interneurons = Some [ 42 ]
                Seeds = 1
                Layers = 5
                Measured = 500 } }

[<Tests>]
let tests =
    testList
        "Patches"
        [ testCase "coefficients of a patch are those of orthonormal cosines, and go back to its pixels but for the mean"
          <| fun () ->
              let pixels = Grid.ofArray 3 3 [| for k in 0..8 -> float (k * k) |]
              let coefficients = (Patches.ofPixels 3 pixels).ToArray()
              let mean = Array.average (pixels.ToArray())
              let back = Patches.toPixels 3 coefficients

              Expect.equal coefficients.Length 8 "one fewer than pixels"

              for y in 0..2 do
                  for x in 0..2 do
                      close 1e-12 back[y, x] (pixels[y, x] - mean) $"pixel ({y}, {x})"

              close
                  1e-9
                  (coefficients |> Array.sumBy (fun c -> c * c))
                  (pixels.ToArray() |> Array.sumBy (fun v -> (v - mean) * (v - mean)))
                  "lengths are those of pixels"

          testCase "there is a patch at every place"
          <| fun () ->
              let patches = Patches.ofPixels 4 (Grid.init 10 12 (fun y x -> float (y * x)))
              Expect.equal (patches.Rows, patches.Columns) (7 * 9, 15) "n x N"
              Expect.throwsT<ArgumentException> (fun () -> Patches.ofPixels 1 (Grid.init 9 9 (fun _ _ -> 0.0)) |> ignore) "no side"
              Expect.throwsT<ArgumentException> (fun () -> Patches.toPixels 4 [| 1.0 |] |> ignore) "too few"

          testCase "what is learned from is white, and pixels of a filter respond as its direction does"
          <| fun () ->
              let stimuli = PatchStimuli.ofPicture (Source.Scene 3) 4 3_000
              let covariance = Moments.covariance 15 stimuli.Train

              for a in 0..14 do
                  for b in 0..14 do
                      close 1e-8 covariance[a, b] (if a = b then 1.0 else 0.0) $"({a}, {b})"

              let w =
                  Array.init 15 (fun a ->
                      if a = 4 then 0.6
                      elif a = 9 then 0.8
                      else 0.0)

              let filter = (PatchStimuli.filter stimuli).Value w
              let white = stimuli.Train[30..44]
              let pixels = (PatchStimuli.pixels stimuli).Value white

              let inner (a: Grid) (b: Grid) =
                  Array.map2 (*) (a.ToArray()) (b.ToArray()) |> Array.sum

              // Pixels of white stimuli are without the mean that whitening takes away.
              close 1e-8 (inner filter pixels) (0.6 * white[4] + 0.8 * white[9]) "response"

          testCase "of samples with a common scale the circuit is a better model than marginals, ICA and RBIG, and its scores are means"
          <| fun () ->
              inFolder (fun folder ->
                  let path = Path.Combine(folder, "s.npy")
                  let random = Xoshiro256StarStar(3, false)
                  let normal () = Normal.Sample(random, 0.0, 1.0)

                  // A Gaussian scale mixture: the elliptical model is the truth, and coordinates are independent but for their scale.
                  let samples =
                      Array.concat [ for _ in 1..8_000 -> let scale = exp (0.8 * normal ()) in Array.init 6 (fun _ -> scale * normal ()) ]

                  Npy.write path [ 8_000; 6 ] samples

                  let outcome =
                      (Patches.run (settings (Source.Input path)) ignore CancellationToken.None).Outcomes
                      |> List.exactlyOne

                  let scores = Map.ofList outcome.Baselines
                  close 1e-9 scores["Gaussian"].Train 0.0 "the Gaussian is what others are measured from"

                  for name in [ "Gaussian"; "product of marginals"; "ICA"; "RBIG, 5 layers" ] do
                      Expect.isLessThan scores[name].HeldOut outcome.Best.Mean name

                  // A model better than the truth would be wrong; sampling noise of the difference is smaller than this.
                  Expect.isLessThan outcome.Best.Mean (scores["elliptical"].HeldOut + 0.02) "the truth"
                  Expect.isLessThan outcome.Best.Local.Head.HeldOut outcome.Best.Mean "where the local rules had led"
                  let gaussian = outcome.Stimuli.Train |> Array.averageBy StandardNormal.logDensity

                  close
                      1e-9
                      outcome.Best.Scores.Head.Train
                      ((Response.logDensity outcome.Best.Trained.Circuit outcome.Stimuli.Train
                        |> Array.average)
                       / 6.0
                       - gaussian)
                      "the circuit's"

                  let dependence = outcome.Dependence |> List.map _.Neighbours
                  Expect.isLessThan dependence[1] dependence[0] "responses depend less on each other than stimuli do")

          testCase "rows of an array are learned from as they are, and too few or too narrow ones are refused"
          <| fun () ->
              inFolder (fun folder ->
                  let path = Path.Combine(folder, "s.npy")
                  Npy.writeGrid path (stimuli 5 2_000 3)

                  let given = settings (Source.Input path)

                  let few =
                      { given with
                          Plan =
                              { given.Plan with
                                  Interneurons = Some [ 12 ] } }

                  let outcome =
                      (Patches.run few ignore CancellationToken.None).Outcomes |> List.exactlyOne

                  Expect.equal (outcome.Stimuli.Side, outcome.Stimuli.Dimension) (None, 3) "no patches"
                  Npy.writeGrid path (stimuli 5 2_000 2)

                  refuses $"{path}: has 2000 rows of 2 numbers; it takes at least 3 numbers, and 32 rows for each." (fun () ->
                      PatchStimuli.ofArray (Source.Input path) 1_000 |> ignore)) ]
