namespace Interneuron.Cli

open System
open System.IO
open Interneuron.Statistics
open Interneuron.Core.Transport
open Interneuron.Core.Circuits
open Interneuron.Core.Files
open Interneuron.Derivation.Formulas
open Interneuron.Derivation.Models
open Interneuron.Derivation.Rules
open Interneuron.Stimuli
open Interneuron.Experiments

/// The verb that derives a circuit from an objective: derive.
module DeriveVerbs =
    // The paper's circuit with a potential of one's own.
    let private circuit (formula: string) (given: Given) =
        let potential = Given.potentialOf formula given
        let target = given.TryFind Options.target |> Option.defaultValue StandardGaussian
        let leak = given.TryFind Options.leak |> Option.defaultValue 0.0
        let n = given.TryFind Options.primaries |> Option.defaultValue 2

        let k =
            given.TryOne Options.interneurons
            |> Option.defaultWith (fun () -> Initial.defaultCount potential n)

        Derived.circuit potential target leak n k

    // The model, and where it was given.
    let private model (given: Given) : (Where * Model) option =
        match GivenModel.tryFind given, given.TryFind Options.formula with
        | Some(path, _, model), _ ->
            let sizes =
                (model.Sizes, GivenModel.sizes given model)
                ||> List.fold (fun sizes (population, count) -> Sizes.change population count sizes)

            Some(Where.named path, { model with Sizes = sizes })
        | None, Some formula -> Some(Where.named "--potential", circuit formula given)
        | None, None -> None

    // What is learned from a photograph's coefficients: one primary neuron, and as many interneurons as the potential needs.
    let private training (where: Where) (derived: Derived) (given: Given) : Gaussianise.Settings =
        match Derived.learning derived.Derivation with
        | None ->
            Refusal.at
                { where with
                    Position = derived.Derivation.Energy.Place }
                "--train is for ridge energies with gains at or above 0 and synapses in unit columns"
                "other models learn with: interneuron train --model"
        | Some learning ->
            { Source = Given.source given |> Option.defaultValue Gaussianise.standard.Source
              Learning =
                { learning with
                    Interneurons = given.TryOne Options.interneurons }
                |> Setting.apply LearningChoices.draws given }

    // A KS distance beyond which a trained circuit deserves a warning.
    let private farKs = 0.05

    let private run (given: Given) cancellation =
        let where, model =
            match model given with
            | Some found -> found
            | None -> raise (UsageException "what to derive is missing: give --model or --potential")

        let circuits = given.TryFind Options.circuits |> Option.defaultValue 27
        let seed = given.TryFind Options.seed |> Option.defaultValue Learning.standard.Seed
        let isTraining = given.Has Options.train

        if not isTraining && (Given.source given).IsSome then
            raise (UsageException "--image, --scene and --input are what --train learns from")

        let folder =
            given.TryFind Options.report
            |> Option.orElse (if isTraining then Some "derive" else None)

        folder |> Option.iter (fun folder -> Output.requireFree folder "derive")

        let against =
            given.TryFind Options.against
            |> Option.map (fun path ->
                let other = GivenModel.read path
                Refusal.within (Where.named path) (fun () -> Derivation.derive other))

        let derived =
            Terminal.during "deriving" (fun _ ->
                { Refusal.within where (fun () -> Derived.ofModel circuits seed model) with
                    Against = against })

        // Training comes before anything is written.
        let learned =
            if isTraining then
                let settings = training where derived given
                Some(Terminal.withProgress (fun progress -> Gaussianise.run settings progress cancellation))
            else
                None

        let isInterrupted =
            learned |> Option.exists (fun result -> result.Trained.Ending = Interrupted)

        learned
        |> Option.iter (fun result -> Interruption.requireSteps result.Trained.Ending result.Trained.Steps)

        if isInterrupted then
            Terminal.log "interrupted; saving what was learned"

        match learned with
        | Some result when not (result.Ks <= farKs) ->
            Terminal.log
                $"what was learned is far from the target: KS {result.Ks:G3} is above {farKs}; another potential, or more interneurons \
                (--interneurons), may come closer"
        | _ -> ()

        let members =
            Report.toJson derived
            @ (match learned with
               | Some result -> [ "trained", Gaussianise.toJson result ]
               | None -> [])

        let paths =
            match folder with
            | None -> []
            | Some folder ->
                Terminal.during "drawing" (fun _ ->
                    Output.results folder "derive" (Json.Object members) (fun () ->
                        Report.write folder derived
                        @ (match learned with
                           | Some result -> Gaussianise.experiment.Write folder result
                           | None -> [])))

        Terminal.wrote paths

        if given.Has Options.json then
            let files = [ "files", Json.List(List.map Json.Text paths) ]
            Terminal.result true (Json.Object(members @ files)) []
        else
            Terminal.print (Report.text derived)

            match learned with
            | Some result ->
                Terminal.print "\nTrained"
                Terminal.result false Json.Null [ for name, value in Gaussianise.toTable result -> "  " + name, value ]
            | None -> ()

        if isInterrupted then
            Exit.interrupted
        elif not derived.Certificate.IsPassed then
            Terminal.log $"the certificate: {Report.verdict derived}"
            Exit.notConverged
        else
            Exit.ok

    /// From an objective to a circuit: dynamics, learning rules, their locality, a certificate, and a trained circuit.
    let derive =
        { Name = "derive"
          Summary = "derive a circuit's dynamics and learning rules from an energy, and say which are local"
          Required = []
          Optional =
            [ Options.model
              Options.against
              Options.formula
              Options.parameter
              Options.target
              Options.leak
              Options.primaries
              Options.interneurons
              Options.size
              Options.circuits
              Options.report
              Options.train ]
            @ Options.sources
            @ Options.draws
            @ [ Options.resume; Options.checkpoint; Options.json ]
          Example = "interneuron derive --potential z^2/2+z^4/4 --report report"
          Run =
            fun given cancellation ->
                let work () = run given cancellation

                match given.TryFind Options.report with
                | Some folder when given.Has Options.train ->
                    Kept.within (Path.Combine(folder, "derive.checkpoint")) given cancellation work
                | _ when given.Has Options.resume || given.Has Options.checkpoint ->
                    raise (UsageException "--resume and --checkpoint are for --train with --report")
                | _ -> work () }
