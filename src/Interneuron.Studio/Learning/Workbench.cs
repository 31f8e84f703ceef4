namespace Interneuron.Studio;

/// <summary>
/// A page's circuit at work: it keeps a state, learns from it, and says when there is something new to see. Whatever goes wrong is a line, and the state before stays.
/// </summary>
public sealed class Workbench(StimulusStore store, Turns turns) : IAsyncDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private readonly CancellationTokenSource _closed = new();
    private Circuit? _beginning;
    private Grid? _stimuli;
    private Observer? _observer;
    private LearningRun? _run;
    private LearningSession? _session;
    private Task _watching = Task.CompletedTask;

    /// <summary>What it is and how far it has learned.</summary>
    public StudioState State { get; private set; } = new();

    /// <summary>What it looks like; null before the first look.</summary>
    public View? View { get; private set; }

    /// <summary>Learning so far.</summary>
    public History History { get; private set; } = History.Empty;

    /// <summary>What went wrong, in a line.</summary>
    public string? Problem { get; private set; }

    /// <summary>Whether it learns.</summary>
    public bool IsLearning => _session is not null;

    /// <summary>Whether something is being got ready.</summary>
    public bool IsBusy { get; private set; }

    /// <summary>Steps in a second while it learns; null for as many as can be. At first as many as eyes can follow.</summary>
    public int? Pace { get; private set; } = 20_000;

    /// <summary>Told when there is something new to see, from any thread.</summary>
    public event Func<Task>? Changed;

    /// <summary>Shows a state, whatever was there before.</summary>
    public Task OpenAsync(StudioState state) => InTurn(async () =>
    {
        await HaltAsync();
        await PrepareAsync(state);
    });

    /// <summary>Shows another circuit, from its start.</summary>
    public Task OpenAnewAsync(StudioState state) => InTurn(async () =>
    {
        await HaltAsync();
        await PrepareAsync(state, History.Empty);
    });

    /// <summary>Says what went wrong elsewhere.</summary>
    public void Complain(string problem) => Problem = problem;

    /// <summary>Another present phase: it goes on from what it has learned, and learns on if it did.</summary>
    public Task TurnAsync(Phase next) => InTurn(async () =>
    {
        bool learned = IsLearning;
        await RestAsync();
        await PrepareAsync(State.Turn(next));
        if (learned)
        {
            await GoAsync();
        }
    });

    /// <summary>Learns, or learns on.</summary>
    public Task StartAsync() => InTurn(GoAsync);

    /// <summary>Stops for now.</summary>
    public Task PauseAsync() => InTurn(RestAsync);

    /// <summary>Stops at once, while nobody looks.</summary>
    public Task LeaveAsync() => InTurn(HaltAsync);

    /// <summary>Shows where it stopped while nobody looked.</summary>
    public Task ReturnAsync() => InTurn(() => _run is null || IsLearning ? Task.CompletedTask : SettleAsync());

    /// <summary>Learns at another pace.</summary>
    public Task PaceAsync(int? pace) => InTurn(async () =>
    {
        bool learned = IsLearning;
        await HaltAsync();
        Pace = pace;
        if (learned)
        {
            await GoAsync();
        }
    });

    /// <summary>One step.</summary>
    public Task StepAsync() => InTurn(async () =>
    {
        await HaltAsync();
        await Task.Run(() =>
        {
            LearningRun run = Run();
            run.Advance(1);
            Say(run);
        });
        await SettleAsync();
    });

    /// <summary>Forgets what was learned.</summary>
    public Task ResetAsync() => InTurn(async () =>
    {
        await HaltAsync();
        await PrepareAsync(State.Reset(), History.Empty);
    });

    /// <summary>The response to a stimulus over time, for as long as it takes.</summary>
    /// <exception cref="ArgumentException">The stimulus is not finite.</exception>
    public Transient? TransientOf(double[] stimulus)
    {
        if (View?.Circuit is not Circuit circuit)
        {
            return null;
        }

        double[] r = circuit.Respond(new Grid(1, stimulus.Length, stimulus)).EnsureConverged().R.Row(0).ToArray();
        Grid h = circuit.Hessian(r);
        double middle = stimulus.Length == 1 ? h[0, 0] : (h[0, 0] + h[1, 1]) / 2;
        double slowest = stimulus.Length == 1 ? middle : middle - Math.Sqrt((Math.Pow(h[0, 0] - h[1, 1], 2) / 4) + (h[0, 1] * h[0, 1]));
        return circuit.Transient(stimulus, Math.Clamp(8 / Math.Max(slowest, 1e-3), 0.1, 200), tolerance: 1e-5);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Changed = null;
        await _closed.CancelAsync();
        if (_session is not null)
        {
            await _session.DisposeAsync();
        }
    }

    private async Task InTurn(Func<Task> work)
    {
        await _turn.WaitAsync(_closed.Token);
        try
        {
            (Problem, IsBusy) = (null, true);
            await work();
        }
        catch (OperationCanceledException) when (_closed.IsCancellationRequested)
        {
            return;
        }
        catch (Exception wrong)
        {
            Problem = Bounded.Told(wrong).Message;
        }
        finally
        {
            IsBusy = false;
            _turn.Release();
        }

        await TellAsync();
    }

    private Task TellAsync() => Changed?.Invoke() ?? Task.CompletedTask;

    // Everything is found before anything changes: a state that cannot be leaves the one that was there.
    private async Task PrepareAsync(StudioState state, History? history = null)
    {
        await Bounded.RunAsync(() => Replay.Check(state), _closed.Token);
        var (beginning, stimuli, observer, view) = await Task.Run(() =>
        {
            Grid seen = store.Load(state, state.Now);
            Circuit start = Replay.Beginning(state, store, _closed.Token);
            Observer watching = Observer.Of(seen, Replay.Target(state.Now));
            Circuit now = state.Made == 0 ? start : Replay.Learned(state, start, seen, state.Phases.Length - 1, state.Made, _closed.Token).Circuit;
            return (start, seen, watching, watching.Look(now, state.Before + state.Made, true));
        });
        (State, _beginning, _stimuli, _observer, _run) = (state, beginning, stimuli, observer, null);
        History = history ?? History;
        Show(view);
    }

    private void Show(View view)
    {
        View = view;
        History = History.Add(view.Mark);
    }

    private LearningRun Run()
    {
        if (_run is null)
        {
            _run = new LearningRun(_beginning!, _stimuli!, Replay.Options(State, State.Phases.Length - 1, State.Now.Steps));
            _run.Advance(State.Made, _closed.Token);
        }

        return _run;
    }

    private async Task GoAsync()
    {
        if (_session is not null || _beginning is null)
        {
            return;
        }

        LearningRun run = await Task.Run(Run);
        if (run.Ending is null)
        {
            _session = new LearningSession(run, turns, Pace);
            _watching = Task.Run(() => WatchAsync(_session, run));
        }
    }

    // Whoever watches takes as long between looks as ten looks take, so that learning has the machine.
    private async Task WatchAsync(LearningSession session, LearningRun run)
    {
        try
        {
            await foreach (Moment moment in session.Moments.ReadAllAsync(_closed.Token))
            {
                var clock = System.Diagnostics.Stopwatch.StartNew();
                View view = _observer!.Look(moment.Circuit, State.Before + moment.Steps, false);
                // A session that was stopped while this was looked at is no longer what the page shows.
                if (session != _session)
                {
                    return;
                }

                State = State with { Made = moment.Steps };
                Show(view);
                await TellAsync();
                if (moment.Ending is null)
                {
                    await Task.Delay(TimeSpan.FromTicks(Math.Min(5 * clock.Elapsed.Ticks, TimeSpan.TicksPerSecond)), _closed.Token);
                }
            }

            if (run.Ending is not null && session == _session)
            {
                await InTurn(async () =>
                {
                    await HaltAsync();
                    await SettleAsync();
                    Fail(run);
                });
            }
        }
        catch (OperationCanceledException)
        {
            // The page was closed.
        }
        catch (Exception wrong)
        {
            await InTurn(async () =>
            {
                await HaltAsync();
                throw Bounded.Told(wrong);
            });
        }
    }

    private static void Fail(LearningRun run)
    {
        switch (run.Ending)
        {
            case LearningEnding.NoResponse:
                throw new FormatException($"learning ended after {run.Steps} steps: the stimulus in row {run.FailedStimulus} has no response");
            case LearningEnding.Diverged:
                throw new FormatException($"learning ended after {run.Steps} steps: a gain went beyond all bounds");
            default:
                break;
        }
    }

    private void Say(LearningRun run) => State = State with { Made = run.Steps };

    private async Task HaltAsync()
    {
        if (_session is LearningSession session)
        {
            _session = null;
            await session.DisposeAsync();
            Say(_run!);
        }
    }

    private async Task RestAsync()
    {
        if (_session is not null)
        {
            await HaltAsync();
            await SettleAsync();
        }
    }

    // A run that was stopped on its way is at the latest circuit, and what so many steps come to is an average: the state's own circuit is shown.
    private Task SettleAsync() => Task.Run(() =>
    {
        LearningRun run = _run!;
        Circuit circuit = run.Ending == LearningEnding.Finished || run.Steps == 0
            ? run.Circuit
            : run.Ending is null ? Replay.Learned(State, _beginning!, _stimuli!, State.Phases.Length - 1, run.Steps, _closed.Token).Circuit : run.Circuit;
        Show(_observer!.Look(circuit, State.Before + run.Steps, true));
    });
}
