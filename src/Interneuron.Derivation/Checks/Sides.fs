namespace Interneuron.Derivation.Checks

open MathNet.Numerics.Random
open Interneuron.Core.Symbolic
open Interneuron.Derivation.Models
open Interneuron.Derivation.Running

/// One side of a saddle: the responses that settle in one way, each with the values that it may take, and how the energy is turned so
/// that they minimise it. A model without a saddle has one side.
type internal Side =
    { Names: string list
      Variables: (Variable * int) list
      Sign: float }

/// An energy as a side of it sees it: what its formulas depend on the responses through, and where these may be.
module internal Sides =
    let sideOf (instance: Instance) (way: Settling) : Side =
        let those =
            [ for v in instance.Derivation.Model.Variables do
                  if v.Settling = way then
                      v, Sizes.count instance.Sizes v.Index.Over ]

        { Names =
            [ for v, count in those do
                  for k in 0 .. count - 1 -> instance.Layout.Name(v.Name, [ k ]) ]
          Variables = those
          Sign = if way = Minimises then 1.0 else -1.0 }

    let domains (side: Side) : (float * float) list =
        [ for v, count in side.Variables do
              let range =
                  match v.Domain with
                  | Domain.Whole -> -infinity, infinity
                  | Domain.NonNegative -> 0.0, infinity
                  | Domain.Between(lower, upper) -> lower, upper
                  | Domain.Simplex -> 0.0, 1.0

              yield! List.replicate count range ]

    /// A formula of one variable that goes on straight outside of an interval: it is convex exactly when the formula is so inside.
    let straightOutside (variable: string) (lower: float, upper: float) (e: Expr) : Expr =
        let x = Expr.var variable
        let slope = lazy (Differentiate.diff variable e)

        let at (place: float) formula =
            formula
            |> Expr.substitute (fun name -> if name = variable then Some(Expr.constant place) else None)

        let straight (place: float) =
            at place e + at place slope.Value * (x - Expr.constant place)

        let above =
            if System.Double.IsNegativeInfinity lower then
                e
            else
                Expr.ifLess x (Expr.constant lower) (straight lower) e

        if System.Double.IsPositiveInfinity upper then
            above
        else
            Expr.ifLess (Expr.constant upper) x (straight upper) above

    /// 0: free of the responses; 1: affine in them; 2: anything else. By node.
    let degrees (responses: Set<string>) =
        Expr.fold (fun node parts ->
            let parts = List.map fst parts

            let degree =
                match node.Node with
                | Variable name when responses.Contains name -> 1
                | _ when List.forall ((=) 0) parts -> 0
                | Sum _ -> List.max parts
                | Product _ when List.sum parts = 1 -> 1
                | _ -> 2

            degree, node)

    /// The largest affine parts that a formula depends on the responses through.
    let atoms (responses: Set<string>) (e: Expr) : Expr list =
        let degree e = degrees responses e |> fst

        let rec visit (e: Expr) =
            match degree e with
            | 0 -> []
            | 1 ->
                // c u is through u.
                match e.Node with
                | Product parts -> parts |> List.filter (fun part -> degree part = 1)
                | _ -> [ e ]
            | _ -> List.collect visit (Expr.children e)

        visit e |> List.distinct

    let replace (atom: Expr) (by: Expr) (e: Expr) =
        e
        |> Expr.fold (fun node parts -> if node = atom then by else Expr.rebuild node parts)

    let ranges (instance: Instance) (names: string list) : (string * Interval) list =
        let whole = Interval.between -infinity infinity

        [ for name in names ->
              name,
              match instance.Owners.TryFind name with
              | Some p when List.exists p.IsHeldBy [ UnitColumns; UnitRows; Orthonormal ] -> Interval.between -1.0 1.0
              | Some p -> Interval.between (fst p.Interval) (snd p.Interval)
              | None -> whole ]

    let draws (instance: Instance) =
        let random = Xoshiro256StarStar(1, false)

        [ for _ in 1..4 ->
              RandomValues.draw random instance.Derivation.Model instance.Sizes
              |> instance.Pack ]
