namespace Interneuron.Kernels;

/// <summary>The engine of one potential.</summary>
/// <typeparam name="TKernel">The potential.</typeparam>
public sealed class Engine<TKernel> : Engine
    where TKernel : struct, IPotentialKernel
{
    /// <summary>Samples that one thread solves together: enough to hide the hand-over, few enough to fit in the first-level cache.</summary>
    private const int Tile = 256;

    /// <summary>The stimulus size below which the tolerance shrinks no further.</summary>
    private const double Smallest = 1e-100;

    /// <summary>An engine.</summary>
    /// <param name="width">The width of the registers.</param>
    public Engine(LaneWidth width = LaneWidth.Widest)
        : base(width)
    {
    }

    /// <inheritdoc/>
    public override int Parameters => default(TKernel).Parameters;

    /// <inheritdoc/>
    public override ResponseOutcome Respond(
        CircuitState circuit, ReadOnlyMemory<double> stimuli, Memory<double> responses, ResponseOptions options, double[]? residuals = null, int[]? evaluations = null)
    {
        int samples = Samples(circuit, stimuli.Length, nameof(stimuli));
        if (responses.Length != stimuli.Length)
        {
            throw new ArgumentException($"Expected room for {stimuli.Length} numbers, got {responses.Length}.", nameof(responses));
        }

        Fits(residuals?.Length, samples, nameof(residuals));
        Fits(evaluations?.Length, samples, nameof(evaluations));
        return circuit.Primaries switch
        {
            1 => Respond<SolverOne>(circuit, samples, stimuli, responses, options, residuals, evaluations),
            2 => Respond<SolverTwo>(circuit, samples, stimuli, responses, options, residuals, evaluations),
            _ => Respond<SolverMany>(circuit, samples, stimuli, responses, options, residuals, evaluations),
        };
    }

    /// <inheritdoc/>
    public override ResponseOutcome Gradient(
        CircuitState circuit, TargetNodes target, ReadOnlySpan<double> stimuli, Gradient gradient, double tolerance = 1e-10, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(gradient);
        int samples = Samples(circuit, stimuli.Length, nameof(stimuli));
        if (samples == 0)
        {
            throw new ArgumentException("A batch has at least one sample.", nameof(stimuli));
        }

        return circuit.Primaries switch
        {
            1 => Descent<SolverOne, TKernel>.Evaluate(circuit, target, stimuli, samples, gradient, tolerance, (int)Width, cancellation),
            2 => Descent<SolverTwo, TKernel>.Evaluate(circuit, target, stimuli, samples, gradient, tolerance, (int)Width, cancellation),
            _ => Descent<SolverMany, TKernel>.Evaluate(circuit, target, stimuli, samples, gradient, tolerance, (int)Width, cancellation),
        };
    }

    /// <inheritdoc/>
    public override GainObjective Gains(CircuitState circuit, TargetNodes target, ReadOnlyMemory<double> stimuli, double tolerance = 1e-10)
    {
        if (Samples(circuit, stimuli.Length, nameof(stimuli)) == 0)
        {
            throw new ArgumentException("There is at least one stimulus.", nameof(stimuli));
        }

        ArgumentNullException.ThrowIfNull(target);
        return circuit.Primaries switch
        {
            1 => new GainObjective<SolverOne, TKernel>(circuit, target, stimuli, tolerance, (int)Width),
            2 => new GainObjective<SolverTwo, TKernel>(circuit, target, stimuli, tolerance, (int)Width),
            _ => new GainObjective<SolverMany, TKernel>(circuit, target, stimuli, tolerance, (int)Width),
        };
    }

    /// <inheritdoc/>
    public override Trainer Train(CircuitState circuit, TargetNodes target, LearningRule rule, int batch, ulong seed, double tolerance = 1e-10)
    {
        Samples(circuit, 0, nameof(circuit));
        ArgumentNullException.ThrowIfNull(target);
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        return circuit.Primaries switch
        {
            1 => new Trainer<SolverOne, TKernel>(circuit, target, rule, batch, seed, tolerance, (int)Width),
            2 => new Trainer<SolverTwo, TKernel>(circuit, target, rule, batch, seed, tolerance, (int)Width),
            _ => new Trainer<SolverMany, TKernel>(circuit, target, rule, batch, seed, tolerance, (int)Width),
        };
    }

    /// <inheritdoc/>
    public override TrainerGroup Train(IReadOnlyList<GroupMember> members, TargetNodes target, int batch)
    {
        ArgumentNullException.ThrowIfNull(members);
        ArgumentNullException.ThrowIfNull(target);
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        foreach (GroupMember member in members)
        {
            Samples(member.Circuit, 0, nameof(members));
        }

        return members.Select(member => member.Circuit.Primaries).FirstOrDefault(1) switch
        {
            1 => Train<SolverOne>(members, target, batch),
            2 => Train<SolverTwo>(members, target, batch),
            int more => throw new ArgumentException($"A group learns circuits of one or two primary neurons, not of {more}.", nameof(members)),
        };
    }

    /// <inheritdoc/>
    public override void Drive(
        CircuitState circuit, ReadOnlyMemory<double> responses, Memory<double> stimuli, Memory<double> logDeterminants, int threads = -1)
    {
        int samples = Samples(circuit, responses.Length, nameof(responses));
        if (stimuli.Length != responses.Length)
        {
            throw new ArgumentException($"Expected room for {responses.Length} numbers, got {stimuli.Length}.", nameof(stimuli));
        }

        if (!logDeterminants.IsEmpty)
        {
            Fits(logDeterminants.Length, samples, nameof(logDeterminants));
        }

        switch (circuit.Primaries)
        {
            case 1:
                Drive<SolverOne>(circuit, samples, responses, stimuli, logDeterminants, threads);
                break;
            case 2:
                Drive<SolverTwo>(circuit, samples, responses, stimuli, logDeterminants, threads);
                break;
            default:
                Drive<SolverMany>(circuit, samples, responses, stimuli, logDeterminants, threads);
                break;
        }
    }

    private ResponseOutcome Respond<TSolver>(
        CircuitState circuit, int samples, ReadOnlyMemory<double> stimuli, Memory<double> responses, ResponseOptions options, double[]? residuals, int[]? evaluations)
        where TSolver : struct, ISolver =>
        Tiled.Run(
            samples,
            Tile,
            options.Threads,
            () => NewWork(circuit, samples, options.Tolerance),
            (work, first, count) =>
            {
                Rows.Read(work, stimuli.Span.Slice(first * work.N, count * work.N), count);
                Batch<TSolver, TKernel>.Pad(work, count, (int)Width);
                ResponseOutcome outcome = Batch<TSolver, TKernel>.Solve(work, count, (int)Width, options.MaxIterations)
                    ? ResponseOutcome.Converged
                    : Rows.Failures(work, count, first);
                Rows.Write(work, work.Responses.Span, responses.Span.Slice(first * work.N, count * work.N), count);
                if (residuals is not null)
                {
                    work.Residuals.Span[..count].CopyTo(residuals.AsSpan(first));
                }

                for (int j = 0; j < count && evaluations is not null; j++)
                {
                    evaluations[first + j] = (int)work.Evaluations.Span[j];
                }

                return outcome;
            });

    private void Drive<TSolver>(
        CircuitState circuit, int samples, ReadOnlyMemory<double> responses, Memory<double> stimuli, Memory<double> logDeterminants, int threads)
        where TSolver : struct, ISolver =>
        Tiled.Run(
            samples,
            Tile,
            threads,
            () => NewWork(circuit, samples, 0),
            (work, first, count) =>
            {
                Rows.Read(work, responses.Span.Slice(first * work.N, count * work.N), count);
                Batch<TSolver, TKernel>.Pad(work, count, (int)Width);
                Batch<TSolver, TKernel>.Drive(work, count, (int)Width);
                Rows.Write(work, work.Stimuli.Span, stimuli.Span.Slice(first * work.N, count * work.N), count);
                if (!logDeterminants.IsEmpty)
                {
                    work.Residuals.Span[..count].CopyTo(logDeterminants.Span[first..]);
                }

                return ResponseOutcome.Converged;
            });

    private TrainerGroup Train<TSolver>(IReadOnlyList<GroupMember> members, TargetNodes target, int batch)
        where TSolver : struct, ISolver => Width switch
        {
            LaneWidth.Eight => new TrainerGroup<Circuits8, TSolver, TKernel>(members, target, batch),
            LaneWidth.Four => new TrainerGroup<Circuits4, TSolver, TKernel>(members, target, batch),
            _ => new TrainerGroup<Lanes1, TSolver, TKernel>(members, target, batch),
        };

    private static Workspace NewWork(CircuitState circuit, int samples, double tolerance)
    {
        Workspace work = new(circuit, default(TKernel).Constants, Math.Min(Tile, samples));
        work.Limit(0, tolerance, tolerance * Smallest, 0);
        work.Prepare<TKernel>(circuit);
        return work;
    }

    private static int Samples(CircuitState circuit, int length, string name)
    {
        ArgumentNullException.ThrowIfNull(circuit);
        if (circuit.Parameters != default(TKernel).Parameters)
        {
            throw new ArgumentException($"The potential has {default(TKernel).Parameters} parameters, the circuit {circuit.Parameters}.", nameof(circuit));
        }

        if (length % circuit.Primaries != 0)
        {
            throw new ArgumentException($"Expected rows of {circuit.Primaries} numbers, got {length}.", name);
        }

        return length / circuit.Primaries;
    }

    private static void Fits(int? length, int samples, string name)
    {
        if (length is int given && given != samples)
        {
            throw new ArgumentException($"Expected room for {samples} samples, got {given}.", name);
        }
    }
}
