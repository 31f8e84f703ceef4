namespace Interneuron.Experiments

open System
open System.IO
open System.Text
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

    /// Makes a folder where there is none. BadInputException when it cannot be made.
    let folder (path: string) =
        try
            Directory.CreateDirectory path |> ignore
        with :? IOException as error ->
            raise (BadInputException($"{path}: cannot be made: {error.Message}", error))

    /// Writes a JSON value, whole or not at all. BadInputException when the file cannot be written.
    let json (path: string) (value: Json) =
        let bytes = Encoding.UTF8.GetBytes(Json.toText value)
        Files.writeWhole path (fun stream -> stream.Write(bytes, 0, bytes.Length))
