namespace Interneuron.Derivation.Rules

open Interneuron.Core.Symbolic
open Interneuron.Core.Transport
open Interneuron.Derivation.Formulas
open Interneuron.Derivation.Models

/// Averages of indexed formulas over the target, as formulas of the parameters.
[<RequireQualifiedAccess>]
module internal TargetAverage =
    let private hasActivity model inputs e =
        let activities = Inputs.activities model inputs
        Indexed.symbols e |> Set.exists (fun name -> List.contains name activities)

    /// What constraints make simpler: sum_a W_ai W_ai is 1 for unit columns, sum_i W_ai W_ai for unit rows; sum_a W_ai W_aj is 1 or 0 for
    /// orthonormal columns; M_ba is M_ab where it is symmetric.
    let constrained (model: Model) e =
        let holds constraint' name =
            model.Learned |> List.exists (fun p -> p.Name = name && p.IsHeldBy constraint')

        let any =
            model.Learned
            |> List.exists (fun p -> List.exists p.IsHeldBy [ UnitColumns; UnitRows; Orthonormal; Symmetric; PositiveDefinite ])

        if not any then
            e
        else
            e
            |> Indexed.replace (fun part ->
                match part with
                | Total(b, Times [ Symbol(v, [ x; j ]); Symbol(w, [ y; k ]) ]) when v = w ->
                    if x = b && y = b && (j = k && holds UnitColumns w || holds Orthonormal w) then
                        Some(Delta(j, k))
                    elif j = b && k = b && x = y && holds UnitRows w then
                        Some(Number 1.0)
                    else
                        None
                | Total(b, body) ->
                    // W_bj sum_m W_bm c_m is c_j for orthonormal columns.
                    let isOwn (factor: Indexed) = factor.Free.Contains b
                    let own, others = Indexed.factors body |> List.partition isOwn

                    let parts (first: Indexed) (second: Indexed) =
                        match first, second with
                        | Symbol(w, [ x; j ]), Total(m, inside) when x = b && j <> b && holds Orthonormal w ->
                            let here, rest = Indexed.factors inside |> List.partition isOwn

                            if here = [ Symbol(w, [ b; m ]) ] then
                                Some(Times others * Indexed.rename m j (Times rest))
                            else
                                None
                        | _ -> None

                    match own with
                    | [ first; second ] -> parts first second |> Option.orElse (parts second first)
                    | _ -> None
                | Symbol(m, [ x; y ]) when
                    (x.Name.Length, x.Name) > (y.Name.Length, y.Name)
                    && (holds Symmetric m || holds PositiveDefinite m)
                    ->
                    Some(Symbol(m, [ y; x ]))
                | _ -> None)

    /// The response of the transport objective at an index.
    let private response (model: Model) (b: Index) =
        Symbol(model.Variables.Head.Name, [ b ])

    /// Whether the form of an input is a column of unit length times r, and nothing else.
    let private isUnit (model: Model) (input: InterneuronInput) =
        match input.Form with
        | Total(b, body) ->
            match Indexed.factors body |> List.filter ((<>) (response model b)) with
            | [ Symbol(w, [ x; _ ]) ] when x = b -> model.Learned |> List.exists (fun p -> p.Name = w && p.IsHeldBy UnitColumns)
            | [ Symbol(w, [ _; x ]) ] when x = b -> model.Learned |> List.exists (fun p -> p.Name = w && p.IsHeldBy UnitRows)
            | _ -> false
        | _ -> false

    /// A formula of one input z and of what is private to its interneuron as a scalar one, with what its variables besides z stand for;
    /// None if anything else is in it, another activity for one.
    let private scalar model inputs (z: string) (e: Indexed) : (Expr * Map<string, Indexed>) option =
        let activities = Inputs.activities model inputs
        let mutable others = Map.empty

        e
        |> Indexed.scalar (fun name indices ->
            if name = z then
                Some Potential.z
            elif List.contains name activities || indices.Length > 1 then
                None
            else
                others <- others.Add(name, Symbol(name, indices))
                Some(Expr.var name))
        |> Option.map (fun body -> body, others)

    let private closedForm (model: Model) (body: Expr) : Expr option =
        let parameters =
            [ for name in Expr.variables body |> List.filter ((<>) "z") do
                  match model.Learned |> List.tryFind (fun p -> p.Name = name) with
                  | Some p ->
                      let lower, upper = p.Interval

                      let first =
                          if System.Double.IsFinite lower then lower
                          elif System.Double.IsFinite upper then upper - 1.0
                          else 0.0

                      Parameter.define name lower upper (first, min upper (first + 1.0))
                  | None -> Parameter.define name -infinity infinity (0.0, 1.0) ]

        Expectation.closedForm model.Target parameters body

    let private density (z: Expr) =
        exp (-(z ** 2.0) / 2.0) / sqrt (2.0 * System.Math.PI)

    /// E h'(z) over the standard Gaussian in the sense of Stein's identity, E z h(z) = E h'(z): a jump of h adds its height times the
    /// density there.
    let private meanSlope (model: Model) (h: Expr) : Expr option =
        let range name =
            match model.Learned |> List.tryFind (fun p -> p.Name = name) with
            | Some p -> Interval.between (fst p.Interval) (snd p.Interval)
            | None -> Interval.whole

        // Of a height that is 0 wherever its parameters are held, such as 0^theta with theta at least 1, nothing is to be written.
        let isJump height =
            Bounds.ofFormula range height <> Interval.point 0.0

        match closedForm model (Differentiate.diff "z" h), Breakpoints.jumps "z" h with
        | Some mean, Some jumps ->
            Expr.sum (
                mean
                :: [ for place, height in jumps do
                         if isJump height then
                             height * density place ]
            )
            |> Some
        | _ -> None

    /// A mean as a formula of what its variables stand for. The mean of one function keeps its name.
    let private named (averaged: Indexed) (given: Map<string, Indexed>) (mean: Expr) : Indexed =
        let arguments = Expr.variables mean

        match averaged with
        | Call(f, _) when f.Name <> "" && not arguments.IsEmpty ->
            Call(
                { f with
                    Arguments = arguments
                    IsMean = true
                    Body = mean },
                [ for name in arguments -> given[name] ]
            )
        | _ -> Indexed.formula mean [ for name in arguments -> name, given[name] ]

    /// The sum over all ways to pair (Isserlis 1918).
    let rec private pairings (product: 'T -> 'T -> Indexed) (forms: 'T list) : Indexed =
        match forms with
        | [] -> Number 1.0
        | first :: others ->
            Plus
                [ for n in 0 .. others.Length - 1 do
                      let rest = pairings product (List.removeAt n others)

                      if rest <> Number 0.0 then
                          product first others[n] * rest ]

    // 8 forms pair in 105 ways.
    let private mostPaired = 8

    /// The average of one term of r, the inputs by their names and the parameters over the target (theory, section 4), where it is a
    /// formula of the parameters.
    let rec term (model: Model) (inputs: InterneuronInput list) (term: Indexed) : Indexed option =
        let moving, still =
            Indexed.factors term |> List.partition (hasActivity model inputs)

        let scaled e =
            Some(Times(e :: still) |> constrained model)

        let r = model.Variables.Head.Name
        let b = Indexed.hidden model.Variables.Head.Index.Over

        let inputOf name =
            inputs |> List.tryFind (fun input -> input.Name = name)

        /// The vector u of a linear form u . r.
        let coefficients factor =
            match factor with
            | Symbol(name, [ at ]) when name = r -> Some(Delta(at, b))
            | Symbol(name, [ at ]) ->
                inputOf name
                |> Option.map (fun input -> Indexed.rename input.Index at input.Form |> Indexed.diff r [ b ])
            | _ -> None

        let isGaussian = Target.isSpherical model.Target
        let linear, functions = moving |> List.partition (coefficients >> Option.isSome)

        match functions with
        | _ when moving.IsEmpty -> scaled (Number 1.0)
        | _ when model.Target.IsOfSamples -> None
        | [ Total(j, body) ] when linear.IsEmpty -> mean model inputs body |> Option.bind (fun inside -> scaled (Total(j, inside)))
        | [] ->
            match List.choose coefficients linear with
            | _ when not (Target.isStandard model.Target) -> None
            | forms when forms.Length % 2 = 1 && (isGaussian || forms.Length = 1) -> Some(Number 0.0)
            // Coordinates of zero mean and unit variance: E (u . r)(v . r) = u . v.
            | forms when forms.Length = 2 || (isGaussian && forms.Length <= mostPaired) ->
                scaled (pairings (fun u v -> Total(b, u * v)) forms)
            | _ -> None
        | _ when not isGaussian -> None
        | _ ->
            let responses, ofInputs =
                linear
                |> List.partition (function
                    | Symbol(name, _) -> name = r
                    | _ -> false)

            let product = Times(functions @ ofInputs)

            let input =
                Indexed.symbols product
                |> Set.toList
                |> List.choose inputOf
                |> List.tryExactlyOne
                |> Option.filter (isUnit model)

            match input, Set.toList product.Free with
            | Some input, [ index ] ->
                scalar model inputs input.Name product
                |> Option.bind (fun (body, given) ->
                    match responses with
                    | [] -> closedForm model body |> Option.map (named product given) |> Option.bind scaled
                    // Stein's lemma: E r_a h(w . r) = w_a E h'(w . r).
                    | [ Symbol(_, [ at ]) ] ->
                        let w = Indexed.rename input.Index index input.Form |> Indexed.diff r [ at ]
                        let slope = Indexed.diff input.Name [ index ] product

                        meanSlope model body
                        |> Option.map (named slope given)
                        |> Option.bind (fun mean -> scaled (w * mean))
                    | _ -> None)
            | _ ->
                // Columns of any length: polynomials are products of linear forms.
                let writtenOut =
                    Times moving
                    |> Indexed.replace (function
                        | Call(f, parts) when f.Name <> "" && not f.IsMean -> Some(Indexed.formula f.Body (List.zip f.Arguments parts))
                        | _ -> None)

                let isPolynomial =
                    writtenOut
                    |> Indexed.collect (function
                        | Call(_, parts) -> parts
                        | Total(_, body) -> [ body ]
                        | _ -> [])
                    |> List.exists (hasActivity model inputs)
                    |> not

                if isPolynomial && writtenOut <> Times moving then
                    mean model inputs writtenOut |> Option.bind scaled
                else
                    None

    /// The average of a formula, where that of every term is one of the parameters.
    and mean (model: Model) (inputs: InterneuronInput list) (e: Indexed) : Indexed option =
        let means = Indexed.addends e |> List.map (term model inputs)

        if List.forall Option.isSome means then
            Some(Plus(List.choose id means))
        else
            None
