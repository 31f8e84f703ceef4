namespace Interneuron.Derivation.Running

open Interneuron.Statistics
open Interneuron.Core.Symbolic.Text
open Interneuron.Derivation.Models

/// A model's inputs as stimuli: the numbers of all inputs side by side in a row, those of the row before where the model asks for these.
[<RequireQualifiedAccess>]
module JoinedInputs =
    /// The inputs that arrays are given for: not those that are another's last value.
    let own (model: Model) : Input list =
        model.Inputs |> List.filter _.Previous.IsNone

    /// The stimuli of arrays, one for each input by its name, of equally many rows. The row before the first is the first. A single array
    /// of one input is taken as it is. Refusal for a name that is no input's, a missing one, and arrays of different rows.
    let ofArrays (model: Model) (arrays: (string * Grid) list) : Grid =
        let names = [ for input in own model -> input.Name ]

        for name, _ in arrays do
            if not (List.contains name names) then
                Refusal.argument (nameof arrays) $"the model has no input '{name}': {Spelling.suggestion names name}"

        let array name =
            match arrays |> List.filter (fst >> (=) name) with
            | [ _, grid ] -> grid
            | [] ->
                let all = String.concat ", " names
                Refusal.argument (nameof arrays) $"there is no array for the input '{name}': the model's inputs are {all}"
            | _ -> Refusal.argument (nameof arrays) $"there are several arrays for the input '{name}'"

        let parts =
            [| for input in model.Inputs ->
                   match input.Previous with
                   | None -> array input.Name, 0
                   | Some other -> array other, 1 |]

        let first = fst parts[0]

        for (grid, _), input in Seq.zip parts model.Inputs do
            if grid.Rows <> first.Rows then
                Refusal.argument
                    (nameof arrays)
                    $"the arrays have different numbers of rows: {first.Rows} of '{model.Inputs.Head.Name}', {grid.Rows} of '{input.Name}'"

        match parts with
        | [| single, 0 |] -> single
        | _ ->
            let columns = parts |> Array.sumBy (fun (grid, _) -> grid.Columns)
            let values = Array.zeroCreate (first.Rows * columns)
            let mutable start = 0

            for grid, back in parts do
                for row in 0 .. first.Rows - 1 do
                    grid.Memory
                        .Slice((max 0 (row - back)) * grid.Columns, grid.Columns)
                        .CopyTo(System.Memory(values, row * columns + start, grid.Columns))

                start <- start + grid.Columns

            Grid.ofArray first.Rows columns values
