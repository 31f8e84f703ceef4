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
    /// A model as locality sees it: its quantities, and which way its dynamics send signals along weights.
    type Wiring =
        {
            Model: Model
            Inputs: InterneuronInput list
            /// The weights of the dynamics, each with the place of the index of a neuron that receives along it.
            Carried: Set<string * int>
        }

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

    /// Which way signals go in a formula of the dynamics of a neuron: what is summed over is where they come from.
    let rec private carried (model: Model) (outer: Set<Index>) (e: Indexed) : (string * int) list =
        match e.LayerApart outer with
        | Layer.Number _
        | Layer.Symbol _
        | Layer.Delta _ -> []
        | Layer.Plus parts
        | Layer.Times parts
        | Layer.Call(_, parts) -> List.collect (carried model outer) parts
        | Layer.Average inside -> carried model outer inside
        | Layer.Total(b, body) ->
            let weights =
                [ for part in Indexed.factors body do
                      match part with
                      | Symbol(name, [ x; y ]) when isWeight model part && (x = b || y = b) ->
                          name, (if x = b then 1 else 0), (if x = b then y else x)
                      | _ -> () ]

            // Of two weights that meet in a neuron one brings what the other sends on: from where the sum outside is over.
            [ for name, place, other in weights ->
                  name,
                  (if weights.Length = 2 && outer.Contains other then
                       1 - place
                   else
                       place) ]
            @ carried model (Set.add b outer) body

    /// The wiring that the dynamics of a model make.
    let wiring (model: Model) (inputs: InterneuronInput list) : Wiring =
        { Model = model
          Inputs = inputs
          Carried =
            [ for v in model.Variables do
                  let force = Indexed.diff v.Name [ v.Index ] model.Energy

                  for term in Indexed.addends (TargetAverage.constrained model force) do
                      yield! carried model Set.empty term

                      // A weight that no sum is over brings the neuron what is at its other end.
                      for part in Indexed.factors term do
                          match part with
                          | Symbol(name, [ x; y ]) when isWeight model part ->
                              if x = v.Index then
                                  name, 0

                              if y = v.Index then
                                  name, 1
                          | _ -> () ]
            |> Set.ofList }

    /// Whether signals reach the neuron at the index x along this weight. What the dynamics do not use may carry them either way.
    let private reaches (wiring: Wiring) (weight: Indexed) (x: Index) : bool =
        match weight with
        | Symbol(name, at) ->
            let place = if at.Head = x then 0 else 1

            let isSymmetric =
                wiring.Model.Learned
                |> List.exists (fun p -> p.Name = name && (p.IsHeldBy Symmetric || p.IsHeldBy PositiveDefinite))

            isSymmetric
            || wiring.Carried.Contains(name, place)
            || not (wiring.Carried.Contains(name, 1 - place))
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
    let rec private need (wiring: Wiring) (own: Indexed option) (site: Set<Index>) (e: Indexed) : Locality =
        let model, inputs = wiring.Model, wiring.Inputs

        let all parts =
            parts |> List.map (need wiring own site) |> worst

        match e.Layer with
        | Layer.Number _
        | Layer.Delta _
        | Layer.Average _ -> Local
        | Layer.Plus parts
        | Layer.Times parts
        | Layer.Call(_, parts) -> all parts
        | Layer.Total(b, body) -> needOfSum wiring site e b body
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
                | Some(input, formula), [ index ] -> need wiring None (Set.singleton index) (Indexed.rename input.Index index formula)
                | _ -> Local

    and private needOfSum (wiring: Wiring) (site: Set<Index>) (e: Indexed) (b: Index) (body: Indexed) : Locality =
        let model, inputs = wiring.Model, wiring.Inputs
        let there = need wiring None (Set.singleton b)

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
            | [ weight ] when isSignal && reaches wiring weight x -> others |> List.map there |> worst
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

    /// What goes from the neurons b along one weight to neurons a, and from there along another to the site, though the form has the two
    /// sums the other way round (sum_b y_b sum_a W_ak W_ab): what each adds, at its index.
    let private relayed (wiring: Wiring) (site: Set<Index>) (b: Index) (body: Indexed) : (Index * Indexed) list option =
        let outer = Indexed.factors body

        outer
        |> List.tryPick (fun part ->
            match part with
            | Total(a, inside) ->
                let weights, others =
                    List.except [ part ] outer @ Indexed.factors inside
                    |> List.partition (isWeight wiring.Model)

                let joins (x: Set<Index>) (weight: Indexed) = weight.Free = x

                let isPath =
                    weights.Length = 2
                    && site.Count = 1
                    && weights |> List.exists (joins (Set.add a site))
                    && weights |> List.exists (joins (Set.ofList [ a; b ]))

                let at (factor: Indexed) =
                    if Set.isSubset factor.Free (Set.singleton b) then
                        Some(b, factor)
                    elif factor.Free = Set.singleton a then
                        Some(a, factor)
                    else
                        None

                if isPath && others |> List.forall (at >> Option.isSome) then
                    Some(List.choose at others)
                else
                    None
            | _ -> None)

    /// The weakest link of the dynamics of a variable at its index: what reaches a neuron along synapses, where the sender may be one that
    /// sums what it receives itself, such as an error.
    let rec private needOfFlow (wiring: Wiring) (site: Set<Index>) (e: Indexed) : Locality =
        match need wiring None site e, e with
        | WeightTransport _, Symbol _ -> Local
        | NonLocal _, Total(b, body) ->
            let weights, others = Indexed.factors body |> List.partition (isWeight wiring.Model)

            match weights with
            | [ _ ] when others |> List.forall (fun part -> Set.isSubset part.Free (Set.singleton b)) ->
                others |> List.map (needOfFlow wiring (Set.singleton b)) |> worst
            | _ ->
                match relayed wiring site b body with
                | Some parts -> [ for at, part in parts -> needOfFlow wiring (Set.singleton at) part ] |> worst
                | None -> NonLocal(e, e)
        | other, _ -> other

    let ofDynamics (wiring: Wiring) (v: Variable) (terms: Indexed list) : Locality =
        [ for term in terms do
              for factor in Indexed.factors term do
                  match needOfFlow wiring (Set.singleton v.Index) factor with
                  | NonLocal(_, factor) -> NonLocal(term, factor)
                  | other -> other ]
        |> worst

    /// What a site has to be told of, by where it comes from.
    let signals (wiring: Wiring) (p: Learned) (parts: Indexed list) : Signal list =
        let model = wiring.Model
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
                match need wiring (Some own) site e with
                | Local when e = own -> []
                | Local -> [ AtNeuron(at.Head, e) ]
                | LocalWithBroadcast scalar -> [ Shared scalar ]
                | _ -> [ FromElsewhere e ]
            | Layer.Total _ ->
                match need wiring (Some own) site e, Set.toList e.Free with
                | Local, [ x ] -> [ Current(x, e) ]
                | Heterosynaptic _, [ x ] -> [ OwnWeights(x, e) ]
                | (LocalWithBroadcast _ | Gather _), _ -> [ Shared e ]
                | _ -> [ FromElsewhere e ]

        parts |> List.collect ofAtom |> List.distinct

    /// Whether one verdict is of a stronger link than another.
    let isBetter (one: Locality) (other: Locality) : bool = grade one < grade other

    /// The weakest link of a rule, given all of its parts.
    let ofRule (wiring: Wiring) (p: Learned) (parts: Indexed list) : Locality =
        let own = Symbol(p.Name, p.Site)
        let site = Set.ofList p.Site

        [ for part in parts do
              for term in Indexed.addends part do
                  for factor in Indexed.factors term do
                      match need wiring (Some own) site factor with
                      | NonLocal(_, factor) -> NonLocal(term, factor)
                      | other -> other ]
        |> worst
