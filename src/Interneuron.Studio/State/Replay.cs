namespace Interneuron.Studio;

/// <summary>The circuit of a state: its phases learned one after another, each from where the one before it ended.</summary>
internal static class Replay
{
    /// <summary>The potential that was chosen.</summary>
    /// <exception cref="FormatException">The formula or a parameter cannot be read.</exception>
    public static Potential Potential(StudioState state)
    {
        if (Potentials.TryFind(state.Potential.Trim(), out Potential? known))
        {
            return known;
        }

        if (state.Potential.Length > Limits.Formula || state.Parameters.Length > Limits.Formula)
        {
            throw new FormatException($"the formula has more than {Limits.Formula} letters; the command line takes longer ones");
        }

        return Interneuron.Potential.Parse(state.Potential, [.. Split(state.Parameters)]);
    }

    /// <summary>The target of a phase.</summary>
    /// <exception cref="FormatException">There is no such target.</exception>
    public static Target Target(Phase phase) => Named(phase.Target);

    /// <summary>The target of a name.</summary>
    /// <exception cref="FormatException">There is no such target.</exception>
    public static Target Named(string name) => name.Length <= Limits.Formula && Targets.TryFind(name.Trim(), out Target? target)
        ? target
        : throw new FormatException(
            $"there is no distribution “{name}”; there are gaussian, laplace, uniform, logistic, generalised-gaussian:BETA, exponential, half-normal, student-t:NU "
            + "and “density FORMULA, x in [a, b]”");

    /// <summary>Reads all that was typed, and derives what is learned by: what may take long takes it here.</summary>
    /// <returns>True.</returns>
    /// <exception cref="FormatException">Something cannot be read.</exception>
    public static bool Check(StudioState state)
    {
        Potential potential = Potential(state);
        foreach (Phase phase in state.Phases)
        {
            potential.Plasticity(Target(phase), state.Rule);
            if (phase.Source.Kind == SourceKind.Distribution)
            {
                Named(phase.Source.Value);
            }
        }

        return true;
    }

    /// <summary>Where learning starts.</summary>
    public static Circuit Start(StudioState state, Grid stimuli) => Circuit.Start(
        Potential(state), stimuli,
        new CircuitOptions { Target = Target(state.Phases[0]), Leak = state.Leak, Interneurons = state.Interneurons, Seed = state.Seed, Rule = state.Rule });

    /// <summary>What learns; null where it is what the potential leaves to learn, at the usual pace.</summary>
    public static Learns? What(StudioState state) => (state.Learns, state.Rule, state.Pace) switch
    {
        (Learns chosen, _, _) => chosen,
        (null, LearningRule.Published, _) => Learns.All,
        (null, _, var pace) => pace == Pace.Usual ? null : new LearnerOptions().LearnsOf(Potential(state)),
    };

    /// <summary>What is said of what learns, where a state is written down: what was chosen, or all that learns where its pace is said; null where nothing has to be.</summary>
    public static Learns? Said(StudioState state) => state.Pace == Pace.Usual ? state.Learns : What(state);

    /// <summary>How a phase learns.</summary>
    public static LearnerOptions Options(StudioState state, int phase, int steps) => new()
    {
        Rule = state.Rule,
        Schedule = state.Rule == LearningRule.Published ? LearningSchedule.Published : LearningSchedule.Scaled,
        Learns = What(state),
        Pace = state.Pace,
        Steps = steps,
        Batch = state.Batch,
        Seed = unchecked(state.Seed + phase),
    };

    /// <summary>The circuit as the present phase begins.</summary>
    public static Circuit Beginning(StudioState state, StimulusStore store, CancellationToken cancellation = default)
    {
        Circuit circuit = Start(state, store.Load(state, state.Phases[0]));
        for (int i = 0; i < state.Phases.Length - 1; i++)
        {
            circuit = Learned(state, circuit, store.Load(state, state.Phases[i]), i, state.Phases[i].Steps, cancellation).Circuit;
            circuit = circuit.With(Target(state.Phases[i + 1]));
        }

        return circuit;
    }

    /// <summary>The circuit after so many steps of a phase.</summary>
    public static TrainedCircuit Learned(StudioState state, Circuit beginning, Grid stimuli, int phase, int steps, CancellationToken cancellation = default) =>
        Learner.Train(beginning, stimuli, Options(state, phase, steps), cancellation: cancellation).EnsureConverged();

    /// <summary>The texts of the parameters.</summary>
    public static IEnumerable<string> Split(string parameters) =>
        parameters.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
