using System.Runtime.CompilerServices;

namespace Interneuron.Kernels;

/// <summary>
/// First guesses: the space of stimuli is cut into cells, and each remembers the last solution in it with the derivatives of r(s). Parameters change little between two
/// visits, so the Taylor step from there leaves one or two third-order steps to make. The lanes that a batch does not fill refresh the cells in turn.
/// </summary>
internal abstract class Recall
{
    private protected Recall(int lanes) => Visited = new int[lanes];

    /// <summary>The cell of each lane.</summary>
    private protected int[] Visited { get; }

    /// <summary>The width of the narrowest cell.</summary>
    internal double Width { get; private protected init; }

    /// <summary>The memory for a circuit, its cells scaled by the root mean square of the stimuli; null from N = 3, where cells would be too many.</summary>
    internal static Recall? For(int primaries, int lanes, ReadOnlySpan<double> stimuli) => primaries switch
    {
        1 => new RecallOne(lanes, Scale(stimuli)),
        2 => new RecallTwo(lanes, Scale(stimuli)),
        _ => null,
    };

    /// <summary>Puts samples into the first lanes, with their guesses, and stimuli of the cells whose turn it is into the idle lanes after them.</summary>
    /// <param name="work">The workspace.</param>
    /// <param name="stimuli">The rows.</param>
    /// <param name="indices">Which of them, one for each lane.</param>
    /// <param name="occupied">The number of lanes to fill.</param>
    internal abstract void Guess(Workspace work, ref double stimuli, ReadOnlySpan<int> indices, int occupied);

    /// <summary>Stores the solutions of the first count lanes. A lane without a fixed point leaves a guess that is no worse than another.</summary>
    internal abstract void Remember(Workspace work, int count);

    /// <summary>Writes what is remembered.</summary>
    internal abstract void Save(BinaryWriter writer);

    /// <summary>Remembers what was written of a memory for the same stimuli.</summary>
    internal abstract void Load(BinaryReader reader);

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
    private readonly double _offset;
    private readonly long _lowest;
    private readonly int _shift;
    private readonly int _side;

    /// <param name="offset">A power of two.</param>
    /// <param name="octaves">The number of octaves from the offset up; the last cell takes all beyond.</param>
    /// <param name="bits">Each octave has 2^bits cells.</param>
    internal Ruler(double offset, int octaves, int bits)
    {
        _offset = offset;
        _shift = 52 - bits;
        _lowest = BitConverter.DoubleToInt64Bits(offset) >> _shift;
        _side = octaves << bits;
    }

    internal int Count => 2 * _side;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int CellOf(double s)
    {
        long cell = (BitConverter.DoubleToInt64Bits(Math.Abs(s) + _offset) >> _shift) - _lowest;
        // By arithmetic on the sign bit: as a branch it would be mispredicted for every other sample.
        int sign = (int)(BitConverter.DoubleToUInt64Bits(s) >> 63) * _side;
        return (int)Math.Min(cell, _side - 1) + sign;
    }

    internal double MiddleOf(int cell)
    {
        long bits = ((_lowest + (cell % _side)) << _shift) | (1L << (_shift - 1));
        double s = BitConverter.Int64BitsToDouble(bits) - _offset;
        return cell < _side ? s : -s;
    }
}
