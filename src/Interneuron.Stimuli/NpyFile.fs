namespace Interneuron.Stimuli

open System
open System.IO
open System.IO.Compression
open System.IO.Hashing
open Interneuron.Statistics
open Interneuron.Core.Files

/// Opening arrays: a .npy file, or a member of a .npz file, which is a ZIP archive of .npy files.
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

    // The most members listed in a message.
    let private mostListed = 10

    let private pick path name (archive: ZipArchive) =
        let members = List.ofSeq archive.Entries

        let listed () =
            let names =
                members |> List.truncate mostListed |> List.map (nameOf >> Message.quote)

            let others = members.Length - names.Length
            String.concat ", " names + (if others > 0 then $" and {others} more" else "")

        match name, members with
        | _, [] -> FileError.refuse path "is a .npz file without an array in it."
        | None, [ single ] -> single
        | None, _ ->
            FileError.refuse path $"holds {members.Length} arrays: {listed ()}; name one of them, as in {Path.GetFileName path}:name."
        | Some name, _ ->
            match
                members
                |> List.filter (fun entry -> nameOf entry = name || entry.FullName = name)
            with
            | [ found ] -> found
            | [] -> FileError.refuse path $"has no array {Message.quote name}; in it: {listed ()}."
            | _ -> FileError.refuse path $"has the array {Message.quote name} more than once."

    // Checks that a member is an array before it is unpacked.
    let private requireArray path (entry: ZipArchiveEntry) =
        use packed = entry.Open()
        NpyHeader.requireLength path (NpyHeader.read path packed) entry.Length

    // Unpacks no more than the length that the archive states, and verifies the archive's checksum.
    let private unpack path (entry: ZipArchiveEntry) =
        use packed = entry.Open()
        let unpacked = Files.openTemporary ()

        try
            let buffer = Array.zeroCreate<byte> bufferLength
            let check = Crc32()
            let mutable left = entry.Length
            let mutable count = 1

            while left > 0L && count > 0 do
                count <- packed.Read(buffer, 0, int (min left (int64 buffer.Length)))
                check.Append(ReadOnlySpan(buffer, 0, count))
                unpacked.Write(buffer, 0, count)
                left <- left - int64 count

            if left > 0L || check.GetCurrentHashAsUInt32() <> entry.Crc32 then
                FileError.refuse path $"is damaged: its member {Message.quote entry.FullName} is not what the archive says it is."

            unpacked.Position <- 0L
            unpacked
        with _ ->
            unpacked.Dispose()
            reraise ()

    // A ZIP archive begins with its first member, or with its end record if it is empty.
    let private isArchive (head: ReadOnlySpan<byte>) =
        head.StartsWith(ReadOnlySpan [| byte 'P'; byte 'K'; 3uy; 4uy |])
        || head.StartsWith(ReadOnlySpan [| byte 'P'; byte 'K'; 5uy; 6uy |])

    /// The .npy file that a path names, as a seekable stream. Refusal when there is none.
    let openRead (path: string) : FileStream =
        let file, name = split path
        let stream = Files.openRead file

        try
            FileError.guarded file "read" (fun () ->
                let head = Array.zeroCreate<byte> 4
                let length = stream.ReadAtLeast(Span head, head.Length, false)
                stream.Position <- 0L

                if isArchive (ReadOnlySpan(head, 0, length)) then
                    use archive = new ZipArchive(stream, ZipArchiveMode.Read)
                    let entry = pick file name archive
                    requireArray path entry
                    unpack path entry
                elif name.IsSome then
                    FileError.refuse file $"is not a .npz file, so nothing in it is named {Message.quote name.Value}."
                else
                    stream)
        with _ ->
            stream.Dispose()
            reraise ()
