namespace Interneuron.Derivation.Formulas

/// Sums inside each other.
[<RequireQualifiedAccess>]
module internal Nesting =
    /// About how many factors may be made to put sums that share factors in order.
    let private mostOrdered = 5e3

    /// Sums that share factors with each other.
    let private mostSums = 24

    /// The sum over an index of factors that all have it, with the sums among them in the order that the product gives them; `renamed`
    /// makes the normal form of a factor with other indices.
    let sum (renamed: (Slot -> Slot) -> Factor -> Polynomial) (i: Slot) (factors: Factor list) : Factor =
        let first =
            factors |> List.map _.Free |> Set.unionMany |> Set.remove i |> Renaming.unused

        let bound = ResizeArray<Slot>()

        let next like =
            let index = Renaming.pending (first + bound.Count) like
            bound.Add index
            index

        let rec spread (f: Slot -> Slot) (factor: Factor) : Factor list =
            match factor.Kind with
            | Summed(j, inner) ->
                let index = next j
                inner |> List.collect (spread (fun k -> if k = j then index else f k))
            | _ -> (renamed f factor).Terms |> List.collect _.Factors

        let outer = next i
        let flat = factors |> List.collect (spread (fun k -> if k = i then outer else k))

        if bound.Count > mostSums then
            Polynomial.tooLarge $"more than {mostSums} sums hang together in one term"

        let bind (rename: Slot -> Slot) (index: Slot) (direct: Factor list) (inside: Factor list) =
            let named =
                direct
                |> List.collect (fun f -> (renamed rename f).Terms |> List.collect _.Factors)

            let all = Polynomial.sorted (named @ inside)
            let height = 1 + Polynomial.height all
            let own = rename index

            let name = Slot.Bound(height, index.Over)

            let body = all |> List.map (Renaming.relabel (fun k -> if k = own then name else k))
            let single = 1.0 + List.sumBy _.Single all

            // Several sums: each factor is named again some times for each of them, to choose their order.
            let sums = all |> List.exists _.Kind.IsSummed

            if sums && 4.0 * float bound.Count * single > mostOrdered then
                Polynomial.tooLarge "its sums are too many to be put in order"

            Polynomial.make
                (Summed(name, body))
                (all |> List.map _.Free |> Set.unionMany |> Set.remove own)
                (1 + Polynomial.sizeOf all)
                height
                (if sums then
                     4.0 * float bound.Count * single
                 else
                     1.0 + List.sumBy _.Effort all)
                single

        Labelling.nest
            { Labelled.Free = (fun (factor: Factor) -> factor.Free)
              Image = renamed
              Compare = Polynomial.byFormula
              Bind = bind
              Order = Polynomial.byFactor
              Named = fun n like -> Renaming.pending (first + n) like
              TooMany = fun () -> Polynomial.tooLarge "its sums are too much alike to be put in order" }
            (List.ofSeq bound)
            flat
