namespace Interneuron.Experiments

open System
open Interneuron.Stimuli

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

/// Stimuli with what they were taken from.
type Stimuli =
    {
        /// Where they come from.
        Source: Source
        /// The centred square that the coefficients are of; None for an array.
        Picture: Image option
        /// s, n x N.
        S: Grid
    }

/// From a source to stimuli.
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

    /// Refuses a value that is not finite, naming its row, counted from `firstRow` at the first of these rows of `columns` values.
    let internal requireFinite (path: string) (columns: int) (firstRow: int64) (values: ReadOnlySpan<float>) =
        for i in 0 .. values.Length - 1 do
            if not (Double.IsFinite values[i]) then
                let row = firstRow + int64 (i / columns)

                raise (
                    BadInputException $"{path}: row {row} has the value {values[i]} in column {i % columns}; every value has to be finite."
                )

    // Samples from an array, n x N, all finite. BadInputException otherwise.
    let private readSamples (path: string) : Grid =
        let samples = Npy.readGrid path
        requireFinite path samples.Columns 0L samples.Values
        samples

    /// The samples of an array as a grid that lies in its file. BadInputException when it cannot be used; ArgumentException for a picture.
    let mapped (source: Source) : NpyMap =
        match source with
        | Source.Input path -> new NpyMap(path, None)
        | Source.Standardised(path, map) -> new NpyMap(path, Some map)
        | Source.Image _
        | Source.Scene _ -> invalidArg (nameof source) $"{describe source} is no array"

    /// The scene of a seed.
    let scene (seed: int) : Image =
        if seed < 0 then
            raise (BadInputException $"the seed of a scene is a whole number from 0 on, not {seed}.")

        Scene.create Scene.standard seed

    // Its coefficients, as many as pixels, and the transforms they come from take about a gigabyte.
    let private largestSide = 4096

    /// The centred square of a photograph, the largest with a side that is a power of two. BadInputException when the file is not a picture, or
    /// smaller than the 8 x 8 pixels that a pyramid needs. Its side is at most 4096.
    let photograph (path: string) : Image =
        let image = Image.load path

        if min image.Height image.Width < 8 then
            raise (BadInputException $"{path}: has {image.Height} x {image.Width} pixels; a pyramid needs at least 8 x 8.")

        let square = Image.centredSquare image
        Image.centred (min square.Height largestSide) square

    /// The stimuli of a source: those that `coefficients` takes from its picture, or the rows of its array. BadInputException when it cannot be used.
    let load (coefficients: Image -> Grid) (source: Source) : Stimuli =
        let ofPicture picture =
            try
                { Source = source
                  Picture = Some picture
                  S = coefficients picture }
            with :? BadInputException as error ->
                raise (BadInputException($"{describe source}: {error.Message}", error))

        match source with
        | Source.Image path -> ofPicture (photograph path)
        | Source.Scene seed -> ofPicture (scene seed)
        | Source.Input path ->
            { Source = source
              Picture = None
              S = readSamples path }
        | Source.Standardised(path, map) ->
            { Source = source
              Picture = None
              S = Standardisation.applyTo map (readSamples path) }
