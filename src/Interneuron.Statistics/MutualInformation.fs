namespace Interneuron.Statistics

open System
open System.Collections.Generic
open MathNet.Numerics
open MathNet.Numerics.Random
open Interneuron.Kernels

/// Mutual information of pairs counted in square bins, in nats.
type BinnedInformation =
    {
        /// The plug-in estimate, with relative frequencies as probabilities; too large by (cells - rows - columns + 1)/2n on average.
        PlugIn: float
        /// The plug-in estimate less that bias (Miller 1955): the value to report. It can fall below zero for independent coordinates.
        Corrected: float
        /// The number of bins that hold a pair.
        Cells: int
        /// The same for bins of the first coordinate.
        Rows: int
        /// The same for bins of the second coordinate.
        Columns: int
    }

/// Mutual information between the two coordinates of n pairs (n x 2), in nats.
[<RequireQualifiedAccess>]
module MutualInformation =
    /// Numbers distinct keys in order of appearance: the number of each key, and how often each number occurs.
    let private number (keys: int64[]) =
        let numbers = Dictionary<int64, int>()
        let counts = ResizeArray<int>()

        let numbered =
            keys
            |> Array.map (fun key ->
                let mutable entry = 0

                if not (numbers.TryGetValue(key, &entry)) then
                    entry <- counts.Count
                    numbers[key] <- entry
                    counts.Add 0

                counts[entry] <- counts[entry] + 1
                entry)

        numbered, counts.ToArray()

    /// The sum of c log c, which is n log n minus n times the plug-in entropy.
    let private sumOfLogs (counts: int[]) =
        counts |> Array.sumBy (fun count -> float count * log (float count))

    /// A value this fraction of a bin below an edge counts as on it, so that rounding does not decide where equal numbers go, whatever
    /// their former scale.
    let private slack = 1e-9

    /// By counting in square bins of this width, with edges at its multiples. The paper uses width 0.5 for coordinates of unit variance;
    /// coordinates of other scales should be standardised first (`Moments.standardise`). Coarse bins mistake the shape of the marginals for
    /// dependence; `NormalScores` avoid that.
    let binned (width: float) (pairs: float[]) =
        if not (Double.IsFinite width && width > 0.0) then
            invalidArg (nameof width) $"the bin width is {width}; it has to be positive"

        let n = Samples.count 2 pairs
        let extent = pairs |> Array.fold (fun most x -> max most (abs x)) 0.0

        if extent / width > 1e9 then
            Refusal.argument (nameof pairs) $"the pairs reach to {extent}, {extent / width} bins of width {width}; standardise them first"

        let bin (x: float) = int64 (floor (x / width + slack))
        let rowOf, rows = number (Array.init n (fun i -> bin pairs[2 * i]))
        let columnOf, columns = number (Array.init n (fun i -> bin pairs[2 * i + 1]))

        let _, cells =
            number (Array.init n (fun i -> int64 rowOf[i] * int64 columns.Length + int64 columnOf[i]))

        let plugIn =
            log (float n) + (sumOfLogs cells - sumOfLogs rows - sumOfLogs columns) / float n

        let excess = float (cells.Length - rows.Length - columns.Length + 1)

        { PlugIn = plugIn
          Corrected = plugIn - excess / (2.0 * float n)
          Cells = cells.Length
          Rows = rows.Length
          Columns = columns.Length }

    /// How many numbers of an ascending array lie nearer to its member x than `radius`, x itself not counted. Differences are formed as the
    /// tree forms them, so that the neighbour at just this distance is never counted through rounding.
    let private countNearer (ascending: float[]) x radius =
        let rec firstWhere predicate low high =
            if low = high then
                low
            else
                let middle = low + (high - low) / 2

                if predicate ascending[middle] then
                    firstWhere predicate low middle
                else
                    firstWhere predicate (middle + 1) high

        let from = firstWhere (fun v -> x - v < radius) 0 ascending.Length
        let till = firstWhere (fun v -> v - x >= radius) from ascending.Length
        max 0 (till - from - 1)

    /// psi(1) ... psi(n), the digamma function at whole numbers.
    let private digammas n =
        Array.scan (fun psi m -> psi + 1.0 / float m) (-Constants.EulerMascheroni) [| 1 .. n - 1 |]

    /// The nearest-neighbour estimate of Kraskov, Stoegbauer and Grassberger (Phys. Rev. E 69, 066138, 2004; algorithm 1, equation 8):
    /// psi(k) + psi(n) - mean(psi(n_x + 1) + psi(n_y + 1)), where n_x and n_y count the points whose coordinate is nearer than the k-th
    /// neighbour in the maximum norm. k = 3 is usual. The coordinates are standardised, since distances compare them, and numbers that
    /// occur more than once are spread as far as they have been rounded (`Ties.spread`), since among equal pairs there are no distances. It
    /// needs n > k, and coordinates that are not the same in all pairs.
    let nearestNeighbours (k: int) (pairs: float[]) =
        let n = Samples.count 2 pairs

        if k < 1 || k >= n then
            Refusal.argument (nameof k) $"{k} neighbours among {n} pairs; k has to be at least 1 and less than the number of pairs"

        let pairs = pairs |> Ties.spreadColumns 2 |> Moments.standardise 2

        let xs, ys =
            Samples.sorted (Samples.column 2 0 pairs), Samples.sorted (Samples.column 2 1 pairs)

        let psi = digammas n
        let tree = KdTree pairs

        let terms =
            Processors.Map(
                n,
                fun i ->
                    let nearest = Array.zeroCreate<float> k
                    tree.NearestTo(i, nearest.AsSpan())
                    let struct (x, y) = tree[i]
                    let radius = nearest[k - 1]
                    psi[countNearer xs x radius] + psi[countNearer ys y radius]
            )

        psi[k - 1] + psi[n - 1] - Array.average terms

    /// What an estimate gives when there is no dependence: its values on `permutations` copies of the pairs whose second coordinate is
    /// shuffled (seeded). Their mean is the null level, their spread the estimate's own noise.
    let permutationNull (estimate: float[] -> float) (seed: int) (permutations: int) (pairs: float[]) =
        Samples.count 2 pairs |> ignore

        if permutations < 1 then
            invalidArg (nameof permutations) $"{permutations} permutations; there has to be at least one"

        let random = Xoshiro256StarStar(seed, false)
        let x, y = Samples.column 2 0 pairs, Samples.column 2 1 pairs

        Array.init permutations (fun _ ->
            random.Shuffle y
            estimate (Samples.ofColumns [| x; y |]))
