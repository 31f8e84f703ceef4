namespace Interneuron.Studio;

/// <summary>The figure of a state, by the experiment that the command line makes it with.</summary>
internal static class Figures
{
    private static readonly SemaphoreSlim OneAtATime = new(1);

    /// <summary>The circuit of a state, learned; where no step was made, by the steps that are planned.</summary>
    public static Circuit Circuit(StudioState state, StimulusStore store, CancellationToken cancellation)
    {
        int steps = CommandLine.Steps(state);
        TrainedCircuit trained = Replay.Learned(state, Replay.Beginning(state, store, cancellation), store.Load(state, state.Now), state.Phases.Length - 1, steps, cancellation);
        cancellation.ThrowIfCancellationRequested();
        return trained.Circuit;
    }

    /// <summary>Whether there is an experiment that does the same.</summary>
    public static bool Has(StudioState state) => state.Phases.Length == 1 && Potentials.TryFind(state.Potential, out _);

    /// <summary>What the experiment finds.</summary>
    /// <exception cref="FormatException">There is no experiment that does the same.</exception>
    public static async Task<ExperimentResult> OfAsync(StudioState state, StimulusStore store, CancellationToken cancellation)
    {
        if (!Has(state))
        {
            throw new FormatException("figures are of one phase, with a potential of the library; the programs make the others' numbers");
        }

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

    private static async Task<ExperimentResult> RunAsync(StudioState state, StimulusStore store, CancellationToken cancellation)
    {
        await using var folder = new Scratch();
        int k = state.Primaries == 1 ? 0 : Replay.Start(state, store.Load(state, state.Now)).Gains.Count;
        Dictionary<string, string> settings = CommandLine.Settings(state, k);
        if (CommandLine.NeedsArray(state) || state.Now.Source.Kind == SourceKind.Array)
        {
            settings["input"] = folder.File("stimuli.npy");
            Npy.Write(settings["input"], store.Load(state, state.Now));
        }
        else if (state.Now.Source.Kind == SourceKind.Image)
        {
            settings["image"] = store.PathOf(state.Now.Source.Value);
        }
        else
        {
            settings["scene"] = state.Now.Source.Value;
        }

        return Experiment.Find(state.Primaries == 1 ? "gaussianise" : "pairs").Run(settings, cancellation: cancellation);
    }
}
