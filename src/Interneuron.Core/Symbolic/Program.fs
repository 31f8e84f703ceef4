namespace Interneuron.Core.Symbolic

open System

/// What an equation of a program reads: nothing else can stand as an argument.
type Atom =
    /// The result of the equation of that number.
    | Earlier of int
    /// A number.
    | Literal of float
    /// The input of that number.
    | Input of int

/// One operation on atoms; the names are those of the register operations that carry them out.
[<RequireQualifiedAccess>]
type Op =
    | Add
    | Subtract
    | Multiply
    | Divide
    /// a b + c, rounded once.
    | FusedMultiplyAdd
    /// |a| with the sign of b.
    | CopySign
    | Sqrt
    | Power
    | Exp
    | Log
    | LogOrZero
    /// log max(a, smallest normal number).
    | LogFloored
    | Abs
    | Sign
    | Step
    | Max
    | Min
    | Tanh
    | Cosh
    | Erfc
    | Gamma
    | LogGamma
    | Polygamma of int
    /// c where a < b, else d.
    | IfLess

/// One assignment; its number is its place in the program.
type Equation = { Operation: Op; Arguments: Atom list }

/// A straight-line program in A-normal form: every argument is an atom, every result is assigned once and before it is read.
type Program =
    { Inputs: string list
      Equations: Equation array
      Outputs: Atom list }

[<RequireQualifiedAccess>]
module Program =
    /// The number of arguments an operation takes.
    let arity (operation: Op) =
        match operation with
        | Op.Add
        | Op.Subtract
        | Op.Multiply
        | Op.Divide
        | Op.CopySign
        | Op.Power
        | Op.Max
        | Op.Min -> 2
        | Op.FusedMultiplyAdd -> 3
        | Op.IfLess -> 4
        | Op.Sqrt
        | Op.Exp
        | Op.Log
        | Op.LogOrZero
        | Op.LogFloored
        | Op.Abs
        | Op.Sign
        | Op.Step
        | Op.Tanh
        | Op.Cosh
        | Op.Erfc
        | Op.Gamma
        | Op.LogGamma
        | Op.Polygamma _ -> 1

    /// The program itself if every argument is an input or an earlier result and every operation has its arguments; else an error that names the
    /// equation.
    let check (program: Program) : Program =
        let known before atom =
            match atom with
            | Earlier i -> 0 <= i && i < before
            | Input i -> 0 <= i && i < program.Inputs.Length
            | Literal _ -> true

        program.Equations
        |> Array.iteri (fun i equation ->
            if equation.Arguments.Length <> arity equation.Operation then
                invalidArg
                    (nameof program)
                    $"equation {i} ({equation.Operation}) has {equation.Arguments.Length} arguments, not {arity equation.Operation}"

            if not (List.forall (known i) equation.Arguments) then
                invalidArg (nameof program) $"equation {i} ({equation.Operation}) reads something that is not yet known")

        if not (List.forall (known program.Equations.Length) program.Outputs) then
            invalidArg (nameof program) "an output is not computed"

        program

    /// What an operation does to numbers.
    type private Meaning =
        | One of (float -> float)
        | Two of (float -> float -> float)
        | Three of (float -> float -> float -> float)
        | Four of (float -> float -> float -> float -> float)

    let private meaning (operation: Op) : Meaning =
        let ops = Floats.operations

        match operation with
        | Op.Add -> Two (+)
        | Op.Subtract -> Two (-)
        | Op.Multiply -> Two (*)
        | Op.Divide -> Two (/)
        | Op.FusedMultiplyAdd -> Three(fun a b c -> Math.FusedMultiplyAdd(a, b, c))
        | Op.CopySign -> Two(fun a b -> Math.CopySign(a, b))
        | Op.Power -> Two ops.Power
        | Op.Max -> Two ops.Max
        | Op.Min -> Two ops.Min
        | Op.IfLess -> Four ops.IfLess
        | Op.Sqrt -> One sqrt
        | Op.Exp -> One ops.Exp
        | Op.Log -> One ops.Log
        | Op.LogOrZero -> One ops.LogOrZero
        | Op.LogFloored -> One(fun a -> Math.Log(Math.Max(a, Floats.smallest)))
        | Op.Abs -> One ops.Abs
        | Op.Sign -> One ops.Sign
        | Op.Step -> One ops.Step
        | Op.Tanh -> One ops.Tanh
        | Op.Cosh -> One ops.Cosh
        | Op.Erfc -> One ops.Erfc
        | Op.Gamma -> One ops.Gamma
        | Op.LogGamma -> One ops.LogGamma
        | Op.Polygamma n -> One(ops.Polygamma n)

    /// Runs a program over double-precision numbers for many values of its first input, the others fixed: each output for each value.
    let runMany (program: Program) (first: float array) (others: float list) : float array list =
        let n = first.Length
        let fixedInputs = [| for c in others -> Array.create n c |]
        let results: float array array = Array.zeroCreate program.Equations.Length

        let column atom =
            match atom with
            | Earlier i -> results[i]
            | Literal c -> Array.create n c
            | Input 0 -> first
            | Input i -> fixedInputs[i - 1]

        program.Equations
        |> Array.iteri (fun i equation ->
            results[i] <-
                match meaning equation.Operation, List.map column equation.Arguments with
                | One f, [ a ] -> Array.map f a
                | Two f, [ a; b ] -> Array.map2 f a b
                | Three f, [ a; b; c ] -> Array.map3 f a b c
                | Four f, [ a; b; c; d ] -> Array.init n (fun j -> f a[j] b[j] c[j] d[j])
                | _, arguments -> invalidArg (nameof program) $"{equation.Operation} of {arguments.Length} arguments")

        List.map column program.Outputs

    /// Runs a program over double-precision numbers: the reference for every faster form.
    let run (program: Program) (inputs: float list) : float list =
        let first, others =
            match inputs with
            | first :: others -> first, others
            | [] -> nan, [] // a program without inputs reads none

        runMany program [| first |] others |> List.map Array.head
