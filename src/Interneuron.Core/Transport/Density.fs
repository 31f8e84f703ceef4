namespace Interneuron.Core.Transport

open System
open MathNet.Numerics.Integration
open Interneuron.Statistics
open Interneuron.Core.Symbolic
open Interneuron.Core.Symbolic.Text

/// The distribution of one coordinate whose density is a formula of x up to its factor, in numbers: the density is integrated once, over
/// panels that grow with their distance from 0 and are halved until they are exact, by Gauss-Legendre quadrature.
[<Sealed>]
type Density internal (name: string, formula: Expr, lower: float, upper: float) =
    static let rule =
        let r = GaussLegendreRule(-1.0, 1.0, 16)
        Array.zip r.Abscissas r.Weights

    let program = Scalar.compile [ "x" ] [ formula ]

    let value (x: float) =
        let out = Array.zeroCreate 1
        program.Invoke([| x |], out)

        if out[0] < 0.0 || not (Double.IsFinite out[0]) then
            Refusal.argument (nameof formula) $"the density {Print.text formula} is {out[0]} at x = {x}; it is finite and not negative"

        out[0]

    /// The integral of a function times the density.
    let integral (f: float -> float) (left: float) (right: float) =
        let half = 0.5 * (right - left)

        rule
        |> Array.sumBy (fun (t, w) -> let x = 0.5 * (left + right) + half * t in w * f x * value x)
        |> (*) half

    let mass = integral (fun _ -> 1.0)

    let first =
        // Powers of the square root of 2, on both sides.
        let sizes = [ for k in -160 .. 80 -> 2.0 ** (0.5 * float k) ]

        [ yield! List.map (~-) (List.rev sizes); 0.0; yield! sizes ]
        |> List.filter (fun x -> lower < x && x < upper)
        |> fun inside ->
            [ if Double.IsFinite lower then
                  lower
              yield! inside
              if Double.IsFinite upper then
                  upper ]
        |> List.pairwise
        |> List.map (fun (left, right) -> left, right, mass left right)

    let estimate = first |> List.sumBy (fun (_, _, m) -> m)

    do
        if not (estimate > 0.0 && Double.IsFinite estimate) then
            Refusal.argument (nameof formula) $"the density {Print.text formula} has the integral {estimate}; it is positive and finite"

        let beside0 =
            first |> List.filter (fun (left, right, _) -> left = 0.0 || right = 0.0)

        if beside0 |> List.exists (fun (_, _, m) -> m > 1e-9 * estimate) then
            Refusal.argument (nameof formula) $"the density {Print.text formula} rises too steeply at 0 to have a finite integral"

        let ofEnds =
            [ if Double.IsInfinity lower then
                  List.head first
              if Double.IsInfinity upper then
                  List.last first ]

        if ofEnds |> List.exists (fun (_, _, m) -> m > 1e-9 * estimate) then
            Refusal.argument
                (nameof formula)
                $"the density {Print.text formula} does not fall fast enough far out to have a finite integral"

    let rec halved (left, right, whole) depth =
        let middle = 0.5 * (left + right)
        let below, above = mass left middle, mass middle right

        if depth = 0 || abs (below + above - whole) <= 1e-15 * estimate then
            [ left, right, whole ]
        else
            halved (left, middle, below) (depth - 1)
            @ halved (middle, right, above) (depth - 1)

    let panels =
        let all = first |> List.collect (fun panel -> halved panel 40)
        let counts (_, _, m) = m > 1e-19 * estimate
        let start = List.findIndex counts all
        let stop = List.findIndexBack counts all
        Array.ofList all[start..stop]

    let total = panels |> Array.sumBy (fun (_, _, m) -> m)
    let below = panels |> Array.scan (fun sum (_, _, m) -> sum + m / total) 0.0

    let momentBelow =
        panels
        |> Array.scan (fun sum (left, right, _) -> sum + integral id left right / total) 0.0

    let lowest, highest =
        (let left, _, _ = panels[0] in left), (let _, right, _ = panels[panels.Length - 1] in right)

    /// The panel that a cumulative value, in rising order, is in.
    let panelOf (ends: float array) (v: float) =
        let at = Array.BinarySearch(ends, v)
        Math.Clamp((if at < 0 then ~~~at - 1 else at), 0, panels.Length - 1)

    let lefts = panels |> Array.map (fun (left, _, _) -> left)

    let cdf (x: float) =
        if x <= lowest then
            0.0
        elif x >= highest then
            1.0
        else
            let k = panelOf lefts x
            below[k] + mass lefts[k] x / total

    let quantile (p: float) =
        let k = panelOf below p
        let left, right, _ = panels[k]

        let rec halve a b tries =
            let c = 0.5 * (a + b)

            if tries = 0 || c <= a || c >= b then
                c
            elif below[k] + mass left c / total < p then
                halve c b (tries - 1)
            else
                halve a c (tries - 1)

        halve left right 60

    let mean = Array.last momentBelow

    let variance =
        panels
        |> Array.sumBy (fun (left, right, _) -> integral (fun x -> (x - mean) ** 2.0) left right / total)

    let isSymmetric =
        lower = -upper
        && Expr.substitute (fun name -> if name = "x" then Some(-(Expr.var "x")) else None) formula = formula

    /// The name, by which `Target.read` finds it again.
    member _.Name: string = name

    /// Where it is not 0: from here to there, which may be infinite.
    member _.Support: float * float = lower, upper

    /// The log density as a formula of x.
    member _.LogDensity: Expr =
        let x, nothing = Expr.var "x", Expr.constant Double.NegativeInfinity
        let inside = log formula - log total

        let above =
            if Double.IsInfinity lower then
                inside
            else
                Expr.ifLess x (Expr.constant lower) nothing inside

        if Double.IsInfinity upper then
            above
        else
            Expr.ifLess x (Expr.constant upper) above nothing

    /// Whether x and -x are equally likely.
    member _.IsSymmetric: bool = isSymmetric

    /// Whether its mean is 0 and its variance 1.
    member _.IsStandard: bool = abs mean < 1e-10 && abs (variance - 1.0) < 1e-9

    /// The mean of x^2.
    member _.Power: float = variance + mean ** 2.0

    /// Where nearly all of its mass is: less than 1e-18 of it lies beyond.
    member _.Ends: float * float = lowest, highest

    /// The panels that it is integrated over.
    member _.Panels: (float * float) list = [ for left, right, _ in panels -> left, right ]

    /// The probability of values up to x.
    member _.Cdf(x: float) : float = cdf x

    /// The inverse of Cdf, for p in (0, 1).
    member _.Quantile(p: float) : float = quantile p

    /// What the lowest share p contributes to the mean.
    member _.MeanBelow(p: float) : float =
        let k = panelOf below p
        momentBelow[k] + integral id lefts[k] (quantile p) / total

    /// Places between which a rule with nodes close to the ends resolves it: the median, and where it is long, powers of 8 of its width.
    member _.Breaks: float list =
        let middle = quantile 0.5
        let width = quantile 0.75 - quantile 0.25
        let steps = [ for k in 1..20 -> 8.0 ** float k * width ]

        [ middle
          for step in steps do
              if middle + step < highest / 8.0 then
                  middle + step

              if middle - step > lowest / 8.0 then
                  middle - step ]
        |> List.sort

    override _.Equals(other: obj | null) =
        match other with
        | :? Density as other -> name = other.Name && (lower, upper) = other.Support
        | _ -> false

    override _.GetHashCode() = name.GetHashCode()

