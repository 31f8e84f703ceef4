namespace Interneuron.Experiments

/// Every experiment.
[<RequireQualifiedAccess>]
module Experiments =
    /// In the order of the help.
    let all: IExperiment list =
        [ Gaussianise.experiment
          Sweep.experiment
          Schematic.experiment
          Pairs.experiment
          MutualInformation.experiment
          Potentials.experiment
          Targets.experiment
          Dynamics.experiment
          Likelihood.experiment
          Adaptation.experiment
          Whitening.experiment
          Thresholds.experiment
          Laplace.experiment
          Costs.experiment ]
