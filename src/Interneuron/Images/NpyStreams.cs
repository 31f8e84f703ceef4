using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;

namespace Interneuron;

/// <summary>Reads an array of a file some rows at a time, in the memory of the rows asked for.</summary>
/// <example><code>
/// using var reader = new NpyReader("recordings.npy");
/// double[] block = new double[1000 * reader.Columns];
/// while (reader.Read(block) is var rows and > 0) circuit.Respond(block.AsSpan(0, rows * reader.Columns), block);
/// </code></example>
public sealed class NpyReader : IDisposable
{
    private readonly Stimuli.NpyReader _value;

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file: .npy, .npz, HDF5, .mat, .parquet, .csv or .tsv; one of several arrays is named as in recordings.npz:pairs, columns of tables as in table.parquet:x,y.</param>
    /// <exception cref="ArgumentException"><paramref name="path"/> is null or empty.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is truncated, damaged or holds something else.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <example><code>using var reader = new NpyReader("recordings.npy");</code></example>
    public NpyReader(string path)
    {
        Npy.Existing(path);
        _value = Guard.Reading(() => new Stimuli.NpyReader(path));
    }

    /// <summary>The sides of the array, 1 to 3 of them.</summary>
    /// <example><code>string shape = string.Join(" x ", new NpyReader("recordings.npy").Shape);</code></example>
    public IReadOnlyList<int> Shape => [.. _value.Shape];

    /// <summary>The number of rows, the first side.</summary>
    /// <example><code>int rows = new NpyReader("recordings.npy").Rows;</code></example>
    public int Rows => _value.Rows;

    /// <summary>The number of values in a row, the product of the other sides.</summary>
    /// <example><code>int columns = new NpyReader("recordings.npy").Columns;</code></example>
    public int Columns => _value.Columns;

    /// <summary>Reads the next rows, row after row.</summary>
    /// <param name="destination">Takes them; at least one row long.</param>
    /// <returns>How many rows: all that fit and are left, 0 at the end.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> does not hold a row.</exception>
    /// <exception cref="IOException">The file cannot be read on.</exception>
    /// <example><code>
    /// using var reader = new NpyReader("recordings.npy");
    /// int rows = reader.Read(new double[reader.Columns]);
    /// </code></example>
    public int Read(Span<double> destination)
    {
        try
        {
            return _value.Read(destination);
        }
        catch (Statistics.Refusal refused)
        {
            throw new IOException(refused.Message, refused);
        }
    }

    /// <summary>Closes the file.</summary>
    /// <example><code>new NpyReader("recordings.npy").Dispose();</code></example>
    public void Dispose() => ((IDisposable)_value).Dispose();
}

/// <summary>
/// Writes an array to a file some rows at a time, in the format that its name ends with, with as many rows as there turn out to be. The file takes its name at <see cref="Complete"/>; disposed before that, it leaves
/// nothing.
/// </summary>
/// <example><code>
/// using var writer = new NpyWriter("responses.npy", columns: circuit.Primaries);
/// writer.Write(circuit.Respond(stimuli).R.Values);
/// writer.Complete();
/// </code></example>
public sealed class NpyWriter : IDisposable
{
    private readonly Stimuli.NpyWriter _value;

    /// <summary>Begins a file.</summary>
    /// <param name="path">The file, which is replaced if it exists.</param>
    /// <param name="columns">The values in a row, at least 1.</param>
    /// <param name="asSingle">Whether values are written as float32 instead of float64.</param>
    /// <exception cref="ArgumentException"><paramref name="path"/> is null or empty, or there are no columns.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <example><code>using var writer = new NpyWriter("responses.npy", columns: 2);</code></example>
    public NpyWriter(string path, int columns, bool asSingle = false)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        var element = asSingle ? Stimuli.NpyElement.Float32 : Stimuli.NpyElement.Float64;
        try
        {
            _value = new Stimuli.NpyWriter(path, ListModule.Singleton(columns), element);
        }
        catch (Statistics.Refusal refused)
        {
            throw new IOException(refused.Message, refused);
        }
    }

    /// <summary>Appends rows.</summary>
    /// <param name="values">Whole rows, one after the other.</param>
    /// <exception cref="ArgumentException"><paramref name="values"/> are not a whole number of rows.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <example><code>
    /// using var writer = new NpyWriter("responses.npy", columns: 1);
    /// writer.Write([0.1, 0.2]);
    /// </code></example>
    public void Write(ReadOnlySpan<double> values)
    {
        try
        {
            _value.Write(values);
        }
        catch (Statistics.Refusal refused)
        {
            throw new IOException(refused.Message, refused);
        }
    }

    /// <summary>Closes the file and gives it its name.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <example><code>
    /// using var writer = new NpyWriter("responses.npy", columns: 1);
    /// writer.Complete();
    /// </code></example>
    public void Complete() => Guard.Writing(_value.Complete);

    /// <summary>Gives the file up, unless it is complete.</summary>
    /// <example><code>new NpyWriter("responses.npy", columns: 1).Dispose();  // leaves nothing</code></example>
    public void Dispose() => ((IDisposable)_value).Dispose();
}

/// <summary>Samples of a file as a grid that lies in a file and not in memory, however many they are.</summary>
/// <example><code>
/// using var recordings = new MappedGrid("recordings.npy");
/// Circuit learned = Learner.Train(circuit, recordings.Grid).Circuit;
/// </code></example>
public sealed class MappedGrid : IDisposable
{
    private readonly Stimuli.NpyMap _value;

    /// <summary>Maps a file.</summary>
    /// <param name="path">The file: .npy, .npz, HDF5, .mat, .parquet, .csv or .tsv; one of several arrays is named as in recordings.npz:pairs, columns of tables as in table.parquet:x,y. It should not be written to as long.</param>
    /// <param name="standardisation">What the samples go through, in a temporary file; they are as they are if null.</param>
    /// <exception cref="ArgumentException"><paramref name="path"/> is null or empty.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is truncated, damaged or holds something other than an array n x N or n numbers.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <example><code>using var recordings = new MappedGrid("recordings.npz:pairs");</code></example>
    public MappedGrid(string path, Standardisation? standardisation = null)
    {
        Npy.Existing(path);
        var map = standardisation is null ? null : FSharpOption<Statistics.Standardisation>.Some(standardisation.Value);
        _value = Guard.Reading(() => new Stimuli.NpyMap(path, map));
        Grid = new Grid(_value.Grid);
    }

    /// <summary>The samples, n x N; not to be used after the map is disposed.</summary>
    /// <example><code>
    /// using var recordings = new MappedGrid("recordings.npy");
    /// int n = recordings.Grid.Rows;
    /// </code></example>
    public Grid Grid { get; }

    /// <summary>Closes the file, and with it the grid.</summary>
    /// <example><code>new MappedGrid("recordings.npy").Dispose();</code></example>
    public void Dispose() => ((IDisposable)_value).Dispose();
}
