namespace Interneuron.Experiments

open System
open System.IO
open System.Text
open System.Text.Json
open Interneuron.Statistics
open Interneuron.Core.Files
open Interneuron.Stimuli

/// Results as files and as lines for people.
[<RequireQualifiedAccess>]
module Output =
    /// A number as on axes, with commas between thousands: 20,000.
    let grouped (value: float) =
        value.ToString("#,0.##########", Globalization.CultureInfo.InvariantCulture)

    /// A count with commas between thousands.
    let count (value: int) = grouped (float value)

    /// A number with up to four decimals, and commas between thousands.
    let short (value: float) =
        value.ToString("#,0.####", Globalization.CultureInfo.InvariantCulture)

    /// A number with so many decimals; a zero has no sign.
    let decimals (digits: int) (value: float) =
        (Math.Round(value, digits) + 0.0).ToString("F" + string digits, Globalization.CultureInfo.InvariantCulture)

    /// A number with up to four decimals, or two digits and a power of ten where it is small.
    let small (value: float) =
        if abs value < 1e-3 && value <> 0.0 then
            value.ToString("0.0e-0", Globalization.CultureInfo.InvariantCulture)
        else
            short value

    /// A table as names and values: the first column, and the others below one another.
    let table (header: string list) (rows: string list list) : (string * string) list =
        let widths =
            header
            |> List.mapi (fun j name -> List.max (name.Length :: [ for row in rows -> row[j].Length ]))

        let line (cells: string list) =
            let values =
                List.zip cells widths
                |> List.tail
                |> List.map (fun (cell, width) -> cell.PadLeft width)

            cells.Head, String.Join("  ", values)

        line header :: List.map line rows

    /// Writes into a folder, which is made where there is none, files that appear together: all, or none and no folder. Refusal when it
    /// cannot be made.
    let into (path: string) (write: unit -> 'Result) : 'Result =
        let isNew = not (Directory.Exists path)

        try
            Directory.CreateDirectory path |> ignore
        with
        | :? IOException
        | :? UnauthorizedAccessException as error -> raise (Refusal($"{path}: cannot be made: {error.Message}", error))

        try
            Files.together write
        with _ ->
            if isNew && Seq.isEmpty (Directory.EnumerateFileSystemEntries path) then
                Directory.Delete path

            reraise ()

    /// Writes a JSON value, whole or not at all. Refusal when the file cannot be written.
    let json (path: string) (value: Json) =
        let bytes = Encoding.UTF8.GetBytes(Json.toText value)
        Files.writeWhole path (fun stream -> stream.Write(bytes, 0, bytes.Length))

    let private resultIn (folder: string) = Path.Combine(folder, "result.json")

    /// Writes what a verb found into a folder, which is made if it is not there: the files that `write` writes and names, and result.json,
    /// the members of an object with the verb before them and the names of all files of the run behind. They appear together, and
    /// result.json last: what it does not name is of another run. Returns the paths. Refusal when they cannot be written.
    let results (path: string) (verb: string) (found: Json) (write: unit -> string list) : string list =
        into path (fun () ->
            let written = write ()
            let result = resultIn path

            let members =
                match found with
                | Json.Object members -> members
                | other -> [ "result", other ]

            let files =
                [ for file in Files.waiting () @ [ result ] -> Json.Text(Path.GetRelativePath(path, file)) ]

            json result (Json.Object([ "verb", Json.Text verb ] @ members @ [ "files", Json.List files ]))
            written @ [ result ])

    // The verb whose result a file is; None where it is no such file.
    let private verbOf (path: string) =
        try
            use document = JsonDocument.Parse(File.ReadAllBytes path)

            match document.RootElement.ValueKind with
            | JsonValueKind.Object ->
                match document.RootElement.TryGetProperty "verb" with
                | true, verb when verb.ValueKind = JsonValueKind.String -> Some(string (verb.GetString()))
                | _ -> None
            | _ -> None
        with
        | :? JsonException
        | :? InvalidOperationException
        | :? IOException
        | :? UnauthorizedAccessException -> None

    /// Refuses, before any work, a folder that a verb's results cannot be written to, and one that holds the results of another verb, which
    /// they would mix with. Refusal.
    let requireFree (path: string) (verb: string) =
        Files.requireWritableFolder path
        let result = resultIn path

        if File.Exists result then
            match verbOf result with
            | Some other when other = verb -> ()
            | Some other -> raise (Refusal $"{path}: holds the results of {Message.quote other}; give '{verb}' a folder of its own.")
            | None -> raise (Refusal $"{result}: is not a result of '{verb}'; give it a folder of its own.")
