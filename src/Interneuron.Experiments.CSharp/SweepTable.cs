using Interneuron.Experiments;
using Microsoft.FSharp.Core;

namespace Interneuron;

/// <summary>The table of a sweep.</summary>
/// <example><code>SweepTable table = sweep.Collect();</code></example>
public sealed class SweepTable
{
    internal SweepTable(Plan plan, Experiments.SweepTable table)
    {
        var texts = table.Columns.Select(column => (Name: column.Item1, Cells: Table.texts(column.Item2))).ToList();
        var numbers = Table.numeric(table).ToList();
        var settings = plan.Cells[0].Settings.Select(setting => setting.Item1).ToHashSet();
        Columns = [.. texts.Select(column => column.Name)];
        Rows =
        [
            .. Enumerable.Range(0, table.Rows).Select(i => new SweepRow(
                texts.ToDictionary(column => column.Name, column => column.Cells[i]),
                texts.Where(column => settings.Contains(column.Name)).ToDictionary(column => column.Name, column => column.Cells[i]),
                NumbersOf(numbers, i))),
        ];
    }

    private static Dictionary<string, double> NumbersOf(List<Tuple<string, FSharpOption<double>?[]>> columns, int row)
    {
        var numbers = new Dictionary<string, double>();
        foreach (var (name, values) in columns)
        {
            if (values[row] is { } there)
            {
                numbers[name] = there.Value;
            }
        }

        return numbers;
    }

    /// <summary>The names of the columns, in the order of the files.</summary>
    /// <example><code>Console.WriteLine(string.Join(", ", sweep.Collect().Columns));</code></example>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>The rows, in the order of the plan.</summary>
    /// <example><code>SweepRow first = sweep.Collect().Rows[0];</code></example>
    public IReadOnlyList<SweepRow> Rows { get; }
}

/// <summary>How a cell of a sweep stands.</summary>
/// <example><code>bool isDone = sweep.Collect().Rows[0].State == CellState.Done;</code></example>
public enum CellState
{
    /// <summary>It has a result.</summary>
    Done,

    /// <summary>It has none, for a reason.</summary>
    Failed,

    /// <summary>It is still to be run.</summary>
    Left,
}

/// <summary>A cell of a sweep in its table.</summary>
/// <example><code>foreach (SweepRow row in sweep.Collect().Rows) Console.WriteLine($"{row.Cell}: {row.State}");</code></example>
public sealed class SweepRow
{
    internal SweepRow(Dictionary<string, string> texts, Dictionary<string, string> settings, Dictionary<string, double> numbers)
    {
        Cell = (int)numbers["cell"];
        State = Enum.Parse<CellState>(texts["state"], ignoreCase: true);
        Reason = texts["reason"] is "" ? null : texts["reason"];
        Folder = texts["folder"];
        Settings = settings;
        Numbers = numbers;
    }

    /// <summary>Its number in the plan, from 1.</summary>
    /// <example><code>int number = sweep.Collect().Rows[0].Cell;</code></example>
    public int Cell { get; }

    /// <summary>How it stands.</summary>
    /// <example><code>CellState state = sweep.Collect().Rows[0].State;</code></example>
    public CellState State { get; }

    /// <summary>Why it failed; null where it did not.</summary>
    /// <example><code>Console.WriteLine(sweep.Collect().Rows[0].Reason ?? "all is well");</code></example>
    public string? Reason { get; }

    /// <summary>Its folder within that of the sweep, with its result.</summary>
    /// <example><code>string result = Path.Combine(sweep.Folder, sweep.Collect().Rows[0].Folder, "result.json");</code></example>
    public string Folder { get; }

    /// <summary>Its settings, by their names.</summary>
    /// <example><code>string potential = sweep.Collect().Rows[0].Settings["potential"];</code></example>
    public IReadOnlyDictionary<string, string> Settings { get; }

    /// <summary>Every number of its row, by the column's name; those that it has not are missing.</summary>
    /// <example><code>double ks = sweep.Collect().Rows[0].Numbers["ks"];</code></example>
    public IReadOnlyDictionary<string, double> Numbers { get; }
}
