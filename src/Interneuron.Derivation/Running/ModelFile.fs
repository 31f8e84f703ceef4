namespace Interneuron.Derivation.Running

open System.Text
open System.Text.Json
open Interneuron.Statistics
open Interneuron.Core.Files
open Interneuron.Derivation.Formulas
open Interneuron.Derivation.Models
open Interneuron.Derivation.Rules
open Interneuron.Derivation.Checks

/// A model of any energy as it is kept in a file, with what it learned.
type SavedModel =
    {
        /// The model, for the numbers of neurons that it learned with.
        Instance: Instance
        /// The numbers of its parameters.
        Values: Values
        /// How stimuli are centred or standardised before it sees them, as those were that it learned from.
        Standardisation: Standardisation option
    }

/// Models of any energy in JSON, as train --model saves them: their text, N and K, the numbers of their parameters, and how they were
/// learned.
[<RequireQualifiedAccess>]
module ModelFile =
    let private format = "interneuron-model-1"

    /// Whether a file says that it is one of these.
    let isOne (path: string) : bool =
        JsonReading.file path (fun _ element ->
            element.ValueKind = JsonValueKind.Object
            && (match element.TryGetProperty "format" with
                | true, value -> value.ValueKind = JsonValueKind.String && value.ValueEquals format
                | _ -> false))

    /// The parameters: a number, an array, or rows, as its indices have it.
    let private values (trained: TrainedModel) (p: Learned) =
        let numbers = trained.Simulated.Values[p.Name]

        match p.Site with
        | [] -> Json.Number numbers[0]
        | [ _ ] -> Json.numbers numbers
        | _ :: last :: _ -> Json.rows (Array.chunkBySize (Sizes.count trained.Instance.Sizes last.Over) numbers)

    /// What the sizes of a circuit's populations are called; other populations by their names, all together.
    let private ofCircuit =
        [ "primaries", Population.primary; "interneurons", Population.interneurons ]

    let private isOfCircuit (model: Model) =
        model.Populations = List.map snd ofCircuit

    /// The numbers of neurons as members of a file: "primaries" and "interneurons" of circuits, else "sizes" by the names of the
    /// populations.
    let sizesToJson (sizes: Sizes) : (string * Json) list =
        if List.map fst sizes = List.map snd ofCircuit then
            [ for name, population in ofCircuit -> name, Json.whole (Sizes.count sizes population) ]
        else
            [ "sizes", Json.Object [ for population, count in sizes -> population.Name, Json.whole count ] ]

    let private modesToJson (modes: SlowModes) : Json =
        // What is not finite has no number in JSON: no end.
        let number (x: float) =
            if System.Double.IsFinite x then
                Json.Number x
            else
                Json.Null

        Json.Object
            [ "stable", Json.Truth modes.IsStable
              "turns", Json.Truth modes.Turns
              "flat", Json.whole modes.Flat
              "away", Json.Number modes.Away
              "eigenvalues", Json.List [ for mode in modes.Eigenvalues -> Json.numbers [| mode.Real; mode.Imaginary |] ]
              "largest", number modes.Largest
              match modes.Ratios with
              | Some(least, most) ->
                  "ascending", Json.List [ for name in modes.Ascending -> Json.Text name ]
                  "ratios", Json.List [ number least; number most ]
              | None -> () ]

    /// The learned parameters with all that leads to them again: the model as text, the stimuli, the settings and the seed.
    let toJson (text: string) (source: Source) (samples: int) (trained: TrainedModel) : Json =
        let instance = trained.Instance

        Json.Object
            [ "format", Json.Text format
              "model", Json.Text text
              yield! sizesToJson instance.Sizes
              "parameters", Json.Object [ for p in instance.Derivation.Model.Learned -> p.Name, values trained p ]
              "j", Json.Number trained.J
              match trained.Ks with
              | Some ks -> "ks", Json.Number ks
              | None -> ()
              "residuals",
              Json.Object
                  [ for r in trained.Residuals ->
                        r.Parameter, Json.Object [ "mean_step", Json.Number r.Mean; "relative", Json.Number r.Relative ] ]
              match trained.Modes with
              | Some modes -> "modes", modesToJson modes
              | None -> ()
              "learned",
              Json.Object
                  [ "steps", Json.whole trained.Settings.Steps
                    "batch", Json.whole trained.Settings.Batch
                    "seed", Json.whole trained.Settings.Seed
                    "steps_made", Json.whole trained.Simulated.Steps
                    Source.toJson source
                    match source with
                    | Source.Standardised(_, map) ->
                        "standardised", Json.Object [ "mean", Json.numbers map.Mean; "unit", Json.numbers map.Unit ]
                    | _ -> ()
                    "samples", Json.whole samples ] ]

    /// Saves the learned parameters, whole or not at all. Refusal when the file cannot be written.
    let write (path: string) (json: Json) =
        let bytes = Encoding.UTF8.GetBytes(Json.toText json)
        Files.writeWhole path (fun stream -> stream.Write(bytes, 0, bytes.Length))

    let rec private flat at (element: JsonElement) : float array =
        match element.ValueKind with
        | JsonValueKind.Array -> JsonReading.list flat at element |> Array.concat
        | _ -> [| JsonReading.number at element |]

    /// Reads such a file. Refusal, in one line that names the member, for what it is not.
    let read (path: string) : SavedModel =
        JsonReading.file path (fun at element ->
            JsonReading.requireMembers
                at
                [ "format"
                  "model"
                  "primaries"
                  "interneurons"
                  "sizes"
                  "parameters"
                  "j"
                  "ks"
                  "residuals"
                  "modes"
                  "learned" ]
                element

            let value name read = JsonReading.value at name element read

            let model =
                match ModelText.parse (value "model" JsonReading.text) with
                | Ok model -> model
                | Error refusal -> raise (refusal.In(Where.into "model" at))

            let sizes: Sizes =
                if isOfCircuit model then
                    [ for name, population in ofCircuit -> population, value name JsonReading.whole ]
                else
                    value "sizes" (fun at element ->
                        JsonReading.requireMembers at [ for population in model.Populations -> population.Name ] element

                        [ for population in model.Populations ->
                              population, JsonReading.value at population.Name element JsonReading.whole ])

            let values: Values =
                value "parameters" (fun at element ->
                    JsonReading.requireMembers at (model.Learned |> List.map _.Name) element
                    Map.ofList [ for p in model.Learned -> p.Name, JsonReading.value at p.Name element flat ])

            let map =
                value "learned" (fun at element -> JsonReading.tryValue at "standardised" element CircuitFile.readStandardisation)

            Refusal.within at (fun () ->
                let instance = Instance.createFor (Derivation.derive model) sizes values

                { Instance = instance
                  Values = values
                  Standardisation = map }))
