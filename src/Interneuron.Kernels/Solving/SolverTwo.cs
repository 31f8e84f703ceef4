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
    public static uint Improve<L, TKernel>(Workspace work, int at)
        where L : struct, ILanes<L>
        where TKernel : struct, IPotentialKernel
    {
        ref double stimulus = ref Unsafe.Add(ref work.Stimuli.First, at);
        ref double response = ref Unsafe.Add(ref work.Responses.First, at);
        int lanes = work.Lanes;
        L s0 = L.Load(in stimulus);
        L s1 = L.Load(in Unsafe.Add(ref stimulus, lanes));
        L r0 = L.Load(in response);
        L r1 = L.Load(in Unsafe.Add(ref response, lanes));
        L h00 = L.Broadcast(work.Circuit.Leak);
        L h11 = h00;
        L h01 = L.Broadcast(0);
        L e0 = L.FusedNegateMultiplyAdd(h00, r0, s0);
        L e1 = L.FusedNegateMultiplyAdd(h00, r1, s1);
        ref double constants = ref work.Constants.First;
        ref double link = ref work.Links.First;
        ref L curve = ref Unsafe.As<double, L>(ref work.Scratch.First);
        for (int i = work.K; i > 0; i--)
        {
            L z = L.FusedMultiplyAdd(L.Broadcast(link), r0, L.Broadcast(Unsafe.Add(ref link, 1)) * r1);
            default(TKernel).Curve(z, in constants, out L f, out L slope, out L bend);
            curve = slope;
            Unsafe.Add(ref curve, 1) = bend;
            e0 = L.FusedNegateMultiplyAdd(L.Broadcast(Unsafe.Add(ref link, 3)), f, e0);
            e1 = L.FusedNegateMultiplyAdd(L.Broadcast(Unsafe.Add(ref link, 4)), f, e1);
            h00 = L.FusedMultiplyAdd(L.Broadcast(Unsafe.Add(ref link, 5)), slope, h00);
            h01 = L.FusedMultiplyAdd(L.Broadcast(Unsafe.Add(ref link, 6)), slope, h01);
            h11 = L.FusedMultiplyAdd(L.Broadcast(Unsafe.Add(ref link, 7)), slope, h11);
            constants = ref Unsafe.Add(ref constants, work.C);
            link = ref Unsafe.Add(ref link, 8);
            curve = ref Unsafe.Add(ref curve, 2);
        }

        L inverse = L.Broadcast(1) / L.FusedMultiplyAdd(h00, h11, -(h01 * h01));
        L d0 = L.FusedMultiplyAdd(h11, e0, -(h01 * e1)) * inverse;
        L d1 = L.FusedMultiplyAdd(h00, e1, -(h01 * e0)) * inverse;
        L half = L.Broadcast(0.5);
        L x0 = d0 * half;
        L x1 = d1 * half;
        L m00 = L.Broadcast(work.Circuit.Leak);
        L m11 = m00;
        L m01 = L.Broadcast(0);
        link = ref work.Links.First;
        curve = ref Unsafe.As<double, L>(ref work.Scratch.First);
        for (int i = work.K; i > 0; i--)
        {
            L x = L.FusedMultiplyAdd(L.Broadcast(link), x0, L.Broadcast(Unsafe.Add(ref link, 1)) * x1);
            L slope = curve;
            slope = L.Max(L.FusedMultiplyAdd(Unsafe.Add(ref curve, 1), x, slope), slope * half);
            m00 = L.FusedMultiplyAdd(L.Broadcast(Unsafe.Add(ref link, 5)), slope, m00);
            m01 = L.FusedMultiplyAdd(L.Broadcast(Unsafe.Add(ref link, 6)), slope, m01);
            m11 = L.FusedMultiplyAdd(L.Broadcast(Unsafe.Add(ref link, 7)), slope, m11);
            link = ref Unsafe.Add(ref link, 8);
            curve = ref Unsafe.Add(ref curve, 2);
        }

        inverse = L.Broadcast(1) / L.FusedMultiplyAdd(m00, m11, -(m01 * m01));
        L c0 = L.FusedMultiplyAdd(m11, e0, -(m01 * e1)) * inverse;
        L c1 = L.FusedMultiplyAdd(m00, e1, -(m01 * e0)) * inverse;
        L tolerance = work.ToleranceOf(L.Max(L.Abs(s0), L.Abs(s1)));
        L open = L.Less(tolerance, L.Max(L.Abs(e0), L.Abs(e1)));
        c0 = L.And(open, c0);
        c1 = L.And(open, c1);
        L.Store(r0 + c0, ref response);
        L.Store(r1 + c1, ref Unsafe.Add(ref response, lanes));
        // The two steps differ by b, second order in their size c; what is left of the residual is about h b^2/c.
        L b = L.And(open, L.Abs(c0 - d0) + L.Abs(c1 - d1));
        L left = b * b * (h00 + h11);
        return L.Bits(L.LessOrEqual(left, tolerance * L.Broadcast(4) * (L.Abs(c0) + L.Abs(c1)))) ^ ((1u << L.Width) - 1);
    }

    /// <inheritdoc/>
    public static uint Settle<L, TKernel>(Workspace work, int at, int maxIterations)
        where L : struct, ILanes<L>
        where TKernel : struct, IPotentialKernel => SolverMany.Settle<L, TKernel>(work, at, maxIterations);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static uint Learn<L, TKernel>(Workspace work, int at)
        where L : struct, ILanes<L>
        where TKernel : struct, IPotentialKernel
    {
        ref double stimulus = ref Unsafe.Add(ref work.Stimuli.First, at);
        ref double response = ref Unsafe.Add(ref work.Responses.First, at);
        int lanes = work.Lanes;
        L s0 = L.Load(in stimulus);
        L s1 = L.Load(in Unsafe.Add(ref stimulus, lanes));
        L r0 = L.Load(in response);
        L r1 = L.Load(in Unsafe.Add(ref response, lanes));
        L h00 = L.Broadcast(work.Circuit.Leak);
        L h11 = h00;
        L h01 = L.Broadcast(0);
        L e0 = L.FusedNegateMultiplyAdd(h00, r0, s0);
        L e1 = L.FusedNegateMultiplyAdd(h00, r1, s1);
        ref double constants = ref work.Constants.First;
        ref double link = ref work.Links.First;
        ref L terms = ref Unsafe.As<double, L>(ref Unsafe.Add(ref work.Terms.First, at * work.K * work.Rows));
        for (int i = work.K; i > 0; i--)
        {
            L z = L.FusedMultiplyAdd(L.Broadcast(link), r0, L.Broadcast(Unsafe.Add(ref link, 1)) * r1);
            default(TKernel).Learn(z, in constants, out L f, out L slope, ref terms);
            terms = ref Unsafe.Add(ref terms, work.Rows - 2);
            terms = f * r0;
            Unsafe.Add(ref terms, 1) = f * r1;
            terms = ref Unsafe.Add(ref terms, 2);
            e0 = L.FusedNegateMultiplyAdd(L.Broadcast(Unsafe.Add(ref link, 3)), f, e0);
            e1 = L.FusedNegateMultiplyAdd(L.Broadcast(Unsafe.Add(ref link, 4)), f, e1);
            h00 = L.FusedMultiplyAdd(L.Broadcast(Unsafe.Add(ref link, 5)), slope, h00);
            h01 = L.FusedMultiplyAdd(L.Broadcast(Unsafe.Add(ref link, 6)), slope, h01);
            h11 = L.FusedMultiplyAdd(L.Broadcast(Unsafe.Add(ref link, 7)), slope, h11);
            constants = ref Unsafe.Add(ref constants, work.C);
            link = ref Unsafe.Add(ref link, 8);
        }

        // dr/ds is the inverse of the Hessian.
        L inverse = L.Broadcast(1) / L.Max(L.Broadcast(1e-100), L.FusedMultiplyAdd(h00, h11, -(h01 * h01)));
        ref double derivative = ref Unsafe.Add(ref work.Inverses.First, at);
        L.Store(h11 * inverse, ref derivative);
        L.Store(-(h01 * inverse), ref Unsafe.Add(ref derivative, lanes));
        L.Store(h00 * inverse, ref Unsafe.Add(ref derivative, 2 * lanes));
        // One comparison per component: a maximum would ignore values that are not a number.
        L tolerance = work.ToleranceOf(L.Max(L.Abs(s0), L.Abs(s1)));
        L converged = L.And(L.LessOrEqual(L.Abs(e0), tolerance), L.LessOrEqual(L.Abs(e1), tolerance));
        return L.Bits(converged) ^ ((1u << L.Width) - 1);
    }

    /// <inheritdoc/>
    public static void Drive<L, TKernel>(Workspace work, int at)
        where L : struct, ILanes<L>
        where TKernel : struct, IPotentialKernel => SolverMany.Drive<L, TKernel>(work, at);
}
