using Interneuron.Core.Files;
using Interneuron.Experiments;

namespace Interneuron;

/// <summary>What an experiment found.</summary>
/// <example><code>
/// ExperimentResult result = Experiment.Find("gaussianise").RunQuickly();
/// File.WriteAllBytes("figure.png", result.FigurePng());
/// </code></example>
public sealed class ExperimentResult
{
    private readonly Findings _value;

    internal ExperimentResult(Findings value)
    {
        _value = value;
        Table = [.. value.Table.Select(row => (row.Item1, row.Item2))];
    }

    /// <summary>Names and values, for people.</summary>
    /// <example><code>foreach (var (name, value) in Experiment.Find("gaussianise").RunQuickly().Table) Console.WriteLine($"{name}\t{value}");</code></example>
    public IReadOnlyList<(string Name, string Value)> Table { get; }

    /// <summary>One JSON object with all numbers, as result.json has it.</summary>
    /// <example><code>string json = Experiment.Find("gaussianise").RunQuickly().Json;</code></example>
    public string Json => JsonModule.toText(_value.Json);

    /// <summary>What the figure shows, in Markdown.</summary>
    /// <example><code>Console.WriteLine(Experiment.Find("gaussianise").RunQuickly().Caption);</code></example>
    public string Caption => FigureModule.caption(_value.Figure.Value);

    /// <summary>What the figure shows and how it came about, without the numbers, in HTML.</summary>
    /// <example><code>string html = Experiment.Find("gaussianise").RunQuickly().CaptionHtml;</code></example>
    public string CaptionHtml => FigureModule.captionHtml(_value.Figure.Value);

    /// <summary>The figure as a PNG.</summary>
    /// <returns>The bytes of the file.</returns>
    /// <example><code>File.WriteAllBytes("figure.png", Experiment.Find("gaussianise").RunQuickly().FigurePng());</code></example>
    public byte[] FigurePng() => FigureModule.toPng(_value.Figure.Value);

    /// <summary>The figure as a PDF.</summary>
    /// <returns>The bytes of the file.</returns>
    /// <example><code>File.WriteAllBytes("figure.pdf", Experiment.Find("gaussianise").RunQuickly().FigurePdf());</code></example>
    public byte[] FigurePdf() => FigureModule.toPdf(_value.Figure.Value);

    /// <summary>The figure as an SVG, its lettering as text.</summary>
    /// <returns>The text of the file.</returns>
    /// <example><code>File.WriteAllText("figure.svg", Experiment.Find("gaussianise").RunQuickly().FigureSvg());</code></example>
    public string FigureSvg() => FigureModule.toSvg(_value.Figure.Value);

    /// <summary>Writes figure, files and result.json into a folder, which is made if it isn't there; they appear together.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="withTrajectories">Whether J and the parameters over the steps are written too, as .npy files.</param>
    /// <returns>The paths of the files.</returns>
    /// <exception cref="ArgumentException"><paramref name="folder"/> is null or empty.</exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    /// <example><code>IReadOnlyList&lt;string&gt; files = Experiment.Find("gaussianise").RunQuickly().SaveTo("figures");</code></example>
    public IReadOnlyList<string> SaveTo(string folder, bool withTrajectories = false)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        try
        {
            return [.. _value.Save.Invoke(withTrajectories).Invoke(folder)];
        }
        catch (Statistics.Refusal refused)
        {
            throw new IOException(refused.Message, refused);
        }
    }
}
