namespace Interneuron.Experiments

open System
open System.Threading
open MathNet.Numerics.LinearAlgebra
open MathNet.Numerics.Random
open Interneuron.Statistics
open Interneuron.Core.Transport
open Interneuron.Core.Circuits
open Interneuron.Core.Files
open Interneuron.Derivation.Rules
open Interneuron.Derivation.Running

/// One kind of plasticity at its best rate.
type SynapticWhitening =
    {
        /// The rate.
        Rate: float
        /// Stimuli seen, from 0.
        Samples: int list
        /// |C_rr - I|_F^2/N^2 at each.
        Errors: float list
        /// W or M at each, over the steps.
        Course: Course
    }

/// Synaptic plasticity with interneurons, the model synaptic-whitening, and without, lateral-whitening (Lipshutz, Pehlevan and Chklovskii,
/// ICLR 2023).
[<RequireQualifiedAccess>]
module SynapticWhitening =
    let private n = Covariances.n
    let private columns = Covariances.columns

    /// Stimuli in a step.
    let batch = 10

    /// After how many stimuli the error is below 0.1 for good; None where it is not.
    let settles (p: SynapticWhitening) : int option =
        List.zip p.Samples p.Errors
        |> List.rev
        |> List.takeWhile (fun (_, error) -> error < 0.1)
        |> List.tryLast
        |> Option.map fst

    // The error over learning at the rate that brings it below 0.1 for good from the fewest samples, for a covariance of eigenvalues 0.1
    // and 10.
    let private atBestRate name map (start: Values) (steps: int) (rates: float list) seed cancellation : SynapticWhitening =
        let model = LibraryModel.find name
        let k = if start.ContainsKey "W" then 2 else 1

        let half =
            Covariances.root (
                Covariances.rotation 30.0
                * Covariances.diagonal [ 10.0; 0.1 ]
                * (Covariances.rotation 30.0).Transpose()
            )

        let s = Covariances.stimuli half 20_000 (seed + 3)

        let error (values: Values) =
            let c = Covariances.ofResponses (map values) half - Covariances.identity
            c.FrobeniusNorm() ** 2.0 / float (n * n)

        let at rate =
            let run =
                Simulation.run
                    { Steps = steps
                      Batch = batch
                      InOrder = false
                      Seed = seed }
                    ignore
                    cancellation
                    (model |> LibraryModel.withRates (fun _ -> rate) |> LibraryModel.instance n k)
                    start
                    s

            match run.Ending with
            | NoResponse _
            | Diverged -> None
            | Finished
            | Interrupted ->
                Some
                    { Rate = rate
                      Samples = run.Trajectory |> List.map (fun (step, _) -> batch * step)
                      Errors = run.Trajectory |> List.map (snd >> error)
                      Course =
                        Trajectory.ofValues
                            n
                            k
                            [ for step, values in run.Trajectory -> step, values, Covariances.objective (map values) half ] }

        let tried = List.choose at rates

        if tried.IsEmpty then
            raise (NotConvergedException $"{name}: no rate of {rates} keeps every response")

        // Of those that do not come so far, the one that ends lowest.
        tried
        |> List.minBy (fun p -> settles p |> Option.defaultValue Int32.MaxValue, List.last p.Errors)

    // M = I and W W^T = I are the same circuit.
    let private identity = [| 1.0; 0.0; 0.0; 1.0 |]

    /// Synapses to interneurons, over so many steps at the best of the rates.
    let withInterneurons (steps: int) (rates: float list) (seed: int) (cancellation: CancellationToken) : SynapticWhitening =
        let map (values: Values) =
            let w = columns 2 values["W"]
            w * w.Transpose()

        atBestRate "synaptic-whitening" map (Map [ "W", identity ]) steps rates seed cancellation

    /// Synapses between primary neurons, likewise.
    let lateral (steps: int) (rates: float list) (seed: int) (cancellation: CancellationToken) : SynapticWhitening =
        atBestRate "lateral-whitening" (fun values -> columns 2 values["M"]) (Map [ "M", identity ]) steps rates seed cancellation
