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

    /// Where the density of one coordinate has fallen to nothing (less than 1e-17 of the mass lies beyond).
    let private reach (target: Target) =
        match target with
        | StandardGaussian -> 9.5
        | Uniform -> sqrt 3.0
        | Laplace
        | Logistic -> 30.0
        | GeneralisedGaussian shape -> Target.scaleOf shape.Value * Math.Pow(44.0 + 4.0 / shape.Value, 1.0 / shape.Value)
        | OfSamples _ -> 0.0

    /// Nodes and weights of one coordinate's distribution: the points of an empirical target, else Gauss-Legendre panels that shrink towards 0
    /// (where powers have their kink) and break at the given places.
    let nodes (target: Target) (breaks: float list) : (float * float) array =
        match target, Target.logDensity target with
        | OfSamples samples, _ -> [| for i in 0 .. samples.Count - 1 -> samples[i, 0], 1.0 / float samples.Count |]
        | _, None -> [||]
        | _, Some logDensity ->
            let last = reach target
            let edges =
                [ 0.0
                  for k in 0..22 do
                      let edge = last * Math.Pow(0.62, float k)
                      edge
                      -edge
                  for b in breaks do
                      if abs b < last then b ]
                |> List.distinct
                |> List.sort
            let density x = exp (Expr.interpret Floats.operations (fun _ -> x) logDensity)
            [| for left, right in List.pairwise edges do
                   for x, w in rule.Value do
                       let half = 0.5 * (right - left)
                       let node = 0.5 * (left + right) + half * x
                       node, half * w * density node |]

    /// Points of the target in n dimensions, row-major, and their weights: for two dimensions the products of a 48-node rule of one coordinate; beyond,
    /// 4,096 points of an additive recurrence with the roots of x^(n+1) = x + 1 (Roberts's low-discrepancy sequence) through the quantile function.
    let cloud (target: Target) (n: int) : float array * float array =
        let quantile = Target.quantile target
        if n = 2 then
            let last = reach target
            let half = GaussLegendreRule(-1.0, 1.0, 8)
            let logDensity = Target.logDensity target |> Option.defaultValue (Expr.constant 0.0)
            let density x = exp (Expr.interpret Floats.operations (fun _ -> x) logDensity)
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
            let root = Seq.fold (fun g _ -> Math.Pow(1.0 + g, 1.0 / float (n + 1))) 2.0 (seq { 1..60 })
            let steps = [| for a in 1..n -> Math.Pow(1.0 / root, float a) % 1.0 |]
            [| for i in 0 .. count - 1 do
                   for a in 0 .. n - 1 -> quantile ((0.5 + float (i + 1) * steps[a]) % 1.0 |> max 1e-12) |],
            Array.create count (1.0 / float count)
