// Gaussianisation of single filter coefficients: one primary neuron and its interneurons learn, from the coefficients of a scene, to
// respond with a standard normal distribution.
//
//   dotnet fsi scripts/gaussianise.fsx [quick]
//
// Scene 1, seed 1, default settings: one interneuron with the paper's potential, then a population of threshold-linear ones; 200,000 steps
// of 10 coefficients each (quick: 5,000). Expect a KS distance to N(0, 1) of about 0.01 for the one and 0.005 for the population, a
// kurtosis that falls from 13 to 3, and a figure for each in artifacts/gaussianise (quick: artifacts/quick/gaussianise): the learned
// transform lies on the optimal transport map.

#load "load.fsx"

open System.IO
open Interneuron.Core.Symbolic.Text
open Interneuron.Core.Transport
open Interneuron.Core.Circuits
open Interneuron.Experiments

/// Learns with a potential on scene 1, prints what came of it, and saves the figure.
let gaussianise (potential: Potential) =
    printfn "\n%s: F = %s" potential.Name (Print.text potential.Formula)
    let settings = Load.settings Gaussianise.experiment
    let folder = Path.Combine(Load.folder "gaussianise", potential.Name)

    { settings with
        Learning =
            { settings.Learning with
                Potential = potential } }
    |> Load.runInto folder Gaussianise.experiment

let single = gaussianise Potentials.powerMixture
let population = gaussianise Potentials.thresholdLinear

// What the circuit says about one stimulus of three standard deviations: its response, and the stimulus that leads to that response.
let circuit = single.Trained.Circuit
let r = (Response.solve circuit [| 3.0 |]).R
let s = Circuit.stimulusOf circuit r
printfn "\ns = 3 gives r = %.4f, and grad phi(r) = %.10f" r[0] s[0]
