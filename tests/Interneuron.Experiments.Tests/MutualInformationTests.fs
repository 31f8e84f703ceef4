module Interneuron.Experiments.Tests.MutualInformationTests

open System.IO
open System.Threading
open Expecto
open Interneuron.Core.Circuits
open Interneuron.Derivation.Formulas
open Interneuron.Stimuli
open Interneuron.Experiments
open Interneuron.Experiments.Tests.Tools
open Interneuron.Core.Files

let private settings folder : MutualInformation.Settings =
    { Source = Source.Image(picture 64 folder)
      Offsets = [ 1; 4 ]
      Interneurons = [ 2; 3 ]
      Learning = brief
      Seeds = 2 }

let private run settings =
    MutualInformation.run settings ignore CancellationToken.None

[<Tests>]
let tests =
    testList
        "MutualInformation"
        [ testCase "every point is the dependence of its pairs, seed by seed"
          <| fun () ->
              inFolder (fun folder ->
                  let settings = settings folder
                  let result = run settings

                  Expect.equal
                      (result.Series |> List.map _.Treatment)
                      [ Treatment.Raw
                        Treatment.Zca
                        Treatment.Marginal
                        Treatment.ZcaThenMarginal
                        Treatment.Circuit 2
                        Treatment.Circuit 3
                        Treatment.RotationBased ]
                      "treatments"

                  let pairs = (Treatment.load settings.Source 4).S
                  let s = pairs.ToArray()

                  let values treatment =
                      let series = result.Series |> List.find (fun series -> series.Treatment = treatment)
                      (series.Points |> List.find (fun point -> point.Offset = 4)).Values

                  let learned seed =
                      let trained =
                          Learning.run
                              { brief with
                                  Seed = seed
                                  Interneurons = Some 3 }
                              ignore
                              CancellationToken.None
                              pairs

                      Dependence.corrected Deviation.OfTarget (Response.solve trained.Circuit s).R

                  Expect.equal (values Treatment.Raw) [| Dependence.corrected Deviation.Own s |] "raw"
                  Expect.equal (values (Treatment.Circuit 3)) [| learned 1; learned 2 |] "seeds"

                  Expect.equal
                      (values Treatment.RotationBased)
                      [| for seed in 1..2 -> Dependence.corrected Deviation.OfTarget (Treatment.baseline seed Treatment.RotationBased s) |]
                      "rotations"

                  Expect.hasLength
                      (MutualInformation.toTable result)
                      12
                      "a line a treatment, the offsets, two levels of shuffled pairs, and the gain gap of two circuits"

                  Expect.equal
                      (MutualInformation.trained result |> List.map fst)
                      [ "d1-k2"; "d4-k2"; "d1-k3"; "d4-k3" ]
                      "a circuit for each offset and number of interneurons")

          testCase "figure and result are saved"
          <| fun () ->
              inFolder (fun folder ->
                  let result = run (settings folder)
                  let out = Path.Combine(folder, "out")
                  MutualInformation.experiment.Save false out result |> ignore

                  Expect.equal
                      (filesIn out)
                      [ "mutual-information.caption.md"
                        "mutual-information.pdf"
                        "mutual-information.png"
                        "mutual-information.svg"
                        "result.json" ]
                      "files"

                  use bitmap = SkiaSharp.SKBitmap.Decode(Path.Combine(out, "mutual-information.png"))
                  Expect.equal (bitmap.Width, bitmap.Height) (Figure.pixels (MutualInformation.figure result)) "size")

          testCase "progress counts all circuits, offsets and seeds, and a stop leaves no result"
          <| fun () ->
              inFolder (fun folder ->
                  let settings = settings folder
                  let reports = ResizeArray<Progress>()
                  MutualInformation.run settings reports.Add CancellationToken.None |> ignore
                  Expect.equal ((Seq.last reports).Step, (Seq.last reports).Steps) (1600, 1600) "two of each, 200 steps"
                  use source = new CancellationTokenSource()

                  let stop (progress: Progress) =
                      if progress.Step > 0 then
                          source.Cancel()

                  isStopped (fun () -> MutualInformation.run settings stop source.Token |> ignore))

          testCase "an array, which has no offsets, is refused, and so is no seed"
          <| fun () ->
              refuses "s.npy: an array has pairs of one offset; this experiment needs an image or a scene." (fun () ->
                  run
                      { MutualInformation.standard with
                          Source = Source.Input "s.npy" }
                  |> ignore)

              refuses "the number of seeds is 0; it is at least 1" (fun () ->
                  run
                      { MutualInformation.standard with
                          Seeds = 0 }
                  |> ignore) ]
