using System.Runtime.CompilerServices;

namespace Interneuron.Kernels;

/// <summary>Sums of the learning terms over the samples of a batch.</summary>
internal static class Reduction
{
    /// <summary>Leaves in the workspace's Sums the K x Rows sums over the first count lanes, blocks in order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Sum(Workspace work, int count, int width)
    {
        if (width == 8)
        {
            int eights = count % 8 is > 0 and <= 4 ? count / 8 * 8 : count;
            SumBlocks<Lanes8>(work, 0, eights, clear: true);
            SumBlocks<Lanes4>(work, eights, count, clear: false);
        }
        else if (width == 4)
        {
            SumBlocks<Lanes4>(work, 0, count, clear: true);
        }
        else
        {
            SumBlocks<Lanes1>(work, 0, count, clear: true);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SumBlocks<L>(Workspace work, int from, int count, bool clear)
        where L : struct, ILanes<L>
    {
        int rows = work.K * work.Rows;
        double[] sums = work.Sums;
        if (clear)
        {
            Array.Clear(sums);
        }

        if (from >= count)
        {
            return;
        }

        int whole = from + ((count - from) / L.Width * L.Width);
        L rest = L.First(count - whole);
        for (int row = 0; row < rows; row++)
        {
            L sum = L.Broadcast(0);
            for (int at = from; at < whole; at += L.Width)
            {
                sum += L.Load(in Unsafe.Add(ref work.Terms.First, (at * rows) + (row * L.Width)));
            }

            if (whole < count)
            {
                sum += L.And(rest, L.Load(in Unsafe.Add(ref work.Terms.First, (whole * rows) + (row * L.Width))));
            }

            sums[row] += L.Sum(sum);
        }
    }
}
