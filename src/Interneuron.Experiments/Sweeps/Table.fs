namespace Interneuron.Experiments

open System
open System.Collections.Generic
open System.Text.Json
open System.Text.RegularExpressions
open Interneuron.Core.Symbolic
open Interneuron.Core.Files

/// The values of a column of a sweep's table, one for each cell.
[<RequireQualifiedAccess>]
type Column =
    /// Whole numbers.
    | Wholes of int64 array
    /// Numbers; None where a cell has no such.
    | Numbers of float option array
    /// Texts; None where a cell has none.
    | Texts of string option array

/// A sweep as a table: a row for each cell, in the order of the plan. Its columns are the cell's number, its settings, `state` (done,
/// failed or left), `reason`, `folder`, and every number of the results.
type SweepTable =
    {
        /// The columns, by their names.
        Columns: (string * Column) list
        /// The number of rows.
        Rows: int
        /// How the cells stand.
        Counts: SweepCounts
    }

/// Making tables of sweeps.
[<RequireQualifiedAccess>]
module Table =
    // Longer lists of numbers are weights and curves, which stay in the result.
    let private longestList = 16

    // The numbers of a result by their names: members have dots between them, elements of lists their number from 0.
    let rec private numbers (name: string) (element: JsonElement) : (string * float) list =
        let into part =
            if name = "" then part else $"{name}.{part}"

        match element.ValueKind with
        | JsonValueKind.Number -> [ name, element.GetDouble() ]
        | JsonValueKind.Object ->
            [ for part in element.EnumerateObject() do
                  yield! numbers (into part.Name) part.Value ]
        | JsonValueKind.Array ->
            let isLong =
                element.GetArrayLength() > longestList
                && element.EnumerateArray()
                   |> Seq.forall (fun item -> item.ValueKind <> JsonValueKind.Object)

            if isLong then
                []
            else
                [ for i, item in Seq.indexed (element.EnumerateArray()) do
                      yield! numbers (into (string i)) item ]
        | _ -> []

    /// Whether a column is of times: its last word is seconds, or it is of something per second.
    let isTime (name: string) : bool =
        Regex.IsMatch(name, @"(^|[._])(seconds|per_second)$")

    let private ofTexts (texts: string list) : Column =
        let wholes = texts |> List.map Numeral.readWhole
        let reals = texts |> List.map Numeral.read

        if wholes |> List.forall Result.isOk then
            Column.Wholes [| for value in wholes -> Result.defaultValue 0L value |]
        elif reals |> List.forall Result.isOk then
            Column.Numbers [| for value in reals -> Result.toOption value |]
        else
            Column.Texts [| for text in texts -> Some text |]

    let private resultOf (place: string) : (string * float) list =
        JsonReading.file (Cells.resultIn place) (fun _ root -> numbers "" root)

    /// What is there of a plan in a folder. A number of the results that has the name of a setting is that setting, and stands once; times
    /// are the last columns, where they are asked for. Refusal when a result cannot be read.
    let collect (folder: string) (plan: Plan) (withTimes: bool) : SweepTable =
        let cells = plan.Cells
        let places = [ for cell in cells -> Cells.place folder plan.Experiment cell ]
        let states = places |> List.map Cells.state

        let results =
            List.zip places states
            |> List.map (fun (place, state) ->
                match state with
                | CellState.Done -> dict (resultOf place)
                | _ -> dict [])

        let settings = List.map fst cells.Head.Settings

        let setting (name: string) =
            name, ofTexts [ for cell in cells -> cell.Settings |> List.find (fun (other, _) -> other = name) |> snd |> string ]

        let merits =
            results
            |> List.collect (fun result -> List.ofSeq result.Keys)
            |> List.distinct
            |> List.filter (fun name -> not (List.contains name settings))

        let merit (name: string) =
            let value (result: IDictionary<string, float>) =
                match result.TryGetValue name with
                | true, value -> Some value
                | _ -> None

            name, Column.Numbers [| for result in results -> value result |]

        let times, measures = merits |> List.partition isTime

        let stateName state =
            match state with
            | CellState.Done -> "done"
            | CellState.Failed _ -> "failed"
            | CellState.Left -> "left"

        let reason state =
            match state with
            | CellState.Failed reason -> Some reason
            | _ -> None

        { Columns =
            [ "cell", Column.Wholes [| for cell in cells -> int64 cell.Number |] ]
            @ List.map setting settings
            @ [ "state", Column.Texts [| for state in states -> Some(stateName state) |]
                "reason", Column.Texts [| for state in states -> reason state |]
                "folder", Column.Texts [| for cell in cells -> Some(Cells.name plan.Experiment cell) |] ]
            @ List.map merit (measures @ (if withTimes then times else []))
          Rows = cells.Length
          Counts = Cells.countOf states }

    /// The columns of numbers.
    let numeric (table: SweepTable) : (string * float option array) list =
        table.Columns
        |> List.choose (fun (name, column) ->
            match column with
            | Column.Wholes values -> Some(name, [| for value in values -> Some(float value) |])
            | Column.Numbers values -> Some(name, values)
            | Column.Texts _ -> None)

    /// A column as texts, numbers with as many digits as bring the same number back; empty where a cell has no value.
    let texts (column: Column) : string array =
        match column with
        | Column.Wholes values -> [| for value in values -> string value |]
        | Column.Numbers values -> [| for value in values -> value |> Option.map Numeral.write |> Option.defaultValue "" |]
        | Column.Texts values -> [| for value in values -> defaultArg value "" |]

    /// The table as JSON: an object for each row, with null where a cell has no value.
    let toJson (table: SweepTable) : Json =
        let cell i column =
            match column with
            | Column.Wholes values -> Json.Whole values[i]
            | Column.Numbers values -> values[i] |> Option.map Json.Number |> Option.defaultValue Json.Null
            | Column.Texts values -> values[i] |> Option.map Json.Text |> Option.defaultValue Json.Null

        Json.List [ for i in 0 .. table.Rows - 1 -> Json.Object [ for name, column in table.Columns -> name, cell i column ] ]
