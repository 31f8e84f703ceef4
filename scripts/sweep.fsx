// How far from Gaussian the responses to different pictures stay, for three potentials, against the kurtosis of the stimuli: a sweep.
//
//   dotnet fsi scripts/sweep.fsx [quick] [DIR]
//
// Eight scenes, or the photographs of a folder; 200,000 steps each (quick: two scenes, 5,000 steps), two runs at once. Expect KS distances
// of 0.003 to 0.006 for the population of thresholds whatever the kurtosis, 0.01 to 0.05 for the one power-mixture interneuron, growing
// with the kurtosis, and more for the plain power. Stopped, it goes on where it was when it is started again. The figure and the table are
// in artifacts/sweep. On the command line: interneuron sweep --images DIR --jobs 2.

#load "load.fsx"

open System
open System.IO
open System.Threading
open Interneuron.Statistics
open Interneuron.Core.Files
open Interneuron.Experiments

let words (values: string list) =
    [ for value in values -> PlannedValue.Words [ value ] ]

let pictures =
    match fsi.CommandLineArgs |> Array.tryFind Directory.Exists with
    | Some folder -> "image", Plan.picturesIn folder
    | None -> "scene", words [ for seed in 1 .. (if Load.isQuick then 2 else 8) -> string seed ]

let axes =
    { X = "kurtosis.stimulus"
      Y = [ "ks"; "w2"; "transport_gap" ]
      By = Some "potential" }

let plan =
    Plan.create
        (Where.named "sweep.fsx")
        Gaussianise.experiment
        [ if Load.isQuick then
              "steps", PlannedValue.Words [ "5000" ] ]
        [ pictures
          "potential", words [ for potential in UsualPlan.potentials -> potential.Name ] ]
        (Some axes)

let folder = Load.folder "sweep"
let say (line: string) = printfn "%s" line

Running.plan folder plan 2 Checkpoints.usual say ignore CancellationToken.None
|> ignore

let collected = Collecting.collect folder plan (Some axes) true
Load.show collected.Lines (Collecting.save collected)
