namespace Interneuron.Derivation.Checks

open Interneuron.Statistics
open Interneuron.Core.Symbolic
open Interneuron.Core.Transport
open Interneuron.Derivation.Formulas
open Interneuron.Derivation.Models
open Interneuron.Derivation.Rules
open Interneuron.Derivation.Running

/// What is known of a condition.
type Verdict =
    /// It holds, by proof.
    | Proven
    /// It is not decided: it was found to hold wherever it was tried, or where learning starts.
    | Unrefuted
    /// It fails, at a point that is named.
    | Fails

/// One condition for a model to have a response to every stimulus and a minimum of its objective, with the evidence.
type Finding =
    {
        /// What is required.
        Condition: string
        /// What is known of it.
        Verdict: Verdict
        /// Why, and where it fails what would be right.
        Detail: string
        /// Where it fails, the term of the energy that it fails by.
        Term: Indexed option
    }

/// Whether a model is well posed: convex, bounded below, and spanning (theory, sections 1 and 2).
[<RequireQualifiedAccess>]
module WellPosed =
    let private isConvex = "the energy is convex in r"

    let private finding condition verdict term detail =
        { Condition = condition
          Verdict = verdict
          Term = term
          Detail = detail }

    let private fails (term: Indexed option) (how: string) =
        finding isConvex Fails term $"{how}: there responses are not unique"

    let private judged (term: (string * float) list -> Indexed option) (judgement: Judgement) : Finding =
        match judgement with
        | Proved how -> finding isConvex Proven None how
        | Undecided need -> finding isConvex Unrefuted None $"what would decide it: {need}"
        | Refuted(point, how) -> fails (term point) $"at {Convex.place point} {how}"

    let private gainOf (ridge: Ridge) : (string * Interval) option =
        ridge.Gain
        |> Option.map (fun gain -> gain.Name, Interval.between (fst gain.Interval) (snd gain.Interval))

    /// The term that bends down most at a place.
    let private bending (ridge: Ridge) (point: (string * float) list) =
        let at = Map.ofList point

        let curvature (_, formula) =
            Differentiate.diff "z" (Differentiate.diff "z" formula)
            |> Expr.interpret Floats.operations (fun name -> at |> Map.tryFind name |> Option.defaultValue 1.0)

        ridge.Terms |> List.minBy curvature |> fst |> Some

    let private convexity (ridge: Ridge) (n: int) (k: int) : Finding =
        // Without unit columns the share of the leak that an interneuron may use up has no bound.
        let share =
            if ridge.Synapses.IsHeldBy UnitColumns || ridge.Leak < 0.0 then
                ridge.Leak / float k
            else
                0.0

        if ridge.Leak < 0.0 && k < n then
            fails None $"the leak is {ridge.Leak}, and K = {k} interneurons leave directions of N = {n} to it alone"
        else
            Convex.judgePotential ridge.Potential (gainOf ridge) share
            |> judged (bending ridge)

    let private firstTerm (ridge: Ridge) =
        ridge.Terms |> List.tryHead |> Option.map fst

    let private growth (ridge: Ridge) =
        let condition =
            "the energy grows faster than linearly, so that every stimulus has a response"

        match Potential.growth ridge.Potential with
        | _ when ridge.Leak > 0.0 -> finding condition Proven None $"the leak {ridge.Leak} is positive"
        | true, true -> finding condition Unrefuted None "the activation does not saturate on either side"
        | false, false ->
            finding
                condition
                Fails
                (firstTerm ridge)
                ("the activation saturates on both sides, so large stimuli have no response: "
                 + "give the energy a leak, leak/2*sum(a, r[a]^2) with leak > 0")
        | _ -> finding condition Unrefuted None "the activation acts on one side: its interneurons are needed in pairs w, -w"

    let private spanning (ridge: Ridge) (n: int) (k: int) =
        let oneSided =
            Potential.growth ridge.Potential |> (fun (below, above) -> below <> above)

        let needed = if oneSided then n + 1 else n
        let condition = "the interneurons span the primary neurons' space"

        if ridge.Leak > 0.0 then
            finding condition Proven None "not needed: there is a leak"
        elif k >= needed then
            finding condition Unrefuted None $"K = {k} columns span N = {n} dimensions unless they are in special positions"
        else
            finding
                condition
                Fails
                (firstTerm ridge)
                $"K = {k} interneurons cannot hold N = {n} primary neurons: without a leak K is at least {needed}"

    let private gains (ridge: Ridge) =
        let condition = "gains are not negative"

        match ridge.Gain |> Option.map (_.Interval >> fst) with
        | None -> finding condition Proven None "they are all 1"
        | Some lower when lower >= 0.0 -> finding condition Proven None $"the model holds them at or above {lower}"
        | Some _ ->
            finding
                condition
                Unrefuted
                None
                ("gains may be negative: the energy is convex while the whole Hessian, sum_i g_i f'(z_i) w_i w_i^T + leak I, "
                 + "is positive definite, which is checked at every response")

    /// What holds of an energy that is not a sum of potentials of single inputs.
    let private whole (derivation: Derivation) (sizes: Sizes) : Finding list =
        let instance = WholeEnergy.instance derivation sizes

        let names way =
            [ for v in derivation.Model.Variables do
                  if v.Settling = way then
                      v.Name ]
            |> String.concat ", "

        [ for way, judgement in WholeEnergy.convexity instance do
              let shape = if way = Minimises then "convex" else "concave"

              let named (finding: Finding) =
                  { finding with
                      Condition = $"the energy is {shape} in {names way}" }

              match judgement with
              | Ok judgement -> named (judged (fun _ -> None) judgement)
              | Error(place, term) -> named (fails (Some term) place)
          match WholeEnergy.growth instance with
          | Ok() when instance.IsSaddle ->
              finding "the energy has a saddle for every stimulus" Unrefuted None "it rises and falls in all directions that were tried"
          | Ok() ->
              finding
                  "the energy has a minimum for every stimulus"
                  Unrefuted
                  None
                  "it grows in all directions that were tried, however large the stimulus"
          | Error direction when derivation.Model.Objective.IsTransport ->
              finding
                  "the energy has a minimum for every stimulus"
                  Fails
                  None
                  ($"along {direction} it grows at most linearly, so large stimuli have no response: "
                   + "give it a leak, leak/2*sum(a, r[a]^2) with leak > 0")
          | Error direction ->
              finding
                  "the energy has a minimum for every stimulus"
                  Fails
                  None
                  $"along {direction} it falls without end: give it a term that grows, such as the square of the variable" ]

    /// The conditions for so many neurons.
    let check (derivation: Derivation) (sizes: Sizes) : Finding list =
        match Ridge.tryOf derivation with
        | Some ridge ->
            let n = Sizes.count sizes derivation.Model.Variables.Head.Index.Over
            let k = Sizes.count sizes ridge.Synapses.Site[1].Over
            [ convexity ridge n k; gains ridge; growth ridge; spanning ridge n k ]
        | None -> whole derivation sizes

    /// What is known of each condition. Refusal, with the place of the term, when one fails that the objective needs: the transport
    /// objective needs them all; others can do with several fixed points, of which the dynamics come to one.
    let require (derivation: Derivation) (sizes: Sizes) : Finding list =
        let findings = check derivation sizes
        let isTransport = derivation.Model.Objective.IsTransport

        let isNeeded (finding: Finding) =
            isTransport || not (finding.Condition.StartsWith "the energy is con")

        match
            findings
            |> List.tryFind (fun finding -> finding.Verdict = Fails && isNeeded finding)
        with
        | Some finding ->
            let term = Option.defaultValue derivation.Energy finding.Term
            Refusal.at (Where.at term.Place) "the model is ill-posed" $"it needs that {finding.Condition}, but {finding.Detail}"
        | None -> findings
