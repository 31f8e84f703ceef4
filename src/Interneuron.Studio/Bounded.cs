using System.Runtime;

namespace Interneuron.Studio;

/// <summary>Work on what people type, which ends when it takes too long or too much memory, wherever it is.</summary>
internal static class Bounded
{
    private static readonly SemaphoreSlim OneAtATime = new(1);

    /// <summary>Does it on a thread of its own, after what others have asked for.</summary>
    /// <exception cref="FormatException">It took too long, or too much memory.</exception>
    public static Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellation = default) => RunAsync(work, Limits.Thought, Limits.Memory, cancellation);

    /// <summary>The same with other bounds.</summary>
    public static async Task<T> RunAsync<T>(Func<T> work, TimeSpan time, long memory, CancellationToken cancellation = default)
    {
        await OneAtATime.WaitAsync(cancellation);
        try
        {
            return await Task.Factory.StartNew(() => Run(work, time, memory, cancellation), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        finally
        {
            OneAtATime.Release();
        }
    }

    private static T Run<T>(Func<T> work, TimeSpan time, long memory, CancellationToken cancellation)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        late.CancelAfter(time);
        bool isLarge = false;
        long before = GC.GetTotalMemory(false);
        using var watch = new Timer(
            _ =>
            {
                if (GC.GetTotalMemory(false) - before > memory)
                {
                    isLarge = true;
                    late.Cancel();
                }
            },
            null, 50, 50);
        T? result = default;
        Exception? failure = null;
        try
        {
#pragma warning disable SYSLIB0046 // Derivations know no cancellation. What one leaves half done nobody else sees: formulas are values, and locks are let go.
            ControlledExecution.Run(
                () =>
                {
                    try
                    {
                        result = work();
                    }
                    catch (Exception wrong) when (wrong is not ThreadAbortException)
                    {
                        failure = wrong;
                    }
                },
                late.Token);
#pragma warning restore SYSLIB0046
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new FormatException(isLarge
                ? "this takes more memory than a page is given; the command line has no such limit"
                : $"this takes longer than {time.TotalSeconds:0.#} s; the command line has no such limit");
        }

        return failure is null ? result! : throw Told(failure);
    }

    /// <summary>Any failure as one line.</summary>
    public static Exception Told(Exception failure) => failure switch
    {
        FormatException or OperationCanceledException => failure,
        InsufficientExecutionStackException => new FormatException("this is nested too deeply", failure),
        OutOfMemoryException => new FormatException("this takes more memory than there is", failure),
        ArgumentException => new FormatException(failure.Message.Split(" (Parameter")[0], failure),
        _ => new FormatException(failure.Message.Split('\n')[0], failure),
    };
}
