namespace Interneuron.Core.Symbolic

open System
open System.Linq.Expressions

/// Formulas of many variables as compiled scalar code, for circuits that the vector engine does not know. From the same checked programs as its kernels.
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

    /// The formulas' values as a function that reads the variables from one array, in the given order, and writes to another.
    let compile (variables: string list) (formulas: Expr list) : Action<float array, float array> =
        let program = (Lower.lower variables formulas []).Static |> Program.check
        let inputs = Expression.Parameter(typeof<float array>, "x")
        let outputs = Expression.Parameter(typeof<float array>, "y")

        let locals =
            program.Equations
            |> Array.mapi (fun i _ -> Expression.Variable(typeof<float>, $"v{i}"))

        let atom a : Expression =
            match a with
            | Earlier i -> locals[i]
            | Literal c -> Expression.Constant c
            | Input i -> Expression.ArrayIndex(inputs, Expression.Constant i)

        let body: Expression list =
            [ for i in 0 .. program.Equations.Length - 1 do
                  let equation = program.Equations[i]
                  Expression.Assign(locals[i], arithmetic equation.Operation (List.map atom equation.Arguments))
              for i, output in List.indexed program.Outputs do
                  Expression.Assign(Expression.ArrayAccess(outputs, Expression.Constant i), atom output) ]

        let block = Expression.Block(typeof<Void>, locals, body @ [ Expression.Empty() ])
        Expression.Lambda<Action<float array, float array>>(block, inputs, outputs).Compile()
