// The schematic of a circuit, drawn from one that has learned: the density of its stimuli, its neurons and weights, what one of its
// interneurons computes, and the density of its responses.
//
//   dotnet fsi scripts/schematic.fsx [quick]
//
// Scene 1, seed 1, pairs two pixels apart, three interneurons, 200,000 steps of 10 pairs each (quick: 20,000). Expect stimuli with a dense
// middle and long tails, responses whose contours lie on the circles of a spherical Gaussian, and the figure in artifacts/schematic (quick:
// artifacts/quick/schematic).

#load "load.fsx"

open Interneuron.Experiments

Load.run Schematic.experiment
