namespace Interneuron.Experiments

open System
open CsvHelper
open Parquet
open Parquet.Schema
open Interneuron.Core.Files

/// Tables of sweeps in files.
[<RequireQualifiedAccess>]
module TableFiles =
    /// Writes a table as CSV (RFC 4180, UTF-8, lines that end with a line feed). Refusal when it cannot be written.
    let csv (path: string) (table: SweepTable) : unit =
        Files.writeWhole path (fun stream ->
            use csv = CsvWriter.Create(stream, CsvWriterOptions(NewLine = "\n"), true)
            let columns = [ for _, column in table.Columns -> Table.texts column ]

            let line (cells: string list) =
                for cell in cells do
                    csv.WriteField cell

                csv.EndRecord()

            line (List.map fst table.Columns)

            for row in 0 .. table.Rows - 1 do
                line [ for column in columns -> column[row] ])

    let private field (name: string, column: Column) : DataField =
        match column with
        | Column.Wholes _ -> DataField<int64>(name)
        | Column.Numbers _ -> DataField<Nullable<float>>(name)
        | Column.Texts _ -> DataField<string>(name)

    /// Writes a table as Parquet, in one group of rows: whole numbers, doubles and texts. Refusal when it cannot be written.
    let parquet (path: string) (table: SweepTable) : unit =
        Files.writeWhole path (fun stream ->
            let fields = List.map field table.Columns
            let schema = ParquetSchema [| for field in fields -> field :> Field |]
            let writer = ParquetWriter.CreateAsync(schema, stream).GetAwaiter().GetResult()

            try
                use group = writer.CreateRowGroup()

                for field, (_, column) in List.zip fields table.Columns do
                    let written =
                        match column with
                        | Column.Wholes values -> group.WriteAsync<int64>(field, ReadOnlyMemory values)
                        | Column.Numbers values -> group.WriteAsync<float>(field, ReadOnlyMemory(Array.map Option.toNullable values))
                        | Column.Texts values -> group.WriteAsync(field, Array.map Option.toObj values)

                    written.GetAwaiter().GetResult()
            finally
                writer.DisposeAsync().AsTask().Wait())
