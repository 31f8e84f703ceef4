namespace Interneuron.Derivation.Checks

open MathNet.Numerics.LinearAlgebra
open MathNet.Numerics.Random
open MathNet.Numerics.Distributions
open Interneuron.Statistics
open Interneuron.Core.Symbolic
open Interneuron.Core.Transport
open Interneuron.Derivation.Formulas
open Interneuron.Derivation.Models
open Interneuron.Derivation.Rules
open Interneuron.Derivation.Running

/// How far a derived rule is from other computations of the same gradient: the worst errors over the circuits, relative to the largest sum
/// of the magnitudes of a step's terms in the circuit. NaN where nothing could be compared.
type RuleCheck =
    {
        /// The parameter.
        Parameter: string
        /// Whether its rule is local.
        Locality: Locality
        /// Against nested dual numbers.
        DualError: float
        /// The average over the target.
        TargetError: float
        /// Against central differences.
        DifferenceError: float
        /// The step of training.
        StepError: float
        /// The checks that it fails: evidence, error and tolerance.
        Failures: (Evidence * float * float) list
    }

/// The evidence that derived rules are the descent directions of the objective, and that training follows them.
type Certificate =
    {
        /// One for each parameter.
        Rules: RuleCheck list
        /// How many random circuits every rule was checked on.
        Circuits: int
        /// How many were drawn for them.
        Drawn: int
        /// The number of parameters that each circuit checks: all of them, or some in turn if there are many.
        Together: int
        /// Why the others were discarded, and how many.
        Discarded: (string * int) list
        /// The numbers of neurons of the circuits: the model's, as far as they are at most `Certificate.largest`.
        Sizes: Sizes
        /// How averages over the target were taken.
        Averages: AverageBy
        /// How many responses the kinks of the energy held, of three a circuit.
        Held: int
        /// The worst residual of a response: the distance of 0 to the subdifferential, relative to its terms.
        Residual: float
        /// What the circuits were drawn from.
        Seed: int
    }

    /// Whether every rule passed every check.
    member this.IsPassed = this.Rules |> List.forall (fun rule -> rule.Failures.IsEmpty)

