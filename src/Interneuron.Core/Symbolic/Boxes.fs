namespace Interneuron.Core.Symbolic

open System

/// Proofs by interval bounds, rounded outwards, on boxes that are halved until the bounds decide or the budget is spent.
[<RequireQualifiedAccess>]
module internal Boxes =
    // What one statement may take of the budget: nodes of formulas that are bounded on boxes.
    let private share = 100_000

    /// A number between the ends, at which an interval is halved: geometrically where it spans magnitudes.
    let private middle (x: Interval) =
        if Double.IsInfinity x.Lower && Double.IsInfinity x.Upper then
            0.0
        elif Double.IsInfinity x.Upper then
            Math.Max(x.Lower + 1.0, 4.0 * x.Lower)
        elif Double.IsInfinity x.Lower then
            Math.Min(x.Upper - 1.0, 4.0 * x.Upper)
        elif x.Lower > 0.0 && x.Upper > 16.0 * x.Lower then
            Math.Sqrt x.Lower * Math.Sqrt x.Upper
        elif x.Upper < 0.0 && x.Lower < 16.0 * x.Upper then
            -(Math.Sqrt -x.Lower * Math.Sqrt -x.Upper)
        elif x.Lower = 0.0 && x.Upper > 1e-3 then
            x.Upper / 16.0
        elif x.Upper = 0.0 && x.Lower < -1e-3 then
            x.Lower / 16.0
        else
            0.5 * x.Lower + 0.5 * x.Upper

    /// How wide an interval is for the purpose of halving: 1 for the whole line.
    let private extent (x: Interval) =
        let squash y =
            if Double.IsInfinity y then
                float (Math.Sign y)
            else
                y / (1.0 + Math.Abs y)

        0.5 * (squash x.Upper - squash x.Lower)

    let private size (e: Expr) =
        let mutable nodes = 0
        e |> Expr.fold (fun _ _ -> nodes <- nodes + 1)
        nodes

    /// Whether bounds show the formula to be at least 0 on the box, halving it while the budget lasts; where `matters` rules a box out,
    /// nothing is asked of it.
    let isNotNegative (budget: int ref) (matters: Map<string, Interval> -> bool) (box: Map<string, Interval>) (e: Expr) : bool =
        let used = Expr.variables e |> Set.ofList
        let cost = 1 + size e
        let pending = Collections.Generic.Stack<Map<string, Interval>>()
        pending.Push box
        let mutable left = Math.Min(share, budget.Value)
        let mutable holds = true

        while holds && pending.Count > 0 do
            left <- left - cost
            budget.Value <- budget.Value - cost
            let box = pending.Pop()
            let bounds = Bounds.ofFormula (fun name -> box[name]) e

            if not (bounds.Lower >= 0.0) && matters box then
                // The widest that can be halved still.
                let candidates =
                    box
                    |> Map.toList
                    |> List.filter (fun (name, x) -> used.Contains name && extent x > 1e-9)

                if bounds.Upper < 0.0 || left <= 0 || candidates.IsEmpty then
                    holds <- false
                else
                    let name, x = candidates |> List.maxBy (fun (_, x) -> extent x)
                    let m = middle x
                    pending.Push(Map.add name (Interval.between m x.Upper) box)
                    pending.Push(Map.add name (Interval.between x.Lower m) box)

        holds
