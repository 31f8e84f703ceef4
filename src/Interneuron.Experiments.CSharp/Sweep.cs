using Interneuron.Core.Files;
using Interneuron.Experiments;
using Microsoft.FSharp.Core;

namespace Interneuron;

/// <summary>A sweep: the runs of a plan, in a folder. What is done there isn't done again, and what was stopped goes on where it was.</summary>
/// <example><code>
/// var sweep = new Sweep(SweepPlan.Of("gaussianise").Over("scene", "1..8").Over("seed", "1..10"), "study");
/// SweepStanding standing = sweep.Run(jobs: 2);
/// foreach (SweepRow row in sweep.Collect().Rows) Console.WriteLine($"{row.Settings["scene"]} {row.Numbers["ks"]}");
/// </code></example>
public sealed class Sweep
{
    private readonly Plan _plan;

    /// <summary>The sweep of a plan in a folder.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="folder">The folder; it is made when the sweep runs.</param>
    /// <exception cref="ArgumentException"><paramref name="folder"/> is empty, or the plan cannot be.</exception>
    /// <example><code>var sweep = new Sweep(SweepPlan.Load("plan.json"), "study");</code></example>
    public Sweep(SweepPlan plan, string folder)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        _plan = plan.Value;
        Folder = folder;
    }

    /// <summary>The folder.</summary>
    /// <example><code>Console.WriteLine(sweep.Folder);</code></example>
    public string Folder { get; }

    /// <summary>How its cells stand.</summary>
    /// <example><code>Console.WriteLine($"{sweep.Standing.Left} cells are left");</code></example>
    public SweepStanding Standing => Experiment.Told(() => new SweepStanding(Cells.count(Folder, _plan)));

    /// <summary>Runs what is left, and again what had failed. A cell that fails is a row with its reason, and the others go on.</summary>
    /// <param name="jobs">How many cells run at once, at least 1, each on a processor of its own; null for as many as there are processors.</param>
    /// <param name="progress">Told whenever a cell is over; nobody if null.</param>
    /// <param name="cancellation">Ends the run early; cells keep what they have learned for the next.</param>
    /// <returns>How the cells stand.</returns>
    /// <exception cref="ArgumentException">Another sweep is at work in the folder.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    /// <example><code>SweepStanding standing = sweep.Run();</code></example>
    public SweepStanding Run(int? jobs = null, IProgress<SweepStanding>? progress = null, CancellationToken cancellation = default)
    {
        int many = jobs ?? Environment.ProcessorCount;
        ArgumentOutOfRangeException.ThrowIfLessThan(many, 1, nameof(jobs));
        var report = FuncConvert.FromAction<Running.Report>(at => progress?.Report(new SweepStanding(at.Counts)));
        var say = FuncConvert.FromAction<string>(_ => { });
        return Experiment.Told(() => new SweepStanding(Running.plan(Folder, _plan, many, Checkpoints.usual, say, report, cancellation)));
    }

    /// <summary>Submits what is left, and again what had failed, to Slurm as a job array, and returns. The folder, the stimuli and the command line's program have to be on file systems that its nodes share.</summary>
    /// <param name="array">What is asked of Slurm; a processor a task if null.</param>
    /// <returns>The number of the job; null where no cell is left.</returns>
    /// <exception cref="ArgumentException">Slurm isn't here or refuses the job, or the folder has another sweep at work.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    /// <example><code>string? job = sweep.Submit(new SlurmArray { Partition = "short" });</code></example>
    public string? Submit(SlurmArray? array = null) => Experiment.Told(() =>
    {
        array ??= new SlurmArray();
        return Slurm.submit(array.Words, Folder, _plan, array.Value)?.Value;
    });

    /// <summary>The job array that was last submitted; null where there was none, or Slurm isn't here.</summary>
    /// <example><code>Console.WriteLine(sweep.Job?.Id ?? "none");</code></example>
    public SlurmStanding? Job => Experiment.Told(() => Slurm.job(Folder) is { } job ? new SlurmStanding(job.Value) : null);

    /// <summary>What came of it so far: a row for each cell, in the order of the plan.</summary>
    /// <returns>The table.</returns>
    /// <exception cref="IOException">A result cannot be read.</exception>
    /// <example><code>double[] ks = [.. sweep.Collect().Rows.Where(row => row.State == CellState.Done).Select(row => row.Numbers["ks"])];</code></example>
    public SweepTable Collect() => Experiment.Told(() => new SweepTable(_plan, Table.collect(Folder, _plan, true)));

    /// <summary>Writes the table as <c>table.parquet</c> and <c>table.csv</c>, the figure where the plan has one, and <c>result.json</c> into the folder.</summary>
    /// <param name="withTimes">Whether the table has columns of times, in which no two runs agree.</param>
    /// <returns>The paths of the files.</returns>
    /// <exception cref="ArgumentException">The figure's columns aren't there.</exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    /// <example><code>IReadOnlyList&lt;string&gt; files = sweep.Save();</code></example>
    public IReadOnlyList<string> Save(bool withTimes = true) =>
        Experiment.Told<IReadOnlyList<string>>(() => [.. Collecting.save(Collecting.collect(Folder, _plan, _plan.Axes, withTimes))]);
}

/// <summary>How many cells of a sweep stand how.</summary>
/// <example><code>SweepStanding standing = sweep.Standing;</code></example>
public sealed class SweepStanding
{
    internal SweepStanding(SweepCounts counts)
    {
        Done = counts.Done;
        Failed = counts.Failed;
        Left = counts.Left;
    }

    /// <summary>Those that have a result.</summary>
    /// <example><code>int done = sweep.Standing.Done;</code></example>
    public int Done { get; }

    /// <summary>Those that failed.</summary>
    /// <example><code>int failed = sweep.Standing.Failed;</code></example>
    public int Failed { get; }

    /// <summary>Those that are still to be run.</summary>
    /// <example><code>int left = sweep.Standing.Left;</code></example>
    public int Left { get; }
}
