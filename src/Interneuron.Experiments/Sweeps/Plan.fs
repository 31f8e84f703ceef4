namespace Interneuron.Experiments

open System
open System.Text.Json
open Interneuron.Statistics
open Interneuron.Core.Symbolic
open Interneuron.Core.Files

/// What an option of an experiment is set to.
[<RequireQualifiedAccess>]
type PlannedValue =
    /// The words that stand after it: one, or several numbers.
    | Words of string list
    /// A switch, which is given or not.
    | Switch of bool

    /// As a text: the words, or true or false.
    override this.ToString() =
        match this with
        | Words words -> String.concat " " words
        | Switch true -> "true"
        | Switch false -> "false"

/// The columns of a sweep's table that its figure shows.
type SweepAxes =
    {
        /// What is drawn to the right.
        X: string
        /// What is drawn upwards, a panel each.
        Y: string list
        /// What a mark's colour and shape stand for; None where all are alike.
        By: string option
    }

/// One run of a sweep; its settings determine its result.
type Cell =
    {
        /// Its place in the plan, from 1.
        Number: int
        /// What the options of the experiment are set to, by their names without dashes: those of the grid, then those that all cells
        /// share.
        Settings: (string * PlannedValue) list
    }

    /// The settings as a command line has them.
    member this.Words: string list =
        this.Settings
        |> List.collect (fun (name, value) ->
            match value with
            | PlannedValue.Switch false -> []
            | PlannedValue.Switch true -> [ "--" + name ]
            | PlannedValue.Words [ word ] -> [ $"--{name}={word}" ]
            | PlannedValue.Words words -> "--" + name :: words)

/// An experiment, options that all its runs share, and a grid of options with values, each combination of which is a cell. A value that is
/// here can be read; made by `Plan.create`.
type Plan =
    private
        { experiment: IExperiment
          options: (string * PlannedValue) list
          grid: (string * PlannedValue list) list
          axes: SweepAxes option }

    /// What each cell runs.
    member this.Experiment = this.experiment
    /// What all cells share.
    member this.Options = this.options
    /// The options that differ, with their values.
    member this.Grid = this.grid
    /// What the figure shows, where something is drawn.
    member this.Axes = this.axes

    /// The number of cells.
    member this.Count: int =
        this.grid |> List.fold (fun count (_, values) -> count * values.Length) 1

    /// The cells, in the order of the grid; its last option changes from each to the next.
    member this.Cells: Cell list =
        let combined =
            (this.grid, [ [] ])
            ||> List.foldBack (fun (name, values) rest ->
                [ for value in values do
                      for settings in rest -> (name, value) :: settings ])

        combined
        |> List.mapi (fun i settings ->
            { Number = i + 1
              Settings = settings @ this.options })

