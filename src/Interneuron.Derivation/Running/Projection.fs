namespace Interneuron.Derivation.Running

open System
open MathNet.Numerics.LinearAlgebra
open Interneuron.Derivation.Models

/// Numbers held to the constraints of their parameter.
[<RequireQualifiedAccess>]
module internal Projection =
    let private lines (across: bool) (rows: int) (columns: int) : int list list =
        if across then
            [ for i in 0 .. rows - 1 -> [ for j in 0 .. columns - 1 -> i * columns + j ] ]
        else
            [ for j in 0 .. columns - 1 -> [ for i in 0 .. rows - 1 -> i * columns + j ] ]

    let private isOfRows held =
        match held with
        | UnitRows
        | RowSums _ -> true
        | _ -> false

    /// Constraints that are applied first come first: what bounds numbers before what scales them.
    let private order held =
        match held with
        | Symmetric -> 0
        | PositiveDefinite -> 1
        | ZeroDiagonal -> 2
        | NonNegative
        | NonPositive
        | Between _ -> 3
        | RowSums _
        | ColumnSums _ -> 4
        | Orthonormal -> 5
        | UnitColumns
        | UnitRows -> 6

    let private once (rows: int) (columns: int) (held: Constraint) (x: float array) : unit =
        let each f =
            for m in 0 .. x.Length - 1 do
                x[m] <- f x[m]

        let matrix () =
            Matrix<float>.Build.Dense(rows, columns, fun i j -> x[i * columns + j])

        let put (m: Matrix<float>) =
            for i in 0 .. rows - 1 do
                for j in 0 .. columns - 1 do
                    x[i * columns + j] <- m[i, j]

        match held with
        | NonNegative -> each (fun v -> max v 0.0)
        | NonPositive -> each (fun v -> min v 0.0)
        | Between(lower, upper) -> each (fun v -> min (max v lower) upper)
        | UnitColumns
        | UnitRows ->
            for line in lines (isOfRows held) rows columns do
                let length = sqrt (line |> List.sumBy (fun m -> x[m] * x[m]))

                for m in line do
                    x[m] <- x[m] / length
        | ColumnSums total
        | RowSums total ->
            for line in lines (isOfRows held) rows columns do
                let excess = ((line |> List.sumBy (fun m -> x[m])) - total) / float line.Length

                for m in line do
                    x[m] <- x[m] - excess
        | Symmetric ->
            let m = matrix ()
            put ((m + m.Transpose()) / 2.0)
        | ZeroDiagonal ->
            for i in 0 .. rows - 1 do
                x[i * columns + i] <- 0.0
        | PositiveDefinite ->
            let m = matrix ()
            let symmetric = (m + m.Transpose()) / 2.0
            let evd = symmetric.Evd Symmetricity.Symmetric

            let values =
                evd.EigenValues |> Seq.map (fun v -> Math.Max(v.Real, 0.0)) |> Array.ofSeq

            // Nothing is changed by rounding where nothing has to change.
            if Array.min values > 0.0 then
                put symmetric
            else
                put (
                    evd.EigenVectors
                    * Matrix<float>.Build.DenseOfDiagonalArray values
                    * evd.EigenVectors.Transpose()
                )
        | Orthonormal ->
            // The nearest matrix of orthonormal columns: the orthogonal factor of the polar decomposition.
            let svd = (matrix ()).Svd()
            let k = min rows columns
            put (svd.U.SubMatrix(0, rows, 0, k) * svd.VT.SubMatrix(0, k, 0, columns))

    // Where two constraints hold a parameter, one may undo the other: they are applied in turn so often.
    let private turns = 60

    /// Numbers of a parameter of so many rows and columns, row by row, moved onto its constraints.
    let onto (rows: int) (columns: int) (constraints: Constraint list) (x: float array) : float array =
        let x = Array.copy x
        let ordered = List.sortBy order constraints

        let apply () =
            for held in ordered do
                once rows columns held x

        apply ()

        if ordered.Length > 1 then
            let rec again left (before: float array) =
                apply ()

                if left > 0 && before <> x then
                    again (left - 1) (Array.copy x)

            again turns (Array.copy x)

        x
