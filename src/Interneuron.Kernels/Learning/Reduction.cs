using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Interneuron.Kernels;

/// <summary>Sums of the learning terms over the samples of a batch.</summary>
internal static class Reduction
{
    /// <summary>Leaves in the workspace's Sums the Rows x K sums over the first count lanes, blocks in order.</summary>
    internal static void Sum(Workspace work, int count, int width)
    {
        switch (width)
        {
            case 8:
                SumEights(work, count);
                break;
            case 4:
                SumBlocks<Lanes4>(work, count);
                break;
            default:
                SumBlocks<Lanes1>(work, count);
                break;
        }
    }

    /// <summary>Blocks of eight, and where at most four samples are left one of four.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SumEights(Workspace work, int count)
    {
        int rows = work.K * work.Rows;
        ref double terms = ref work.Terms.First;
        ref double sums = ref MemoryMarshal.GetArrayDataReference(work.Sums);
        int place = 0;
        int whole = count / 8 * 8;
        int left = count - whole;
        Lanes8 rest8 = Lanes8.First(left);
        Lanes4 rest4 = Lanes4.First(left);
        for (int row = 0; row < rows; row++)
        {
            Lanes8 sum = Lanes8.Broadcast(0);
            for (int at = 0; at < whole; at += 8)
            {
                sum += Lanes8.Load(in Unsafe.Add(ref terms, (at * rows) + (row * 8)));
            }

            if (left > 4)
            {
                sum += Lanes8.And(rest8, Lanes8.Load(in Unsafe.Add(ref terms, (whole * rows) + (row * 8))));
            }

            Lanes4 four = Lanes8.Fold(sum);
            if (left is > 0 and <= 4)
            {
                four += Lanes4.And(rest4, Lanes4.Load(in Unsafe.Add(ref terms, (whole * rows) + (row * 4))));
            }

            Unsafe.Add(ref sums, place) = Lanes4.Sum(four);
            place += work.K;
            if (place >= rows)
            {
                place += 1 - rows;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SumBlocks<TLanes>(Workspace work, int count)
        where TLanes : struct, ILanes<TLanes>
    {
        int rows = work.K * work.Rows;
        ref double terms = ref work.Terms.First;
        ref double sums = ref MemoryMarshal.GetArrayDataReference(work.Sums);
        int place = 0;
        int whole = count / TLanes.Width * TLanes.Width;
        TLanes rest = TLanes.First(count - whole);
        for (int row = 0; row < rows; row++)
        {
            TLanes sum = TLanes.Broadcast(0);
            for (int at = 0; at < whole; at += TLanes.Width)
            {
                sum += TLanes.Load(in Unsafe.Add(ref terms, (at * rows) + (row * TLanes.Width)));
            }

            if (whole < count)
            {
                sum += TLanes.And(rest, TLanes.Load(in Unsafe.Add(ref terms, (whole * rows) + (row * TLanes.Width))));
            }

            Unsafe.Add(ref sums, place) = TLanes.Sum(sum);
            place += work.K;
            if (place >= rows)
            {
                place += 1 - rows;
            }
        }
    }
}
