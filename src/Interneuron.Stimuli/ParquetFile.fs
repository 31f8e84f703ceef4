namespace Interneuron.Stimuli

open System
open System.IO
open System.Threading.Tasks
open Parquet
open Parquet.Data
open Parquet.Schema
open Interneuron.Statistics
open Interneuron.Core.Files

/// Parquet files: a table whose columns of numbers are the columns of an array.
module internal ParquetFile =

    let private format = "Parquet"

    let private magic = "PAR1"B

    let isOne (head: ReadOnlySpan<byte>) = head.StartsWith(ReadOnlySpan magic)

    let private wait (task: ValueTask<'result>) : 'result = task.AsTask().GetAwaiter().GetResult()

    // The doubles of a column in a group of rows; fewer than rows where some have no value, of which -1 or the first is told.
    let private doubles (group: ParquetRowGroupReader) (field: DataField) : float[] * int =
        use column =
            try
                wait (group.ReadRawColumnDataBaseAsync field)
            with :? DivideByZeroException when field.ClrType = typeof<bool> ->
                // The library expects a width, which these have none.
                raise (
                    InvalidDataException
                        $"the column {Message.quote field.Name} has truth values as run lengths, which cannot be read \
                        here; as integers they can."
                )

        let inline from (column: RawColumnData<'T>) =
            let values = column.Values
            let doubles = Array.zeroCreate<float> values.Length

            for k in 0 .. values.Length - 1 do
                doubles[k] <- float values[k]

            doubles

        let values =
            match column with
            | :? RawColumnData<float> as column -> column.Values.ToArray()
            | :? RawColumnData<float32> as column -> from column
            | :? RawColumnData<int8> as column -> from column
            | :? RawColumnData<byte> as column -> from column
            | :? RawColumnData<int16> as column -> from column
            | :? RawColumnData<uint16> as column -> from column
            | :? RawColumnData<int> as column -> from column
            | :? RawColumnData<uint32> as column -> from column
            | :? RawColumnData<int64> as column -> from column
            | :? RawColumnData<uint64> as column -> from column
            | :? RawColumnData<bool> as column -> [| for value in column.Values.ToArray() -> if value then 1.0 else 0.0 |]
            | _ -> raise (InvalidDataException $"the column {field.Name} is not of the type that it says")

        values,
        (if values.LongLength < group.RowCount then
             column.DefinitionLevels.IndexOf 0
         else
             -1)

    let private isNumber (field: DataField) =
        List.contains
            field.ClrType
            [ typeof<float>
              typeof<float32>
              typeof<int8>
              typeof<byte>
              typeof<int16>
              typeof<uint16>
              typeof<int>
              typeof<uint32>
              typeof<int64>
              typeof<uint64>
              typeof<bool> ]
        && field.MaxRepetitionLevel = 0

    let private named (path: string) (fields: DataField list) (name: string option) =
        match name with
        | None ->
            match fields |> List.filter (isNumber >> not) with
            | [] -> fields
            | other :: _ ->
                let numbers = fields |> List.filter isNumber |> List.map (fun field -> field.Name)

                let list =
                    if numbers.IsEmpty then
                        "no column has any"
                    else
                        "columns of numbers: " + String.concat ", " numbers

                FileError.refuse
                    path
                    $"has no numbers in the column {Message.quote other.Name}; {list}; name those to take, as in \
                    {Path.GetFileName path}:x,y."
        | Some names ->
            [ for name in names.Split ',' do
                  match fields |> List.tryFind (fun field -> field.Name = name) with
                  | Some field when isNumber field -> field
                  | Some _ -> FileError.refuse path $"has no numbers in the column {Message.quote name}."
                  | None ->
                      let all =
                          fields |> List.map (fun field -> Message.quote field.Name) |> String.concat ", "

                      FileError.refuse path $"has no column {Message.quote name}; in it: {all}." ]

    /// The table, or some of its columns, as a .npy file, a column and a group of rows at a time.
    let unpack (path: string) (file: FileStream) (name: string option) (target: Stream) =
        StoredArray.reading path format (fun () ->
            file.Position <- 0L
            let reader = ParquetReader.CreateAsync(file, null, true).GetAwaiter().GetResult()

            try
                let fields = named path (List.ofArray (reader.Schema.GetDataFields())) name

                if fields.IsEmpty then
                    FileError.refuse path "has no columns."

                let counts =
                    [ for group in 0 .. reader.RowGroupCount - 1 ->
                          use group = reader.OpenRowGroupReader group
                          group.RowCount ]

                let rows = List.sum counts

                let shape =
                    if fields.Length = 1 then
                        [ rows ]
                    else
                        [ rows; int64 fields.Length ]
                // A column of the file is one of the array, which therefore counts rows fastest.
                target.Write(NpyHeader.writeAs "<f8" true shape)
                let start = target.Position
                let mutable first = 0L

                for index in 0 .. reader.RowGroupCount - 1 do
                    use group = reader.OpenRowGroupReader index

                    fields
                    |> List.iteri (fun column field ->
                        let values, missing = doubles group field

                        if missing >= 0 then
                            FileError.refuse path $"row {first + int64 missing} has no value in the column {Message.quote field.Name}."

                        target.Position <- start + 8L * (int64 column * rows + first)
                        StoredArray.put target (ReadOnlySpan values))

                    first <- first + group.RowCount
            finally
                reader.DisposeAsync().AsTask().Wait())

    // Values in a group of rows: eight megabytes.
    let private groupLength = 1 <<< 20

    /// Writes rows of doubles as a table with the columns x0, x1 and so on; `read` gives the next rows until there are none.
    let write (columns: int) (read: float[] -> int) (file: Stream) =
        let fields = [| for column in 0 .. columns - 1 -> DataField<float>($"x{column}") |]
        let schema = ParquetSchema [| for field in fields -> field :> Field |]
        let writer = ParquetWriter.CreateAsync(schema, file).GetAwaiter().GetResult()

        try
            let block = Array.zeroCreate<float>(max 1 (groupLength / columns) * columns)
            let mutable rows = read block

            while rows > 0 do
                use group = writer.CreateRowGroup()

                for column in 0 .. columns - 1 do
                    let values = Array.init rows (fun row -> block[row * columns + column])
                    group.WriteAsync<float>(fields[column], ReadOnlyMemory values).GetAwaiter().GetResult()

                rows <- read block
        finally
            writer.DisposeAsync().AsTask().Wait()
