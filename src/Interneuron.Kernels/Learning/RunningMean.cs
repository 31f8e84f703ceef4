using System.Runtime.CompilerServices;

namespace Interneuron.Kernels;

/// <summary>The mean of a circuit's numbers, or of several circuits', over the steps of a learner.</summary>
internal sealed class RunningMean
{
    private readonly CircuitNumbers _numbers;
    private readonly CircuitNumbers _mean;
    private long _count;

    internal RunningMean(CircuitNumbers numbers, CircuitState shape)
    {
        _numbers = numbers;
        _mean = new(shape, numbers.Circuits);
    }

    internal void Add()
    {
        _count++;
        double share = 1.0 / _count;
        Move(_mean.Gains, _numbers.Gains, share);
        Move(_mean.Theta, _numbers.Theta, share);
        Move(_mean.Synapses, _numbers.Synapses, share);
    }

    /// <summary>The mean of circuit c, which is like one given, with its columns normalised again; the circuit itself before the first addition.</summary>
    internal CircuitState Value(int c, CircuitState like)
    {
        CircuitState value = new(like.Primaries, like.Interneurons, like.Parameters, like.Leak);
        (_count == 0 ? _numbers : _mean).Give(c, value);
        like.ThetaLow.CopyTo(value.ThetaLow, 0);
        like.ThetaHigh.CopyTo(value.ThetaHigh, 0);
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
        writer.WriteAll(_mean.Gains);
        writer.WriteAll(_mean.Theta);
        writer.WriteAll(_mean.Synapses);
    }

    internal void Load(BinaryReader reader)
    {
        _count = reader.ReadInt64();
        reader.ReadAll(_mean.Gains);
        reader.ReadAll(_mean.Theta);
        reader.ReadAll(_mean.Synapses);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Move(double[] mean, double[] values, double share)
    {
        int j = 0;
        for (; j <= mean.Length - Lanes8.Width; j += Lanes8.Width)
        {
            Lanes8 before = Lanes8.Load(in mean[j]);
            Lanes8.Store(before + (Lanes8.Broadcast(share) * (Lanes8.Load(in values[j]) - before)), ref mean[j]);
        }

        for (; j < mean.Length; j++)
        {
            mean[j] += share * (values[j] - mean[j]);
        }
    }
}
