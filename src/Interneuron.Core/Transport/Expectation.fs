namespace Interneuron.Core

open System

/// Averages of formulas of z over the target, as formulas of the activation parameters.
[<RequireQualifiedAccess>]
module Expectation =
    let private z = Potential.z

    let private dependsOnZ (e: Expr) = List.contains "z" (Expr.variables e)

    /// d/dp of E|z|^p.
    let private logMoment target (p: Expr) =
        let order = Expr.var "the order of the moment"
        Target.absoluteMoment target order
        |> Option.map (Differentiate.diff "the order of the moment" >> Expr.substitute (fun v -> if Expr.var v = order then Some p else None))

    /// u = +-z - t for a threshold t that never is negative: t.
    let private threshold (parameters: Parameter list) (u: Expr) =
        let t = [ u - z; u + z ] |> List.tryFind (dependsOnZ >> not) |> Option.map (~-)
        let nonNegative (e: Expr) =
            match e.Node with
            | Variable name -> parameters |> List.exists (fun p -> p.Name = name && p.Lower >= 0.0)
            | _ -> Expr.isNonNegative e
        t |> Option.filter nonNegative

    /// The average of a product of z-dependent factors, where it has a closed form.
    let private average target parameters (factors: Expr list) : Expr option =
        let asPower (e: Expr) =
            match e.Node with
            | Power(b, p) -> b, p
            | _ -> e, Expr.constant 1.0
        let magnitude (b: Expr) = b = abs z
        match List.map asPower factors with
        | [] -> Some(Expr.constant 1.0)
        | [ b, p ] when b = z ->
            match p.Node with
            | Constant n when n % 2.0 = 1.0 -> Some(Expr.constant 0.0)
            | Constant n when n % 2.0 = 0.0 && n >= 0.0 -> Target.absoluteMoment target p
            | _ -> None
        | [ b, p ] when magnitude b -> Target.absoluteMoment target p
        | [ b, p; c, q ] when q = Expr.constant 1.0 && magnitude b && c = Expr.logOrZero (abs z) -> logMoment target p
        | [ c, q; b, p ] when q = Expr.constant 1.0 && magnitude b && c = Expr.logOrZero (abs z) -> logMoment target p
        | [ b, p ] ->
            match b.Node, p.Node with
            | Apply(f, [ zero; u ]), Constant n when f.Name = "max" && zero = Expr.constant 0.0 && (n = 1.0 || n = 2.0) ->
                threshold parameters u |> Option.bind (Target.rectifiedMoment target (int n))
            | _ -> None
        | _ -> None

    /// Where a formula has kinks in z, for given parameters: the zeros of the arguments of abs, sign, step, max and min that are linear in z.
    let private kinks (valueOf: string -> float) (e: Expr) =
        let zeros = ResizeArray<float>()
        let zero (u: Expr) =
            let slope = Differentiate.diff "z" u
            if dependsOnZ u && not (dependsOnZ slope) then
                let at x = Expr.interpret Floats.operations (fun v -> if v = "z" then x else valueOf v) u
                zeros.Add(at 0.0 / (at 0.0 - at 1.0))
        e
        |> Expr.fold (fun node _ ->
            match node.Node with
            | Apply(f, [ u ]) when List.contains f.Name [ "abs"; "sign"; "step" ] -> zero u
            | Apply(f, [ a; b ]) when f.Name = "max" || f.Name = "min" -> zero (a - b)
            | IfLess(a, b, _, _) -> zero (a - b)
            | _ -> ())
        zeros |> Seq.filter Double.IsFinite |> List.ofSeq

    /// The average by quadrature at given parameters, to about 1e-13 relative.
    let quadrature (target: Target) (e: Expr) : (string -> float) -> float =
        let names = Expr.variables e |> List.filter ((<>) "z")
        let lowered = Lower.lower names [] [ [ e ] ]
        let varying = List.head lowered.Varying
        fun valueOf ->
            let still = Program.run lowered.Static (List.map valueOf names)
            Quadrature.nodes target (kinks valueOf e)
            |> Array.sumBy (fun (x, w) -> if w = 0.0 then 0.0 else w * List.head (Program.run varying (x :: still)))

    let private coordinate (p: Parameter) =
        let x = Expr.var p.Name
        if Double.IsInfinity p.Upper then
            // (theta - lower - 1)/(theta - lower + 1) maps [lower, infinity) to [-1, 1).
            (x - p.Lower - 1.0) / (x - p.Lower + 1.0), (fun u -> p.Lower + (1.0 + u) / Math.Max(1.0 - u, 1e-12))
        else
            let middle, half = 0.5 * (p.Lower + p.Upper), 0.5 * (p.Upper - p.Lower)
            (x - middle) / half, (fun u -> middle + half * u)

    let mutable private fitted = 0

    /// The average of a product of z-dependent factors: closed where known, else a number (no parameter) or a series fitted to the quadrature.
    let private averageOf target (parameters: Parameter list) (factors: Expr list) : Expr option =
        match average target parameters factors with
        | Some closed -> Some closed
        | None ->
            let e = Expr.product factors
            match target, parameters |> List.filter (fun p -> List.contains p.Name (Expr.variables e)) with
            | OfSamples _, _ :: _ -> None // a mean over samples is not smooth in a threshold
            | _, [] -> Some(Expr.constant (quadrature target e (fun _ -> nan)))
            | _, [ p ] ->
                let argument, parameter = coordinate p
                let mean = quadrature target e
                let series = Series.fit (fun u -> mean (fun _ -> parameter u))
                let number = System.Threading.Interlocked.Increment &fitted
                Some(Expr.apply (Series.chebyshev $"mean{number}" series) [ argument ])
            | _ -> None

    let private linear (meanOf: Expr list -> Expr option) (e: Expr) : Expr option =
        let term (t: Expr) =
            let factors =
                match t.Node with
                | Product factors -> factors
                | _ -> [ t ]
            let moving, still = List.partition dependsOnZ factors
            meanOf moving |> Option.map (fun mean -> Expr.product (mean :: still))
        let terms =
            match e.Node with
            | Sum terms -> terms
            | _ -> [ e ]
        let means = List.map term terms
        if List.forall Option.isSome means then Some(Expr.sum (List.choose id means)) else None

    /// The average as a closed formula, where every term has one: powers of z and |z|, |z|^p log |z|, and rectified terms.
    let closedForm (target: Target) (parameters: Parameter list) (e: Expr) : Expr option =
        linear (average target parameters) e

    /// E over one coordinate of the target (w . r for a unit vector w if the target is spherical or N = 1) as a formula of the parameters, term by
    /// term: closed where known, else fitted. None where a term without a closed form has two or more parameters: it is averaged over nodes
    /// at every step.
    let formula (target: Target) (parameters: Parameter list) (e: Expr) : Expr option =
        linear (averageOf target parameters) e
