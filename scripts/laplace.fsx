// A target that is not spherical: pairs driven to two independent Laplace coordinates by the library's model laplace-target, and to the
// Gaussian.
//
//   dotnet fsi scripts/laplace.fsx [quick]
//
// Scene 1, pairs 16 rows apart, three power-mixture interneurons, 200,000 steps of 10 pairs for each target (quick: 5,000). Expect what the
// Laplace target subtracts across a synapse to be 0 along the axes and the diagonals and up to 0.15 between them, where it is 0 everywhere
// for the Gaussian; responses within a KS distance of 0.04 of the Laplace distribution along both coordinates, 0.03 along both diagonals.
// The figure is in artifacts/laplace.

#load "load.fsx"

open Interneuron.Experiments

Load.run Laplace.experiment
