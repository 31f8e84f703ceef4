namespace Interneuron.Core.Transport

open System
open MathNet.Numerics
open Interneuron.Core.Symbolic
open Interneuron.Core.Symbolic.Text

/// Averages of formulas of z over the target, as formulas of the activation parameters.
[<RequireQualifiedAccess>]
module Expectation =
    let private z = Potential.z

    let private dependsOnZ (e: Expr) = List.contains "z" (Expr.variables e)

    /// The n-th derivative of E|z|^p in p: E |z|^p (log |z|)^n.
    let private logMoment target (n: int) (p: Expr) =
        let order = "the order of the moment"

        Target.absoluteMoment target (Expr.var order)
        |> Option.map (fun moment ->
            let derivative =
                Seq.fold (fun m _ -> Differentiate.diff order m) moment (seq { 1..n })

            derivative |> Expr.substitute (fun v -> if v = order then Some p else None))

    /// Series fitted to averages, or None where no short one does; their names say what they are averages of, and equal names stand for one
    /// series.
    let private fits =
        Collections.Concurrent.ConcurrentDictionary<string, Lazy<Primitive option>>()

    let private fitted (name: string) (latex: string) interval (mean: float -> float) : Primitive option =
        let fit () =
            Series.fit interval mean |> Option.map (Series.chebyshev name latex interval)

        fits.GetOrAdd(name, fun _ -> lazy fit ()).Value

    /// E max(z - t, 0)^n for t >= 0: the target's own formula, else a series on the interval where the density is not 0.
    let private rectified (target: Target) (n: int) (t: Expr) : Expr option =
        match target with
        | GeneralisedGaussian shape ->
            let last = Quadrature.reach target
            // In a root of t heavy tails are short, and the density's |t|^beta at 0 is smooth: with these roots 46 to 60 coefficients do.
            let root =
                if shape.Value >= 3.0 then 1.0
                elif shape.Value >= 1.0 then 2.0
                else Math.Ceiling(2.0 / shape.Value)

            let mean u =
                let threshold = last * Math.Pow(u, root)

                Quadrature.nodes target [ threshold ]
                |> Array.sumBy (fun (x, w) ->
                    if x > threshold then
                        w * Math.Pow(x - threshold, float n)
                    else
                        0.0)

            let name = $"E[max(0, z - t)^{n}; {Target.name target}]"
            let inside = Expr.min (t / last) (Expr.constant 1.0)

            fitted name $"\\mathbb{{E}}\\left[\\max(0, z - t)^{{{n}}}\\right]" (0.0, 1.0) mean
            |> Option.map (fun series -> Expr.apply series [ inside ** (1.0 / root) ])
        | _ -> Target.rectifiedMoment target n t

    let rec private nonNegative (parameters: Parameter list) (e: Expr) =
        match e.Node with
        | Variable name -> parameters |> List.exists (fun p -> p.Name = name && p.Lower >= 0.0)
        | Sum parts -> List.forall (nonNegative parameters) parts
        | _ -> Expr.isNonNegative e

    /// The side and threshold of u = z - t (1), -z - t (-1) or |z| - t (0), for a threshold t that never is negative.
    let private threshold (parameters: Parameter list) (u: Expr) =
        [ 1, z - u; -1, -z - u; 0, abs z - u ]
        |> List.tryFind (fun (_, t) -> not (dependsOnZ t) && nonNegative parameters t)

    /// E max(z - t, 0)^n max(z - u, 0)^m for u >= t >= 0: beyond u, z - t is (z - u) + (u - t).
    let private rectifiedTwice target (t: Expr, n: int) (u: Expr, m: int) : Expr option =
        let terms =
            [ for k in 0..n ->
                  rectified target (m + k) u
                  |> Option.map (fun mean -> SpecialFunctions.Binomial(n, k) * (u - t) ** float (n - k) * mean) ]

        if List.forall Option.isSome terms then
            Some(List.reduce (+) (List.choose id terms))
        else
            None

    let private asPower (e: Expr) =
        match e.Node with
        | Power(b, p) -> b, p
        | _ -> e, Expr.constant 1.0

    let private (|Whole|_|) (p: Expr) =
        match p.Node with
        | Constant n when n = Math.Floor n && abs n < 64.0 -> Some(int n)
        | _ -> None

    /// z^n |z|^p sign(z)^m (log |z|)^k as n + m, n + p and k.
    let private asMoment (factors: (Expr * Expr) list) : (int * Expr * int) option =
        let add state (b: Expr, p: Expr) =
            match state, p with
            | Some(odd, order, logs), Whole n when b = z -> Some(odd + n, order + float n, logs)
            | Some(odd, order, logs), _ when b = abs z -> Some(odd, order + p, logs)
            | Some(odd, order, logs), Whole m when b = Expr.sign z -> Some(odd + m, order, logs)
            | Some(odd, order, logs), Whole k when b = Expr.logOrZero (abs z) && k >= 0 -> Some(odd, order, logs + k)
            | _ -> None

        List.fold add (Some(0, Expr.constant 0.0, 0)) factors

    /// The average of a product of z-dependent factors, where it has a closed form: moments of the symmetric targets, and rectified
    /// moments.
    let private average target parameters (factors: Expr list) : Expr option =
        let zero = Expr.constant 0.0
        let powers = List.map asPower factors

        let asRectified (b: Expr, p: Expr) =
            match b.Node, p with
            | Apply(f, [ lower; u ]), Whole n when f = Primitives.max && lower = zero && n >= 1 ->
                threshold parameters u |> Option.map (fun (side, t) -> side, t, n)
            | Apply(f, [ u ]), Whole n when f = Primitives.step && n >= 1 ->
                threshold parameters u |> Option.map (fun (side, t) -> side, t, 0)
            | _ -> None

        match asMoment powers, List.map asRectified powers, target with
        | _, _, OfSamples _ when not factors.IsEmpty -> None
        // What is known of moments is known of symmetric targets.
        | _, _, OfDensity _ -> if factors.IsEmpty then Some(Expr.constant 1.0) else None
        | Some(odd, order, logs), _, _ ->
            match order.Node with
            | Constant p when p <= -1.0 -> None
            | Constant 0.0 when logs = 0 && odd % 2 = 0 -> Some(Expr.constant 1.0)
            | _ when odd % 2 <> 0 -> Some zero
            | _ when logs = 0 -> Target.absoluteMoment target order
            | _ -> logMoment target logs order
        | _, [ Some(side, t, n) ], _ ->
            rectified target n t
            |> Option.map (fun mean -> if side = 0 then 2.0 * mean else mean)
        // z cannot be beyond a threshold on either side at once.
        | _, [ Some(1, _, _); Some(-1, _, _) ], _
        | _, [ Some(-1, _, _); Some(1, _, _) ], _ -> Some zero
        | _, [ Some(side, t, n); Some(other, u, m) ], _ when side = other && side <> 0 ->
            if nonNegative parameters (u - t) then
                rectifiedTwice target (t, n) (u, m)
            elif nonNegative parameters (t - u) then
                rectifiedTwice target (u, m) (t, n)
            else
                None
        | _ -> None

    /// Where a formula has kinks in z: the zeros of its switches that are linear in z and absolute values of what is linear in z.
    let private kinks (e: Expr) : Expr list =
        let zeros = Collections.Generic.HashSet<Expr>()
        // u with |v| = v, and with |v| = -v.
        let on (side: float) =
            Expr.fold (fun node parts ->
                match node.Node, parts with
                | Apply(f, _), [ v ] when f = Primitives.abs && dependsOnZ v -> side * v
                | _ -> Expr.rebuild node parts)

        let zero (u: Expr) =
            for u in [ on 1.0 u; on -1.0 u ] do
                if dependsOnZ u && not (dependsOnZ (Differentiate.diff "z" u)) then
                    let at x =
                        u |> Expr.substitute (fun v -> if v = "z" then Some(Expr.constant x) else None)

                    zeros.Add(at 0.0 / (at 0.0 - at 1.0)) |> ignore

        e |> Expr.fold (fun node _ -> Breakpoints.switch node |> Option.iter zero)

        List.ofSeq zeros

    /// The average by quadrature at given parameters, to about 1e-13 relative where the formula is smooth between kinks (see `kinks`) and
    /// at most of the target's own scale in detail.
    let quadrature (target: Target) (e: Expr) : (string -> float) -> float =
        let names = Expr.variables e |> List.filter ((<>) "z")
        let lowered = Lower.lower names [] [ [ e ] ]
        let varying = List.head lowered.Varying
        let kinks = kinks e

        fun valueOf ->
            let still = Program.run lowered.Static (List.map valueOf names)

            let breaks =
                Expr.interpretAll Floats.operations valueOf kinks |> List.filter Double.IsFinite

            let x, w = Quadrature.nodes target breaks |> Array.unzip
            let values = Program.runMany varying x still |> List.head
            Array.fold2 (fun total w value -> if w = 0.0 then total else total + w * value) 0.0 w values

    /// What a parameter's interval is fitted on: the interval itself, or (theta - lower - 1)/(theta - lower + 1), which maps [lower,
    /// infinity) to [-1, 1).
    let private coordinate (p: Parameter) =
        let x = Expr.var p.Name

        if Double.IsInfinity p.Upper then
            (x - p.Lower - 1.0) / (x - p.Lower + 1.0), (-1.0, 1.0), (fun u -> p.Lower + (1.0 + u) / Math.Max(1.0 - u, 1e-12))
        else
            x, (p.Lower, p.Upper), id

    /// The average of a product of z-dependent factors: closed where known, else a number (no parameter) or a series fitted to the
    /// quadrature.
    let private averageOf target (parameters: Parameter list) (factors: Expr list) : Expr option =
        match average target parameters factors with
        | Some closed -> Some closed
        | None ->
            // A symmetric target does not tell z from -z: the two forms share one series, and what changes its sign with z has the mean 0.
            let given = Expr.product factors

            let mirrored =
                given |> Expr.substitute (fun name -> if name = "z" then Some(-z) else None)

            let isSymmetric = Target.isSymmetric target

            let e =
                if isSymmetric && Expr.compare mirrored given < 0 then
                    mirrored
                else
                    given

            match target, parameters |> List.filter (fun p -> List.contains p.Name (Expr.variables e)) with
            | OfSamples _, _ -> None // its mean depends on the direction of w, and is not smooth in a threshold
            | _ when isSymmetric && mirrored = -given -> Some(Expr.constant 0.0)
            | _, [] -> Some(Expr.constant (quadrature target e (fun _ -> nan)))
            | _, [ p ] ->
                let argument, interval, parameter = coordinate p
                let mean = quadrature target e

                let name =
                    $"E[{Print.text e}; {Target.name target}, {p.Name} in [{p.Lower}, {p.Upper}]]"

                fitted name $"\\mathbb{{E}}\\left[{Print.latex e}\\right]" interval (fun u -> mean (fun _ -> parameter u))
                |> Option.map (fun series -> Expr.apply series [ argument ])
            | _ -> None

    let private terms (e: Expr) =
        match e.Node with
        | Sum terms -> terms
        | _ -> [ e ]

    let private linear (meanOf: Expr list -> Expr option) (e: Expr) : Expr option =
        let term (t: Expr) =
            let factors =
                match t.Node with
                | Product factors -> factors
                | _ -> [ t ]

            let moving, still = List.partition dependsOnZ factors
            meanOf moving |> Option.map (fun mean -> Expr.product (mean :: still))

        let means = List.map term (terms e)

        if List.forall Option.isSome means then
            Some(Expr.sum (List.choose id means))
        else
            None

    /// The average as a closed formula, where every term has one: powers of z and |z|, |z|^p log |z|, and rectified terms.
    let closedForm (target: Target) (parameters: Parameter list) (e: Expr) : Expr option = linear (average target parameters) e

    /// E over one coordinate of the target (w . r for a unit vector w if the target is spherical or N = 1) as a formula of the parameters,
    /// term by term: closed where known, else fitted. None where a term without a closed form has two or more parameters: it is averaged
    /// over nodes at every step.
    let formula (target: Target) (parameters: Parameter list) (e: Expr) : Expr option = linear (averageOf target parameters) e

    /// E F^2, the square of a sum expanded, as `formula` has it.
    let secondMoment (target: Target) (parameters: Parameter list) (e: Expr) : Expr option =
        [ for a in terms e do
              for b in terms e -> a * b ]
        |> Expr.sum
        |> formula target parameters
