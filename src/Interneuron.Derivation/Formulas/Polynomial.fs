namespace Interneuron.Derivation.Formulas

open Interneuron.Statistics
open Interneuron.Core.Symbolic

/// An index within a normal form.
[<RequireQualifiedAccess; CustomEquality; CustomComparison>]
type internal Slot =
    /// That of a sum, by the number of sums inside its own, which depends on the formula alone.
    | Bound of height: int * over: Population
    /// One that is not summed over.
    | Free of Index
    /// One that is about to be summed over, by a number, while a form is made.
    | Pending of number: int * over: Population

    /// What it runs over.
    member this.Over =
        match this with
        | Bound(_, over)
        | Pending(_, over) -> over
        | Free index -> index.Over

    // Written out, since most of the work of normal forms is comparing these.
    static member private Compare(a: Slot, b: Slot) : int =
        match a, b with
        | Bound(m, p), Bound(n, q)
        | Pending(m, p), Pending(n, q) ->
            if m <> n then (if m < n then -1 else 1)
            elif obj.ReferenceEquals(p, q) then 0
            else System.String.CompareOrdinal(p.Name, q.Name)
        | Free i, Free j ->
            match System.String.CompareOrdinal(i.Name, j.Name) with
            | 0 when obj.ReferenceEquals(i.Over, j.Over) -> 0
            | 0 -> System.String.CompareOrdinal(i.Over.Name, j.Over.Name)
            | order -> order
        | Bound _, _ -> -1
        | _, Bound _ -> 1
        | Free _, Pending _ -> -1
        | Pending _, Free _ -> 1

    override this.Equals other =
        match other with
        | :? Slot as slot -> Slot.Compare(this, slot) = 0
        | _ -> false

    override this.GetHashCode() =
        match this with
        | Bound(n, over) -> n + 64 * over.GetHashCode()
        | Pending(n, over) -> 3 + n + 64 * over.GetHashCode()
        | Free index -> index.GetHashCode()

    interface System.IComparable with
        member this.CompareTo other =
            match other with
            | :? Slot as slot -> Slot.Compare(this, slot)
            | _ -> 1

// A formula is a sum of terms, each a number times factors.

/// A factor of a term, and what is often asked of it.
[<NoComparison; CustomEquality>]
type internal Factor =
    {
        Kind: Kind
        Free: Set<Slot>
        /// The number of factors in it.
        Size: int
        /// The number of sums inside each other.
        Height: int
        /// About how many factors are made to give it other indices.
        Effort: float
        /// The same, but for those that only choose the order of its sums.
        Single: float
        Hash: int
    }

    override this.GetHashCode() = this.Hash

    override this.Equals other =
        match other with
        | :? Factor as f -> obj.ReferenceEquals(this, f) || (f.Hash = this.Hash && f.Kind = this.Kind)
        | _ -> false

/// What a factor is.
and [<NoComparison>] internal Kind =
    | Quantity of string * Slot list
    | Kronecker of Slot * Slot
    | Applied of Function * Polynomial list
    | Summed of Slot * Factor list
    | Mean of Polynomial

/// A term, and where it was written, which equality does not look at.
and [<NoComparison; NoEquality>] internal Term =
    { Number: Rational
      Factors: Factor list
      At: Position option }

/// The terms of a formula in normal form, which only what makes normal forms may put together.
and [<Sealed>] internal Polynomial(terms: Term list) =
    let free =
        match terms with
        | [ { Factors = [ single ] } ] -> single.Free
        | _ -> terms |> List.collect _.Factors |> List.map _.Free |> Set.unionMany

    let hash = Unchecked.hash [ for t in terms -> struct (t.Number, t.Factors) ]
    member _.Terms = terms
    member _.Free = free

    /// What the floor above makes of it, once.
    member val Face: obj | null = null with get, set

    override _.GetHashCode() = hash

    override this.Equals other =
        match other with
        | :? Polynomial as e ->
            obj.ReferenceEquals(this, e)
            || e.GetHashCode() = hash
               && List.length e.Terms = List.length terms
               && List.forall2 (fun t u -> t.Number = u.Number && t.Factors = u.Factors) terms e.Terms
        | _ -> false

