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

/// The input to the interneurons: a linear form of the responses, z_i.
type InterneuronInput =
    {
        /// z.
        Name: string
        /// The output that it causes, n = dE/dz.
        Output: string
        /// Its index.
        Index: Index
        /// The form, sum_a W_ai r_a.
        Form: Indexed
        /// n_i as a formula of z_i and the parameters.
        OutputFormula: Indexed
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

    let private i: Index = { Name = "i"; Over = Interneurons }

    /// A bound index that cannot be meant by anything else; normal forms give it a letter.
    let private hidden (over: Neurons) : Index = { Name = "#"; Over = over }

    /// A linear form of r with one free index, an interneuron's.
    let private isForm e =
        match e with
        | Total(b, body) when b.Over = Primary ->
            let parts = Indexed.factors body
            let isR part = part = Model.r b

            List.length (List.filter isR parts) = 1
            && parts
               |> List.forall (fun p ->
                   isR p
                   || match p with
                      | Symbol(name, _) -> name <> "s" && name <> "r"
                      | Number _ -> true
                      | _ -> false)
            && (Indexed.free e |> Set.map _.Over) = set [ Interneurons ]
            && (Indexed.free e).Count = 1
        | _ -> false

    let private formsOf energy =
        let found = ResizeArray<Indexed>()

        let rec visit e =
            match e with
            | _ when isForm e -> found.Add(Indexed.normal (Indexed.rename (Seq.head (Indexed.free e)) i e))
            | Number _
            | Symbol _
            | Delta _ -> ()
            | Plus parts
            | Times parts
            | Call(_, parts) -> List.iter visit parts
            | Total(_, body) -> visit body

        visit energy
        found |> Seq.distinct |> List.ofSeq

    /// Writes z_i for each form of an input.
    let private named (forms: (string * Indexed) list) e =
        Indexed.normal e
        |> Indexed.replace (fun part ->
            if isForm part then
                let index = Seq.head (Indexed.free part)
                let canonical = Indexed.normal (Indexed.rename index i part)

                forms
                |> List.tryPick (fun (name, form) ->
                    if form = canonical then
                        Some(Symbol(name, [ index ]))
                    else
                        None)
            else
                None)
        |> Indexed.normal

    /// Writes a quantity of each input, by its name, as a formula.
    let private writtenOut inputs (quantity: InterneuronInput -> string * Indexed) e =
        e
        |> Indexed.replace (fun part ->
            match part with
            | Symbol(name, [ index ]) ->
                inputs
                |> List.tryPick (fun input ->
                    let its, formula = quantity input

                    if name = its then
                        Some(Indexed.rename input.Index index formula)
                    else
                        None)
            | _ -> None)

    /// Writes the forms for z, and n as a formula of them.
    let expand (inputs: InterneuronInput list) e =
        e
        |> writtenOut inputs (fun input -> input.Output, input.OutputFormula)
        |> writtenOut inputs (fun input -> input.Name, input.Form)
        |> Indexed.normal

    /// dE/dp at a site, with z and n by their names.
    let private gradient (inputs: InterneuronInput list) (energy: Indexed) (name: string) (site: Index list) =
        let through input =
            let at = hidden Interneurons
            let form = Indexed.rename input.Index at input.Form
            Total(at, Times [ Symbol(input.Output, [ at ]); Indexed.diff name site form ])

        Plus(Indexed.diff name site energy :: List.map through inputs) |> Indexed.normal

    let private isActivity (inputs: InterneuronInput list) name =
        name = "r"
        || name = "s"
        || inputs |> List.exists (fun input -> name = input.Name || name = input.Output)

    let private hasActivity inputs e =
        Indexed.symbols e |> Set.exists (isActivity inputs)

    /// sum_a W_ai W_ai is 1 for unit columns.
    let private unitLengths (model: Model) e =
        let units =
            model.Learned
            |> List.filter (fun p -> p.Constraint = UnitColumns)
            |> List.map _.Name

        e
        |> Indexed.replace (fun part ->
            match part with
            | Total(b, Times [ Symbol(v, [ x; j ]); Symbol(w, [ y; k ]) ]) when v = w && x = b && y = b && j = k && List.contains w units ->
                Some(Number 1.0)
            | _ -> None)
        |> Indexed.normal

    /// The learned parameter whose columns of unit length make up the input, if that is all the form has.
    let private unitColumns (model: Model) (input: InterneuronInput) =
        match input.Form with
        | Total(b, body) ->
            match Indexed.factors body |> List.filter ((<>) (Model.r b)) with
            | [ Symbol(w, _) ] ->
                model.Learned
                |> List.tryFind (fun p -> p.Name = w && p.Constraint = UnitColumns)
                |> Option.map _.Name
            | _ -> None
        | _ -> None

    /// The average of a formula of z and parameters over the target, where it is closed.
    let private scalarMean (model: Model) (z: string) (e: Indexed) : Indexed option =
        // Symbols of parameters become variables named by what they are, all of one interneuron.
        let arguments = System.Collections.Generic.Dictionary<string, Indexed>()

        let read =
            Indexed.scalar (fun name indices ->
                if name = z then
                    Some Potential.z
                elif indices.Length <= 1 then
                    arguments[name] <- Symbol(name, indices)
                    Some(Expr.var name)
                else
                    None)

        let parameters names =
            [ for name in names do
                  match model.Learned |> List.tryFind (fun p -> p.Name = name) with
                  | Some { Constraint = Between(lower, upper) } -> Parameter.define name lower upper (lower, min upper (lower + 1.0))
                  | Some { Constraint = NonNegative } -> Parameter.define name 0.0 infinity (0.0, 1.0)
                  | _ -> Parameter.define name -infinity infinity (0.0, 1.0) ]

        read e
        |> Option.bind (fun body ->
            let names = Expr.variables body |> List.filter ((<>) "z")
            Expectation.closedForm model.Target (parameters names) body)
        |> Option.map (fun mean ->
            let given = [ for name in Expr.variables mean -> arguments[name] ]

            // The mean of one function keeps its name.
            match Indexed.normal e with
            | Call(f, _) when f.Name <> "" && not (Expr.variables mean).IsEmpty ->
                let name, by = Indexed.functionName f
                let inside = String.concat "_" (name :: by)

                Call(
                    { Name = $"E[{inside}]"
                      Arguments = Expr.variables mean
                      By = []
                      Body = mean },
                    given
                )
            | _ -> Indexed.formula mean (List.zip (Expr.variables mean) given))

    /// The average of one term over the target (theory, section 4), where it is a formula of the parameters.
    let private termMean (model: Model) (inputs: InterneuronInput list) (term: Indexed) : Indexed option =
        let factors = Indexed.factors term
        let moving, still = factors |> List.partition (hasActivity inputs)

        let scaled e =
            Some(Times(e :: still) |> unitLengths model)

        let b = hidden Primary

        let coefficients factor =
            match factor with
            | Symbol("r", [ at ]) -> Some(Delta(at, b))
            | Symbol(name, [ at ]) ->
                inputs
                |> List.tryFind (fun input -> input.Name = name)
                |> Option.map (fun input -> Indexed.rename input.Index at input.Form |> Indexed.diff "r" [ b ])
            | _ -> None

        let ofOne =
            match model.Target with
            | OfSamples _ -> None
            | _ -> Some()

        let zOf e =
            inputs
            |> List.tryFind (fun input -> (Indexed.symbols e).Contains input.Name)
            |> Option.bind (fun input ->
                if (unitColumns model input).IsSome then
                    Some input
                else
                    None)

        match ofOne, List.map coefficients moving with
        | None, _ -> if moving.IsEmpty then scaled (Number 1.0) else None
        | _, [] -> scaled (Number 1.0)
        | _, [ Some _ ] -> Some(Number 0.0)
        // Coordinates of zero mean and unit variance: E (u . r)(v . r) = u . v.
        | _, [ Some u; Some v ] -> scaled (Total(b, Times [ u; v ]))
        | _ when not (Target.isSpherical model.Target) -> None
        | _ ->
            let responses, functions =
                moving
                |> List.partition (fun f ->
                    match f with
                    | Symbol("r", _) -> true
                    | _ -> false)

            let indices = functions |> List.map Indexed.free |> Set.unionMany
            let product = Times functions

            match zOf product, Set.toList indices, responses with
            | Some input, [ _ ], [] -> scalarMean model input.Name product |> Option.bind scaled
            // Stein's lemma: E r_a h(w . r) = w_a E h'(w . r).
            | Some input, [ index ], [ Symbol(_, [ at ]) ] ->
                let slope = Indexed.diff input.Name [ index ] product
                let w = Indexed.rename input.Index index input.Form |> Indexed.diff "r" [ at ]

                scalarMean model input.Name slope
                |> Option.bind (fun mean -> scaled (Times [ w; mean ]))
            | _ -> None

    let private targetTerm (model: Model) (inputs: InterneuronInput list) (online: Indexed) : TargetTerm =
        let withoutOutputs =
            writtenOut inputs (fun input -> input.Output, input.OutputFormula) online
            |> Indexed.normal

        let means = Indexed.addends withoutOutputs |> List.map (termMean model inputs)

        if List.forall Option.isSome means then
            Closed(Indexed.normal (Plus(List.choose id means)))
        else
            Averaged online

    /// What a term uses beyond its site: nothing, a number that the whole circuit shares, or something of elsewhere.
    let rec private needs (model: Model) (site: Set<Index>) (e: Indexed) : Locality list =
        let parameters = model.Learned |> List.map _.Name |> Set.ofList

        match e with
        | Number _
        | Delta _ -> []
        | Symbol(_, indices) ->
            if Set.isSubset (Set.ofList indices) site then
                []
            else
                [ NonLocal e ]
        | Plus parts
        | Times parts
        | Call(_, parts) -> List.collect (needs model site) parts
        | Total(b, body) ->
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
    let private implicitRule (model: Model) (forms: (string * Indexed) list) (loss: Indexed) (p: Learned) =
        let b: Index = { Name = "#b"; Over = Primary }
        let c: Index = { Name = "#c"; Over = Primary }
        let force = Indexed.diff "r" [ b ] loss
        let coupling = Indexed.diff p.Name p.Site (Indexed.diff "r" [ c ] model.Energy)

        Plus
            [ -(Indexed.diff p.Name p.Site loss)
              Total(b, Total(c, Times [ force; Symbol("Hinv", [ b; c ]); coupling ])) ]
        |> named forms

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

        let isInput = Indexed.diff "s" [ a ] model.Energy = Indexed.normal (-(Model.r a))

        if not isInput && model.Loss.IsNone then
            invalidArg
                "energy"
                "the stimulus enters the energy other than as - sum(a, s[a]*r[a]); then J is not the transport objective: give a loss"

        let forms =
            formsOf (Indexed.normal model.Energy)
            |> List.mapi (fun k form -> (if k = 0 then "z" else $"z{k + 1}"), form)

        let energy = named forms model.Energy

        let inputs =
            [ for k, (name, form) in List.indexed forms ->
                  { Name = name
                    Output = (if k = 0 then "n" else $"n{k + 1}")
                    Index = i
                    Form = form
                    OutputFormula = Indexed.diff name [ i ] energy } ]

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
                let online = implicitRule model forms loss p

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
