namespace Interneuron;

/// <summary>What a learned parameter of a model is held to.</summary>
/// <example><code>Constraint interval = Constraint.Between(1, 3);</code></example>
public sealed class Constraint
{
    private Constraint(Derivation.Models.Constraint value) => Value = value;

    internal Derivation.Models.Constraint Value { get; }

    /// <summary>Any number.</summary>
    /// <example><code>model = model.Learning("W", [a, i], Constraint.None);</code></example>
    public static Constraint None { get; } = new(Derivation.Models.Constraint.Free);

    /// <summary>At least 0.</summary>
    /// <example><code>model = model.Learning("g", [i], Constraint.NonNegative);</code></example>
    public static Constraint NonNegative { get; } = new(Derivation.Models.Constraint.NonNegative);

    /// <summary>The column of each interneuron has length 1.</summary>
    /// <example><code>model = model.Learning("W", [a, i], Constraint.UnitColumns);</code></example>
    public static Constraint UnitColumns { get; } = new(Derivation.Models.Constraint.UnitColumns);

    /// <summary>Between two numbers.</summary>
    /// <param name="lower">The least value.</param>
    /// <param name="upper">The largest value, above the least; may be infinite.</param>
    /// <returns>The constraint.</returns>
    /// <exception cref="ArgumentException">The interval is empty.</exception>
    /// <example><code>model = model.Learning("theta", [i], Constraint.Between(1, 3));</code></example>
    public static Constraint Between(double lower, double upper) => lower < upper
        ? new(Derivation.Models.Constraint.NewBetween(lower, upper))
        : throw new ArgumentException($"The interval [{lower}, {upper}] is empty.", nameof(upper));
}
