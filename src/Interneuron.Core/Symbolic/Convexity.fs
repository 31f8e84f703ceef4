namespace Interneuron.Core.Symbolic

open System
open Interneuron.Core.Symbolic.Text

/// How it shows that a formula is not convex at a place.
type Fault =
    /// Its second derivative there.
    | Curves of float
    /// Its slope below and above.
    | Falls of below: float * above: float
    /// Its value below and above.
    | Jumps of below: float * above: float
    /// Its value, and that of a chord at the same place.
    | Bulges of value: float * chord: float
    /// It has no value there, or an infinite one.
    | Undefined

    override this.ToString() =
        match this with
        | Curves c -> sprintf "its curvature is %.3g" c
        | Falls(below, above) -> sprintf "its slope falls from %.4g to %.4g" below above
        | Jumps(below, above) -> sprintf "it jumps from %.4g to %.4g" below above
        | Bulges(value, chord) -> sprintf "its value %.6g lies above %.6g, that of a chord" value chord
        | Undefined -> "it is not defined"

/// What is known of a statement about a formula.
type Judgement =
    /// It holds, by proof; how.
    | Proved of how: string
    /// It fails: where, and how that shows.
    | Refuted of point: (string * float) list * how: Fault
    /// Neither; what would decide it.
    | Undecided of need: string

