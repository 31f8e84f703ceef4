namespace Interneuron.Core

/// What an equation of a program reads: nothing else can stand as an argument.
type Atom =
    /// The result of the equation of that number.
    | Local of int
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
type Equation =
    { Operation: Op
      Arguments: Atom list }

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
            | Local i -> 0 <= i && i < before
            | Input i -> 0 <= i && i < program.Inputs.Length
            | Literal _ -> true
        program.Equations
        |> Array.iteri (fun i equation ->
            if equation.Arguments.Length <> arity equation.Operation then
                invalidArg (nameof program) $"equation {i} ({equation.Operation}) has {equation.Arguments.Length} arguments, not {arity equation.Operation}"
            if not (List.forall (known i) equation.Arguments) then
                invalidArg (nameof program) $"equation {i} ({equation.Operation}) reads something that is not yet known")
        if not (List.forall (known program.Equations.Length) program.Outputs) then
            invalidArg (nameof program) "an output is not computed"
        program

    /// Runs a program over double-precision numbers: the reference for every faster form.
    let run (program: Program) (inputs: float list) : float list =
        let inputs = Array.ofList inputs
        let results = Array.zeroCreate program.Equations.Length
        let value atom =
            match atom with
            | Local i -> results[i]
            | Literal c -> c
            | Input i -> inputs[i]
        let ops = Floats.operations
        program.Equations
        |> Array.iteri (fun i equation ->
            results[i] <-
                match equation.Operation, List.map value equation.Arguments with
                | Op.Add, [ a; b ] -> a + b
                | Op.Subtract, [ a; b ] -> a - b
                | Op.Multiply, [ a; b ] -> a * b
                | Op.Divide, [ a; b ] -> a / b
                | Op.FusedMultiplyAdd, [ a; b; c ] -> System.Math.FusedMultiplyAdd(a, b, c)
                | Op.CopySign, [ a; b ] -> System.Math.CopySign(a, b)
                | Op.Power, [ a; b ] -> ops.Power a b
                | Op.Max, [ a; b ] -> ops.Max a b
                | Op.Min, [ a; b ] -> ops.Min a b
                | Op.IfLess, [ a; b; c; d ] -> ops.IfLess a b c d
                | Op.Sqrt, [ a ] -> sqrt a
                | Op.Exp, [ a ] -> ops.Exp a
                | Op.Log, [ a ] -> ops.Log a
                | Op.LogOrZero, [ a ] -> ops.LogOrZero a
                | Op.LogFloored, [ a ] -> ops.Log(max a Floats.smallest)
                | Op.Abs, [ a ] -> ops.Abs a
                | Op.Sign, [ a ] -> ops.Sign a
                | Op.Step, [ a ] -> ops.Step a
                | Op.Tanh, [ a ] -> ops.Tanh a
                | Op.Cosh, [ a ] -> ops.Cosh a
                | Op.Erfc, [ a ] -> ops.Erfc a
                | Op.Gamma, [ a ] -> ops.Gamma a
                | Op.LogGamma, [ a ] -> ops.LogGamma a
                | Op.Polygamma n, [ a ] -> ops.Polygamma n a
                | operation, arguments -> invalidArg (nameof program) $"{operation} of {arguments.Length} arguments")
        List.map value program.Outputs
