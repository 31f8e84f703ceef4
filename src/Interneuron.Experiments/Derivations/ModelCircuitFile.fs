namespace Interneuron.Experiments

open System
open System.Text.Json
open Interneuron.Core
open Interneuron.Stimuli

/// Models of any energy with what they learned, as train --model saves them: their text, N and K, and the numbers of their parameters.
[<RequireQualifiedAccess>]
module ModelCircuitFile =
    /// What such files say of themselves.
    let format = "interneuron-model-1"

    /// Whether a file says that it is one of these.
    let isOne (path: string) : bool =
        JsonReading.file path (fun _ element ->
            element.ValueKind = JsonValueKind.Object
            && (match element.TryGetProperty "format" with
                | true, value -> value.ValueKind = JsonValueKind.String && value.ValueEquals format
                | _ -> false))

    /// What an instance does with stimuli, at the numbers of its parameters. Density and samples need the transport objective: BadInputException in one line for a
    /// loss, and for the density of a target given by samples.
    let transform (path: string) (instance: Instance) (values: Values) : Transform =
        let n = instance.Primaries
        let packed = instance.Pack values
        let model = instance.Derivation.Model
        let zeros: float array = Array.zeroCreate n

        let requireTransport () =
            if model.Loss.IsSome then
                raise (BadInputException $"{path}: its model has a loss; only circuits of the transport objective are density models.")

        let logTarget =
            lazy
                (match Target.logDensity model.Target with
                 | Some formula -> fun x -> Expr.interpret Floats.operations (fun _ -> x) formula
                 | None -> raise (BadInputException $"{path}: its target is given by samples, so there is no density."))

        let rows f (s: float array) =
            s |> Array.chunkBySize n |> Array.Parallel.map f

        let respond s = instance.Respond(packed, s, zeros)

        { Primaries = n
          Respond = rows (respond >> Option.defaultValue (Array.create n nan)) >> Array.concat
          LogDensity =
            fun s ->
                requireTransport ()
                let logTarget = logTarget.Value

                s
                |> rows (fun s ->
                    match respond s with
                    | None -> nan
                    | Some r -> Array.sumBy logTarget r - instance.LogVolume(packed, s, r))
          Sample =
            fun count seed ->
                requireTransport ()

                Initial.sampleTarget model.Target n count seed
                |> rows (fun r -> instance.Stimulus(packed, r))
                |> Array.concat }

    let rec private flat at (element: JsonElement) : float array =
        match element.ValueKind with
        | JsonValueKind.Array -> JsonReading.list flat at element |> Array.concat
        | _ -> [| JsonReading.number at element |]

    /// Reads such a file: its transform, and how stimuli are standardised for it. BadInputException, in one line that names the member, for what it is not.
    let read (path: string) : Transform * Standardisation option =
        JsonReading.file path (fun at element ->
            JsonReading.requireMembers
                at
                [ "format"
                  "model"
                  "primaries"
                  "interneurons"
                  "parameters"
                  "j"
                  "ks"
                  "learned" ]
                element

            let value name read = JsonReading.value at name element read

            let model =
                match ModelText.parse (value "model" JsonReading.text) with
                | Ok model -> model
                | Error error -> JsonReading.refuse $"{at}: model" $"{error}."

            let n, k =
                value "primaries" JsonReading.whole, value "interneurons" JsonReading.whole

            let values: Values =
                value "parameters" (fun at element ->
                    JsonReading.requireMembers at (model.Learned |> List.map _.Name) element
                    Map.ofList [ for p in model.Learned -> p.Name, JsonReading.value at p.Name element flat ])

            let map =
                value "learned" (fun at element -> JsonReading.tryValue at "standardised" element CircuitFile.readStandardisation)

            try
                let instance = Instance.createFor (Derivation.derive model) n k values
                transform path instance values, map
            with :? ArgumentException as error ->
                JsonReading.refuse at $"{Errors.message error}.")
