namespace Interneuron.Statistics

open System

/// An immutable matrix of numbers, row by row: an image, a subband, or samples with one row each.
[<Sealed>]
type Grid internal (rows: int, columns: int, values: ReadOnlyMemory<float>) =

    internal new(rows, columns, values: float[]) = Grid(rows, columns, ReadOnlyMemory values)

    /// The number of rows.
    member _.Rows = rows

    /// The number of columns.
    member _.Columns = columns

    /// All rows * columns values, row by row.
    member _.Values = values.Span

    /// The same values as `Values`, for use where a span is not allowed.
    member _.Memory = values

    /// The value at a row and a column, both counted from 0.
    member _.Item
        with get (row: int, column: int) =
            if uint row >= uint rows || uint column >= uint columns then
                raise (ArgumentOutOfRangeException(null, $"({row}, {column}) lies outside a grid of {rows} x {columns}."))

            values.Span[row * columns + column]

    /// A copy of the values, row by row.
    member _.ToArray() = values.ToArray()

/// Creating grids and taking parts of them.
[<RequireQualifiedAccess>]
module Grid =

    let private requireShape rows columns =
        if rows < 1 || columns < 1 then
            invalidArg (nameof rows) $"A grid has at least one row and one column, not {rows} x {columns}."

        if int64 rows * int64 columns > int64 Array.MaxLength then
            invalidArg (nameof rows) $"A grid holds at most {Array.MaxLength} values; {rows} x {columns} is more."

    /// The grid of rows x columns whose values are `f row column`.
    let init rows columns (f: int -> int -> float) =
        requireShape rows columns
        Grid(rows, columns, Array.init (rows * columns) (fun at -> f (at / columns) (at % columns)))

    /// The grid with these values, row by row. The values are copied. ArgumentException when there are not exactly rows * columns of them.
    let ofArray rows columns (values: float[]) =
        requireShape rows columns

        if values.LongLength <> int64 rows * int64 columns then
            invalidArg (nameof values) $"A grid of {rows} x {columns} needs {rows * columns} values, not {values.Length}."

        Grid(rows, columns, Array.copy values)

    /// The grid of the same shape with every value replaced by `f value`.
    let map (f: float -> float) (grid: Grid) =
        let values = grid.ToArray()
        Array.iteri (fun at value -> values[at] <- f value) values
        Grid(grid.Rows, grid.Columns, values)

    /// The part of rows x columns values whose top left corner is at (row, column). ArgumentException when it extends beyond the grid.
    let crop row column rows columns (grid: Grid) =
        requireShape rows columns

        if
            row < 0
            || column < 0
            || rows > grid.Rows - row
            || columns > grid.Columns - column
        then
            invalidArg
                (nameof rows)
                $"A part of {rows} x {columns} from ({row}, {column}) reaches beyond a grid of {grid.Rows} x {grid.Columns}."

        let values = Array.zeroCreate (rows * columns)

        for i in 0 .. rows - 1 do
            grid.Values.Slice((row + i) * grid.Columns + column, columns).CopyTo(Span(values, i * columns, columns))

        Grid(rows, columns, values)
