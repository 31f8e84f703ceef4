namespace Interneuron.Statistics

open System
open MathNet.Numerics.LinearAlgebra
open MathNet.Numerics.Random
open Interneuron.Kernels

/// A mixture of Gaussians in N dimensions that all have the mean zero.
type GaussianMixture =
    private
        {
            dimension: int
            /// log of the weight of each component, less half of log det(2 pi C).
            logHeights: float[]
            /// Lower triangular F with F C F^T = I for the covariance C of each component, N x N, row-major.
            factors: float[][]
        }

    /// The dimension N of its samples.
    member this.Dimension = this.dimension

/// Fitting mixtures of zero-mean Gaussians by expectation maximisation (Dempster, Laird and Rubin 1977), and their densities: the models
/// that patches of photographs are usually compared by (Zoran and Weiss 2011).
[<RequireQualifiedAccess>]
module GaussianMixture =
    // The descent ends when the mean log-likelihood rises by less than this, in nats per dimension.
    let private precision = 1e-4
    let private mostSweeps = 100
    // Sums over samples are of so many parts, whatever the number of cores, so that they are the same on every machine.
    let private parts = 16
    // Components that have less of a sample than this do not learn from it.
    let private negligible = 1e-4
    // What is added to variances, of the mean variance of all samples: no component becomes a plane.
    let private floor = 1e-6

    /// |F x|^2 for the sample x that begins at `start`.
    let private square n (factor: float[]) (samples: float[]) start =
        let mutable sum = 0.0

        for a in 0 .. n - 1 do
            let y = Vectors.dot factor (a * n) samples start (a + 1)
            sum <- sum + y * y

        sum

    /// F with F C F^T = I and log det C.
    let private factorOf (covariance: Matrix<float>) =
        let cholesky =
            try
                covariance.Cholesky()
            with :? ArgumentException ->
                Refusal.argument "samples" "the covariance is singular: the samples fill fewer dimensions than they have"

        cholesky.Factor.Inverse().ToRowMajorArray(), cholesky.DeterminantLn

    let private height n weight logDeterminant =
        log weight - 0.5 * (float n * log (2.0 * Math.PI) + logDeterminant)

    /// log of the sum of exponentials; the entries become the shares of the sum.
    let private shares (logs: float[]) =
        let most = Array.max logs
        let mutable total = 0.0

        for j in 0 .. logs.Length - 1 do
            logs[j] <- exp (logs[j] - most)
            total <- total + logs[j]

        for j in 0 .. logs.Length - 1 do
            logs[j] <- logs[j] / total

        most + log total

    /// Does `work` for the samples of each part, which begin and end where it is told.
    let private inParts n (work: int -> int -> 'T) : 'T[] =
        Processors.Map(parts, fun part -> work (part * n / parts) ((part + 1) * n / parts))

    /// The log-density at each of n x N samples.
    let logDensities (mixture: GaussianMixture) (samples: float[]) =
        let dimension = mixture.dimension
        let n = Samples.count dimension samples
        let result = Array.zeroCreate n

        let work from till =
            let logs = Array.zeroCreate mixture.factors.Length

            for i in from .. till - 1 do
                for j in 0 .. logs.Length - 1 do
                    logs[j] <-
                        mixture.logHeights[j]
                        - 0.5 * square dimension mixture.factors[j] samples (i * dimension)

                result[i] <- shares logs

        inParts n work |> ignore
        result

    /// The second moments about zero of all samples, each times its weight, over n.
    let private moments dimension n (samples: float[]) (weight: int -> float) =
        let sums =
            inParts n (fun from till ->
                let sum = Array.zeroCreate (dimension * dimension)

                for i in from .. till - 1 do
                    let w = weight i

                    for a in 0 .. dimension - 1 do
                        Vectors.add (w * samples[i * dimension + a]) samples (i * dimension) sum (a * dimension) (a + 1)

                sum)

        Matrix<float>
            .Build.Dense(
                dimension,
                dimension,
                fun a b ->
                    (sums |> Array.sumBy (fun sum -> sum[(max a b) * dimension + min a b]))
                    / float n
            )

    /// Sweeps until the likelihood hardly rises: each takes a model to the next, with the likelihood of the former.
    let private climb dimension (sweep: 'Model -> 'Model * float) (start: 'Model) =
        let rec go count model before =
            let next, here = sweep model

            if count = mostSweeps || here - before < precision * float dimension then
                next
            else
                go (count + 1) next here

        go 1 start Double.NegativeInfinity

    /// The elliptical distribution of n x N samples about zero: one Gaussian whose covariance has a random scale (a Gaussian scale
    /// mixture, Wainwright and Simoncelli 2000), with the likeliest weights of 24 scales and the likeliest covariance.
    let elliptical (dimension: int) (samples: float[]) : GaussianMixture =
        let n = Samples.count dimension samples
        let start = moments dimension n samples (fun _ -> 1.0)
        let factor, _ = factorOf start

        let squares =
            Processors.Map(n, fun i -> square dimension factor samples (i * dimension) / float dimension)
            |> Array.sort

        let least = max squares[n / 100] (1e-6 * squares[n - 1])

        let scales =
            [| for j in 0..23 -> least * (squares[n - 1] / least) ** (float j / 23.0) |]

        let heights (weights: float[]) logDeterminant =
            Array.map2 (fun w scale -> height dimension w (logDeterminant + float dimension * log scale)) weights scales

        let sweep (covariance, weights) =
            let factor, logDeterminant = factorOf covariance
            let heights = heights weights logDeterminant
            let precisions = Array.zeroCreate n

            let sums =
                inParts n (fun from till ->
                    let totals, logs = Array.zeroCreate scales.Length, Array.zeroCreate scales.Length
                    let mutable likelihood = 0.0

                    for i in from .. till - 1 do
                        let q = square dimension factor samples (i * dimension)

                        for j in 0 .. scales.Length - 1 do
                            logs[j] <- heights[j] - 0.5 * q / scales[j]

                        likelihood <- likelihood + shares logs

                        for j in 0 .. scales.Length - 1 do
                            totals[j] <- totals[j] + logs[j]
                            precisions[i] <- precisions[i] + logs[j] / scales[j]

                    totals, likelihood)

            let weights =
                Array.init scales.Length (fun j -> max 1e-300 ((sums |> Array.sumBy (fun (totals, _) -> totals[j])) / float n))

            (moments dimension n samples (fun i -> precisions[i]), weights), Array.sumBy snd sums / float n

        let covariance, weights =
            climb dimension sweep (start, Array.create scales.Length (1.0 / float scales.Length))

        let factor, logDeterminant = factorOf covariance

        { dimension = dimension
          logHeights = heights weights logDeterminant
          factors = [| for scale in scales -> factor |> Array.map (fun f -> f / sqrt scale) |] }

    /// Covariances to start from: that of the samples in the sizes that samples have, each mixed with that of a few samples drawn at
    /// random.
    let private starts (random: Random) dimension n (samples: float[]) count (whole: Matrix<float>) =
        let factor, _ = factorOf whole

        let squares =
            Processors.Map(n, fun i -> square dimension factor samples (i * dimension) / float dimension)

        let sorted = Array.sort squares

        [| for j in 0 .. count - 1 do
               let size = max sorted[(2 * j + 1) * n / (2 * count)] (1e-6 * sorted[n - 1])

               let drawn =
                   Seq.initInfinite (fun _ -> random.Next n)
                   |> Seq.filter (fun i -> squares[i] > 0.0)
                   |> Seq.truncate (dimension + 1)
                   |> Array.ofSeq

               let few =
                   Matrix<float>
                       .Build.Dense(
                           dimension,
                           dimension,
                           fun a b ->
                               drawn
                               |> Array.averageBy (fun i -> samples[i * dimension + a] * samples[i * dimension + b] / squares[i])
                       )

               0.5 * size * (whole + few) |]

    /// The likeliest mixture of `count` Gaussians about zero, each with its own covariance, that is found from a seeded start for n x N
    /// samples.
    let fit (seed: int) (count: int) (dimension: int) (samples: float[]) : GaussianMixture =
        let n = Samples.count dimension samples

        if count < 1 || count > n then
            invalidArg (nameof count) $"{count} components for {n} samples; there is at least one, and a sample for each"

        let whole = moments dimension n samples (fun _ -> 1.0)

        let ridge =
            floor * whole.Trace() / float dimension
            * Matrix<float>.Build.DenseIdentity dimension

        let model (weights: float[]) (covariances: Matrix<float>[]) =
            let factors, logDeterminants =
                covariances |> Array.map (fun c -> factorOf (c + ridge)) |> Array.unzip

            { dimension = dimension
              logHeights = Array.map2 (height dimension) weights logDeterminants
              factors = factors }

        let sweep (mixture: GaussianMixture) =
            let sums =
                inParts n (fun from till ->
                    let logs, totals = Array.zeroCreate count, Array.zeroCreate count
                    let squares = Array.init count (fun _ -> Array.zeroCreate (dimension * dimension))
                    let mutable likelihood = 0.0

                    for i in from .. till - 1 do
                        for j in 0 .. count - 1 do
                            logs[j] <-
                                mixture.logHeights[j]
                                - 0.5 * square dimension mixture.factors[j] samples (i * dimension)

                        likelihood <- likelihood + shares logs

                        for j in 0 .. count - 1 do
                            if logs[j] > negligible then
                                totals[j] <- totals[j] + logs[j]

                                for a in 0 .. dimension - 1 do
                                    Vectors.add
                                        (logs[j] * samples[i * dimension + a])
                                        samples
                                        (i * dimension)
                                        squares[j]
                                        (a * dimension)
                                        (a + 1)

                    totals, squares, likelihood)

            let totals =
                Array.init count (fun j -> sums |> Array.sumBy (fun (totals, _, _) -> totals[j]))

            let covariances =
                Processors.Map(
                    count,
                    fun j ->
                        // A component that no sample is left to begins anew as all samples.
                        if totals[j] < float dimension then
                            whole
                        else
                            Matrix<float>
                                .Build.Dense(
                                    dimension,
                                    dimension,
                                    fun a b ->
                                        (sums
                                         |> Array.sumBy (fun (_, squares, _) -> squares[j][(max a b) * dimension + min a b]))
                                        / totals[j]
                                )
                )

            let weights = totals |> Array.map (fun total -> max total 1.0)

            model (weights |> Array.map (fun w -> w / Array.sum weights)) covariances,
            (sums |> Array.sumBy (fun (_, _, likelihood) -> likelihood)) / float n

        starts (Xoshiro256StarStar(seed, false)) dimension n samples count whole
        |> model (Array.create count (1.0 / float count))
        |> climb dimension sweep
