namespace Interneuron.Experiments

open System
open System.Threading
open MathNet.Numerics.Distributions
open MathNet.Numerics.Random
open Interneuron.Statistics
open Interneuron.Core.Circuits
open Interneuron.Core.Files
open Interneuron.Derivation.Models

/// Circuits of one size that have learned from the same patches with several seeds.
type PatchCircuits =
    {
        /// K.
        Interneurons: int
        /// The patches that were learned from.
        Patches: int
        /// Their scores, one a seed.
        Scores: PatchScore list
        /// What they were before the steps up the likelihood, where the local rules had led.
        Local: PatchScore list
        /// The circuit of the first seed.
        Trained: Trained
    }

    /// The mean held-out score.
    member this.Mean: float = this.Scores |> List.averageBy _.HeldOut

/// The multi-information of coordinates by two estimators, in nats per dimension.
type PatchDependence =
    {
        /// Of what.
        Name: string
        /// By layers of rotation-based Gaussianisation.
        Rotations: float
        /// By nearest neighbours.
        Neighbours: float
    }

/// What was found for patches of one side, or for the rows of an array.
type PatchOutcome =
    {
        /// What was learned from and held out.
        Stimuli: PatchStimuli
        /// The models without a circuit, by name.
        Baselines: (string * PatchScore) list
        /// Circuits by their number of interneurons, ascending.
        Circuits: PatchCircuits list
        /// Circuits of one size by the number of patches that they learn from, ascending; those from all last.
        Samples: PatchCircuits list
        /// The dependence of held-out stimuli, of the responses of the best circuit to them, and of as many independent normal numbers.
        Dependence: PatchDependence list
    }

    /// The circuits with the best mean score.
    member this.Best: PatchCircuits = this.Circuits |> List.maxBy _.Mean

    /// The circuits whose number of interneurons the samples are scaled for: the middle one.
    member this.Middle: PatchCircuits = this.Circuits[this.Circuits.Length / 2]

/// Learning from patches, and measuring.
[<RequireQualifiedAccess>]
module PatchOutcome =
    /// What is done.
    type Plan =
        {
            /// What is learned and how; the first seed.
            Learning: Learning
            /// The numbers of interneurons K, ascending; None for N, 2N, 4N, 8N and 16N.
            Interneurons: int list option
            /// How many seeds.
            Seeds: int
            /// Layers of rotation-based Gaussianisation.
            Layers: int
            /// The most stimuli that have neighbours sought, for their dependence.
            Measured: int
        }

    // The shares of the patches that circuits of one size learn from.
    let private shares = [ 64; 16; 4 ]
    let private neighbours = 3

    // Steps after so many others, as steps of all.
    let private within before all (progress: Progress -> unit) (here: Progress) =
        progress
            { here with
                Step = before + here.Step
                Steps = all }

    // A circuit, its score where the local rules had led, and at the end.
    let private learn (plan: Plan) (stimuli: PatchStimuli) k seed progress cancellation =
        let learning =
            { plan.Learning with
                Interneurons = Some k
                Seed = seed }

        let score (trained: Trained) =
            PatchModels.score stimuli (Response.logDensity trained.Circuit)

        let samples =
            Grid.ofArray (PatchStimuli.count stimuli) stimuli.Dimension stimuli.Train

        let settings = Learning.settings stimuli.Dimension learning
        let start = Learning.start learning samples
        let steps = settings.Steps

        let local =
            Learning.runFrom start { settings with Likelihood = 0 } (within 0 (steps + settings.Likelihood) progress) cancellation samples

        let before = score local

        if settings.Likelihood = 0 then
            local, before, before
        else
            let climbed =
                Learning.runFrom
                    local.Circuit
                    { settings with
                        Steps = 0
                        BatchOptimum = false }
                    (within steps (steps + settings.Likelihood) progress)
                    cancellation
                    samples

            { local with
                Circuit = climbed.Circuit
                Settings = settings
                Ending = climbed.Ending
                Seconds = local.Seconds + climbed.Seconds },
            before,
            score climbed

    let private dependence (plan: Plan) name dimension (samples: float array) : PatchDependence =
        { Name = name
          Rotations =
            MultiInformation.rotationBased plan.Learning.Seed plan.Layers dimension samples
            / float dimension
          Neighbours =
            MultiInformation.nearestNeighbours neighbours dimension (Samples.evenly dimension plan.Measured samples)
            / float dimension }

    /// Learns and measures. Cancellation ends it with what is done, which is one circuit at least. Exceptions as `Learning.run`.
    let run (plan: Plan) (progress: Progress -> unit) (cancellation: CancellationToken) (stimuli: PatchStimuli) : PatchOutcome =
        let n = stimuli.Dimension

        let counts =
            plan.Interneurons
            |> Option.defaultValue [ for factor in [ 1; 2; 4; 8; 16 ] -> factor * n ]

        let seeds = [ for i in 0 .. plan.Seeds - 1 -> plan.Learning.Seed + i ]

        let parts =
            [ for share in shares -> PatchStimuli.fewer (PatchStimuli.count stimuli / share) stimuli ]

        let total = (counts.Length + parts.Length) * seeds.Length
        let mutable made = 0

        let circuits (stimuli: PatchStimuli) k : PatchCircuits =
            let learned =
                seeds
                |> Several.untilStopped cancellation (fun _ seed ->
                    let report = Several.progressOf made total progress
                    let learned = learn plan stimuli k seed report cancellation
                    made <- made + 1
                    learned)

            { Interneurons = k
              Patches = PatchStimuli.count stimuli
              Scores = [ for _, _, score in learned -> score ]
              Local = [ for _, local, _ in learned -> local ]
              Trained = (let trained, _, _ = learned.Head in trained) }

        let ofCounts =
            counts |> Several.untilStopped cancellation (fun _ k -> circuits stimuli k)

        let middle = ofCounts[ofCounts.Length / 2]

        let ofParts =
            [ for part in parts do
                  if not cancellation.IsCancellationRequested then
                      circuits part middle.Interneurons ]

        let baselines =
            [ for name, fit in PatchModels.baselines plan.Learning.Seed plan.Layers stimuli do
                  if not cancellation.IsCancellationRequested then
                      name, PatchModels.score stimuli (fit ()) ]

        let outcome =
            { Stimuli = stimuli
              Baselines = baselines
              Circuits = ofCounts
              Samples = ofParts @ [ middle ]
              Dependence = [] }

        if cancellation.IsCancellationRequested then
            outcome
        else
            let heldOut = Array.concat stimuli.HeldOut
            let responses = Learning.responses "patches" outcome.Best.Trained.Circuit heldOut
            let random = Xoshiro256StarStar(plan.Learning.Seed, false)

            let independent =
                Array.init heldOut.Length (fun _ -> Normal.Sample(random, 0.0, 1.0))

            { outcome with
                Dependence =
                    [ dependence plan "stimuli" n heldOut
                      dependence plan "responses" n responses
                      dependence plan "independent" n independent ] }
