namespace Interneuron.Experiments

open Interneuron.Statistics
open Interneuron.Core.Symbolic
open Interneuron.Core.Transport
open Interneuron.Core.Circuits
open Interneuron.Core.Files
open Interneuron.Stimuli

/// A circuit that has learned on the pairs.
type LearnedPairs =
    {
        /// The circuit with its history.
        Trained: Trained
        /// J.
        J: float
        /// How far the gains are from the best.
        GainGap: GainGap
    }

/// What came of one treatment of the pairs of one offset.
type PairOutcome =
    {
        /// What was done to them.
        Treatment: Treatment
        /// Those of the pairs that are measured, afterwards, n x 2.
        Pairs: float array
        /// What is left of their dependence.
        Dependence: Dependence
        /// The Kolmogorov-Smirnov distance of each coordinate to the target.
        Ks: float * float
        /// The circuit, where the treatment is one.
        Learned: LearnedPairs option
    }

/// Outcomes of treatments: measured, as JSON, as planes.
[<RequireQualifiedAccess>]
module PairOutcome =
    /// What is compared with circuits.
    let baselines =
        [ Treatment.Raw
          Treatment.Zca
          Treatment.Marginal
          Treatment.ZcaThenMarginal
          Treatment.RotationBased ]

    /// Treats pairs that are measured, and measures what is left of their dependence.
    let measure (learning: Learning) treatment (measured: MeasuredPairs) treat learned : PairOutcome =
        let cdf = Target.cdf learning.Target
        let pairs, few = MeasuredPairs.treated treat measured

        let ks column =
            Ks.toTarget cdf (Samples.column 2 column pairs)

        { Treatment = treatment
          Pairs = pairs
          Dependence = Dependence.measure learning.Seed (Treatment.deviation treatment) pairs few
          Ks = ks 0, ks 1
          Learned = learned }

    /// A circuit that has learned, measured on pairs s (n x 2).
    let ofCircuit cancellation (trained: Trained) (s: float array) : LearnedPairs =
        { Trained = trained
          J = Objective.value trained.Circuit s
          GainGap = GainGap.measure cancellation trained.Circuit s }

    let private learnedMembers (learned: LearnedPairs) =
        [ "j", Json.Number learned.J ]
        @ GainGap.members learned.GainGap
        @ Learning.parameterMembers learned.Trained.Circuit
        @ [ "steps_made", Json.whole learned.Trained.Steps
            "train_seconds", Json.Number learned.Trained.Seconds
            "samples_per_second", Json.Number(Learning.samplesPerSecond learned.Trained) ]

    /// The outcome as a JSON object, without the pairs.
    let toJson (outcome: PairOutcome) : Json =
        let first, second = outcome.Ks

        Json.Object(
            [ "treatment", Json.Text(Treatment.name outcome.Treatment) ]
            @ Dependence.members outcome.Dependence
            @ [ "ks", Json.numbers [| first; second |] ]
            @ (outcome.Learned |> Option.map learnedMembers |> Option.defaultValue [])
        )

    /// Whether figures show it; marginal Gaussianisation and what follows it stand in tables.
    let isShown (outcome: PairOutcome) : bool =
        match outcome.Treatment with
        | Treatment.Raw
        | Treatment.Zca
        | Treatment.Circuit _ -> true
        | Treatment.Marginal
        | Treatment.ZcaThenMarginal
        | Treatment.RotationBased -> false

    /// The outcome as a plane, at an offset, with a colour for each number of interneurons.
    let plane (interneurons: int list) (offset: int option) (outcome: PairOutcome) : Plane =
        let coordinates, ink =
            match outcome.Treatment with
            | Treatment.Circuit k -> ("_r_₁ (SD)", "_r_₂ (SD)"), (Style.circuits interneurons.Length)[List.findIndex ((=) k) interneurons]
            | Treatment.Zca -> ("whitened _s_₁ (SD)", "whitened _s_₂ (SD)"), { Style.zca with Stroke = Stroke.Solid }
            | _ -> ("_s_₁ (SD)", "_s_₂ (SD)"), Style.stimulus

        let name =
            match outcome.Treatment with
            | Treatment.Circuit k -> $"_K_ = {k}"
            | other -> Treatment.name other

        { Title =
            match offset with
            | Some d -> $"_d_ = {d}, {name}"
            | None -> name
          Note = $"MI {Output.decimals 4 outcome.Dependence.Corrected} nats"
          Coordinates = coordinates
          Ink =
            { ink with
                Stroke = Stroke.Solid
                Width = 1.1 }
          Pairs =
            match outcome.Treatment with
            | Treatment.Circuit _ -> outcome.Pairs
            | _ -> Plane.standardised outcome.Pairs
          Weights =
            match outcome.Learned with
            | Some learned -> List.ofArray (Array.zip learned.Trained.Circuit.W learned.Trained.Circuit.Gains)
            | None -> [] }
