namespace Interneuron.Core.Files

open System.IO
open System.Text
open System.Text.Json
open Interneuron.Statistics
open Interneuron.Core.Symbolic.Text
open Interneuron.Core.Transport
open Interneuron.Core.Circuits

/// How a saved circuit was learned: with the same stimuli this leads to it again.
type Provenance =
    {
        /// The learner's settings.
        Settings: Settings
        /// Steps made: fewer than in the settings where learning was interrupted.
        Steps: int
        /// Where the stimuli came from.
        Source: Source
        /// How many they were, n.
        Samples: int
        /// The file of the circuit that learning went on from; None where it began with a new one.
        From: string option
    }

/// A circuit as it is kept in a file.
type SavedCircuit =
    {
        /// The circuit.
        Circuit: Circuit
        /// How stimuli are centred or standardised before the circuit sees them, as those were that it learned from.
        Standardisation: Standardisation option
        /// How it was learned; None for a circuit made by hand.
        Provenance: Provenance option
    }

/// Circuits in JSON: potential and target by name (a potential that is not in the library by its name, formula and parameters; a target of
/// samples by its n rows of N), lambda, g (K numbers), theta (K rows of P), W (N rows of K, as the matrix in formulas), how they were
/// learned, and there, or by itself where that is not known, how stimuli are standardised. Numbers come back exactly.
[<RequireQualifiedAccess>]
module CircuitFile =
    let private format = "interneuron-circuit-1"

    /// What a trained circuit is saved as.
    let ofTrained (source: Source) (samples: int) (trained: Trained) : SavedCircuit =
        { Circuit = trained.Circuit
          Standardisation =
            match source with
            | Source.Standardised(_, map) -> Some map
            | _ -> None
          Provenance =
            Some
                { Settings = trained.Settings
                  Steps = trained.Steps
                  Source = source
                  Samples = samples
                  From = None } }

    /// The same, of a circuit that learned on from that of a file.
    let goneOnFrom (path: string) (saved: SavedCircuit) : SavedCircuit =
        { saved with
            Provenance =
                saved.Provenance
                |> Option.map (fun provenance -> { provenance with From = Some path }) }

    let private scheduleName schedule =
        match schedule with
        | Published -> "published"
        | Scaled -> "scaled"

    /// The learner's settings as members of a JSON object.
    let settingsMembers (settings: Settings) : (string * Json) list =
        [ "rule", Json.Text settings.Rule.Name
          "schedule", Json.Text(scheduleName settings.Schedule)
          "learn", Json.List(Names.ofLearns settings.Learns |> List.map Json.Text)
          "steps", Json.whole settings.Steps
          "batch", Json.whole settings.Batch
          "seed", Json.whole settings.Seed
          if settings.BatchOptimum then
              "batch_optimum", Json.Truth true

          if settings.Likelihood > 0 then
              "likelihood", Json.whole settings.Likelihood ]

    let private standardisationMember (map: Standardisation) =
        "standardised", Json.Object [ "mean", Json.numbers map.Mean; "unit", Json.numbers map.Unit ]

    // How stimuli were standardised, where their source says it.
    let private ofProvenance (provenance: Provenance option) =
        match provenance with
        | Some { Source = Source.Standardised(_, map) } -> Some map
        | _ -> None

    let private provenanceJson (provenance: Provenance) =
        Json.Object(
            settingsMembers provenance.Settings
            @ [ "steps_made", Json.whole provenance.Steps
                Source.toJson provenance.Source
                match provenance.Source with
                | Source.Standardised(_, map) -> standardisationMember map
                | _ -> ()
                "samples", Json.whole provenance.Samples
                match provenance.From with
                | Some path -> "from", Json.Text path
                | None -> () ]
        )

    /// The rows of the matrix W (N x K) of a circuit.
    let weightRows (circuit: Circuit) : float array array = Array.transpose circuit.W

    let private potentialJson (potential: Potential) =
        match Potentials.known potential with
        | Some known when known.Name = potential.Name -> Json.Text known.Name
        | _ ->
            Json.Object
                [ "name", Json.Text potential.Name
                  "formula", Json.Text(Print.text potential.Formula)
                  "parameters", Json.List [ for p in potential.Parameters -> Json.Text(PotentialText.parameterText p) ] ]

    let private targetJson (target: Target) =
        match target with
        | OfSamples samples ->
            let row i =
                [| for a in 0 .. samples.Dimension - 1 -> samples[i, a] |]

            Json.Object [ "samples", Json.rows (Array.init samples.Count row) ]
        | named -> Json.Text(Target.name named)

    /// The circuit as JSON.
    let toJson (saved: SavedCircuit) : Json =
        let circuit = saved.Circuit

        Json.Object
            [ "format", Json.Text format
              "potential", potentialJson circuit.Potential
              "target", targetJson circuit.Target
              "leak", Json.Number circuit.Leak
              "g", Json.numbers circuit.Gains
              "theta", Json.rows circuit.Theta
              "W", Json.rows (weightRows circuit)
              match saved.Standardisation with
              | Some map when (ofProvenance saved.Provenance).IsNone -> standardisationMember map
              | _ -> ()
              match saved.Provenance with
              | Some provenance -> "learned", provenanceJson provenance
              | None -> () ]

    /// Writes a circuit to a stream, in UTF-8.
    let writeTo (stream: Stream) (saved: SavedCircuit) =
        stream.Write(Encoding.UTF8.GetBytes(Json.toText (toJson saved)))

    /// Saves a circuit, whole or not at all. Refusal when the file cannot be written.
    let write (path: string) (saved: SavedCircuit) =
        Files.writeWhole path (fun stream -> writeTo stream saved)

    let private named' find at element =
        let name = JsonReading.text at element
        Refusal.within at (fun () -> find name)

    let internal readStandardisation at (element: JsonElement) =
        JsonReading.requireMembers at [ "mean"; "unit" ] element

        let numbers name =
            JsonReading.value at name element (JsonReading.list JsonReading.number)

        let map =
            { Mean = numbers "mean"
              Unit = numbers "unit" }

        if
            map.Mean.Length <> map.Unit.Length
            || map.Unit |> Array.exists (fun unit -> not (unit > 0.0))
        then
            JsonReading.refuse at "has to be as many units, all positive, as means."

        map

    let private readSource at (element: JsonElement) =
        let picture = JsonReading.tryValue at "image" element JsonReading.text
        let scene = JsonReading.tryValue at "scene" element JsonReading.whole

        match picture, scene with
        | Some path, _ -> Source.Image path
        | None, Some seed -> Source.Scene seed
        | None, None ->
            let path = JsonReading.value at "input" element JsonReading.text

            match JsonReading.tryValue at "standardised" element readStandardisation with
            | Some map -> Source.Standardised(path, map)
            | None -> Source.Input path

    let private readProvenance at (element: JsonElement) =
        let known =
            [ "rule"
              "schedule"
              "learn"
              "steps"
              "batch"
              "seed"
              "batch_optimum"
              "steps_made"
              "image"
              "scene"
              "input"
              "standardised"
              "samples"
              "from" ]

        JsonReading.requireMembers at known element

        let schedule at element =
            match JsonReading.text at element with
            | "published" -> Published
            | "scaled" -> Scaled
            | other -> JsonReading.refuse at (Names.unknown "schedule" [ "published"; "scaled" ] other)

        let learns at element =
            match
                JsonReading.list (named' (Names.learns >> Names.ofLearns)) at element
                |> List.concat
            with
            | [] -> JsonReading.refuse at "names nothing that learns; it is a list of g, theta and W."
            | names -> Names.learns (String.concat "," names)

        let value name read = JsonReading.value at name element read

        { Settings =
            { Rule = value "rule" (named' Names.rule)
              Schedule = value "schedule" schedule
              Learns = value "learn" learns
              Steps = value "steps" JsonReading.whole
              Batch = value "batch" JsonReading.whole
              Seed = value "seed" JsonReading.whole
              BatchOptimum =
                JsonReading.tryValue at "batch_optimum" element JsonReading.truth
                |> Option.defaultValue false
              Likelihood =
                JsonReading.tryValue at "likelihood" element JsonReading.whole
                |> Option.defaultValue 0 }
          Steps = value "steps_made" JsonReading.whole
          Source = readSource at element
          Samples = value "samples" JsonReading.whole
          From = JsonReading.tryValue at "from" element JsonReading.text }

    let private matrix = JsonReading.list (JsonReading.list JsonReading.number)

    let private rowsOf what at element =
        let rows = matrix at element

        if
            rows.Length = 0
            || rows[0].Length = 0
            || rows |> Array.exists (fun row -> row.Length <> rows[0].Length)
        then
            JsonReading.refuse at $"has to be {what} numbers each."

        rows

    let private readPotential at (element: JsonElement) =
        match element.ValueKind with
        | JsonValueKind.Object ->
            JsonReading.requireMembers at [ "name"; "formula"; "parameters" ] element

            let formula = JsonReading.value at "formula" element JsonReading.text

            let parameters =
                JsonReading.value at "parameters" element (JsonReading.list JsonReading.text)

            let name = JsonReading.tryValue at "name" element JsonReading.text

            match PotentialText.parse formula (List.ofArray parameters), name with
            | Ok potential, Some name -> Potential.ofFormula name potential.Parameters potential.Formula
            | Ok potential, None -> potential
            | Error refusal, _ -> raise (refusal.In at)
        | _ -> named' Names.potential at element

    let private readTarget at (element: JsonElement) =
        match element.ValueKind with
        | JsonValueKind.Object ->
            JsonReading.requireMembers at [ "samples" ] element

            let rows = JsonReading.value at "samples" element (rowsOf "n rows of N")

            Refusal.within at (fun () -> Target.ofSamples rows[0].Length (Array.concat rows))
        | _ -> named' Names.target at element

    let private readCircuit at (root: JsonElement) =
        let isOurs at element =
            let found = JsonReading.text at element

            if found <> format then
                JsonReading.refuse at $"is '{found}'; this program reads {format}."

        if
            root.ValueKind <> JsonValueKind.Object
            || (JsonReading.tryValue at "format" root isOurs).IsNone
        then
            JsonReading.refuse at "is not a circuit; train and gaussianise write them."

        JsonReading.requireMembers
            at
            [ "format"
              "potential"
              "target"
              "leak"
              "g"
              "theta"
              "W"
              "standardised"
              "learned" ]
            root

        let value name read = JsonReading.value at name root read
        let potential = value "potential" readPotential
        let target = value "target" readTarget
        let columns = value "W" (rowsOf "N rows of K") |> Array.transpose

        let provenance = JsonReading.tryValue at "learned" root readProvenance

        let standardisation =
            match JsonReading.tryValue at "standardised" root readStandardisation, ofProvenance provenance with
            | Some _, Some _ -> JsonReading.refuse at "says twice how stimuli are standardised: once, in learned or by itself."
            | Some map, None
            | None, Some map -> Some map
            | None, None -> None

        let leak = value "leak" JsonReading.number
        let gains = value "g" (JsonReading.list JsonReading.number)
        let theta = value "theta" matrix

        let saved =
            { Circuit = Refusal.within at (fun () -> Circuit.create potential target leak gains theta columns)
              Standardisation = standardisation
              Provenance = provenance }

        match saved.Standardisation with
        | Some map when map.Mean.Length <> columns[0].Length ->
            JsonReading.refuse at $"learned from rows of {map.Mean.Length} values, but has N = {columns[0].Length} primary neurons."
        | _ -> saved

    /// A circuit from a JSON element that is called `name` in messages. Refusal, which names the member, when it is not one: nothing is
    /// assumed where something is missing, and nothing unknown is passed over.
    let ofElement (name: string) (root: JsonElement) : SavedCircuit = readCircuit (Where.named name) root

    /// Reads a circuit from a stream, to its end, that is called `name` in messages. Refusal as `ofElement`, and when it is not JSON.
    let readFrom (name: string) (stream: Stream) : SavedCircuit =
        use bytes = new MemoryStream()
        stream.CopyTo bytes
        JsonReading.document (Where.named name) (bytes.ToArray()) readCircuit

    /// Reads a circuit file. Refusal as `readFrom`, and when there is no such file or it cannot be read.
    let read (path: string) : SavedCircuit = JsonReading.file path readCircuit
