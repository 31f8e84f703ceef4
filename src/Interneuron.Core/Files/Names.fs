namespace Interneuron.Core.Files

open System
open Interneuron.Statistics
open Interneuron.Core.Symbolic.Text
open Interneuron.Core.Symbolic
open Interneuron.Core.Transport
open Interneuron.Core.Circuits

/// Looking things up by the names that people type: an unknown one is answered with the nearest that there is.
[<RequireQualifiedAccess>]
module Names =
    /// One line about an unknown name: what may have been meant, and what there is.
    let unknown (kind: string) (known: string list) (name: string) : string =
        let all, quoted = String.Join(", ", known), Message.quote name

        match Spelling.nearest known name with
        | Some meant -> $"there is no {kind} {quoted}; did you mean {meant}? There are: {all}."
        | None -> $"there is no {kind} {quoted}. There are: {all}."

    let private find kind known (tryFind: string -> 'T option) name =
        match tryFind name with
        | Some found -> found
        | None -> raise (Refusal(unknown kind known name))

    /// The potential of a name. Refusal, with the nearest, when there is none.
    let potential (name: string) : Potential =
        find "potential" [ for p in Potentials.all -> p.Name ] Potentials.tryFind name

    /// The target of a name. Refusal, with the nearest, when there is none, and where its exponent is not a positive number.
    let target (name: string) : Target =
        let tryFind name =
            match Target.read name with
            | Ok target -> target
            | Error wrong -> raise (Refusal wrong)

        find "target" Target.names tryFind name

    let private among kind (known: string list) =
        find kind known (fun name ->
            known
            |> List.tryFind (fun k -> String.Equals(k, name, StringComparison.OrdinalIgnoreCase)))

    /// The learning rule of a name. Refusal, with the nearest, when there is none.
    let rule (name: string) : RuleOrigin =
        find
            "learning rule"
            [ for origin in Plasticity.origins -> origin.Name ]
            (fun name ->
                Plasticity.origins
                |> List.tryFind (fun origin -> String.Equals(origin.Name, name, StringComparison.OrdinalIgnoreCase)))
            name

    /// What learns, by the names g, theta and W, in the order in which they are written.
    let learnable = [ "g"; "theta"; "W" ]

    // A name, or a name and its pace.
    let private paced (text: string) : string * float =
        match text.Split('=', 2, StringSplitOptions.TrimEntries) with
        | [| name; pace |] ->
            match Numeral.read pace with
            | Ok value when value > 0.0 -> among "learning parameter" learnable name, value
            | _ -> raise (Refusal $"{Message.quote text}: a pace is a number above 0, such as 0.5: a multiple of the usual rate.")
        | _ -> among "learning parameter" learnable text, 1.0

    /// What learns, and at what pace, from a list such as g,theta,W or g=0.5,W=2. Refusal when it names something else, or nothing.
    let learns (list: string) : Learns =
        let named =
            list.Split(',', StringSplitOptions.TrimEntries ||| StringSplitOptions.RemoveEmptyEntries)
            |> Array.map paced

        if Array.isEmpty named then
            raise (Refusal $"{Message.quote list} names nothing that learns; it is a list of g, theta and W, such as g,theta.")

        let pace name =
            match named |> Array.tryFind (fun (other, _) -> other = name) with
            | Some(_, pace) -> pace
            | None -> 0.0

        { Gains = pace "g"
          Parameters = pace "theta"
          Synapses = pace "W" }

    /// The names of what learns, with their paces where these are not 1.
    let ofLearns (learns: Learns) : string list =
        List.zip learnable [ learns.Gains; learns.Parameters; learns.Synapses ]
        |> List.choose (fun (name, pace) ->
            if pace = 0.0 then None
            elif pace = 1.0 then Some name
            else Some(name + "=" + Numeral.write pace))
