namespace Interneuron.Derivation.Running

open System.Collections.Generic
open Interneuron.Core.Symbolic

/// When a formula can be evaluated: as soon as all of its variables are known.
type internal Stage =
    /// Of parameters: once for a batch.
    | Batch = 0
    /// Of stimuli too: once for each block of samples.
    | Block = 1
    /// Of responses too: at every iteration.
    | Iteration = 2

/// Formulas by stages: the largest parts of a formula that are of an earlier stage get names of their own, and are evaluated there.
[<Sealed>]
type internal Stages(stageOf: string -> Stage) =
    let stages = Dictionary<Expr, Stage>(HashIdentity.Reference)
    let rewritten = Dictionary<struct (Expr * Stage), Expr>()
    let numbers = Dictionary<Expr, int>(HashIdentity.Reference)
    let parts = [| List<Expr>(); List<Expr>() |]

    let rec stage (e: Expr) =
        match stages.TryGetValue e with
        | true, known -> known
        | _ ->
            let answer =
                match e.Node with
                | Variable name -> stageOf name
                | _ ->
                    (Stage.Batch, Expr.children e)
                    ||> List.fold (fun latest child -> max latest (stage child))

            stages[e] <- answer
            answer

    let name (now: Stage) (k: int) = $"#{now}[{k}]"

    let number (e: Expr) =
        match numbers.TryGetValue e with
        | true, known -> known
        | _ ->
            let own = parts[int (stage e)]
            numbers[e] <- own.Count
            own.Add e
            own.Count - 1

    let early (e: Expr) =
        match e.Node with
        | Constant _
        | Variable _ -> e
        | _ -> Expr.var (name (stage e) (number e))

    let rec at (now: Stage) (e: Expr) : Expr =
        if stage e < now then
            early e
        else
            match rewritten.TryGetValue(struct (e, now)) with
            | true, known -> known
            | _ ->
                let answer =
                    match e.Node with
                    | Sum terms -> split Expr.sum now terms
                    | Product factors -> split Expr.product now factors
                    | _ -> Expr.rebuild e (List.map (at now) (Expr.children e))

                rewritten[struct (e, now)] <- answer
                answer

    and split combine now parts =
        match List.partition (fun part -> stage part < now) parts with
        | [], later -> combine (List.map (at now) later)
        | earlier, later -> combine (early (combine earlier) :: List.map (at now) later)

    /// The stage of a formula.
    member _.Of(e: Expr) : Stage = stage e

    /// The formula as it is evaluated at a stage that is not before its own.
    member _.At(now: Stage, e: Expr) : Expr = at now e

    /// The number of a formula among the named parts of its stage, which is not the last.
    member _.Number(e: Expr) : int = number e

    /// The named parts of a stage before the last, as they are evaluated there.
    member _.Parts(now: Stage) : Expr list =
        // What those of blocks need of batches is named on the way.
        [ for e in List.ofSeq parts[int now] -> at now e ]

    /// Their names.
    member _.Names(now: Stage) : string list =
        List.init parts[int now].Count (name now)
