using System.Text;
using System.Text.Json.Nodes;
using Interneuron.Experiments;
using Interneuron.Statistics;

namespace Interneuron;

/// <summary>
/// What a sweep runs: an experiment, the settings that all its runs share, and a grid of settings with values, each combination of which is a cell. Plans don't change; their methods give
/// another.
/// </summary>
/// <example><code>
/// SweepPlan plan = SweepPlan.Of("gaussianise").With("steps", "20000").Over("scene", "1..8").Over("potential", "power-mixture", "monomial");
/// </code></example>
public sealed class SweepPlan
{
    private readonly JsonObject _json;

    private SweepPlan(JsonObject json) => _json = json;

    /// <summary>A plan of one cell: an experiment with its standard settings.</summary>
    /// <param name="experiment">The experiment's name.</param>
    /// <returns>The plan.</returns>
    /// <exception cref="ArgumentException">There is no experiment of that name.</exception>
    /// <example><code>SweepPlan plan = SweepPlan.Of("pairs");</code></example>
    public static SweepPlan Of(string experiment) =>
        new(new JsonObject { ["experiment"] = Experiment.Find(experiment).Name, ["options"] = new JsonObject(), ["grid"] = new JsonObject() });

    /// <summary>A plan from its file, as <c>interneuron sweep --plan</c> takes it.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The plan.</returns>
    /// <exception cref="ArgumentException">It is no plan; the message says where and why.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <example><code>SweepPlan plan = SweepPlan.Load("plan.json");</code></example>
    public static SweepPlan Load(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return Experiment.Told(() => new SweepPlan(JsonOf(PlanModule.read(path))));
    }

    /// <summary>The same, with a setting that all cells share.</summary>
    /// <param name="setting">Its name, as <see cref="ExperimentSetting.Name"/> has it.</param>
    /// <param name="value">Its value: a number or a name as text, several numbers with spaces between them, and for a switch an empty text.</param>
    /// <returns>The plan.</returns>
    /// <exception cref="ArgumentException">The experiment has no such setting, or it is set already, or cannot have this value.</exception>
    /// <example><code>SweepPlan shorter = plan.With("steps", "5000");</code></example>
    public SweepPlan With(string setting, string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return Changed("options", setting, options => options[setting] = NodeOf(setting, value));
    }

    /// <summary>The same for every one of some values of a setting; those of the last <see cref="Over"/> change from each cell to the next.</summary>
    /// <param name="setting">Its name, as <see cref="ExperimentSetting.Name"/> has it.</param>
    /// <param name="values">Its values, as <see cref="With"/> takes them; <c>1..10</c> stands for the whole numbers from 1 to 10, <c>true</c> and <c>false</c> for a switch that is given or not.</param>
    /// <returns>The plan.</returns>
    /// <exception cref="ArgumentException">The experiment has no such setting, or it is set already, or cannot have one of the values, or has one twice.</exception>
    /// <example><code>SweepPlan many = plan.Over("seed", "1..10");</code></example>
    public SweepPlan Over(string setting, params string[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return Changed("grid", setting, grid => grid[setting] = new JsonArray([.. values.Select(value => NodeOf(setting, value))]));
    }

    /// <summary>The same, with what the figure shows.</summary>
    /// <param name="x">The column of the table that is drawn to the right.</param>
    /// <param name="y">Those that are drawn upwards, a panel each.</param>
    /// <param name="by">The column that marks differ by; null where all are alike.</param>
    /// <returns>The plan.</returns>
    /// <example><code>SweepPlan drawn = plan.Showing("kurtosis.stimulus", ["ks", "w2"], by: "potential");</code></example>
    public SweepPlan Showing(string x, IReadOnlyList<string> y, string? by = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(x);
        ArgumentNullException.ThrowIfNull(y);
        var changed = (JsonObject)_json.DeepClone();
        changed["figure"] = new JsonObject { ["x"] = x, ["y"] = new JsonArray([.. y.Select(name => JsonValue.Create(name))]) };
        if (by is not null)
        {
            changed["figure"]!["by"] = by;
        }

        return new SweepPlan(changed);
    }

    /// <summary>The number of cells.</summary>
    /// <example><code>Console.WriteLine(SweepPlan.Of("gaussianise").Over("scene", "1..8").Cells);</code></example>
    public int Cells => Value.Count;

    /// <summary>The plan as JSON, as its file has it.</summary>
    /// <returns>The text.</returns>
    /// <example><code>File.WriteAllText("plan.json", plan.ToString());</code></example>
    public override string ToString() => Core.Files.JsonModule.toText(PlanModule.toJson(Value));

    internal Plan Value => Experiment.Told(() => PlanModule.parse(WhereModule.named("plan"), Encoding.UTF8.GetBytes(_json.ToJsonString())));

    private static JsonObject JsonOf(Plan plan) => (JsonObject)JsonNode.Parse(Core.Files.JsonModule.toText(PlanModule.toJson(plan)))!;

    private SweepPlan Changed(string part, string setting, Action<JsonObject> change)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(setting);
        if (_json[part]!.AsObject().ContainsKey(setting))
        {
            throw new ArgumentException($"{setting} is set already.", nameof(setting));
        }

        var changed = (JsonObject)_json.DeepClone();
        change(changed[part]!.AsObject());
        var plan = new SweepPlan(changed);
        _ = plan.Value;
        return plan;
    }

    private JsonNode NodeOf(string setting, string value)
    {
        var flag = Experiment.Find((string)_json["experiment"]!).Settings.FirstOrDefault(one => one.Name == setting);
        bool isSwitch = flag is { Value: null };
        return isSwitch && value is ("" or "true") ? JsonValue.Create(true)
            : isSwitch && value is "false" ? JsonValue.Create(false)
            : flag is { TakesSeveral: true } && value.Contains(' ') ? new JsonArray([.. value.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => JsonValue.Create(word))])
            : JsonValue.Create(value);
    }
}
