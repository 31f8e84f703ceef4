using System.Text.Json.Serialization;
using Interneuron.Core.Circuits;
using Interneuron.Core.Files;
using Microsoft.FSharp.Core;

namespace Interneuron;

/// <summary>
/// A recurrent circuit of N primary neurons and K interneurons with gains g, activation parameters theta and weights W. The responses to a stimulus s
/// are the fixed point r of tau dr/dt = s - leak r - W n(r), n_i = g_i f(theta_i, w_i . r): a map from stimuli to responses that is the gradient of a
/// convex function, so that a circuit that has learned well is the optimal transport from its stimuli to its target. A circuit never changes;
/// <see cref="Learner"/> makes new ones. Stimuli are given and come back as they are in the world, also where a circuit sees them through a <see cref="Standardisation"/>.
/// </summary>
/// <example><code>
/// var made = Circuit.Create(Potentials.PowerMixture, gains: [0.2], theta: new[,] { { 2.25 } }, w: new[,] { { 1.0 } });
/// Responses answer = made.Respond(new[,] { { 0.5 }, { -3.0 } });
/// </code></example>
[JsonConverter(typeof(CircuitConverter))]
public sealed class Circuit
{
    internal Circuit(Core.Circuits.Circuit value, Potential potential, Target target, Standardisation? standardisation = null)
    {
        Value = value;
        Potential = potential;
        Target = target;
        Standardisation = standardisation;
        Gains = Array.AsReadOnly(value.Gains);
        Theta = Grid.OfRows(value.Theta, potential.Parameters.Count);
        W = OfColumns(value.W, value.Primaries);
    }

    internal Core.Circuits.Circuit Value { get; }

    /// <summary>The circuit with these numbers.</summary>
    /// <param name="potential">F.</param>
    /// <param name="gains">g: K values, at least 0.</param>
    /// <param name="theta">The activation parameters, K x P: one row an interneuron, each value in its parameter's interval.</param>
    /// <param name="w">The weights, N x K: one column of unit length an interneuron.</param>
    /// <param name="target">The distribution that the responses are to have; the standard Gaussian if null.</param>
    /// <param name="leak">lambda, at least 0.</param>
    /// <returns>The circuit.</returns>
    /// <exception cref="ArgumentException">
    /// Shapes differ, a value lies outside its bounds, the target has another dimension, or some stimuli would have no response: the interneurons don't
    /// span the primary neurons or saturate, and there is no leak. The message names the number that is wrong.
    /// </exception>
    /// <example><code>
    /// double c = Math.Sqrt(0.5);
    /// var pair = Circuit.Create(Potentials.Quadratic, gains: [1.0, 0.5, 0.2], theta: new double[3, 0], w: new[,] { { 1, 0, c }, { 0, 1, c } });
    /// </code></example>
    public static Circuit Create(Potential potential, ReadOnlySpan<double> gains, Grid theta, Grid w, Target? target = null, double leak = 0)
    {
        ArgumentNullException.ThrowIfNull(potential);
        ArgumentNullException.ThrowIfNull(theta);
        ArgumentNullException.ThrowIfNull(w);
        target ??= Targets.StandardGaussian;
        var g = gains.ToArray();
        var circuit = Guard.Naming(
            () => CircuitModule.create(potential.Value, target.Value, leak, g, theta.ToRows(), w.ToColumns()), ("columns", nameof(w)));
        return new Circuit(circuit, potential, target);
    }

    /// <summary>A circuit to start learning from: directions and activation parameters from the seed, gains from the scale of the stimuli.</summary>
    /// <param name="potential">F.</param>
    /// <param name="stimuli">n x N, one row a stimulus; only N and the mean of |s|^2 are used.</param>
    /// <param name="options">Target, leak, number of interneurons and seed; the defaults if null.</param>
    /// <returns>The circuit.</returns>
    /// <exception cref="ArgumentException">
    /// The stimuli are none, all zero or not finite; or the options make no circuit in which every stimulus has a response.
    /// </exception>
    /// <example><code>var naive = Circuit.Start(Potentials.ThresholdLinear, stimuli, new CircuitOptions { Seed = 7 });</code></example>
    public static Circuit Start(Potential potential, Grid stimuli, CircuitOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(potential);
        ArgumentNullException.ThrowIfNull(stimuli);
        options ??= new CircuitOptions();
        if (options.Target is null)
        {
            throw new ArgumentException("The target is null.", nameof(options));
        }

        if (stimuli.Rows == 0 || stimuli.Columns == 0)
        {
            throw new ArgumentException($"There are no stimuli in a grid of {stimuli}.", nameof(stimuli));
        }

        int n = stimuli.Columns;
        int k = options.Interneurons ?? Initial.defaultCount(potential.Value, n);
        double power = stimuli.Array.Sum(s => s * s) / stimuli.Rows;
        var circuit = Guard.Naming(
            () => Initial.circuit(potential.Value, options.Target.Value, options.Leak, n, k, power, options.Seed),
            ("power", nameof(stimuli)), ("k", nameof(options)), ("leak", nameof(options)), ("columns", nameof(options)), ("target", nameof(options)));
        return new Circuit(circuit, potential, options.Target);
    }

