namespace Interneuron;

/// <summary>What a learned parameter of a model is held to.</summary>
/// <example><code>Constraint interval = Constraint.Between(1, 3);</code></example>
public sealed class Constraint
{
    private Constraint(params Derivation.Models.Constraint[] values) => Values = values;

    internal IReadOnlyList<Derivation.Models.Constraint> Values { get; }

    /// <summary>Any number.</summary>
    /// <example><code>model = model.Learning("W", [a, i], Constraint.None);</code></example>
    public static Constraint None { get; } = new();

    /// <summary>At least 0.</summary>
    /// <example><code>model = model.Learning("g", [i], Constraint.NonNegative);</code></example>
    public static Constraint NonNegative { get; } = new(Derivation.Models.Constraint.NonNegative);

    /// <summary>At most 0.</summary>
    /// <example><code>model = model.Learning("U", [k, l], Constraint.NonPositive);</code></example>
    public static Constraint NonPositive { get; } = new(Derivation.Models.Constraint.NonPositive);

    /// <summary>M[a,b] = M[b,a].</summary>
    /// <example><code>model = model.Learning("M", [a, b], Constraint.Symmetric);</code></example>
    public static Constraint Symmetric { get; } = new(Derivation.Models.Constraint.Symmetric);

    /// <summary>M[a,a] = 0.</summary>
    /// <example><code>model = model.Learning("M", [a, b], Constraint.Symmetric.And(Constraint.ZeroDiagonal));</code></example>
    public static Constraint ZeroDiagonal { get; } = new(Derivation.Models.Constraint.ZeroDiagonal);

    /// <summary>Symmetric, with eigenvalues at or above 0.</summary>
    /// <example><code>model = model.Learning("M", [k, l], Constraint.PositiveDefinite);</code></example>
    public static Constraint PositiveDefinite { get; } = new(Derivation.Models.Constraint.PositiveDefinite);

    /// <summary>Columns of length 1, each orthogonal to the others.</summary>
    /// <example><code>model = model.Learning("W", [a, k], Constraint.Orthonormal);</code></example>
    public static Constraint Orthonormal { get; } = new(Derivation.Models.Constraint.Orthonormal);

    /// <summary>W[k,a]: for each k, the numbers of all a have length 1.</summary>
    /// <example><code>model = model.Learning("W", [k, a], Constraint.UnitRows);</code></example>
    public static Constraint UnitRows { get; } = new(Derivation.Models.Constraint.UnitRows);

    /// <summary>W[a,k]: for each k, the numbers of all a have length 1; the column of each interneuron.</summary>
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

    /// <summary>W[a,k]: for each k, the numbers of all a add up to this.</summary>
    /// <param name="total">The sum.</param>
    /// <returns>The constraint.</returns>
    /// <example><code>model = model.Learning("W", [a, k], Constraint.ColumnSums(1));</code></example>
    public static Constraint ColumnSums(double total) => new(Derivation.Models.Constraint.NewColumnSums(total));

    /// <summary>W[k,a]: for each k, the numbers of all a add up to this.</summary>
    /// <param name="total">The sum.</param>
    /// <returns>The constraint.</returns>
    /// <example><code>model = model.Learning("W", [k, a], Constraint.RowSums(1));</code></example>
    public static Constraint RowSums(double total) => new(Derivation.Models.Constraint.NewRowSums(total));

    /// <summary>This constraint and another.</summary>
    /// <param name="other">The other.</param>
    /// <returns>Both.</returns>
    /// <exception cref="ArgumentNullException">The other is null.</exception>
    /// <example><code>Constraint both = Constraint.Symmetric.And(Constraint.ZeroDiagonal);</code></example>
    public Constraint And(Constraint other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new([.. Values, .. other.Values]);
    }
}
