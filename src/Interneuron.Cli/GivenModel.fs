namespace Interneuron.Cli

open System
open System.IO
open Interneuron.Statistics
open Interneuron.Core.Symbolic.Text
open Interneuron.Derivation.Formulas
open Interneuron.Derivation.Models
open Interneuron.Experiments

/// A model as the command line names it.
[<RequireQualifiedAccess>]
module GivenModel =
    // What is part of a model.
    let private parts: Flag list =
        [ Options.from
          Options.potential
          Options.formula
          Options.parameter
          Options.target
          Options.leak
          Options.rule
          Options.learn
          Options.primaries ]

    let private textOf (path: string) : string =
        match File.Exists path, ModelLibrary.tryText path with
        | false, Some text -> text
        | false, None ->
            let meant =
                Spelling.nearest ModelLibrary.names path
                |> Option.map (fun name -> $"; did you mean {name}?")
                |> Option.defaultValue "."

            raise (Refusal $"{path}: no such file, and no model of the library{meant}")
        | true, _ ->
            try
                File.ReadAllText path
            with
            | :? IOException
            | :? UnauthorizedAccessException as error -> raise (Refusal($"{path}: cannot be read: {error.Message}", error))

    let private parsed path text : Model =
        match ModelText.parse text with
        | Ok model -> model
        | Error refusal -> raise (refusal.In(Where.named path))

    /// The model of a file, or of the library by its name.
    let read (path: string) : Model = textOf path |> parsed path

    /// The numbers of neurons that are given beside a model: --interneurons of a circuit, --size of other populations.
    let sizes (given: Given) (model: Model) : Sizes =
        let interneurons = given.TryOne Options.interneurons

        if
            interneurons.IsSome
            && not (List.contains Population.interneurons model.Populations)
        then
            let names =
                [ for population in model.Populations -> $"{Options.size.Name} {population.Name}=N" ]
                |> String.concat ", "

            raise (UsageException $"the model declares its own populations: {names}")

        [ match interneurons with
          | Some k -> Population.interneurons, k
          | None -> () ]
        @ ModelArrays.sizes model (given.All Options.size)

    /// --model: its name, its text and the model. UsageException where something that is part of a model is given beside it.
    let tryFind (given: Given) : (string * string * Model) option =
        given.TryFind Options.model
        |> Option.map (fun path ->
            match given.Flags |> List.tryFind (fun flag -> List.contains flag parts) with
            | Some flag -> raise (UsageException $"{flag.Name} is part of the model in {path}; give one of them")
            | None -> ()

            let text = textOf path
            path, text, parsed path text)
