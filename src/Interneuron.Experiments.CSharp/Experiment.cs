using System.Diagnostics.CodeAnalysis;
using Interneuron.Experiments;
using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;

namespace Interneuron;

/// <summary>An experiment: from its settings to a table, a figure and files, as the verb of its name makes them.</summary>
/// <example><code>
/// ExperimentResult result = Experiment.Find("gaussianise").Run(new() { ["scene"] = "1", ["steps"] = "20000" });
/// foreach (var (name, value) in result.Table) Console.WriteLine($"{name}\t{value}");
/// </code></example>
public sealed class Experiment
{
    private readonly IExperiment _value;

    private Experiment(IExperiment value)
    {
        _value = value;
        Settings = [.. value.Flags.Select(flag => new ExperimentSetting(flag))];
    }

    /// <summary>Every experiment.</summary>
    /// <example><code>foreach (Experiment one in Experiment.All) Console.WriteLine($"{one.Name}: {one.Summary}");</code></example>
    public static IReadOnlyList<Experiment> All { get; } = [.. Experiments.Experiments.all.Select(one => new Experiment(one))];

    /// <summary>The experiment of a name.</summary>
    /// <param name="name">The name, as the command line has it.</param>
    /// <returns>The experiment.</returns>
    /// <exception cref="ArgumentException">There is no experiment of that name; the message has those that there are.</exception>
    /// <example><code>Experiment pairs = Experiment.Find("pairs");</code></example>
    public static Experiment Find(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        return All.FirstOrDefault(one => one.Name == name)
            ?? throw new ArgumentException($"There is no experiment '{name}'; there are {string.Join(", ", All.Select(one => one.Name))}.", nameof(name));
    }

    /// <summary>Its name: that of the verb, the script, the figure and the results.</summary>
    /// <example><code>string name = Experiment.All[0].Name;</code></example>
    public string Name => _value.Name;

    /// <summary>What it shows, in a line.</summary>
    /// <example><code>Console.WriteLine(Experiment.Find("pairs").Summary);</code></example>
    public string Summary => _value.Summary;

    /// <summary>What can be set, in the order of the help.</summary>
    /// <example><code>foreach (ExperimentSetting setting in Experiment.Find("pairs").Settings) Console.WriteLine($"{setting.Name}: {setting.Summary}");</code></example>
    public IReadOnlyList<ExperimentSetting> Settings { get; }

    /// <summary>Runs it.</summary>
    /// <param name="settings">
    /// The settings that differ from the standard ones, by their names, as the command line has them without dashes: numbers and names as text, several numbers with spaces between them,
    /// and for a switch an empty text. None if null.
    /// </param>
    /// <param name="progress">Told where learning stands, on the calling thread unless it sees to that itself; nobody if null.</param>
    /// <param name="cancellation">Ends learning early, with what has been found so far.</param>
    /// <returns>What it found.</returns>
    /// <exception cref="ArgumentException">There is no such setting, or its value or the stimuli cannot be used; the message says what would be right.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="NotConvergedException">A stimulus has no response.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled before there was anything to show.</exception>
    /// <example><code>ExperimentResult result = Experiment.Find("targets").Run(new() { ["image"] = "photograph.jpg", ["seed"] = "7" });</code></example>
    public ExperimentResult Run(
        Dictionary<string, string>? settings = null, IProgress<LearningProgress>? progress = null, CancellationToken cancellation = default) =>
        Told(() =>
        {
            var words = ListModule.OfSeq((settings ?? []).SelectMany(WordsOf));
            var given = GivenModule.read(Name, _value.Flags, FuncConvert.FromAction<string>(_ => { }), words);
            return RunTrial(_value.OfGiven(given), progress, cancellation);
        });

    /// <summary>Runs it with settings that take seconds.</summary>
    /// <param name="progress">Told where learning stands; nobody if null.</param>
    /// <param name="cancellation">Ends learning early, with what has been found so far.</param>
    /// <returns>What it found.</returns>
    /// <exception cref="NotConvergedException">A stimulus has no response.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled before there was anything to show.</exception>
    /// <example><code>ExperimentResult glimpse = Experiment.Find("gaussianise").RunQuickly();</code></example>
    public ExperimentResult RunQuickly(IProgress<LearningProgress>? progress = null, CancellationToken cancellation = default) =>
        Told(() => RunTrial(_value.Quick, progress, cancellation));

    /// <summary>The name.</summary>
    /// <returns>The name.</returns>
    /// <example><code>Console.WriteLine(string.Join(", ", Experiment.All));</code></example>
    public override string ToString() => Name;

    private IEnumerable<string> WordsOf(KeyValuePair<string, string> setting)
    {
        string name = "--" + setting.Key;
        bool isMany = _value.Flags.Any(flag => flag.Name == name && flag.Kind.IsWholes);
        return setting.Value.Length == 0 ? [name]
            : isMany ? [name, .. setting.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries)]
            : [$"{name}={setting.Value}"];
    }

    private static ExperimentResult RunTrial(
        FSharpFunc<FSharpFunc<Core.Circuits.Progress, Unit>, FSharpFunc<CancellationToken, Findings>> trial, IProgress<LearningProgress>? progress,
        CancellationToken cancellation)
    {
        var report = FuncConvert.FromAction<Core.Circuits.Progress>(at => progress?.Report(new LearningProgress { Step = at.Step, Steps = at.Steps, J = at.J }));
        return new ExperimentResult(trial.Invoke(report).Invoke(cancellation));
    }

    [SuppressMessage("Usage", "CA2208", Justification = "The refusals are of the caller's settings.")]
    internal static T Told<T>(Func<T> run)
    {
        try
        {
            return run();
        }
        catch (UsageException wrong)
        {
            throw new ArgumentException(wrong.Message, "settings", wrong);
        }
        catch (Statistics.Refusal refused) when (refused.InnerException is IOException or UnauthorizedAccessException)
        {
            throw new IOException(refused.Message, refused);
        }
        catch (Statistics.Refusal refused)
        {
            throw new ArgumentException(refused.Message, "settings", refused);
        }
        catch (Statistics.NotConvergedException none)
        {
            throw new NotConvergedException(none.Message);
        }
    }
}

/// <summary>What can be set of an experiment.</summary>
/// <example><code>string names = string.Join(", ", Experiment.Find("pairs").Settings.Select(setting => setting.Name));</code></example>
public sealed class ExperimentSetting
{
    internal ExperimentSetting(Flag flag)
    {
        Name = flag.Name[2..];
        Value = flag.Value?.Value;
        Summary = flag.Text;
        TakesSeveral = flag.Kind.IsWholes;
    }

    internal bool TakesSeveral { get; }

    /// <summary>Its name.</summary>
    /// <example><code>string name = Experiment.Find("pairs").Settings[0].Name;</code></example>
    public string Name { get; }

    /// <summary>What its value is called; null for a switch.</summary>
    /// <example><code>bool isASwitch = Experiment.Find("pairs").Settings[0].Value is null;</code></example>
    public string? Value { get; }

    /// <summary>What it does, in a line.</summary>
    /// <example><code>Console.WriteLine(Experiment.Find("pairs").Settings[0].Summary);</code></example>
    public string Summary { get; }
}
