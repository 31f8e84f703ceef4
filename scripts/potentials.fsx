// The families of potentials against each other on the same stimuli.
//
//   dotnet fsi scripts/potentials.fsx [quick]
//
// Scene 1, seed 1, 200,000 steps of 10 coefficients for each family (quick: 5,000). Expect the populations of thresholds nearest to N(0,
// 1), KS 0.005 and a transport gap of 2e-5 to 4e-5; the one power-mixture interneuron at 0.01; the plain power at 0.04, with a hole in the
// density at 0, where its slope is zero; the quadratic, which only scales, and the saturating log-cosh, which expands what should be
// compressed, far off. The figure is in artifacts/potentials.

#load "load.fsx"

open Interneuron.Experiments

Load.run Potentials.experiment
