/// The measures of the facade: each is that of Interneuron.Statistics, whose own tests hold the numbers; here closed forms show that
/// arguments arrive where they belong.
module Interneuron.Facade.Tests.MeasureTests

open System
open Expecto
open Interneuron
open Interneuron.Facade.Tests.Make

let private three = row [ 1.0; 2.0; 6.0 ]

/// Points of a Laplace distribution, in the middle of n cells of equal probability.
let private laplace n =
    Array.init n (fun k -> Targets.Laplace.Quantile((float k + 0.5) / float n))

/// Pairs whose second coordinate is twice the first, and others that are independent of it.
let private dependent, independent =
    let x = Targets.StandardGaussian.Sample(2000, 2, 1)
    Grid.OfColumns(x.Column 0, Array.map ((*) 2.0) (x.Column 0)), x

[<Tests>]
let tests =
    testList
        "Measures"
        [ test "moments are averages over the samples" {
              // Mean 3; deviations -2, -1, 3: m2 = 14/3, m3 = 18/3, m4 = 98/3.
              Expect.floatClose Accuracy.high (Measure.Mean three) 3.0 "mean"
              Expect.floatClose Accuracy.high (Measure.Variance three) (14.0 / 3.0) "variance"
              Expect.floatClose Accuracy.high (Measure.StandardDeviation three) (sqrt (14.0 / 3.0)) "deviation"
              Expect.floatClose Accuracy.high (Measure.Skewness three) (6.0 / (14.0 / 3.0) ** 1.5) "skewness"
              Expect.floatClose Accuracy.high (Measure.Kurtosis three) (98.0 / 3.0 / (14.0 / 3.0) ** 2.0) "kurtosis"
              Expect.equal (Measure.Means(grid [ [ 1.0; 5.0 ]; [ 3.0; 7.0 ] ])) [| 2.0; 6.0 |] "means"

              Expect.equal
                  ((Measure.Covariance(grid [ [ 1.0; 5.0 ]; [ 3.0; 1.0 ] ])).Values.ToArray())
                  [| 1.0; -2.0; -2.0; 4.0 |]
                  "deviations of 1 and 2, opposite"
          }

          test "distances of shifted samples are the shift" {
              let moved = Array.map ((+) 2.0) three
              Expect.floatClose Accuracy.high (Measure.W2(three, moved)) 2.0 "W2"
              Expect.floatClose Accuracy.high (Measure.Ks(three, moved)) (2.0 / 3.0) "KS: 1 and 2 lie below 3"

              Expect.floatClose Accuracy.high (Measure.SlicedW2(Grid(3, 1, three), Grid(3, 1, moved))) 2.0 "sliced, in one dimension"

              let exact = OptimalTransport.Exact(Grid(3, 1, three), Grid(3, 1, moved))
              Expect.floatClose Accuracy.high exact.SquaredDistance 4.0 "exact transport"
              Expect.equal (List.ofSeq exact.Assignment) [ 0; 1; 2 ] "in order"
              // 1 3 + 2 4 + 6 8, over 3.
              Expect.floatClose Accuracy.high exact.Optimum (59.0 / 3.0) "J_opt"

              let entropic = OptimalTransport.Sinkhorn(Grid(3, 1, three), Grid(3, 1, moved), 0.05)
              Expect.isTrue entropic.IsConverged "converged"
              Expect.isLessThan (abs (entropic.SquaredDistance - 4.0)) 0.05 "debiased: a shift is exact, but for the tolerance"
          }

          test "a target's own quantiles are near it, and have its optimum" {
              let samples = laplace 2000
              // Mid-quantiles leave half a cell.
              Expect.isLessThan (Measure.Ks(samples, Targets.Laplace)) (1.01 * 0.5 / 2000.0) "KS"
              Expect.isLessThan (Measure.W2(samples, Targets.Laplace)) 1e-6 "W2"
              // E r^2 = 1, less what the outermost cells leave out.
              Expect.isTrue (abs (OptimalTransport.Optimum(samples, Targets.Laplace) - 1.0) < 0.01) "J_opt"
          }

          test "a generalised Gaussian has its closed forms and is fitted again" {
              let heavy = GeneralisedGaussian.UnitVariance 1.0
              Expect.floatClose Accuracy.high heavy.Variance 1.0 "variance"
              Expect.floatClose Accuracy.high heavy.Kurtosis 6.0 "kurtosis of Laplace"
              Expect.floatClose Accuracy.high (heavy.Density 0.0) (1.0 / sqrt 2.0) "peak"
              Expect.floatClose Accuracy.high (exp (heavy.LogDensity 1.0)) (heavy.Density 1.0) "logarithm"
              Expect.floatClose Accuracy.high (heavy.Cdf(heavy.Quantile 0.2)) 0.2 "quantile"
              Expect.floatClose Accuracy.high (heavy.AbsoluteMoment 1.0) (1.0 / sqrt 2.0) "mean deviation"
              Expect.floatClose Accuracy.high heavy.Entropy (1.0 + log (sqrt 2.0)) "entropy"
              let fit = GeneralisedGaussian.Fit(laplace 4000)
              Expect.isTrue (abs (fit.Distribution.Beta - 1.0) < 0.02) $"beta {fit.Distribution.Beta}"

              Expect.equal
                  (fit.FittedTo, fit.Range, fit.Zeros, fit.IntervalWidth)
                  (FittedTo.Points, FitRange.Inside, 0.0, Nullable())
                  "to what"
          }

          test "dependence is found where it is, and not where it is not" {
              let nats (pairs: Grid) =
                  MutualInformation.Binned(pairs.Standardise()).Corrected

              Expect.isGreaterThan (nats dependent) 1.0 "binned"
              Expect.isLessThan (abs (nats independent)) 0.05 "binned, independent"
              Expect.isGreaterThan (MutualInformation.NearestNeighbours dependent) 2.0 "neighbours"
              Expect.isLessThan (abs (MutualInformation.NearestNeighbours independent)) 0.1 "neighbours, independent"
              let shuffled = MutualInformation.OfShuffled(dependent, nats, 5)
              Expect.equal shuffled.Length 5 "copies"
              Expect.isLessThan (Array.max (Array.map abs shuffled)) 0.1 "shuffled"
          }

          test "entropies of a Gaussian" {
              let x = independent.Column 0
              Expect.floatClose Accuracy.high (Entropy.OfGaussian(grid [ [ 4.0 ] ])) (0.5 * log (8.0 * Math.PI * Math.E)) "closed form"
              Expect.isTrue (abs (Entropy.OfColumn x - 0.5 * log (2.0 * Math.PI * Math.E)) < 0.1) "from spacings"
              Expect.floatClose Accuracy.high (Entropy.Cross(row [ -1.0; -2.0 ])) 1.5 "cross"
              let model = Gaussianisation.Zca independent
              let logs = model.LogDensity independent
              // The model is the Gaussian of their covariance itself.
              Expect.isTrue (abs (Entropy.Negentropy(independent, logs)) < 1e-9) "negentropy"
              Expect.isTrue (abs (Entropy.TotalCorrelation(independent, logs)) < 0.1) "total correlation"
          }

          test "whitening and Gaussianisation make the covariance the identity" {
              let skewed =
                  Grid.OfColumns(
                      independent.Column 0,
                      Array.map2 (fun x y -> x + 0.5 * y + 3.0) (independent.Column 0) (independent.Column 1)
                  )

              for map in [ Whitening.Zca skewed; Whitening.Pca skewed ] do
                  let covariance = Measure.Covariance(map.Apply skewed)

                  Expect.isTrue
                      (abs (covariance[0, 0] - 1.0)
                       + abs covariance[0, 1]
                       + abs (covariance[1, 1] - 1.0)
                          <
                          1e-9)
                      "identity"

                  let m = map.Matrix
                  let determinant = m[0, 0] * m[1, 1] - m[0, 1] * m[1, 0]
                  Expect.floatClose Accuracy.high map.LogDeterminant (log (abs determinant)) "determinant"

              for map in
                  [ Gaussianisation.Marginal skewed
                    Gaussianisation.ZcaThenMarginal skewed
                    Gaussianisation.RotationBased(skewed, 20) ] do
                  let made = map.Apply skewed
                  Expect.isLessThan (Measure.Ks(made.Column 1, Targets.StandardGaussian)) 0.04 "normal: twice 0.87 / sqrt 2000"
                  Expect.equal (map.LogDensity skewed).Length 2000 "one a sample"

              let map = NormalMap.Fit(skewed.Column 1)
              Expect.isGreaterThan (map.Apply 4.0) (map.Apply 3.0) "increasing"
          }

          test "densities count all samples" {
              let curve = Density.Histogram(independent.Column 0)
              Expect.floatClose Accuracy.high (Seq.sum (Seq.map2 (*) curve.Values curve.Widths)) 1.0 "histogram"
              let map = Density.OfPairs(independent, 6.0, 121)
              let step = map.Axis[1] - map.Axis[0]
              Expect.isTrue (abs (step * step * Array.sum (map.Values.Values.ToArray()) - 1.0) < 1e-3) "kernel"
              Expect.floatClose Accuracy.high (Density.GaussianLevel 0.0) (0.5 / Math.PI) "level"
          }

          test "ranks and ties" {
              let rounded = row [ 1.0; 1.0; 2.0; 3.0 ]
              Expect.equal (Ranks.ShareOfTies rounded) 0.5 "share"
              let spread = Ranks.SpreadTies(rounded)
              Expect.equal (Ranks.ShareOfTies spread, spread[2..]) (0.0, [| 2.0; 3.0 |]) "spread"
              Expect.equal (Ranks.SpreadTies(Grid(4, 1, rounded))).Rows 4 "in columns"
              Expect.equal (Ranks.WithoutCopies(grid [ [ 1.0; 2.0 ]; [ 1.0; 2.0 ]; [ 3.0; 4.0 ] ])).Rows 2 "copies"
              Expect.floatClose Accuracy.high ((Ranks.NormalScores(Grid(3, 1, three)))[1, 0]) 0.0 "the middle one"
          }

          test "pairs are pairs" {
              for wrong in
                  [ fun () -> MutualInformation.Binned(Grid(3, 1, three)) |> ignore
                    fun () -> MutualInformation.NearestNeighbours(empty 0 2) |> ignore
                    fun () -> Density.OfPairs(Grid(3, 1, three), 1.0, 10) |> ignore
                    fun () -> (Whitening.Zca independent).Apply(Grid(3, 1, three)) |> ignore
                    fun () -> Measure.SlicedW2(independent, Targets.Laplace) |> ignore ] do
                  Expect.throwsT<ArgumentException> wrong "another shape"
          } ]
