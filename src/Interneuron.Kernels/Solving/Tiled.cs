namespace Interneuron.Kernels;

/// <summary>Work on many rows, in tiles of fixed size that any thread may take: the result does not depend on which thread took which.</summary>
internal static class Tiled
{
    internal static ResponseOutcome Run(
        int samples, int tile, int threads, Func<Workspace> work, Func<Workspace, int, int, ResponseOutcome> run)
    {
        int tiles = (int)(((long)samples + tile - 1) / tile);
        ResponseOutcome total = ResponseOutcome.Converged;
        if (tiles < 2 || threads == 1 || Processors.IsAlone)
        {
            Workspace single = work();
            for (int t = 0; t < tiles; t++)
            {
                total = total.And(run(single, t * tile, Math.Min(tile, samples - (t * tile))));
            }

            return total;
        }

        object gate = new();
        Parallel.For(
            0,
            tiles,
            new ParallelOptions { MaxDegreeOfParallelism = threads },
            () => (Work: work(), Outcome: ResponseOutcome.Converged),
            (t, _, local) => (local.Work, local.Outcome.And(run(local.Work, t * tile, Math.Min(tile, samples - (t * tile))))),
            local =>
            {
                lock (gate)
                {
                    total = total.And(local.Outcome);
                }
            });
        return total;
    }
}
