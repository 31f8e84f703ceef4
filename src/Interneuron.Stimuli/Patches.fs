namespace Interneuron.Stimuli

open System
open Interneuron.Statistics
open Interneuron.Kernels

/// Square patches of pictures without their mean, as coefficients of cosines: side x side pixels are side^2 - 1 numbers, since the cosine
/// of no frequency, the mean, is left out. The cosines are orthonormal, so that lengths are those of pixels.
[<RequireQualifiedAccess>]
module Patches =
    let private requireSide side =
        if side < 2 then
            invalidArg (nameof side) $"The side of a patch is {side} pixels; it is at least 2."

    /// The cosine of frequencies (u, v) at each pixel, for all but (0, 0): (side^2 - 1) x side^2 numbers, row-major.
    let private cosines side =
        let one frequency x =
            let scale = if frequency = 0 then sqrt 0.5 else 1.0

            scale
            * sqrt (2.0 / float side)
            * cos (Math.PI * float (2 * x + 1) * float frequency / float (2 * side))

        Array.init ((side * side - 1) * side * side) (fun k ->
            let wave, pixel = k / (side * side) + 1, k % (side * side)
            one (wave / side) (pixel / side) * one (wave % side) (pixel % side))

    /// All patches of an image of this side, one row a patch, of the coefficients of its cosines: n x (side^2 - 1), n the number of places.
    /// ArgumentException when the image is smaller than a patch.
    let ofPixels (side: int) (pixels: Grid) : Grid =
        requireSide side

        let patches =
            pixels
            |> Coefficients.neighbours
                [ for y in 0 .. side - 1 do
                      for x in 0 .. side - 1 -> y, x ]

        let waves, area = side * side - 1, side * side
        let cosines = cosines side
        let values = patches.Memory

        let coefficients =
            Processors.Map(
                patches.Rows,
                fun row ->
                    let patch = values.Slice(row * area, area).Span
                    let result = Array.zeroCreate waves

                    for wave in 0 .. waves - 1 do
                        let mutable sum = 0.0

                        for pixel in 0 .. area - 1 do
                            sum <- sum + cosines[wave * area + pixel] * patch[pixel]

                        result[wave] <- sum

                    result
            )

        Grid.ofArray patches.Rows waves (Array.concat coefficients)

    /// The patch of pixels, side x side with the mean zero, that has these coefficients (side^2 - 1).
    let toPixels (side: int) (coefficients: float array) : Grid =
        requireSide side
        let area = side * side

        if coefficients.Length <> area - 1 then
            invalidArg (nameof coefficients) $"{coefficients.Length} coefficients for a patch of side {side}, which has {area - 1}."

        let cosines = cosines side

        Grid.init side side (fun y x ->
            Seq.sum (seq { for wave in 0 .. area - 2 -> coefficients[wave] * cosines[wave * area + y * side + x] }))
