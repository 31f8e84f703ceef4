using System.Runtime.CompilerServices;

namespace Interneuron.Kernels;

/// <summary>What a solver does to some lanes of a register; the others keep what they have, so that no lane's result depends on its neighbours.</summary>
/// <typeparam name="TLanes">The register.</typeparam>
/// <typeparam name="TSolver">The solver.</typeparam>
/// <typeparam name="TKernel">The potential.</typeparam>
internal static class Some<TLanes, TSolver, TKernel>
    where TLanes : struct, ILanes<TLanes>
    where TSolver : struct, ISolver
    where TKernel : struct, IPotentialKernel
{
    private static uint All => (1u << TLanes.Width) - 1;

    /// <summary>Makes a step of the lanes with these bits.</summary>
    /// <returns>Bits of those that are expected to need another one.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static uint Improve(Workspace work, int at, uint bits)
    {
        if ((bits & All) == All)
        {
            return TSolver.Improve<TLanes, TKernel>(work, at);
        }

        TLanes mask = TLanes.Mask(bits);
        ref double first = ref Unsafe.Add(ref work.Responses.First, at);
        // The second response of N = 2, or what N = 1 keeps for its guesses.
        ref double second = ref work.N == 1 ? ref Unsafe.Add(ref work.Bends.First, at) : ref Unsafe.Add(ref first, work.Lanes);
        TLanes before = TLanes.Load(in first);
        TLanes beside = TLanes.Load(in second);
        uint more = TSolver.Improve<TLanes, TKernel>(work, at);
        TLanes.Store(TLanes.Select(mask, TLanes.Load(in first), before), ref first);
        TLanes.Store(TLanes.Select(mask, TLanes.Load(in second), beside), ref second);
        return more & bits;
    }

    /// <summary>Learns again where the lanes with these bits have moved.</summary>
    /// <returns>Bits of those whose residual is above the tolerance.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static uint Learn(Workspace work, int at, uint bits)
    {
        if (work.N != 1)
        {
            return TSolver.Learn<TLanes, TKernel>(work, at) & bits;
        }

        // The bends have been taken from those of the last step already.
        ref double bends = ref Unsafe.Add(ref work.Bends.First, at);
        TLanes before = TLanes.Load(in bends);
        uint wrong = TSolver.Learn<TLanes, TKernel>(work, at) & bits;
        TLanes.Store(TLanes.Select(TLanes.Mask(bits), TLanes.Load(in bends), before), ref bends);
        return wrong;
    }
}
