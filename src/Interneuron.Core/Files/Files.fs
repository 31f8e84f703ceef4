namespace Interneuron.Core.Files

open System
open System.Collections.Concurrent
open System.Collections.Generic
open System.IO
open System.Threading
open Interneuron.Statistics

/// Shared by reading and writing: every failure becomes one line that names the file.
module internal FileError =

    /// Raises the Refusal that says what is wrong with a file.
    let refuse (path: string) (problem: string) : 'result =
        raise (Refusal(Where.named path, problem, None, null, null))

    // Why the file system refused, without the file's name, which the message already has.
    let private reason (error: exn) =
        match error with
        | :? UnauthorizedAccessException -> "permission denied."
        | _ ->
            match error.Message.IndexOf " : '" with
            | -1 -> error.Message
            | at -> error.Message[.. at - 1] + "."

    /// Runs `action`; a refusal by the file system is reported as `path: cannot be <done>: reason`.
    let guarded (path: string) (doing: string) (action: unit -> 'result) : 'result =
        try
            action ()
        with
        | :? IOException
        | :? InvalidDataException
        | :? UnauthorizedAccessException
        | :? NotSupportedException as error -> raise (Refusal(Where.named path, $"cannot be {doing}: {reason error}", None, null, error))
        // What writing beyond the largest size of a file is to the library.
        | :? ArgumentOutOfRangeException as error when error.ParamName = "value" ->
            raise (Refusal(Where.named path, $"cannot be {doing}: it would be larger than a file may be here.", None, null, error))

    /// Closes a file that is given up: what it could not write before, as where a disk is full, it cannot write now.
    let giveUp (file: Stream) =
        try
            file.Dispose()
        with :? IOException ->
            ()

    /// Whether another process holds a file, by the code of the error: Windows' sharing violation, and EWOULDBLOCK of Linux and macOS.
    let isInUse (error: IOException) =
        List.contains (error.HResult &&& 0xFFFF) [ 32; 11; 35 ]

    /// Refuses a name that cannot be a file's: an empty one, or a folder's.
    let requireFileName (path: string) =
        if String.IsNullOrWhiteSpace path then
            raise (Refusal "The name of a file is empty.")

        if Directory.Exists path then
            refuse path "is a folder; a file is needed."

/// Files being written under temporary names.
module internal Drafts =

    /// Every unfinished file that has not taken its final name yet, by its path.
    let unnamed = ConcurrentDictionary<string, unit>()

    /// A written file: its temporary path, its final path, and that path as it was given.
    type Written =
        { Beside: string
          Target: string
          Path: string }

    /// Abandons and deletes an unfinished file.
    let discard (beside: string) =
        unnamed.TryRemove beside |> ignore
        File.Delete beside

    /// Gives a file its final name, replacing any file of that name.
    let appear (written: Written) =
        FileError.guarded written.Path "written" (fun () -> File.Move(written.Beside, written.Target, true))
        unnamed.TryRemove written.Beside |> ignore

    /// Deletes the unfinished files for a name that a process left behind when it was killed: nobody holds them.
    let clear (folder: string) (name: string) =
        for left in Directory.EnumerateFiles(folder, $".{name}.*.part") do
            if not (unnamed.ContainsKey left) then
                try
                    new FileStream(left, FileMode.Open, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose)
                    |> _.Dispose()
                with
                | :? IOException
                | :? UnauthorizedAccessException -> ()

    /// The files that are to appear together, inside `together`.
    let together = AsyncLocal<List<Written> | null>()

/// A file being written. It is written beside its destination and takes its name when complete, so that the name stands for
/// the whole new file or for what was there before, never for half a file. A replaced file's mode is kept. Refusal where there can be no
/// such file: its folder is missing or not writable, the name is that of a device or a pipe, or of a file that is write-protected.
[<Sealed>]
type FileDraft(path: string) =

    do FileError.requireFileName path

    // Links are followed, so that the file a link points to is replaced, not the link.
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

        if FileKind.isSpecial target then
            FileError.refuse path "is a device or a pipe; a file is needed."

        if File.Exists target then
            FileError.guarded path "replaced" (fun () ->
                File.Open(target, FileMode.Open, FileAccess.Write, FileShare.ReadWrite ||| FileShare.Delete).Dispose())

    let beside =
        let name = string (Path.GetFileName target)
        let stem = name[.. min 39 (name.Length - 1)]
        FileError.guarded path "written" (fun () -> Drafts.clear folder stem)
        Path.Combine(folder, $".{stem}.{Guid.NewGuid():N}.part")

    let stream =
        FileError.guarded path "written" (fun () ->
            let options =
                FileStreamOptions(Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite)

            let mode =
                if not (OperatingSystem.IsWindows()) && File.Exists target then
                    Some(File.GetUnixFileMode target)
                else
                    None

            mode |> Option.iter (fun mode -> options.UnixCreateMode <- mode)
            Drafts.unnamed[beside] <- ()

            try
                let stream = new FileStream(beside, options)
                // The replaced file may have had permissions that the process's umask denies to new files.
                mode
                |> Option.iter (fun mode -> File.SetUnixFileMode(stream.SafeFileHandle, mode))

                stream
            with _ ->
                Drafts.discard beside
                reraise ())

    let mutable isOpen = true

    let discard () =
        FileError.giveUp stream
        Drafts.discard beside

    /// The content's stream; it can be sought and overwritten until the file is complete.
    member _.Stream: Stream = stream

    /// Closes the file and gives it its name, replacing any file of that name. InvalidOperationException the second time, or after Dispose.
    member _.Complete() =
        if not isOpen then
            invalidOp $"{path} is complete or given up; nothing more can be done with this draft."

        isOpen <- false

        try
            FileError.guarded path "written" (fun () ->
                stream.Flush true
                stream.Dispose())

            let written: Drafts.Written =
                { Beside = beside
                  Target = target
                  Path = path }

            match Drafts.together.Value with
            | null -> Drafts.appear written
            | others -> others.Add written
        with _ ->
            discard ()
            reraise ()

    interface IDisposable with
        /// Abandons the file unless it is complete; nothing is left behind.
        member _.Dispose() =
            if isOpen then
                isOpen <- false
                discard ()

/// Reading and writing files.
[<RequireQualifiedAccess>]
module Files =

    // Opening a pipe would wait for a writer, and a device such as /dev/zero never ends; neither has a length.
    let private requireOnDisk (path: string) =
        let file = FileInfo path

        let isOnDisk =
            match file.ResolveLinkTarget true with
            | null -> file.Length > 0L
            | :? FileInfo as target -> target.Exists && target.Length > 0L
            | _ -> false

        if not isOnDisk then
            FileError.refuse path "is empty, or no file on disk (a pipe or a device); a file with something in it is needed."

    /// Opens a file for reading. Refusal when it is missing, a folder, empty, not a regular file, or not readable.
    let internal openRead (path: string) =
        FileError.requireFileName path

        if not (File.Exists path) then
            FileError.refuse path "no such file."

        FileError.guarded path "read" (fun () ->
            requireOnDisk path
            File.OpenRead path)

    /// A nameless temporary file for what does not fit into memory; closing it deletes it.
    let internal openTemporary () =
        let path = Path.Combine(Path.GetTempPath(), $"interneuron-{Guid.NewGuid():N}")

        FileError.guarded path "written" (fun () ->
            let stream =
                new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 <<< 16, FileOptions.DeleteOnClose)
            // Where an open file can be unlinked, it is, so that nothing is left behind even if the process is killed.
            if not (OperatingSystem.IsWindows()) then
                File.Delete path

            stream)

    /// Writes a file as a whole or not at all: it takes its name when `write` returns; if `write` raises
    /// an exception, nothing is left behind. Refusal when the folder is missing, not writable, or full.
    let writeWhole (path: string) (write: Stream -> unit) =
        use draft = new FileDraft(path)
        FileError.guarded path "written" (fun () -> write draft.Stream)
        draft.Complete()

    /// Refuses a file that cannot be written, before any work is done rather than after. The check leaves nothing behind.
    let requireWritable (path: string) =
        use draft = new FileDraft(path)
        ignore draft

    /// Refuses a file of this many bytes if fewer are free.
    let requireSpace (path: string) (bytes: float) =
        let free =
            FileError.guarded path "written" (fun () ->
                float (DriveInfo(string (Path.GetDirectoryName(Path.GetFullPath path)))).AvailableFreeSpace)

        if bytes > free then
            let gigabytes (bytes: float) =
                (bytes / 1e9).ToString("0.#", Globalization.CultureInfo.InvariantCulture)
                + " GB"

            FileError.refuse path $"would have {gigabytes bytes}, and {gigabytes free} are free."

    /// Refuses a folder that cannot be written to, or cannot be created. The check leaves nothing behind.
    let requireWritableFolder (path: string) =
        if String.IsNullOrWhiteSpace path then
            raise (Refusal "The name of a folder is empty.")

        let rec nearest (folder: string) =
            if File.Exists folder then
                FileError.refuse
                    path
                    (if folder = Path.GetFullPath path then
                         "is a file; a folder is needed."
                     else
                         $"cannot be made: {folder} is a file.")
            elif Directory.Exists folder then
                folder
            else
                match Path.GetDirectoryName folder with
                | null -> folder
                | above -> nearest above

        let nearest =
            FileError.guarded path "written to" (fun () -> nearest (Path.GetFullPath path))

        let probe = Path.Combine(nearest, $".{Guid.NewGuid():N}.part")

        FileError.guarded path "written to" (fun () ->
            use probe =
                new FileStream(probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose)

            ignore probe)

    /// The files written so far that are to appear together, in order; none outside `together`.
    let waiting () : string list =
        match Drafts.together.Value with
        | null -> []
        | written -> [ for file in written -> file.Path ]

    /// Runs `write`; the files it writes appear together when it returns, and none does if it raises an exception. The last file seals the
    /// others: its old version is removed first and its new one appears last, so that wherever it exists, even after a kill in between, all
    /// files are of one run.
    let together (write: unit -> 'result) : 'result =
        match Drafts.together.Value with
        | null ->
            let written = List<Drafts.Written>()
            Drafts.together.Value <- written

            try
                let result = write ()

                if written.Count > 1 then
                    let seal = written[written.Count - 1]
                    FileError.guarded seal.Path "replaced" (fun () -> File.Delete seal.Target)

                for file in written do
                    Drafts.appear file

                result
            finally
                Drafts.together.Value <- null

                for file in written do
                    if Drafts.unnamed.ContainsKey file.Beside then
                        Drafts.discard file.Beside
        | _ -> write ()

    /// Deletes the unfinished files of all threads, for a program that is about to end without completing them.
    let giveUp () =
        for beside in Drafts.unnamed.Keys do
            Drafts.discard beside
