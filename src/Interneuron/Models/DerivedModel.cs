using Interneuron.Core.Circuits;
using Interneuron.Derivation.Rules;
using Interneuron.Derivation.Checks;
using Interneuron.Derivation.Models;
using Interneuron.Derivation.Running;
using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;

namespace Interneuron;

/// <summary>The part that a term of the fast dynamics plays.</summary>
/// <example><code>foreach (var (part, term) in derived.DynamicsParts.Zip(derived.Dynamics)) Console.WriteLine($"{part}: {term}");</code></example>
public enum DynamicsPart
{
    /// <summary>What the stimulus drives.</summary>
    Feedforward,

    /// <summary>What interneurons subtract.</summary>
    Inhibition,

    /// <summary>What decays by itself.</summary>
    Leak,

    /// <summary>What the neurons of a population do to each other.</summary>
    Lateral,

    /// <summary>What other variables contribute.</summary>
    Coupling,
}

/// <summary>The fast dynamics linearised at fixed points, of what can move there.</summary>
/// <example><code>Console.WriteLine($"{derived.Modes()?.Slowest} / tau");</code></example>
public sealed class FastModes
{
    internal FastModes(Derivation.Checks.FastModes value) => (Slowest, Fastest, Turns) = (value.Slowest, value.Fastest, value.Turns);

    /// <summary>The rate at which the slowest mode decays, in units of 1/tau; at or below 0 the fixed point is not stable.</summary>
    /// <example><code>double? slowest = derived.Modes()?.Slowest;</code></example>
    public double Slowest { get; }

    /// <summary>The rate of the fastest.</summary>
    /// <example><code>double? fastest = derived.Modes()?.Fastest;</code></example>
    public double Fastest { get; }

    /// <summary>Whether some modes turn as they decay, as those of a saddle can.</summary>
    /// <example><code>bool turns = derived.Modes()?.Turns == true;</code></example>
    public bool Turns { get; }
}

/// <summary>How a variable settles: tau dv/dt = -dE/dv, or +dE/dv where it maximises, held to its domain.</summary>
/// <example><code>Console.WriteLine(string.Join(" + ", derived.Variables[0].Terms));</code></example>
public sealed class VariableDynamics
{
    internal VariableDynamics(FastDynamics value)
    {
        Variable = value.Variable.Name;
        Symbol = new IndexedFormula(Derivation.Formulas.Canonical.Symbol(value.Variable.Name, ListModule.OfSeq([value.Variable.Index])));
        Terms = [.. value.Terms.Select(term => new IndexedFormula(term.Item2))];
        Parts = [.. value.Terms.Select(term => PartOf(term.Item1))];
        Locality = DerivedRule.LocalityOf(value.Locality).Verdict;
        (Drive, Threshold) = value.Membrane is { Value: var membrane }
            ? (new IndexedFormula(membrane.Item1), new IndexedFormula(membrane.Item2))
            : ((IndexedFormula?)null, (IndexedFormula?)null);
    }

    /// <summary>The variable's name.</summary>
    /// <example><code>string name = derived.Variables[0].Variable;  // "r"</code></example>
    public string Variable { get; }

    /// <summary>The variable at its index, as formulas have it.</summary>
    /// <example><code>Console.WriteLine(dynamics.Symbol);  // r[a]</code></example>
    public IndexedFormula Symbol { get; }

    /// <summary>The terms of tau dv/dt at its index.</summary>
    /// <example><code>foreach (IndexedFormula term in derived.Variables[0].Terms) Console.WriteLine(term);</code></example>
    public IReadOnlyList<IndexedFormula> Terms { get; }

    /// <summary>The part that each term plays, in their order.</summary>
    /// <example><code>bool hasLateral = derived.Variables[0].Parts.Contains(DynamicsPart.Lateral);</code></example>
    public IReadOnlyList<DynamicsPart> Parts { get; }

    /// <summary>Whether all that the dynamics need reaches a neuron along synapses.</summary>
    /// <example><code>bool isLocal = derived.Variables[0].Locality == Locality.Local;</code></example>
    public Locality Locality { get; }

    /// <summary>The drive of its membrane, tau du/dt = -u + drive with v = T(u), where the energy is quadratic but for a sum of thresholds times |v|; else null.</summary>
    /// <example><code>Console.WriteLine(derived.Variables[0].Drive);</code></example>
    public IndexedFormula? Drive { get; }

    /// <summary>The threshold of T, 0 where its domain alone makes T; null where there is no drive.</summary>
    /// <example><code>Console.WriteLine(derived.Variables[0].Threshold);</code></example>
    public IndexedFormula? Threshold { get; }

