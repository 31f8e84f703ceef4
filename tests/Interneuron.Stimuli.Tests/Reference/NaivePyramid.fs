/// The steerable pyramid word for word: sums over all pixels and frequencies, low-pass filters in a cascade, angles by atan2.
module Interneuron.Stimuli.Tests.Reference.NaivePyramid

open System
open System.Numerics
open Interneuron.Stimuli
open Interneuron.Statistics

let private lowPass radius cutoff =
    let octaves = Math.Log2(radius / cutoff)

    if octaves <= -1.0 then 1.0
    elif octaves >= 0.0 then 0.0
    else Math.Cos(Math.PI / 2.0 * (octaves + 1.0))

let private highPass radius cutoff =
    sqrt (1.0 - lowPass radius cutoff ** 2.0)

let rec private factorial n =
    if n = 0 then 1.0 else float n * factorial (n - 1)

let private filter order height subband (fy: float) (fx: float) : Complex =
    let radius = sqrt (fx * fx + fy * fy)
    // The low-pass filters before the first scale and behind each of `scales` scales: every one an octave below the last.
    let cascade scales =
        Seq.fold (fun product scale -> product * lowPass radius (0.5 ** float scale)) 1.0 (seq { 0..scales })

    match subband with
    | Subband.HighPass -> Complex(highPass radius 1.0, 0.0)
    | Subband.LowPass -> Complex(cascade height, 0.0)
    | Subband.Oriented(scale, orientation) ->
        let angle = Math.Atan2(fy, fx) - Math.PI * float orientation / float (order + 1)

        let c =
            2.0 ** float order * factorial order
            / sqrt (float (order + 1) * factorial (2 * order))

        let radial = cascade scale * highPass radius (0.5 ** float (scale + 1))

        Complex.Pow(-Complex.ImaginaryOne, float order)
        * Complex(radial * c * Math.Cos angle ** float order, 0.0)

/// One subband of a grid.
let subband order height subband (grid: Grid) =
    let rows, columns = grid.Rows, grid.Columns
    let signed n k = if 2 * k < n then k else k - n

    let wave sign u v y x =
        let turns = float (u * y) / float rows + float (v * x) / float columns
        Complex.FromPolarCoordinates(1.0, sign * 2.0 * Math.PI * turns)

    let filtered =
        Array2D.init rows columns (fun u v ->
            let mutable sum = Complex.Zero

            for y in 0 .. rows - 1 do
                for x in 0 .. columns - 1 do
                    sum <- sum + Complex(grid[y, x], 0.0) * wave -1.0 u v y x

            let fy, fx =
                2.0 * float (signed rows u) / float rows, 2.0 * float (signed columns v) / float columns

            sum * filter order height subband fy fx)

    Grid.init rows columns (fun y x ->
        let mutable sum = Complex.Zero

        for u in 0 .. rows - 1 do
            for v in 0 .. columns - 1 do
                sum <- sum + filtered[u, v] * wave 1.0 u v y x

        sum.Real / float (rows * columns))
