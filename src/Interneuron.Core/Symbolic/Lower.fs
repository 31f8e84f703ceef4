namespace Interneuron.Core.Symbolic

open System
open System.Collections.Generic
open Interneuron.Core.Symbolic.Structure
open Interneuron.Core.Symbolic.Text

/// Groups of formulas as straight-line programs: what depends on the parameters alone is computed once per interneuron and step
/// (`Static`); the rest for every sample (`Varying`, one program a group), reading the outputs of the first as inputs.
type Lowered =
    {
        /// Inputs: the parameters. Outputs: the pinned formulas, in order, then what the varying programs read.
        Static: Program
        /// Inputs: z, then each output of the static program. Outputs: the formulas of the group, in order.
        Varying: Program list
    }

/// From formulas to programs.
[<RequireQualifiedAccess>]
module Lower =
    /// Equations in the making; an operation that was already applied to the same atoms is not repeated.
    type private Builder(inputs: string list) =
        let equations = ResizeArray<Equation>()
        let known = Dictionary<Equation, Atom>()

        member _.Emit (operation: Op) (arguments: Atom list) : Atom =
            let unsigned (atom: Atom) =
                match atom with
                | Earlier i ->
                    match equations[i].Arguments with
                    | [ x; Literal -1.0 ] when equations[i].Operation = Op.Multiply -> x
                    | _ -> atom
                | _ -> atom

            let arguments =
                if operation = Op.Abs then
                    List.map unsigned arguments
                else
                    arguments

            let equation =
                { Operation = operation
                  Arguments = arguments }

            match known.TryGetValue equation with
            | true, atom -> atom
            | _ ->
                let atom = Earlier equations.Count
                equations.Add equation
                known[equation] <- atom
                atom

        member _.Finish (inputs': string list) (outputs: Atom list) =
            Program.check
                { Inputs = inputs @ inputs'
                  Equations = equations.ToArray()
                  Outputs = outputs }

    /// A whole number that is worth repeated multiplication.
    let private (|Integer|_|) (e: Expr) =
        match e with
        | Structure.Integer n when abs n <= 64 -> Some n
        | _ -> None

    /// An exponent as a part that powers of one base share and a whole number: theta - 1 is (theta, -1).
    let private splitExponent (p: Expr) =
        match p.Node with
        | Constant c when abs c <= 64.0 -> p - Math.Floor c, int (Math.Floor c) // exact in decimals, so that 2.6 and -0.4 share 0.6
        | Sum(Number c :: _) when abs c <= 64.0 -> p - Math.Floor c, int (Math.Floor c)
        | _ -> p, 0

    let rec private repeated (emit: Op -> Atom list -> Atom) (b: Atom) (n: int) : Atom =
        if n = 1 then
            b
        else
            let half = repeated emit b (n / 2)
            let square = emit Op.Multiply [ half; half ]
            if n % 2 = 0 then square else emit Op.Multiply [ square; b ]

    /// What one stage of lowering knows of the formulas around it.
    type private Stage =
        {
            Emit: Op -> Atom list -> Atom
            /// Whether a formula is for the stage before to compute.
            IsStill: Expr -> bool
            /// The atom of such a formula.
            Still: Expr -> Atom
            /// The atom of a variable of this stage.
            Variable: string -> Atom
            /// Of the powers of one base whose exponents differ by whole numbers, the least: the others are made from it by multiplication.
            Least: Expr -> Expr -> int option
        }

    let private stage (stage: Stage) : Expr -> Atom =
        let emit = stage.Emit
        let memo = Dictionary<Expr, Atom>(HashIdentity.Reference)

        let rec lower (e: Expr) : Atom =
            match memo.TryGetValue e with
            | true, atom -> atom
            | _ ->
                let atom = if stage.IsStill e then stage.Still e else compute e
                memo[e] <- atom
                atom

        and compute (e: Expr) : Atom =
            match e.Node with
            | Constant c -> Literal c
            | Variable name -> stage.Variable name
            | Sum terms -> sum terms
            // -x is made from x, so that what does not depend on the sign is shared.
            | Product(Number c :: factors) when c < 0.0 ->
                emit Op.Multiply [ lower (Expr.product (Expr.constant -c :: factors)); Literal -1.0 ]
            | Product factors ->
                match product factors with
                | Literal 1.0, atom -> atom
                | c, atom -> emit Op.Multiply [ atom; c ]
            | Node.Power(b, p) -> power b p
            | Apply(f, arguments) ->
                match f.Form with
                | Elementary operation -> emit operation (List.map lower arguments)
                | Composed made -> made.Read(Literal, emit, lower (List.exactlyOne arguments))
            | Node.IfLess(a, b, c, d) -> emit Op.IfLess (List.map lower [ a; b; c; d ])

        /// Terms are added onto what this stage need not compute, each by one fused multiply-add where it has a coefficient.
        and sum (terms: Expr list) : Atom =
            let still, moving = List.partition stage.IsStill terms
            let start = if still.IsEmpty then None else Some(lower (Expr.sum still))

            let add total (term: Expr) =
                let c, atom =
                    match term.Node with
                    | Product factors -> product factors
                    | _ -> Literal 1.0, lower term

                match total, c with
                | None, Literal 1.0 -> Some atom
                | None, c -> Some(emit Op.Multiply [ atom; c ])
                | Some t, Literal 1.0 -> Some(emit Op.Add [ t; atom ])
                | Some t, Literal -1.0 -> Some(emit Op.Subtract [ t; atom ])
                | Some t, c -> Some(emit Op.FusedMultiplyAdd [ atom; c; t ])
            // Positive terms first, so that a difference needs no negation.
            let positive, negative =
                moving
                |> List.partition (fun t ->
                    match t.Node with
                    | Product(Number c :: _) -> c > 0.0
                    | _ -> true)

            List.fold add start (positive @ negative) |> Option.defaultValue (Literal 0.0)

        /// The coefficient, which this stage need not compute, and the rest.
        and product (factors: Expr list) : Atom * Atom =
            let still, moving = List.partition stage.IsStill factors

            let coefficient =
                if still.IsEmpty then
                    Literal 1.0
                else
                    lower (Expr.product still)

            let below, above =
                moving
                |> List.partition (fun f ->
                    match f.Node with
                    | Node.Power(b, Integer n) -> n < 0 && not (Expr.isNonNegative b)
                    | _ -> false)

            let above = signed above

            let numerator =
                match above with
                | [] -> Literal 1.0
                | first :: rest -> List.fold (fun total f -> emit Op.Multiply [ total; f ]) first rest

            let rest =
                below
                |> List.fold
                    (fun total f ->
                        match f.Node with
                        | Node.Power(b, Integer n) -> emit Op.Divide [ total; power b (Expr.constant (float -n)) ]
                        | _ -> total)
                    numerator

            coefficient, rest

        /// x^p log x tends to 0 at 0, so the floored logarithm already taken for the power can be reused.
        and logarithmOf (factors: Expr list) (f: Expr) : Atom =
            match f with
            | Call Primitives.logOrZero b when
                Expr.isNonNegative b
                && not (stage.IsStill b)
                && List.exists (isPowerOf b) factors
                ->
                emit Op.LogFloored [ lower b ]
            | _ -> lower f

        and isPowerOf (b: Expr) (f: Expr) =
            match f.Node with
            | Node.Power(c, Number p) -> c = b && p > 0.0
            | Node.Power(c, _) -> c = b
            | _ -> f = b

        /// sign(x) |x|^p is |x|^p with the sign of x.
        and signed (factors: Expr list) : Atom list =
            let magnitudeOf x (f: Expr) =
                match f with
                | Call Primitives.abs y
                | Node(Node.Power(Call Primitives.abs y, _)) -> x = y
                | _ -> false

            let pair =
                factors
                |> List.tryPick (fun f ->
                    match f with
                    | Call Primitives.sign x -> factors |> List.tryFind (magnitudeOf x) |> Option.map (fun m -> f, m, x)
                    | _ -> None)

            match pair with
            | Some(s, m, x) ->
                emit Op.CopySign [ lower m; lower x ]
                :: (factors |> List.except [ s; m ] |> List.map (logarithmOf factors))
            | None -> List.map (logarithmOf factors) factors

        and power (b: Expr) (p: Expr) : Atom =
            match p with
            | Integer n when n >= 1 && not (stage.IsStill b) -> repeated emit (lower b) n
            | Integer n when n <= -1 && not (Expr.isNonNegative b) -> emit Op.Divide [ Literal 1.0; power b (Expr.constant (float -n)) ]
            | Number 0.5 -> emit Op.Sqrt [ lower b ]
            | _ when Expr.isNonNegative b && not (stage.IsStill b) ->
                let shared, whole = splitExponent p
                let least = stage.Least b shared |> Option.defaultValue whole
                let atom = lower b

                let times total factor =
                    match total with
                    | Literal 1.0 -> factor
                    | _ -> emit Op.Multiply [ total; factor ]

                let root =
                    match shared with
                    | Number 0.0 when least >= 0 -> List.fold times (Literal 1.0) (List.replicate least atom)
                    | Number 0.0 ->
                        let floored = emit Op.Max [ atom; Literal Special.smallest ]
                        emit Op.Divide [ Literal 1.0; repeated emit floored -least ]
                    | _ ->
                        let exponent =
                            emit Op.Multiply [ emit Op.LogFloored [ atom ]; lower (shared + float least) ]
                        // A power below -1 overflows where the base is 0; kept finite, it leaves the higher powers made from it 0 there.
                        emit
                            Op.Exp
                            [ (if least <= -2 then
                                   emit Op.Min [ Literal 709.0; exponent ]
                               else
                                   exponent) ]

                List.fold times root (List.replicate (whole - least) atom)
            | _ -> emit Op.Power [ lower b; lower p ]

        lower

    /// Of the powers in some formulas whose base may need a logarithm: per base and shared part of the exponent, the least whole part.
    let private leastExponents (formulas: Expr list) : Expr -> Expr -> int option =
        let least = Dictionary<struct (Expr * Expr), int>()

        for formula in formulas do
            formula
            |> Expr.fold (fun e _ ->
                match e.Node with
                | Node.Power(b, p) when Expr.isNonNegative b ->
                    let shared, whole = splitExponent p

                    match least.TryGetValue(struct (b, shared)) with
                    | true, known when known <= whole -> ()
                    | _ -> least[struct (b, shared)] <- whole
                | _ -> ())

        fun b shared ->
            match least.TryGetValue(struct (b, shared)) with
            | true, whole -> Some whole
            | _ -> None

    /// Lowers groups of formulas of z and the parameters. `pinned` are formulas of the parameters alone that become the first static
    /// outputs.
    let lower (parameters: string list) (pinned: Expr list) (groups: Expr list list) : Lowered =
        let depends = Dictionary<Expr, bool>(HashIdentity.Reference)

        let rec dependsOnZ (e: Expr) =
            match depends.TryGetValue e with
            | true, answer -> answer
            | _ ->
                let answer =
                    match e.Node with
                    | Variable "z" -> true
                    | _ -> Expr.children e |> List.exists dependsOnZ

                depends[e] <- answer
                answer

        let number (e: Expr) =
            match e.Node with
            | Constant c -> Literal c
            | _ -> invalidArg (nameof e) $"{Print.text e} is not a number"

        let input name =
            match List.tryFindIndex ((=) name) parameters with
            | Some i -> Input i
            | None -> invalidArg (nameof groups) $"'{name}' is neither z nor a parameter"

        let still = Builder parameters

        let lowerStill =
            stage
                { Emit = still.Emit
                  IsStill = isNumber
                  Still = number
                  Variable = input
                  Least = fun _ _ -> None }

        let slots = ResizeArray<Atom>(List.map lowerStill pinned)

        let slot (e: Expr) =
            match lowerStill e with
            | Literal c -> Literal c
            | atom ->
                let found = slots.IndexOf(atom, pinned.Length)

                if found < 0 then
                    slots.Add atom

                Input(1 + if found < 0 then slots.Count - 1 else found)

        let lowerGroup formulas =
            let moving = Builder [ "z" ]

            let lowerMoving =
                stage
                    { Emit = moving.Emit
                      IsStill = dependsOnZ >> not
                      Still = slot
                      Variable = fun _ -> Input 0
                      Least = leastExponents formulas }

            moving, List.map lowerMoving formulas

        let lowered = List.map lowerGroup groups
        let constants = [ for i in 1 .. slots.Count -> $"c{i - 1}" ]

        { Static = still.Finish [] (List.ofSeq slots)
          Varying = [ for moving, outputs in lowered -> moving.Finish constants outputs ] }
