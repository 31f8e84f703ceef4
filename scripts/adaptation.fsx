// A circuit that goes on learning while the statistics of its stimuli switch: scene 1, the same at twice the contrast, scene 2.
//
//   dotnet fsi scripts/adaptation.fsx [quick]
//
// One power-mixture interneuron, the published constant rates, 20,000 steps of 10 coefficients in each phase (quick: 2,000). Expect the
// variance of the responses to jump to about 2 when the contrast doubles and to be back at 1 within some hundred steps, since the gain
// follows at once and theta slowly; the transport gap falls from 0.2 to below 0.01. The figure is in artifacts/adaptation.

#load "load.fsx"

open Interneuron.Experiments

Load.run Adaptation.experiment
