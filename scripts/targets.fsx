// The same stimuli driven to five targets: Gaussian, Laplace, uniform, generalised Gaussian with beta = 1.5, and samples with two peaks.
//
//   dotnet fsi scripts/targets.fsx [quick]
//
// Scene 1, seed 1, a population of 40 threshold-linear interneurons, 200,000 steps of 10 coefficients for each target (quick: 5,000).
// Expect KS distances of 0.005 for the smooth targets, 0.015 for the uniform one, whose edges a sum of threshold-linear functions rounds
// off, and 0.01 for the samples; the figure, in artifacts/targets (quick: artifacts/quick/targets), has the responses on each target, from
// the same grey density of stimuli.

#load "load.fsx"

open Interneuron.Experiments

Load.run Targets.experiment
