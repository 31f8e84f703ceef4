using System.Runtime.CompilerServices;

namespace Interneuron.Kernels;

/// <summary>N = 2: everything of a block in registers, Hessian and its inverse included. Safeguarded steps, seldom needed, are those of <see cref="SolverMany"/>.</summary>
internal readonly struct SolverTwo : ISolver
{
    /// <inheritdoc/>
    public static bool Improves => true;

    /// <summary>
    /// A third-order step (Halley's in several dimensions): Newton's step d, then again with the slope of each interneuron replaced by its mean over the step,
    /// f' + f'' (w . d)/2, kept to at least half of f' so that the matrix stays positive definite.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static uint Improve<TLanes, TKernel>(Workspace work, int at)
        where TLanes : struct, ILanes<TLanes>
        where TKernel : struct, IPotentialKernel
    {
        ref double stimulus = ref Unsafe.Add(ref work.Stimuli.First, at);
        ref double response = ref Unsafe.Add(ref work.Responses.First, at);
        int lanes = work.Lanes;
        TLanes s0 = TLanes.Load(in stimulus);
        TLanes s1 = TLanes.Load(in Unsafe.Add(ref stimulus, lanes));
        TLanes r0 = TLanes.Load(in response);
        TLanes r1 = TLanes.Load(in Unsafe.Add(ref response, lanes));
        TLanes h00 = work.Leak<TLanes>();
        TLanes h11 = h00;
        TLanes h01 = TLanes.Broadcast(0);
        TLanes e0 = TLanes.FusedNegateMultiplyAdd(h00, r0, s0);
        TLanes e1 = TLanes.FusedNegateMultiplyAdd(h00, r1, s1);
        ref double constants = ref work.Constants.First;
        ref double link = ref work.Links.First;
        ref TLanes curve = ref Unsafe.As<double, TLanes>(ref work.Scratch.First);
        for (int i = work.K; i > 0; i--)
        {
            TLanes z = TLanes.FusedMultiplyAdd(TLanes.Constant(in link, 0), r0, TLanes.Constant(in link, 1) * r1);
            default(TKernel).Curve(z, in constants, out TLanes f, out TLanes slope, out TLanes bend);
            curve = slope;
            Unsafe.Add(ref curve, 1) = bend;
            e0 = TLanes.FusedNegateMultiplyAdd(TLanes.Constant(in link, 3), f, e0);
            e1 = TLanes.FusedNegateMultiplyAdd(TLanes.Constant(in link, 4), f, e1);
            h00 = TLanes.FusedMultiplyAdd(TLanes.Constant(in link, 5), slope, h00);
            h01 = TLanes.FusedMultiplyAdd(TLanes.Constant(in link, 6), slope, h01);
            h11 = TLanes.FusedMultiplyAdd(TLanes.Constant(in link, 7), slope, h11);
            constants = ref Unsafe.Add(ref constants, work.C * TLanes.Circuits);
            link = ref Unsafe.Add(ref link, 8 * TLanes.Circuits);
            curve = ref Unsafe.Add(ref curve, 2);
        }

        TLanes inverse = TLanes.Broadcast(1) / TLanes.FusedMultiplyAdd(h00, h11, -(h01 * h01));
        TLanes d0 = TLanes.FusedMultiplyAdd(h11, e0, -(h01 * e1)) * inverse;
        TLanes d1 = TLanes.FusedMultiplyAdd(h00, e1, -(h01 * e0)) * inverse;
        TLanes half = TLanes.Broadcast(0.5);
        TLanes x0 = d0 * half;
        TLanes x1 = d1 * half;
        TLanes m00 = work.Leak<TLanes>();
        TLanes m11 = m00;
        TLanes m01 = TLanes.Broadcast(0);
        link = ref work.Links.First;
        curve = ref Unsafe.As<double, TLanes>(ref work.Scratch.First);
        for (int i = work.K; i > 0; i--)
        {
            TLanes x = TLanes.FusedMultiplyAdd(TLanes.Constant(in link, 0), x0, TLanes.Constant(in link, 1) * x1);
            TLanes slope = curve;
            slope = TLanes.Max(TLanes.FusedMultiplyAdd(Unsafe.Add(ref curve, 1), x, slope), slope * half);
            m00 = TLanes.FusedMultiplyAdd(TLanes.Constant(in link, 5), slope, m00);
            m01 = TLanes.FusedMultiplyAdd(TLanes.Constant(in link, 6), slope, m01);
            m11 = TLanes.FusedMultiplyAdd(TLanes.Constant(in link, 7), slope, m11);
            link = ref Unsafe.Add(ref link, 8 * TLanes.Circuits);
            curve = ref Unsafe.Add(ref curve, 2);
        }

        inverse = TLanes.Broadcast(1) / TLanes.FusedMultiplyAdd(m00, m11, -(m01 * m01));
        TLanes c0 = TLanes.FusedMultiplyAdd(m11, e0, -(m01 * e1)) * inverse;
        TLanes c1 = TLanes.FusedMultiplyAdd(m00, e1, -(m01 * e0)) * inverse;
        TLanes tolerance = work.ToleranceOf(TLanes.Max(TLanes.Abs(s0), TLanes.Abs(s1)));
        TLanes open = TLanes.Less(tolerance, TLanes.Max(TLanes.Abs(e0), TLanes.Abs(e1)));
        c0 = TLanes.And(open, c0);
        c1 = TLanes.And(open, c1);
        TLanes.Store(r0 + c0, ref response);
        TLanes.Store(r1 + c1, ref Unsafe.Add(ref response, lanes));
        // The two steps differ by b, second order in their size c; what is left of the residual is about h b^2/c.
        TLanes b = TLanes.And(open, TLanes.Abs(c0 - d0) + TLanes.Abs(c1 - d1));
        TLanes left = b * b * (h00 + h11);
        return TLanes.Bits(TLanes.LessOrEqual(left, tolerance * TLanes.Broadcast(4) * (TLanes.Abs(c0) + TLanes.Abs(c1)))) ^ ((1u << TLanes.Width) - 1);
    }

    /// <inheritdoc/>
    public static uint Settle<TLanes, TKernel>(Workspace work, int at, int maxIterations)
        where TLanes : struct, ILanes<TLanes>
        where TKernel : struct, IPotentialKernel => SolverMany.Settle<TLanes, TKernel>(work, at, maxIterations);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static uint Learn<TLanes, TKernel>(Workspace work, int at)
        where TLanes : struct, ILanes<TLanes>
        where TKernel : struct, IPotentialKernel
    {
        ref double stimulus = ref Unsafe.Add(ref work.Stimuli.First, at);
        ref double response = ref Unsafe.Add(ref work.Responses.First, at);
        int lanes = work.Lanes;
        TLanes s0 = TLanes.Load(in stimulus);
        TLanes s1 = TLanes.Load(in Unsafe.Add(ref stimulus, lanes));
        TLanes r0 = TLanes.Load(in response);
        TLanes r1 = TLanes.Load(in Unsafe.Add(ref response, lanes));
        TLanes h00 = work.Leak<TLanes>();
        TLanes h11 = h00;
        TLanes h01 = TLanes.Broadcast(0);
        TLanes e0 = TLanes.FusedNegateMultiplyAdd(h00, r0, s0);
        TLanes e1 = TLanes.FusedNegateMultiplyAdd(h00, r1, s1);
        ref double constants = ref work.Constants.First;
        ref double link = ref work.Links.First;
        ref TLanes terms = ref Unsafe.As<double, TLanes>(ref Unsafe.Add(ref work.Terms.First, at * work.K * work.Rows));
        for (int i = work.K; i > 0; i--)
        {
            TLanes z = TLanes.FusedMultiplyAdd(TLanes.Constant(in link, 0), r0, TLanes.Constant(in link, 1) * r1);
            default(TKernel).Learn(z, in constants, out TLanes f, out TLanes slope, ref terms);
            terms = ref Unsafe.Add(ref terms, work.Rows - 2);
            terms = f * r0;
            Unsafe.Add(ref terms, 1) = f * r1;
            terms = ref Unsafe.Add(ref terms, 2);
            e0 = TLanes.FusedNegateMultiplyAdd(TLanes.Constant(in link, 3), f, e0);
            e1 = TLanes.FusedNegateMultiplyAdd(TLanes.Constant(in link, 4), f, e1);
            h00 = TLanes.FusedMultiplyAdd(TLanes.Constant(in link, 5), slope, h00);
            h01 = TLanes.FusedMultiplyAdd(TLanes.Constant(in link, 6), slope, h01);
            h11 = TLanes.FusedMultiplyAdd(TLanes.Constant(in link, 7), slope, h11);
            constants = ref Unsafe.Add(ref constants, work.C * TLanes.Circuits);
            link = ref Unsafe.Add(ref link, 8 * TLanes.Circuits);
        }

        // dr/ds is the inverse of the Hessian.
        TLanes inverse = TLanes.Broadcast(1) / TLanes.Max(TLanes.Broadcast(1e-100), TLanes.FusedMultiplyAdd(h00, h11, -(h01 * h01)));
        ref double derivative = ref Unsafe.Add(ref work.Inverses.First, at);
        TLanes.Store(h11 * inverse, ref derivative);
        TLanes.Store(-(h01 * inverse), ref Unsafe.Add(ref derivative, lanes));
        TLanes.Store(h00 * inverse, ref Unsafe.Add(ref derivative, 2 * lanes));
        // One comparison a component: a maximum would pass over what is not a number.
        TLanes tolerance = work.ToleranceOf(TLanes.Max(TLanes.Abs(s0), TLanes.Abs(s1)));
        TLanes converged = TLanes.And(TLanes.LessOrEqual(TLanes.Abs(e0), tolerance), TLanes.LessOrEqual(TLanes.Abs(e1), tolerance));
        return TLanes.Bits(converged) ^ ((1u << TLanes.Width) - 1);
    }

    /// <inheritdoc/>
    public static void Drive<TLanes, TKernel>(Workspace work, int at)
        where TLanes : struct, ILanes<TLanes>
        where TKernel : struct, IPotentialKernel => SolverMany.Drive<TLanes, TKernel>(work, at);
}
