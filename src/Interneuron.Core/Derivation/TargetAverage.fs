namespace Interneuron.Core

/// Averages of indexed formulas over the target, as formulas of the parameters.
[<RequireQualifiedAccess>]
module internal TargetAverage =
    let private hasActivity inputs e =
        let activities = Inputs.activities inputs
        Indexed.symbols e |> Set.exists (fun name -> List.contains name activities)

    /// sum_a W_ai W_ai is 1 for unit columns.
    let unitLengths (model: Model) e =
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
            match e with
            | Call(f, _) when f.Name <> "" && not (Expr.variables mean).IsEmpty ->
                Call(
                    { f with
                        Arguments = Expr.variables mean
                        IsMean = true
                        Body = mean },
                    given
                )
            | _ -> Indexed.formula mean (List.zip (Expr.variables mean) given))

    /// The average of one term of r, z and the parameters over the target (theory, section 4), where it is a formula of the parameters.
    let term (model: Model) (inputs: InterneuronInput list) (term: Indexed) : Indexed option =
        let factors = Indexed.factors term
        let moving, still = factors |> List.partition (hasActivity inputs)

        let scaled e =
            Some(Times(e :: still) |> unitLengths model)

        let b = Indexed.hidden Primary

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
