namespace Interneuron.Derivation.Running

open MathNet.Numerics.LinearAlgebra

/// The weights x in [0, 1] that make |b + A x| least.
[<RequireQualifiedAccess>]
module BoundedLeastSquares =
    /// By active sets (Stark and Parker 1995): weights at their bounds are freed one at a time while that lets the length fall, and the
    /// free ones step to their optimum or to the first bound on the way. Columns may depend on each other.
    let solve (a: Matrix<float>) (b: Vector<float>) : float array =
        let m = a.ColumnCount
        let x = Array.create m 0.5
        let isFree = Array.create m true

        let residual () =
            b + a * Vector<float>.Build.DenseOfArray x

        /// Free weights to their optimum, as far as the bounds let them; those that meet a bound stay there.
        let rec settle left =
            let free =
                [| for j in 0 .. m - 1 do
                       if isFree[j] then
                           j |]

            if free.Length > 0 && left > 0 then
                let columns =
                    Matrix<float>.Build.DenseOfColumnVectors [| for j in free -> a.Column j |]

                let step = columns.PseudoInverse() * -(residual ())

                if step |> Seq.forall System.Double.IsFinite then
                    let room j d =
                        if d > 0.0 then (1.0 - x[j]) / d
                        elif d < 0.0 then -x[j] / d
                        else infinity

                    let rooms = Seq.map2 room free step |> Array.ofSeq
                    let t = Array.min rooms |> min 1.0

                    for (j, d), its in Seq.zip (Seq.zip free step) rooms do
                        if its <= t * (1.0 + 1e-12) && its <= 1.0 then
                            x[j] <- (if d > 0.0 then 1.0 else 0.0)
                            isFree[j] <- false
                        else
                            x[j] <- x[j] + t * d

                    if t < 1.0 then
                        settle (left - 1)

        let scale = b.L2Norm() + a.FrobeniusNorm()

        let rec improve left =
            settle (2 * m + 2)
            let slopes = a.TransposeThisAndMultiply(residual ())

            /// How fast the length falls when a weight leaves its bound.
            let gain j =
                if isFree[j] then 0.0
                elif x[j] <= 0.0 then -slopes[j]
                else slopes[j]

            if m > 0 && left > 0 then
                let best = Seq.maxBy gain (seq { 0 .. m - 1 })

                if gain best > 1e-15 * scale * a.Column(best).L2Norm() then
                    isFree[best] <- true
                    improve (left - 1)

        improve (3 * m)
        x
