using System.Runtime.CompilerServices;

namespace Interneuron.Kernels;

/// <summary>
/// Damped Newton on the convex E(r; s) = phi(r) - s . r, one sample a lane: on phi as it is, which is all that smooth potentials need, then, for the lanes that this leaves, on phi with its
/// kinks graduated.
/// </summary>
/// <typeparam name="L">The register.</typeparam>
/// <typeparam name="TKernel">The potential.</typeparam>
internal static class Descending<L, TKernel>
    where L : struct, ILanes<L>
    where TKernel : struct, IPotentialKernel
{
    /// <summary>Steps on phi as it is: enough to come back from a guess that is many magnitudes too far.</summary>
    private const int Plain = 100;

    /// <summary>From this step on the slope of E may not change its sign within a step.</summary>
    private const int Strict = 40;

    /// <summary>Steps of a stage of the graduation: a few, but where phi is flat in many directions.</summary>
    private const int Stage = 60;

    /// <summary>From this step on a residual that is all rounding is accepted.</summary>
    private const int Patience = 10;

    /// <summary>The last cells of the graduation, relative to the response.</summary>
    private const double Finest = 1.0 / (1L << 36);

    /// <summary>The last cells where the response is 0.</summary>
    private const double Smallest = 1e-40;

    private static uint All => (1u << L.Width) - 1;

    private static L Ones => L.Equal(L.Broadcast(0), L.Broadcast(0));

    /// <inheritdoc cref="ISolver.Settle{L, TKernel}"/>
    internal static uint Settle(Workspace work, int at, int maxIterations)
    {
        ref L point = ref ManyScratch.At<L>(work, ManyScratch.Point(work.N, work.K));
        L zero = L.Broadcast(0);
        L largest = Start(work, at, ref point);
        L real = L.Less(largest, L.Broadcast(double.PositiveInfinity));
        L tolerance = work.ToleranceOf(largest);
        L evaluations = zero;
        L settled = L.Select(real, zero, Ones);
        L accepted = tolerance;
        L size = Descend(work, at, zero, tolerance, ref settled, ref accepted, Math.Min(maxIterations, Plain), Patience, ref evaluations);
        if (L.Bits(settled) != All && maxIterations > Plain)
        {
            size = Graduate(work, at, settled, tolerance, ref accepted, size, ref evaluations);
        }

        ref double response = ref Unsafe.Add(ref work.Responses.First, at);
        for (int a = 0; a < work.N; a++)
        {
            L.Store(Unsafe.Add(ref point, a), ref Unsafe.Add(ref response, a * work.Lanes));
        }

        size = L.Select(real, size, L.Broadcast(double.NaN));
        L.Store(size, ref Unsafe.Add(ref work.Residuals.First, at));
        L.Store(accepted, ref Unsafe.Add(ref work.Accepted.First, at));
        ref double count = ref Unsafe.Add(ref work.Evaluations.First, at);
        L.Store(L.Load(in count) + evaluations, ref count);
        return L.Bits(L.LessOrEqual(size, accepted)) ^ All;
    }

    /// <summary>The residual s - grad phi, and the slopes g_i f'_i, at a point.</summary>
    internal static void Field(Workspace work, int at, ref L point) => Field(work, at, ref point, L.Broadcast(0), graduated: false);

    /// <summary>The largest of N values by size; not a number where one is not finite.</summary>
    internal static L Largest(ref L values, int n)
    {
        L largest = L.Broadcast(0);
        L sum = largest;
        for (int a = 0; a < n; a++)
        {
            largest = L.Max(L.Abs(Unsafe.Add(ref values, a)), largest);
            sum += Unsafe.Add(ref values, a) * L.Broadcast(0);
        }

        // 0 for finite values; the maximum alone would ignore values that are not a number.
        return largest + sum;
    }

    /// <summary>
    /// Where E bends too sharply for Newton's steps, or not at all: f is replaced by its chords over cells that get narrower from stage to stage, so that a kink, a vertical or a flat stretch is a
    /// slope, and each stage starts where the one before it ended. After the last, phi as it is may do; on a kink it cannot, and the response is accepted that the chords' step moves by less than a cell.
    /// </summary>
    /// <returns>The residuals: 0 on a kink, whose subdifferential has s in it.</returns>
    private static L Graduate(Workspace work, int at, L settled, L tolerance, ref L accepted, L size, ref L evaluations)
    {
        int n = work.N;
        L zero = L.Broadcast(0);
        ref L point = ref ManyScratch.At<L>(work, ManyScratch.Point(n, work.K));
        ref L kept = ref ManyScratch.At<L>(work, ManyScratch.Kept(n, work.K));
        L before = settled;
        L found = settled;
        L farthest = zero;
        for (L width = L.Max(Largest(ref point, n), L.Broadcast(1)); ; width *= L.Broadcast(1.0 / 16))
        {
            L still = found;
            Descend(work, at, width, tolerance, ref still, ref accepted, Stage, patience: 0, ref evaluations);
            farthest = L.Max(Largest(ref point, n), farthest);
            L last = L.LessOrEqual(width, L.Max(farthest * L.Broadcast(Finest), L.Broadcast(Smallest)));
            found = L.Select(found, found, L.And(last, still));
            if ((L.Bits(found) | L.Bits(L.LessOrEqual(width, L.Broadcast(Smallest)))) == All)
            {
                break;
            }
        }

        for (int a = 0; a < n; a++)
        {
            Unsafe.Add(ref kept, a) = Unsafe.Add(ref point, a);
        }

        L smooth = before;
        L left = Descend(work, at, zero, tolerance, ref smooth, ref accepted, Patience, patience: 0, ref evaluations);
        for (int a = 0; a < n; a++)
        {
            Unsafe.Add(ref point, a) = L.Select(smooth, Unsafe.Add(ref point, a), Unsafe.Add(ref kept, a));
        }

        return L.Select(before, size, L.Select(smooth, left, L.Select(found, zero, size)));
    }

    /// <summary>Takes the responses as the first point, the stimuli where a response is not finite.</summary>
    /// <returns>|s|_inf.</returns>
    private static L Start(Workspace work, int at, ref L point)
    {
        L largest = L.Broadcast(0);
        for (int a = 0; a < work.N; a++)
        {
            L s = L.Load(in Unsafe.Add(ref work.Stimuli.First, at + (a * work.Lanes)));
            L r = L.Load(in Unsafe.Add(ref work.Responses.First, at + (a * work.Lanes)));
            Unsafe.Add(ref point, a) = L.Select(L.Less(L.Abs(r), L.Broadcast(double.PositiveInfinity)), r, s);
            // The order of the arguments keeps what is not a number.
            largest = L.Max(L.Abs(s), largest) + L.And(s - s, L.Broadcast(double.NaN));
        }

        return largest;
    }

    /// <summary>
    /// Newton's steps from the point, with a line search, for the lanes that are not settled. On phi as it is (width 0) a lane settles when its residual is within what is accepted: the tolerance,
    /// and from the step `patience` on the rounding of the residual where that is more. On chords of a width it settles when the step to be made is shorter than a quarter of it.
    /// </summary>
    /// <returns>The residuals on phi as it is.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static L Descend(
        Workspace work, int at, L width, L tolerance, ref L settled, ref L accepted, int steps, int patience, ref L evaluations)
    {
        int n = work.N;
        L zero = L.Broadcast(0);
        L one = L.Broadcast(1);
        bool graduated = L.Bits(L.Less(zero, width)) != 0;
        ref L point = ref ManyScratch.At<L>(work, ManyScratch.Point(n, work.K));
        ref L trial = ref ManyScratch.At<L>(work, ManyScratch.Trial(n, work.K));
        ref L residual = ref ManyScratch.At<L>(work, ManyScratch.Residual(n, work.K));
        ref L step = ref ManyScratch.At<L>(work, ManyScratch.Step(n, work.K));
        Field(work, at, ref point, width, graduated);
        evaluations += L.Select(settled, zero, one);
        L size = Largest(ref residual, n);
        for (int iteration = 0; ; iteration++)
        {
            if (!graduated)
            {
                L enough = iteration < patience ? tolerance : L.Max(Rounding(work, at, ref point), tolerance);
                accepted = L.Select(settled, accepted, enough);
                settled = L.Select(settled, settled, L.LessOrEqual(size, accepted));
            }

            if (L.Bits(settled) == All || iteration == steps)
            {
                return size;
            }

            Tiles.Hessian<L>(work);
            L limit = graduated ? width * L.Broadcast(32) : L.Broadcast(double.PositiveInfinity);
            L ahead = Newton(work, settled, L.Broadcast(graduated ? 1e-16 : 1e-13), limit, out L longest);
            if (graduated)
            {
                // A step that is not a number counts as none.
                L known = L.Less(L.Abs(ahead), L.Broadcast(double.PositiveInfinity));
                settled = L.Select(settled, settled, L.And(known, L.LessOrEqual(longest, width * L.Broadcast(0.25))));
            }

            // E is convex, so its slope along the step rises from -ahead. A trial is good when the slope there is still negative or not above half of
            // what it was; otherwise the secant of the two slopes says where it vanishes. After many steps only still-descending trials pass: E then never rises.
            L bound = ahead * L.Broadcast(iteration < Strict ? -0.5 : -1e-3);
            L t = one;
            uint good = 0;
            for (int trials = 0; trials < 60 && good != All; trials++)
            {
                for (int a = 0; a < n; a++)
                {
                    Unsafe.Add(ref trial, a) = L.FusedMultiplyAdd(t, L.Select(settled, zero, Unsafe.Add(ref step, a)), Unsafe.Add(ref point, a));
                }

                Field(work, at, ref trial, width, graduated);
                evaluations += L.Select(settled, zero, one);
                L slope = zero;
                for (int a = 0; a < n; a++)
                {
                    slope = L.FusedMultiplyAdd(Unsafe.Add(ref residual, a), Unsafe.Add(ref step, a), slope);
                }

                size = Largest(ref residual, n);
                L passes = L.LessOrEqual(bound, slope);
                // The slopes near a solution are rounding errors; there the residual itself decides.
                good = L.Bits(passes) | L.Bits(L.LessOrEqual(size, tolerance)) | L.Bits(settled);
                L secant = ahead / (ahead - slope);
                L shrink = L.Min(L.Broadcast(0.6), L.Max(L.Broadcast(0.1), secant));
                L keep = L.Equal(L.And(passes, one), one);
                t = L.Select(keep, t, t * shrink);
            }

            L finite = L.Less(size, L.Broadcast(double.PositiveInfinity));
            for (int a = 0; a < n; a++)
            {
                Unsafe.Add(ref point, a) = L.Select(finite, Unsafe.Add(ref trial, a), Unsafe.Add(ref point, a));
            }

            if (good != All && !graduated)
            {
                // No step along the line lowers E: a kink, for the graduation.
                settled = L.Select(settled, settled, L.LessOrEqual(size, accepted));
                return size;
            }
        }
    }

    /// <summary>The residual s - grad phi and the slopes g_i f'_i at a point; of chords of f over cells of a width where graduated.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Field(Workspace work, int at, ref L point, L width, bool graduated)
    {
        int n = work.N;
        ref L residual = ref ManyScratch.At<L>(work, ManyScratch.Residual(n, work.K));
        ref L slopes = ref ManyScratch.At<L>(work, ManyScratch.Slopes(n, work.K));
        L leak = L.Broadcast(work.Circuit.Leak);
        for (int a = 0; a < n; a++)
        {
            L s = L.Load(in Unsafe.Add(ref work.Stimuli.First, at + (a * work.Lanes)));
            Unsafe.Add(ref residual, a) = L.FusedNegateMultiplyAdd(leak, Unsafe.Add(ref point, a), s);
        }

        ref double constants = ref work.Constants.First;
        ref double link = ref work.Links.First;
        for (int i = 0; i < work.K; i++)
        {
            L z = L.Broadcast(0);
            for (int a = 0; a < n; a++)
            {
                z = L.FusedMultiplyAdd(L.Broadcast(Unsafe.Add(ref link, a)), Unsafe.Add(ref point, a), z);
            }

            L f, slope;
            if (graduated)
            {
                Chord(z, width, in constants, out f, out slope);
            }
            else
            {
                default(TKernel).Activate(z, in constants, out f, out slope);
            }

            L gain = L.Broadcast(Unsafe.Add(ref link, n));
            f *= gain;
            Unsafe.Add(ref slopes, i) = slope * gain;
            for (int a = 0; a < n; a++)
            {
                Unsafe.Add(ref residual, a) = L.FusedNegateMultiplyAdd(f, L.Broadcast(Unsafe.Add(ref link, a)), Unsafe.Add(ref residual, a));
            }

            constants = ref Unsafe.Add(ref constants, work.C);
            link = ref Unsafe.Add(ref link, Workspace.LinkSize(n));
        }
    }

    /// <summary>The chord of f over the cell of z, one of whose middles is 0, and its slope.</summary>
    private static void Chord(L z, L width, ref readonly double constants, out L f, out L slope)
    {
        // Adding and subtracting this rounds to a whole number.
        L large = L.Broadcast(1.5 * (1L << 52));
        L cell = (z / width) + large - large;
        L half = L.Broadcast(0.5);
        L left = (cell - half) * width;
        default(TKernel).Activate(left, in constants, out L low, out _);
        default(TKernel).Activate((cell + half) * width, in constants, out L high, out _);
        slope = (high - low) / width;
        f = L.FusedMultiplyAdd(z - left, slope, low);
    }

    /// <summary>
    /// What rounding can make of the residual at a point: sixteen roundings of the sizes of its terms, each of them with what a rounding of r makes of it, but no more than a small part of the terms, which
    /// is where r has gone so far that a rounding of it is as large as the stimulus.
    /// </summary>
    private static L Rounding(Workspace work, int at, ref L point)
    {
        int n = work.N;
        // Between steps the last one and its trial make room for sums.
        ref L sizes = ref ManyScratch.At<L>(work, ManyScratch.Trial(n, work.K));
        ref L moves = ref ManyScratch.At<L>(work, ManyScratch.Step(n, work.K));
        for (int a = 0; a < n; a++)
        {
            L s = L.Load(in Unsafe.Add(ref work.Stimuli.First, at + (a * work.Lanes)));
            Unsafe.Add(ref sizes, a) = L.FusedMultiplyAdd(L.Broadcast(work.Circuit.Leak), L.Abs(Unsafe.Add(ref point, a)), L.Abs(s));
            Unsafe.Add(ref moves, a) = L.Broadcast(0);
        }

        ref double constants = ref work.Constants.First;
        ref double link = ref work.Links.First;
        for (int i = 0; i < work.K; i++)
        {
            L z = L.Broadcast(0);
            L reach = z;
            for (int a = 0; a < n; a++)
            {
                L term = L.Broadcast(Unsafe.Add(ref link, a)) * Unsafe.Add(ref point, a);
                z += term;
                reach += L.Abs(term);
            }

            default(TKernel).Activate(z, in constants, out L f, out L slope);
            L gain = L.Broadcast(Unsafe.Add(ref link, n));
            L size = L.Abs(f) * gain;
            L move = L.Abs(slope) * reach * gain;
            for (int a = 0; a < n; a++)
            {
                L w = L.Abs(L.Broadcast(Unsafe.Add(ref link, a)));
                Unsafe.Add(ref sizes, a) = L.FusedMultiplyAdd(size, w, Unsafe.Add(ref sizes, a));
                Unsafe.Add(ref moves, a) = L.FusedMultiplyAdd(move, w, Unsafe.Add(ref moves, a));
            }

            constants = ref Unsafe.Add(ref constants, work.C);
            link = ref Unsafe.Add(ref link, Workspace.LinkSize(n));
        }

        L terms = Largest(ref sizes, n);
        L rounding = L.Min((terms + Largest(ref moves, n)) * L.Broadcast(Workspace.Roundings), terms * L.Broadcast(1e-8));
        return L.And(L.Less(rounding, L.Broadcast(double.PositiveInfinity)), rounding);
    }

    /// <summary>
    /// Factors the Hessian, its pivots not below a share of the trace, and leaves Newton's step for the residual; no step where settled, and none that reaches beyond the limit or too far.
    /// </summary>
    /// <returns>The residual times the step: minus the slope of E along it.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static L Newton(Workspace work, L settled, L share, L limit, out L longest)
    {
        int n = work.N;
        int stride = ManyScratch.Padded(n);
        ref L hessian = ref ManyScratch.At<L>(work, ManyScratch.Hessian(n, work.K));
        ref L diagonal = ref ManyScratch.At<L>(work, ManyScratch.Diagonal(n, work.K));
        ref L step = ref ManyScratch.At<L>(work, ManyScratch.Step(n, work.K));
        ref L residual = ref ManyScratch.At<L>(work, ManyScratch.Residual(n, work.K));
        ref L point = ref ManyScratch.At<L>(work, ManyScratch.Point(n, work.K));
        L zero = L.Broadcast(0);
        L one = L.Broadcast(1);
        L trace = zero;
        L reach = zero;
        for (int a = 0; a < n; a++)
        {
            trace += Unsafe.Add(ref hessian, (a * stride) + a);
            reach = L.Max(L.Abs(Unsafe.Add(ref point, a)), reach);
        }

        // A direction in which phi is flat gets a long step instead of none; the reach bounds it.
        Tiles.Factor(work, L.FusedMultiplyAdd(trace, share, L.Broadcast(1e-200)));
        for (int j = 0; j < n; j++)
        {
            ref L row = ref Unsafe.Add(ref hessian, j * stride);
            L y = Unsafe.Add(ref residual, j);
            for (int k = 0; k < j; k++)
            {
                y = L.FusedNegateMultiplyAdd(Unsafe.Add(ref row, k), Unsafe.Add(ref step, k), y);
            }

            Unsafe.Add(ref step, j) = y * Unsafe.Add(ref diagonal, j);
        }

        longest = zero;
        for (int j = n - 1; j >= 0; j--)
        {
            L y = Unsafe.Add(ref step, j);
            for (int i = j + 1; i < n; i++)
            {
                y = L.FusedNegateMultiplyAdd(Unsafe.Add(ref hessian, (i * stride) + j), Unsafe.Add(ref step, i), y);
            }

            y *= Unsafe.Add(ref diagonal, j);
            Unsafe.Add(ref step, j) = y;
            longest = L.Max(L.Abs(y), longest);
        }

        reach = L.Min(L.FusedMultiplyAdd(reach, L.Broadcast(10), one), limit);
        L scale = L.Select(settled, zero, L.Select(L.Less(reach, longest), reach / longest, one));
        L ahead = zero;
        for (int a = 0; a < n; a++)
        {
            L d = L.Select(settled, zero, Unsafe.Add(ref step, a) * scale);
            Unsafe.Add(ref step, a) = d;
            ahead = L.FusedMultiplyAdd(d, Unsafe.Add(ref residual, a), ahead);
        }

        return ahead;
    }
}
