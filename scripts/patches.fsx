// Circuits of many neurons as density models of patches of a picture, beside the models that are usually fitted to them.
//
//   dotnet fsi scripts/patches.fsx [quick]
//
// Scene 1, patches of side 4, K from N to 16N with two seeds (quick: side 4, K up to 60). The figure is in artifacts/patches.

#load "load.fsx"

open Interneuron.Experiments

Load.run Patches.experiment
