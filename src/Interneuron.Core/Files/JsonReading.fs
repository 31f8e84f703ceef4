namespace Interneuron.Core.Files

open System
open System.IO
open System.Text
open System.Text.Json
open Interneuron.Statistics

/// Reading JSON strictly: a reader gives the value of an element, or refuses it with a Refusal. `at` is the file and the member within it.
/// Nothing is assumed where something is missing, and nothing unknown is passed over.
[<RequireQualifiedAccess>]
module internal JsonReading =
    /// Refuses the element at a place.
    let refuse (at: Where) (problem: string) : 'result =
        raise (Refusal(at, problem, None, null, null))

    // A string of JSON may escape half a surrogate pair, which is no text.
    let private unescaped at (read: unit -> 'value) : 'value =
        try
            read ()
        with :? InvalidOperationException ->
            refuse at "holds half of a surrogate pair, which is no text."

    /// The value of a member of an object, if there is one.
    let tryValue at (name: string) (element: JsonElement) read =
        match unescaped at (fun () -> element.TryGetProperty name) with
        | true, value -> Some(read (Where.into name at) value)
        | _ -> None

    /// The value of a member of an object.
    let value at (name: string) (element: JsonElement) read =
        match tryValue at name element read with
        | Some value -> value
        | None -> refuse at $"has no '{name}'."

    /// A text.
    let text at (element: JsonElement) : string =
        match element.ValueKind with
        | JsonValueKind.String -> unescaped at (fun () -> string (element.GetString()))
        | _ -> refuse at "has to be a text."

    /// A number within the range of doubles.
    let number at (element: JsonElement) =
        match element.ValueKind with
        | JsonValueKind.Number ->
            let value = element.GetDouble()

            if Double.IsFinite value then
                value
            else
                refuse at "is beyond the range of numbers."
        | _ -> refuse at "has to be a number."

    /// A whole number of 32 bits.
    let whole at (element: JsonElement) =
        match element.ValueKind with
        | JsonValueKind.Number ->
            match element.TryGetInt32() with
            | true, value -> value
            | _ -> refuse at "has to be a whole number."
        | _ -> refuse at "has to be a whole number."

    /// true or false.
    let truth at (element: JsonElement) =
        match element.ValueKind with
        | JsonValueKind.True -> true
        | JsonValueKind.False -> false
        | _ -> refuse at "has to be true or false."

    /// An array, each element by its reader.
    let list read at (element: JsonElement) =
        match element.ValueKind with
        | JsonValueKind.Array -> [| for item in element.EnumerateArray() -> read at item |]
        | _ -> refuse at "has to be an array."

    /// An object without other members than these, and none of them twice.
    let requireMembers at known (element: JsonElement) =
        if element.ValueKind <> JsonValueKind.Object then
            refuse at "has to be an object."

        let names =
            [ for property in element.EnumerateObject() -> unescaped at (fun () -> property.Name) ]

        for name, count in List.countBy id names do
            if not (List.contains name known) then
                refuse at (Names.unknown "member" known name)

            if count > 1 then
                refuse at $"has '{name}' {count} times."

    let private utf8 = UTF8Encoding(false, true)

    /// Reads a document of UTF-8.
    let document (at: Where) (bytes: byte array) (read: Where -> JsonElement -> 'value) : 'value =
        let damaged problem (error: exn) =
            raise (Refusal(at, problem, None, null, error))

        try
            utf8.GetCharCount bytes |> ignore
            use document = JsonDocument.Parse(ReadOnlyMemory bytes)
            read at document.RootElement
        with
        | :? DecoderFallbackException as error -> damaged $"is not UTF-8: byte {error.Index}." error
        | :? JsonException as error -> damaged $"is not JSON: line {error.LineNumber}, byte {error.BytePositionInLine}." error

    /// Reads a file.
    let file (path: string) (read: Where -> JsonElement -> 'value) : 'value =
        let at = Where.named path

        if not (File.Exists path) then
            refuse at "no such file."

        let bytes =
            try
                File.ReadAllBytes path
            with
            | :? UnauthorizedAccessException
            | :? IOException as error -> raise (Refusal(at, $"cannot be read: {error.Message}", None, null, error))

        document at bytes read
