namespace Interneuron.Core.Symbolic

open System
open System.Collections.Concurrent
open MathNet.Numerics
open Interneuron.Kernels
open Interneuron.Core.Symbolic.Structure

/// One row per primitive, each with its line in `all`. A row's derivatives use the rows above it.
[<RequireQualifiedAccess>]
module Primitives =
    let private only (arguments: 'T list) = List.exactlyOne arguments

    let private two (arguments: 'T list) = struct (arguments[0], arguments[1])

    let private call (f: Primitive) (x: Expr) : Expr = x.Algebra.Apply f [ x ]

    let private number (like: Expr) (c: float) : Expr = like.Algebra.Constant c

    let private unary register f = Elementary(Op.make register (One f))

    /// Splits off the sign and size of a constant factor: e = c x.
    let private scaled (e: Expr) =
        match e.Node with
        | Product(Number c :: rest) -> struct (c, e.Algebra.Product rest)
        | _ -> struct (1.0, e)

    /// The only argument at which a function is 0, which has no other value that can be solved for.
    let private zeroAtZero (value: Expr) =
        match value with
        | Number 0.0 -> Some [ value ]
        | _ -> None

    /// A function that is never 0, and has no other value that can be solved for.
    let private neverZero (value: Expr) =
        match value with
        | Number 0.0 -> Some []
        | _ -> None

    let step: Primitive =
        { new Primitive("step", "\\operatorname{step}", unary (nameof Lanes1.Step) Special.step) with
            member _.Partials x = [ number (only x) 0.0 ]
            member _.IsNonNegative _ = true
            member _.Bounds x = Interval.ends Special.step (only x)
            member _.Smoothness = Jumps

            member _.Pieces(ops, x) =
                { Switch = only x
                  Below = ops.Constant 0.0
                  At = ops.Constant 0.5
                  Above = ops.Constant 1.0 } }

    let sign: Primitive =
        { new Primitive("sign", "\\operatorname{sign}", unary (nameof Lanes1.Sign) Special.sign) with
            member _.Partials x = [ number (only x) 0.0 ]

            member _.Bounds x =
                let x = only x

                let sign (bound: float) otherwise =
                    if Double.IsNaN bound then otherwise else Special.sign bound

                Interval.between (sign x.Lower -1.0) (sign x.Upper 1.0)

            member this.Rewrite x =
                match scaled (only x) with
                | struct (1.0, _) -> ValueNone
                | struct (c, rest) -> ValueSome(Special.sign c * call this rest)

            member _.Inverse value = zeroAtZero value
            member _.Smoothness = Jumps

            member _.Pieces(ops, x) =
                { Switch = only x
                  Below = ops.Constant -1.0
                  At = ops.Constant 0.0
                  Above = ops.Constant 1.0 } }

    let abs: Primitive =
        { new Primitive("abs", "", Elementary Op.Abs) with
            member _.Latex x = $"\\left|{only x}\\right|"
            member _.Partials x = [ call sign (only x) ]
            member _.IsNonNegative _ = true
            member _.Bounds x = Interval.magnitude (only x)

            member this.Rewrite x =
                match scaled (only x) with
                | struct (1.0, x) -> if isNonNegative x then ValueSome x else ValueNone
                | struct (c, rest) -> ValueSome(Math.Abs c * call this rest)

            member _.Smoothness = Bends true

            member _.Pieces(ops, x) =
                { Switch = only x
                  Below = ops.Multiply (ops.Constant -1.0) (only x)
                  At = ops.Constant 0.0
                  Above = only x } }

    let exp: Primitive =
        { new Primitive("exp", "\\exp", Elementary Op.Exp) with
            member this.Partials x = [ call this (only x) ]
            member _.IsNonNegative _ = true

            member _.Bounds x =
                Interval.increasing Interval.notNegative Math.Exp (only x)

            member _.Exists(_, _) = true

            member _.Inverse value =
                match value with
                | Number 0.0 -> Some []
                | _ -> Some [ log value ] }

    /// log x for x > 0 and 0 elsewhere, for the limit of x^p log x.
    let logOrZero: Primitive =
        { new Primitive("log0", "\\log", unary (nameof Lanes1.LogOrZero) Special.logOrZero) with
            member _.Partials x = [ 1.0 / only x ]

            member _.Bounds x =
                let x = only x

                if x.Upper <= 0.0 then
                    Interval.point 0.0
                elif x.Lower > 0.0 then
                    Interval.increasing Interval.whole Math.Log x
                else
                    Interval.between Double.NegativeInfinity (Math.Max(0.0, Math.BitIncrement(Math.Log x.Upper)))

            member _.Smoothness = Singular }

    let tanh: Primitive =
        { new Primitive("tanh", "\\tanh", Elementary Op.Tanh) with
            member this.Partials x = [ 1.0 - call this (only x) ** 2.0 ]

            member _.Bounds x =
                Interval.increasing (Interval.between -1.0 1.0) Math.Tanh (only x)

            // Odd: tanh(-x) and tanh(x) share their work.
            member this.Rewrite x =
                match scaled (only x) with
                | struct (c, rest) when c < 0.0 -> ValueSome(-(call this (-c * rest)))
                | _ -> ValueNone

            member _.Inverse value =
                match value with
                | Number 0.0 -> Some [ value ]
                | _ -> Some [ 0.5 * log ((1.0 + value) / (1.0 - value)) ] }

    let cosh: Primitive =
        { new Primitive("cosh", "\\cosh", unary (nameof Lanes1.Cosh) Math.Cosh) with
            member this.Partials x =
                [ call this (only x) * call tanh (only x) ]

            member _.IsNonNegative _ = true

            member _.Bounds x =
                Interval.increasing (Interval.between 1.0 Double.PositiveInfinity) Math.Cosh (Interval.magnitude (only x))

            member _.Exists(_, _) = true
            member _.Inverse value = neverZero value }

    /// log(1 + x) for x > -1: the logarithm of 1 + x as it is rounded, and a correction by what was rounded away (Goldberg 1991, theorem
    /// 4).
    let private logOnePlus (number: float -> 'A) (run: Op -> 'A list -> 'A) (x: 'A) : 'A =
        let rounded = run Op.Add [ x; number 1.0 ]
        let lost = run Op.Subtract [ x; run Op.Subtract [ rounded; number 1.0 ] ]
        run Op.Add [ run Op.Log [ rounded ]; run Op.Divide [ lost; rounded ] ]

    /// log cosh x, which does not overflow and keeps its digits near 0: -log(1 - tanh^2 x)/2 for |x| < 1, |x| - log 2 + log(1 + exp(-2|x|))
    /// beyond, with one logarithm for both pieces.
    let logCosh: Primitive =
        let composition =
            { new Composition() with
                member _.Read(number, run, x) =
                    let size = run Op.Abs [ x ]
                    let t = run Op.Tanh [ x ]

                    let near c d =
                        run Op.IfLess [ size; number 1.0; c; d ]

                    let decay = run Op.Exp [ run Op.Multiply [ size; number -2.0 ] ]
                    let square = run Op.Multiply [ run Op.Multiply [ t; t ]; number -1.0 ]
                    let log = logOnePlus number run (near square decay)
                    let far = run Op.Add [ run Op.Subtract [ size; number (Math.Log 2.0) ]; log ]
                    near (run Op.Multiply [ log; number -0.5 ]) far }

        { new Primitive("logcosh", "\\log\\cosh", Composed composition) with
            member _.Partials x = [ call tanh (only x) ]
            member _.IsNonNegative _ = true

            member this.Bounds x =
                Interval.increasing Interval.notNegative (fun x -> this.Value [ x ]) (Interval.magnitude (only x))

            // Even.
            member this.Rewrite x =
                match scaled (only x) with
                | struct (c, rest) when c < 0.0 -> ValueSome(call this (-c * rest))
                | _ -> ValueNone

            member _.Inverse value = zeroAtZero value }

    /// log(1 + exp x) = max(x, 0) + log(1 + exp(-|x|)), which does not overflow and keeps its digits far below 0. Its derivative is (1 +
    /// tanh(x/2))/2.
    let softplus: Primitive =
        let composition =
            { new Composition() with
                member _.Read(number, run, x) =
                    let decay = run Op.Exp [ run Op.Multiply [ run Op.Abs [ x ]; number -1.0 ] ]
                    run Op.Add [ run Op.Max [ x; number 0.0 ]; logOnePlus number run decay ] }

        { new Primitive("softplus", "\\operatorname{softplus}", Composed composition) with
            member _.Partials x =
                [ 0.5 + 0.5 * call tanh (0.5 * only x) ]

            member _.IsNonNegative _ = true

            member this.Bounds x =
                Interval.increasing Interval.notNegative (fun x -> this.Value [ x ]) (only x)

            member _.Inverse value = neverZero value }

    /// The exponents of a sum of exponentials with positive coefficients: exp a + 2 cosh b is exp a + exp(log 2 + log cosh b). None for
    /// anything else.
    let private exponents (e: Expr) : Expr list option =
        let rec ofFactor (f: Expr) =
            match f with
            | Number c when c > 0.0 -> Some(number f (Math.Log c))
            | Call exp u -> Some u
            | Call cosh u -> Some(call logCosh u)
            | Node(Power(b, p)) -> ofFactor b |> Option.map (fun u -> p * u)
            | _ -> None

        let ofTerm (t: Expr) =
            let parts =
                match t.Node with
                | Product factors -> List.map ofFactor factors
                | _ -> [ ofFactor t ]

            if List.forall Option.isSome parts then
                Some(e.Algebra.Sum(List.choose id parts))
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
        | Number x, Number y -> number a (Math.Max(x, y) + Math.Log(1.0 + Math.Exp -(Math.Abs(x - y))))
        | Number _, _ -> a + call softplus (b - a)
        | _, Number _ -> b + call softplus (a - b)
        | _ -> a.Algebra.Sum [ 0.5 * (a + b); number a (Math.Log 2.0); call logCosh (0.5 * (a - b)) ]

    /// What is known of overflow is kept out of logarithms: those of sums of exponentials, however they are spelled, never leave the range
    /// of their values.
    let log: Primitive =
        { new Primitive("log", "\\log", Elementary Op.Log) with
            member _.Partials x = [ 1.0 / only x ]

            member _.Bounds x =
                let x = only x

                if x.Upper < 0.0 then
                    Interval.point nan
                else
                    Interval.increasing Interval.whole Math.Log (Interval.between (Math.Max(x.Lower, 0.0)) x.Upper)

            member this.Rewrite x =
                match only x with
                | Call exp u -> ValueSome u
                | Node(Power(b, p)) when b.Node.IsSum && (exponents b).IsSome -> ValueSome(p * call this b)
                | u ->
                    match exponents u with
                    | Some all -> ValueSome(List.reduce logAdd (List.sortWith order all))
                    | None -> ValueNone

            member _.Inverse value = Some [ call exp value ]
            member _.Smoothness = Singular }

    /// The complementary error function, 2/sqrt(pi) times the integral of exp(-t^2) from x to infinity.
    let erfc: Primitive =
        { new Primitive("erfc", "\\operatorname{erfc}", unary (nameof Lanes1.Erfc) SpecialFunctions.Erfc) with
            member _.Partials x =
                [ -2.0 / Math.Sqrt Math.PI * call exp (-(only x ** 2.0)) ]

            member _.IsNonNegative _ = true

            member _.Bounds x =
                Interval.increasing (Interval.between 0.0 2.0) (fun y -> SpecialFunctions.Erfc -y) (Interval.negated (only x))

            member _.Inverse value = neverZero value }

    let private polygammas = ConcurrentDictionary<int, Primitive>()

    /// The n-th derivative of the digamma function for x > 0 (n = 0: digamma itself).
    let rec polygamma (n: int) : Primitive =
        let name, latex =
            if n = 0 then
                "digamma", "\\psi"
            else
                $"polygamma{n}", $"\\psi^{{({n})}}"

        polygammas.GetOrAdd(
            n,
            fun _ ->
                { new Primitive(name, latex, Elementary(Op.polygamma n)) with
                    member _.Partials x = [ call (polygamma (n + 1)) (only x) ]
                    member _.Exists(x, _) = only x > 0.0 }
        )

    /// log Gamma(x), x > 0.
    let logGamma: Primitive =
        { new Primitive("lgamma", "\\log\\Gamma", unary (nameof Lanes1.LogGamma) SpecialFunctions.GammaLn) with
            member _.Partials x = [ call (polygamma 0) (only x) ]
            member _.Exists(x, _) = only x > 0.0 }

    let gamma: Primitive =
        { new Primitive("gamma", "\\Gamma", unary (nameof Lanes1.Gamma) SpecialFunctions.Gamma) with
            member this.Partials x =
                [ call this (only x) * call (polygamma 0) (only x) ]

            // It overflows beyond 171.
            member _.Exists(x, value) =
                let x = only x
                x > 0.0 || Double.IsFinite value && x <> Math.Floor x }

    /// max and min: where the arguments are equal, each gets half of the derivative.
    let private extreme name latex (op: Op) (upwards: bool) (isNonNegative: bool list -> bool) : Primitive =
        { new Primitive(name, latex, Elementary op) with
            member this.Partials x =
                let struct (a, b) = two x
                let first, second = if upwards then a - b, b - a else b - a, a - b
                [ call step first; call step second ]

            member _.IsNonNegative arguments = isNonNegative arguments

            member _.Bounds x =
                let struct (a, b) = two x
                Interval.between (op.Value [ a.Lower; b.Lower ]) (op.Value [ a.Upper; b.Upper ])

            member this.Rewrite x =
                let struct (a, b) = two x

                if obj.ReferenceEquals(a, b) then
                    ValueSome a
                elif order a b > 0 then
                    ValueSome(a.Algebra.Apply this [ b; a ])
                else
                    ValueNone

            member _.Smoothness = Bends upwards

            member _.Pieces(ops, x) =
                let struct (a, b) = two x

                { Switch = ops.Add a (ops.Multiply (ops.Constant -1.0) b)
                  Below = (if upwards then b else a)
                  At = a
                  Above = (if upwards then a else b) } }

    let max = extreme "max" "\\max" Op.Max true (List.exists id)
    let min = extreme "min" "\\min" Op.Min false (List.forall id)

    /// The primitives that text can name.
    let all: Primitive list =
        [ exp
          log
          logOrZero
          abs
          sign
          step
          tanh
          cosh
          logCosh
          softplus
          erfc
          gamma
          logGamma
          polygamma 0
          max
          min ]
