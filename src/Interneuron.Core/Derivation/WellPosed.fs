namespace Interneuron.Core

/// What is known of a condition.
type Verdict =
    /// It holds, by proof.
    | Proven
    /// It was found to hold wherever it was tried.
    | Unrefuted
    /// It fails.
    | Fails

/// One condition for a model to have a response to every stimulus and a minimum of its objective, with the evidence.
type Finding =
    {
        /// What is required.
        Condition: string
        /// What is known of it.
        Verdict: Verdict
        /// Why, and where it fails what would be right.
        Detail: string
        /// Where it fails, the term of the energy that it fails by.
        Term: Indexed option
    }

/// Whether a model is well posed: convex, bounded below, and spanning (theory, sections 1 and 2).
[<RequireQualifiedAccess>]
module WellPosed =
    /// Pieces of the line from 0 outwards, growing geometrically; the last is infinite.
    let private halfLine =
        let ends = 0.0 :: [ for k in -10 .. 10 -> 2.0 ** float k ] @ [ infinity ]

        List.pairwise ends
        |> List.map (fun (lower, upper) -> Interval.between lower upper)

    let private wholeLine =
        (halfLine |> List.map (fun x -> Interval.between -x.Upper -x.Lower)) @ halfLine

    let private pieces (p: Parameter) =
        let shifted by =
            halfLine |> List.map (fun x -> Interval.between (by + x.Lower) (by + x.Upper))

        match System.Double.IsInfinity p.Lower, System.Double.IsInfinity p.Upper with
        | false, false ->
            let width = (p.Upper - p.Lower) / 32.0
            [ for k in 0..31 -> Interval.between (p.Lower + width * float k) (if k = 31 then p.Upper else p.Lower + width * float (k + 1)) ]
        | false, true -> shifted p.Lower
        | _ -> wholeLine

    let private inside (x: Interval) =
        if System.Double.IsInfinity x.Upper then x.Lower + 1.0
        elif System.Double.IsInfinity x.Lower then x.Upper - 1.0
        else 0.5 * (x.Lower + x.Upper)

    /// f' >= 0 over the parameters' intervals and all z, by bounds on pieces; where a bound does not decide, by its value inside the piece.
    let private convexity (ridge: Ridge) : Finding =
        let potential = ridge.Potential

        let variables = potential.Parameters |> List.map (fun p -> p.Name, pieces p)

        // Every combination of pieces, z the fastest; more than two parameters are tried at coarser pieces.
        let coarse (ranges: Interval list) =
            if variables.Length > 2 then
                ranges |> List.indexed |> List.filter (fun (i, _) -> i % 8 = 0) |> List.map snd
            else
                ranges

        let boxes =
            variables
            |> List.map (fun (name, ranges) -> name, coarse ranges)
            |> List.fold
                (fun boxes (name, ranges) ->
                    [ for box in boxes do
                          for x in ranges -> Map.add name x box ])
                [ Map.empty ]
            |> List.collect (fun box -> [ for z in wholeLine -> Map.add "z" z box ])

        let bound (box: Map<string, Interval>) =
            let x = Interval.bounds (fun name -> box[name]) potential.Slope

            let slack =
                1e-12 * (1.0 + (if System.Double.IsFinite x.Upper then x.Upper else 0.0))

            x.Lower >= -slack

        let value (box: Map<string, Interval>) =
            Expr.interpret Floats.operations (fun name -> inside box[name]) potential.Slope

        let undecided = boxes |> List.filter (bound >> not)
        let slope = Print.text potential.Slope

        match undecided |> List.tryFind (fun box -> value box < -1e-9) with
        | Some box ->
            let place =
                box
                |> Map.toList
                |> List.map (fun (name, x) -> sprintf "%s = %.4g" name (inside x))
                |> String.concat ", "

            let curvature (_, formula) =
                Differentiate.diff "z" (Differentiate.diff "z" formula)
                |> Expr.interpret Floats.operations (fun name -> inside box[name])

            { Condition = "the potential is convex in z"
              Verdict = Fails
              Term = ridge.Terms |> List.minBy curvature |> fst |> Some
              Detail = sprintf "f' = %s is %.3g at %s: the energy is concave there and responses are not unique" slope (value box) place }
        | None when undecided.IsEmpty && variables.Length <= 2 ->
            { Condition = "the potential is convex in z"
              Verdict = Proven
              Term = None
              Detail = $"f' = {slope} >= 0 for all z and parameters, by interval bounds on {boxes.Length} pieces" }
        | None ->
            { Condition = "the potential is convex in z"
              Verdict = Unrefuted
              Term = None
              Detail =
                $"f' = {slope} is not negative at any of {boxes.Length} points; bounds decide all but {undecided.Length} of the pieces" }

    let private growth (ridge: Ridge) =
        let condition =
            "the energy grows faster than linearly, so that every stimulus has a response"

        match Potential.growth ridge.Potential with
        | _ when ridge.Leak > 0.0 ->
            { Condition = condition
              Verdict = Proven
              Term = None
              Detail = $"the leak {ridge.Leak} is positive" }
        | true, true ->
            { Condition = condition
              Verdict = Unrefuted
              Term = None
              Detail = "the activation does not saturate on either side" }
        | false, false ->
            { Condition = condition
              Verdict = Fails
              Term = ridge.Terms |> List.tryHead |> Option.map fst
              Detail =
                "the activation saturates on both sides, so large stimuli have no response: give the energy a leak, leak/2*sum(a, r[a]^2) with leak > 0" }
        | _ ->
            { Condition = condition
              Verdict = Unrefuted
              Term = None
              Detail = "the activation acts on one side: its interneurons are needed in pairs w, -w" }

    let private spanning (ridge: Ridge) (n: int) (k: int) =
        let oneSided =
            Potential.growth ridge.Potential |> (fun (below, above) -> below <> above)

        let needed = if oneSided then n + 1 else n
        let condition = "the interneurons span the primary neurons' space"

        if ridge.Leak > 0.0 then
            { Condition = condition
              Verdict = Proven
              Term = None
              Detail = "not needed: there is a leak" }
        elif k >= needed then
            { Condition = condition
              Verdict = Unrefuted
              Term = None
              Detail = $"K = {k} columns span N = {n} dimensions unless they are in special positions" }
        else
            { Condition = condition
              Verdict = Fails
              Term = ridge.Terms |> List.tryHead |> Option.map fst
              Detail = $"K = {k} interneurons cannot hold N = {n} primary neurons: without a leak K is at least {needed}" }

    let private gains (ridge: Ridge) =
        let condition = "gains are not negative"

        match ridge.Gain |> Option.map _.Constraint with
        | None ->
            { Condition = condition
              Verdict = Proven
              Term = None
              Detail = "they are all 1" }
        | Some NonNegative ->
            { Condition = condition
              Verdict = Proven
              Term = None
              Detail = "the model holds them at or above 0" }
        | Some(Between(lower, _)) when lower >= 0.0 ->
            { Condition = condition
              Verdict = Proven
              Term = None
              Detail = $"the model holds them at or above {lower}" }
        | Some _ ->
            { Condition = condition
              Verdict = Unrefuted
              Term = None
              Detail =
                "gains may be negative: the energy is convex while the whole Hessian, sum_i g_i f'(z_i) w_i w_i^T + leak I, is positive definite, which is checked at every response" }

    /// The conditions for N primary neurons and K interneurons.
    let check (derivation: Derivation) (n: int) (k: int) : Finding list =
        match Ridge.tryOf derivation with
        | Some ridge -> [ convexity ridge; gains ridge; growth ridge; spanning ridge n k ]
        | None ->
            [ { Condition = "the energy is convex in r"
                Verdict = Unrefuted
                Term = None
                Detail = "the energy is not a sum of potentials of single inputs; its Hessian is checked at every response" } ]

    /// Refuses a model with a condition that fails (IllPosedException), in one line; otherwise what is known of each.
    let require (derivation: Derivation) (n: int) (k: int) : Finding list =
        let findings = check derivation n k

        match findings |> List.tryFind (fun finding -> finding.Verdict = Fails) with
        | Some finding ->
            let term =
                finding.Term
                |> Option.defaultWith (fun () -> List.head (Indexed.addends derivation.Energy))

            raise (IllPosedException($"the model is ill-posed; it needs that {finding.Condition}, but {finding.Detail}", term))
        | None -> findings
