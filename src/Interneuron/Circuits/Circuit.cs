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
public sealed partial class Circuit
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
            () => options.Rule == LearningRule.Published
                ? Initial.published(potential.Value, options.Target.Value, options.Leak, n, k, options.Seed)
                : Initial.circuit(potential.Value, options.Target.Value, options.Leak, n, k, power, options.Seed),
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
        return new Circuit(circuit, Potentials.Of(circuit.Potential), new Target(circuit.Target), Standardisation.OfSaved(saved.Standardisation));
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
