using System.Runtime.CompilerServices;

namespace Interneuron.Kernels;

/// <summary>One step of the learning rules (theory, section 4) on a circuit in place, and its constraints.</summary>
internal static class Plasticity
{
    /// <summary>Applies the sums in the workspace, each times scale (1/B), minus the target terms.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Apply(Workspace work, double[] expected, LearningRule rule, double decay, double scale)
    {
        CircuitState circuit = work.Circuit;
        double[] sums = work.Sums;
        for (int i = 0; i < work.K; i++)
        {
            int row = i * work.Rows;
            double gain = circuit.Gains[i];
            double move = decay * rule.GainRates[i] * ((sums[row] * scale) - expected[row]);
            circuit.Gains[i] = rule.GainStep switch
            {
                GainStep.Plain => Math.Max(gain + move, 0),
                GainStep.TimesGain => Math.Max(gain + (gain * move), 0),
                _ => gain * Math.Exp(Math.Clamp(move, -rule.GainClip, rule.GainClip)),
            };
            for (int p = 0; p < work.P; p++)
            {
                int at = (i * work.P) + p;
                double term = (sums[row + 1 + p] * scale) - expected[row + 1 + p];
                double turn = decay * rule.ThetaRates[at] * (rule.ThetaStepTimesGain ? gain * term : term);
                double next = circuit.Theta[at] + Math.Clamp(turn, -rule.ThetaClip, rule.ThetaClip);
                circuit.Theta[at] = Math.Min(Math.Max(next, circuit.ThetaLow[p]), circuit.ThetaHigh[p]);
            }

            double synapseRate = decay * rule.SynapseRates[i];
            if (work.N > 1 && synapseRate != 0)
            {
                double rate = rule.SynapseStepTimesGain ? synapseRate * gain : synapseRate;
                Turn(circuit.Synapses.AsSpan(i * work.N, work.N), sums, expected, row + 1 + work.P, rate, scale);
            }
        }
    }

    /// <summary>w grows by the Hebbian term and is made a unit vector again.</summary>
    private static void Turn(Span<double> w, double[] sums, double[] expected, int first, double rate, double scale)
    {
        double norm = 0;
        for (int a = 0; a < w.Length; a++)
        {
            w[a] += rate * ((sums[first + a] * scale) - expected[first + a]);
            norm += w[a] * w[a];
        }

        double inverse = 1 / Math.Sqrt(norm);
        for (int a = 0; a < w.Length; a++)
        {
            w[a] *= inverse;
        }
    }
}
