using System.Globalization;
using System.Reflection;

namespace Interneuron.Studio;

/// <summary>A state as programs that come to the same numbers.</summary>
internal static class Programs
{
    private static readonly string Version = typeof(Circuit).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <summary>A program of C# in one file.</summary>
    public static string CSharp(StudioState state)
    {
        var lines = new List<string>
        {
            $"#:package Interneuron@{Version}",
            "using Interneuron;",
            "",
            $"Potential potential = {CSharpPotential(state)};",
        };
        for (int i = 0; i < state.Phases.Length; i++)
        {
            Phase phase = state.Phases[i];
            string suffix = Suffix(i);
            lines.Add("");
            lines.Add($"Target target{suffix} = {CSharpTarget(phase.Target)};");
            lines.Add($"Grid stimuli{suffix} = {CSharpStimuli(state, phase)};");
            lines.Add(i == 0
                ? $"Circuit circuit = Circuit.Start(potential, stimuli, new CircuitOptions {{ {string.Join(", ", CSharpStart(state))} }});"
                : $"circuit = circuit.With(target{suffix});");
            lines.Add($"circuit = Learner.Train(circuit, stimuli{suffix}, new LearnerOptions {{ {string.Join(", ", CSharpLearning(state, i))} }}).EnsureConverged().Circuit;");
        }

        string last = Suffix(state.Phases.Length - 1);
        lines.Add("");
        lines.Add($"double[] r = circuit.Respond(stimuli{last}).EnsureConverged().R.Column(0);");
        lines.Add("Console.WriteLine(string.Join(' ', circuit.Gains.Select(g => g.ToString(\"R\"))));");
        lines.Add($"Console.WriteLine(Measure.Ks(r, target{last}).ToString(\"R\"));");
        if (lines.Any(line => line.Contains("Named(", StringComparison.Ordinal)))
        {
            lines.Add("");
            lines.Add("static Target Named(string name) => Targets.TryFind(name, out Target? target) ? target : throw new ArgumentException(name);");
        }

        return string.Join('\n', lines) + "\n";
    }

    /// <summary>A script of F#.</summary>
    public static string FSharp(StudioState state)
    {
        var lines = new List<string>
        {
            $"#r \"nuget: Interneuron.Experiments, {Version}\"",
            "",
            "open System.Threading",
            "open Interneuron.Core.Transport",
            "open Interneuron.Core.Circuits",
            "open Interneuron.Core.Files",
            "open Interneuron.Statistics",
            "open Interneuron.Stimuli",
            "open Interneuron.Experiments",
            "",
        };
        if (state.Phases.Any(phase => phase.Source.Kind == SourceKind.Distribution))
        {
            lines.Add("let drawn (target: Target) n count = Grid.ofArray count n (Initial.sampleTarget target n count 1)");
        }

        lines.AddRange(
        [
            $"let potential = {FSharpPotential(state)}",
            "",
            "let settings: Settings =",
            $"    {{ {(state.Rule == LearningRule.Published ? $"Learner.published {state.Primaries}" : "Learner.defaultsFor potential")} with",
            .. Replay.Said(state) is Learns learns ? [$"        Learns = Names.learns \"{StateLink.Names(learns, state.Pace)}\""] : Array.Empty<string>(),
            $"        Batch = {Whole(state.Batch)} }}",
            "",
            "let learn (circuit: Circuit) (stimuli: Grid) steps seed =",
            "    Learning.runFrom circuit { settings with Steps = steps; Seed = seed } ignore CancellationToken.None stimuli |> _.Circuit",
        ]);
        for (int i = 0; i < state.Phases.Length; i++)
        {
            Phase phase = state.Phases[i];
            string suffix = Suffix(i);
            lines.Add("");
            lines.Add($"let target{suffix} = Names.target {Text(phase.Target)}");
            lines.Add($"let stimuli{suffix} = {FSharpStimuli(state, phase)}");
            if (i == 0)
            {
                lines.Add("");
                lines.Add("let start =");
                lines.Add("    Learning.start");
                lines.Add("        { Learning.standard with");
                lines.Add("            Potential = potential");
                lines.Add("            Target = target");
                lines.Add($"            Leak = {Number(state.Leak)}");
                lines.Add($"            Interneurons = {(state.Interneurons is int k ? $"Some {Whole(k)}" : "None")}");
                lines.Add($"            Rule = RuleOrigin.{state.Rule}");
                lines.Add($"            Seed = {Whole(state.Seed)} }}");
                lines.Add("        stimuli");
                lines.Add("");
            }
            else
            {
                lines.Add($"let start{suffix} = Circuit.create potential target{suffix} circuit{Suffix(i - 1)}.Leak circuit{Suffix(i - 1)}.Gains circuit{Suffix(i - 1)}.Theta circuit{Suffix(i - 1)}.W");
            }

            lines.Add($"let circuit{suffix} = learn start{suffix} stimuli{suffix} {Whole(CommandLine.Steps(state, i))} {Whole(state.Seed + i)}");
        }

        string last = Suffix(state.Phases.Length - 1);
        lines.Add("");
        lines.Add($"let r = Learning.responses \"the stimuli\" circuit{last} (stimuli{last}.ToArray()) |> Samples.column {Whole(state.Primaries)} 0");
        lines.Add($"printfn \"%s\" (circuit{last}.Gains |> Array.map (fun g -> g.ToString \"R\") |> String.concat \" \")");
        lines.Add($"printfn \"%s\" ((Ks.toTarget (Target.cdf target{last}) r).ToString \"R\")");
        return string.Join('\n', lines) + "\n";
    }