    private static DynamicsPart PartOf(Part part) =>
        part.IsFeedforward ? DynamicsPart.Feedforward
        : part.IsInhibition ? DynamicsPart.Inhibition
        : part.IsLeak ? DynamicsPart.Leak
        : part.IsLateral ? DynamicsPart.Lateral
        : DynamicsPart.Coupling;
}

/// <summary>What follows from a model: the fast dynamics of its responses and the learning rules of its parameters.</summary>
/// <example><code>
/// DerivedModel derived = Model.FromLibrary("shaping-responses").Derive();
/// Console.WriteLine(string.Join(" + ", derived.Dynamics));
/// </code></example>
public sealed class DerivedModel
{
    internal DerivedModel(Derivation.Rules.Derivation value)
    {
        Value = value;
        Energy = new IndexedFormula(value.Energy);
        Inputs = [.. value.Inputs.Select(input => new NeuronInput(input.Name, new IndexedFormula(input.Form), input.Output, new IndexedFormula(input.OutputFormula)))];
        Variables = [.. value.Dynamics.Select(dynamics => new VariableDynamics(dynamics))];
        Rules = Array.AsReadOnly(value.Rules.Select(rule => new DerivedRule(rule)).ToArray());
        Published = Array.AsReadOnly(Derivation.Rules.Published.check(value).Select(comparison => new RuleComparison(comparison)).ToArray());
    }

    internal Derivation.Rules.Derivation Value { get; }

    /// <summary>The energy, as one formula.</summary>
    /// <example><code>Console.WriteLine(model.Derive().Energy.Unicode);</code></example>
    public IndexedFormula Energy { get; }

    /// <summary>The inputs and outputs of interneurons that were found in the energy.</summary>
    /// <example><code>foreach (NeuronInput input in model.Derive().Inputs) Console.WriteLine($"{input.Name} = {input.Form}");</code></example>
    public IReadOnlyList<NeuronInput> Inputs { get; }

    /// <summary>How each variable settles, in their order: r alone for a circuit.</summary>
    /// <example><code>foreach (VariableDynamics r in derived.Variables) Console.WriteLine($"{r.Variable}: {string.Join(" + ", r.Terms)}");</code></example>
    public IReadOnlyList<VariableDynamics> Variables { get; }

    /// <summary>The terms of tau dr[a]/dt = -dE/dr[a], of the first variable.</summary>
    /// <example><code>foreach (IndexedFormula term in derived.Dynamics) Console.WriteLine(term);</code></example>
    public IReadOnlyList<IndexedFormula> Dynamics => Variables[0].Terms;

    /// <summary>The part that each of these terms plays, in their order.</summary>
    /// <example><code>bool hasLateral = derived.DynamicsParts.Contains(DynamicsPart.Lateral);</code></example>
    public IReadOnlyList<DynamicsPart> DynamicsParts => Variables[0].Parts;

    /// <summary>The learning rules, one for each parameter, in their order.</summary>
    /// <example><code>DerivedRule first = derived.Rules[0];</code></example>
    public IReadOnlyList<DerivedRule> Rules { get; }

    /// <summary>The published rules that the model states, each beside the derived one, decided by algebra.</summary>
    /// <example><code>bool isPublished = derived.Published.All(comparison => comparison.IsEqual);</code></example>
    public IReadOnlyList<RuleComparison> Published { get; }

    /// <summary>The rules of another model for the parameters that both have, each as if it were published beside the derived one. Names do not matter: the other
    /// model is read in those under which the two share most.</summary>
    /// <param name="other">The other.</param>
    /// <returns>One for each parameter in common.</returns>
    /// <exception cref="ArgumentNullException">The other is null.</exception>
    /// <example><code>bool isSame = derived.Against(Model.FromLibrary("oja").Derive()).All(comparison => comparison.IsEqual);</code></example>
    public IReadOnlyList<RuleComparison> Against(DerivedModel other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return [.. Derivation.Rules.Published.against(Value, other.Value).Item2.Select(comparison => new RuleComparison(comparison))];
    }

    /// <summary>What is called otherwise in another model, under the renaming in which the two share most: populations, inputs, variables, parameters and constants.</summary>
    /// <param name="other">The other.</param>
    /// <returns>Its names, each with the name here.</returns>
    /// <exception cref="ArgumentNullException">The other is null.</exception>
    /// <example><code>foreach (var (theirs, ours) in derived.NamesIn(Model.FromLibrary("oja").Derive())) Console.WriteLine($"{theirs} is {ours}");</code></example>
    public IReadOnlyDictionary<string, string> NamesIn(DerivedModel other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return CorrespondenceModule.find(Value.Model, other.Value.Model).Renamed.DistinctBy(name => name.Item1).ToDictionary(name => name.Item1, name => name.Item2);
    }

