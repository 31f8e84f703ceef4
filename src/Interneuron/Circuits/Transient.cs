namespace Interneuron;

/// <summary>A response over time, from the onset of a stimulus.</summary>
/// <example><code>
/// Transient onset = circuit.Transient([2.0], duration: 20);
/// Console.WriteLine($"after {onset.Times[onset.Times.Count - 1]} tau the response is {onset.R[onset.R.Rows - 1, 0]}");
/// </code></example>
public sealed class Transient
{
    internal Transient(Core.Circuits.Transient transient, int primaries)
    {
        Times = Array.AsReadOnly(transient.Times);
        R = Grid.OfRows(transient.Responses, primaries);
    }

    /// <summary>Times since onset, in units of tau, from 0; their distances adapt to the dynamics.</summary>
    /// <example><code>int steps = circuit.Transient([2.0], duration: 20).Times.Count;</code></example>
    public IReadOnlyList<double> Times { get; }

    /// <summary>r at each of the times: one row a time, one column a primary neuron.</summary>
    /// <example><code>double[] course = circuit.Transient([2.0], duration: 20).R.Column(0);</code></example>
    public Grid R { get; }
}