    private static string Suffix(int phase) => phase == 0 ? "" : Whole(phase + 1);

    private static string Whole(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Number(double value) => StateLink.Real(value) is var text && text.All(letter => char.IsDigit(letter) || letter == '-') ? text + ".0" : text;

    private static string Text(string text) => "\"" + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal) + "\"";

    private static string CSharpPotential(StudioState state) => Potentials.TryFind(state.Potential, out _)
        ? $"Potentials.All.Single(one => one.Name == {Text(state.Potential)})"
        : $"Potential.Parse({string.Join(", ", [Text(state.Potential), .. Replay.Split(state.Parameters).Select(Text)])})";

    private static string FSharpPotential(StudioState state) => Potentials.TryFind(state.Potential, out _)
        ? $"Names.potential {Text(state.Potential)}"
        : $"match PotentialText.parse {Text(state.Potential)} [ {string.Join("; ", Replay.Split(state.Parameters).Select(Text))} ] with Ok read -> read | Error wrong -> raise wrong";

    private static string CSharpTarget(string name) => name == Targets.StandardGaussian.Name ? "Targets.StandardGaussian" : $"Named({Text(name)})";

    private static string CSharpStimuli(StudioState state, Phase phase)
    {
        string taken = phase.Source.Kind switch
        {
            SourceKind.Distribution => $"{CSharpTarget(phase.Source.Value)}.Sample({Limits.Drawn}, {state.Primaries})",
            SourceKind.Array => $"Npy.Read({Text(Uploads.NameOf(phase.Source.Value))})",
            SourceKind.Scene => Coefficients(state, $"Image.FromScene({phase.Source.Value})"),
            _ => Coefficients(state, $"Image.Load({Text(Uploads.NameOf(phase.Source.Value))}).CentredSquare()"),
        };
        return phase.Contrast == 1 ? taken : $"{taken}.Map(s => {Number(phase.Contrast)} * s)";

        static string Coefficients(StudioState state, string picture) =>
            state.Primaries == 1 ? $"Coefficients.Single({picture})" : $"Coefficients.Pairs({picture}, {Whole(state.Offset)})";
    }

    private static string FSharpStimuli(StudioState state, Phase phase)
    {
        string taken = phase.Source.Kind switch
        {
            SourceKind.Distribution => $"drawn (Names.target {Text(phase.Source.Value)}) {state.Primaries} {Limits.Drawn}",
            SourceKind.Array => $"Npy.readGrid {Text(Uploads.NameOf(phase.Source.Value))}",
            SourceKind.Scene => Coefficients(state, $"Source.scene {phase.Source.Value}"),
            _ => Coefficients(state, $"Source.photograph {Text(Uploads.NameOf(phase.Source.Value))}"),
        };
        return phase.Contrast == 1 ? taken : $"{taken} |> Grid.map (fun s -> {Number(phase.Contrast)} * s)";

        static string Coefficients(StudioState state, string picture) =>
            state.Primaries == 1 ? $"Coefficients.single ({picture})" : $"Coefficients.pairs {Whole(state.Offset)} ({picture})";
    }

    private static IEnumerable<string> CSharpStart(StudioState state)
    {
        yield return "Target = target";
        if (state.Leak != 0)
        {
            yield return $"Leak = {StateLink.Real(state.Leak)}";
        }

        if (state.Interneurons is int k)
        {
            yield return $"Interneurons = {Whole(k)}";
        }

        if (state.Rule == LearningRule.Published)
        {
            yield return "Rule = LearningRule.Published";
        }

        yield return $"Seed = {Whole(state.Seed)}";
    }

    private static IEnumerable<string> CSharpLearning(StudioState state, int phase)
    {
        if (state.Rule == LearningRule.Published)
        {
            yield return "Rule = LearningRule.Published, Schedule = LearningSchedule.Published";
        }

        if (Replay.What(state) is Learns learns)
        {
            string[] names = [.. new[] { Learns.Gains, Learns.Theta, Learns.Weights }.Where(one => learns.HasFlag(one)).Select(one => $"Learns.{one}")];
            yield return $"Learns = {string.Join(" | ", names)}";
        }

        if (state.Pace != Pace.Usual)
        {
            yield return $"Pace = new Pace({StateLink.Real(state.Pace.Gains)}, {StateLink.Real(state.Pace.Theta)}, {StateLink.Real(state.Pace.Weights)})";
        }

        yield return $"Steps = {Whole(CommandLine.Steps(state, phase))}";
        yield return $"Batch = {Whole(state.Batch)}";
        yield return $"Seed = {Whole(state.Seed + phase)}";
    }
}
