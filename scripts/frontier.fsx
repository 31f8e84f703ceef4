// How few interneurons make pairs of filter coefficients independent: what is left of the mutual information of the responses against the
// number of interneurons, for families of potentials whose directions learn or stay evenly spread.
//
//   dotnet fsi scripts/frontier.fsx [quick]
//
// Eight scenes, pairs two pixels apart, 2 to 24 interneurons, 50,000 steps of 10 pairs with three seeds, learned side by side (quick: one
// scene, two potentials, 2 and 4 interneurons, 3,000 steps). The figure is in artifacts/frontier (quick: artifacts/quick/frontier).

#load "load.fsx"

open Interneuron.Experiments

Load.run Frontier.experiment
