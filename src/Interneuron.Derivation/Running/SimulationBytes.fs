namespace Interneuron.Derivation.Running

open System.IO
open Interneuron.Core.Circuits

/// Where simulations stand as bytes, for files.
[<RequireQualifiedAccess>]
module internal SimulationBytes =
    /// The bytes of a standing.
    let write (standing: SimulationStanding) : byte array =
        use stream = new MemoryStream()
        use writer = new BinaryWriter(stream)
        writer.Write standing.Steps
        NumberBytes.write writer standing.Values
        NumberBytes.write writer standing.Responses
        writer.Write standing.Found.Length
        Array.iter (fun (found: bool) -> writer.Write found) standing.Found
        writer.Write standing.Missed
        writer.Write standing.Trajectory.Length

        for step, values in standing.Trajectory do
            writer.Write step
            NumberBytes.write writer values

        writer.Flush()
        stream.ToArray()

    /// The standing of bytes. EndOfStreamException where they end too early.
    let read (bytes: byte array) : SimulationStanding =
        use reader = new BinaryReader(new MemoryStream(bytes))

        { Steps = reader.ReadInt32()
          Values = NumberBytes.read reader
          Responses = NumberBytes.read reader
          Found = Array.init (reader.ReadInt32()) (fun _ -> reader.ReadBoolean())
          Missed = reader.ReadInt32()
          Trajectory = List.init (reader.ReadInt32()) (fun _ -> reader.ReadInt32(), NumberBytes.read reader) }
