namespace Interneuron.Experiments

open MathNet.Numerics.Distributions
open MathNet.Numerics.LinearAlgebra
open MathNet.Numerics.Random
open Interneuron.Statistics
open Interneuron.Core.Files
open Interneuron.Stimuli

/// Stimuli of many coordinates, white, in a part that is learned from and parts that are held out.
type PatchStimuli =
    {
        /// The side of the patches in pixels; None for the rows of an array.
        Side: int option
        /// N.
        Dimension: int
        /// What is learned from, n x N.
        Train: float array
        /// What is held out, part by part, each n x N.
        HeldOut: float array list
        /// The map that made the stimuli white, fitted to what is learned from.
        Whitening: Whitening
    }

/// From pictures and arrays to stimuli of many coordinates.
[<RequireQualifiedAccess>]
module PatchStimuli =
    // Rows of a stripe of the picture. Stripes are learned from and held out in turn, and no patch lies in two.
    let private stripe = 32
    // Parts of an array, of consecutive rows, learned from and held out in turn.
    let private parts = 16
    // A quarter as many are held out as are learned from.
    let private share = 4

    let private split source side most dimension (blocks: float array list) : PatchStimuli =
        let every first =
            blocks
            |> List.indexed
            |> List.filter (fun (i, _) -> i % 2 = first)
            |> List.map snd

        let train = every 0 |> Array.concat |> Samples.evenly dimension most
        let heldOut = every 1

        let whitening =
            try
                Whitening.zca dimension train
            with :? Refusal as error ->
                raise (Refusal($"{Source.describe source}: {error.Message}.", error))

        { Side = side
          Dimension = dimension
          Train = Whitening.apply whitening train
          HeldOut =
            heldOut
            |> List.map (
                Samples.evenly dimension (max 1 (most / share / heldOut.Length))
                >> Whitening.apply whitening
            )
          Whitening = whitening }

    /// The patches of a picture of this side, without their mean, from stripes of 32 rows that are learned from and held out in turn. Grey
    /// values are spread over one of 255 steps (seeded), since the density of rounded ones, and of areas of one grey, has no bound.
    /// Refusal for a picture that has fewer than two stripes.
    let ofPicture (source: Source) (side: int) (most: int) : PatchStimuli =
        let image = Source.picture source
        let height, width = image.Height, image.Width

        if height < 2 * stripe then
            raise (
                Refusal $"{Source.describe source}: has {height} rows; patches to learn from and others to be held out need {2 * stripe}."
            )

        let random = Xoshiro256StarStar(1, false)

        let pixels =
            image.Intensities
            |> Grid.map (fun v -> v + ContinuousUniform.Sample(random, -0.5, 0.5) / 255.0)

        [ for k in 0 .. height / stripe - 1 -> (Patches.ofPixels side (Grid.crop (k * stripe) 0 stripe width pixels)).ToArray() ]
        |> split source (Some side) most (side * side - 1)

    /// The rows of an array, of at least 3 columns, in sixteen parts that are learned from and held out in turn. Refusal for other arrays.
    let ofArray (source: Source) (most: int) : PatchStimuli =
        let s = (Source.load Coefficients.single source).S
        let n, dimension = s.Rows, s.Columns

        if dimension < 3 || n < 2 * parts * dimension then
            raise (
                Refusal
                    $"{Source.describe source}: has {n} rows of {dimension} numbers; it takes at least 3 numbers, and {2 * parts} rows for \
                    each."
            )

        let values = s.ToArray()

        [ for k in 0 .. parts - 1 -> values[k * n / parts * dimension .. (k + 1) * n / parts * dimension - 1] ]
        |> split source None most dimension

    /// The first so many stimuli to learn from, evenly from all.
    let fewer (count: int) (stimuli: PatchStimuli) : PatchStimuli =
        { stimuli with
            Train = Samples.evenly stimuli.Dimension count stimuli.Train }

    /// How many are learned from.
    let count (stimuli: PatchStimuli) : int =
        stimuli.Train.Length / stimuli.Dimension

    /// The pixels of white stimuli, side x side each; None for the rows of an array.
    let pixels (stimuli: PatchStimuli) : (float array -> Grid) option =
        stimuli.Side
        |> Option.map (fun side ->
            let inverse = (Matrix<float>.Build.DenseOfArray stimuli.Whitening.Matrix).Inverse()

            fun white ->
                inverse * Vector<float>.Build.Dense white
                |> _.ToArray()
                |> Patches.toPixels side)

    /// The filter of pixels whose response is the direction w of white stimuli: side x side; None for the rows of an array.
    let filter (stimuli: PatchStimuli) : (float array -> Grid) option =
        stimuli.Side
        |> Option.map (fun side ->
            let matrix = Matrix<float>.Build.DenseOfArray stimuli.Whitening.Matrix

            fun w ->
                matrix.TransposeThisAndMultiply(Vector<float>.Build.Dense w)
                |> _.ToArray()
                |> Patches.toPixels side)
