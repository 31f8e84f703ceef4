namespace Interneuron;

/// <summary>An activation parameter of an interneuron: its name in formulas, the interval it may learn in, and where learning starts from.</summary>
/// <example><code>var theta = new Parameter("theta", 0.5, 4, (0.9, 1.1));</code></example>
public sealed class Parameter
{
    /// <summary>A parameter in [lower, upper].</summary>
    /// <param name="name">The name in formulas; not z, which is the interneuron's input.</param>
    /// <param name="lower">The least value.</param>
    /// <param name="upper">The largest value, above the least; may be infinite.</param>
    /// <param name="initial">The interval, inside the other, that a first value is drawn from.</param>
    /// <exception cref="ArgumentException">The name is empty or z, the interval is empty, or the first values lie outside it.</exception>
    /// <example><code>var threshold = new Parameter("theta", 0, double.PositiveInfinity, (0, 3.75));</code></example>
    public Parameter(string name, double lower, double upper, (double From, double To) initial)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        Value = Core.Transport.ParameterModule.define(name, lower, upper, initial.From, initial.To);
    }

    internal Parameter(Core.Transport.Parameter value) => Value = value;

    internal Core.Transport.Parameter Value { get; }

    /// <summary>The name in formulas.</summary>
    /// <example><code>string name = potential.Parameters[0].Name;</code></example>
    public string Name => Value.Name;

    /// <summary>The least value.</summary>
    /// <example><code>double least = potential.Parameters[0].Lower;</code></example>
    public double Lower => Value.Lower;

    /// <summary>The largest value; may be infinite.</summary>
    /// <example><code>double largest = potential.Parameters[0].Upper;</code></example>
    public double Upper => Value.Upper;

    /// <summary>The interval that a first value is drawn from, uniformly.</summary>
    /// <example><code>var (from, to) = potential.Parameters[0].Initial;</code></example>
    public (double From, double To) Initial => Value.Initial.ToValueTuple();
}
