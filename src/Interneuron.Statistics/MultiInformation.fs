namespace Interneuron.Statistics

open System
open MathNet.Numerics
open Interneuron.Kernels

/// The multi-information (total correlation) of N coordinates, in nats: the sum of their entropies less their joint entropy.
[<RequireQualifiedAccess>]
module MultiInformation =
    /// psi(1) ... psi(n), the digamma function at whole numbers.
    let private digammas n =
        Array.scan (fun psi m -> psi + 1.0 / float m) (-Constants.EulerMascheroni) [| 1 .. n - 1 |]

    /// By layers of rotation-based Gaussianisation: each takes away the divergences from normal that its rotation gives the marginals
    /// (Laparra, Camps-Valls and Malo 2011, section III), less what the estimate says of as many normal numbers. What is left after the
    /// last layer is missing.
    let rotationBased (seed: int) (layers: int) (dimension: int) (samples: float[]) =
        Gaussianisation.multiInformation seed layers dimension samples

    /// By nearest neighbours (Kraskov, Stoegbauer and Grassberger, Phys. Rev. E 69, 066138, 2004; equation 23):
    /// psi(k) + (N - 1) psi(n) - mean(sum_j psi(n_j + 1)), where n_j counts the samples whose coordinate j is nearer than the k-th
    /// neighbour in the maximum norm. The coordinates are standardised. It takes n^2 N steps, and is too small where N is large and
    /// dependence strong, since neighbours are far.
    let nearestNeighbours (k: int) (dimension: int) (samples: float[]) =
        let n = Samples.count dimension samples

        if k < 1 || k >= n then
            Refusal.argument (nameof k) $"{k} neighbours among {n} samples; k has to be at least 1 and less than the number of samples"

        let samples =
            samples |> Ties.spreadColumns dimension |> Moments.standardise dimension

        let psi = digammas n

        /// How far apart two samples are, or infinitely where that is beyond a limit.
        let distance limit i other =
            let mutable most = 0.0
            let mutable j = 0

            while j < dimension do
                most <- max most (abs (samples[i * dimension + j] - samples[other * dimension + j]))
                j <- if most > limit then dimension else j + 1

            most

        let terms =
            Processors.Map(
                n,
                fun i ->
                    let nearest = Array.create k infinity

                    for other in 0 .. n - 1 do
                        if other <> i then
                            let d = distance nearest[k - 1] i other

                            if d < nearest[k - 1] then
                                let mutable place = k - 1

                                while place > 0 && nearest[place - 1] > d do
                                    nearest[place] <- nearest[place - 1]
                                    place <- place - 1

                                nearest[place] <- d

                    let counts = Array.zeroCreate<int> dimension

                    for other in 0 .. n - 1 do
                        if other <> i then
                            for j in 0 .. dimension - 1 do
                                if abs (samples[i * dimension + j] - samples[other * dimension + j]) < nearest[k - 1] then
                                    counts[j] <- counts[j] + 1

                    counts |> Array.sumBy (fun count -> psi[count])
            )

        psi[k - 1] + float (dimension - 1) * psi[n - 1] - Array.average terms
