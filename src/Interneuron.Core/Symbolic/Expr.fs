namespace Interneuron.Core.Symbolic

open System
open System.Collections.Generic

[<Sealed; AllowNullLiteral(false)>]
type Expr internal (node: Node, hash: int) =
    member _.Node = node
    member internal _.Hash = hash

    override _.GetHashCode() = hash
    override this.Equals(other: obj | null) = obj.ReferenceEquals(this, other)

    interface IEquatable<Expr> with
        member this.Equals(other: Expr | null) = obj.ReferenceEquals(this, other)

and [<CustomEquality; NoComparison>] Node =
    | Constant of float
    | Variable of string
    | Sum of Expr list
    | Product of Expr list
    | Power of Expr * Expr
    | Apply of Primitive * Expr list
    | IfLess of Expr * Expr * Expr * Expr

    // Children are interned, so one layer of reference comparisons decides.
    override this.Equals(other: obj | null) =
        let same (a: Expr) (b: Expr) = obj.ReferenceEquals(a, b)

        let all (a: Expr list) (b: Expr list) =
            a.Length = b.Length && List.forall2 same a b

        match other with
        | :? Node as other ->
            match this, other with
            | Constant a, Constant b -> BitConverter.DoubleToInt64Bits a = BitConverter.DoubleToInt64Bits b
            | Variable a, Variable b -> String.Equals(a, b)
            | Sum a, Sum b
            | Product a, Product b -> all a b
            | Power(a, p), Power(b, q) -> same a b && same p q
            | Apply(f, a), Apply(g, b) -> f.Name = g.Name && all a b
            | IfLess(a, b, c, d), IfLess(a', b', c', d') -> same a a' && same b b' && same c c' && same d d'
            | _ -> false
        | _ -> false

    override this.GetHashCode() =
        let mix (tag: int) (parts: Expr list) =
            List.fold (fun h (e: Expr) -> h * 31 + e.Hash) tag parts

        match this with
        | Constant c -> c.GetHashCode()
        | Variable name -> name |> Seq.fold (fun h c -> h * 31 + int c) 17
        | Sum terms -> mix 3 terms
        | Product factors -> mix 5 factors
        | Power(b, p) -> mix 7 [ b; p ]
        | Apply(f, arguments) -> mix (f.Name |> Seq.fold (fun h c -> h * 31 + int c) 11) arguments
        | IfLess(a, b, c, d) -> mix 13 [ a; b; c; d ]

and [<AbstractClass>] Primitive(name: string, nonNegative: bool) =
    member _.Name = name
    member _.NonNegative = nonNegative
    abstract Partials: Expr list -> Expr list
    abstract Read<'T> : Operations<'T> * 'T list -> 'T
    abstract Latex: string list -> string
    abstract Rewrite: Expr list -> Expr voption

[<Sealed>]
type FormulaGrowthException(message: string) =
    inherit ArgumentException(message)

