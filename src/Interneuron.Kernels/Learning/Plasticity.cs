using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Interneuron.Kernels;

/// <summary>One step of the learning rules (theory, section 4) on a circuit in place, and its constraints. Interneurons are the lanes here.</summary>
internal static class Plasticity
{
    /// <summary>Applies the sums in the workspace, each times scale (1/B), minus the target terms.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Apply(Workspace work, double[] expected, LearningRule rule, double decay, double scale)
    {
        // The parameters' and the synapses' steps use the gains from before the step, so the gains come last.
        int whole = work.K / 8 * 8;
        for (int p = 0; p < work.P; p++)
        {
            int vectors = work.P == 1 ? whole : 0;
            Theta<Lanes8>(work, expected, rule, decay, scale, p, 0, vectors);
            Theta<Lanes1>(work, expected, rule, decay, scale, p, vectors, work.K);
        }

        if (work.N > 1)
        {
            Synapses(work, expected, rule, decay, scale);
        }

        Gains<Lanes8>(work, expected, rule, decay, scale, 0, whole);
        Gains<Lanes1>(work, expected, rule, decay, scale, whole, work.K);
    }

    /// <summary>The mean of a term minus its target expectation, for the interneurons from i on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static L Term<L>(Workspace work, double[] expected, int at, double scale)
        where L : struct, ILanes<L>
    {
        L sum = L.Load(in Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(work.Sums), at));
        L target = L.Load(in Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(expected), at));
        return L.FusedMultiplyAdd(sum, L.Broadcast(scale), -target);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Gains<L>(Workspace work, double[] expected, LearningRule rule, double decay, double scale, int from, int to)
        where L : struct, ILanes<L>
    {
        ref double gains = ref MemoryMarshal.GetArrayDataReference(work.Circuit.Gains);
        ref double rates = ref MemoryMarshal.GetArrayDataReference(rule.GainRates);
        L zero = L.Broadcast(0);
        L clip = L.Broadcast(rule.GainClip);
        for (int i = from; i < to; i += L.Width)
        {
            L gain = L.Load(in Unsafe.Add(ref gains, i));
            L move = L.Broadcast(decay) * L.Load(in Unsafe.Add(ref rates, i)) * Term<L>(work, expected, i, scale);
            L next = rule.GainStep switch
            {
                GainStep.Plain => L.Max(zero, gain + move),
                GainStep.TimesGain => L.Max(zero, L.FusedMultiplyAdd(gain, move, gain)),
                _ => gain * L.Exp(L.Min(clip, L.Max(-clip, move))),
            };
            L.Store(next, ref Unsafe.Add(ref gains, i));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Theta<L>(Workspace work, double[] expected, LearningRule rule, double decay, double scale, int p, int from, int to)
        where L : struct, ILanes<L>
    {
        CircuitState circuit = work.Circuit;
        ref double gains = ref MemoryMarshal.GetArrayDataReference(circuit.Gains);
        ref double theta = ref MemoryMarshal.GetArrayDataReference(circuit.Theta);
        ref double rates = ref MemoryMarshal.GetArrayDataReference(rule.ThetaRates);
        L clip = L.Broadcast(rule.ThetaClip);
        L unit = L.Broadcast(rule.ThetaUnits.Length == 0 ? 1 : rule.ThetaUnits[p]);
        L low = L.Broadcast(circuit.ThetaLow[p]);
        L high = L.Broadcast(circuit.ThetaHigh[p]);
        for (int i = from; i < to; i += L.Width)
        {
            int at = (i * work.P) + p;
            L term = Term<L>(work, expected, ((1 + p) * work.K) + i, scale);
            term = rule.ThetaStepTimesGain ? term * L.Load(in Unsafe.Add(ref gains, i)) : term;
            L turn = L.Min(clip, L.Max(-clip, L.Broadcast(decay) * L.Load(in Unsafe.Add(ref rates, at)) * term));
            L next = L.Min(high, L.Max(low, L.FusedMultiplyAdd(turn, unit, L.Load(in Unsafe.Add(ref theta, at)))));
            L.Store(next, ref Unsafe.Add(ref theta, at));
        }
    }

    /// <summary>w_i grows by the Hebbian term, at most by the clip, and is normalised again.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Synapses(Workspace work, double[] expected, LearningRule rule, double decay, double scale)
    {
        int n = work.N;
        int k = work.K;
        ref double sums = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(work.Sums), (1 + work.P) * k);
        ref double targets = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(expected), (1 + work.P) * k);
        ref double w = ref MemoryMarshal.GetArrayDataReference(work.Circuit.Synapses);
        for (int i = 0; i < k; i++)
        {
            double rate = decay * rule.SynapseRates[i];
            if (rate != 0)
            {
                rate *= rule.SynapseStepTimesGain ? work.Circuit.Gains[i] : 1;
                double square = 0;
                for (int a = 0; a < n; a++)
                {
                    double term = (Unsafe.Add(ref sums, (a * k) + i) * scale) - Unsafe.Add(ref targets, (a * k) + i);
                    square += term * term;
                }

                double length = Math.Abs(rate) * Math.Sqrt(square);
                if (length > rule.SynapseClip)
                {
                    rate *= rule.SynapseClip / length;
                }

                square = 0;
                for (int a = 0; a < n; a++)
                {
                    double term = (Unsafe.Add(ref sums, (a * k) + i) * scale) - Unsafe.Add(ref targets, (a * k) + i);
                    double next = Unsafe.Add(ref w, a) + (rate * term);
                    Unsafe.Add(ref w, a) = next;
                    square += next * next;
                }

                double inverse = 1 / Math.Sqrt(square);
                for (int a = 0; a < n; a++)
                {
                    Unsafe.Add(ref w, a) *= inverse;
                }
            }

            w = ref Unsafe.Add(ref w, n);
        }
    }
}
