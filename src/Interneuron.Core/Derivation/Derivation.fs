namespace Interneuron.Core

/// Whether a learning rule can be carried out where its parameter is.
type Locality =
    /// It uses only what is there: the activities, the outputs and the parameters of the neurons at its site.
    | Local
    /// It also uses one number that is the same everywhere in the circuit.
    | LocalWithBroadcast of scalar: Indexed
    /// It uses this term, which no signal brings to the site.
    | NonLocal of term: Indexed

/// What the target subtracts from a step.
type TargetTerm =
    /// Nothing depends on the target.
    | Absent
    /// A formula of the parameters.
    | Closed of Indexed
    /// The average of this over the target, taken over samples of it.
    | Averaged of Indexed

/// The rule by which one parameter learns: descent on the objective, step = rate (online - target - cost).
type DerivedRule =
    {
        /// What learns.
        Parameter: Learned
        /// What each stimulus contributes: of r, s, z, n and the parameters.
        Online: Indexed
        /// What the target subtracts.
        TargetTerm: TargetTerm
        /// What the slow cost subtracts.
        Cost: Indexed
        /// Whether its site has all it needs.
        Locality: Locality
    }

/// The part that a term of the fast dynamics plays.
type Part =
    /// What the stimulus drives.
    | Feedforward
    /// What interneurons subtract.
    | Inhibition
    /// What decays by itself.
    | Leak
    /// What primary neurons do to each other.
    | Lateral

/// All that follows from a model: tau dr_a/dt = -dE/dr_a, and the learning rules.
type Derivation =
    {
        /// What it was derived from.
        Model: Model
        /// The inputs to interneurons that the energy has; none where primary neurons act on each other directly.
        Inputs: InterneuronInput list
        /// The energy, written with z.
        Energy: Indexed
        /// The terms of dr_a/dt, each with its part.
        Dynamics: (Part * Indexed) list
        /// One for each parameter, in their order.
        Rules: DerivedRule list
    }

