namespace Interneuron.Experiments

open System
open System.IO
open Interneuron.Statistics
open Interneuron.Core.Files
open Interneuron.Stimuli

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
    /// Refuses a value that is not finite, naming its row, counted from `firstRow` at the first of these rows of `columns` values.
    let internal requireFinite (path: string) (columns: int) (firstRow: int64) (values: ReadOnlySpan<float>) =
        for i in 0 .. values.Length - 1 do
            if not (Double.IsFinite values[i]) then
                let row = firstRow + int64 (i / columns)

                raise (Refusal $"{path}: row {row} has the value {values[i]} in column {i % columns}; every value has to be finite.")

    // Samples from an array, n x N, all finite. Refusal otherwise.
    let private readSamples (path: string) : Grid =
        let samples = Npy.readGrid path
        requireFinite path samples.Columns 0L samples.Values
        samples

    /// The samples of an array as a grid that lies in its file. Refusal when it cannot be used; ArgumentException for a picture.
    let mapped (source: Source) : NpyMap =
        match source with
        | Source.Input path -> new NpyMap(path, None)
        | Source.Standardised(path, map) -> new NpyMap(path, Some map)
        | Source.Image _
        | Source.Scene _ -> invalidArg (nameof source) $"{Source.describe source} is no array"

    /// The source as it is called among others: the name of its file alone.
    let shortName (source: Source) : string =
        match source with
        | Source.Image path
        | Source.Input path
        | Source.Standardised(path, _) -> string (Path.GetFileName path)
        | Source.Scene _ -> Source.describe source

    /// The source as members of a JSON object, one for each kind that there could be.
    let members (kinds: string list) (source: Source) : (string * Json) list =
        let given, value = Source.toJson source
        [ for kind in kinds -> kind, (if kind = given then value else Json.Null) ]

    /// The members for every kind of source.
    let ofAnyKind: string list = [ "image"; "scene"; "input" ]

    /// Whether the source is an array.
    let isArray (source: Source) : bool =
        match source with
        | Source.Input _
        | Source.Standardised _ -> true
        | Source.Image _
        | Source.Scene _ -> false

    /// Refuses an array, for this reason.
    let requirePicture (reason: string) (source: Source) : unit =
        match source with
        | Source.Input path
        | Source.Standardised(path, _) -> raise (Refusal $"{path}: {reason}")
        | Source.Image _
        | Source.Scene _ -> ()

    /// The scene of a seed.
    let scene (seed: int) : Image =
        if seed < 0 then
            raise (Refusal $"the seed of a scene is a whole number from 0 on, not {seed}.")

        Scene.create Scene.standard seed

    // Its coefficients, as many as pixels, and the transforms they come from take about a gigabyte.
    let private largestSide = 4096

    /// The centred square of a photograph, the largest with a side that is a power of two. Refusal when the file is not a picture, or
    /// smaller than the 8 x 8 pixels that a pyramid needs. Its side is at most 4096.
    let photograph (path: string) : Image =
        let image = Image.load path

        if min image.Height image.Width < 8 then
            raise (Refusal $"{path}: has {image.Height} x {image.Width} pixels; a pyramid needs at least 8 x 8.")

        let square = Image.centredSquare image
        Image.centred (min square.Height largestSide) square

    /// The picture of a source. Refusal when it cannot be used; ArgumentException for an array.
    let picture (source: Source) : Image =
        match source with
        | Source.Image path -> photograph path
        | Source.Scene seed -> scene seed
        | Source.Input _
        | Source.Standardised _ -> invalidArg (nameof source) $"{Source.describe source} is an array"

    // As many as a picture of 512 x 512 has coefficients: a KS distance is then known to 0.002, mutual information to 0.0002 nats.
    let private mostMeasured = 1 <<< 18

    /// What is measured, n x N: at most 262,144 stimuli, evenly from all, so that time and memory do not grow with them; learning draws
    /// from all.
    let measured (stimuli: Stimuli) : float array =
        let s = stimuli.S

        if s.Rows <= mostMeasured then
            s.ToArray()
        else
            Array.init (mostMeasured * s.Columns) (fun k ->
                s[int (int64 (k / s.Columns) * int64 s.Rows / int64 mostMeasured), k % s.Columns])

    /// How many of the stimuli are measured, for people.
    let counts (stimuli: Stimuli) : string =
        let count = stimuli.S.Rows

        if count <= mostMeasured then
            string count
        else
            $"{count}, of which {mostMeasured}, evenly from all, are measured"

    // A distribution that is to be shaped has some spread along every coordinate.
    let private requireSpread (path: string) (samples: Grid) =
        for j in 0 .. samples.Columns - 1 do
            let first = samples[0, j]
            let mutable row = 1

            while row < samples.Rows && samples[row, j] = first do
                row <- row + 1

            // Single numbers that are all zero are refused where learning would start.
            if row = samples.Rows && (first <> 0.0 || samples.Columns > 1) then
                raise (
                    Refusal
                        $"{path}: has the value {first} in all of its {samples.Rows} rows in column {j}; there is no distribution to shape."
                )

    /// The pictures of a folder, in the order of their names. Refusal when there is no such folder, or no picture in it.
    let picturesIn (folder: string) : string list =
        if not (Directory.Exists folder) then
            raise (Refusal $"{folder}: no such folder.")

        let isPicture (path: string) =
            Image.extensions
            |> List.contains ((string (Path.GetExtension path)).ToLowerInvariant())

        match
            Directory.GetFiles folder
            |> Array.filter isPicture
            |> Array.sortWith (fun a b -> String.CompareOrdinal(a, b))
            |> List.ofArray
        with
        | [] -> raise (Refusal $"{folder}: has no pictures ({Image.formats}).")
        | paths -> paths

    /// The stimuli of a source: those that `coefficients` takes from its picture, or the rows of its array. Refusal when it cannot be used.
    let load (coefficients: Image -> Grid) (source: Source) : Stimuli =
        let ofPicture picture =
            try
                { Source = source
                  Picture = Some picture
                  S = coefficients picture }
            with :? Refusal as error ->
                raise (Refusal($"{Source.describe source}: {error.Message}", error))

        let ofArray path samples =
            requireSpread path samples

            { Source = source
              Picture = None
              S = samples }

        match source with
        | Source.Image _
        | Source.Scene _ -> ofPicture (picture source)
        | Source.Input path -> ofArray path (readSamples path)
        | Source.Standardised(path, map) -> ofArray path (Standardisation.applyTo map (readSamples path))
