using System.Runtime.CompilerServices;

namespace Interneuron.Kernels;

/// <summary>N = 1: grad phi is an increasing function of one number, so its root can be bracketed.</summary>
internal readonly struct SolverOne : ISolver
{
    /// <summary>The width, relative to its ends, of a bracket that arithmetic cannot divide further.</summary>
    private const double Narrow = 4 * 2.220446049250313e-16;

    /// <summary>The width near 0.</summary>
    private const double Smallest = 1e-150;

    /// <inheritdoc/>
    public static bool Improves => true;

    /// <summary>Halley's step: with e the residual, h and c the first two derivatives of grad phi, r grows by 2 e h / (2 h^2 + c e).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static uint Improve<L, TKernel>(Workspace work, int at)
        where L : struct, ILanes<L>
        where TKernel : struct, IPotentialKernel
    {
        L s = L.Load(in Unsafe.Add(ref work.Stimuli.First, at));
        ref double response = ref Unsafe.Add(ref work.Responses.First, at);
        L r = L.Load(in response);
        L h = L.Broadcast(work.Circuit.Leak);
        L e = L.FusedNegateMultiplyAdd(h, r, s);
        L c = L.Broadcast(0);
        ref double constants = ref work.Constants.First;
        ref double link = ref work.Links.First;
        for (int i = work.K; i > 0; i--)
        {
            default(TKernel).Curve(L.Broadcast(link) * r, in constants, out L f, out L slope, out L bend);
            e = L.FusedNegateMultiplyAdd(L.Broadcast(Unsafe.Add(ref link, 1)), f, e);
            h = L.FusedMultiplyAdd(L.Broadcast(Unsafe.Add(ref link, 2)), slope, h);
            c = L.FusedMultiplyAdd(L.Broadcast(Unsafe.Add(ref link, 3)), bend, c);
            constants = ref Unsafe.Add(ref constants, work.C);
            link = ref Unsafe.Add(ref link, 4);
        }

        // If the second-order term would more than double Newton's step, it cannot be trusted that far away.
        L square = h * h;
        L ce = c * e;
        L d = (e + e) * h / L.Max(L.FusedMultiplyAdd(square, L.Broadcast(2), ce), square);
        L tolerance = work.ToleranceOf(L.Abs(s));
        d = L.And(L.Less(tolerance, L.Abs(e)), d);
        L.Store(r + d, ref response);
        L.Store(c, ref Unsafe.Add(ref work.Bends.First, at));
        // What a third-order step leaves is about h d (c d / 2 h)^2.
        L cd = c * d;
        L left = L.Abs(d) * cd * cd;
        return L.Bits(L.LessOrEqual(left, tolerance * L.Broadcast(4) * h)) ^ ((1u << L.Width) - 1);
    }

    /// <summary>
    /// Newton's steps inside the bracket that the signs of the residuals give; a step out of the bracket is replaced by its middle. Where the bracket is as narrow as the
    /// arithmetic allows, the solution is in it, be it a kink of phi or a root whose residual is all rounding.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static uint Settle<L, TKernel>(Workspace work, int at, int maxIterations)
        where L : struct, ILanes<L>
        where TKernel : struct, IPotentialKernel
    {
        L zero = L.Broadcast(0);
        L infinity = L.Broadcast(double.PositiveInfinity);
        L s = L.Load(in Unsafe.Add(ref work.Stimuli.First, at));
        ref double response = ref Unsafe.Add(ref work.Responses.First, at);
        L r = L.Load(in response);
        r = L.Select(L.Less(L.Abs(r), infinity), r, s);
        L tolerance = work.ToleranceOf(L.Abs(s));
        L low = -infinity;
        L high = infinity;
        L evaluations = zero;
        L size;
        L done = zero;
        uint all = (1u << L.Width) - 1;
        L real = L.Less(L.Abs(s), infinity);
        uint finite = L.Bits(real);
        uint pending;
        for (int iteration = 0; ; iteration++)
        {
            L h = L.Broadcast(work.Circuit.Leak);
            L e = L.FusedNegateMultiplyAdd(h, r, s);
            ref double constants = ref work.Constants.First;
            ref double link = ref work.Links.First;
            for (int i = work.K; i > 0; i--)
            {
                default(TKernel).Activate(L.Broadcast(link) * r, in constants, out L f, out L slope);
                e = L.FusedNegateMultiplyAdd(L.Broadcast(Unsafe.Add(ref link, 1)), f, e);
                h = L.FusedMultiplyAdd(L.Broadcast(Unsafe.Add(ref link, 2)), slope, h);
                constants = ref Unsafe.Add(ref constants, work.C);
                link = ref Unsafe.Add(ref link, 4);
            }

            evaluations += L.Select(done, zero, L.Broadcast(1));
            size = L.Abs(e);
            low = L.Select(L.Less(zero, e), r, low);
            high = L.Select(L.Less(e, zero), r, high);
            L left = L.Abs(low);
            L right = L.Abs(high);
            L bracketed = L.Less(L.Max(left, right), infinity);
            L narrow = L.And(bracketed, L.LessOrEqual(high - low, L.FusedMultiplyAdd(L.Max(left, right), L.Broadcast(Narrow), L.Broadcast(Smallest))));
            narrow = L.And(L.Less(tolerance, size), narrow);
            r = L.Select(narrow, L.Select(L.Less(left, right), low, high), r);
            size = L.Select(narrow, zero, size);
            done = L.And(real, L.LessOrEqual(size, tolerance));
            pending = L.Bits(done) ^ all;
            if ((pending & finite) == 0 || iteration == maxIterations)
            {
                break;
            }

            // A flat stretch gives an infinite step, and a vertical one none: a reach that grows tenfold each time finds the other side of any root.
            L reach = L.FusedMultiplyAdd(L.Abs(r), L.Broadcast(9), L.Broadcast(1));
            L step = e / h;
            L usable = L.And(L.Less(zero, L.Abs(step)), L.Less(L.Abs(step), reach));
            step = L.Select(usable, step, L.CopySign(reach, e));
            L next = r + step;
            // The middle by magnitude finds roots and kinks near 0 as soon as others; across 0 it is 0.
            L middle = L.Sqrt(L.Max(left, L.Broadcast(Smallest))) * L.Sqrt(L.Max(right, L.Broadcast(Smallest)));
            L across = L.And(L.Less(low, zero), L.Less(zero, high));
            middle = L.Select(across, zero, L.CopySign(middle, low + high));
            L inside = L.And(L.Less(low, next), L.Less(next, high));
            if (iteration > 8 && iteration % 2 == 0)
            {
                // Newton's steps from one side can be arbitrarily slow; halving cannot.
                inside = L.And(inside, zero);
            }

            next = L.Select(inside, next, L.Select(bracketed, middle, next));
            r = L.Select(done, r, next);
        }

        L.Store(r, ref response);
        L.Store(L.Select(real, size, L.Broadcast(double.NaN)), ref Unsafe.Add(ref work.Residuals.First, at));
        L.Store(tolerance, ref Unsafe.Add(ref work.Accepted.First, at));
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
        L s = L.Load(in Unsafe.Add(ref work.Stimuli.First, at));
        L r = L.Load(in Unsafe.Add(ref work.Responses.First, at));
        L h = L.Broadcast(work.Circuit.Leak);
        L e = L.FusedNegateMultiplyAdd(h, r, s);
        ref double constants = ref work.Constants.First;
        ref double link = ref work.Links.First;
        ref double terms = ref Unsafe.Add(ref work.Terms.First, at * work.K * work.Rows);
        for (int i = work.K; i > 0; i--)
        {
            default(TKernel).Learn(L.Broadcast(link) * r, in constants, out L f, out L slope, ref Unsafe.As<double, L>(ref terms));
            e = L.FusedNegateMultiplyAdd(L.Broadcast(Unsafe.Add(ref link, 1)), f, e);
            h = L.FusedMultiplyAdd(L.Broadcast(Unsafe.Add(ref link, 2)), slope, h);
            constants = ref Unsafe.Add(ref constants, work.C);
            link = ref Unsafe.Add(ref link, 4);
            terms = ref Unsafe.Add(ref terms, work.Rows * L.Width);
        }

        // r(s) has the derivatives 1/h and -c/h^3; c is the one of the last step's start.
        ref double bends = ref Unsafe.Add(ref work.Bends.First, at);
        L inverse = L.Broadcast(1) / L.Max(L.Broadcast(1e-100), h);
        L bend = L.Load(in bends) * L.Broadcast(-0.5) * inverse * inverse * inverse;
        L reach = (L.Abs(s) + L.Broadcast(work.CellWidth)) * L.Broadcast(0.5);
        L.Store(L.And(L.Less(L.Abs(bend) * reach, inverse), bend), ref bends);
        L.Store(inverse, ref Unsafe.Add(ref work.Inverses.First, at));
        return L.Bits(L.LessOrEqual(L.Abs(e), work.ToleranceOf(L.Abs(s)))) ^ ((1u << L.Width) - 1);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Drive<L, TKernel>(Workspace work, int at)
        where L : struct, ILanes<L>
        where TKernel : struct, IPotentialKernel
    {
        L r = L.Load(in Unsafe.Add(ref work.Responses.First, at));
        L h = L.Broadcast(work.Circuit.Leak);
        L s = h * r;
        ref double constants = ref work.Constants.First;
        ref double link = ref work.Links.First;
        for (int i = work.K; i > 0; i--)
        {
            default(TKernel).Activate(L.Broadcast(link) * r, in constants, out L f, out L slope);
            s = L.FusedMultiplyAdd(L.Broadcast(Unsafe.Add(ref link, 1)), f, s);
            h = L.FusedMultiplyAdd(L.Broadcast(Unsafe.Add(ref link, 2)), slope, h);
            constants = ref Unsafe.Add(ref constants, work.C);
            link = ref Unsafe.Add(ref link, 4);
        }

        L.Store(s, ref Unsafe.Add(ref work.Stimuli.First, at));
        L.Store(L.Log(h), ref Unsafe.Add(ref work.Residuals.First, at));
    }
}
