using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;

namespace Interneuron;

/// <summary>The distribution that responses are driven to: independent coordinates of zero mean and unit variance, or given by samples.</summary>
/// <example><code>Target target = Targets.GeneralisedGaussian(1.5);</code></example>
public sealed class Target
{
    private readonly Lazy<Func<double, double>> _cdf;
    private readonly Lazy<Func<double, double>> _quantile;

    internal Target(Core.Transport.Target value)
    {
        Value = value;
        // An empirical target sorts its samples once for each of these.
        _cdf = new(() => Core.Transport.TargetModule.cdf(value).Invoke);
        _quantile = new(() => Core.Transport.TargetModule.quantile(value).Invoke);
    }

    internal Core.Transport.Target Value { get; }

    /// <summary>The name.</summary>
    /// <example><code>string name = Targets.Laplace.Name;  // laplace</code></example>
    public string Name => Core.Transport.TargetModule.name(Value);

    /// <summary>The distribution function of one coordinate (the first, of a target given by samples).</summary>
    /// <param name="x">Where.</param>
    /// <returns>The probability of a value up to x.</returns>
    /// <example><code>double half = Targets.StandardGaussian.Cdf(0);  // 0.5</code></example>
    public double Cdf(double x) => _cdf.Value(x);

    /// <summary>The quantile function of one coordinate (the first, of a target given by samples), the inverse of <see cref="Cdf"/>.</summary>
    /// <param name="probability">A probability in (0, 1).</param>
    /// <returns>The value with that probability below it; NaN outside (0, 1).</returns>
    /// <example><code>double median = Targets.Uniform.Quantile(0.5);  // 0</code></example>
    public double Quantile(double probability) => _quantile.Value(probability);

    /// <summary>Points of the target, at random: each coordinate by its quantile function, or drawn from its samples.</summary>
    /// <param name="count">How many, at least 0.</param>
    /// <param name="coordinates">N, at least 1; of a target given by samples, its own.</param>
    /// <param name="seed">The seed; the same seed gives the same points.</param>
    /// <returns>count x N.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is too small, or the target has another number of coordinates.</exception>
    /// <example><code>Grid points = Targets.Laplace.Sample(1000, coordinates: 2);</code></example>
    public Grid Sample(int count, int coordinates = 1, int seed = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfLessThan(coordinates, 1);
        if (Value is Core.Transport.Target.OfSamples samples)
        {
            ArgumentOutOfRangeException.ThrowIfNotEqual(coordinates, samples.Item.Dimension);
        }

        return Grid.Owning(Core.Circuits.Initial.sampleTarget(Value, coordinates, count, seed), count, coordinates);
    }

    /// <summary>Whether every direction sees the same distribution, as it does for the standard Gaussian alone.</summary>
    /// <example><code>bool isSpherical = Targets.Laplace.IsSpherical;  // false</code></example>
    public bool IsSpherical => Core.Transport.TargetModule.isSpherical(Value);

    /// <summary>The log density of one coordinate, a formula of x; null for a target given by samples, which has none.</summary>
    /// <example><code>Console.WriteLine(Targets.Laplace.LogDensity);</code></example>
    public Formula? LogDensity => Core.Transport.TargetModule.logDensity(Value) is { Value: var formula } ? new Formula(formula) : null;

    /// <summary>What the lowest share of one coordinate contributes to its mean: the integral of the quantile function from 0.</summary>
    /// <param name="probability">The share, in [0, 1].</param>
    /// <returns>The integral.</returns>
    /// <example><code>double lowerHalf = Targets.StandardGaussian.MeanBelow(0.5);  // -0.3989</code></example>
    public double MeanBelow(double probability) => Core.Transport.TargetModule.quantileIntegral(Value).Invoke(probability);

    /// <summary>The average of a formula of z over one coordinate, as a formula of its parameters.</summary>
    /// <param name="formula">The formula, of z and the parameters.</param>
    /// <param name="parameters">The parameters, whose intervals averages without a closed form are fitted over.</param>
    /// <returns>The average; null where a term of two or more parameters has no closed form, or the target is given by samples.</returns>
    /// <exception cref="ArgumentException">An argument is null.</exception>
    /// <example><code>Formula? mean = Targets.StandardGaussian.Average(Potentials.Monomial.Formula, Potentials.Monomial.Parameters);</code></example>
    public Formula? Average(Formula formula, IReadOnlyList<Parameter>? parameters = null)
    {
        ArgumentNullException.ThrowIfNull(formula);
        var known = ListModule.OfSeq((parameters ?? []).Select(p => p.Value));
        return Core.Transport.Expectation.formula(Value, known, formula.Value) is { Value: var mean } ? new Formula(mean) : null;
    }

    /// <summary>The average of a formula of z over one coordinate at given parameters, by quadrature.</summary>
    /// <param name="formula">The formula, of z and the parameters.</param>
    /// <param name="values">The value of each parameter; none if null.</param>
    /// <returns>The average, to about 1e-13 of itself where the formula is smooth between its kinks.</returns>
    /// <exception cref="ArgumentException"><paramref name="formula"/> is null, or <paramref name="values"/> lacks a parameter.</exception>
    /// <example><code>
    /// double mean = Targets.Laplace.Average(Potentials.Monomial.Formula, new Dictionary&lt;string, double&gt; { ["theta"] = 2 });
    /// </code></example>
    public double Average(Formula formula, IReadOnlyDictionary<string, double> values)
    {
        ArgumentNullException.ThrowIfNull(formula);
        ArgumentNullException.ThrowIfNull(values);
        if (formula.Variables.FirstOrDefault(name => name != "z" && !values.ContainsKey(name)) is { } unknown)
        {
            throw new ArgumentException($"There is no value for {unknown}.", nameof(values));
        }

        return Core.Transport.Expectation.quadrature(Value, formula.Value).Invoke(FuncConvert.FromFunc<string, double>(name => values[name]));
    }

    /// <summary>The name.</summary>
    /// <returns>The name.</returns>
    /// <example><code>Console.WriteLine(Targets.StandardGaussian);  // gaussian</code></example>
    public override string ToString() => Name;
}
