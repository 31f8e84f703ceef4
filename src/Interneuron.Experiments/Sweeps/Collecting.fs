namespace Interneuron.Experiments

open System.IO
open Interneuron.Statistics
open Interneuron.Core.Files

/// What came of a sweep so far.
[<RequireQualifiedAccess>]
module Collecting =
    /// The name of its results and of its figure.
    let name = "sweep"

    /// How the cells of a plan stand, as members of a JSON object.
    let members (plan: Plan) (counts: SweepCounts) : (string * Json) list =
        [ "experiment", Json.Text plan.Experiment.Name
          "cells", Json.whole plan.Count
          "done", Json.whole counts.Done
          "failed", Json.whole counts.Failed
          "left", Json.whole counts.Left ]

    /// The table for people: what differs, and what the figure shows; why a cell failed, in its place.
    let lines (plan: Plan) (axes: SweepAxes option) (table: SweepTable) : (string * string) list =
        let texts = dict [ for name, column in table.Columns -> name, column ]
        let isNumber = table |> Table.numeric |> List.map fst |> set

        let shown =
            match axes with
            | Some axes -> axes.X :: axes.Y |> List.filter (fun name -> isNumber.Contains name)
            | None -> []

        let differing = List.map fst plan.Grid
        let measures = shown |> List.filter (fun name -> not (List.contains name differing))

        let settings = [ for name in differing -> Table.texts texts[name] ]

        let columns =
            [ for name in measures ->
                  table
                  |> Table.numeric
                  |> List.find (fun (other, _) -> other = name)
                  |> snd
                  |> Array.map (Option.map Output.small >> Option.defaultValue "") ]

        let states, reasons = Table.texts texts["state"], Table.texts texts["reason"]

        let rows =
            [ for i in 0 .. table.Rows - 1 ->
                  string (i + 1) :: [ for setting in settings -> setting[i] ]
                  @ [ states[i] ]
                  @ [ for column in columns -> column[i] ] ]

        Output.table ("cell" :: differing @ [ "state" ] @ measures) rows
        @ [ for i in 0 .. table.Rows - 1 do
                if reasons[i] <> "" then
                    string (i + 1), reasons[i] ]

    /// Writes the table of a plan's cells as `table.parquet` and `table.csv`, the figure where there are axes, and `result.json` into the
    /// folder; they appear together. Returns the paths. Refusal for axes that are no columns, and when they cannot be written.
    let save (folder: string) (plan: Plan) (axes: SweepAxes option) (table: SweepTable) : string list =
        let counts = Cells.count folder plan

        let parquet, csv =
            Path.Combine(folder, "table.parquet"), Path.Combine(folder, "table.csv")

        Output.results folder name (Json.Object(members plan counts @ [ "rows", Table.toJson table ])) (fun () ->
            TableFiles.parquet parquet table
            TableFiles.csv csv table

            let figure =
                match axes with
                | Some axes when counts.Done > 0 ->
                    Figure.save folder name (SweepFigure.figure plan axes (lines plan (Some axes) table) table)
                | _ -> []

            figure @ [ parquet; csv ])
