/// The targets' densities as the textbooks write them, and averages over them by a quadrature of its own.
[<RequireQualifiedAccess>]
module Interneuron.Core.Tests.Reference.Densities

open System
open MathNet.Numerics
open MathNet.Numerics.Integration
open Interneuron.Core.Transport

/// The density of one coordinate.
let density (target: Target) : float -> float =
    match target with
    | StandardGaussian -> fun x -> exp (-x * x / 2.0) / sqrt (2.0 * Math.PI)
    | Laplace -> fun x -> exp (-(sqrt 2.0) * abs x) / sqrt 2.0
    | Uniform -> fun x -> if abs x <= sqrt 3.0 then 1.0 / (2.0 * sqrt 3.0) else 0.0
    | Logistic ->
        let s = sqrt 3.0 / Math.PI
        fun x -> exp (-abs x / s) / (s * (1.0 + exp (-abs x / s)) ** 2.0)
    | GeneralisedGaussian shape ->
        let beta = shape.Value

        let alpha =
            sqrt (SpecialFunctions.Gamma(1.0 / beta) / SpecialFunctions.Gamma(3.0 / beta))

        fun x ->
            beta / (2.0 * alpha * SpecialFunctions.Gamma(1.0 / beta))
            * exp (-((abs x / alpha) ** beta))
    | OfDensity _
    | OfSamples _ -> invalidArg (nameof target) "it has no textbook form here"

let private rule = GaussLegendreRule(-1.0, 1.0, 32)

/// Where the density, times any power up to 8 that is tried, has fallen below 1e-16 of its scale.
let private last (target: Target) =
    match target with
    | StandardGaussian -> 12.0
    | Uniform -> sqrt 3.0
    | Laplace
    | Logistic -> 50.0
    | _ ->
        let density = density target

        Seq.initInfinite (fun k -> 2.0 * 1.3 ** float k)
        |> Seq.find (fun x -> density x * x ** 9.0 < 1e-16)

/// Points and weights for averages from a to b: Gauss-Legendre rules of 32 points, in pieces that double away from 0 and end at the breaks.
/// What is analytic but at 0 and at the breaks comes out to 1e-13, and |x|^p at 0 misses (2^-24/1000)^(1 + p).
let nodesBetween (target: Target) (breaks: float list) (a: float) (b: float) : (float * float) array =
    let density = density target

    let grid =
        0.0
        :: [ for k in -24 .. 12 do
                 let x = 2.0 ** float k in
                 x
                 -x ]
    // Where a density ends, or falls within a few percent of x.
    let edges =
        match target with
        | Uniform -> [ -(sqrt 3.0); sqrt 3.0 ]
        | GeneralisedGaussian _ ->
            [ for x in 1.2..0.1..2.2 do
                  x
                  -x ]
        | _ -> []

    let ends =
        a :: b :: grid @ edges @ breaks
        |> List.filter (fun x -> a <= x && x <= b)
        |> List.distinct
        |> List.sort

    [| for left, right in List.pairwise ends do
           let half, middle = 0.5 * (right - left), 0.5 * (left + right)
           for x, w in Array.zip rule.Abscissas rule.Weights -> let point = middle + half * x in point, half * w * density point |]

/// The average of f from a to b.
let between target breaks a b (f: float -> float) : float =
    nodesBetween target breaks a b |> Array.sumBy (fun (x, w) -> w * f x)

/// Points and weights for averages of what has kinks at the breaks.
let nodes (target: Target) (breaks: float list) =
    let last = last target
    nodesBetween target breaks -last last

/// The average of f, whose kinks are at the breaks.
let average (target: Target) (breaks: float list) (f: float -> float) : float =
    nodes target breaks |> Array.sumBy (fun (x, w) -> w * f x)
