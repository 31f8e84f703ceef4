namespace Interneuron.Derivation.Running

open System.Collections.Generic
open Interneuron.Core.Symbolic

/// Where formulas are not smooth: at the zeros of the arguments of |u|, sign, step, max, min and of conditions.
[<RequireQualifiedAccess>]
module internal Kinks =
    /// u and -u have their zeros in common: one of the two stands for both.
    let private canonical (u: Expr) = if Expr.compare -u u < 0 then -u else u

    let private depends (moves: string -> bool) (e: Expr) = Expr.variables e |> List.exists moves

    /// The places u of formulas that depend on what moves, each once.
    let find (moves: string -> bool) (formulas: Expr list) : Expr list =
        let found = List<Expr>()
        let seen = HashSet<Expr>(HashIdentity.Reference)

        for formula in formulas do
            formula
            |> Expr.fold (fun node _ ->
                match Breakpoints.switch node with
                | Some u when depends moves u ->
                    let u = canonical u

                    if seen.Add u then
                        found.Add u
                | _ -> ())

        List.ofSeq found

    /// The formula with its places moved: u + by u in place of u.
    let shift (by: Expr -> Expr option) (formula: Expr) : Expr =
        // What is added to the first argument, so that u moves by the shift of its place.
        let moved (u: Expr) =
            match by u, by -u with
            | Some shift, _ -> Some shift
            | None, Some shift -> Some -shift
            | None, None -> None

        formula
        |> Expr.fold (fun node parts ->
            match Breakpoints.switch node |> Option.bind moved, parts with
            | Some shift, first :: others -> Expr.rebuild node (first + shift :: others)
            | _ -> Expr.rebuild node parts)
