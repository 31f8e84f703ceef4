module Interneuron.Statistics.Tests.GaussianisationTests

open Expecto
open Interneuron.Statistics
open Interneuron.Statistics.Tests.Draw

/// Heavy-tailed pairs with a common scale, uncorrelated but dependent, as those of photographs are.
let scaleMixture seed n =
    let z = normal seed (2 * n)
    let u = normal (seed + 1) n
    Array.init (2 * n) (fun k -> z[k] * exp (0.8 * u[k / 2]))

[<Tests>]
let normalMap =
    testList
        "NormalMap"
        [ testCase "samples of a heavy-tailed distribution become normal, held-out ones too"
          <| fun () ->
              let laplace seed =
                  uniform seed 20000
                  |> Array.map (GeneralisedGaussian.quantile (GeneralisedGaussian.create 1.0 0.7))

              let map = NormalMap.fit (laplace 1)
              // The Kolmogorov distance of 20,000 samples from their own distribution is 0.006 on average, 0.0115 at the 1 % level; the
              // fit adds as much.
              Expect.isLessThan (Ks.toTarget StandardNormal.cdf (laplace 1 |> Array.map (NormalMap.apply map))) 0.005 "fitted"
              Expect.isLessThan (Ks.toTarget StandardNormal.cdf (laplace 2 |> Array.map (NormalMap.apply map))) 0.023 "held out"

          testProperty "the map increases everywhere, beyond the samples too"
          <| fun (seed: int) ->
              let map = NormalMap.fit (normal seed 200 |> Array.map (fun x -> x * x * x))
              let images = Array.init 2001 (fun i -> NormalMap.apply map (0.02 * float i - 20.0))

              for a, b in Array.pairwise images do
                  Expect.isGreaterThan b a "ascending"

          testProperty "the log-density is that of the normal times the slope"
          <| fun (seed: int) ->
              let map = NormalMap.fit (normal seed 500)

              for x in [ -5.0; -1.3; 0.2; 0.9; 4.5 ] do
                  let h = 1e-5
                  let slope = (NormalMap.apply map (x + h) - NormalMap.apply map (x - h)) / (2.0 * h)
                  let expected = StandardNormal.logDensity (NormalMap.apply map x) + log slope
                  // A central difference misses h^2 = 1e-10 times the third derivative, or h times a bend at a knot.
                  close 1e-3 (NormalMap.logDensity map x) expected $"at {x}"

          testCase "the density integrates to one"
          <| fun () ->
              for samples in [ normal 1 1000; uniform 2 1000; normal 3 1000 |> Array.map exp ] do
                  let map = NormalMap.fit samples
                  let step = 1e-3

                  let mass =
                      Seq.init 120001 (fun i -> step * exp (NormalMap.logDensity map (step * float i - 60.0)))
                      |> Seq.sum
                  // The slope has bends at the knots: the midpoint sum is right to the square of the step over the knots' distance.
                  close 1e-3 mass 1.0 "mass"

          testCase "samples that repeat are no obstacle unless nearly all are equal"
          <| fun () ->
              let map = NormalMap.fit (Array.append (Array.zeroCreate 300) (normal 4 700))
              Expect.isLessThan (NormalMap.apply map -0.1) (NormalMap.apply map 0.1) "increasing across the atom"
              refuses (fun () -> NormalMap.fit (Array.zeroCreate 100)) "all equal"
              refuses (fun () -> NormalMap.fit [| 1.0 |]) "one" ]

