namespace Interneuron.Core.Transport

open System
open MathNet.Numerics.Integration
open Interneuron.Core.Symbolic

/// Nodes and weights for averages over one coordinate of a target.
[<RequireQualifiedAccess>]
module Quadrature =
    let private points = 16

    let private rule =
        lazy
            (let r = GaussLegendreRule(-1.0, 1.0, points)
             Array.zip r.Abscissas r.Weights)

    /// How far from 0 the density of one coordinate has fallen to nothing (less than 1e-17 of the mass lies beyond); 0 for an empirical
    /// target.
    let reach (target: Target) =
        match target with
        | StandardGaussian -> 9.5
        | Uniform -> sqrt 3.0
        | Laplace
        | Logistic -> 30.0
        | GeneralisedGaussian shape ->
            Target.scaleOf shape.Value
            * Math.Pow(44.0 + 4.0 / shape.Value, 1.0 / shape.Value)
        | OfDensity density -> let lowest, highest = density.Ends in Math.Max(-lowest, highest)
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
                let all =
                    match target with
                    | OfDensity density -> density.Panels
                    | _ ->
                        let positive = edges target
                        List.pairwise (List.map (~-) positive @ List.tail (List.rev positive))

                let density = density target
                [ for ends in all -> ends, panel density ends ]
        )

    /// Nodes and weights of one coordinate's distribution: the points of an empirical target, else Gauss-Legendre panels that shrink
    /// towards 0 (where powers have their kink) and break at the given places.
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

    /// Nodes in (0, 1) and weights that run doubly exponentially into both ends, so that whatever singularity an integrand has there does
    /// no harm (Takahasi and Mori 1974).
    let private doubleExponential (count: int) =
        let last = if count < 60 then 3.0 else 3.4
        let step = 2.0 * last / float (count - 1)

        [| for i in 0 .. count - 1 do
               let t = -last + float i * step
               let s = 0.5 * Math.PI * Math.Sinh t
               1.0 / (1.0 + exp (-2.0 * s)), step * 0.25 * Math.PI * Math.Cosh t / Math.Cosh s ** 2.0 |]

    /// Of one coordinate's distribution between breaks, the nodes and weights: a formula of one coordinate that is analytic between them,
    /// whatever it does at them, is averaged to about 1e-11 with 80 nodes a piece, and to 1e-6 with 48. Not for an empirical target.
    let between (target: Target) (count: int) : float list -> (float * float) array =
        let density = density target
        let rule = doubleExponential count

        let (first, last), own =
            match target with
            | OfDensity density -> density.Ends, density.Breaks
            | _ -> let last = reach target in (-last, last), []

        fun breaks ->
            let inside = 0.0 :: own @ breaks |> List.filter (fun b -> first < b && b < last)
            let ends = List.distinct (List.sort (first :: last :: inside))

            let points =
                [| for left, right in List.pairwise ends do
                       for x, w in rule ->
                           // From the nearer end, so that nodes close to it keep their digits.
                           (if x < 0.5 then
                                left + (right - left) * x
                            else
                                right - (right - left) * (1.0 - x)),
                           (right - left) * w |]

            Array.map2 (fun (x, w) d -> x, w * d) points (density (Array.map fst points))

    /// The rule of so many nodes that is right for polynomials of one coordinate up to degree 2 count - 1 (Gauss): from the density's
    /// three-term recurrence.
    let polynomial (target: Target) (count: int) : (float * float) array =
        let nodes = between target 80 []

        let inner (p: float array) (q: float array) =
            Seq.sum (seq { for i in 0 .. nodes.Length - 1 -> snd nodes[i] * p[i] * q[i] })

        // p_(k+1) = (x - a_k) p_k - b_k p_(k-1), where a_k is 0 for an even density.
        let rec norms (before: float array) (current: float array) square left =
            if left = 0 then
                []
            else
                let here = inner current current
                let b = if square = 0.0 then 0.0 else here / square

                let a =
                    if Target.isSymmetric target then
                        0.0
                    else
                        inner (Array.mapi (fun i (x, _) -> x * current[i]) nodes) current / here

                let next = Array.mapi (fun i (x, _) -> (x - a) * current[i] - b * before[i]) nodes

                (a, b) :: norms current next here (left - 1)

        let one = Array.create nodes.Length 1.0
        let zero = Array.zeroCreate nodes.Length
        let middles, squares = norms zero one 0.0 count |> Array.ofList |> Array.unzip

        let jacobi =
            MathNet.Numerics.LinearAlgebra.Matrix<float>.Build.Dense(
                count,
                count,
                fun i j ->
                    if Math.Abs(i - j) = 1 then Math.Sqrt squares[max i j]
                    elif i = j then middles[i]
                    else 0.0
            )

        let evd = jacobi.Evd(MathNet.Numerics.LinearAlgebra.Symmetricity.Symmetric)
        [| for i in 0 .. count - 1 -> evd.EigenValues[i].Real, evd.EigenVectors[0, i] ** 2.0 |]

    /// Points of the target in n dimensions, row-major, and their weights: for two dimensions the products of a 48-node rule of one
    /// coordinate; beyond, and for a density by its formula, 4,096 points of an additive recurrence with the roots of x^(n+1) = x + 1
    /// (Roberts's low-discrepancy sequence) through the quantile function.
    let cloud (target: Target) (n: int) : float array * float array =
        let quantile = Target.quantile target

        if n = 2 && not target.IsOfDensity then
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
