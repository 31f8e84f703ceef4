namespace Interneuron.Kernels;

/// <summary>What a circuit learns, as flat arrays: those of its state, or of several circuits of one shape at once, number j of circuit c at j times their count plus c.</summary>
internal sealed class CircuitNumbers
{
    /// <summary>The circuit's own arrays.</summary>
    internal CircuitNumbers(CircuitState circuit)
    {
        Circuits = 1;
        Gains = circuit.Gains;
        Theta = circuit.Theta;
        Synapses = circuit.Synapses;
    }

    /// <summary>Zeros for several circuits of a shape.</summary>
    internal CircuitNumbers(CircuitState shape, int circuits)
    {
        Circuits = circuits;
        Gains = new double[shape.Gains.Length * circuits];
        Theta = new double[shape.Theta.Length * circuits];
        Synapses = new double[shape.Synapses.Length * circuits];
    }

    internal int Circuits { get; }

    internal double[] Gains { get; }

    internal double[] Theta { get; }

    internal double[] Synapses { get; }

    /// <summary>Takes the numbers of circuit c.</summary>
    internal void Take(int c, CircuitState circuit)
    {
        Lane.Put(circuit.Gains, Gains, Circuits, c);
        Lane.Put(circuit.Theta, Theta, Circuits, c);
        Lane.Put(circuit.Synapses, Synapses, Circuits, c);
    }

    /// <summary>Gives the numbers of circuit c.</summary>
    internal void Give(int c, CircuitState circuit)
    {
        Lane.Get(Gains, Circuits, c, circuit.Gains);
        Lane.Get(Theta, Circuits, c, circuit.Theta);
        Lane.Get(Synapses, Circuits, c, circuit.Synapses);
    }
}

/// <summary>One lane of consecutive registers.</summary>
internal static class Lane
{
    /// <summary>values[j] to lane c of register j.</summary>
    internal static void Put(ReadOnlySpan<double> values, Span<double> registers, int width, int c)
    {
        for (int j = 0; j < values.Length; j++)
        {
            registers[(j * width) + c] = values[j];
        }
    }

    /// <summary>Lane c of register j to values[j].</summary>
    internal static void Get(ReadOnlySpan<double> registers, int width, int c, Span<double> values)
    {
        for (int j = 0; j < values.Length; j++)
        {
            values[j] = registers[(j * width) + c];
        }
    }
}
