using System.Globalization;
using Microsoft.AspNetCore.Components;
using Plotly.Blazor;
using Plotly.Blazor.Interop;
using Plotly.Blazor.LayoutLib;
using Plotly.Blazor.Traces.ScatterLib;
using AxisType = Plotly.Blazor.LayoutLib.YAxisLib.TypeEnum;
using Mode = Plotly.Blazor.Traces.ScatterLib.ModeFlag;
using Trace = Plotly.Blazor.Traces.Scatter;

namespace Interneuron.Studio.Components;

/// <summary>A plot as a live chart. It is drawn again when it is another plot, and not before the browser has drawn the last.</summary>
public sealed partial class Chart : ComponentBase
{
    private readonly string _id = $"chart-{Guid.NewGuid():N}";
    private readonly IList<ITrace> _data = [];
    private readonly Config _config = new() { Responsive = true, DisplayModeBar = Plotly.Blazor.ConfigLib.DisplayModeBarEnum.False };
    private Layout _layout = new();
    private PlotlyChart? _chart;
    private Plot? _drawn;
    private bool _isReady;
    private bool _isDrawing;

    /// <summary>What is shown.</summary>
    [Parameter, EditorRequired]
    public Plot Plot { get; set; } = null!;

    /// <summary>Told where the chart is clicked.</summary>
    [Parameter]
    public EventCallback<(double X, double Y)> OnPoint { get; set; }

    private int Height => Plot.IsPlane ? 350 : 240;

    private string Summary => $"{Plot.Title}: {Plot.Y} over {Plot.X}; {string.Join(", ", Plot.Lines.Where(line => line.IsNamed).Select(line => line.Name))}";

    /// <inheritdoc/>
    protected override void OnParametersSet()
    {
        if (ReferenceEquals(_drawn, Plot))
        {
            return;
        }

        _drawn = Plot;
        _data.Clear();
        foreach (Line line in Plot.Lines)
        {
            _data.Add(new Trace
            {
                Name = line.Name,
                ShowLegend = line.IsNamed && Plot.Lines.Count(other => other.IsNamed) > 1,
                X = [.. line.X.Select(Boxed)],
                Y = [.. line.Y.Select(Boxed)],
                // A single point has no line.
                Mode = line.X.Count == 1 ? Mode.Markers : Mode.Lines,
                HoverInfo = HoverInfoFlag.X | HoverInfoFlag.Y,
                Line = new Plotly.Blazor.Traces.ScatterLib.Line { Color = line.Colour, Width = 1.8m, Dash = line.IsDashed ? "dash" : "solid" },
            });
        }

        _layout = Laid(Plot);
    }

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!_isReady || _isDrawing || _chart is null)
        {
            return;
        }

        Plot? drawing = _drawn;
        _isDrawing = true;
        try
        {
            await _chart.React();
        }
        catch (Exception gone) when (gone is Microsoft.JSInterop.JSDisconnectedException or OperationCanceledException or ObjectDisposedException)
        {
            return;
        }
        finally
        {
            _isDrawing = false;
        }

        if (!ReferenceEquals(drawing, _drawn))
        {
            StateHasChanged();
        }
    }

    /// <inheritdoc/>
    protected override bool ShouldRender() => !_isDrawing;

    private static object Boxed(double value) => double.IsFinite(value) ? Math.Round(value, 6) : null!;

    private static IList<object>? Range((double From, double To)? range) => range is { } ends ? [ends.From, ends.To] : null;

    private Layout Laid(Plot plot) => new()
    {
        AutoSize = true,
        Height = Height,
        Margin = new Margin { L = 52, R = 12, T = 28, B = 40 },
        Font = new Plotly.Blazor.LayoutLib.Font { Size = 12, Family = "system-ui, sans-serif", Color = "#1f2937" },
        PaperBgColor = "rgba(0,0,0,0)",
        PlotBgColor = "rgba(0,0,0,0)",
        Legend =
        [
            new Legend
            {
                Orientation = Plotly.Blazor.LayoutLib.LegendLib.OrientationEnum.H,
                X = 0,
                Y = 1.01m,
                YAnchor = Plotly.Blazor.LayoutLib.LegendLib.YAnchorEnum.Bottom,
            },
        ],
        XAxis = [new XAxis { Title = new Plotly.Blazor.LayoutLib.XAxisLib.Title { Text = plot.X }, Range = Range(plot.XRange), ZeroLine = false, GridColor = "#e5e7eb" }],
        YAxis =
        [
            new YAxis
            {
                Title = new Plotly.Blazor.LayoutLib.YAxisLib.Title { Text = plot.Y },
                Range = Range(plot.YRange),
                ZeroLine = false,
                AutoMargin = Plotly.Blazor.LayoutLib.YAxisLib.AutoMarginFlag.True,
                GridColor = "#e5e7eb",
                Type = plot.IsLogarithmic ? AxisType.Log : AxisType.Linear,
                ScaleAnchor = plot.IsPlane ? "x" : null,
            },
        ],
    };

    private void Subscribe()
    {
        if (!_isReady)
        {
            _isReady = true;
            if (OnPoint.HasDelegate && _chart is not null)
            {
                _ = _chart.SubscribeClickEvent();
            }
        }
    }

    private void Point(IEnumerable<EventDataPoint> points) => _ = InvokeAsync(() => PointAsync(points));

    private Task PointAsync(IEnumerable<EventDataPoint> points) => points.FirstOrDefault() is { } point
        ? OnPoint.InvokeAsync((Convert.ToDouble(point.X?.ToString(), CultureInfo.InvariantCulture), Convert.ToDouble(point.Y?.ToString(), CultureInfo.InvariantCulture)))
        : Task.CompletedTask;
}
