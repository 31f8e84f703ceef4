namespace Interneuron.Stimuli

open System
open System.IO

/// What reading and writing files share: every failure becomes one line that names the file.
module internal FileError =

    /// Raises the BadInputException that says what is wrong with a file.
    let refuse (path: string) (problem: string) : 'result =
        raise (BadInputException $"{path}: {problem}")

    /// Runs `action`; what the file system refuses is told as `path: cannot be <done>: reason`.
    let guarded (path: string) (doing: string) (action: unit -> 'result) : 'result =
        try
            action ()
        with
        | :? IOException
        | :? InvalidDataException
        | :? UnauthorizedAccessException
        | :? NotSupportedException as error -> raise (BadInputException($"{path}: cannot be {doing}: {error.Message}", error))

    /// A name that could be a file's: not empty and not a folder.
    let requireFileName (path: string) =
        if String.IsNullOrWhiteSpace path then
            raise (BadInputException "The name of a file is empty.")

        if Directory.Exists path then
            refuse path "is a folder; a file is needed."

/// A file in the making. It is written beside its place and takes its name when it is complete, so that the name stands for
/// the whole file or for what was there before, never for a half.
[<Sealed>]
type FileDraft(path: string) =

    do FileError.requireFileName path

    // A link is followed, so that writing to it renews the file it stands for, not the link.
    let target =
        FileError.guarded path "written" (fun () ->
            let file = FileInfo path

            let last =
                if isNull file.LinkTarget then
                    null
                else
                    file.ResolveLinkTarget true

            match last with
            | null -> file.FullName
            | last -> last.FullName)

    let folder =
        match Path.GetDirectoryName(target: string) with
        | null -> target
        | folder -> folder

    do
        if not (Directory.Exists folder) then
            FileError.refuse path "cannot be written: its folder does not exist."

    let beside =
        Path.Combine(folder, $".{Path.GetFileName target}.{Guid.NewGuid():N}.part")

    let stream =
        FileError.guarded path "written" (fun () -> new FileStream(beside, FileMode.CreateNew, FileAccess.ReadWrite))

    let mutable isOpen = true

    let discard () =
        stream.Dispose()
        File.Delete beside

    /// Where the content goes; it can be sought and overwritten until the file is complete.
    member _.Stream: Stream = stream

    /// Closes the file and gives it its name, in place of any file that had it. Once; InvalidOperationException after that or after Dispose.
    member _.Complete() =
        if not isOpen then
            invalidOp $"{path} is complete or given up; nothing more can be done with this draft."

        isOpen <- false

        try
            FileError.guarded path "written" (fun () ->
                stream.Dispose()
                File.Move(beside, target, true))
        with _ ->
            discard ()
            reraise ()

    interface IDisposable with
        /// Gives the file up, unless it is complete: nothing is left of it.
        member _.Dispose() =
            if isOpen then
                isOpen <- false
                discard ()

/// Reading and writing files.
[<RequireQualifiedAccess>]
module Files =

    // Opening a pipe waits for a writer, and a device such as /dev/zero has no end; neither has a length.
    let private requireOnDisk (path: string) =
        let file = FileInfo path

        let isOnDisk =
            match file.ResolveLinkTarget true with
            | null -> file.Length > 0L
            | :? FileInfo as target -> target.Exists && target.Length > 0L
            | _ -> false

        if not isOnDisk then
            FileError.refuse path "is empty, or no file on disk (a pipe or a device); a file with something in it is needed."

    /// Opens a file for reading. BadInputException when it is missing, a folder, empty, no file on disk, or closed to us.
    let internal openRead (path: string) =
        FileError.requireFileName path

        if not (File.Exists path) then
            FileError.refuse path "no such file."

        FileError.guarded path "read" (fun () ->
            requireOnDisk path
            File.OpenRead path)

    /// A file without a name for what doesn't fit into memory; it is gone when it is closed.
    let internal openTemporary () =
        let path = Path.Combine(Path.GetTempPath(), $"interneuron-{Guid.NewGuid():N}")

        FileError.guarded path "written" (fun () ->
            let stream =
                new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 <<< 16, FileOptions.DeleteOnClose)
            // Where an open file can lose its name, it does so now, so that a process that is killed leaves nothing either.
            if not (OperatingSystem.IsWindows()) then
                File.Delete path

            stream)

    /// Writes a file as a whole or not at all: what `write` puts on the stream takes the name when `write` returns; when it raises
    /// an exception, nothing is left. BadInputException when the folder is missing, closed to us, or full.
    let writeWhole (path: string) (write: Stream -> unit) =
        use draft = new FileDraft(path)
        FileError.guarded path "written" (fun () -> write draft.Stream)
        draft.Complete()
