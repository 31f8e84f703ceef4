namespace Interneuron.Derivation.Running

open System.Collections.Generic
open Interneuron.Core.Symbolic

/// A place y_i = t at which the slope of an energy jumps.
type internal Stop =
    {
        /// i.
        Owner: int
        /// t, of stimuli and parameters.
        Place: Expr
        /// The name of its side: 0 below t, 1 above, and between them where t holds y_i.
        Side: string
    }

/// Energies whose kinks are stops, with the sides of these in place of the kinks: smooth in y for any sides.
[<RequireQualifiedAccess>]
module internal Stops =
    /// What a node switches by, with the part of `above` of its values: u and -u have their zeros in common.
    let private rewrite (sideOf: Expr -> Expr option) (formula: Expr) : Expr =
        formula
        |> Expr.fold (fun node parts ->
            match Breakpoints.switch node |> Option.bind sideOf, node.Node, parts with
            | Some above, Apply(f, _), _ ->
                let pieces = f.Pieces(Expr.operations, parts)
                pieces.Below + above * (pieces.Above - pieces.Below)
            | Some above, _, [ _; _; below; beyond ] -> below + above * (beyond - below)
            | _ -> Expr.rebuild node parts)

    let private put (name: string) (value: Expr) =
        Expr.substitute (fun other -> if other = name then Some value else None)

    let private zero = Expr.constant 0.0
    let private one = Expr.constant 1.0

    /// A place u that is one response's alone, a y_i + c with a number a: the response, a and t.
    let private alone (responses: string array) (u: Expr) =
        match
            Expr.variables u
            |> List.choose (fun name -> Array.tryFindIndex ((=) name) responses)
        with
        | [ i ] ->
            match (Differentiate.diff responses[i] u).Node with
            | Constant a when a <> 0.0 -> Some(i, a, put responses[i] zero u / -a)
            | _ -> None
        | _ -> None

    /// By how much the gradient of an energy with sides rises at a stop.
    let jump (responses: string array) (force: Expr list) (stop: Stop) : Expr =
        let slope = force[stop.Owner] |> put responses[stop.Owner] stop.Place
        put stop.Side one slope - put stop.Side zero slope

    /// The stops of an energy, by their owners, and what puts their sides in place of kinks, in the energy and in other formulas. Places
    /// that are of several responses, or at which no slope jumps, are none.
    let find (responses: string list) (energy: Expr) : Stop list * (Expr -> Expr) =
        let names = Array.ofList responses
        let moves = HashSet responses

        let places =
            Kinks.find moves.Contains [ energy ]
            |> List.choose (fun u -> alone names u |> Option.map (fun (i, a, t) -> i, u, a, t))
            |> List.sortBy (fun (i, _, _, _) -> i)
            |> List.mapi (fun j (i, u, a, t) ->
                u,
                a,
                { Owner = i
                  Place = t
                  Side = $"#side[{j}]" })

        let rewriting places =
            let byPlace =
                dict
                    [ for u, a, stop in places do
                          let side = Expr.var stop.Side
                          let above, below = if a > 0.0 then side, one - side else one - side, side
                          u, above
                          -u, below ]

            rewrite (fun u ->
                match byPlace.TryGetValue u with
                | true, side -> Some side
                | _ -> None)

        let force = Differentiate.grad responses (rewriting places energy)

        let stops =
            places |> List.filter (fun (_, _, stop) -> jump names force stop <> zero)

        [ for _, _, stop in stops -> stop ], rewriting stops
