namespace Interneuron.Statistics

open System

/// A one-dimensional distribution cut into n cells of probability 1/n, each represented by one value: n ascending numbers, to which
/// n sorted samples are matched one to one.
[<RequireQualifiedAccess>]
module QuantileCells =
    let private requireCells n =
        if n < 1 then
            invalidArg (nameof n) $"{n} cells; there has to be at least one"

    let private requireFinite name (cells: float[]) =
        let at = Array.FindIndex(cells, (fun x -> not (Double.IsFinite x)))

        if at >= 0 then
            invalidArg name $"cell {at} of {cells.Length} has the value {cells[at]}; every value inside the distribution has to be finite"

        cells

    /// The quantiles in the middle of the cells, at probabilities (i - 1/2)/n: for a target of which only the quantile function is known.
    /// The outermost cells of an unbounded target are represented too far in.
    let midRank (quantile: float -> float) (n: int) =
        requireCells n

        Array.init n (fun i -> quantile ((float i + 0.5) / float n))
        |> requireFinite (nameof quantile)

    /// The means over the cells, n times the integral of the quantile function from (i - 1)/n to i/n, given `lowerMean` p = the integral
    /// from 0 to p. The correlation of samples with a target is exact with these.
    let means (lowerMean: float -> float) (n: int) =
        requireCells n
        let integrals = Array.init (n + 1) (fun i -> lowerMean (float i / float n))

        Array.init n (fun i -> float n * (integrals[i + 1] - integrals[i]))
        |> requireFinite (nameof lowerMean)