/// From a model to its dynamics and learning rules (theory, sections 2 and 4).
[<RequireQualifiedAccess>]
module Derivation =
    /// The index of the primary neuron whose response changes.
    let a: Index = { Name = "a"; Over = Primary }

    /// dE/dp at a site, with z and n by their names.
    let private gradient (inputs: InterneuronInput list) (energy: Indexed) (name: string) (site: Index list) =
        let through input =
            let at = Indexed.hidden Interneurons
            let form = Indexed.rename input.Index at input.Form
            Total(at, Times [ Symbol(input.Output, [ at ]); Indexed.diff name site form ])

        Plus(Indexed.diff name site energy :: List.map through inputs)

    let private targetTerm (model: Model) (inputs: InterneuronInput list) (online: Indexed) : TargetTerm =
        let means =
            Inputs.withoutOutputs inputs online
            |> Indexed.addends
            |> List.map (TargetAverage.term model inputs)

        if List.forall Option.isSome means then
            Closed(Plus(List.choose id means))
        else
            Averaged online

    /// What a term uses beyond its site: nothing, a number that the whole circuit shares, or something of elsewhere.
    let rec private needs (model: Model) (site: Set<Index>) (e: Indexed) : Locality list =
        let parameters = model.Learned |> List.map _.Name |> Set.ofList

        match e.Layer with
        | Layer.Number _
        | Layer.Delta _ -> []
        | Layer.Symbol(_, indices) ->
            if Set.isSubset (Set.ofList indices) site then
                []
            else
                [ NonLocal e ]
        | Layer.Plus parts
        | Layer.Times parts
        | Layer.Call(_, parts) -> List.collect (needs model site) parts
        | Layer.Average _ -> []
        | Layer.Total(b, body) ->
            // A sum over a neuron's own synapses is a property of that neuron.
            let ownSynapses =
                site |> Set.exists (fun j -> j.Over = Interneurons)
                && b.Over = Primary
                && (Indexed.symbols body |> Set.forall parameters.Contains)
                && Set.isSubset (Indexed.free body |> Set.remove b) site
                && (Indexed.free body |> Set.exists (fun j -> j.Over = Interneurons))

            if ownSynapses then []
            elif (Indexed.free e).IsEmpty then [ LocalWithBroadcast e ]
            else [ NonLocal e ]

    let private verdict (model: Model) (site: Index list) (parts: Indexed list) : Locality =
        let found =
            parts
            |> List.collect Indexed.addends
            |> List.collect (fun term -> needs model (Set.ofList site) term |> List.map (fun n -> term, n))

        match found |> List.tryFind (fun (_, n) -> n.IsNonLocal), found with
        | Some(term, _), _ -> NonLocal term
        | None, (_, broadcast) :: rest when rest |> List.forall (fun (_, other) -> other = broadcast) -> broadcast
        | None, (term, _) :: _ -> NonLocal term
        | None, [] -> Local

    /// Descent on an objective of r and s, through the fixed point: dL/dp = dL/dp|_r - (dL/dr)^T H^-1 d2E/(dr dp), by implicit differentiation of dE/dr = 0.
    let private implicitRule (model: Model) (inputs: InterneuronInput list) (loss: Indexed) (p: Learned) =
        let b: Index = { Name = "#b"; Over = Primary }
        let c: Index = { Name = "#c"; Over = Primary }
        let force = Indexed.diff "r" [ b ] loss
        let coupling = Indexed.diff p.Name p.Site (Indexed.diff "r" [ c ] model.Energy)

        Plus
            [ -(Indexed.diff p.Name p.Site loss)
              Total(b, Total(c, Times [ force; Symbol("Hinv", [ b; c ]); coupling ])) ]
        |> Inputs.named inputs

    let private partOf (inputs: InterneuronInput list) (term: Indexed) =
        let symbols = Indexed.symbols term

        if symbols.Contains "s" then
            Feedforward
        elif inputs |> List.exists (fun input -> symbols.Contains input.Output) then
            Inhibition
        elif (Indexed.factors term |> List.contains (Model.r a)) then
            Leak
        else
            Lateral

    /// Derives everything. Refuses an energy in which the stimulus enters other than as -s . r: then the fixed point is not that of the semi-dual.
    let derive (model: Model) : Derivation =
        let model = Model.check model

        let isInput = Indexed.diff "s" [ a ] model.Energy = -(Model.r a)

        if not isInput && model.Loss.IsNone then
            let inProduct = Indexed.addends (Indexed.sum a (Model.s a * Model.r a))

            let other term =
                (Indexed.symbols term).Contains "s"
                && not (List.contains -term inProduct)

            let message =
                "the stimulus enters the energy other than as - sum(a, s[a]*r[a]); then J is not the transport objective: give a loss"

            let terms = Indexed.addends model.Energy
            raise (IllPosedException(message, terms |> List.tryFind other |> Option.defaultWith (fun () -> List.head terms)))

        let inputs = Inputs.find model.Energy
        let energy = Inputs.named inputs model.Energy

        let dynamics =
            gradient inputs energy "r" [ a ]
            |> (~-)
            |> Indexed.addends
            |> List.map (fun term -> partOf inputs term, term)
            |> List.sortBy fst

        let rule (p: Learned) =
            let cost = Indexed.diff p.Name p.Site model.Cost

            match model.Loss with
            | Some loss ->
                let online = implicitRule model inputs loss p

                { Parameter = p
                  Online = online
                  TargetTerm = Absent
                  Cost = cost
                  Locality = verdict model p.Site [ online; cost ] }
            | None ->
                let online = gradient inputs energy p.Name p.Site
                let target = targetTerm model inputs online

                let average =
                    match target with
                    | Closed mean -> [ mean ]
                    | Averaged _
                    | Absent -> []

                { Parameter = p
                  Online = online
                  TargetTerm = target
                  Cost = cost
                  Locality = verdict model p.Site (online :: cost :: average) }

        { Model = model
          Inputs = inputs
          Energy = energy
          Dynamics = dynamics
          Rules = List.map rule model.Learned }
