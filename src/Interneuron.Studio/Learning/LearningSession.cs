using System.Diagnostics;
using System.Threading.Channels;

namespace Interneuron.Studio;

/// <summary>A circuit on its way.</summary>
/// <param name="Steps">Steps made of the run.</param>
/// <param name="Circuit">The circuit.</param>
/// <param name="Ending">How the run ended; null while it goes on.</param>
public sealed record Moment(int Steps, Circuit Circuit, LearningEnding? Ending);

/// <summary>A run of learning that goes on in the background until it is told to stop, and says ten times a second where it is. Who is slow to listen misses moments, not the last.</summary>
public sealed class LearningSession : IAsyncDisposable
{
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(100);

    private readonly LearningRun _run;
    private readonly Turns _turns;
    private readonly int? _pace;
    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<Moment> _moments = Channel.CreateBounded<Moment>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
    private readonly Task _work;

    /// <summary>Goes on with a run.</summary>
    /// <param name="run">The run, which is the session's until it is disposed.</param>
    /// <param name="turns">Whose turn it is.</param>
    /// <param name="pace">Steps in a second; null for as many as can be.</param>
    public LearningSession(LearningRun run, Turns turns, int? pace)
    {
        (_run, _turns, _pace) = (run, turns, pace);
        _work = Task.Run(LearnAsync);
    }

    /// <summary>Where it is; ends with the run, or when it is disposed.</summary>
    public ChannelReader<Moment> Moments => _moments.Reader;

    /// <summary>Stops within a few hundredths of a second; the run can be gone on with.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _work;
        _stop.Dispose();
    }

    private async Task LearnAsync()
    {
        // A turn takes about so long.
        const double turn = 0.02;
        var said = Stopwatch.StartNew();
        int chunk = 1;
        Exception? fault = null;
        try
        {
            while (_run.Ending is null)
            {
                int steps = _pace is int pace ? Math.Max(1, (int)(pace * 0.05)) : chunk;
                await _turns.TakeAsync(_stop.Token);
                var clock = Stopwatch.StartNew();
                try
                {
                    _run.Advance(steps);
                }
                finally
                {
                    _turns.Give();
                }

                double seconds = clock.Elapsed.TotalSeconds;
                chunk = seconds < turn / 2 ? Math.Min(2 * chunk, 1 << 24) : seconds > 2 * turn ? Math.Max(1, chunk / 2) : chunk;
                if (said.Elapsed > Between)
                {
                    Say();
                    said.Restart();
                }

                if (_pace is int perSecond)
                {
                    await Task.Delay(TimeSpan.FromSeconds(Math.Max(0, ((double)steps / perSecond) - seconds)), _stop.Token);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Told to stop.
        }
        catch (Exception wrong)
        {
            fault = wrong;
        }

        Say();
        _moments.Writer.Complete(fault);
    }

    private void Say() => _moments.Writer.TryWrite(new Moment(_run.Steps, _run.Circuit, _run.Ending));
}
