namespace Interneuron.Core.Circuits

open System
open System.IO
open System.Runtime.InteropServices

/// Where a run of learning stands: all that its next steps depend on beside its settings, its first circuit and its stimuli, and what it
/// has to show so far.
type Standing =
    {
        /// Steps made.
        Steps: int
        /// The learner's numbers, random state and memory, as the engine saves them.
        Learner: byte array
        /// Time in the learning loop, in seconds.
        Seconds: float
        /// The snapshots so far.
        Trajectory: Snapshot list
        /// The gains of least J, once they are found.
        BestGains: float array option
    }

/// How a run is kept on its way, so that it can be gone on with.
type Keeping<'Standing> =
    {
        /// What it goes on from; None for the first step.
        From: 'Standing option
        /// The time between two standings.
        Every: TimeSpan
        /// Keeps a standing; whatever it raises ends the run.
        Keep: 'Standing -> unit
    }

/// Numbers in the bytes of what is kept: as they lie in memory, with their length before them.
[<RequireQualifiedAccess>]
module internal NumberBytes =
    let write (writer: BinaryWriter) (values: float array) =
        writer.Write values.Length
        writer.Write(MemoryMarshal.AsBytes(ReadOnlySpan values))

    /// EndOfStreamException where there are fewer than are announced.
    let read (reader: BinaryReader) : float array =
        let length = reader.ReadInt32()

        if
            length < 0
            || int64 length * 8L > reader.BaseStream.Length - reader.BaseStream.Position
        then
            raise (EndOfStreamException())

        let values = Array.zeroCreate length
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(Span values))
        values

/// Standings as bytes, for files.
[<RequireQualifiedAccess>]
module internal Standing =
    let private writeRows (writer: BinaryWriter) (rows: float array array) =
        writer.Write rows.Length
        Array.iter (NumberBytes.write writer) rows

    let private readRows (reader: BinaryReader) : float array array =
        Array.init (reader.ReadInt32()) (fun _ -> NumberBytes.read reader)

    /// The bytes of a standing.
    let toBytes (standing: Standing) : byte array =
        use stream = new MemoryStream()
        use writer = new BinaryWriter(stream)
        writer.Write standing.Steps
        writer.Write standing.Learner.Length
        writer.Write standing.Learner
        writer.Write standing.Seconds
        writer.Write standing.Trajectory.Length

        for snapshot in standing.Trajectory do
            writer.Write snapshot.Step
            writer.Write snapshot.J
            NumberBytes.write writer snapshot.Gains
            writeRows writer snapshot.Theta
            writeRows writer snapshot.W

        writer.Write standing.BestGains.IsSome
        Option.iter (NumberBytes.write writer) standing.BestGains
        writer.Flush()
        stream.ToArray()

    /// The standing of bytes. EndOfStreamException where they end too early.
    let ofBytes (bytes: byte array) : Standing =
        use reader = new BinaryReader(new MemoryStream(bytes))
        let steps = reader.ReadInt32()
        let learner = reader.ReadBytes(reader.ReadInt32())
        let seconds = reader.ReadDouble()

        let trajectory =
            List.init (reader.ReadInt32()) (fun _ ->
                { Step = reader.ReadInt32()
                  J = reader.ReadDouble()
                  Gains = NumberBytes.read reader
                  Theta = readRows reader
                  W = readRows reader })

        { Steps = steps
          Learner = learner
          Seconds = seconds
          Trajectory = trajectory
          BestGains =
            if reader.ReadBoolean() then
                Some(NumberBytes.read reader)
            else
                None }
