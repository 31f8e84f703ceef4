using System.Runtime.CompilerServices;

namespace Interneuron.Kernels;

/// <summary>The mean of a circuit's numbers over the steps of a learner.</summary>
internal sealed class RunningMean
{
    private readonly CircuitState circuit;
    private readonly double[] gains;
    private readonly double[] theta;
    private readonly double[] synapses;
    private long count;

    internal RunningMean(CircuitState circuit)
    {
        this.circuit = circuit;
        gains = new double[circuit.Gains.Length];
        theta = new double[circuit.Theta.Length];
        synapses = new double[circuit.Synapses.Length];
    }

    internal void Add()
    {
        count++;
        double share = 1.0 / count;
        Move(gains, circuit.Gains, share);
        Move(theta, circuit.Theta, share);
        Move(synapses, circuit.Synapses, share);
    }

    /// <summary>The mean circuit, with its columns normalised again; the circuit itself before the first addition.</summary>
    internal CircuitState Value()
    {
        CircuitState value = new(circuit.Primaries, circuit.Interneurons, circuit.Parameters, circuit.Leak);
        (count == 0 ? circuit.Gains : gains).CopyTo(value.Gains, 0);
        (count == 0 ? circuit.Theta : theta).CopyTo(value.Theta, 0);
        (count == 0 ? circuit.Synapses : synapses).CopyTo(value.Synapses, 0);
        circuit.ThetaLow.CopyTo(value.ThetaLow, 0);
        circuit.ThetaHigh.CopyTo(value.ThetaHigh, 0);
        for (int i = 0; i < value.Interneurons; i++)
        {
            Span<double> w = value.Synapses.AsSpan(i * value.Primaries, value.Primaries);
            double square = 0;
            foreach (double x in w)
            {
                square += x * x;
            }

            for (int a = 0; a < w.Length; a++)
            {
                w[a] /= Math.Sqrt(square);
            }
        }

        return value;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Move(double[] mean, double[] values, double share)
    {
        for (int j = 0; j < mean.Length; j++)
        {
            mean[j] += share * (values[j] - mean[j]);
        }
    }
}
