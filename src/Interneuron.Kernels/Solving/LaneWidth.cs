using System.Runtime.Intrinsics;

namespace Interneuron.Kernels;

/// <summary>How many samples a register holds.</summary>
public enum LaneWidth
{
    /// <summary>As many as the hardware does best: <see cref="LaneWidths.Resolve"/>.</summary>
    Widest = 0,

    /// <summary>One: scalar code.</summary>
    One = 1,

    /// <summary>Four: 256-bit registers.</summary>
    Four = 4,

    /// <summary>Eight: 512-bit registers, and 256-bit ones for what is left of a batch.</summary>
    Eight = 8,
}

/// <summary>The choice of <see cref="LaneWidth"/>.</summary>
public static class LaneWidths
{
    /// <summary>The width meant on this machine.</summary>
    /// <param name="width">A width; <see cref="LaneWidth.Widest"/> asks the hardware.</param>
    /// <returns>One, four or eight.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Not a width.</exception>
    public static LaneWidth Resolve(LaneWidth width) => width switch
    {
        LaneWidth.Widest when Vector512.IsHardwareAccelerated => LaneWidth.Eight,
        LaneWidth.Widest when Vector256.IsHardwareAccelerated => LaneWidth.Four,
        LaneWidth.Widest => LaneWidth.One,
        LaneWidth.One or LaneWidth.Four or LaneWidth.Eight => width,
        _ => throw new ArgumentOutOfRangeException(nameof(width), width, "Expected Widest, One, Four or Eight."),
    };
}
