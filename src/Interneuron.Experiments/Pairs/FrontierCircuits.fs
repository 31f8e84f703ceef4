namespace Interneuron.Experiments

open System
open System.Threading
open Interneuron.Statistics
open Interneuron.Core.Transport
open Interneuron.Core.Circuits

/// Circuits of two primary neurons that differ in their potential, and in whether their directions learn.
type FrontierFamily =
    {
        /// F.
        Potential: Potential
        /// Whether the directions learn, or stay evenly spread over the half circle; gains and activation parameters learn in any case.
        LearnsDirections: bool
    }

    /// A few words, as in tables and files.
    member this.Name: string =
        this.Potential.Name + (if this.LearnsDirections then "" else ", fixed")

/// A circuit of the frontier before it has learned.
type FrontierCircuit =
    {
        /// The family it belongs to.
        Family: FrontierFamily
        /// K.
        Interneurons: int
        /// Which of the pictures it learns from.
        Picture: int
        /// Which of the seeds it learns with.
        Repeat: int
    }

/// What a treatment leaves of the dependence of a picture's pairs, in nats.
type FrontierLeft =
    {
        /// The corrected plug-in estimate on bins of half a standard deviation.
        Corrected: float
        /// The nearest-neighbour estimate.
        NearestNeighbours: float
    }

/// Many small circuits, learned side by side and measured.
[<RequireQualifiedAccess>]
module FrontierCircuits =
    // The circuit with its directions evenly spread; each of the repeats turns them on by its part of their distance.
    let private spread (repeats: int) (repeat: int) (circuit: Circuit) : Circuit =
        let k = circuit.Interneurons

        let columns =
            Array.init k (fun i ->
                let angle = Math.PI * (float i + float repeat / float repeats) / float k
                [| cos angle; sin angle |])

        Circuit.update circuit.Gains circuit.Theta columns circuit

    /// The lesson of a circuit: where it starts, and how it learns from the pairs.
    let lesson (learning: Learning) (seeds: int) (pairs: Grid) (one: FrontierCircuit) : Lesson =
        let learning =
            { learning with
                Potential = one.Family.Potential
                Interneurons = Some one.Interneurons
                Seed = learning.Seed + one.Repeat
                Learns =
                    Some
                        { Gains = 1.0
                          Parameters = 1.0
                          Synapses = (if one.Family.LearnsDirections then 1.0 else 0.0) } }

        let start = Learning.start learning pairs

        { Circuit =
            if one.Family.LearnsDirections then
                start
            else
                spread seeds one.Repeat start
          Settings = Learning.settings 2 learning
          Stimuli = pairs.Memory }

    /// Learns all of them, side by side where they are alike, and reports how far they are together.
    let learn (progress: Progress -> unit) (cancellation: CancellationToken) (lessons: Lesson list) : Trained list =
        let made = Array.zeroCreate lessons.Length
        let mutable sum = 0L

        // What finishes the gains counts its own steps, after all others.
        let report index (here: Progress) =
            if here.Step > made[index] && here.Steps = lessons[index].Settings.Steps then
                sum <- sum + int64 (here.Step - made[index])
                made[index] <- here.Step

                progress
                    { here with
                        Step = int (sum / int64 lessons.Length) }

        Together.train report cancellation lessons

    /// What a treatment leaves of pairs that are measured.
    let left (treat: float array -> float array) (deviation: Deviation) (measured: MeasuredPairs) : FrontierLeft =
        let pairs, few = MeasuredPairs.treated treat measured

        { Corrected = Dependence.corrected deviation pairs
          NearestNeighbours = Dependence.nearestNeighbours few }

    /// What a circuit leaves; None where learning failed on the way, or a stimulus has no response.
    let leftBy (source: string) (measured: MeasuredPairs) (trained: Trained) : FrontierLeft option =
        match Learning.failure trained with
        | Some _ -> None
        | None ->
            try
                Some(left (Learning.responses source trained.Circuit) Deviation.OfTarget measured)
            with :? NotConvergedException ->
                None
