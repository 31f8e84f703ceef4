using System.Runtime.CompilerServices;
using Interneuron.Core.Symbolic;
using Interneuron.Core.Symbolic.Text;
using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;

namespace Interneuron;

/// <summary>
/// A formula: a number, a named unknown, or an operation on formulas. Ordinary operators and the functions below build it; what is built is put in a
/// normal form, in which two formulas are equal exactly when they have the same form. Formulas are what potentials are written in, and what the derived
/// activation functions and learning rules are given as.
/// </summary>
/// <example><code>
/// Potential softened = Potential.Define("softened", z => Formula.Sqrt(1 + z * z));
/// Console.WriteLine(softened.Activation);
/// </code></example>
public sealed class Formula : IEquatable<Formula>
{
    internal Formula(Expr formula) => Value = formula;

    internal Expr Value { get; }

    /// <summary>A number as a formula.</summary>
    /// <param name="number">The number.</param>
    /// <returns>The formula.</returns>
    /// <example><code>Formula half = 0.5;</code></example>
    public static implicit operator Formula(double number) => new(ExprModule.constant(number));

    /// <summary>A named unknown.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The formula.</returns>
    /// <exception cref="ArgumentException"><paramref name="name"/> is null or empty.</exception>
    /// <example><code>Formula z = Formula.Variable("z");</code></example>
    public static Formula Variable(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        return new(ExprModule.var(name));
    }

