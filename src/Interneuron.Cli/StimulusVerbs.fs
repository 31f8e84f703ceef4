namespace Interneuron.Cli

open Interneuron.Core.Files
open Interneuron.Stimuli
open Interneuron.Experiments

/// Verbs that make stimuli: scene, pyramid.
module StimulusVerbs =
    let private makeScene (given: Given) _ =
        let seed, out = given.Find Options.seed, Destination.file given
        let scene = Source.scene seed
        Image.savePng out scene
        Terminal.wrote [ out ]
        let size = $"{scene.Height} x {scene.Width} pixels"

        let facts =
            [ "seed", Json.whole seed
              "height", Json.whole scene.Height
              "width", Json.whole scene.Width
              "out", Json.Text out ]

        Terminal.result (given.Has Options.json) (Json.Object facts) [ "scene", $"seed {seed}, {size}" ]
        Exit.ok

    /// A synthetic scene.
    let scene =
        { Name = "scene"
          Summary = "save a synthetic scene of occluding discs as an 8-bit grey PNG"
          Required = [ Options.seed; Options.outFile ]
          Optional = [ Options.json ]
          Example = "interneuron scene --seed 1 --out scene.png"
          Run = makeScene }

    let private takeApart (given: Given) _ =
        let out = Destination.file given
        let scale = given.TryFind Options.scale |> Option.defaultValue 0
        let orientation = given.TryFind Options.orientation |> Option.defaultValue 0
        let image = given.Find Options.image
        let picture = Source.photograph image

        let height =
            min Pyramid.publishedHeight (Pyramid.maximalHeight picture.Height picture.Width)

        let pyramid =
            Pyramid.create Pyramid.publishedOrder height picture.Height picture.Width

        let band =
            Pyramid.analyse pyramid picture.Intensities (Subband.Oriented(scale, orientation))

        Npy.writeGrid out band
        Terminal.wrote [ out ]

        let facts =
            [ Source.toJson (Source.Image image)
              "scale", Json.whole scale
              "orientation", Json.whole orientation
              "rows", Json.whole band.Rows
              "columns", Json.whole band.Columns
              "out", Json.Text out ]

        let about =
            $"scale {scale}, orientation {orientation}, {band.Rows} x {band.Columns} coefficients"

        Terminal.result (given.Has Options.json) (Json.Object facts) [ "subband", about ]
        Exit.ok

    /// A subband of a photograph.
    let pyramid =
        { Name = "pyramid"
          Summary = "one subband of the steerable pyramid of a photograph, raw coefficients in the image's layout"
          Required = [ Options.image; Options.outFile ]
          Optional = [ Options.scale; Options.orientation; Options.json ]
          Example = "interneuron pyramid --image photograph.png --scale 0 --orientation 0 --out band.npy"
          Run = takeApart }
