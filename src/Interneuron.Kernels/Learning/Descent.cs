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
        Workspace work = new(circuit, default(TKernel).Constants, Math.Min(tile, samples));
        work.Limit(0, tolerance, tolerance, 0);
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
            Batch<TSolver, TKernel>.Pad(work, count, width);
            if (!Batch<TSolver, TKernel>.Learn(work, count, width))
            {
                outcome = outcome.And(Rows.Failures(work, count, first));
            }

            Reduction.Sum(work, count, width);
            for (int row = 0; row < totals.Length; row++)
            {
                totals[row] += work.Sums[row];
            }

            dual += Rows.LinearPart(work, count);
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
}
