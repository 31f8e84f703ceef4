namespace Interneuron.Statistics

open System

/// The moments of the columns of samples, computed in one pass over blocks of rows, so that the rows need not be kept in memory (Chan,
/// Golub and LeVeque 1983; the third and fourth by Pebay 2008).
[<Sealed>]
type ColumnMoments(columns: int) =
    let mutable n = 0.0
    let mean = Array.zeroCreate<float> columns
    let squares = Array.zeroCreate<float> columns
    let cubes = Array.zeroCreate<float> columns
    let fourths = Array.zeroCreate<float> columns

    /// Adds rows of values, row by row.
    member _.Add(rows: ReadOnlySpan<float>) =
        for first in 0..columns .. rows.Length - 1 do
            n <- n + 1.0

            for c in 0 .. columns - 1 do
                let delta = rows[first + c] - mean[c]
                let step = delta / n
                let term = delta * step * (n - 1.0)
                mean[c] <- mean[c] + step

                fourths[c] <-
                    fourths[c]
                    + term * step * step * (n * n - 3.0 * n + 3.0)
                    + 6.0 * step * step * squares[c]
                    - 4.0 * step * cubes[c]

                cubes[c] <- cubes[c] + term * step * (n - 2.0) - 3.0 * step * squares[c]
                squares[c] <- squares[c] + term

    /// The number of columns.
    member _.Columns = columns

    /// The number of rows added.
    member _.Count = n

    /// The mean of a column.
    member _.Mean(column: int) = mean[column]

    /// The standard deviation of a column, sqrt(mean of squares - square of mean).
    member _.Deviation(column: int) = sqrt (squares[column] / n)

    /// m4/m2^2 of a column, 3 for a Gaussian; NaN for a column that doesn't vary.
    member _.Kurtosis(column: int) =
        n * fourths[column] / (squares[column] * squares[column])
