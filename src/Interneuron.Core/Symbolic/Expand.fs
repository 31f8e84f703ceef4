namespace Interneuron.Core.Symbolic

/// Formulas multiplied out: products of sums and whole powers of sums as sums of products, at every depth.
[<RequireQualifiedAccess>]
module Expand =
    // Higher powers of a sum are of no use to a reader.
    let private highest = 8.0

    // Nor are sums of more terms.
    let private most = 4096

    let rec private terms (e: Expr) : Expr list =
        match e.Node with
        | Sum parts -> parts
        | Product parts -> product e (List.map terms parts)
        | Power(b, p) ->
            match b.Node, p.Node with
            | Sum parts, Constant n when n = floor n && n > 1.0 && n <= highest -> product e (List.replicate (int n) parts)
            | _ -> [ e ]
        | _ -> [ e ]

    /// The terms of a product; the product itself where there are too many.
    and private product (e: Expr) (factors: Expr list list) : Expr list =
        let count = factors |> List.fold (fun count terms -> count * float terms.Length) 1.0

        if count > float most then
            [ e ]
        else
            (Expr.constant 1.0 |> List.singleton, factors)
            ||> List.fold (fun left right ->
                [ for a in left do
                      for b in right -> a * b ])

    /// The same formula as a sum of products.
    let rec expand (e: Expr) : Expr =
        let next =
            e
            |> Expr.fold (fun node children -> Expr.rebuild node children |> terms |> Expr.sum)

        // What is multiplied out may be a product of sums again: a factor moves into the side of a condition on which it counts, and roots
        // of a sum make a whole power.
        if next = e then e else expand next
