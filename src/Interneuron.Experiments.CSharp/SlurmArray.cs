using Interneuron.Experiments;
using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;

namespace Interneuron;

/// <summary>What is asked of Slurm for a sweep: a job array, each of whose tasks runs a block of its cells.</summary>
/// <example><code>string? job = sweep.Submit(new SlurmArray { Partition = "short", Time = TimeSpan.FromHours(4), Cpus = 2 });</code></example>
public sealed record SlurmArray
{
    /// <summary>The partition; null for the cluster's default.</summary>
    /// <example><code>var array = new SlurmArray { Partition = "short" };</code></example>
    public string? Partition { get; init; }

    /// <summary>The most time of a task, in whole seconds; null for the partition's. What a task does not finish goes on in another.</summary>
    /// <example><code>var array = new SlurmArray { Time = TimeSpan.FromHours(4) };</code></example>
    public TimeSpan? Time { get; init; }

    /// <summary>The processors of a task, and how many cells it runs at once; at least 1.</summary>
    /// <example><code>var array = new SlurmArray { Cpus = 2 };</code></example>
    public int Cpus { get; init; } = 1;

    /// <summary>The most tasks at once; null for as many as there is room for.</summary>
    /// <example><code>var array = new SlurmArray { MostTasks = 50 };</code></example>
    public int? MostTasks { get; init; }

    /// <summary>The cells of a task; null for one, or as many as keep the array within a thousand tasks.</summary>
    /// <example><code>var array = new SlurmArray { Block = 10 };</code></example>
    public int? Block { get; init; }

    /// <summary>The command that starts the command line on the nodes, a word each.</summary>
    /// <example><code>var array = new SlurmArray { Program = ["/shared/tools/interneuron"] };</code></example>
    public IReadOnlyList<string> Program { get; init; } = ["interneuron"];

    internal FSharpList<string> Words => ListModule.OfSeq(Program);

    internal SlurmRequest Value
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(Cpus, 1);
            ArgumentOutOfRangeException.ThrowIfLessThan(MostTasks ?? 1, 1);
            ArgumentOutOfRangeException.ThrowIfLessThan(Block ?? 1, 1);
            return new SlurmRequest(
                Partition is null ? null : new FSharpOption<string>(Partition),
                Time is TimeSpan time ? new FSharpOption<string>($"{time.Days}-{time.Hours:00}:{time.Minutes:00}:{time.Seconds:00}") : null,
                Cpus,
                OptionOf(MostTasks),
                OptionOf(Block));
        }
    }

    private static FSharpOption<int>? OptionOf(int? value) => value is int there ? new FSharpOption<int>(there) : null;
}

/// <summary>The job array of a sweep, and what Slurm says of it.</summary>
/// <example><code>Console.WriteLine(sweep.Job is SlurmStanding job ? $"{job.Id}: {job.Tasks.GetValueOrDefault("running")} at work" : "no job");</code></example>
public sealed class SlurmStanding
{
    internal SlurmStanding(SlurmJob job)
    {
        Id = job.Id;
        Tasks = job.Tasks.ToDictionary(state => state.Item1, state => state.Item2);
    }

    /// <summary>Its number.</summary>
    /// <example><code>string? id = sweep.Job?.Id;</code></example>
    public string Id { get; }

    /// <summary>How many tasks are in which state, as Slurm calls them in small letters; empty where the array is over.</summary>
    /// <example><code>bool isOver = sweep.Job?.Tasks.Count == 0;</code></example>
    public IReadOnlyDictionary<string, int> Tasks { get; }
}
