using System.Runtime.CompilerServices;
using Interneuron.Core.Symbolic;
using Interneuron.Core.Symbolic.Text;
using Interneuron.Core.Transport;
using Interneuron.Derivation.Formulas;
using Interneuron.Derivation.Running;

namespace Interneuron;

/// <summary>
/// A formula: a number, a named unknown, or an operation on formulas. Ordinary operators and the functions below build it; what is built is put in a
/// normal form, in which two formulas are equal exactly when they have the same form. Formulas are what potentials are written in, and what the derived
/// activation functions and learning rules are given as.
/// </summary>
/// <example><code>
/// Potential softened = Potential.Define("softened", z => Symbol.Sqrt(1 + z * z));
/// Console.WriteLine(softened.Activation);
/// </code></example>
public sealed class Symbol : IEquatable<Symbol>
{
    internal Symbol(Expr formula) => Formula = formula;

    internal Expr Formula { get; }

    /// <summary>A number as a formula.</summary>
    /// <param name="number">The number.</param>
    /// <returns>The formula.</returns>
    /// <example><code>Symbol half = 0.5;</code></example>
    public static implicit operator Symbol(double number) => new(ExprModule.constant(number));

    /// <summary>The sum of two formulas.</summary>
    /// <param name="a">The first term.</param>
    /// <param name="b">The second term.</param>
    /// <returns>a + b.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <example><code>Symbol more = x + 1;</code></example>
    public static Symbol operator +(Symbol a, Symbol b) => new(Of(a) + Of(b));

    /// <summary>The difference of two formulas.</summary>
    /// <param name="a">The first term.</param>
    /// <param name="b">The term that is subtracted.</param>
    /// <returns>a - b.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <example><code>Symbol less = x - 1;</code></example>
    public static Symbol operator -(Symbol a, Symbol b) => new(Of(a) - Of(b));

    /// <summary>The product of two formulas.</summary>
    /// <param name="a">The first factor.</param>
    /// <param name="b">The second factor.</param>
    /// <returns>a b.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <example><code>Symbol square = x * x;</code></example>
    public static Symbol operator *(Symbol a, Symbol b) => new(Of(a) * Of(b));

    /// <summary>The quotient of two formulas.</summary>
    /// <param name="a">The numerator.</param>
    /// <param name="b">The denominator.</param>
    /// <returns>a / b.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <example><code>Symbol half = x / 2;</code></example>
    public static Symbol operator /(Symbol a, Symbol b) => new(Of(a) / Of(b));

    /// <summary>A formula with the opposite sign.</summary>
    /// <param name="a">The formula.</param>
    /// <returns>-a.</returns>
    /// <exception cref="ArgumentNullException">The argument is null.</exception>
    /// <example><code>Symbol opposite = -x;</code></example>
    public static Symbol operator -(Symbol a) => new(-Of(a));

    /// <summary>Whether two formulas have the same form.</summary>
    /// <param name="a">The first formula.</param>
    /// <param name="b">The second formula.</param>
    /// <returns>True where their normal forms are the same.</returns>
    /// <example><code>bool same = x * x == Symbol.Pow(x, 2);  // true</code></example>
    public static bool operator ==(Symbol? a, Symbol? b) => a is null ? b is null : a.Equals(b);

    /// <summary>Whether two formulas differ in form.</summary>
    /// <param name="a">The first formula.</param>
    /// <param name="b">The second formula.</param>
    /// <returns>True where their normal forms differ.</returns>
    /// <example><code>bool differ = x * x != x;  // true</code></example>
    public static bool operator !=(Symbol? a, Symbol? b) => !(a == b);

    /// <summary>The exponential function.</summary>
    /// <param name="x">The argument.</param>
    /// <returns>e^x.</returns>
    /// <exception cref="ArgumentNullException">The argument is null.</exception>
    /// <example><code>Symbol y = Symbol.Exp(x);</code></example>
    public static Symbol Exp(Symbol x) => new(Expr.Exp(Of(x)));