    /// <summary>The formula of a text, such as log(cosh(theta*z))/theta^2: numbers, names, + - * / ^, if(a &lt; b, c, d) and functions by their names.</summary>
    /// <param name="text">The text.</param>
    /// <param name="variables">The unknowns that it may have.</param>
    /// <returns>The formula.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="FormatException">The text is not a formula of these unknowns; the message has the line and column and what would be right.</exception>
    /// <example><code>Formula f = Formula.Parse("tanh(theta*z)/theta", "theta", "z");</code></example>
    public static Formula Parse(string text, params IReadOnlyList<string> variables)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(variables);
        var read = Core.Symbolic.Text.Formula.parse(ListModule.OfSeq(variables), text);
        return read.IsOk ? new(read.ResultValue) : throw new FormatException(read.ErrorValue.Message);
    }

    /// <summary>The sum of two formulas.</summary>
    /// <param name="a">The first term.</param>
    /// <param name="b">The second term.</param>
    /// <returns>a + b.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <example><code>Formula more = x + 1;</code></example>
    public static Formula operator +(Formula a, Formula b) => new(Of(a) + Of(b));

    /// <summary>The difference of two formulas.</summary>
    /// <param name="a">The first term.</param>
    /// <param name="b">The term that is subtracted.</param>
    /// <returns>a - b.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <example><code>Formula less = x - 1;</code></example>
    public static Formula operator -(Formula a, Formula b) => new(Of(a) - Of(b));

    /// <summary>The product of two formulas.</summary>
    /// <param name="a">The first factor.</param>
    /// <param name="b">The second factor.</param>
    /// <returns>a b.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <example><code>Formula square = x * x;</code></example>
    public static Formula operator *(Formula a, Formula b) => new(Of(a) * Of(b));

    /// <summary>The quotient of two formulas.</summary>
    /// <param name="a">The numerator.</param>
    /// <param name="b">The denominator.</param>
    /// <returns>a / b.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <example><code>Formula half = x / 2;</code></example>
    public static Formula operator /(Formula a, Formula b) => new(Of(a) / Of(b));

    /// <summary>A formula with the opposite sign.</summary>
    /// <param name="a">The formula.</param>
    /// <returns>-a.</returns>
    /// <exception cref="ArgumentNullException">The argument is null.</exception>
    /// <example><code>Formula opposite = -x;</code></example>
    public static Formula operator -(Formula a) => new(-Of(a));

    /// <summary>Whether two formulas have the same form.</summary>
    /// <param name="a">The first formula.</param>
    /// <param name="b">The second formula.</param>
    /// <returns>True where their normal forms are the same.</returns>
    /// <example><code>bool same = x * x == Formula.Pow(x, 2);  // true</code></example>
    public static bool operator ==(Formula? a, Formula? b) => a is null ? b is null : a.Equals(b);

    /// <summary>Whether two formulas differ in form.</summary>
    /// <param name="a">The first formula.</param>
    /// <param name="b">The second formula.</param>
    /// <returns>True where their normal forms differ.</returns>
    /// <example><code>bool differ = x * x != x;  // true</code></example>
    public static bool operator !=(Formula? a, Formula? b) => !(a == b);

    /// <summary>The exponential function.</summary>
    /// <param name="x">The argument.</param>
    /// <returns>e^x.</returns>
    /// <exception cref="ArgumentNullException">The argument is null.</exception>
    /// <example><code>Formula y = Formula.Exp(x);</code></example>
    public static Formula Exp(Formula x) => new(Expr.Exp(Of(x)));

    /// <summary>The natural logarithm.</summary>
    /// <param name="x">The argument, positive where the formula is evaluated.</param>
    /// <returns>log x.</returns>
    /// <exception cref="ArgumentNullException">The argument is null.</exception>
    /// <example><code>Formula y = Formula.Log(Formula.Cosh(x));</code></example>
    public static Formula Log(Formula x) => new(Expr.Log(Of(x)));

    /// <summary>The absolute value.</summary>
    /// <param name="x">The argument.</param>
    /// <returns>|x|; its derivative is the sign of x, 0 at x = 0.</returns>
    /// <exception cref="ArgumentNullException">The argument is null.</exception>
    /// <example><code>Formula y = Formula.Abs(x);</code></example>
    public static Formula Abs(Formula x) => new(ExprModule.abs(Of(x)));

    /// <summary>The sign.</summary>
    /// <param name="x">The argument.</param>
    /// <returns>-1 below zero, 0 at zero, 1 above.</returns>
    /// <exception cref="ArgumentNullException">The argument is null.</exception>
    /// <example><code>Formula y = Formula.Sign(x);</code></example>
    public static Formula Sign(Formula x) => new(ExprModule.sign(Of(x)));

    /// <summary>The unit step.</summary>
    /// <param name="x">The argument.</param>
    /// <returns>0 below zero, 1/2 at zero, 1 above.</returns>
    /// <exception cref="ArgumentNullException">The argument is null.</exception>
    /// <example><code>Formula y = Formula.Step(x - 1);</code></example>
    public static Formula Step(Formula x) => new(ExprModule.step(Of(x)));

    /// <summary>The square root.</summary>
    /// <param name="x">The argument, not negative where the formula is evaluated.</param>
    /// <returns>The root of x.</returns>
    /// <exception cref="ArgumentNullException">The argument is null.</exception>
    /// <example><code>Formula y = Formula.Sqrt(1 + x * x);</code></example>
    public static Formula Sqrt(Formula x) => new(Expr.Sqrt(Of(x)));

    /// <summary>A power.</summary>
    /// <param name="x">The base, not negative where the exponent is no whole number.</param>
    /// <param name="exponent">The exponent.</param>
    /// <returns>x to the power of the exponent; x^0 = 1.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <example><code>Formula y = Formula.Pow(Formula.Abs(x), 2.5);</code></example>
    public static Formula Pow(Formula x, Formula exponent) => new(ExprModule.power(Of(x), Of(exponent)));

    /// <summary>The hyperbolic tangent.</summary>
    /// <param name="x">The argument.</param>
    /// <returns>tanh x.</returns>
    /// <exception cref="ArgumentNullException">The argument is null.</exception>
    /// <example><code>Formula y = Formula.Tanh(x);</code></example>
    public static Formula Tanh(Formula x) => new(Expr.Tanh(Of(x)));

    /// <summary>The hyperbolic cosine.</summary>
    /// <param name="x">The argument.</param>
    /// <returns>cosh x.</returns>
    /// <exception cref="ArgumentNullException">The argument is null.</exception>
    /// <example><code>Formula y = Formula.Cosh(x);</code></example>
    public static Formula Cosh(Formula x) => new(Expr.Cosh(Of(x)));

    /// <summary>The hyperbolic sine.</summary>
    /// <param name="x">The argument.</param>
    /// <returns>sinh x.</returns>
    /// <exception cref="ArgumentNullException">The argument is null.</exception>
    /// <example><code>Formula y = Formula.Sinh(x);</code></example>
    public static Formula Sinh(Formula x) => new(Expr.Sinh(Of(x)));

    /// <summary>The larger of two formulas.</summary>
    /// <param name="a">The first formula.</param>
    /// <param name="b">The second formula.</param>
    /// <returns>max(a, b).</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <example><code>Formula rectified = Formula.Max(x - 1, 0);</code></example>
    public static Formula Max(Formula a, Formula b) => new(ExprModule.max(Of(a), Of(b)));

    /// <summary>The smaller of two formulas.</summary>
    /// <param name="a">The first formula.</param>
    /// <param name="b">The second formula.</param>
    /// <returns>min(a, b).</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <example><code>Formula y = Formula.Min(x, 1);</code></example>
    public static Formula Min(Formula a, Formula b) => new(ExprModule.min(Of(a), Of(b)));

    /// <summary>The complementary error function.</summary>
    /// <param name="x">The argument.</param>
    /// <returns>2/sqrt(pi) times the integral of exp(-t^2) from x to infinity.</returns>
    /// <exception cref="ArgumentNullException">The argument is null.</exception>
    /// <example><code>Formula tail = Formula.Erfc(x / Math.Sqrt(2)) / 2;</code></example>
    public static Formula Erfc(Formula x) => new(ExprModule.erfc(Of(x)));

    /// <summary>The gamma function.</summary>
    /// <param name="x">The argument.</param>
    /// <returns>Gamma(x).</returns>
    /// <exception cref="ArgumentNullException">The argument is null.</exception>
    /// <example><code>Formula y = Formula.Gamma(x + 1);</code></example>
    public static Formula Gamma(Formula x) => new(ExprModule.gamma(Of(x)));

    /// <summary>The logarithm of the gamma function.</summary>
    /// <param name="x">The argument, positive where the formula is evaluated.</param>
    /// <returns>log Gamma(x).</returns>
    /// <exception cref="ArgumentNullException">The argument is null.</exception>
    /// <example><code>Formula y = Formula.LogGamma(x + 1);</code></example>
    public static Formula LogGamma(Formula x) => new(ExprModule.logGamma(Of(x)));

    /// <summary>The digamma function, the derivative of log Gamma.</summary>
    /// <param name="x">The argument, positive where the formula is evaluated.</param>
    /// <returns>psi(x).</returns>
    /// <exception cref="ArgumentNullException">The argument is null.</exception>
    /// <example><code>Formula y = Formula.Digamma(x + 1);</code></example>
    public static Formula Digamma(Formula x) => new(ExprModule.digamma(Of(x)));

    /// <summary>A choice between two formulas.</summary>
    /// <param name="a">The left side of the comparison.</param>
    /// <param name="b">The right side of the comparison.</param>
    /// <param name="then">The value where a &lt; b.</param>
    /// <param name="otherwise">The value elsewhere.</param>
    /// <returns>The choice.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <example><code>Formula huber = Formula.IfLess(Formula.Abs(x), 1, x * x / 2, Formula.Abs(x) - 0.5);</code></example>
    public static Formula IfLess(Formula a, Formula b, Formula then, Formula otherwise) =>
        new(ExprModule.ifLess(Of(a), Of(b), Of(then), Of(otherwise)));

    /// <summary>The n-th derivative of the digamma function.</summary>
    /// <param name="n">Which, at least 1.</param>
    /// <param name="x">The argument, positive where the formula is evaluated.</param>
    /// <returns>psi^(n)(x).</returns>
    /// <exception cref="ArgumentException"><paramref name="n"/> is less than 1, or <paramref name="x"/> null.</exception>
    /// <example><code>Formula y = Formula.Polygamma(1, x + 1);</code></example>
    public static Formula Polygamma(int n, Formula x)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
        return new(ExprModule.polygamma(n, Of(x)));
    }

    /// <summary>The logarithm of the hyperbolic cosine, also where cosh itself is beyond a double.</summary>
    /// <param name="x">The argument.</param>
    /// <returns>log cosh x.</returns>
    /// <exception cref="ArgumentNullException">The argument is null.</exception>
    /// <example><code>Formula y = Formula.LogCosh(x);</code></example>
    public static Formula LogCosh(Formula x) => new(ExprModule.logCosh(Of(x)));

    /// <summary>log(1 + exp x), also where exp x itself is beyond a double.</summary>
    /// <param name="x">The argument.</param>
    /// <returns>log(1 + exp x).</returns>
    /// <exception cref="ArgumentNullException">The argument is null.</exception>
    /// <example><code>Formula soft = Formula.Softplus(4 * x) / 4;</code></example>
    public static Formula Softplus(Formula x) => new(ExprModule.softplus(Of(x)));

    /// <summary>The logarithm, and 0 where the argument is not positive: for the limit of x^p log x at 0.</summary>
    /// <param name="x">The argument.</param>
    /// <returns>log x for x > 0, else 0.</returns>
    /// <exception cref="ArgumentNullException">The argument is null.</exception>
    /// <example><code>Formula y = x * x * Formula.LogOrZero(Formula.Abs(x));</code></example>
    public static Formula LogOrZero(Formula x) => new(ExprModule.logOrZero(Of(x)));

    /// <summary>The names of the unknowns, in alphabetical order.</summary>
    /// <example><code>string unknowns = string.Join(", ", potential.Formula.Variables);</code></example>
    public IReadOnlyList<string> Variables => [.. ExprModule.variables(Value)];

    /// <summary>The derivative in an unknown.</summary>
    /// <param name="variable">Its name.</param>
    /// <returns>The derivative; 0 where the formula has no such unknown.</returns>
    /// <exception cref="ArgumentException"><paramref name="variable"/> is null or empty.</exception>
    /// <example><code>Formula f = potential.Formula.Derivative("z");  // potential.Activation</code></example>
    public Formula Derivative(string variable)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(variable);
        return new(Differentiate.diff(variable, Value));
    }

    /// <summary>The formula with another in place of an unknown.</summary>
    /// <param name="variable">The unknown's name.</param>
    /// <param name="by">What takes its place.</param>
    /// <returns>The formula.</returns>
    /// <exception cref="ArgumentException">An argument is null or the name empty.</exception>
    /// <example><code>Formula atOne = potential.Formula.Substitute("z", 1);</code></example>
    public Formula Substitute(string variable, Formula by)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(variable);
        var put = FSharpOption<Expr>.Some(Of(by));
        return new(ExprModule.substitute(FuncConvert.FromFunc<string, FSharpOption<Expr>?>(name => name == variable ? put : null), Value));
    }

    /// <summary>The formula multiplied out.</summary>
    /// <returns>A sum of products.</returns>
    /// <example><code>Formula terms = ((x + 1) * (x - 1)).Expand();  // x^2 - 1</code></example>
    public Formula Expand() => new(Core.Symbolic.Expand.expand(Value));

    /// <summary>The formula over numbers.</summary>
    /// <param name="values">The value of each unknown.</param>
    /// <returns>The value; NaN where it has none.</returns>
    /// <exception cref="ArgumentException"><paramref name="values"/> is null or lacks an unknown of the formula.</exception>
    /// <example><code>double y = (x * x + 1).Evaluate(new Dictionary&lt;string, double&gt; { ["x"] = 2 });</code></example>
    public double Evaluate(IReadOnlyDictionary<string, double> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        foreach (string unknown in ExprModule.variables(Value))
        {
            if (!values.ContainsKey(unknown))
            {
                throw new ArgumentException($"There is no value for {unknown}.", nameof(values));
            }
        }

        return ExprModule.interpret(Floats.operations, FuncConvert.FromFunc<string, double>(name => values[name]), Value);
    }

    /// <summary>
    /// Whether the formula is convex in an unknown, over the whole line and for all values of the others in their ranges: proved by bounds, refuted with a point, or undecided.
    /// </summary>
    /// <param name="variable">The unknown.</param>
    /// <param name="ranges">From where to where the others go; ends may be infinite. Those not named go over the whole line.</param>
    /// <returns>The verdict.</returns>
    /// <exception cref="ArgumentException">An argument is null, the name empty, or a range too.</exception>
    /// <example><code>
    /// Verdict verdict = Formula.Parse("z^4/4 - b*z^2", "z", "b").IsConvexIn("z", ("b", 0, 1));
    /// Console.WriteLine(verdict);  // refuted, and where
    /// </code></example>
    public Verdict IsConvexIn(string variable, params IReadOnlyList<(string Name, double Lower, double Upper)> ranges)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(variable);
        ArgumentNullException.ThrowIfNull(ranges);
        if (ranges.Any(range => !(range.Lower <= range.Upper)))
        {
            throw new ArgumentException("A range is empty.", nameof(ranges));
        }

        var whole = from name in Variables
                    where name != variable && ranges.All(range => range.Name != name)
                    select (name, double.NegativeInfinity, double.PositiveInfinity);
        var all = ListModule.OfSeq(ranges.Concat(whole).Select(range => Tuple.Create(range.Item1, IntervalModule.between(range.Item2, range.Item3))));
        return new Verdict(Convexity.judge(variable, all, Value));
    }

    /// <summary>The formula in LaTeX, for mathematics mode with amsmath.</summary>
    /// <example><code>string latex = Potentials.Monomial.Activation.Latex;</code></example>
    public string Latex => Print.latex(Value);

    /// <summary>The formula in MathML Core: one element, for inside a math element.</summary>
    /// <example><code>string page = $"&lt;math&gt;{Potentials.LogCosh.Activation.MathMl}&lt;/math&gt;";</code></example>
    public string MathMl => Print.mathml(Value);

    /// <summary>The formula as one line of text.</summary>
    /// <returns>For instance "z^2/2".</returns>
    /// <example><code>Console.WriteLine(Potentials.Quadratic.Formula);  // z^2/2</code></example>
    public override string ToString() => Print.text(Value);

    /// <summary>Whether another formula has the same form.</summary>
    /// <param name="other">The other formula.</param>
    /// <returns>True where the normal forms are the same.</returns>
    /// <example><code>bool same = (x + x).Equals(2 * x);  // true</code></example>
    public bool Equals(Formula? other) => other is not null && Value.Equals(other.Value);

    /// <summary>Whether another object is a formula of the same form.</summary>
    /// <param name="obj">The other object.</param>
    /// <returns>True for a formula whose normal form is the same.</returns>
    /// <example><code>bool same = x.Equals((object)x);  // true</code></example>
    public override bool Equals(object? obj) => Equals(obj as Formula);

    /// <summary>A hash code that agrees with equality.</summary>
    /// <returns>The hash code.</returns>
    /// <example><code>int code = x.GetHashCode();</code></example>
    public override int GetHashCode() => Value.GetHashCode();

    private static Expr Of(Formula formula, [CallerArgumentExpression(nameof(formula))] string? name = null)
    {
        ArgumentNullException.ThrowIfNull(formula, name);
        return formula.Value;
    }
}
