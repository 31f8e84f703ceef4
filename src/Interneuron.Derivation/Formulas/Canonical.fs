namespace Interneuron.Derivation.Formulas

open Interneuron.Core.Symbolic

[<Sealed>]
type TooLargeException(message: string) =
    inherit System.ArgumentException(message)

// A formula is a sum of terms, each a number times factors. An index that is summed over is called $ and the number of sums inside its own, which depends on
// the formula alone; while forms are made, indices that are about to be summed over are called ~ and a number, which sorts after all letters.

/// A factor of a term, and what is often asked of it.
[<NoComparison; CustomEquality>]
type Factor =
    {
        Kind: Kind
        Free: Set<Index>
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

and [<NoComparison>] Kind =
    | Quantity of string * Index list
    | Kronecker of Index * Index
    | Applied of Function * Indexed list
    | Summed of Index * Factor list
    | Mean of Indexed

and [<NoComparison>] Term =
    { Number: Rational
      Factors: Factor list }

and [<Sealed>] Indexed(terms: Term list) =
    let free =
        match terms with
        | [ { Factors = [ single ] } ] -> single.Free
        | _ -> terms |> List.collect _.Factors |> List.map _.Free |> Set.unionMany

    let hash = Unchecked.hash [ for t in terms -> struct (t.Number, t.Factors) ]
    let mutable layer: Layer voption = ValueNone
    member _.Terms = terms
    member _.Free = free

    member _.Cached
        with get () = layer
        and set value = layer <- value

    override _.GetHashCode() = hash

    override this.Equals other =
        match other with
        | :? Indexed as e ->
            obj.ReferenceEquals(this, e)
            || e.GetHashCode() = hash
               && List.length e.Terms = List.length terms
               && List.forall2 (fun t u -> t.Number = u.Number && t.Factors = u.Factors) terms e.Terms
        | _ -> false

    interface System.IEquatable<Indexed> with
        member this.Equals(other: Indexed | null) = this.Equals(box other)

and [<RequireQualifiedAccess; NoComparison>] Layer =
    | Number of float
    | Symbol of name: string * Index list
    | Delta of Index * Index
    | Plus of Indexed list
    | Times of Indexed list
    | Total of Index * Indexed
    | Call of Function * Indexed list
    | Average of Indexed

module private Polynomial =
    /// Factors in a formula.
    let private largest = 5_000

    let private mostEffort = 1e5

    /// The same for sums that share factors.
    let private mostOrdered = 5e3

    /// Sums that share factors with each other.
    let private mostSums = 24

    let private tooLarge what =
        raise (
            TooLargeException
                $"the formula is too large once its products are multiplied out: {what}; write it with fewer sums inside products"
        )

    // Order.

    /// Letters in the order in which they are given, then temporary names, then those of sums, the outer before the inner.
    let private byName (i: Index) (j: Index) =
        let kind (name: string) =
            if name.StartsWith '~' then 1
            elif name.StartsWith '$' then 2
            else 0

        match kind i.Name, kind j.Name with
        | k, l when k <> l -> compare k l
        | 2, _ ->
            match System.String.CompareOrdinal(j.Name, i.Name) with
            | 0 -> compare i.Over j.Over
            | order -> order
        | _ when i.Name.Length <> j.Name.Length -> compare i.Name.Length j.Name.Length
        | _ ->
            match System.String.CompareOrdinal(i.Name, j.Name) with
            | 0 -> compare i.Over j.Over
            | order -> order

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
                | 0 -> List.compareWith byName i j
                | order -> order
            | Kronecker(i, j), Kronecker(k, l) -> List.compareWith byName [ i; j ] [ k; l ]
            | Applied(f, xs), Applied(g, ys) ->
                match Function.compare f g with
                | 0 -> List.compareWith byFormula xs ys
                | order -> order
            | Summed(i, xs), Summed(j, ys) ->
                match byName i j with
                | 0 -> List.compareWith byFactor xs ys
                | order -> order
            | Mean x, Mean y -> byFormula x y
            | x, y -> compare (rank x) (rank y)

    and byFormula (a: Indexed) (b: Indexed) =
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

    let private sizeOf (factors: Factor list) = factors |> List.sumBy _.Size

    let size (e: Indexed) =
        e.Terms |> List.sumBy (fun t -> 1 + sizeOf t.Factors)

    let private effort (e: Indexed) =
        e.Terms |> List.sumBy (fun t -> t.Factors |> List.sumBy _.Effort)

    let private height (factors: Factor list) =
        (0, factors) ||> List.fold (fun h f -> max h f.Height)

    let private make kind free size height effort single =
        if effort > mostEffort then
            tooLarge "its sums are too many or nested too deeply"

        { Kind = kind
          Free = free
          Size = size
          Height = height
          Effort = effort
          Single = single
          Hash = Unchecked.hash kind }

    let private leaf kind indices =
        make kind (Set.ofList indices) 1 0 1.0 1.0

    let private within kind (parts: Indexed list) =
        let inside = 1.0 + List.sumBy effort parts

        make
            kind
            (parts |> List.map _.Free |> Set.unionMany)
            (1 + List.sumBy size parts)
            (parts |> List.collect _.Terms |> List.collect _.Factors |> height)
            inside
            inside

    let private formula (terms: Term list) =
        let e = Indexed terms

        if size e > largest then
            tooLarge $"it has more than {largest} factors"

        e

    let ofFactor (factor: Factor) =
        Indexed
            [ { Number = Rational.one
                Factors = [ factor ] } ]

    let number (c: Rational) =
        if Rational.isZero c then
            Indexed []
        else
            Indexed [ { Number = c; Factors = [] } ]

    let private collected (terms: Term list) =
        let sorted =
            terms
            |> List.sortWith (fun t u -> List.compareWith byFactor t.Factors u.Factors)

        ([], sorted)
        ||> List.fold (fun found term ->
            match found with
            | last :: others when last.Factors = term.Factors ->
                { last with
                    Number = Rational.add last.Number term.Number }
                :: others
            | _ -> term :: found)
        |> List.filter (fun t -> not (Rational.isZero t.Number))
        |> List.rev
        |> formula

    let plus (parts: Indexed list) =
        match parts with
        | [ single ] -> single
        | _ -> parts |> List.collect _.Terms |> collected

    let private sorted (factors: Factor list) = List.sortWith byFactor factors

    // Other names, raw: what is in order stays as it is.

    let rec private relabel (f: Index -> Index) (factor: Factor) : Factor =
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

    and private relabelled f (e: Indexed) =
        Indexed
            [ for t in e.Terms ->
                  { t with
                      Factors = List.map (relabel f) t.Factors } ]

    let private temporary (n: int) (like: Index) = { like with Index.Name = $"~%05d{n}" }

    /// The first number that no temporary name of the indices has.
    let private unused (indices: Set<Index>) =
        indices
        |> Seq.fold
            (fun next i ->
                if i.Name.StartsWith '~' then
                    max next (1 + int (i.Name.Substring 1))
                else
                    next)
            0

    /// Whether indices keep their order, and with it every form that depends on it.
    let private keepsOrder (f: Index -> Index) (indices: Set<Index>) =
        indices
        |> Seq.sortWith byName
        |> Seq.map f
        |> Seq.pairwise
        |> Seq.forall (fun (i, j) -> byName i j < 0)

    let rec rename (f: Index -> Index) (e: Indexed) : Indexed =
        if e.Free |> Set.forall (fun i -> f i = i) then
            e
        else
            e.Terms
            |> List.map (fun t -> product t.Number (List.map (renameFactor f) t.Factors))
            |> plus

    and private renameFactor (f: Index -> Index) (factor: Factor) : Indexed =
        if keepsOrder f factor.Free then
            ofFactor (relabel f factor)
        else
            match factor.Kind with
            | Quantity(name, at) -> quantity name (List.map f at)
            | Kronecker(i, j) -> kronecker (f i) (f j)
            | Applied(g, parts) -> apply g (List.map (rename f) parts)
            | Mean e -> mean (rename f e)
            | Summed(i, factors) ->
                let inner = temporary (unused (Set.map f factor.Free)) i
                let rename j = if j = i then inner else f j
                total inner (product Rational.one (List.map (renameFactor rename) factors))

    and quantity name at = ofFactor (leaf (Quantity(name, at)) at)

    and kronecker i j =
        if i = j then
            number Rational.one
        elif byName i j < 0 then
            ofFactor (leaf (Kronecker(i, j)) [ i; j ])
        else
            ofFactor (leaf (Kronecker(j, i)) [ i; j ])

    /// A number times formulas.
    and product (c: Rational) (parts: Indexed list) : Indexed =
        (number c, parts) ||> List.fold multiply

    and multiply (a: Indexed) (b: Indexed) : Indexed =
        match a.Terms, b.Terms with
        | [], _
        | _, [] -> Indexed []
        | [ { Number = c; Factors = [] } ], _ when Rational.isOne c -> b
        | _, [ { Number = c; Factors = [] } ] when Rational.isOne c -> a
        | left, right ->
            if int64 left.Length * int64 (size b) + int64 right.Length * int64 (size a) > int64 (4 * largest) then
                tooLarge $"{left.Length} terms times {right.Length}"

            let pairs =
                [ for t in left do
                      for u in right -> Rational.multiply t.Number u.Number, t.Factors, u.Factors ]

            if pairs |> List.forall (fun (_, f, g) -> not (hasDelta f || hasDelta g)) then
                collected [ for c, f, g in pairs -> { Number = c; Factors = sorted (f @ g) } ]
            else
                plus [ for c, f, g in pairs -> contracted c (f @ g) ]

    and private hasDelta (factors: Factor list) =
        factors |> List.exists _.Kind.IsKronecker

    /// A term with deltas: of two indices that agree the first stands for both.
    and private contracted c (factors: Factor list) =
        let used =
            factors
            |> List.indexed
            |> List.tryPick (fun (n, f) ->
                let others = List.removeAt n factors

                match f.Kind with
                | Kronecker(i, j) when others |> List.exists (fun g -> g.Free.Contains j) -> Some(f, i, j, others)
                | _ -> None)

        match used with
        | Some(delta, i, j, others) ->
            List.map (renameFactor (fun k -> if k = j then i else k)) others
            |> product c
            |> multiply (ofFactor delta)
        | None -> formula [ { Number = c; Factors = sorted factors } ]

    // Sums.

    and total (i: Index) (e: Indexed) : Indexed = e.Terms |> List.map (totalOf i) |> plus

    and private totalOf (i: Index) (t: Term) : Indexed =
        let other =
            t.Factors
            |> List.tryPick (fun f ->
                match f.Kind with
                | Kronecker(j, k) when j = i -> Some(k, f)
                | Kronecker(j, k) when k = i -> Some(j, f)
                | _ -> None)

        match other with
        | Some(j, delta) ->
            t.Factors
            |> List.filter ((<>) delta)
            |> List.map (renameFactor (fun k -> if k = i then j else k))
            |> product t.Number
        | None ->
            let inside, outside = t.Factors |> List.partition (fun f -> f.Free.Contains i)
            product t.Number (ofFactor (nested i inside) :: List.map ofFactor outside)

    /// The sum over an index of factors that all have it, with the sums among them in the order that the product gives them.
    and private nested (i: Index) (factors: Factor list) : Factor =
        let first = factors |> List.map _.Free |> Set.unionMany |> Set.remove i |> unused

        let bound = ResizeArray<Index>()

        let next like =
            let index = temporary (first + bound.Count) like
            bound.Add index
            index

        let rec spread (f: Index -> Index) (factor: Factor) : Factor list =
            match factor.Kind with
            | Summed(j, inner) ->
                let index = next j
                inner |> List.collect (spread (fun k -> if k = j then index else f k))
            | _ -> (renameFactor f factor).Terms |> List.collect _.Factors

        let outer = next i
        let flat = factors |> List.collect (spread (fun k -> if k = i then outer else k))

        if bound.Count > mostSums then
            tooLarge $"more than {mostSums} sums hang together in one term"

        let bind (rename: Index -> Index) (index: Index) (direct: Factor list) (inside: Factor list) =
            let renamed =
                direct
                |> List.collect (fun f -> (renameFactor rename f).Terms |> List.collect _.Factors)

            let all = sorted (renamed @ inside)
            let height = 1 + height all
            let own = rename index

            let name =
                { index with
                    Index.Name = $"$%05d{height}" }

            let body = all |> List.map (relabel (fun k -> if k = own then name else k))
            let single = 1.0 + List.sumBy _.Single all

            // Several sums: each factor is named again some times for each of them, to choose their order.
            let sums = all |> List.exists _.Kind.IsSummed

            if sums && 4.0 * float bound.Count * single > mostOrdered then
                tooLarge "its sums are too many to be put in order"

            make
                (Summed(name, body))
                (all |> List.map _.Free |> Set.unionMany |> Set.remove own)
                (1 + sizeOf all)
                height
                (if sums then
                     4.0 * float bound.Count * single
                 else
                     1.0 + List.sumBy _.Effort all)
                single

        Labelling.nest
            { Free = _.Free
              Image = renameFactor
              Compare = byFormula
              Bind = bind
              Order = byFactor
              Named = fun n like -> temporary (first + n) like
              TooMany = fun () -> tooLarge "its sums are too much alike to be put in order" }
            (List.ofSeq bound)
            flat

    // Functions.

    and apply (f: Function) (parts: Indexed list) : Indexed =
        if f.Name = "" then
            let given = Map.ofList (List.zip f.Arguments parts)
            lift (fun name -> given[name]) f.Body
        else
            match f.Body.Node with
            | Constant c -> number (Rational.ofFloat c)
            | Variable name -> List.item (List.findIndex ((=) name) f.Arguments) parts
            | _ -> ofFactor (within (Applied(f, parts)) parts)

    /// Lifts a scalar formula, given what its variables stand for; nodes other than sums, products and small powers become calls.
    and private lift (given: string -> Indexed) (e: Expr) : Indexed =
        match e.Node with
        | Constant c -> number (Rational.ofFloat c)
        | Variable name -> given name
        | Sum parts -> parts |> List.map (lift given) |> plus
        | Product parts -> parts |> List.map (lift given) |> product Rational.one
        | Power(b, p) ->
            match p.Node with
            | Constant c when c = floor c && c > 1.0 && c <= 64.0 ->
                let b = lift given b
                // Higher powers of a sum stay one function.
                if b.Terms.Length <= 1 || c <= 8.0 then
                    power b (int c)
                else
                    opaque given e
            | _ -> opaque given e
        | Apply _
        | IfLess _ -> opaque given e

    and power (e: Indexed) (n: int) : Indexed =
        product Rational.one (List.replicate n e)

    and private opaque (given: string -> Indexed) (e: Expr) : Indexed =
        let atoms = System.Collections.Generic.Dictionary<Factor, string>()

        let name (factor: Factor) =
            match atoms.TryGetValue factor with
            | true, name -> Expr.var name
            | _ ->
                let name = $"?{atoms.Count}"
                atoms[factor] <- name
                Expr.var name

        let rec scalar (e: Indexed) =
            Expr.sum [ for t in e.Terms -> Expr.product (Expr.constant (Rational.toFloat t.Number) :: List.map ofOne t.Factors) ]

        and ofOne (factor: Factor) =
            match factor.Kind with
            | Applied(f, parts) when f.Name = "" ->
                let values = Map.ofList (List.zip f.Arguments (List.map scalar parts))
                Expr.substitute values.TryFind f.Body
            | _ -> name factor

        let body = e |> Expr.substitute (given >> scalar >> Some)
        let byName = Map.ofSeq (Seq.map (fun (KeyValue(f, name)) -> name, f) atoms)

        let isOpaque =
            match body.Node with
            | Constant _
            | Variable _
            | Sum _
            | Product _ -> false
            | Power _
            | Apply _
            | IfLess _ -> true

        let isInfinite =
            body
            |> Expr.fold (fun node parts ->
                match node.Node with
                | Constant c -> not (System.Double.IsFinite c)
                | _ -> List.exists id parts)

        if isInfinite then
            raise (System.ArgumentException "a number in a function is not finite: something is divided by 0, or too large")

        let delta =
            byName
            |> Map.tryPick (fun name f ->
                match f.Kind with
                | Kronecker(i, j) when List.contains name (Expr.variables body) -> Some(name, f, i, j)
                | _ -> None)

        match delta with
        | Some(delta, factor, i, j) ->
            // d is 0 or 1: f(d) = d f(1) + (1 - d) f(0), and where it is 1 one index stands for both.
            let where (value: Rational) into =
                lift
                    (fun name ->
                        if name = delta then
                            number value
                        else
                            rename into (ofFactor byName[name]))
                    body

            let d = ofFactor factor
            let apart = where Rational.zero id

            plus
                [ multiply d (where Rational.one (fun k -> if k = j then i else k))
                  apart
                  product (Rational.ofFloat -1.0) [ d; apart ] ]
        | None when not isOpaque -> lift (fun name -> ofFactor byName[name]) body
        | None ->
            // Arguments in their own order, by names that say no more than their places.
            let used =
                Expr.variables body
                |> List.map (fun name -> name, byName[name])
                |> List.sortWith (fun (_, a) (_, b) -> byFactor a b)

            let names = used |> List.mapi (fun n (name, _) -> name, $"x{n + 1}") |> Map.ofList

            let body = body |> Expr.substitute (names.TryFind >> Option.map Expr.var)
            let parts = [ for _, factor in used -> ofFactor factor ]
            ofFactor (within (Applied(Function.define "" [ for name, _ in used -> names[name] ] body, parts)) parts)

    // Averages.

    /// The average of what depends on the responses: numbers and other averages leave it.
    and mean (e: Indexed) : Indexed =
        [ for t in e.Terms do
              let still, moving = t.Factors |> List.partition _.Kind.IsMean

              let average =
                  match moving with
                  | [] -> number Rational.one
                  | _ ->
                      let inside =
                          Indexed
                              [ { Number = Rational.one
                                  Factors = moving } ]

                      ofFactor (within (Mean inside) [ inside ])

              product t.Number (average :: List.map ofFactor still) ]
        |> plus

    // Taking apart.

    let layerOf (taken: Set<Index>) (e: Indexed) : Layer =
        let ofTerm (t: Term) = Indexed [ t ]

        match e.Terms with
        | [] -> Layer.Number 0.0
        | [ { Number = c; Factors = [] } ] -> Layer.Number(Rational.toFloat c)
        | [ { Number = c; Factors = [ single ] } ] when Rational.isOne c ->
            match single.Kind with
            | Quantity(name, at) -> Layer.Symbol(name, at)
            | Kronecker(i, j) -> Layer.Delta(i, j)
            | Applied(f, parts) -> Layer.Call(f, parts)
            | Mean inside -> Layer.Average inside
            | Summed(i, factors) ->
                let letter = Index.apart (Set.union taken single.Free) i.Over

                let body =
                    factors
                    |> List.map (renameFactor (fun j -> if j = i then letter else j))
                    |> product Rational.one

                Layer.Total(letter, body)
        | [ { Number = c; Factors = factors } ] when Rational.isOne c -> Layer.Times(List.map ofFactor factors)
        | [ { Number = c; Factors = factors } ] -> Layer.Times(number c :: List.map ofFactor factors)
        | several -> Layer.Plus(List.map ofTerm several)

type Indexed with
    member this.LayerApart(taken: Set<Index>) = Polynomial.layerOf taken this

    member this.Layer =
        match this.Cached with
        | ValueSome layer -> layer
        | ValueNone ->
            let layer = Polynomial.layerOf Set.empty this
            this.Cached <- ValueSome layer
            layer

    static member (+)(a: Indexed, b: Indexed) = Polynomial.plus [ a; b ]

    static member (~-)(a: Indexed) =
        Polynomial.multiply (Polynomial.number (Rational.ofFloat -1.0)) a

    static member (-)(a: Indexed, b: Indexed) = Polynomial.plus [ a; -b ]
    static member (*)(a: Indexed, b: Indexed) = Polynomial.multiply a b

    static member (*)(a: float, b: Indexed) =
        Polynomial.multiply (Polynomial.number (Rational.ofFloat a)) b

    static member (/)(a: Indexed, b: float) =
        Polynomial.multiply (Polynomial.number (Rational.inverse (Rational.ofFloat b))) a

[<AutoOpen>]
module Canonical =
    let Number (c: float) = Polynomial.number (Rational.ofFloat c)

    let (|Number|_|) (e: Indexed) =
        match e.Layer with
        | Layer.Number c -> Some c
        | _ -> None

    let Symbol (name: string, at: Index list) = Polynomial.quantity name at

    let (|Symbol|_|) (e: Indexed) =
        match e.Layer with
        | Layer.Symbol(name, at) -> Some(name, at)
        | _ -> None

    let Delta (i: Index, j: Index) = Polynomial.kronecker i j

    let (|Delta|_|) (e: Indexed) =
        match e.Layer with
        | Layer.Delta(i, j) -> Some(i, j)
        | _ -> None

    let Plus (parts: Indexed list) = Polynomial.plus parts

    let (|Plus|_|) (e: Indexed) =
        match e.Layer with
        | Layer.Plus parts -> Some parts
        | _ -> None

    let Times (parts: Indexed list) = Polynomial.product Rational.one parts

    let (|Times|_|) (e: Indexed) =
        match e.Layer with
        | Layer.Times parts -> Some parts
        | _ -> None

    let Total (i: Index, body: Indexed) = Polynomial.total i body

    let (|Total|_|) (e: Indexed) =
        match e.Layer with
        | Layer.Total(i, body) -> Some(i, body)
        | _ -> None

    let Call (f: Function, parts: Indexed list) = Polynomial.apply f parts

    let (|Call|_|) (e: Indexed) =
        match e.Layer with
        | Layer.Call(f, parts) -> Some(f, parts)
        | _ -> None

    let Average (e: Indexed) = Polynomial.mean e

    let (|Average|_|) (e: Indexed) =
        match e.Layer with
        | Layer.Average inside -> Some inside
        | _ -> None

    let numberText (short: float -> string) (e: Indexed) =
        match e.Terms with
        | [ { Number = c } ] -> Rational.text short c
        | _ -> short 0.0

    let exactly (c: Rational) = Polynomial.number c

    let (|Fraction|_|) (e: Indexed) =
        match e.Terms with
        | [ { Number = c; Factors = [] } ] -> Rational.tryFraction c
        | _ -> None

    let tryInverse (e: Indexed) =
        match e.Terms with
        | [] -> Some(Polynomial.number (Rational.inverse Rational.zero))
        | [ { Number = c; Factors = [] } ] -> Some(Polynomial.number (Rational.inverse c))
        | _ -> None

    let raised (e: Indexed) (n: int) = Polynomial.power e n
    let renamed (f: Index -> Index) (e: Indexed) = Polynomial.rename f e
