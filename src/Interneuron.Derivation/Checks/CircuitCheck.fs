namespace Interneuron.Derivation.Checks

open MathNet.Numerics.LinearAlgebra
open MathNet.Numerics.Random
open MathNet.Numerics.Distributions
open Interneuron.Core.Symbolic
open Interneuron.Core.Transport
open Interneuron.Derivation.Formulas
open Interneuron.Derivation.Models
open Interneuron.Derivation.Rules
open Interneuron.Derivation.Running

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

/// What one circuit says: for each parameter and evidence the errors of its numbers, those of differences less what the differences
/// themselves may be off.
type internal Said =
    { Errors: (string * Evidence * float) list
      IsHeld: int
      Worst: float
      By: AverageBy }

/// Checks of derived rules on one random circuit.
[<RequireQualifiedAccess>]
module internal CircuitCheck =
    // The most numbers checked in a circuit, however many parameters there are: each takes a dozen minima or more, and averages.
    let private budget = 12

    /// The number of parameters that one circuit checks, in turn, so that together the circuits check every one.
    let together (parameters: int) (circuits: int) =
        min parameters (max budget ((parameters + circuits - 1) / circuits))

    // The numbers of each parameter that a circuit checks, different ones in each; fewer if averages take long.
    let private numbers (averages: AverageBy) =
        match averages with
        | Plane -> 1
        | Line
        | Points _ -> 3

    /// A closed average against an average over points: the mean of thirty, and six of its standard errors as a band.
    let private pooled (instance: Instance) packed seed =
        let draws =
            Array.init 30 (fun t -> fst (instance.Slow.TargetSlopes(packed, seed + 7919 * t)))

        Array.init instance.Size (fun m ->
            let values = draws |> Array.map (fun d -> d[m])
            let mean = Array.average values
            let variance = values |> Array.averageBy (fun v -> (v - mean) ** 2.0)
            mean, 6.0 * sqrt (variance / 29.0))

    /// The errors of the rules that are looked at, on a circuit of these parameters and its responses to some stimuli; why it says nothing,
    /// where it does not.
    let run
        (random: System.Random)
        (instance: Instance)
        (ridge: Ridge option)
        (printed: PrintedRule list)
        (packed: float array)
        (stimuli: (float array * float array) list)
        (starts: float array list list)
        (looked: DerivedRule list)
        : Result<Said, string> =
        let n = instance.Responses
        let seed = random.Next()

        // Running averages that the cost is of have come to what they follow.
        let packed = instance.WithAverages(packed, stimuli)
        let isTransport = instance.Derivation.Model.Objective.IsTransport
        let ofStimuli = stimuli |> List.map (fun (s, r) -> instance.Online(packed, s, r))
        let held = stimuli |> List.map (fun (s, r) -> instance.IsHeld(packed, s, r))

        let free =
            stimuli |> List.filter (fun (s, r) -> not (instance.IsAtKink(packed, s, r)))

        // What running averages contribute through the cost.
        let averages =
            match instance.CostAverages with
            | [] -> Expr.constant 0.0
            | followed ->
                let slopes = instance.Slow.CostSlopes packed
                Expr.sum [ for m, e in followed -> slopes[m] * e ]

        let online =
            Array.init instance.Size (fun m -> ofStimuli |> List.averageBy (fun o -> o[m]))

        let closed, averaged, cost =
            instance.Closed packed, instance.Averages(packed, seed), instance.CostGradient packed

        let target = Array.map2 (+) closed averaged

        let slopes, by =
            if isTransport then
                instance.Slow.TargetSlopes(packed, seed)
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
            [ for rule in looked |> List.filter (fun rule -> not rule.Parameter.Role.IsFollows) do
                  let p, first, length =
                      instance.Parts |> List.find (fun (p, _, _) -> p.Name = rule.Parameter.Name)

                  let chosen =
                      [ 0 .. length - 1 ]
                      |> List.sortBy (fun _ -> random.Next())
                      |> List.truncate (min (numbers by) (max 1 (budget / looked.Length)))

                  for m in chosen -> rule, p, first, length, first + m ]

        /// The errors of one number; None where a stimulus loses its response when it moves.
        let errorsOf (rule: DerivedRule, p: Learned, first: int, length: int, m: int) =
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

            let room =
                let lower, upper = p.Interval
                min (packed[m] - lower) (upper - packed[m])

            // What ascends goes the other way.
            let sign = if p.Role = Ascends then -1.0 else 1.0

            /// What a step makes of a derivative: itself, or of a natural gradient its row times W^T W.
            let stepped (derivative: int -> float) : float =
                if p.Role = DescendsNaturally then
                    let rows, columns = RandomValues.shape instance.Sizes p
                    let at i j = packed[first + i * columns + j]
                    let k, a = (m - first) / columns, (m - first) % columns

                    List.sum
                        [ for b in 0 .. columns - 1 ->
                              derivative (first + k * columns + b)
                              * List.sum [ for l in 0 .. rows - 1 -> at l b * at l a ] ]
                else
                    derivative m

            let slope, uncertain =
                if p.Role = DescendsNaturally then
                    // Of its row.
                    let _, columns = RandomValues.shape instance.Sizes p
                    let start = m - (m - first) % columns

                    let found =
                        [ for j in start .. start + columns - 1 -> j, Differences.slope infinity objective packed j scale ]
                        |> readOnlyDict

                    stepped (fun j -> fst found[j]), found.Values |> Seq.map snd |> Seq.max
                else
                    Differences.slope room objective packed m scale

            // Any response does for the derivative of the energy; a loss is of responses, which can move where no kink holds them.
            let places =
                if instance.Loss.IsNone && instance.CostAverages.IsEmpty then
                    stimuli
                    |> List.map (fun (s, _) -> s, instance.Inside(Array.init n (fun _ -> Normal.Sample(random, 0.0, 1.0))))
                else
                    free

            if not (System.Double.IsFinite uncertain) then
                None
            else
                Some
                    [ for place in places do
                          let formula = instance.Online(packed, fst place, snd place)
                          let size = Seq.max (seq { for j in first .. first + length - 1 -> abs formula[j] })

                          p.Name,
                          ByDuals,
                          abs (formula[m] - sign * stepped (DualGradient.online instance packed place averages))
                          / max (max size terms) 1e-300

                      if isTransport then
                          let mean, width =
                              // The same points on both sides, where the rule has no formula either.
                              if rule.TargetTerm.IsAveraged then
                                  sign * slopes[m], 0.0
                              else
                                  sign * fst band[m], snd band[m]

                          p.Name, ByQuadrature, relative (max 0.0 (abs (target[m] - mean) - width))

                      // Where the objective bends within the step, differences say nothing.
                      if uncertain <= 1e-3 * scale then
                          // A closed average is not that over the points of the objective.
                          let width =
                              match by, rule.TargetTerm with
                              | Points _, Closed _ -> snd band[m] * sqrt 30.0
                              | _ -> 0.0

                          p.Name,
                          ByDifferences,
                          relative (max 0.0 (abs (online[m] - target[m] - cost[m] - sign * slope) - 3.0 * uncertain - width)) ]

        let rec errorsOfAll found numbers =
            match numbers with
            | [] -> Some found
            | number :: others ->
                errorsOf number
                |> Option.bind (fun errors -> errorsOfAll (found @ errors) others)

        /// Running averages: against what the model has them follow.
        let followed =
            [ for rule in looked do
                  match rule.Parameter.Role with
                  | Follows e ->
                      let _, first, length =
                          instance.Parts |> List.find (fun (p, _, _) -> p.Name = rule.Parameter.Name)

                      for s, r in stimuli do
                          let online = instance.Online(packed, s, r)
                          let stated = StepEvidence.following instance packed (s, r) rule.Parameter e

                          let made =
                              Array.init length (fun m -> online[first + m] - target[first + m] - cost[first + m])

                          let size = Array.append stated made |> Array.map abs |> Array.max |> max 1e-300
                          rule.Parameter.Name, ByDuals, (Array.map2 (fun a b -> abs (a - b)) stated made |> Array.max) / size
                  | Descends
                  | DescendsNaturally
                  | Ascends -> () ]

        let steps () =
            match free with
            | first :: _ ->
                [ for KeyValue(name, error) in StepEvidence.simulation instance printed packed first seed do
                      name, ByStep, error

                  for KeyValue(name, error) in StepEvidence.engine ridge instance printed packed free seed do
                      name, ByStep, error ]
            | [] -> []

        if Array.exists (System.Double.IsFinite >> not) (Array.concat [ online; target; cost ]) then
            Error "a rule is not finite"
        else
            match errorsOfAll [] checkedNumbers with
            | None -> Error "a stimulus loses its response when a parameter moves a little"
            | Some errors ->
                Ok
                    { Errors = errors @ followed @ steps ()
                      IsHeld = held |> List.filter id |> List.length
                      Worst = stimuli |> List.map (fun (s, r) -> instance.Residual(packed, s, r)) |> List.max
                      By = by }
