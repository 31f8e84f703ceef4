namespace Interneuron.Derivation.Checks

open MathNet.Numerics.LinearAlgebra
open Interneuron.Derivation.Formulas
open Interneuron.Derivation.Models

/// A quantity that may change, one index at a time: its name, the place of its first number among all, the population of each index.
type internal Quantity =
    { Name: string
      First: int
      Over: Population list
      Learned: Learned option
      Domain: Domain }

/// An elementary change: number `into` of an index grows by number `from`; a quantity without indices grows by itself.
type internal Change =
    { Of: Quantity
      Place: int
      From: int
      Into: int }

/// What linear changes have to do with numbers.
[<RequireQualifiedAccess>]
module internal Changes =
    // What is left of a change that is none, relative to the largest of its kind.
    let private negligible = 1e-9

    /// The flat positions of a quantity's numbers: for one index at `from` and at `into`, the others alike.
    let pairs (size: Population -> int) (q: Quantity) (place: int) (from: int) (into: int) : (int * int) list =
        let strides =
            List.scanBack (fun over stride -> stride * size over) q.Over 1 |> List.tail

        let others =
            (List.indexed q.Over, [ 0 ])
            ||> List.foldBack (fun (at, over) sums ->
                if at = place then
                    sums
                else
                    [ for i in 0 .. size over - 1 do
                          for sum in sums -> sum + i * strides[at] ])

        let stride = if q.Over.IsEmpty then 0 else strides[place]
        [ for sum in others -> q.First + sum + from * stride, q.First + sum + into * stride ]

    /// What a constraint asks of a change dp of a parameter at p: numbers that are 0.
    let asked (rows: int) (columns: int) (p: float array) (dp: float array) (held: Constraint) : float list =
        let at (x: float array) i j = x[i * columns + j]

        let column j f =
            List.sumBy f [ for i in 0 .. rows - 1 -> i, j ]

        let row i f =
            List.sumBy f [ for j in 0 .. columns - 1 -> i, j ]

        let along (i, j) = at p i j * at dp i j
        let own (i, j) = at dp i j

        match held with
        | UnitColumns -> [ for j in 0 .. columns - 1 -> column j along ]
        | UnitRows -> [ for i in 0 .. rows - 1 -> row i along ]
        | ColumnSums _ -> [ for j in 0 .. columns - 1 -> column j own ]
        | RowSums _ -> [ for i in 0 .. rows - 1 -> row i own ]
        | Symmetric
        | PositiveDefinite ->
            [ for i in 0 .. rows - 1 do
                  for j in 0 .. i - 1 -> at dp i j - at dp j i ]
        | ZeroDiagonal -> [ for i in 0 .. rows - 1 -> at dp i i ]
        | Orthonormal ->
            [ for i in 0 .. columns - 1 do
                  for j in 0..i -> List.sum [ for a in 0 .. rows - 1 -> at p a i * at dp a j + at dp a i * at p a j ] ]
        | NonNegative
        | NonPositive
        | Between _ -> []

    /// The null space of some rows: one vector a column.
    let nullSpace (rows: Matrix<float>) : Matrix<float> =
        let svd = rows.Svd true
        // The largest number of a row is 1.
        let rank =
            svd.S
            |> Seq.filter (fun s -> s > negligible * sqrt (float rows.RowCount))
            |> Seq.length

        svd.VT.SubMatrix(rank, rows.ColumnCount - rank, 0, rows.ColumnCount).Transpose()

    let rank (m: Matrix<float>) : int =
        if m.ColumnCount = 0 || m.RowCount = 0 then
            0
        else
            let s = m.Svd(false).S
            s |> Seq.filter (fun v -> v > 1e-7 * max (Seq.max s) 1e-3) |> Seq.length

    /// Basis vectors with as many zeros as can be, each in units of its smallest number.
    let reduced (found: Matrix<float>) : float array list =
        let m = found.Transpose()
        let mutable row = 0

        for column in 0 .. m.ColumnCount - 1 do
            if row < m.RowCount then
                let pivot = Seq.maxBy (fun r -> abs m[r, column]) (seq { row .. m.RowCount - 1 })

                if abs m[pivot, column] > 1e-7 then
                    let other = m.Row pivot
                    m.SetRow(pivot, m.Row row)
                    m.SetRow(row, other / other[column])

                    for r in 0 .. m.RowCount - 1 do
                        if r <> row then
                            m.SetRow(r, m.Row r - m[r, column] * m.Row row)

                    row <- row + 1

        [ for r in 0 .. row - 1 ->
              let numbers =
                  m.Row(r).ToArray() |> Array.map (fun v -> if abs v < 1e-7 then 0.0 else v)

              let unit = numbers |> Array.filter ((<>) 0.0) |> Array.map abs |> Array.min
              numbers |> Array.map (fun v -> round (1e6 * v / unit) / 1e6) ]
