using System.Diagnostics;
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
    private readonly double[] _values;

    private Grid(double[] values, int rows, int columns)
    {
        _values = values;
        Rows = rows;
        Columns = columns;
    }

    /// <summary>A grid with a copy of these values.</summary>
    /// <param name="rows">The number of rows, at least 0.</param>
    /// <param name="columns">The number of columns, at least 0.</param>
    /// <param name="values">All rows * columns values, row after row.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="rows"/> or <paramref name="columns"/> is negative.</exception>
    /// <exception cref="ArgumentException"><paramref name="values"/> has not rows * columns values.</exception>
    /// <example><code>var column = new Grid(3, 1, [0.1, -0.3, 0.5]);</code></example>
    public Grid(int rows, int columns, ReadOnlySpan<double> values)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        if (values.Length != (long)rows * columns)
            throw new ArgumentException($"A grid of {rows} x {columns} needs {(long)rows * columns} values, not {values.Length}.", nameof(values));
        _values = values.ToArray();
        Rows = rows;
        Columns = columns;
    }

    /// <summary>A grid of the same shape and values as a rectangular array.</summary>
    /// <param name="values">The array; it is copied.</param>
    /// <returns>The grid.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="values"/> is null.</exception>
    /// <example><code>Grid identity = new double[,] { { 1, 0 }, { 0, 1 } };</code></example>
    public static implicit operator Grid(double[,] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return Owning(values.Cast<double>().ToArray(), values.GetLength(0), values.GetLength(1));
    }

    /// <summary>The number of rows.</summary>
    /// <example><code>int n = stimuli.Rows;</code></example>
    public int Rows { get; }

    /// <summary>The number of columns.</summary>
    /// <example><code>int primaries = stimuli.Columns;</code></example>
    public int Columns { get; }

    /// <summary>All rows * columns values, row after row.</summary>
    /// <example><code>double[] copy = stimuli.Values.ToArray();</code></example>
    public ReadOnlySpan<double> Values => _values;

    /// <summary>The value at a row and a column.</summary>
    /// <param name="row">The row, from 0.</param>
    /// <param name="column">The column, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="row"/> or <paramref name="column"/> lies outside the grid.</exception>
    /// <example><code>double first = stimuli[0, 0];</code></example>
    public double this[int row, int column] => _values[Checked(row) * Columns + CheckedColumn(column)];

    /// <summary>One row.</summary>
    /// <param name="row">The row, from 0.</param>
    /// <returns>Its values, one a column.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="row"/> lies outside the grid.</exception>
    /// <example><code>ReadOnlySpan&lt;double&gt; s = stimuli.Row(7);</code></example>
    public ReadOnlySpan<double> Row(int row) => _values.AsSpan(Checked(row) * Columns, Columns);

    /// <summary>One column, for instance the coordinate of one primary neuron in all samples.</summary>
    /// <param name="column">The column, from 0.</param>
    /// <returns>A copy of its values, one a row.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="column"/> lies outside the grid.</exception>
    /// <example><code>double kurtosis = Measure.Kurtosis(stimuli.Column(0));</code></example>
    public double[] Column(int column)
    {
        CheckedColumn(column);
        var values = new double[Rows];
        for (int row = 0; row < Rows; row++)
            values[row] = _values[row * Columns + column];
        return values;
    }

    /// <summary>The grid with the mean of each column subtracted: stimuli as circuits learn from them.</summary>
    /// <returns>The centred grid, of the same shape.</returns>
    /// <exception cref="InvalidOperationException">The grid is empty.</exception>
    /// <example><code>Grid centred = stimuli.Centre();</code></example>
    public Grid Centre() => Scaled(Stimuli.StandardisationModule.centre);

    /// <summary>The grid with the mean of each column subtracted, and what is left divided by its standard deviation.</summary>
    /// <returns>The standardised grid, of the same shape.</returns>
    /// <exception cref="InvalidOperationException">The grid is empty, or a column doesn't vary.</exception>
    /// <example><code>Grid standard = stimuli.Standardise();</code></example>
    public Grid Standardise() => Scaled(Stimuli.StandardisationModule.standardise);

    /// <summary>The shape, for messages.</summary>
    /// <returns>For instance "262144 x 1".</returns>
    /// <example><code>Console.WriteLine(stimuli);  // 262144 x 1</code></example>
    public override string ToString() => $"{Rows} x {Columns}";

    /// <summary>The values themselves, for the floors below, which don't change what they are given.</summary>
    internal double[] Array => _values;

    /// <summary>A grid that owns the array it is given.</summary>
    internal static Grid Owning(double[] values, int rows, int columns) => new(values, rows, columns);

    internal static Grid OfRows(double[][] rows, int columns) => new(rows.SelectMany(row => row).ToArray(), rows.Length, columns);

    internal static Grid Of(Stimuli.Grid grid) => new(grid.ToArray(), grid.Rows, grid.Columns);

    internal double[][] ToRows() => Enumerable.Range(0, Rows).Select(row => Row(row).ToArray()).ToArray();

    internal double[][] ToColumns() => Enumerable.Range(0, Columns).Select(Column).ToArray();

    private Grid Scaled(Func<Stimuli.Grid, Stimuli.Grid> scale)
    {
        if (_values.Length == 0)
            throw new InvalidOperationException($"A grid of {this} has no values to be scaled.");
        try
        {
            return Of(scale(Stimuli.GridModule.ofArray(Rows, Columns, _values)));
        }
        catch (Stimuli.BadInputException alike)
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
