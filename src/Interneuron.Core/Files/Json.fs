namespace Interneuron.Core.Files

open System.IO
open System.Text
open System.Text.Json

/// A JSON value (RFC 8259).
[<RequireQualifiedAccess>]
type Json =
    /// A number, written with as many digits as bring the same number back; null where it is not finite.
    | Number of float
    /// A whole number.
    | Whole of int64
    /// A text.
    | Text of string
    /// true or false.
    | Truth of bool
    /// Nothing.
    | Null
    /// An array.
    | List of Json list
    /// An object, its members in this order.
    | Object of (string * Json) list

/// Making and writing JSON values.
[<RequireQualifiedAccess>]
module Json =
    /// A whole number.
    let whole (value: int) = Json.Whole(int64 value)

    /// An array of numbers.
    let numbers (values: float array) =
        Json.List [ for v in values -> Json.Number v ]

    /// An array of arrays of numbers.
    let rows (values: float array array) =
        Json.List [ for row in values -> numbers row ]

    /// The places of the numbers in it that are not finite, such as rows[0].ks.
    let rec notFinite (json: Json) : string list =
        match json with
        | Json.Number v when not (System.Double.IsFinite v) -> [ "" ]
        | Json.List values ->
            [ for i, value in List.indexed values do
                  for place in notFinite value do
                      if place = "" || place.StartsWith '[' then
                          $"[{i}]{place}"
                      else
                          $"[{i}].{place}" ]
        | Json.Object members ->
            [ for name, value in members do
                  for place in notFinite value do
                      if place = "" || place.StartsWith '[' then
                          name + place
                      else
                          $"{name}.{place}" ]
        | _ -> []

    /// Writes a value.
    let rec write (writer: Utf8JsonWriter) (json: Json) =
        match json with
        | Json.Number v when System.Double.IsFinite v -> writer.WriteNumberValue v
        | Json.Number _
        | Json.Null -> writer.WriteNullValue()
        | Json.Whole v -> writer.WriteNumberValue v
        | Json.Text v -> writer.WriteStringValue v
        | Json.Truth v -> writer.WriteBooleanValue v
        | Json.List values ->
            writer.WriteStartArray()

            for value in values do
                write writer value

            writer.WriteEndArray()
        | Json.Object members ->
            writer.WriteStartObject()

            for name, value in members do
                writer.WritePropertyName name
                write writer value

            writer.WriteEndObject()

    let private written indented (json: Json) =
        use stream = new MemoryStream()

        let options =
            JsonWriterOptions(Indented = indented, Encoder = Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping)

        use writer = new Utf8JsonWriter(stream, options)
        write writer json
        writer.Flush()
        Encoding.UTF8.GetString(stream.ToArray())

    /// The value on one line, for programs that read lines.
    let toLine (json: Json) = written false json

    /// The value on indented lines, ending with a new line, for files.
    let toText (json: Json) = written true json + "\n"
