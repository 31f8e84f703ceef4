namespace Interneuron.Statistics

open System
open MathNet.Numerics.Distributions
open MathNet.Numerics.LinearAlgebra
open MathNet.Numerics.Random
open Interneuron.Kernels

/// One invertible step towards a Gaussian.
type internal GaussianisationStep =
    | Whiten of Whitening
    | Marginals of NormalMap[]
    | Rotate of Matrix<float>

/// An invertible map of N numbers, fitted to samples so that they become approximately standard normal; with its Jacobian it is also a
/// density model.
type Gaussianisation =
    private
        { dimension: int
          steps: GaussianisationStep list }

    /// The dimension N of its samples.
    member this.Dimension = this.dimension

/// The baselines that circuits are compared with: each is fitted once and applied to any samples.
[<RequireQualifiedAccess>]
module Gaussianisation =
    let private rotate (rotation: Matrix<float>) (samples: float[]) =
        let columns =
            Array.init rotation.RowCount (fun j -> Samples.project (rotation.Row(j).ToArray()) samples)

        Samples.ofColumns columns

    /// The samples after one step; the log-determinant of its Jacobian at sample i is added to entry i of `logDeterminants`.
    let private advance dimension (logDeterminants: float[]) samples step =
        match step with
        | Whiten whitening ->
            for i in 0 .. logDeterminants.Length - 1 do
                logDeterminants[i] <- logDeterminants[i] + whitening.LogDeterminant

            Whitening.apply whitening samples
        | Marginals maps ->
            let responses = Array.zeroCreate samples.Length

            let respond i =
                for j in 0 .. dimension - 1 do
                    let struct (z, logSlope) =
                        NormalMap.valueAndLogSlope maps[j] samples[i * dimension + j]

                    responses[i * dimension + j] <- z
                    logDeterminants[i] <- logDeterminants[i] + logSlope

            Processors.For(logDeterminants.Length, respond)
            responses
        | Rotate rotation -> rotate rotation samples

    /// The responses to n x N samples, n x N, and the log-determinant of the Jacobian at each.
    let private run (gaussianisation: Gaussianisation) samples =
        let n = Samples.count gaussianisation.dimension samples
        let logDeterminants = Array.zeroCreate n

        let responses =
            gaussianisation.steps
            |> List.fold (advance gaussianisation.dimension logDeterminants) samples

        responses, logDeterminants

    /// The Gaussianised samples, n x N.
    let apply (gaussianisation: Gaussianisation) (samples: float[]) = fst (run gaussianisation samples)

    /// The log-density of the fitted model at each of n x N samples: log N(z; 0, I) plus the log-determinant of the Jacobian.
    let logDensities (gaussianisation: Gaussianisation) (samples: float[]) =
        let dimension = gaussianisation.dimension
        let responses, logDeterminants = run gaussianisation samples

        logDeterminants
        |> Array.mapi (fun i logDeterminant ->
            let mutable sum = logDeterminant

            for j in 0 .. dimension - 1 do
                sum <- sum + StandardNormal.logDensity responses[i * dimension + j]

            sum)

    let private marginalStep dimension samples =
        try
            Marginals(Processors.Map(dimension, fun j -> NormalMap.fit (Samples.column dimension j samples)))
        with :? AggregateException as errors ->
            // Rethrows the first coordinate's refusal.
            raise errors.InnerExceptions[0]

    /// ZCA whitening alone: as a density model, the Gaussian with the mean and covariance of the samples (n x N).
    let zca (dimension: int) (samples: float[]) =
        { dimension = dimension
          steps = [ Whiten(Whitening.zca dimension samples) ] }

    /// Marginal Gaussianisation alone, coordinate by coordinate: as a density model, independent coordinates.
    let marginal (dimension: int) (samples: float[]) =
        Samples.count dimension samples |> ignore

        { dimension = dimension
          steps = [ marginalStep dimension samples ] }

    /// ZCA whitening, then marginal Gaussianisation.
    let zcaThenMarginal (dimension: int) (samples: float[]) =
        let whitening = Whitening.zca dimension samples

        { dimension = dimension
          steps = [ Whiten whitening; marginalStep dimension (Whitening.apply whitening samples) ] }

    /// Whitening, the rotation to the independent components of seeded FastICA (Hyvarinen, IEEE Trans. Neural Networks 10, 626, 1999), and
    /// marginal Gaussianisation: as a density model, independent component analysis with the components' own densities.
    let independentComponents (seed: int) (dimension: int) (samples: float[]) =
        let whitening = Whitening.zca dimension samples
        let white = Whitening.apply whitening samples
        let rotation = IndependentComponents.rotation seed dimension white

        { dimension = dimension
          steps =
            [ Whiten whitening
              Rotate rotation
              marginalStep dimension (rotate rotation white) ] }

    /// A rotation drawn uniformly: the orthogonal factor of a Gaussian matrix, its columns' signs those of R's diagonal (Mezzadri 2007).
    let private randomRotation random dimension =
        let qr =
            (Matrix<float>.Build.Random(dimension, dimension, Normal(0.0, 1.0, random))).QR()

        Matrix<float>.Build.DenseOfColumnVectors(Seq.init dimension (fun j -> float (sign qr.R[j, j]) * qr.Q.Column j))

    let private requireLayers (layers: int) (dimension: int) (samples: float[]) =
        Samples.count dimension samples |> ignore

        if layers < 1 then
            invalidArg (nameof layers) $"{layers} layers; there has to be at least one"

    /// The multi-information of n x N samples, the sum of the marginals' entropies less the joint entropy, by layers of rotation-based
    /// Gaussianisation: each takes away the divergences from normal that its rotation gives the marginals (Laparra, Camps-Valls and Malo
    /// 2011, section III), less what the estimate says of as many normal numbers. What is left after the last layer is missing.
    let internal multiInformation (seed: int) (layers: int) (dimension: int) (samples: float[]) =
        requireLayers layers dimension samples
        let random = Xoshiro256StarStar(seed, false)
        let unused = Array.zeroCreate (samples.Length / dimension)

        // The divergence of a marginal from the standard normal.
        let divergence column =
            0.5 * (log (2.0 * Math.PI) + Array.averageBy (fun x -> x * x) column)
            - Entropy.ofColumn column

        // The bias of spacings is that of normal numbers, which marginals come to after a few layers.
        let ofNormal =
            Array.init 20 (fun _ -> Array.init unused.Length (fun _ -> Normal.Sample(random, 0.0, 1.0)))
            |> Array.averageBy divergence

        let layer (total, samples) _ =
            let normal = advance dimension unused samples (marginalStep dimension samples)
            let turned = rotate (randomRotation random dimension) normal

            let found =
                Processors.Map(dimension, fun j -> divergence (Samples.column dimension j turned))

            total + Array.sum found - float dimension * ofNormal, turned

        [ 1..layers ] |> List.fold layer (0.0, samples) |> fst

    /// Rotation-based iterative Gaussianisation (Laparra, Camps-Valls and Malo, IEEE Trans. Neural Networks 22, 537, 2011): `layers`
    /// times marginal Gaussianisation and a seeded random rotation, each fitted to what the layers before left. Random rotations converge
    /// for every distribution; principal axes are undetermined once the coordinates are uncorrelated.
    let rotationBased (seed: int) (layers: int) (dimension: int) (samples: float[]) =
        requireLayers layers dimension samples
        let random = Xoshiro256StarStar(seed, false)
        let unused = Array.zeroCreate (samples.Length / dimension)

        let layer (steps, samples) _ =
            let marginals = marginalStep dimension samples
            let rotation = Rotate(randomRotation random dimension)
            let after = [ marginals; rotation ] |> List.fold (advance dimension unused) samples
            rotation :: marginals :: steps, after

        let steps, _ = List.fold layer ([], samples) [ 1..layers ]

        { dimension = dimension
          steps = List.rev steps }
