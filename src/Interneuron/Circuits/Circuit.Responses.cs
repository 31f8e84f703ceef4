using Interneuron.Core.Circuits;
using Microsoft.FSharp.Core;

namespace Interneuron;

// What a circuit makes of stimuli, and what is measured and bettered by them.
public sealed partial class Circuit
{
    /// <summary>
    /// The responses to stimuli, to a residual of 1e-10 (of stimuli smaller than 1, in proportion; where rounding leaves more, as exact as the arithmetic), on all cores; the same bits for
    /// any number of cores.
    /// </summary>
    /// <param name="stimuli">n x N, one row a stimulus.</param>
    /// <returns>The responses with their residuals; NaN for a stimulus that has none: see <see cref="Responses.EnsureConverged"/>.</returns>
    /// <exception cref="ArgumentException"><paramref name="stimuli"/> is null or does not have N columns.</exception>
    /// <example><code>Grid r = circuit.Respond(stimuli).EnsureConverged().R;</code></example>
    public Responses Respond(Grid stimuli)
    {
        CheckColumns(stimuli, nameof(stimuli));
        return new Responses(ResponseModule.solveOn(Value, Seen(stimuli.Value.Memory)), Primaries);
    }

    /// <summary>The responses to stimuli, into a buffer of the caller's. Neither is copied.</summary>
    /// <param name="stimuli">n stimuli of N values, row after row.</param>
    /// <param name="responses">Takes the n x N responses; at least as long as <paramref name="stimuli"/>, which it may overlap.</param>
    /// <returns>Whether every stimulus has found its response.</returns>
    /// <exception cref="ArgumentException">
    /// <paramref name="stimuli"/> are not whole rows of N values, or <paramref name="responses"/> is shorter than they are.
    /// </exception>
    /// <example><code>
    /// double[] buffer = [0.5];
    /// ResponseOutcome outcome = circuit.Respond(buffer, buffer);
    /// </code></example>
    public ResponseOutcome Respond(ReadOnlySpan<double> stimuli, Span<double> responses)
    {
        if (responses.Length < stimuli.Length)
        {
            throw new ArgumentException($"{responses.Length} places for {stimuli.Length} values.", nameof(responses));
        }

        responses = responses[..stimuli.Length];
        // What is standardised needs a place, and so does what would be overwritten before it is read: both have it where the responses go.
        if (Standardisation is not null || stimuli.Overlaps(responses))
        {
            stimuli.CopyTo(responses);
            Standardisation?.Apply(responses);
            stimuli = responses;
        }

        return RespondPinned(stimuli, responses);
    }

    private unsafe ResponseOutcome RespondPinned(ReadOnlySpan<double> seen, Span<double> responses)
    {
        fixed (double* from = seen)
        fixed (double* to = responses)
        {
            using var read = new Pinned(from, seen.Length);
            using var written = new Pinned(to, responses.Length);
            return ResponseModule.solveInto(Value, read.Memory, written.Memory).IsConverged ? ResponseOutcome.Converged : ResponseOutcome.NotConverged;
        }
    }

    /// <summary>The inverse of the responses: the stimuli s = grad phi(r) = W n(r) + leak r that are answered with given responses.</summary>
    /// <param name="responses">n x N, one row a response.</param>
    /// <returns>The stimuli, n x N.</returns>
    /// <exception cref="ArgumentException"><paramref name="responses"/> is null or does not have N columns.</exception>
    /// <example><code>Grid s = circuit.StimulusOf(circuit.Respond(stimuli).R);  // the stimuli again</code></example>
    public Grid StimulusOf(Grid responses)
    {
        CheckColumns(responses, nameof(responses));
        return Grid.OfRows(responses.ToRows().Select(r => Given(CircuitModule.stimulusOf(Value, r))).ToArray(), Primaries);
    }

    /// <summary>Stimuli of the distribution that the circuit turns into its target: s = grad phi(r) for r drawn from the target.</summary>
    /// <param name="count">How many, at least 0.</param>
    /// <param name="seed">The seed; the same seed gives the same stimuli.</param>
    /// <returns>The stimuli, count x N.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is negative.</exception>
    /// <example><code>Grid likeStimuli = circuit.Sample(1000, seed: 1);</code></example>
    public Grid Sample(int count, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return Grid.Owning(Given(ResponseModule.sample(Value, count, seed)), count, Primaries);
    }

    /// <summary>The log density of stimuli under the circuit as a model of them: log p(s) = log p_target(r) - log det H(r) at their responses r, less the logarithms of the units of its <see cref="Standardisation"/>.</summary>
    /// <param name="stimuli">n x N, one row a stimulus.</param>
    /// <returns>One value for each stimulus, in nats.</returns>
    /// <exception cref="ArgumentException"><paramref name="stimuli"/> is null or does not have N columns.</exception>
    /// <exception cref="InvalidOperationException">The target is given by samples and has no density.</exception>
    /// <example><code>double perStimulus = circuit.LogDensity(stimuli).Average();</code></example>
    public double[] LogDensity(Grid stimuli)
    {
        CheckColumns(stimuli, nameof(stimuli));
        if (Target.Value.IsOfSamples)
        {
            throw new InvalidOperationException("The circuit's target is given by samples and has no density.");
        }

        double[] seen = ResponseModule.logDensity(Value, SeenArray(stimuli));
        return Standardisation is { LogVolume: double volume } ? Array.ConvertAll(seen, value => value - volume) : seen;
    }

