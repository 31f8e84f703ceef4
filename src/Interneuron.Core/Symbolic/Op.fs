namespace Interneuron.Core.Symbolic

open System
open MathNet.Numerics
open Interneuron.Kernels

/// What an operation does to numbers.
type Meaning =
    | One of (float -> float)
    | Two of (float -> float -> float)
    | Three of (float -> float -> float -> float)
    | Four of (float -> float -> float -> float -> float)

/// An operation that registers carry out, one row with all that the passes ask of it.
[<Sealed; AllowNullLiteral(false)>]
type Op internal (name: string, register: string, order: int option, meaning: Meaning) =
    /// The name, as programs are shown.
    member _.Name = name
    /// The method of `ILanes` that carries it out.
    member internal _.Register = register
    /// What that method takes before its registers, if anything.
    member internal _.Order = order
    /// What it does to numbers.
    member _.Meaning = meaning

    /// The number of its arguments.
    member _.Arity =
        match meaning with
        | One _ -> 1
        | Two _ -> 2
        | Three _ -> 3
        | Four _ -> 4

    /// Its value for some numbers.
    member _.Value(arguments: float list) =
        match meaning, arguments with
        | One f, [ a ] -> f a
        | Two f, [ a; b ] -> f a b
        | Three f, [ a; b; c ] -> f a b c
        | Four f, [ a; b; c; d ] -> f a b c d
        | _ -> invalidArg (nameof arguments) $"{name} of {arguments.Length} arguments"

    override _.ToString() = name

/// The operations that formulas are lowered to, besides those that stand with their primitive.
[<RequireQualifiedAccess>]
module Op =
    /// A register operation and what it does to numbers.
    let internal make (register: string) (meaning: Meaning) : Op = Op(register, register, None, meaning)

    let Add = Op("Add", "op_Addition", None, Two (+))
    let Subtract = Op("Subtract", "op_Subtraction", None, Two (-))
    let Multiply = Op("Multiply", "op_Multiply", None, Two (*))
    let Divide = Op("Divide", "op_Division", None, Two (/))

    /// a b + c, rounded once.
    let FusedMultiplyAdd =
        make (nameof Lanes1.FusedMultiplyAdd) (Three(fun a b c -> Math.FusedMultiplyAdd(a, b, c)))

    /// |a| with the sign of b.
    let CopySign = make (nameof Lanes1.CopySign) (Two(fun a b -> Math.CopySign(a, b)))
    let Sqrt = make (nameof Lanes1.Sqrt) (One Math.Sqrt)
    let Power = make (nameof Lanes1.Power) (Two(fun b p -> Math.Pow(b, p)))
    let Exp = make (nameof Lanes1.Exp) (One Math.Exp)
    let Log = make (nameof Lanes1.Log) (One Math.Log)

    /// log max(a, smallest normal number).
    let LogFloored = make (nameof Lanes1.LogFloored) (One Special.logFloored)
    let Abs = make (nameof Lanes1.Abs) (One Math.Abs)
    let Max = make (nameof Lanes1.Max) (Two(fun a b -> Math.Max(a, b)))
    let Min = make (nameof Lanes1.Min) (Two(fun a b -> Math.Min(a, b)))
    let Tanh = make (nameof Lanes1.Tanh) (One Math.Tanh)

    /// The n-th derivative of the digamma function.
    let polygamma (n: int) =
        Op($"Polygamma {n}", nameof Lanes1.Polygamma, Some n, One(Special.polygamma n))

    /// c where a < b, else d.
    let IfLess =
        Op("IfLess", nameof Lanes1.Select, None, Four(fun a b c d -> if a < b then c else d))
