namespace Interneuron.Stimuli

open System
open System.IO
open System.IO.Compression
open System.IO.Hashing
open Interneuron.Statistics
open Interneuron.Core.Files

/// Opening arrays: a .npy file, a member of a .npz file, which is a ZIP archive of .npy files, or an array in a file of another format.
module internal NpyFile =

    /// Bytes decoded at a time; a multiple of every number's size.
    let bufferLength = 1 <<< 16

    // Splits a path into a .npz file and a name within it. A colon may also belong to the file's own name, such as C: on Windows.
    let private split (path: string) =
        let at = path.LastIndexOf ':'

        if at > 0 && not (Path.Exists path) && File.Exists path[.. at - 1] then
            path[.. at - 1], Some path[at + 1 ..]
        else
            path, None

    let private extension = ".npy"

    let private nameOf (member': ZipArchiveEntry) =
        if member'.FullName.EndsWith(extension, StringComparison.Ordinal) then
            member'.FullName[.. member'.FullName.Length - extension.Length - 1]
        else
            member'.FullName

    // Checks that a member is an array before it is unpacked.
    let private requireArray path (entry: ZipArchiveEntry) =
        use packed = entry.Open()
        NpyHeader.requireLength path (NpyHeader.read path packed) entry.Length

    // Unpacks no more than the length that the archive states, and verifies the archive's checksum.
    let private unpack path (entry: ZipArchiveEntry) (target: Stream) =
        requireArray path entry
        use packed = entry.Open()
        let buffer = Array.zeroCreate<byte> bufferLength
        let check = Crc32()
        let mutable left = entry.Length
        let mutable count = 1

        while left > 0L && count > 0 do
            count <- packed.Read(buffer, 0, int (min left (int64 buffer.Length)))
            check.Append(ReadOnlySpan(buffer, 0, count))
            target.Write(buffer, 0, count)
            left <- left - int64 count

        if left > 0L || check.GetCurrentHashAsUInt32() <> entry.Crc32 then
            FileError.refuse path $"is damaged: its member {Message.quote entry.FullName} is not what the archive says it is."

    // The members of an archive, which are named without their ending.
    let private members path (archive: ZipArchive) =
        [ for entry in archive.Entries ->
              { Name = nameOf entry
                Holds = ""
                Unpack = Some(unpack path entry) } ]

    // A ZIP archive begins with its first member, or with its end record if it is empty.
    let private isArchive (head: ReadOnlySpan<byte>) =
        head.StartsWith(ReadOnlySpan [| byte 'P'; byte 'K'; 3uy; 4uy |])
        || head.StartsWith(ReadOnlySpan [| byte 'P'; byte 'K'; 5uy; 6uy |])

    // A path within an HDF5 file begins with a slash, whether it is written or not.
    let private rooted (name: string) =
        if name.StartsWith '/' then name else "/" + name

    // What the array of a file, and in it of this name, is unpacked with; None where the file is itself a .npy file.
    let private unpacking file name (stream: FileStream) (head: byte[]) : (Stream -> unit) option =
        let picked format name arrays =
            (StoredArray.pick file format name arrays).Unpack

        let bytes = ReadOnlySpan head

        if isArchive bytes then
            let archive = new ZipArchive(stream, ZipArchiveMode.Read, true)

            let bare (name: string) =
                if name.EndsWith(extension, StringComparison.Ordinal) then
                    name[.. name.Length - extension.Length - 1]
                else
                    name

            picked ".npz" (Option.map bare name) (members file archive)
        elif HdfFile.isOne bytes then
            picked "HDF5" (Option.map rooted name) (HdfFile.arrays file stream head)
        elif MatFile.isOne bytes then
            picked ".mat" name (MatFile.arrays file stream)
        elif ParquetFile.isOne bytes then
            Some(ParquetFile.unpack file stream name)
        else
            match DelimitedFile.separator file with
            | Some separator -> Some(DelimitedFile.unpack file separator stream name)
            | None when name.IsSome -> FileError.refuse file $"is not a .npz file, so nothing in it is named {Message.quote name.Value}."
            | None -> None

    /// The .npy file that a path names, as a seekable stream: the file, or what is unpacked from one of another format. Refusal when there
    /// is none.
    let openRead (path: string) : FileStream =
        let file, name = split path
        let stream = Files.openRead file

        try
            FileError.guarded file "read" (fun () ->
                let head = Array.zeroCreate<byte> HdfFile.headLength
                let length = stream.ReadAtLeast(Span head, head.Length, false)
                stream.Position <- 0L

                match unpacking file name stream head[.. length - 1] with
                | None -> stream
                | Some unpack ->
                    let unpacked = StoredArray.spooled file unpack
                    stream.Dispose()
                    unpacked)
        with _ ->
            stream.Dispose()
            reraise ()
