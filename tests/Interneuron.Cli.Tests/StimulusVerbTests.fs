module Interneuron.Cli.Tests.StimulusVerbTests

open System
open System.IO
open Expecto
open Interneuron.Cli.Tests.Run
open Interneuron.Stimuli

[<Tests>]
let tests =
    testList
        "Verbs that make stimuli"
        [ testCase "scene and pyramid make what gaussianise takes"
          <| fun () ->
              inFolder (fun folder ->
                  let path name = Path.Combine(folder, name)
                  let scene = json [ "scene"; "--seed"; "5"; "--out"; path "scene.png" ]
                  Expect.equal (number scene "width", number scene "height") (512.0, 512.0) "size"
                  Expect.equal (Image.load (path "scene.png")).Width 512 "png"
                  let band = json [ "pyramid"; "--image"; path "scene.png"; "--out"; path "band.npy" ]
                  Expect.equal (number band "scale", number band "rows") (0.0, 512.0) "band"
                  let shape, coefficients = Npy.read (path "band.npy")
                  let own = Coefficients.firstBand (Image.load (path "scene.png"))
                  Expect.equal shape [ 512; 512 ] "the image's layout"
                  Expect.isTrue (coefficients = own.ToArray()) "raw coefficients")

          // The first band of image 05 as another implementation of the pyramid computes it.
          testCase "the pyramid of image 05 is the reference's to a relative error of 1e-5"
          <| fun () ->
              inFolder (fun folder ->
                  let image = Interneuron.Tests.Common.shared "images/05.ras"

                  let _, reference =
                      Npy.read (Interneuron.Tests.Common.shared "reference/pyramid-05.npy")

                  let out = Path.Combine(folder, "band.npy")
                  json [ "pyramid"; "--image"; image; "--out"; out ] |> ignore
                  let _, ours = Npy.read out

                  let norm (v: float array) =
                      sqrt (v |> Array.sumBy (fun x -> x * x))

                  Expect.isLessThan (norm (Array.map2 (-) ours reference) / norm reference) 1e-5 "relative L2 error") ]
