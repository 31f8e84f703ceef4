namespace Interneuron.Derivation.Rules

open Interneuron.Statistics
open Interneuron.Core.Symbolic
open Interneuron.Core.Transport
open Interneuron.Core.Circuits
open Interneuron.Derivation.Formulas
open Interneuron.Derivation.Models

/// From a model to its dynamics and learning rules (theory, sections 2 and 4).
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module Derivation =
    /// dE/dp at a site, with z and n by their names.
    let private gradient (inputs: InterneuronInput list) (energy: Indexed) (name: string) (site: Index list) =
        let through input =
            let at = Indexed.hidden input.Index.Over
            let form = Indexed.rename input.Index at input.Form
            Total(at, Times [ Symbol(input.Output, [ at ]); Indexed.diff name site form ])

        Plus(Indexed.diff name site energy :: List.map through inputs)

    let private targetTerm (model: Model) (inputs: InterneuronInput list) (online: Indexed) : TargetTerm =
        match TargetAverage.mean model inputs (Inputs.withoutOutputs inputs online) with
        | Some mean -> Closed mean
        | None -> Averaged online

    let private numberOf (term: Indexed) =
        match Indexed.factors term with
        | Number _ as c :: rest -> c, rest
        | rest -> Number 1.0, rest

    let private responds (model: Model) (e: Indexed) =
        let symbols = Indexed.symbols e
        model.Variables |> List.exists (fun v -> symbols.Contains v.Name)

    let private respondsIn (model: Model) (e: Indexed) =
        Indexed.addends e |> List.filter (responds model) |> List.length

    /// The number c for which loss - c E has the fewest terms of the responses: c dE/dr is 0 at the fixed point.
    let private multipleOfEnergy (model: Model) (loss: Indexed) : Indexed =
        let candidates =
            [ for term in Indexed.addends loss do
                  for other in Indexed.addends model.Energy do
                      let c, factors = numberOf term
                      let d, others = numberOf other

                      if factors = others && responds model term then
                          c * Option.get (tryInverse d) ]

        // The few that most terms share.
        let common =
            candidates
            |> List.countBy id
            |> List.sortByDescending snd
            |> List.truncate 3
            |> List.map fst

        Number 0.0 :: common
        |> List.minBy (fun c -> respondsIn model (loss - c * model.Energy))

    let private at (name: string) (variable: Variable) : Index =
        { Name = "#" + name
          Over = variable.Index.Over }

    /// d2E/(dv_b dw_c).
    let private second (model: Model) (v: Variable, b: Index) (w: Variable, c: Index) =
        model.Energy |> Indexed.diff v.Name [ b ] |> Indexed.diff w.Name [ c ]

    /// The variables that a variable's response depends on through the Hessian, with itself.
    let private connected (model: Model) (v: Variable) : Variable list =
        let touches x y =
            second model (x, at "b" x) (y, at "c" y) <> Number 0.0

        let rec grow known =
            let next =
                model.Variables
                |> List.filter (fun w -> List.contains w known || List.exists (touches w) known)

            if next.Length = List.length known then next else grow next

        grow [ v ]

    /// The factor that the inverse Hessian gives a force on v_b: 1/H_bb if the Hessian is diagonal and nothing holds v, 0 where its domain
    /// holds it.
    let private inverseInPlace (model: Model) (v: Variable) (b: Index) : Indexed option =
        let c: Index = { Name = "#c"; Over = b.Over }
        let hessian = second model (v, b) (v, c)
        let terms = Indexed.addends hessian

        let isDiagonal =
            not terms.IsEmpty
            && terms |> List.forall (Indexed.factors >> List.contains (Delta(b, c)))

        let moves =
            let between lower upper =
                let x = Expr.var "x"

                let above e =
                    if System.Double.IsNegativeInfinity lower then
                        e
                    else
                        Expr.ifLess (Expr.constant lower) x e (Expr.constant 0.0)

                let below e =
                    if System.Double.IsPositiveInfinity upper then
                        e
                    else
                        Expr.ifLess x (Expr.constant upper) e (Expr.constant 0.0)

                Some(Indexed.formula (above (below (Expr.constant 1.0))) [ "x", Symbol(v.Name, [ b ]) ])

            match v.Domain with
            | Domain.Whole -> Some(Number 1.0)
            | Domain.NonNegative -> between 0.0 infinity
            | Domain.Between(lower, upper) -> between lower upper
            | Domain.Simplex -> None

        if isDiagonal && (connected model v).Length = 1 then
            let curvature = Indexed.sum c hessian

            let inverse =
                tryInverse curvature
                |> Option.defaultWith (fun () -> Indexed.formula (1.0 / Expr.var "x") [ "x", curvature ])

            moves |> Option.map (fun moves -> moves * inverse)
        else
            None

    /// The row of v of the inverse Hessian at b, where variables of one population depend on each other at the same index alone: a block of
    /// two or three inverted in place. None for others, and where domains hold variables.
    let private blockInPlace (model: Model) (v: Variable) (b: Index) : (Variable * Indexed) list option =
        let block = connected model v
        let c: Index = { Name = "#c"; Over = b.Over }
        let count = block.Length

        let isAtIndex entry =
            Indexed.addends entry
            |> List.forall (Indexed.factors >> List.contains (Delta(b, c)))

        if
            count < 2
            || count > 3
            || block
               |> List.exists (fun w -> w.Index.Over <> b.Over || w.Domain <> Domain.Whole)
        then
            None
        else
            let entries = [ for w in block -> [ for u in block -> second model (w, b) (u, c) ] ]

            if not (entries |> List.concat |> List.forall isAtIndex) then
                None
            else
                let h = entries |> List.map (List.map (Indexed.sum c))

                /// The determinant of what is left without a row and a column.
                let rec determinant (rows: Indexed list list) : Indexed =
                    match rows with
                    | [] -> Number 1.0
                    | first :: others ->
                        Plus
                            [ for k, x in List.indexed first ->
                                  (if k % 2 = 0 then 1.0 else -1.0)
                                  * (x * determinant (List.map (List.removeAt k) others)) ]

                let whole = determinant h

                let inverse =
                    tryInverse whole
                    |> Option.defaultWith (fun () -> Indexed.formula (1.0 / Expr.var "x") [ "x", whole ])

                let at = List.findIndex (fun (w: Variable) -> w.Name = v.Name) block

                Some
                    [ for k, w in List.indexed block ->
                          let minor = h |> List.removeAt at |> List.map (List.removeAt k)
                          w, (if (at + k) % 2 = 0 then 1.0 else -1.0) * (determinant minor * inverse) ]

    /// Descent on an objective of the responses, through the fixed point: dL/dp = dL/dp|_y - (dL/dy)^T H^-1 d2E/(dy dp), by implicit
    /// differentiation of dE/dy = 0. A multiple of E in L has no second part, since dE/dy = 0.
    let private implicitRule (model: Model) (inputs: InterneuronInput list) (energy: Indexed) (loss: Indexed) (p: Learned) =
        let c = multipleOfEnergy model loss
        let rest = loss - c * model.Energy

        let coupling (w: Variable) (d: Index) =
            Indexed.diff p.Name p.Site (Indexed.diff w.Name [ d ] model.Energy)

        let through (v: Variable) =
            let b = at "b" v
            let force = Indexed.diff v.Name [ b ] rest

            if force = Number 0.0 then
                force
            else
                match inverseInPlace model v b with
                | Some inverse -> Total(b, Times [ force; inverse; coupling v b ])
                | None ->

                    match blockInPlace model v b with
                    | Some row -> Plus [ for w, inverse in row -> Total(b, Times [ force; inverse; coupling w b ]) ]
                    | None ->
                        Plus
                            [ for w in connected model v do
                                  let d = at "d" w
                                  let inverse = Symbol(Model.inverseHessian model v w, [ b; d ])
                                  Total(b, Total(d, Times [ force; inverse; coupling w d ])) ]

        -(c * gradient inputs energy p.Name p.Site)
        + Inputs.named model inputs (Plus(List.map through model.Variables) - Indexed.diff p.Name p.Site rest)

    let private partOf (model: Model) (inputs: InterneuronInput list) (v: Variable) (term: Indexed) =
        let symbols = Indexed.symbols term

        let isIn names =
            names |> List.exists (fun (name: string) -> symbols.Contains name)

        if isIn [ for input in model.Inputs -> input.Name ] then
            Feedforward
        elif isIn [ for input in inputs -> input.Output ] then
            Inhibition
        elif
            isIn
                [ for w in model.Variables do
                      if w <> v then
                          w.Name ]
        then
            Coupling
        elif Indexed.factors term |> List.contains (Symbol(v.Name, [ v.Index ])) then
            Leak
        else
            Lateral

    /// The theta_k of a term sum_k theta_k |v_k|.
    let private thresholdOf (v: Variable) (term: Indexed) : Indexed option =
        let ofFactors (k: Index) factors =
            let isMagnitude part =
                match part with
                | Call(f, [ Symbol(name, at) ]) -> name = v.Name && at = [ k ] && f.Body = Expr.abs (Expr.var f.Arguments.Head)
                | _ -> false

            match List.partition isMagnitude factors with
            | [ _ ], others when others |> List.forall (fun e -> not ((Indexed.symbols e).Contains v.Name)) ->
                Some(Indexed.rename k v.Index (Times others))
            | _ -> None

        match Indexed.factors term with
        | factors ->
            match
                factors
                |> List.partition (function
                    | Total _ -> true
                    | _ -> false)
            with
            | [ Total(k, body) ], constants when k.Over = v.Index.Over -> ofFactors k (constants @ Indexed.factors body)
            | _ -> None

    /// The drive of a variable in the form of a membrane, and its threshold: y - dQ/dy, where E = Q + sum theta |y| with Q quadratic in y.
    let private membrane (model: Model) (v: Variable) : (Indexed * Indexed) option =
        let thresholds, others =
            Indexed.addends model.Energy
            |> List.map (fun term -> term, thresholdOf v term)
            |> List.partition (snd >> Option.isSome)

        let smooth = Plus(List.map fst others)
        let force = Indexed.diff v.Name [ v.Index ] smooth

        let isLinear =
            not (responds { model with Variables = [ v ] } (Indexed.diff v.Name [ at "c" v ] force))

        let isHeld = v.Domain <> Domain.Whole && v.Domain <> Domain.Simplex

        if isLinear && v.Settling = Minimises && (isHeld || not thresholds.IsEmpty) then
            Some(TargetAverage.constrained model (Symbol(v.Name, [ v.Index ]) - force), Plus(List.choose snd thresholds))
        else
            None

    let private dynamicsOf (wiring: Locality.Wiring) (energy: Indexed) (v: Variable) : FastDynamics =
        let model, inputs = wiring.Model, wiring.Inputs
        let slope = gradient inputs energy v.Name [ v.Index ]

        let terms =
            (if v.Settling = Minimises then -slope else slope)
            |> TargetAverage.constrained model
            |> Indexed.addends

        { Variable = v
          Terms =
            terms
            |> List.map (fun term -> partOf model inputs v term, term)
            |> List.sortBy fst
          Locality = Locality.ofDynamics wiring v terms
          Membrane = membrane model v }

    /// Refuses an energy that is not that of the transport objective: max_r s.r - phi(r).
    let private requireTransport (model: Model) =
        for m in model.Learned do
            if m.Role.IsFollows && (Indexed.symbols model.Cost).Contains m.Name then
                Refusal.at
                    (Where.at model.Cost.Place)
                    $"the cost is of the running average '{m.Name}', which the transport objective has no derivative of"
                    "write objective value, or give a loss"

        match model.Inputs, model.Variables with
        | [ { Previous = None } as s ], [ { Settling = Minimises } as r ] when s.Index.Over = r.Index.Over && r.Domain <> Domain.Simplex ->
            let lower, upper =
                match r.Domain with
                | Domain.NonNegative -> 0.0, infinity
                | Domain.Between(lower, upper) -> lower, upper
                | Domain.Whole
                | Domain.Simplex -> -infinity, infinity

            let first, last = Target.support model.Target

            if first < lower || last > upper then
                Refusal.at
                    (Where.at model.Energy.Place)
                    $"{r.Name} is held to [{lower}, {upper}], but the target {Target.name model.Target} has values outside"
                    "responses become distributed as the target only where they may have its values: take another target, or let them"

            let a = r.Index
            let atA name = Symbol(name, [ a ])

            if Indexed.diff s.Name [ a ] model.Energy <> -(atA r.Name) then
                let inProduct = Indexed.addends (Indexed.sum a (atA s.Name * atA r.Name))

                let other term =
                    (Indexed.symbols term).Contains s.Name && not (List.contains -term inProduct)

                let term =
                    Indexed.addends model.Energy
                    |> List.tryFind other
                    |> Option.defaultValue model.Energy

                let product = $"sum({a.Name}, {s.Name}[{a.Name}]*{r.Name}[{a.Name}])"

                Refusal.at
                    (Where.at term.Place)
                    $"the stimulus enters the energy other than as - {product}"
                    "then J is not the transport objective: give a loss, or write objective value"
        | _ ->
            Refusal.at
                (Where.at model.Energy.Place)
                "the transport objective is of one input and one variable of the same population"
                "write objective value, or give a loss"

    /// The natural gradient: a direction X of W times W^T W.
    let private naturally (model: Model) (inputs: InterneuronInput list) (p: Learned) (x: Indexed) : Indexed =
        match p.Site with
        | [ k; a ] ->
            let l: Index = { Name = "#l"; Over = k.Over }
            let b: Index = { Name = "#b"; Over = a.Over }
            let w i j = Symbol(p.Name, [ i; j ])

            // The inverse is transposed: its element at k, b times W_lb adds up to 1 where k is l.
            let isIdentity (i: Index) factors =
                match factors with
                | [ Symbol(v, [ k; at ]); Symbol(u, [ l; here ]) ]
                | [ Symbol(u, [ l; here ]); Symbol(v, [ k; at ]) ] when
                    u = p.Name
                    && v = Indexed.inverse p.Name
                    && at = i
                    && here = i
                    && k <> i
                    && l <> i
                    ->
                    Some(Delta(k, l))
                | _ -> None

            Total(b, Inputs.expand inputs (Indexed.rename a b x) * w l b)
            |> Indexed.replace (function
                | Total(i, body) -> isIdentity i (Indexed.factors body)
                | _ -> None)
            |> fun along -> Total(l, along * w l a)
            |> Inputs.named model inputs
        | _ -> x

    let private ruleOf (wiring: Locality.Wiring) (energy: Indexed) (p: Learned) : DerivedRule =
        let model, inputs = wiring.Model, wiring.Inputs
        let constrained = TargetAverage.constrained model
        let sign = if p.Role = Ascends then -1.0 else 1.0

        // What running averages contribute through the cost: the average of each, times the cost's slope by it.
        let throughAverages =
            [ for m in model.Learned do
                  match m.Role with
                  | Follows e ->
                      let site = m.Site |> List.map (fun i -> { i with Name = "#" + i.Name })
                      let slope = Indexed.diff m.Name site model.Cost

                      if slope <> Number 0.0 then
                          let inner = List.fold2 (fun e i j -> Indexed.rename i j e) e m.Site site
                          let whole = slope * implicitRule model inputs energy inner p
                          List.fold (fun whole i -> Total(i, whole)) whole site
                  | Descends
                  | DescendsNaturally
                  | Ascends -> () ]
            |> Plus

        let cost = sign * Indexed.diff p.Name p.Site model.Cost

        let online, target, cost =
            match p.Role, model.Objective with
            | Follows e, _ -> Inputs.named model inputs e - Symbol(p.Name, p.Site), Absent, Number 0.0
            | _, Loss loss -> sign * (implicitRule model inputs energy loss p + throughAverages), Absent, cost
            | _, Value -> sign * (throughAverages - gradient inputs energy p.Name p.Site), Absent, cost
            | _, Transport ->
                let descent = sign * gradient inputs energy p.Name p.Site
                descent, targetTerm model inputs descent, cost

        let online, cost =
            if p.Role = DescendsNaturally then
                let online = naturally model inputs p online

                // A loss is of responses at the fixed point.
                let shorter =
                    if model.Loss.IsSome then
                        FixedPoint.shortest model inputs online
                    else
                        online

                shorter, naturally model inputs p cost
            else
                online, cost

        let average =
            match target with
            | Closed mean -> [ mean ]
            | Averaged _
            | Absent -> []

        let locality, parts =
            online :: cost :: average
            |> List.map constrained
            |> FixedPoint.simplest model inputs (Locality.ofRule wiring p)

        let needsInverse = Indexed.symbols online |> Set.exists Model.isInverseHessian

        { Parameter = p
          Online = online
          TargetTerm = target
          Cost = cost
          Locality = locality
          Signals = Locality.signals wiring p parts
          TwoPhases =
            if needsInverse && model.Objective.IsLoss then
                let term = gradient inputs energy p.Name p.Site

                Some
                    { Term = term
                      Locality =
                        match Locality.ofRule wiring p [ constrained term ] with
                        | Local -> TwoPhases term
                        | other -> other }
            else
                None }

    let private deriveChecked (model: Model) : Derivation =
        if model.Objective.IsTransport then
            requireTransport model

        let inputs = Inputs.find model
        let energy = Inputs.named model inputs model.Energy
        let wiring = Locality.wiring model inputs

        { Model = model
          Inputs = inputs
          Energy = energy
          Dynamics = List.map (dynamicsOf wiring energy) model.Variables
          Rules = List.map (ruleOf wiring energy) model.Learned }

    // The budget for the formulas of a derivation: it ends well before a few seconds have passed.
    let private effort = 5_000_000

    /// Derives everything. Refusal, with the place of the term, for an energy in which the stimulus enters other than as -s . r, since then
    /// the fixed point is not that of the semi-dual, and for one whose rules would be too large to write.
    let derive (model: Model) : Derivation =
        let model = Model.check model

        try
            Expr.within effort (fun () -> deriveChecked model)
        with :? FormulaGrowthException as error ->
            let largest =
                Indexed.addends model.Energy
                |> List.maxBy (fun term -> (Indexed.collect List.singleton term).Length)

            let what =
                $"a rule that follows from this term cannot be written out: {error.Message}"

            raise (Refusal(Where.at largest.Place, what, None, null, error))
