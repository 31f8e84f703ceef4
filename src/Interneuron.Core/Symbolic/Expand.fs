namespace Interneuron.Core

/// Formulas multiplied out: products of sums and whole powers of sums as sums of products, at every depth.
[<RequireQualifiedAccess>]
module Expand =
    // Higher powers of a sum are of no use to a reader.
    let private highest = 8.0

    let rec private terms (e: Expr) : Expr list =
        match e.Node with
        | Sum parts -> parts
        | Product parts -> product (List.map terms parts)
        | Power(b, p) ->
            match b.Node, p.Node with
            | Sum parts, Constant n when n = floor n && n > 1.0 && n <= highest -> product (List.replicate (int n) parts)
            | _ -> [ e ]
        | _ -> [ e ]

    and private product (factors: Expr list list) : Expr list =
        (Expr.constant 1.0 |> List.singleton, factors)
        ||> List.fold (fun left right ->
            [ for a in left do
                  for b in right -> a * b ])

    /// The same formula as a sum of products.
    let expand (e: Expr) : Expr =
        e
        |> Expr.fold (fun node children -> Expr.rebuild node children |> terms |> Expr.sum)
