namespace Interneuron.Experiments

open System
open Interneuron.Statistics
open Interneuron.Core.Circuits

/// A model's log-likelihood of stimuli, more than that of a Gaussian, in nats per dimension.
type PatchScore =
    {
        /// On what it was fitted to.
        Train: float
        /// On what is held out: the mean over parts.
        HeldOut: float
        /// The standard error of this, from those of the parts.
        Error: float
    }

/// Density models of white stimuli, and what they are worth.
[<RequireQualifiedAccess>]
module PatchModels =
    /// Gaussians of the mixture.
    let components = 32

    let private gaussian (samples: float array) =
        Array.map StandardNormal.logDensity samples

    // The likeliest Gaussian is the standard one, since the stimuli that are learned from are white.
    let private gain dimension (logDensities: float array -> float array) (samples: float array) =
        let values = logDensities samples

        match values |> Array.tryFind (Double.IsFinite >> not) with
        | Some value -> raise (NotConvergedException $"a stimulus has the log density {value}, so that there is no likelihood.")
        | None -> Array.average values / float dimension - Array.average (gaussian samples)

    /// The score of a model with these log-densities.
    let score (stimuli: PatchStimuli) (logDensities: float array -> float array) : PatchScore =
        let gain = gain stimuli.Dimension logDensities
        let parts = stimuli.HeldOut |> List.map gain |> Array.ofList

        { Train = gain stimuli.Train
          HeldOut = Array.average parts
          Error =
            if parts.Length > 1 then
                sqrt (Moments.variance parts / float (parts.Length - 1))
            else
                nan }

    /// The models that circuits are compared with, by name, each fitted when it is asked for. Means are zero but for rounding.
    let baselines (seed: int) (layers: int) (stimuli: PatchStimuli) : (string * (unit -> float array -> float array)) list =
        let n, s = stimuli.Dimension, stimuli.Train

        [ "Gaussian", (fun () -> Gaussianisation.logDensities (Gaussianisation.zca n s))
          "product of marginals", (fun () -> Gaussianisation.logDensities (Gaussianisation.marginal n s))
          "ICA", (fun () -> Gaussianisation.logDensities (Gaussianisation.independentComponents seed n s))
          $"RBIG, {layers} layers", (fun () -> Gaussianisation.logDensities (Gaussianisation.rotationBased seed layers n s))
          "elliptical", (fun () -> GaussianMixture.logDensities (GaussianMixture.elliptical n s))
          $"mixture of {components} Gaussians",
          (fun () ->
              let count = min components (PatchStimuli.count stimuli)
              GaussianMixture.logDensities (GaussianMixture.fit seed count n s)) ]
