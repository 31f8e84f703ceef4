namespace Interneuron.Derivation.Running

open Interneuron.Core.Symbolic
open Interneuron.Derivation.Formulas
open Interneuron.Derivation.Models
open Interneuron.Derivation.Rules

/// The symbols of a model at definite places, for populations of definite sizes: r[0], W[1,2].
[<Sealed>]
type internal Layout(derivation: Derivation, sizes: Sizes) =
    let model = derivation.Model
    let size = Sizes.count sizes

    let name (symbol: string) (places: int list) =
        let inside = places |> List.map string |> String.concat ","
        $"{symbol}[{inside}]"

    let sites (site: Index list) : int list list =
        List.foldBack
            (fun (index: Index) tails ->
                [ for p in 0 .. size index.Over - 1 do
                      for tail in tails -> p :: tail ])
            site
            [ [] ]

    let vector (symbol: string) (index: Index) =
        [ for p in 0 .. size index.Over - 1 -> name symbol [ p ] ]

    let responses = model.Variables |> List.collect (fun v -> vector v.Name v.Index)
    let stimuli = model.Inputs |> List.collect (fun x -> vector x.Name x.Index)

    let learned =
        [ for p in model.Learned do
              for at in sites p.Site -> name p.Name at ]

    /// The inverse Hessian, row by row.
    let inverse =
        [ for v in model.Variables do
              for p in 0 .. size v.Index.Over - 1 do
                  for w in model.Variables do
                      for q in 0 .. size w.Index.Over - 1 -> name (Model.inverseHessian model v w) [ p; q ] ]

    /// The rows and columns of a parameter with two indices, and its elements.
    let matrix (w: string) =
        let site = (model.Learned |> List.find (fun p -> p.Name = w)).Site
        size site[0].Over, size site[1].Over, (fun i j -> Expr.var (name w [ i; j ]))

    /// The name of a symbol at its places.
    member _.Name(symbol: string, places: int list) : string = name symbol places

    /// How many numbers a quantity of a site has.
    member _.Count(site: Index list) : int =
        site |> List.map (fun index -> size index.Over) |> List.fold (*) 1

    /// The places of a site, in the order of its numbers.
    member _.Sites(site: Index list) : int list list = sites site

    /// The names of a response's numbers: the variables, one after another.
    member _.Responses: string list = responses

    /// The names of a stimulus' numbers: the inputs, one after another.
    member _.Stimuli: string list = stimuli

    /// The names of the parameters' numbers.
    member _.Learned: string list = learned

    /// The names of the inverse Hessian's elements.
    member _.Inverse: string list = inverse

    /// A formula of the symbols at definite places.
    member _.Flat(place: (Index * int) list, e: Indexed) : Expr =
        let value (symbol: string) at =
            match model.Constants.TryFind symbol, List.ofArray (symbol.Split ' '), at with
            | Some c, _, _ -> Expr.constant c
            | None, [ "logdet"; w ], [] -> matrix w |||> Determinant.logarithm
            | None, [ "inverse"; w ], [ k; a ] -> (matrix w |||> Determinant.inverse) k a
            | None, _, _ -> Expr.var (name symbol at)

        Indexed.interpret
            Expr.operations
            size
            value
            (fun index -> place |> List.find (fun (i, _) -> i = index) |> snd)
            (Inputs.expand derivation.Inputs e)

    /// A formula of every rule, at each of its places: one for every number that is learned.
    member this.OfRules(formula: DerivedRule -> Indexed) : Expr list =
        [ for rule in derivation.Rules do
              for at in sites rule.Parameter.Site -> this.Flat(List.zip rule.Parameter.Site at, formula rule) ]
