// How far from Gaussian the responses to different pictures stay, for three potentials, against the kurtosis of the stimuli.
//
//   dotnet fsi scripts/sweep.fsx [quick] [DIR]
//
// Eight scenes, or the photographs of a folder; 200,000 steps each (quick: two scenes, 5,000 steps). Expect KS distances of 0.003 to 0.006
// for the population of thresholds whatever the kurtosis, 0.01 to 0.05 for the one power-mixture interneuron, growing with the kurtosis,
// and more for the plain power. The figure is in artifacts/sweep. On the command line: interneuron sweep --images DIR.

#load "load.fsx"

open System.IO
open Interneuron.Experiments

let settings = Load.settings Sweep.experiment

match fsi.CommandLineArgs |> Array.tryFind Directory.Exists with
| Some folder ->
    { settings with
        Sources = Sweep.picturesIn folder }
| None -> settings
|> Load.runInto (Load.folder "sweep") Sweep.experiment
|> ignore
