namespace Interneuron.Experiments

open Interneuron.Statistics
open Interneuron.Core.Files

/// The figure of a sweep: columns of its table against another, a mark for each cell that is done.
[<RequireQualifiedAccess>]
module SweepFigure =
    // What spans a decade is drawn by decades.
    let private axis (label: string) (values: float array) : Axis =
        let least, most = Plots.extremes values

        if least > 0.0 && most >= 10.0 * least then
            Axis.log label (Plots.decades values)
        elif least >= 0.0 then
            Axis.linear label (0.0, max (1.08 * most) (least + 1e-12))
        else
            Axis.linear label (Plots.padded 0.05 (least, most))

    let private numeric (table: SweepTable) (option: string) (name: string) : float option array =
        let known = Table.numeric table

        match known |> List.tryFind (fun (other, _) -> other = name) with
        | Some(_, values) -> values
        | None -> raise (Refusal(Where.named option, Names.unknown "column of numbers" (List.map fst known) name, None, null, null))

    // What a column says of each row, and in which order.
    let private distinguished (table: SweepTable) (by: string option) : string array * string list =
        match by with
        | None -> Array.create table.Rows "", [ "" ]
        | Some name ->
            match table.Columns |> List.tryFind (fun (other, _) -> other = name) with
            | Some(_, column) ->
                let texts = Table.texts column
                texts, List.distinct (List.ofArray texts)
            | None ->
                let known = List.map fst table.Columns
                raise (Refusal(Where.named Options.by.Name, Names.unknown "column" known name, None, null, null))

    /// The figure, and what was measured as lines for people. Refusal for columns that are not there, or have no numbers.
    let figure (plan: Plan) (axes: SweepAxes) (numbers: (string * string) list) (table: SweepTable) : Figure =
        let x = numeric table Options.x.Name axes.X
        let groups, names = distinguished table axes.By
        let label = RichText.plain

        let panel (name: string) =
            let y = numeric table Options.y.Name name

            let points =
                Array.zip3 x y groups
                |> Array.choose (fun (x, y, group) -> Option.map2 (fun x y -> x, y, group) x y)

            let marks i (group: string) : Curve =
                let own = points |> Array.filter (fun (_, _, other) -> other = group)

                Plots.curve (label group) (Style.marks i) [| for x, _, _ in own -> x |] [| for _, y, _ in own -> y |]

            Panel.Curves(
                axis (label axes.X) [| for x, _, _ in points -> x |],
                axis (label name) [| for _, y, _ in points -> y |],
                List.mapi marks names |> List.filter (fun curve -> curve.X.Length > 0)
            )

        let by =
            match axes.By with
            | Some name -> $", its shape and colour by {label name}"
            | None -> ""

        { Caption =
            { Title = $"A sweep of {Output.count plan.Count} runs of {label plan.Experiment.Name}: a mark for each run{by}."
              Panels = [ for name in axes.Y -> $"{label name} against {label axes.X}." ]
              Settings =
                [ for name, value in plan.Options -> name, string value
                  for name, values in plan.Grid ->
                      name,
                      match values with
                      | [ value ] -> string value
                      | values when values.Length <= 4 -> values |> List.map string |> String.concat ", "
                      | values -> $"{values.Length} values, {values.Head} to {List.last values}" ]
              Numbers = numbers }
          RowHeight = 190.0
          Rows = axes.Y |> List.map panel |> List.chunkBySize 3 }
