using Interneuron.Core.Files;
using Interneuron.Derivation.Models;
using Interneuron.Derivation.Running;
using Microsoft.FSharp.Collections;

namespace Interneuron;

/// <summary>How a derived model learns: by its rules as they stand, at the rates its parameters have. With the seed these determine the result.</summary>
/// <example><code>var options = new ModelTrainingOptions { Steps = 2000, Interneurons = 6 };</code></example>
public sealed record ModelTrainingOptions
{
    /// <summary>The number of steps, at least 0; 10,000 if not set.</summary>
    /// <example><code>var options = new ModelTrainingOptions { Steps = 2000 };</code></example>
    public int Steps { get; init; } = Simulation.defaults.Steps;

    /// <summary>The number of stimuli in a step, at least 1; 10 if not set.</summary>
    /// <example><code>var options = new ModelTrainingOptions { Batch = 50 };</code></example>
    public int Batch { get; init; } = Simulation.defaults.Batch;

    /// <summary>Whether stimuli are taken in their order; if not set, they are drawn at random.</summary>
    /// <example><code>var options = new ModelTrainingOptions { InOrder = true };</code></example>
    public bool InOrder { get; init; }

    /// <summary>The seed of the first parameters and of the draws; 1 if not set.</summary>
    /// <example><code>var options = new ModelTrainingOptions { Seed = 7 };</code></example>
    public int Seed { get; init; } = Simulation.defaults.Seed;

    /// <summary>K; if not set, the model's own.</summary>
    /// <example><code>var options = new ModelTrainingOptions { Interneurons = 6 };</code></example>
    public int? Interneurons { get; init; }

    /// <summary>Other numbers of neurons than the model's, by population; none if not set.</summary>
    /// <example><code>var options = new ModelTrainingOptions { Sizes = new Dictionary&lt;string, int&gt; { ["unit"] = 16 } };</code></example>
    public IReadOnlyDictionary<string, int> Sizes { get; init; } = new Dictionary<string, int>();

    /// <summary>Where the run keeps its state, so that it can be gone on with; nowhere if not set.</summary>
    /// <example><code>var options = new ModelTrainingOptions { Checkpoint = new Checkpoint("model.checkpoint") };</code></example>
    public Checkpoint? Checkpoint { get; init; }

    internal FSharpList<Tuple<Derivation.Formulas.Population, int>> SizesOf(Derivation.Models.Model model)
    {
        var given = Interneurons is int k ? Sizes.Append(new(Derivation.Formulas.PopulationModule.interneurons.Name, k)) : Sizes;
        return ListModule.OfSeq(given.Select(size => Tuple.Create(model.Populations.First(population => population.Name == size.Key), size.Value)));
    }

    /// <summary>What is wrong with the sizes for a model, in a line; null where nothing is.</summary>
    internal string? Misfit(Derivation.Models.Model model)
    {
        string[] known = [.. model.Populations.Select(population => population.Name)];
        return Sizes.Keys.FirstOrDefault(name => !known.Contains(name)) is string other
            ? $"There is no population '{other}'; there are {string.Join(", ", known)}."
            : Interneurons is not null && !known.Contains(Derivation.Formulas.PopulationModule.interneurons.Name)
            ? $"The model declares its own populations, {string.Join(", ", known)}: give their numbers in {nameof(Sizes)}."
            : null;
    }

    internal SimulationSettings Value => new(Steps, Batch, InOrder, Seed);
}

/// <summary>A derived model that has learned, with its history.</summary>
/// <example><code>
/// TrainedModel trainedModel = derived.Train(stimuli);
/// Console.WriteLine($"J = {trainedModel.J}, KS {trainedModel.Ks}");
/// </code></example>
public sealed class TrainedModel
{
    private readonly Derivation.Running.TrainedModel _value;
    private readonly int _samples;

    internal TrainedModel(Derivation.Running.TrainedModel value, ModelTrainingOptions options, int samples)
    {
        _value = value;
        _samples = samples;
        Options = options;
        Circuit = new ModelCircuit("the model", value.Instance, new Values(value.Simulated.Values));
        Ending = TrainedCircuit.EndingOf(value.Simulated.Ending);
        Ks = value.Ks?.Value;
        Warnings = [.. value.Warnings];
        Modes = value.Modes is { Value: var modes } ? new SlowModes(modes) : null;
        Residuals = value.Residuals.ToDictionary(residual => residual.Parameter, residual => residual.Relative);
        Trajectory = [.. value.Course.Select(at => new ModelSnapshot(at.Item1, at.Item3, new Values(at.Item2).Grids(value.Instance)))];
    }

