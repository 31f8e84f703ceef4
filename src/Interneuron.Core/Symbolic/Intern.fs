namespace Interneuron.Core.Symbolic

open System
open System.Collections.Generic

/// One object per formula. The table holds its formulas weakly and sweeps out the dead whenever it has doubled.
module internal Intern =
    let private table = Dictionary<int, WeakReference<Expr> list>()
    let mutable private entries = 0
    let mutable private sweepAt = 4096

    let private alive (reference: WeakReference<Expr>) = fst (reference.TryGetTarget())

    let private sweep () =
        entries <- 0

        for hash in Seq.toArray table.Keys do
            match List.filter alive table[hash] with
            | [] -> table.Remove hash |> ignore
            | living ->
                entries <- entries + living.Length
                table[hash] <- living

        sweepAt <- max 4096 (2 * entries)

    let private find (node: Node) (bucket: WeakReference<Expr> list) =
        bucket
        |> List.tryPick (fun reference ->
            match reference.TryGetTarget() with
            | true, found when found.Node.Equals node -> Some found
            | _ -> None)

    /// The formula of a node; `algebra` is what a new one is given.
    let make (algebra: Algebra) (node: Node) : Expr =
        let hash = node.GetHashCode()

        lock table (fun () ->
            let bucket =
                match table.TryGetValue hash with
                | true, bucket -> bucket
                | _ -> []

            match find node bucket with
            | Some found -> found
            | None ->
                let made = Expr(node, hash, algebra)
                table[hash] <- WeakReference<Expr> made :: bucket
                entries <- entries + 1

                if entries > sweepAt then
                    sweep ()

                made)