/// What building formulas may cost: the parts that sums and products of a thread have gone through since its budget began.
[<AbstractClass; Sealed>]
type internal Growth private () =
    [<ThreadStatic; DefaultValue>]
    static val mutable private left: int voption

    static member Spend(parts: int) =
        match Growth.left with
        | ValueSome left when left < parts ->
            raise (
                FormulaGrowthException
                    "the formula grows beyond what is worth computing when it is built or differentiated; write it with fewer terms or lower powers"
            )
        | ValueSome left -> Growth.left <- ValueSome(left - parts)
        | ValueNone -> ()

    static member Within (parts: int) (action: unit -> 'T) : 'T =
        let outer = Growth.left
        Growth.left <- ValueSome parts

        try
            action ()
        finally
            Growth.left <- outer

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

    let make (node: Node) =
        let hash = node.GetHashCode()

        lock table (fun () ->
            let bucket =
                match table.TryGetValue hash with
                | true, bucket -> bucket
                | _ -> []

            match find node bucket with
            | Some found -> found
            | None ->
                let made = Expr(node, hash)
                table[hash] <- WeakReference<Expr> made :: bucket
                entries <- entries + 1

                if entries > sweepAt then
                    sweep ()

                made)

/// Normal forms: every formula is made here.
module internal Algebra =
    let (|Node|) (e: Expr) = e.Node

    [<return: Struct>]
    let (|Number|_|) (e: Expr) =
        match e.Node with
        | Constant c -> ValueSome c
        | _ -> ValueNone

    [<return: Struct>]
    let (|Call|_|) (name: string) (e: Expr) =
        match e.Node with
        | Apply(f, [ x ]) when f.Name = name -> ValueSome x
        | _ -> ValueNone

    [<return: Struct>]
    let (|Integer|_|) (e: Expr) =
        match e.Node with
        | Constant c when c = Math.Floor c && abs c < 1e9 -> ValueSome(int c)
        | _ -> ValueNone

    let constant (c: float) =
        Intern.make (Constant(if c = 0.0 then 0.0 else c)) // one zero

    let zero = constant 0.0
    let one = constant 1.0

    let rec isNonNegative (e: Expr) =
        match e.Node with
        | Constant c -> c >= 0.0
        | Variable _ -> false
        | Sum parts
        | Product parts -> List.forall isNonNegative parts
        | Power(_, Integer n) when n % 2 = 0 -> true
        | Power(b, _) -> isNonNegative b
        | Apply(f, [ a; b ]) when f.Name = "max" -> isNonNegative a || isNonNegative b
        | Apply(f, [ a; b ]) when f.Name = "min" -> isNonNegative a && isNonNegative b
        | Apply(f, _) -> f.NonNegative
        | IfLess(_, _, c, d) -> isNonNegative c && isNonNegative d

    let private rank (node: Node) =
        match node with
        | Constant _ -> 0
        | Variable _ -> 1
        | Power _ -> 2
        | Product _ -> 3
        | Sum _ -> 4
        | Apply _ -> 5
        | IfLess _ -> 6

    let rec order (x: Expr) (y: Expr) =
        if obj.ReferenceEquals(x, y) then
            0
        else
            match x.Node, y.Node with
            | Constant a, Constant b -> compare a b
            | Variable a, Variable b -> String.CompareOrdinal(a, b)
            | Sum a, Sum b
            | Product a, Product b -> orderAll a b
            | Power(a, p), Power(b, q) -> orderAll [ a; p ] [ b; q ]
            | Apply(f, a), Apply(g, b) ->
                match String.CompareOrdinal(f.Name, g.Name) with
                | 0 -> orderAll a b
                | names -> names
            | IfLess(a, b, c, d), IfLess(a', b', c', d') -> orderAll [ a; b; c; d ] [ a'; b'; c'; d' ]
            | a, b -> compare (rank a) (rank b)

    and private orderAll (xs: Expr list) (ys: Expr list) =
        match xs, ys with
        | x :: xs, y :: ys ->
            match order x y with
            | 0 -> orderAll xs ys
            | decided -> decided
        | [], [] -> 0
        | [], _ -> -1
        | _, [] -> 1

    let private isInteger (p: Expr) =
        match p with
        | Integer _ -> true
        | _ -> false

    let isNumber (e: Expr) =
        match e with
        | Number _ -> true
        | _ -> false

    /// Adds up, per key and in the order of first appearance, what `split` makes of each part.
    let private collect (add: 'V -> 'V -> 'V) (split: Expr -> struct (Expr * 'V)) (parts: Expr list) =
        let keys = ResizeArray<Expr>()
        let totals = Dictionary<Expr, 'V>(HashIdentity.Reference)

        for part in parts do
            let struct (key, value) = split part

            match totals.TryGetValue key with
            | true, total -> totals[key] <- add total value
            | _ ->
                keys.Add key
                totals[key] <- value

        [ for key in keys -> struct (key, totals[key]) ]

    /// a + b, exact in decimals where both are short decimals: 2.32 - 1 is 1.32.
    let private addNumbers (a: float) (b: float) =
        let isDecimal (x: float) =
            x = Math.Round(x, 12) && Math.Abs x < 1e12 && float (decimal x) = x

        if isDecimal a && isDecimal b then
            float (decimal a + decimal b)
        else
            a + b

    let ifLess (a: Expr) (b: Expr) (c: Expr) (d: Expr) : Expr =
        match a, b with
        | Number x, Number y -> if x < y then c else d
        | _ when obj.ReferenceEquals(c, d) -> c
        | _ -> Intern.make (IfLess(a, b, c, d))

    /// sign(x)^2 |x|^p = |x|^p, equal for x <> 0 and the limit at x = 0; and step(u) max(u, 0)^p is max(u, 0)^p for p > 0, else 0 for u <= 0.
    let private absorb (powers: struct (Expr * Expr) list) =
        let magnitudes =
            powers
            |> List.choose (fun struct (b, _) ->
                match b with
                | Call "abs" x -> Some x
                | _ -> None)

        let rectified =
            powers
            |> List.choose (fun struct (b, p) ->
                match b.Node with
                | Apply(f, [ Number 0.0; u ]) when f.Name = "max" ->
                    match p with
                    | Number c when c > 0.0 -> Some struct (u, true)
                    | _ -> Some struct (u, false)
                | _ -> None)

        let among (xs: Expr list) (x: Expr) =
            List.exists (fun y -> obj.ReferenceEquals(x, y)) xs

        powers
        |> List.choose (fun struct (b, p) ->
            match b, p with
            | Call "sign" x, Integer n when n >= 2 && among magnitudes x -> if n % 2 = 0 then None else Some struct (b, one)
            | Call "step" u, Integer n when n >= 1 ->
                match rectified |> List.tryFind (fun struct (v, _) -> obj.ReferenceEquals(u, v)) with
                | Some struct (_, true) -> None
                | Some struct (_, false) -> Some struct (ifLess zero u one zero, one)
                | None -> Some struct (b, p)
            | _ -> Some struct (b, p))

    /// A formula that is 0 on one side of a condition: what it is multiplied by need not exist there.
    let private isGuard (e: Expr) =
        match e.Node with
        | IfLess(_, _, c, d) -> obj.ReferenceEquals(c, zero) || obj.ReferenceEquals(d, zero)
        | _ -> false

    let rec sum (terms: Expr list) : Expr =
        let flat =
            terms
            |> List.collect (fun (t: Expr) ->
                match t.Node with
                | Sum inner -> inner
                | _ -> [ t ])

        Growth.Spend flat.Length

        let split (t: Expr) =
            match t.Node with
            | Constant c -> struct (one, c)
            | Product [ Number c; single ] -> struct (single, c)
            | Product(Number c :: rest) -> struct (Intern.make (Product rest), c)
            | _ -> struct (t, 1.0)

        let terms =
            collect addNumbers split flat
            |> List.choose (fun struct (key, c) ->
                if c = 0.0 then None
                elif c = 1.0 then Some key
                else Some(product [ constant c; key ]))

        match List.sortWith order terms with
        | [] -> zero
        | [ single ] -> single
        | ordered -> Intern.make (Sum ordered)

    and product (factors: Expr list) : Expr =
        let flat =
            factors
            |> List.collect (fun (f: Expr) ->
                match f.Node with
                | Product inner -> inner
                | _ -> [ f ])

        Growth.Spend flat.Length
        let numbers, others = List.partition isNumber flat

        let coefficient =
            numbers
            |> List.fold
                (fun c f ->
                    match f with
                    | Number d -> c * d
                    | _ -> c)
                1.0
        // Exponents of one base add up where both powers exist on the same domain.
        let split (f: Expr) =
            match f.Node with
            | Power(b, p) when isNonNegative b || isInteger p -> struct (b, p)
            | _ -> struct (f, one)

        if coefficient = 0.0 then
            zero
        else
            let powers =
                others
                |> collect (fun p q -> sum [ p; q ]) split
                |> absorb
                |> List.map (fun struct (b, p) -> power b p)
            // A collected power may itself have become a number or a product, as (2 x)^2 does.
            let unsettled =
                powers
                |> List.exists (fun f ->
                    match f.Node with
                    | Constant _
                    | Product _ -> true
                    | _ -> false)

            if unsettled then
                product (constant coefficient :: powers)
            else
                let ordered = List.sortWith order powers

                match coefficient, ordered with
                | c, [] -> constant c
                | 1.0, [ single ] -> single
                | c, _ when List.exists isGuard ordered -> guarded c ordered
                | c, [ Node(Sum terms) ] -> sum [ for t in terms -> product [ constant c; t ] ]
                | 1.0, ordered -> Intern.make (Product ordered)
                | c, ordered -> Intern.make (Product(constant c :: ordered))

    /// The other factors move to the side of the condition on which they count: if(x < 0, 0, 1) sqrt(x) is if(x < 0, 0, sqrt(x)).
    and private guarded (coefficient: float) (factors: Expr list) : Expr =
        let i = List.findIndex isGuard factors
        let others = constant coefficient :: List.removeAt i factors

        match factors[i].Node with
        | IfLess(a, b, c, d) -> ifLess a b (product (c :: others)) (product (d :: others))
        | _ -> invalidArg (nameof factors) "no factor is 0 on one side of a condition"

    and power (b: Expr) (p: Expr) : Expr =
        match b, p with
        | _, Number 0.0 -> one
        | _, Number 1.0 -> b
        | Number 1.0, _ -> one
        | Number x, Number y when Double.IsFinite(Math.Pow(x, y)) -> constant (Math.Pow(x, y))
        | Node(Power(inner, q)), _ when isNonNegative inner || (isInteger p && isInteger q) -> power inner (product [ q; p ])
        | Node(Product factors), Integer _ -> product [ for f in factors -> power f p ]
        | Call "abs" x, Integer n when n % 2 = 0 -> power x p
        | Call "sign" _, Integer n when n >= 3 -> power b (constant (if n % 2 = 0 then 2.0 else 1.0))
        | _ -> Intern.make (Power(b, p))

    let apply (f: Primitive) (arguments: Expr list) : Expr =
        let folded =
            if List.forall isNumber arguments then
                let values =
                    arguments
                    |> List.map (fun a ->
                        match a with
                        | Number c -> c
                        | _ -> nan)

                f.Read(Floats.operations, values)
            else
                nan

        if Double.IsFinite folded then
            constant folded
        else
            match f.Rewrite arguments with
            | ValueSome simpler -> simpler
            | ValueNone -> Intern.make (Apply(f, arguments))

    let negate (e: Expr) = product [ constant -1.0; e ]
    let minus (a: Expr) (b: Expr) = sum [ a; negate b ]
    let reciprocal (e: Expr) = power e (constant -1.0)