    /// <summary>The model at what it learned.</summary>
    /// <example><code>Grid r = derived.Train(stimuli).Circuit.Respond(stimuli);</code></example>
    public ModelCircuit Circuit { get; }

    /// <summary>How it was learned.</summary>
    /// <example><code>int seed = derived.Train(stimuli).Options.Seed;</code></example>
    public ModelTrainingOptions Options { get; }

    /// <summary>Steps made.</summary>
    /// <example><code>int steps = derived.Train(stimuli).Steps;</code></example>
    public int Steps => _value.Simulated.Steps;

    /// <summary>How learning ended.</summary>
    /// <example><code>bool finished = derived.Train(stimuli).Ending == LearningEnding.Finished;</code></example>
    public LearningEnding Ending { get; }

    /// <summary>How many stimuli had no response and were left out of their steps.</summary>
    /// <example><code>int missed = derived.Train(stimuli).Missed;</code></example>
    public int Missed => _value.Simulated.Missed;

    /// <summary>What learning descends on, over a part of the stimuli: the objective, or the mean loss, with the cost; NaN where a stimulus has no response.</summary>
    /// <example><code>double j = derived.Train(stimuli).J;</code></example>
    public double J => _value.J;

    /// <summary>The largest Kolmogorov-Smirnov distance of a coordinate of the responses to the target; null for a model with a loss.</summary>
    /// <example><code>double? ks = derived.Train(stimuli).Ks;</code></example>
    public double? Ks { get; }

    /// <summary>What is to be said of what was learned, in a line each; none where all is well.</summary>
    /// <example><code>foreach (string warning in derived.Train(stimuli).Warnings) Console.Error.WriteLine(warning);</code></example>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>
    /// The mean step of each parameter at the end, within what it is held to, in units of the root mean square of the steps of single stimuli: 0 where learning rests.
    /// </summary>
    /// <example><code>double w = derived.Train(stimuli).Residuals["W"];</code></example>
    public IReadOnlyDictionary<string, double> Residuals { get; }

    /// <summary>Learning near its point of rest: how fast it comes there, and for which rates it does; null where there is none, and of runs that did not finish.</summary>
    /// <example><code>bool isStable = derived.Train(stimuli).Modes?.IsStable == true;</code></example>
    public SlowModes? Modes { get; }

    /// <summary>The parameters and the objective at about a hundred steps from the first on.</summary>
    /// <example><code>double[] j = derived.Train(stimuli).Trajectory.Select(at => at.J).ToArray();</code></example>
    public IReadOnlyList<ModelSnapshot> Trajectory { get; }

    /// <summary>Saves the model with what it learned, whole or not at all, as the command line does.</summary>
    /// <param name="path">The file, which is replaced if it exists.</param>
    /// <exception cref="ArgumentException"><paramref name="path"/> is null or empty.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <example><code>derived.Train(stimuli).Save("model.json");</code></example>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        string text = ModelText.print(_value.Instance.Derivation.Model);
        Guard.Writing(() => ModelFile.write(path, ModelFile.toJson(text, Source.NewInput("stimuli of a program"), _samples, _value)));
    }
}

/// <summary>A model on its way, for figures of learning.</summary>
/// <example><code>foreach (ModelSnapshot at in derived.Train(stimuli).Trajectory) Console.WriteLine($"{at.Step}\t{at.J}");</code></example>
public sealed class ModelSnapshot
{
    internal ModelSnapshot(int step, double j, IReadOnlyDictionary<string, Grid> parameters)
    {
        Step = step;
        J = j;
        Parameters = parameters;
    }

    /// <summary>Steps made.</summary>
    /// <example><code>int step = derived.Train(stimuli).Trajectory[0].Step;  // 0</code></example>
    public int Step { get; }

    /// <summary>What learning descends on, over a fixed part of the stimuli.</summary>
    /// <example><code>double first = derived.Train(stimuli).Trajectory[0].J;</code></example>
    public double J { get; }

    /// <summary>The parameters by their names, as <see cref="ModelCircuit.Parameters"/> has them.</summary>
    /// <example><code>double gain = derived.Train(stimuli).Trajectory[0].Parameters["g"][0, 0];</code></example>
    public IReadOnlyDictionary<string, Grid> Parameters { get; }
}
