namespace Interneuron.Core.Symbolic

open System

/// What the form of a formula tells without building another.
module internal Structure =
    let (|Node|) (e: Expr) = e.Node

    [<return: Struct>]
    let (|Number|_|) (e: Expr) =
        match e.Node with
        | Constant c -> ValueSome c
        | _ -> ValueNone

    /// A whole number that fits an int.
    [<return: Struct>]
    let (|Integer|_|) (e: Expr) =
        match e.Node with
        | Constant c when c = Math.Floor c && abs c < 1e9 -> ValueSome(int c)
        | _ -> ValueNone

    /// This primitive of one argument.
    [<return: Struct>]
    let (|Call|_|) (f: Primitive) (e: Expr) =
        match e.Node with
        | Apply(g, [ x ]) when obj.ReferenceEquals(f, g) -> ValueSome x
        | _ -> ValueNone

    /// This primitive of two arguments.
    [<return: Struct>]
    let (|CallOfTwo|_|) (f: Primitive) (e: Expr) =
        match e.Node with
        | Apply(g, [ x; y ]) when obj.ReferenceEquals(f, g) -> ValueSome struct (x, y)
        | _ -> ValueNone

    let isNumber (e: Expr) = e.Node.IsConstant

    let rec isNonNegative (e: Expr) =
        match e.Node with
        | Constant c -> c >= 0.0
        | Variable _ -> false
        | Sum parts
        | Product parts -> List.forall isNonNegative parts
        | Power(_, Integer n) when n % 2 = 0 -> true
        | Power(b, _) -> isNonNegative b
        | Apply(f, arguments) -> f.IsNonNegative(List.map isNonNegative arguments)
        | IfLess(_, _, c, d) -> isNonNegative c && isNonNegative d

    let private rank (node: Node) =
        match node with
        | Constant _ -> 0
        | Variable _ -> 1
        | Power _ -> 2
        | Product _ -> 3
        | Sum _ -> 4
        | Apply _ -> 5
        | IfLess _ -> 6

    let rec order (x: Expr) (y: Expr) =
        if obj.ReferenceEquals(x, y) then
            0
        else
            match x.Node, y.Node with
            | Constant a, Constant b -> compare a b
            | Variable a, Variable b -> String.CompareOrdinal(a, b)
            | Sum a, Sum b
            | Product a, Product b -> orderAll a b
            | Power(a, p), Power(b, q) -> orderAll [ a; p ] [ b; q ]
            | Apply(f, a), Apply(g, b) ->
                match String.CompareOrdinal(f.Name, g.Name) with
                | 0 -> orderAll a b
                | names -> names
            | IfLess(a, b, c, d), IfLess(a', b', c', d') -> orderAll [ a; b; c; d ] [ a'; b'; c'; d' ]
            | a, b -> compare (rank a) (rank b)

    and private orderAll (xs: Expr list) (ys: Expr list) =
        match xs, ys with
        | x :: xs, y :: ys ->
            match order x y with
            | 0 -> orderAll xs ys
            | decided -> decided
        | [], [] -> 0
        | [], _ -> -1
        | _, [] -> 1
