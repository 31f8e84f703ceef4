using System.Runtime.CompilerServices;

namespace Interneuron.Kernels;

/// <summary>N = 1: grad phi is an increasing function of one number, so its root can be bracketed.</summary>
internal readonly struct SolverOne : ISolver
{
    /// <summary>The width, relative to its ends, of a bracket that arithmetic cannot divide further.</summary>
    private const double Narrow = 4 * 2.220446049250313e-16;

    /// <summary>The shortest step, relative to where it starts: shorter ones are lost in rounding, and never come to the other side.</summary>
    private const double Shortest = 2 * 2.220446049250313e-16;

    /// <summary>The width near 0.</summary>
    private const double Smallest = 1e-150;

    /// <inheritdoc/>
    public static bool Improves => true;

    /// <summary>Halley's step: with e the residual, h and c the first two derivatives of grad phi, r grows by 2 e h / (2 h^2 + c e).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static uint Improve<TLanes, TKernel>(Workspace work, int at)
        where TLanes : struct, ILanes<TLanes>
        where TKernel : struct, IPotentialKernel
    {
        TLanes s = TLanes.Load(in Unsafe.Add(ref work.Stimuli.First, at));
        ref double response = ref Unsafe.Add(ref work.Responses.First, at);
        TLanes r = TLanes.Load(in response);
        TLanes h = work.Leak<TLanes>();
        TLanes e = TLanes.FusedNegateMultiplyAdd(h, r, s);
        TLanes c = TLanes.Broadcast(0);
        ref double constants = ref work.Constants.First;
        ref double link = ref work.Links.First;
        for (int i = work.K; i > 0; i--)
        {
            default(TKernel).Curve(TLanes.Constant(in link, 0) * r, in constants, out TLanes f, out TLanes slope, out TLanes bend);
            e = TLanes.FusedNegateMultiplyAdd(TLanes.Constant(in link, 1), f, e);
            h = TLanes.FusedMultiplyAdd(TLanes.Constant(in link, 2), slope, h);
            c = TLanes.FusedMultiplyAdd(TLanes.Constant(in link, 3), bend, c);
            constants = ref Unsafe.Add(ref constants, work.C * TLanes.Circuits);
            link = ref Unsafe.Add(ref link, 4 * TLanes.Circuits);
        }

        // Where the second-order term would more than double Newton's step, it is too far away to be trusted.
        TLanes square = h * h;
        TLanes ce = c * e;
        TLanes d = (e + e) * h / TLanes.Max(TLanes.FusedMultiplyAdd(square, TLanes.Broadcast(2), ce), square);
        TLanes tolerance = work.ToleranceOf(TLanes.Abs(s));
        d = TLanes.And(TLanes.Less(tolerance, TLanes.Abs(e)), d);
        TLanes.Store(r + d, ref response);
        TLanes.Store(c, ref Unsafe.Add(ref work.Bends.First, at));
        // What a third-order step leaves is about h d (c d / 2 h)^2.
        TLanes cd = c * d;
        TLanes left = TLanes.Abs(d) * cd * cd;
        return TLanes.Bits(TLanes.LessOrEqual(left, tolerance * TLanes.Broadcast(4) * h)) ^ ((1u << TLanes.Width) - 1);
    }

    /// <summary>
    /// Newton's steps inside the bracket that the signs of the residuals give; a step out of the bracket is replaced by its middle. Where the bracket is as narrow as the
    /// arithmetic allows, the solution is in it, be it a kink of phi or a root whose residual is all rounding.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static uint Settle<TLanes, TKernel>(Workspace work, int at, int maxIterations)
        where TLanes : struct, ILanes<TLanes>
        where TKernel : struct, IPotentialKernel
    {
        TLanes zero = TLanes.Broadcast(0);
        TLanes infinity = TLanes.Broadcast(double.PositiveInfinity);
        TLanes s = TLanes.Load(in Unsafe.Add(ref work.Stimuli.First, at));
        ref double response = ref Unsafe.Add(ref work.Responses.First, at);
        TLanes r = TLanes.Load(in response);
        r = TLanes.Select(TLanes.Less(TLanes.Abs(r), infinity), r, s);
        TLanes tolerance = work.ToleranceOf(TLanes.Abs(s));
        TLanes low = -infinity;
        TLanes high = infinity;
        TLanes evaluations = zero;
        TLanes size;
        TLanes done = zero;
        uint all = (1u << TLanes.Width) - 1;
        TLanes real = TLanes.Less(TLanes.Abs(s), infinity);
        uint finite = TLanes.Bits(real);
        uint pending;
        for (int iteration = 0; ; iteration++)
        {
            TLanes h = work.Leak<TLanes>();
            TLanes e = TLanes.FusedNegateMultiplyAdd(h, r, s);
            ref double constants = ref work.Constants.First;
            ref double link = ref work.Links.First;
            for (int i = work.K; i > 0; i--)
            {
                default(TKernel).Activate(TLanes.Constant(in link, 0) * r, in constants, out TLanes f, out TLanes slope);
                e = TLanes.FusedNegateMultiplyAdd(TLanes.Constant(in link, 1), f, e);
                h = TLanes.FusedMultiplyAdd(TLanes.Constant(in link, 2), slope, h);
                constants = ref Unsafe.Add(ref constants, work.C * TLanes.Circuits);
                link = ref Unsafe.Add(ref link, 4 * TLanes.Circuits);
            }

            evaluations += TLanes.Select(done, zero, TLanes.Broadcast(1));
            size = TLanes.Abs(e);
            low = TLanes.Select(TLanes.Less(zero, e), r, low);
            high = TLanes.Select(TLanes.Less(e, zero), r, high);
            TLanes left = TLanes.Abs(low);
            TLanes right = TLanes.Abs(high);
            TLanes bracketed = TLanes.Less(TLanes.Max(left, right), infinity);
            TLanes narrow = TLanes.And(bracketed, TLanes.LessOrEqual(high - low, TLanes.FusedMultiplyAdd(TLanes.Max(left, right), TLanes.Broadcast(Narrow), TLanes.Broadcast(Smallest))));
            narrow = TLanes.And(TLanes.Less(tolerance, size), narrow);
            r = TLanes.Select(narrow, TLanes.Select(TLanes.Less(left, right), low, high), r);
            size = TLanes.Select(narrow, zero, size);
            done = TLanes.And(real, TLanes.LessOrEqual(size, tolerance));
            pending = TLanes.Bits(done) ^ all;
            if ((pending & finite) == 0 || iteration == maxIterations)
            {
                break;
            }

            // A flat stretch gives an infinite step, and a vertical one none: a reach that grows tenfold each time finds the other side of any root.
            TLanes reach = TLanes.FusedMultiplyAdd(TLanes.Abs(r), TLanes.Broadcast(9), TLanes.Broadcast(1));
            TLanes step = e / h;
            TLanes usable = TLanes.And(TLanes.Less(zero, TLanes.Abs(step)), TLanes.Less(TLanes.Abs(step), reach));
            TLanes length = TLanes.Max(TLanes.Abs(step), TLanes.Abs(r) * TLanes.Broadcast(Shortest));
            step = TLanes.CopySign(TLanes.Select(usable, length, reach), e);
            TLanes next = r + step;
            // The middle by magnitude finds roots and kinks near 0 as soon as others; across 0 it is 0.
            TLanes middle = TLanes.Sqrt(TLanes.Max(left, TLanes.Broadcast(Smallest))) * TLanes.Sqrt(TLanes.Max(right, TLanes.Broadcast(Smallest)));
            TLanes across = TLanes.And(TLanes.Less(low, zero), TLanes.Less(zero, high));
            middle = TLanes.Select(across, zero, TLanes.CopySign(middle, low + high));
            TLanes inside = TLanes.And(TLanes.Less(low, next), TLanes.Less(next, high));
            if (iteration > 8 && iteration % 2 == 0)
            {
                // Newton's steps from one side can be as slow as they like; halving cannot.
                inside = TLanes.And(inside, zero);
            }

            next = TLanes.Select(inside, next, TLanes.Select(bracketed, middle, next));
            r = TLanes.Select(done, r, next);
        }

        TLanes.Store(r, ref response);
        TLanes.Store(TLanes.Select(real, size, TLanes.Broadcast(double.NaN)), ref Unsafe.Add(ref work.Residuals.First, at));
        TLanes.Store(tolerance, ref Unsafe.Add(ref work.Accepted.First, at));
        ref double count = ref Unsafe.Add(ref work.Evaluations.First, at);
        TLanes.Store(TLanes.Load(in count) + evaluations, ref count);
        return pending;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static uint Learn<TLanes, TKernel>(Workspace work, int at)
        where TLanes : struct, ILanes<TLanes>
        where TKernel : struct, IPotentialKernel
    {
        TLanes s = TLanes.Load(in Unsafe.Add(ref work.Stimuli.First, at));
        TLanes r = TLanes.Load(in Unsafe.Add(ref work.Responses.First, at));
        TLanes h = work.Leak<TLanes>();
        TLanes e = TLanes.FusedNegateMultiplyAdd(h, r, s);
        ref double constants = ref work.Constants.First;
        ref double link = ref work.Links.First;
        ref double terms = ref Unsafe.Add(ref work.Terms.First, at * work.K * work.Rows);
        for (int i = work.K; i > 0; i--)
        {
            default(TKernel).Learn(TLanes.Constant(in link, 0) * r, in constants, out TLanes f, out TLanes slope, ref Unsafe.As<double, TLanes>(ref terms));
            e = TLanes.FusedNegateMultiplyAdd(TLanes.Constant(in link, 1), f, e);
            h = TLanes.FusedMultiplyAdd(TLanes.Constant(in link, 2), slope, h);
            constants = ref Unsafe.Add(ref constants, work.C * TLanes.Circuits);
            link = ref Unsafe.Add(ref link, 4 * TLanes.Circuits);
            terms = ref Unsafe.Add(ref terms, work.Rows * TLanes.Width);
        }

        // r(s) has the derivatives 1/h and -c/h^3; c is the one of the last step's start.
        ref double bends = ref Unsafe.Add(ref work.Bends.First, at);
        TLanes inverse = TLanes.Broadcast(1) / TLanes.Max(TLanes.Broadcast(1e-100), h);
        TLanes bend = TLanes.Load(in bends) * TLanes.Broadcast(-0.5) * inverse * inverse * inverse;
        TLanes reach = (TLanes.Abs(s) + work.CellWidth<TLanes>()) * TLanes.Broadcast(0.5);
        TLanes.Store(TLanes.And(TLanes.Less(TLanes.Abs(bend) * reach, inverse), bend), ref bends);
        TLanes.Store(inverse, ref Unsafe.Add(ref work.Inverses.First, at));
        return TLanes.Bits(TLanes.LessOrEqual(TLanes.Abs(e), work.ToleranceOf(TLanes.Abs(s)))) ^ ((1u << TLanes.Width) - 1);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Drive<TLanes, TKernel>(Workspace work, int at)
        where TLanes : struct, ILanes<TLanes>
        where TKernel : struct, IPotentialKernel
    {
        TLanes r = TLanes.Load(in Unsafe.Add(ref work.Responses.First, at));
        TLanes h = work.Leak<TLanes>();
        TLanes s = h * r;
        ref double constants = ref work.Constants.First;
        ref double link = ref work.Links.First;
        for (int i = work.K; i > 0; i--)
        {
            default(TKernel).Activate(TLanes.Constant(in link, 0) * r, in constants, out TLanes f, out TLanes slope);
            s = TLanes.FusedMultiplyAdd(TLanes.Constant(in link, 1), f, s);
            h = TLanes.FusedMultiplyAdd(TLanes.Constant(in link, 2), slope, h);
            constants = ref Unsafe.Add(ref constants, work.C * TLanes.Circuits);
            link = ref Unsafe.Add(ref link, 4 * TLanes.Circuits);
        }

        TLanes.Store(s, ref Unsafe.Add(ref work.Stimuli.First, at));
        TLanes.Store(TLanes.Log(h), ref Unsafe.Add(ref work.Residuals.First, at));
    }
}
