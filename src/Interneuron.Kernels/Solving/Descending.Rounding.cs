using System.Runtime.CompilerServices;

namespace Interneuron.Kernels;

// When a residual is all rounding.
internal static partial class Descending<TLanes, TKernel>
{
    /// <summary>
    /// What rounding can make of the residual at a point: sixteen roundings of the sizes of its terms, each of them with what a rounding of r makes of it, but no more than a small part of the terms, which
    /// is where r has gone so far that a rounding of it is as large as the stimulus.
    /// </summary>
    private static TLanes Rounding(Workspace work, int at, ref TLanes point)
    {
        int n = work.N;
        // Between steps the last one and its trial make room for sums.
        ref TLanes sizes = ref ManyScratch.At<TLanes>(work, ManyScratch.Trial(n, work.K));
        ref TLanes moves = ref ManyScratch.At<TLanes>(work, ManyScratch.Step(n, work.K));
        for (int a = 0; a < n; a++)
        {
            TLanes s = TLanes.Load(in Unsafe.Add(ref work.Stimuli.First, at + (a * work.Lanes)));
            Unsafe.Add(ref sizes, a) = TLanes.FusedMultiplyAdd(TLanes.Broadcast(work.Circuit.Leak), TLanes.Abs(Unsafe.Add(ref point, a)), TLanes.Abs(s));
            Unsafe.Add(ref moves, a) = TLanes.Broadcast(0);
        }

        ref double constants = ref work.Constants.First;
        ref double link = ref work.Links.First;
        for (int i = 0; i < work.K; i++)
        {
            TLanes z = TLanes.Broadcast(0);
            TLanes reach = z;
            for (int a = 0; a < n; a++)
            {
                TLanes term = TLanes.Broadcast(Unsafe.Add(ref link, a)) * Unsafe.Add(ref point, a);
                z += term;
                reach += TLanes.Abs(term);
            }

            default(TKernel).Activate(z, in constants, out TLanes f, out TLanes slope);
            TLanes gain = TLanes.Broadcast(Unsafe.Add(ref link, n));
            TLanes size = TLanes.Abs(f) * gain;
            TLanes move = TLanes.Abs(slope) * reach * gain;
            for (int a = 0; a < n; a++)
            {
                TLanes w = TLanes.Abs(TLanes.Broadcast(Unsafe.Add(ref link, a)));
                Unsafe.Add(ref sizes, a) = TLanes.FusedMultiplyAdd(size, w, Unsafe.Add(ref sizes, a));
                Unsafe.Add(ref moves, a) = TLanes.FusedMultiplyAdd(move, w, Unsafe.Add(ref moves, a));
            }

            constants = ref Unsafe.Add(ref constants, work.C);
            link = ref Unsafe.Add(ref link, Workspace.LinkSize(n));
        }

        TLanes terms = Largest(ref sizes, n);
        TLanes rounding = TLanes.Min((terms + Largest(ref moves, n)) * TLanes.Broadcast(Workspace.Roundings), terms * TLanes.Broadcast(1e-8));
        return TLanes.And(TLanes.Less(rounding, TLanes.Broadcast(double.PositiveInfinity)), rounding);
    }
}
