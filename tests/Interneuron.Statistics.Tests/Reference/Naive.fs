/// The definitions, computed the obvious way.
module Interneuron.Statistics.Tests.Reference.Naive

/// The empirical cdf.
let empiricalCdf (samples: float[]) x =
    float (samples |> Array.filter (fun s -> s <= x) |> Array.length)
    / float samples.Length

/// The largest difference between the empirical cdf and `cdf`, looked for at the samples and just below them.
let ks (cdf: float -> float) samples =
    samples
    |> Array.collect (fun x ->
        let below =
            float (samples |> Array.filter (fun s -> s < x) |> Array.length)
            / float samples.Length

        [| abs (empiricalCdf samples x - cdf x); abs (below - cdf x) |])
    |> Array.max

/// The largest difference between two empirical cdfs.
let ksTwoSample a b =
    Array.append a b
    |> Array.map (fun x -> abs (empiricalCdf a x - empiricalCdf b x))
    |> Array.max

/// All orders of a list.
let rec permutations items =
    match items with
    | [] -> [ [] ]
    | _ ->
        [ for item in items do
              for rest in permutations (List.except [ item ] items) do
                  item :: rest ]

/// W2^2 between two sets by repeating every sample until both sets are of one size, then sorting.
let squaredWasserstein (a: float[]) (b: float[]) =
    let repeated times =
        Array.collect (Array.replicate times) >> Array.sort

    Array.map2 (fun x y -> (x - y) * (x - y)) (repeated b.Length a) (repeated a.Length b)
    |> Array.average

/// A Gaussian kernel density at (x, y), summed over all pairs.
let kernelDensity (hx: float, hy: float) (pairs: float[]) (x: float) (y: float) =
    pairs
    |> Array.chunkBySize 2
    |> Array.averageBy (fun pair ->
        exp (-0.5 * (pown ((x - pair[0]) / hx) 2 + pown ((y - pair[1]) / hy) 2))
        / (2.0 * System.Math.PI * hx * hy))

/// Mutual information of relative frequencies from its definition, sum p log(p / (p_x p_y)), and the numbers of occupied cells, rows and
/// columns.
let binnedInformation width (pairs: float[]) =
    let cells = pairs |> Array.map (fun x -> floor (x / width)) |> Array.chunkBySize 2
    let n = float cells.Length

    let share key =
        cells
        |> Array.countBy key
        |> Array.map (fun (k, count) -> k, float count / n)
        |> Map.ofArray

    let px, py, p = share Array.head, share Array.last, share List.ofArray

    let information =
        p
        |> Map.toSeq
        |> Seq.sumBy (fun (cell, q) -> q * log (q / (px[cell.Head] * py[List.last cell])))

    information, p.Count, px.Count, py.Count

/// Kraskov, Stoegbauer and Grassberger's first estimate by comparing all points with all.
let nearestNeighbourInformation k (pairs: float[]) =
    let points = Array.chunkBySize 2 pairs
    let n = points.Length

    let psi (m: int) =
        MathNet.Numerics.SpecialFunctions.DiGamma(float m)

    let term i =
        let along axis =
            [| for j in 0 .. n - 1 do
                   if j <> i then
                       abs (points[j][axis] - points[i][axis]) |]

        let dx, dy = along 0, along 1
        let radius = (Array.map2 max dx dy |> Array.sort)[k - 1]

        let nearer distances =
            distances |> Array.filter (fun d -> d < radius) |> Array.length

        psi (nearer dx + 1) + psi (nearer dy + 1)

    psi k + psi n - (Array.init n term |> Array.average)

/// The least mean squared distance over all matchings of a few points, with its mean product.
let bestMatching dimension (a: float[]) (b: float[]) =
    let a, b = Array.chunkBySize dimension a, Array.chunkBySize dimension b

    permutations [ 0 .. a.Length - 1 ]
    |> List.map (fun order ->
        let mean f =
            order
            |> List.mapi (fun i j -> Array.map2 f a[i] b[j] |> Array.sum)
            |> List.average

        mean (fun x y -> (x - y) * (x - y)), mean (*))
    |> List.minBy fst
