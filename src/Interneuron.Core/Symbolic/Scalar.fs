namespace Interneuron.Core.Symbolic

open System
open System.Linq.Expressions

/// Formulas of many variables as compiled scalar code, for circuits that the vector engine does not know. From the same checked programs as
/// its kernels.
[<RequireQualifiedAccess>]
module Scalar =
    /// The function of that name in System.Math: it compiles to a direct call.
    let private tryMath (operation: Op) =
        typeof<Math>.GetMethod(operation.Name, Array.create operation.Arity typeof<float>)
        |> Option.ofObj
        |> Option.filter (fun f -> f.ReturnType = typeof<float>)

    let private arithmetic (operation: Op) (arguments: Expression list) : Expression =
        let call (f: Delegate) =
            Expression.Invoke(Expression.Constant f, arguments) :> Expression

        match arguments, operation.Meaning, tryMath operation with
        | [ a; b ], _, _ when operation = Op.Add -> Expression.Add(a, b)
        | [ a; b ], _, _ when operation = Op.Subtract -> Expression.Subtract(a, b)
        | [ a; b ], _, _ when operation = Op.Multiply -> Expression.Multiply(a, b)
        | [ a; b ], _, _ when operation = Op.Divide -> Expression.Divide(a, b)
        | [ a; b; c; d ], _, _ when operation = Op.IfLess -> Expression.Condition(Expression.LessThan(a, b), c, d)
        | _, _, Some f -> Expression.Call(f, arguments)
        | _, One f, None -> call (Func<float, float>(f))
        | _, Two f, None -> call (Func<float, float, float>(f))
        | _, Three f, None -> call (Func<float, float, float, float>(f))
        | _, Four f, None -> call (Func<float, float, float, float, float>(f))

    // The compiler of the runtime takes time that grows as the square of a method's variables, and has a largest method: long programs are
    // several.
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
