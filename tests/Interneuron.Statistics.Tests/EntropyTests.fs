module Interneuron.Statistics.Tests.EntropyTests

open Expecto
open Interneuron.Statistics
open Interneuron.Statistics.Tests.Draw

let gaussianEntropy = 0.5 * log (2.0 * System.Math.PI * System.Math.E)

[<Tests>]
let tests =
    testList
        "Entropy"
        [ testCase "the spacings estimate is right for uniform, Gaussian and Laplace samples"
          <| fun () ->
              // The standard error is the standard deviation of log p over sqrt n, 0.7 and 1 over 220; and the outermost spacings are
              // left out.
              close 0.01 (Entropy.ofColumn (uniform 1 50000)) 0.0 "uniform"
              close 0.02 (Entropy.ofColumn (normal 2 50000)) gaussianEntropy "Gaussian"

              let laplace =
                  uniform 3 50000
                  |> Array.map (GeneralisedGaussian.quantile (GeneralisedGaussian.create 1.0 1.0))

              close 0.025 (Entropy.ofColumn laplace) (1.0 + log 2.0) "Laplace"

          testProperty "scaling adds the logarithm of the scale"
          <| fun (seed: int) ->
              let samples = normal seed 200
              close 1e-10 (Entropy.ofColumn (samples |> Array.map (fun x -> 5.0 * x + 1.0))) (Entropy.ofColumn samples + log 5.0) "entropy"

          testCase "equal samples have no density"
          <| fun () ->
              Expect.equal (Entropy.ofColumn (Array.zeroCreate 100)) -infinity "entropy"
              refuses (fun () -> Entropy.ofColumn [| 1.0 |]) "one sample"

          testCase "a Gaussian's entropy grows with the determinant of its covariance"
          <| fun () ->
              close 1e-14 (Entropy.gaussian (array2D [ [ 1.0 ] ])) gaussianEntropy "N(0, 1)"
              let rho = 0.6
              let covariance = array2D [ [ 1.0; rho ]; [ rho; 1.0 ] ]
              close 1e-14 (Entropy.gaussian covariance) (2.0 * gaussianEntropy + 0.5 * log (1.0 - rho * rho)) "correlated pairs"
              refuses (fun () -> Entropy.gaussian (array2D [ [ 1.0; 2.0 ]; [ 2.0; 1.0 ] ])) "not a covariance"

          testCase "under the true density, total correlation is the mutual information and negentropy is zero"
          <| fun () ->
              let rho = 0.7
              let pairs = correlated rho 4 50000

              let logDensity (x: float) (y: float) =
                  let q = (x * x - 2.0 * rho * x * y + y * y) / (1.0 - rho * rho)
                  -0.5 * q - log (2.0 * System.Math.PI) - 0.5 * log (1.0 - rho * rho)

              let logDensities =
                  Array.init 50000 (fun i -> logDensity pairs[2 * i] pairs[2 * i + 1])

              close 1e-12 (Entropy.cross logDensities) -(Array.average logDensities) "cross-entropy"
              // Two marginal entropies, each as above.
              close 0.03 (Entropy.totalCorrelation 2 pairs logDensities) (-0.5 * log (1.0 - rho * rho)) "total correlation"
              // The sample covariance maximises the likelihood: between zero and about the number of parameters over 2n.
              close 3e-4 (Entropy.negentropy 2 pairs logDensities) 0.0 "negentropy"

          testCase "log-densities come one a sample"
          <| fun () ->
              refuses (fun () -> Entropy.totalCorrelation 2 (normal 1 20) (normal 1 9)) "nine for ten"
              refuses (fun () -> Entropy.negentropy 2 (normal 1 20) (normal 1 20)) "twenty for ten" ]