[<Tests>]
let tests =
    testList
        "Gaussianisation"
        [ testCase "the ZCA baseline is the Gaussian density with the samples' covariance"
          <| fun () ->
              let pairs = correlated 0.8 1 5000
              let fitted = Gaussianisation.zca 2 pairs
              let white = Gaussianisation.apply fitted pairs
              Expect.equal white (Whitening.apply (Whitening.zca 2 pairs) pairs) "whitened"
              // The mean log-density of the Gaussian fitted to the samples is minus its entropy, exactly.
              close
                  1e-10
                  (Entropy.cross (Gaussianisation.logDensities fitted pairs))
                  (Entropy.gaussian (Moments.covariance 2 pairs))
                  "cross-entropy"

          testCase "the marginal baseline maps each coordinate by itself"
          <| fun () ->
              let pairs = scaleMixture 2 3000
              let fitted = Gaussianisation.marginal 2 pairs
              let first = NormalMap.fit (Samples.column 2 0 pairs)

              Expect.equal
                  (Samples.column 2 0 (Gaussianisation.apply fitted pairs))
                  (Samples.column 2 0 pairs |> Array.map (NormalMap.apply first))
                  "first"

              let second = NormalMap.fit (Samples.column 2 1 pairs)

              let expected =
                  NormalMap.logDensity first pairs[6] + NormalMap.logDensity second pairs[7]

              let logDensities = Gaussianisation.logDensities fitted pairs
              close 1e-12 logDensities[3] expected "independent coordinates"

          testCase "ZCA then marginal leaves Gaussian marginals"
          <| fun () ->
              let pairs =
                  scaleMixture 3 5000 |> Array.mapi (fun k x -> if k % 2 = 0 then x else 3.0 * x)

              let responses =
                  Gaussianisation.apply (Gaussianisation.zcaThenMarginal 2 pairs) pairs

              for j in 0..1 do
                  Expect.isLessThan (Ks.toTarget StandardNormal.cdf (Samples.column 2 j responses)) 0.01 $"coordinate {j}"

          testCase "the log-densities carry the determinant of the whole chain"
          <| fun () ->
              let pairs = scaleMixture 4 2000

              for fitted in
                  [ Gaussianisation.zcaThenMarginal 2 pairs
                    Gaussianisation.rotationBased 1 5 2 pairs ] do
                  for point in [ [| 0.3; -0.7 |]; [| 2.0; 1.0 |]; [| -0.1; 4.0 |] ] do
                      let h = 1e-6

                      let along j =
                          let moved sign =
                              point |> Array.mapi (fun k x -> if k = j then x + sign * h else x)

                          Array.map2
                              (fun a b -> (a - b) / (2.0 * h))
                              (Gaussianisation.apply fitted (moved 1.0))
                              (Gaussianisation.apply fitted (moved -1.0))

                      let dx, dy = along 0, along 1
                      let logDeterminant = log (abs (dx[0] * dy[1] - dx[1] * dy[0]))

                      let expected =
                          (Gaussianisation.apply fitted point |> Array.sumBy StandardNormal.logDensity)
                          + logDeterminant
                      // Central differences are good to 1e-9 unless a bend lies within h.
                      close 1e-5 (Gaussianisation.logDensities fitted point |> Array.exactlyOne) expected "change of variables"

          testCase "twenty rotations remove the dependence that marginals leave, and predict held-out pairs better"
          <| fun () ->
              let pairs, others = scaleMixture 5 20000, scaleMixture 50 20000

              let rotations, marginals =
                  Gaussianisation.rotationBased 1 20 2 pairs, Gaussianisation.marginal 2 pairs

              let information fitted samples =
                  MutualInformation.nearestNeighbours 3 (Gaussianisation.apply fitted samples)

              Expect.isGreaterThan (information marginals pairs) 0.05 "dependence after marginals"
              // The neighbour estimate's standard error is 0.007.
              Expect.isLessThan (abs (information rotations others)) 0.025 "dependence after rotations, held out"

              let logLikelihood fitted =
                  Array.average (Gaussianisation.logDensities fitted others)

              Expect.isGreaterThan (logLikelihood rotations) (logLikelihood marginals + 0.03) "held-out log-likelihood"

          testCase "it repeats with its seed, and works in more dimensions"
          <| fun () ->
              let samples = normal 6 3000

              let responses seed =
                  Gaussianisation.apply (Gaussianisation.rotationBased seed 3 3 samples) samples

              Expect.equal (responses 1) (responses 1) "same seed"
              Expect.notEqual (responses 1) (responses 2) "other seed"
              refuses (fun () -> Gaussianisation.rotationBased 1 0 3 samples) "no layers"
              refuses (fun () -> Gaussianisation.apply (Gaussianisation.zca 3 samples) [| 1.0; 2.0 |]) "a pair for triples" ]
