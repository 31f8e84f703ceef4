namespace Interneuron.Core.Symbolic

open System

/// Places where a formula of a variable, or a derivative of it, may have a kink, a jump or a singularity: the zeros of one switch.
type Breakpoint =
    {
        /// What changes its sign there: the argument of an abs, sign or step, the difference of what max, min or a condition compares, the
        /// base of a root or of a reciprocal, the argument of a logarithm; one factor of it, and without factors that do not depend on the
        /// variable.
        Switch: Expr
        /// Its zeros as formulas of the other variables, not a number for values for which there is none; None where they cannot be told.
        Places: Expr list option
    }

/// A value read together with its value a little to one side, which decides what is discontinuous: the operations of one-sided limits.
[<Struct>]
type private OneSided = { Here: float; Beside: float }

/// Where formulas of one variable are not smooth, and the values on both sides. Averages are split there, Stein's identity has a term for
/// each jump, and a potential is convex only if its activation does not fall there.
[<RequireQualifiedAccess>]
module Breakpoints =
    let private zero = Expr.constant 0.0

    let private isSmoothPower (p: Expr) =
        match p.Node with
        | Constant n -> n = Math.Floor n && n >= 0.0
        | _ -> false

    let private negativeWhole (p: Expr) =
        match p.Node with
        | Constant n -> n = Math.Floor n && n < 0.0
        | _ -> false

    /// Whether a formula is above 0 wherever it is defined, as its form shows.
    let private isPositive (e: Expr) =
        let x =
            Bounds.ofFormula (fun _ -> Interval.between Double.NegativeInfinity Double.PositiveInfinity) e

        x.Lower > 0.0

    /// What changes its sign where a formula by itself, not its parts, bends or jumps.
    let switch (e: Expr) : Expr option =
        match e.Node with
        | Apply(f, arguments) when f.Smoothness.IsBends || f.Smoothness.IsJumps -> Some (f.Pieces(Expr.operations, arguments)).Switch
        | IfLess(a, b, _, _) -> Some(a - b)
        | _ -> None

    /// What is compared with 0 where the node may not be smooth.
    let private compared (e: Expr) : Expr option =
        match e.Node with
        | Apply(f, [ u ]) when f.Smoothness.IsSingular -> Some u
        // 0 to a power is 0 where that is positive, and 1 where it is 0.
        | Power(b, p) when b = zero -> Some p
        | Power(b, p) when not (isSmoothPower p) -> Some b
        | _ -> switch e

    /// The factors of a formula that depend on the variable, each with its exponent; signs and numbers apart.
    let rec private factors (variable: string) (e: Expr) : (Expr * float) list =
        match e.Node with
        | _ when not (Solve.dependsOn variable e) -> []
        | Product parts -> List.collect (factors variable) parts
        | Power(b, p) ->
            match p.Node with
            | Constant n when n > 0.0 -> factors variable b |> List.map (fun (f, m) -> f, m * n)
            | _ -> [ e, 1.0 ]
        | Apply(f, [ x ]) when f = Primitives.abs -> factors variable x
        | Sum terms ->
            // u, -u and 2u are one switch: the term that comes first whatever its coefficient has the coefficient 1.
            let coefficient (t: Expr) =
                match t.Node with
                | Product(c :: rest) ->
                    match c.Node with
                    | Constant c -> Some(Expr.product rest, c)
                    | _ -> Some(t, 1.0)
                | Constant _ -> None
                | _ -> Some(t, 1.0)

            let _, c =
                terms
                |> List.choose coefficient
                |> List.sortWith (fun (a, _) (b, _) -> Expr.compare a b)
                |> List.head

            [ (if c = 1.0 then
                   e
               else
                   Expr.product [ Expr.constant (1.0 / c); e ]),
              1.0 ]
        | _ -> [ e, 1.0 ]

    /// The switches at whose zeros a formula may vanish.
    let internal zerosOf (variable: string) (e: Expr) : Expr list = factors variable e |> List.map fst

    let private switches (variable: string) (e: Expr) : Expr list =
        let found = Collections.Generic.List<Expr>()
        let known = Collections.Generic.HashSet<Expr>()

        e
        |> Expr.fold (fun node _ ->
            match compared node with
            | Some u ->
                for factor in zerosOf variable u do
                    if known.Add factor && not (isPositive factor) then
                        found.Add factor
            | None -> ())

        List.ofSeq found

    /// The parts of a formula that may not be smooth at the zeros of a switch.
    let internal nodesOf (variable: string) (breakpoint: Breakpoint) (e: Expr) : Expr list =
        let found = Collections.Generic.HashSet<Expr>()

        e
        |> Expr.fold (fun node _ ->
            match compared node with
            | Some u when zerosOf variable u |> List.contains breakpoint.Switch -> found.Add node |> ignore
            | _ -> ())

        List.ofSeq found

    /// The breakpoints of a formula in a variable. Every place where it or one of its derivatives is not smooth is a zero of one of their
    /// switches; not every such zero need be one.
    let ofFormula (variable: string) (e: Expr) : Breakpoint list =
        [ for switch in switches variable e ->
              { Switch = switch
                Places = Solve.zeros variable switch } ]

    /// The formula just above (side = 1) or below (side = -1) a zero of the switch, or on it (side = 0), for values of the variable at
    /// which the switch is 0.
    let private beside (variable: string) (switch: Expr) (side: float) (e: Expr) : Expr =
        let rising = Differentiate.diff variable switch

        // What u has the sign of beside the zero: u with its slope in the switch's place; u itself where the switch is no factor of it.
        let direction (u: Expr) =
            let rec towards (u: Expr) =
                match u.Node with
                | _ when u = switch -> Some(side * rising)
                | _ when -u = switch -> Some(-(side * rising))
                | Product parts ->
                    let turned = List.map (fun part -> part, towards part) parts

                    if turned |> List.exists (snd >> Option.isSome) then
                        Some(Expr.product [ for part, new' in turned -> Option.defaultValue part new' ])
                    else
                        None
                | Power(b, p) -> towards b |> Option.map (fun b -> Expr.power b p)
                | Apply(f, [ x ]) when f = Primitives.abs -> towards x |> Option.map Expr.abs
                | Sum _ ->
                    match factors variable u with
                    | [ factor, _ ] when factor = switch ->
                        // u = c switch with a number c: their slopes tell it.
                        Some(side * Differentiate.diff variable u)
                    | _ -> None
                | _ -> None

            if Solve.dependsOn variable u then towards u else None

        e
        |> Expr.fold (fun node parts ->
            let rebuilt () = Expr.rebuild node parts

            match node.Node with
            | Apply(f, arguments) when f.Smoothness.IsJumps || f.Smoothness.IsBends ->
                match direction (f.Pieces(Expr.operations, arguments)).Switch with
                | Some d when f.Smoothness.IsJumps -> Expr.apply f [ d ]
                | Some _ -> (f.Pieces(Expr.operations, parts)).At
                | None -> rebuilt ()
            | IfLess(a, b, _, _) ->
                match direction (a - b), parts with
                | Some d, [ _; _; c; e ] -> Expr.ifLess d zero c e
                | _ -> rebuilt ()
            | _ -> rebuilt ())

    /// By how much the formula jumps where the variable grows through a zero of the switch, f(z+) - f(z-): a formula of the variable, at
    /// that zero, and of the others. It holds for zeros that are simple; singularities are not seen by it.
    let jump (variable: string) (breakpoint: Breakpoint) (e: Expr) : Expr =
        let beside side =
            beside variable breakpoint.Switch side e

        beside 1.0 - beside -1.0

    /// By how much the formula's value at a zero of the switch differs from its limit above it: step(-z^2) is 0 but at z = 0. As `jump`.
    let internal gap (variable: string) (breakpoint: Breakpoint) (e: Expr) : Expr =
        let beside side =
            beside variable breakpoint.Switch side e

        beside 0.0 - beside 1.0

    /// All jumps of a formula: each place and the height f(z+) - f(z-) there, formulas of the other variables; heights that are 0 by their
    /// form are left out. None where a jump is at places that cannot be told.
    let jumps (variable: string) (e: Expr) : (Expr * Expr) list option =
        let each (b: Breakpoint) =
            let height = jump variable b e

            match b.Places with
            | _ when height = zero -> Some []
            | Some places ->
                [ for place in places do
                      let height = Solve.at variable place height

                      if height <> zero then
                          place, height ]
                |> Some
            | None -> None

        let all = ofFormula variable e |> List.map each

        if List.forall Option.isSome all then
            Some(List.collect Option.get all)
        else
            None

    // How finely zeros that have no formula are sought: nodes that are bounded on pieces of the line, at most.
    let private patience = 60_000

    /// The zeros of a switch for values of the other variables, by bounds on pieces of the line: a piece without a zero is left, one where
    /// the switch is monotone is bisected.
    let private isolated (variable: string) (valueOf: string -> float) (switch: Expr) : float list =
        let slope = Differentiate.diff variable switch

        let over (x: Interval) formula =
            Bounds.ofFormula (fun name -> if name = variable then x else Interval.point (valueOf name)) formula

        let value (x: float) =
            Expr.interpret Floats.operations (fun name -> if name = variable then x else valueOf name) switch

        let rec bisect (low: float) (high: float) (sign: float) left =
            let middle = 0.5 * (low + high)

            if left = 0 || middle <= low || middle >= high then
                middle
            elif Special.sign (value middle) = sign then
                bisect middle high sign (left - 1)
            else
                bisect low middle sign (left - 1)

        let pending = Collections.Generic.Queue<Interval>()
        let found = Collections.Generic.List<float>()

        for k in 20..-1..-20 do
            let piece = Interval.between (2.0 ** float k) (2.0 ** float (k + 1))
            pending.Enqueue piece
            pending.Enqueue(Interval.between -piece.Upper -piece.Lower)

        pending.Enqueue(Interval.between -(2.0 ** -20.0) (2.0 ** -20.0))
        let mutable left = patience
        let mutable cost = 0

        for formula in [ switch; slope ] do
            formula |> Expr.fold (fun _ _ -> cost <- cost + 1)

        while pending.Count > 0 && left > 0 do
            left <- left - cost
            let x = pending.Dequeue()
            let bounds = over x switch

            if not (bounds.Lower > 0.0 || bounds.Upper < 0.0) then
                let bend = over x slope
                let low, high = value x.Lower, value x.Upper

                if bend.Lower > 0.0 || bend.Upper < 0.0 then
                    if low = 0.0 then
                        found.Add x.Lower
                    elif high = 0.0 then
                        found.Add x.Upper
                    elif low < 0.0 && high > 0.0 || low > 0.0 && high < 0.0 then
                        found.Add(bisect x.Lower x.Upper (Special.sign low) 200)
                elif x.Upper - x.Lower <= 1e-12 * (1.0 + Math.Abs x.Lower) then
                    found.Add(0.5 * (x.Lower + x.Upper))
                else
                    let middle = 0.5 * (x.Lower + x.Upper)
                    pending.Enqueue(Interval.between x.Lower middle)
                    pending.Enqueue(Interval.between middle x.Upper)

        List.ofSeq found

    /// The breakpoints of a formula for values of the other variables, in order, each once: by their formulas, or, where they have none,
    /// found on the line up to 2^21 either way.
    let at (variable: string) (valueOf: string -> float) (e: Expr) : float array =
        let places (b: Breakpoint) =
            match b.Places with
            | Some places -> Expr.interpretAll Floats.operations valueOf places
            | None -> isolated variable valueOf b.Switch

        ofFormula variable e
        |> List.collect places
        |> List.filter Double.IsFinite
        |> List.map (fun x -> x + 0.0)
        |> List.sort
        |> List.fold
            (fun kept x ->
                match kept with
                | last :: _ when x - last <= 1e-13 * (1.0 + Math.Abs x) -> kept
                | _ -> x :: kept)
            []
        |> List.rev
        |> Array.ofList

    /// The operations of one-sided limits over numbers: what is discontinuous is decided by the value beside.
    let private oneSided: Operations<OneSided> =
        let ops = Floats.operations

        let two f (a: OneSided) (b: OneSided) =
            { Here = f a.Here b.Here
              Beside = f a.Beside b.Beside }

        { Constant = fun c -> { Here = c; Beside = c }
          Add = two (+)
          Multiply = two (*)
          Power = two ops.Power
          IfLess = fun a b c d -> if a.Beside < b.Beside then c else d
          Apply =
            fun f arguments ->
                let here = [ for a in arguments -> a.Here ]
                let beside = [ for a in arguments -> a.Beside ]

                let limit =
                    match f.Smoothness with
                    | Smooth
                    | Singular -> f.Value here
                    | Bends _
                    | Jumps ->
                        let pieces = f.Pieces(ops, here)

                        match (f.Pieces(ops, beside)).Switch with
                        | u when u < 0.0 -> pieces.Below
                        | u when u = 0.0 -> pieces.At
                        | _ -> pieces.Above

                { Here = limit
                  Beside = f.Value beside } }

    /// The limits of a formula from below and from above at a place, for values of the other variables. `breaks` are its breakpoints, as
    /// `at` gives them. Not a number at a singularity.
    let limits (variable: string) (valueOf: string -> float) (breaks: float array) (e: Expr) (place: float) : struct (float * float) =
        let near = 1e-9 * (1.0 + Math.Abs place)

        let next =
            breaks
            |> Array.tryFind (fun x -> x > place + near)
            |> Option.defaultValue (place + 1.0 + Math.Abs place)

        let last =
            breaks
            |> Array.tryFindBack (fun x -> x < place - near)
            |> Option.defaultValue (place - 1.0 - Math.Abs place)

        let limit (towards: float) =
            let value name =
                if name = variable then
                    { Here = place
                      Beside = 0.5 * (place + towards) }
                else
                    let x = valueOf name in { Here = x; Beside = x }

            (Expr.interpret oneSided value e).Here

        struct (limit last, limit next)
