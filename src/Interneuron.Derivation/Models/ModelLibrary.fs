namespace Interneuron.Derivation.Models

open System.IO

/// Models of the field, each a short text with its citation.
[<RequireQualifiedAccess>]
module ModelLibrary =
    let private extension = ".model"

    let private read (resource: string) =
        match typeof<Model>.Assembly.GetManifestResourceStream resource with
        | null -> invalidArg (nameof resource) $"there is no resource '{resource}'"
        | stream ->
            use reader = new StreamReader(stream)
            reader.ReadToEnd()

    /// The names of the models, in alphabetical order.
    let names: string list =
        typeof<Model>.Assembly.GetManifestResourceNames()
        |> Array.filter _.EndsWith(extension)
        |> Array.map (fun resource -> resource.Substring(0, resource.Length - extension.Length))
        |> Array.sort
        |> List.ofArray

    /// The text of a model, as `ModelText.parse` reads it.
    let tryText (name: string) : string option =
        if List.contains name names then
            Some(read (name + extension))
        else
            None
