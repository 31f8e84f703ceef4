namespace Interneuron.Derivation.Rules

open Interneuron.Statistics
open Interneuron.Core.Symbolic
open Interneuron.Core.Transport
open Interneuron.Core.Circuits
open Interneuron.Derivation.Formulas
open Interneuron.Derivation.Models

/// What the target subtracts from a step.
type TargetTerm =
    /// Nothing depends on the target.
    | Absent
    /// A formula of the parameters.
    | Closed of Indexed
    /// The average of this over the target, taken over samples of it.
    | Averaged of Indexed

/// The rule by which one parameter learns: descent on the objective, step = rate (online - target - cost).
type DerivedRule =
    {
        /// What learns.
        Parameter: Learned
        /// What each stimulus contributes: of r, s, z, n and the parameters.
        Online: Indexed
        /// What the target subtracts.
        TargetTerm: TargetTerm
        /// What the slow cost subtracts.
        Cost: Indexed
        /// Whether its site has all it needs.
        Locality: Locality
    }

/// The part that a term of the fast dynamics plays.
type Part =
    /// What the stimulus drives.
    | Feedforward
    /// What interneurons subtract.
    | Inhibition
    /// What decays by itself.
    | Leak
    /// What primary neurons do to each other.
    | Lateral

/// All that follows from a model: tau dr_a/dt = -dE/dr_a, and the learning rules.
type Derivation =
    {
        /// What it was derived from.
        Model: Model
        /// The inputs to interneurons that the energy has; none where primary neurons act on each other directly.
        Inputs: InterneuronInput list
        /// The energy, written with z.
        Energy: Indexed
        /// The terms of dr_a/dt, each with its part.
        Dynamics: (Part * Indexed) list
        /// One for each parameter, in their order.
        Rules: DerivedRule list
    }

/// From a model to its dynamics and learning rules (theory, sections 2 and 4).
[<RequireQualifiedAccess>]
module Derivation =
    /// The index of the primary neuron whose response changes.
    let a: Index = { Name = "a"; Over = Primary }

    /// dE/dp at a site, with z and n by their names.
    let private gradient (inputs: InterneuronInput list) (energy: Indexed) (name: string) (site: Index list) =
        let through input =
            let at = Indexed.hidden Interneurons
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

    let private respondsIn (e: Indexed) =
        Indexed.addends e
        |> List.filter (fun term -> (Indexed.symbols term).Contains "r")
        |> List.length

    /// The number c for which loss - c E has the fewest terms of the responses: c dE/dr is 0 at the fixed point.
    let private multipleOfEnergy (model: Model) (loss: Indexed) : Indexed =
        let candidates =
            [ for term in Indexed.addends loss do
                  for other in Indexed.addends model.Energy do
                      let c, factors = numberOf term
                      let d, others = numberOf other

                      if factors = others && (Indexed.symbols term).Contains "r" then
                          c * Option.get (tryInverse d) ]

        // The few that most terms share.
        let common =
            candidates
            |> List.countBy id
            |> List.sortByDescending snd
            |> List.truncate 3
            |> List.map fst

        Number 0.0 :: common
        |> List.minBy (fun c -> respondsIn (loss - c * model.Energy))

    /// The factor that the inverse Hessian gives a force on r_b: 1/H_bb if the Hessian is diagonal.
    let private inverseHessian (model: Model) (b: Index) : Indexed option =
        let c: Index = { Name = "#c"; Over = Primary }
        let hessian = model.Energy |> Indexed.diff "r" [ b ] |> Indexed.diff "r" [ c ]
        let terms = Indexed.addends hessian

        let isDiagonal =
            not terms.IsEmpty
            && terms |> List.forall (Indexed.factors >> List.contains (Delta(b, c)))

        if isDiagonal then
            let curvature = Indexed.sum c hessian

            tryInverse curvature
            |> Option.defaultWith (fun () -> Indexed.formula (1.0 / Expr.var "x") [ "x", curvature ])
            |> Some
        else
            None

    /// Descent on an objective of r and s, through the fixed point: dL/dp = dL/dp|_r - (dL/dr)^T H^-1 d2E/(dr dp), by implicit
    /// differentiation of dE/dr = 0. A multiple of E in L has no second part, since dE/dr = 0.
    let private implicitRule (model: Model) (inputs: InterneuronInput list) (energy: Indexed) (loss: Indexed) (p: Learned) =
        let b: Index = { Name = "#b"; Over = Primary }
        let d: Index = { Name = "#d"; Over = Primary }
        let c = multipleOfEnergy model loss
        let rest = loss - c * model.Energy
        let force = Indexed.diff "r" [ b ] rest

        let coupling at =
            Indexed.diff p.Name p.Site (Indexed.diff "r" [ at ] model.Energy)

        let through =
            match force, inverseHessian model b with
            | Number 0.0, _ -> Number 0.0
            | _, Some inverse -> Total(b, Times [ force; inverse; coupling b ])
            | _, None -> Total(b, Total(d, Times [ force; Symbol(Model.inverseHessian, [ b; d ]); coupling d ]))

        -(c * gradient inputs energy p.Name p.Site)
        + Inputs.named inputs (through - Indexed.diff p.Name p.Site rest)

    let private partOf (inputs: InterneuronInput list) (term: Indexed) =
        let symbols = Indexed.symbols term

        if symbols.Contains "s" then
            Feedforward
        elif inputs |> List.exists (fun input -> symbols.Contains input.Output) then
            Inhibition
        elif (Indexed.factors term |> List.contains (Model.r a)) then
            Leak
        else
            Lateral

    let private deriveChecked (model: Model) : Derivation =
        let isInput = Indexed.diff "s" [ a ] model.Energy = -(Model.r a)

        if not isInput && model.Loss.IsNone then
            let inProduct = Indexed.addends (Indexed.sum a (Model.s a * Model.r a))

            let other term =
                (Indexed.symbols term).Contains "s" && not (List.contains -term inProduct)

            let term =
                Indexed.addends model.Energy
                |> List.tryFind other
                |> Option.defaultValue model.Energy

            Refusal.at
                (Where.at term.Place)
                "the stimulus enters the energy other than as - sum(a, s[a]*r[a])"
                "then J is not the transport objective: give a loss"

        let inputs = Inputs.find model.Energy
        let energy = Inputs.named inputs model.Energy

        let dynamics =
            gradient inputs energy "r" [ a ]
            |> (~-)
            |> Indexed.addends
            |> List.map (fun term -> partOf inputs term, term)
            |> List.sortBy fst

        let verdict p parts =
            parts
            |> List.map (TargetAverage.unitLengths model)
            |> Locality.ofRule model inputs p

        let rule (p: Learned) =
            let cost = Indexed.diff p.Name p.Site model.Cost

            match model.Loss with
            | Some loss ->
                let online = implicitRule model inputs energy loss p

                { Parameter = p
                  Online = online
                  TargetTerm = Absent
                  Cost = cost
                  Locality = verdict p [ online; cost ] }
            | None ->
                let online = gradient inputs energy p.Name p.Site
                let target = targetTerm model inputs online

                let average =
                    match target with
                    | Closed mean -> [ mean ]
                    | Averaged _
                    | Absent -> []

                { Parameter = p
                  Online = online
                  TargetTerm = target
                  Cost = cost
                  Locality = verdict p (online :: cost :: average) }

        { Model = model
          Inputs = inputs
          Energy = energy
          Dynamics = dynamics
          Rules = List.map rule model.Learned }

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
