namespace Interneuron.Core.Transport

open System
open MathNet.Numerics
open Interneuron.Statistics
open Interneuron.Core.Symbolic
open Interneuron.Core.Symbolic.Text

/// The distribution that the responses are driven to: independent coordinates, or given by samples. Those with a case of their own have
/// zero mean and unit variance.
[<NoComparison; CustomEquality>]
type Target =
    /// N(0, I), the only one of these that is spherical.
    | StandardGaussian
    /// Density exp(-sqrt(2) |x|)/sqrt(2) in each coordinate.
    | Laplace
    /// Uniform on [-sqrt(3), sqrt(3)] in each coordinate.
    | Uniform
    /// The logistic distribution of scale sqrt(3)/pi in each coordinate.
    | Logistic
    /// Density proportional to exp(-(|x|/alpha)^beta) in each coordinate, alpha such that the variance is 1.
    | GeneralisedGaussian of beta: Shape
    /// Each coordinate with a density of its own.
    | OfDensity of Density
    /// An empirical distribution.
    | OfSamples of TargetSamples

    override this.Equals(other: obj | null) =
        match other with
        | :? Target as other ->
            match this, other with
            | StandardGaussian, StandardGaussian
            | Laplace, Laplace
            | Uniform, Uniform
            | Logistic, Logistic -> true
            | GeneralisedGaussian a, GeneralisedGaussian b -> a.Value = b.Value
            | OfDensity a, OfDensity b -> a = b
            | OfSamples a, OfSamples b -> a.Dimension = b.Dimension && a.Values = b.Values
            | _ -> false
        | _ -> false

    override this.GetHashCode() =
        match this with
        | GeneralisedGaussian a -> a.Value.GetHashCode()
        | OfDensity d -> d.GetHashCode()
        | OfSamples s -> s.Count
        | StandardGaussian -> 1
        | Laplace -> 2
        | Uniform -> 3
        | Logistic -> 4

/// The exponent beta > 0 of a generalised Gaussian.
and [<Sealed>] Shape internal (beta: float) =
    /// beta.
    member _.Value = beta

/// n points of an empirical target, n x N row-major.
and [<Sealed>] TargetSamples internal (values: float array, dimension: int) =
    /// The number of coordinates N.
    member _.Dimension = dimension
    /// The number of points n.
    member _.Count = values.Length / dimension
    member internal _.Values = values

    /// Coordinate a of point i.
    member _.Item
        with get (i: int, a: int) = values[i * dimension + a]

