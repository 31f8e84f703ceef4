namespace Interneuron.Stimuli

open MathNet.Numerics.Random
open Interneuron.Statistics

/// How a dead-leaves scene is made. `Scene.standard` is the usual one.
type SceneSettings =
    {
        /// The side of the square image, in pixels.
        Size: int
        /// The smallest radius of a disc, in pixels.
        SmallestRadius: float
        /// The largest radius of a disc, in pixels; at most half of `Size`.
        LargestRadius: float
    }

/// Synthetic dead-leaves scenes: opaque discs of uniform grey that occlude one another, with a density of radii proportional
/// to r^-3, so that the scene looks alike at every scale between the limits (Ruderman, Vision Research 37, 1997; Lee, Mumford and
/// Huang, IJCV 41, 2001). Occlusion creates edges, and edges give filter responses their heavy tails, as in photographs.
[<RequireQualifiedAccess>]
module Scene =

    /// 512 x 512 pixels, radii from 6 to 64 pixels: the kurtosis of the first band is then 11 to 13, as a photograph's, and one hundredth
    /// of a standard deviation around zero holds about 6 percent of it, so that no single large disc weighs much.
    let standard =
        { Size = 512
          SmallestRadius = 6.0
          LargestRadius = 64.0 }

    // Radii with density ~ r^-3 on [a, b] by inversion: r^-2 is uniform on [b^-2, a^-2].
    let private radius settings u =
        let inverseSquare r = 1.0 / (r * r)
        let least = inverseSquare settings.LargestRadius
        1.0 / sqrt (least + u * (inverseSquare settings.SmallestRadius - least))

    // A pixel is done when less than half a step of 8-bit grey can still show through.
    let private opaque = 1.0 / 512.0

    /// The scene of a seed, periodic in both directions, as the pyramid assumes. Edges are blurred over one pixel, as a camera's are.
    /// ArgumentException when the settings don't satisfy 1 <= Size and 0 < SmallestRadius <= LargestRadius <= Size / 2.
    let create (settings: SceneSettings) (seed: int) =
        let size = settings.Size

        if
            size < 1
            || not (settings.SmallestRadius > 0.0)
            || not (settings.LargestRadius >= settings.SmallestRadius)
            || not (settings.LargestRadius <= float size / 2.0)
        then
            invalidArg
                (nameof settings)
                $"A scene needs 0 < smallest <= largest radius <= half its size; it was given {settings.SmallestRadius}, \
                {settings.LargestRadius} and {size}."
        // A fixed algorithm, so that a seed gives the same scene on every machine and every version of .NET.
        let random = Xoshiro256StarStar(seed, false)
        let intensity = Array.zeroCreate<float>(size * size)
        let uncovered = Array.create (size * size) 1.0
        let mutable remaining = size * size
        let wrap k = ((k % size) + size) % size

        // Front to back: a disc shows only where the discs before it, which lie on top, left something uncovered.
        let paint x y r grey =
            let reach = r + 0.5

            for i in int (ceil (y - reach)) .. int (floor (y + reach)) do
                let dy = float i - y
                let half = sqrt (max 0.0 (reach * reach - dy * dy))
                let row = wrap i * size

                for j in int (ceil (x - half)) .. int (floor (x + half)) do
                    let at = row + wrap j
                    let left = uncovered[at]

                    if left > 0.0 then
                        let dx = float j - x
                        // The share of the pixel inside the disc, up to the curvature of its edge.
                        let share = min 1.0 (reach - sqrt (dx * dx + dy * dy))

                        if share > 0.0 then
                            intensity[at] <- intensity[at] + left * share * grey
                            let still = left * (1.0 - share)
                            uncovered[at] <- if still < opaque then 0.0 else still

                            if still < opaque then
                                intensity[at] <- intensity[at] + still * grey
                                remaining <- remaining - 1

        while remaining > 0 do
            let x = random.NextDouble() * float size
            let y = random.NextDouble() * float size
            let r = radius settings (random.NextDouble())
            paint x y r (random.NextDouble())
        // Sums of shares can exceed 1 by rounding.
        Image(Grid(size, size, intensity |> Array.map (min 1.0)))
