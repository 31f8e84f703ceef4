using System.Runtime.CompilerServices;

namespace Interneuron.Kernels;

/// <summary>
/// Solves the batches of several circuits at once, sample j of each in register j, a lane a circuit, to the bits that <see cref="Batch{TSolver, TKernel}"/> gives each circuit alone. There a block of
/// samples makes its steps together, until the last of them has settled; here the lanes of those registers do that, and lanes whose block has settled keep still. Almost all blocks settle in
/// two steps; the few others are taken out and go on alone.
/// </summary>
/// <typeparam name="TLanes">The register.</typeparam>
/// <typeparam name="TSolver">The solver for the circuits' N, 1 or 2.</typeparam>
/// <typeparam name="TKernel">The potential.</typeparam>
internal sealed class Together<TLanes, TSolver, TKernel>
    where TLanes : struct, ILanes<TLanes>
    where TSolver : struct, ISolver
    where TKernel : struct, IPotentialKernel
{
    /// <summary>For the block that starts at a sample, bits of the circuits whose block has to go on.</summary>
    private readonly uint[] _open;
    private readonly ResponseOutcome[] _outcomes;
    private readonly double[] _limits;

    internal Together(CircuitState shape, int samples)
    {
        int constants = default(TKernel).Constants;
        Work = new(shape, constants, (samples + 7) / 8 * 8 * TLanes.Width, TLanes.Width);
        Alone = new(shape, constants, samples);
        _open = new uint[Alone.Lanes];
        _outcomes = new ResponseOutcome[TLanes.Width];
        _limits = new double[2 * TLanes.Width];
    }

    /// <summary>All circuits.</summary>
    internal Workspace Work { get; }

    /// <summary>One of them, taken out.</summary>
    internal Workspace Alone { get; }

    private static uint All => (1u << TLanes.Width) - 1;

    /// <summary>Sets the limits of circuit c.</summary>
    internal void Limit(int c, double tolerance, double cellWidth)
    {
        _limits[2 * c] = tolerance;
        _limits[(2 * c) + 1] = cellWidth;
        Work.Limit(c, tolerance, tolerance, cellWidth);
    }

    /// <summary>Why circuit c has failed.</summary>
    internal ResponseOutcome Outcome(int c) => _outcomes[c];

    /// <summary>Takes the constants, links and limits of circuit c out.</summary>
    internal void Isolate(int c)
    {
        Lane.Get(Work.Constants.Span, TLanes.Width, c, Alone.Constants.Span);
        Lane.Get(Work.Links.Span, TLanes.Width, c, Alone.Links.Span);
        Alone.Limit(0, _limits[2 * c], _limits[2 * c], _limits[(2 * c) + 1]);
    }

    /// <summary>Solves the first count samples of each circuit from the responses in the workspace, and leaves the learning terms at the solutions.</summary>
    /// <param name="count">The number of samples.</param>
    /// <param name="learning">Bits of the circuits that count; the others are idle.</param>
    /// <returns>Bits of the circuits with a sample that has no fixed point.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal uint Learn(int count, uint learning)
    {
        uint open = 0;
        int step;
        for (int at = 0; at < count; at += step)
        {
            step = WidthAt(at, count);
            uint more = 0;
            for (int j = at; j < Math.Min(at + step, count); j++)
            {
                more |= TSolver.Improve<TLanes, TKernel>(Work, j * TLanes.Width);
            }

            _open[at] = more & learning;
            open |= more;
        }

        if ((open & learning) != 0)
        {
            for (int at = 0; at < count; at += step)
            {
                step = WidthAt(at, count);
                uint going = _open[at];
                if (going != 0)
                {
                    uint more = 0;
                    for (int j = at; j < Math.Min(at + step, count); j++)
                    {
                        more |= ImproveSome(j * TLanes.Width, going | ~learning);
                    }

                    if ((more & going) != 0)
                    {
                        GoOn(at, step, count, more & going);
                    }
                }
            }
        }

        open = 0;
        for (int at = 0; at < count; at += step)
        {
            step = WidthAt(at, count);
            uint wrong = 0;
            for (int j = at; j < Math.Min(at + step, count); j++)
            {
                wrong |= TSolver.Learn<TLanes, TKernel>(Work, j * TLanes.Width);
            }

            _open[at] = wrong & learning;
            open |= wrong & learning;
        }

        return open == 0 ? 0 : Again(count, open);
    }

    /// <summary>The width of the block of samples at a sample, in each circuit alone.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int WidthAt(int at, int count) => Batch<TSolver, TKernel>.WidthAt(TLanes.Width, at, count);

    /// <summary>Makes a step of the lanes that are going.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private uint ImproveSome(int at, uint going) =>
        (going & All) == All ? TSolver.Improve<TLanes, TKernel>(Work, at) : ImproveOnly(at, going);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private uint ImproveOnly(int at, uint going)
    {
        TLanes mask = Mask(going);
        ref double response = ref Unsafe.Add(ref Work.Responses.First, at);
        ref double other = ref Unsafe.Add(ref response, (Work.N - 1) * Work.Lanes);
        ref double bends = ref Unsafe.Add(ref Work.Bends.First, Work.N == 1 ? at : 0);
        TLanes r0 = TLanes.Load(in response);
        TLanes r1 = TLanes.Load(in other);
        TLanes bend = Work.N == 1 ? TLanes.Load(in bends) : r0;
        uint bits = TSolver.Improve<TLanes, TKernel>(Work, at);
        TLanes.Store(TLanes.Select(mask, TLanes.Load(in other), r1), ref other);
        if (Work.N == 1)
        {
            TLanes.Store(TLanes.Select(mask, TLanes.Load(in bends), bend), ref bends);
        }
        else
        {
            TLanes.Store(TLanes.Select(mask, TLanes.Load(in response), r0), ref response);
        }

        return bits;
    }

    private static TLanes Mask(uint bits)
    {
        Span<double> marks = stackalloc double[8];
        for (int c = 0; c < TLanes.Width; c++)
        {
            marks[c] = bits >> c & 1;
        }

        return TLanes.Less(TLanes.Broadcast(0), TLanes.Load(in marks[0]));
    }

    /// <summary>The steps after the second of the blocks at a sample that have not settled.</summary>
    private void GoOn(int at, int step, int count, uint circuits)
    {
        for (int c = 0; c < TLanes.Width; c++)
        {
            if ((circuits >> c & 1) != 0)
            {
                Isolate(c);
                TakeOut(at, step, count, c);
                bool more = true;
                for (int round = 2; more && round < Batch<TSolver, TKernel>.Rounds; round++)
                {
                    more = Batch<TSolver, TKernel>.Real(Batch<TSolver, TKernel>.ImproveAt(Alone, at, step), at, count) != 0;
                }

                PutBack(at, Math.Min(step, count - at), c);
            }
        }
    }

    /// <summary>Solves the blocks again that did not verify.</summary>
    private uint Again(int count, uint circuits)
    {
        uint failed = 0;
        for (int c = 0; c < TLanes.Width; c++)
        {
            if ((circuits >> c & 1) == 0)
            {
                continue;
            }

            Isolate(c);
            Alone.Residuals.Span.Clear();
            Alone.Accepted.Span.Clear();
            bool converged = true;
            int step;
            for (int at = 0; at < count; at += step)
            {
                step = WidthAt(at, count);
                if ((_open[at] >> c & 1) != 0)
                {
                    TakeOut(at, step, count, c);
                    converged &= Batch<TSolver, TKernel>.Again(Alone, at, step, count);
                    PutBack(at, Math.Min(step, count - at), c);
                    PutBackTerms(at, step, Math.Min(step, count - at), c);
                }
            }

            if (!converged)
            {
                failed |= 1u << c;
                _outcomes[c] = Rows.Failures(Alone, count, 0);
            }
        }

        return failed;
    }

    /// <summary>A block of circuit c, from the lanes to the workspace of one; its idle lanes repeat the last sample.</summary>
    private void TakeOut(int at, int step, int count, int c)
    {
        int samples = Math.Min(step, count - at);
        for (int a = 0; a < Work.N; a++)
        {
            Take(Work.Stimuli, a * Work.Lanes, Alone.Stimuli, a * Alone.Lanes);
            Take(Work.Responses, a * Work.Lanes, Alone.Responses, a * Alone.Lanes);
        }

        if (Work.N == 1)
        {
            Take(Work.Bends, 0, Alone.Bends, 0);
        }

        void Take(Aligned from, int first, Aligned to, int place)
        {
            Span<double> block = to.Span.Slice(place + at, step);
            Lane.Get(from.Span[(first + (at * TLanes.Width))..], TLanes.Width, c, block[..samples]);
            block[samples..].Fill(block[samples - 1]);
        }
    }

    /// <summary>What the steps change, back.</summary>
    private void PutBack(int at, int samples, int c)
    {
        for (int a = 0; a < Work.N; a++)
        {
            Lane.Put(Alone.Responses.Span.Slice((a * Alone.Lanes) + at, samples), Work.Responses.Span[((a * Work.Lanes) + (at * TLanes.Width))..], TLanes.Width, c);
        }

        if (Work.N == 1)
        {
            Lane.Put(Alone.Bends.Span.Slice(at, samples), Work.Bends.Span[(at * TLanes.Width)..], TLanes.Width, c);
        }
    }

    /// <summary>What learning leaves, back.</summary>
    private void PutBackTerms(int at, int step, int samples, int c)
    {
        int inverses = Alone.Inverses.Length / Alone.Lanes;
        for (int m = 0; m < inverses; m++)
        {
            Lane.Put(Alone.Inverses.Span.Slice((m * Alone.Lanes) + at, samples), Work.Inverses.Span[((m * Work.Lanes) + (at * TLanes.Width))..], TLanes.Width, c);
        }

        int rows = Work.K * Work.Rows;
        ReadOnlySpan<double> terms = Alone.Terms.Span[(at * rows)..];
        for (int j = 0; j < samples; j++)
        {
            Span<double> own = Work.Terms.Span[((at + j) * TLanes.Width * rows)..];
            for (int row = 0; row < rows; row++)
            {
                own[(row * TLanes.Width) + c] = terms[(row * step) + j];
            }
        }
    }
}
