using System.Globalization;

namespace Interneuron.Studio;

/// <summary>A state as command lines that come to the same numbers: one for each phase, which goes on from the circuit that the one before it has written.</summary>
internal static class CommandLine
{
    /// <summary>The lines.</summary>
    /// <param name="state">The state.</param>
    /// <param name="interneurons">K of its circuit.</param>
    public static string Of(StudioState state, int interneurons) =>
        string.Join('\n', state.Phases.Select((_, i) => Line(state, i, interneurons)));

    /// <summary>The settings of the experiment that does the same in a phase, as the verb has them, but for stimuli and the circuit that it goes on from.</summary>
    public static Dictionary<string, string> Settings(StudioState state, int phase, int interneurons)
    {
        var settings = new Dictionary<string, string>();
        if (state.Primaries == 2 && IsOfPicture(state.Phases[phase]))
        {
            settings["offset"] = Whole(state.Offset);
        }

        // A circuit that is gone on with has all this.
        if (phase == 0)
        {
            settings["potential"] = state.Potential.Trim();
            if (state.Parameters.Length > 0 && !Potentials.TryFind(state.Potential.Trim(), out _))
            {
                settings["parameter"] = string.Join("; ", Replay.Split(state.Parameters));
            }

            if (state.Primaries == 2)
            {
                settings["interneurons"] = Whole(interneurons);
            }
            else if (state.Interneurons is int k)
            {
                settings["interneurons"] = Whole(k);
            }

            if (state.Leak != 0)
            {
                settings["leak"] = StateLink.Real(state.Leak);
            }
        }

        string target = state.Phases[phase].Target;
        if (phase > 0 || target != Targets.StandardGaussian.Name)
        {
            settings["target"] = target;
        }

        if (state.Rule == LearningRule.Published)
        {
            settings["rule"] = "published";
        }

        if (Replay.Said(state) is Learns learns)
        {
            settings["learn"] = StateLink.Names(learns, state.Pace);
        }

        settings["steps"] = Whole(Steps(state, phase));
        if (state.Batch != new StudioState().Batch)
        {
            settings["batch"] = Whole(state.Batch);
        }

        settings["seed"] = Whole(unchecked(state.Seed + phase));
        return settings;
    }

    /// <summary>Whether the stimuli of a phase are neither a picture's nor an array as it is, so that the command line needs them as an array.</summary>
    public static bool NeedsArray(Phase phase) => phase.Contrast != 1 || phase.Source.Kind == SourceKind.Distribution;

    /// <summary>The name of the array of a phase.</summary>
    public static string ArrayOf(StudioState state, int phase) => $"stimuli{Suffix(state, phase)}.npy";

    /// <summary>The steps of a phase; of the last, those that were made, or where none were, those that are planned.</summary>
    public static int Steps(StudioState state, int phase) =>
        phase == state.Phases.Length - 1 && state.Made > 0 ? state.Made : state.Phases[phase].Steps;

    private static bool IsOfPicture(Phase phase) => !NeedsArray(phase) && phase.Source.Kind is SourceKind.Scene or SourceKind.Image;

    private static string Line(StudioState state, int phase, int interneurons)
    {
        IEnumerable<string> words =
        [
            "interneuron",
            state.Primaries == 1 ? "gaussianise" : "pairs",
            .. Source(state, phase),
            .. phase == 0 ? Array.Empty<string>() : [$"--from {CircuitOf(state, phase - 1, interneurons)}"],
            .. Settings(state, phase, interneurons).Select(setting => $"--{setting.Key} {Quoted(setting.Value)}"),
            $"--out {FolderOf(state, phase)}",
        ];
        return string.Join(' ', words);
    }

    private static string Suffix(StudioState state, int phase) => state.Phases.Length == 1 ? "" : $"-{Whole(phase + 1)}";

    private static string FolderOf(StudioState state, int phase) => "figures" + Suffix(state, phase);

    // As the two experiments name what they write.
    private static string CircuitOf(StudioState state, int phase, int interneurons)
    {
        string offset = IsOfPicture(state.Phases[phase]) ? $"d{Whole(state.Offset)}-" : "";
        return FolderOf(state, phase) + (state.Primaries == 1 ? "/circuit.json" : $"/circuit-{offset}k{Whole(interneurons)}.json");
    }

    private static IEnumerable<string> Source(StudioState state, int phase)
    {
        StimulusSource source = state.Phases[phase].Source;
        return NeedsArray(state.Phases[phase])
            ? [$"--input {ArrayOf(state, phase)}"]
            : source.Kind switch
            {
                SourceKind.Scene => [$"--scene {source.Value}"],
                SourceKind.Image => [$"--image {Quoted(Uploads.NameOf(source.Value))}"],
                _ => [$"--input {Quoted(Uploads.NameOf(source.Value))}"],
            };
    }

    private static string Whole(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Quoted(string word) =>
        word.All(letter => char.IsAsciiLetterOrDigit(letter) || "-_.:,/+".Contains(letter, StringComparison.Ordinal)) ? word : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
