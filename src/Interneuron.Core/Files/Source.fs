namespace Interneuron.Core.Files

open Interneuron.Statistics

/// Where stimuli come from.
[<RequireQualifiedAccess>]
type Source =
    /// A photograph in a file.
    | Image of path: string
    /// The synthetic scene of a seed.
    | Scene of seed: int
    /// An array n or n x N in a .npy or .npz file, taken as it is.
    | Input of path: string
    /// The same, with the mean of each column subtracted and what is left divided by a unit.
    | Standardised of path: string * map: Standardisation

/// Sources in words and in JSON.
[<RequireQualifiedAccess>]
module Source =
    /// The source in a few words.
    let describe (source: Source) =
        match source with
        | Source.Image path -> path
        | Source.Scene seed -> $"scene {seed}"
        | Source.Input path -> path
        | Source.Standardised(path, map) when Array.forall ((=) 1.0) map.Unit -> $"{path}, centred"
        | Source.Standardised(path, _) -> $"{path}, standardised"

    /// The source as a member of a JSON object: image, scene or input.
    let toJson (source: Source) : string * Json =
        match source with
        | Source.Image path -> "image", Json.Text path
        | Source.Scene seed -> "scene", Json.whole seed
        | Source.Input path
        | Source.Standardised(path, _) -> "input", Json.Text path
