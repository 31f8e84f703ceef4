// The trained circuit as a density model of pairs of coefficients, beside other models, on pairs that it has not learned from.
//
//   dotnet fsi scripts/likelihood.fsx [quick]
//
// Scene 1, pairs at offset 2, every other stripe of 32 rows held out; thresholds in eight directions, 200,000 steps (quick: 5,000). Expect
// 1.39 nats per pair more than a Gaussian has, 0.45 more than independent coordinates, and no difference from 20 layers of rotation-based
// Gaussianisation; pairs drawn from the circuit look like the real ones. The figure is in artifacts/likelihood.

#load "load.fsx"

open Interneuron.Experiments

Load.run Likelihood.experiment
