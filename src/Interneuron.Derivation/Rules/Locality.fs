namespace Interneuron.Derivation.Rules

open Interneuron.Derivation.Formulas
open Interneuron.Derivation.Models

/// Whether a learning rule can be carried out where its parameter is: the weakest link that a factor of it needs, in rising order.
type Locality =
    /// It uses only what is there: the activities of the neurons at its site, its own weight, their private parameters, and the total
    /// currents that they receive themselves.
    | Local
    /// It also uses this sum over the weights of the same neuron's other synapses.
    | Heterosynaptic of sum: Indexed
    /// It also uses one number that is the same everywhere in the circuit.
    | LocalWithBroadcast of scalar: Indexed
    /// One parameter that all share, which collects this from all neurons.
    | Gather of sum: Indexed
    /// It is the difference of this, which is local, in two settled states.
    | TwoPhases of term: Indexed
    /// It uses the weight of another synapse.
    | WeightTransport of weight: Indexed
    /// It uses this factor, in this term, which no signal brings to the site.
    | NonLocal of term: Indexed * factor: Indexed

/// What a rule uses besides its own parameter, by where it comes from.
type Signal =
    /// An activity, a running average or a private parameter of the neuron at this index.
    | AtNeuron of Index * Indexed
    /// The total current that the neuron at this index receives.
    | Current of Index * Indexed
    /// A sum over the other weights of the neuron at this index.
    | OwnWeights of Index * Indexed
    /// A number that is the same for all.
    | Shared of Indexed
    /// What no signal brings there.
    | FromElsewhere of Indexed

