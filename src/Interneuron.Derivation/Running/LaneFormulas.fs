namespace Interneuron.Derivation.Running

open System.Collections.Generic
open Interneuron.Core.Symbolic

/// What is averaged over responses for one number that is learned: Offset + Factor x the mean of Averaged. The first two are of the
/// parameters alone.
type internal OnlineFormula =
    { Offset: Expr
      Factor: Expr
      Averaged: Expr }

/// The formulas by which a model's responses are found and learned from: E = (y, H y)/2 + rest, where H is of the parameters alone.
type internal LaneFormulas =
    {
        Stops: Stop list
        /// E, with sides in place of kinks.
        Energy: Expr
        /// Entries of H, columns not above rows; what is not among them or `Bends` is 0.
        Hessian: ((int * int) * Expr) list
        /// What the rest adds to the Hessian, the same way.
        Bends: ((int * int) * Expr) list
        /// Whether that is not of y.
        IsQuadratic: bool
        /// The gradient of the rest.
        Rest: Expr list
        /// By how much the gradient rises at each stop.
        Jumps: Expr list
        Online: OnlineFormula list
    }

[<RequireQualifiedAccess>]
module internal LaneFormulas =
    let private zero = Expr.constant 0.0
    let private one = Expr.constant 1.0

    /// Takes what is of the parameters alone out of a mean.
    let private apart (stages: Stages) (formula: Expr) : OnlineFormula =
        let split combine parts =
            let still, moving =
                parts |> List.partition (fun part -> stages.Of part = Stage.Batch)

            combine still, combine moving

        let offset, moving =
            match formula.Node with
            | _ when stages.Of formula = Stage.Batch -> formula, zero
            | Sum terms -> split Expr.sum terms
            | _ -> zero, formula

        let factor, averaged =
            match moving.Node with
            | Product factors -> split Expr.product factors
            | _ -> one, moving

        { Offset = offset
          Factor = factor
          Averaged = averaged }

    /// The formulas of a model.
    let ofModel (stages: Stages) (model: LaneModel) : LaneFormulas =
        let names = Array.ofList model.Responses
        let stops, withSides = Stops.find model.Responses model.Energy
        let energy = withSides model.Energy
        let force = Differentiate.grad model.Responses energy

        let triangle =
            [ for k, slope in List.indexed force do
                  for l, entry in List.indexed (Differentiate.grad (List.take (k + 1) model.Responses) slope) -> (k, l), entry ]

        // Kinks of several responses stay in the formulas; where a slope jumps, its derivative does not tell.
        let kinks =
            [| for slope in force ->
                   Kinks.find (fun name -> Array.contains name names) [ slope ]
                   |> List.collect Expr.variables
                   |> HashSet |]

        let constant, bends =
            triangle
            |> List.partition (fun ((k, l), entry) ->
                stages.Of entry = Stage.Batch
                && not (kinks[k].Contains names[l] || kinks[l].Contains names[k]))

        // Of the gradient the rest has what is left where y is 0, as far as H has it.
        let taken = [| for _ in names -> HashSet<string>() |]

        for (k, l), _ in constant do
            taken[k].Add names[l] |> ignore
            taken[l].Add names[k] |> ignore

        { Stops = stops
          Energy = energy
          Hessian = constant |> List.filter (fun (_, entry) -> entry <> zero)
          Bends = bends
          IsQuadratic =
            kinks |> Array.forall (fun among -> among.Count = 0)
            && bends |> List.forall (fun (_, entry) -> stages.Of entry < Stage.Iteration)
          Rest =
            force
            |> List.mapi (fun k -> Expr.substitute (fun name -> if taken[k].Contains name then Some zero else None))
          Jumps = stops |> List.map (Stops.jump names force)
          Online = model.Online |> List.map (withSides >> apart stages) }
