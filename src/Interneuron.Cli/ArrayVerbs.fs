namespace Interneuron.Cli

open System
open System.Diagnostics
open System.Globalization
open Interneuron.Core.Transport
open Interneuron.Core.Circuits
open Interneuron.Core.Files
open Interneuron.Derivation.Formulas
open Interneuron.Derivation.Models
open Interneuron.Derivation.Rules
open Interneuron.Derivation.Running
open Interneuron.Derivation.Checks
open Interneuron.Stimuli
open Interneuron.Experiments
open Interneuron.Statistics

/// Verbs on arrays: train, respond, sample, density.
module ArrayVerbs =
    let private short (value: float) =
        value.ToString("0.####", CultureInfo.InvariantCulture)

    // Reports the default number of interneurons, which can grow with the square of the number of primary neurons.
    let private sayPlan (learning: Learning) (n: int) =
        if learning.Interneurons.IsNone && n > 2 then
            let k = Initial.defaultCount learning.Potential n
            let batch = (Learning.settings n learning).Batch

            let bytes = Footprint.ofLearning n k learning.Potential.Parameters.Length batch

            Terminal.log $"K = {k} interneurons for N = {n} primary neurons; learning takes about {Footprint.text bytes} of memory"

    let private trainCircuit (given: Given) cancellation (source: Source) (stimuli: Grid) learning =
        let input, out = given.Find Options.input, Destination.file given
        sayPlan learning stimuli.Columns

        let trained =
            Terminal.withProgress (fun progress -> Learning.runAsFar learning progress cancellation stimuli)

        Interruption.requireSteps trained.Ending trained.Steps

        let paths =
            Files.together (fun () ->
                let trajectories =
                    if given.Has Options.trajectory then
                        let folder = string (IO.Path.GetDirectoryName(IO.Path.GetFullPath out))
                        Trajectory.save folder [ "", Trajectory.ofTrained trained ]
                    else
                        []

                CircuitFile.write out (Learning.saved learning source stimuli.Rows trained)
                out :: trajectories)

        Terminal.wrote paths
        let circuit = trained.Circuit
        let j = Learning.objective circuit stimuli
        let ks = Learning.distance circuit stimuli
        let rate = Learning.samplesPerSecond trained

        Terminal.result
            (given.Has Options.json)
            (Json.Object(
                [ "input", Json.Text input
                  "samples", Json.whole stimuli.Rows
                  "potential", Json.Text circuit.Potential.Name
                  "target", Json.Text(Target.name circuit.Target)
                  "leak", Json.Number circuit.Leak
                  "primaries", Json.whole circuit.Primaries
                  "interneurons", Json.whole circuit.Interneurons ]
                @ CircuitFile.settingsMembers trained.Settings
                @ [ "steps_made", Json.whole trained.Steps
                    "g", Json.numbers circuit.Gains
                    "theta", Json.rows circuit.Theta
                    "W", Json.rows (CircuitFile.weightRows circuit)
                    "j", Json.Number j
                    match ks with
                    | Some ks -> "ks", Json.Number ks
                    | None -> ()
                    "train_seconds", Json.Number trained.Seconds
                    "samples_per_second", Json.Number rate
                    "out", Json.Text out ]
            ))
            [ "stimuli", $"{stimuli.Rows} x {stimuli.Columns}"
              "interneurons", $"{circuit.Interneurons}, {circuit.Potential.Name}"
              "steps", $"{trained.Steps} of {trained.Settings.Batch} samples"
              "J", short j
              match ks with
              | Some ks -> "KS to the target", short ks
              | None -> () ]

        match ks with
        | Some ks when Ks.isFar (min stimuli.Rows Learning.judged) ks ->
            Terminal.log $"the responses are far from the target: a coordinate has a KS distance of {short ks}"
        | _ -> ()

        match Learning.failure trained with
        | Some message ->
            Terminal.log (message + " What had been learned is saved.")
            Exit.notConverged
        | None when trained.Ending = Interrupted -> Exit.interrupted
        | None -> Exit.ok

    // A model whose energy the fast engine does not know learns by its rules as they stand.
    let private trainModel (given: Given) cancellation (source: Source) (stimuli: Grid) (path: string, text, derivation: Derivation) =
        let out = Destination.file given
        let learning = LearningChoices.read given

        let settings =
            { Simulation.defaults with
                Steps = defaultArg learning.Steps Simulation.defaults.Steps
                Batch = defaultArg learning.Batch Simulation.defaults.Batch
                Seed = learning.Seed }

        let sizes = GivenModel.sizes given derivation.Model

        let model =
            match given.All Options.start with
            | [] -> derivation.Model
            | starts ->
                let all =
                    Refusal.within (Where.named path) (fun () -> ModelTraining.sizes derivation.Model sizes stimuli.Columns)

                ModelArrays.starting derivation.Model all starts

        let derivation = { derivation with Model = model }

        let trained =
            Refusal.within (Where.named path) (fun () ->
                Terminal.withProgress (fun progress -> ModelTraining.run settings sizes progress cancellation derivation stimuli))

        Interruption.requireSteps trained.Simulated.Ending trained.Simulated.Steps
        let json = ModelFile.toJson text source stimuli.Rows trained

        ModelFile.write out json
        Terminal.wrote [ out ]

        if given.Has Options.trajectory then
            let folder = string (IO.Path.GetDirectoryName(IO.Path.GetFullPath out))

            Trajectory.save folder [ "", Trajectory.ofModel trained.Instance trained.Course ]
            |> Terminal.wrote

        Terminal.result
            (given.Has Options.json)
            json
            [ if derivation.Model.Title <> "" then
                  "model", derivation.Model.Title
              "stimuli", $"{stimuli.Rows} x {stimuli.Columns}"
              for population, count in trained.Instance.Sizes do
                  if derivation.Inputs |> List.exists (fun input -> input.Index.Over = population) then
                      (if population = Population.interneurons then
                           "interneurons"
                       else
                           population.Name),
                      string count
              "steps", $"{trained.Simulated.Steps} of {settings.Batch} samples"
              "J", short trained.J
              match trained.Ks with
              | Some ks -> "KS to the target", short ks
              | None -> ()
              for r in trained.Residuals do
                  $"mean step of {r.Parameter}", $"{short r.Relative} of a stimulus's own"
              yield! trained.Modes |> Option.map SlowWords.rows |> Option.defaultValue [] ]

        List.iter Terminal.log trained.Warnings

        match trained.Simulated.Ending with
        | NoResponse _
        | Diverged -> Exit.notConverged
        | Interrupted -> Exit.interrupted
        | Finished -> Exit.ok

    let private reading (source: Source) =
        Terminal.during "reading" (fun _ -> Source.mapped source)

    let private trainOn (given: Given) cancellation =
        Destination.file given |> ignore

        match GivenModel.tryFind given with
        | None when given.Has Options.start -> raise (UsageException "--start goes with --model, whose parameters it names")
        | None ->
            let learning = LearningChoices.read given
            let source = Given.array given
            use stimuli = reading source
            trainCircuit given cancellation source stimuli.Grid learning
        | Some(path, text, model) ->
            let derivation =
                Refusal.within (Where.named path) (fun () -> Derivation.derive model)

            // The fast engine has a start of its own.
            let fast =
                if given.Has Options.start then
                    None
                else
                    Derived.learning derivation

            match fast with
            | None when ModelArrays.isOneArray model (given.All Options.input) ->
                let source = Given.array given
                use mapped = reading source
                trainModel given cancellation source mapped.Grid (path, text, derivation)
            | None ->
                let files = ModelArrays.named model (given.All Options.input)

                let source, stimuli =
                    Terminal.during "reading" (fun _ -> ModelArrays.read model files)

                trainModel given cancellation source stimuli (path, text, derivation)
            | Some learning ->
                let source = Given.array given
                use mapped = reading source
                let stimuli = mapped.Grid
                let chosen = LearningChoices.read given
                let count = Sizes.count model.Sizes
                let synapses = (Derived.fast derivation |> Option.get).Synapses
                let n, k = count synapses.Site[0].Over, count synapses.Site[1].Over

                // The model's K belongs to its own N.
                let interneurons =
                    chosen.Interneurons
                    |> Option.orElse (if n = stimuli.Columns then Some k else None)
                    |> Option.defaultWith (fun () -> Initial.defaultCount learning.Potential stimuli.Columns)

                Refusal.within (Where.named path) (fun () ->
                    [ synapses.Site[0].Over, stimuli.Columns; synapses.Site[1].Over, interneurons ]
                    |> WellPosed.require derivation)
                |> ignore

                trainCircuit
                    given
                    cancellation
                    source
                    stimuli
                    { learning with
                        Interneurons = Some interneurons
                        BatchOptimum = chosen.BatchOptimum
                        Likelihood = chosen.Likelihood
                        Steps = chosen.Steps
                        Batch = chosen.Batch
                        Seed = chosen.Seed }

    /// Learns a circuit from an array.
    let train =
        { Name = "train"
          Summary = "learn a circuit from an array of stimuli"
          Required = [ Options.input; Options.outFile ]
          Optional =
            [ Options.centre
              Options.standardise
              Options.model
              Options.size
              Options.start ]
            @ Options.learning
            @ [ Options.trajectory; Options.resume; Options.checkpoint; Options.json ]
          Example = "interneuron train --input s.npy --potential threshold-linear --out circuit.json"
          Run =
            fun given cancellation ->
                Kept.within (given.Find Options.outFile + ".checkpoint") given cancellation (fun () -> trainOn given cancellation) }

    // Runs a pass that writes an array, and tells what came of it.
    let private pass (given: Given) (facts: (string * Json) list) (mean: string option) (run: string -> Arrays.Pass) =
        let out = Destination.file given
        let clock = Stopwatch.StartNew()
        let pass = Terminal.during "at work" (fun _ -> run out)

        if pass.IsInterrupted then
            Terminal.log "interrupted; nothing was written"
            Exit.interrupted
        else
            Terminal.wrote [ out ]
            let seconds = clock.Elapsed.TotalSeconds
            let meanFacts = mean |> Option.map (fun name -> name, pass.Mean) |> Option.toList

            Terminal.result
                (given.Has Options.json)
                (Json.Object(
                    facts
                    @ [ "samples", Json.Whole pass.Rows ]
                    @ [ match pass.Failures with
                        | Some(count, _) -> "without_response", Json.Whole count
                        | None -> () ]
                    @ [ for name, value in meanFacts -> name, Json.Number value ]
                    @ [ "seconds", Json.Number seconds
                        "samples_per_second", Json.Number(float pass.Rows / Math.Max(seconds, 1e-9))
                        "out", Json.Text out ]
                ))
                (("samples", string pass.Rows)
                 :: [ for name, value in meanFacts -> name.Replace('_', ' '), short value ])

            match pass.Failures with
            | Some(count, first) ->
                Terminal.log $"{count} of {pass.Rows} stimuli found no response, the first in row {first}; they have NaN."
                Exit.notConverged
            | None -> Exit.ok

    // A file's circuit, how its stimuli are standardised, with a line that says so, and its model if it is one of any energy.
    let private load path =
        let transform, standardisation, model =
            if ModelFile.isOne path then
                let saved = ModelFile.read path
                ModelTransform.create path saved.Instance saved.Values, saved.Standardisation, Some saved.Instance.Derivation.Model
            else
                let saved = CircuitFile.read path
                Transform.ofCircuit saved.Circuit, saved.Standardisation, None

        match standardisation with
        | Some _ -> Terminal.log $"{path} learned from centred or standardised stimuli; its mean and unit are taken into account"
        | None -> ()

        transform, standardisation, model

    // A verb that takes a circuit through an array of stimuli.
    let private throughArray mean through (given: Given) cancellation =
        let path, input = given.Find Options.circuit, given.Find Options.input
        Destination.file given |> ignore
        let circuit, map, _ = load path
        pass given [ "circuit", Json.Text path; "input", Json.Text input ] mean (through circuit map cancellation input)

    // A model of several inputs responds to their arrays, each by its name; all else to one array, some rows at a time.
    let private respondTo (given: Given) cancellation =
        let path, inputs = given.Find Options.circuit, given.All Options.input
        Destination.file given |> ignore
        let circuit, map, model = load path

        match model with
        | Some model when not (ModelArrays.isOneArray model inputs) ->
            let source, stimuli =
                Terminal.during "reading" (fun _ -> ModelArrays.read model (ModelArrays.named model inputs))

            if stimuli.Columns <> circuit.Primaries then
                raise (
                    Refusal
                        $"{Source.describe source}: a stimulus has {stimuli.Columns} numbers; the model learned with {circuit.Primaries}."
                )

            Arrays.respondTo circuit map cancellation stimuli
            |> pass given [ "circuit", Json.Text path; Source.toJson source ] None
        | _ ->
            let input = given.Find Options.input

            Arrays.respond circuit map cancellation input
            |> pass given [ "circuit", Json.Text path; "input", Json.Text input ] None

    /// The responses of a circuit to an array of stimuli.
    let respond =
        { Name = "respond"
          Summary = "the responses of a circuit to an array of stimuli, as an array of the same shape"
          Required = [ Options.circuit; Options.input; Options.outFile ]
          Optional = [ Options.json ]
          Example = "interneuron respond --circuit circuit.json --input s.npy --out r.npy"
          Run = respondTo }

    /// The log density of stimuli under a circuit.
    let density =
        { Name = "density"
          Summary = "log p(s) in nats of an array of stimuli under a circuit as a density model, n numbers"
          Required = [ Options.circuit; Options.input; Options.outFile ]
          Optional = [ Options.json ]
          Example = "interneuron density --circuit circuit.json --input s.npy --out logp.npy"
          Run = throughArray (Some "mean_log_density") Arrays.density }

    let private sampleFrom (given: Given) cancellation =
        let path, count = given.Find Options.circuit, given.Find Options.count
        let seed = given.TryFind Options.seed |> Option.defaultValue Learning.standard.Seed
        let out = Destination.file given
        let circuit, map, _ = load path
        Files.requireSpace out (float count * float circuit.Primaries * float sizeof<float>)
        pass given [ "circuit", Json.Text path; "seed", Json.whole seed ] None (Arrays.sample circuit map cancellation count seed)

    /// Stimuli drawn from a circuit.
    let sample =
        { Name = "sample"
          Summary = "draw stimuli from a circuit as a density model, n x N"
          Required = [ Options.circuit; Options.count; Options.outFile ]
          Optional = [ Options.seed; Options.json ]
          Example = "interneuron sample --circuit circuit.json --count 10000 --seed 1 --out s.npy"
          Run = sampleFrom }