/// Locality is a question about owners: of a neuron its activities and private parameters, of a synapse its weight; signals travel along
/// declared synapses only.
[<RequireQualifiedAccess>]
module internal Locality =
    let private grade locality =
        match locality with
        | Local -> 0
        | Heterosynaptic _ -> 1
        | LocalWithBroadcast _ -> 2
        | Gather _ -> 3
        | TwoPhases _ -> 4
        | WeightTransport _ -> 5
        | NonLocal _ -> 6

    let private worst (found: Locality list) =
        (Local, found)
        ||> List.fold (fun worst next -> if grade next > grade worst then next else worst)

    /// A parameter of a synapse: between two different neurons.
    let private isWeight (model: Model) (e: Indexed) =
        match e with
        | Symbol(name, [ x; y ]) ->
            x <> y
            && model.Learned |> List.exists (fun p -> p.Name = name && not p.Role.IsFollows)
        | _ -> false

    let private isLearned (model: Model) (e: Indexed) =
        match e with
        | Symbol(name, _) -> model.Learned |> List.exists (fun p -> p.Name = name)
        | _ -> false

    let private isActivity model inputs (e: Indexed) =
        match e with
        | Symbol(name, _) -> List.contains name (Inputs.activities model inputs)
        | _ -> false

    /// Whether a formula is made of weights alone.
    let rec private ofWeights model (e: Indexed) =
        isWeight model e
        || match e.Layer with
           | Layer.Number _ -> true
           | Layer.Plus parts
           | Layer.Times parts
           | Layer.Call(_, parts) -> List.forall (ofWeights model) parts
           | Layer.Symbol _
           | Layer.Delta _
           | Layer.Total _
           | Layer.Average _ -> false

    /// What a factor needs at a site. `own` is the synapse that learns; a shared parameter is at no neuron.
    let rec private need (model: Model) (inputs: InterneuronInput list) (own: Indexed option) (site: Set<Index>) (e: Indexed) : Locality =
        let all parts =
            parts |> List.map (need model inputs own site) |> worst

        match e.Layer with
        | Layer.Number _
        | Layer.Delta _
        | Layer.Average _ -> Local
        | Layer.Plus parts
        | Layer.Times parts
        | Layer.Call(_, parts) -> all parts
        | Layer.Total(b, body) -> needOfSum model inputs site e b body
        | Layer.Symbol(name, at) ->
            if
                not (Set.isSubset (Set.ofList at) site)
                || Model.isInverseHessian name
                || Indexed.isOfWhole name
            then
                NonLocal(e, e)
            elif isWeight model e then
                if own = Some e then Local else WeightTransport e
            else
                // An output or an input that has a sum over a population in it is a signal to all.
                let ofInput =
                    inputs
                    |> List.tryPick (fun input ->
                        if name = input.Output then Some(input, input.OutputFormula)
                        elif name = input.Name then Some(input, input.Form)
                        else None)

                match ofInput, at with
                | Some(input, formula), [ index ] -> need model inputs None (Set.singleton index) (Indexed.rename input.Index index formula)
                | _ -> Local

    and private needOfSum model inputs (site: Set<Index>) (e: Indexed) (b: Index) (body: Indexed) : Locality =
        let there = need model inputs None (Set.singleton b)

        match Set.toList e.Free with
        | [] ->
            // What each neuron adds has to be known to it.
            match there body with
            | Local
            | Heterosynaptic _
            | LocalWithBroadcast _ -> if site.IsEmpty then Gather e else LocalWithBroadcast e
            | Gather _
            | TwoPhases _
            | WeightTransport _
            | NonLocal _ -> NonLocal(e, e)
        | [ x ] when site.Contains x ->
            let weights, others = Indexed.factors body |> List.partition (isWeight model)

            // Activities come along synapses, each times its weight; the sender knows what is private to it.
            let isSignal =
                others
                |> List.forall (fun part -> Set.isSubset part.Free (Set.singleton b) && not (hasSum part))
                && others
                   |> List.exists (
                       Indexed.collect (fun part -> [ isActivity model inputs part ])
                       >> List.contains true
                   )

            match weights with
            | [ _ ] when isSignal -> others |> List.map there |> worst
            | _ when Indexed.factors body |> List.forall (ofWeights model) -> Heterosynaptic e
            | _ -> NonLocal(e, e)
        | _ -> NonLocal(e, e)

    and private hasSum (e: Indexed) =
        e
        |> Indexed.collect (function
            | Total _ -> [ () ]
            | _ -> [])
        |> List.isEmpty
        |> not

    /// The weakest link of the dynamics of a variable at its index: what reaches a neuron along synapses, where the sender may be one that
    /// sums what it receives itself, such as an error.
    let rec private needOfFlow (model: Model) (inputs: InterneuronInput list) (site: Set<Index>) (e: Indexed) : Locality =
        match need model inputs None site e, e with
        | WeightTransport _, Symbol _ -> Local
        | NonLocal _, Total(b, body) ->
            let weights, others = Indexed.factors body |> List.partition (isWeight model)

            match weights with
            | [ _ ] when others |> List.forall (fun part -> Set.isSubset part.Free (Set.singleton b)) ->
                others |> List.map (needOfFlow model inputs (Set.singleton b)) |> worst
            | _ -> NonLocal(e, e)
        | other, _ -> other

    let ofDynamics (model: Model) (inputs: InterneuronInput list) (v: Variable) (terms: Indexed list) : Locality =
        [ for term in terms do
              for factor in Indexed.factors term do
                  match needOfFlow model inputs (Set.singleton v.Index) factor with
                  | NonLocal(_, factor) -> NonLocal(term, factor)
                  | other -> other ]
        |> worst

    /// What a site has to be told of, by where it comes from.
    let signals (model: Model) (inputs: InterneuronInput list) (p: Learned) (parts: Indexed list) : Signal list =
        let own = Symbol(p.Name, p.Site)
        let site = Set.ofList p.Site

        let rec ofAtom (e: Indexed) : Signal list =
            match e.Layer with
            | Layer.Number _
            | Layer.Delta _
            | Layer.Average _ -> []
            | Layer.Plus parts
            | Layer.Times parts
            | Layer.Call(_, parts) -> List.collect ofAtom parts
            | Layer.Symbol(_, []) ->
                if e = own || not (isLearned model e) then
                    []
                else
                    [ Shared e ]
            | Layer.Symbol(_, at) ->
                match need model inputs (Some own) site e with
                | Local when e = own -> []
                | Local -> [ AtNeuron(at.Head, e) ]
                | LocalWithBroadcast scalar -> [ Shared scalar ]
                | _ -> [ FromElsewhere e ]
            | Layer.Total _ ->
                match need model inputs (Some own) site e, Set.toList e.Free with
                | Local, [ x ] -> [ Current(x, e) ]
                | Heterosynaptic _, [ x ] -> [ OwnWeights(x, e) ]
                | (LocalWithBroadcast _ | Gather _), _ -> [ Shared e ]
                | _ -> [ FromElsewhere e ]

        parts |> List.collect ofAtom |> List.distinct

    /// The weakest link of a rule, given all of its parts.
    let ofRule (model: Model) (inputs: InterneuronInput list) (p: Learned) (parts: Indexed list) : Locality =
        let own = Symbol(p.Name, p.Site)
        let site = Set.ofList p.Site

        [ for part in parts do
              for term in Indexed.addends part do
                  for factor in Indexed.factors term do
                      match need model inputs (Some own) site factor with
                      | NonLocal(_, factor) -> NonLocal(term, factor)
                      | other -> other ]
        |> worst
