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

    /// <summary>The name.</summary>
    /// <returns>The name.</returns>
    /// <example><code>Console.WriteLine(Targets.StandardGaussian);  // gaussian</code></example>
    public override string ToString() => Name;
}
