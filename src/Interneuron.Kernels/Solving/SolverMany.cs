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
    public static uint Improve<TLanes, TKernel>(Workspace work, int at)
        where TLanes : struct, ILanes<TLanes>
        where TKernel : struct, IPotentialKernel => 0;

    /// <inheritdoc/>
    public static uint Settle<TLanes, TKernel>(Workspace work, int at, int maxIterations)
        where TLanes : struct, ILanes<TLanes>
        where TKernel : struct, IPotentialKernel => Descending<TLanes, TKernel>.Settle(work, at, maxIterations);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static uint Learn<TLanes, TKernel>(Workspace work, int at)
        where TLanes : struct, ILanes<TLanes>
        where TKernel : struct, IPotentialKernel
    {
        int n = work.N;
        ref TLanes residual = ref ManyScratch.At<TLanes>(work, ManyScratch.Residual(n, work.K));
        ref double response = ref Unsafe.Add(ref work.Responses.First, at);
        ref double stimulus = ref Unsafe.Add(ref work.Stimuli.First, at);
        TLanes leak = TLanes.Broadcast(work.Circuit.Leak);
        TLanes largest = TLanes.Broadcast(0);
        for (int a = 0; a < n; a++)
        {
            TLanes s = TLanes.Load(in Unsafe.Add(ref stimulus, a * work.Lanes));
            Unsafe.Add(ref residual, a) = TLanes.FusedNegateMultiplyAdd(leak, TLanes.Load(in Unsafe.Add(ref response, a * work.Lanes)), s);
            largest = TLanes.Max(TLanes.Abs(s), largest);
        }

        ref double constants = ref work.Constants.First;
        ref double link = ref work.Links.First;
        ref TLanes terms = ref Unsafe.As<double, TLanes>(ref Unsafe.Add(ref work.Terms.First, at * work.K * work.Rows));
        for (int i = work.K; i > 0; i--)
        {
            TLanes z = TLanes.Broadcast(0);
            for (int a = 0; a < n; a++)
            {
                z = TLanes.FusedMultiplyAdd(TLanes.Broadcast(Unsafe.Add(ref link, a)), TLanes.Load(in Unsafe.Add(ref response, a * work.Lanes)), z);
            }

            default(TKernel).Learn(z, in constants, out TLanes f, out _, ref terms);
            terms = ref Unsafe.Add(ref terms, 1 + work.P);
            TLanes output = f * TLanes.Broadcast(Unsafe.Add(ref link, n));
            for (int a = 0; a < n; a++)
            {
                Unsafe.Add(ref residual, a) = TLanes.FusedNegateMultiplyAdd(output, TLanes.Broadcast(Unsafe.Add(ref link, a)), Unsafe.Add(ref residual, a));
                Unsafe.Add(ref terms, a) = f * TLanes.Load(in Unsafe.Add(ref response, a * work.Lanes));
            }

            terms = ref Unsafe.Add(ref terms, n);
            constants = ref Unsafe.Add(ref constants, work.C);
            link = ref Unsafe.Add(ref link, Workspace.LinkSize(n));
        }

        TLanes size = Descending<TLanes, TKernel>.Largest(ref residual, n);
        return TLanes.Bits(TLanes.LessOrEqual(size, work.ToleranceOf(largest))) ^ ((1u << TLanes.Width) - 1);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Drive<TLanes, TKernel>(Workspace work, int at)
        where TLanes : struct, ILanes<TLanes>
        where TKernel : struct, IPotentialKernel
    {
        int n = work.N;
        ref double stimulus = ref Unsafe.Add(ref work.Stimuli.First, at);
        ref TLanes trial = ref ManyScratch.At<TLanes>(work, ManyScratch.Trial(n, work.K));
        ref TLanes residual = ref ManyScratch.At<TLanes>(work, ManyScratch.Residual(n, work.K));
        ref TLanes diagonal = ref ManyScratch.At<TLanes>(work, ManyScratch.Diagonal(n, work.K));
        for (int a = 0; a < n; a++)
        {
            Unsafe.Add(ref trial, a) = TLanes.Load(in Unsafe.Add(ref work.Responses.First, at + (a * work.Lanes)));
            TLanes.Store(TLanes.Broadcast(0), ref Unsafe.Add(ref stimulus, a * work.Lanes));
        }

        // With no stimulus the residual is -grad phi.
        Descending<TLanes, TKernel>.Field(work, at, ref trial);
        Tiles.Hessian<TLanes>(work);
        Tiles.Factor(work, TLanes.Broadcast(1e-300));
        TLanes logDeterminant = TLanes.Broadcast(0);
        TLanes singular = logDeterminant;
        for (int a = 0; a < n; a++)
        {
            TLanes.Store(-Unsafe.Add(ref residual, a), ref Unsafe.Add(ref stimulus, a * work.Lanes));
            TLanes inverse = Unsafe.Add(ref diagonal, a);
            logDeterminant -= TLanes.LogFloored(inverse);
            singular = TLanes.Max(singular, inverse);
        }

        TLanes.Store(
            TLanes.Select(TLanes.Less(singular, TLanes.Broadcast(1e149)), logDeterminant + logDeterminant, TLanes.Broadcast(double.NegativeInfinity)),
            ref Unsafe.Add(ref work.Residuals.First, at));
    }
}
