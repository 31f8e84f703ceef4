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
    public static uint Settle<L, TKernel>(Workspace work, int at, int maxIterations)
        where L : struct, ILanes<L>
        where TKernel : struct, IPotentialKernel => Descending<L, TKernel>.Settle(work, at, maxIterations);

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

        L size = Descending<L, TKernel>.Largest(ref residual, n);
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
        Descending<L, TKernel>.Field(work, at, ref trial);
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
}
