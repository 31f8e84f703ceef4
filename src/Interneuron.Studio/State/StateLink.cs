using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace Interneuron.Studio;

/// <summary>A state as the query of a link, and back; what is as ever is left out.</summary>
internal static class StateLink
{
    private static readonly StudioState Standard = new();

    /// <summary>The query, with its question mark; empty for the state that a page begins with.</summary>
    public static string Query(StudioState state)
    {
        var members = new List<KeyValuePair<string, string?>>();
        void Add<T>(string name, T value, T usual, Func<T, string> text)
        {
            if (!EqualityComparer<T>.Default.Equals(value, usual))
            {
                members.Add(new(name, text(value)));
            }
        }

        Add("potential", state.Potential, Standard.Potential, text => text);
        Add("parameters", state.Parameters, Standard.Parameters, text => text);
        Add("primaries", state.Primaries, Standard.Primaries, Whole);
        Add("offset", state.Offset, Standard.Offset, Whole);
        Add("interneurons", state.Interneurons, null, k => Whole(k!.Value));
        Add("leak", state.Leak, Standard.Leak, Real);
        Add("rule", state.Rule, Standard.Rule, rule => rule == LearningRule.Published ? "published" : "derived");
        Add("learn", state.Learns, null, learns => Names(learns!.Value, Pace.Usual));
        Add("pace", state.Pace, Standard.Pace, pace => string.Join(',', Real(pace.Gains), Real(pace.Theta), Real(pace.Weights)));
        Add("batch", state.Batch, Standard.Batch, Whole);
        Add("seed", state.Seed, Standard.Seed, Whole);
        if (state.Phases.Length > 1 || state.Now != Standard.Now)
        {
            members.AddRange(state.Phases.Select(phase => new KeyValuePair<string, string?>(
                "phase", string.Join('|', phase.Source, Real(phase.Contrast), phase.Target, Whole(phase.Steps)))));
        }

        Add("made", state.Made, 0, Whole);
        return QueryHelpers.AddQueryString("", members);
    }

    /// <summary>The state of a query.</summary>
    /// <exception cref="FormatException">A member of it cannot be read; the message says which.</exception>
    public static StudioState Parse(string query)
    {
        Dictionary<string, StringValues> members = QueryHelpers.ParseQuery(query);
        T Read<T>(string name, T usual, Func<string, T> read)
        {
            if (!members.TryGetValue(name, out StringValues values) || values.Count == 0)
            {
                return usual;
            }

            string text = values[^1] ?? "";
            try
            {
                return read(text);
            }
            catch (Exception unread) when (unread is FormatException or OverflowException or ArgumentException)
            {
                throw new FormatException($"the link's {name} is “{text}”, which is none", unread);
            }
        }

        int Within(string text, int least, int most) =>
            WholeOf(text) is int value && value >= least && value <= most ? value : throw new FormatException($"from {least} to {most}");

        var state = new StudioState
        {
            Potential = Read("potential", Standard.Potential, text => text),
            Parameters = Read("parameters", Standard.Parameters, text => text),
            Primaries = Read("primaries", Standard.Primaries, text => Within(text, 1, 2)),
            Offset = Read("offset", Standard.Offset, text => Within(text, 1, Limits.Offset)),
            Interneurons = Read<int?>("interneurons", null, text => Within(text, 1, Limits.Interneurons)),
            Leak = Read("leak", Standard.Leak, text => RealOf(text) is >= 0 and < 1e9 and var leak ? leak : throw new FormatException()),
            Rule = Read("rule", Standard.Rule, text => text switch
            {
                "derived" => LearningRule.Derived,
                "published" => LearningRule.Published,
                _ => throw new FormatException(),
            }),
            Learns = Read<Learns?>("learn", null, LearnsOf),
            Pace = Read("pace", Standard.Pace, PaceOf),
            Batch = Read("batch", Standard.Batch, text => Within(text, 1, Limits.Batch)),
            Seed = Read("seed", Standard.Seed, WholeOf),
            Phases = members.TryGetValue("phase", out StringValues phases) && phases.Count > 0
                ? [.. phases.Take(Limits.Phases).Select((_, i) => Read("phase", Standard.Now, _ => PhaseOf(phases[i] ?? "")))]
                : Standard.Phases,
        };
        return state with { Made = Read("made", 0, text => Within(text, 0, state.Now.Steps)) };
    }

    /// <summary>What learns, and at what pace where that is not the usual, as the command line has it.</summary>
    public static string Names(Learns learns, Pace pace) => string.Join(',', new[]
    {
        (Interneuron.Learns.Gains, "g", pace.Gains), (Interneuron.Learns.Theta, "theta", pace.Theta), (Interneuron.Learns.Weights, "W", pace.Weights),
    }.Where(one => learns.HasFlag(one.Item1)).Select(one => one.Item3 == 1 ? one.Item2 : $"{one.Item2}={Real(one.Item3)}"));

    /// <summary>A number in digits that read back as the same number.</summary>
    public static string Real(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static string Whole(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static int WholeOf(string text) => int.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);

    private static double RealOf(string text) => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);

    private static Learns? LearnsOf(string text)
    {
        var learns = Interneuron.Learns.None;
        foreach (string name in text.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            learns |= name switch
            {
                "g" => Interneuron.Learns.Gains,
                "theta" => Interneuron.Learns.Theta,
                "W" => Interneuron.Learns.Weights,
                _ => throw new FormatException(),
            };
        }

        return learns;
    }

    private static Pace PaceOf(string text)
    {
        double[] paces = [.. text.Split(',').Select(RealOf)];
        return paces.Length == 3 && paces.All(pace => pace is >= Limits.SlowestPace and <= Limits.FastestPace)
            ? new Pace(paces[0], paces[1], paces[2])
            : throw new FormatException();
    }

    private static Phase PhaseOf(string text)
    {
        string[] parts = text.Split('|');
        if (parts.Length != 4)
        {
            throw new FormatException();
        }

        double contrast = RealOf(parts[1]);
        int steps = WholeOf(parts[3]);
        return contrast is > 0 and <= Limits.Contrast && steps is >= 0 and <= Limits.Steps
            ? new Phase(StimulusSource.Parse(parts[0]), contrast, parts[2], steps)
            : throw new FormatException();
    }
}
