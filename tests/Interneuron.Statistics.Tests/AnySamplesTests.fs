/// Every estimate, of any samples: a number within its bounds, or a refusal in one line.
module Interneuron.Statistics.Tests.AnySamplesTests

open System
open Expecto
open MathNet.Numerics.Distributions
open Interneuron.Statistics

/// Samples of a seed: few or some, from light to very heavy tails, rounded, silent in part, constant but for one, far from zero, of a scale
/// between 1e-300 and 1e300.
let private draw (random: Random) =
    let n = [| 1; 2; 3; 5; 17; 200 |][random.Next 6]
    let normal () = Normal.Sample(random, 0.0, 1.0)
    let tail = [| 0.3; 1.0; 3.0; 30.0 |][random.Next 4]
    let scale = 10.0 ** (float (random.Next(-300, 290)))
    let shift = [| 0.0; 0.0; 1.0; 1e6 |][random.Next 4]
    let kind = random.Next 6

    Array.init n (fun i ->
        let z = normal ()
        let x = float (sign z) * Math.Min(abs z ** tail, 1e9)

        let x =
            match kind with
            | 0 -> Math.Round x
            | 1 -> if random.Next 3 = 0 then x else 0.0
            | 2 -> if i = 0 then x else 1.0
            | 3 -> if x > 0.0 then 1.0 else -1.0
            | _ -> x

        scale * (x + shift))

let private within low high value =
    Expect.isTrue (value >= low && value <= high) $"{value} in [{low}, {high}]"

/// A result, or a refusal in one line.
let private orRefusal (check: unit -> unit) =
    try
        check ()
    with :? ArgumentException as error ->
        Expect.isFalse (error.Message.Contains '\n') error.Message

let private repeatedly name seeds (law: Random -> unit) =
    testCase name
    <| fun () ->
        for seed in 1..seeds do
            try
                law (Random seed)
            with error ->
                failtest $"seed {seed}: {error.Message}"

/// The largest double, with room for rounding.
let private most = 1.7e308

[<Tests>]
let tests =
    testList
        "any samples"
        [ repeatedly "one coordinate" 500
          <| fun random ->
              let x = draw random
              within (Array.min x - 1e-9 * abs (Array.min x)) (Array.max x + 1e-9 * abs (Array.max x)) (Moments.mean x)
              within 0.0 most (Moments.standardDeviation x)
              let n = float x.Length
              let kurtosis = Moments.kurtosis x

              if not (Double.IsNaN kurtosis) then
                  within (1.0 - 1e-9) (n + 1e-9) kurtosis

              orRefusal (fun () -> within 0.0 1.0 (Ks.toTarget StandardNormal.cdf x))
              within 0.0 1.0 (Ks.twoSample x (draw random))
              within 0.0 most (Wasserstein.toTarget StandardNormal.quantile x)
              within 0.0 most (Wasserstein.twoSample x (draw random))

              orRefusal (fun () ->
                  let fit = GeneralisedGaussianFit.ofSamples x
                  within 0.05 64.0 fit.Beta
                  within Double.Epsilon most fit.Alpha
                  within 0.0 1.0 fit.Zeros)

              orRefusal (fun () ->
                  let curve = Density.histogram x
                  let mass = Array.map2 (*) curve.Density curve.Width |> Array.sum
                  within (1.0 - 1e-9) (1.0 + 1e-9) mass)

              orRefusal (fun () ->
                  let map = NormalMap.fit x
                  let ascending = Array.sort x |> Array.map (NormalMap.apply map)

                  for z in ascending do
                      within -1e160 1e160 z

                  Expect.isTrue (Array.pairwise ascending |> Array.forall (fun (a, b) -> a <= b + 1e-9)) "increasing")

              for z in NormalScores.ofColumn x do
                  within -40.0 40.0 z

          repeatedly "pairs" 400
          <| fun random ->
              let x, y = draw random, draw random
              let n = min x.Length y.Length
              let pairs = Samples.ofColumns [| Array.truncate n x; Array.truncate n y |]
              let most' = log (float n) + 1e-9

              orRefusal (fun () ->
                  let binned = MutualInformation.binned 0.5 (Moments.standardise 2 pairs)
                  within -1e-9 most' binned.PlugIn)

              within -1e-9 most' (MutualInformation.binned 0.5 (NormalScores.ofSamples 2 pairs)).PlugIn
              // psi(3) + psi(n) is the most that there can be.
              orRefusal (fun () -> within -most' (most' + 1.6) (MutualInformation.nearestNeighbours 3 pairs))

              orRefusal (fun () ->
                  let grid = DensityGrid.estimate 3.0 31 pairs

                  for p in Seq.cast<float> grid.Density do
                      within 0.0 most p)

              orRefusal (fun () ->
                  for r in Whitening.apply (Whitening.zca 2 pairs) pairs do
                      within -1e8 1e8 r)

              orRefusal (fun () ->
                  for r in Gaussianisation.apply (Gaussianisation.rotationBased 1 3 2 pairs) pairs do
                      within -1e160 1e160 r) ]
