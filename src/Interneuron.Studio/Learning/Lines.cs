namespace Interneuron.Studio;

/// <summary>A line of a chart.</summary>
/// <param name="Name">Its name.</param>
/// <param name="X">Where its points are.</param>
/// <param name="Y">And how high.</param>
/// <param name="Colour">As #RRGGBB.</param>
/// <param name="IsDashed">Whether it is drawn in dashes.</param>
/// <param name="IsNamed">Whether the legend has it.</param>
public sealed record Line(string Name, IReadOnlyList<double> X, IReadOnlyList<double> Y, string Colour, bool IsDashed = false, bool IsNamed = true);

/// <summary>What a chart shows.</summary>
/// <param name="Title">What it is.</param>
/// <param name="X">What is to the right.</param>
/// <param name="Y">What is up.</param>
/// <param name="Lines">Its lines.</param>
public sealed record Plot(string Title, string X, string Y, IReadOnlyList<Line> Lines)
{
    /// <summary>From where to where; null for what the lines need.</summary>
    public (double From, double To)? XRange { get; init; }

    /// <summary>The same upwards.</summary>
    public (double From, double To)? YRange { get; init; }

    /// <summary>Whether equal lengths are equal numbers on both axes.</summary>
    public bool IsPlane { get; init; }

    /// <summary>Whether what is up is in powers of ten.</summary>
    public bool IsLogarithmic { get; init; }
}

/// <summary>The colours, those of the figures.</summary>
internal static class Colours
{
    public const string Stimulus = "#6b7280";
    public const string Circuit = "#1f5fa8";
    public const string Optimum = "#111111";
    public const string Second = "#b45309";

    private static readonly string[] Many =
        ["#1f5fa8", "#b45309", "#15803d", "#7e22ce", "#be123c", "#0e7490", "#a16207", "#4338ca", "#166534", "#9d174d", "#334155", "#c2410c"];

    public static int Most => Many.Length;

    public static string Of(int index) => Many[index % Many.Length];
}
