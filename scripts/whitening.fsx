// Three models of adaptive whitening, derived from the library's texts and run: gains that follow two contexts; fast gains with slow synapses that find
// the directions which 64 contexts share; synapses to interneurons against synapses between primary neurons.
//
//   dotnet fsi scripts/whitening.fsx [quick]
//
// Expect the gains of each context to end at their closed optimum (dashed), the distance of the synapses from the shared directions to fall from about 1 to
// about 0.01 over 1,024 contexts (quick: 64, which bring it to 0.05). Eigenvalues of 0.1 and 10 are whitened from some 2,000 stimuli with interneurons and without,
// each at the best of six rates. The figure is in artifacts/whitening.

#load "load.fsx"

open System.Threading
open Interneuron.Experiments

let settings =
    if Load.isQuick then
        { Whitening.standard with
            Contexts = 64 }
    else
        Whitening.standard

let result = Whitening.run settings ignore CancellationToken.None

Load.show (Whitening.toTable result) (Whitening.save (Load.folder "whitening") result)
