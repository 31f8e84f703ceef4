namespace Interneuron.Core.Symbolic

open Interneuron.Core.Symbolic.Structure

/// Quotients of sums of two exponentials, such as tanh and the logistic function as they are often spelled, by tanh, which does not
/// overflow.
[<RequireQualifiedAccess>]
module Stable =
    /// c exp u as (c, u).
    let private exponential (t: Expr) : (float * Expr) option =
        let factor (f: Expr) =
            match f with
            | Number c -> Some(c, Expr.constant 0.0)
            | Call Primitives.exp u -> Some(1.0, u)
            | Node(Power(Call Primitives.exp u, p)) -> Some(1.0, p * u)
            | _ -> None

        let parts =
            match t.Node with
            | Product factors -> List.map factor factors
            | _ -> [ factor t ]

        if List.forall Option.isSome parts then
            List.choose id parts |> List.reduce (fun (c, u) (d, v) -> c * d, u + v) |> Some
        else
            None

    let private terms (e: Expr) =
        match e.Node with
        | Sum terms -> terms
        | _ -> [ e ]

    /// n/d for d = c exp u + e exp v, with c, e > 0 and n of the same exponentials: a + b tanh((u - v + log(c/e))/2).
    let private quotient (n: Expr) (d: Expr) : Expr option =
        match List.map exponential (terms d) with
        | [ Some(c, u); Some(e, v) ] when c > 0.0 && e > 0.0 ->
            let known = terms n |> List.map exponential

            let share exponent =
                known
                |> List.sumBy (fun t ->
                    match t with
                    | Some(x, w) when w = exponent -> x
                    | _ -> 0.0)

            let isKnown t =
                match t with
                | Some(_, w) -> w = u || w = v
                | None -> false

            if List.forall isKnown known then
                let first, second = share u / c, share v / e

                Some(
                    (first + second) / 2.0
                    + (first - second) / 2.0 * tanh ((u - v + log (c / e)) / 2.0)
                )
            else
                None
        | _ -> None

    /// A product with its quotient replaced, where it is one.
    let private replaced (node: Expr) : Expr =
        let factors =
            match node.Node with
            | Product factors -> factors
            | _ -> [ node ]

        let isReciprocal (f: Expr) =
            match f.Node with
            | Power(_, Number -1.0) -> true
            | _ -> false

        match factors |> List.tryFind isReciprocal with
        | Some reciprocal ->
            let d = (Expr.children reciprocal).Head
            let others = factors |> List.except [ reciprocal ]
            // The numerator is all other factors, or one of them, or 1.
            let numerators =
                [ yield Expr.product others, []
                  for f in others -> f, List.except [ f ] others
                  yield Expr.constant 1.0, others ]

            numerators
            |> List.tryPick (fun (n, rest) -> quotient n d |> Option.map (fun q -> Expr.product (q :: rest)))
            |> Option.defaultValue node
        | None -> node

    /// The same formula with such quotients replaced.
    let formula (e: Expr) : Expr =
        // A formula by itself, and as a factor: a reciprocal waits for its numerator.
        let read (node: Expr) (parts: struct (Expr * Expr) list) =
            let alone = parts |> List.map (fun (struct (whole, _)) -> whole)

            match node.Node with
            | Product _ ->
                let product =
                    parts
                    |> List.map (fun (struct (_, factor)) -> factor)
                    |> Expr.product
                    |> replaced

                struct (product, product)
            | Power _ ->
                let power = Expr.rebuild node alone
                struct (replaced power, power)
            | _ ->
                let other = Expr.rebuild node alone
                struct (other, other)

        let struct (whole, _) = Expr.fold read e
        whole
