// Pairs of filter coefficients: two primary neurons and 2, 3 or 4 interneurons learn to respond to coefficients at a vertical offset so
// that the responses are independent and Gaussian.
//
//   dotnet fsi scripts/pairs.fsx [quick]
//
// Scene 1, seed 1, default settings, offsets of 2, 8 and 32 pixels; 200,000 steps of 10 pairs each (quick: offset 2, 20,000 steps). Expect
// at offset 2 a mutual information of 0.25 nats for raw pairs, 0.19 whitened and 0.03 for the responses of each circuit; at offset 8, where
// raw pairs have 0.04, two interneurons add to it (0.08), since with two directions they can only shape the marginals, and three leave
// 0.01; at offset 32 hardly any to begin with. Photographs are kinder: 0.0025 for three interneurons on photograph 05. The figure is in
// artifacts/pairs (quick: artifacts/quick/pairs).

#load "load.fsx"

open Interneuron.Experiments

Load.run Pairs.experiment
