namespace Interneuron;

/// <summary>The values that a fast variable may take.</summary>
/// <example><code>model = model.WithVariable("y", k, Domain.NonNegative);</code></example>
public sealed class Domain
{
    private Domain(Derivation.Models.Domain value) => Value = value;

    internal Derivation.Models.Domain Value { get; }

    /// <summary>Any number.</summary>
    /// <example><code>model = model.WithVariable("y", k, Domain.Whole);</code></example>
    public static Domain Whole { get; } = new(Derivation.Models.Domain.Whole);

    /// <summary>At least 0.</summary>
    /// <example><code>model = model.WithVariable("y", k, Domain.NonNegative);</code></example>
    public static Domain NonNegative { get; } = new(Derivation.Models.Domain.NonNegative);

    /// <summary>At least 0, with the sum 1 over its neurons.</summary>
    /// <example><code>model = model.WithVariable("y", k, Domain.Simplex);</code></example>
    public static Domain Simplex { get; } = new(Derivation.Models.Domain.Simplex);

    /// <summary>Between two numbers.</summary>
    /// <param name="lower">The least value.</param>
    /// <param name="upper">The largest value, above the least; may be infinite.</param>
    /// <returns>The domain.</returns>
    /// <exception cref="ArgumentException">The interval is empty.</exception>
    /// <example><code>model = model.WithVariable("y", k, Domain.Between(0, 1));</code></example>
    public static Domain Between(double lower, double upper) => lower < upper
        ? new(Derivation.Models.Domain.NewBetween(lower, upper))
        : throw new ArgumentException($"The interval [{lower}, {upper}] is empty.", nameof(upper));
}

/// <summary>Which way a fast variable settles.</summary>
/// <example><code>model = model.WithVariable("n", i, settling: Settling.Maximises);</code></example>
public enum Settling
{
    /// <summary>To the least energy.</summary>
    Minimises,

    /// <summary>To the largest: the other side of a saddle.</summary>
    Maximises,
}

/// <summary>Which way a parameter learns.</summary>
/// <example><code>model = model.Learning("M", [k, l], Constraint.PositiveDefinite, way: LearningWay.Ascends);</code></example>
public enum LearningWay
{
    /// <summary>It descends on the objective.</summary>
    Descends,

    /// <summary>It ascends: the other side of a saddle.</summary>
    Ascends,

    /// <summary>It descends by the natural gradient of a matrix W, the derivative times W^T W.</summary>
    DescendsNaturally,
}

/// <summary>Where a parameter starts.</summary>
/// <example><code>model = model.Learning("M", [k, l], start: ParameterStart.Identity);</code></example>
public sealed class ParameterStart
{
    private ParameterStart(Derivation.Models.Start value) => Value = value;

    internal Derivation.Models.Start Value { get; }

    /// <summary>At random, inside its constraints and away from their ends.</summary>
    /// <example><code>model = model.Learning("W", [k, a], start: ParameterStart.AtRandom);</code></example>
    public static ParameterStart AtRandom { get; } = new(Derivation.Models.Start.AtRandom);

    /// <summary>1 where its two indices agree, else 0.</summary>
    /// <example><code>model = model.Learning("M", [k, l], start: ParameterStart.Identity);</code></example>
    public static ParameterStart Identity { get; } = new(Derivation.Models.Start.Identity);

    /// <summary>All of its numbers at one.</summary>
    /// <param name="value">The number, finite.</param>
    /// <returns>The start.</returns>
    /// <exception cref="ArgumentException">The number is not finite.</exception>
    /// <example><code>model = model.Learning("t", [k], start: ParameterStart.At(0));</code></example>
    public static ParameterStart At(double value) => double.IsFinite(value)
        ? new(Derivation.Models.Start.NewAll(value))
        : throw new ArgumentException($"A parameter starts at a finite number, not {value}.", nameof(value));

    /// <summary>Each of its numbers evenly at random between two.</summary>
    /// <param name="first">The least, finite.</param>
    /// <param name="last">The most, finite and not below the least.</param>
    /// <returns>The start.</returns>
    /// <exception cref="ArgumentException">A number is not finite, or the most is below the least.</exception>
    /// <example><code>model = model.Learning("theta", [k], start: ParameterStart.Between(1, 2));</code></example>
    public static ParameterStart Between(double first, double last) => double.IsFinite(first) && double.IsFinite(last) && first <= last
        ? new(Derivation.Models.Start.NewAmong(first, last))
        : throw new ArgumentException($"A parameter starts between two finite numbers in their order, not {first} and {last}.", nameof(last));

    /// <summary>At these numbers.</summary>
    /// <param name="numbers">One for each of its indices, the last index running fastest.</param>
    /// <returns>The start.</returns>
    /// <exception cref="ArgumentException">There are none, or one is not finite.</exception>
    /// <example><code>model = model.Learning("t", [k], start: ParameterStart.Table(0.1, 0.2));</code></example>
    public static ParameterStart Table(params IReadOnlyList<double> numbers)
    {
        ArgumentNullException.ThrowIfNull(numbers);
        return numbers.Count > 0 && numbers.All(double.IsFinite)
            ? new(Derivation.Models.Start.NewTable(Microsoft.FSharp.Collections.ListModule.OfSeq(numbers)))
            : throw new ArgumentException("A parameter starts at finite numbers, at least one.", nameof(numbers));
    }
}
