// Three models of adaptive whitening, derived from the library's texts and run: gains that follow two contexts; fast gains with slow
// synapses that find the directions which 64 contexts share; synapses to interneurons against synapses between primary neurons.
//
//   dotnet fsi scripts/whitening.fsx [quick]
//
// Expect the gains of each context to end at their closed optimum (dashed), the distance of the synapses from the shared directions to fall
// from about 1 to about 0.01 over 1,024 contexts (quick: 64, which bring it to 0.05). Eigenvalues of 0.1 and 10 at once are whitened from
// 240 stimuli with interneurons and from 420 without, each at the best of six rates. One eigenvalue by itself, at one rate for all: with
// interneurons it takes 1,000 to 1,200 stimuli above 1 and up to 3,600 at 0.01, and the error that remains is the same; without, it takes
// 1,100 below 1 and grows as the root above, to 9,600 at 100, and the error that remains falls as the root. At rates that leave the same
// error in the noisiest direction, a condition number of 10,000 costs 900 stimuli with interneurons and 23,000 without; both are as the
// linearised rules predict (lines). The figure is in artifacts/whitening.

#load "load.fsx"

open Interneuron.Experiments

Load.run Whitening.experiment
