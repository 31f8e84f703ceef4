namespace Interneuron.Derivation.Running

open System.IO

/// Where simulations stand as bytes, for files.
[<RequireQualifiedAccess>]
module internal SimulationBytes =
    let private writeAll (writer: BinaryWriter) (values: float array) =
        writer.Write values.Length
        Array.iter (fun (value: float) -> writer.Write value) values

    let private readAll (reader: BinaryReader) : float array =
        Array.init (reader.ReadInt32()) (fun _ -> reader.ReadDouble())

    /// The bytes of a standing.
    let write (standing: SimulationStanding) : byte array =
        use stream = new MemoryStream()
        use writer = new BinaryWriter(stream)
        writer.Write standing.Steps
        writeAll writer standing.Values
        writeAll writer standing.Responses
        writer.Write standing.Found.Length
        Array.iter (fun (found: bool) -> writer.Write found) standing.Found
        writer.Write standing.Missed
        writer.Write standing.Trajectory.Length

        for step, values in standing.Trajectory do
            writer.Write step
            writeAll writer values

        writer.Flush()
        stream.ToArray()

    /// The standing of bytes. EndOfStreamException where they end too early.
    let read (bytes: byte array) : SimulationStanding =
        use reader = new BinaryReader(new MemoryStream(bytes))

        { Steps = reader.ReadInt32()
          Values = readAll reader
          Responses = readAll reader
          Found = Array.init (reader.ReadInt32()) (fun _ -> reader.ReadBoolean())
          Missed = reader.ReadInt32()
          Trajectory = List.init (reader.ReadInt32()) (fun _ -> reader.ReadInt32(), readAll reader) }
