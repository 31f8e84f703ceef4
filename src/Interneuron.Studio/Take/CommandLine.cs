using System.Globalization;

namespace Interneuron.Studio;

/// <summary>A state as a command line that comes to the same numbers.</summary>
internal static class CommandLine
{
    /// <summary>The line; null where it takes a program: a command line learns one phase, and a formula of one's own on single stimuli, by the derived rule, in all its parameters at the usual pace.</summary>
    /// <param name="state">The state.</param>
    /// <param name="interneurons">K of its circuit.</param>
    public static string? Of(StudioState state, int interneurons)
    {
        bool isKnown = Potentials.TryFind(state.Potential, out _);
        if (state.Phases.Length > 1
            || (!isKnown && (state.Primaries > 1 || state.Rule == LearningRule.Published || state.Learns is not null || state.Pace != Pace.Usual)))
        {
            return null;
        }

        string verb = !isKnown ? "derive" : state.Primaries == 1 ? "gaussianise" : "pairs";
        var words = new List<string> { "interneuron", verb };
        words.AddRange(Source(state));
        words.AddRange(Settings(state, interneurons).Select(setting => $"--{setting.Key} {Quoted(setting.Value)}"));
        if (!isKnown)
        {
            words.AddRange(Replay.Split(state.Parameters).Select(parameter => $"--parameter {Quoted(parameter)}"));
            words.Add("--primaries 1 --train --report figures");
        }
        else
        {
            words.Add("--out figures");
        }

        return string.Join(' ', words);
    }

    /// <summary>The settings of the experiment that does the same, as the verb has them.</summary>
    public static Dictionary<string, string> Settings(StudioState state, int interneurons)
    {
        static string Whole(int value) => value.ToString(CultureInfo.InvariantCulture);
        var settings = new Dictionary<string, string> { ["potential"] = state.Potential };
        if (state.Primaries == 2)
        {
            if (state.Now.Source.Kind is SourceKind.Scene or SourceKind.Image && state.Now.Contrast == 1)
            {
                settings["offset"] = Whole(state.Offset);
            }

            settings["interneurons"] = Whole(interneurons);
        }
        else if (state.Interneurons is int k)
        {
            settings["interneurons"] = Whole(k);
        }

        if (state.Now.Target != Targets.StandardGaussian.Name)
        {
            settings["target"] = state.Now.Target;
        }

        if (state.Leak != 0)
        {
            settings["leak"] = StateLink.Real(state.Leak);
        }

        if (state.Rule == LearningRule.Published)
        {
            settings["rule"] = "published";
        }

        if (Replay.Said(state) is Learns learns)
        {
            settings["learn"] = StateLink.Names(learns, state.Pace);
        }

        settings["steps"] = Whole(Steps(state));
        if (state.Batch != new StudioState().Batch)
        {
            settings["batch"] = Whole(state.Batch);
        }

        settings["seed"] = Whole(state.Seed);
        return settings;
    }

    /// <summary>Whether the stimuli are neither a picture's nor an array as it is, so that the command line needs them as an array.</summary>
    public static bool NeedsArray(StudioState state) => state.Now.Contrast != 1 || state.Now.Source.Kind == SourceKind.Distribution;

    /// <summary>The steps that a program makes: those that were made, or where none were, those that are planned.</summary>
    public static int Steps(StudioState state) => state.Made == 0 ? state.Now.Steps : state.Made;

    private static IEnumerable<string> Source(StudioState state) => NeedsArray(state)
        ? ["--input stimuli.npy"]
        : state.Now.Source.Kind switch
        {
            SourceKind.Scene => [$"--scene {state.Now.Source.Value}"],
            SourceKind.Image => [$"--image {Quoted(Uploads.NameOf(state.Now.Source.Value))}"],
            _ => [$"--input {Quoted(Uploads.NameOf(state.Now.Source.Value))}"],
        };

    private static string Quoted(string word) =>
        word.All(letter => char.IsAsciiLetterOrDigit(letter) || "-_.:,/+".Contains(letter, StringComparison.Ordinal)) ? word : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
