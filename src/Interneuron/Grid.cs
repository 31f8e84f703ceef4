using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json.Serialization;

namespace Interneuron;

/// <summary>
/// An immutable matrix of numbers, row by row: samples (n x N, one row a stimulus or response), an image or a
/// subband (height x width), activation parameters (K x P), or synaptic weights (N x K).
/// </summary>
/// <example><code>Grid samples = new[,] { { 0.1, 0.2 }, { -0.3, 0.4 }, { 0.5, 0.6 } };  // three stimuli of two coordinates</code></example>
[DebuggerDisplay("{Rows} x {Columns}")]
[JsonConverter(typeof(GridConverter))]
public sealed class Grid
{
    internal Grid(Statistics.Grid value) => Value = value;

    /// <summary>A grid with a copy of these values.</summary>
    /// <param name="rows">The number of rows, at least 0.</param>
    /// <param name="columns">The number of columns, at least 0.</param>
    /// <param name="values">All rows * columns values, row after row.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="rows"/> or <paramref name="columns"/> is negative.</exception>
    /// <exception cref="ArgumentException"><paramref name="values"/> does not have rows * columns values.</exception>
    /// <example><code>var column = new Grid(3, 1, [0.1, -0.3, 0.5]);</code></example>
    public Grid(int rows, int columns, ReadOnlySpan<double> values)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        if (values.Length != (long)rows * columns)
        {
            throw new ArgumentException($"A grid of {rows} x {columns} needs {(long)rows * columns} values, not {values.Length}.", nameof(values));
        }

