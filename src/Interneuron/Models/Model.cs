using Interneuron.Derivation.Formulas;
using Interneuron.Derivation.Models;
using Interneuron.Derivation.Rules;
using Microsoft.FSharp.Collections;

namespace Interneuron;

/// <summary>
/// A normative model: an energy whose minimum is the response, and parameters that learn by descent on the transport objective (or on a loss of one's own).
/// Its neural dynamics and learning rules are derived from it.
/// </summary>
/// <example><code>
/// NeuronIndex a = NeuronIndex.Primary("a"), i = NeuronIndex.Interneuron("i");
/// IndexedFormula r = IndexedFormula.Response(a), z = IndexedFormula.Sum(a, IndexedFormula.Parameter("W", a, i) * r);
/// Model model = Model.Energy(IndexedFormula.Sum(i, z * z / 2) - IndexedFormula.Sum(a, IndexedFormula.Stimulus(a) * r)).Learning("W", [a, i]);
/// foreach (DerivedRule rule in model.Derive().Rules)
///     Console.WriteLine($"d{rule.Parameter} ~ {rule.Online} - {rule.Target}: {rule.Locality}");  // dW ~ n[i]*r[a] - W[a,i]: Local
/// </code></example>
public sealed class Model
{
    private Model(Derivation.Models.Model value) => Value = value;

    internal Derivation.Models.Model Value { get; }

    /// <summary>The names of the models of the field that the library has.</summary>
    /// <example><code>Console.WriteLine(string.Join(", ", Model.Library));</code></example>
    public static IReadOnlyList<string> Library { get; } = [.. ModelLibrary.names];

    /// <summary>A model with an energy, a standard Gaussian target, and nothing that learns yet; N = 2 and K = 3.</summary>
    /// <param name="energy">The energy, of responses, stimuli, parameters and constants; every index in it is summed over.</param>
    /// <returns>The model.</returns>
    /// <exception cref="ArgumentNullException">The energy is null.</exception>
    /// <example><code>Model model = Model.Energy(energy).Learning("g", [i], Constraint.NonNegative);</code></example>
    public static Model Energy(IndexedFormula energy)
    {
        ArgumentNullException.ThrowIfNull(energy);
        return new Model(new Derivation.Models.Model(
            "", "", energy.Value, ListModule.Empty<Learned>(), MapModule.Empty<string, double>(), Core.Transport.Target.StandardGaussian, IndexedModule.number(0), null, ListModule.Empty<PublishedRule>(), new(2, 3)));
    }

