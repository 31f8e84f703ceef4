module Interneuron.Statistics.Tests.GaussianMixtureTests

open System
open Expecto
open MathNet.Numerics
open Interneuron.Statistics
open Interneuron.Statistics.Tests.Draw

/// Samples of Student's t in N dimensions with nu degrees of freedom: a Gaussian over the root of an independent chi-squared number by nu.
let private student nu dimension seed n =
    let z = normal seed (dimension * n)
    let random = Random(seed + 1: int)

    let scales =
        Array.init n (fun _ -> sqrt (Distributions.Gamma.Sample(random, nu / 2.0, 0.5) / nu))

    Array.init z.Length (fun k -> z[k] / scales[k / dimension])

/// Its density, in closed form.
let private logStudent nu dimension (samples: float[]) =
    let n = float dimension

    let constant =
        SpecialFunctions.GammaLn((nu + n) / 2.0)
        - SpecialFunctions.GammaLn(nu / 2.0)
        - n / 2.0 * log (nu * Math.PI)

    samples
    |> Array.chunkBySize dimension
    |> Array.map (fun x -> constant - (nu + n) / 2.0 * log (1.0 + Array.sumBy (fun v -> v * v) x / nu))

/// Two flat Gaussians across each other, in turn: variances 4 and 0.04 along the axes.
let private crossed seed n =
    normal seed (2 * n)
    |> Array.mapi (fun k z -> if (k / 2 + k) % 2 = 0 then 2.0 * z else 0.2 * z)

let private logCrossed (samples: float[]) =
    let logNormal deviation x =
        StandardNormal.logDensity (x / deviation) - log deviation

    samples
    |> Array.chunkBySize 2
    |> Array.map (fun x ->
        let a = logNormal 2.0 x[0] + logNormal 0.2 x[1]
        let b = logNormal 0.2 x[0] + logNormal 2.0 x[1]
        log (0.5 * exp a + 0.5 * exp b))

/// How much less likely held-out samples are under the model than under the truth, in nats a sample.
let private loss truth model (samples: float[]) =
    Array.average (truth samples)
    - Array.average (GaussianMixture.logDensities model samples)

[<Tests>]
let tests =
    testList
        "GaussianMixture"
        [ testCase "one component is the Gaussian of the samples' second moments"
          <| fun () ->
              let pairs = correlated 0.8 1 4000

              let moment a b =
                  Array.init 4000 (fun i -> pairs[2 * i + a] * pairs[2 * i + b]) |> Array.average

              let model = GaussianMixture.fit 1 1 2 pairs
              // The mean log-density under the likeliest Gaussian is minus its entropy; a millionth of the variance is added to it.
              close 1e-5 (Entropy.cross (GaussianMixture.logDensities model pairs)) (Entropy.gaussian (Array2D.init 2 2 moment)) "entropy"

          testCase "two Gaussians across each other are found, whatever the seed"
          <| fun () ->
              for seed in 1..3 do
                  let model = GaussianMixture.fit seed 2 2 (crossed 5 20000)
                  // Six parameters of a likeliest model cost 6/2n on average, held out; where it stopped, 1e-4 a dimension may be left.
                  Expect.isLessThan (abs (loss logCrossed model (crossed 6 20000))) 0.002 $"seed {seed}"

          testCase "the elliptical model is as good as the closed form of Student's t"
          <| fun () ->
              for nu, dimension in [ 3.0, 4; 8.0, 2 ] do
                  let model = GaussianMixture.elliptical dimension (student nu dimension 1 20000)
                  // 24 scales and a covariance cost (23 + 10)/2n = 0.0008 at most; a tail of scales beyond those of the samples as much.
                  Expect.isLessThan
                      (abs (loss (logStudent nu dimension) model (student nu dimension 7 20000)))
                      0.01
                      $"nu = {nu} in {dimension} dimensions"

          testCase "densities integrate to one"
          <| fun () ->
              for model in
                  [ GaussianMixture.fit 1 3 2 (student 3.0 2 1 2000)
                    GaussianMixture.elliptical 2 (student 8.0 2 1 2000) ] do
                  let step, half = 0.05, 400

                  let grid =
                      [| for i in -half .. half do
                             for j in -half .. half do
                                 step * float i
                                 step * float j |]

                  // The sum over a grid is right to the mass beyond 20, less than 1e-3 for a tail of t = 3.
                  close
                      2e-3
                      (GaussianMixture.logDensities model grid
                       |> Array.sumBy (fun v -> step * step * exp v))
                      1.0
                      "mass"

          testCase "samples that fill no volume, and no components, are refused"
          <| fun () ->
              refuses (fun () -> GaussianMixture.fit 1 2 2 (Array.init 200 (fun k -> float (k / 2)))) "a line"
              refuses (fun () -> GaussianMixture.elliptical 2 (Array.init 200 (fun k -> float (k / 2)))) "a line"
              refuses (fun () -> GaussianMixture.fit 1 0 2 (normal 1 200)) "none" ]

