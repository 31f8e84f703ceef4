using Interneuron.Core.Symbolic;
using Interneuron.Core.Transport;
using Microsoft.FSharp.Collections;

namespace Interneuron;

/// <summary>
/// A potential F(theta, z), convex in z. It is written once, as an ordinary function of formulas; the activation function f = dF/dz, the terms of the
/// learning rules and the code that runs them are derived from it.
/// </summary>
/// <example><code>
/// var cubic = Potential.Define("cubic", new Parameter("a", 0.1, 10, (1, 1)), (a, z) => z * z / 2 + a * Formula.Pow(Formula.Abs(z), 3) / 3);
/// Console.WriteLine($"F = {cubic.Formula},  f = {cubic.Activation},  dF/da = {cubic.ParameterTerms[0]}");
/// </code></example>
public sealed class Potential
{
    internal Potential(Core.Transport.Potential value)
    {
        Value = value;
        Parameters = Array.AsReadOnly(value.Parameters.Select(p => new Parameter(p)).ToArray());
        ParameterTerms = Array.AsReadOnly(value.ParameterTerms.Select(term => new Formula(term)).ToArray());
    }

    internal Core.Transport.Potential Value { get; }

    /// <summary>A potential without activation parameters: only gains and weights learn.</summary>
    /// <param name="name">The name, for tables and messages.</param>
    /// <param name="formula">F as a function of z, the interneuron's input.</param>
    /// <returns>The potential.</returns>
    /// <exception cref="ArgumentException">The name is empty, or the formula null or has unknowns other than z.</exception>
    /// <example><code>var quartic = Potential.Define("quartic", z => Formula.Pow(z, 4) / 4);</code></example>
    public static Potential Define(string name, Func<Formula, Formula> formula)
    {
        ArgumentNullException.ThrowIfNull(formula);
        return Define(name, [], (_, z) => formula(z));
    }

    /// <summary>A potential with one activation parameter.</summary>
    /// <param name="name">The name, for tables and messages.</param>
    /// <param name="parameter">The parameter.</param>
    /// <param name="formula">F as a function of the parameter and of z, the interneuron's input.</param>
    /// <returns>The potential.</returns>
    /// <exception cref="ArgumentException">The name is empty, or the formula null or has other unknowns.</exception>
    /// <example><code>
    /// var saturating = Potential.Define("saturating", new Parameter("theta", 0.5, 4, (1, 1)),
    ///     (theta, z) => Formula.Log(Formula.Cosh(theta * z)) / (theta * theta));
    /// </code></example>
    public static Potential Define(string name, Parameter parameter, Func<Formula, Formula, Formula> formula)
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
    /// <exception cref="ArgumentException">The name is empty, two parameters share a name, or the formula is null or has other unknowns.</exception>
    /// <example><code>
    /// var skewed = Potential.Define("skewed", [new Parameter("a", 0.1, 5, (1, 1)), new Parameter("b", 0.1, 5, (1, 1))],
    ///     (theta, z) => (theta[0] * Formula.Pow(Formula.Max(z, 0), 2) + theta[1] * Formula.Pow(Formula.Max(-z, 0), 2)) / 2);
    /// </code></example>
    public static Potential Define(string name, IReadOnlyList<Parameter> parameters, Func<IReadOnlyList<Formula>, Formula, Formula> formula)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(formula);
        if (parameters.Any(p => p is null))
        {
            throw new ArgumentException("One of the parameters is null.", nameof(parameters));
        }

