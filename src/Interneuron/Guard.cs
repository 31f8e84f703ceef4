namespace Interneuron;

/// <summary>Argument checks, and translation of lower layers' exceptions.</summary>
internal static class Guard
{
    /// <summary>Runs a call into the floors below; where one refuses an argument, the caller is told its own name of it.</summary>
    /// <param name="call">The call.</param>
    /// <param name="names">The name below and the caller's, for each argument whose name differs.</param>
    public static T Naming<T>(Func<T> call, params ReadOnlySpan<(string Below, string Here)> names)
    {
        try
        {
            return call();
        }
        catch (ArgumentException refused)
        {
            foreach (var (below, here) in names)
            {
                if (refused.ParamName == below)
                {
                    throw new ArgumentException(WithoutName(refused), here, refused);
                }
            }
            throw;
        }
    }

    /// <summary>Runs a call that reads a file; what cannot be used is told in the exceptions of System.IO.</summary>
    public static T Reading<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Statistics.Refusal refused)
        {
            throw OfFile(refused);
        }
    }

    /// <summary>A refusal of a file as an exception of System.IO: where the file system is in the way, or what the file holds.</summary>
    public static Exception OfFile(Statistics.Refusal refused) =>
        refused.InnerException is IOException or UnauthorizedAccessException
            ? new IOException(refused.Message, refused)
            : new InvalidDataException(refused.Message, refused);

    /// <summary>Runs a call that writes a file; whatever is in its way is told as an IOException.</summary>
    public static void Writing(Action write)
    {
        try
        {
            write();
        }
        catch (Statistics.Refusal refused)
        {
            throw new IOException(refused.Message, refused);
        }
    }

    /// <summary>A file name that is there to be read.</summary>
    public static void Existing(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"{path}: no such file.", path);
        }
    }

    /// <summary>Samples with so many columns.</summary>
    public static void Columns(Grid samples, int columns, string name)
    {
        ArgumentNullException.ThrowIfNull(samples, name);
        if (samples.Columns != columns)
        {
            throw new ArgumentException($"{samples.Columns} columns instead of {columns}.", name);
        }
    }

    /// <summary>A grid with at least one value.</summary>
    public static void NotEmpty(Grid grid, string name)
    {
        ArgumentNullException.ThrowIfNull(grid, name);
        if (grid.Values.IsEmpty)
        {
            throw new ArgumentException($"A grid of {grid} holds nothing.", name);
        }
    }

    /// <summary>Pairs: samples with two columns and at least one row.</summary>
    public static void Pairs(Grid samples, string name)
    {
        Columns(samples, 2, name);
        if (samples.Rows == 0)
        {
            throw new ArgumentException("There are no pairs.", name);
        }
    }

    /// <summary>What is told of an argument of a caller further up.</summary>
    public static ArgumentException Wrong(string name, string message, Exception? inner = null) => new(message, name, inner);

    /// <summary>The message of a refusal without the argument's name, which the exception adds to it.</summary>
    public static string WithoutName(ArgumentException refused) =>
        refused.Message.Replace($" (Parameter '{refused.ParamName}')", "", StringComparison.Ordinal);
}
