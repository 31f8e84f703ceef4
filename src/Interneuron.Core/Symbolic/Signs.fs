namespace Interneuron.Core.Symbolic

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

    /// Whether a formula that is not the constant 0 vanishes at single places only: no part of it has pieces.
    let private hasNoPieces (e: Expr) =
        e
        |> Expr.fold (fun node parts ->
            List.forall id parts
            && (match node.Node with
                | IfLess _ -> false
                | Apply(f, _) -> f.Smoothness.IsSmooth || f.Smoothness.IsSingular
                | _ -> true))

    /// Whether the form shows that the value is above 0 but at single places.
    let rec private isAboveZero (known: string -> bool) (e: Expr) : bool =
        match e.Node with
        | Constant c -> c > 0.0
        | Sum parts -> isAtLeastZero known e && List.exists (isAboveZero known) parts
        | Product parts -> List.forall (isAboveZero known) parts
        | Power(b, _) when isAtLeastZero known b -> isAboveZero known b
        | Apply(f, [ x ]) when f = Primitives.abs -> hasNoPieces x
        | _ -> isAtLeastZero known e && hasNoPieces e

    /// The same formula without what the signs decide: |x| of an x that is not negative, or not positive, max and min of what differs by
    /// such an x, and sign x and step x of an x that is 0 at single places only; there their value may be another.
    let decide (known: string -> bool) (e: Expr) : Expr =
        let decided (node: Expr) =
            match node.Node with
            | Apply(f, arguments) ->
                let by isAbove =
                    let pieces = f.Pieces(Expr.operations, arguments)

                    if isAbove pieces.Switch then pieces.Above
                    elif isAbove -pieces.Switch then pieces.Below
                    else node

                match f.Smoothness with
                | Bends _ -> by (isAtLeastZero known)
                | Jumps -> by (isAboveZero known)
                | Smooth
                | Singular -> node
            | _ -> node

        e |> Expr.fold (fun node children -> Expr.rebuild node children |> decided)
