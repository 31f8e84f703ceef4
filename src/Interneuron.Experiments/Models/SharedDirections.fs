namespace Interneuron.Experiments

open System
open System.Threading
open MathNet.Numerics.LinearAlgebra
open MathNet.Numerics.Random
open Interneuron.Core.Transport
open Interneuron.Core.Circuits
open Interneuron.Core.Files
open Interneuron.Derivation.Rules
open Interneuron.Derivation.Running

/// Synapses that find the directions that contexts share.
type SharedDirections =
    {
        /// |W - V|_F, the best order and signs, at the end of each context; the first is before learning.
        Distances: float array
        /// The operator norm of C_rr - I, averaged over each context.
        Errors: float array
        /// g and W at the same times.
        Course: Course
    }

/// Fast gains with slow synapses that find what contexts share (Duong et al., NeurIPS 2023), the model fast-gains-slow-synapses.
[<RequireQualifiedAccess>]
module SharedDirections =
    let private n = Covariances.n
    let private columns = Covariances.columns

    // |W - V|_F over the orders and signs of two columns.
    let private distance (w: Matrix<float>) (v: Matrix<float>) =
        let apart (order: int list) =
            order
            |> List.mapi (fun i j ->
                let w, v = w.Column i, v.Column j
                min ((w - v).L2Norm()) ((w + v).L2Norm()) ** 2.0)
            |> List.sum
            |> sqrt

        min (apart [ 0; 1 ]) (apart [ 1; 0 ])

    let private unit (x: float array) =
        let length = sqrt (Array.sumBy (fun x -> x * x) x)
        Array.map (fun x -> x / length) x

    /// Learns over contexts of so many stimuli each, and reports how many have passed. When cancellation asks for it, what came so far is
    /// the result. NotConvergedException where a stimulus has no response.
    let run (contexts: int) (samples: int) (seed: int) (progress: int -> unit) (cancellation: CancellationToken) : SharedDirections =
        let random = Xoshiro256StarStar(seed, false)

        let instance =
            LibraryModel.find "fast-gains-slow-synapses" |> LibraryModel.instance n 2

        let first = 180.0 * random.NextDouble()
        let second = first + 40.0 + 40.0 * random.NextDouble()

        let v =
            Matrix<float>.Build.DenseOfColumns
                [ (Covariances.rotation first).Column 0
                  (Covariances.rotation second).Column 0 ]

        let rec spectrum () =
            let l =
                [ for _ in 1..2 ->
                      if random.NextDouble() < 0.5 then
                          0.0
                      else
                          4.0 * random.NextDouble() ]

            if List.forall ((=) 0.0) l then spectrum () else l

        let halves =
            [| for _ in 1..64 -> Covariances.identity + v * Covariances.diagonal (spectrum ()) * v.Transpose() |]

        let w =
            Initial.sampleTarget StandardGaussian n 2 (seed + 2)
            |> Array.chunkBySize n
            |> Array.map unit
            |> fun columns -> [| columns[0][0]; columns[1][0]; columns[0][1]; columns[1][1] |]

        let median (values: float array) =
            Array.sort values |> fun sorted -> 0.5 * (sorted[31] + sorted[32])

        let best = halves |> Array.map (Covariances.bestGains (columns 2 w))

        let start =
            Map
                [ "g", [| for i in 0..1 -> best |> Array.map (Array.item i) |> median |]
                  "W", w ]

        let map (values: Values) =
            Covariances.held (columns 2 values["W"]) values["g"]

        let context (values: Values, distances, errors, times) c =
            if cancellation.IsCancellationRequested then
                values, distances, errors, times
            else
                let half = halves[random.Next halves.Length]

                let run =
                    Simulation.run
                        { Steps = samples
                          Batch = 1
                          InOrder = true
                          Seed = seed }
                        ignore
                        cancellation
                        instance
                        values
                        (Covariances.stimuli half samples (seed + 1000 + c))
                    |> LibraryModel.requireResponses "fast gains, slow synapses"

                let error (values: Values) =
                    (Covariances.ofResponses (map values) half - Covariances.identity).L2Norm()

                progress (c + 1)
                let mean = run.Trajectory |> List.averageBy (snd >> error)

                run.Values,
                distance (columns 2 run.Values["W"]) v :: distances,
                mean :: errors,
                ((c + 1) * samples, run.Values, Covariances.objective (map run.Values) half)
                :: times

        let before = 0, start, Covariances.objective (map start) halves[0]

        let _, distances, errors, times =
            List.fold context (start, [ distance (columns 2 w) v ], [], [ before ]) [ 0 .. contexts - 1 ]

        { Distances = Array.ofList (List.rev distances)
          Errors = Array.ofList (List.rev errors)
          Course = Trajectory.ofValues n 2 (List.rev times) }
