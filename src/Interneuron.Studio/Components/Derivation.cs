namespace Interneuron.Studio.Components;

/// <summary>What follows from a model's text, as the page shows it.</summary>
/// <param name="Model">The model.</param>
/// <param name="Derived">Its dynamics and rules.</param>
/// <param name="Findings">Whether it is well posed.</param>
/// <param name="Diagram">Its diagram, an SVG.</param>
public sealed record Derivation(Model Model, DerivedModel Derived, IReadOnlyList<Finding> Findings, string Diagram)
{
    /// <summary>Reads and derives.</summary>
    /// <exception cref="FormatException">The text is no model, or is refused; the message begins with the place where it is known.</exception>
    public static Task<Derivation> OfAsync(string text, CancellationToken cancellation) => text.Length > Limits.Model
        ? throw new FormatException($"the model has more than {Limits.Model} letters; the command line takes longer ones")
        : Bounded.RunAsync(
            () =>
            {
                Model model = Model.Parse(text);
                DerivedModel derived = model.Derive();
                return new Derivation(model, derived, derived.Findings, ModelReport.DiagramOf(derived));
            },
            cancellation);

    /// <summary>The page of the circuit on which the model learns; null where the fast engine does not know its energy.</summary>
    public string? Bench()
    {
        if (Derived.Fast is not FastCircuit fast || !Model.Sizes.TryGetValue("primary", out int n) || n > 2)
        {
            return null;
        }

        bool isKnown = Potentials.TryFind(fast.Potential.Name, out Potential? known) && known.Formula.Equals(fast.Potential.Formula);
        var state = new StudioState
        {
            Potential = isKnown ? fast.Potential.Name : fast.Potential.Formula.ToString(),
            Parameters = isKnown ? "" : string.Join("; ", fast.Potential.Parameters.Select(Written)),
            Primaries = n,
            Interneurons = fast.Start.Interneurons,
            Leak = fast.Start.Leak,
            Learns = fast.Learning.Learns,
        };
        return "/" + StateLink.Query(state with { Phases = [state.Now with { Target = fast.Start.Target.Name }] });
    }

    /// <summary>A parameter as its text.</summary>
    public static string Written(Parameter parameter) => FormattableString.Invariant(
        $"{parameter.Name} in [{End(parameter.Lower)},{End(parameter.Upper)}] from [{StateLink.Real(parameter.Initial.From)},{StateLink.Real(parameter.Initial.To)}]");

    private static string End(double end) => double.IsPositiveInfinity(end) ? "inf" : double.IsNegativeInfinity(end) ? "-inf" : StateLink.Real(end);
}