/// Terms and factors: their order, their size, and how terms are collected.
[<RequireQualifiedAccess>]
module internal Polynomial =
    /// Factors in a formula.
    let largest = 5_000

    let private mostEffort = 1e5

    let tooLarge what =
        raise (
            FormulaGrowthException
                $"the formula is too large once its products are multiplied out: {what}; write it with fewer sums inside products"
        )

    // Order.

    /// Letters in the order in which they are given, then pending indices, then those of sums, the outer before the inner.
    let bySlot (i: Slot) (j: Slot) =
        let over (a: Population) (b: Population) order =
            if order <> 0 || obj.ReferenceEquals(a, b) then
                order
            else
                System.String.CompareOrdinal(b.Name, a.Name)

        match i, j with
        | Slot.Free i, Slot.Free j when i.Name.Length <> j.Name.Length -> compare i.Name.Length j.Name.Length
        | Slot.Free i, Slot.Free j -> System.String.CompareOrdinal(i.Name, j.Name) |> over i.Over j.Over
        | Slot.Free _, _ -> -1
        | _, Slot.Free _ -> 1
        | Slot.Pending(m, a), Slot.Pending(n, b) -> compare m n |> over a b
        | Slot.Pending _, Slot.Bound _ -> -1
        | Slot.Bound _, Slot.Pending _ -> 1
        | Slot.Bound(m, a), Slot.Bound(n, b) -> compare n m |> over a b

    /// Parameters before activities (g r, W r, W n), these before functions, sums last.
    let private rank kind =
        match kind with
        | Quantity _ -> 1
        | Kronecker _ -> 2
        | Applied _ -> 3
        | Summed _ -> 4
        | Mean _ -> 5

    let rec byFactor (a: Factor) (b: Factor) =
        if obj.ReferenceEquals(a, b) then
            0
        else
            match a.Kind, b.Kind with
            | Quantity(x, i), Quantity(y, j) ->
                match System.String.CompareOrdinal(x, y) with
                | 0 -> List.compareWith bySlot i j
                | order -> order
            | Kronecker(i, j), Kronecker(k, l) -> List.compareWith bySlot [ i; j ] [ k; l ]
            | Applied(f, xs), Applied(g, ys) ->
                match Function.compare f g with
                | 0 -> List.compareWith byFormula xs ys
                | order -> order
            | Summed(i, xs), Summed(j, ys) ->
                match bySlot i j with
                | 0 -> List.compareWith byFactor xs ys
                | order -> order
            | Mean x, Mean y -> byFormula x y
            | x, y -> compare (rank x) (rank y)

    and byFormula (a: Polynomial) (b: Polynomial) =
        if obj.ReferenceEquals(a, b) then
            0
        else
            List.compareWith
                (fun (t: Term) (u: Term) ->
                    match List.compareWith byFactor t.Factors u.Factors with
                    | 0 -> compare t.Number u.Number
                    | order -> order)
                a.Terms
                b.Terms

    // Terms and factors.

    let sizeOf (factors: Factor list) = factors |> List.sumBy _.Size

    let size (e: Polynomial) =
        e.Terms |> List.sumBy (fun t -> 1 + sizeOf t.Factors)

    let private effort (e: Polynomial) =
        e.Terms |> List.sumBy (fun t -> t.Factors |> List.sumBy _.Effort)

    let height (factors: Factor list) =
        (0, factors) ||> List.fold (fun h f -> max h f.Height)

    let make kind free size height effort single =
        if effort > mostEffort then
            tooLarge "its sums are too many or nested too deeply"

        { Kind = kind
          Free = free
          Size = size
          Height = height
          Effort = effort
          Single = single
          Hash = Unchecked.hash kind }

    let leaf kind indices =
        make kind (Set.ofList indices) 1 0 1.0 1.0

    let within kind (parts: Polynomial list) =
        let inside = 1.0 + List.sumBy effort parts

        make
            kind
            (parts |> List.map _.Free |> Set.unionMany)
            (1 + List.sumBy size parts)
            (parts |> List.collect _.Terms |> List.collect _.Factors |> height)
            inside
            inside

    let formula (terms: Term list) =
        let e = Polynomial terms

        if size e > largest then
            tooLarge $"it has more than {largest} factors"

        e

    let ofFactor (factor: Factor) =
        Polynomial
            [ { Number = Rational.one
                Factors = [ factor ]
                At = None } ]

    let number (c: Rational) =
        if Rational.isZero c then
            Polynomial []
        else
            Polynomial [ { Number = c; Factors = []; At = None } ]

    let collected (terms: Term list) =
        let sorted =
            terms
            |> List.sortWith (fun t u -> List.compareWith byFactor t.Factors u.Factors)

        ([], sorted)
        ||> List.fold (fun found term ->
            match found with
            | last :: others when last.Factors = term.Factors ->
                { last with
                    Number = Rational.add last.Number term.Number
                    At = Option.orElse term.At last.At }
                :: others
            | _ -> term :: found)
        |> List.filter (fun t -> not (Rational.isZero t.Number))
        |> List.rev
        |> formula

    let plus (parts: Polynomial list) =
        match parts with
        | [ single ] -> single
        | _ -> parts |> List.collect _.Terms |> collected

    let sorted (factors: Factor list) = List.sortWith byFactor factors

    /// The factors of two terms in one, in order; where they compare as equal the first's come first.
    let merged (first: Factor list) (second: Factor list) : Factor list =
        let rec go (found: Factor list) (left: Factor list) (right: Factor list) =
            match left, right with
            | rest, []
            | [], rest -> List.fold (fun whole factor -> factor :: whole) rest found
            | f :: fs, g :: gs ->
                if byFactor f g <= 0 then
                    go (f :: found) fs right
                else
                    go (g :: found) left gs

        go [] first second

    /// With this place for the terms that have none.
    let placed (at: Position option) (e: Polynomial) =
        if at.IsNone || e.Terms |> List.forall _.At.IsSome then
            e
        else
            Polynomial [ for t in e.Terms -> { t with At = Option.orElse at t.At } ]
