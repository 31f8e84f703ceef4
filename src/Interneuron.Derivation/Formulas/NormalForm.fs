namespace Interneuron.Derivation.Formulas

open Interneuron.Statistics
open Interneuron.Core.Symbolic

/// How formulas are put together so that they stay in normal form.
[<RequireQualifiedAccess>]
module internal NormalForm =
    // Powers of a sum are products up to this; and no power is one of more factors than these.
    let private highest = 8.0
    let private longest = 64.0

    /// Whether a power of a formula is written as a product of its factors; what is not stays one function.
    let multipliesOut (b: Polynomial) (n: float) : bool =
        n = floor n
        && n >= 1.0
        && n <= (if b.Terms.Length <= 1 then longest else highest)
        && b.Terms |> List.forall (fun t -> n * float t.Factors.Length <= longest)

    /// Other indices in the place of free ones.
    let rec rename (f: Slot -> Slot) (e: Polynomial) : Polynomial =
        if e.Free |> Set.forall (fun i -> f i = i) then
            e
        else
            e.Terms
            |> List.map (fun t -> product t.Number (List.map (renameFactor f) t.Factors) |> Polynomial.placed t.At)
            |> Polynomial.plus

    and private renameFactor (f: Slot -> Slot) (factor: Factor) : Polynomial =
        if Renaming.keepsOrder f factor.Free then
            Polynomial.ofFactor (Renaming.relabel f factor)
        else
            match factor.Kind with
            | Quantity(name, at) -> quantity name (List.map f at)
            | Kronecker(i, j) -> kronecker (f i) (f j)
            | Applied(g, parts) -> apply g (List.map (rename f) parts)
            | Mean e -> mean (rename f e)
            | Summed(i, factors) ->
                let inner = Renaming.pending (Renaming.unused (Set.map f factor.Free)) i
                let rename j = if j = i then inner else f j
                total inner (product Rational.one (List.map (renameFactor rename) factors))

    and quantity name at =
        Polynomial.ofFactor (Polynomial.leaf (Quantity(name, at)) at)

    and kronecker i j =
        if i = j then
            Polynomial.number Rational.one
        elif Polynomial.bySlot i j < 0 then
            Polynomial.ofFactor (Polynomial.leaf (Kronecker(i, j)) [ i; j ])
        else
            Polynomial.ofFactor (Polynomial.leaf (Kronecker(j, i)) [ i; j ])

    /// A number times formulas.
    and product (c: Rational) (parts: Polynomial list) : Polynomial =
        (Polynomial.number c, parts) ||> List.fold multiply

    and multiply (a: Polynomial) (b: Polynomial) : Polynomial =
        match a.Terms, b.Terms with
        | [], _
        | _, [] -> Polynomial []
        | [ { Number = c; Factors = [] } ], _ when Rational.isOne c -> b
        | _, [ { Number = c; Factors = [] } ] when Rational.isOne c -> a
        | left, right ->
            let factors =
                int64 left.Length * int64 (Polynomial.size b)
                + int64 right.Length * int64 (Polynomial.size a)

            if factors > int64 (4 * Polynomial.largest) then
                Polynomial.tooLarge $"{left.Length} terms times {right.Length}"

            let products =
                [ for t in left do
                      for u in right ->
                          { Number = Rational.multiply t.Number u.Number
                            Factors = Polynomial.merged t.Factors u.Factors
                            At = Option.orElse u.At t.At } ]

            if left @ right |> List.exists (fun t -> hasDelta t.Factors) then
                products |> List.map contracted |> Polynomial.plus
            else
                Polynomial.collected products

    and private hasDelta (factors: Factor list) =
        factors |> List.exists _.Kind.IsKronecker

    /// A term with deltas: of two indices that agree the first stands for both.
    and private contracted (t: Term) : Polynomial =
        let used =
            t.Factors
            |> List.indexed
            |> List.tryPick (fun (n, f) ->
                let others = List.removeAt n t.Factors

                match f.Kind with
                | Kronecker(i, j) when others |> List.exists (fun g -> g.Free.Contains j) -> Some(f, i, j, others)
                | _ -> None)

        match used with
        | Some(delta, i, j, others) ->
            List.map (renameFactor (fun k -> if k = j then i else k)) others
            |> product t.Number
            |> multiply (Polynomial.ofFactor delta)
            |> Polynomial.placed t.At
        | None ->
            Polynomial.formula
                [ { t with
                      Factors = Polynomial.sorted t.Factors } ]

    // Sums.

    and total (i: Slot) (e: Polynomial) : Polynomial =
        e.Terms
        |> List.map (fun t -> totalOf i t |> Polynomial.placed t.At)
        |> Polynomial.plus

    and private totalOf (i: Slot) (t: Term) : Polynomial =
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

            product
                t.Number
                (Polynomial.ofFactor (Nesting.sum renameFactor i inside)
                 :: List.map Polynomial.ofFactor outside)

    /// What a sum is of, with an index of its own.
    and opened (i: Slot) (letter: Slot) (factors: Factor list) : Polynomial =
        factors
        |> List.map (renameFactor (fun j -> if j = i then letter else j))
        |> product Rational.one

    // Functions.

    and apply (f: Function) (parts: Polynomial list) : Polynomial =
        if f.Name = "" then
            let given = Map.ofList (List.zip f.Arguments parts)
            lift (fun name -> given[name]) f.Body
        else
            match f.Body.Node with
            | Constant c -> Polynomial.number (Rational.ofFloat c)
            | Variable name -> List.item (List.findIndex ((=) name) f.Arguments) parts
            | _ -> Polynomial.ofFactor (Polynomial.within (Applied(f, parts)) parts)

    /// Lifts a scalar formula, given what its variables stand for; nodes other than sums, products and small powers become calls.
    and private lift (given: string -> Polynomial) (e: Expr) : Polynomial =
        match e.Node with
        | Constant c -> Polynomial.number (Rational.ofFloat c)
        | Variable name -> given name
        | Sum parts -> parts |> List.map (lift given) |> Polynomial.plus
        | Product parts -> parts |> List.map (lift given) |> product Rational.one
        | Power(b, p) ->
            match p.Node with
            | Constant c ->
                match lift given b with
                | b when multipliesOut b c -> power b (int c)
                | _ -> opaque given e
            | _ -> opaque given e
        | Apply _
        | IfLess _ -> opaque given e

    and power (e: Polynomial) (n: int) : Polynomial =
        product Rational.one (List.replicate n e)

    and private opaque (given: string -> Polynomial) (e: Expr) : Polynomial =
        let atoms = System.Collections.Generic.Dictionary<Factor, string>()

        let name (factor: Factor) =
            match atoms.TryGetValue factor with
            | true, name -> Expr.var name
            | _ ->
                let name = $"?{atoms.Count}"
                atoms[factor] <- name
                Expr.var name

        let rec scalar (e: Polynomial) =
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
                | Variable _ -> false
                | _ when Expr.children node |> List.forall _.Node.IsConstant ->
                    Expr.interpret Floats.operations (fun _ -> nan) node
                    |> System.Double.IsFinite
                    |> not
                | _ -> List.exists id parts)

        if isInfinite then
            raise (Refusal "a number in a function is not finite: something is divided by 0, or too large")

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
                            Polynomial.number value
                        else
                            rename into (Polynomial.ofFactor byName[name]))
                    body

            let d = Polynomial.ofFactor factor
            let apart = where Rational.zero id

            Polynomial.plus
                [ multiply d (where Rational.one (fun k -> if k = j then i else k))
                  apart
                  product (Rational.ofFloat -1.0) [ d; apart ] ]
        | None when not isOpaque -> lift (fun name -> Polynomial.ofFactor byName[name]) body
        | None ->
            // Arguments in their own order, by names that say no more than their places.
            let used =
                Expr.variables body
                |> List.map (fun name -> name, byName[name])
                |> List.sortWith (fun (_, a) (_, b) -> Polynomial.byFactor a b)

            let names = used |> List.mapi (fun n (name, _) -> name, $"x{n + 1}") |> Map.ofList

            let body = body |> Expr.substitute (names.TryFind >> Option.map Expr.var)
            let parts = [ for _, factor in used -> Polynomial.ofFactor factor ]
            Polynomial.ofFactor (Polynomial.within (Applied(Function.define "" [ for name, _ in used -> names[name] ] body, parts)) parts)

    // Averages.

    /// The average of what depends on the responses: numbers and other averages leave it.
    and mean (e: Polynomial) : Polynomial =
        [ for t in e.Terms do
              let still, moving = t.Factors |> List.partition _.Kind.IsMean

              let average =
                  match moving with
                  | [] -> Polynomial.number Rational.one
                  | _ ->
                      let inside =
                          Polynomial
                              [ { Number = Rational.one
                                  Factors = moving
                                  At = t.At } ]

                      Polynomial.ofFactor (Polynomial.within (Mean inside) [ inside ])

              product t.Number (average :: List.map Polynomial.ofFactor still)
              |> Polynomial.placed t.At ]
        |> Polynomial.plus
