namespace Interneuron.Core.Files

open System
open Interneuron.Statistics
open Interneuron.Core.Symbolic.Text
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

    /// What learns, from a list such as g,theta,W. Refusal when it names something else, or nothing.
    let learns (list: string) : Learns =
        let named =
            list.Split(',', StringSplitOptions.TrimEntries ||| StringSplitOptions.RemoveEmptyEntries)
            |> Array.map (among "learning parameter" learnable)

        if Array.isEmpty named then
            raise (Refusal $"{Message.quote list} names nothing that learns; it is a list of g, theta and W, such as g,theta.")

        let has name = Array.contains name named

        { Gains = has "g"
          Parameters = has "theta"
          Synapses = has "W" }

    /// The names of what learns.
    let ofLearns (learns: Learns) : string list =
        List.zip learnable [ learns.Gains; learns.Parameters; learns.Synapses ]
        |> List.choose (fun (name, on) -> if on then Some name else None)