/// Densities by name and by formula.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module Density =
    let private x = Expr.var "x"

    /// A density as a formula of x in an interval. Refusal for one that is negative somewhere, or has no finite integral.
    let define (formula: Expr) (lower: float) (upper: float) : Density =
        match Expr.variables formula |> List.except [ "x" ] with
        | other :: _ -> Refusal.argument (nameof formula) $"a density is a formula of x, not of {other}"
        | [] ->
            if not (lower < upper) then
                Refusal.argument (nameof upper) $"there is nothing between {lower} and {upper}"

            let number (v: float) =
                if Double.IsPositiveInfinity v then "inf"
                elif Double.IsNegativeInfinity v then "-inf"
                else Print.number v

            let where =
                if Double.IsInfinity lower && Double.IsInfinity upper then
                    ""
                else
                    $", x in [{number lower}, {number upper}]"

            Density($"density {Print.text formula}{where}", formula, lower, upper)

    /// Density exp(-x) for x >= 0: mean 1 and variance 1.
    let exponential = lazy Density("exponential", exp (-x), 0.0, infinity)

    /// The density of |x| for a standard Gaussian x.
    let halfNormal = lazy Density("half-normal", exp (-(x ** 2.0) / 2.0), 0.0, infinity)

    /// Student's t with nu > 2 degrees of freedom, scaled to unit variance. Refusal for another nu.
    let studentT (nu: float) : Density =
        if not (nu > 2.0 && Double.IsFinite nu) then
            Refusal.argument (nameof nu) $"Student's t has a variance for more than 2 degrees of freedom, not for {nu}"

        let formula = (1.0 + x ** 2.0 / (nu - 2.0)) ** (-(nu + 1.0) / 2.0)
        Density($"student-t:{Print.number nu}", formula, -infinity, infinity)

    /// A density from the text of its formula, and of its interval where it has one: exp(-x), x in [0, inf].
    let read (text: string) : Density =
        let formula, interval =
            match text.IndexOf ", x in " with
            | -1 -> text, (-infinity, infinity)
            | at -> text.Substring(0, at), Syntax.run Syntax.interval text (at + ", x in ".Length) text.Length

        define (Formula.read [ "x" ] formula 0 formula.Length) (fst interval) (snd interval)