/// Laplace numbers of unit variance in N dimensions, mixed by a matrix of determinant 1.
let private mixed seed n =
    let sources =
        uniform seed (2 * n)
        |> Array.map (GeneralisedGaussian.quantile (GeneralisedGaussian.create (sqrt 0.5) 1.0))

    sources,
    Array.init (2 * n) (fun k ->
        if k % 2 = 0 then
            sources[k] + sources[k + 1]
        else
            sources[k])

[<Tests>]
let independentComponents =
    testList
        "IndependentComponents"
        [ testCase "mixed Laplace numbers are as likely as before they were mixed"
          <| fun () ->
              let laplace = GeneralisedGaussian.create (sqrt 0.5) 1.0
              let sources, samples = mixed 3 20000
              let _, fitted = mixed 4 20000
              let model = Gaussianisation.independentComponents 1 2 fitted

              let truth =
                  2.0 * (sources |> Array.averageBy (GeneralisedGaussian.logDensity laplace))

              // The marginal maps have 27 knots each, which cost about 54/2n = 0.0014; directions found to 1/sqrt(n) cost less. ZCA alone
              // leaves more than 0.02.
              close 0.01 (Array.average (Gaussianisation.logDensities model samples)) truth "held out"

              Expect.isLessThan
                  (Array.average (Gaussianisation.logDensities (Gaussianisation.zcaThenMarginal 2 fitted) samples))
                  (truth - 0.02)
                  "whitening alone" ]

[<Tests>]
let multiInformation =
    testList
        "MultiInformation"
        [ testCase "of Gaussians is that of the closed form, by both estimators"
          <| fun () ->
              // x, and two copies with noise: correlations 0.8, 0.8 and 0.64, so that -log det C / 2 = -log(1 - 0.64).
              let z = normal 9 (3 * 4000)

              let samples =
                  Array.init z.Length (fun k -> if k % 3 = 0 then z[k] else 0.8 * z[k - k % 3] + 0.6 * z[k])

              let expected = -log(1.0 - 0.64)
              // The information of a Gaussian from n samples has the standard deviation sqrt(sum of squared correlations/n) = 0.02.
              close 0.06 (MultiInformation.nearestNeighbours 3 3 samples) expected "neighbours"
              // Each of 90 marginals adds the noise of its entropy, about 0.005 for as many samples.
              close 0.15 (MultiInformation.rotationBased 1 30 3 samples) expected "rotations"

          testCase "of pairs by neighbours is their mutual information"
          <| fun () ->
              let pairs = correlated 0.7 2 2000
              close 1e-9 (MultiInformation.nearestNeighbours 3 2 pairs) (MutualInformation.nearestNeighbours 3 pairs) "the same"

          testCase "of independent numbers is none"
          <| fun () ->
              let samples = normal 4 (5 * 3000)
              close 0.05 (MultiInformation.nearestNeighbours 3 5 samples) 0.0 "neighbours"
              close 0.15 (MultiInformation.rotationBased 1 20 5 samples) 0.0 "rotations"
              refuses (fun () -> MultiInformation.nearestNeighbours 0 5 samples) "no neighbour"
              refuses (fun () -> MultiInformation.rotationBased 1 0 5 samples) "no layer" ]
