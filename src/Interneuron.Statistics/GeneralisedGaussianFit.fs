namespace Interneuron.Statistics

open System
open System.Numerics
open MathNet.Numerics
open MathNet.Numerics.Optimization
open MathNet.Numerics.RootFinding

/// The likelihood that a fit maximises.
[<RequireQualifiedAccess>]
type FittedTo =
    /// That of all samples.
    | Points
    /// That of intervals of this width, to which the samples have been rounded.
    | Intervals of width: float
    /// That of the samples that are not zero.
    | OtherThanZero

/// Where in the range of shapes the likelihood is greatest.
[<RequireQualifiedAccess>]
type FitRange =
    /// Inside the range.
    | Inside
    /// At the smallest shape: the likelihood still rises below it.
    | Smallest
    /// At the largest shape: the likelihood still rises above it.
    | Largest

/// A generalised Gaussian fitted to samples.
type GeneralisedGaussianFit =
    {
        /// The distribution.
        Distribution: GeneralisedGaussian
        /// What it is fitted to.
        FittedTo: FittedTo
        /// Whether its shape is a maximum inside the range or an end of it.
        Range: FitRange
        /// The fraction of samples that are zero, or closer to it than 1e-9 of their root mean square.
        Zeros: float
    }

    /// The scale, in the unit of the samples.
    member this.Alpha = this.Distribution.Alpha

    /// The shape.
    member this.Beta = this.Distribution.Beta

