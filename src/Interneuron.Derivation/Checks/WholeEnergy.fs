namespace Interneuron.Derivation.Checks

open MathNet.Numerics
open MathNet.Numerics.Distributions
open MathNet.Numerics.LinearAlgebra
open MathNet.Numerics.Random
open Interneuron.Core.Symbolic
open Interneuron.Derivation.Formulas
open Interneuron.Derivation.Models
open Interneuron.Derivation.Rules
open Interneuron.Derivation.Running
open Interneuron.Derivation.Checks.Sides

/// Convexity and growth of an energy in all responses at once, whatever it is made of.
[<RequireQualifiedAccess>]
module internal WholeEnergy =
    let private line = "t"
    let private input = "z"

    // Sizes beyond which the energy is looked at with fewer neurons: what its terms are does not depend on their number.
    let private most = 3

    /// An instance of the derivation that is small enough to be looked at in every direction.
    let instance (derivation: Derivation) (sizes: Sizes) =
        Instance.create derivation [ for population, count in sizes -> population, min count most ]

    /// A part of the energy at numbers for everything but the responses, and no stimulus, along r = start + t direction.
    let private along
        (instance: Instance)
        (side: Side)
        (packed: float array)
        (start: float array, direction: float array)
        (e: Expr)
        : Expr =
        let numbers = List.zip instance.Learned (List.ofArray packed) |> Map.ofList

        // As far as the domains go on both sides.
        let reach =
            ((-infinity, infinity), List.zip3 (domains side) (List.ofArray start) (List.ofArray direction))
            ||> List.fold (fun (least, most) ((lower, upper), x, d) ->
                if d = 0.0 then
                    least, most
                else
                    let a, b = (lower - x) / d, (upper - x) / d
                    max least (min a b), min most (max a b))

        let places =
            side.Names
            |> List.mapi (fun i name -> name, start[i] + direction[i] * Expr.var line)
            |> Map.ofList

        e
        |> Expr.substitute (fun name ->
            match numbers.TryFind name, places.TryFind name with
            | Some x, _ -> Some(Expr.constant x)
            | _, Some place -> Some place
            | None, None -> Some(Expr.constant 0.0))
        |> fun whole -> side.Sign * whole
        |> straightOutside line reach

    /// Directions and points on lines in them, inside the domains.
    let private lines (side: Side) =
        let random = Xoshiro256StarStar(2, false)
        let n = side.Names.Length

        let normal () =
            Array.init n (fun _ -> System.Math.Round(Normal.Sample(random, 0.0, 1.0), 2))

        let ranges = domains side |> Array.ofList

        let starts =
            let v = [ for v, count in side.Variables -> v, count ]
            List.zip (List.scan (+) 0 (List.map snd v) |> List.take v.Length) v

        let inside (x: float array) =
            let y =
                Array.map2
                    (fun value (lower, upper) ->
                        if lower = 0.0 && System.Double.IsInfinity upper then
                            abs value
                        elif System.Double.IsFinite lower && System.Double.IsFinite upper then
                            0.5 * (lower + upper)
                        else
                            min (max value lower) upper)
                    x
                    ranges

            for first, (v, count) in starts do
                if v.Domain = Domain.Simplex then
                    for k in first .. first + count - 1 do
                        y[k] <- 1.0 / float count

            y

        /// Along a simplex the sum stays.
        let level (d: float array) =
            let d = Array.copy d

            for first, (v, count) in starts do
                if v.Domain = Domain.Simplex then
                    let mean = Seq.average (seq { for k in first .. first + count - 1 -> d[k] })

                    for k in first .. first + count - 1 do
                        d[k] <- d[k] - mean

            d

        [ for i in 0 .. n - 1 -> inside (Array.zeroCreate n), level (Array.init n (fun j -> if i = j then 1.0 else 0.0))
          for _ in 1..3 -> inside (normal ()), level (normal ()) ]
        |> List.filter (snd >> Array.exists (fun d -> abs d > 1e-12))

    let private vector (x: float array) =
        if x.Length = 1 then
            sprintf "%.3g" x[0]
        else
            x |> Array.map (sprintf "%.3g") |> String.concat ", " |> sprintf "(%s)"

    /// A place on a line where the energy is not convex, for given parameters: in words, and the term that bends down most there.
    let private violation (instance: Instance) (side: Side) (packed: float array) : (string * Indexed) option =
        let words (start: float array) (direction: float array) t (fault: Fault) =
            let r = Array.map2 (fun a d -> a + t * d) start direction

            let parameters =
                if instance.Learned.Length > 6 then
                    ""
                else
                    List.zip instance.Learned (List.ofArray packed)
                    |> List.map (fun (name, x) -> sprintf ", %s = %.3g" (name.Replace("[]", "")) x)
                    |> String.concat ""

            let names = [ for v, _ in side.Variables -> v.Name ] |> String.concat ", "
            $"at {names} = {vector r}{parameters}, along {vector direction}, {fault}"

        let bending line' t =
            let bend term =
                let e = instance.Flat term |> along instance side packed line'

                let value t =
                    Expr.interpret Floats.operations (fun _ -> t) e

                let bend = value (t - 1e-3) + value (t + 1e-3) - 2.0 * value t
                if System.Double.IsNaN bend then infinity else bend

            Indexed.addends instance.Derivation.Energy |> List.minBy bend

        lines side
        |> List.tryPick (fun (start, direction) ->
            Convexity.refute line [] (along instance side packed (start, direction) instance.Energy)
            |> Option.map (fun (point, fault) ->
                let t = point |> List.find (fst >> (=) line) |> snd
                words start direction t fault, bending (start, direction) t))

    /// The terms of a sum, those of sums in them that are multiplied by what is free of the responses apart.
    let rec private terms (degree: Expr -> int) (e: Expr) : Expr list =
        match e.Node with
        | Sum parts when degree e = 2 -> List.collect (terms degree) parts
        | Product factors ->
            match List.partition (fun f -> degree f > 0) factors with
            | [ moving ], still when moving.Node.IsSum && degree moving = 2 ->
                terms degree moving |> List.map (fun t -> Expr.product (t :: still))
            | _ -> [ e ]
        | _ -> [ e ]

    let private isPolynomial (e: Expr) =
        e
        |> Expr.fold (fun node parts ->
            List.forall id parts
            && (match node.Node with
                | Constant _
                | Variable _
                | Sum _
                | Product _ -> true
                | Power(_, p) ->
                    match p.Node with
                    | Constant n -> n = floor n && n > 0.0
                    | _ -> false
                | _ -> false))

    /// A quadratic form of the responses by numbers, if that is what it is, with eigenvalues above 0.
    let private isPositiveForm (names: string list) (e: Expr) =
        isPolynomial e
        && (let numbers =
                Differentiate.hessian names e
                |> List.map (
                    List.map (fun second ->
                        match second.Node with
                        | Constant c -> c
                        | _ -> nan)
                )

            let m = Matrix<float>.Build.DenseOfRows(numbers |> List.map Seq.ofList)

            m.ForAll(fun x -> not (System.Double.IsNaN x))
            && m.Evd(Symmetricity.Symmetric).EigenValues.Real().Minimum() > 1e-12 * m.InfinityNorm())

    /// Parameters that are held by nothing, turned around.
    let private turned (instance: Instance) (packed: float array) =
        List.zip instance.Learned (List.ofArray packed)
        |> List.map (fun (name, x) -> if instance.Owners[name].Constraints.IsEmpty then -x else x)
        |> Array.ofList

    /// The energy without its terms c v . M v, where c > 0 and M is held to be positive definite: these are convex whatever M is.
    let private withoutPositiveForms (instance: Instance) (side: Side) : Indexed =
        let model = instance.Derivation.Model

        let isPositiveForm (term: Indexed) =
            side.Variables
            |> List.exists (fun (v, _) ->
                let b: Index = { Name = "#b"; Over = v.Index.Over }
                let c: Index = { Name = "#c"; Over = v.Index.Over }
                let bend = term |> Indexed.diff v.Name [ b ] |> Indexed.diff v.Name [ c ]

                model.Learned
                |> List.exists (fun p ->
                    p.IsHeldBy PositiveDefinite
                    && (let form = Symbol(p.Name, [ b; c ]) + Symbol(p.Name, [ c; b ])

                        match Indexed.factors (Indexed.addends bend |> List.tryHead |> Option.defaultValue (Number 0.0)) with
                        | Number c :: _ -> side.Sign * c > 0.0 && bend = c * form
                        | _ -> side.Sign > 0.0 && bend = form)))

        if model.Learned |> List.exists (fun p -> p.IsHeldBy PositiveDefinite) then
            instance.Derivation.Energy
            |> Indexed.addends
            |> List.filter (isPositiveForm >> not)
            |> Plus
        else
            instance.Derivation.Energy

    /// Whether the energy is convex in the responses of a side for all values of the parameters: every group of terms that depends on them
    /// through one weighted sum is convex in it, and what is left is a positive quadratic form. Where it is not convex for any parameters
    /// that learning starts from, such a place.
    let private convexityOf (instance: Instance) (side: Side) : Result<Judgement, string * Indexed> =
        let names = side.Names
        let known = Set.ofList names
        let degree e = degrees known e |> fst
        let energy = side.Sign * instance.Flat(withoutPositiveForms instance side)
        let bent = terms degree energy |> List.filter (fun t -> degree t = 2)
        let domainOf = List.zip names (domains side) |> Map.ofList

        let single, mixed = bent |> List.partition (fun t -> (atoms known t).Length = 1)

        let judged =
            single
            |> List.groupBy (atoms known >> List.head)
            |> List.map (fun (atom, terms) ->
                let h = replace atom (Expr.var input) (Expr.sum terms)

                // A response by itself is inside its domain.
                let h =
                    match atom.Node with
                    | Variable name -> straightOutside input domainOf[name] h
                    | _ -> h

                let others = Expr.variables h |> List.filter ((<>) input)
                Expr.sum terms, Convexity.judge input (ranges instance others) h)

        let proved, others =
            judged |> List.partition (fun (_, judgement) -> judgement.IsProved)

        let open' = mixed @ List.map fst others
        let helping = proved |> List.map fst |> List.filter isPolynomial

        if open'.IsEmpty then
            Ok(Proved "each part of it is convex in the weighted sum of responses that it depends on")
        elif isPositiveForm names (Expr.sum (open' @ helping)) then
            Ok(Proved "what is not convex by itself is part of a positive definite quadratic form")
        else
            let drawn = draws instance
            let found = drawn |> List.map (violation instance side)

            let elsewhere () =
                drawn |> List.tryPick (turned instance >> violation instance side)

            match List.choose id found with
            | first :: _ as all when all.Length = found.Length -> Error first
            | some ->
                match some |> List.tryHead |> Option.orElseWith elsewhere with
                | Some(first, _) -> Undecided $"parameters that are held to where it is convex; {first}; every response is checked"
                | None -> Undecided "a proof; it is convex along all lines that were tried, and every response is checked"
                |> Ok

    let private sides (instance: Instance) =
        [ for way in [ Minimises; Maximises ] do
              let side = sideOf instance way

              if not side.Names.IsEmpty then
                  way, side ]

    /// For the variables that minimise the energy whether it is convex in them, for those that maximise it whether it is concave: each with
    /// what is known, or a place where it is not.
    let convexity (instance: Instance) : (Settling * Result<Judgement, string * Indexed>) list =
        [ for way, side in sides instance -> way, convexityOf instance side ]

    /// Whether the energy grows faster than linearly, or at least whatever the stimulus, in every direction that is tried; else such a
    /// direction.
    let growth (instance: Instance) : Result<unit, string> =
        let isTransport = instance.Derivation.Model.Objective.IsTransport

        let ofSide (side: Side) =
            let index =
                readOnlyDict (List.mapi (fun k name -> name, k) instance.Layout.Responses)

            let places = [| for name in side.Names -> index[name] |]
            let stimulus: float array = Array.zeroCreate instance.Stimuli

            let value (packed: float array) (x: float array) (s: float array) =
                let y: float array = Array.zeroCreate instance.Responses
                places |> Array.iteri (fun k at -> y[at] <- x[k])
                let struct (e, _) = instance.Values(packed, s, y) in
                side.Sign * e

            // Where a direction leaves the domains there is nothing to grow.
            let isOpen (start: float array, d: float array) =
                List.zip (domains side) (List.ofArray d)
                |> List.forall (fun ((lower, upper), d) -> d = 0.0 || (if d > 0.0 then upper else lower) |> System.Double.IsInfinity)
                |> fun goesOn -> if goesOn then Some(start, d) else None

            let directions =
                lines side
                |> List.collect (fun (start, d) -> [ start, d; start, Array.map abs d ])
                |> List.choose isOpen

            let fails (packed: float array) =
                directions
                |> List.tryPick (fun (_, d) ->
                    let zero: float array = Array.zeroCreate d.Length

                    let slope (s: float array) t =
                        (value packed (Array.map ((*) t) d) s - value packed zero s) / t

                    let near, far = slope stimulus 1e4, slope stimulus 1e8
                    let grows = System.Double.IsNaN far || far > 1.2 * near + 1e-6

                    // A stimulus that pulls as hard as this one does outweighs what grows linearly.
                    let held () =
                        if isTransport then
                            slope (Array.map ((*) 1e6) d) 1e8 > 0.0
                        else
                            far > 0.0

                    if grows || held () then None else Some(vector d))

            let found = draws instance |> List.map fails

            match List.choose id found with
            | first :: _ as all when all.Length = found.Length -> Some first
            | _ -> None

        match sides instance |> List.tryPick (snd >> ofSide) with
        | Some direction -> Error direction
        | None -> Ok()
