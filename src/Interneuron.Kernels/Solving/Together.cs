using System.Runtime.CompilerServices;

namespace Interneuron.Kernels;

/// <summary>
/// Solves the batches of several circuits at once, sample j of each in register j, a lane a circuit, to the bits that <see cref="Batch{TSolver, TKernel}"/> gives each circuit alone: no step of a
/// lane depends on its neighbours but those of the safeguarded solver, and what few samples need that are taken out, with the block of samples that they have beside them alone.
/// </summary>
/// <typeparam name="TLanes">The register.</typeparam>
/// <typeparam name="TSolver">The solver for the circuits' N, 1 or 2.</typeparam>
/// <typeparam name="TKernel">The potential.</typeparam>
internal sealed class Together<TLanes, TSolver, TKernel>
    where TLanes : struct, ILanes<TLanes>
    where TSolver : struct, ISolver
    where TKernel : struct, IPotentialKernel
{
    /// <summary>For each sample, bits of the circuits that have not settled.</summary>
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

    /// <summary>Solves count samples of each circuit from the responses in the workspace, and leaves the learning terms at the solutions.</summary>
    /// <param name="at">The first of them in the batch.</param>
    /// <param name="count">The number of samples.</param>
    /// <param name="learning">Bits of the circuits that count; the others are idle.</param>
    /// <param name="draws">Whose next batch is fetched meanwhile.</param>
    /// <returns>Bits of the circuits with a sample that has no fixed point.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal uint Learn(int at, int count, uint learning, DrawsTogether draws)
    {
        uint open = 0;
        for (int j = 0; j < count; j++)
        {
            _open[j] = TSolver.Improve<TLanes, TKernel>(Work, j * TLanes.Width) & learning;
            open |= _open[j];
            draws.Fetch(at + j);
        }

        for (int round = 1; open != 0 && round < Batch<TSolver, TKernel>.Rounds; round++)
        {
            open = 0;
            for (int j = 0; j < count; j++)
            {
                if (_open[j] != 0)
                {
                    _open[j] = Some<TLanes, TSolver, TKernel>.Improve(Work, j * TLanes.Width, _open[j] | ~learning) & learning;
                    open |= _open[j];
                }
            }
        }

        uint wrong = 0;
        for (int j = 0; j < count; j++)
        {
            _open[j] = TSolver.Learn<TLanes, TKernel>(Work, j * TLanes.Width) & learning;
            wrong |= _open[j];
        }

        return wrong == 0 ? 0 : Again(count);
    }

    /// <summary>The samples that did not verify: another step, then with safeguards, a block of samples as the circuit alone has it.</summary>
    private uint Again(int count)
    {
        uint wrong = 0;
        for (int j = 0; j < count; j++)
        {
            if (_open[j] != 0)
            {
                Some<TLanes, TSolver, TKernel>.Improve(Work, j * TLanes.Width, _open[j]);
                _open[j] = Some<TLanes, TSolver, TKernel>.Learn(Work, j * TLanes.Width, _open[j]);
                wrong |= _open[j];
            }
        }

        uint failed = 0;
        for (int c = 0; c < TLanes.Width; c++)
        {
            if ((wrong >> c & 1) != 0 && !Settle(count, c))
            {
                failed |= 1u << c;
                _outcomes[c] = Rows.Failures(Alone, count, 0);
            }
        }

        return failed;
    }

    /// <summary>Solves the blocks of circuit c again that have such samples.</summary>
    /// <returns>Whether all converged.</returns>
    private bool Settle(int count, int c)
    {
        Isolate(c);
        Alone.Residuals.Span.Clear();
        Alone.Accepted.Span.Clear();
        bool converged = true;
        int step;
        for (int at = 0; at < count; at += step)
        {
            step = Batch<TSolver, TKernel>.WidthAt(TLanes.Width, at, count);
            int samples = Math.Min(step, count - at);
            uint block = 0;
            foreach (uint bits in _open.AsSpan(at, samples))
            {
                block |= bits;
            }

            if ((block >> c & 1) != 0)
            {
                TakeOut(at, step, samples, c);
                converged &= Batch<TSolver, TKernel>.Settle(Alone, at, step, count);
                PutBack(at, step, samples, c);
            }
        }

        return converged;
    }

    /// <summary>A block of circuit c, from the lanes to the workspace of one; its idle lanes repeat the last sample.</summary>
    private void TakeOut(int at, int step, int samples, int c)
    {
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

    /// <summary>What solving and learning change, back.</summary>
    private void PutBack(int at, int step, int samples, int c)
    {
        for (int a = 0; a < Work.N; a++)
        {
            Lane.Put(Alone.Responses.Span.Slice((a * Alone.Lanes) + at, samples), Work.Responses.Span[((a * Work.Lanes) + (at * TLanes.Width))..], TLanes.Width, c);
        }

        if (Work.N == 1)
        {
            Lane.Put(Alone.Bends.Span.Slice(at, samples), Work.Bends.Span[(at * TLanes.Width)..], TLanes.Width, c);
        }

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
