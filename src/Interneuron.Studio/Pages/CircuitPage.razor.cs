using System.Globalization;
using Interneuron.Studio.Components;
using Microsoft.AspNetCore.Components;

namespace Interneuron.Studio.Pages;

/// <summary>A circuit that learns.</summary>
public sealed partial class CircuitPage : ComponentBase, IAsyncDisposable
{
    private Workbench _bench = null!;
    private Onset? _onset;
    private (History, IReadOnlyList<Plot>)? _courses;

    [Inject]
    private StimulusStore Store { get; set; } = null!;

    [Inject]
    private Turns Turns { get; set; } = null!;

    [Inject]
    private Presence Presence { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    private bool IsReady => _bench is { View: not null, IsBusy: false };

    private string Where => $"{_bench.State.Made:n0} of {_bench.State.Now.Steps:n0} steps"
        + (_bench.State.Phases.Length > 1 ? $" of phase {_bench.State.Phases.Length}" : "") + (_bench.IsLearning ? ", learning" : "");

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Presence.Gone -= _bench.LeaveAsync;
        Presence.Back -= _bench.ReturnAsync;
        return _bench.DisposeAsync();
    }

    /// <inheritdoc/>
    protected override void OnInitialized()
    {
        _bench = new Workbench(Store, Turns);
        Presence.Gone += _bench.LeaveAsync;
        Presence.Back += _bench.ReturnAsync;
    }

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender)
        {
            return;
        }

        _bench.Changed += () => InvokeAsync(() =>
        {
            StateHasChanged();
            KeepLink();
        });
        string query = new Uri(Navigation.Uri).Query;
        try
        {
            await _bench.OpenAsync(StateLink.Parse(query));
        }
        catch (FormatException wrong)
        {
            await _bench.OpenAsync(new StudioState());
            _bench.Complain(wrong.Message);
            StateHasChanged();
        }
    }

    private Task AnewAsync(StudioState state) => _bench.OpenAnewAsync(state.Reset());

    private Task PaceAsync(string? pace) => _bench.PaceAsync(int.TryParse(pace, NumberStyles.None, CultureInfo.InvariantCulture, out int steps) ? steps : null);

    private Task PointAsync(Plot plot, (double X, double Y) point)
    {
        double[]? stimulus = _bench.State.Primaries == 2
            ? plot.Title == "Stimuli" ? [point.X, point.Y] : null
            : plot.Title is "Stimuli" or "Transform" ? [point.X] : null;
        if (stimulus is not null)
        {
            _onset?.Show(stimulus);
        }

        return Task.CompletedTask;
    }

    // The address is the link of what is shown; while it learns, of where it began.
    private void KeepLink()
    {
        if (_bench is { IsLearning: false, Problem: null })
        {
            string link = Navigation.BaseUri + StateLink.Query(_bench.State);
            if (Navigation.Uri != link)
            {
                Navigation.NavigateTo(link, new NavigationOptions { ReplaceHistoryEntry = true });
            }
        }
    }

    private IReadOnlyList<Plot> Courses(View view)
    {
        History history = _bench.History;
        if (_courses is not var (shown, plots) || !ReferenceEquals(shown, history))
        {
            plots = PlotsOf(history, view);
            _courses = (history, plots);
        }

        return plots;
    }

    private static List<Plot> PlotsOf(History history, View view)
    {
        bool isSingle = view.Circuit.Primaries == 1;
        var plots = new List<Plot> { new("Objective", "step", "J", [history.Line("J", mark => mark.J, Colours.Circuit)]) };
        plots.Add(isSingle
            ? new Plot("Gap to optimal transport", "step", "J − J opt", [history.Line("gap", mark => Math.Max(mark.Gap, 1e-9), Colours.Circuit)]) { IsLogarithmic = true }
            : new Plot("Mutual information", "step", "nats", [history.Line("information", mark => mark.Information, Colours.Circuit)]));
        plots.Add(new Plot("Gains", "step", "g", history.Each("g", (mark, i) => mark.Gains[i])));
        for (int p = 0; p < view.Circuit.Potential.Parameters.Count; p++)
        {
            int parameter = p;
            string name = view.Circuit.Potential.Parameters[p].Name;
            plots.Add(new Plot($"Parameter {name}", "step", name, history.Each(name, (mark, i) => mark.Theta.Columns > parameter ? mark.Theta[i, parameter] : double.NaN)));
        }

        return plots;
    }
}
