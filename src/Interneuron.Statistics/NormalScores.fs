namespace Interneuron.Statistics

/// Normal scores: every coordinate replaced by the normal quantile of its rank, which makes each marginal Gaussian and keeps the
/// dependence.
[<RequireQualifiedAccess>]
module NormalScores =
    /// The normal scores of n one-dimensional samples: the standard normal quantile at (rank - 1/2)/n; equal samples share their mean rank.
    let ofColumn (samples: float[]) =
        let n = Samples.count 1 samples
        let ascending = Array.copy samples
        let order = Array.init n id
        System.Array.Sort(ascending, order)
        let scores = Array.zeroCreate n
        let mutable first = 0

        while first < n do
            let mutable next = first + 1

            while next < n && ascending[next] = ascending[first] do
                next <- next + 1
            // Ranks first + 1 .. next, whose mean minus one half is (first + next)/2.
            let score = StandardNormal.quantile (float (first + next) / (2.0 * float n))

            for k in first .. next - 1 do
                scores[order[k]] <- score

            first <- next

        scores

    /// The normal scores of n x N samples, coordinate by coordinate.
    let ofSamples (dimension: int) (samples: float[]) =
        Array.init dimension (fun j -> ofColumn (Samples.column dimension j samples))
        |> Samples.ofColumns
