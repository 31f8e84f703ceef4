namespace Interneuron.Derivation.Running

open System
open MathNet.Numerics.LinearAlgebra

/// What a point does not pass: its distance along a row stays between two numbers.
type internal Wall =
    {
        /// The row a of a . x.
        Row: float array
        /// a . x is at least this.
        Lower: float
        /// a . x is at most this; the same number where it has one value.
        Upper: float
    }

/// A function of n numbers whose gradient jumps at most where one of its places u_j is 0 (Kinks). A shift is added to each place, so that
/// the two sides of a place can be looked at from the place itself.
type internal Landscape =
    {
        /// The value at x, shifted, the gradient, and the largest sum of the magnitudes of a component's terms, by which its rounding is
        /// measured.
        Look: float array -> float array -> struct (float * Vector<float> * float)
        /// The Hessian at x, shifted.
        Hessian: float array -> float array -> Matrix<float>
        /// u at x, and du/dx, one row a place.
        Places: float array -> struct (float array * float array array)
        /// How many places there are.
        Count: int
        /// What bounds it.
        Walls: Wall array
        /// A point moved inside the walls, as far as rounding left it outside.
        Inside: float array -> float array
    }

/// Where the gradient is 0, or the subdifferential contains 0.
type internal Minimum =
    {
        /// x.
        Point: float array
        /// The distance of 0 to the subdifferential, relative to the terms of the gradient.
        Residual: float
        /// The places that the point is at, each with a shift that is beyond rounding, and the part that the gradient beyond it has in the
        /// subgradient nearest to 0: between 0 and 1 where it is held there.
        Held: (int * float * float) list
        /// du/dx of the places that it is held at.
        Face: float array list
    }

/// Points of a landscape, and the places near them.
[<RequireQualifiedAccess>]
module internal Landscape =
    let dot (x: float seq) (y: float seq) = Seq.map2 (*) x y |> Seq.sum

    /// The largest magnitude of a component: here, because the library's norm and factors of a few numbers start threads and throw.
    let largest (v: Vector<float>) : float =
        let mutable most = 0.0

        for a in 0 .. v.Count - 1 do
            most <- Math.Max(most, Math.Abs v[a])

        most

    /// How far rounding may leave a point from a place that it is meant to be at, relative to the terms of u. The coarse one is for
    /// gradients that rise so steeply at a place (|z|^p for p just above 1) that no number near it has a gradient near 0.
    let fine = 1e-13
    let coarse = 1e-8

    let rounding (resolution: float) (slope: float array) (x: float array) =
        let terms =
            Seq.map2 (fun (d: float) (v: float) -> Math.Abs(d * v)) slope x |> Seq.sum

        resolution * terms + 1e-300

    /// The point moved onto some places, by Newton's method: until it no longer moves, so that what is 0 there becomes so.
    let onto (l: Landscape) (places: int list) (x: float array) : float array =
        let rec move (x: float array) left =
            let struct (u, slopes) = l.Places x
            let rows = Matrix<float>.Build.DenseOfRowArrays [| for j in places -> slopes[j] |]
            let off = Vector<float>.Build.Dense [| for j in places -> u[j] |]
            let next = Array.map2 (-) x ((rows.PseudoInverse() * off).ToArray())

            if left = 0 || next = x || not (Array.forall Double.IsFinite next) then
                x
            else
                move next (left - 1)

        if places.IsEmpty then x else move x 30

    /// An orthonormal basis, in columns, of what is orthogonal to some rows.
    let across (n: int) (rows: float array list) : Matrix<float> =
        match rows with
        | [] -> Matrix<float>.Build.DenseIdentity n
        | _ ->
            let scaled =
                [| for row in rows do
                       let length = sqrt (dot row row)
                       Array.map (fun x -> x / length) row |]

            let svd = (Matrix<float>.Build.DenseOfRowArrays scaled).Svd()
            let rank = svd.S |> Seq.filter (fun s -> s > 1e-10) |> Seq.length
            Matrix<float>.Build.Dense(n, n - rank, fun a b -> svd.VT[rank + b, a])
