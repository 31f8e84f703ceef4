using Microsoft.FSharp.Collections;

namespace Interneuron;

/// <summary>Samples in NumPy's .npy and .npz files, and in HDF5, MATLAB, Parquet and delimited ones, in the format that a name ends with.</summary>
/// <example><code>
/// Npy.Write("stimuli.npy", stimuli);
/// Grid back = Npy.Read("stimuli.npy");
/// </code></example>
public static class Npy
{
    /// <summary>Reads an array of floats of 16, 32 or 64 bits, integers or booleans.</summary>
    /// <param name="path">The file: .npy, .npz, HDF5, .mat, .parquet, .csv or .tsv; one of several arrays is named as in recordings.npz:pairs, columns of tables as in table.parquet:x,y.</param>
    /// <returns>An array n x N as it is; n numbers as n x 1.</returns>
    /// <exception cref="ArgumentException"><paramref name="path"/> is null or empty.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is truncated, damaged or holds something else.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <example><code>Grid own = Npy.Read("recordings.npy");</code></example>
    public static Grid Read(string path)
    {
        Existing(path);
        return new Grid(Guard.Reading(() => Stimuli.Npy.readGrid(path)));
    }

    /// <summary>Writes a grid as an array rows x columns of float64, whole or not at all.</summary>
    /// <param name="path">The file, which is replaced if it exists.</param>
    /// <param name="grid">The values, at least one.</param>
    /// <exception cref="ArgumentException">An argument is null, or the path or the grid is empty.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <example><code>Npy.Write("responses.npy", circuit.Respond(stimuli).R);</code></example>
    public static void Write(string path, Grid grid)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        Guard.NotEmpty(grid, nameof(grid));
        Guard.Writing(() => Stimuli.Npy.writeGrid(path, grid.Value));
    }

    /// <summary>Writes an array of 1 to 3 dimensions as float64, whole or not at all.</summary>
    /// <param name="path">The file, which is replaced if it exists.</param>
    /// <param name="shape">The sides, 1 to 3, each at least 1.</param>
    /// <param name="values">As many values as the sides' product, in C order: the last index first.</param>
    /// <exception cref="ArgumentException">An argument is null, or the path is empty, or the values don't fit the shape.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <example><code>Npy.Write("gains.npy", [circuit.Gains.Count], [.. circuit.Gains]);</code></example>
    public static void Write(string path, IReadOnlyList<int> shape, double[] values)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(values);
        Guard.Writing(() => Stimuli.Npy.write(path, ListModule.OfSeq(shape), values));
    }

    /// <summary>Whether there is a file of a name, which may name one of several arrays of a .npz.</summary>
    internal static void Existing(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        int colon = path.LastIndexOf(':');
        Guard.Existing(!File.Exists(path) && colon > 0 && File.Exists(path[..colon]) ? path[..colon] : path);
    }
}
