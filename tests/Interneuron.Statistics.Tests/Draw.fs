/// Seeded samples for the tests, and comparisons with a stated tolerance.
module Interneuron.Statistics.Tests.Draw

open Expecto
open MathNet.Numerics.Distributions

/// n numbers from N(0, 1).
let normal seed n =
    let random = System.Random(seed: int)
    Array.init n (fun _ -> Normal.Sample(random, 0.0, 1.0))

/// n numbers uniform on [0, 1).
let uniform seed n =
    let random = System.Random(seed: int)
    Array.init n (fun _ -> random.NextDouble())

/// n pairs from a Gaussian of unit variances and correlation rho, flat.
let correlated rho seed n =
    let z = normal seed (2 * n)

    Array.init (2 * n) (fun k ->
        if k % 2 = 0 then
            z[k]
        else
            rho * z[k - 1] + sqrt (1.0 - rho * rho) * z[k])

/// Fails unless the two numbers differ by `tolerance` at most (NaN always fails).
let close tolerance (actual: float) (expected: float) message =
    if not (abs (actual - expected) <= tolerance) then
        failtest $"{message}: {actual} is not within {tolerance} of {expected}"

/// Fails unless the action refuses its argument.
let refuses (action: unit -> 'a) (message: string) =
    try
        action () |> ignore
        failtest message
    with :? System.ArgumentException ->
        ()
