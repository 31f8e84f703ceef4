using System.Runtime.CompilerServices;

namespace Interneuron.Kernels;

/// <summary>The mean of a circuit's numbers over the steps of a learner.</summary>
internal sealed class RunningMean
{
    private readonly CircuitState _circuit;
    private readonly double[] _gains;
    private readonly double[] _theta;
    private readonly double[] _synapses;
    private long _count;

    internal RunningMean(CircuitState circuit)
    {
        _circuit = circuit;
        _gains = new double[circuit.Gains.Length];
        _theta = new double[circuit.Theta.Length];
        _synapses = new double[circuit.Synapses.Length];
    }

    internal void Add()
    {
        _count++;
        double share = 1.0 / _count;
        Move(_gains, _circuit.Gains, share);
        Move(_theta, _circuit.Theta, share);
        Move(_synapses, _circuit.Synapses, share);
    }

    /// <summary>The mean circuit, with its columns normalised again; the circuit itself before the first addition.</summary>
    internal CircuitState Value()
    {
        CircuitState value = new(_circuit.Primaries, _circuit.Interneurons, _circuit.Parameters, _circuit.Leak);
        (_count == 0 ? _circuit.Gains : _gains).CopyTo(value.Gains, 0);
        (_count == 0 ? _circuit.Theta : _theta).CopyTo(value.Theta, 0);
        (_count == 0 ? _circuit.Synapses : _synapses).CopyTo(value.Synapses, 0);
        _circuit.ThetaLow.CopyTo(value.ThetaLow, 0);
        _circuit.ThetaHigh.CopyTo(value.ThetaHigh, 0);
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

    internal void Save(BinaryWriter writer)
    {
        writer.Write(_count);
        writer.WriteAll(_gains);
        writer.WriteAll(_theta);
        writer.WriteAll(_synapses);
    }

    internal void Load(BinaryReader reader)
    {
        _count = reader.ReadInt64();
        reader.ReadAll(_gains);
        reader.ReadAll(_theta);
        reader.ReadAll(_synapses);
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
