using System.Runtime.CompilerServices;

namespace Interneuron.Kernels;

/// <summary>
/// Drives the solver over the blocks of a batch, one phase at a time, so that the processor has independent work from the next block while one block's
/// chain of operations is in flight. What does not fill an eight-lane register goes into a four-lane one.
/// </summary>
/// <typeparam name="TSolver">The solver for the circuit's N.</typeparam>
/// <typeparam name="TKernel">The potential.</typeparam>
internal static class Batch<TSolver, TKernel>
    where TSolver : struct, ISolver
    where TKernel : struct, IPotentialKernel
{
    internal const int Rounds = 8;

    internal const int MaxIterations = 200;

    /// <summary>The width of the block at a lane: 8 while more than 4 samples are left.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int WidthAt(int width, int at, int count) => width == 8 && count - at <= 4 ? 4 : width;

    /// <summary>The lanes that a batch of count samples takes, idle ones included.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Occupied(int width, int count) =>
        width == 1 ? count : width == 4 || count % 8 is > 0 and <= 4 ? (count + 3) / 4 * 4 : (count + 7) / 8 * 8;

    /// <summary>Solves the first count lanes from the responses in the workspace; idle lanes must have been filled.</summary>
    /// <returns>Whether all converged; the residuals tell which did not.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static bool Solve(Workspace work, int count, int width, int maxIterations)
    {
        work.Evaluations.Span.Clear();
        Approach(work, count, width);
        bool converged = true;
        int step;
        for (int at = 0; at < count; at += step)
        {
            step = WidthAt(width, at, count);
            converged &= Real(SettleAt(work, at, step, maxIterations), at, count) == 0;
            if (TSolver.Improves)
            {
                foreach (ref double evaluations in work.Evaluations.Span.Slice(at, step))
                {
                    evaluations += work.Rounds[at];
                }
            }
        }

        return converged;
    }

    /// <summary>Solves the first count lanes from the responses in the workspace, whose idle lanes must have been filled, and leaves the learning terms at the solutions.</summary>
    /// <returns>Whether all converged; the residuals tell which did not.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static bool Learn(Workspace work, int count, int width)
    {
        // A block that the evaluation verifies leaves none.
        work.Residuals.Span.Clear();
        Approach(work, count, width);
        bool converged = true;
        int step;
        for (int at = 0; at < count; at += step)
        {
            step = WidthAt(width, at, count);
            if (!TSolver.Improves)
            {
                SettleAt(work, at, step, MaxIterations);
            }

            // The evaluation that learns also verifies; lanes seldom need more.
            uint wrong = LearnAt(work, at, step);
            if (Real(wrong, at, count) != 0)
            {
                converged &= Again(work, at, step, count, wrong);
            }
        }

        return converged;
    }

    /// <summary>The stimuli that drive the first count lanes to their responses; idle lanes must have been filled.</summary>
    internal static void Drive(Workspace work, int count, int width)
    {
        int step;
        for (int at = 0; at < count; at += step)
        {
            step = WidthAt(width, at, count);
            switch (step)
            {
                case 8:
                    TSolver.Drive<Lanes8, TKernel>(work, at);
                    break;
                case 4:
                    TSolver.Drive<Lanes4, TKernel>(work, at);
                    break;
                default:
                    TSolver.Drive<Lanes1, TKernel>(work, at);
                    break;
            }
        }
    }

    private static bool Again(Workspace work, int at, int step, int count, uint wrong)
    {
        if (TSolver.Improves)
        {
            ImproveSome(work, at, step, wrong);
            if (Real(LearnSome(work, at, step, wrong), at, count) == 0)
            {
                return true;
            }
        }

        return Settle(work, at, step, count);
    }

    /// <summary>Solves a block that did not verify with safeguards.</summary>
    /// <returns>Whether it converged; the residuals tell which samples did not.</returns>
    internal static bool Settle(Workspace work, int at, int step, int count)
    {
        bool converged = Real(SettleAt(work, at, step, MaxIterations), at, count) == 0;
        LearnAt(work, at, step);
        return converged;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Approach(Workspace work, int count, int width)
    {
        if (!TSolver.Improves)
        {
            return;
        }

        bool again = true;
        for (int round = 0; again && round < Rounds; round++)
        {
            again = false;
            int step;
            for (int at = 0; at < count; at += step)
            {
                step = WidthAt(width, at, count);
                if (round == 0 || Real(work.Unsettled[at], at, count) != 0)
                {
                    // Idle lanes go as the last sample does, whose copies they are.
                    uint more = round == 0 ? ImproveAt(work, at, step) : ImproveSome(work, at, step, work.Unsettled[at]);
                    work.Unsettled[at] = more;
                    work.Rounds[at] = round + 1;
                    again |= Real(more, at, count) != 0;
                }
            }
        }
    }

    /// <summary>The bits of a block that belong to samples.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Real(uint bits, int at, int count) => count - at >= 8 ? bits : bits & ((1u << (count - at)) - 1);

    /// <summary>Lanes without a sample repeat the last one: they cost nothing and never delay the others.</summary>
    internal static void Pad(Workspace work, int count, int width)
    {
        int end = Occupied(width, count);
        for (int a = 0; a < work.N; a++)
        {
            Span<double> s = work.Stimuli.Span.Slice(a * work.Lanes, work.Lanes);
            Span<double> r = work.Responses.Span.Slice(a * work.Lanes, work.Lanes);
            for (int lane = count; lane < end; lane++)
            {
                s[lane] = s[count - 1];
                r[lane] = r[count - 1];
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint ImproveAt(Workspace work, int at, int width) => width switch
    {
        8 => TSolver.Improve<Lanes8, TKernel>(work, at),
        4 => TSolver.Improve<Lanes4, TKernel>(work, at),
        _ => TSolver.Improve<Lanes1, TKernel>(work, at),
    };

    private static uint ImproveSome(Workspace work, int at, int width, uint bits) => width switch
    {
        8 => Some<Lanes8, TSolver, TKernel>.Improve(work, at, bits),
        4 => Some<Lanes4, TSolver, TKernel>.Improve(work, at, bits),
        _ => Some<Lanes1, TSolver, TKernel>.Improve(work, at, bits),
    };

    private static uint LearnSome(Workspace work, int at, int width, uint bits) => width switch
    {
        8 => Some<Lanes8, TSolver, TKernel>.Learn(work, at, bits),
        4 => Some<Lanes4, TSolver, TKernel>.Learn(work, at, bits),
        _ => Some<Lanes1, TSolver, TKernel>.Learn(work, at, bits),
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint SettleAt(Workspace work, int at, int width, int maxIterations) => width switch
    {
        8 => TSolver.Settle<Lanes8, TKernel>(work, at, maxIterations),
        4 => TSolver.Settle<Lanes4, TKernel>(work, at, maxIterations),
        _ => TSolver.Settle<Lanes1, TKernel>(work, at, maxIterations),
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint LearnAt(Workspace work, int at, int width) => width switch
    {
        8 => TSolver.Learn<Lanes8, TKernel>(work, at),
        4 => TSolver.Learn<Lanes4, TKernel>(work, at),
        _ => TSolver.Learn<Lanes1, TKernel>(work, at),
    };
}
