namespace Interneuron.Derivation.Running

open System.Threading
open Interneuron.Statistics
open Interneuron.Core.Transport
open Interneuron.Core.Circuits
open Interneuron.Core.Files
open Interneuron.Derivation.Models
open Interneuron.Derivation.Rules
open Interneuron.Derivation.Checks

/// A model of any energy that has learned from stimuli.
type TrainedModel =
    {
        /// The instance that was trained.
        Instance: Instance
        /// How.
        Settings: SimulationSettings
        /// What came of it.
        Simulated: Simulated
        /// The parameters and J on the way: over a fixed part of the stimuli, the target's part by quadrature, with the slow cost; or the
        /// mean loss and the cost.
        Course: (int * Values * float) list
        /// The same at the end.
        J: float
        /// The largest Kolmogorov-Smirnov distance of a coordinate of the responses to the target; None for a model of another objective
        /// than transport.
        Ks: float option
        /// How far each parameter that learns is from rest, over 500 of the stimuli.
        Residuals: RestResidual list
        /// Learning linearised at the point of rest near what was learned, over as many of the stimuli as time allows; None where there is
        /// none, and of runs that did not finish.
        Modes: SlowModes option
        /// What is to be said of what was learned, in a line each.
        Warnings: string list
    }

/// From a model of any energy and stimuli to learned parameters, by the derived rules as they stand: compiled, with fixed rates.
[<RequireQualifiedAccess>]
module ModelTraining =
    /// The numbers of neurons for stimuli of so many columns: that of the first input's population makes their number right, the others are
    /// the model's, but for those that are given. Refusal where no number does.
    let sizes (model: Model) (given: Sizes) (columns: int) : Sizes =
        let sizes =
            (model.Sizes, given)
            ||> List.fold (fun sizes (population, count) -> Sizes.change population count sizes)

        let counts population =
            model.Inputs |> List.filter (fun x -> x.Index.Over = population) |> List.length

        let isGiven population =
            given |> List.exists (fst >> (=) population)

        let total sizes =
            model.Inputs |> List.sumBy (fun x -> Sizes.count sizes x.Index.Over)

        let free =
            model.Inputs
            |> List.map (fun x -> x.Index.Over)
            |> List.tryFind (isGiven >> not)

        let fitted =
            match free with
            | Some population when total sizes <> columns ->
                let others = total sizes - counts population * Sizes.count sizes population
                let left = columns - others

                if left > 0 && left % counts population = 0 then
                    Sizes.change population (left / counts population) sizes
                else
                    sizes
            | _ -> sizes

        if total fitted <> columns then
            let inputs =
                [ for x in model.Inputs -> $"{x.Name} has {Sizes.count sizes x.Index.Over}" ]
                |> String.concat ", "

            Refusal.argument (nameof columns) $"a stimulus has {columns} numbers, but of the model's inputs {inputs}"

        fitted

    // How many stimuli J is taken over on the way, and J and KS at the end.
    let private monitored = 200
    let private judged = 2_000
    // How many the steps at the end are averaged over.
    let private rested = 500
    // Stimuli times numbers that learn, of which the modes of learning are.
    let private modesWork = 10_000

    /// At most so many rows, evenly from all.
    let private some (most: int) (stimuli: Grid) : float array =
        Samples.evenlyFrom stimuli.Columns most stimuli.Memory

    /// The responses to stimuli, row by row, those that there are.
    let private responses (instance: Instance) (values: Values) (stimuli: float array) : float array array =
        let packed = instance.Pack values

        LaneBatch.Of(instance).Responses(packed, stimuli)
        |> Array.chunkBySize instance.Responses
        |> Array.filter (Array.exists System.Double.IsNaN >> not)

    let private distance (instance: Instance) (values: Values) (stimuli: float array) : float option =
        let model = instance.Derivation.Model

        if not model.Objective.IsTransport then
            None
        else
            match responses instance values stimuli with
            | [||] -> None
            | rows ->
                let cdf = Target.cdf model.Target
                Some(Seq.max (seq { for a in 0 .. instance.Responses - 1 -> Ks.toTarget cdf (Array.map (Array.item a) rows) }))

    /// Learns from stimuli, one a row, to the end or until `cancellation` asks to stop; where a whole step finds no response, what had been
    /// learned. The same choices and stimuli give the same parameters. Refusal for a model that is ill-posed for these numbers of neurons;
    /// NotConvergedException when nothing was learned.
    let run
        (settings: SimulationSettings)
        (given: Sizes)
        (progress: Progress -> unit)
        (cancellation: CancellationToken)
        (derivation: Derivation)
        (stimuli: Grid)
        : TrainedModel =
        let sizes = sizes derivation.Model given stimuli.Columns
        let instance = Instance.create derivation sizes
        WellPosed.require derivation sizes |> ignore
        let watched = some monitored stimuli
        let start = Simulation.initial instance settings.Seed
        let known = System.Collections.Generic.Dictionary<int, float>()

        let report (step, values) =
            let j = Simulation.value instance values watched
            known[step] <- j

            progress
                { Step = step
                  Steps = settings.Steps
                  J = j }

        let said () =
            [ "steps", string settings.Steps
              "batch", string settings.Batch
              "seed", string settings.Seed
              "stimuli drawn", (if settings.InOrder then "in order" else "at random")
              "sizes", Sizes.describe sizes
              "model", Checkpoints.digestOf (ModelText.print derivation.Model) ]

        let toBytes (standing: SimulationStanding) =
            standing.Steps, SimulationBytes.write standing

        let simulated =
            Checkpoints.run said stimuli.Memory SimulationBytes.read toBytes (fun keeping ->
                Simulation.runKeeping keeping settings report cancellation instance start (stimuli.ToArray()))

        let fails = simulated.Ending.IsNoResponse

        if fails && simulated.Steps = 0 then
            raise (NotConvergedException "learning did not begin, since no stimulus of the first batch found a response.")

        let judged = some judged stimuli
        let ks = distance instance simulated.Values judged
        let count = judged.Length / instance.Stimuli

        { Instance = instance
          Settings = settings
          Simulated = simulated
          Course =
            [ for step, values in simulated.Trajectory ->
                  match known.TryGetValue step with
                  | true, j -> step, values, j
                  | _ -> step, values, Simulation.value instance values watched ]
          J = Simulation.value instance simulated.Values judged
          Ks = ks
          Residuals = Rest.residuals instance simulated.Values (some rested stimuli)
          Modes =
            if simulated.Ending = Finished then
                let rows = min rested (max 20 (modesWork / max 1 instance.Size))
                SlowModes.at instance simulated.Values (some rows stimuli)
            else
                None
          Warnings =
            [ if fails then
                  $"learning ended at step {simulated.Steps}, since no stimulus of its batch found a response or a step was not finite: \
                  smaller rates may help"
              if simulated.Missed > 0 then
                  $"{simulated.Missed} stimuli found no response, and were left out of their steps"
              match ks with
              | Some ks when Ks.isFar count ks -> $"the responses are far from the target: a coordinate has a KS distance of %.2f{ks}"
              | _ -> () ] }
