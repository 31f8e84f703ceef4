namespace Interneuron.Core.Symbolic

open System
open System.Linq.Expressions

/// Formulas of many variables as compiled scalar code, for circuits that the vector engine does not know. From the same checked programs as its kernels.
[<RequireQualifiedAccess>]
module Scalar =
    let private arithmetic (operation: Op) (arguments: Expression list) : Expression =
        let ops = Floats.operations

        let call (f: Delegate) =
            Expression.Invoke(Expression.Constant f, arguments) :> Expression

        let math (name: string) =
            Expression.Call(typeof<Math>, name, null, Array.ofList arguments) :> Expression

        let one f = call (Func<float, float>(f))
        let two f = call (Func<float, float, float>(f))

        match operation, arguments with
        | Op.Add, [ a; b ] -> Expression.Add(a, b)
        | Op.Subtract, [ a; b ] -> Expression.Subtract(a, b)
        | Op.Multiply, [ a; b ] -> Expression.Multiply(a, b)
        | Op.Divide, [ a; b ] -> Expression.Divide(a, b)
        | Op.FusedMultiplyAdd, _ -> math "FusedMultiplyAdd"
        | Op.CopySign, _ -> math "CopySign"
        | Op.Sqrt, _ -> math "Sqrt"
        | Op.Exp, _ -> math "Exp"
        | Op.Log, _ -> math "Log"
        | Op.Abs, _ -> math "Abs"
        | Op.Tanh, _ -> math "Tanh"
        | Op.Cosh, _ -> math "Cosh"
        | Op.Max, _ -> two ops.Max
        | Op.Min, _ -> two ops.Min
        | Op.Power, _ -> two ops.Power
        | Op.LogOrZero, _ -> one ops.LogOrZero
        | Op.LogFloored, _ -> one (fun x -> Math.Log(Math.Max(x, Floats.smallest)))
        | Op.Sign, _ -> one ops.Sign
        | Op.Step, _ -> one ops.Step
        | Op.Erfc, _ -> one ops.Erfc
        | Op.Gamma, _ -> one ops.Gamma
        | Op.LogGamma, _ -> one ops.LogGamma
        | Op.Polygamma n, _ -> one (ops.Polygamma n)
        | Op.IfLess, [ a; b; c; d ] -> Expression.Condition(Expression.LessThan(a, b), c, d)
        | _, _ -> invalidArg (nameof operation) $"{operation} of {arguments.Length} arguments"

    // The compiler of the runtime takes time that grows as the square of a method's variables, and has a largest method: long programs are several.
    let private longest = 1_000

    /// The formulas' values as a function that reads the variables from one array, in the given order, and writes to another.
    let compile (variables: string list) (formulas: Expr list) : Action<float array, float array> =
        let program = (Lower.lower variables formulas []).Static |> Program.check
        let inputs = Expression.Parameter(typeof<float array>, "x")
        let outputs = Expression.Parameter(typeof<float array>, "y")
        // What one method hands to the next.
        let results = Expression.Parameter(typeof<float array>, "v")

        let element (values: Expression) (i: int) =
            Expression.ArrayAccess(values, Expression.Constant i) :> Expression

        let piece (first: int) (count: int) (outs: (int * Atom) list) =
            let locals =
                Array.init count (fun i -> Expression.Variable(typeof<float>, $"v{first + i}"))

            let atom a : Expression =
                match a with
                | Earlier i when i >= first -> locals[i - first]
                | Earlier i -> element results i
                | Literal c -> Expression.Constant c
                | Input i -> element inputs i

            let body: Expression list =
                [ for i in first .. first + count - 1 do
                      let equation = program.Equations[i]
                      Expression.Assign(locals[i - first], arithmetic equation.Operation (List.map atom equation.Arguments))

                      if program.Equations.Length > longest then
                          Expression.Assign(element results i, locals[i - first])
                  for i, output in outs do
                      Expression.Assign(element outputs i, atom output) ]

            let block = Expression.Block(typeof<Void>, locals, body @ [ Expression.Empty() ])

            Expression.Lambda<Action<float array, float array, float array>>(block, inputs, results, outputs).Compile()

        let total = program.Equations.Length
        let outs = List.indexed program.Outputs

        if total <= longest then
            let whole = piece 0 total outs
            Action<_, _>(fun x y -> whole.Invoke(x, Array.Empty(), y))
        else
            let pieces =
                [| for first in 0..longest .. total - 1 -> piece first (min longest (total - first)) []
                   for part in List.chunkBySize longest outs -> piece total 0 part |]

            Action<_, _>(fun x y ->
                let results = Array.zeroCreate total

                for piece in pieces do
                    piece.Invoke(x, results, y))
