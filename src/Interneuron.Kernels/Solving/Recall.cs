using System.Runtime.CompilerServices;

namespace Interneuron.Kernels;

/// <summary>
/// First guesses: the space of stimuli is cut into cells, and each remembers the last solution in it with the derivatives of r(s). Parameters change little between two
/// visits, so the Taylor step from there leaves one or two third-order steps to make.
/// </summary>
internal abstract class Recall
{
    private protected Recall(int lanes) => Visited = new int[lanes];

    /// <summary>The cell of each lane.</summary>
    private protected int[] Visited { get; }

    /// <summary>What the cells remember.</summary>
    internal Aligned Cells { get; private protected init; } = null!;

    /// <summary>How each coordinate is cut.</summary>
    internal Ruler Ruler { get; private protected init; }

    /// <summary>The width of the narrowest cell.</summary>
    internal double Width { get; private protected init; }

    /// <summary>The memory for a circuit, its cells scaled by the root mean square of the stimuli; null from N = 3, where cells would be too many.</summary>
    internal static Recall? For(int primaries, int lanes, ReadOnlySpan<double> stimuli) => primaries switch
    {
        1 => new RecallOne(lanes, Scale(stimuli)),
        2 => new RecallTwo(lanes, Scale(stimuli)),
        _ => null,
    };

    /// <summary>Puts samples into the first lanes, with their guesses.</summary>
    /// <param name="work">The workspace.</param>
    /// <param name="stimuli">The rows.</param>
    /// <param name="indices">Which of them, one for each lane.</param>
    internal abstract void Guess(Workspace work, ref double stimuli, ReadOnlySpan<int> indices);

    /// <summary>Stores the solutions of the first count lanes. A lane without a fixed point leaves a guess that is no worse than another.</summary>
    internal abstract void Remember(Workspace work, int count);

    /// <summary>Writes what is remembered.</summary>
    internal void Save(BinaryWriter writer) => writer.WriteAll<double>(Cells.Span);

    /// <summary>Remembers what was written of a memory for the same stimuli.</summary>
    internal void Load(BinaryReader reader) => reader.ReadAll(Cells.Span);

    /// <summary>A power of two not above the root mean square of the first thousand numbers.</summary>
    private static double Scale(ReadOnlySpan<double> stimuli)
    {
        double square = 0;
        int finite = 0;
        foreach (double s in stimuli[..Math.Min(stimuli.Length, 1024)])
        {
            if (double.IsFinite(s))
            {
                square += s * s;
                finite++;
            }
        }

        double scale = Math.Sqrt(square / Math.Max(finite, 1));
        return Math.ScaleB(1, double.IsNormal(scale) ? Math.ILogB(scale) : 0);
    }
}

/// <summary>
/// A line cut into cells on either side of zero: equal ones up to an offset from 0, then a fixed number in each octave. The cell is read from the highest bits of |s| + offset.
/// </summary>
internal readonly struct Ruler
{
    /// <param name="offset">A power of two.</param>
    /// <param name="octaves">The number of octaves from the offset up; the last cell takes all beyond.</param>
    /// <param name="bits">Each octave has 2^bits cells.</param>
    internal Ruler(double offset, int octaves, int bits)
    {
        Offset = offset;
        Shift = 52 - bits;
        Lowest = BitConverter.DoubleToInt64Bits(offset) >> Shift;
        Side = octaves << bits;
    }

    internal double Offset { get; }

    internal long Lowest { get; }

    internal int Shift { get; }

    /// <summary>The number of cells on either side.</summary>
    internal int Side { get; }

    internal int Count => 2 * Side;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int CellOf(double s)
    {
        long cell = (BitConverter.DoubleToInt64Bits(Math.Abs(s) + Offset) >> Shift) - Lowest;
        // By arithmetic on the sign bit: as a branch it would be mispredicted for every other sample.
        int sign = (int)(BitConverter.DoubleToUInt64Bits(s) >> 63) * Side;
        return (int)Math.Min(cell, Side - 1) + sign;
    }

    internal double MiddleOf(int cell)
    {
        long bits = ((Lowest + (cell % Side)) << Shift) | (1L << (Shift - 1));
        double s = BitConverter.Int64BitsToDouble(bits) - Offset;
        return cell < Side ? s : -s;
    }
}
