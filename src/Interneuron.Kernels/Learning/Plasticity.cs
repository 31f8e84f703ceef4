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
        double gainRate = rule.GainRate * decay;
        double thetaRate = rule.ThetaRate * decay;
        double synapseRate = work.N > 1 ? rule.SynapseRate * decay : 0;
        for (int i = 0; i < work.K; i++)
        {
            int row = i * work.Rows;
            double gain = circuit.Gains[i];
            double dg = (sums[row] * scale) - expected[row];
            circuit.Gains[i] = Math.Max(gain + (gainRate * (rule.GainStepTimesGain ? gain * dg : dg)), 0);
            for (int p = 0; p < work.P; p++)
            {
                double dtheta = (sums[row + 1 + p] * scale) - expected[row + 1 + p];
                ref double theta = ref circuit.Theta[(i * work.P) + p];
                double next = theta + (thetaRate * (rule.ThetaStepTimesGain ? gain * dtheta : dtheta));
                theta = Math.Min(Math.Max(next, circuit.ThetaLow[p]), circuit.ThetaHigh[p]);
            }

            if (synapseRate != 0)
            {
                Turn(circuit.Synapses.AsSpan(i * work.N, work.N), sums, expected, row + 1 + work.P, synapseRate * gain, scale);
            }
        }
    }

    /// <summary>w grows by the Hebbian term and is made a unit vector again.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
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
