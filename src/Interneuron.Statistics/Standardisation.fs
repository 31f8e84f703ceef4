namespace Interneuron.Statistics

open System

/// How the columns of samples are scaled before learning, and every stimulus after it.
[<RequireQualifiedAccess>]
type Scaling =
    /// Nothing.
    | AsIs
    /// The mean of each column is subtracted.
    | Centred
    /// The mean of each column is subtracted, and what is left divided by its standard deviation.
    | Standardised

/// The means and units of the columns of samples, and the affine map (s - mean) / unit.
type Standardisation =
    {
        /// What is subtracted from each column.
        Mean: float array
        /// What it is then divided by, positive.
        Unit: float array
    }

/// Centring and standardising samples.
[<RequireQualifiedAccess>]
module Standardisation =

    /// (s - mean) / unit in place, for rows of N values one after the other.
    let apply (map: Standardisation) (rows: Span<float>) =
        let n = map.Mean.Length

        for i in 0 .. rows.Length - 1 do
            rows[i] <- (rows[i] - map.Mean[i % n]) / map.Unit[i % n]

    /// s unit + mean in place: the inverse of `apply`.
    let undo (map: Standardisation) (rows: Span<float>) =
        let n = map.Mean.Length

        for i in 0 .. rows.Length - 1 do
            rows[i] <- rows[i] * map.Unit[i % n] + map.Mean[i % n]

    /// The log of the volume that `apply` maps to 1, to be subtracted from the log density of scaled stimuli to get log p(s).
    let logVolume (map: Standardisation) : float = map.Unit |> Array.sumBy log

    /// The samples after `apply`, as a grid of their own.
    let applyTo (map: Standardisation) (samples: Grid) : Grid =
        let values = samples.ToArray()
        apply map (Span values)
        Grid(samples.Rows, samples.Columns, values)

    /// The map for columns with these moments; None if they stay as they are. Refusal when a column is to be divided by its deviation
    /// and doesn't vary.
    let ofMoments (scaling: Scaling) (moments: ColumnMoments) : Standardisation option =
        let mean = Array.init moments.Columns moments.Mean

        match scaling with
        | Scaling.AsIs -> None
        | Scaling.Centred ->
            Some
                { Mean = mean
                  Unit = Array.create moments.Columns 1.0 }
        | Scaling.Standardised ->
            for column in 0 .. moments.Columns - 1 do
                // Rounding alone gives a constant column a deviation of this size.
                if not (moments.Deviation column > 1e-14 * abs mean[column]) then
                    raise (Refusal $"column {column} does not vary, so it has no unit to be divided by.")

            Some
                { Mean = mean
                  Unit = Array.init moments.Columns moments.Deviation }

    let private scaled scaling (samples: Grid) =
        let moments = ColumnMoments samples.Columns
        moments.Add samples.Values

        match ofMoments scaling moments with
        | Some map -> applyTo map samples
        | None -> samples

    /// The samples with the mean of each column subtracted.
    let centre (samples: Grid) : Grid = scaled Scaling.Centred samples

    /// The samples with the mean of each column subtracted, and what is left divided by its standard deviation. Refusal when a column
    /// doesn't vary.
    let standardise (samples: Grid) : Grid = scaled Scaling.Standardised samples
