namespace Interneuron.Statistics

open System
open MathNet.Numerics.LinearAlgebra

/// An invertible affine map x -> M (x - mean) of N numbers, fitted to samples so that their covariance becomes the identity.
type Whitening =
    private
        { mean: float[]
          matrix: Matrix<float>
          logDeterminant: float }

    /// The mean of the samples it was fitted to: N numbers.
    member this.Mean = Array.copy this.mean

    /// The matrix M, N x N.
    member this.Matrix = this.matrix.ToArray()

    /// log |det M|.
    member this.LogDeterminant = this.logDeterminant

/// Fitting and applying whitening maps.
[<RequireQualifiedAccess>]
module Whitening =
    /// The eigenvalues of the covariance, ascending, their square roots' inverses on a diagonal, and the eigenvectors in columns; in a unit
    /// in which no square overflows a double.
    let private decompose dimension samples =
        let unit = Moments.unitOf samples

        // The largest is about 1, and anything this far below it counts as 0, on which MathNet's iterations do not behave well.
        let flushed c = if abs c < 1e-100 then 0.0 else c

        let covariance =
            Matrix<float>.Build.DenseOfArray(Moments.covarianceIn unit dimension samples |> Array2D.map flushed)

        let evd = covariance.Evd Symmetricity.Symmetric
        let values = evd.EigenValues.Real()
        // An eigenvalue is accurate to about this fraction of the largest; below it nothing can be scaled to 1.
        if values[0] <= 1e-14 * float dimension * values[dimension - 1] then
            let share = max 0.0 values[0] / max Double.Epsilon values[dimension - 1]

            Refusal.argument
                (nameof samples)
                $"the covariance is singular (smallest eigenvalue {share:g2} of the largest): the samples fill fewer than {dimension} \
                dimensions, or their coordinates have units too different; they cannot be whitened"

        let deviations = values.Map(fun v -> unit * sqrt v)
        deviations, Matrix<float>.Build.DenseOfDiagonalVector(1.0 / deviations), evd.EigenVectors

    let private make dimension samples (deviations: Vector<float>) matrix =
        { mean = Moments.means dimension samples
          matrix = matrix
          logDeterminant = -deviations.PointwiseLog().Sum() }

    /// ZCA: M is the symmetric inverse square root of the covariance of n x N samples, the whitening that moves the samples least.
    let zca (dimension: int) (samples: float[]) =
        let deviations, scales, vectors = decompose dimension samples
        make dimension samples deviations (vectors * scales * vectors.Transpose())

    /// PCA: the projections of n x N samples on the eigenvectors of their covariance, the largest variance first, each scaled to unit
    /// variance. An eigenvector's sign makes its component of largest magnitude positive.
    let pca (dimension: int) (samples: float[]) =
        let deviations, scales, vectors = decompose dimension samples

        for j in 0 .. dimension - 1 do
            let column = vectors.Column j

            if column[column.AbsoluteMaximumIndex()] < 0.0 then
                vectors.SetColumn(j, -column)

        let ascending = scales * vectors.Transpose()
        make dimension samples deviations (Matrix<float>.Build.DenseOfRowVectors(ascending.EnumerateRows() |> Seq.rev))

    /// The whitened samples, n x N.
    let apply (whitening: Whitening) (samples: float[]) =
        let dimension = whitening.mean.Length
        let n = Samples.count dimension samples
        let m = whitening.Matrix
        let result = Array.zeroCreate samples.Length

        for i in 0 .. n - 1 do
            for j in 0 .. dimension - 1 do
                let mutable sum = 0.0

                for k in 0 .. dimension - 1 do
                    sum <- sum + m[j, k] * (samples[i * dimension + k] - whitening.mean[k])

                result[i * dimension + j] <- sum

        result
