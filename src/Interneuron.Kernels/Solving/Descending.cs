using System.Runtime.CompilerServices;

namespace Interneuron.Kernels;

/// <summary>
/// Damped Newton on the convex E(r; s) = phi(r) - s . r, one sample a lane: on phi as it is, which is all that smooth potentials need, then, for the lanes that this leaves, on phi with its
/// kinks graduated.
/// </summary>
/// <typeparam name="TLanes">The register.</typeparam>
/// <typeparam name="TKernel">The potential.</typeparam>
internal static partial class Descending<TLanes, TKernel>
    where TLanes : struct, ILanes<TLanes>
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

    private static uint All => (1u << TLanes.Width) - 1;

    private static TLanes Ones => TLanes.Equal(TLanes.Broadcast(0), TLanes.Broadcast(0));

    /// <inheritdoc cref="ISolver.Settle{TLanes, TKernel}"/>
    internal static uint Settle(Workspace work, int at, int maxIterations)
    {
        ref TLanes point = ref ManyScratch.At<TLanes>(work, ManyScratch.Point(work.N, work.K));
        TLanes zero = TLanes.Broadcast(0);
        TLanes largest = Start(work, at, ref point);
        TLanes real = TLanes.Less(largest, TLanes.Broadcast(double.PositiveInfinity));
        TLanes tolerance = work.ToleranceOf(largest);
        TLanes evaluations = zero;
        TLanes settled = TLanes.Select(real, zero, Ones);
        TLanes accepted = tolerance;
        TLanes size = Descend(work, at, zero, tolerance, ref settled, ref accepted, Math.Min(maxIterations, Plain), Patience, ref evaluations);
        if (TLanes.Bits(settled) != All && maxIterations > Plain)
        {
            size = Graduate(work, at, settled, tolerance, ref accepted, size, ref evaluations);
        }

        ref double response = ref Unsafe.Add(ref work.Responses.First, at);
        for (int a = 0; a < work.N; a++)
        {
            TLanes.Store(Unsafe.Add(ref point, a), ref Unsafe.Add(ref response, a * work.Lanes));
        }

        size = TLanes.Select(real, size, TLanes.Broadcast(double.NaN));
        TLanes.Store(size, ref Unsafe.Add(ref work.Residuals.First, at));
        TLanes.Store(accepted, ref Unsafe.Add(ref work.Accepted.First, at));
        ref double count = ref Unsafe.Add(ref work.Evaluations.First, at);
        TLanes.Store(TLanes.Load(in count) + evaluations, ref count);
        return TLanes.Bits(TLanes.LessOrEqual(size, accepted)) ^ All;
    }

    /// <summary>The residual s - grad phi, and the slopes g_i f'_i, at a point.</summary>
    internal static void Field(Workspace work, int at, ref TLanes point) => Field(work, at, ref point, TLanes.Broadcast(0), graduated: false);

    /// <summary>The largest of N values by size; not a number where one is not finite.</summary>
    internal static TLanes Largest(ref TLanes values, int n)
    {
        TLanes largest = TLanes.Broadcast(0);
        TLanes sum = largest;
        for (int a = 0; a < n; a++)
        {
            largest = TLanes.Max(TLanes.Abs(Unsafe.Add(ref values, a)), largest);
            sum += Unsafe.Add(ref values, a) * TLanes.Broadcast(0);
        }

        // 0 for finite values; the maximum alone would ignore values that are not a number.
        return largest + sum;
    }

    /// <summary>
    /// Where E bends too sharply for Newton's steps, or not at all: f is replaced by its chords over cells that get narrower from stage to stage, so that a kink, a vertical or a flat stretch is a
    /// slope, and each stage starts where the one before it ended. After the last, phi as it is may do; on a kink it cannot, and the response is accepted that the chords' step moves by less than a cell.
    /// </summary>
    /// <returns>The residuals: 0 on a kink, whose subdifferential has s in it.</returns>
    private static TLanes Graduate(Workspace work, int at, TLanes settled, TLanes tolerance, ref TLanes accepted, TLanes size, ref TLanes evaluations)
    {
        int n = work.N;
        TLanes zero = TLanes.Broadcast(0);
        ref TLanes point = ref ManyScratch.At<TLanes>(work, ManyScratch.Point(n, work.K));
        ref TLanes kept = ref ManyScratch.At<TLanes>(work, ManyScratch.Kept(n, work.K));
        TLanes before = settled;
        TLanes found = settled;
        TLanes farthest = zero;
        for (TLanes width = TLanes.Max(Largest(ref point, n), TLanes.Broadcast(1)); ; width *= TLanes.Broadcast(1.0 / 16))
        {
            TLanes still = found;
            Descend(work, at, width, tolerance, ref still, ref accepted, Stage, patience: 0, ref evaluations);
            farthest = TLanes.Max(Largest(ref point, n), farthest);
            TLanes last = TLanes.LessOrEqual(width, TLanes.Max(farthest * TLanes.Broadcast(Finest), TLanes.Broadcast(Smallest)));
            found = TLanes.Select(found, found, TLanes.And(last, still));
            if ((TLanes.Bits(found) | TLanes.Bits(TLanes.LessOrEqual(width, TLanes.Broadcast(Smallest)))) == All)
            {
                break;
            }
        }

        for (int a = 0; a < n; a++)
        {
            Unsafe.Add(ref kept, a) = Unsafe.Add(ref point, a);
        }

        TLanes smooth = before;
        TLanes left = Descend(work, at, zero, tolerance, ref smooth, ref accepted, Patience, patience: 0, ref evaluations);
        for (int a = 0; a < n; a++)
        {
            Unsafe.Add(ref point, a) = TLanes.Select(smooth, Unsafe.Add(ref point, a), Unsafe.Add(ref kept, a));
        }

        return TLanes.Select(before, size, TLanes.Select(smooth, left, TLanes.Select(found, zero, size)));
    }

    /// <summary>Takes the responses as the first point, the stimuli where a response is not finite.</summary>
    /// <returns>|s|_inf.</returns>
    private static TLanes Start(Workspace work, int at, ref TLanes point)
    {
        TLanes largest = TLanes.Broadcast(0);
        for (int a = 0; a < work.N; a++)
        {
            TLanes s = TLanes.Load(in Unsafe.Add(ref work.Stimuli.First, at + (a * work.Lanes)));
            TLanes r = TLanes.Load(in Unsafe.Add(ref work.Responses.First, at + (a * work.Lanes)));
            Unsafe.Add(ref point, a) = TLanes.Select(TLanes.Less(TLanes.Abs(r), TLanes.Broadcast(double.PositiveInfinity)), r, s);
            // The order of the arguments keeps what is not a number.
            largest = TLanes.Max(TLanes.Abs(s), largest) + TLanes.And(s - s, TLanes.Broadcast(double.NaN));
        }

        return largest;
    }

    /// <summary>
    /// Newton's steps from the point, with a line search, for the lanes that are not settled. On phi as it is (width 0) a lane settles when its residual is within what is accepted: the tolerance,
    /// and from the step `patience` on the rounding of the residual where that is more. On chords of a width it settles when the step to be made is shorter than a quarter of it.
    /// </summary>
    /// <returns>The residuals on phi as it is.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static TLanes Descend(
        Workspace work, int at, TLanes width, TLanes tolerance, ref TLanes settled, ref TLanes accepted, int steps, int patience, ref TLanes evaluations)
    {
        int n = work.N;
        TLanes zero = TLanes.Broadcast(0);
        TLanes one = TLanes.Broadcast(1);
        bool graduated = TLanes.Bits(TLanes.Less(zero, width)) != 0;
        ref TLanes point = ref ManyScratch.At<TLanes>(work, ManyScratch.Point(n, work.K));
        ref TLanes trial = ref ManyScratch.At<TLanes>(work, ManyScratch.Trial(n, work.K));
        ref TLanes residual = ref ManyScratch.At<TLanes>(work, ManyScratch.Residual(n, work.K));
        ref TLanes step = ref ManyScratch.At<TLanes>(work, ManyScratch.Step(n, work.K));
        Field(work, at, ref point, width, graduated);
        evaluations += TLanes.Select(settled, zero, one);
        TLanes size = Largest(ref residual, n);
        for (int iteration = 0; ; iteration++)
        {
            if (!graduated)
            {
                TLanes enough = iteration < patience ? tolerance : TLanes.Max(Rounding(work, at, ref point), tolerance);
                accepted = TLanes.Select(settled, accepted, enough);
                settled = TLanes.Select(settled, settled, TLanes.LessOrEqual(size, accepted));
            }

            if (TLanes.Bits(settled) == All || iteration == steps)
            {
                return size;
            }

            Tiles.Hessian<TLanes>(work);
            TLanes limit = graduated ? width * TLanes.Broadcast(32) : TLanes.Broadcast(double.PositiveInfinity);
            TLanes ahead = Newton(work, settled, TLanes.Broadcast(graduated ? 1e-16 : 1e-13), limit, out TLanes longest);
            if (graduated)
            {
                // A step that is not a number is none.
                TLanes known = TLanes.Less(TLanes.Abs(ahead), TLanes.Broadcast(double.PositiveInfinity));
                settled = TLanes.Select(settled, settled, TLanes.And(known, TLanes.LessOrEqual(longest, width * TLanes.Broadcast(0.25))));
            }

            // E is convex, so its slope along the step rises from -ahead. A trial is good when the slope there is still negative or not above half of
            // what it was; otherwise the secant of the two slopes says where it vanishes. After many steps only still-descending trials pass: E then never rises.
            TLanes bound = ahead * TLanes.Broadcast(iteration < Strict ? -0.5 : -1e-3);
            TLanes t = one;
            uint good = 0;
            for (int trials = 0; trials < 60 && good != All; trials++)
            {
                for (int a = 0; a < n; a++)
                {
                    Unsafe.Add(ref trial, a) = TLanes.FusedMultiplyAdd(t, TLanes.Select(settled, zero, Unsafe.Add(ref step, a)), Unsafe.Add(ref point, a));
                }

                Field(work, at, ref trial, width, graduated);
                evaluations += TLanes.Select(settled, zero, one);
                TLanes slope = zero;
                for (int a = 0; a < n; a++)
                {
                    slope = TLanes.FusedMultiplyAdd(Unsafe.Add(ref residual, a), Unsafe.Add(ref step, a), slope);
                }

                size = Largest(ref residual, n);
                TLanes passes = TLanes.LessOrEqual(bound, slope);
                // The slopes near a solution are rounding errors; there the residual itself decides.
                good = TLanes.Bits(passes) | TLanes.Bits(TLanes.LessOrEqual(size, tolerance)) | TLanes.Bits(settled);
                TLanes secant = ahead / (ahead - slope);
                TLanes shrink = TLanes.Min(TLanes.Broadcast(0.6), TLanes.Max(TLanes.Broadcast(0.1), secant));
                TLanes keep = TLanes.Equal(TLanes.And(passes, one), one);
                t = TLanes.Select(keep, t, t * shrink);
            }

            TLanes finite = TLanes.Less(size, TLanes.Broadcast(double.PositiveInfinity));
            for (int a = 0; a < n; a++)
            {
                Unsafe.Add(ref point, a) = TLanes.Select(finite, Unsafe.Add(ref trial, a), Unsafe.Add(ref point, a));
            }

            if (good != All && !graduated)
            {
                // No step along the line lowers E: a kink, for the graduation.
                settled = TLanes.Select(settled, settled, TLanes.LessOrEqual(size, accepted));
                return size;
            }
        }
    }

    /// <summary>The residual s - grad phi and the slopes g_i f'_i at a point; of chords of f over cells of a width where graduated.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Field(Workspace work, int at, ref TLanes point, TLanes width, bool graduated)
    {
        int n = work.N;
        ref TLanes residual = ref ManyScratch.At<TLanes>(work, ManyScratch.Residual(n, work.K));
        ref TLanes slopes = ref ManyScratch.At<TLanes>(work, ManyScratch.Slopes(n, work.K));
        TLanes leak = TLanes.Broadcast(work.Circuit.Leak);
        for (int a = 0; a < n; a++)
        {
            TLanes s = TLanes.Load(in Unsafe.Add(ref work.Stimuli.First, at + (a * work.Lanes)));
            Unsafe.Add(ref residual, a) = TLanes.FusedNegateMultiplyAdd(leak, Unsafe.Add(ref point, a), s);
        }

        ref double constants = ref work.Constants.First;
        ref double link = ref work.Links.First;
        for (int i = 0; i < work.K; i++)
        {
            TLanes z = TLanes.Broadcast(0);
            for (int a = 0; a < n; a++)
            {
                z = TLanes.FusedMultiplyAdd(TLanes.Broadcast(Unsafe.Add(ref link, a)), Unsafe.Add(ref point, a), z);
            }

            TLanes f, slope;
            if (graduated)
            {
                Chord(z, width, in constants, out f, out slope);
            }
            else
            {
                default(TKernel).Activate(z, in constants, out f, out slope);
            }

            TLanes gain = TLanes.Broadcast(Unsafe.Add(ref link, n));
            f *= gain;
            Unsafe.Add(ref slopes, i) = slope * gain;
            for (int a = 0; a < n; a++)
            {
                Unsafe.Add(ref residual, a) = TLanes.FusedNegateMultiplyAdd(f, TLanes.Broadcast(Unsafe.Add(ref link, a)), Unsafe.Add(ref residual, a));
            }

            constants = ref Unsafe.Add(ref constants, work.C);
            link = ref Unsafe.Add(ref link, Workspace.LinkSize(n));
        }
    }

    /// <summary>The chord of f over the cell of z, one of whose middles is 0, and its slope.</summary>
    private static void Chord(TLanes z, TLanes width, ref readonly double constants, out TLanes f, out TLanes slope)
    {
        // Adding this and taking it away again rounds to a whole number.
        TLanes large = TLanes.Broadcast(1.5 * (1L << 52));
        TLanes cell = (z / width) + large - large;
        TLanes half = TLanes.Broadcast(0.5);
        TLanes left = (cell - half) * width;
        default(TKernel).Activate(left, in constants, out TLanes low, out _);
        default(TKernel).Activate((cell + half) * width, in constants, out TLanes high, out _);
        slope = (high - low) / width;
        f = TLanes.FusedMultiplyAdd(z - left, slope, low);
    }

    /// <summary>
    /// Factors the Hessian, its pivots not below a share of the trace, and leaves Newton's step for the residual; no step where settled, and none that reaches beyond the limit or too far.
    /// </summary>
    /// <returns>The residual times the step: minus the slope of E along it.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static TLanes Newton(Workspace work, TLanes settled, TLanes share, TLanes limit, out TLanes longest)
    {
        int n = work.N;
        int stride = ManyScratch.Padded(n);
        ref TLanes hessian = ref ManyScratch.At<TLanes>(work, ManyScratch.Hessian(n, work.K));
        ref TLanes diagonal = ref ManyScratch.At<TLanes>(work, ManyScratch.Diagonal(n, work.K));
        ref TLanes step = ref ManyScratch.At<TLanes>(work, ManyScratch.Step(n, work.K));
        ref TLanes residual = ref ManyScratch.At<TLanes>(work, ManyScratch.Residual(n, work.K));
        ref TLanes point = ref ManyScratch.At<TLanes>(work, ManyScratch.Point(n, work.K));
        TLanes zero = TLanes.Broadcast(0);
        TLanes one = TLanes.Broadcast(1);
        TLanes trace = zero;
        TLanes reach = zero;
        for (int a = 0; a < n; a++)
        {
            trace += Unsafe.Add(ref hessian, (a * stride) + a);
            reach = TLanes.Max(TLanes.Abs(Unsafe.Add(ref point, a)), reach);
        }

        // A direction in which phi is flat gets a long step instead of none; the reach bounds it.
        Tiles.Factor(work, TLanes.FusedMultiplyAdd(trace, share, TLanes.Broadcast(1e-200)));
        for (int j = 0; j < n; j++)
        {
            ref TLanes row = ref Unsafe.Add(ref hessian, j * stride);
            TLanes y = Unsafe.Add(ref residual, j);
            for (int k = 0; k < j; k++)
            {
                y = TLanes.FusedNegateMultiplyAdd(Unsafe.Add(ref row, k), Unsafe.Add(ref step, k), y);
            }

            Unsafe.Add(ref step, j) = y * Unsafe.Add(ref diagonal, j);
        }

        longest = zero;
        for (int j = n - 1; j >= 0; j--)
        {
            TLanes y = Unsafe.Add(ref step, j);
            for (int i = j + 1; i < n; i++)
            {
                y = TLanes.FusedNegateMultiplyAdd(Unsafe.Add(ref hessian, (i * stride) + j), Unsafe.Add(ref step, i), y);
            }

            y *= Unsafe.Add(ref diagonal, j);
            Unsafe.Add(ref step, j) = y;
            longest = TLanes.Max(TLanes.Abs(y), longest);
        }

        reach = TLanes.Min(TLanes.FusedMultiplyAdd(reach, TLanes.Broadcast(10), one), limit);
        TLanes scale = TLanes.Select(settled, zero, TLanes.Select(TLanes.Less(reach, longest), reach / longest, one));
        TLanes ahead = zero;
        for (int a = 0; a < n; a++)
        {
            TLanes d = TLanes.Select(settled, zero, Unsafe.Add(ref step, a) * scale);
            Unsafe.Add(ref step, a) = d;
            ahead = TLanes.FusedMultiplyAdd(d, Unsafe.Add(ref residual, a), ahead);
        }

        return ahead;
    }
}
