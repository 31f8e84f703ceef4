namespace Interneuron.Statistics

/// Kolmogorov-Smirnov distance: the largest difference between two cumulative distribution functions, in [0, 1].
[<RequireQualifiedAccess>]
module Ks =
    /// The distance between n one-dimensional samples and a target given by its continuous cdf. For samples drawn from the target it is
    /// about 0.87 / sqrt n on average.
    let toTarget (cdf: float -> float) (samples: float[]) =
        let ascending = Samples.sorted samples
        let n = float ascending.Length
        let mutable distance = 0.0

        for i in 0 .. ascending.Length - 1 do
            let p = cdf ascending[i]

            if not (p >= 0.0 && p <= 1.0) then
                invalidArg (nameof cdf) $"the cdf at {ascending[i]} is {p}; a probability lies in [0, 1]"

            // The empirical cdf jumps from i/n to (i+1)/n here; the supremum is met on one side of a jump.
            distance <- max distance (max (float (i + 1) / n - p) (p - float i / n))

        distance

    /// Whether samples, so many, are far from a target by their distance: by more than a tenth beyond what one in a hundred sets of samples
    /// of the target itself is at most, 1.63 / sqrt n.
    let isFar (count: int) (distance: float) : bool =
        distance > 0.1 + 1.63 / sqrt (float count)

    /// The distance between two sets of one-dimensional samples, of any sizes; ties are one jump.
    let twoSample (first: float[]) (second: float[]) =
        let a, b = Samples.sorted first, Samples.sorted second
        let mutable i = 0
        let mutable j = 0
        let mutable distance = 0.0

        while i < a.Length && j < b.Length do
            let x = min a[i] b[j]

            while i < a.Length && a[i] = x do
                i <- i + 1

            while j < b.Length && b[j] = x do
                j <- j + 1

            distance <- max distance (abs (float i / float a.Length - float j / float b.Length))

        distance
