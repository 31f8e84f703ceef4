namespace Interneuron.Core.Symbolic

open System
open Interneuron.Core.Symbolic.Text

/// What is known of a statement about a formula.
type Judgement =
    /// It holds, by proof; how.
    | Proved of how: string
    /// It fails: where, and how that shows.
    | Refuted of point: (string * float) list * how: Fault
    /// Neither; what would decide it.
    | Undecided of need: string

/// Whether formulas of one variable are convex in it for all values of the others: F is convex exactly when it is continuous and f = dF/dz
/// never falls, neither between breakpoints, where f' >= 0, nor across them. Proofs are by interval bounds, rounded outwards, on boxes that
/// are halved until the bounds decide or the budget is spent; refutations are by bounds at points.
[<RequireQualifiedAccess>]
module Convexity =
    /// What a proof may cost: nodes of formulas that are bounded on boxes.
    let private budget = 300_000

    /// Whether the formula is continuous, and its slope never falls across a breakpoint, by bounds; else what is open.
    let private crosses (budget: int ref) (variable: string) (box: Map<string, Interval>) (e: Expr) (slope: Expr) : string option =
        let zero = Expr.constant 0.0
        let parameters = Map.remove variable box

        let over e =
            Bounds.ofFormula (fun name -> box[name]) e

        let isAtLeastZero name =
            parameters |> Map.tryFind name |> Option.exists (fun x -> x.Lower >= 0.0)

        let somewhere holds =
            Expr.fold (fun (node: Expr) parts -> List.exists id parts || holds node.Node)

        let zeroAt (b: Breakpoint) u =
            Breakpoints.zerosOf variable u |> List.contains b.Switch

        // 0 to a power that vanishes: 1 there, 0 beside it.
        let leaps b =
            somewhere (function
                | Power(u, p) -> u = zero && zeroAt b p
                | _ -> false)

        // A reciprocal or logarithm of what vanishes; a root of it is continuous.
        let singular (f: Expr) b =
            f
            |> somewhere (function
                | Power(u, p) -> not ((over p).Lower > 0.0) && zeroAt b u
                | Apply(f, [ u ]) when f.Smoothness.IsSingular -> zeroAt b u
                | _ -> false)

        let at place height =
            Solve.at variable place height |> Signs.decide isAtLeastZero |> Expand.expand

        let each (b: Breakpoint) =
            let jump, fall, gap =
                Breakpoints.jump variable b e, Breakpoints.jump variable b slope, Breakpoints.gap variable b e

            let where = $"where {Print.text b.Switch} = 0"

            let onZero (box: Map<string, Interval>) =
                let x = Bounds.ofFormula (fun name -> box[name]) b.Switch in x.Lower <= 0.0 && x.Upper >= 0.0

            let everyPlace holds =
                match b.Places with
                | Some places -> List.forall holds places
                | None -> false

            let vanishes height =
                height = zero || everyPlace (fun place -> at place height = zero)

            // What bends at the switch bends upwards, and counts upwards: |u| and max with a factor at or above 0, min with one at or
            // below.
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
                    |> Boxes.isNotNegative budget (fun _ -> true) box

                nodes
                |> List.forall (fun node ->
                    match node.Node with
                    | Apply(f, _) ->
                        match f.Smoothness with
                        | Bends upwards -> counts node (if upwards then 1.0 else -1.0)
                        | _ -> false
                    | _ -> false)

            let rises height =
                vanishes height
                || bendsUp ()
                || everyPlace (fun place -> at place height |> Boxes.isNotNegative budget (fun _ -> true) parameters)
                || (b.Places.IsNone && Boxes.isNotNegative budget onZero box height)

            // The slope on the left is at most 0, and on the right at least 0, near a place that is a number.
            let splits () =
                everyPlace (fun place ->
                    match place.Node with
                    | Constant z ->
                        let near (x: Interval) =
                            Bounds.ofFormula (fun name -> if name = variable then x else box[name]) slope

                        (near (Interval.between (z - 1e-3) z)).Upper
                        <= (near (Interval.between z (z + 1e-3))).Lower
                    | _ -> false)

            if (over b.Switch).Lower > 0.0 || (over b.Switch).Upper < 0.0 then
                None
            elif leaps b e || not (vanishes jump && vanishes gap) then
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

    /// A sum multiplied out, with powers of sums taken out of the terms whose exponents of them differ by whole numbers:
    /// theta + 1/sqrt(z^2 + 1) - z^2/(z^2 + 1)^1.5 as theta + (z^2 + 1)^-1.5.
    let rec private gathered (e: Expr) : Expr =
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
            | _ -> Expr.constant 0.0, t

        /// By how much an exponent is more than another, where that is a whole number.
        let beyond (first: Expr) (p: Expr) =
            match (p - first).Node with
            | Constant d when d = Math.Floor d -> Some d
            | _ -> None

        /// Terms with these exponents of b, which differ by whole numbers, as one, unless the least of them is 0.
        let asOne (b: Expr) (parts: (Expr * Expr) list) =
            let first = fst parts.Head
            let whole = parts |> List.map (fst >> beyond first >> Option.get)
            let least = first + List.min whole

            if parts.Length = 1 || least = Expr.constant 0.0 then
                [ for p, rest in parts -> rest * Expr.power b p ]
            else
                let rest =
                    List.map2 (fun (_, rest) d -> rest * Expr.power b (Expr.constant (d - List.min whole))) parts whole

                [ Expr.power b least * gathered (Expr.sum rest) ]

        let rec alike (b: Expr) (parts: (Expr * Expr) list) =
            match parts with
            | [] -> []
            | (first, _) :: _ ->
                let one, others = parts |> List.partition (fst >> beyond first >> Option.isSome)
                asOne b one @ alike b others

        let expanded = Expand.expand e

        match expanded.Node with
        | Sum terms ->
            (terms, terms |> List.collect bases |> List.distinct)
            ||> List.fold (fun terms b -> terms |> List.map (split b) |> alike b)
            |> Expr.sum
        | _ -> expanded

    // Switches whose signs are gone through one by one.
    let private mostSwitches = 4

    /// The formula for each pattern of signs that its steps can have, with the boxes on which that pattern occurs.
    let private patterns (budget: int ref) (box: Map<string, Interval>) (e: Expr) : (Expr * (Map<string, Interval> -> bool)) list =
        let arguments = Collections.Generic.List<Expr>()

        e
        |> Expr.fold (fun node _ ->
            match node.Node with
            | Apply(f, [ u ]) when f.Smoothness.IsJumps && not (arguments.Contains u || arguments.Contains -u) -> arguments.Add u
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
                                  if u <> v && Boxes.isNotNegative budget (fun _ -> true) box (s * u - t * v) then
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
                              | Apply(f, [ u ]) when f.Smoothness.IsJumps ->
                                  let pieces = f.Pieces(Expr.operations, [ u ])

                                  match signOf u with
                                  | Some s -> if s > 0.0 then pieces.Above else pieces.Below
                                  | None -> Expr.rebuild node parts
                              | _ -> Expr.rebuild node parts)

                      let occurs (box: Map<string, Interval>) =
                          signs
                          |> List.forall (fun (u, s) ->
                              let x = Bounds.ofFormula (fun name -> box[name]) u
                              if s > 0.0 then x.Upper > 0.0 else x.Lower < 0.0)

                      formula, occurs ]

    /// Whether a formula is at least 0 wherever it exists: as it is, with common powers gathered, or sign by sign.
    let private isNowhereNegative (budget: int ref) (box: Map<string, Interval>) (e: Expr) =
        Boxes.isNotNegative budget (fun _ -> true) box e
        || Boxes.isNotNegative budget (fun _ -> true) box (gathered e)
        || (match patterns budget box e with
            | [] -> false
            | cases ->
                cases
                |> List.forall (fun (formula, occurs) -> Boxes.isNotNegative budget occurs box formula))

    /// The formula in print, where it is short.
    let private shown (e: Expr) =
        let length = e |> Expr.fold (fun _ parts -> 1.0 + List.sum parts)
        if length <= 60.0 then " " + Print.text e else ""

    /// Where a formula is not convex in the variable, if that is found.
    let refute (variable: string) (ranges: (string * Interval) list) (e: Expr) : ((string * float) list * Fault) option =
        let slope = Differentiate.diff variable e
        Violation.find variable ranges e slope (Differentiate.diff variable slope)

    // What is gone through when a formula is differentiated and its breakpoints are solved for.
    let private effort = 2_000_000

    /// Whether a formula is convex in the variable, over the whole line, for all values of its other variables in their ranges.
    let judge (variable: string) (ranges: (string * Interval) list) (e: Expr) : Judgement =
        let names = Expr.variables e
        let ranges = ranges |> List.filter (fun (name, _) -> List.contains name names)

        let decide () =
            let slope = Differentiate.diff variable e
            let bend = Differentiate.diff variable slope
            let box = Map.ofList ((variable, Interval.whole) :: ranges)
            let budget = ref budget

            match Violation.find variable ranges e slope bend with
            | Some(point, how) -> Refuted(point, how)
            | None ->
                match crosses budget variable box e slope with
                | Some need -> Undecided need
                | None when isNowhereNegative budget box bend -> Proved $"its curvature{shown bend} >= 0 everywhere, by bounds"
                | None ->
                    Undecided
                        $"a proof that its curvature{shown bend} is nowhere below 0: it is not at any point that was tried, and bounds \
                        leave it open"

        try
            Expr.within effort decide
        with :? FormulaGrowthException ->
            Undecided "a shorter formula: this one grows too large when it is differentiated"
