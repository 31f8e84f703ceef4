namespace Interneuron.Experiments

open Interneuron.Statistics
open Interneuron.Core.Symbolic
open Interneuron.Core.Files
open Interneuron.Core.Symbolic.Text
open Interneuron.Derivation.Formulas
open Interneuron.Derivation.Models
open Interneuron.Derivation.Running
open Interneuron.Stimuli

/// The arrays that a model learns from or responds to, from files that are named for its inputs.
[<RequireQualifiedAccess>]
module ModelArrays =
    /// A text such as W=W.npy: a name, and what is given to it.
    let private (|Assigned|_|) (text: string) : (string * string) option =
        match text.IndexOf '=' with
        | at when at > 0 -> Some(text[.. at - 1], text[at + 1 ..])
        | _ -> None

    /// Whether what is given is one array that the model takes as it is: it has one input, which is not named.
    let isOneArray (model: Model) (given: string list) : bool =
        match model.Inputs, given with
        | [ _ ], [ file ] -> not (file.Contains '=')
        | _ -> false

    /// The input and the file of each: NAME=FILE, or a FILE alone for a model of one input.
    let named (model: Model) (given: string list) : (string * string) list =
        match given, JoinedInputs.own model with
        | [ file ], [ input ] when not (file.StartsWith $"{input.Name}=") -> [ input.Name, file ]
        | _, inputs ->
            [ for text in given ->
                  match text with
                  | Assigned(name, file) -> name, file
                  | _ ->
                      let all =
                          inputs
                          |> List.map (fun input -> $"--input {input.Name}=FILE")
                          |> String.concat " "

                      raise (Refusal $"the model has several inputs; each array says whose it is: {all}") ]

    /// The stimuli of files, and where they come from. Refusal where a file cannot be used or the model has no such input.
    let read (model: Model) (files: (string * string) list) : Source * Grid =
        let arrays =
            [ for name, path in files ->
                  use mapped = Source.mapped (Source.Input path)
                  let grid = mapped.Grid
                  name, Grid.ofArray grid.Rows grid.Columns (grid.ToArray()) ]

        let described =
            files |> List.map (fun (name, path) -> $"{name}={path}") |> String.concat " "

        Source.Input described, JoinedInputs.ofArrays model arrays

    /// The model with the parameters of texts such as W=W.npy starting from the arrays of these files, rows by their first index. Refusal
    /// for what is no parameter, and for an array of another shape than the parameter has at these sizes.
    let starting (model: Model) (sizes: Sizes) (given: string list) : Model =
        let learned (model: Model) (text: string) =
            let refuse what =
                raise (Refusal $"--start {Message.quote text}: {what}")

            match text with
            | Assigned(name, path) ->
                match model.Learned |> List.tryFind (fun p -> p.Name = name) with
                | None ->
                    let known = [ for p in model.Learned -> p.Name ]
                    refuse $"there is no parameter '{name}': {Spelling.suggestion known name}"
                | Some p ->
                    use mapped = Source.mapped (Source.Input path)
                    let grid = mapped.Grid

                    let rows, columns =
                        match [ for index in p.Site -> Sizes.count sizes index.Over ] with
                        | [] -> 1, 1
                        | first :: others -> first, List.fold (*) 1 others

                    if (grid.Rows, grid.Columns) <> (rows, columns) then
                        refuse $"the array is {grid.Rows} x {grid.Columns}; {name} is {rows} x {columns} with {Sizes.describe sizes}"

                    let start = Table(List.ofArray (grid.ToArray()))

                    { model with
                        Learned = [ for q in model.Learned -> if q.Name = name then { q with Start = start } else q ] }
            | _ -> refuse "it is not a parameter with its file, such as W=W.npy"

        List.fold learned model given

    /// The populations of texts such as unit=8, with their numbers. Refusal for what is not one.
    let sizes (model: Model) (given: string list) : Sizes =
        [ for text in given ->
              match text with
              | Assigned(name, count) ->
                  match model.Populations |> List.tryFind (fun population -> population.Name = name) with
                  | None ->
                      let known = [ for population in model.Populations -> population.Name ]
                      raise (Refusal $"--size {Message.quote text}: there is no population '{name}': {Spelling.suggestion known name}")
                  | Some population ->
                      match Numeral.readWhole count with
                      | Ok value when value >= 1L && value <= 1_000_000L -> population, int value
                      | _ ->
                          raise (
                              Refusal $"--size {Message.quote text}: {Message.quote count} is not a number of neurons, a whole one from 1"
                          )
              | _ -> raise (Refusal $"--size {Message.quote text} is not a population with its number, such as unit=8") ]