    /// <summary>The parameters of synapses that the dynamics use both ways, from each of two neurons to the other.</summary>
    /// <example><code>bool isSymmetric = derived.BothWays.Contains("W");</code></example>
    public IReadOnlyList<string> BothWays => [.. Value.BothWays];

    /// <summary>Whether the model is well posed for its own numbers of neurons: convex, bounded below, and spanning.</summary>
    /// <example><code>bool isWellPosed = derived.Findings.All(finding => finding.Judgement != Judgement.Refuted);</code></example>
    public IReadOnlyList<Finding> Findings => Of(Value.Model.Sizes);

    /// <summary>Whether the model is well posed for other numbers of neurons.</summary>
    /// <param name="primaries">N, at least 1.</param>
    /// <param name="interneurons">K, at least 1.</param>
    /// <returns>One finding a condition.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is less than 1.</exception>
    /// <example><code>bool spans = derived.FindingsFor(primaries: 4, interneurons: 10).All(finding => finding.Judgement != Judgement.Refuted);</code></example>
    public IReadOnlyList<Finding> FindingsFor(int primaries, int interneurons)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(primaries, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(interneurons, 1);
        return Of(SizesModule.circuit(primaries, interneurons));
    }

    private IReadOnlyList<Finding> Of(FSharpList<Tuple<Derivation.Formulas.Population, int>> sizes) =>
        [.. WellPosed.check(Value, sizes).Select(finding => new Finding(finding))];

    /// <summary>The fast dynamics near their fixed points, with the parameters that learning starts from; null where no random stimulus has a response.</summary>
    /// <param name="seed">What stimuli and parameters are drawn from.</param>
    /// <returns>The slowest and the fastest rate of decay.</returns>
    /// <example><code>bool isStable = derived.Modes()?.Slowest &gt; 0;</code></example>
    public FastModes? Modes(int seed = 1) => FastModesModule.ofStart(Value, seed) is { Value: var modes } ? new FastModes(modes) : null;

    /// <summary>The symmetries of the objective among linear changes of parameters and variables: where learning is free to drift.</summary>
    /// <param name="seed">What the points are drawn from at which they are looked for.</param>
    /// <returns>One for each symmetry of a population, and scales of the whole.</returns>
    /// <example><code>int rotations = derived.FlatDirections().Count(flat => flat.Symmetry == SymmetryKind.Rotation);</code></example>
    public IReadOnlyList<FlatDirection> FlatDirections(int seed = 1) =>
        [.. Derivation.Checks.FlatDirections.find(Value, seed).Select(direction => new FlatDirection(direction))];

    /// <summary>Checks every rule on random circuits of the model's own sizes: against dual numbers, quadrature, differences of the objective, and the step
    /// of training.</summary>
    /// <param name="circuits">How many circuits, from 1 to 10,000.</param>
    /// <param name="seed">What they are drawn from.</param>
    /// <returns>The verdict, and the worst relative errors of each rule.</returns>
    /// <exception cref="ArgumentException">No random circuit responds, or the number of circuits is out of range.</exception>
    /// <example><code>
    /// Certificate certificate = derived.Certify();
    /// Console.WriteLine(certificate.IsPassed ? "right" : string.Join("; ", certificate.Rules.Where(rule => !rule.IsPassed)));
    /// </code></example>
    public Certificate Certify(int circuits = 27, int seed = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(circuits, 1);
        return new Certificate(CertificateModule.check(Value, circuits, seed));
    }

    /// <summary>The part of the circuit that <see cref="Learner"/> trains fast, at rates that need no tuning; null for a model that it doesn't know: see <see cref="Train"/>.</summary>
    /// <example><code>
    /// if (derived.Fast is { } fast)
    ///     Learner.Train(Circuit.Start(fast.Potential, stimuli, fast.Start), stimuli, fast.Learning).Circuit.Save("circuit.json");
    /// </code></example>
    public FastCircuit? Fast => RidgeModule.trained(Value) is { Value: var ridge } ? new FastCircuit(Value.Model, ridge) : null;

