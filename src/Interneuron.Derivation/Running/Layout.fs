namespace Interneuron.Derivation.Running

open Interneuron.Core.Symbolic
open Interneuron.Derivation.Formulas
open Interneuron.Derivation.Models
open Interneuron.Derivation.Rules

/// The symbols of a model at definite places, for populations of definite sizes: r[0], W[1,2].
[<Sealed>]
type internal Layout(derivation: Derivation, n: int, k: int) =
    let size neurons =
        match neurons with
        | Primary -> n
        | Interneurons -> k

    let name (symbol: string) (places: int list) =
        let inside = places |> List.map string |> String.concat ","
        $"{symbol}[{inside}]"

    let count (site: Index list) =
        site |> List.map (fun index -> size index.Over) |> List.fold (*) 1

    let sites (site: Index list) : int list list =
        List.foldBack
            (fun (index: Index) tails ->
                [ for p in 0 .. size index.Over - 1 do
                      for tail in tails -> p :: tail ])
            site
            [ [] ]

    /// A formula of the symbols at definite places.
    let flat (place: (Index * int) list) (e: Indexed) : Expr =
        let value symbol at =
            match derivation.Model.Constants.TryFind symbol with
            | Some c -> Expr.constant c
            | None -> Expr.var (name symbol at)

        Indexed.interpret
            Expr.operations
            size
            value
            (fun index -> place |> List.find (fun (i, _) -> i = index) |> snd)
            (Inputs.expand derivation.Inputs e)

    /// The name of a symbol at its places.
    member _.Name(symbol: string, places: int list) : string = name symbol places

    /// How many numbers a parameter of a site is.
    member _.Count(site: Index list) : int = count site

    /// The places of a site, in the order of its numbers.
    member _.Sites(site: Index list) : int list list = sites site

    /// A formula of the symbols at definite places.
    member _.Flat(place: (Index * int) list, e: Indexed) : Expr = flat place e
