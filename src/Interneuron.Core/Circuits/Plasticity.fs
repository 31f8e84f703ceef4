namespace Interneuron.Core.Circuits

open Interneuron.Core.Symbolic
open Interneuron.Core.Transport

/// Where a learning rule comes from.
[<RequireQualifiedAccess>]
type RuleOrigin =
    /// J, by differentiation.
    | Derived
    /// The authors' released code (theory, section 7).
    | Published

    /// The name, as the command line and files have it.
    member this.Name =
        match this with
        | Derived -> "derived"
        | Published -> "published"

/// The slow dynamics of an interneuron: what a sample contributes to each step, and what the target subtracts from it (theory, section 4).
type Rule =
    {
        /// Per sample, of z and theta: the gain step is its average minus `GainTarget`.
        GainTerm: Expr
        /// Its average over the target, a formula of theta; None where that is taken over nodes at every step.
        GainTarget: Expr option
        /// Per sample and activation parameter.
        ParameterTerms: Expr list
        /// Their averages over the target.
        ParameterTargets: Expr option list
        /// Whether the step of an activation parameter is multiplied by the gain, as the gradient of J has it.
        ParameterStepTimesGain: bool
    }

/// The learning rules, derived from the potential by differentiation of J; none is typed in.
[<RequireQualifiedAccess>]
module Plasticity =
    /// F less what it is at z = 0: no circuit depends on a constant in F, and steps measured by averages of F should not.
    let private fromZero (potential: Potential) : Expr =
        let atZero =
            potential.Formula
            |> Expr.substitute (fun name -> if name = "z" then Some(Expr.constant 0.0) else None)

        let values =
            [ (fun (p: Parameter) -> fst p.Initial)
              (fun p -> snd p.Initial)
              (fun p -> max p.Lower (fst p.Initial - 1.0))
              (fun p -> min p.Upper (snd p.Initial + 1.0)) ]
            |> List.map (fun theta -> Potential.value potential (List.map theta potential.Parameters) 0.0)

        if List.forall System.Double.IsFinite values && List.exists ((<>) 0.0) values then
            potential.Formula - atZero
        else
            potential.Formula

    /// Descent on J: dg ~ F - E F, dtheta ~ g (dF/dtheta - E dF/dtheta), F measured from its value at z = 0.
    let derived (potential: Potential) (target: Target) : Rule =
        let mean = Expectation.formula target potential.Parameters
        let value = fromZero potential

        { GainTerm = value
          GainTarget = mean value
          ParameterTerms = potential.ParameterTerms
          ParameterTargets = List.map mean potential.ParameterTerms
          ParameterStepTimesGain = true }

    let private terms (e: Expr) =
        match e.Node with
        | Sum terms -> terms
        | _ -> [ e ]

    /// What the authors' released code does instead (theory, section 7): no mask on the derivative of max(., 0) in theta; at z = 0 the term
    /// with log |z| cancels its own target term; and no factor g in the step of theta. For comparison with the published numbers only.
    let published (potential: Potential) (target: Target) : Rule =
        let rule = derived potential target

        let isMask (e: Expr) =
            match e.Node with
            | Apply(f, _) -> f = Primitives.step && not (List.contains "z" (Expr.variables e))
            | _ -> false

        let unmask =
            Expr.fold (fun node parts ->
                if isMask node then
                    Expr.constant 1.0
                else
                    Expr.rebuild node parts)

        let log = Expr.logOrZero (abs Potential.z)

        let hasLog (e: Expr) =
            e |> Expr.fold (fun node parts -> node = log || List.exists id parts)

        let mean = Expectation.formula target potential.Parameters

        let atZero (e: Expr) =
            match hasLog e, mean e with
            | true, Some average -> Expr.ifLess (Expr.constant 0.0) (abs Potential.z) e average
            | _ -> e

        let unmasked = List.map unmask rule.ParameterTerms

        { rule with
            ParameterTerms = unmasked |> List.map (terms >> List.map atZero >> Expr.sum)
            ParameterTargets = List.map mean unmasked
            ParameterStepTimesGain = false }

    /// Where rules come from.
    let origins = [ RuleOrigin.Derived; RuleOrigin.Published ]

    /// The rule of an origin.
    let ofOrigin (origin: RuleOrigin) : Potential -> Target -> Rule =
        match origin with
        | RuleOrigin.Derived -> derived
        | RuleOrigin.Published -> published
