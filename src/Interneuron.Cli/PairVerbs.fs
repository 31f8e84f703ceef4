namespace Interneuron.Cli

open Interneuron.Experiments

/// Verbs that run an experiment on pairs of coefficients, one each.
module PairVerbs =
    let private finish arguments cancellation folder save trained toJson toTable result =
        match result with
        | Some result -> Conclusion.ofResult arguments cancellation folder save trained toJson toTable result
        | None -> Conclusion.interrupted ()

    let private sourceOptions = Options.sources @ [ Options.offset ]

    let private comparePairs arguments cancellation =
        let folder = Given.outFolder "pairs" arguments
        let learning = Given.learningOfSeveral arguments

        let settings: Pairs.Settings =
            { Source = Given.source arguments |> Option.defaultValue Pairs.standard.Source
              Offsets = Given.offsets arguments |> Option.defaultValue Pairs.standard.Offsets
              Interneurons =
                Given.interneurons arguments
                |> Option.defaultValue (Treatment.defaultInterneurons learning.Potential)
              Learning = learning
              Optimum = Given.optimum arguments }

        let result =
            Terminal.withProgress (fun progress -> Pairs.run settings progress cancellation)

        finish arguments cancellation folder Pairs.save Pairs.trained Pairs.toJson Pairs.toTable result

    /// Pairs of coefficients, raw, whitened, and as responses of circuits.
    let pairs =
        { Name = "pairs"
          Summary = "make pairs of a photograph's filter coefficients independent, and draw their densities"
          Required = []
          Optional = sourceOptions @ Given.learningOptions @ [ Options.optimum ] @ Options.outputs
          Example = "interneuron pairs --scene 1 --offset 2 8 --interneurons 2 3 4 --out figures"
          Run = comparePairs }

    let private overOffsets arguments cancellation =
        let folder = Given.outFolder "mutual-information" arguments
        let learning = Given.learningOfSeveral arguments
        let standard = InformationByOffset.standard

        let settings: InformationByOffset.Settings =
            { Source = Given.source arguments |> Option.defaultValue standard.Source
              Offsets =
                Given.offsets arguments
                |> Option.defaultValue standard.Offsets
                |> List.distinct
                |> List.sort
              Interneurons =
                Given.interneurons arguments
                |> Option.defaultValue (Treatment.defaultInterneurons learning.Potential)
              Learning = learning
              Seeds = Given.seeds arguments |> Option.defaultValue standard.Seeds }

        let result =
            Terminal.withProgress (fun progress -> InformationByOffset.run settings progress cancellation)

        finish
            arguments
            cancellation
            folder
            InformationByOffset.save
            InformationByOffset.trained
            InformationByOffset.toJson
            InformationByOffset.toTable
            result

    /// The remaining dependence of pairs at many offsets.
    let mutualInformation =
        { Name = "mutual-information"
          Summary = "mutual information of pairs against their offset: raw, whitened, responses of circuits, and RBIG"
          Required = []
          Optional =
            [ Options.image; Options.scene; Options.offset ]
            @ Given.learningOptions
            @ [ Options.seeds ]
            @ Options.outputs
          Example = "interneuron mutual-information --scene 1 --offset 1 4 16 --seeds 2 --out figures"
          Run = overOffsets }

    let private drawSchematic arguments cancellation =
        let folder = Given.outFolder "schematic" arguments
        let learning = Given.learning arguments

        let settings: Schematic.Settings =
            { Source = Given.source arguments |> Option.defaultValue Schematic.standard.Source
              Offset = Given.offset arguments |> Option.defaultValue Schematic.standard.Offset
              Learning =
                { learning with
                    Interneurons = learning.Interneurons |> Option.orElse Schematic.standard.Learning.Interneurons } }

        let result =
            Terminal.withProgress (fun progress -> Schematic.run settings progress cancellation)

        finish
            arguments
            cancellation
            folder
            Schematic.save
            (fun (result: Schematic.Result) -> [ "", result.Trained ])
            Schematic.toJson
            Schematic.toTable
            result

    /// A circuit of two primary neurons, drawn with its stimuli and responses.
    let schematic =
        { Name = "schematic"
          Summary = "draw a trained circuit with the densities of its stimuli and responses"
          Required = []
          Optional = sourceOptions @ Given.learningOptions @ Options.outputs
          Example = "interneuron schematic --scene 1 --interneurons 3 --out figures"
          Run = drawSchematic }