    /// <summary>The objective that learning descends, J = E_s[s . r - phi(r)] + E_target[phi(r)], averaged over stimuli as the circuit sees them.</summary>
    /// <param name="stimuli">n x N, one row a stimulus.</param>
    /// <returns>J; NaN where a stimulus has no response.</returns>
    /// <exception cref="ArgumentException"><paramref name="stimuli"/> is null or does not have N columns.</exception>
    /// <example><code>double j = circuit.Objective(stimuli);</code></example>
    public double Objective(Grid stimuli)
    {
        CheckColumns(stimuli, nameof(stimuli));
        return Core.Circuits.Objective.value(Value, SeenArray(stimuli));
    }

    /// <summary>The derivatives of the objective in the gains, dJ/dg.</summary>
    /// <param name="stimuli">n x N, at least one row.</param>
    /// <returns>K values; meaningless where a stimulus has no response.</returns>
    /// <exception cref="ArgumentException"><paramref name="stimuli"/> is null, empty or does not have N columns.</exception>
    /// <example><code>double slope = circuit.GainGradient(stimuli)[0];</code></example>
    public double[] GainGradient(Grid stimuli)
    {
        CheckColumns(stimuli, nameof(stimuli));
        Guard.NotEmpty(stimuli, nameof(stimuli));
        return Core.Circuits.Objective.valueAndGainGradient(Value, SeenArray(stimuli)).Item2;
    }

    /// <summary>
    /// The circuit with the gains of least objective over all stimuli at once, activation parameters and weights as they are: what online learning of the gains is held against. The
    /// objective is convex in the gains; the descent is by Newton steps, to about 1e-6 of the objective.
    /// </summary>
    /// <param name="stimuli">n x N, at least one row.</param>
    /// <param name="progress">Receives how far it is in hundredths, with the objective; null for none.</param>
    /// <param name="cancellation">Ends it early, with the best gains so far.</param>
    /// <returns>The circuit.</returns>
    /// <exception cref="ArgumentException"><paramref name="stimuli"/> is null, empty or does not have N columns, or there is no memory for so many interneurons.</exception>
    /// <exception cref="NotConvergedException">A stimulus has no response.</exception>
    /// <example><code>double gap = circuit.Objective(stimuli) - circuit.WithBestGains(stimuli).Objective(stimuli);</code></example>
    public Circuit WithBestGains(Grid stimuli, IProgress<LearningProgress>? progress = null, CancellationToken cancellation = default)
    {
        CheckColumns(stimuli, nameof(stimuli));
        Guard.NotEmpty(stimuli, nameof(stimuli));
        var report = FuncConvert.FromAction<Core.Circuits.Progress>(at => progress?.Report(new LearningProgress { Step = at.Step, Steps = at.Steps, J = at.J }));
        var optimum = Guard.Naming(() => OptimumModule.gains(report, cancellation, Value, Seen(stimuli.Value.Memory)), ("circuit", nameof(stimuli)));
        return optimum.Ending is Core.Circuits.Ending.NoResponse failed
            ? throw new NotConvergedException($"The stimulus in row {failed.row} has no response.")
            : new Circuit(optimum.Circuit, Potential, Target, Standardisation);
    }

    /// <summary>The circuit with other numbers.</summary>
    /// <param name="gains">g: K values, at least 0.</param>
    /// <param name="theta">The activation parameters, K x P; as they are if null.</param>
    /// <param name="w">The weights, N x K; as they are if null.</param>
    /// <returns>The circuit.</returns>
    /// <exception cref="ArgumentException">As for <see cref="Create"/>.</exception>
    /// <example><code>Circuit weaker = circuit.With(gains: [.. circuit.Gains.Select(g => g / 2)]);</code></example>
    public Circuit With(ReadOnlySpan<double> gains, Grid? theta = null, Grid? w = null)
    {
        double[] g = gains.ToArray();
        var updated = Guard.Naming(
            () => CircuitModule.update(g, (theta ?? Theta).ToRows(), (w ?? W).ToColumns(), Value), ("columns", nameof(w)));
        return new Circuit(updated, Potential, Target, Standardisation);
    }

    /// <summary>The circuit with other things to drive its responses to; what it learned stays.</summary>
    /// <param name="target">The target.</param>
    /// <returns>The circuit.</returns>
    /// <exception cref="ArgumentException">The target is null, or has another number of coordinates.</exception>
    /// <example><code>Circuit adapting = circuit.With(Targets.Laplace);</code></example>
    public Circuit With(Target target)
    {
        ArgumentNullException.ThrowIfNull(target);
        var driven = Guard.Naming(
            () => CircuitModule.create(Potential.Value, target.Value, Value.Leak, Value.Gains, Value.Theta, Value.W), ("columns", nameof(target)));
        return new Circuit(driven, Potential, target, Standardisation);
    }

