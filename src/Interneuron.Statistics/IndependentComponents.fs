namespace Interneuron.Statistics

open MathNet.Numerics.Distributions
open MathNet.Numerics.LinearAlgebra
open MathNet.Numerics.Random

/// Independent component analysis of whitened samples by the symmetric fixed point with tanh (FastICA, Hyvarinen 1999).
[<RequireQualifiedAccess>]
module internal IndependentComponents =
    // What is learned from, evenly from all samples.
    let private most = 20_000
    let private mostSweeps = 200
    // Directions have settled when none turns by more than the angle whose cosine differs from 1 by this.
    let private settled = 1e-7

    /// The orthogonal matrix nearest to W, (W W^T)^(-1/2) W.
    let private orthogonal (w: Matrix<float>) =
        let svd = w.Svd()
        svd.U * svd.VT

    /// The rotation, N x N, whose rows find the components in n x N samples that are white.
    let rotation (seed: int) (dimension: int) (white: float[]) : Matrix<float> =
        let few = Samples.evenly dimension most white
        let n = few.Length / dimension
        // Samples in columns.
        let x = Matrix<float>.Build.Dense(dimension, n, few)
        let random = Xoshiro256StarStar(seed, false)

        let rec sweep count (w: Matrix<float>) =
            let g = (w * x).PointwiseTanh()
            let slopes = (1.0 - g.PointwiseMultiply g).RowSums() / float n

            let next =
                orthogonal (
                    g.TransposeAndMultiply x / float n
                    - Matrix<float>.Build.DiagonalOfDiagonalVector slopes * w
                )

            let turned =
                Seq.max (seq { for j in 0 .. dimension - 1 -> 1.0 - abs (next.Row j * w.Row j) })

            if turned < settled || count = mostSweeps then
                next
            else
                sweep (count + 1) next

        Matrix<float>.Build.Random(dimension, dimension, Normal(0.0, 1.0, random))
        |> orthogonal
        |> sweep 1