/// Fitting generalised Gaussians about zero by maximum likelihood.
[<RequireQualifiedAccess>]
module GeneralisedGaussianFit =
    /// The range of shapes.
    let smallestBeta, largestBeta = 0.05, 64.0

    /// log |x| of the non-zero samples, in a unit that makes their root mean square 1 so that no power overflows, and that unit.
    let private logarithms (samples: float[]) =
        let largest = samples |> Array.fold (fun most x -> max most (abs x)) 0.0

        if largest = 0.0 then
            Refusal.argument (nameof samples) "all samples are zero; a scale needs some that are not"

        let mutable squares = 0.0

        for x in samples do
            squares <- squares + (x / largest) * (x / largest)

        let rms = largest * sqrt (squares / float samples.Length)
        let logs = ResizeArray<float>(samples.Length)

        for x in samples do
            if x <> 0.0 then
                logs.Add(log (abs x / rms))

        struct (logs.ToArray(), rms)

    /// The averages of e^(beta l), l e^(beta l) over n values, given the logarithms l of the non-zero ones.
    let private powerMeans (logs: float[]) n beta =
        let width = Vector<float>.Count
        let whole = logs.Length - logs.Length % width
        let scale = Vector<float>(beta: float)
        let mutable m = Vector<float>.Zero
        let mutable d = Vector<float>.Zero
        let mutable i = 0

        while i < whole do
            let l = Vector<float>(logs, i)
            let power = Vector.Exp(scale * l)
            m <- m + power
            d <- d + power * l
            i <- i + width

        let mutable mSum = Vector.Sum m
        let mutable dSum = Vector.Sum d

        for l in Array.sub logs whole (logs.Length - whole) do
            let power = exp (beta * l)
            mSum <- mSum + power
            dSum <- dSum + power * l

        struct (mSum / float n, dSum / float n)

    /// The derivative of the likelihood, maximal over alpha, with respect to log beta: 1 + (psi(1/beta) + log(beta m)) / beta - m'/m, with
    /// m = mean |x|^beta and m' = dm/dbeta.
    let private slope logs n logBeta =
        let beta = exp logBeta
        let struct (m, d) = powerMeans logs n beta
        1.0 + (SpecialFunctions.DiGamma(1.0 / beta) + log (beta * m)) / beta - d / m

    let private ofShape logs n beta =
        let struct (m, _) = powerMeans logs n beta
        GeneralisedGaussian.create (Math.Pow(beta * m, 1.0 / beta)) beta

    /// The mean log-likelihood, maximal over alpha.
    let private height logs n logBeta =
        let d = ofShape logs n (exp logBeta)

        log (d.Beta / (2.0 * d.Alpha))
        - SpecialFunctions.GammaLn(1.0 / d.Beta)
        - 1.0 / d.Beta

    let private lower, private upper = log smallestBeta, log largestBeta

    // Scanned in steps of a quarter: the likelihood has no finer structure.
    let private grid =
        let cells = 32
        [ for i in 0..cells -> lower + (upper - lower) * float i / float cells ]

    /// This many samples locate the maxima, which all samples then refine.
    let private scouts = 65_536

    /// The highest maximum inside the range, as log beta; None if there is none. If samples pile up at zero, the likelihood also rises
    /// without bound as beta falls to zero, which is not a maximum.
    let private highest (logs: float[]) n =
        let brackets logs n =
            [ for a, b in List.pairwise (grid |> List.map (fun t -> t, slope logs n t)) do
                  if snd a > 0.0 && snd b <= 0.0 then
                      fst a, fst b ]

        let isBracket (a, b) =
            slope logs n a > 0.0 && slope logs n b <= 0.0

        let scouted =
            if logs.Length > scouts then
                let few = Samples.evenly 1 scouts logs
                brackets few (int (float n * float scouts / float logs.Length))
            else
                []

        let found =
            if not scouted.IsEmpty && List.forall isBracket scouted then
                scouted
            else
                brackets logs n

        found
        |> List.map (fun (a, b) -> Brent.FindRoot(slope logs n, a, b, 1e-10, 100))
        |> function
            | [] -> None
            | maxima -> Some(List.maxBy (height logs n) maxima)

    /// The maximum for the logarithms of n samples, or the end of the range to which the likelihood rises.
    let private ofPoints logs n =
        match highest logs n with
        | Some logBeta -> ofShape logs n (exp logBeta), FitRange.Inside
        | None when slope logs n upper > 0.0 && slope logs n lower > 0.0 -> ofShape logs n largestBeta, FitRange.Largest
        | None -> ofShape logs n smallestBeta, FitRange.Smallest

    /// The step of the lattice on which ascending samples lie, and how many lie at each multiple of it. They count as rounded if at most a
    /// twentieth of them differ.
    let private lattice (ascending: float[]) =
        let values, counts = ascending |> Array.countBy id |> Array.unzip

        if values.Length < 3 || 20 * values.Length > ascending.Length then
            None
        else
            let step = values |> Array.pairwise |> Array.map (fun (a, b) -> b - a) |> Array.min
            let multiples = values |> Array.map (fun x -> Math.Round(x / step))

            if Array.forall2 (fun x k -> abs (x / step - k) < 1e-3) values multiples then
                Some(step, Array.zip multiples counts)
            else
                None

    /// The maximum of the likelihood of intervals, in steps: a sample at k stands for a number within half a step of k.
    let private ofIntervals (counts: (float * int)[]) n =
        let distribution (at: LinearAlgebra.Vector<float>) =
            GeneralisedGaussian.create (exp at[0]) (exp (Math.Clamp(at[1], lower, upper)))

        let logMass d k =
            // In the lower tail, where small probabilities keep their digits.
            log (
                max
                    Double.Epsilon
                    (GeneralisedGaussian.cdf d (0.5 - abs k)
                     - GeneralisedGaussian.cdf d (-0.5 - abs k))
            )

        let loss (at: LinearAlgebra.Vector<float>) =
            let d = distribution at
            let beyond = at[1] - Math.Clamp(at[1], lower, upper)
            let sum = counts |> Array.sumBy (fun (k, count) -> float count * logMass d k)
            beyond * beyond - sum / float n

        let power = counts |> Array.sumBy (fun (k, count) -> float count * k * k)

        let start =
            LinearAlgebra.Vector<float>.Build.Dense([| 0.5 * log (power / float n); 0.0 |])

        let found =
            NelderMeadSimplex(1e-12, 10_000).FindMinimum(ObjectiveFunction.Value loss, start).MinimizingPoint

        let range =
            if found[1] <= lower then FitRange.Smallest
            elif found[1] >= upper then FitRange.Largest
            else FitRange.Inside

        distribution found, range

    /// The fit to n one-dimensional samples about zero, with its shape in [0.05, 64]: the highest maximum of the likelihood inside. If
    /// zeros are so frequent that there is none, the samples have been rounded (and intervals are fitted), or silence is mixed with signal
    /// (and the non-zero samples are fitted). Samples that are all zero have no fit.
    let ofSamples (samples: float[]) : GeneralisedGaussianFit =
        let n = Samples.count 1 samples
        let struct (logs, unit) = logarithms samples
        let silence = log 1e-9

        let zeros =
            n - logs.Length + (logs |> Array.sumBy (fun l -> if l < silence then 1 else 0))

        let scaled unit (d: GeneralisedGaussian, range: FitRange) =
            GeneralisedGaussian.create (unit * d.Alpha) d.Beta, range

        let fittedTo, (distribution, range) =
            match ofPoints logs n with
            | _, FitRange.Smallest when zeros > 0 ->
                match lattice (Samples.sorted samples) with
                | Some(step, counts) -> FittedTo.Intervals step, scaled step (ofIntervals counts n)
                | None ->
                    let others = logs |> Array.filter (fun l -> l >= silence)
                    FittedTo.OtherThanZero, scaled unit (ofPoints others others.Length)
            | found -> FittedTo.Points, scaled unit found

        { Distribution = distribution
          FittedTo = fittedTo
          Range = range
          Zeros = float zeros / float n }
