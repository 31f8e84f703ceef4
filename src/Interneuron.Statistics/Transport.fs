namespace Interneuron.Statistics

open System

/// An optimal coupling between two sets of equally many samples: a matching.
type DiscreteTransport =
    {
        /// Stimulus i is matched to target sample Assignment[i].
        Assignment: int[]
        /// The mean of |s - r|^2 over the matching: W2^2 between the two sets.
        SquaredDistance: float
        /// J_opt, the mean of s . r over the matching: the largest value over all couplings.
        Optimum: float
        /// How far the matching can be from the best one at most, in the unit of SquaredDistance: its cost less the dual bound. Rounding
        /// error, when exact.
        Gap: float
    }

/// Exact optimal transport with cost |s - r|^2 between two sets of samples.
[<RequireQualifiedAccess>]
module Transport =
    /// The largest number of samples that `exact` takes; beyond it the matrix of costs and the time grow out of bounds.
    let largest = 5000

    let private squaredDistance dimension (a: float[]) i (b: float[]) j =
        let mutable sum = 0.0

        for k in 0 .. dimension - 1 do
            let d = a[i * dimension + k] - b[j * dimension + k]
            sum <- sum + d * d

        sum

    /// The best matching of n x N stimuli to as many target samples (n x N), by the assignment problem: exact, seconds at n = 2,000, and
    /// refused beyond `largest` (`Sinkhorn` goes on from there). Between samples, not distributions: the distance of two sets of n from
    /// one distribution in N dimensions falls only as n^(-1/N), and `Optimum` lies below that of the distributions on average.
    let exact (dimension: int) (stimuli: float[]) (targets: float[]) =
        let n = Samples.count dimension stimuli
        let m = Samples.count dimension targets

        if n <> m then
            invalidArg (nameof targets) $"{m} target samples for {n} stimuli; a matching needs as many"

        if n > largest then
            let gigabytes =
                (8e-9 * float n * float n).ToString("0.0", Globalization.CultureInfo.InvariantCulture)

            Refusal.argument (nameof stimuli) $"{n} samples, whose costs fill {gigabytes} GB; the exact solver takes at most {largest}"

        let cost = Array.zeroCreate (n * n)

        for i in 0 .. n - 1 do
            for j in 0 .. n - 1 do
                cost[i * n + j] <- squaredDistance dimension stimuli i targets j

        let solution = Assignment.solve n cost
        let paid = Array.init n (fun i -> cost[i * n + solution.ColumnOf[i]])

        let dual =
            (Array.sum solution.RowPrices + Array.sum solution.ColumnPrices) / float n

        let products =
            Array.init n (fun i ->
                let j = solution.ColumnOf[i]
                let mutable dot = 0.0

                for k in 0 .. dimension - 1 do
                    dot <- dot + stimuli[i * dimension + k] * targets[j * dimension + k]

                dot)

        { Assignment = solution.ColumnOf
          SquaredDistance = Array.average paid
          Optimum = Array.average products
          Gap = max 0.0 (Array.average paid - dual) }
