namespace Interneuron.Kernels;

/// <summary>
/// J as a function of the gains over all stimuli at once, activation parameters and synapses as they are: its value, its derivatives dJ/dg_i = E_target F_i - mean F_i(z_i), and its
/// curvature d2J/dg_i dg_j = mean f_i f_j w_i . H(r)^-1 w_j, since dr/dg_j = -H(r)^-1 w_j f_j. Stimuli are solved from their responses at the gains accepted last. Shared among the processor's
/// cores in parts of fixed size, so that results have the same bits for any number of them. Not thread-safe.
/// </summary>
public abstract class GainObjective
{
    private protected GainObjective(CircuitState circuit, double[] averages)
    {
        Circuit = circuit;
        Averages = averages;
    }

    /// <summary>The circuit with the gains evaluated last.</summary>
    public CircuitState Circuit { get; }

    /// <summary>E_target F_i, K values.</summary>
    private protected double[] Averages { get; }

    /// <summary>J but for the leak's part of the target's potential, lambda E|r|^2/2, which no gain changes.</summary>
    /// <param name="gains">K values, at least 0.</param>
    /// <param name="slopes">dJ/dg, K values, overwritten.</param>
    /// <param name="value">J; not a number where a stimulus has no response.</param>
    /// <param name="cancellation">Looked at a few times a second at least.</param>
    /// <returns>Whether all stimuli have their responses; if not, the slopes have no meaning.</returns>
    /// <exception cref="OperationCanceledException">Cancellation was asked for.</exception>
    public abstract ResponseOutcome Evaluate(ReadOnlySpan<double> gains, Span<double> slopes, out double value, CancellationToken cancellation);

    /// <summary>From now on stimuli are solved from the responses found last, which must all have been found.</summary>
    public abstract void Accept();

    /// <summary>|r|^2 of the responses accepted last, n values.</summary>
    public abstract double[] Sizes();

    /// <summary>The curvature at the responses accepted last, over weighted rows of the stimuli.</summary>
    /// <param name="rows">Which.</param>
    /// <param name="weights">Their weights, at least 0.</param>
    /// <param name="cancellation">Looked at a few times a second at least.</param>
    /// <returns>K x K numbers, symmetric.</returns>
    /// <exception cref="OperationCanceledException">Cancellation was asked for.</exception>
    public abstract double[] Curvature(ReadOnlyMemory<int> rows, ReadOnlyMemory<double> weights, CancellationToken cancellation);
}
