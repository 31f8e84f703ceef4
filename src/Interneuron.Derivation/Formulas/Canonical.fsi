namespace Interneuron.Derivation.Formulas

open Interneuron.Statistics
open Interneuron.Core.Symbolic

/// A formula over populations: symbols with indices, sums over an index, Kronecker deltas, scalar functions and averages over the target.
/// Formulas are built only by the functions below, which keep them in a normal form: products multiplied out, deltas contracted, equal
/// terms collected, what does not depend on the index of a sum outside of it. Two formulas are equal exactly when they are the same up to
/// the names of the indices that are summed over and the order of terms, factors and sums. (FormulaGrowthException where one would have
/// more parts than are worth working with.)
[<Sealed; Class>]
type Indexed =
    interface System.IEquatable<Indexed>
    /// The outermost operation; the index of a sum has the first letter that is not free in it.
    member Layer: Layer
    /// The same, the index of a sum being none of those that are taken either.
    member LayerApart: taken: Set<Index> -> Layer
    /// The indices that are not summed over.
    member Free: Set<Index>
    /// Where the first of its terms was written, if they come from a text. Derived terms keep the place of what they come from; equality
    /// does not look at it.
    member Place: Position option
    static member (+): Indexed * Indexed -> Indexed
    static member (-): Indexed * Indexed -> Indexed
    static member (*): Indexed * Indexed -> Indexed
    static member (*): float * Indexed -> Indexed
    static member (/): Indexed * float -> Indexed
    static member (~-): Indexed -> Indexed

/// The outermost operation of a formula, one layer deep.
and [<RequireQualifiedAccess; NoComparison>] Layer =
    /// A number.
    | Number of float
    /// A quantity of a neuron, a synapse or (without indices) of the whole circuit.
    | Symbol of name: string * Index list
    /// 1 where two indices agree, else 0.
    | Delta of Index * Index
    /// A sum of two or more terms.
    | Plus of Indexed list
    /// A product of two or more factors; a number comes first.
    | Times of Indexed list
    /// The sum over an index.
    | Total of Index * Indexed
    /// A function of scalars.
    | Call of Function * Indexed list
    /// The average over the target of what depends on the responses.
    | Average of Indexed

/// Formulas built, and taken apart by patterns of the same names.
[<AutoOpen>]
module Canonical =
    /// A number. Refuses what is not finite.
    val Number: float -> Indexed
    val (|Number|_|): Indexed -> float option
    /// A quantity of a neuron, a synapse or (without indices) of the whole circuit.
    val Symbol: name: string * at: Index list -> Indexed
    val (|Symbol|_|): Indexed -> (string * Index list) option
    /// 1 where two indices agree, else 0.
    val Delta: Index * Index -> Indexed
    val (|Delta|_|): Indexed -> (Index * Index) option
    /// A sum of terms.
    val Plus: Indexed list -> Indexed
    val (|Plus|_|): Indexed -> Indexed list option
    /// A product of factors.
    val Times: Indexed list -> Indexed
    val (|Times|_|): Indexed -> Indexed list option
    /// The sum over an index.
    val Total: Index * Indexed -> Indexed
    val (|Total|_|): Indexed -> (Index * Indexed) option
    /// A function of scalars.
    val Call: Function * Indexed list -> Indexed
    val (|Call|_|): Indexed -> (Function * Indexed list) option
    /// The average over the target of what depends on the responses.
    val Average: Indexed -> Indexed
    val (|Average|_|): Indexed -> Indexed option

    /// A number as text that says it exactly, as a decimal number or a fraction; `short` writes a double.
    val internal numberText: short: (float -> string) -> Indexed -> string
    /// A number, exactly.
    val internal exactly: Rational -> Indexed
    /// Whole numbers above and below the line of a number that is no short decimal one, such as 1/3.
    val internal (|Fraction|_|): Indexed -> (int * int) option
    /// 1 over a number, exactly; None for another formula. Refuses 0.
    val internal tryInverse: Indexed -> Indexed option
    /// A formula raised to a power that is written as a product; None for others, which stay functions.
    val internal tryRaised: Indexed -> float -> Indexed option
    /// Other indices in the place of those that are not summed over.
    val internal renamed: (Index -> Index) -> Indexed -> Indexed
    /// The same, with a place for the terms that have none.
    val internal placed: Position option -> Indexed -> Indexed
