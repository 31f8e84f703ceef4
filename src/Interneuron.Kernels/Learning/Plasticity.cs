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
    private static TLanes Term<TLanes>(Workspace work, double[] expected, int at, double scale)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes sum = TLanes.Load(in Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(work.Sums), at));
        TLanes target = TLanes.Load(in Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(expected), at));
        return TLanes.FusedMultiplyAdd(sum, TLanes.Broadcast(scale), -target);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Gains<TLanes>(Workspace work, double[] expected, LearningRule rule, double decay, double scale, int from, int to)
        where TLanes : struct, ILanes<TLanes>
    {
        ref double gains = ref MemoryMarshal.GetArrayDataReference(work.Circuit.Gains);
        ref double rates = ref MemoryMarshal.GetArrayDataReference(rule.GainRates);
        TLanes zero = TLanes.Broadcast(0);
        TLanes clip = TLanes.Broadcast(rule.GainClip);
        for (int i = from; i < to; i += TLanes.Width)
        {
            TLanes gain = TLanes.Load(in Unsafe.Add(ref gains, i));
            TLanes move = TLanes.Broadcast(decay) * TLanes.Load(in Unsafe.Add(ref rates, i)) * Term<TLanes>(work, expected, i, scale);
            TLanes next = rule.GainStep switch
            {
                GainStep.Plain => TLanes.Max(zero, gain + move),
                GainStep.TimesGain => TLanes.Max(zero, TLanes.FusedMultiplyAdd(gain, move, gain)),
                _ => gain * TLanes.Exp(TLanes.Min(clip, TLanes.Max(-clip, move))),
            };
            TLanes.Store(next, ref Unsafe.Add(ref gains, i));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Theta<TLanes>(Workspace work, double[] expected, LearningRule rule, double decay, double scale, int p, int from, int to)
        where TLanes : struct, ILanes<TLanes>
    {
        CircuitState circuit = work.Circuit;
        ref double gains = ref MemoryMarshal.GetArrayDataReference(circuit.Gains);
        ref double theta = ref MemoryMarshal.GetArrayDataReference(circuit.Theta);
        ref double rates = ref MemoryMarshal.GetArrayDataReference(rule.ThetaRates);
        TLanes clip = TLanes.Broadcast(rule.ThetaClip);
        TLanes unit = TLanes.Broadcast(rule.ThetaUnits.Length == 0 ? 1 : rule.ThetaUnits[p]);
        TLanes low = TLanes.Broadcast(circuit.ThetaLow[p]);
        TLanes high = TLanes.Broadcast(circuit.ThetaHigh[p]);
        for (int i = from; i < to; i += TLanes.Width)
        {
            int at = (i * work.P) + p;
            TLanes term = Term<TLanes>(work, expected, ((1 + p) * work.K) + i, scale);
            term = rule.ThetaStepTimesGain ? term * TLanes.Load(in Unsafe.Add(ref gains, i)) : term;
            TLanes turn = TLanes.Min(clip, TLanes.Max(-clip, TLanes.Broadcast(decay) * TLanes.Load(in Unsafe.Add(ref rates, at)) * term));
            TLanes next = TLanes.Min(high, TLanes.Max(low, TLanes.FusedMultiplyAdd(turn, unit, TLanes.Load(in Unsafe.Add(ref theta, at)))));
            TLanes.Store(next, ref Unsafe.Add(ref theta, at));
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
        double squaredClip = rule.SynapseClip * rule.SynapseClip;
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

                // Squares are compared, so that only a step that is clipped takes a root.
                double squaredLength = rate * rate * square;
                if (squaredLength > squaredClip)
                {
                    rate *= rule.SynapseClip / Math.Sqrt(squaredLength);
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
