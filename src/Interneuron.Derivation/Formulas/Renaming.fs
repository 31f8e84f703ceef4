namespace Interneuron.Derivation.Formulas

/// Other indices in factors that are in order.
[<RequireQualifiedAccess>]
module internal Renaming =
    /// Other indices in the place of those not summed over, raw: what is in order stays as it is.
    let rec relabel (f: Slot -> Slot) (factor: Factor) : Factor =
        if factor.Free |> Set.forall (fun i -> f i = i) then
            factor
        else
            let kind =
                match factor.Kind with
                | Quantity(name, at) -> Quantity(name, List.map f at)
                | Kronecker(i, j) -> Kronecker(f i, f j)
                | Applied(g, parts) -> Applied(g, List.map (relabelled f) parts)
                | Summed(i, factors) -> Summed(i, List.map (relabel (fun j -> if j = i then i else f j)) factors)
                | Mean e -> Mean(relabelled f e)

            { factor with
                Kind = kind
                Free = Set.map f factor.Free
                Hash = Unchecked.hash kind }

    and private relabelled f (e: Polynomial) =
        Polynomial
            [ for t in e.Terms ->
                  { t with
                      Factors = List.map (relabel f) t.Factors } ]

    /// An index about to be summed over, by its number.
    let pending (n: int) (like: Slot) = Slot.Pending(n, like.Over)

    /// The first number that no pending index has.
    let unused (indices: Set<Slot>) =
        (0, indices)
        ||> Seq.fold (fun next index ->
            match index with
            | Slot.Pending(n, _) -> max next (1 + n)
            | Slot.Bound _
            | Slot.Free _ -> next)

    /// Whether indices keep their order, and with it every form that depends on it.
    let keepsOrder (f: Slot -> Slot) (indices: Set<Slot>) =
        indices
        |> Seq.sortWith Polynomial.bySlot
        |> Seq.map f
        |> Seq.pairwise
        |> Seq.forall (fun (i, j) -> Polynomial.bySlot i j < 0)
