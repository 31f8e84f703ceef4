// Mutual information of pairs of filter coefficients against their vertical offset: raw, whitened, as responses of circuits with 2, 3 and 4 interneurons,
// and after 20 layers of rotation-based iterative Gaussianisation.
//
//   dotnet fsi scripts/mutual-information.fsx [quick]
//
// Scene 1, offsets from 1 to 64 pixels, 100,000 steps of 10 pairs each with three seeds, some minutes (quick: offsets 2 and 16, 20,000 steps, one seed). Expect
// the information of raw pairs to fall with their distance, whitening to help little beyond the first pixels, two interneurons to leave much where pairs are near, and
// three and four to come close to what shuffled pairs have. The figure is in artifacts/mutual-information (quick: artifacts/quick/mutual-information).

#load "load.fsx"

open System.IO
open System.Threading
open Interneuron.Experiments

let settings =
    if Load.isQuick then
        { InformationByOffset.standard with
            Offsets = [ 2; 16 ]
            Seeds = 1
            Learning =
                { Learning.standard with
                    Steps = Some 20_000 } }
    else
        InformationByOffset.standard

let name = "mutual-information"

let folder =
    Path.Combine(
        [| __SOURCE_DIRECTORY__
           ".."
           "artifacts"
           (if Load.isQuick then "quick/" + name else name) |]
    )

match InformationByOffset.run settings ignore CancellationToken.None with
| Some result ->
    for name, value in InformationByOffset.toTable result do
        printfn "%-22s%s" name value

    for path in InformationByOffset.save folder result do
        printfn "%s" (Path.GetRelativePath(Directory.GetCurrentDirectory(), path))
| None -> ()