/// Checks of derived rules on random circuits. Each looks at another part of the way from energy to training, by other means than the rules
/// were derived with.
[<RequireQualifiedAccess>]
module Certificate =
    /// The most neurons of a population with activities, and of interneurons without, that circuits are drawn for.
    let largest = 4, 12

    /// The most circuits that can be asked for.
    let most = 10_000

    // At most so many circuits are drawn for each one asked for, plus so many more.
    let private patience = 10, 100

    /// How large an error may be, relative to the terms. Duals and steps: rounding (2e-16) in some hundred operations and through an
    /// inverse Hessian, a thousand-fold margin. Quadrature: what it leaves along a line and over a plane; averages over points are of the
    /// same points on both sides. Differences: responses to 1e-10 count squared, steps of 1e-3 and rounding leave some 1e-11; a hundred
    /// times more for averages over planes. The fast engine has averages without a formula from 48 nodes a coordinate, which do not know
    /// where kinks are, or 4,096 points.
    let tolerance (evidence: Evidence) (averages: AverageBy) : float =
        match evidence, averages with
        | ByDuals, _ -> 1e-9
        | ByStep, Line -> 1e-6
        | ByStep, _ -> 2e-2
        | ByQuadrature, Plane -> 1e-5
        | ByQuadrature, _ -> 1e-8
        | ByDifferences, Plane -> 1e-4
        | ByDifferences, _ -> 1e-6

    let private coarser (a: AverageBy) (b: AverageBy) =
        match a, b with
        | Points _, _ -> a
        | _, Points _ -> b
        | Plane, _ -> a
        | _ -> b

    /// Checks every rule on so many random circuits of the model's own sizes, with three stimuli each. Circuits without a response to each
    /// are discarded. Refusal for a model for which no random circuit responds.
    let check (derivation: Derivation) (circuits: int) (seed: int) : Certificate =
        if circuits < 1 || circuits > most then
            Refusal.argument (nameof circuits) $"the certificate is of {circuits} circuits; it is of 1 to {most}"

        let model = derivation.Model
        let random = Xoshiro256StarStar(seed, false)

        let sizes: Sizes =
            [ for population, count in model.Sizes ->
                  let isInterneurons =
                      derivation.Inputs |> List.exists (fun input -> input.Index.Over = population)

                  population, min count ((if isInterneurons then snd else fst) largest) ]

        let instance = Instance.create derivation sizes
        let printed = StepEvidence.rules derivation
        // Made once, so that the engine compiles its potential only once.
        let ridge = Ridge.trained derivation

        let rules = Array.ofList derivation.Rules
        let together = CircuitCheck.together rules.Length circuits

        /// The rules whose turn it is after so many circuits.
        let turn (before: int) =
            List.init together (fun j -> rules[(before * together + j) % rules.Length])

        let draw before =
            let packed = instance.Pack(RandomValues.draw random model sizes)

            let stimuli =
                List.init 3 (fun _ -> Array.init instance.Stimuli (fun _ -> Normal.Sample(random, 0.0, 1.0)))

            // The responses that rules are read at are those of training; the objective has its own.
            let rec respond found stimuli =
                match stimuli with
                | [] -> Ok(List.rev found)
                | s :: others ->
                    match
                        Differences.response random instance packed s, instance.Respond(packed, s, Array.zeroCreate instance.Responses)
                    with
                    // The transport objective is of the global one; others are of the fixed point that dynamics come to.
                    | Ok globally, Some response when
                        not model.Objective.IsTransport
                        && (Differences.starts instance packed s response globally).Length > 1
                        ->
                        Error "a response is not the lowest fixed point"
                    | Ok globally, Some response -> respond ((s, response, globally) :: found) others
                    | Error why, _ -> Error why
                    | Ok _, None -> Error "a stimulus has no response"

            match respond [] stimuli with
            | Error why -> Error why
            | Ok responses ->
                CircuitCheck.run
                    random
                    instance
                    ridge
                    printed
                    packed
                    [ for s, r, _ in responses -> s, r ]
                    [ for s, r, globally in responses -> Differences.starts instance packed s r globally ]
                    (turn before)

        let rec go drawn said discarded =
            if List.length said = circuits || drawn >= fst patience * circuits + snd patience then
                drawn, said, discarded
            else
                match draw (List.length said) with
                | Ok one -> go (drawn + 1) (one :: said) discarded
                | Error why -> go (drawn + 1) said (why :: discarded)

        let drawn, said, discarded = go 0 [] []

        if said.IsEmpty then
            let reasons = discarded |> List.distinct |> String.concat "; "

            let what =
                $"none of {drawn} random circuits has a response to every stimulus ({reasons}): "
                + "the energy may be unbounded below or not convex"

            raise (Refusal(Where.at (Bending.mostConcave derivation seed).Place, what, None, null, null))

        let averages = said |> List.map _.By |> List.reduce coarser

        let rule (rule: DerivedRule) =
            let worst evidence =
                [ for one in said do
                      for name, by, error in one.Errors do
                          if name = rule.Parameter.Name && by = evidence then
                              error ]
                |> function
                    | [] -> nan
                    | errors -> List.max errors

            let failures =
                [ for evidence in [ ByDuals; ByQuadrature; ByDifferences; ByStep ] do
                      let error, allowed = worst evidence, tolerance evidence averages

                      // Without any difference to compare with, the rule is not certified.
                      let isMissing =
                          evidence = ByDifferences
                          && System.Double.IsNaN error
                          && not rule.Parameter.Role.IsFollows

                      if error > allowed || isMissing then
                          evidence, error, allowed ]

            { Parameter = rule.Parameter.Name
              Locality = rule.Locality
              DualError = worst ByDuals
              TargetError = worst ByQuadrature
              DifferenceError = worst ByDifferences
              StepError = worst ByStep
              Failures = failures }

        { Rules = List.map rule derivation.Rules
          Circuits = said.Length
          Drawn = drawn
          Together = together
          Discarded = List.countBy id discarded
          Sizes = sizes
          Averages = averages
          Held = said |> List.sumBy _.IsHeld
          Residual = said |> List.map _.Worst |> List.max
          Seed = seed }
