using System.Diagnostics.CodeAnalysis;

namespace Interneuron;

/// <summary>The potentials of the field. <see cref="Potential.Define(string, Func{Formula, Formula})"/> makes others.</summary>
/// <example><code>foreach (var one in Potentials.All) Console.WriteLine(one);</code></example>
public static class Potentials
{
    /// <summary>
    /// A quadratic and a power, a(theta) z^2/2 + b(theta) |z|^(theta+1)/(theta+1) with a = exp(max(2 theta - 3.85, 0)^1.95) and
    /// b = exp(max(theta^2.32 - 6, 0)), theta in [1, 3]: what fits generalised-Gaussian stimuli (Lipshutz and Simoncelli 2024).
    /// </summary>
    /// <example><code>var circuit = Circuit.Start(Potentials.PowerMixture, stimuli);</code></example>
    public static Potential PowerMixture => Of(Core.Transport.Potentials.powerMixture);

    /// <summary>|z|^(theta+1)/(theta+1), theta in [1, 3].</summary>
    /// <example><code>var circuit = Circuit.Start(Potentials.Monomial, stimuli);</code></example>
    public static Potential Monomial => Of(Core.Transport.Potentials.monomial);

    /// <summary>z^2/2, without parameters: gains alone, adaptive whitening (Duong et al. 2023).</summary>
    /// <example><code>var whitening = Circuit.Start(Potentials.Quadratic, stimuli);</code></example>
    public static Potential Quadratic => Of(Core.Transport.Potentials.quadratic);

    /// <summary>max(z - theta, 0)^2/2, theta >= 0: rectified interneurons, which come in pairs w and -w and represent skewed maps as well.</summary>
    /// <example><code>var population = Circuit.Start(Potentials.ThresholdLinear, stimuli);</code></example>
    public static Potential ThresholdLinear => Of(Core.Transport.Potentials.thresholdLinear);

    /// <summary>max(|z| - theta, 0)^2/2, theta >= 0: a population of thresholds represents any odd expansive map.</summary>
    /// <example><code>var population = Circuit.Start(Potentials.SymmetricThreshold, stimuli);</code></example>
    public static Potential SymmetricThreshold => Of(Core.Transport.Potentials.symmetricThreshold);

    /// <summary>
    /// (max(z - theta, 0)^2 - 0.98 max(z - theta - omega, 0)^2)/2, theta and omega >= 0: rectified interneurons that saturate at theta + omega, in pairs w and -w.
    /// Populations of them represent any increasing map.
    /// </summary>
    /// <example><code>var population = Circuit.Start(Potentials.SaturatingThreshold, stimuli);</code></example>
    public static Potential SaturatingThreshold => Of(Core.Transport.Potentials.saturatingThreshold);

    /// <summary>
    /// max(omega - |z - theta|, 0)^3/(6 omega) + omega max(z - theta, 0) + 0.01 max(z - theta + omega, 0)^2, theta >= 0 and omega >= 0.01: rectified interneurons that saturate
    /// smoothly, in pairs w and -w. Populations of them represent any increasing map with a continuous slope.
    /// </summary>
    /// <example><code>var population = Circuit.Start(Potentials.SmoothThreshold, stimuli);</code></example>
    public static Potential SmoothThreshold => Of(Core.Transport.Potentials.smoothThreshold);

    /// <summary>log(cosh(theta z))/theta^2, theta in [0.5, 4]: the saturating activation tanh(theta z)/theta. It needs a leak.</summary>
    /// <example><code>var saturating = Circuit.Start(Potentials.LogCosh, stimuli, new CircuitOptions { Leak = 0.5 });</code></example>
    public static Potential LogCosh => Of(Core.Transport.Potentials.logCosh);

    /// <summary>All of them.</summary>
    /// <example><code>string known = string.Join(", ", Potentials.All.Select(one => one.Name));</code></example>
    public static IReadOnlyList<Potential> All { get; } = Array.AsReadOnly(Core.Transport.Potentials.all.Select(value => new Potential(value)).ToArray());

    /// <summary>The potential of a name.</summary>
    /// <param name="name">The name, in upper or lower case.</param>
    /// <param name="potential">The potential, where there is one of that name.</param>
    /// <returns>Whether there is one.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="name"/> is null.</exception>
    /// <example><code>bool known = Potentials.TryFind("power-mixture", out Potential? found);</code></example>
    public static bool TryFind(string name, [NotNullWhen(true)] out Potential? potential)
    {
        ArgumentNullException.ThrowIfNull(name);
        potential = All.FirstOrDefault(one => string.Equals(one.Name, name, StringComparison.OrdinalIgnoreCase));
        return potential is not null;
    }

    /// <summary>The one of them that wraps a value, or a new one.</summary>
    internal static Potential Of(Core.Transport.Potential value) =>
        All.FirstOrDefault(one => ReferenceEquals(one.Value, value)) ?? new Potential(value);
}
