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

    /// <summary>The same of several circuits, one a lane and a sample a register: lane by lane the additions of <see cref="Sum"/> in their order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void SumTogether<TLanes>(Workspace work, int count)
        where TLanes : struct, ILanes<TLanes>
    {
        int rows = work.K * work.Rows;
        ref TLanes terms = ref Unsafe.As<double, TLanes>(ref work.Terms.First);
        ref TLanes sums = ref Unsafe.As<double, TLanes>(ref MemoryMarshal.GetArrayDataReference(work.Sums));
        int place = 0;
        for (int row = 0; row < rows; row++)
        {
            ref TLanes first = ref Unsafe.Add(ref terms, row);
            Unsafe.Add(ref sums, place) = TLanes.Width == 1
                ? Every(ref first, rows, 0, 1, count)
                : Quarter(ref first, rows, 0, count) + Quarter(ref first, rows, 2, count) + (Quarter(ref first, rows, 1, count) + Quarter(ref first, rows, 3, count));
            place += work.K;
            if (place >= rows)
            {
                place += 1 - rows;
            }
        }
    }

    /// <summary>What lane `from` of four has summed in one circuit, folded from eight where there are eight.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Quarter<TLanes>(ref TLanes terms, int rows, int from, int count)
        where TLanes : struct, ILanes<TLanes>
    {
        int left = count % 8;
        return TLanes.Width == 4 ? Every(ref terms, rows, from, 4, count)
            : left is 0 or > 4 ? Every(ref terms, rows, from, 8, count) + Every(ref terms, rows, from + 4, 8, count)
            : from < left ? Every(ref terms, rows, from, 8, count - left) + Every(ref terms, rows, from + 4, 8, count - left) + Unsafe.Add(ref terms, (count - left + from) * rows)
            : Every(ref terms, rows, from, 8, count - left) + Every(ref terms, rows, from + 4, 8, count - left);
    }

    /// <summary>The sum of a term over every step-th sample.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Every<TLanes>(ref TLanes terms, int rows, int from, int step, int count)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes sum = TLanes.Broadcast(0);
        for (int j = from; j < count; j += step)
        {
            sum += Unsafe.Add(ref terms, j * rows);
        }

        return sum;
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
