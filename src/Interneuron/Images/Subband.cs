namespace Interneuron;

/// <summary>One part of a steerable pyramid. Scales and orientations are counted from 0; scale 0 is the finest.</summary>
/// <example><code>Grid coefficients = pyramid.Band(Subband.Oriented(scale: 0, orientation: 0));</code></example>
public readonly record struct Subband
{
    // The high-pass part is scale -1, the low-pass part scale -2; the default value is the finest scale in its first orientation.
    private Subband(int scale, int orientation)
    {
        Scale = scale;
        Orientation = orientation;
    }

    private int Scale { get; }

    private int Orientation { get; }

    /// <summary>What lies above the finest scale.</summary>
    /// <example><code>Grid finest = pyramid.Band(Subband.HighPass);</code></example>
    public static Subband HighPass => new(-1, 0);

    /// <summary>What lies below the coarsest scale, with the mean.</summary>
    /// <example><code>Grid coarsest = pyramid.Band(Subband.LowPass);</code></example>
    public static Subband LowPass => new(-2, 0);

    /// <summary>The frequencies of one scale in one orientation.</summary>
    /// <param name="scale">The scale, from 0.</param>
    /// <param name="orientation">The orientation, from 0.</param>
    /// <returns>The subband.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is negative.</exception>
    /// <example><code>var horizontal = Subband.Oriented(scale: 1, orientation: 0);</code></example>
    public static Subband Oriented(int scale, int orientation)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(scale);
        ArgumentOutOfRangeException.ThrowIfNegative(orientation);
        return new(scale, orientation);
    }

    /// <summary>The name.</summary>
    /// <returns>For instance "scale 0, orientation 2".</returns>
    /// <example><code>foreach (Subband band in pyramid.Subbands) Console.WriteLine(band);</code></example>
    public override string ToString() => Scale switch
    {
        -1 => "high-pass",
        -2 => "low-pass",
        _ => $"scale {Scale}, orientation {Orientation}",
    };

    internal Stimuli.Subband Value => Scale switch
    {
        -1 => Stimuli.Subband.HighPass,
        -2 => Stimuli.Subband.LowPass,
        _ => Stimuli.Subband.NewOriented(Scale, Orientation),
    };

    internal static Subband Of(Stimuli.Subband subband) => subband switch
    {
        Stimuli.Subband.Oriented oriented => new(oriented.scale, oriented.orientation),
        { IsHighPass: true } => HighPass,
        _ => LowPass,
    };
}
