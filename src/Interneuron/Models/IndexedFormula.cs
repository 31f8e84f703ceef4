using Interneuron.Derivation.Formulas;
using Microsoft.FSharp.Collections;

namespace Interneuron;

/// <summary>
/// A formula over populations: quantities with indices, sums over an index, and potentials of them. Ordinary operators build it. Energies, costs and
/// losses of models are written in it, and derived learning rules are given as it.
/// </summary>
/// <example><code>
/// IndexedFormula z = IndexedFormula.Sum(a, IndexedFormula.Parameter("W", a, i) * IndexedFormula.Response(a));
/// Console.WriteLine(z);  // sum(a, W[a,i]*r[a])
/// </code></example>
public sealed class IndexedFormula
{
    internal IndexedFormula(Indexed value) => Value = value;

    internal Indexed Value { get; }

    /// <summary>The formula in LaTeX, for mathematics mode with amsmath.</summary>
    /// <example><code>string latex = rule.Online.Latex;</code></example>
    public string Latex => IndexedPrint.latex(Value);

    /// <summary>The formula in MathML Core: one element, for inside a math element.</summary>
    /// <example><code>string page = $"&lt;math&gt;{rule.Online.MathMl}&lt;/math&gt;";</code></example>
    public string MathMl => IndexedPrint.mathml(Value);

    /// <summary>The formula as one line with Greek letters and sums as they are printed, for screens.</summary>
    /// <example><code>Console.WriteLine(rule.Online.Unicode);</code></example>
    public string Unicode => IndexedPrint.unicode(Value);

    /// <summary>A number as a formula.</summary>
    /// <param name="number">The number.</param>
    /// <returns>The formula.</returns>
    /// <example><code>IndexedFormula half = 0.5;</code></example>
    public static implicit operator IndexedFormula(double number) => new(IndexedModule.number(number));

    /// <summary>The sum of two formulas.</summary>
    /// <param name="a">The first term.</param>
    /// <param name="b">The second term.</param>
    /// <returns>a + b.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <example><code>IndexedFormula energy = cost + drive;</code></example>
    public static IndexedFormula operator +(IndexedFormula a, IndexedFormula b) => new(Of(a) + Of(b));

    /// <summary>The difference of two formulas.</summary>
    /// <param name="a">The first term.</param>
    /// <param name="b">The term that is subtracted.</param>
    /// <returns>a - b.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <example><code>IndexedFormula error = IndexedFormula.Response(a) - IndexedFormula.Stimulus(a);</code></example>
    public static IndexedFormula operator -(IndexedFormula a, IndexedFormula b) => new(Of(a) - Of(b));

    /// <summary>The product of two formulas.</summary>
    /// <param name="a">The first factor.</param>
    /// <param name="b">The second factor.</param>
    /// <returns>a b.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <example><code>IndexedFormula weighted = w * r;</code></example>
    public static IndexedFormula operator *(IndexedFormula a, IndexedFormula b) => new(Of(a) * Of(b));

    /// <summary>A formula over a number.</summary>
    /// <param name="a">The numerator.</param>
    /// <param name="b">The denominator.</param>
    /// <returns>a / b.</returns>
    /// <exception cref="ArgumentNullException">The numerator is null.</exception>
    /// <example><code>IndexedFormula half = r * r / 2;</code></example>
    public static IndexedFormula operator /(IndexedFormula a, double b) => new(Of(a) / b);

    /// <summary>A formula with the opposite sign.</summary>
    /// <param name="a">The formula.</param>
    /// <returns>-a.</returns>
    /// <exception cref="ArgumentNullException">The argument is null.</exception>
    /// <example><code>IndexedFormula drive = -(s * r);</code></example>
    public static IndexedFormula operator -(IndexedFormula a) => new(-Of(a));

    /// <summary>The response r of a primary neuron.</summary>
    /// <param name="at">Its index.</param>
    /// <returns>r[at].</returns>
    /// <exception cref="ArgumentNullException">The index is null.</exception>
    /// <example><code>IndexedFormula r = IndexedFormula.Response(a);</code></example>
    public static IndexedFormula Response(NeuronIndex at) => Parameter("r", at);

    /// <summary>The stimulus s of a primary neuron.</summary>
    /// <param name="at">Its index.</param>
    /// <returns>s[at].</returns>
    /// <exception cref="ArgumentNullException">The index is null.</exception>
    /// <example><code>IndexedFormula s = IndexedFormula.Stimulus(a);</code></example>
    public static IndexedFormula Stimulus(NeuronIndex at) => Parameter("s", at);

    /// <summary>A parameter or constant by its name, at indices: g[i], W[a,i], or without an index, leak.</summary>
    /// <param name="name">The name.</param>
    /// <param name="at">Its indices.</param>
    /// <returns>The quantity.</returns>
    /// <exception cref="ArgumentException">The name is empty or an index null.</exception>
    /// <example><code>IndexedFormula w = IndexedFormula.Parameter("W", a, i), leak = IndexedFormula.Parameter("leak");</code></example>
    public static IndexedFormula Parameter(string name, params IReadOnlyList<NeuronIndex> at)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(at);
        if (at.Any(index => index is null))
        {
            throw new ArgumentException("One of the indices is null.", nameof(at));
        }

        return new IndexedFormula(IndexedModule.symbol(name, ListModule.OfSeq(at.Select(index => index.Value))));
    }

    /// <summary>The sum over an index.</summary>
    /// <param name="over">The index.</param>
    /// <param name="body">What is summed.</param>
    /// <returns>The sum.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <example><code>IndexedFormula z = IndexedFormula.Sum(a, w * r);</code></example>
    public static IndexedFormula Sum(NeuronIndex over, IndexedFormula body)
    {
        ArgumentNullException.ThrowIfNull(over);
        return new IndexedFormula(IndexedModule.sum(over.Value, Of(body)));
    }

    /// <summary>A potential of its parameters and its input; F in derived rules, with f for its derivative.</summary>
    /// <param name="potential">The potential.</param>
    /// <param name="arguments">Its parameters in their order, then its input.</param>
    /// <returns>F(theta, z).</returns>
    /// <exception cref="ArgumentException">There are too many or too few arguments, or one is null.</exception>
    /// <example><code>IndexedFormula f = IndexedFormula.Potential(Potentials.PowerMixture, theta, z);</code></example>
    public static IndexedFormula Potential(Potential potential, params IReadOnlyList<IndexedFormula> arguments)
    {
        ArgumentNullException.ThrowIfNull(potential);
        ArgumentNullException.ThrowIfNull(arguments);
        if (arguments.Count != potential.Parameters.Count + 1)
        {
            throw new ArgumentException($"{potential.Name} has {potential.Parameters.Count + 1} arguments, not {arguments.Count}.", nameof(arguments));
        }

        return new IndexedFormula(IndexedModule.potential(potential.Value, ListModule.OfSeq(arguments.Select(Of))));
    }

    /// <summary>The formula as one line of text, as model files have it.</summary>
    /// <returns>For instance "sum(a, W[a,i]*r[a])".</returns>
    /// <example><code>Console.WriteLine(rule.Online);  // n[i]*r[a]</code></example>
    public override string ToString() => IndexedPrint.text(Value);

    private static Indexed Of(IndexedFormula formula)
    {
        ArgumentNullException.ThrowIfNull(formula);
        return formula.Value;
    }
}
