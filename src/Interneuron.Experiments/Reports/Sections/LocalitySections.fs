namespace Interneuron.Experiments

open Interneuron.Derivation.Formulas
open Interneuron.Derivation.Models
open Interneuron.Derivation.Rules
open Interneuron.Experiments.ReportWords

/// The section of a report on what each rule and the dynamics need to know.
[<RequireQualifiedAccess>]
module internal LocalitySections =
    let private reason (locality: Locality) : Span list =
        match locality with
        | Local -> [ words "every signal that it uses is at its site" ]
        | Heterosynaptic sum ->
            [ words "a sum over the weights of the same neuron's other synapses: "
              span sum ]
        | LocalWithBroadcast scalar -> [ words "one number for the whole circuit: "; span scalar ]
        | Gather sum -> [ words "one parameter that all share, collected from all: "; span sum ]
        | TwoPhases term -> [ words "the difference of this in two settled states: "; span term ]
        | WeightTransport weight -> [ words "the weight of another synapse: "; span weight ]
        | NonLocal(term, factor) ->
            [ words "no signal brings "
              span factor
              if factor <> term then
                  words " of "
                  span term
              words " to the site"
              if Functions.hasInverseHessian term then
                  words ": the inverse Hessian "
                  inline' "H⁻¹" "H^{-1}"
                  words " of the energy carries a change of one response to all others" ]

    /// Formulas side by side.
    let private listed (formulas: Indexed list) : Span list =
        formulas
        |> List.mapi (fun n e ->
            [ if n > 0 then
                  words ", "
              span e ])
        |> List.concat

    let private signals (derivation: Derivation) : Block =
        let row (r: DerivedRule) =
            let at (place: int) =
                match List.tryItem place r.Parameter.Site with
                | None -> []
                | Some index ->
                    r.Signals
                    |> List.choose (function
                        | AtNeuron(i, e)
                        | Current(i, e)
                        | OwnWeights(i, e) when i = index -> Some e
                        | _ -> None)

            let shared =
                r.Signals
                |> List.choose (function
                    | Shared e -> Some e
                    | _ -> None)

            let elsewhere =
                r.Signals
                |> List.choose (function
                    | FromElsewhere e -> Some e
                    | _ -> None)

            // Formulas of the inverse Hessian are long, and are told apart in the rule.
            let inverse, others = List.partition Functions.hasInverseHessian elsewhere

            [ [ span (symbol r.Parameter) ]
              listed (at 0)
              listed (at 1)
              listed shared
              [ yield! listed others
                if not inverse.IsEmpty then
                    if not others.IsEmpty then
                        words ", "

                    inline' "H⁻¹" "H^{-1}" ] ]

        Block.Table(
            [ "parameter"
              "from the neuron of its first index"
              "of its second"
              "from all"
              "from elsewhere" ],
            List.map row derivation.Rules
        )

    let locality (derivation: Derivation) : Block list =
        [ Block.Heading "Locality"
          Block.Table(
              [ "what"; "verdict"; "why" ],
              [ for r in derivation.Rules ->
                    [ [ span (symbol r.Parameter) ]
                      [ words (localityName r.Locality) ]
                      reason r.Locality ]
                for d in derivation.Dynamics ->
                    [ [ words "dynamics of "; span (Symbol(d.Variable.Name, [ d.Variable.Index ])) ]
                      [ words (localityName d.Locality) ]
                      (match d.Locality with
                       | Local -> [ words "all that it needs reaches the neuron along synapses" ]
                       | other -> reason other) ] ]
          )
          signals derivation
          match derivation.BothWays with
          | [] -> ()
          | both ->
              Block.Paragraph(
                  words "The dynamics use " :: listed [ for name in both -> Symbol(name, []) ]
                  @ [ words " both ways, from each of two neurons to the other: a circuit has to keep the two strengths equal." ]
              ) ]
