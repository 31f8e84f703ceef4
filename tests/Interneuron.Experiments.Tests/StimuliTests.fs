module Interneuron.Experiments.Tests.StimuliTests

open System.IO
open Expecto
open Interneuron.Experiments
open Interneuron.Experiments.Tests.Tools
open Interneuron.Stimuli
open Interneuron.Statistics
open Interneuron.Core.Files

[<Tests>]
let tests =
    testList
        "Source"
        [ testCase "a scene and the same scene from a file give the same kind of stimuli of unit variance"
          <| fun () ->
              inFolder (fun folder ->
                  let path = Path.Combine(folder, "scene.png")
                  Image.savePng path (Source.scene 4)

                  for source in [ Source.Scene 4; Source.Image path ] do
                      let loaded = Source.load Coefficients.single source
                      let s = loaded.S.ToArray()
                      let mean = Array.average s
                      Expect.equal (loaded.S.Rows, loaded.S.Columns) (512 * 512, 1) "shape"
                      Expect.floatClose Accuracy.high (s |> Array.averageBy (fun x -> (x - mean) * (x - mean))) 1.0 "variance"
                      Expect.equal (loaded.Picture |> Option.map _.Width) (Some 512) "picture")

          testCase "an array is taken as it is, and has no picture"
          <| fun () ->
              inFolder (fun folder ->
                  let path = Path.Combine(folder, "s.npy")
                  Npy.write path [ 3; 2 ] [| 1.0; 2.0; 3.0; 4.0; 5.0; 60.0 |]
                  let loaded = Source.load Coefficients.single (Source.Input path)
                  Expect.equal (loaded.S.ToArray()) [| 1.0; 2.0; 3.0; 4.0; 5.0; 60.0 |] "values"
                  Expect.isNone loaded.Picture "picture")

          testCase "a value that is not finite is refused with its row and column"
          <| fun () ->
              inFolder (fun folder ->
                  let path = Path.Combine(folder, "s.npy")
                  Npy.write path [ 3; 2 ] [| 1.0; 2.0; 3.0; nan; 5.0; 6.0 |]

                  refuses $"{path}: row 1 has the value NaN in column 1; every value has to be finite." (fun () ->
                      Source.load Coefficients.single (Source.Input path) |> ignore))

          testCase "a picture that is too small, or of one grey, is refused by its name"
          <| fun () ->
              inFolder (fun folder ->
                  let small, grey =
                      Path.Combine(folder, "small.png"), Path.Combine(folder, "grey.png")

                  Image.savePng small (Image.ofGrid (Grid.init 7 90 (fun _ j -> float j / 90.0)))
                  Image.savePng grey (Image.ofGrid (Grid.init 16 16 (fun _ _ -> 0.5)))
                  refuses $"{small}: has 7 x 90 pixels; a pyramid needs at least 8 x 8." (fun () -> Source.photograph small |> ignore)

                  refuses
                      $"{grey}: The filter responses are all alike; an image of a single grey has no coefficients to learn from."
                      (fun () -> Source.load Coefficients.single (Source.Image grey) |> ignore))

          testCase "a negative seed makes no scene"
          <| fun () -> refuses "the seed of a scene is a whole number from 0 on, not -1." (fun () -> Source.scene -1 |> ignore) ]
