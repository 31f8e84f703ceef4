namespace Interneuron.Derivation.Running

open Interneuron.Core.Symbolic
open Interneuron.Derivation.Formulas
open Interneuron.Derivation.Models
open Interneuron.Derivation.Rules

/// What a model's steps contain that no stimulus has part in: target terms, and the slow cost. Parameters are packed, one number after
/// another.
[<Sealed>]
type internal SlowTerms(derivation: Derivation, layout: Layout, energy: Expr) =
    let model = derivation.Model
    let learned = layout.Learned

    // Formulas with 0 in place of the numbers of some names.
    let without (isGone: string -> bool) (formulas: Expr list) : Expr list =
        formulas
        |> List.map (Expr.substitute (fun name -> if isGone name then Some(Expr.constant 0.0) else None))

    /// Formulas that are of the parameters alone; whatever else is in them is 0. None where there is nothing to evaluate.
    let ofParameters (formulas: unit -> Expr list) =
        lazy
            (let isLearned = System.Collections.Generic.HashSet<string> learned

             let still = formulas () |> without (isLearned.Contains >> not)

             if still |> List.forall ((=) (Expr.constant 0.0)) then
                 None
             else
                 Some(Scalar.compile learned still))

    let closed =
        ofParameters (fun () ->
            layout.OfRules(fun rule ->
                match rule.TargetTerm with
                | Closed mean -> mean
                | Absent
                | Averaged _ -> Number 0.0))

    let costGradient = ofParameters (fun () -> layout.OfRules _.Cost)

    let fixedTerms =
        ofParameters (fun () ->
            layout.OfRules(fun rule ->
                match rule.TargetTerm with
                | Closed mean -> mean + rule.Cost
                | Absent
                | Averaged _ -> rule.Cost))

    let costFormula = lazy layout.Flat([], model.Cost)

    // Matrices that have to be square, and are not, are refused when the instance is made.
    do
        if Indexed.symbols model.Cost |> Set.exists Indexed.isOfWhole then
            costFormula.Force() |> ignore

    let cost = ofParameters (fun () -> [ costFormula.Value ])

    let costSlopes =
        ofParameters (fun () -> Differentiate.grad learned costFormula.Value)

    let overTarget (formulas: unit -> Expr list) =
        lazy
            (let isStimulus = System.Collections.Generic.HashSet<string> layout.Stimuli

             TargetMean(model.Target, layout.Responses, learned, formulas () |> without isStimulus.Contains))

    // What has no formula is averaged numerically.
    let averaged =
        overTarget (fun () ->
            layout.OfRules(fun rule ->
                match rule.TargetTerm with
                | Averaged e -> e
                | Absent
                | Closed _ -> Number 0.0))

    let hasAverages =
        derivation.Rules |> List.exists (fun rule -> rule.TargetTerm.IsAveraged)

    let atTarget = overTarget (fun () -> [ energy ])
    let slopesAtTarget = overTarget (fun () -> Differentiate.grad learned energy)

    let evaluate (formulas: Lazy<System.Action<float array, float array> option>) (size: int) (packed: float array) =
        let out: float array = Array.zeroCreate size
        formulas.Value |> Option.iter (fun formulas -> formulas.Invoke(packed, out))
        out

    /// The derivative of the slow cost by each number.
    member _.CostGradient(packed: float array) : float array =
        evaluate costGradient learned.Length packed

    /// The derivative of the slow cost by every number, averages included, whichever way it steps.
    member _.CostSlopes(packed: float array) : float array =
        evaluate costSlopes learned.Length packed

    /// The target terms that are formulas of the parameters; 0 for the others.
    member _.Closed(packed: float array) : float array = evaluate closed learned.Length packed

    /// The target terms that are not: averages over the target by quadrature, or over points of it drawn by the seed. 0 for the others.
    member _.Averages(packed: float array, seed: int) : float array =
        if hasAverages then
            fst (averaged.Value.Evaluate(packed, seed))
        else
            Array.zeroCreate learned.Length

    /// What is subtracted from each step besides the averages: the closed target terms and the cost's.
    member _.Fixed(packed: float array) : float array =
        evaluate fixedTerms learned.Length packed

    /// The same, into numbers that are there.
    member _.FixedInto(packed: float array, out: float array) : unit =
        fixedTerms.Value |> Option.iter (fun terms -> terms.Invoke(packed, out))

    /// The energy without a stimulus averaged over the target, and how.
    member _.TargetValue(packed: float array, seed: int) : float * AverageBy =
        let means, by = atTarget.Value.Evaluate(packed, seed)
        means[0], by

    /// The derivatives of that energy by each number, averaged over the target.
    member _.TargetSlopes(packed: float array, seed: int) : float array * AverageBy =
        slopesAtTarget.Value.Evaluate(packed, seed)

    /// The slow cost of the parameters.
    member _.CostOf(packed: float array) : float = (evaluate cost 1 packed)[0]
