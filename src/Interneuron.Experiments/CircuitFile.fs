namespace Interneuron.Experiments

open System.IO
open System.Text
open System.Text.Json
open Interneuron.Core
open Interneuron.Stimuli

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
    }

/// A circuit as it is kept in a file.
type SavedCircuit =
    {
        /// The circuit.
        Circuit: Circuit
        /// How it was learned; None for a circuit made by hand.
        Provenance: Provenance option
    }

/// Circuits in JSON files: potential and target by name (a potential without a name by its formula and parameters), lambda, g (K numbers), theta (K rows of P), W (N rows of K, as the matrix in
/// formulas), and how they were learned. Numbers come back exactly.
[<RequireQualifiedAccess>]
module CircuitFile =
    let private format = "interneuron-circuit-1"

    /// What a trained circuit is saved as.
    let ofTrained (source: Source) (samples: int) (trained: Trained) : SavedCircuit =
        { Circuit = trained.Circuit
          Provenance =
            Some
                { Settings = trained.Settings
                  Steps = trained.Steps
                  Source = source
                  Samples = samples } }

    let private scheduleName schedule =
        match schedule with
        | Published -> "published"
        | Scaled -> "scaled"

    /// The learner's settings as members of a JSON object.
    let settingsMembers (settings: Settings) : (string * Json) list =
        [ "rule", Json.Text settings.Rule
          "schedule", Json.Text(scheduleName settings.Schedule)
          "learn", Json.List(Names.ofLearns settings.Learns |> List.map Json.Text)
          "steps", Json.whole settings.Steps
          "batch", Json.whole settings.Batch
          "seed", Json.whole settings.Seed ]

    let private provenanceJson (provenance: Provenance) =
        Json.Object(
            settingsMembers provenance.Settings
            @ [ "steps_made", Json.whole provenance.Steps
                Source.toJson provenance.Source
                "samples", Json.whole provenance.Samples ]
        )

    /// The rows of the matrix W (N x K) of a circuit.
    let weightRows (circuit: Circuit) : float array array = Array.transpose circuit.W

    /// The potential with a name that has the same formula and the same parameters.
    let internal named (potential: Potential) : Potential option =
        let isSame (a: Parameter) (b: Parameter) =
            a.Name = b.Name && a.Lower = b.Lower && a.Upper = b.Upper

        Potentials.all
        |> List.tryFind (fun p ->
            p.Formula = potential.Formula
            && p.Parameters.Length = potential.Parameters.Length
            && List.forall2 isSame p.Parameters potential.Parameters)

    let private bound (x: float) =
        if System.Double.IsPositiveInfinity x then "inf"
        elif System.Double.IsNegativeInfinity x then "-inf"
        else Print.number x

    let private potentialJson (potential: Potential) =
        match named potential with
        | Some named -> Json.Text named.Name
        | None ->
            Json.Object
                [ "formula", Json.Text(Print.text potential.Formula)
                  "parameters", Json.List [ for p in potential.Parameters -> Json.Text $"{p.Name} in [{bound p.Lower}, {bound p.Upper}]" ] ]

    /// The circuit as JSON. ArgumentException for a target of samples.
    let toJson (saved: SavedCircuit) : Json =
        let circuit = saved.Circuit

        match circuit.Target with
        | OfSamples _ -> invalidArg (nameof saved) "the circuit's target is given by samples, which a circuit file doesn't hold"
        | _ -> ()

        Json.Object
            [ "format", Json.Text format
              "potential", potentialJson circuit.Potential
              "target", Json.Text(Target.name circuit.Target)
              "leak", Json.Number circuit.Leak
              "g", Json.numbers circuit.Gains
              "theta", Json.rows circuit.Theta
              "W", Json.rows (weightRows circuit)
              match saved.Provenance with
              | Some provenance -> "learned", provenanceJson provenance
              | None -> () ]

    /// Saves a circuit, whole or not at all. BadInputException when the file cannot be written; ArgumentException as `toJson`.
    let write (path: string) (saved: SavedCircuit) =
        let bytes = Encoding.UTF8.GetBytes(Json.toText (toJson saved))
        Files.writeWhole path (fun stream -> stream.Write(bytes, 0, bytes.Length))

    // A reader gives the value of an element, or refuses it: `at` is the path of the file and of the member within it.
    let private refuse at problem : 'result =
        raise (BadInputException $"{at}: {problem}")

    let private member' at (name: string) (element: JsonElement) read =
        match element.TryGetProperty name with
        | true, value -> read $"{at}: {name}" value
        | _ -> refuse at $"has no '{name}'."

    let private text at (element: JsonElement) : string =
        match element.ValueKind, element with
        | JsonValueKind.String, e -> string (e.GetString())
        | _ -> refuse at "has to be a text."

    let private number at (element: JsonElement) =
        match element.ValueKind with
        | JsonValueKind.Number -> element.GetDouble()
        | _ -> refuse at "has to be a number."

    let private whole at (element: JsonElement) =
        match element.ValueKind with
        | JsonValueKind.Number ->
            match element.TryGetInt32() with
            | true, value -> value
            | _ -> refuse at "has to be a whole number."
        | _ -> refuse at "has to be a whole number."

    let private list read at (element: JsonElement) =
        match element.ValueKind with
        | JsonValueKind.Array -> [| for item in element.EnumerateArray() -> read at item |]
        | _ -> refuse at "has to be an array."

    let private named' find at element =
        let name = text at element

        try
            find name
        with :? BadInputException as error ->
            refuse at error.Message

    let private requireMembers at known (element: JsonElement) =
        if element.ValueKind <> JsonValueKind.Object then
            refuse at "has to be an object."

        for property in element.EnumerateObject() do
            if not (List.contains property.Name known) then
                refuse at (Names.unknown "member" known property.Name)

    let private readSource at (element: JsonElement) =
        let has (name: string) = fst (element.TryGetProperty name)

        if has "image" then
            Source.Image(member' at "image" element text)
        elif has "scene" then
            Source.Scene(member' at "scene" element whole)
        else
            Source.Input(member' at "input" element text)

    let private readProvenance at (element: JsonElement) =
        let known =
            [ "rule"
              "schedule"
              "learn"
              "steps"
              "batch"
              "seed"
              "steps_made"
              "image"
              "scene"
              "input"
              "samples" ]

        requireMembers at known element

        let schedule at element =
            match text at element with
            | "published" -> Published
            | "scaled" -> Scaled
            | other -> refuse at (Names.unknown "schedule" [ "published"; "scaled" ] other)

        let learns at element =
            let names = list (named' (Names.learns >> Names.ofLearns)) at element |> List.concat
            Names.learns (String.concat "," names)

        { Settings =
            { Rule = member' at "rule" element (named' Names.rule)
              Schedule = member' at "schedule" element schedule
              Learns = member' at "learn" element learns
              Steps = member' at "steps" element whole
              Batch = member' at "batch" element whole
              Seed = member' at "seed" element whole }
          Steps = member' at "steps_made" element whole
          Source = readSource at element
          Samples = member' at "samples" element whole }

    let private columnsOf at (rows: float array array) =
        if
            rows.Length = 0
            || rows |> Array.exists (fun row -> row.Length <> rows[0].Length)
        then
            refuse at "W has to be N rows of K numbers each."

        Array.transpose rows

    let private readPotential at (element: JsonElement) =
        match element.ValueKind with
        | JsonValueKind.Object ->
            requireMembers at [ "formula"; "parameters" ] element
            let formula = member' at "formula" element text
            let parameters = member' at "parameters" element (list text)

            match PotentialText.parse formula (List.ofArray parameters) with
            | Ok potential -> potential
            | Error error -> refuse at $"{error}."
        | _ -> named' Names.potential at element

    let private readCircuit path (root: JsonElement) =
        if
            root.ValueKind <> JsonValueKind.Object
            || not (fst (root.TryGetProperty "format"))
        then
            refuse path "is not a circuit; train and gaussianize write them."

        member' path "format" root (fun at element ->
            if text at element <> format then
                refuse at $"is '{text at element}'; this program reads {format}.")

        requireMembers path [ "format"; "potential"; "target"; "leak"; "g"; "theta"; "W"; "learned" ] root
        let potential = member' path "potential" root readPotential
        let target = member' path "target" root (named' Names.target)
        let columns = member' path "W" root (list (list number)) |> columnsOf path

        let circuit =
            Circuit.create
                potential
                target
                (member' path "leak" root number)
                (member' path "g" root (list number))
                (member' path "theta" root (list (list number)))
                columns

        { Circuit = circuit
          Provenance =
            if fst (root.TryGetProperty "learned") then
                Some(member' path "learned" root readProvenance)
            else
                None }

    /// Reads a circuit. BadInputException, in one line that names the member, when the file is missing, not JSON, or not a circuit: nothing is
    /// assumed where something is missing, and nothing is passed over that is not known.
    let read (path: string) : SavedCircuit =
        let wrong (error: exn) problem =
            BadInputException($"{path}: {problem}", error)

        if not (File.Exists path) then
            raise (BadInputException $"{path}: no such file.")

        try
            use document = JsonDocument.Parse(File.ReadAllBytes path)
            readCircuit path document.RootElement
        with
        | :? JsonException as error -> raise (wrong error $"is not JSON: line {error.LineNumber}, byte {error.BytePositionInLine}.")
        | :? System.UnauthorizedAccessException
        | :? IOException as error -> raise (wrong error $"cannot be read: {error.Message}")
        | :? System.ArgumentException as error -> raise (wrong error (Errors.message error))
