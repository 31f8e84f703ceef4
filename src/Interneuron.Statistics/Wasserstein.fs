namespace Interneuron.Statistics

open MathNet.Numerics.Distributions
open MathNet.Numerics.Random

/// Optimal transport with quadratic cost where sorting solves it: in one dimension, and along directions in more.
/// W2^2 is the smallest possible mean of |s - r|^2 over couplings of s and r.
[<RequireQualifiedAccess>]
module Wasserstein =
    let private meanOver n (term: int -> float) =
        let mutable sum = 0.0

        for i in 0 .. n - 1 do
            sum <- sum + term i

        sum / float n

    let private toAscending (cells: float[]) (ascending: float[]) =
        meanOver ascending.Length (fun i -> pown (ascending[i] - cells[i]) 2)

    /// A power of two above both sets, and the sets in this unit, in which no square overflows a double.
    let private inUnit (first: float[]) (second: float[]) =
        let unit = max (Moments.unitOf first) (Moments.unitOf second)
        let scaled = Array.map (fun x -> x / unit)
        struct (unit, scaled first, scaled second)

    /// W2 between n one-dimensional samples and a target given by its quantile function: sqrt(mean((s_(i) - Q((i - 1/2)/n))^2)) over the
    /// sorted samples. The plug-in at mid-ranks leaves out the target's variance within the cells (of the order of 1/(n log n) for a
    /// Gaussian), and like every plug-in it is above zero for samples of the target itself.
    let toTarget (quantile: float -> float) (samples: float[]) =
        let ascending = Samples.sorted samples

        let struct (unit, cells, ascending) =
            inUnit (QuantileCells.midRank quantile ascending.Length) ascending

        unit * sqrt (toAscending cells ascending)

    /// J_opt = max E[s r] over couplings of n one-dimensional samples with a target in as many `cells` (see `QuantileCells`): the mean of
    /// the sorted samples times the cells, the value that no circuit's objective J goes below.
    let transportOptimum (cells: float[]) (samples: float[]) =
        let ascending = Samples.sorted samples

        if cells.Length <> ascending.Length then
            invalidArg (nameof cells) $"{cells.Length} cells for {ascending.Length} samples; there has to be one a sample"

        meanOver ascending.Length (fun i -> ascending[i] * cells[i])

    /// W2^2 between two sorted sets: the integral over p of the squared difference of their quantile functions, which are steps.
    let private squaredBetween (a: float[]) (b: float[]) =
        if a.Length = b.Length then
            toAscending a b
        else
            // In units of 1/(n m) every step ends on a whole number, so no probability is lost to rounding.
            let n, m = int64 a.Length, int64 b.Length

            let rec walk i j from sum =
                if i = n || j = m then
                    sum / float (n * m)
                else
                    let endOfA, endOfB = (i + 1L) * m, (j + 1L) * n
                    let till = min endOfA endOfB
                    let d = a[int i] - b[int j]

                    walk
                        (if endOfA = till then i + 1L else i)
                        (if endOfB = till then j + 1L else j)
                        till
                        (sum + float (till - from) * d * d)

            walk 0L 0L 0L 0.0

    /// W2 between two sets of one-dimensional samples, of any sizes.
    let twoSample (first: float[]) (second: float[]) =
        let struct (unit, a, b) = inUnit (Samples.sorted first) (Samples.sorted second)
        unit * sqrt (squaredBetween a b)

    /// `count` directions drawn uniformly from the sphere in N dimensions.
    let private directions seed count dimension =
        if count < 1 then
            invalidArg (nameof count) $"{count} directions; there has to be at least one"

        let random = Xoshiro256StarStar(seed, false)

        Array.init count (fun _ ->
            let v = Array.init dimension (fun _ -> Normal.Sample(random, 0.0, 1.0))
            let norm = sqrt (v |> Array.sumBy (fun x -> x * x))
            v |> Array.map (fun x -> x / norm))

    let private averageOver (directions: float[][]) (squared: float[] -> float) =
        sqrt (directions |> Array.averageBy squared)

    /// Sliced W2 between n x N and m x N samples: the root mean square, over `count` seeded random directions, of W2 between the
    /// projections.
    let sliced (seed: int) (count: int) (dimension: int) (first: float[]) (second: float[]) =
        Samples.count dimension first |> ignore
        Samples.count dimension second |> ignore
        let struct (unit, a, b) = inUnit first second

        let between w =
            squaredBetween (Samples.sorted (Samples.project w a)) (Samples.sorted (Samples.project w b))

        unit * averageOver (directions seed count dimension) between

    /// Sliced W2 between n x N samples and a spherical target, whose projection on every direction has the same quantile function: as
    /// `sliced`, with `toTarget` along each direction.
    let slicedToSpherical (seed: int) (count: int) (quantile: float -> float) (dimension: int) (samples: float[]) =
        let n = Samples.count dimension samples
        let struct (unit, cells, scaled) = inUnit (QuantileCells.midRank quantile n) samples

        let between w =
            toAscending cells (Samples.sorted (Samples.project w scaled))

        unit * averageOver (directions seed count dimension) between
