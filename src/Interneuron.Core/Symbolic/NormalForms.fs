namespace Interneuron.Core.Symbolic

open System
open System.Collections.Generic
open Interneuron.Core.Symbolic.Structure

/// Normal forms: every formula is made here.
module internal NormalForms =
    let private algebra = Algebra()

    let private make (node: Node) = Intern.make algebra node

    let var (name: string) = make (Variable name)

    let constant (c: float) =
        make (Constant(if c = 0.0 then 0.0 else c)) // one zero

    let zero = constant 0.0
    let one = constant 1.0

    let private isInteger (p: Expr) =
        match p with
        | Integer _ -> true
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
        | _ -> make (IfLess(a, b, c, d))

    /// sign(x)^2 |x|^p = |x|^p, equal for x <> 0 and the limit at x = 0; and step(u) max(u, 0)^p is max(u, 0)^p for p > 0, else 0 for u <=
    /// 0.
    let private absorb (powers: struct (Expr * Expr) list) =
        let magnitudes =
            powers
            |> List.choose (fun struct (b, _) ->
                match b with
                | Call Primitives.abs x -> Some x
                | _ -> None)

        let rectified =
            powers
            |> List.choose (fun struct (b, p) ->
                match b, p with
                | CallOfTwo Primitives.max struct (Number 0.0, u), Number c when c > 0.0 -> Some struct (u, true)
                | CallOfTwo Primitives.max struct (Number 0.0, u), _ -> Some struct (u, false)
                | _ -> None)

        let among (xs: Expr list) (x: Expr) =
            List.exists (fun y -> obj.ReferenceEquals(x, y)) xs

        powers
        |> List.choose (fun struct (b, p) ->
            match b, p with
            | Call Primitives.sign x, Integer n when n >= 2 && among magnitudes x -> if n % 2 = 0 then None else Some struct (b, one)
            | Call Primitives.step u, Integer n when n >= 1 ->
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

    /// Whether a number times each of the terms is a number as exact: 1000 (x + 1e308) is not 1000 x + 1e311.
    let private multipliesOut (c: float) (terms: Expr list) =
        terms
        |> List.forall (fun t ->
            match t.Node with
            | Constant d
            | Product(Number d :: _) -> Double.IsNormal(c * d)
            | _ -> true)

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
            | Product(Number c :: rest) -> struct (make (Product rest), c)
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
        | ordered -> make (Sum ordered)

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
            // A collected power may itself have become a number or a product, as (2 x)^2 does, or a power of what is a factor already, as
            // |x|^2 beside x does.
            let unsettled =
                powers
                |> List.exists (fun f ->
                    match f.Node with
                    | Constant _
                    | Product _ -> true
                    | _ -> false)
                || (powers |> List.distinctBy (fun f -> let struct (b, _) = split f in b)).Length < powers.Length

            if unsettled then
                product (constant coefficient :: powers)
            else
                let ordered = List.sortWith order powers

                match coefficient, ordered with
                | c, [] -> constant c
                | 1.0, [ single ] -> single
                | c, _ when List.exists isGuard ordered -> guarded c ordered
                | c, [ Node(Sum terms) ] when multipliesOut c terms -> sum [ for t in terms -> product [ constant c; t ] ]
                | 1.0, ordered -> make (Product ordered)
                | c, ordered -> make (Product(constant c :: ordered))

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
        // An even power is one of the magnitude: sqrt(x^2) is |x|.
        | Node(Power(inner, Integer q)), Number r when q % 2 = 0 && r <> Math.Floor r ->
            power (apply Primitives.abs [ inner ]) (product [ constant (float q); p ])
        | Node(Power(inner, q)), _ when isNonNegative inner || (isInteger p && isInteger q) -> power inner (product [ q; p ])
        | Node(Product factors), Integer _ -> product [ for f in factors -> power f p ]
        | Call Primitives.abs x, Integer n when n % 2 = 0 -> power x p
        | Call Primitives.sign _, Integer n when n >= 3 -> power b (constant (if n % 2 = 0 then 2.0 else 1.0))
        | _ -> make (Power(b, p))

    and apply (f: Primitive) (arguments: Expr list) : Expr =
        if arguments.Length <> f.Arity then
            invalidArg (nameof arguments) $"{f.Name} of {arguments.Length} arguments, not {f.Arity}"

        let folded =
            if List.forall isNumber arguments then
                let values =
                    arguments
                    |> List.map (fun a ->
                        match a with
                        | Number c -> c
                        | _ -> nan)

                f.Value values
            else
                nan

        if Double.IsFinite folded then
            constant folded
        else
            match f.Rewrite arguments with
            | ValueSome simpler -> simpler
            | ValueNone -> make (Apply(f, arguments))

    // The knot: what the operators of formulas build.
    algebra.Constant <- constant
    algebra.Sum <- sum
    algebra.Product <- product
    algebra.Power <- power
    algebra.Apply <- apply
    algebra.Exp <- fun x -> apply Primitives.exp [ x ]
    algebra.Log <- fun x -> apply Primitives.log [ x ]
    algebra.Abs <- fun x -> apply Primitives.abs [ x ]
    algebra.Tanh <- fun x -> apply Primitives.tanh [ x ]
    algebra.Cosh <- fun x -> apply Primitives.cosh [ x ]
