using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Interneuron.Kernels;

/// <summary>One step of the learning rules (theory, section 4) in place, and the constraints. The lanes here are interneurons of one circuit, or the same interneuron of several circuits.</summary>
internal static class Plasticity
{
    /// <summary>Applies the sums in the workspace, each times scale (1/B), minus the target terms.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Apply(Workspace work, double[] expected, Rates rates, double scale)
    {
        // The parameters' and the synapses' steps use the gains from before the step, so the gains come last.
        int whole = work.K / 8 * 8;
        for (int p = 0; p < work.P; p++)
        {
            int vectors = work.P == 1 ? whole : 0;
            Theta<Lanes8>(work, expected, rates, scale, p, 0, vectors);
            Theta<Lanes1>(work, expected, rates, scale, p, vectors, work.K);
        }

        if (work.N > 1)
        {
            Synapses<Lanes1>(work, expected, rates, scale);
        }

        Gains<Lanes8>(work, expected, rates, scale, 0, whole);
        Gains<Lanes1>(work, expected, rates, scale, whole, work.K);
    }

    /// <summary>The same for several circuits, one a lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void ApplyTogether<TLanes>(Workspace work, double[] expected, Rates rates, double scale)
        where TLanes : struct, ILanes<TLanes>
    {
        int all = work.K * TLanes.Circuits;
        for (int p = 0; p < work.P; p++)
        {
            Theta<TLanes>(work, expected, rates, scale, p, 0, all);
        }

        if (work.N > 1)
        {
            Synapses<TLanes>(work, expected, rates, scale);
        }

        Gains<TLanes>(work, expected, rates, scale, 0, all);
    }

