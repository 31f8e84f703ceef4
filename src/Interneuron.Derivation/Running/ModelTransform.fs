namespace Interneuron.Derivation.Running

open System
open Interneuron.Statistics
open Interneuron.Core.Symbolic
open Interneuron.Core.Transport
open Interneuron.Core.Circuits

/// Models of any energy at work on stimuli.
[<RequireQualifiedAccess>]
module ModelTransform =
    /// What an instance does with stimuli, at the numbers of its parameters; `name` is what a refusal calls it. Density and samples need
    /// the transport objective: Refusal in one line for a loss, and for the density of a target given by samples.
    let create (name: string) (instance: Instance) (values: Values) : Transform =
        let n = instance.Stimuli
        let packed = instance.Pack values
        let model = instance.Derivation.Model

        let requireTransport () =
            if not model.Objective.IsTransport then
                let other = if model.Loss.IsSome then "a loss" else "another objective"
                raise (Refusal $"{name}: its model has {other}; only circuits of the transport objective are density models.")

        let logTarget =
            lazy
                (match Target.logDensity model.Target with
                 | Some formula -> fun x -> Expr.interpret Floats.operations (fun _ -> x) formula
                 | None -> raise (Refusal $"{name}: its target is given by samples, so there is no density."))

        let respond s =
            LaneBatch.Of(instance).Responses(packed, s)

        { Primaries = n
          Responses = instance.Responses
          Respond = respond
          LogDensity =
            fun s ->
                requireTransport ()
                let logTarget = logTarget.Value

                let stimuli, responses =
                    Array.chunkBySize n s, Array.chunkBySize instance.Responses (respond s)

                Interneuron.Kernels.Processors.Map(
                    stimuli.Length,
                    fun row ->
                        let s, r = stimuli[row], responses[row]

                        if Array.exists System.Double.IsNaN r then
                            nan
                        else
                            Array.sumBy logTarget r - instance.LogVolume(packed, s, r)
                )
          Sample =
            fun count seed ->
                requireTransport ()

                let responses =
                    Initial.sampleTarget model.Target instance.Responses count seed
                    |> Array.chunkBySize instance.Responses

                Array.concat (Interneuron.Kernels.Processors.Map(responses.Length, fun row -> instance.Stimulus(packed, responses[row]))) }
