namespace Interneuron.Statistics

/// A density in one dimension, estimated cell by cell. The three arrays have one entry per cell, from left to right.
type DensityCurve =
    {
        /// The mean of the samples in the cell.
        X: float[]
        /// Samples in the cell / (n x width), in units of 1/x.
        Density: float[]
        /// The cell's width, in units of x.
        Width: float[]
    }

/// Densities of one-dimensional samples, for plots with a logarithmic axis.
[<RequireQualifiedAccess>]
module Density =
    /// The fewest samples in a cell: its standard error is then at most a quarter of its value (0.11 decades).
    let private fewestInCell = 16

    /// The width of Freedman and Diaconis, 2 IQR n^(-1/3); where half of the samples are equal, Scott's, 3.49 sd n^(-1/3).
    let private coreWidth (ascending: float[]) =
        let n = ascending.Length
        let spread = 2.0 * (ascending[3 * (n - 1) / 4] - ascending[(n - 1) / 4])

        let spread =
            if spread > 0.0 then
                spread
            else
                3.49 * Moments.standardDeviation ascending

        spread / System.Math.Cbrt(float n)

    /// How many times narrower grid cells are than the core width.
    let private refinement = 16.0

    /// Joins neighbouring cells, in the order given, until each group is complete; what is left at the end joins the last group.
    /// Groups are (nearest cell, farthest cell, samples), the last first.
    let private group complete (counts: int[]) cells =
        let add groups cell =
            match groups with
            | (near, far, sum) :: others when not (complete (1 + abs (far - near)) sum) -> (near, cell, sum + counts[cell]) :: others
            | _ -> (cell, cell, counts[cell]) :: groups

        match List.fold add [] cells with
        | (near, far, few) :: (nearer, _, sum) :: others when not (complete (1 + abs (far - near)) few) ->
            (nearer, far, sum + few) :: others
        | groups -> groups

    /// The density of n one-dimensional samples by a histogram whose cells adapt to the samples. From the highest cell outwards, a cell
    /// grows until it holds n^(2/3)/4 samples (which keeps it narrow at a sharp peak), or has the Freedman-Diaconis width and 16 samples
    /// (so that a tail is neither ragged nor cut off where cells would be empty). Nothing is smoothed: peaks and steep tails keep their
    /// height. Samples that are all equal have no density.
    let histogram (samples: float[]) =
        let ascending = Samples.sorted samples
        let n = ascending.Length
        let start = ascending[0]

        if ascending[n - 1] = start then
            Refusal.argument (nameof samples) $"all {n} samples are {start}; a density needs at least two values"

        let range = ascending[n - 1] - start

        if not (System.Double.IsFinite range) then
            Refusal.argument (nameof samples) $"the samples run from {start} to {ascending[n - 1]}, which is beyond the range of a double"

        let core = coreWidth ascending
        // A few outliers must not make more cells than there are samples.
        let width = max (core / refinement) (range / float n)
        let plenty = max fewestInCell (int (System.Math.Cbrt(float n) ** 2.0 / 4.0))

        let complete cells count =
            count >= plenty || (float cells * width >= core && count >= fewestInCell)

        let cells = 1 + int (range / width)
        let counts = Array.zeroCreate cells
        let sums = Array.zeroCreate cells

        for x in ascending do
            let cell = int ((x - start) / width)
            counts[cell] <- counts[cell] + 1
            sums[cell] <- sums[cell] + x

        let peak = System.Array.IndexOf(counts, Array.max counts)
        let right = group complete counts [ peak .. cells - 1 ] |> List.rev

        let left =
            group complete counts [ peak - 1 .. -1 .. 0 ]
            |> List.map (fun (near, far, count) -> far, near, count)

        let groups =
            match left, right with
            | [ (first, _, few) ], (_, last, count) :: rest when few < fewestInCell -> (first, last, few + count) :: rest
            | _ -> left @ right
            |> Array.ofList

        let widths =
            groups |> Array.map (fun (first, last, _) -> float (last - first + 1) * width)

        { X =
            groups
            |> Array.map (fun (first, last, count) -> Array.sum sums[first..last] / float count)
          Density = Array.map2 (fun (_, _, count) width -> float count / (float n * width)) groups widths
          Width = widths }
