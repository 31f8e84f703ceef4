namespace Interneuron.Kernels;

/// <summary>
/// The numbers of a circuit as flat arrays, which <see cref="Trainer"/> updates in place. Nothing is checked here beyond the shapes: the caller's circuit type
/// carries the constraints (gains at least 0, theta in its intervals, unit columns).
/// </summary>
public sealed class CircuitState
{
    /// <summary>Allocates a circuit with all numbers zero and unbounded theta.</summary>
    /// <param name="primaries">N, at least 1.</param>
    /// <param name="interneurons">K, at least 1.</param>
    /// <param name="parameters">P, at least 0.</param>
    /// <param name="leak">lambda, at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size or the leak is out of its range.</exception>
    public CircuitState(int primaries, int interneurons, int parameters, double leak)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(primaries, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(interneurons, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(parameters);
        if (!(leak >= 0) || double.IsInfinity(leak))
        {
            throw new ArgumentOutOfRangeException(nameof(leak), leak, "The leak must be finite and at least 0.");
        }

        Primaries = primaries;
        Interneurons = interneurons;
        Parameters = parameters;
        Leak = leak;
        Gains = new double[interneurons];
        Theta = new double[interneurons * parameters];
        Synapses = new double[interneurons * primaries];
        ThetaLow = new double[parameters];
        ThetaHigh = new double[parameters];
        Array.Fill(ThetaLow, double.NegativeInfinity);
        Array.Fill(ThetaHigh, double.PositiveInfinity);
    }

    /// <summary>N, the number of primary neurons.</summary>
    public int Primaries { get; }

    /// <summary>K, the number of interneurons.</summary>
    public int Interneurons { get; }

    /// <summary>P, the number of activation parameters of an interneuron.</summary>
    public int Parameters { get; }

    /// <summary>lambda, the leak of the primary neurons.</summary>
    public double Leak { get; }

    /// <summary>g, K values.</summary>
    public double[] Gains { get; }

    /// <summary>theta, K x P, the parameters of an interneuron consecutive.</summary>
    public double[] Theta { get; }

    /// <summary>W by columns: K x N, the weights w_i of an interneuron consecutive, each of unit norm.</summary>
    public double[] Synapses { get; }

    /// <summary>The lower ends of the P parameters' intervals.</summary>
    public double[] ThetaLow { get; }

    /// <summary>The upper ends of the P parameters' intervals.</summary>
    public double[] ThetaHigh { get; }
}
