namespace Interneuron.Studio;

/// <summary>The figure of a state, by the experiment that the command line makes it with.</summary>
internal static class Figures
{
    private static readonly SemaphoreSlim OneAtATime = new(1);

    /// <summary>The circuit of a state, learned; where no step was made, by the steps that are planned.</summary>
    public static Circuit Learned(StudioState state, StimulusStore store, CancellationToken cancellation)
    {
        int steps = CommandLine.Steps(state, state.Phases.Length - 1);
        TrainedCircuit trained = Replay.Learned(state, Replay.Beginning(state, store, cancellation), store.Load(state, state.Now), state.Phases.Length - 1, steps, cancellation);
        cancellation.ThrowIfCancellationRequested();
        return trained.Circuit;
    }

    /// <summary>What the experiment finds.</summary>
    public static async Task<ExperimentResult> OfAsync(StudioState state, StimulusStore store, CancellationToken cancellation)
    {
        await OneAtATime.WaitAsync(cancellation);
        try
        {
            return await Task.Run(() => RunAsync(state, store, cancellation), cancellation);
        }
        finally
        {
            OneAtATime.Release();
        }
    }

    // The last phase, from the circuit that it begins with.
    private static async Task<ExperimentResult> RunAsync(StudioState state, StimulusStore store, CancellationToken cancellation)
    {
        await using var folder = new Scratch();
        int last = state.Phases.Length - 1;
        Circuit beginning = Replay.Beginning(state, store, cancellation);
        Dictionary<string, string> settings = CommandLine.Settings(state, last, beginning.Gains.Count);
        if (last > 0)
        {
            settings["from"] = folder.File("circuit.json");
            beginning.Save(settings["from"]);
        }

        StimulusSource source = state.Now.Source;
        if (CommandLine.NeedsArray(state.Now) || source.Kind == SourceKind.Array)
        {
            settings["input"] = folder.File("stimuli.npy");
            Npy.Write(settings["input"], store.Load(state, state.Now));
        }
        else if (source.Kind == SourceKind.Image)
        {
            settings["image"] = store.PathOf(source.Value);
        }
        else
        {
            settings["scene"] = source.Value;
        }

        return Experiment.Find(state.Primaries == 1 ? "gaussianise" : "pairs").Run(settings, cancellation: cancellation);
    }
}
