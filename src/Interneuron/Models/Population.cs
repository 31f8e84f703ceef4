using Microsoft.FSharp.Collections;

namespace Interneuron;

/// <summary>A population of neurons: its name, how many there are, and the letters of its indices.</summary>
/// <example><code>
/// Population pixel = new("pixel", 16, "a", "b"), unit = new("unit", 8, "k", "l");
/// NeuronIndex a = pixel["a"], k = unit["k"];
/// </code></example>
public sealed class Population
{
    /// <summary>A population of one's own.</summary>
    /// <param name="name">Its name, by which populations are told apart.</param>
    /// <param name="size">How many neurons it has when the model runs, unless it is told otherwise; at least 1.</param>
    /// <param name="letters">The letters of its indices, at least one.</param>
    /// <exception cref="ArgumentException">The name or a letter is empty, there is no letter, or the size is less than 1.</exception>
    /// <example><code>Population unit = new("unit", 8, "k", "l");</code></example>
    public Population(string name, int size, params IReadOnlyList<string> letters)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        ArgumentNullException.ThrowIfNull(letters);
        if (letters.Count == 0 || letters.Any(string.IsNullOrWhiteSpace))
        {
            throw new ArgumentException($"The population {name} has letters for its indices, at least one, such as k.", nameof(letters));
        }

        Value = new Derivation.Formulas.Population(name, ListModule.OfSeq(letters));
        Size = size;
    }

    internal Derivation.Formulas.Population Value { get; }

    /// <summary>The name.</summary>
    /// <example><code>string name = unit.Name;  // "unit"</code></example>
    public string Name => Value.Name;

    /// <summary>How many neurons it has, unless the model is told otherwise.</summary>
    /// <example><code>int k = unit.Size;</code></example>
    public int Size { get; }

    /// <summary>One of its indices.</summary>
    /// <param name="letter">One of its letters.</param>
    /// <returns>The index.</returns>
    /// <exception cref="ArgumentException">It is another letter.</exception>
    /// <example><code>NeuronIndex k = unit["k"];</code></example>
    public NeuronIndex this[string letter] => NeuronIndex.Of(letter, Value);

    /// <summary>The name.</summary>
    /// <returns>The name.</returns>
    /// <example><code>Console.WriteLine(unit);  // unit</code></example>
    public override string ToString() => Name;
}
