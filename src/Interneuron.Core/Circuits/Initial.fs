namespace Interneuron.Core.Circuits

open System
open MathNet.Numerics.LinearAlgebra
open MathNet.Numerics.Distributions
open MathNet.Numerics.Random
open Interneuron.Statistics
open Interneuron.Core.Transport

/// A population of interneurons before it has learned: activation parameters and directions, one of each an interneuron.
type Population =
    {
        /// K rows of P activation parameters.
        Theta: float array array
        /// K unit columns of N weights.
        Columns: float array array
    }

/// How the interneurons of a potential are laid out before they learn.
type Layout =
    /// Activation parameters drawn from where they start, and directions displaced at random.
    | Drawn
    /// A list of thresholds along each direction, whose outputs add up to a slope.
    | Thresholds
    /// The same, each interneuron saturating where the next one begins.
    | SaturatingThresholds
    /// A list of centres along each direction, each interneuron's slope reaching to the neighbouring centres.
    | SmoothThresholds

    /// Whether the interneurons saturate one after another, so that the least J is far better than what steps come to.
    member this.Saturates: bool = this.IsSaturatingThresholds || this.IsSmoothThresholds

/// Where learning starts from; everything is set from the scale of the stimuli and a seed.
[<RequireQualifiedAccess>]
module Initial =
    let private generator (seed: int) : Random = Xoshiro256StarStar(seed, false)

    /// The thresholds of the default population: close together near 0, where stimuli such as photographs of skies have much of their mass,
    /// then every quarter (of the responses' standard deviation) up to 3.75.
    let thresholds =
        [ 0.0; 0.02; 0.05; 0.1; 0.15 ] @ [ for k in 1..15 -> 0.25 * float k ]

    /// The centres of the default population of smooth thresholds, as many as there are thresholds.
    let centres =
        [ 0.0; 0.05; 0.1; 0.2; 0.35; 0.5 ] @ [ for k in 3..16 -> 0.25 * float k ]

    // The larger of the distances to the neighbours; what is below 0 is the other sense's.
    let private reach (centres: float list) =
        match centres |> List.pairwise |> List.map (fun (a, b) -> b - a) with
        | [] -> [ 1.0 ]
        | gaps -> List.map2 max (List.head gaps :: gaps) (gaps @ [ List.last gaps ])

    /// The layout of a potential's population, which follows from what it is and not from its name: the threshold families of the library
    /// come as lists.
    let layout (potential: Potential) : Layout =
        match Potentials.known potential with
        | Some known when known = Potentials.saturatingThreshold -> SaturatingThresholds
        | Some known when known = Potentials.smoothThreshold -> SmoothThresholds
        | Some known when known = Potentials.thresholdLinear || known = Potentials.symmetricThreshold -> Thresholds
        | _ -> Drawn

    let private isOneSided (potential: Potential) =
        match Potential.growth potential with
        | true, true
        | false, false -> false
        | _ -> true

    /// Unit directions in N dimensions: 1 for N = 1; evenly spread over the half circle for N = 2, each displaced at random by up to `play`
    /// of their distance; else columns of random orthogonal matrices, so that any N of them in a row span.
    let private directions (random: Random) (play: float) (n: int) (count: int) : float array list =
        match n with
        | 1 -> List.replicate count [| 1.0 |]
        | 2 ->
            [ for i in 0 .. count - 1 do
                  let angle = Math.PI * (float i + play * random.NextDouble()) / float count
                  [| cos angle; sin angle |] ]
        | _ ->
            let block () =
                let q =
                    (Matrix<float>.Build.Dense(n, n, fun _ _ -> Normal.Sample(random, 0.0, 1.0))).QR().Q

                [ for a in 0 .. n - 1 -> (q.Column a).ToArray() ]

            List.init ((count + n - 1) / n) (fun _ -> block ())
            |> List.concat
            |> List.take count

    let private negated (w: float array) = Array.map (~-) w

    /// The number of interneurons that a potential needs for N primary neurons by default: N(N+1)/2, as many as a covariance has entries;
    /// for thresholds, the whole list in each of these directions (for N = 2 in eight, in twenty-four where they saturate), and in both
    /// senses where the potential acts on one side.
    let defaultCount (potential: Potential) (n: int) =
        let layout = layout potential

        let directions =
            match n, layout with
            | 2, SaturatingThresholds
            | 2, SmoothThresholds -> 24L
            | 2, Thresholds -> 8L
            | _ -> int64 n * (int64 n + 1L) / 2L

        let each = if layout.IsDrawn then 1 else thresholds.Length
        let senses = if isOneSided potential then 2 else 1
        let count = float directions * float (each * senses)

        if count > float Int32.MaxValue then
            Refusal.argument
                (nameof n)
                $"{n} primary neurons ask for {count:F0} interneurons by default, which is too many: choose a number"

        int count

    /// K interneurons for N primary neurons. Potentials that act on one side get pairs w, -w (K is even); thresholds are spread over their
    /// list.
    let population (potential: Potential) (n: int) (k: int) (seed: int) : Population =
        Footprint.require (Footprint.limit ()) n k potential.Parameters.Length 1
        let random = generator seed
        let senses = if isOneSided potential then 2 else 1

        if k < senses || k % senses <> 0 then
            Refusal.argument
                (nameof k)
                $"{potential.Name} acts on one side only: its interneurons come in pairs w and -w, so their number is even, not {k}"

        let units = k / senses
        let layout = layout potential

        let each =
            if layout.IsDrawn then
                1
            else
                max 1 (min thresholds.Length (units / (if n = 1 then 1 else n)))

        let axes =
            directions random (if layout.IsDrawn then 0.5 else 0.0) n ((units + each - 1) / each)
            |> Array.ofList

        let evenly (list: float list) =
            List.init each (fun i -> list[i * list.Length / each])

        let spread = evenly thresholds
        // Each saturates where the next one begins; the last goes on as far again.
        let widths =
            spread @ [ 2.0 * List.last thresholds ]
            |> List.pairwise
            |> List.map (fun (theta, next) -> next - theta)

        let middles = evenly centres
        let reaches = reach middles

        let theta unit =
            match layout with
            | SaturatingThresholds -> [| spread[unit % each]; widths[unit % each] |]
            | SmoothThresholds -> [| middles[unit % each]; reaches[unit % each] |]
            | Thresholds -> [| spread[unit % each] |]
            | Drawn ->
                [| for p in potential.Parameters do
                       let first, last = p.Initial
                       first + (last - first) * random.NextDouble() |]

        let made =
            [ for unit in 0 .. units - 1 do
                  let parameters = theta unit
                  let w = axes[unit / each]
                  for sense in 1..senses -> parameters, (if sense = 1 then w else negated w) ]

        { Theta = [| for theta, _ in made -> theta |]
          Columns = [| for _, w in made -> w |] }

    /// n points of the target, n x N row-major: each coordinate by its quantile function, or drawn from the target's samples.
    let sampleTarget (target: Target) (n: int) (count: int) (seed: int) : float array =
        let random = generator seed

        match target with
        | OfSamples samples ->
            [| for _ in 1..count do
                   let i = random.Next samples.Count
                   for a in 0 .. n - 1 -> samples[i, a] |]
        | _ ->
            let quantile = Target.quantile target
            Array.init (count * n) (fun _ -> quantile (Math.Max(random.NextDouble(), 1e-300)))

    /// Gains for a population such that the stimuli which the circuit would have for responses at the target have the power of those it
    /// has: equal gains, but a small part of it for each further threshold beyond the first where they add up to a slope, and a tenth of
    /// their size in random variation.
    let gains (potential: Potential) (target: Target) (leak: float) (power: float) (population: Population) (seed: int) : float array =
        if power = 0.0 then
            Refusal.argument (nameof power) "the stimuli are all 0; there is no distribution to shape"

        if not (power > 0.0 && Double.IsFinite power) then
            Refusal.argument (nameof power) $"the stimuli have the mean power {power}; it is positive and finite"

        let random = generator (seed + 1)
        let k = population.Theta.Length

        let addUp = (layout potential).IsThresholds

        let weight i =
            if addUp && population.Theta[i][0] > 0.0 then
                1.0 / float thresholds.Length
            else
                1.0

        let raw =
            Array.init k (fun i -> weight i * (1.0 + 0.1 * (random.NextDouble() - 0.5)))

        let n = population.Columns[0].Length
        // A mean over many interneurons needs fewer points of the target.
        let count = Math.Clamp(1_000_000 / k, 50, 1000)
        let r = sampleTarget target n count (seed + 2)
        let f = Potential.evaluate potential potential.Activation

        let theta = population.Theta |> Array.map List.ofArray

        let drive b =
            let s = Array.zeroCreate n

            for i in 0 .. k - 1 do
                let w = population.Columns[i]
                let mutable z = 0.0

                for a in 0 .. n - 1 do
                    z <- z + w[a] * r[b * n + a]

                let output = raw[i] * f theta[i] z

                for a in 0 .. n - 1 do
                    s[a] <- s[a] + w[a] * output

            Array.sumBy (fun x -> x * x) s

        let driven = Array.sum (Array.Parallel.init count drive) / float count
        // The leak takes its part of the drive; half of it at most, so that the interneurons keep something to do.
        let left =
            Math.Max(Math.Sqrt power - leak * Math.Sqrt(float n), 0.5 * Math.Sqrt power)

        raw |> Array.map (fun g -> g * left / Math.Sqrt driven)

    /// The circuit that learning starts from, for stimuli of mean power E|s|^2.
    let circuit (potential: Potential) (target: Target) (leak: float) (n: int) (k: int) (power: float) (seed: int) : Circuit =
        let population = population potential n k seed
        let gains = gains potential target leak power population seed
        Circuit.create potential target leak gains population.Theta population.Columns

    // Where the released code starts: gains uniform between these, whatever the stimuli.
    let private publishedGains = 0.2, 0.25

    /// The circuit that the released code starts from.
    let published (potential: Potential) (target: Target) (leak: float) (n: int) (k: int) (seed: int) : Circuit =
        let population = population potential n k seed
        // Not the population's seed, which would make each gain and theta the same draw.
        let random = generator (seed + 1)
        let least, most = publishedGains
        let gains = Array.init k (fun _ -> least + (most - least) * random.NextDouble())
        Circuit.create potential target leak gains population.Theta population.Columns
