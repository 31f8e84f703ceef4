namespace Interneuron.Core.Circuits

open System
open System.Threading
open MathNet.Numerics.LinearAlgebra
open MathNet.Numerics.Optimization
open Interneuron.Statistics

/// The reference for online learning: gains that minimise J over all stimuli at once.
[<RequireQualifiedAccess>]
module Optimum =
    // Gains below this share of the largest are as good as none; log g would run off to minus infinity.
    let private least = 1e-8

    /// The circuit with the gains of least J over the stimuli (n x N, row-major), theta and W as they are. J is convex in g (theory,
    /// section 3); the descent is limited-memory quasi-Newton in log g until J changes by less than 1e-9 of itself, at most `iterations`
    /// times. Cancellation ends it early, with the best gains so far. Refuses stimuli without a response.
    let gains (iterations: int) (cancellation: CancellationToken) (circuit: Circuit) (stimuli: float array) : Circuit =
        let start, theta, columns = circuit.Numbers
        let floor = least * Array.max start

        let at (x: Vector<float>) =
            Circuit.update (x.ToArray() |> Array.map (fun v -> Math.Exp v)) theta columns circuit

        // The point of least J so far. The minimizer itself gives none where it stops early.
        let best = ref None

        let evaluate (x: Vector<float>) =
            let here = at x
            let j, gradient = Objective.valueAndGainGradientUnless cancellation here stimuli

            match best.Value with
            | None when not (Double.IsFinite j) -> Refusal.argument (nameof stimuli) "a stimulus has no response"
            | Some _ when not (Double.IsFinite j) ->
                // Some stimulus has no response at these gains; return a huge value so that the line search backs off.
                struct (Double.MaxValue, Vector<float>.Build.Dense x.Count)
            | _ ->
                match best.Value with
                | Some(least, _) when least <= j -> ()
                | _ -> best.Value <- Some(j, here)

                let g, _, _ = here.Numbers
                struct (j, Vector<float>.Build.Dense(Array.map2 (*) g gradient))

        let initial =
            Vector<float>.Build.Dense(start |> Array.map (fun g -> Math.Log(Math.Max(g, floor))))

        let objective = ObjectiveFunction.Gradient evaluate
        let minimizer = LimitedMemoryBfgsMinimizer(1e-9, 1e-9, 1e-9, 20, iterations)

        // The iterations are used up, or no step along the line lowers J in this arithmetic: the best so far is the answer either way.
        try
            minimizer.FindMinimum(objective, initial) |> ignore
        with
        | :? OptimizationException
        | :? OperationCanceledException -> ()

        match best.Value with
        | Some(_, circuit) -> circuit
        | None -> circuit
