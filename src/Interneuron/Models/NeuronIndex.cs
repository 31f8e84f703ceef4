namespace Interneuron;

/// <summary>An index of a formula over populations: a letter, and the population that it runs over.</summary>
/// <example><code>NeuronIndex a = NeuronIndex.Primary("a"), i = NeuronIndex.Interneuron("i");</code></example>
public sealed class NeuronIndex
{
    private NeuronIndex(Derivation.Formulas.Index value) => Value = value;

    internal Derivation.Formulas.Index Value { get; }

    /// <summary>The letter.</summary>
    /// <example><code>string letter = i.Name;  // "i"</code></example>
    public string Name => Value.Name;

    /// <summary>An index of the N primary neurons.</summary>
    /// <param name="letter">a, b, c or d.</param>
    /// <returns>The index.</returns>
    /// <exception cref="ArgumentException">It is another letter.</exception>
    /// <example><code>NeuronIndex a = NeuronIndex.Primary("a");</code></example>
    public static NeuronIndex Primary(string letter) => Of(letter, Derivation.Formulas.PopulationModule.primary);

    /// <summary>An index of the K interneurons.</summary>
    /// <param name="letter">i, j, k or l.</param>
    /// <returns>The index.</returns>
    /// <exception cref="ArgumentException">It is another letter.</exception>
    /// <example><code>NeuronIndex i = NeuronIndex.Interneuron("i");</code></example>
    public static NeuronIndex Interneuron(string letter) => Of(letter, Derivation.Formulas.PopulationModule.interneurons);

    /// <summary>The letter.</summary>
    /// <returns>The letter.</returns>
    /// <example><code>Console.WriteLine(i);  // i</code></example>
    public override string ToString() => Name;

    internal static NeuronIndex Of(string letter, Derivation.Formulas.Population over)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(letter);
        var letters = over.Letters;
        return letters.Contains(letter)
            ? new NeuronIndex(new Derivation.Formulas.Index(letter, over))
            : throw new ArgumentException($"'{letter}' is not the letter of such an index; it is one of {string.Join(", ", letters)}.", nameof(letter));
    }
}
