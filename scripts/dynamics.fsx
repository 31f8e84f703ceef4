// The fast dynamics: responses from the onset of a stimulus to their fixed point, for one primary neuron and for two.
//
//   dotnet fsi scripts/dynamics.fsx [quick]
//
// Scene 1, seed 1, the potential of the paper; single coefficients and pairs at offset 2; 200,000 steps (quick: 5,000). Expect every
// transient to end on the fixed point that Newton finds, and small stimuli to settle slowly: 27 tau for 0.02 standard deviations, 1 tau for
// 8. Settling times follow ln(100) over the smallest eigenvalue of the Hessian, a little above it for N = 1, where the slope is less on the
// way. The figure is in artifacts/dynamics.

#load "load.fsx"

open Interneuron.Experiments

Load.run Dynamics.experiment
