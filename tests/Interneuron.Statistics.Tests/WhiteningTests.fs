module Interneuron.Statistics.Tests.WhiteningTests

open Expecto
open MathNet.Numerics.LinearAlgebra
open Interneuron.Statistics
open Interneuron.Statistics.Tests.Draw

/// 3 x n samples with a full covariance and a mean.
let mixed seed =
    let z = normal seed 3000

    Array.init 3000 (fun k ->
        let i = k - k % 3

        match k % 3 with
        | 0 -> 2.0 * z[i] + 1.0
        | 1 -> z[i] + 0.5 * z[i + 1]
        | _ -> 0.3 * z[i + 1] - 0.2 * z[i + 2] - 4.0)

let isIdentity tolerance (matrix: float[,]) message =
    matrix
    |> Array2D.iteri (fun j k value -> close tolerance value (if j = k then 1.0 else 0.0) $"{message} [{j}, {k}]")

[<Tests>]
let tests =
    testList
        "Whitening"
        [ testProperty "whitened samples have mean zero and the identity for covariance"
          <| fun (seed: int) ->
              let samples = mixed seed

              for whitening in [ Whitening.zca 3 samples; Whitening.pca 3 samples ] do
                  let white = Whitening.apply whitening samples
                  // The covariance's condition number is about 2,000; rounding errors grow with it.
                  isIdentity 1e-10 (Moments.covariance 3 white) "covariance"

                  for mean in Moments.means 3 white do
                      close 1e-10 mean 0.0 "mean"

          testProperty "the ZCA matrix is the symmetric inverse square root of the covariance"
          <| fun (seed: int) ->
              let samples = mixed seed
              let m = (Whitening.zca 3 samples).Matrix |> Matrix<float>.Build.DenseOfArray
              let c = Moments.covariance 3 samples |> Matrix<float>.Build.DenseOfArray
              Expect.isTrue ((m - m.Transpose()).L2Norm() < 1e-10) "symmetric"
              isIdentity 1e-9 ((m * m * c).ToArray()) "m m c"
              Expect.isTrue (m.Evd(Symmetricity.Symmetric).EigenValues.Real().Minimum() > 0.0) "the positive root"

          testCase "the log-determinant is the matrix's"
          <| fun () ->
              for whitening in [ Whitening.zca 3 (mixed 1); Whitening.pca 3 (mixed 1) ] do
                  let determinant = (Matrix<float>.Build.DenseOfArray whitening.Matrix).Determinant()
                  close 1e-10 whitening.LogDeterminant (log (abs determinant)) "log |det|"

          testCase "PCA puts the direction of largest variance first, with a positive sign"
          <| fun () ->
              let z = normal 2 2000

              let samples =
                  Array.init 2000 (fun k -> if k % 2 = 0 then 0.1 * z[k] else 3.0 * z[k])

              let white = Whitening.apply (Whitening.pca 2 samples) samples

              let correlation =
                  Array.map2 (*) (Samples.column 2 0 white) (Samples.column 2 1 samples)
                  |> Array.average

              Expect.isGreaterThan correlation 2.5 "the second coordinate, unreversed"

          testCase "samples on a line cannot be whitened"
          <| fun () ->
              let line = normal 3 100 |> Array.collect (fun x -> [| x; 2.0 * x |])
              refuses (fun () -> Whitening.zca 2 line) "ZCA"
              refuses (fun () -> Whitening.pca 2 line) "PCA"

          testCase "a fitted map applies to other samples"
          <| fun () ->
              let whitening = Whitening.zca 2 [| 1.0; 1.0; 3.0; 1.0; 1.0; 5.0; 3.0; 5.0 |]
              // Mean (2, 3), standard deviations 1 and 2, uncorrelated.
              Expect.equal
                  (Whitening.apply whitening [| 3.0; 7.0 |]
                   |> Array.map (fun x -> System.Math.Round(x, 12)))
                  [| 1.0; 2.0 |]
                  "image" ]
