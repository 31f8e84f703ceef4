namespace Interneuron.Core

/// Formulas where variables are known not to be negative.
[<RequireQualifiedAccess>]
module Signs =
    /// Whether the form shows that the value is at least 0, given the variables that are.
    let rec private isAtLeastZero (known: string -> bool) (e: Expr) : bool =
        match e.Node with
        | Constant c -> c >= 0.0
        | Variable name -> known name
        | Sum parts
        | Product parts -> parts |> List.forall (isAtLeastZero known)
        | Power(b, _) -> isAtLeastZero known b || Expr.isNonNegative e
        | Apply _
        | IfLess _ -> Expr.isNonNegative e

    /// The same formula without what the signs decide: |x|, sign x and step x of an x that is not negative, or not positive, and max and min of what
    /// differs by such an x. Where x = 0 the value may be another.
    let decide (known: string -> bool) (e: Expr) : Expr =
        let above x = isAtLeastZero known x
        let one, zero = Expr.constant 1.0, Expr.constant 0.0

        let decided (node: Expr) =
            match node.Node with
            | Apply(f, [ x ]) ->
                match f.Name, above x, above -x with
                | "abs", true, _ -> x
                | "abs", _, true -> -x
                | "sign", true, _
                | "step", true, _ -> one
                | "sign", _, true -> -one
                | "step", _, true -> zero
                | _ -> node
            | Apply(f, [ x; y ]) ->
                match f.Name, above (x - y), above (y - x) with
                | "max", true, _
                | "min", _, true -> x
                | "max", _, true
                | "min", true, _ -> y
                | _ -> node
            | _ -> node

        e |> Expr.fold (fun node children -> Expr.rebuild node children |> decided)