    /// <summary>The mean of a term minus its target expectation, for the interneurons from i on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Term<TLanes>(Workspace work, double[] expected, int at, double scale)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes sum = TLanes.Load(in Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(work.Sums), at));
        TLanes target = TLanes.Load(in Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(expected), at));
        return TLanes.FusedMultiplyAdd(sum, TLanes.Broadcast(scale), -target);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Gains<TLanes>(Workspace work, double[] expected, Rates rates, double scale, int from, int to)
        where TLanes : struct, ILanes<TLanes>
    {
        ref double gains = ref MemoryMarshal.GetArrayDataReference(work.Numbers.Gains);
        ref double rate = ref MemoryMarshal.GetArrayDataReference(rates.Gains);
        ref double bounds = ref rates.Bounds.First;
        TLanes zero = TLanes.Broadcast(0);
        TLanes decay = TLanes.Constant(in bounds, Rates.Decayed);
        TLanes clip = TLanes.Constant(in bounds, Rates.GainClip);
        GainStep form = rates.Form.GainStep;
        for (int i = from; i < to; i += TLanes.Width)
        {
            TLanes gain = TLanes.Load(in Unsafe.Add(ref gains, i));
            TLanes move = decay * TLanes.Load(in Unsafe.Add(ref rate, i)) * Term<TLanes>(work, expected, i, scale);
            TLanes next = form switch
            {
                GainStep.Plain => TLanes.Max(zero, gain + move),
                GainStep.TimesGain => TLanes.Max(zero, TLanes.FusedMultiplyAdd(gain, move, gain)),
                _ => gain * TLanes.Exp(TLanes.Min(clip, TLanes.Max(-clip, move))),
            };
            TLanes.Store(next, ref Unsafe.Add(ref gains, i));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Theta<TLanes>(Workspace work, double[] expected, Rates rates, double scale, int p, int from, int to)
        where TLanes : struct, ILanes<TLanes>
    {
        ref double gains = ref MemoryMarshal.GetArrayDataReference(work.Numbers.Gains);
        ref double theta = ref MemoryMarshal.GetArrayDataReference(work.Numbers.Theta);
        ref double rate = ref MemoryMarshal.GetArrayDataReference(rates.Theta);
        ref double bounds = ref rates.Bounds.First;
        TLanes decay = TLanes.Constant(in bounds, Rates.Decayed);
        TLanes clip = TLanes.Constant(in bounds, Rates.ThetaClip);
        TLanes unit = TLanes.Constant(in bounds, Rates.Unit(p));
        TLanes low = TLanes.Constant(in bounds, Rates.Unit(p) + 1);
        TLanes high = TLanes.Constant(in bounds, Rates.Unit(p) + 2);
        int terms = (1 + p) * work.Numbers.Gains.Length;
        bool timesGain = rates.Form.ThetaStepTimesGain;
        for (int i = from; i < to; i += TLanes.Width)
        {
            int at = (i * work.P) + (p * TLanes.Circuits);
            TLanes term = Term<TLanes>(work, expected, terms + i, scale);
            term = timesGain ? term * TLanes.Load(in Unsafe.Add(ref gains, i)) : term;
            TLanes turn = TLanes.Min(clip, TLanes.Max(-clip, decay * TLanes.Load(in Unsafe.Add(ref rate, at)) * term));
            TLanes next = TLanes.Min(high, TLanes.Max(low, TLanes.FusedMultiplyAdd(turn, unit, TLanes.Load(in Unsafe.Add(ref theta, at)))));
            TLanes.Store(next, ref Unsafe.Add(ref theta, at));
        }
    }

    /// <summary>w_i grows by the Hebbian term, at most by the clip, and is normalised again.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Synapses<TLanes>(Workspace work, double[] expected, Rates rates, double scale)
        where TLanes : struct, ILanes<TLanes>
    {
        int n = work.N;
        int k = work.K;
        ref TLanes sums = ref Registers<TLanes>(work.Sums, (1 + work.P) * k);
        ref TLanes targets = ref Registers<TLanes>(expected, (1 + work.P) * k);
        ref TLanes w = ref Registers<TLanes>(work.Numbers.Synapses, 0);
        ref TLanes gains = ref Registers<TLanes>(work.Numbers.Gains, 0);
        ref TLanes own = ref Registers<TLanes>(rates.Synapses, 0);
        ref double bounds = ref rates.Bounds.First;
        TLanes zero = TLanes.Broadcast(0);
        TLanes batch = TLanes.Broadcast(scale);
        TLanes decay = TLanes.Constant(in bounds, Rates.Decayed);
        TLanes clip = TLanes.Constant(in bounds, Rates.SynapseClip);
        TLanes squaredClip = clip * clip;
        uint all = (1u << TLanes.Width) - 1;
        bool timesGain = rates.Form.SynapseStepTimesGain;
        for (int i = 0; i < k; i++)
        {
            TLanes rate = decay * Unsafe.Add(ref own, i);
            TLanes still = TLanes.Equal(rate, zero);
            uint resting = TLanes.Bits(still);
            if (resting != all)
            {
                rate = timesGain ? rate * Unsafe.Add(ref gains, i) : rate;
                TLanes square = zero;
                for (int a = 0; a < n; a++)
                {
                    TLanes term = (Unsafe.Add(ref sums, (a * k) + i) * batch) - Unsafe.Add(ref targets, (a * k) + i);
                    square += term * term;
                }

                // Squares are compared, so that only a step that is clipped takes a root.
                TLanes squaredLength = rate * rate * square;
                TLanes longer = TLanes.Less(squaredClip, squaredLength);
                if (TLanes.Bits(longer) != 0)
                {
                    rate = TLanes.Select(longer, rate * (clip / TLanes.Sqrt(squaredLength)), rate);
                }

                square = zero;
                for (int a = 0; a < n; a++)
                {
                    TLanes term = (Unsafe.Add(ref sums, (a * k) + i) * batch) - Unsafe.Add(ref targets, (a * k) + i);
                    TLanes next = Unsafe.Add(ref w, a) + (rate * term);
                    next = resting == 0 ? next : TLanes.Select(still, Unsafe.Add(ref w, a), next);
                    Unsafe.Add(ref w, a) = next;
                    square += next * next;
                }

                TLanes inverse = TLanes.Broadcast(1) / TLanes.Sqrt(square);
                inverse = resting == 0 ? inverse : TLanes.Select(still, TLanes.Broadcast(1), inverse);
                for (int a = 0; a < n; a++)
                {
                    Unsafe.Add(ref w, a) *= inverse;
                }
            }

            w = ref Unsafe.Add(ref w, n);
        }
    }

    /// <summary>Numbers as registers, from register i on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref TLanes Registers<TLanes>(double[] numbers, int i)
        where TLanes : struct, ILanes<TLanes> => ref Unsafe.Add(ref Unsafe.As<double, TLanes>(ref MemoryMarshal.GetArrayDataReference(numbers)), i);
}
