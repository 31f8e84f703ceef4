namespace Interneuron.Stimuli

open System
open System.Numerics
open Interneuron.Statistics

/// One part of a steerable pyramid. Scales and orientations are counted from 0; scale 0 is the finest.
[<RequireQualifiedAccess>]
type Subband =
    /// What lies above the finest scale.
    | HighPass
    /// The frequencies of one scale in one orientation.
    | Oriented of scale: int * orientation: int
    /// What lies below the coarsest scale, with the mean.
    | LowPass

/// A steerable pyramid for grids of one shape: its order and height, which fix the subbands. Made by `Pyramid.create`, which checks them.
[<Sealed>]
type Pyramid internal (order: int, height: int, rows: int, columns: int) =

    /// The order n of the angular filters cos(theta - theta_k)^n.
    member _.Order = order

    /// The number of scales between the two residuals.
    member _.Height = height

    /// The number of rows of the grids it analyses.
    member _.Rows = rows

    /// The number of columns of the grids it analyses.
    member _.Columns = columns

    /// The number of orientations, order + 1: a directional filter of order n is steered by n + 1 copies of itself.
    member _.Orientations = order + 1

/// The steerable pyramid in the frequency domain (Simoncelli and Freeman, "The steerable pyramid", ICIP 1995; Portilla and Simoncelli, IJCV
/// 40, 2000), not downsampled, every subband as large as the image. Its filters form a tight frame of constant 1: the squares of all
/// coefficients sum to the squares of the pixels, and the adjoint reconstructs the image. The image is taken as periodic.
[<RequireQualifiedAccess>]
module Pyramid =

    /// The order in the paper: 2, so 3 orientations.
    let publishedOrder = 2

    /// The height in the paper: 3 scales.
    let publishedHeight = 3

    /// The largest height for grids of this shape, floor(log2(smaller side)) - 2: the coarsest scale is then still free of the mean.
    let maximalHeight rows columns =
        BitOperations.Log2(uint32 (min rows columns)) - 2

    /// A pyramid of this order (0 to 15) and height (1 to `maximalHeight`) for grids of rows x columns. ArgumentException outside these
    /// bounds.
    let create order height rows columns =
        if order < 0 || order > 15 then
            invalidArg (nameof order) $"The order of a pyramid lies in 0 .. 15; it was {order}."

        if min rows columns < 8 then
            invalidArg (nameof rows) $"A pyramid needs at least 8 x 8 values; the shape was {rows} x {columns}."

        let most = maximalHeight rows columns

        if height < 1 || height > most then
            Refusal.argument (nameof height) $"The height of a pyramid over {rows} x {columns} values lies in 1 .. {most}; it was {height}."

        Pyramid(order, height, rows, columns)

    /// All subbands, from fine to coarse: 2 + height * (order + 1) of them.
    let subbands (pyramid: Pyramid) =
        [ Subband.HighPass
          for scale in 0 .. pyramid.Height - 1 do
              for orientation in 0 .. pyramid.Order do
                  Subband.Oriented(scale, orientation)
          Subband.LowPass ]

    // x is log2 of the radius as a fraction of the Nyquist frequency. rise and fall are the two halves of a raised cosine one octave wide,
    // rise^2 + fall^2 = 1. Being one octave wide, fall(x + 1) is zero wherever fall(x) is not 1, so a cascade of
    // low-pass filters equals its last one, and each scale is a product of two factors.
    let private rise x =
        if x <= -1.0 then 0.0
        elif x >= 0.0 then 1.0
        else Math.Cos(Math.PI / 2.0 * x)

    let private fall x =
        if x <= -1.0 then 1.0
        elif x >= 0.0 then 0.0
        else -Math.Sin(Math.PI / 2.0 * x)

    // The constant c for which c * sum_k cos(theta - pi k / (n + 1))^(2 n) = 1: the mean of cos^(2 n) is (2 n)! / (2^n n!)^2.
    let private angularScale order =
        let meanPower =
            Seq.fold (fun m k -> m * (2.0 * float k - 1.0) / (2.0 * float k)) 1.0 (seq { 1..order })

        sqrt (1.0 / (float (order + 1) * meanPower))

    let private requireSubband (pyramid: Pyramid) subband =
        match subband with
        | Subband.Oriented(scale, orientation) ->
            if scale < 0 || scale >= pyramid.Height then
                Refusal.argument (nameof subband) $"The scales of this pyramid are 0 .. {pyramid.Height - 1}; scale {scale} is not one."

            if orientation < 0 || orientation > pyramid.Order then
                Refusal.argument
                    (nameof subband)
                    $"The orientations of this pyramid are 0 .. {pyramid.Order}; orientation {orientation} is not one."
        | Subband.HighPass
        | Subband.LowPass -> ()

    // The gain of a subband's filter at the frequency (fy, fx), without the factor (-i)^order of the oriented ones.
    let private gain (pyramid: Pyramid) subband =
        match subband with
        | Subband.HighPass -> fun fy fx -> rise (Math.Log2(Math.Sqrt(fx * fx + fy * fy)))
        | Subband.LowPass -> fun fy fx -> fall (Math.Log2(Math.Sqrt(fx * fx + fy * fy)) + float pyramid.Height)
        | Subband.Oriented(scale, orientation) ->
            let c = angularScale pyramid.Order

            let struct (sin, cos) =
                Math.SinCos(Math.PI * float orientation / float pyramid.Orientations)

            fun fy fx ->
                let radius = Math.Sqrt(fx * fx + fy * fy)
                let x = Math.Log2 radius + float scale
                let radial = fall x * rise (x + 1.0)
                // Also excludes the mean, where the angle is undefined.
                if radial = 0.0 then
                    0.0
                else
                    radial * c * Math.Pow((fx * cos + fy * sin) / radius, float pyramid.Order)

    // The phase of the oriented filters: order-th derivatives of a smooth bump have the transform (i f)^order; this is its conjugate.
    let private phase (pyramid: Pyramid) subband =
        match subband with
        | Subband.Oriented _ ->
            match pyramid.Order % 4 with
            | 0 -> Complex.One
            | 1 -> -Complex.ImaginaryOne
            | 2 -> -Complex.One
            | _ -> Complex.ImaginaryOne
        | Subband.HighPass
        | Subband.LowPass -> Complex.One

    let private filtered (pyramid: Pyramid) subband (phase: Complex) (spectrum: Complex[]) =
        let gain = gain pyramid subband
        let fx = Array.init pyramid.Columns (Spectrum.frequency pyramid.Columns)
        let product = Array.zeroCreate<Complex> spectrum.Length

        for u in 0 .. pyramid.Rows - 1 do
            let fy = Spectrum.frequency pyramid.Rows u

            for v in 0 .. pyramid.Columns - 1 do
                let at = u * pyramid.Columns + v
                product[at] <- gain fy fx[v] * phase * spectrum[at]

        product

    let private requireShape (pyramid: Pyramid) (grid: Grid) =
        if grid.Rows <> pyramid.Rows || grid.Columns <> pyramid.Columns then
            invalidArg
                (nameof grid)
                $"This pyramid is for {pyramid.Rows} x {pyramid.Columns} values; the grid has {grid.Rows} x {grid.Columns}."

    /// Decomposes a grid. The grid is transformed once, when the first two arguments are given; each subband requested from the result
    /// costs one inverse transform and has the grid's shape. ArgumentException when the shape is not the pyramid's, or the pyramid lacks
    /// the subband.
    let analyse (pyramid: Pyramid) (grid: Grid) : Subband -> Grid =
        requireShape pyramid grid
        let spectrum = Spectrum.ofGrid grid

        fun subband ->
            requireSubband pyramid subband

            filtered pyramid subband (phase pyramid subband) spectrum
            |> Spectrum.toGrid pyramid.Rows pyramid.Columns

    /// Reconstructs a grid from its subbands, as `analyse` gives them or changed by the caller: the adjoint of `analyse`, and
    /// its inverse if the subbands are unchanged.
    let reconstruct (pyramid: Pyramid) (coefficients: Subband -> Grid) : Grid =
        let sum = Array.zeroCreate<Complex>(pyramid.Rows * pyramid.Columns)

        for subband in subbands pyramid do
            let grid = coefficients subband
            requireShape pyramid grid
            let back = Complex.Conjugate(phase pyramid subband)

            filtered pyramid subband back (Spectrum.ofGrid grid)
            |> Array.iteri (fun at c -> sum[at] <- sum[at] + c)

        Spectrum.toGrid pyramid.Rows pyramid.Columns sum
