using Interneuron.Core.Files;
using Interneuron.Experiments;

namespace Interneuron;

/// <summary>What follows from a model, written up: what <c>interneuron derive</c> writes into its folder.</summary>
/// <example><code>
/// ModelReport report = ModelReport.Of(Model.FromLibrary("gain-whitening"));
/// File.WriteAllText("report.md", report.Markdown);
/// </code></example>
public sealed class ModelReport
{
    private readonly Derived _value;

    private ModelReport(Derived value) => _value = value;

    /// <summary>Derives a model, and checks it and its rules.</summary>
    /// <param name="model">The model.</param>
    /// <param name="circuits">On how many random circuits the rules are checked, at least 1.</param>
    /// <param name="seed">The seed that they are drawn from.</param>
    /// <returns>The report.</returns>
    /// <exception cref="ArgumentException">The model is refused or ill-posed.</exception>
    /// <example><code>ModelReport report = ModelReport.Of(model, circuits: 9);</code></example>
    public static ModelReport Of(Model model, int circuits = 27, int seed = 1)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRangeException.ThrowIfLessThan(circuits, 1);
        try
        {
            return new ModelReport(DerivedModule.ofModel(circuits, seed, model.Value));
        }
        catch (Statistics.Refusal refused)
        {
            throw new ArgumentException(refused.Message, nameof(model), refused);
        }
    }

    /// <summary>The diagram of a model's circuit alone, as an SVG.</summary>
    /// <param name="derived">The model, derived.</param>
    /// <returns>The text of the file.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="derived"/> is null.</exception>
    /// <example><code>File.WriteAllText("circuit.svg", ModelReport.DiagramOf(model.Derive()));</code></example>
    public static string DiagramOf(DerivedModel derived)
    {
        ArgumentNullException.ThrowIfNull(derived);
        return Diagram.svg(derived.Value);
    }

    /// <summary>The report as Markdown, with its formulas in LaTeX.</summary>
    /// <example><code>File.WriteAllText("report.md", report.Markdown);</code></example>
    public string Markdown => Report.markdown(_value);

    /// <summary>The report as a complete LaTeX file.</summary>
    /// <example><code>File.WriteAllText("report.tex", report.Latex);</code></example>
    public string Latex => Report.latex(_value);

    /// <summary>The circuit's diagram as an SVG.</summary>
    /// <example><code>File.WriteAllText("circuit.svg", report.DiagramSvg);</code></example>
    public string DiagramSvg => Diagram.svg(_value.Derivation);

    /// <summary>The certificate as JSON.</summary>
    /// <example><code>File.WriteAllText("certificate.json", report.CertificateJson);</code></example>
    public string CertificateJson => JsonModule.toText(Report.certificate(_value));

    /// <summary>The certificate in a line: passed, or which rules fail what.</summary>
    /// <example><code>Console.WriteLine(report.Verdict);</code></example>
    public string Verdict => Report.verdict(_value);
}