    /// <summary>Learns from stimuli by the rules as they stand, compiled: any model, at the rates of its parameters.</summary>
    /// <param name="stimuli">n x N, one row a stimulus; at least one.</param>
    /// <param name="options">The settings; the defaults if null.</param>
    /// <param name="progress">Told a hundred times where learning stands, on the calling thread unless it sees to that itself; nobody if null.</param>
    /// <param name="cancellation">Ends learning early, and what was learned is returned.</param>
    /// <returns>The learned model and its history.</returns>
    /// <exception cref="ArgumentException">The stimuli are null, empty or not finite, a setting is out of bounds, or the model is ill-posed for these numbers of neurons.</exception>
    /// <exception cref="NotConvergedException">No stimulus of the first batch found a response.</exception>
    /// <exception cref="IOException">The checkpoint cannot be written, or another run holds it.</exception>
    /// <exception cref="InvalidDataException">The checkpoint is of another run, or torn.</exception>
    /// <example><code>TrainedModel whitening = Model.FromLibrary("synaptic-whitening").Derive().Train(stimuli);</code></example>
    public TrainedModel Train(
        Grid stimuli, ModelTrainingOptions? options = null, IProgress<LearningProgress>? progress = null, CancellationToken cancellation = default)
    {
        Guard.NotEmpty(stimuli, nameof(stimuli));
        options ??= new ModelTrainingOptions();
        if (options.Misfit(Value.Model) is string misfit)
        {
            throw new ArgumentException(misfit, nameof(options));
        }

        if (options.Sizes.Values.Append(options.Interneurons ?? 1).Any(count => count < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(options), "A population has at least one neuron.");
        }

        var report = FuncConvert.FromAction<Progress>(at => progress?.Report(new LearningProgress { Step = at.Step, Steps = at.Steps, J = at.J }));
        try
        {
            var trained = Guard.Naming(
                () => Checkpoint.Keeping(
                    options.Checkpoint,
                    () => ModelTraining.run(options.Value, options.SizesOf(Value.Model), report, cancellation, Value, stimuli.Value),
                    trained => trained.Simulated.Ending.IsInterrupted),
                ("settings", nameof(options)));
            return new TrainedModel(trained, options, stimuli.Rows);
        }
        catch (Statistics.NotConvergedException none)
        {
            throw new NotConvergedException(none.Message);
        }
    }
}

/// <summary>A derived model as a circuit that <see cref="Learner"/> trains.</summary>
/// <example><code>bool isFast = derived.Fast is not null;</code></example>
public sealed class FastCircuit
{
    internal FastCircuit(Derivation.Models.Model model, Ridge ridge)
    {
        // A potential of the library keeps its name.
        Potential = Potentials.Of(Core.Transport.Potentials.known(ridge.Potential) is { } known ? known.Value : ridge.Potential);
        Start = new CircuitOptions { Target = new Target(model.Target), Leak = ridge.Leak, Interneurons = SizesModule.count(model.Sizes, ridge.Synapses.Site[1].Over) };
        bool gains = ridge.Gain is { Value.Rate: > 0 };
        bool theta = model.Learned.Any(p => p.Rate > 0 && ridge.Potential.Parameters.Any(q => q.Name == p.Name));
        Learning = new LearnerOptions
        {
            Learns = (gains ? Learns.Gains : Learns.None) | (theta ? Learns.Theta : Learns.None) | (ridge.Synapses.Rate > 0 ? Learns.Weights : Learns.None),
        };
    }

    /// <summary>F.</summary>
    /// <example><code>Potential? f = derived.Fast?.Potential;</code></example>
    public Potential Potential { get; }

    /// <summary>Target, leak and number of interneurons.</summary>
    /// <example><code>double? leak = derived.Fast?.Start.Leak;</code></example>
    public CircuitOptions Start { get; }

    /// <summary>What learns.</summary>
    /// <example><code>Learns? learns = derived.Fast?.Learning.Learns;</code></example>
    public LearnerOptions Learning { get; }
}

/// <summary>A linear form of responses that is an interneuron's input, and the output that follows from it.</summary>
/// <example><code>foreach (NeuronInput input in derived.Inputs) Console.WriteLine($"{input.Name} = {input.Form}, {input.Output} = {input.OutputFormula}");</code></example>
public sealed class NeuronInput
{
    internal NeuronInput(string name, IndexedFormula form, string output, IndexedFormula outputFormula) =>
        (Name, Form, Output, OutputFormula) = (name, form, output, outputFormula);

    /// <summary>The input's name, as rules have it.</summary>
    /// <example><code>string name = derived.Inputs[0].Name;  // z</code></example>
    public string Name { get; }

    /// <summary>The form.</summary>
    /// <example><code>Console.WriteLine(derived.Inputs[0].Form);  // sum(a, W[a,i]*r[a])</code></example>
    public IndexedFormula Form { get; }

    /// <summary>The output's name.</summary>
    /// <example><code>string name = derived.Inputs[0].Output;  // n</code></example>
    public string Output { get; }

    /// <summary>The derivative of the energy by the input.</summary>
    /// <example><code>Console.WriteLine(derived.Inputs[0].OutputFormula);</code></example>
    public IndexedFormula OutputFormula { get; }
}