    /// <summary>The natural logarithm.</summary>
    /// <param name="x">The argument, positive where the formula is evaluated.</param>
    /// <returns>log x.</returns>
    /// <exception cref="ArgumentNullException">The argument is null.</exception>
    /// <example><code>Symbol y = Symbol.Log(Symbol.Cosh(x));</code></example>
    public static Symbol Log(Symbol x) => new(Expr.Log(Of(x)));

    /// <summary>The absolute value.</summary>
    /// <param name="x">The argument.</param>
    /// <returns>|x|; its derivative is the sign of x, 0 at x = 0.</returns>
    /// <exception cref="ArgumentNullException">The argument is null.</exception>
    /// <example><code>Symbol y = Symbol.Abs(x);</code></example>
    public static Symbol Abs(Symbol x) => new(ExprModule.abs(Of(x)));

    /// <summary>The sign.</summary>
    /// <param name="x">The argument.</param>
    /// <returns>-1 below zero, 0 at zero, 1 above.</returns>
    /// <exception cref="ArgumentNullException">The argument is null.</exception>
    /// <example><code>Symbol y = Symbol.Sign(x);</code></example>
    public static Symbol Sign(Symbol x) => new(ExprModule.sign(Of(x)));

    /// <summary>The unit step.</summary>
    /// <param name="x">The argument.</param>
    /// <returns>0 below zero, 1/2 at zero, 1 above.</returns>
    /// <exception cref="ArgumentNullException">The argument is null.</exception>
    /// <example><code>Symbol y = Symbol.Step(x - 1);</code></example>
    public static Symbol Step(Symbol x) => new(ExprModule.step(Of(x)));

    /// <summary>The square root.</summary>
    /// <param name="x">The argument, not negative where the formula is evaluated.</param>
    /// <returns>The root of x.</returns>
    /// <exception cref="ArgumentNullException">The argument is null.</exception>
    /// <example><code>Symbol y = Symbol.Sqrt(1 + x * x);</code></example>
    public static Symbol Sqrt(Symbol x) => new(Expr.Sqrt(Of(x)));

    /// <summary>A power.</summary>
    /// <param name="x">The base, not negative where the exponent is no whole number.</param>
    /// <param name="exponent">The exponent.</param>
    /// <returns>x to the power of the exponent; x^0 = 1.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <example><code>Symbol y = Symbol.Pow(Symbol.Abs(x), 2.5);</code></example>
    public static Symbol Pow(Symbol x, Symbol exponent) => new(ExprModule.power(Of(x), Of(exponent)));

    /// <summary>The hyperbolic tangent.</summary>
    /// <param name="x">The argument.</param>
    /// <returns>tanh x.</returns>
    /// <exception cref="ArgumentNullException">The argument is null.</exception>
    /// <example><code>Symbol y = Symbol.Tanh(x);</code></example>
    public static Symbol Tanh(Symbol x) => new(Expr.Tanh(Of(x)));

    /// <summary>The hyperbolic cosine.</summary>
    /// <param name="x">The argument.</param>
    /// <returns>cosh x.</returns>
    /// <exception cref="ArgumentNullException">The argument is null.</exception>
    /// <example><code>Symbol y = Symbol.Cosh(x);</code></example>
    public static Symbol Cosh(Symbol x) => new(Expr.Cosh(Of(x)));

    /// <summary>The hyperbolic sine.</summary>
    /// <param name="x">The argument.</param>
    /// <returns>sinh x.</returns>
    /// <exception cref="ArgumentNullException">The argument is null.</exception>
    /// <example><code>Symbol y = Symbol.Sinh(x);</code></example>
    public static Symbol Sinh(Symbol x) => new(Expr.Sinh(Of(x)));

    /// <summary>The larger of two formulas.</summary>
    /// <param name="a">The first formula.</param>
    /// <param name="b">The second formula.</param>
    /// <returns>max(a, b).</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <example><code>Symbol rectified = Symbol.Max(x - 1, 0);</code></example>
    public static Symbol Max(Symbol a, Symbol b) => new(ExprModule.max(Of(a), Of(b)));

    /// <summary>The smaller of two formulas.</summary>
    /// <param name="a">The first formula.</param>
    /// <param name="b">The second formula.</param>
    /// <returns>min(a, b).</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <example><code>Symbol y = Symbol.Min(x, 1);</code></example>
    public static Symbol Min(Symbol a, Symbol b) => new(ExprModule.min(Of(a), Of(b)));

