namespace Interneuron.Core.Files

open System
open System.IO
open System.Security.Cryptography
open System.Text.Json
open Interneuron.Statistics

/// A file that a run keeps its state in, so that it can be gone on with after whatever ended it: a line of JSON that says which run, and
/// then the state. It is replaced as a whole, after the new one is on the disk; the run holds it, and another that would use it is refused.
[<Sealed>]
type internal CheckpointFile(path: string) =
    static let format = "interneuron-checkpoint-1"

    do FileError.requireFileName path

    let full = Path.GetFullPath path
    let folder = string (Path.GetDirectoryName full)
    let isNewFolder = not (Directory.Exists folder)
    let beside = Path.Combine(folder, $".{Path.GetFileName full}.part")

    // Held against other runs; each new file is held before it takes the name.
    let mutable held: FileStream =
        FileError.guarded path "written" (fun () ->
            Directory.CreateDirectory folder |> ignore

            try
                new FileStream(full, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None)
            with :? IOException as error when FileError.isInUse error ->
                raise (Refusal(Where.named path, "is kept by another run, which is still going.", None, null, error)))

    // What a run that was killed while it wrote left behind.
    do FileError.guarded path "written" (fun () -> File.Delete beside)

    let header (run: (string * string) list) (steps: int) (state: byte array) =
        Json.Object(
            [ "format", Json.Text format
              "steps_made", Json.whole steps
              "bytes", Json.whole state.Length
              "sha256", Json.Text(Convert.ToHexStringLower(SHA256.HashData state))
              "run", Json.Object [ for name, value in run -> name, Json.Text value ] ]
        )

    let readHeader () : JsonElement =
        held.Position <- 0L
        let line = ResizeArray<byte>()
        let mutable next = held.ReadByte()

        while next >= 0 && next <> int '\n' && line.Count < 1_000_000 do
            line.Add(byte next)
            next <- held.ReadByte()

        try
            JsonDocument.Parse(line.ToArray()).RootElement
        with :? JsonException ->
            FileError.refuse path "is not a checkpoint; interrupted runs leave them."

    /// Whether nothing is kept.
    member _.IsEmpty: bool = held.Length = 0L

    /// What is kept, with its number of steps; None where nothing is. Refusal where it is of another run, another version or torn.
    member _.Read(run: (string * string) list) : (int * byte array) option =
        if held.Length = 0L then
            None
        else
            FileError.guarded path "read" (fun () ->
                let root = readHeader ()
                let at = Where.named path
                let value name read = JsonReading.value at name root read

                if
                    root.ValueKind <> JsonValueKind.Object
                    || value "format" JsonReading.text <> format
                then
                    FileError.refuse path $"is not a checkpoint of this program, which reads {format}."

                let kept = value "run" (fun _ element -> element)

                for name, here in run do
                    let there =
                        match kept.TryGetProperty name with
                        | true, element -> string (element.GetString())
                        | _ -> "not said"

                    if there <> here then
                        // Digests say nothing to people.
                        if here.StartsWith("sha256:", StringComparison.Ordinal) then
                            FileError.refuse path $"is of a run with other {name}; without --resume this one starts anew."
                        else
                            FileError.refuse
                                path
                                $"is of a run with {name} {there}, and this one has {here}; without --resume it starts anew."

                let state = Array.zeroCreate (value "bytes" JsonReading.whole)

                let isWhole =
                    held.ReadAtLeast(Span state, state.Length, false) = state.Length
                    && Convert.ToHexStringLower(SHA256.HashData state) = value "sha256" JsonReading.text

                if not isWhole then
                    FileError.refuse path "is torn; without --resume the run starts anew."

                Some(value "steps_made" JsonReading.whole, state))

    /// Keeps a state in the place of the one before it, which stays until this one is whole and on the disk.
    member _.Write(run: (string * string) list, steps: int, state: byte array) : unit =
        FileError.guarded path "written" (fun () ->
            let next =
                new FileStream(beside, FileMode.Create, FileAccess.ReadWrite, FileShare.None)

            try
                let line = Json.toLine (header run steps state)
                next.Write(ReadOnlySpan(Text.Encoding.UTF8.GetBytes(line + "\n")))
                next.Write(ReadOnlySpan state)
                next.Flush true
                File.Move(beside, full, true)
            with _ ->
                FileError.giveUp next
                File.Delete beside
                reraise ()

            held.Dispose()
            held <- next)

    /// Deletes the file: the run is over, and what came of it is saved.
    member _.Remove() : unit =
        File.Delete full
        held.Dispose()

    interface IDisposable with
        /// Lets go of the file, which stays if something is kept in it.
        member _.Dispose() =
            if held.CanRead && held.Length = 0L && File.Exists full then
                File.Delete full

                if isNewFolder && Seq.isEmpty (Directory.EnumerateFileSystemEntries folder) then
                    Directory.Delete folder

            held.Dispose()
