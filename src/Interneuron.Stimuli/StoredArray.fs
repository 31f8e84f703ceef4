namespace Interneuron.Stimuli

open System
open System.IO
open System.Runtime.InteropServices
open Interneuron.Statistics
open Interneuron.Core.Files

/// One of the things in a file that can hold several.
type internal StoredArray =
    {
        /// Its name in the file.
        Name: string
        /// What it is, in a few words, such as 100 x 2 or text; empty where the names say enough.
        Holds: string
        /// Writes it as a .npy file; None for what is no array of numbers.
        Unpack: (Stream -> unit) option
    }

/// Arrays of other formats. Each is unpacked into a temporary .npy file, so that whatever reads rows reads them from there.
[<RequireQualifiedAccess>]
module internal StoredArray =

    // The most things listed in a message.
    let private mostListed = 10

    let private listed (all: StoredArray list) =
        let describe stored =
            Message.quote stored.Name
            + (if stored.Holds = "" then "" else $" ({stored.Holds})")

        let names = all |> List.truncate mostListed |> List.map describe
        let others = all.Length - names.Length
        String.concat ", " names + (if others > 0 then $" and {others} more" else "")

    /// The array of this name, or the only one. Refusal, which says what is there, where there is none or several.
    let pick (path: string) (format: string) (name: string option) (all: StoredArray list) : StoredArray =
        let arrays = all |> List.filter _.Unpack.IsSome

        match name, arrays with
        | _, [] when all.IsEmpty -> FileError.refuse path $"is a {format} file without an array in it."
        | None, [] -> FileError.refuse path $"has no array of numbers; in it: {listed all}."
        | None, [ single ] -> single
        | None, _ ->
            FileError.refuse path $"holds {arrays.Length} arrays: {listed arrays}; name one of them, as in {Path.GetFileName path}:name."
        | Some name, _ ->
            match all |> List.filter (fun stored -> stored.Name = name) with
            | [ { Unpack = Some _ } as found ] -> found
            | [ other ] -> FileError.refuse path $"has {other.Holds} under the name {Message.quote name}, not an array of numbers."
            | [] -> FileError.refuse path $"has no array {Message.quote name}; in it: {listed all}."
            | _ -> FileError.refuse path $"has the array {Message.quote name} more than once."

    /// Sides as text: 100 x 2.
    let sides (shape: int64 list) =
        shape |> List.map string |> String.concat " x "

    /// Runs a reader of this format; whatever its library cannot read is told as damage of the file.
    let reading (path: string) (format: string) (read: unit -> 'result) : 'result =
        try
            read ()
        with
        | :? Refusal
        | :? OutOfMemoryException
        | :? UnauthorizedAccessException -> reraise ()
        | error ->
            let article = if format.StartsWith 'H' then "an" else "a"
            raise (Refusal(Where.named path, $"cannot be read as {article} {format} file: {error.Message}", None, null, error))

    /// Appends doubles to a stream as they lie in memory.
    let put (file: Stream) (values: ReadOnlySpan<float>) =
        if BitConverter.IsLittleEndian then
            file.Write(MemoryMarshal.AsBytes values)
        else
            let bytes = Array.zeroCreate<byte>(8 * values.Length)
            NpyNumber.encode NpyElement.Float64 values bytes
            file.Write bytes

    /// A temporary .npy file, from its start.
    let spooled (path: string) (unpack: Stream -> unit) : FileStream =
        let file = Files.openTemporary ()

        try
            FileError.guarded path "unpacked" (fun () ->
                unpack file
                file.Flush()
                file.Position <- 0L)

            file
        with _ ->
            file.Dispose()
            reraise ()