    /// <summary>The model of a text, as model files have it.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The model.</returns>
    /// <exception cref="FormatException">The text is not a model; the message has the line and column and what would be right.</exception>
    /// <example><code>Model model = Model.Parse(File.ReadAllText("whitening.model"));</code></example>
    public static Model Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var read = ModelText.parse(text);
        return read.IsOk ? new Model(read.ResultValue) : throw new FormatException(read.ErrorValue.Message);
    }

    /// <summary>A model of the library.</summary>
    /// <param name="name">One of <see cref="Library"/>.</param>
    /// <returns>The model.</returns>
    /// <exception cref="ArgumentException">There is no model of that name.</exception>
    /// <example><code>Model whitening = Model.FromLibrary("gain-whitening");</code></example>
    public static Model FromLibrary(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        var text = ModelLibrary.tryText(name)
            ?? throw new ArgumentException($"there is no model '{name}'; there are {string.Join(", ", Library)}", nameof(name));
        return Parse(text.Value);
    }

    /// <summary>What it is, in one line; empty for one's own.</summary>
    /// <example><code>Console.WriteLine(Model.FromLibrary("gain-whitening").Title);</code></example>
    public string Title => Value.Title;

    /// <summary>The publication; empty for one's own.</summary>
    /// <example><code>Console.WriteLine(Model.FromLibrary("gain-whitening").Citation);</code></example>
    public string Citation => Value.Citation;

    /// <summary>N when it runs, unless it is told otherwise.</summary>
    /// <example><code>int n = model.Primaries;</code></example>
    public int Primaries => Value.Sizes.Item1;

    /// <summary>K when it runs, unless it is told otherwise.</summary>
    /// <example><code>int k = model.Interneurons;</code></example>
    public int Interneurons => Value.Sizes.Item2;

    /// <summary>The model with other numbers of neurons.</summary>
    /// <param name="primaries">N, at least 1.</param>
    /// <param name="interneurons">K, at least 1.</param>
    /// <returns>The model.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is less than 1.</exception>
    /// <example><code>model = model.WithSizes(primaries: 2, interneurons: 6);</code></example>
    public Model WithSizes(int primaries, int interneurons)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(primaries, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(interneurons, 1);
        return With(sizes: new(primaries, interneurons));
    }

    /// <summary>The model with a further parameter that learns; parameters step in the order in which they are added.</summary>
    /// <param name="name">The name, as the energy has it.</param>
    /// <param name="site">The indices it has: one of an interneuron, two of a synapse.</param>
    /// <param name="constraint">What it is held to; nothing by default.</param>
    /// <param name="rate">The rate of its steps; by default 0.005 for synapses and 0.01 for others. 0 holds it where it starts.</param>
    /// <returns>The model.</returns>
    /// <exception cref="ArgumentException">The name is empty or an index null, or the rate is negative.</exception>
    /// <example><code>model = model.Learning("theta", [i], Constraint.Between(1, 3));</code></example>
    public Model Learning(string name, IReadOnlyList<NeuronIndex> site, Constraint? constraint = null, double? rate = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(site);
        if (site.Any(index => index is null))
        {
            throw new ArgumentException("One of the indices is null.", nameof(site));
        }

        if (rate is < 0 or double.NaN)
        {
            throw new ArgumentOutOfRangeException(nameof(rate), rate, "A rate is at least 0.");
        }

        var indices = ListModule.OfSeq(site.Select(index => index.Value));
        var learned = new Learned(name, indices, (constraint ?? Constraint.None).Value, rate ?? ModelModule.defaultRate(indices));
        return With(learned: ListModule.OfSeq([.. Value.Learned, learned]));
    }

    /// <summary>The model with a named number.</summary>
    /// <param name="name">The name, as the energy has it.</param>
    /// <param name="value">The number.</param>
    /// <returns>The model.</returns>
    /// <exception cref="ArgumentException">The name is empty or the number not finite.</exception>
    /// <example><code>model = model.WithConstant("leak", 1);</code></example>
    public Model WithConstant(string name, double value)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (!double.IsFinite(value))
        {
            throw new ArgumentException($"The constant {name} is {value}; it is finite.", nameof(value));
        }

        return With(constants: Value.Constants.Add(name, value));
    }

    /// <summary>The model with another target.</summary>
    /// <param name="target">What the responses are driven to.</param>
    /// <returns>The model.</returns>
    /// <exception cref="ArgumentNullException">The target is null.</exception>
    /// <example><code>model = model.WithTarget(Targets.Laplace);</code></example>
    public Model WithTarget(Target target)
    {
        ArgumentNullException.ThrowIfNull(target);
        return With(target: target.Value);
    }

    /// <summary>The model with a cost of its parameters, added to the objective.</summary>
    /// <param name="cost">The cost.</param>
    /// <returns>The model.</returns>
    /// <exception cref="ArgumentNullException">The cost is null.</exception>
    /// <example><code>model = model.WithCost(0.05 * IndexedFormula.Sum(i, g * g));</code></example>
    public Model WithCost(IndexedFormula cost)
    {
        ArgumentNullException.ThrowIfNull(cost);
        return With(cost: cost.Value);
    }

    /// <summary>The model with a loss of its responses instead of the transport objective: rules are then derived through the fixed point.</summary>
    /// <param name="loss">The loss, of responses, stimuli and parameters.</param>
    /// <returns>The model.</returns>
    /// <exception cref="ArgumentNullException">The loss is null.</exception>
    /// <example><code>model = model.WithLoss(IndexedFormula.Sum(a, (r - s) * (r - s)) / 2);</code></example>
    public Model WithLoss(IndexedFormula loss)
    {
        ArgumentNullException.ThrowIfNull(loss);
        return With(loss: loss.Value);
    }

    /// <summary>The model with a rule that its publication states, which the derived one is compared with; its size is of no account.</summary>
    /// <param name="parameter">The parameter that it moves.</param>
    /// <param name="online">
    /// Where to, averaged over the stimuli, at the indices that the parameter is declared with: of responses, stimuli, parameters, and interneurons' inputs, as
    /// formulas or as IndexedFormula.Parameter("z", i), and outputs, IndexedFormula.Parameter("n", i).
    /// </param>
    /// <param name="target">What is averaged over the target and subtracted; nothing by default.</param>
    /// <returns>The model.</returns>
    /// <exception cref="ArgumentException">The name is empty or the formula null.</exception>
    /// <example><code>model = model.WithPublished("g", z * z - 1);</code></example>
    public Model WithPublished(string parameter, IndexedFormula online, IndexedFormula? target = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(parameter);
        ArgumentNullException.ThrowIfNull(online);
        var direction = new Direction(online.Value, target?.Value ?? IndexedModule.number(0));
        return With(published: ListModule.OfSeq([.. Value.Published, new PublishedRule(parameter, direction)]));
    }

    /// <summary>Derives the dynamics and the learning rules.</summary>
    /// <returns>The derivation.</returns>
    /// <exception cref="ArgumentException">The parts of the model don't fit together; the message says which.</exception>
    /// <example><code>DerivedModel derived = model.Derive();</code></example>
    public DerivedModel Derive() => new(DerivationModule.derive(Value));

    /// <summary>The model as text, which <see cref="Parse"/> reads.</summary>
    /// <returns>The text.</returns>
    /// <example><code>File.WriteAllText("my.model", model.ToString());</code></example>
    public override string ToString() => ModelText.print(Value);

    private Model With(
        FSharpList<Learned>? learned = null,
        FSharpMap<string, double>? constants = null,
        Core.Transport.Target? target = null,
        Indexed? cost = null,
        Indexed? loss = null,
        FSharpList<PublishedRule>? published = null,
        Tuple<int, int>? sizes = null) =>
        new(new Derivation.Models.Model(
            Value.Title,
            Value.Citation,
            Value.Energy,
            learned ?? Value.Learned,
            constants ?? Value.Constants,
            target ?? Value.Target,
            cost ?? Value.Cost,
            loss ?? Value.Loss,
            published ?? Value.Published,
            sizes ?? Value.Sizes));
}
