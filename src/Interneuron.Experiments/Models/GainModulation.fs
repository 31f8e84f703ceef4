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

/// Gains that follow two contexts.
type GainModulation =
    {
        /// g and W over the stimuli seen, one a step.
        Course: Course
        /// The best gains of each context, in closed form.
        Best: float array list
    }

/// Gain modulation: gains alone that follow two contexts (Duong et al., ICML 2023), the model gain-whitening.
[<RequireQualifiedAccess>]
module GainModulation =
    let private n = Covariances.n
    let private columns = Covariances.columns

    /// Follows two contexts of so many stimuli each. When cancellation asks for it, what came so far is the result. NotConvergedException
    /// where a stimulus has no response.
    let run (samples: int) (seed: int) (cancellation: CancellationToken) : GainModulation =
        let instance = LibraryModel.find "gain-whitening" |> LibraryModel.instance n 3
        let h = sqrt 0.5
        let w = [| 0.0; h; 1.0; 1.0; h; 0.0 |]
        let v = Covariances.rotation 55.0

        let halves =
            [ 5.0, [ 4.0; 1.0 ]; 4.0, [ 3.0; 2.0 ] ]
            |> List.map (fun (scale, spectrum) -> Covariances.root (scale * v * Covariances.diagonal spectrum * v.Transpose()))

        let follow (values, times) (context, half) =
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
                    (Covariances.stimuli half samples (seed + context))
                |> LibraryModel.requireResponses "gain modulation"

            let here =
                [ for step, values in run.Trajectory ->
                      let j =
                          Covariances.objective (Covariances.held (columns 3 values["W"]) values["g"]) half

                      context * samples + step, values, j ]

            run.Values, times @ here

        let start = Map [ "g", [| 0.01; 1.2; 0.25 |]; "W", w ]
        let _, times = List.indexed halves |> List.fold follow (start, [])

        { Course = Trajectory.ofValues n 3 times
          Best = halves |> List.map (Covariances.bestGains (columns 3 w)) }

    /// Where the gains of a context of so many stimuli end: their mean over its last quarter.
    let reached (samples: int) (context: int) (modulation: GainModulation) : float array =
        let last = float (context + 1) * float samples

        let late =
            Array.zip modulation.Course.Steps (Trajectory.rows "g" modulation.Course)
            |> Array.filter (fun (at, _) -> float at > last - 0.25 * float samples && float at <= last)
            |> Array.map snd

        [| for i in 0 .. late[0].Length - 1 -> late |> Array.averageBy (Array.item i) |]
