// Three models of adaptive whitening, derived from the library's texts and run: gains that follow two contexts; fast gains with slow synapses that find
// the directions which 64 contexts share; synapses to interneurons against synapses between primary neurons.
//
//   dotnet fsi scripts/whitening.fsx [quick]
//
// Expect the gains of each context to end at their closed optimum (dashed), the distance of the synapses from the shared directions to fall from about 1 to
// about 0.01 over 1,024 contexts (quick: 64, in which it hardly falls), and the circuit with interneurons to whiten eigenvalues of 0.1 and 10 from fewer stimuli than the
// one without. The figure is in artifacts/whitening.

#load "load.fsx"

open System.Threading
open Interneuron.Experiments

let settings =
    if Load.isQuick then
        { Whitening.standard with
            Contexts = 64
            Steps = 2_000 }
    else
        Whitening.standard

let result = Whitening.run settings ignore CancellationToken.None

Load.show (Whitening.toTable result) (Whitening.save (Load.folder "whitening") result)
