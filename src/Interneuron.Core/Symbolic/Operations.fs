namespace Interneuron.Core.Symbolic

/// What an expression asks of a number type: one record of operations is one reading of every formula (floats, duals, intervals,
/// registers, another library's tensors).
type Operations<'T> =
    {
        /// The number type's version of a constant.
        Constant: float -> 'T
        /// a + b.
        Add: 'T -> 'T -> 'T
        /// a b.
        Multiply: 'T -> 'T -> 'T
        /// a to the power b, with x^0 = 1 and 0^p = 0 for p > 0.
        Power: 'T -> 'T -> 'T
        /// e^x.
        Exp: 'T -> 'T
        /// The natural logarithm.
        Log: 'T -> 'T
        /// log x for x > 0, and 0 elsewhere: with it x^p log x takes its limit 0 at x = 0.
        LogOrZero: 'T -> 'T
        /// |x|.
        Abs: 'T -> 'T
        /// -1, 0 or 1.
        Sign: 'T -> 'T
        /// 0 below zero, 1 above, and 1/2 at zero: the mean of the subgradient of max(x, 0).
        Step: 'T -> 'T
        /// The larger of two values.
        Max: 'T -> 'T -> 'T
        /// The smaller of two values.
        Min: 'T -> 'T -> 'T
        /// The hyperbolic tangent.
        Tanh: 'T -> 'T
        /// The hyperbolic cosine.
        Cosh: 'T -> 'T
        /// log cosh x, which does not overflow and keeps its digits near 0.
        LogCosh: 'T -> 'T
        /// log(1 + exp x), which does not overflow and keeps its digits far below 0.
        Softplus: 'T -> 'T
        /// The complementary error function, 2/sqrt(pi) times the integral of exp(-t^2) from x to infinity.
        Erfc: 'T -> 'T
        /// The gamma function.
        Gamma: 'T -> 'T
        /// log Gamma(x) for x > 0.
        LogGamma: 'T -> 'T
        /// The n-th derivative of the digamma function for x > 0 (n = 0: digamma itself).
        Polygamma: int -> 'T -> 'T
        /// choose a b c d: c where a < b, else d.
        IfLess: 'T -> 'T -> 'T -> 'T -> 'T
    }
