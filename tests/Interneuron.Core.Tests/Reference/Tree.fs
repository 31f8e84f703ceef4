namespace Interneuron.Core.Tests.Reference

open FsCheck
open FsCheck.FSharp
open Interneuron.Core.Symbolic

/// Formulas as plain trees, without normal forms or sharing: what `Expr` must agree with.
type Tree =
    | Number of float
    | Variable of string
    | Sum of Tree list
    | Product of Tree list
    | Power of Tree * Tree
    | Call of string * Tree list
    | IfLess of Tree * Tree * Tree * Tree

[<RequireQualifiedAccess>]
module Tree =
    /// Each named function over any numbers: by its own row, and what is made of others by its textbook definition.
    let private calls (ops: Operations<'T>) : Map<string, 'T list -> 'T> =
        Map [ for f in Primitives.all -> f.Name, ops.Apply f ]
        |> Map.add "logcosh" (fun x -> ops.Apply Primitives.log [ ops.Apply Primitives.cosh x ])
        |> Map.add "softplus" (fun x -> ops.Apply Primitives.log [ ops.Add (ops.Constant 1.0) (ops.Apply Primitives.exp x) ])

    /// The value over any number type, node by node.
    let interpret (ops: Operations<'T>) (valueOf: string -> 'T) (tree: Tree) =
        let calls = calls ops

        let rec read tree =
            match tree with
            | Number c -> ops.Constant c
            | Variable name -> valueOf name
            | Sum terms -> terms |> List.map read |> List.reduce ops.Add
            | Product factors -> factors |> List.map read |> List.reduce ops.Multiply
            | Power(b, p) -> ops.Power (read b) (read p)
            | Call(name, arguments) -> calls[name](List.map read arguments)
            | IfLess(a, b, c, d) -> ops.IfLess (read a) (read b) (read c) (read d)

        read tree

    let private rows = Map [ for row in Primitives.all -> row.Name, row ]

    /// The formula, built by the smart constructors from the operands as `reorder` puts them.
    let rec formula (reorder: Expr list -> Expr list) (tree: Tree) : Expr =
        let build = formula reorder

        match tree with
        | Number c -> Expr.constant c
        | Variable name -> Expr.var name
        | Sum terms -> terms |> List.map build |> reorder |> Expr.sum
        | Product factors -> factors |> List.map build |> reorder |> Expr.product
        | Power(b, p) -> Expr.power (build b) (build p)
        | Call(("max" | "min") as name, arguments) -> Expr.apply rows[name] (arguments |> List.map build |> reorder)
        | Call(name, arguments) -> Expr.apply rows[name] (List.map build arguments)
        | IfLess(a, b, c, d) -> Expr.ifLess (build a) (build b) (build c) (build d)

    let private several element =
        Gen.choose (2, 3) |> Gen.bind (fun n -> Gen.listOfLength n element)

    let private grow (leaf: Gen<Tree>) (exponent: Gen<Tree>) (names: string list) =
        let rec at depth =
            if depth = 0 then
                leaf
            else
                let child = at (depth - 1)

                let pairs name =
                    Gen.two child |> Gen.map (fun (a, b) -> Call(name, [ a; b ]))

                Gen.frequency
                    [ 1, leaf
                      3, Gen.map Sum (several child)
                      3, Gen.map Product (several child)
                      2, Gen.map2 (fun b p -> Power(b, p)) child exponent
                      3, Gen.map2 (fun name x -> Call(name, [ x ])) (Gen.elements names) child
                      1, Gen.elements [ "max"; "min" ] |> Gen.bind pairs
                      1, Gen.map2 (fun (a, b) (c, d) -> IfLess(a, b, c, d)) (Gen.two child) (Gen.two child) ]

        Gen.choose (1, 4) |> Gen.bind at

    let private variable = Gen.elements [ "x"; "y"; "z" ] |> Gen.map Variable

    /// Any formula of x, y and z, of at most four layers.
    let any: Gen<Tree> =
        let number =
            Gen.elements [ -2.0; -1.0; -0.5; 0.0; 0.3; 0.5; 1.0; 2.0; 2.32; 3.0 ]
            |> Gen.map Number

        let unary =
            [ for f in Primitives.all do
                  if f.Arity = 1 then
                      f.Name ]

        let exponent =
            Gen.frequency
                [ 5, number
                  1, variable
                  1, variable |> Gen.map (fun v -> Sum [ v; Number 1.0 ]) ]

        grow (Gen.frequency [ 3, variable; 1, number ]) exponent unary

    /// Formulas whose constants stay exact in binary whatever is folded first: dyadic numbers, whole powers, and functions that keep them
    /// dyadic.
    let exact: Gen<Tree> =
        let number = Gen.elements [ -2.0; -1.0; -0.5; 0.5; 1.0; 2.0 ] |> Gen.map Number

        let opaque =
            Gen.map2 (fun name v -> Call(name, [ v ])) (Gen.elements [ "exp"; "tanh"; "log" ]) variable

        grow (Gen.frequency [ 3, variable; 1, number; 1, opaque ]) (Gen.constant (Number 2.0)) [ "abs"; "sign"; "step" ]

    /// Values for x, y and z: mostly of order 1, sometimes 0, tiny or large.
    let point: Gen<Map<string, float>> =
        let coordinate =
            Gen.frequency
                [ 8, Gen.choose (-3000, 3000) |> Gen.map (fun n -> float n / 1000.0 + 1e-5)
                  1, Gen.elements [ 0.0; 1e-8; -1e-8; 1.0; 40.0; -40.0 ] ]

        Gen.three coordinate
        |> Gen.map (fun (x, y, z) -> Map [ "x", x; "y", y; "z", z ])
