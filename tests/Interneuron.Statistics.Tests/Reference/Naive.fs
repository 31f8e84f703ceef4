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
