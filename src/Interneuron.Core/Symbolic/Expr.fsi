namespace Interneuron.Core.Symbolic

/// A formula: a constant, a variable, or an operation on formulas. Formulas are built only by the functions and operators below, which keep
/// them in a normal form (sums and products flat, ordered and collected, constants folded) and share equal parts: two formulas are equal
/// exactly when they are the same object. The order inside sums and products depends on structure alone, so a formula prints the same in every run.
[<Sealed>]
type Expr =
    interface System.IEquatable<Expr>
    /// The outermost operation.
    member Node: Node
    static member (+): Expr * Expr -> Expr
    static member (+): Expr * float -> Expr
    static member (+): float * Expr -> Expr
    static member (-): Expr * Expr -> Expr
    static member (-): Expr * float -> Expr
    static member (-): float * Expr -> Expr
    static member (*): Expr * Expr -> Expr
    static member (*): Expr * float -> Expr
    static member (*): float * Expr -> Expr
    static member (/): Expr * Expr -> Expr
    static member (/): Expr * float -> Expr
    static member (/): float * Expr -> Expr
    static member (~-): Expr -> Expr
    /// `x ** p`.
    static member Pow: Expr * Expr -> Expr
    /// `x ** p`.
    static member Pow: Expr * float -> Expr
    /// `exp x`.
    static member Exp: Expr -> Expr
    /// `log x`.
    static member Log: Expr -> Expr
    /// `abs x`.
    static member Abs: Expr -> Expr
    /// `sqrt x`.
    static member Sqrt: Expr -> Expr
    /// `tanh x`.
    static member Tanh: Expr -> Expr
    /// `cosh x`.
    static member Cosh: Expr -> Expr
    /// `sinh x`.
    static member Sinh: Expr -> Expr

/// The outermost operation of a formula, one layer deep.
and [<CustomEquality; NoComparison>] Node =
    /// A number.
    | Constant of float
    /// A named unknown.
    | Variable of string
    /// A sum of two or more terms; a constant term comes first.
    | Sum of Expr list
    /// A product of two or more factors; a constant factor comes first.
    | Product of Expr list
    /// Base and exponent.
    | Power of Expr * Expr
    /// A primitive function and its arguments.
    | Apply of Primitive * Expr list
    /// IfLess(a, b, c, d): c where a < b, else d.
    | IfLess of Expr * Expr * Expr * Expr

/// A primitive function: one row with everything the house knows of it.
and [<AbstractClass>] Primitive =
    internal new: name: string * nonNegative: bool -> Primitive
    /// The name in printed formulas, and in formulas that are read from text.
    member Name: string
    /// Whether its values are never negative.
    member NonNegative: bool
    /// The partial derivatives with respect to each argument.
    abstract Partials: Expr list -> Expr list
    /// Its value over any number type, by that type's operations.
    abstract Read<'T> : Operations<'T> * 'T list -> 'T
    /// Its LaTeX form, from the LaTeX of its arguments.
    abstract Latex: string list -> string
    /// A simpler formula of equal value for these arguments, where there is one.
    abstract Rewrite: Expr list -> Expr voption

/// Raised where building or differentiating a formula would cost more than the budget it is given.
[<Sealed>]
type FormulaGrowthException =
    inherit System.ArgumentException
    new: message: string -> FormulaGrowthException

/// Building and taking apart formulas.
[<RequireQualifiedAccess>]
module Expr =
    /// A number as a formula.
    val constant: float -> Expr
    /// A named unknown.
    val var: string -> Expr
    /// A primitive function of its arguments.
    val apply: Primitive -> Expr list -> Expr
    /// The sum of formulas; 0 for none.
    val sum: Expr list -> Expr
    /// The product of formulas; 1 for none.
    val product: Expr list -> Expr
    /// Base to the power of the exponent.
    val power: Expr -> Expr -> Expr
    /// Runs what builds formulas, of at most so many parts of sums and products that are gone through, and refuses what takes more
    /// (FormulaGrowthException).
    val internal within: parts: int -> action: (unit -> 'T) -> 'T
    /// |x| as a formula.
    val abs: Expr -> Expr
    /// -1, 0 or 1.
    val sign: Expr -> Expr
    /// 0, 1/2 at zero, 1.
    val step: Expr -> Expr
    /// The larger of two.
    val max: Expr -> Expr -> Expr
    /// The smaller of two.
    val min: Expr -> Expr -> Expr
    /// log x for x > 0 and 0 elsewhere, for the limit of x^p log x.
    val logOrZero: Expr -> Expr
    /// log cosh x.
    val logCosh: Expr -> Expr
    /// log(1 + exp x).
    val softplus: Expr -> Expr
    /// The complementary error function.
    val erfc: Expr -> Expr
    /// The gamma function.
    val gamma: Expr -> Expr
    /// log Gamma(x), x > 0.
    val logGamma: Expr -> Expr
    /// The digamma function, x > 0.
    val digamma: Expr -> Expr
    /// The n-th derivative of the digamma function, x > 0.
    val polygamma: int -> Expr -> Expr
    /// ifLess a b c d: c where a < b, else d.
    val ifLess: Expr -> Expr -> Expr -> Expr -> Expr
    /// The primitives that text can name, each with the number of its arguments.
    val primitives: (Primitive * int) list
    /// Whether the value is known never to be negative, from the form alone.
    val isNonNegative: Expr -> bool
    /// The order of formulas by structure, the same in every run.
    val compare: Expr -> Expr -> int
    /// The formulas that a formula is directly made of.
    val children: Expr -> Expr list
    /// Evaluates a formula bottom up, visiting each shared part once: `combine` gets a node and the results of its children.
    val fold: combine: (Expr -> 'R list -> 'R) -> Expr -> 'R
    /// The same formula over other children, in their order.
    val rebuild: Expr -> Expr list -> Expr
    /// The names of the variables, in alphabetical order.
    val variables: Expr -> string list
    /// Puts a formula in place of each variable for which one is given.
    val substitute: (string -> Expr option) -> Expr -> Expr
    /// Reads the formula over a number type, given the values of its variables.
    val interpret: Operations<'T> -> (string -> 'T) -> Expr -> 'T
    /// Reads several formulas at once, so that what they share is read once.
    val interpretAll: Operations<'T> -> (string -> 'T) -> Expr list -> 'T list
