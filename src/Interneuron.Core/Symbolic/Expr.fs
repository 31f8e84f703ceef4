namespace Interneuron.Core.Symbolic

open System

/// A formula: a constant, a variable, or an operation on formulas. Formulas are built only by the operators below and the functions of
/// `Expr`, which keep them in a normal form (sums and products flat, ordered and collected, constants folded) and share equal parts: two
/// formulas are equal exactly when they are the same object. The order inside sums and products depends on structure alone, so a formula
/// prints the same in every run.
[<Sealed; AllowNullLiteral(false)>]
type Expr internal (node: Node, hash: int, algebra: Algebra) =
    /// The outermost operation.
    member _.Node = node
    member internal _.Hash = hash
    member internal _.Algebra = algebra

    override _.GetHashCode() = hash
    override this.Equals(other: obj | null) = obj.ReferenceEquals(this, other)

    interface IEquatable<Expr> with
        member this.Equals(other: Expr | null) = obj.ReferenceEquals(this, other)

    static member (+)(a: Expr, b: Expr) : Expr = a.Algebra.Sum [ a; b ]
    static member (+)(a: Expr, b: float) : Expr = a + a.Algebra.Constant b
    static member (+)(a: float, b: Expr) : Expr = b.Algebra.Constant a + b
    static member (-)(a: Expr, b: Expr) : Expr = a + -b
    static member (-)(a: Expr, b: float) : Expr = a + -b
    static member (-)(a: float, b: Expr) : Expr = a + -b
    static member (*)(a: Expr, b: Expr) : Expr = a.Algebra.Product [ a; b ]
    static member (*)(a: Expr, b: float) : Expr = a * a.Algebra.Constant b
    static member (*)(a: float, b: Expr) : Expr = b.Algebra.Constant a * b
    static member (/)(a: Expr, b: Expr) : Expr = a * Expr.Pow(b, -1.0)
    static member (/)(a: Expr, b: float) : Expr = a / a.Algebra.Constant b
    static member (/)(a: float, b: Expr) : Expr = b.Algebra.Constant a / b
    static member (~-)(a: Expr) : Expr = -1.0 * a

    /// `x ** p`.
    static member Pow(b: Expr, p: Expr) : Expr = b.Algebra.Power b p
    /// `x ** p`.
    static member Pow(b: Expr, p: float) : Expr = Expr.Pow(b, b.Algebra.Constant p)
    /// `exp x`.
    static member Exp(x: Expr) : Expr = x.Algebra.Exp x
    /// `log x`.
    static member Log(x: Expr) : Expr = x.Algebra.Log x
    /// `abs x`.
    static member Abs(x: Expr) : Expr = x.Algebra.Abs x
    /// `sqrt x`.
    static member Sqrt(x: Expr) : Expr = Expr.Pow(x, 0.5)
    /// `tanh x`.
    static member Tanh(x: Expr) : Expr = x.Algebra.Tanh x
    /// `cosh x`.
    static member Cosh(x: Expr) : Expr = x.Algebra.Cosh x
    /// `sinh x`.
    static member Sinh(x: Expr) : Expr = Expr.Cosh x * Expr.Tanh x

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

    // Children are interned, so one layer of reference comparisons decides.
    override this.Equals(other: obj | null) =
        let same (a: Expr) (b: Expr) = obj.ReferenceEquals(a, b)

        let all (a: Expr list) (b: Expr list) =
            a.Length = b.Length && List.forall2 same a b

        match other with
        | :? Node as other ->
            match this, other with
            | Constant a, Constant b -> BitConverter.DoubleToInt64Bits a = BitConverter.DoubleToInt64Bits b
            | Variable a, Variable b -> String.Equals(a, b)
            | Sum a, Sum b
            | Product a, Product b -> all a b
            | Power(a, p), Power(b, q) -> same a b && same p q
            | Apply(f, a), Apply(g, b) -> obj.ReferenceEquals(f, g) && all a b
            | IfLess(a, b, c, d), IfLess(a', b', c', d') -> same a a' && same b b' && same c c' && same d d'
            | _ -> false
        | _ -> false

    override this.GetHashCode() =
        let mix (tag: int) (parts: Expr list) =
            List.fold (fun h (e: Expr) -> h * 31 + e.Hash) tag parts

        match this with
        | Constant c -> c.GetHashCode()
        | Variable name -> name |> Seq.fold (fun h c -> h * 31 + int c) 17
        | Sum terms -> mix 3 terms
        | Product factors -> mix 5 factors
        | Power(b, p) -> mix 7 [ b; p ]
        | Apply(f, arguments) -> mix (f.GetHashCode()) arguments
        | IfLess(a, b, c, d) -> mix 13 [ a; b; c; d ]

