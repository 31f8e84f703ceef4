using Interneuron.Derivation.Models;
using Interneuron.Derivation.Running;

namespace Interneuron;

/// <summary>
/// A model of any energy at the numbers of its parameters: it answers stimuli and, where it has the transport objective, is a model of their density. Stimuli are given and come back as
/// they are in the world, also where the model sees them through a <see cref="Standardisation"/>.
/// </summary>
/// <example><code>
/// ModelCircuit learned = derived.Train(stimuli).Circuit;
/// Grid r = learned.Respond(stimuli);
/// </code></example>
public sealed class ModelCircuit
{
    private readonly Instance _instance;
    private readonly Core.Circuits.Transform _transform;

    internal ModelCircuit(string name, Instance instance, Values values, Standardisation? standardisation = null)
    {
        _instance = instance;
        _transform = ModelTransform.create(name, instance, values.Map);
        Parameters = values.Grids(instance);
        Standardisation = standardisation;
    }

    /// <summary>Reads a model file, as <see cref="TrainedModel.Save"/> and the command line write them.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The model at the numbers it learned.</returns>
    /// <exception cref="ArgumentException"><paramref name="path"/> is null or empty.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged or not such a model; the message names the member that is wrong.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <example><code>ModelCircuit learned = ModelCircuit.Load("model.json");</code></example>
    public static ModelCircuit Load(string path)
    {
        Guard.Existing(path);
        SavedModel saved = Guard.Reading(() => ModelFile.read(path));
        return new ModelCircuit(path, saved.Instance, new Values(saved.Values), Standardisation.OfSaved(saved.Standardisation));
    }

    /// <summary>Whether a file says that it is a model file, and not that of a <see cref="Circuit"/>.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Whether it does.</returns>
    /// <exception cref="ArgumentException"><paramref name="path"/> is null or empty.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is not JSON.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <example><code>bool isAModel = ModelCircuit.IsFile("circuit.json");</code></example>
    public static bool IsFile(string path)
    {
        Guard.Existing(path);
        return Guard.Reading(() => ModelFile.isOne(path));
    }

    /// <summary>N, the numbers of a stimulus: those of all inputs side by side.</summary>
    /// <example><code>int n = derived.Train(stimuli).Circuit.Primaries;</code></example>
    public int Primaries => _instance.Stimuli;

    /// <summary>The numbers of a response: those of all variables side by side, N for circuits.</summary>
    /// <example><code>int m = derived.Train(stimuli).Circuit.Responses;</code></example>
    public int Responses => _instance.Responses;

    /// <summary>How many neurons each population has, by its name: "primary" and "interneuron" of circuits.</summary>
    /// <example><code>int k = derived.Train(stimuli).Circuit.Sizes["interneuron"];</code></example>
    public IReadOnlyDictionary<string, int> Sizes => _instance.Sizes.ToDictionary(size => size.Item1.Name, size => size.Item2).AsReadOnly();

    /// <summary>The parameters by their names: 1 x 1 for one of the whole circuit, one column for one of neurons, a row an index before the last for others (W is N x K).</summary>
    /// <example><code>double gain = derived.Train(stimuli).Circuit.Parameters["g"][0, 0];</code></example>
    public IReadOnlyDictionary<string, Grid> Parameters { get; }

    /// <summary>What a stimulus goes through before the model sees it; null where it is seen as it is.</summary>
    /// <example><code>bool seesThemAsTheyAre = ModelCircuit.Load("model.json").Standardisation is null;</code></example>
    public Standardisation? Standardisation { get; }

    /// <summary>The responses to stimuli: the minima of the energy.</summary>
    /// <param name="stimuli">n x N, one row a stimulus.</param>
    /// <returns>One row a response, n x N for circuits; rows of NaN for stimuli without a response.</returns>
    /// <exception cref="ArgumentException"><paramref name="stimuli"/> is null or does not have N columns.</exception>
    /// <example><code>Grid r = derived.Train(stimuli).Circuit.Respond(stimuli);</code></example>
    public Grid Respond(Grid stimuli) => Grid.Owning(_transform.Respond.Invoke(Seen(stimuli)), stimuli.Rows, Responses);

    /// <summary>The log density of stimuli under the model: log p_target(r) - log det of the energy's Hessian at their responses r.</summary>
    /// <param name="stimuli">n x N, one row a stimulus.</param>
    /// <returns>One value a stimulus, in nats; NaN for those without a response.</returns>
    /// <exception cref="ArgumentException"><paramref name="stimuli"/> is null or does not have N columns.</exception>
    /// <exception cref="InvalidOperationException">The model has a loss, or a target given by samples: there is no density.</exception>
    /// <example><code>double perStimulus = derived.Train(stimuli).Circuit.LogDensity(stimuli).Average();</code></example>
    public double[] LogDensity(Grid stimuli)
    {
        double volume = Standardisation?.LogVolume ?? 0;
        return Array.ConvertAll(OfDensity(() => _transform.LogDensity.Invoke(Seen(stimuli))), value => value - volume);
    }

    /// <summary>Stimuli of the distribution that the model turns into its target.</summary>
    /// <param name="count">How many, at least 0.</param>
    /// <param name="seed">The seed; the same seed gives the same stimuli.</param>
    /// <returns>count x N.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is negative.</exception>
    /// <exception cref="InvalidOperationException">The model has a loss: it is not a model of the stimuli's density.</exception>
    /// <example><code>Grid likeStimuli = derived.Train(stimuli).Circuit.Sample(1000, seed: 1);</code></example>
    public Grid Sample(int count, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        double[] seen = OfDensity(() => _transform.Sample.Invoke(count).Invoke(seed));
        Standardisation?.Undo(seen);
        return Grid.Owning(seen, count, Primaries);
    }

    private double[] Seen(Grid stimuli)
    {
        Guard.Columns(stimuli, Primaries, nameof(stimuli));
        double[] values = stimuli.Array;
        if (Standardisation is null)
        {
            return values;
        }

        double[] seen = [.. values];
        Standardisation.Apply(seen);
        return seen;
    }

    private static double[] OfDensity(Func<double[]> compute)
    {
        try
        {
            return compute();
        }
        catch (Statistics.Refusal none)
        {
            throw new InvalidOperationException(none.Message, none);
        }
    }
}

/// <summary>The numbers of a model's parameters, as the floors below have them.</summary>
internal readonly record struct Values(Microsoft.FSharp.Collections.FSharpMap<string, double[]> Map)
{
    /// <summary>Each as a grid of its indices' shape.</summary>
    public IReadOnlyDictionary<string, Grid> Grids(Instance instance)
    {
        var map = Map;
        return instance.Derivation.Model.Learned.ToDictionary(p => p.Name, p => OfParameter(instance, p, map[p.Name])).AsReadOnly();
    }

    private static Grid OfParameter(Instance instance, Learned parameter, double[] numbers)
    {
        var site = parameter.Site.ToArray();
        int columns = site.Length < 2 ? 1 : SizesModule.count(instance.Sizes, site[^1].Over);
        return new Grid(numbers.Length / columns, columns, numbers);
    }
}