[<RequireQualifiedAccess>]
module Target =
    let private root2 = sqrt 2.0
    let private root3 = sqrt 3.0
    let private logisticScale = root3 / Math.PI

    /// The generalised Gaussian of exponent beta > 0 (2: Gaussian, 1: Laplace).
    let generalisedGaussian (beta: float) =
        if not (beta > 0.0 && Double.IsFinite beta) then
            Refusal.argument (nameof beta) $"the exponent of a generalised Gaussian is positive and finite, not {beta}"

        GeneralisedGaussian(Shape beta)

    /// An empirical target from n points, n x N row-major. Refuses values that are not finite, and a length that is not a multiple of N.
    let ofSamples (dimension: int) (values: float array) =
        if dimension < 1 || values.Length = 0 || values.Length % dimension <> 0 then
            invalidArg (nameof values) $"{values.Length} values are not a whole number of points of {dimension} coordinates"

        match Array.tryFindIndex (Double.IsFinite >> not) values with
        | Some i ->
            Refusal.argument (nameof values) $"the target's point {i / dimension} has the value {values[i]} in coordinate {i % dimension}"
        | None -> OfSamples(TargetSamples(Array.copy values, dimension))

    /// The name, as the command line has it.
    let name (target: Target) =
        match target with
        | StandardGaussian -> "gaussian"
        | Laplace -> "laplace"
        | Uniform -> "uniform"
        | Logistic -> "logistic"
        | GeneralisedGaussian shape -> String.Format(Globalization.CultureInfo.InvariantCulture, "generalised-gaussian:{0:R}", shape.Value)
        | OfDensity density -> density.Name
        | OfSamples s -> $"samples({s.Count} x {s.Dimension})"

    /// The named targets; a generalised Gaussian's name carries its exponent, as in generalised-gaussian:1.5, Student's t its degrees of
    /// freedom, and a density its formula, as in density exp(-x^4), and its interval, as in density x*exp(-x), x in [0, inf].
    let names =
        [ "gaussian"
          "laplace"
          "uniform"
          "logistic"
          "generalised-gaussian:BETA"
          "exponential"
          "half-normal"
          "student-t:NU"
          "density FORMULA" ]

    let private ofDensity (make: unit -> Density) : Result<Target option, string> =
        match Reading.result Where.unknown "" make with
        | Ok density -> Ok(Some(OfDensity density))
        | Error refusal -> Error refusal.What

    /// The target of a name, None when there is none of that name; an error, which says what would be right, where the exponent is not a
    /// positive number.
    let read (text: string) : Result<Target option, string> =
        match text.ToLowerInvariant().Split(':') with
        | [| formula |] when formula.StartsWith("density ", StringComparison.Ordinal) ->
            ofDensity (fun () -> Density.read (text.Substring("density ".Length).Trim()))
        | [| "exponential" |] -> Ok(Some(OfDensity Density.exponential.Value))
        | [| "half-normal" |] -> Ok(Some(OfDensity Density.halfNormal.Value))
        | [| "student-t"; nu |] ->
            match Numeral.read nu with
            | Ok nu -> ofDensity (fun () -> Density.studentT nu)
            | Error right -> Error $"the degrees of freedom of {text} are not a number; {right}"
        | [| "gaussian" |] -> Ok(Some StandardGaussian)
        | [| "laplace" |] -> Ok(Some Laplace)
        | [| "uniform" |] -> Ok(Some Uniform)
        | [| "logistic" |] -> Ok(Some Logistic)
        | [| "generalised-gaussian"; beta |] ->
            match Numeral.read beta with
            | Ok beta when beta > 0.0 -> Ok(Some(generalisedGaussian beta))
            | Ok _ -> Error $"the exponent of {text} is not positive"
            | Error right -> Error $"the exponent of {text} is not a number; {right}"
        | _ -> Ok None

    /// alpha such that the generalised Gaussian of exponent beta has unit variance: sqrt(Gamma(1/beta)/Gamma(3/beta)).
    let scaleOf (beta: float) =
        (GeneralisedGaussian.unitVariance beta).Alpha

    /// Whether every direction w of unit length sees the same distribution of w . r.
    let isSpherical (target: Target) =
        match target with
        | StandardGaussian -> true
        | Laplace
        | Uniform
        | Logistic
        | GeneralisedGaussian _
        | OfDensity _
        | OfSamples _ -> false

    /// Whether coordinates have zero mean and unit variance.
    let isStandard (target: Target) =
        match target with
        | OfDensity density -> density.IsStandard
        | OfSamples _ -> false
        | StandardGaussian
        | Laplace
        | Uniform
        | Logistic
        | GeneralisedGaussian _ -> true

    /// Whether every coordinate is as likely as its negative.
    let isSymmetric (target: Target) =
        match target with
        | OfDensity density -> density.IsSymmetric
        | OfSamples _ -> false
        | StandardGaussian
        | Laplace
        | Uniform
        | Logistic
        | GeneralisedGaussian _ -> true

    /// The interval that holds every coordinate.
    let support (target: Target) : float * float =
        match target with
        | OfDensity density -> density.Support
        | OfSamples samples -> Array.min samples.Values, Array.max samples.Values
        | Uniform -> -root3, root3
        | StandardGaussian
        | Laplace
        | Logistic
        | GeneralisedGaussian _ -> -infinity, infinity

    /// The log density of one coordinate as a formula of the variable x; None for an empirical target.
    let logDensity (target: Target) : Expr option =
        let x = Expr.var "x"

        match target with
        | StandardGaussian -> Some(-(x ** 2.0) / 2.0 - 0.5 * log (2.0 * Math.PI))
        | Laplace -> Some(-root2 * abs x - 0.5 * log 2.0)
        | Uniform ->
            Some(Expr.ifLess (abs x) (Expr.constant root3) (Expr.constant (-log(2.0 * root3))) (Expr.constant Double.NegativeInfinity))
        | Logistic ->
            // log of sech^2(x/2s)/(4s)
            Some(-2.0 * log (cosh (x / (2.0 * logisticScale))) - log (4.0 * logisticScale))
        | GeneralisedGaussian shape ->
            let density = GeneralisedGaussian.unitVariance shape.Value

            Some(
                GeneralisedGaussian.logDensity density 0.0
                - (abs x / density.Alpha) ** density.Beta
            )
        | OfDensity density -> Some density.LogDensity
        | OfSamples _ -> None

    /// At most `count` of the points, evenly through their order, n x N row-major.
    let internal subsample (count: int) (samples: TargetSamples) : float array =
        if samples.Count <= count then
            samples.Values
        else
            [| for i in 0 .. count - 1 do
                   let row = int (int64 i * int64 samples.Count / int64 count)
                   for a in 0 .. samples.Dimension - 1 -> samples[row, a] |]

    let private sorted (samples: TargetSamples) coordinate =
        let values = [| for i in 0 .. samples.Count - 1 -> samples[i, coordinate] |]
        Array.sortInPlace values
        values

    /// The quantile function of one coordinate (the first, for an empirical target, interpolated between mid-ranks). NaN outside (0, 1).
    let quantile (target: Target) : float -> float =
        let inside f p = if p > 0.0 && p < 1.0 then f p else nan

        match target with
        | StandardGaussian -> inside StandardNormal.quantile
        | Laplace ->
            inside (fun p ->
                if p < 0.5 then
                    log (2.0 * p) / root2
                else
                    -log(2.0 * (1.0 - p)) / root2)
        | Uniform -> inside (fun p -> root3 * (2.0 * p - 1.0))
        | Logistic -> inside (fun p -> logisticScale * log (p / (1.0 - p)))
        | GeneralisedGaussian shape -> inside (GeneralisedGaussian.quantile (GeneralisedGaussian.unitVariance shape.Value))
        | OfDensity density -> inside density.Quantile
        | OfSamples samples ->
            let values = sorted samples 0

            inside (fun p ->
                let position = p * float values.Length - 0.5
                let i = Math.Clamp(int (floor position), 0, values.Length - 1)
                let j = min (i + 1) (values.Length - 1)
                let t = Math.Clamp(position - float i, 0.0, 1.0)
                values[i] + t * (values[j] - values[i]))

    /// The distribution function of one coordinate (the first, for an empirical target).
    let cdf (target: Target) : float -> float =
        match target with
        | StandardGaussian -> StandardNormal.cdf
        | Laplace ->
            fun x ->
                if x < 0.0 then
                    0.5 * exp (root2 * x)
                else
                    1.0 - 0.5 * exp (-root2 * x)
        | Uniform -> fun x -> Math.Clamp(0.5 * (1.0 + x / root3), 0.0, 1.0)
        | Logistic -> fun x -> 1.0 / (1.0 + exp (-x / logisticScale))
        | GeneralisedGaussian shape -> GeneralisedGaussian.cdf (GeneralisedGaussian.unitVariance shape.Value)
        | OfDensity density -> density.Cdf
        | OfSamples samples ->
            let values = sorted samples 0

            fun x ->
                let i = Array.BinarySearch(values, x)
                let mutable above = if i < 0 then ~~~i else i

                while above < values.Length && values[above] <= x do
                    above <- above + 1

                float above / float values.Length

    /// E|x|^p of one coordinate for p > -1, as a formula, where it has one.
    let absoluteMoment (target: Target) (p: Expr) : Expr option =
        let number = Expr.constant

        match target, p.Node with
        | OfSamples _, _
        | OfDensity _, _ -> None
        | _, Constant 2.0 -> Some(number 1.0)
        | Logistic, Constant 4.0 -> Some(number 4.2) // kurtosis of the logistic distribution
        | Logistic, _ -> None
        | StandardGaussian, _ -> Some(number 2.0 ** (p / 2.0) * Expr.gamma ((p + 1.0) / 2.0) / sqrt Math.PI)
        | Laplace, _ -> Some(number 2.0 ** (-p / 2.0) * Expr.gamma (p + 1.0))
        | Uniform, _ -> Some(number 3.0 ** (p / 2.0) / (p + 1.0))
        | GeneralisedGaussian shape, _ ->
            let beta = shape.Value

            Some(
                number (scaleOf beta) ** p * Expr.gamma ((p + 1.0) / beta)
                / SpecialFunctions.Gamma(1.0 / beta)
            )

    let private factorial n =
        Seq.fold (fun product k -> product * float k) 1.0 (seq { 1..n })

    /// -Li_n(-y)/y = sum_k (-1)^k y^k/(k + 1)^n for 0 <= y <= 1: an alternating series of moments, summed by Chebyshev weights to 1e-17 of
    /// its first term (Cohen, Rodriguez Villegas and Zagier 2000, algorithm 1).
    let private alternating (n: int) (y: float) =
        let terms = 24
        let power = Math.Pow(3.0 + Math.Sqrt 8.0, float terms)
        let d = 0.5 * (power + 1.0 / power)
        let mutable b, c, total = -1.0, -d, 0.0

        for k in 0 .. terms - 1 do
            c <- b - c
            total <- total + c * Math.Pow(y, float k) / Math.Pow(float (k + 1), float n)
            b <- b * float ((k + terms) * (k - terms)) / ((float k + 0.5) * float (k + 1))

        total / d

    let private polylogarithms =
        Collections.Concurrent.ConcurrentDictionary<int, Lazy<Primitive>>()

    /// -Li_n(-y)/y, the polylogarithm, as a series on [0, 1].
    let private polylogarithm (n: int) : Primitive =
        let series () =
            // Analytic but for a cut from -infinity to -1: 20 coefficients reach 1e-15.
            let interval = 0.0, 1.0
            let coefficients = Series.fit interval (alternating n) |> Option.defaultValue [||]
            Series.chebyshev $"polylog{n}" $"\\operatorname{{polylog}}_{{{n}}}" interval coefficients

        polylogarithms.GetOrAdd(n, fun _ -> lazy series ()).Value

    // Beyond, the terms of these formulas cancel to nothing in double precision.
    let private highestMoment = 16

    /// E max(x - t, 0)^n of one coordinate for whole n >= 0 (n = 0: the probability of x > t), as a formula of t, where it has one.
    /// Gaussian: any t; the others: t >= 0.
    let rectifiedMoment (target: Target) (n: int) (t: Expr) : Expr option =
        match target with
        | _ when n < 0 || n > highestMoment -> None
        | StandardGaussian ->
            // I_n = (n - 1) I_(n-2) - t I_(n-1), by parts, from I_0, the tail, and I_1 = density - t tail: weights of the two.
            let density = exp (-(t ** 2.0) / 2.0) / sqrt (2.0 * Math.PI)
            let tail = Expr.erfc (t / root2) / 2.0

            let one, zero = Expr.constant 1.0, Expr.constant 0.0

            let next (p2: Expr, q2: Expr) (p1: Expr, q1: Expr) n =
                float (n - 1) * p2 - t * p1, float (n - 1) * q2 - t * q1

            let (ofTail, ofDensity), _ =
                (((one, zero), (-t, one)), seq { 2 .. n + 1 })
                ||> Seq.fold (fun (earlier, last) n -> last, next earlier last n)

            Some(ofTail * tail + ofDensity * density)
        | Laplace -> Some(exp (-root2 * t) * (factorial n * Math.Pow(root2, float -n) / 2.0))
        | Uniform ->
            let rest = Expr.max (root3 - t) (Expr.constant 0.0)
            Some(rest ** float (n + 1) / (2.0 * root3 * float (n + 1)))
        | Logistic ->
            // -n! s^n Li_n(-y), y = exp(-t/s): the density is a Fermi-Dirac weight.
            let y = exp (-t / logisticScale)

            match n with
            | 0 -> Some(y / (1.0 + y))
            | 1 -> Some(logisticScale * log (1.0 + y))
            | _ ->
                Some(
                    factorial n
                    * Math.Pow(logisticScale, float n)
                    * y
                    * Expr.apply (polylogarithm n) [ y ]
                )
        | GeneralisedGaussian _
        | OfDensity _
        | OfSamples _ -> None

    /// The integral of the quantile function of one coordinate from 0 to p: what the target's lowest share p contributes to its mean. For
    /// the transport optimum in one dimension.
    let quantileIntegral (target: Target) : float -> float =
        let inside f p =
            if p <= 0.0 || p >= 1.0 then 0.0 else f p

        match target with
        | StandardGaussian -> inside StandardNormal.lowerMean
        | Laplace -> inside (fun p -> let tail = min p (1.0 - p) in tail * (log (2.0 * tail) - 1.0) / root2)
        | Uniform -> inside (fun p -> root3 * p * (p - 1.0))
        | Logistic -> inside (fun p -> logisticScale * (p * log p + (1.0 - p) * log (1.0 - p)))
        | GeneralisedGaussian shape -> inside (GeneralisedGaussian.lowerMean (GeneralisedGaussian.unitVariance shape.Value))
        | OfDensity density -> fun p -> if p <= 0.0 then 0.0 else density.MeanBelow(min p 1.0)
        | OfSamples samples ->
            let values = sorted samples 0
            let sums = values |> Array.scan (+) 0.0
            let n = float values.Length

            fun p ->
                let position = Math.Clamp(p, 0.0, 1.0) * n
                let i = min (int position) (values.Length - 1)
                (sums[i] + (position - float i) * values[i]) / n