    /// <summary>The convex function whose gradient takes responses to stimuli: phi(r) = sum of g F(theta, w . r) + leak |r|^2/2.</summary>
    /// <param name="response">r, N values.</param>
    /// <returns>phi(r).</returns>
    /// <exception cref="ArgumentException"><paramref name="response"/> does not have N values.</exception>
    /// <example><code>double phi = circuit.Phi(circuit.Respond(stimuli).R.Row(0));</code></example>
    public double Phi(ReadOnlySpan<double> response) => CircuitModule.potentialAt(Value, Checked(response, nameof(response)));

    /// <summary>The second derivatives of phi: H(r) = sum of g f'(theta, w . r) w w^T + leak I. Its inverse is the gain of the responses to small changes of the stimulus.</summary>
    /// <param name="response">r, N values.</param>
    /// <returns>H, N x N.</returns>
    /// <exception cref="ArgumentException"><paramref name="response"/> does not have N values.</exception>
    /// <example><code>double stiffness = circuit.Hessian(circuit.Respond(stimuli).R.Row(0))[0, 0];</code></example>
    public Grid Hessian(ReadOnlySpan<double> response) =>
        Grid.OfRows(CircuitModule.hessianAt(Value, Checked(response, nameof(response))), Primaries);

    /// <summary>How far the circuit is from optimal transport: J - J_opt >= 0, for stimuli as it sees them. For one primary neuron.</summary>
    /// <param name="stimuli">n x 1, at least one.</param>
    /// <returns>The gap; NaN where a stimulus has no response.</returns>
    /// <exception cref="ArgumentException"><paramref name="stimuli"/> is null, empty or does not have one column.</exception>
    /// <exception cref="InvalidOperationException">The circuit has more than one primary neuron.</exception>
    /// <example><code>Console.WriteLine($"transport gap {circuit.TransportGap(stimuli):g3}");</code></example>
    public double TransportGap(Grid stimuli)
    {
        CheckColumns(stimuli, nameof(stimuli));
        if (Primaries != 1)
        {
            throw new InvalidOperationException($"The transport gap is for one primary neuron; the circuit has {Primaries}.");
        }

        if (stimuli.Rows == 0)
        {
            throw new ArgumentException("There are no stimuli.", nameof(stimuli));
        }

        return Core.Circuits.Objective.transportGap(Value, SeenArray(stimuli));
    }

    /// <summary>The response to a stimulus over time, by the fast dynamics tau dr/dt = s - grad phi(r).</summary>
    /// <param name="stimulus">N values, switched on at time 0.</param>
    /// <param name="duration">How long, in units of tau; positive.</param>
    /// <param name="start">r at time 0, N values; all zero if empty.</param>
    /// <param name="tolerance">The local error that the steps adapt to, positive.</param>
    /// <returns>Times and responses.</returns>
    /// <exception cref="ArgumentException">An argument does not have N values, is not positive, or not finite.</exception>
    /// <example><code>Transient onset = circuit.Transient([1.5], duration: 30);</code></example>
    public Transient Transient(ReadOnlySpan<double> stimulus, double duration, ReadOnlySpan<double> start = default, double tolerance = 1e-8)
    {
        double[] s = Checked(stimulus, nameof(stimulus));
        double[] from = start.IsEmpty ? new double[Primaries] : Checked(start, nameof(start));
        if (!(tolerance > 0))
        {
            throw new ArgumentOutOfRangeException(nameof(tolerance), tolerance, "The tolerance is positive.");
        }

        Standardisation?.Apply(s);
        return new Transient(Dynamics.transient(Value, s, from, duration, tolerance), Primaries);
    }

    internal void CheckColumns(Grid samples, string name)
    {
        ArgumentNullException.ThrowIfNull(samples, name);
        if (samples.Columns != Primaries)
        {
            throw new ArgumentException($"{samples.Columns} columns for {Primaries} primary neurons.", name);
        }
    }

    private double[] Checked(ReadOnlySpan<double> values, string name) =>
        values.Length == Primaries
            ? values.ToArray()
            : throw new ArgumentException($"{values.Length} values for {Primaries} primary neurons.", name);

    /// <summary>Stimuli as the circuit sees them: standardised in a copy, or as they lie.</summary>
    internal ReadOnlyMemory<double> Seen(ReadOnlyMemory<double> stimuli)
    {
        if (Standardisation is null)
        {
            return stimuli;
        }

        double[] seen = stimuli.ToArray();
        Standardisation.Apply(seen);
        return seen;
    }

    private double[] SeenArray(Grid stimuli)
    {
        double[] values = stimuli.Array;
        if (Standardisation is null)
        {
            return values;
        }

        double[] seen = [.. values];
        Standardisation.Apply(seen);
        return seen;
    }

    /// <summary>Stimuli that the circuit would see, as they are in the world, in place.</summary>
    private double[] Given(double[] seen)
    {
        Standardisation?.Undo(seen);
        return seen;
    }
}
