using System.Runtime.CompilerServices;

namespace Interneuron.Kernels;

/// <summary>
/// Any N from 2: damped Newton on the convex E(r; s) = phi(r) - s . r, one sample a lane. Forming the Hessian costs K N^2/2 multiply-adds a
/// sample, factoring it N^3/6, everything else K N.
/// </summary>
internal readonly struct SolverMany : ISolver
{
    /// <inheritdoc/>
    public static bool Improves => false;

    /// <inheritdoc/>
    public static uint Improve<L, TKernel>(Workspace work, int at)
        where L : struct, ILanes<L>
        where TKernel : struct, IPotentialKernel => 0;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static uint Settle<L, TKernel>(Workspace work, int at, int maxIterations)
        where L : struct, ILanes<L>
        where TKernel : struct, IPotentialKernel
    {
        int n = work.N;
        L zero = L.Broadcast(0);
        L one = L.Broadcast(1);
        uint all = (1u << L.Width) - 1;
        ref L point = ref ManyScratch.At<L>(work, ManyScratch.Point(n, work.K));
        ref L trial = ref ManyScratch.At<L>(work, ManyScratch.Trial(n, work.K));
        ref L residual = ref ManyScratch.At<L>(work, ManyScratch.Residual(n, work.K));
        ref L step = ref ManyScratch.At<L>(work, ManyScratch.Step(n, work.K));
        L largest = Start(work, at, ref point, ref trial);
        L tolerance = work.ToleranceOf(largest);
        uint finite = L.Bits(L.Less(largest, L.Broadcast(double.PositiveInfinity)));
        Field<L, TKernel>(work, at, ref trial);
        L evaluations = one;
        L size = Largest(ref residual, n);
        uint pending = L.Bits(L.LessOrEqual(size, tolerance)) ^ all;
        for (int iteration = 0; (pending & finite) != 0 && iteration < maxIterations; iteration++)
        {
            L done = L.LessOrEqual(size, tolerance);
            Tiles.Hessian<L>(work);
            L ahead = Newton<L>(work, done);
            // E is convex, so its slope along the step rises from -ahead. A trial is good when the slope there is still negative or not above half of
            // what it was; otherwise the secant of the two slopes says where it vanishes. After many steps only still-descending trials pass: E then never rises.
            L bound = ahead * L.Broadcast(iteration < 40 ? -0.5 : -1e-3);
            L t = one;
            uint good = 0;
            for (int trials = 0; trials < 60; trials++)
            {
                for (int a = 0; a < n; a++)
                {
                    Unsafe.Add(ref trial, a) = L.FusedMultiplyAdd(t, Unsafe.Add(ref step, a), Unsafe.Add(ref point, a));
                }

                Field<L, TKernel>(work, at, ref trial);
                evaluations += L.Select(done, zero, one);
                L slope = zero;
                for (int a = 0; a < n; a++)
                {
                    slope = L.FusedMultiplyAdd(Unsafe.Add(ref residual, a), Unsafe.Add(ref step, a), slope);
                }

                size = Largest(ref residual, n);
                L passes = L.LessOrEqual(bound, slope);
                // The slopes near a solution are rounding errors; there the residual itself decides.
                good = L.Bits(passes) | L.Bits(L.LessOrEqual(size, tolerance)) | L.Bits(done);
                if (good == all)
                {
                    break;
                }

                L secant = ahead / (ahead - slope);
                L shrink = L.Min(L.Broadcast(0.6), L.Max(L.Broadcast(0.1), secant));
                L keep = L.Equal(L.And(passes, one), one);
                t = L.Select(keep, t, t * shrink);
            }

            for (int a = 0; a < n; a++)
            {
                Unsafe.Add(ref point, a) = L.Select(done, Unsafe.Add(ref point, a), Unsafe.Add(ref trial, a));
            }

            pending = L.Bits(L.LessOrEqual(size, tolerance)) ^ all;
        }

        ref double response = ref Unsafe.Add(ref work.Responses.First, at);
        for (int a = 0; a < n; a++)
        {
            L.Store(Unsafe.Add(ref point, a), ref Unsafe.Add(ref response, a * work.Lanes));
        }

        L.Store(size, ref Unsafe.Add(ref work.Residuals.First, at));
        ref double count = ref Unsafe.Add(ref work.Evaluations.First, at);
        L.Store(L.Load(in count) + evaluations, ref count);
        return pending;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static uint Learn<L, TKernel>(Workspace work, int at)
        where L : struct, ILanes<L>
        where TKernel : struct, IPotentialKernel
    {
        int n = work.N;
        ref L residual = ref ManyScratch.At<L>(work, ManyScratch.Residual(n, work.K));
        ref double response = ref Unsafe.Add(ref work.Responses.First, at);
        ref double stimulus = ref Unsafe.Add(ref work.Stimuli.First, at);
        L leak = L.Broadcast(work.Circuit.Leak);
        L largest = L.Broadcast(0);
        for (int a = 0; a < n; a++)
        {
            L s = L.Load(in Unsafe.Add(ref stimulus, a * work.Lanes));
            Unsafe.Add(ref residual, a) = L.FusedNegateMultiplyAdd(leak, L.Load(in Unsafe.Add(ref response, a * work.Lanes)), s);
            largest = L.Max(L.Abs(s), largest);
        }

        ref double constants = ref work.Constants.First;
        ref double link = ref work.Links.First;
        ref L terms = ref Unsafe.As<double, L>(ref Unsafe.Add(ref work.Terms.First, at * work.K * work.Rows));
        for (int i = work.K; i > 0; i--)
        {
            L z = L.Broadcast(0);
            for (int a = 0; a < n; a++)
            {
                z = L.FusedMultiplyAdd(L.Broadcast(Unsafe.Add(ref link, a)), L.Load(in Unsafe.Add(ref response, a * work.Lanes)), z);
            }

            default(TKernel).Learn(z, in constants, out L f, out _, ref terms);
            terms = ref Unsafe.Add(ref terms, 1 + work.P);
            L output = f * L.Broadcast(Unsafe.Add(ref link, n));
            for (int a = 0; a < n; a++)
            {
                Unsafe.Add(ref residual, a) = L.FusedNegateMultiplyAdd(output, L.Broadcast(Unsafe.Add(ref link, a)), Unsafe.Add(ref residual, a));
                Unsafe.Add(ref terms, a) = f * L.Load(in Unsafe.Add(ref response, a * work.Lanes));
            }

            terms = ref Unsafe.Add(ref terms, n);
            constants = ref Unsafe.Add(ref constants, work.C);
            link = ref Unsafe.Add(ref link, Workspace.LinkSize(n));
        }

        L size = Largest(ref residual, n);
        L.Store(size, ref Unsafe.Add(ref work.Residuals.First, at));
        return L.Bits(L.LessOrEqual(size, work.ToleranceOf(largest))) ^ ((1u << L.Width) - 1);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Drive<L, TKernel>(Workspace work, int at)
        where L : struct, ILanes<L>
        where TKernel : struct, IPotentialKernel
    {
        int n = work.N;
        ref double stimulus = ref Unsafe.Add(ref work.Stimuli.First, at);
        ref L trial = ref ManyScratch.At<L>(work, ManyScratch.Trial(n, work.K));
        ref L residual = ref ManyScratch.At<L>(work, ManyScratch.Residual(n, work.K));
        ref L diagonal = ref ManyScratch.At<L>(work, ManyScratch.Diagonal(n, work.K));
        for (int a = 0; a < n; a++)
        {
            Unsafe.Add(ref trial, a) = L.Load(in Unsafe.Add(ref work.Responses.First, at + (a * work.Lanes)));
            L.Store(L.Broadcast(0), ref Unsafe.Add(ref stimulus, a * work.Lanes));
        }

        // With no stimulus the residual is -grad phi.
        Field<L, TKernel>(work, at, ref trial);
        Tiles.Hessian<L>(work);
        Tiles.Factor(work, L.Broadcast(1e-300));
        L logDeterminant = L.Broadcast(0);
        L singular = logDeterminant;
        for (int a = 0; a < n; a++)
        {
            L.Store(-Unsafe.Add(ref residual, a), ref Unsafe.Add(ref stimulus, a * work.Lanes));
            L inverse = Unsafe.Add(ref diagonal, a);
            logDeterminant -= L.LogFloored(inverse);
            singular = L.Max(singular, inverse);
        }

        L.Store(
            L.Select(L.Less(singular, L.Broadcast(1e149)), logDeterminant + logDeterminant, L.Broadcast(double.NegativeInfinity)),
            ref Unsafe.Add(ref work.Residuals.First, at));
    }

    /// <summary>Takes the responses as the first point, the stimuli where a response is not finite.</summary>
    /// <returns>|s|_inf.</returns>
    private static L Start<L>(Workspace work, int at, ref L point, ref L trial)
        where L : struct, ILanes<L>
    {
        L largest = L.Broadcast(0);
        for (int a = 0; a < work.N; a++)
        {
            L s = L.Load(in Unsafe.Add(ref work.Stimuli.First, at + (a * work.Lanes)));
            L r = L.Load(in Unsafe.Add(ref work.Responses.First, at + (a * work.Lanes)));
            r = L.Select(L.Less(L.Abs(r), L.Broadcast(double.PositiveInfinity)), r, s);
            Unsafe.Add(ref point, a) = r;
            Unsafe.Add(ref trial, a) = r;
            // The order of the arguments keeps what is not a number.
            largest = L.Max(L.Abs(s), largest) + L.And(s - s, L.Broadcast(double.NaN));
        }

        return largest;
    }

    private static L Largest<L>(ref L values, int n)
        where L : struct, ILanes<L>
    {
        L largest = L.Broadcast(0);
        L sum = largest;
        for (int a = 0; a < n; a++)
        {
            largest = L.Max(L.Abs(Unsafe.Add(ref values, a)), largest);
            sum += Unsafe.Add(ref values, a) * L.Broadcast(0);
        }

        // 0 for finite values; the maximum alone would pass over what is not a number.
        return largest + sum;
    }

    /// <summary>The residual s - grad phi and the slopes g_i f'_i at a point.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Field<L, TKernel>(Workspace work, int at, ref L point)
        where L : struct, ILanes<L>
        where TKernel : struct, IPotentialKernel
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

            default(TKernel).Activate(z, in constants, out L f, out L slope);
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

    /// <summary>Factors the Hessian and leaves Newton's step for the residual; no step where done, and none that reaches too far.</summary>
    /// <returns>The residual times the step: minus the slope of E along it.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static L Newton<L>(Workspace work, L done)
        where L : struct, ILanes<L>
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
        L floor = L.FusedMultiplyAdd(trace, L.Broadcast(1e-13), L.Broadcast(1e-200));
        Tiles.Factor(work, floor);
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

        L longest = zero;
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

        reach = L.FusedMultiplyAdd(reach, L.Broadcast(10), one);
        L scale = L.Select(done, zero, L.Select(L.Less(reach, longest), reach / longest, one));
        L ahead = zero;
        for (int a = 0; a < n; a++)
        {
            L d = L.Select(done, zero, Unsafe.Add(ref step, a) * scale);
            Unsafe.Add(ref step, a) = d;
            ahead = L.FusedMultiplyAdd(d, Unsafe.Add(ref residual, a), ahead);
        }

        return ahead;
    }
}
