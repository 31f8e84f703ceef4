using Interneuron.Core.Symbolic;
using Interneuron.Core.Symbolic.Text;
using Interneuron.Core.Transport;
using Interneuron.Derivation.Formulas;
using Interneuron.Derivation.Running;
using Microsoft.FSharp.Collections;

namespace Interneuron;

/// <summary>
/// A potential F(theta, z), convex in z. It is written once, as an ordinary function of symbols; the activation function f = dF/dz, the terms of the
/// learning rules and the code that runs them are derived from it.
/// </summary>
/// <example><code>
/// var cubic = Potential.Define("cubic", new Parameter("a", 0.1, 10, (1, 1)), (a, z) => z * z / 2 + a * Symbol.Pow(Symbol.Abs(z), 3) / 3);
/// Console.WriteLine($"F = {cubic.Formula},  f = {cubic.Activation},  dF/da = {cubic.ParameterTerms[0]}");
/// </code></example>
public sealed class Potential
{
    internal Potential(Core.Transport.Potential value)
    {
        Value = value;
        Parameters = Array.AsReadOnly(value.Parameters.Select(p => new Parameter(p)).ToArray());
        ParameterTerms = Array.AsReadOnly(value.ParameterTerms.Select(term => new Symbol(term)).ToArray());
    }

    internal Core.Transport.Potential Value { get; }

    /// <summary>A potential without activation parameters: only gains and weights learn.</summary>
    /// <param name="name">The name, for tables and messages.</param>
    /// <param name="formula">F as a function of z, the interneuron's input.</param>
    /// <returns>The potential.</returns>
    /// <exception cref="ArgumentException">The name is empty, or the formula null or of other unknowns than z.</exception>
    /// <example><code>var quartic = Potential.Define("quartic", z => Symbol.Pow(z, 4) / 4);</code></example>
    public static Potential Define(string name, Func<Symbol, Symbol> formula)
    {
        ArgumentNullException.ThrowIfNull(formula);
        return Define(name, [], (_, z) => formula(z));
    }

    /// <summary>A potential with one activation parameter.</summary>
    /// <param name="name">The name, for tables and messages.</param>
    /// <param name="parameter">The parameter.</param>
    /// <param name="formula">F as a function of the parameter and of z, the interneuron's input.</param>
    /// <returns>The potential.</returns>
    /// <exception cref="ArgumentException">The name is empty, or the formula null or of other unknowns.</exception>
    /// <example><code>
    /// var saturating = Potential.Define("saturating", new Parameter("theta", 0.5, 4, (1, 1)),
    ///     (theta, z) => Symbol.Log(Symbol.Cosh(theta * z)) / (theta * theta));
    /// </code></example>
    public static Potential Define(string name, Parameter parameter, Func<Symbol, Symbol, Symbol> formula)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        ArgumentNullException.ThrowIfNull(formula);
        return Define(name, [parameter], (theta, z) => formula(theta[0], z));
    }

    /// <summary>A potential with any number of activation parameters.</summary>
    /// <param name="name">The name, for tables and messages.</param>
    /// <param name="parameters">The parameters, in the order of theta's columns; their names differ.</param>
    /// <param name="formula">F as a function of the parameters, in their order, and of z, the interneuron's input.</param>
    /// <returns>The potential.</returns>
    /// <exception cref="ArgumentException">The name is empty, two parameters share a name, or the formula is null or of other unknowns.</exception>
    /// <example><code>
    /// var skewed = Potential.Define("skewed", [new Parameter("a", 0.1, 5, (1, 1)), new Parameter("b", 0.1, 5, (1, 1))],
    ///     (theta, z) => (theta[0] * Symbol.Pow(Symbol.Max(z, 0), 2) + theta[1] * Symbol.Pow(Symbol.Max(-z, 0), 2)) / 2);
    /// </code></example>
    public static Potential Define(string name, IReadOnlyList<Parameter> parameters, Func<IReadOnlyList<Symbol>, Symbol, Symbol> formula)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(formula);
        if (parameters.Any(p => p is null))
            throw new ArgumentException("One of the parameters is null.", nameof(parameters));
        var theta = parameters.Select(p => new Symbol(ExprModule.var(p.Name))).ToArray();
        var made = formula(Array.AsReadOnly(theta), new Symbol(PotentialModule.z))
            ?? throw new ArgumentException($"The formula of {name} is null.", nameof(formula));
        return new Potential(PotentialModule.ofFormula(name, ListModule.OfSeq(parameters.Select(p => p.Value)), made.Formula));
    }

    /// <summary>The name.</summary>
    /// <example><code>string name = Potentials.LogCosh.Name;  // log-cosh</code></example>
    public string Name => Value.Name;

    /// <summary>The P activation parameters, in the order of theta's columns.</summary>
    /// <example><code>int p = Potentials.PowerMixture.Parameters.Count;  // 1</code></example>
    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>F, a formula of z and the parameters.</summary>
    /// <example><code>Console.WriteLine(potential.Formula.Latex);</code></example>
    public Symbol Formula => new(Value.Formula);

    /// <summary>The activation function f = dF/dz.</summary>
    /// <example><code>Console.WriteLine(potential.Activation);</code></example>
    public Symbol Activation => new(Value.Activation);

    /// <summary>The slope f' of the activation function.</summary>
    /// <example><code>Console.WriteLine(potential.Slope);</code></example>
    public Symbol Slope => new(Value.Slope);

    /// <summary>dF/dtheta for each parameter: what an input contributes to the learning of that parameter.</summary>
    /// <example><code>foreach (Symbol term in potential.ParameterTerms) Console.WriteLine(term);</code></example>
    public IReadOnlyList<Symbol> ParameterTerms { get; }

    /// <summary>A formula of this potential over numbers.</summary>
    /// <param name="formula">F, f, f', a term of the learning rules, or anything built from them.</param>
    /// <param name="theta">The values of the P parameters, in their order.</param>
    /// <param name="z">The interneuron's input.</param>
    /// <returns>The value.</returns>
    /// <exception cref="ArgumentException"><paramref name="formula"/> is null or has other unknowns; <paramref name="theta"/> has not P values.</exception>
    /// <example><code>double f = Potentials.Monomial.Evaluate(Potentials.Monomial.Activation, [2.0], 0.5);  // 0.25</code></example>
    public double Evaluate(Symbol formula, ReadOnlySpan<double> theta, double z)
    {
        ArgumentNullException.ThrowIfNull(formula);
        if (theta.Length != Parameters.Count)
            throw new ArgumentException($"{theta.Length} values for the {Parameters.Count} parameters of {Name}.", nameof(theta));
        foreach (string unknown in ExprModule.variables(formula.Formula))
        {
            if (unknown != "z" && Parameters.All(p => p.Name != unknown))
                throw new ArgumentException($"{Name} has no parameter '{unknown}'.", nameof(formula));
        }
        return PotentialModule.evaluate(Value, formula.Formula, ListModule.OfArray(theta.ToArray()), z);
    }

    /// <summary>The name and the formula.</summary>
    /// <returns>For instance "quadratic: z^2/2".</returns>
    /// <example><code>Console.WriteLine(Potentials.Quadratic);  // quadratic: z^2/2</code></example>
    public override string ToString() => $"{Name}: {Formula}";
}
