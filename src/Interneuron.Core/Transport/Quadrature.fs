namespace Interneuron.Core

open System
open MathNet.Numerics.Integration

/// Nodes and weights for averages over one coordinate of a target.
[<RequireQualifiedAccess>]
module Quadrature =
    let private points = 16

    let private rule =
        lazy
            (let r = GaussLegendreRule(-1.0, 1.0, points)
             Array.zip r.Abscissas r.Weights)

    /// How far from 0 the density of one coordinate has fallen to nothing (less than 1e-17 of the mass lies beyond); 0 for an empirical target.
    let reach (target: Target) =
        match target with
        | StandardGaussian -> 9.5
        | Uniform -> sqrt 3.0
        | Laplace
        | Logistic -> 30.0
        | GeneralisedGaussian shape ->
            Target.scaleOf shape.Value
            * Math.Pow(44.0 + 4.0 / shape.Value, 1.0 / shape.Value)
        | OfSamples _ -> 0.0

    /// The ends of the panels on the positive side, from the last towards 0, and 0.
    let private edges (target: Target) =
        let last = reach target
        // Panels shrink towards 0, where powers of |z| have their kink: it costs at most the innermost panel's width to the power 2.
        let usual edge = 0.62 * edge

        let innermost, next =
            match target with
            | GeneralisedGaussian shape ->
                // The density has a kink at 0 as well, of power beta: 16 points on [0, h] miss about (h/256)^(1 + beta). And its
                // exponent must not more than double over a panel where it counts, as it does at the edge of the nearly uniform ones.
                let beta = shape.Value
                let alpha = Target.scaleOf beta
                let gentle = Math.Max(0.62, Math.Pow(2.0, -1.0 / beta))
                let counts edge = Math.Pow(edge / alpha, beta) > 0.05

                alpha * Math.Min(3e-4, 256.0 * Math.Pow(1e-13, 1.0 / (1.0 + beta))),
                (fun edge -> if counts edge then gentle * edge else usual edge)
            | _ -> last * 3e-5, usual

        List.unfold (fun edge -> if edge < innermost then None else Some(edge, next edge)) last
        @ [ 0.0 ]

    /// The density of one coordinate at many points.
    let private density (target: Target) : float array -> float array =
        match Target.logDensity target with
        | None -> Array.map (fun _ -> nan)
        | Some logDensity ->
            let ofZ =
                exp logDensity
                |> Expr.substitute (fun name -> if name = "x" then Some Potential.z else None)

            let program = (Lower.lower [] [] [ [ ofZ ] ]).Varying |> List.head
            fun xs -> Program.runMany program xs [] |> List.head

    let private panel (density: float array -> float array) (left: float, right: float) =
        let half = 0.5 * (right - left)
        let points = [| for x, _ in rule.Value -> 0.5 * (left + right) + half * x |]
        Array.map3 (fun point (_, w) d -> point, half * w * d) points rule.Value (density points)

    let private prepared =
        Collections.Concurrent.ConcurrentDictionary<Target, ((float * float) * (float * float) array) list>()

    let private panels (target: Target) =
        prepared.GetOrAdd(
            target,
            fun target ->
                let positive = edges target
                let all = List.map (~-) positive @ List.tail (List.rev positive)
                let density = density target
                [ for ends in List.pairwise all -> ends, panel density ends ]
        )

    /// Nodes and weights of one coordinate's distribution: the points of an empirical target, else Gauss-Legendre panels that shrink towards 0
    /// (where powers have their kink) and break at the given places.
    let nodes (target: Target) (breaks: float list) : (float * float) array =
        match target with
        | OfSamples samples -> [| for i in 0 .. samples.Count - 1 -> samples[i, 0], 1.0 / float samples.Count |]
        | _ ->
            let density = density target

            [| for (left, right), known in panels target do
                   match breaks |> List.filter (fun b -> left < b && b < right) with
                   | [] -> yield! known
                   | inside ->
                       for ends in List.pairwise (List.distinct (left :: List.sort inside @ [ right ])) do
                           yield! panel density ends |]

    /// Points of the target in n dimensions, row-major, and their weights: for two dimensions the products of a 48-node rule of one coordinate; beyond,
    /// 4,096 points of an additive recurrence with the roots of x^(n+1) = x + 1 (Roberts's low-discrepancy sequence) through the quantile function.
    let cloud (target: Target) (n: int) : float array * float array =
        let quantile = Target.quantile target

        if n = 2 then
            let last = reach target
            let half = GaussLegendreRule(-1.0, 1.0, 8)
            let logDensity = Target.logDensity target |> Option.defaultValue (Expr.constant 0.0)

            let density x =
                exp (Expr.interpret Floats.operations (fun _ -> x) logDensity)

            let edges = [ -last; -0.35 * last; -0.1 * last; 0.0; 0.1 * last; 0.35 * last; last ]

            let line =
                [| for left, right in List.pairwise edges do
                       for x, w in Array.zip half.Abscissas half.Weights do
                           let node = 0.5 * (left + right) + 0.5 * (right - left) * x
                           node, 0.5 * (right - left) * w * density node |]

            let total = line |> Array.sumBy snd
            let pairs = Array.allPairs line line

            [| for (x, _), (y, _) in pairs do
                   x
                   y |],
            [| for (_, v), (_, w) in pairs -> v * w / (total * total) |]
        else
            let count = 4096

            let root =
                Seq.fold (fun g _ -> Math.Pow(1.0 + g, 1.0 / float (n + 1))) 2.0 (seq { 1..60 })

            let steps = [| for a in 1..n -> Math.Pow(1.0 / root, float a) % 1.0 |]

            [| for i in 0 .. count - 1 do
                   for a in 0 .. n - 1 -> quantile ((0.5 + float (i + 1) * steps[a]) % 1.0 |> max 1e-12) |],
            Array.create count (1.0 / float count)