/// Plans, as values and as files.
[<RequireQualifiedAccess>]
module Plan =
    /// The most cells of a plan.
    let largest = 1_000_000

    let private flagOf (at: Where) (experiment: IExperiment) (name: string) : Flag =
        let names = [ for flag in experiment.Flags -> flag.Name.Substring 2 ]

        match American.tryFind names name with
        | Some found -> experiment.Flags |> List.find (fun flag -> flag.Name = "--" + found)
        | None ->
            let known = String.concat ", " names
            JsonReading.refuse at $"{experiment.Name} has no such option; it has {known}."

    let private check (at: Where) (flag: Flag) (value: PlannedValue) =
        match flag.Kind, value with
        | Kind.Switch, PlannedValue.Switch _ -> ()
        | Kind.Switch, PlannedValue.Words _ -> JsonReading.refuse at "is a switch: true or false."
        | _, PlannedValue.Switch _
        | _, PlannedValue.Words [] -> JsonReading.refuse at $"""needs a value: {defaultArg flag.Value ""}."""
        | Kind.Wholes _, PlannedValue.Words words -> Refusal.within at (fun () -> flag.Check words)
        | _, PlannedValue.Words [ word ] -> Refusal.within at (fun () -> flag.Check [ word ])
        | _, PlannedValue.Words _ -> JsonReading.refuse at "takes one value."

    /// A plan. `at` is where it comes from, which a refusal names. Refusal for an option that the experiment does not have or that is set
    /// twice, a value that cannot be read or is there twice, and a grid without values or with more than a million cells.
    let create
        (at: Where)
        (experiment: IExperiment)
        (options: (string * PlannedValue) list)
        (grid: (string * PlannedValue list) list)
        (axes: SweepAxes option)
        : Plan =
        let into part name =
            at |> Where.into part |> Where.into name

        let options =
            [ for name, value in options do
                  let at = into "options" name
                  let flag = flagOf at experiment name
                  check at flag value
                  flag.Name.Substring 2, value ]

        let grid =
            [ for name, values in grid do
                  let at = into "grid" name
                  let flag = flagOf at experiment name

                  if values.IsEmpty then
                      JsonReading.refuse at "has no values."

                  for value, count in List.countBy id values do
                      check at flag value

                      if count > 1 then
                          JsonReading.refuse at $"has {value} {count} times; two cells would be the same."

                  flag.Name.Substring 2, values ]

        for name, count in List.countBy id (List.map fst options @ List.map fst grid) do
            if count > 1 then
                JsonReading.refuse (into "grid" name) "is set twice."

        let cells =
            grid |> List.fold (fun count (_, values) -> count * float values.Length) 1.0

        if cells > float largest then
            JsonReading.refuse (Where.into "grid" at) $"has {cells} cells; at most {largest} are possible."

        { experiment = experiment
          options = options
          grid = grid
          axes = axes }

    /// The whole numbers of a text such as 1..10, or of one number. Refusal for anything else.
    let private rangeOf (at: Where) (text: string) : int64 list =
        let ends = text.Split ".." |> Array.map Numeral.readWhole

        match ends with
        | [| Ok one |] -> [ one ]
        | [| Ok first; Ok last |] when first <= last && last - first < int64 largest -> [ first..last ]
        | _ -> JsonReading.refuse at $"{Message.quote text} is no range of whole numbers, such as 1..10."

    // A word as values: a range as all its numbers, where the option takes whole numbers.
    let private expanded (at: Where) (flag: Flag) (word: string) : PlannedValue list =
        match flag.Kind with
        | Kind.Whole _
        | Kind.Wholes _ when word.Contains ".." -> [ for value in rangeOf at word -> PlannedValue.Words [ string value ] ]
        | _ -> [ PlannedValue.Words [ word ] ]

    /// The values in a list such as 2,8,32 or 1..10, for an option of an experiment. Refusal as `create`.
    let values (at: Where) (experiment: IExperiment) (name: string) (list: string) : PlannedValue list =
        let flag = flagOf at experiment name

        list.Split(',', StringSplitOptions.TrimEntries ||| StringSplitOptions.RemoveEmptyEntries)
        |> List.ofArray
        |> List.collect (expanded at flag)

    /// The cells of a range such as 1..10 of their numbers. Refusal for a text that is none.
    let cellsIn (at: Where) (range: string) (plan: Plan) : Cell list =
        let numbers = rangeOf at range
        let first, last = List.head numbers, List.last numbers

        plan.Cells
        |> List.filter (fun cell -> first <= int64 cell.Number && int64 cell.Number <= last)

    /// The pictures of a folder, as values of an option. Refusal when there is no such folder, or no picture in it.
    let picturesIn (folder: string) : PlannedValue list =
        [ for path in Source.picturesIn folder -> PlannedValue.Words [ path ] ]

    // ---- as JSON

    let private word (at: Where) (element: JsonElement) =
        match element.ValueKind with
        | JsonValueKind.Number -> element.GetRawText()
        | _ -> JsonReading.text at element

    let private value (at: Where) (element: JsonElement) : PlannedValue =
        match element.ValueKind with
        | JsonValueKind.True -> PlannedValue.Switch true
        | JsonValueKind.False -> PlannedValue.Switch false
        | JsonValueKind.Array -> PlannedValue.Words(List.ofArray (JsonReading.list word at element))
        | _ -> PlannedValue.Words [ word at element ]

    let private members read (at: Where) (element: JsonElement) =
        if element.ValueKind <> JsonValueKind.Object then
            JsonReading.refuse at "has to be an object."

        [ for part in element.EnumerateObject() -> part.Name, read (Where.into part.Name at) part.Name part.Value ]

    let private gridValues (experiment: IExperiment) (at: Where) (name: string) (element: JsonElement) : PlannedValue list =
        let one (element: JsonElement) =
            match element.ValueKind with
            | JsonValueKind.String -> expanded at (flagOf at experiment name) (JsonReading.text at element)
            | _ -> [ value at element ]

        match element.ValueKind with
        | JsonValueKind.Array ->
            [ for item in element.EnumerateArray() do
                  yield! one item ]
        | _ -> one element

    let private axesOf (at: Where) (element: JsonElement) : SweepAxes =
        JsonReading.requireMembers at [ "x"; "y"; "by" ] element

        { X = JsonReading.value at "x" element JsonReading.text
          Y = List.ofArray (JsonReading.value at "y" element (JsonReading.list JsonReading.text))
          By = JsonReading.tryValue at "by" element JsonReading.text }

    // The pictures of a folder stand in the grid as "images", where that is no option of the experiment itself.
    let private arePictures (experiment: IExperiment) (name: string) =
        name = "images"
        && not (experiment.Flags |> List.exists (fun flag -> flag = Options.images))

    let private ofElement (at: Where) (root: JsonElement) : Plan =
        JsonReading.requireMembers at [ "experiment"; "options"; "grid"; "figure" ] root
        let name = JsonReading.value at "experiment" root JsonReading.text
        let names = [ for experiment in Experiments.all -> experiment.Name ]

        let experiment =
            match American.tryFind names name with
            | Some found -> Experiments.all |> List.find (fun experiment -> experiment.Name = found)
            | None -> JsonReading.refuse (Where.into "experiment" at) (Names.unknown "experiment" names name)

        let options =
            JsonReading.tryValue at "options" root (members (fun at _ element -> value at element))

        let grid =
            JsonReading.value
                at
                "grid"
                root
                (members (fun at name element ->
                    if arePictures experiment name then
                        Refusal.within at (fun () -> picturesIn (JsonReading.text at element))
                    else
                        gridValues experiment at name element))
            |> List.map (fun (name, values) -> (if arePictures experiment name then "image" else name), values)

        create at experiment (defaultArg options []) grid (JsonReading.tryValue at "figure" root axesOf)

    /// A plan from the bytes of its JSON, which came from `at`. Refusal as `create`, and for what is no plan.
    let parse (at: Where) (bytes: byte array) : Plan = JsonReading.document at bytes ofElement

    /// A plan from a file. Refusal as `parse`, and when it cannot be read.
    let read (path: string) : Plan = JsonReading.file path ofElement

    let private valueJson (value: PlannedValue) =
        match value with
        | PlannedValue.Switch on -> Json.Truth on
        | PlannedValue.Words [ word ] -> Json.Text word
        | PlannedValue.Words words -> Json.List(List.map Json.Text words)

    /// A plan as JSON, with every value in the grid.
    let toJson (plan: Plan) : Json =
        Json.Object
            [ "experiment", Json.Text plan.Experiment.Name
              "options", Json.Object [ for name, value in plan.Options -> name, valueJson value ]
              "grid", Json.Object [ for name, values in plan.Grid -> name, Json.List(List.map valueJson values) ]
              match plan.Axes with
              | Some axes ->
                  "figure",
                  Json.Object
                      [ "x", Json.Text axes.X
                        "y", Json.List(List.map Json.Text axes.Y)
                        match axes.By with
                        | Some by -> "by", Json.Text by
                        | None -> () ]
              | None -> () ]