    /// <summary>Reads a circuit file, as <see cref="Save(string)"/> and the command line write them.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The circuit, with exactly the numbers it was saved with and its standardisation.</returns>
    /// <exception cref="ArgumentException"><paramref name="path"/> is null or empty.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged or not a circuit; the message names the member that is wrong.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <example><code>Circuit learned = Circuit.Load("circuit.json");</code></example>
    public static Circuit Load(string path)
    {
        Guard.Existing(path);
        return Guard.Reading(() => OfSaved(CircuitFile.read(path)));
    }

    /// <summary>Reads a circuit from a stream, to its end, as <see cref="Save(Stream)"/> writes it.</summary>
    /// <param name="stream">A readable stream; it stays open.</param>
    /// <returns>The circuit, with exactly the numbers it was saved with.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="stream"/> is null.</exception>
    /// <exception cref="InvalidDataException">The stream does not hold a circuit; the message names the member that is wrong.</exception>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    /// <example><code>
    /// using FileStream file = File.OpenRead("circuit.json");
    /// Circuit learned = Circuit.Load(file);
    /// </code></example>
    public static Circuit Load(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return Guard.Reading(() => OfSaved(CircuitFile.readFrom("the circuit", stream)));
    }

    /// <summary>
    /// Writes the circuit to a JSON file, whole or not at all: potential and target by name, one's own potential by its formula, a target of samples by
    /// its samples, the numbers exactly, its standardisation if it has one.
    /// </summary>
    /// <param name="path">The file, which is replaced if it exists.</param>
    /// <exception cref="ArgumentException"><paramref name="path"/> is null or empty.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <example><code>trained.Circuit.Save("circuit.json");</code></example>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        Guard.Writing(() => CircuitFile.write(path, Saved));
    }

    /// <summary>Writes the circuit to a stream, as <see cref="Save(string)"/> writes it to a file.</summary>
    /// <param name="stream">A writable stream; it stays open.</param>
    /// <exception cref="ArgumentNullException"><paramref name="stream"/> is null.</exception>
    /// <exception cref="IOException">The stream cannot be written.</exception>
    /// <example><code>
    /// using var memory = new MemoryStream();
    /// trained.Circuit.Save(memory);
    /// </code></example>
    public void Save(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        CircuitFile.writeTo(stream, Saved);
    }

    internal SavedCircuit Saved =>
        new(Value, Standardisation is null ? null : FSharpOption<Statistics.Standardisation>.Some(Standardisation.Value), FSharpOption<Provenance>.None);

    internal static Circuit OfSaved(SavedCircuit saved)
    {
        var circuit = saved.Circuit;
        var potential = Potentials.All.FirstOrDefault(known => ReferenceEquals(known.Value, circuit.Potential));
        return new Circuit(circuit, potential ?? new Potential(circuit.Potential), new Target(circuit.Target), Standardisation.OfSaved(saved.Standardisation));
    }

    /// <summary>F.</summary>
    /// <example><code>Formula f = circuit.Potential.Activation;</code></example>
    public Potential Potential { get; }

    /// <summary>The distribution that the responses are driven to.</summary>
    /// <example><code>double p = circuit.Target.Cdf(1.0);</code></example>
    public Target Target { get; }

    /// <summary>What a stimulus goes through before the circuit sees it, from a file of a circuit that learned from centred or standardised stimuli; null where it is seen as it is.</summary>
    /// <example><code>bool seesThemAsTheyAre = circuit.Standardisation is null;</code></example>
    public Standardisation? Standardisation { get; }

    /// <summary>lambda.</summary>
    /// <example><code>double leak = circuit.Leak;</code></example>
    public double Leak => Value.Leak;

    /// <summary>N.</summary>
    /// <example><code>int n = circuit.Primaries;</code></example>
    public int Primaries => Value.Primaries;

    /// <summary>K.</summary>
    /// <example><code>int k = circuit.Interneurons;</code></example>
    public int Interneurons => Value.Interneurons;

    /// <summary>g, K values.</summary>
    /// <example><code>double total = circuit.Gains.Sum();</code></example>
    public IReadOnlyList<double> Gains { get; }

    /// <summary>The activation parameters theta, K x P: one row an interneuron.</summary>
    /// <example><code>double theta = circuit.Theta[0, 0];</code></example>
    public Grid Theta { get; }

    /// <summary>The weights W, N x K: column i connects interneuron i to the primary neurons and has unit length.</summary>
    /// <example><code>double[] w = circuit.W.Column(0);</code></example>
    public Grid W { get; }

    /// <summary>
    /// The responses to stimuli, to a residual of 1e-10 (of stimuli smaller than 1, in proportion; where rounding leaves more, as exact as the arithmetic), on all cores; the same bits for
    /// any number of cores.
    /// </summary>
    /// <param name="stimuli">n x N, one row a stimulus.</param>
    /// <returns>The responses with their residuals; NaN for a stimulus that has none: see <see cref="Responses.EnsureConverged"/>.</returns>
    /// <exception cref="ArgumentException"><paramref name="stimuli"/> is null or has not N columns.</exception>
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
    /// <exception cref="ArgumentException"><paramref name="responses"/> is null or has not N columns.</exception>
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
    /// <exception cref="ArgumentException"><paramref name="stimuli"/> is null or has not N columns.</exception>
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
    /// <exception cref="ArgumentException"><paramref name="stimuli"/> is null or has not N columns.</exception>
    /// <example><code>double j = circuit.Objective(stimuli);</code></example>
    public double Objective(Grid stimuli)
    {
        CheckColumns(stimuli, nameof(stimuli));
        return Core.Circuits.Objective.value(Value, SeenArray(stimuli));
    }

    /// <summary>The derivatives of the objective in the gains, dJ/dg.</summary>
    /// <param name="stimuli">n x N, at least one row.</param>
    /// <returns>K values; without a meaning where a stimulus has no response.</returns>
    /// <exception cref="ArgumentException"><paramref name="stimuli"/> is null, empty or has not N columns.</exception>
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
    /// <exception cref="ArgumentException"><paramref name="stimuli"/> is null, empty or has not N columns, or there is no memory for so many interneurons.</exception>
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

    /// <summary>The convex function whose gradient takes responses to stimuli: phi(r) = sum of g F(theta, w . r) + leak |r|^2/2.</summary>
    /// <param name="response">r, N values.</param>
    /// <returns>phi(r).</returns>
    /// <exception cref="ArgumentException"><paramref name="response"/> has not N values.</exception>
    /// <example><code>double phi = circuit.Phi(circuit.Respond(stimuli).R.Row(0));</code></example>
    public double Phi(ReadOnlySpan<double> response) => CircuitModule.potentialAt(Value, Checked(response, nameof(response)));

    /// <summary>The second derivatives of phi: H(r) = sum of g f'(theta, w . r) w w^T + leak I. Its inverse is the gain of the responses to small changes of the stimulus.</summary>
    /// <param name="response">r, N values.</param>
    /// <returns>H, N x N.</returns>
    /// <exception cref="ArgumentException"><paramref name="response"/> has not N values.</exception>
    /// <example><code>double stiffness = circuit.Hessian(circuit.Respond(stimuli).R.Row(0))[0, 0];</code></example>
    public Grid Hessian(ReadOnlySpan<double> response) =>
        Grid.OfRows(CircuitModule.hessianAt(Value, Checked(response, nameof(response))), Primaries);

    /// <summary>How far the circuit is from optimal transport: J - J_opt >= 0, for stimuli as it sees them. For one primary neuron.</summary>
    /// <param name="stimuli">n x 1, at least one.</param>
    /// <returns>The gap; NaN where a stimulus has no response.</returns>
    /// <exception cref="ArgumentException"><paramref name="stimuli"/> is null, empty or has not one column.</exception>
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
    /// <exception cref="ArgumentException">An argument has not N values, is not positive, or not finite.</exception>
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

    internal static Grid OfColumns(double[][] columns, int primaries)
    {
        var values = new double[primaries * columns.Length];
        for (int a = 0; a < primaries; a++)
        {
            for (int i = 0; i < columns.Length; i++)
            {
                values[a * columns.Length + i] = columns[i][a];
            }
        }

        return Grid.Owning(values, primaries, columns.Length);
    }
}
