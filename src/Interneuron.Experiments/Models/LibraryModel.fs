namespace Interneuron.Experiments

open Interneuron.Statistics
open Interneuron.Core.Circuits
open Interneuron.Derivation.Models
open Interneuron.Derivation.Rules
open Interneuron.Derivation.Running
open Interneuron.Stimuli

/// Models of the library as experiments run them.
[<RequireQualifiedAccess>]
module LibraryModel =
    /// The model of a name. Refusal where there is none.
    let find (name: string) : Model =
        match ModelLibrary.tryText name |> Option.map ModelText.parse with
        | Some(Ok model) -> model
        | Some(Error refusal) -> raise (refusal.In(Where.named $"the model {name}"))
        | None -> raise (Refusal $"there is no model '{name}' in the library")

    /// The model with other rates, by the names of what learns.
    let withRates (rates: string -> float) (model: Model) : Model =
        { model with
            Learned = model.Learned |> List.map (fun p -> { p with Rate = rates p.Name }) }

    /// The choices that make the fast engine learn the model of a name. InvalidOperationException where it does not know such models.
    let learning (name: string) : Learning =
        match find name |> Derivation.derive |> Derived.learning with
        | Some learning -> learning
        | None -> invalidOp $"the fast engine does not know the model {name}"

    /// The model for N primary neurons and K interneurons.
    let instance (n: int) (k: int) (model: Model) : Instance =
        Instance.create (Derivation.derive model) (Sizes.circuit n k)

    /// A run in which every stimulus had its response. NotConvergedException, beginning with `what`, where one had none.
    let requireResponses (what: string) (run: Simulated) : Simulated =
        match run.Ending with
        | NoResponse _ -> raise (NotConvergedException $"{what}: a stimulus has no response after {run.Steps} steps")
        | Diverged
        | Finished
        | Interrupted -> run