/// One row per primitive. A row's derivatives use the rows above it.
module internal Rows =
    open Algebra

    let private call name (arguments: string list) =
        let inside = String.concat ", " arguments
        $"{name}\\left({inside}\\right)"

    /// A row that no special argument simplifies, of the LaTeX form name(arguments).
    [<AbstractClass>]
    type Row(name, nonNegative, latex: string) =
        inherit Primitive(name, nonNegative)
        override _.Latex arguments = call latex arguments
        override _.Rewrite _ = ValueNone

    let private only (arguments: 'T list) = List.exactlyOne arguments

    let private two (arguments: 'T list) =
        match arguments with
        | [ a; b ] -> struct (a, b)
        | _ -> invalidArg (nameof arguments) $"expected two arguments, found {arguments.Length}"

    /// Splits off the sign and size of a constant factor: e = c x.
    let private scaled (e: Expr) =
        match e.Node with
        | Product(Number c :: rest) -> struct (c, product rest)
        | _ -> struct (1.0, e)

    let step: Primitive =
        { new Row("step", true, "\\operatorname{step}") with
            member _.Partials _ = [ zero ]
            member _.Read(ops, x) = ops.Step(only x) }

    let sign: Primitive =
        { new Row("sign", false, "\\operatorname{sign}") with
            member _.Partials _ = [ zero ]
            member _.Read(ops, x) = ops.Sign(only x)

            member this.Rewrite x =
                match scaled (only x) with
                | struct (1.0, _) -> ValueNone
                | struct (c, rest) ->
                    let sign = Floats.operations.Sign c
                    ValueSome(product [ constant sign; Algebra.apply this [ rest ] ]) }

    let abs: Primitive =
        { new Primitive("abs", true) with
            member _.Partials x = [ apply sign x ]
            member _.Read(ops, x) = ops.Abs(only x)
            member _.Latex x = $"\\left|{only x}\\right|"

            member this.Rewrite x =
                match scaled (only x) with
                | struct (1.0, x) -> if isNonNegative x then ValueSome x else ValueNone
                | struct (c, rest) -> ValueSome(product [ constant (Math.Abs c); Algebra.apply this [ rest ] ]) }

    let exp: Primitive =
        { new Row("exp", true, "\\exp") with
            member this.Partials x = [ apply this x ]
            member _.Read(ops, x) = ops.Exp(only x) }

    let logOrZero: Primitive =
        { new Row("log0", false, "\\log") with
            member _.Partials x = [ reciprocal (only x) ]
            member _.Read(ops, x) = ops.LogOrZero(only x) }

    let tanh: Primitive =
        { new Row("tanh", false, "\\tanh") with
            member this.Partials x =
                [ minus one (power (apply this x) (constant 2.0)) ]

            member _.Read(ops, x) = ops.Tanh(only x)
            // Odd: tanh(-x) and tanh(x) share their work.
            member this.Rewrite x =
                match scaled (only x) with
                | struct (c, rest) when c < 0.0 -> ValueSome(negate (Algebra.apply this [ product [ constant -c; rest ] ]))
                | _ -> ValueNone }

    let cosh: Primitive =
        { new Row("cosh", true, "\\cosh") with
            member this.Partials x =
                [ product [ apply this x; apply tanh x ] ]

            member _.Read(ops, x) = ops.Cosh(only x) }

    let logCosh: Primitive =
        { new Row("logcosh", true, "\\log\\cosh") with
            member _.Partials x = [ apply tanh x ]
            member _.Read(ops, x) = ops.LogCosh(only x)
            // Even.
            member this.Rewrite x =
                match scaled (only x) with
                | struct (c, rest) when c < 0.0 -> ValueSome(Algebra.apply this [ product [ constant -c; rest ] ])
                | _ -> ValueNone }

    /// Its derivative is (1 + tanh(x/2))/2.
    let softplus: Primitive =
        { new Row("softplus", true, "\\operatorname{softplus}") with
            member _.Partials x =
                [ sum
                      [ constant 0.5
                        product [ constant 0.5; apply tanh [ product [ constant 0.5; only x ] ] ] ] ]

            member _.Read(ops, x) = ops.Softplus(only x) }

    /// The exponents of a sum of exponentials with positive coefficients: exp a + 2 cosh b is exp a + exp(log 2 + log cosh b). None for anything else.
    let private exponents (e: Expr) : Expr list option =
        let rec ofFactor (f: Expr) =
            match f with
            | Number c when c > 0.0 -> Some(constant (Math.Log c))
            | Call "exp" u -> Some u
            | Call "cosh" u -> Some(apply logCosh [ u ])
            | Node(Power(b, p)) -> ofFactor b |> Option.map (fun u -> product [ p; u ])
            | _ -> None

        let ofTerm (t: Expr) =
            let parts =
                match t.Node with
                | Product factors -> List.map ofFactor factors
                | _ -> [ ofFactor t ]

            if List.forall Option.isSome parts then
                Some(sum (List.choose id parts))
            else
                None

        let terms =
            match e.Node with
            | Sum terms -> terms
            | _ -> [ e ]

        // No more are worth the nesting.
        if terms.Length > 16 then
            None
        else
            let all = List.map ofTerm terms

            if List.forall Option.isSome all && not (List.forall isNumber (List.choose id all)) then
                Some(List.choose id all)
            else
                None

    /// log(exp a + exp b) = (a + b)/2 + log 2 + log cosh((a - b)/2), which does not overflow; with a number a, a + softplus(b - a).
    let private logAdd (a: Expr) (b: Expr) : Expr =
        match a, b with
        | Number x, Number y -> constant (Math.Max(x, y) + Math.Log(1.0 + Math.Exp -(Math.Abs(x - y))))
        | Number _, _ -> sum [ a; apply softplus [ minus b a ] ]
        | _, Number _ -> sum [ b; apply softplus [ minus a b ] ]
        | _ ->
            let half e = product [ constant 0.5; e ]

            sum
                [ half (sum [ a; b ])
                  constant (Math.Log 2.0)
                  apply logCosh [ half (minus a b) ] ]

    /// What is known of overflow is kept out of logarithms: those of sums of exponentials, however they are spelled, never leave the range of their values.
    let log: Primitive =
        { new Row("log", false, "\\log") with
            member _.Partials x = [ reciprocal (only x) ]
            member _.Read(ops, x) = ops.Log(only x)

            member this.Rewrite x =
                match only x with
                | Call "exp" u -> ValueSome u
                | Node(Power(b, p)) when b.Node.IsSum && (exponents b).IsSome -> ValueSome(product [ p; Algebra.apply this [ b ] ])
                | u ->
                    match exponents u with
                    | Some all -> ValueSome(List.reduce logAdd (List.sortWith order all))
                    | None -> ValueNone }

    let erfc: Primitive =
        { new Row("erfc", true, "\\operatorname{erfc}") with
            member _.Partials x =
                let square = power (only x) (constant 2.0)
                [ product [ constant (-2.0 / Math.Sqrt Math.PI); apply exp [ negate square ] ] ]

            member _.Read(ops, x) = ops.Erfc(only x) }

    let rec polygamma (n: int) : Primitive =
        let name = if n = 0 then "digamma" else $"polygamma{n}"

        { new Row(name, false, (if n = 0 then "\\psi" else $"\\psi^{{({n})}}")) with
            member _.Partials x = [ apply (polygamma (n + 1)) x ]
            member _.Read(ops, x) = ops.Polygamma n (only x) }

    let logGamma: Primitive =
        { new Row("lgamma", false, "\\log\\Gamma") with
            member _.Partials x = [ apply (polygamma 0) x ]
            member _.Read(ops, x) = ops.LogGamma(only x) }

    let gamma: Primitive =
        { new Row("gamma", false, "\\Gamma") with
            member this.Partials x =
                [ product [ apply this x; apply (polygamma 0) x ] ]

            member _.Read(ops, x) = ops.Gamma(only x) }

    /// max and min: where the arguments are equal, each gets half of the derivative.
    let private extreme name latex (first: Expr -> Expr -> Expr) : Primitive =
        { new Row(name, false, latex) with
            member _.Partials x =
                let struct (a, b) = two x
                [ apply step [ first a b ]; apply step [ first b a ] ]

            member _.Read(ops, x) =
                let struct (a, b) = two x
                if name = "max" then ops.Max a b else ops.Min a b

            member this.Rewrite x =
                let struct (a, b) = two x

                if obj.ReferenceEquals(a, b) then
                    ValueSome a
                elif order a b > 0 then
                    ValueSome(Algebra.apply this [ b; a ])
                else
                    ValueNone }

    let max = extreme "max" "\\max" (fun a b -> minus a b)
    let min = extreme "min" "\\min" (fun a b -> minus b a)

/// Powers that need a primitive: an even power is one of the magnitude, so sqrt(x^2) is |x|.
module internal Powers =
    open Algebra

    let power (b: Expr) (p: Expr) : Expr =
        match b, p with
        | Node(Power(inner, Integer q)), Number r when q % 2 = 0 && r <> Math.Floor r ->
            power (apply Rows.abs [ inner ]) (product [ constant (float q); p ])
        | _ -> power b p

type Expr with
    static member (+)(a: Expr, b: Expr) = Algebra.sum [ a; b ]
    static member (+)(a: Expr, b: float) = Algebra.sum [ a; Algebra.constant b ]
    static member (+)(a: float, b: Expr) = Algebra.sum [ Algebra.constant a; b ]
    static member (-)(a: Expr, b: Expr) = Algebra.minus a b
    static member (-)(a: Expr, b: float) = Algebra.sum [ a; Algebra.constant -b ]
    static member (-)(a: float, b: Expr) = Algebra.minus (Algebra.constant a) b
    static member (*)(a: Expr, b: Expr) = Algebra.product [ a; b ]

    static member (*)(a: Expr, b: float) =
        Algebra.product [ a; Algebra.constant b ]

    static member (*)(a: float, b: Expr) =
        Algebra.product [ Algebra.constant a; b ]

    static member (/)(a: Expr, b: Expr) =
        Algebra.product [ a; Algebra.reciprocal b ]

    static member (/)(a: Expr, b: float) =
        Algebra.product [ a; Algebra.reciprocal (Algebra.constant b) ]

    static member (/)(a: float, b: Expr) =
        Algebra.product [ Algebra.constant a; Algebra.reciprocal b ]

    static member (~-)(a: Expr) = Algebra.negate a
    static member Pow(b: Expr, p: Expr) = Powers.power b p
    static member Pow(b: Expr, p: float) = Powers.power b (Algebra.constant p)
    static member Exp(x: Expr) = Algebra.apply Rows.exp [ x ]
    static member Log(x: Expr) = Algebra.apply Rows.log [ x ]
    static member Abs(x: Expr) = Algebra.apply Rows.abs [ x ]
    static member Sqrt(x: Expr) = Powers.power x (Algebra.constant 0.5)
    static member Tanh(x: Expr) = Algebra.apply Rows.tanh [ x ]
    static member Cosh(x: Expr) = Algebra.apply Rows.cosh [ x ]

    static member Sinh(x: Expr) =
        Algebra.product [ Algebra.apply Rows.cosh [ x ]; Algebra.apply Rows.tanh [ x ] ]

[<RequireQualifiedAccess>]
module Expr =
    let constant c = Algebra.constant c
    let var name = Intern.make (Variable name)
    let apply f arguments = Algebra.apply f arguments
    let sum terms = Algebra.sum terms
    let product factors = Algebra.product factors
    let power b p = Powers.power b p
    let within parts action = Growth.Within parts action
    let abs x = Algebra.apply Rows.abs [ x ]
    let sign x = Algebra.apply Rows.sign [ x ]
    let step x = Algebra.apply Rows.step [ x ]
    let max a b = Algebra.apply Rows.max [ a; b ]
    let min a b = Algebra.apply Rows.min [ a; b ]
    let logOrZero x = Algebra.apply Rows.logOrZero [ x ]
    let logCosh x = Algebra.apply Rows.logCosh [ x ]
    let softplus x = Algebra.apply Rows.softplus [ x ]
    let erfc x = Algebra.apply Rows.erfc [ x ]
    let gamma x = Algebra.apply Rows.gamma [ x ]
    let logGamma x = Algebra.apply Rows.logGamma [ x ]
    let polygamma n x = Algebra.apply (Rows.polygamma n) [ x ]
    let digamma x = polygamma 0 x
    let ifLess a b c d = Algebra.ifLess a b c d

    let primitives: (Primitive * int) list =
        let unary: Primitive list =
            [ Rows.exp
              Rows.log
              Rows.logOrZero
              Rows.abs
              Rows.sign
              Rows.step
              Rows.tanh
              Rows.cosh ]
            @ [ Rows.logCosh
                Rows.softplus
                Rows.erfc
                Rows.gamma
                Rows.logGamma
                Rows.polygamma 0 ]

        [ for row in unary -> row, 1 ] @ [ Rows.max, 2; Rows.min, 2 ]

    let isNonNegative e = Algebra.isNonNegative e
    let compare a b = Algebra.order a b

    let children (e: Expr) =
        match e.Node with
        | Constant _
        | Variable _ -> []
        | Sum parts
        | Product parts -> parts
        | Power(b, p) -> [ b; p ]
        | Apply(_, arguments) -> arguments
        | IfLess(a, b, c, d) -> [ a; b; c; d ]

    /// One memo for any number of roots.
    let private folder (combine: Expr -> 'R list -> 'R) =
        let results = Dictionary<Expr, 'R>(HashIdentity.Reference)

        let rec visit (e: Expr) =
            match results.TryGetValue e with
            | true, result -> result
            | _ ->
                let result = combine e (List.map visit (children e))
                results[e] <- result
                result

        visit

    let fold combine e = folder combine e

    let rebuild (e: Expr) (parts: Expr list) =
        match e.Node, parts with
        | Constant _, _
        | Variable _, _ -> e
        | Sum _, _ -> sum parts
        | Product _, _ -> product parts
        | Power _, [ b; p ] -> power b p
        | Apply(f, _), _ -> apply f parts
        | IfLess _, [ a; b; c; d ] -> ifLess a b c d
        | Power _, _
        | IfLess _, _ -> invalidArg (nameof parts) $"expected {(children e).Length} children, found {parts.Length}"

    let variables (e: Expr) =
        let names = SortedSet<string>(StringComparer.Ordinal)

        e
        |> fold (fun node _ ->
            match node.Node with
            | Variable name -> names.Add name |> ignore
            | _ -> ())

        List.ofSeq names

    let substitute replacement e =
        e
        |> fold (fun node parts ->
            match node.Node with
            | Variable name -> replacement name |> Option.defaultValue node
            | _ -> rebuild node parts)

    let private reader (ops: Operations<'T>) (valueOf: string -> 'T) =
        folder (fun e parts ->
            match e.Node, parts with
            | Constant c, _ -> ops.Constant c
            | Variable name, _ -> valueOf name
            | Sum _, _ -> List.reduce ops.Add parts
            | Product _, _ -> List.reduce ops.Multiply parts
            | Power _, [ b; p ] -> ops.Power b p
            | Apply(f, _), _ -> f.Read(ops, parts)
            | IfLess _, [ a; b; c; d ] -> ops.IfLess a b c d
            | Power _, _
            | IfLess _, _ -> invalidArg (nameof e) "a node with a wrong number of children")

    let interpretAll ops valueOf es = List.map (reader ops valueOf) es
    let interpret ops valueOf e = reader ops valueOf e