        var theta = parameters.Select(p => new Formula(ExprModule.var(p.Name))).ToArray();
        var made = formula(Array.AsReadOnly(theta), new Formula(PotentialModule.z))
            ?? throw new ArgumentException($"The formula of {name} is null.", nameof(formula));
        return new Potential(PotentialModule.ofFormula(name, ListModule.OfSeq(parameters.Select(p => p.Value)), made.Value));
    }

    /// <summary>A potential from text; its name is the text of its formula.</summary>
    /// <param name="formula">F, of z and every parameter, such as theta*z^2/2+abs(z)^3.5/3.5.</param>
    /// <param name="parameters">The parameters, such as "theta in [0,4]", or "theta in [0,4] from [0.9,1.1]" with where learning starts.</param>
    /// <returns>The potential.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="FormatException">A text cannot be read; the message has the line and column and what would be right.</exception>
    /// <example><code>Potential own = Potential.Parse("log(cosh(theta*z))/theta^2", "theta in [0.5,4]");</code></example>
    public static Potential Parse(string formula, params IReadOnlyList<string> parameters)
    {
        ArgumentNullException.ThrowIfNull(formula);
        ArgumentNullException.ThrowIfNull(parameters);
        var read = PotentialText.parse(formula, ListModule.OfSeq(parameters));
        return read.IsOk ? new Potential(read.ResultValue) : throw new FormatException(read.ErrorValue.Message);
    }

    /// <summary>The name.</summary>
    /// <example><code>string name = Potentials.LogCosh.Name;  // log-cosh</code></example>
    public string Name => Value.Name;

    /// <summary>The P activation parameters, in the order of theta's columns.</summary>
    /// <example><code>int p = Potentials.PowerMixture.Parameters.Count;  // 1</code></example>
    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>F, a formula of z and the parameters.</summary>
    /// <example><code>Console.WriteLine(potential.Formula.Latex);</code></example>
    public Formula Formula => new(Value.Formula);

    /// <summary>The activation function f = dF/dz.</summary>
    /// <example><code>Console.WriteLine(potential.Activation);</code></example>
    public Formula Activation => new(Value.Activation);

    /// <summary>The slope f' of the activation function.</summary>
    /// <example><code>Console.WriteLine(potential.Slope);</code></example>
    public Formula Slope => new(Value.Slope);

    /// <summary>The derivative f'' of the slope.</summary>
    /// <example><code>Console.WriteLine(potential.Bend);</code></example>
    public Formula Bend => new(Value.Bend);

    /// <summary>dF/dtheta for each parameter: what an input contributes to the learning of that parameter.</summary>
    /// <example><code>foreach (Formula term in potential.ParameterTerms) Console.WriteLine(term);</code></example>
    public IReadOnlyList<Formula> ParameterTerms { get; }

    /// <summary>A formula of this potential over numbers.</summary>
    /// <param name="formula">F, f, f', a term of the learning rules, or anything built from them.</param>
    /// <param name="theta">The values of the P parameters, in their order.</param>
    /// <param name="z">The interneuron's input.</param>
    /// <returns>The value.</returns>
    /// <exception cref="ArgumentException"><paramref name="formula"/> is null or has other unknowns; <paramref name="theta"/> does not have P values.</exception>
    /// <example><code>double f = Potentials.Monomial.Evaluate(Potentials.Monomial.Activation, [2.0], 0.5);  // 0.25</code></example>
    public double Evaluate(Formula formula, ReadOnlySpan<double> theta, double z)
    {
        ArgumentNullException.ThrowIfNull(formula);
        if (theta.Length != Parameters.Count)
        {
            throw new ArgumentException($"{theta.Length} values for the {Parameters.Count} parameters of {Name}.", nameof(theta));
        }

        foreach (string unknown in ExprModule.variables(formula.Value))
        {
            if (unknown != "z" && Parameters.All(p => p.Name != unknown))
            {
                throw new ArgumentException($"{Name} has no parameter '{unknown}'.", nameof(formula));
            }
        }
        return PotentialModule.evaluate(Value, formula.Value, ListModule.OfArray(theta.ToArray()), z);
    }

    /// <summary>
    /// Whether interneurons of this potential make a convex energy, for all values of its parameters: whether F(theta, z) + share z^2/2 is convex in z. Where it is not, responses
    /// are not unique.
    /// </summary>
    /// <param name="share">What each interneuron has of the leak, lambda/K; at least 0.</param>
    /// <returns>The verdict: proved, refuted with a point, or undecided.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="share"/> is negative.</exception>
    /// <example><code>Console.WriteLine(Potentials.PowerMixture.Convexity());  // Proved: ...</code></example>
    public Verdict Convexity(double share = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(share);
        return new Verdict(Convex.judgePotential(Value, null, share));
    }

    /// <summary>
    /// Whether F grows faster than linearly as z goes to minus and to plus infinity, for every parameter value tried. Where it doesn't, a stimulus may have no response unless there is a
    /// leak.
    /// </summary>
    /// <example><code>bool needsALeak = Potentials.LogCosh.Growth == (false, false);</code></example>
    public (bool Down, bool Up) Growth => PotentialModule.growth(Value).ToValueTuple();

    /// <summary>The terms by which interneurons of this potential learn.</summary>
    /// <param name="target">What the responses are driven to; the standard Gaussian if null.</param>
    /// <param name="rule">Which rule; the derived one by default.</param>
    /// <returns>The terms and what the target subtracts from them.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such rule.</exception>
    /// <example><code>Console.WriteLine(Potentials.PowerMixture.Plasticity().GainTarget?.Latex);</code></example>
    public Plasticity Plasticity(Target? target = null, LearningRule rule = LearningRule.Derived)
    {
        var driven = (target ?? Targets.StandardGaussian).Value;
        return new Plasticity(rule switch
        {
            LearningRule.Derived => Core.Circuits.Plasticity.derived(Value, driven),
            LearningRule.Published => Core.Circuits.Plasticity.published(Value, driven),
            _ => throw new ArgumentOutOfRangeException(nameof(rule), rule, "There is no such rule."),
        });
    }

    /// <summary>The name and the formula.</summary>
    /// <returns>For instance "quadratic: z^2/2".</returns>
    /// <example><code>Console.WriteLine(Potentials.Quadratic);  // quadratic: z^2/2</code></example>
    public override string ToString() => $"{Name}: {Formula}";
}
