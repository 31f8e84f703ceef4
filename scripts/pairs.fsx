// Pairs of filter coefficients: two primary neurons and 2, 3 or 4 interneurons learn to respond to coefficients at a vertical offset so that the
// responses are independent and Gaussian.
//
//   dotnet fsi scripts/pairs.fsx [quick]
//
// Scene 1, seed 1, default settings, offsets of 2, 8 and 32 pixels; 100,000 steps of 10 pairs each (quick: offset 2, 20,000 steps). Expect whitening to leave
// most of the mutual information, two interneurons to leave some, three and four nearly none, and a figure in artifacts/pairs (quick: artifacts/quick/pairs)
// in which the contours of their responses lie on the circles of a spherical Gaussian.

#load "load.fsx"

open System.IO
open System.Threading
open Interneuron.Experiments

let settings =
    { Pairs.standard with
        Offsets = if Load.isQuick then [ 2 ] else Pairs.standard.Offsets
        Learning =
            { Learning.standard with
                Steps = if Load.isQuick then Some 20_000 else None } }

let folder =
    Path.Combine(
        [| __SOURCE_DIRECTORY__
           ".."
           "artifacts"
           (if Load.isQuick then "quick/pairs" else "pairs") |]
    )

match Pairs.run settings ignore CancellationToken.None with
| Some result ->
    for name, value in Pairs.toTable result do
        printfn "%-28s%s" name value

    for path in Pairs.save folder result do
        printfn "%s" (Path.GetRelativePath(Directory.GetCurrentDirectory(), path))
| None -> ()
