namespace Interneuron.Core

open MathNet.Numerics.LinearAlgebra
open MathNet.Numerics.Random
open MathNet.Numerics.Distributions

/// What a rule is checked against.
type Evidence =
    /// Its online term, against nested dual numbers.
    | ByDuals
    /// Its average over the target, against the average of the energy's derivative.
    | ByQuadrature
    /// All of it, online - target - cost, against central differences of the objective.
    | ByDifferences
    /// The step that training makes of it, against the rule as printed.
    | ByStep

/// How far a derived rule is from other ways to the same gradient: the worst errors over the circuits, relative to the largest sum of the magnitudes of a step's terms
/// in the circuit. NaN where nothing could be compared.
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
        /// What it fails by: evidence, error and tolerance.
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
        /// Of how many parameters each circuit checks numbers: of all, or of some in turn where there are many.
        Together: int
        /// Why the others were discarded, and how many.
        Discarded: (string * int) list
        /// N and K of the circuits: the model's, as far as they are at most `Certificate.largest`.
        Sizes: int * int
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

/// Checks of derived rules on random circuits. Each looks at another part of the way from energy to training, by other means than the rules were derived with.
[<RequireQualifiedAccess>]
module Certificate =
    /// The largest N and K that circuits are drawn for.
    let largest = 4, 12

    /// The most circuits that can be asked for.
    let most = 10_000

    // The most numbers that are checked in a circuit, however many parameters there are: each takes a dozen minima or more, and averages.
    let private budget = 12

    // Of how many parameters numbers are checked in a circuit, in turn, so that so many circuits check every one.
    let private together (parameters: int) (circuits: int) =
        min parameters (max budget ((parameters + circuits - 1) / circuits))

    // Of each parameter so many numbers are checked in a circuit, other ones in each; fewer where averages take long.
    let private numbers (averages: AverageBy) =
        match averages with
        | Plane -> 1
        | Line
        | Points _ -> 3

    // How many circuits are drawn for each that is asked for, and how many more.
    let private patience = 10, 100

    /// How large an error may be, relative to the terms. Duals and steps: rounding (2e-16) in some hundred operations and through an inverse Hessian, a thousand-fold
    /// margin. Quadrature: what it leaves along a line and over a plane; averages over points are of the same points on both sides. Differences: responses to 1e-10
    /// count squared, steps of 1e-3 and rounding leave some 1e-11; a hundred times more for averages over planes. The fast engine has averages without a formula
    /// from 48 nodes a coordinate, which do not know where kinks are, or 4,096 points.
    let tolerance (evidence: Evidence) (averages: AverageBy) : float =
        match evidence, averages with
        | ByDuals, _ -> 1e-9
        | ByStep, Line -> 1e-6
        | ByStep, _ -> 2e-2
        | ByQuadrature, Plane -> 1e-5
        | ByQuadrature, _ -> 1e-8
        | ByDifferences, Plane -> 1e-4
        | ByDifferences, _ -> 1e-6

    /// The term of the energy that bends it down the most, along the direction in which the whole is the least convex, over twenty random circuits of two
    /// primary neurons and three interneurons; where none bends it down, one that the stimulus is not in.
    let private mostConcave (derivation: Derivation) (seed: int) : Indexed =
        let n, k = 2, 3
        let instance = Instance.create derivation n k
        let random = Xoshiro256StarStar(seed, false)
        let r = DualGradient.names "r" n

        let points =
            List.init 20 (fun _ ->
                let activities = Array.init (2 * n) (fun _ -> Normal.Sample(random, 0.0, 1.0))
                let packed = instance.Pack(RandomValues.draw random derivation.Model n k)

                List.zip instance.Variables (List.ofArray (Array.append activities packed))
                |> Map.ofList)

        let hessian at e =
            Matrix<float>.Build.Dense(n, n, fun i j -> DualGradient.second at r[i] r[j] e)

        let bends term =
            let e = instance.Flat term

            points
            |> List.sumBy (fun at ->
                let down =
                    (hessian at instance.Energy).Evd(Symmetricity.Symmetric).EigenVectors.Column 0

                down * (hessian at e * down))

        Indexed.addends derivation.Energy
        |> List.sortBy (fun term -> (Indexed.symbols term).Contains "s")
        |> List.minBy bends

    /// What one circuit says: for each parameter and evidence the errors of its numbers, those of differences less what the differences themselves may be off.
    type private Said =
        { Errors: (string * Evidence * float) list
          IsHeld: int
          Worst: float
          By: AverageBy }

    let private coarser (a: AverageBy) (b: AverageBy) =
        match a, b with
        | Points _, _ -> a
        | _, Points _ -> b
        | Plane, _ -> a
        | _ -> b

    /// A closed average against an average over points: the mean of thirty, and six of its standard errors as a band.
    let private pooled (instance: Instance) packed seed =
        let draws =
            Array.init 30 (fun t -> fst (instance.TargetSlopes(packed, seed + 7919 * t)))

        Array.init instance.Size (fun m ->
            let values = draws |> Array.map (fun d -> d[m])
            let mean = Array.average values
            let variance = values |> Array.averageBy (fun v -> (v - mean) ** 2.0)
            mean, 6.0 * sqrt (variance / 29.0))

    let private ofCircuit
        (random: System.Random)
        (instance: Instance)
        (ridge: Ridge option)
        (printed: PrintedRule list)
        (packed: float array)
        (stimuli: (float array * float array) list)
        (starts: float array list list)
        (looked: DerivedRule list)
        : Result<Said, string> =
        let n = instance.Primaries
        let seed = random.Next()
        let isTransport = instance.Loss.IsNone
        let ofStimuli = stimuli |> List.map (fun (s, r) -> instance.Online(packed, s, r))
        let held = stimuli |> List.map (fun (s, r) -> instance.IsHeld(packed, s, r))

        let online =
            Array.init instance.Size (fun m -> ofStimuli |> List.averageBy (fun o -> o[m]))

        let closed, averaged, cost =
            instance.Closed packed, instance.Averages(packed, seed), instance.CostGradient packed

        let target = Array.map2 (+) closed averaged

        let slopes, by =
            if isTransport then
                instance.TargetSlopes(packed, seed)
            else
                Array.zeroCreate instance.Size, Line

        let band =
            match by with
            | Points _ when isTransport -> pooled instance packed seed
            | _ -> slopes |> Array.map (fun mean -> mean, 0.0)

        let objective =
            let started = List.map2 (fun (s, _) starts -> s, starts) stimuli starts
            fun p -> Differences.objective instance p started seed

        let checkedNumbers =
            [ for rule in looked do
                  let p, first, length =
                      instance.Parts |> List.find (fun (p, _, _) -> p.Name = rule.Parameter.Name)

                  let chosen =
                      [ 0 .. length - 1 ]
                      |> List.sortBy (fun _ -> random.Next())
                      |> List.truncate (min (numbers by) (max 1 (budget / looked.Length)))

                  for m in chosen -> rule, p, first, length, first + m ]

        let errors =
            [ for rule, p, first, length, m in checkedNumbers do
                  // The terms of the parameter's steps: what rounding and truncation are relative to.
                  let terms =
                      Seq.max (
                          seq {
                              for j in first .. first + length - 1 do
                                  abs cost[j] + abs target[j] + (ofStimuli |> List.averageBy (fun o -> abs o[j]))
                                  abs slopes[j]
                          }
                      )

                  let scale = max terms 1e-300
                  let relative (error: float) = error / scale

                  // Any r does for the derivative of the energy; a loss is of responses, which can move where no kink holds them.
                  let places =
                      if isTransport then
                          stimuli
                          |> List.map (fun (s, _) -> s, Array.init n (fun _ -> Normal.Sample(random, 0.0, 1.0)))
                      else
                          List.zip stimuli held |> List.filter (snd >> not) |> List.map fst

                  for place in places do
                      let formula = instance.Online(packed, fst place, snd place)
                      let size = Seq.max (seq { for j in first .. first + length - 1 -> abs formula[j] })

                      p.Name,
                      ByDuals,
                      abs (formula[m] - DualGradient.online instance packed place m)
                      / max (max size terms) 1e-300

                  if isTransport then
                      let mean, width =
                          // The same points on both sides, where the rule has no formula either.
                          if rule.TargetTerm.IsAveraged then
                              slopes[m], 0.0
                          else
                              band[m]

                      p.Name, ByQuadrature, relative (max 0.0 (abs (target[m] - mean) - width))

                  let room =
                      match p.Constraint with
                      | Between(lower, upper) -> min (packed[m] - lower) (upper - packed[m])
                      | NonNegative -> packed[m]
                      | Free
                      | UnitColumns -> infinity

                  let slope, uncertain = Differences.slope room objective packed m scale

                  // Where the objective bends within the step, differences say nothing.
                  if uncertain <= 1e-3 * scale then
                      // A closed average is not that over the points of the objective.
                      let width =
                          match by, rule.TargetTerm with
                          | Points _, Closed _ -> snd band[m] * sqrt 30.0
                          | _ -> 0.0

                      p.Name, ByDifferences, relative (max 0.0 (abs (online[m] - target[m] - cost[m] - slope) - 3.0 * uncertain - width))
                  elif not (System.Double.IsFinite uncertain) then
                      p.Name, ByDifferences, nan ]

        let free = List.zip stimuli held |> List.filter (snd >> not) |> List.map fst

        let steps =
            [ match free with
              | first :: _ ->
                  for KeyValue(name, error) in StepEvidence.simulation instance printed packed first seed do
                      name, ByStep, error

                  for KeyValue(name, error) in StepEvidence.engine ridge instance printed packed free seed do
                      name, ByStep, error
              | [] -> () ]

        if
            errors
            |> List.exists (fun (_, by, e) -> by = ByDifferences && System.Double.IsNaN e)
        then
            Error "a stimulus loses its response when a parameter moves a little"
        elif Array.exists (System.Double.IsFinite >> not) (Array.concat [ online; target; cost ]) then
            Error "a rule is not finite"
        else
            Ok
                { Errors = errors @ steps
                  IsHeld = held |> List.filter id |> List.length
                  Worst = stimuli |> List.map (fun (s, r) -> instance.Residual(packed, s, r)) |> List.max
                  By = by }

    /// Checks every rule on so many random circuits of the model's own sizes, with three stimuli each. Circuits without a response to each are discarded. Refuses
    /// a model for which no random circuit responds (IllPosedException).
    let check (derivation: Derivation) (circuits: int) (seed: int) : Certificate =
        if circuits < 1 || circuits > most then
            invalidArg (nameof circuits) $"the certificate is of {circuits} circuits; it is of 1 to {most}"

        let model = derivation.Model
        let random = Xoshiro256StarStar(seed, false)
        let n, k = min (fst model.Sizes) (fst largest), min (snd model.Sizes) (snd largest)
        let instance = Instance.create derivation n k
        let printed = StepEvidence.rules derivation
        // Once, so that the engine compiles its potential once.
        let ridge = Ridge.trained derivation

        let rules = Array.ofList derivation.Rules
        let together = together rules.Length circuits

        /// The rules whose turn it is after so many circuits.
        let turn (before: int) =
            List.init together (fun j -> rules[(before * together + j) % rules.Length])

        let draw before =
            let packed = instance.Pack(RandomValues.draw random model n k)

            let stimuli =
                List.init 3 (fun _ -> Array.init n (fun _ -> Normal.Sample(random, 0.0, 1.0)))

            // The responses that rules are read at are those of training; the objective has its own.
            let rec respond found stimuli =
                match stimuli with
                | [] -> Ok(List.rev found)
                | s :: others ->
                    match Differences.response random instance packed s, instance.Respond(packed, s, Array.zeroCreate n) with
                    | Ok globally, Some response -> respond ((s, response, globally) :: found) others
                    | Error why, _ -> Error why
                    | Ok _, None -> Error "a stimulus has no response"

            match respond [] stimuli with
            | Error why -> Error why
            | Ok responses ->
                ofCircuit
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

            raise (
                IllPosedException(
                    $"none of {drawn} random circuits has a response to every stimulus ({reasons}): the energy may be unbounded below or not convex",
                    mostConcave derivation seed
                )
            )

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
                      if error > allowed || evidence = ByDifferences && System.Double.IsNaN error then
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
          Sizes = n, k
          Averages = averages
          Held = said |> List.sumBy _.IsHeld
          Residual = said |> List.map _.Worst |> List.max
          Seed = seed }
