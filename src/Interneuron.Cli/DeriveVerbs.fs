namespace Interneuron.Cli

open System
open Interneuron.Core
open Interneuron.Experiments
open Interneuron.Stimuli

/// The verb that derives a circuit from an objective: derive.
module DeriveVerbs =
    let private pick (arguments: Argument list) choose = List.tryPick choose arguments

    let private interneurons arguments =
        match Given.interneurons arguments with
        | Some [ k ] -> Some k
        | Some _ -> raise (UsageException $"{Options.interneurons.Name} takes one number here")
        | None -> None

    /// The potential of --potential and --parameter: a name, or a formula of z and the parameters.
    let private potential (formula: string) (arguments: Argument list) : Potential =
        let parameters =
            arguments
            |> List.choose (function
                | Argument.Parameter text -> Some text
                | _ -> None)

        match Potentials.tryFind formula with
        | Some named when parameters.IsEmpty -> named
        | Some named -> raise (UsageException $"the potential {named.Name} has its own parameters; --parameter goes with a formula")
        | None ->
            match PotentialText.parse formula parameters with
            | Ok potential -> potential
            | Error error -> raise (BadInputException(string error))

    // The paper's circuit with a custom potential.
    let private circuit (formula: string) arguments =
        let potential = potential formula arguments

        let target =
            pick arguments (function
                | Argument.Target name -> Some(Names.target name)
                | _ -> None)
            |> Option.defaultValue StandardGaussian

        let leak =
            pick arguments (function
                | Argument.Leak leak -> Some leak
                | _ -> None)
            |> Option.defaultValue 0.0

        let n =
            pick arguments (function
                | Argument.Primaries n -> Some n
                | _ -> None)
            |> Option.defaultValue 2

        let k =
            interneurons arguments
            |> Option.defaultWith (fun () -> Initial.defaultCount potential n)

        Derived.circuit potential target leak n k

    /// The model, its name for error messages, and its text if it has one.
    let private given (arguments: Argument list) : ((string * string option) * Model) option =
        let formula =
            pick arguments (function
                | Argument.Potential formula -> Some formula
                | _ -> None)

        match Given.model arguments, formula with
        | Some(path, text, model), _ ->
            let n, k = model.Sizes
            let k = interneurons arguments |> Option.defaultValue k
            Some((path, Some text), { model with Sizes = n, k })
        | None, Some formula -> Some(("--potential", None), circuit formula arguments)
        | None, None -> None

    // What is learned from a photograph's coefficients: one primary neuron, and as many interneurons as the potential needs.
    let private training place (derived: Derived) arguments : Gaussianization.Settings =
        match Derived.learning derived.Derivation with
        | None ->
            raise (
                BadInputException
                    $"{Given.placeOf place derived.Derivation.Energy}: --train is for ridge energies with gains at or above 0 and synapses in unit columns; other models learn with: interneuron train --model"
            )
        | Some learning ->
            let source =
                Given.source arguments |> Option.defaultValue Gaussianization.standard.Source

            let add (learning: Learning) argument =
                match argument with
                | Argument.Steps steps -> { learning with Steps = Some steps }
                | Argument.Batch batch -> { learning with Batch = Some batch }
                | Argument.Seed seed -> { learning with Seed = seed }
                | _ -> learning

            { Source = source
              Learning =
                List.fold
                    add
                    { learning with
                        Interneurons = interneurons arguments }
                    arguments }

    // A KS distance beyond which a trained circuit deserves a warning.
    let private farKs = 0.05

    let private run (arguments: Argument list) cancellation =
        let place, model =
            match given arguments with
            | Some found -> found
            | None -> raise (UsageException "what to derive is missing: give --model or --potential")

        let circuits =
            pick arguments (function
                | Argument.Circuits n -> Some n
                | _ -> None)
            |> Option.defaultValue 27

        let isTraining = List.contains Argument.Train arguments

        if not isTraining && (Given.source arguments).IsSome then
            raise (UsageException "--image, --scene and --input are what --train learns from")

        let folder =
            pick arguments (function
                | Argument.Report folder -> Some folder
                | _ -> None)
            |> Option.orElse (if isTraining then Some "derive" else None)

        folder |> Option.iter (fun folder -> Output.requireFree folder "derive")

        let derived =
            Terminal.during "deriving" (fun _ -> Given.naming place (fun () -> Derived.ofModel circuits (Given.seed arguments) model))

        // Training comes before anything is written.
        let learned =
            if isTraining then
                let settings = training place derived arguments
                Some(Terminal.withProgress (fun progress -> Gaussianization.run settings progress cancellation))
            else
                None

        let isInterrupted =
            learned |> Option.exists (fun result -> result.Trained.Ending = Interrupted)

        learned
        |> Option.iter (fun result -> Conclusion.requireSteps result.Trained.Ending result.Trained.Steps)

        if isInterrupted then
            Terminal.log "interrupted; saving what was learned"

        match learned with
        | Some result when not (result.Ks <= farKs) ->
            Terminal.log
                $"what was learned is far from the target: KS {result.Ks:G3} is above {farKs}; another potential, or more interneurons (--interneurons), may come closer"
        | _ -> ()

        let members =
            Report.toJson derived
            @ (match learned with
               | Some result -> [ "trained", Gaussianization.toJson result ]
               | None -> [])

        let paths =
            match folder with
            | None -> []
            | Some folder ->
                Terminal.during "drawing" (fun _ ->
                    Output.results folder "derive" (Json.Object members) (fun () ->
                        Report.write folder derived
                        @ (match learned with
                           | Some result -> Gaussianization.saveFiles folder result
                           | None -> [])))

        Terminal.wrote paths

        if Given.json arguments then
            let files = [ "files", Json.List(List.map Json.Text paths) ]
            Terminal.result true (Json.Object(members @ files)) []
        else
            Terminal.print (Report.text derived)

            match learned with
            | Some result ->
                Terminal.print "\nTrained"
                Terminal.result false Json.Null [ for name, value in Gaussianization.toTable result -> "  " + name, value ]
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
              Options.formula
              Options.parameter
              Options.target
              Options.leak
              Options.primaries
              Options.interneurons
              Options.circuits
              Options.report
              Options.train ]
            @ Options.sources
            @ Options.draws
            @ [ Options.json ]
          Example = "interneuron derive --potential z^2/2+z^4/4 --report report"
          Run = run }
