using System.Globalization;

namespace Interneuron.Studio;

/// <summary>What stimuli are made of.</summary>
public enum SourceKind
{
    /// <summary>A synthetic scene.</summary>
    Scene,

    /// <summary>An uploaded photograph.</summary>
    Image,

    /// <summary>An uploaded array.</summary>
    Array,

    /// <summary>A distribution, by its name or by the formula of its density.</summary>
    Distribution,
}

/// <summary>Where stimuli come from.</summary>
/// <param name="Kind">Of what kind.</param>
/// <param name="Value">Which: a scene's seed, an upload's name, a distribution's.</param>
public sealed record StimulusSource(SourceKind Kind, string Value)
{
    public static StimulusSource Scene(int seed) => new(SourceKind.Scene, seed.ToString(CultureInfo.InvariantCulture));

    /// <summary>As links have it.</summary>
    public override string ToString() => $"{Kind.ToString().ToLowerInvariant()}:{Value}";

    /// <exception cref="FormatException">The text is no source.</exception>
    public static StimulusSource Parse(string text)
    {
        string[] parts = text.Split(':', 2);
        return parts.Length == 2 && Enum.TryParse(parts[0], true, out SourceKind kind) && Enum.IsDefined(kind)
            ? new StimulusSource(kind, parts[1])
            : throw new FormatException();
    }
}