/// A primitive function: one row with everything the house knows of it. What is overridden is not as by default; the object is its
/// identity.
and [<AbstractClass>] Primitive internal (name: string, latex: string, form: Form) =
    /// The name in printed formulas, and in formulas that are read from text.
    member _.Name = name

    /// How it is carried out.
    member internal _.Form = form

    /// The number of its arguments.
    member _.Arity =
        match form with
        | Elementary op -> op.Arity
        | Composed _ -> 1

    /// Its value for some numbers.
    member _.Value(arguments: float list) : float =
        match form with
        | Elementary op -> op.Value arguments
        | Composed made -> made.Read(id, (fun op arguments -> op.Value arguments), List.exactlyOne arguments)

    /// Its LaTeX form, from the LaTeX of its arguments.
    abstract Latex: string list -> string

    default _.Latex arguments =
        let inside = String.concat ", " arguments
        $"{latex}\\left({inside}\\right)"

    /// The partial derivatives with respect to each argument.
    abstract Partials: Expr list -> Expr list

    /// A simpler formula of equal value for these arguments, where there is one.
    abstract Rewrite: Expr list -> Expr voption
    default _.Rewrite _ = ValueNone

    /// Whether its values are never negative, given which of its arguments never are.
    abstract IsNonNegative: bool list -> bool
    default _.IsNonNegative _ = false

    /// Bounds on its values for arguments in these intervals: the whole line where its monotone pieces are not easily told.
    abstract Bounds: Interval list -> Interval
    default _.Bounds _ = Interval.whole

    /// Whether a computed value can be one: what is infinite, or nothing, made from moderate numbers is none; other numbers may have
    /// overflowed on the way.
    static member internal IsPlausible(arguments: float list, value: float) =
        Double.IsFinite value
        || not (arguments |> List.forall (fun x -> Math.Abs x <= 1e150))

    /// Whether it has a value, given what was computed.
    abstract Exists: arguments: float list * value: float -> bool
    default _.Exists(arguments, value) = Primitive.IsPlausible(arguments, value)

    /// The arguments at which it takes a value, for a function of one argument, where they can be told.
    abstract Inverse: Expr -> Expr list option
    default _.Inverse _ = None

    /// Whether it is smooth.
    abstract Smoothness: Smoothness
    default _.Smoothness = Smooth

    /// What it is made of where it bends or jumps, over any number type.
    abstract Pieces<'T> : Operations<'T> * 'T list -> Pieces<'T>

    default _.Pieces<'T>(_: Operations<'T>, _: 'T list) : Pieces<'T> = invalidOp $"{name} has no pieces"

    override _.ToString() = name

/// How a primitive is carried out.
and internal Form =
    /// By one operation.
    | Elementary of Op
    /// By several, as a function of one argument.
    | Composed of Composition

/// A function of one argument made of operations, over numbers or registers.
and [<AbstractClass>] internal Composition() =
    /// Its value for an argument, given what a number is and how operations are carried out.
    abstract Read<'A> : number: (float -> 'A) * run: (Op -> 'A list -> 'A) * 'A -> 'A

/// Where a function is smooth.
and Smoothness =
    /// Wherever it has a value.
    | Smooth
    /// Not where its argument is 0, as a logarithm.
    | Singular
    /// Its slope rises, or falls, where its switch is 0; it is continuous there.
    | Bends of upwards: bool
    /// Its value changes where its argument is 0, and is constant elsewhere.
    | Jumps

/// A function that bends or jumps: what changes its sign there, and the values below, at and above that place.
and Pieces<'T> =
    { Switch: 'T
      Below: 'T
      At: 'T
      Above: 'T }

/// What a formula asks of a number type: one record of operations is one reading of every formula (floats, duals, intervals, another
/// library's tensors).
and Operations<'T> =
    {
        /// The number type's version of a constant.
        Constant: float -> 'T
        /// a + b.
        Add: 'T -> 'T -> 'T
        /// a b.
        Multiply: 'T -> 'T -> 'T
        /// a to the power b, with x^0 = 1 and 0^p = 0 for p > 0.
        Power: 'T -> 'T -> 'T
        /// choose a b c d: c where a < b, else d.
        IfLess: 'T -> 'T -> 'T -> 'T -> 'T
        /// A primitive function of its arguments, by what its row says of this number type.
        Apply: Primitive -> 'T list -> 'T
    }

/// What formulas are built by. Every formula carries it, so that the operators need not know how normal forms are made; `NormalForms` ties
/// the knot.
and [<Sealed>] internal Algebra() =
    [<DefaultValue(false)>]
    val mutable Constant: float -> Expr

    [<DefaultValue(false)>]
    val mutable Sum: Expr list -> Expr

    [<DefaultValue(false)>]
    val mutable Product: Expr list -> Expr

    [<DefaultValue(false)>]
    val mutable Power: Expr -> Expr -> Expr

    [<DefaultValue(false)>]
    val mutable Apply: Primitive -> Expr list -> Expr

    [<DefaultValue(false)>]
    val mutable Exp: Expr -> Expr

    [<DefaultValue(false)>]
    val mutable Log: Expr -> Expr

    [<DefaultValue(false)>]
    val mutable Abs: Expr -> Expr

    [<DefaultValue(false)>]
    val mutable Tanh: Expr -> Expr

    [<DefaultValue(false)>]
    val mutable Cosh: Expr -> Expr
