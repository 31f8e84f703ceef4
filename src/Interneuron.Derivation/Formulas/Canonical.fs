namespace Interneuron.Derivation.Formulas

open Interneuron.Statistics
open Interneuron.Core.Symbolic

[<Sealed>]
type Indexed private (terms: Polynomial) =
    // Nothing that is whole has other indices.
    let index slot =
        match slot with
        | Slot.Free index -> index
        | Slot.Bound _
        | Slot.Pending _ -> invalidOp "an index of a sum stands outside of it"

    let mutable layer: Layer voption = ValueNone

    member internal _.Polynomial = terms
    member _.Free = Set.map index terms.Free
    override _.GetHashCode() = terms.GetHashCode()

    override _.Equals other =
        match other with
        | :? Indexed as e -> terms.Equals e.Polynomial
        | _ -> false

    interface System.IEquatable<Indexed> with
        member this.Equals(other: Indexed | null) = this.Equals(box other)

    /// The one formula of what is in normal form, so that its layer is made once.
    static member internal Of(terms: Polynomial) : Indexed =
        match terms.Face with
        | :? Indexed as e -> e
        | _ ->
            let e = Indexed terms
            terms.Face <- (e :> obj)
            e

    member _.LayerApart(taken: Set<Index>) : Layer =
        let ofFactor = Polynomial.ofFactor >> Indexed.Of

        match terms.Terms with
        | [] -> Layer.Number 0.0
        | [ { Number = c; Factors = [] } ] -> Layer.Number(Rational.toFloat c)
        | [ { Number = c; Factors = [ single ] } ] when Rational.isOne c ->
            match single.Kind with
            | Quantity(name, at) -> Layer.Symbol(name, List.map index at)
            | Kronecker(i, j) -> Layer.Delta(index i, index j)
            | Applied(f, parts) -> Layer.Call(f, List.map Indexed.Of parts)
            | Mean inside -> Layer.Average(Indexed.Of inside)
            | Summed(i, factors) ->
                let letter = Index.apart (Set.union taken (Set.map index single.Free)) i.Over
                Layer.Total(letter, Indexed.Of(NormalForm.opened i (Slot.Free letter) factors))
        | [ { Number = c; Factors = factors } ] when Rational.isOne c -> Layer.Times(List.map ofFactor factors)
        | [ { Number = c; Factors = factors } ] -> Layer.Times(Indexed.Of(Polynomial.number c) :: List.map ofFactor factors)
        | several -> Layer.Plus [ for t in several -> Indexed.Of(Polynomial [ t ]) ]

    member this.Layer =
        match layer with
        | ValueSome layer -> layer
        | ValueNone ->
            let its = this.LayerApart Set.empty
            layer <- ValueSome its
            its

    member _.Place =
        match terms.Terms |> List.choose _.At with
        | [] -> None
        | places -> places |> List.minBy (fun p -> p.Line, p.Column) |> Some

    static member (+)(a: Indexed, b: Indexed) =
        Indexed.Of(Polynomial.plus [ a.Polynomial; b.Polynomial ])

    static member (~-)(a: Indexed) =
        Indexed.Of(NormalForm.product (Rational.ofFloat -1.0) [ a.Polynomial ])

    static member (-)(a: Indexed, b: Indexed) = a + -b

    static member (*)(a: Indexed, b: Indexed) =
        Indexed.Of(NormalForm.multiply a.Polynomial b.Polynomial)

    static member (*)(a: float, b: Indexed) =
        Indexed.Of(NormalForm.product (Rational.ofFloat a) [ b.Polynomial ])

    static member (/)(a: Indexed, b: float) =
        Indexed.Of(NormalForm.product (Rational.inverse (Rational.ofFloat b)) [ a.Polynomial ])

and [<RequireQualifiedAccess; NoComparison>] Layer =
    | Number of float
    | Symbol of name: string * Index list
    | Delta of Index * Index
    | Plus of Indexed list
    | Times of Indexed list
    | Total of Index * Indexed
    | Call of Function * Indexed list
    | Average of Indexed

[<AutoOpen>]
module Canonical =
    let Number (c: float) =
        Indexed.Of(Polynomial.number (Rational.ofFloat c))

    let (|Number|_|) (e: Indexed) =
        match e.Layer with
        | Layer.Number c -> Some c
        | _ -> None

    let Symbol (name: string, at: Index list) =
        Indexed.Of(NormalForm.quantity name (List.map Slot.Free at))

    let (|Symbol|_|) (e: Indexed) =
        match e.Layer with
        | Layer.Symbol(name, at) -> Some(name, at)
        | _ -> None

    let Delta (i: Index, j: Index) =
        Indexed.Of(NormalForm.kronecker (Slot.Free i) (Slot.Free j))

    let (|Delta|_|) (e: Indexed) =
        match e.Layer with
        | Layer.Delta(i, j) -> Some(i, j)
        | _ -> None

    let Plus (parts: Indexed list) =
        Indexed.Of(Polynomial.plus [ for e in parts -> e.Polynomial ])

    let (|Plus|_|) (e: Indexed) =
        match e.Layer with
        | Layer.Plus parts -> Some parts
        | _ -> None

    let Times (parts: Indexed list) =
        Indexed.Of(NormalForm.product Rational.one [ for e in parts -> e.Polynomial ])

    let (|Times|_|) (e: Indexed) =
        match e.Layer with
        | Layer.Times parts -> Some parts
        | _ -> None

    let Total (i: Index, body: Indexed) =
        Indexed.Of(NormalForm.total (Slot.Free i) body.Polynomial)

    let (|Total|_|) (e: Indexed) =
        match e.Layer with
        | Layer.Total(i, body) -> Some(i, body)
        | _ -> None

    let Call (f: Function, parts: Indexed list) =
        Indexed.Of(NormalForm.apply f [ for e in parts -> e.Polynomial ])

    let (|Call|_|) (e: Indexed) =
        match e.Layer with
        | Layer.Call(f, parts) -> Some(f, parts)
        | _ -> None

    let Average (e: Indexed) =
        Indexed.Of(NormalForm.mean e.Polynomial)

    let (|Average|_|) (e: Indexed) =
        match e.Layer with
        | Layer.Average inside -> Some inside
        | _ -> None

    let numberText (short: float -> string) (e: Indexed) =
        match e.Polynomial.Terms with
        | [ { Number = c } ] -> Rational.text short c
        | _ -> short 0.0

    let exactly (c: Rational) = Indexed.Of(Polynomial.number c)

    let (|Fraction|_|) (e: Indexed) =
        match e.Polynomial.Terms with
        | [ { Number = c; Factors = [] } ] -> Rational.tryFraction c
        | _ -> None

    let tryInverse (e: Indexed) =
        match e.Polynomial.Terms with
        | [] -> Some(exactly (Rational.inverse Rational.zero))
        | [ { Number = c; Factors = [] } ] -> Some(exactly (Rational.inverse c))
        | _ -> None

    let tryRaised (e: Indexed) (n: float) =
        if NormalForm.multipliesOut e.Polynomial n then
            Some(Indexed.Of(NormalForm.power e.Polynomial (int n)))
        else
            None

    let renamed (f: Index -> Index) (e: Indexed) =
        let slot index =
            match index with
            | Slot.Free index -> Slot.Free(f index)
            | other -> other

        Indexed.Of(NormalForm.rename slot e.Polynomial)

    let placed (at: Position option) (e: Indexed) =
        Indexed.Of(Polynomial.placed at e.Polynomial)
