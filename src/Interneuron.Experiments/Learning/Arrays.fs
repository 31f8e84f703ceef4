namespace Interneuron.Experiments

open System
open System.Threading
open MathNet.Numerics.Random
open Interneuron.Statistics
open Interneuron.Core.Symbolic
open Interneuron.Core.Circuits
open Interneuron.Derivation.Formulas
open Interneuron.Stimuli
open Interneuron.Core.Files

/// A transform at work on arrays in .npy files. Rows are taken some at a time, so that the memory needed doesn't grow with the file.
[<RequireQualifiedAccess>]
module Arrays =
    // Values in a block: half a megabyte, enough to keep all cores busy.
    let private blockLength = 1 <<< 16

    /// What a pass over an array came to.
    type Pass =
        {
            /// Rows done, n; fewer than there are where the pass was interrupted.
            Rows: int64
            /// The mean of the values written, but for those that are NaN.
            Mean: float
            /// How many stimuli found no response, and the row of the first: theirs are rows of NaN.
            Failures: (int64 * int64) option
            /// Whether it was interrupted; then there is no file.
            IsInterrupted: bool
        }

    // Appends blocks (their rows and values) until there is none; the file takes its name when all are there.
    let private write path rowShape (cancellation: CancellationToken) (blocks: seq<int * float array>) : Pass =
        use writer = new NpyWriter(path, rowShape, NpyElement.Float64)
        let mutable rows = 0L
        let mutable sum = 0.0
        let mutable count = 0L
        let mutable failures = 0L
        let mutable first = Int64.MaxValue
        use blocks = blocks.GetEnumerator()

        while not cancellation.IsCancellationRequested && blocks.MoveNext() do
            let blockRows, values = blocks.Current
            writer.Write(ReadOnlySpan values)
            let width = values.Length / blockRows

            for i in 0 .. values.Length - 1 do
                if Double.IsNaN values[i] then
                    // A row is NaN as a whole.
                    if i % width = 0 then
                        failures <- failures + 1L
                        first <- min first (rows + int64 (i / width))
                else
                    sum <- sum + values[i]
                    count <- count + 1L

            rows <- rows + int64 blockRows

        let isInterrupted = cancellation.IsCancellationRequested

        if not isInterrupted then
            writer.Complete()

        { Rows = rows
          Mean = sum / float count
          Failures = if failures = 0L then None else Some(failures, first)
          IsInterrupted = isInterrupted }

    // Opens stimuli for a circuit, whose rows have to have N values.
    let private openStimuli (circuit: Transform) (path: string) =
        let reader = new NpyReader(path)

        if reader.Shape.Length > 2 || reader.Columns <> circuit.Primaries then
            let shape = reader.Shape |> List.map string |> String.concat " x "
            (reader :> IDisposable).Dispose()

            raise (
                Refusal
                    $"{path}: is an array of {shape}; the circuit has N = {circuit.Primaries} primary neurons, so it takes an array n x \
                    {circuit.Primaries}."
            )

        reader

    // The blocks of stimuli (first row and values), all finite, as the circuit sees them. A block lasts until the next one.
    let private blocks path (map: Standardisation option) (reader: NpyReader) =
        let buffer =
            Array.zeroCreate (max 1 (blockLength / reader.Columns) * reader.Columns)

        (0L, 0)
        |> Seq.unfold (fun (first, rows) ->
            let first = first + int64 rows

            match reader.Read(Span buffer) with
            | 0 -> None
            | rows ->
                let count = rows * reader.Columns

                let values =
                    if count = buffer.Length then
                        buffer
                    else
                        buffer[.. count - 1]

                Source.requireFinite path reader.Columns first (ReadOnlySpan values)
                map |> Option.iter (fun map -> Standardisation.apply map (Span values))
                Some((first, values), (first, rows)))

    let private rowsOf (circuit: Transform) (values: float array) = values.Length / circuit.Primaries

    /// The responses of a circuit, whose stimuli were standardised by `map` if at all, to stimuli in a file (n or n x N), written to a
    /// file of the same shape, or with a row of all variables' numbers; rows of NaN where a stimulus has no response, which only values
    /// that are too large for the arithmetic can bring about. Refusal when either cannot be used.
    let respond
        (circuit: Transform)
        (map: Standardisation option)
        (cancellation: CancellationToken)
        (stimuli: string)
        (responses: string)
        : Pass =
        use reader = openStimuli circuit stimuli

        blocks stimuli map reader
        |> Seq.map (fun (_, s) -> rowsOf circuit s, circuit.Respond s)
        |> write
            responses
            (if circuit.Responses = circuit.Primaries then
                 reader.Shape.Tail
             else
                 [ circuit.Responses ])
            cancellation

    /// The same for stimuli that are at hand, one a row.
    let respondTo
        (circuit: Transform)
        (map: Standardisation option)
        (cancellation: CancellationToken)
        (stimuli: Grid)
        (responses: string)
        : Pass =
        let rows = max 1 (blockLength / stimuli.Columns)

        seq {
            for first in 0..rows .. stimuli.Rows - 1 do
                let count = min rows (stimuli.Rows - first)

                let values =
                    stimuli.Memory.Slice(first * stimuli.Columns, count * stimuli.Columns).ToArray()

                map |> Option.iter (fun map -> Standardisation.apply map (Span values))
                count, circuit.Respond values
        }
        |> write responses [ circuit.Responses ] cancellation

    /// log p(s) of stimuli in a file (n or n x N) under the circuit as a density model (theory, section 2), n numbers written to a file; of
    /// the stimuli as they are in the file also where `map` standardises them; NaN where a stimulus has no response. Refusal when either
    /// file cannot be used.
    let density
        (circuit: Transform)
        (map: Standardisation option)
        (cancellation: CancellationToken)
        (stimuli: string)
        (logDensities: string)
        : Pass =
        use reader = openStimuli circuit stimuli

        let logVolume =
            map |> Option.map Standardisation.logVolume |> Option.defaultValue 0.0

        blocks stimuli map reader
        |> Seq.map (fun (_, s) ->
            let values = circuit.LogDensity s |> Array.map (fun value -> value - logVolume)
            values.Length, values)
        |> write logDensities [] cancellation

    /// `count` stimuli drawn from the circuit as a density model, n x N, written to a file, with the mean and the unit that `map` takes
    /// away. The same seed gives the same rows, and fewer of them are the first of more. Refusal when the count is not positive or the file
    /// cannot be written.
    let sample
        (circuit: Transform)
        (map: Standardisation option)
        (cancellation: CancellationToken)
        (count: int64)
        (seed: int)
        (stimuli: string)
        : Pass =
        if count < 1L then
            raise (Refusal $"the number of samples is {count}; it is at least 1.")

        let rows = int64 (max 1 (blockLength / circuit.Primaries))
        // Every block is drawn as a whole with a seed of its own, so that the rows don't depend on how many are asked for.
        let seeds = Xoshiro256StarStar(seed, false)

        0L
        |> Seq.unfold (fun from ->
            if from >= count then
                None
            else
                let block = circuit.Sample (int rows) (seeds.Next())
                map |> Option.iter (fun map -> Standardisation.undo map (Span block))
                let wanted = int (min rows (count - from))
                Some((wanted, block[.. wanted * circuit.Primaries - 1]), from + rows))
        |> write stimuli [ circuit.Primaries ] cancellation
