namespace Interneuron.Experiments

open System.Text
open System.Threading
open Interneuron.Core
open Interneuron.Stimuli

/// A model of any energy that has learned from stimuli.
type TrainedModel =
    {
        /// The instance that was trained.
        Instance: Instance
        /// How.
        Settings: SimulationSettings
        /// What came of it.
        Simulated: Simulated
    }

/// From a model of any energy and stimuli to learned parameters, by the derived rules as they stand: compiled, with fixed rates.
[<RequireQualifiedAccess>]
module ModelTraining =
    /// The numbers of neurons: N that of the stimuli, K the given one, else the model's, which is for its own N.
    let sizes (model: Model) (interneurons: int option) (columns: int) : int * int =
        let _, k = model.Sizes
        columns, defaultArg interneurons k

    /// Learns from stimuli s (n x N), to the end or until `cancellation` asks to stop. The same choices and stimuli give the same parameters.
    /// ArgumentException for a model that is ill-posed for these numbers of neurons; NotConvergedException when a stimulus has no response.
    let run
        (settings: SimulationSettings)
        (interneurons: int option)
        (progress: Progress -> unit)
        (cancellation: CancellationToken)
        (derivation: Derivation)
        (stimuli: Grid)
        : TrainedModel =
        let n, k = sizes derivation.Model interneurons stimuli.Columns
        let instance = Instance.create derivation n k
        WellPosed.require derivation n k |> ignore

        let report step =
            progress
                { Step = step
                  Steps = settings.Steps
                  J = nan }

        let simulated =
            Simulation.run settings report cancellation instance (Simulation.initial instance settings.Seed) (stimuli.ToArray())

        match simulated.Ending with
        | NoResponse row ->
            raise (NotConvergedException $"learning ended at step {simulated.Steps}, since stimulus {row} of its batch found no response.")
        | Diverged
        | Finished
        | Interrupted ->
            { Instance = instance
              Settings = settings
              Simulated = simulated }

    /// The parameters: a number, an array, or rows, as its indices have it.
    let private values (trained: TrainedModel) (p: Learned) =
        let numbers = trained.Simulated.Values[p.Name]

        match p.Site with
        | [] -> Json.Number numbers[0]
        | [ _ ] -> Json.numbers numbers
        | _ :: last :: _ ->
            let columns =
                match last.Over with
                | Primary -> trained.Instance.Primaries
                | Interneurons -> trained.Instance.Interneurons

            Json.rows (Array.chunkBySize columns numbers)

    /// The learned parameters with all that leads to them again: the model as text, the stimuli, the settings and the seed.
    let toJson (text: string) (source: Source) (samples: int) (trained: TrainedModel) : Json =
        let instance = trained.Instance

        Json.Object
            [ "format", Json.Text "interneuron-model-1"
              "model", Json.Text text
              "primaries", Json.whole instance.Primaries
              "interneurons", Json.whole instance.Interneurons
              "parameters", Json.Object [ for p in instance.Derivation.Model.Learned -> p.Name, values trained p ]
              "learned",
              Json.Object
                  [ "steps", Json.whole trained.Settings.Steps
                    "batch", Json.whole trained.Settings.Batch
                    "seed", Json.whole trained.Settings.Seed
                    "steps_made", Json.whole trained.Simulated.Steps
                    Source.toJson source
                    "samples", Json.whole samples ] ]

    /// Saves the learned parameters, whole or not at all. BadInputException when the file cannot be written.
    let write (path: string) (json: Json) =
        let bytes = Encoding.UTF8.GetBytes(Json.toText json)
        Files.writeWhole path (fun stream -> stream.Write(bytes, 0, bytes.Length))