    /// <summary>The complementary error function.</summary>
    /// <param name="x">The argument.</param>
    /// <returns>2/sqrt(pi) times the integral of exp(-t^2) from x to infinity.</returns>
    /// <exception cref="ArgumentNullException">The argument is null.</exception>
    /// <example><code>Symbol tail = Symbol.Erfc(x / Math.Sqrt(2)) / 2;</code></example>
    public static Symbol Erfc(Symbol x) => new(ExprModule.erfc(Of(x)));

    /// <summary>The gamma function.</summary>
    /// <param name="x">The argument.</param>
    /// <returns>Gamma(x).</returns>
    /// <exception cref="ArgumentNullException">The argument is null.</exception>
    /// <example><code>Symbol y = Symbol.Gamma(x + 1);</code></example>
    public static Symbol Gamma(Symbol x) => new(ExprModule.gamma(Of(x)));

    /// <summary>The logarithm of the gamma function.</summary>
    /// <param name="x">The argument, positive where the formula is evaluated.</param>
    /// <returns>log Gamma(x).</returns>
    /// <exception cref="ArgumentNullException">The argument is null.</exception>
    /// <example><code>Symbol y = Symbol.LogGamma(x + 1);</code></example>
    public static Symbol LogGamma(Symbol x) => new(ExprModule.logGamma(Of(x)));

    /// <summary>The digamma function, the derivative of log Gamma.</summary>
    /// <param name="x">The argument, positive where the formula is evaluated.</param>
    /// <returns>psi(x).</returns>
    /// <exception cref="ArgumentNullException">The argument is null.</exception>
    /// <example><code>Symbol y = Symbol.Digamma(x + 1);</code></example>
    public static Symbol Digamma(Symbol x) => new(ExprModule.digamma(Of(x)));

    /// <summary>A choice between two formulas.</summary>
    /// <param name="a">The left side of the comparison.</param>
    /// <param name="b">The right side of the comparison.</param>
    /// <param name="then">The value where a &lt; b.</param>
    /// <param name="otherwise">The value elsewhere.</param>
    /// <returns>The choice.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <example><code>Symbol huber = Symbol.IfLess(Symbol.Abs(x), 1, x * x / 2, Symbol.Abs(x) - 0.5);</code></example>
    public static Symbol IfLess(Symbol a, Symbol b, Symbol then, Symbol otherwise) =>
        new(ExprModule.ifLess(Of(a), Of(b), Of(then), Of(otherwise)));

    /// <summary>The formula in LaTeX, for mathematics mode with amsmath.</summary>
    /// <example><code>string latex = Potentials.Monomial.Activation.Latex;</code></example>
    public string Latex => Print.latex(Formula);

    /// <summary>The formula as one line of text.</summary>
    /// <returns>For instance "z^2/2".</returns>
    /// <example><code>Console.WriteLine(Potentials.Quadratic.Formula);  // z^2/2</code></example>
    public override string ToString() => Print.text(Formula);

    /// <summary>Whether another formula has the same form.</summary>
    /// <param name="other">The other formula.</param>
    /// <returns>True where the normal forms are the same.</returns>
    /// <example><code>bool same = (x + x).Equals(2 * x);  // true</code></example>
    public bool Equals(Symbol? other) => other is not null && Formula.Equals(other.Formula);

    /// <summary>Whether another object is a formula of the same form.</summary>
    /// <param name="obj">The other object.</param>
    /// <returns>True for a formula whose normal form is the same.</returns>
    /// <example><code>bool same = x.Equals((object)x);  // true</code></example>
    public override bool Equals(object? obj) => Equals(obj as Symbol);

    /// <summary>A hash code that agrees with equality.</summary>
    /// <returns>The hash code.</returns>
    /// <example><code>int code = x.GetHashCode();</code></example>
    public override int GetHashCode() => Formula.GetHashCode();

    private static Expr Of(Symbol symbol, [CallerArgumentExpression(nameof(symbol))] string? name = null)
    {
        ArgumentNullException.ThrowIfNull(symbol, name);
        return symbol.Formula;
    }
}
