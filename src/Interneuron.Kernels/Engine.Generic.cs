namespace Interneuron.Kernels;

/// <summary>The engine of one potential.</summary>
/// <typeparam name="TKernel">The potential.</typeparam>
public sealed class Engine<TKernel> : Engine
    where TKernel : struct, IPotentialKernel
{
    /// <summary>Samples that one thread solves together: enough to hide the hand-over, few enough to stay in the first cache.</summary>
    private const int Tile = 256;

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
        int samples = Samples(circuit, stimuli.Length);
        if (responses.Length != stimuli.Length)
        {
            throw new ArgumentException($"Expected room for {stimuli.Length} numbers, got {responses.Length}.", nameof(responses));
        }

        Fits(residuals?.Length, samples, nameof(residuals));
        Fits(evaluations?.Length, samples, nameof(evaluations));
        return circuit.Primaries == 1
            ? Respond<SolverOne>(circuit, samples, stimuli, responses, options, residuals, evaluations)
            : Respond<SolverMany>(circuit, samples, stimuli, responses, options, residuals, evaluations);
    }

    /// <inheritdoc/>
    public override ResponseOutcome Gradient(CircuitState circuit, TargetNodes target, ReadOnlySpan<double> stimuli, Gradient gradient, double tolerance = 1e-10)
    {
        ArgumentNullException.ThrowIfNull(gradient);
        int samples = Samples(circuit, stimuli.Length);
        if (samples == 0)
        {
            throw new ArgumentException("A batch has at least one sample.", nameof(stimuli));
        }

        return circuit.Primaries == 1
            ? Descent<SolverOne, TKernel>.Evaluate(circuit, target, stimuli, samples, gradient, tolerance, (int)Width)
            : Descent<SolverMany, TKernel>.Evaluate(circuit, target, stimuli, samples, gradient, tolerance, (int)Width);
    }

    /// <inheritdoc/>
    public override Trainer Train(CircuitState circuit, TargetNodes target, LearningRule rule, int batch, ulong seed, double tolerance = 1e-10)
    {
        Samples(circuit, 0);
        ArgumentNullException.ThrowIfNull(target);
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        return circuit.Primaries == 1
            ? new Trainer<SolverOne, TKernel>(circuit, target, rule, batch, seed, tolerance, (int)Width)
            : new Trainer<SolverMany, TKernel>(circuit, target, rule, batch, seed, tolerance, (int)Width);
    }

    private ResponseOutcome Respond<TSolver>(
        CircuitState circuit, int samples, ReadOnlyMemory<double> stimuli, Memory<double> responses, ResponseOptions options, double[]? residuals, int[]? evaluations)
        where TSolver : struct, ISolver
    {
        int tiles = (samples + Tile - 1) / Tile;
        ResponseOutcome total = ResponseOutcome.Converged;
        object gate = new();
        if (tiles < 2 || options.Threads == 1)
        {
            Workspace work = NewWork();
            for (int tile = 0; tile < tiles; tile++)
            {
                total = total.And(RunTile(work, tile));
            }

            return total;
        }

        Parallel.For(
            0,
            tiles,
            new ParallelOptions { MaxDegreeOfParallelism = options.Threads },
            () => (Work: NewWork(), Outcome: ResponseOutcome.Converged),
            (tile, _, local) => (local.Work, local.Outcome.And(RunTile(local.Work, tile))),
            local =>
            {
                lock (gate)
                {
                    total = total.And(local.Outcome);
                }
            });
        return total;

        Workspace NewWork()
        {
            Workspace work = new(circuit, default(TKernel).Constants, Math.Min(Tile, samples)) { Tolerance = options.Tolerance };
            work.Prepare<TKernel>(circuit, (int)Width);
            return work;
        }

        ResponseOutcome RunTile(Workspace work, int tile)
        {
            int first = tile * Tile;
            int count = Math.Min(Tile, samples - first);
            Rows.Read(work, stimuli.Span.Slice(first * work.N, count * work.N), count);
            Batch<TSolver, TKernel>.Pad(work, count);
            ResponseOutcome outcome = Batch<TSolver, TKernel>.Solve(work, count, (int)Width, options.MaxIterations)
                ? ResponseOutcome.Converged
                : Rows.Failures(work, count, first);
            Rows.Write(work, responses.Span.Slice(first * work.N, count * work.N), count);
            for (int j = 0; j < count; j++)
            {
                if (residuals is not null)
                {
                    residuals[first + j] = work.Residuals.Span[j];
                }

                if (evaluations is not null)
                {
                    evaluations[first + j] = (int)work.Evaluations.Span[j];
                }
            }

            return outcome;
        }
    }

    private static int Samples(CircuitState circuit, int length)
    {
        ArgumentNullException.ThrowIfNull(circuit);
        if (circuit.Parameters != default(TKernel).Parameters)
        {
            throw new ArgumentException($"The potential has {default(TKernel).Parameters} parameters, the circuit {circuit.Parameters}.", nameof(circuit));
        }

        if (length % circuit.Primaries != 0)
        {
            throw new ArgumentException($"Expected rows of {circuit.Primaries} stimuli, got {length} numbers.", "stimuli");
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
