/// The schemas of the guide, read by another library, as judges of the files that the toolkit writes.
module Interneuron.Tests.Schemas

open System.IO
open System.Text.Json
open System.Text.Json.Nodes
open Expecto
open Json.Schema

let private folder =
    Path.Combine(Interneuron.Tests.Common.root, "src", "Guide", "schemas")

let private schemas =
    lazy
        (dict
            [ for path in Directory.GetFiles(folder, "*.schema.json") do
                  let schema = JsonSchema.FromFile path
                  SchemaRegistry.Global.Register schema
                  string (Path.GetFileName path), schema ])

/// What is wrong with a value by a schema; nothing where it is right.
let faults (schema: string) (value: JsonElement) : string list =
    let found =
        schemas.Value[$"{schema}.schema.json"].Evaluate(value, EvaluationOptions(OutputFormat = OutputFormat.List))

    if found.IsValid then
        []
    else
        [ for detail in Option.ofObj found.Details |> Option.map seq |> Option.defaultValue Seq.empty do
              for error in Option.ofObj detail.Errors |> Option.map seq |> Option.defaultValue Seq.empty do
                  $"{detail.InstanceLocation}: {error.Value}" ]

/// Expects a JSON text to be right by a schema.
let expectValid (schema: string) (text: string) =
    use document = JsonDocument.Parse text
    Expect.equal (faults schema document.RootElement) [] schema

/// Expects a JSON file to be right by a schema, and no longer so without any of these members or with one that nobody knows.
let expectExact (schema: string) (required: string list) (text: string) =
    expectValid schema text

    let changed what (change: JsonObject -> unit) =
        match JsonNode.Parse text with
        | :? JsonObject as root ->
            change root
            Expect.isNonEmpty (faults schema (JsonSerializer.SerializeToElement<JsonNode> root)) what
        | _ -> failtest "not an object"

    for name in required do
        changed $"without {name}" (fun root -> root.Remove name |> ignore)

    changed "with a member more" (fun root -> root["surprise"] <- JsonValue.Create 1)
