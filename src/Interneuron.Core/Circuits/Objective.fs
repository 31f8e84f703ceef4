namespace Interneuron.Core.Circuits

open System.Threading
open Interneuron.Kernels
open Interneuron.Core.Transport

/// The semi-dual objective of quadratic optimal transport (theory, section 3).
[<RequireQualifiedAccess>]
module Objective =
    /// E|r|^2 of the target.
    let private targetPower (target: Target) (n: int) =
        match target with
        | OfSamples samples -> (samples.Values |> Array.sumBy (fun x -> x * x)) / float samples.Count
        | OfDensity density -> float n * density.Power
        | _ -> float n

    let private gradient (cancellation: CancellationToken) (circuit: Circuit) (stimuli: float array) =
        let rule = Plasticity.derived circuit.Potential circuit.Target
        let engine = Engines.forRule circuit.Potential rule
        let state = Engines.state circuit
        let gradient = Gradient state

        let outcome =
            engine.Gradient(
                state,
                Engines.nodes circuit rule,
                System.ReadOnlySpan<float> stimuli,
                gradient,
                Response.toleranceFor (System.ReadOnlySpan<float> stimuli),
                cancellation
            )

        gradient, Response.outcome outcome

    let private total (circuit: Circuit) (g: Gradient) =
        g.Dual
        + g.TargetPotential
        + 0.5 * circuit.Leak * targetPower circuit.Target circuit.Primaries

    /// `value`, unless cancellation is asked for: OperationCanceledException.
    let internal valueUnless (cancellation: CancellationToken) (circuit: Circuit) (stimuli: float array) : float =
        Response.rows circuit stimuli |> ignore

        match gradient cancellation circuit stimuli with
        | _, NotConverged _ -> nan
        | g, Converged -> total circuit g

    /// J = E_s[s . r - phi(r)] + E_target[phi(r)] over the stimuli (n x N, row-major); NaN where a stimulus has no response.
    let value (circuit: Circuit) (stimuli: float array) : float =
        valueUnless CancellationToken.None circuit stimuli

    /// `valueAndGainGradient`, unless cancellation is asked for: OperationCanceledException.
    let internal valueAndGainGradientUnless
        (cancellation: CancellationToken)
        (circuit: Circuit)
        (stimuli: float array)
        : float * float array =
        Response.rows circuit stimuli |> ignore

        match gradient cancellation circuit stimuli with
        | g, NotConverged _ -> nan, g.Gains
        | g, Converged -> total circuit g, Array.map (~-) g.Gains

    /// J with its derivatives dJ/dg_i (K values).
    let valueAndGainGradient (circuit: Circuit) (stimuli: float array) : float * float array =
        valueAndGainGradientUnless CancellationToken.None circuit stimuli

    /// The least J of any potential in one dimension: the stimuli in order, each times the target's mean over its share of the quantiles,
    /// averaged.
    let optimum (target: Target) (stimuli: float array) : float =
        let sorted = Array.sort stimuli
        let n = float sorted.Length
        let integral = Target.quantileIntegral target
        let mutable total = 0.0
        let mutable below = integral 0.0

        sorted
        |> Array.iteri (fun i s ->
            let above = integral (float (i + 1) / n)
            total <- total + s * (above - below)
            below <- above)

        total

    /// J - J_opt >= 0, how far the circuit is from optimal transport, for N = 1.
    let transportGap (circuit: Circuit) (stimuli: float array) : float =
        if circuit.Primaries <> 1 then
            invalidArg (nameof circuit) $"the transport gap is available for N = 1 only; this circuit has N = {circuit.Primaries}"

        value circuit stimuli - optimum circuit.Target stimuli
