namespace Interneuron.Stimuli

open System
open System.Globalization
open System.IO
open System.Text
open CsvHelper
open Interneuron.Statistics
open Interneuron.Core.Symbolic
open Interneuron.Core.Files

/// Numbers as text, in columns with commas (.csv) or tabs (.tsv) between them, under a line with their names or without one.
module internal DelimitedFile =

    /// What stands between columns in a file of this name; None where the name is of no such file.
    let separator (path: string) : char option =
        match (string (Path.GetExtension path)).ToLowerInvariant() with
        | ".csv" -> Some ','
        | ".tsv" -> Some '\t'
        | _ -> None

    let private number (text: string) =
        match Double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture) with
        | true, value -> Some value
        | _ -> None

    // The columns to take, by their names; all if none are named.
    let private chosen path (names: string[] option) count (wanted: string option) =
        match wanted, names with
        | None, _ -> [| 0 .. count - 1 |]
        | Some _, None -> FileError.refuse path "has no names of columns in its first line, so none can be named."
        | Some wanted, Some names ->
            [| for name in wanted.Split ',' ->
                   match Array.IndexOf(names, name) with
                   | -1 ->
                       let all = names |> Array.map Message.quote |> String.concat ", "
                       FileError.refuse path $"has no column {Message.quote name}; in it: {all}."
                   | column -> column |]

    /// The numbers as a .npy file, line after line.
    let unpack (path: string) (separator: char) (file: FileStream) (name: string option) (target: Stream) =
        StoredArray.reading path (string (Path.GetExtension path)) (fun () ->
            file.Position <- 0L

            let options =
                CsvReaderOptions(HasHeader = false, Separator = Nullable separator, TrackLineNumbers = true, SkipEmptyLines = true)

            use reader = CsvReader.Create(file, options, true)

            if not (reader.Read()) then
                FileError.refuse path "has no numbers in it."

            let line () =
                Array.init reader.FieldCount (fun column -> (reader.GetString column).Trim())

            let first = line ()

            let names =
                if first |> Array.exists (fun text -> text <> "" && (number text).IsNone) then
                    Some first
                else
                    None

            let columns = chosen path names first.Length name
            let values = Array.zeroCreate<float> columns.Length

            let shape rows =
                if columns.Length = 1 then
                    [ rows ]
                else
                    [ rows; int64 columns.Length ]

            target.Write(NpyHeader.writeAs "<f8" false (shape 0L))
            let mutable rows = 0L

            let append () =
                if reader.FieldCount <> first.Length then
                    FileError.refuse path $"line {reader.LineNumber} has {reader.FieldCount} columns; the first has {first.Length}."

                columns
                |> Array.iteri (fun at column ->
                    let text = (reader.GetString column).Trim()

                    match number text with
                    | Some value -> values[at] <- value
                    | None ->
                        let kind = if separator = ',' then "commas" else "tabs"

                        FileError.refuse
                            path
                            $"line {reader.LineNumber}, column {column + 1}: {Message.quote text} is not a number such as 0.5 or 1e-3; \
                            columns are separated by {kind}.")

                StoredArray.put target (ReadOnlySpan values)
                rows <- rows + 1L

            if names.IsNone then
                append ()

            while reader.Read() do
                append ()

            if rows = 0L then
                FileError.refuse path "has names of columns and no numbers."

            target.Position <- 0L
            target.Write(NpyHeader.writeAs "<f8" false (shape rows)))

    // Values written at a time.
    let private blockLength = 1 <<< 16

    /// Writes rows of numbers, each with as many digits as it takes to read it back; `read` gives the next rows until there are none.
    let write (separator: char) (columns: int) (read: float[] -> int) (file: Stream) =
        use writer = new StreamWriter(file, UTF8Encoding false, 1 <<< 16, true)
        writer.NewLine <- "\n"
        let block = Array.zeroCreate<float>(max 1 (blockLength / columns) * columns)
        let mutable rows = read block

        while rows > 0 do
            for row in 0 .. rows - 1 do
                for column in 0 .. columns - 1 do
                    if column > 0 then
                        writer.Write separator

                    writer.Write(Numeral.write block[row * columns + column])

                writer.WriteLine()

            rows <- read block