        Value = new Statistics.Grid(rows, columns, values.ToArray());
    }

    /// <summary>A grid of the same shape and values as a rectangular array.</summary>
    /// <param name="values">The array; it is copied.</param>
    /// <returns>The grid.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="values"/> is null.</exception>
    /// <example><code>Grid identity = new double[,] { { 1, 0 }, { 0, 1 } };</code></example>
    public static implicit operator Grid(double[,] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        var rowAfterRow = new double[values.Length];
        Buffer.BlockCopy(values, 0, rowAfterRow, 0, Buffer.ByteLength(values));
        return Owning(rowAfterRow, values.GetLength(0), values.GetLength(1));
    }

    /// <summary>A grid of columns.</summary>
    /// <param name="columns">The columns, at least one, all of the same length; they are copied.</param>
    /// <returns>The grid: one row an index, one column an array.</returns>
    /// <exception cref="ArgumentException"><paramref name="columns"/> is null or empty, or a column is null or of another length.</exception>
    /// <example><code>Grid pairs = Grid.OfColumns(stimuli.Column(0), responses.R.Column(0));</code></example>
    public static Grid OfColumns(params double[][] columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        if (columns.Contains(null))
        {
            throw new ArgumentException("One of the columns is null.", nameof(columns));
        }

        return Owning(Statistics.Samples.ofColumns(columns), columns[0].Length, columns.Length);
    }

    /// <summary>The number of rows.</summary>
    /// <example><code>int n = stimuli.Rows;</code></example>
    public int Rows => Value.Rows;

    /// <summary>The number of columns.</summary>
    /// <example><code>int primaries = stimuli.Columns;</code></example>
    public int Columns => Value.Columns;

    /// <summary>All rows * columns values, row after row.</summary>
    /// <example><code>double[] copy = stimuli.Values.ToArray();</code></example>
    public ReadOnlySpan<double> Values => Value.Values;

    /// <summary>The value at a row and a column.</summary>
    /// <param name="row">The row, from 0.</param>
    /// <param name="column">The column, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="row"/> or <paramref name="column"/> lies outside the grid.</exception>
    /// <example><code>double first = stimuli[0, 0];</code></example>
    public double this[int row, int column] => Values[(Checked(row) * Columns) + CheckedColumn(column)];

    /// <summary>One row.</summary>
    /// <param name="row">The row, from 0.</param>
    /// <returns>Its values, one a column.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="row"/> lies outside the grid.</exception>
    /// <example><code>ReadOnlySpan&lt;double&gt; s = stimuli.Row(7);</code></example>
    public ReadOnlySpan<double> Row(int row) => Values.Slice(Checked(row) * Columns, Columns);

    /// <summary>One column, for instance the coordinate of one primary neuron in all samples.</summary>
    /// <param name="column">The column, from 0.</param>
    /// <returns>A copy of its values, one a row.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="column"/> lies outside the grid.</exception>
    /// <example><code>double kurtosis = Measure.Kurtosis(stimuli.Column(0));</code></example>
    public double[] Column(int column)
    {
        CheckedColumn(column);
        ReadOnlySpan<double> values = Values;
        var taken = new double[Rows];
        for (int row = 0; row < Rows; row++)
        {
            taken[row] = values[(row * Columns) + column];
        }

        return taken;
    }

    /// <summary>The grid of the same shape with a function of each value.</summary>
    /// <param name="function">The function.</param>
    /// <returns>The grid.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="function"/> is null.</exception>
    /// <example><code>Grid magnitudes = stimuli.Map(Math.Abs);</code></example>
    public Grid Map(Func<double, double> function)
    {
        ArgumentNullException.ThrowIfNull(function);
        return Owning(System.Array.ConvertAll(Values.ToArray(), x => function(x)), Rows, Columns);
    }

    /// <summary>A part of the grid.</summary>
    /// <param name="row">Its first row, from 0.</param>
    /// <param name="column">Its first column, from 0.</param>
    /// <param name="rows">How many rows, at least 1.</param>
    /// <param name="columns">How many columns, at least 1.</param>
    /// <returns>The part.</returns>
    /// <exception cref="ArgumentException">The part is empty or reaches beyond the grid.</exception>
    /// <example><code>Grid firstHundred = stimuli.Crop(0, 0, 100, stimuli.Columns);</code></example>
    public Grid Crop(int row, int column, int rows, int columns) => new(Statistics.GridModule.crop(row, column, rows, columns, Value));

    /// <summary>At most so many rows, evenly from all: for what takes long.</summary>
    /// <param name="most">How many at most, at least 1.</param>
    /// <returns>The rows; all of them where they are no more.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="most"/> is less than 1.</exception>
    /// <exception cref="InvalidOperationException">The grid is empty or has values that are not finite.</exception>
    /// <example><code>Grid some = stimuli.Evenly(5000);</code></example>
    public Grid Evenly(int most)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        try
        {
            double[] taken = Statistics.Samples.evenly(Columns, most, Array);
            return Owning(taken, taken.Length / Columns, Columns);
        }
        catch (ArgumentException refused)
        {
            throw new InvalidOperationException(Guard.WithoutName(refused), refused);
        }
    }

    /// <summary>The grid with the mean of each column subtracted: stimuli as circuits learn from them.</summary>
    /// <returns>The centred grid, of the same shape.</returns>
    /// <exception cref="InvalidOperationException">The grid is empty.</exception>
    /// <example><code>Grid centred = stimuli.Centre();</code></example>
    public Grid Centre() => Scaled(Statistics.StandardisationModule.centre);

    /// <summary>The grid with the mean of each column subtracted, and what is left divided by its standard deviation.</summary>
    /// <returns>The standardised grid, of the same shape.</returns>
    /// <exception cref="InvalidOperationException">The grid is empty, or a column doesn't vary.</exception>
    /// <example><code>Grid standard = stimuli.Standardise();</code></example>
    public Grid Standardise() => Scaled(Statistics.StandardisationModule.standardise);

    /// <summary>The shape, for messages.</summary>
    /// <returns>For instance "262144 x 1".</returns>
    /// <example><code>Console.WriteLine(stimuli);  // 262144 x 1</code></example>
    public override string ToString() => $"{Rows} x {Columns}";

    /// <summary>What the floors below work with; it shares its values.</summary>
    internal Statistics.Grid Value { get; }

    /// <summary>The values themselves, for the floors below, which don't change what they are given; a copy of those that lie in a file.</summary>
    internal double[] Array =>
        MemoryMarshal.TryGetArray(Value.Memory, out ArraySegment<double> segment) && segment.Array is { } all && segment.Count == all.Length
            ? all
            : Value.ToArray();

    /// <summary>A grid that owns the array it is given.</summary>
    internal static Grid Owning(double[] values, int rows, int columns) => new(new Statistics.Grid(rows, columns, values));

    internal static Grid OfRows(double[][] rows, int columns) => Owning([.. rows.SelectMany(row => row)], rows.Length, columns);

    internal double[][] ToRows() => [.. Enumerable.Range(0, Rows).Select(row => Row(row).ToArray())];

    internal double[][] ToColumns() => [.. Enumerable.Range(0, Columns).Select(Column)];

    internal double[,] ToRectangle()
    {
        var values = new double[Rows, Columns];
        Buffer.BlockCopy(Array, 0, values, 0, Buffer.ByteLength(values));
        return values;
    }

    private Grid Scaled(Func<Statistics.Grid, Statistics.Grid> scale)
    {
        if (Values.IsEmpty)
        {
            throw new InvalidOperationException($"A grid of {this} has no values to be scaled.");
        }

        try
        {
            return new(scale(Value));
        }
        catch (Statistics.Refusal alike)
        {
            throw new InvalidOperationException(alike.Message, alike);
        }
    }

    private int Checked(int row)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, Rows);
        return row;
    }

    private int CheckedColumn(int column)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(column);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(column, Columns);
        return column;
    }
}
