namespace Interneuron.Studio;

/// <summary>How much a page may ask of the machine; the command line has no such limits.</summary>
internal static class Limits
{
    public const int Steps = 100_000_000;
    public const int Batch = 1_000;
    public const int Interneurons = 500;
    public const int Offset = 256;
    public const int Phases = 50;
    public const double Contrast = 1_000;
    public const double SlowestPace = 1e-3;
    public const double FastestPace = 1e3;

    /// <summary>Stimuli of a distribution.</summary>
    public const int Drawn = 100_000;

    /// <summary>The longest formula and the longest model, in letters.</summary>
    public const int Formula = 500;
    public const int Model = 6_000;

    /// <summary>The largest file, in bytes, and how many are kept.</summary>
    public const long Upload = 32 << 20;
    public const int Uploads = 40;

    /// <summary>How long and with how much memory formulas and models may be worked on.</summary>
    public static readonly TimeSpan Thought = TimeSpan.FromSeconds(10);
    public const long Memory = 1L << 30;
}
