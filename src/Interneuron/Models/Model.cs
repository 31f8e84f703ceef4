using Interneuron.Derivation.Formulas;
using Interneuron.Derivation.Models;
using Interneuron.Derivation.Rules;
using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;

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
        return new Model(ModelModule.ofEnergy(energy.Value));
    }

    /// <summary>A model of populations of one's own, with an energy of inputs and variables that are declared next, and the value of the energy at its fixed point
    /// for its objective.</summary>
    /// <param name="energy">The energy, of inputs, variables, parameters and constants; every index in it is summed over.</param>
    /// <param name="populations">The populations, each once.</param>
    /// <returns>The model.</returns>
    /// <exception cref="ArgumentException">The energy or a population is null, there is none, or two share a name or a letter.</exception>
    /// <example><code>
    /// Model psp = Model.Of(energy, pixel, unit).WithInput("x", a).WithVariable("y", k).Learning("W", [k, a]);
    /// </code></example>
    public static Model Of(IndexedFormula energy, params IReadOnlyList<Population> populations)
    {
        ArgumentNullException.ThrowIfNull(energy);
        ArgumentNullException.ThrowIfNull(populations);
        if (populations.Count == 0 || populations.Any(population => population is null))
        {
            throw new ArgumentException("A model has at least one population, and none of them is null.", nameof(populations));
        }

        foreach (string twice in populations.Select(population => population.Name).Concat(populations.SelectMany(population => population.Value.Letters))
            .GroupBy(name => name).Where(group => group.Count() > 1).Select(group => group.Key))
        {
            throw new ArgumentException($"'{twice}' is a name or a letter of two populations.", nameof(populations));
        }

        var sizes = ListModule.OfSeq(populations.Select(population => Tuple.Create(population.Value, population.Size)));
        return new Model(ModelModule.ofEnergy(energy.Value)).With(
            sizes: sizes, inputs: ListModule.Empty<Input>(), variables: ListModule.Empty<Variable>(), objective: Derivation.Models.Objective.Value);
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
        return Parse(TextFromLibrary(name));
    }

    /// <summary>The text of a model of the library, as it was written.</summary>
    /// <param name="name">One of <see cref="Library"/>.</param>
    /// <returns>The text.</returns>
    /// <exception cref="ArgumentException">There is no model of that name.</exception>
    /// <example><code>Console.WriteLine(Model.TextFromLibrary("gain-whitening"));</code></example>
    public static string TextFromLibrary(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        var text = ModelLibrary.tryText(name)
            ?? throw new ArgumentException($"there is no model '{name}'; there are {string.Join(", ", Library)}", nameof(name));
        return text.Value;
    }

    /// <summary>What it is, in one line; empty for one's own.</summary>
    /// <example><code>Console.WriteLine(Model.FromLibrary("gain-whitening").Title);</code></example>
    public string Title => Value.Title;

    /// <summary>The publication; empty for one's own.</summary>
    /// <example><code>Console.WriteLine(Model.FromLibrary("gain-whitening").Citation);</code></example>
    public string Citation => Value.Citation;

    /// <summary>The numbers of neurons of its populations when it runs, unless it is told otherwise, by their names: "primary" and "interneuron" of circuits.</summary>
    /// <example><code>int n = Model.FromLibrary("gain-whitening").Sizes["primary"];</code></example>
    public IReadOnlyDictionary<string, int> Sizes => Value.Sizes.ToDictionary(size => size.Item1.Name, size => size.Item2).AsReadOnly();

    /// <summary>The model with another number of neurons of a population.</summary>
    /// <param name="population">Its name.</param>
    /// <param name="count">How many, at least 1.</param>
    /// <returns>The model.</returns>
    /// <exception cref="ArgumentException">There is no such population, or the number is less than 1.</exception>
    /// <example><code>model = model.WithSize("interneuron", 6);</code></example>
    public Model WithSize(string population, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var found = Value.Sizes.FirstOrDefault(size => size.Item1.Name == population)
            ?? throw new ArgumentException($"there is no population '{population}'; there are {string.Join(", ", Sizes.Keys)}", nameof(population));
        return With(sizes: SizesModule.change(found.Item1, count, Value.Sizes));
    }

    /// <summary>The model with a further input; stimuli have the numbers of all inputs side by side, in the order in which they are added.</summary>
    /// <param name="name">The name, as the energy has it.</param>
    /// <param name="at">The index of its population.</param>
    /// <returns>The model.</returns>
    /// <exception cref="ArgumentException">The name is empty or the index null.</exception>
    /// <example><code>model = model.WithInput("x", a);</code></example>
    public Model WithInput(string name, NeuronIndex at)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(at);
        return With(inputs: ListModule.OfSeq([.. Value.Inputs, new Input(name, at.Value, null)]));
    }

    /// <summary>The model with a further fast variable; responses have the numbers of all variables side by side, in the order in which they are added.</summary>
    /// <param name="name">The name, as the energy has it.</param>
    /// <param name="at">The index of its population.</param>
    /// <param name="domain">The values that it may take; any by default.</param>
    /// <param name="settling">Which way it settles.</param>
    /// <param name="timeConstant">Its time constant in units of the others', above 0.</param>
    /// <param name="startsAt">The input of its population at whose values it starts to settle; 0 by default.</param>
    /// <returns>The model.</returns>
    /// <exception cref="ArgumentException">The name is empty, the index null or the time constant not above 0.</exception>
    /// <example><code>model = model.WithVariable("y", k, Domain.NonNegative);</code></example>
    public Model WithVariable(string name, NeuronIndex at, Domain? domain = null, Settling settling = Settling.Minimises, double timeConstant = 1, string? startsAt = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(at);
        if (!(timeConstant > 0) || double.IsInfinity(timeConstant))
        {
            throw new ArgumentOutOfRangeException(nameof(timeConstant), timeConstant, "A time constant is above 0.");
        }

        var way = settling == Settling.Minimises ? Derivation.Models.Settling.Minimises : Derivation.Models.Settling.Maximises;
        var variable = new Variable(name, at.Value, (domain ?? Domain.Whole).Value, way, timeConstant, startsAt is null ? null : new FSharpOption<string>(startsAt));
        return With(variables: ListModule.OfSeq([.. Value.Variables, variable]));
    }

    /// <summary>The model with a further parameter that learns; parameters step in the order in which they are added.</summary>
    /// <param name="name">The name, as the energy has it.</param>
    /// <param name="site">The indices it has: one of an interneuron, two of a synapse.</param>
    /// <param name="constraint">What it is held to; nothing by default.</param>
    /// <param name="rate">The rate of its steps; by default 0.005 for synapses and 0.01 for others. 0 holds it where it starts.</param>
    /// <param name="way">Whether it descends on the objective or ascends.</param>
    /// <param name="start">Where it starts; at random by default.</param>
    /// <returns>The model.</returns>
    /// <exception cref="ArgumentException">The name is empty or an index null, or the rate is negative.</exception>
    /// <example><code>model = model.Learning("theta", [i], Constraint.Between(1, 3));</code></example>
    public Model Learning(
        string name,
        IReadOnlyList<NeuronIndex> site,
        Constraint? constraint = null,
        double? rate = null,
        LearningWay way = LearningWay.Descends,
        ParameterStart? start = null)
    {
        var role = way switch
        {
            LearningWay.Ascends => Role.Ascends,
            LearningWay.DescendsNaturally => Role.DescendsNaturally,
            _ => Role.Descends,
        };
        var constraints = ListModule.OfSeq((constraint ?? Constraint.None).Values);
        return Slow(name, site, constraints, role, rate, start ?? ParameterStart.AtRandom);
    }

    /// <summary>The model with a running average, which follows a formula of the responses and which costs and rules may use.</summary>
    /// <param name="name">The name.</param>
    /// <param name="site">The indices it has.</param>
    /// <param name="of">What it follows, at these indices.</param>
    /// <param name="rate">The rate at which it follows; 0.01 if not set, 0.005 with two indices.</param>
    /// <returns>The model.</returns>
    /// <exception cref="ArgumentException">The name is empty, an index or the formula null, or the rate is negative.</exception>
    /// <example><code>model = model.Averaging("m", [k], y * y);</code></example>
    public Model Averaging(string name, IReadOnlyList<NeuronIndex> site, IndexedFormula of, double? rate = null)
    {
        ArgumentNullException.ThrowIfNull(of);
        return Slow(name, site, ListModule.Empty<Derivation.Models.Constraint>(), Role.NewFollows(of.Value), rate, ParameterStart.At(0));
    }

    private Model Slow(
        string name, IReadOnlyList<NeuronIndex> site, FSharpList<Derivation.Models.Constraint> constraints, Role role, double? rate, ParameterStart start)
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
        var learned = new Learned(name, indices, constraints, role, rate ?? ModelModule.defaultRate(indices), start.Value);
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
        return With(objective: Derivation.Models.Objective.NewLoss(loss.Value));
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

    /// <summary>The stimuli of arrays, one for each input: their rows side by side, with those of the row before where the model uses previous values.</summary>
    /// <param name="arrays">An array for each input by its name, of equally many rows.</param>
    /// <returns>One row a stimulus.</returns>
    /// <exception cref="ArgumentException">An array is missing, has other rows than the others, or is of no input.</exception>
    /// <example><code>Grid both = model.Stimuli(new() { ["x"] = stimuli });</code></example>
    public Grid Stimuli(Dictionary<string, Grid> arrays)
    {
        ArgumentNullException.ThrowIfNull(arrays);
        var named = ListModule.OfSeq(arrays.Select(pair => Tuple.Create(pair.Key, pair.Value.Value)));
        return new Grid(Guard.Naming(() => Derivation.Running.JoinedInputs.ofArrays(Value, named), ("arrays", nameof(arrays))));
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
        FSharpList<Tuple<Derivation.Formulas.Population, int>>? sizes = null,
        FSharpList<Input>? inputs = null,
        FSharpList<Variable>? variables = null,
        FSharpList<Learned>? learned = null,
        FSharpMap<string, double>? constants = null,
        Derivation.Models.Objective? objective = null,
        Core.Transport.Target? target = null,
        Indexed? cost = null,
        FSharpList<PublishedRule>? published = null) =>
        new(new Derivation.Models.Model(
            Value.Title,
            Value.Citation,
            sizes ?? Value.Sizes,
            inputs ?? Value.Inputs,
            variables ?? Value.Variables,
            Value.Energy,
            learned ?? Value.Learned,
            constants ?? Value.Constants,
            objective ?? Value.Objective,
            target ?? Value.Target,
            cost ?? Value.Cost,
            published ?? Value.Published));
}
