namespace Interneuron.Experiments

open System.IO
open Interneuron.Statistics
open Interneuron.Core.Files

/// What came of a sweep so far.
type Collected =
    {
        /// Where the sweep is.
        Folder: string
        /// What it runs.
        Plan: Plan
        /// What its figure shows, where there is one.
        Axes: SweepAxes option
        /// A row for each cell.
        Table: SweepTable
        /// How the cells stand, and the rows, as one JSON object.
        Json: Json
        /// The table for people.
        Lines: (string * string) list
    }

/// Collecting what came of a sweep.
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
    let private lines (plan: Plan) (axes: SweepAxes option) (table: SweepTable) : (string * string) list =
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

    /// What is there of a plan in a folder, with times or without.
    let collect (folder: string) (plan: Plan) (axes: SweepAxes option) (withTimes: bool) : Collected =
        let table = Table.collect folder plan withTimes

        { Folder = folder
          Plan = plan
          Axes = axes
          Table = table
          Json = Json.Object(members plan table.Counts @ [ "rows", Table.toJson table ])
          Lines = lines plan axes table }

    let private write (collected: Collected) () : string list =
        let parquet, csv =
            Path.Combine(collected.Folder, "table.parquet"), Path.Combine(collected.Folder, "table.csv")

        TableFiles.parquet parquet collected.Table
        TableFiles.csv csv collected.Table

        let figure =
            match collected.Axes with
            | Some axes when collected.Table.Counts.Done > 0 ->
                SweepFigure.figure collected.Plan axes collected.Lines collected.Table
                |> Figure.save collected.Folder name
            | _ -> []

        figure @ [ parquet; csv ]

    /// Writes the table as `table.parquet` and `table.csv`, the figure where there are axes and a cell is done, and `result.json` into the
    /// sweep's folder; they appear together. Returns the paths. Refusal for axes that are no columns, and when they cannot be written.
    let save (collected: Collected) : string list =
        Output.results collected.Folder name collected.Json (write collected)
