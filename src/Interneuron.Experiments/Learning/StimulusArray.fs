namespace Interneuron.Experiments

open System
open System.Globalization
open Interneuron.Statistics
open Interneuron.Stimuli
open Interneuron.Core.Files

/// Arrays of stimuli before they are learned from: one pass that asks whether rows are stimuli, and how their columns lie and spread.
[<RequireQualifiedAccess>]
module StimulusArray =

    // Values in a block: half a megabyte.
    let private blockLength = 1 <<< 16

    // A covariance of n stimuli in N coordinates has at most n - 1 directions, so that n <= N is mostly an array on its side, or a picture.
    let private requireRows path (reader: NpyReader) =
        let rows, columns = reader.Rows, reader.Columns

        if reader.Shape.Length > 2 then
            raise (Refusal $"{path}: has three dimensions; stimuli are an array n x N, or n numbers.")

        if columns > 1 && rows <= columns then
            raise (
                Refusal
                    $"{path}: is an array of {rows} x {columns}, which would be {rows} stimuli for {columns} primary neurons; rows are \
                    stimuli, more of them than columns (in NumPy: a.T turns it; a picture is given by --image)."
            )

    let private moments path (reader: NpyReader) =
        let moments = ColumnMoments reader.Columns

        let block = Array.zeroCreate (max 1 (blockLength / reader.Columns) * reader.Columns)

        let mutable first = 0L
        let mutable rows = reader.Read(Span block)

        while rows > 0 do
            let values = ReadOnlySpan(block, 0, rows * reader.Columns)
            Source.requireFinite path reader.Columns first values
            moments.Add values
            first <- first + int64 rows
            rows <- reader.Read(Span block)

        moments

    let private mapOf scaling path moments =
        try
            Standardisation.ofMoments scaling moments
        with :? Refusal as error ->
            raise (Refusal($"{path}: {error.Message}", error))

    // A mean, and a deviation's distance from 1, are said beyond four standard errors, which for a deviation grow with the kurtosis, and
    // where they are large enough to matter.
    let private mostMean (moments: ColumnMoments) column =
        let deviation = moments.Deviation column
        max (0.02 * deviation) (4.0 * deviation / sqrt moments.Count)

    let private mostOff (moments: ColumnMoments) column =
        max
            0.05
            (2.0
             * moments.Deviation column
             * sqrt ((moments.Kurtosis column - 1.0) / moments.Count))

    let private short (value: float) =
        value.ToString("G3", CultureInfo.InvariantCulture)

    // What is unusual about columns that are taken as they are, or only centred; None where they have mean 0 and deviation 1.
    let private warning scaling path columns (moments: ColumnMoments) =
        let place column =
            if columns = 1 then "" else $" in column {column}"

        let mean =
            [ for column in 0 .. columns - 1 do
                  let mean, deviation = abs (moments.Mean column), moments.Deviation column

                  if scaling = Scaling.AsIs && mean > mostMean moments column then
                      column, mean / deviation ]

        let unit =
            [ for column in 0 .. columns - 1 do
                  let deviation = moments.Deviation column

                  if
                      scaling <> Scaling.Standardised
                      && deviation > 0.0
                      && abs (deviation - 1.0) > mostOff moments column
                  then
                      column, abs (log deviation) ]

        let worst found = found |> List.maxBy snd |> fst

        let findings =
            [ if not mean.IsEmpty then
                  let column = worst mean
                  $"are not centred (mean {short (moments.Mean column)}, deviation {short (moments.Deviation column)}{place column})"
              if not unit.IsEmpty then
                  let column = worst unit
                  $"have no unit scale (deviation {short (moments.Deviation column)}{place column})" ]

        let option =
            if unit.IsEmpty then
                "--centre subtracts the means"
            else
                "--standardise subtracts the means and divides by the deviations"

        match findings with
        | [] -> None
        | findings ->
            let all = String.concat " and " findings
            Some $"{path}: the stimuli {all}; {option}."

    /// The source of an array, scaled as asked by its own means and deviations, and a line about columns that are not centred or have no
    /// unit scale. Refusal when the file cannot be used, has a value that is not finite, or has as many columns as rows.
    let source (scaling: Scaling) (path: string) : Source * string option =
        use reader = new NpyReader(path)
        requireRows path reader
        let moments = moments path reader
        let columns = reader.Columns

        let source =
            match mapOf scaling path moments with
            | None -> Source.Input path
            | Some map -> Source.Standardised(path, map)

        source, warning scaling path columns moments
