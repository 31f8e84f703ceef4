namespace Interneuron.Kernels;

/// <summary>Minus the gradient of J on a batch.</summary>
/// <typeparam name="TSolver">The solver for the circuit's N.</typeparam>
/// <typeparam name="TKernel">The potential.</typeparam>
internal static class Descent<TSolver, TKernel>
    where TSolver : struct, ISolver
    where TKernel : struct, IPotentialKernel
{
    private const int Usual = 64;

    internal static ResponseOutcome Evaluate(
        CircuitState circuit, TargetNodes target, ReadOnlySpan<double> stimuli, int samples, Gradient gradient, double tolerance, int width, CancellationToken cancellation)
    {
        int tile = Workspace.TileOf(circuit, Usual);
        Workspace work = new(circuit, default(TKernel).Constants, Math.Min(tile, samples)) { Tolerance = tolerance, Least = tolerance };
        work.Prepare<TKernel>(circuit);
        TargetTerms expected = new(target, work);
        expected.Evaluate<TKernel>(work, width);
        double[] totals = new double[work.Sums.Length];
        double dual = 0;
        ResponseOutcome outcome = ResponseOutcome.Converged;
        for (int first = 0; first < samples; first += tile)
        {
            cancellation.ThrowIfCancellationRequested();
            int count = Math.Min(tile, samples - first);
            Rows.Read(work, stimuli.Slice(first * work.N, count * work.N), count);
            Batch<TSolver, TKernel>.Pad(work, count);
            if (!Batch<TSolver, TKernel>.Learn(work, count, width))
            {
                outcome = outcome.And(Rows.Failures(work, count, first));
            }

            Reduction.Sum(work, count, width);
            for (int row = 0; row < totals.Length; row++)
            {
                totals[row] += work.Sums[row];
            }

            dual += LinearPart(work, count);
        }

        double potential = 0;
        double targetPotential = 0;
        for (int i = 0; i < work.K; i++)
        {
            double gain = circuit.Gains[i];
            potential += gain * totals[i];
            targetPotential += gain * expected.Values[i];
            gradient.Gains[i] = Term(0, i);
            for (int p = 0; p < work.P; p++)
            {
                gradient.Theta[(i * work.P) + p] = gain * Term(1 + p, i);
            }

            for (int a = 0; a < work.Rows - 1 - work.P; a++)
            {
                gradient.Synapses[(i * work.N) + a] = gain * Term(1 + work.P + a, i);
            }
        }

        gradient.Dual = (dual - potential) / samples;
        gradient.TargetPotential = targetPotential;
        return outcome;

        double Term(int row, int i) => (totals[(row * work.K) + i] / samples) - expected.Values[(row * work.K) + i];
    }

    /// <summary>The sum of s . r - lambda |r|^2 / 2.</summary>
    private static double LinearPart(Workspace work, int count)
    {
        double sum = 0;
        for (int a = 0; a < work.N; a++)
        {
            ReadOnlySpan<double> s = work.Stimuli.Span.Slice(a * work.Lanes, count);
            ReadOnlySpan<double> r = work.Responses.Span.Slice(a * work.Lanes, count);
            for (int j = 0; j < count; j++)
            {
                sum += r[j] * (s[j] - (0.5 * work.Circuit.Leak * r[j]));
            }
        }

        return sum;
    }
}
