using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace Interneuron.Kernels;

/// <inheritdoc/>
/// <typeparam name="TSolver">The solver for the circuit's N.</typeparam>
/// <typeparam name="TKernel">The potential.</typeparam>
internal sealed class GainObjective<TSolver, TKernel> : GainObjective
    where TSolver : struct, ISolver
    where TKernel : struct, IPotentialKernel
{
    /// <summary>Samples that are solved together.</summary>
    private const int Usual = 64;

    /// <summary>Parts that are summed one after the other: enough for many cores, few enough that their sums take no memory to speak of.</summary>
    private const int Parts = 64;

    private readonly ReadOnlyMemory<double> _stimuli;
    private readonly int _samples;
    private readonly int _tile;
    private readonly double _tolerance;
    private readonly int _width;
    private readonly ConcurrentBag<Workspace> _idle = [];
    private double[] _accepted;
    private double[] _found;

    internal GainObjective(CircuitState circuit, TargetNodes target, ReadOnlyMemory<double> stimuli, double tolerance, int width)
        : base(circuit, Expected(circuit, target, width))
    {
        _stimuli = stimuli;
        _samples = stimuli.Length / circuit.Primaries;
        _tile = Workspace.TileOf(circuit, Usual);
        _tolerance = tolerance;
        _width = width;
        // Without better knowledge, a response is looked for from its stimulus on.
        _accepted = stimuli.ToArray();
        _found = GC.AllocateUninitializedArray<double>(stimuli.Length);
    }

    /// <inheritdoc/>
    public override ResponseOutcome Evaluate(ReadOnlySpan<double> gains, Span<double> slopes, out double value, CancellationToken cancellation)
    {
        gains.CopyTo(Circuit.Gains);
        int k = Circuit.Interneurons;
        int tiles = (_samples + _tile - 1) / _tile;
        int parts = Math.Min(tiles, Parts);
        double[] sums = new double[parts * (k + 1)];
        ResponseOutcome[] outcomes = new ResponseOutcome[parts];
        Processors.For(parts, part =>
        {
            Workspace work = Rent();
            Span<double> own = sums.AsSpan(part * (k + 1), k + 1);
            ResponseOutcome outcome = ResponseOutcome.Converged;
            int end = (int)((long)(part + 1) * tiles / parts);
            for (int t = (int)((long)part * tiles / parts); t < end && !cancellation.IsCancellationRequested; t++)
            {
                outcome = outcome.And(Solve(work, t * _tile, own));
            }

            outcomes[part] = outcome;
            _idle.Add(work);
        });
        cancellation.ThrowIfCancellationRequested();
        ResponseOutcome total = outcomes.Aggregate((all, next) => all.And(next));
        value = 0;
        slopes.Clear();
        for (int part = 0; part < parts; part++)
        {
            for (int i = 0; i < k; i++)
            {
                slopes[i] += sums[(part * (k + 1)) + i];
            }

            value += sums[(part * (k + 1)) + k];
        }

        for (int i = 0; i < k; i++)
        {
            value -= gains[i] * slopes[i];
            slopes[i] = Averages[i] - (slopes[i] / _samples);
        }

        value /= _samples;
        for (int i = 0; i < k; i++)
        {
            value += gains[i] * Averages[i];
        }

        if (!total.IsConverged)
        {
            value = double.NaN;
        }

        return total;
    }

    /// <inheritdoc/>
    public override void Accept() => (_accepted, _found) = (_found, _accepted);

    /// <inheritdoc/>
    public override double[] Sizes()
    {
        int n = Circuit.Primaries;
        double[] sizes = new double[_samples];
        for (int j = 0; j < _samples; j++)
        {
            for (int a = 0; a < n; a++)
            {
                sizes[j] += _accepted[(j * n) + a] * _accepted[(j * n) + a];
            }
        }

        return sizes;
    }

    /// <inheritdoc/>
    public override double[] Curvature(ReadOnlyMemory<int> rows, ReadOnlyMemory<double> weights, CancellationToken cancellation)
    {
        int n = Circuit.Primaries;
        Gram gram = new(Circuit.Interneurons, n, _width);
        for (int first = 0; first < rows.Length; first += gram.Capacity)
        {
            cancellation.ThrowIfCancellationRequested();
            int from = first;
            int count = Math.Min(gram.Capacity, rows.Length - first);
            Processors.For((count + _tile - 1) / _tile, t =>
            {
                Workspace work = Rent();
                int start = t * _tile;
                int size = Math.Min(_tile, count - start);
                ReadOnlySpan<int> chosen = rows.Span.Slice(from + start, size);
                for (int j = 0; j < size; j++)
                {
                    for (int a = 0; a < n; a++)
                    {
                        work.Responses.Span[(a * work.Lanes) + j] = _accepted[(chosen[j] * n) + a];
                    }
                }

                Batch<TSolver, TKernel>.Pad(work, size, _width);
                Sensitivity<TKernel>.Write(work, size, _width, weights.Span.Slice(from + start, size), gram, start);
                _idle.Add(work);
            });
            gram.Add(count);
        }

        return gram.Sum();
    }

    private static double[] Expected(CircuitState circuit, TargetNodes target, int width)
    {
        Workspace work = new(circuit, default(TKernel).Constants, 1);
        work.Prepare<TKernel>(circuit);
        TargetTerms expected = new(target, work);
        expected.Evaluate<TKernel>(work, width);
        return expected.Values[..circuit.Interneurons];
    }

    /// <summary>A workspace with the present gains.</summary>
    private Workspace Rent()
    {
        if (_idle.TryTake(out Workspace? work))
        {
            work.PrepareLinks<Lanes1>();
            return work;
        }

        work = new(Circuit, default(TKernel).Constants, Math.Min(_tile, _samples));
        work.Limit(0, _tolerance, _tolerance, 0);
        work.Prepare<TKernel>(Circuit);
        return work;
    }

    /// <summary>Solves a tile from the responses accepted last, and adds to the sums: F of each interneuron, then s . r - lambda |r|^2 / 2.</summary>
    private ResponseOutcome Solve(Workspace work, int first, Span<double> sums)
    {
        int n = work.N;
        int count = Math.Min(_tile, _samples - first);
        Rows.Read(work, _stimuli.Span.Slice(first * n, count * n), count);
        for (int j = 0; j < count; j++)
        {
            for (int a = 0; a < n; a++)
            {
                work.Responses.Span[(a * work.Lanes) + j] = _accepted[((first + j) * n) + a];
            }
        }

        Batch<TSolver, TKernel>.Pad(work, count, _width);
        ResponseOutcome outcome = Batch<TSolver, TKernel>.Solve(work, count, _width, Batch<TSolver, TKernel>.MaxIterations)
            ? ResponseOutcome.Converged
            : Rows.Failures(work, count, first);
        Rows.Write(work, work.Responses.Span, _found.AsSpan(first * n, count * n), count);
        switch (_width)
        {
            case 8:
                Add<Lanes8>(work, count, sums);
                break;
            case 4:
                Add<Lanes4>(work, count, sums);
                break;
            default:
                Add<Lanes1>(work, count, sums);
                break;
        }

        return outcome;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Add<TLanes>(Workspace work, int count, Span<double> sums)
        where TLanes : struct, ILanes<TLanes>
    {
        ref double responses = ref work.Responses.First;
        ref double link = ref work.Links.First;
        ref double constants = ref work.Constants.First;
        ref TLanes terms = ref Unsafe.As<double, TLanes>(ref work.Terms.First);
        TLanes rest = TLanes.First(count % TLanes.Width);
        for (int i = 0; i < work.K; i++)
        {
            TLanes sum = TLanes.Broadcast(0);
            for (int at = 0; at < count; at += TLanes.Width)
            {
                TLanes z = TLanes.Broadcast(link) * TLanes.Load(in Unsafe.Add(ref responses, at));
                for (int a = 1; a < work.N; a++)
                {
                    z = TLanes.FusedMultiplyAdd(TLanes.Broadcast(Unsafe.Add(ref link, a)), TLanes.Load(in Unsafe.Add(ref responses, (a * work.Lanes) + at)), z);
                }

                default(TKernel).Learn(z, in constants, out _, out _, ref terms);
                sum += count - at >= TLanes.Width ? terms : TLanes.And(rest, terms);
            }

            sums[i] += TLanes.Sum(sum);
            constants = ref Unsafe.Add(ref constants, work.C);
            link = ref Unsafe.Add(ref link, Workspace.LinkSize(work.N));
        }

        sums[work.K] += Rows.LinearPart(work, count);
    }
}
