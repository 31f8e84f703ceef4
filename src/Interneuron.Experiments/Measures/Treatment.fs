namespace Interneuron.Experiments

open System.Threading
open Interneuron.Statistics
open Interneuron.Core.Transport
open Interneuron.Core.Circuits
open Interneuron.Derivation.Formulas
open Interneuron.Stimuli
open Interneuron.Core.Files

/// What is done to pairs before their dependence is measured: nothing, a baseline, or a circuit.
[<RequireQualifiedAccess>]
type Treatment =
    /// Nothing.
    | Raw
    /// ZCA whitening.
    | Zca
    /// Each coordinate Gaussianised by itself.
    | Marginal
    /// ZCA whitening, then each coordinate Gaussianised by itself.
    | ZcaThenMarginal
    /// Rotation-based iterative Gaussianisation.
    | RotationBased
    /// The responses of a circuit that has learned on the pairs, with K interneurons.
    | Circuit of interneurons: int

/// Treatments at work.
[<RequireQualifiedAccess>]
module Treatment =
    /// Layers of rotation-based Gaussianisation.
    let layers = 20

    /// A few words, as in tables and files.
    let name (treatment: Treatment) : string =
        match treatment with
        | Treatment.Raw -> "raw"
        | Treatment.Zca -> "ZCA"
        | Treatment.Marginal -> "marginal"
        | Treatment.ZcaThenMarginal -> "ZCA + marginal"
        | Treatment.RotationBased -> $"RBIG {layers}"
        | Treatment.Circuit k -> $"K = {k}"

    /// The numbers of interneurons to compare where none are given: the paper's 2, 3 and 4, or what a population of thresholds needs.
    let defaultInterneurons (potential: Potential) : int list =
        if (Initial.layout potential).IsDrawn then
            [ 2; 3; 4 ]
        else
            [ Initial.defaultCount potential 2 ]

    /// The offsets' pairs of a source: those of a picture at a vertical offset of `offset` pixels, or the rows of an array, which has to be
    /// n x 2. Refusal when it cannot be used.
    let load (source: Source) (offset: int) : Stimuli =
        if offset < 1 then
            raise (Refusal $"the offset is {offset}; the pairs' vertical offset is at least 1 pixel.")

        let stimuli = Source.load (Coefficients.pairs offset) source

        if stimuli.S.Columns <> 2 then
            raise (
                Refusal
                    $"{Source.describe source}: has rows of {stimuli.S.Columns} values; this experiment takes pairs, n x 2 (arrays n x N: \
                    interneuron train)."
            )

        stimuli

    /// The circuit of K interneurons that learns from pairs. NotConvergedException when a stimulus has no response.
    let learn (learning: Learning) (k: int) (progress: Progress -> unit) (cancellation: CancellationToken) (pairs: Grid) : Trained =
        Learning.run { learning with Interneurons = Some k } progress cancellation pairs

    /// In whose standard deviations the pairs are that a treatment leaves.
    let deviation (treatment: Treatment) : Deviation =
        match treatment with
        | Treatment.Raw
        | Treatment.Zca -> Deviation.Own
        | Treatment.Marginal
        | Treatment.ZcaThenMarginal
        | Treatment.RotationBased
        | Treatment.Circuit _ -> Deviation.OfTarget

    /// A baseline fitted to pairs (n x 2), which turns any pairs into what it leaves of them; the seed is that of rotations.
    let fitted (seed: int) (treatment: Treatment) (pairs: float array) : float array -> float array =
        let fitted fit = Gaussianisation.apply (fit 2 pairs)

        match treatment with
        | Treatment.Raw -> id
        | Treatment.Zca -> fitted Gaussianisation.zca
        | Treatment.Marginal -> fitted Gaussianisation.marginal
        | Treatment.ZcaThenMarginal -> fitted Gaussianisation.zcaThenMarginal
        | Treatment.RotationBased -> fitted (Gaussianisation.rotationBased seed layers)
        | Treatment.Circuit k -> invalidArg (nameof treatment) $"a circuit of {k} interneurons has to learn first"

    /// Pairs (n x 2) after a baseline, fitted to them; the seed is that of rotations.
    let baseline (seed: int) (treatment: Treatment) (pairs: float array) : float array = fitted seed treatment pairs pairs
