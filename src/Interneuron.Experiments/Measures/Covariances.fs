namespace Interneuron.Experiments

open System
open MathNet.Numerics
open MathNet.Numerics.LinearAlgebra
open Interneuron.Core.Transport
open Interneuron.Core.Circuits

/// Gaussian stimuli of two primary neurons, and what circuits r = M^-1 s make of their covariance C.
[<RequireQualifiedAccess>]
module internal Covariances =
    /// N.
    let n = 2

    /// I, N x N.
    let identity: Matrix<float> = Matrix<float>.Build.DenseIdentity n

    /// The matrix with these values on its diagonal.
    let diagonal (values: float list) : Matrix<float> =
        Matrix<float>.Build.DenseOfDiagonalArray(Array.ofList values)

    /// The rotation by an angle in degrees.
    let rotation degrees : Matrix<float> =
        let angle = degrees * Math.PI / 180.0

        Matrix<float>.Build.DenseOfRows([ Seq.ofList [ cos angle; -(sin angle) ]; Seq.ofList [ sin angle; cos angle ] ])

    /// The symmetric square root.
    let root (c: Matrix<float>) : Matrix<float> =
        let eigen = c.Evd Symmetricity.Symmetric

        eigen.EigenVectors
        * Matrix<float>.Build.DenseOfDiagonalVector(eigen.EigenValues.Real().PointwiseSqrt())
        * eigen.EigenVectors.Transpose()

    /// Stimuli s = C^1/2 x for normal x, n x N row-major.
    let stimuli (half: Matrix<float>) (count: int) (seed: int) : float array =
        Initial.sampleTarget StandardGaussian n count seed
        |> Array.chunkBySize n
        |> Array.collect (fun x -> (half * Vector<float>.Build.Dense x).AsArray())

    /// The synapses of K interneurons, N x K, from row-major numbers.
    let columns (k: int) (w: float array) : Matrix<float> =
        Matrix<float>.Build.Dense(n, k, fun a i -> w[a * k + i])

    /// C_rr = M^-1 C M^-1, of C^1/2.
    let ofResponses (m: Matrix<float>) (half: Matrix<float>) : Matrix<float> =
        let inverse = m.Inverse()
        inverse * half * half * inverse

    /// J = (tr(M^-1 C) + tr M)/2 for phi = r^T M r/2 and the target N(0, I).
    let objective (m: Matrix<float>) (half: Matrix<float>) : float =
        0.5 * ((m.Inverse() * half * half).Trace() + m.Trace())

    /// The best gains for a covariance: ((W^T W) o (W^T W))^-1 diag(W^T (C^1/2 - I) W).
    let bestGains (w: Matrix<float>) (half: Matrix<float>) : float array =
        let gram = w.TransposeThisAndMultiply w

        let drive = (w.TransposeThisAndMultiply((half - identity) * w)).Diagonal()

        (gram.PointwiseMultiply gram).Solve(drive).AsArray()

    /// I + W diag(g) W^T, what holds the responses.
    let held (w: Matrix<float>) (gains: float array) : Matrix<float> =
        identity + w * Matrix<float>.Build.DenseOfDiagonalArray gains * w.Transpose()