/// Whether formulas of one variable are convex in it for all values of the others: F is convex exactly when it is continuous and f = dF/dz never falls, neither
/// between breakpoints, where f' >= 0, nor across them. Proofs are by interval bounds, rounded outwards, on boxes that are halved until the bounds decide or
/// the budget is spent; refutations are by bounds at points.
[<RequireQualifiedAccess>]
module Convexity =
    /// What a proof may cost: nodes of formulas that are bounded on boxes, together and for one of its statements.
    let private budget = 300_000

    let private share = 100_000

    let private isInfinite (x: float) = Double.IsInfinity x

    let private whole = Interval.between Double.NegativeInfinity Double.PositiveInfinity

    /// A number between the ends, at which an interval is halved: geometrically where it spans magnitudes.
    let private middle (x: Interval) =
        if isInfinite x.Lower && isInfinite x.Upper then
            0.0
        elif isInfinite x.Upper then
            Math.Max(x.Lower + 1.0, 4.0 * x.Lower)
        elif isInfinite x.Lower then
            Math.Min(x.Upper - 1.0, 4.0 * x.Upper)
        elif x.Lower > 0.0 && x.Upper > 16.0 * x.Lower then
            Math.Sqrt x.Lower * Math.Sqrt x.Upper
        elif x.Upper < 0.0 && x.Lower < 16.0 * x.Upper then
            -(Math.Sqrt -x.Lower * Math.Sqrt -x.Upper)
        elif x.Lower = 0.0 && x.Upper > 1e-3 then
            x.Upper / 16.0
        elif x.Upper = 0.0 && x.Lower < -1e-3 then
            x.Lower / 16.0
        else
            0.5 * x.Lower + 0.5 * x.Upper

    /// How wide an interval is for the purpose of halving: 1 for the whole line.
    let private extent (x: Interval) =
        let squash y =
            if isInfinite y then
                float (Math.Sign y)
            else
                y / (1.0 + Math.Abs y)

        0.5 * (squash x.Upper - squash x.Lower)

    let private size (e: Expr) =
        let mutable nodes = 0
        e |> Expr.fold (fun _ _ -> nodes <- nodes + 1)
        nodes

    /// Whether bounds show the formula to be at least 0 on the box, halving it while the budget lasts; where `matters` rules a box out, nothing is asked of it.
    let private isNotNegative (budget: int ref) (matters: Map<string, Interval> -> bool) (box: Map<string, Interval>) (e: Expr) : bool =
        let used = Expr.variables e |> Set.ofList
        let cost = 1 + size e
        let pending = Collections.Generic.Stack<Map<string, Interval>>()
        pending.Push box
        let mutable left = Math.Min(share, budget.Value)
        let mutable holds = true

        while holds && pending.Count > 0 do
            left <- left - cost
            budget.Value <- budget.Value - cost
            let box = pending.Pop()
            let bounds = Interval.bounds (fun name -> box[name]) e

            if not (bounds.Lower >= 0.0) && matters box then
                // The widest that can be halved still.
                let candidates =
                    box
                    |> Map.toList
                    |> List.filter (fun (name, x) -> used.Contains name && extent x > 1e-9)

                if bounds.Upper < 0.0 || left <= 0 || candidates.IsEmpty then
                    holds <- false
                else
                    let name, x = candidates |> List.maxBy (fun (_, x) -> extent x)
                    let m = middle x
                    pending.Push(Map.add name (Interval.between m x.Upper) box)
                    pending.Push(Map.add name (Interval.between x.Lower m) box)

        holds

    /// Values of the parameters to try: the ends, the middle, and some between; an infinite end is 8 from the other.
    let private trials (ranges: (string * Interval) list) : (string * float) list list =
        let finite (x: Interval) =
            match isInfinite x.Lower, isInfinite x.Upper with
            | false, false -> x
            | false, true -> Interval.between x.Lower (x.Lower + 8.0)
            | true, false -> Interval.between (x.Upper - 8.0) x.Upper
            | true, true -> Interval.between -8.0 8.0

        let at (fraction: int -> float) =
            ranges
            |> List.mapi (fun i (name, x) ->
                let x = finite x
                name, x.Lower + fraction i * (x.Upper - x.Lower))
        // Multiples of irrational numbers fill the box evenly.
        let golden i k =
            float k * Math.Sqrt(float (2 + 3 * i)) % 1.0

        if ranges.IsEmpty then
            [ [] ]
        else
            [ yield at (fun _ -> 0.5)
              yield at (fun _ -> 0.0)
              yield at (fun _ -> 1.0)
              for k in 1..10 -> at (fun i -> golden i k) ]

    let private grid =
        [| for k in -10 .. 10 do
               yield 2.0 ** float k
               yield 1.4 * 2.0 ** float k |]

    /// Looks for a place where the formula is not convex. What numbers show is confirmed by bounds, so that rounding and overflow are not taken for it.
    let private violation
        (variable: string)
        (ranges: (string * Interval) list)
        (e: Expr)
        (slope: Expr)
        (bend: Expr)
        : ((string * float) list * Fault) option =
        let zero = Expr.constant 0.0
        let names = List.map fst ranges

        let heights =
            [ for b in Breakpoints.ofFormula variable e do
                  let differs height = height <> zero
                  let jumps = differs (Breakpoints.jump variable b e)
                  let falls = differs (Breakpoints.jump variable b slope)
                  let leaps = differs (Breakpoints.gap variable b e)

                  if jumps || falls || leaps then
                      b, jumps, falls, leaps ]

        let many =
            let put = Solve.at variable (Expr.var "z")
            let lowered = Lower.lower names [] [ [ put e; put bend ] ]

            fun (values: float list) (places: float array) ->
                match Program.runMany (List.head lowered.Varying) places (Program.run lowered.Static values) with
                | [ values; bends ] -> values, bends
                | other -> invalidOp $"two formulas have {other.Length} values"

        let tryAt (parameters: (string * float) list) =
            let known = Map.ofList parameters
            let valueOf name = known[name]

            let bounds z =
                Interval.bounds (fun name -> Interval.point (if name = variable then z else known[name]))

            let breaks = Breakpoints.at variable valueOf e
            let point z = (variable, z) :: parameters
            let tiny = 1e-9

            let acrossBreaks () =
                [ for b, jumps, falls, leaps in heights do
                      let places =
                          match b.Places with
                          | Some places -> Expr.interpretAll Floats.operations valueOf places |> Array.ofList
                          | None -> breaks

                      for z in places do
                          if Double.IsFinite z then
                              z, jumps, falls, leaps ]
                |> List.tryPick (fun (z, jumps, falls, leaps) ->
                    let struct (below, above) = Breakpoints.limits variable valueOf breaks e z
                    let struct (left, right) = Breakpoints.limits variable valueOf breaks slope z

                    let value =
                        Expr.interpret Floats.operations (fun name -> if name = variable then z else known[name]) e

                    if jumps && Math.Abs(above - below) > tiny * (Math.Abs below + Math.Abs above) then
                        Some(point z, Jumps(below, above))
                    elif leaps && Math.Abs(value - below) > tiny * (Math.Abs below + Math.Abs value) then
                        Some(point z, Jumps(below, value))
                    elif falls && left - right > tiny * (Math.Abs left + Math.Abs right) then
                        Some(point z, Falls(left, right))
                    else
                        None)

            let places =
                [| yield 0.0
                   yield! grid
                   yield! Array.map (~-) grid
                   for b in breaks do
                       for d in [ 1e-6; 1e-3; 0.3 ] do
                           yield b - d * (1.0 + Math.Abs b)
                           yield b + d * (1.0 + Math.Abs b) |]
                |> Array.filter (fun z -> not (breaks |> Array.exists (fun b -> Math.Abs(z - b) <= tiny * (1.0 + Math.Abs b))))
                |> Array.sort

            let values, bends = many (List.map snd parameters) places

            /// A value that is missing is no overflow where a bound says so too: no part of the formula has one.
            let undefined () =
                Array.zip places values
                |> Array.append [| for b in breaks -> b, (many (List.map snd parameters) [| b |] |> fst)[0] |]
                |> Array.filter (fun (z, value) -> Math.Abs z <= 64.0 && not (Double.IsFinite value))
                |> Array.sortBy (fun (z, _) -> Math.Abs(z - 1.0))
                |> Array.tryPick (fun (z, _) ->
                    if Domain.contains (fun name -> if name = variable then z else known[name]) e then
                        None
                    else
                        Some(point z, Undefined))

            let between () =
                Array.zip places bends
                |> Array.filter (fun (_, bend) -> bend < 0.0)
                |> Array.sortBy (fst >> Math.Abs)
                |> Array.tryPick (fun (z, _) ->
                    let x = bounds z bend

                    if x.Upper < 0.0 then
                        Some(point z, Curves(0.5 * (x.Lower + x.Upper)))
                    else
                        None)

            /// Three values that no convex function takes: for what neither of the others sees.
            let across () =
                let chord a b c (low: float) high =
                    let t = (places[b] - places[a]) / (places[c] - places[a])
                    (1.0 - t) * low + t * high

                seq { 1 .. places.Length - 2 }
                |> Seq.tryPick (fun i ->
                    let a, c = i - 1, i + 1
                    let size = Math.Abs values[a] + Math.Abs values[i] + Math.Abs values[c]

                    if
                        values[i] > chord a i c values[a] values[c] + 1e-12 * size
                        && Double.IsFinite size
                    then
                        let value k = bounds places[k] e
                        let above = chord a i c (value a).Upper (value c).Upper

                        if (value i).Lower > above + 1e-12 * size then
                            Some(point places[i], Bulges((value i).Lower, above))
                        else
                            None
                    else
                        None)

            undefined ()
            |> Option.orElseWith acrossBreaks
            |> Option.orElseWith between
            |> Option.orElseWith across

        // Breakpoints that have to be sought take their time.
        let number =
            if Breakpoints.ofFormula variable e |> List.forall _.Places.IsSome then
                13
            else
                3

        trials ranges |> List.truncate number |> List.tryPick tryAt

    /// Whether the formula is continuous, and its slope never falls across a breakpoint, by bounds; else what is open.
    let private crosses (budget: int ref) (variable: string) (box: Map<string, Interval>) (e: Expr) (slope: Expr) : string option =
        let zero = Expr.constant 0.0
        let parameters = Map.remove variable box

        let over e =
            Interval.bounds (fun name -> box[name]) e

        let isAtLeastZero name =
            parameters |> Map.tryFind name |> Option.exists (fun x -> x.Lower >= 0.0)

        // A reciprocal or logarithm of what vanishes; a root of it is continuous.
        let singular (f: Expr) (b: Breakpoint) =
            let vanishes u =
                Breakpoints.zerosOf variable u |> List.contains b.Switch

            f
            |> Expr.fold (fun node parts ->
                List.exists id parts
                || (match node.Node with
                    | Power(u, p) -> not ((over p).Lower > 0.0) && vanishes u
                    | Apply(f, [ u ]) when f.Name = "log" || f.Name = "log0" -> vanishes u
                    | _ -> false))

        let at place height =
            Solve.at variable place height |> Signs.decide isAtLeastZero |> Expand.expand

        let each (b: Breakpoint) =
            let jump, fall, gap =
                Breakpoints.jump variable b e, Breakpoints.jump variable b slope, Breakpoints.gap variable b e

            let where = $"where {Print.text b.Switch} = 0"

            let onZero (box: Map<string, Interval>) =
                let x = Interval.bounds (fun name -> box[name]) b.Switch in x.Lower <= 0.0 && x.Upper >= 0.0

            let everyPlace holds =
                match b.Places with
                | Some places -> List.forall holds places
                | None -> false

            let vanishes height =
                height = zero || everyPlace (fun place -> at place height = zero)

            // What bends at the switch bends upwards, and counts upwards: |u| and max with a factor at or above 0, min with one at or below.
            let bendsUp () =
                let nodes = Breakpoints.nodesOf variable b e

                let counts (node: Expr) sign =
                    let mark = "#"

                    let put (what: Expr) (by: Expr) =
                        Expr.fold (fun n parts -> if n = what then by else Expr.rebuild n parts)

                    sign
                    * (put node (Expr.var mark) e
                       |> Differentiate.diff mark
                       |> put (Expr.var mark) node)
                    |> isNotNegative budget (fun _ -> true) box

                nodes
                |> List.forall (fun node ->
                    match node.Node with
                    | Apply(f, _) when f.Name = "abs" || f.Name = "max" -> counts node 1.0
                    | Apply(f, _) when f.Name = "min" -> counts node -1.0
                    | _ -> false)

            let rises height =
                vanishes height
                || bendsUp ()
                || everyPlace (fun place -> at place height |> isNotNegative budget (fun _ -> true) parameters)
                || (b.Places.IsNone && isNotNegative budget onZero box height)

            // The slope on the left is at most 0, and on the right at least 0, near a place that is a number.
            let splits () =
                everyPlace (fun place ->
                    match place.Node with
                    | Constant z ->
                        let near (x: Interval) =
                            Interval.bounds (fun name -> if name = variable then x else box[name]) slope

                        (near (Interval.between (z - 1e-3) z)).Upper
                        <= (near (Interval.between z (z + 1e-3))).Lower
                    | _ -> false)

            if (over b.Switch).Lower > 0.0 || (over b.Switch).Upper < 0.0 then
                None
            elif not (vanishes jump && vanishes gap) then
                Some $"whether it is continuous {where}"
            elif singular e b then
                Some $"whether it is finite {where}"
            elif singular slope b then
                (if splits () then
                     None
                 else
                     Some $"how its slope changes {where}")
            elif rises fall then
                None
            else
                Some $"whether its slope rises {where}"

        Breakpoints.ofFormula variable e |> List.tryPick each

    /// A sum as a product of powers of sums and what is left when it is multiplied out: 1/sqrt(z^2 + 1) - z^2/(z^2 + 1)^1.5 as (z^2 + 1)^-1.5 times 1.
    let private common (e: Expr) : Expr =
        let zero = Expr.constant 0.0

        let factors (t: Expr) =
            match t.Node with
            | Product parts -> parts
            | _ -> [ t ]

        let bases (t: Expr) =
            factors t
            |> List.choose (fun part ->
                match part.Node with
                | Power(b, _) when b.Node.IsSum -> Some b
                | _ -> None)

        /// The exponent of b in a product, and the product without it.
        let split (b: Expr) (t: Expr) =
            let isIt (part: Expr) =
                match part.Node with
                | Power(c, _) -> c = b
                | _ -> part = b

            match List.partition isIt (factors t) with
            | [ power ], others ->
                (match power.Node with
                 | Power(_, p) -> p
                 | _ -> Expr.constant 1.0),
                Expr.product others
            | _ -> zero, t

        let without (terms: Expr list, taken: Expr list) (b: Expr) =
            let parts = List.map (split b) terms
            let first, _ = parts.Head

            let whole =
                [ for p, _ in parts do
                      match (p - first).Node with
                      | Constant d when d = Math.Floor d -> d
                      | _ -> nan ]

            let least = List.min whole

            if whole |> List.exists Double.IsNaN || first + least = zero then
                terms, taken
            else
                [ for (_, rest), d in List.zip parts whole -> rest * Expr.power b (Expr.constant (d - least)) ],
                Expr.power b (first + least) :: taken

        match e.Node with
        | Sum terms ->
            let terms, taken =
                terms |> List.collect bases |> List.distinct |> List.fold without (terms, [])

            Expr.product (Expand.expand (Expr.sum terms) :: taken)
        | _ -> e

    // Switches whose signs are gone through one by one.
    let private mostSwitches = 4

    /// The formula for each pattern of signs that its steps can have, with the boxes on which that pattern occurs.
    let private patterns (budget: int ref) (box: Map<string, Interval>) (e: Expr) : (Expr * (Map<string, Interval> -> bool)) list =
        let arguments = Collections.Generic.List<Expr>()

        e
        |> Expr.fold (fun node _ ->
            match node.Node with
            | Apply(f, [ u ]) when
                (f.Name = "step" || f.Name = "sign")
                && not (arguments.Contains u || arguments.Contains -u)
                ->
                arguments.Add u
            | _ -> ())

        let switches = List.ofSeq arguments

        if switches.IsEmpty || switches.Length > mostSwitches then
            []
        else
            let excluded =
                [ for u in switches do
                      for v in switches do
                          for s in [ 1.0; -1.0 ] do
                              for t in [ 1.0; -1.0 ] do
                                  // Not both s u < 0 and t v > 0 if s u >= t v.
                                  if u <> v && isNotNegative budget (fun _ -> true) box (s * u - t * v) then
                                      (u, -s), (v, t) ]

            let rec all switches =
                match switches with
                | [] -> [ [] ]
                | u :: rest ->
                    [ for signs in all rest do
                          for s in [ 1.0; -1.0 ] -> (u, s) :: signs ]

            [ for signs in all switches do
                  if
                      not (
                          excluded
                          |> List.exists (fun (a, b) -> List.contains a signs && List.contains b signs)
                      )
                  then
                      let signOf u =
                          signs
                          |> List.tryPick (fun (v, s) ->
                              if v = u then Some s
                              elif v = -u then Some -s
                              else None)

                      let formula =
                          e
                          |> Expr.fold (fun node parts ->
                              match node.Node with
                              | Apply(f, [ u ]) when f.Name = "sign" && (signOf u).IsSome -> Expr.constant (signOf u).Value
                              | Apply(f, [ u ]) when f.Name = "step" && (signOf u).IsSome -> Expr.constant (0.5 + 0.5 * (signOf u).Value)
                              | _ -> Expr.rebuild node parts)

                      let occurs (box: Map<string, Interval>) =
                          signs
                          |> List.forall (fun (u, s) ->
                              let x = Interval.bounds (fun name -> box[name]) u
                              if s > 0.0 then x.Upper > 0.0 else x.Lower < 0.0)

                      formula, occurs ]

    /// Whether a formula is at least 0 wherever it exists: as it is, with common powers taken out, or sign by sign.
    let private isNowhereNegative (budget: int ref) (box: Map<string, Interval>) (e: Expr) =
        isNotNegative budget (fun _ -> true) box e
        || isNotNegative budget (fun _ -> true) box (common e)
        || (match patterns budget box e with
            | [] -> false
            | cases ->
                cases
                |> List.forall (fun (formula, occurs) -> isNotNegative budget occurs box formula))

    /// The formula in print, where it is short.
    let private shown (e: Expr) =
        let length = e |> Expr.fold (fun _ parts -> 1.0 + List.sum parts)
        if length <= 60.0 then " " + Print.text e else ""

    /// Where a formula is not convex in the variable, if that is found.
    let refute (variable: string) (ranges: (string * Interval) list) (e: Expr) : ((string * float) list * Fault) option =
        let slope = Differentiate.diff variable e
        violation variable ranges e slope (Differentiate.diff variable slope)

    // What is gone through when a formula is differentiated and its breakpoints are solved for.
    let private effort = 2_000_000

    /// Whether a formula is convex in the variable, over the whole line, for all values of its other variables in their ranges.
    let judge (variable: string) (ranges: (string * Interval) list) (e: Expr) : Judgement =
        let names = Expr.variables e
        let ranges = ranges |> List.filter (fun (name, _) -> List.contains name names)

        let decide () =
            let slope = Differentiate.diff variable e
            let bend = Differentiate.diff variable slope
            let box = Map.ofList ((variable, whole) :: ranges)
            let budget = ref budget

            match violation variable ranges e slope bend with
            | Some(point, how) -> Refuted(point, how)
            | None ->
                match crosses budget variable box e slope with
                | Some need -> Undecided need
                | None when isNowhereNegative budget box bend -> Proved $"its curvature{shown bend} >= 0 everywhere, by bounds"
                | None ->
                    Undecided
                        $"a proof that its curvature{shown bend} is nowhere below 0: it is not at any point that was tried, and bounds leave it open"

        try
            Expr.within effort decide
        with :? FormulaGrowthException ->
            Undecided "a shorter formula: this one grows too large when it is differentiated"
