namespace Interneuron.Cli

open Interneuron.Experiments

/// Verbs that run an experiment on pairs of coefficients, one each.
module PairVerbs =
    // What an experiment has no result for when it is interrupted: half of a comparison is none.
    let private finish arguments result save toJson toTable =
        match result with
        | Some result ->
            save result |> Terminal.wrote
            Terminal.result (Given.json arguments) (toJson result) (toTable result)
            Exit.ok
        | None ->
            Terminal.log "interrupted; nothing was written"
            Exit.interrupted

    let private sourceOptions =
        [ Options.image; Options.scene; Options.input; Options.offset ]

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

        finish arguments result (Pairs.save folder) Pairs.toJson Pairs.toTable

    /// Pairs of coefficients, raw, whitened, and as responses of circuits.
    let pairs =
        { Name = "pairs"
          Summary = "make pairs of a photograph's filter coefficients independent, and draw their densities"
          Required = []
          Optional =
            sourceOptions
            @ Given.learningOptions
            @ [ Options.optimum; Options.outFolder; Options.json ]
          Example = "interneuron pairs --scene 1 --offset 2 8 --interneurons 2 3 4 --out figures"
          Run = comparePairs }
