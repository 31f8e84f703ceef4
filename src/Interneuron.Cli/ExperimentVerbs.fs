namespace Interneuron.Cli

open Interneuron.Core
open Interneuron.Experiments

/// Verbs that run an experiment, one each.
module ExperimentVerbs =
    let private gaussianizeSource arguments cancellation =
        let folder = Given.outFolder "gaussianize" arguments

        let settings: Gaussianization.Settings =
            { Source = Given.source arguments |> Option.defaultValue Gaussianization.standard.Source
              Learning = Given.learning arguments }

        let result =
            Terminal.withProgress (fun progress -> Gaussianization.run settings progress cancellation)

        let isInterrupted = result.Trained.Ending = Interrupted

        if isInterrupted then
            Terminal.log $"interrupted after {result.Trained.Steps} steps; saving what was learned"

        Gaussianization.save folder result |> Terminal.wrote
        Terminal.result (Given.json arguments) (Gaussianization.toJson result) (Gaussianization.toTable result)
        if isInterrupted then Exit.interrupted else Exit.ok

    /// Gaussianisation of single coefficients.
    let gaussianize =
        { Name = "gaussianize"
          Summary = "turn a photograph's filter coefficients into Gaussian responses, and draw what was learned"
          Required = []
          Optional =
            [ Options.image; Options.scene; Options.input ]
            @ Given.learningOptions
            @ [ Options.outFolder; Options.json ]
          Example = "interneuron gaussianize --scene 1 --potential threshold-linear --out figures"
          Run = gaussianizeSource }
