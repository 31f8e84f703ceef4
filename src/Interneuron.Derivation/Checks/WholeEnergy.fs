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

/// Convexity and growth of an energy in all responses at once, whatever it is made of.
[<RequireQualifiedAccess>]
module internal WholeEnergy =
    let private line = "t"
    let private input = "z"

    // Sizes beyond which the energy is looked at with fewer neurons: what its terms are does not depend on their number.
    let private most = 3

    /// An instance of the derivation that is small enough to be looked at in every direction.
    let instance (derivation: Derivation) (n: int) (k: int) =
        Instance.create derivation (min n most) (min k most)

    /// 0: free of the responses; 1: affine in them; 2: anything else. By node.
    let private degrees (responses: Set<string>) =
        Expr.fold (fun node parts ->
            let parts = List.map fst parts

            let degree =
                match node.Node with
                | Variable name when responses.Contains name -> 1
                | _ when List.forall ((=) 0) parts -> 0
                | Sum _ -> List.max parts
                | Product _ when List.sum parts = 1 -> 1
                | _ -> 2

            degree, node)

    /// The largest affine parts that a formula depends on the responses through.
    let private atoms (responses: Set<string>) (e: Expr) : Expr list =
        let degree e = degrees responses e |> fst

        let rec visit (e: Expr) =
            match degree e with
            | 0 -> []
            | 1 ->
                // c u is through u.
                match e.Node with
                | Product parts -> parts |> List.filter (fun part -> degree part = 1)
                | _ -> [ e ]
            | _ -> List.collect visit (Expr.children e)

        visit e |> List.distinct

    let private replace (atom: Expr) (by: Expr) (e: Expr) =
        e
        |> Expr.fold (fun node parts -> if node = atom then by else Expr.rebuild node parts)

    let private ranges (instance: Instance) (names: string list) : (string * Interval) list =
        let whole = Interval.between -infinity infinity

        [ for name in names ->
              name,
              match instance.Owners.TryFind name |> Option.map _.Constraint with
              | Some NonNegative -> Interval.between 0.0 infinity
              | Some(Between(lower, upper)) -> Interval.between lower upper
              | Some UnitColumns -> Interval.between -1.0 1.0
              | Some Free
              | None -> whole ]

    let private draws (instance: Instance) =
        let random = Xoshiro256StarStar(1, false)

        [ for _ in 1..4 ->
              RandomValues.draw random instance.Derivation.Model instance.Primaries instance.Interneurons
              |> instance.Pack ]

    let private responses (instance: Instance) =
        instance.Variables |> List.take instance.Primaries

    /// A part of the energy at numbers for everything but the responses, and no stimulus, along r = start + t direction.
    let private along (instance: Instance) (packed: float array) (start: float array, direction: float array) (e: Expr) : Expr =
        let numbers = List.zip instance.Learned (List.ofArray packed) |> Map.ofList

        let places =
            responses instance
            |> List.mapi (fun i name -> name, start[i] + direction[i] * Expr.var line)
            |> Map.ofList

        e
        |> Expr.substitute (fun name ->
            match numbers.TryFind name, places.TryFind name with
            | Some x, _ -> Some(Expr.constant x)
            | _, Some place -> Some place
            | None, None -> Some(Expr.constant 0.0))

    /// Directions and points on lines in them.
    let private lines (n: int) =
        let random = Xoshiro256StarStar(2, false)

        let normal () =
            Array.init n (fun _ -> System.Math.Round(Normal.Sample(random, 0.0, 1.0), 2))

        [ for i in 0 .. n - 1 -> Array.zeroCreate n, Array.init n (fun j -> if i = j then 1.0 else 0.0)
          for _ in 1..3 -> normal (), normal () ]

    let private vector (x: float array) =
        if x.Length = 1 then
            sprintf "%.3g" x[0]
        else
            x |> Array.map (sprintf "%.3g") |> String.concat ", " |> sprintf "(%s)"

    /// A place on a line where the energy is not convex, for given parameters: in words, and the term that bends down most there.
    let private violation (instance: Instance) (packed: float array) : (string * Indexed) option =
        let words (start: float array) (direction: float array) t (fault: Fault) =
            let r = Array.map2 (fun a d -> a + t * d) start direction

            let parameters =
                if instance.Learned.Length > 6 then
                    ""
                else
                    List.zip instance.Learned (List.ofArray packed)
                    |> List.map (fun (name, x) -> sprintf ", %s = %.3g" (name.Replace("[]", "")) x)
                    |> String.concat ""

            $"at r = {vector r}{parameters}, along {vector direction}, {fault}"

        let bending line' t =
            let bend term =
                let e = instance.Flat term |> along instance packed line'

                let value t =
                    Expr.interpret Floats.operations (fun _ -> t) e

                let bend = value (t - 1e-3) + value (t + 1e-3) - 2.0 * value t
                if System.Double.IsNaN bend then infinity else bend

            Indexed.addends instance.Derivation.Energy |> List.minBy bend

        lines instance.Primaries
        |> List.tryPick (fun (start, direction) ->
            Convexity.refute line [] (along instance packed (start, direction) instance.Energy)
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
        |> List.map (fun (name, x) -> if instance.Owners[name].Constraint = Free then -x else x)
        |> Array.ofList

    /// Whether the energy is convex in the responses for all values of the parameters: every group of terms that depends on them through
    /// one weighted sum is convex in it, and what is left is a positive quadratic form. Where it is not convex for any parameters that
    /// learning starts from, such a place.
    let convexity (instance: Instance) : Result<Judgement, string * Indexed> =
        let names = responses instance
        let known = Set.ofList names
        let degree e = degrees known e |> fst
        let bent = terms degree instance.Energy |> List.filter (fun t -> degree t = 2)

        let single, mixed = bent |> List.partition (fun t -> (atoms known t).Length = 1)

        let judged =
            single
            |> List.groupBy (atoms known >> List.head)
            |> List.map (fun (atom, terms) ->
                let h = replace atom (Expr.var input) (Expr.sum terms)
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
            let found = drawn |> List.map (violation instance)

            let elsewhere () =
                drawn |> List.tryPick (turned instance >> violation instance)

            match List.choose id found with
            | first :: _ as all when all.Length = found.Length -> Error first
            | some ->
                match some |> List.tryHead |> Option.orElseWith elsewhere with
                | Some(first, _) -> Undecided $"parameters that are held to where it is convex; {first}; every response is checked"
                | None -> Undecided "a proof; it is convex along all lines that were tried, and every response is checked"
                |> Ok

    /// Whether the energy grows faster than linearly, or at least whatever the stimulus, in every direction that is tried; else such a
    /// direction.
    let growth (instance: Instance) : Result<unit, string> =
        let n = instance.Primaries

        let value (packed: float array) (r: float array) (s: float array) =
            let struct (e, _) = instance.Values(packed, s, r) in e

        let fails (packed: float array) =
            lines n
            |> List.tryPick (fun (_, d) ->
                let zero: float array = Array.zeroCreate n

                let slope (s: float array) t =
                    (value packed (Array.map ((*) t) d) s - value packed zero s) / t

                let near, far = slope zero 1e4, slope zero 1e8
                let grows = System.Double.IsNaN far || far > 1.2 * near + 1e-6
                // A stimulus that pulls as hard as this one does outweighs what grows linearly.
                let held () = slope (Array.map ((*) 1e6) d) 1e8 > 0.0
                if grows || held () then None else Some(vector d))

        let found = draws instance |> List.map fails

        match List.choose id found with
        | first :: _ as all when all.Length = found.Length -> Error first
        | _ -> Ok()
