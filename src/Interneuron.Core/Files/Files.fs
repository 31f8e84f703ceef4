namespace Interneuron.Core.Files

open System
open System.Collections.Concurrent
open System.Collections.Generic
open System.IO
open System.Threading
open Interneuron.Statistics

/// What reading and writing files share: every failure becomes one line that names the file.
module internal FileError =

    /// Raises the Refusal that says what is wrong with a file.
    let refuse (path: string) (problem: string) : 'result =
        raise (Refusal $"{path}: {problem}")

    // Why the file system refused, without the name of the file, which the message has already.
    let private reason (error: exn) =
        match error with
        | :? UnauthorizedAccessException -> "permission denied."
        | _ ->
            match error.Message.IndexOf " : '" with
            | -1 -> error.Message
            | at -> error.Message[.. at - 1] + "."

    /// Runs `action`; what the file system refuses is told as `path: cannot be <done>: reason`.
    let guarded (path: string) (doing: string) (action: unit -> 'result) : 'result =
        try
            action ()
        with
        | :? IOException
        | :? InvalidDataException
        | :? UnauthorizedAccessException
        | :? NotSupportedException as error -> raise (Refusal($"{path}: cannot be {doing}: {reason error}", error))

    /// A name that could be a file's: not empty and not a folder.
    let requireFileName (path: string) =
        if String.IsNullOrWhiteSpace path then
            raise (Refusal "The name of a file is empty.")

        if Directory.Exists path then
            refuse path "is a folder; a file is needed."

/// Files that are written and wait for their names.
module internal Drafts =

    /// Every file in the making that has not taken its name, by its path.
    let unnamed = ConcurrentDictionary<string, unit>()

    /// A file that is written: where it stands, the name that it is to have, and that name as it was given.
    type Written =
        { Beside: string
          Target: string
          Path: string }

    /// Forgets and deletes a file that is not to be.
    let discard (beside: string) =
        unnamed.TryRemove beside |> ignore
        File.Delete beside

    /// Gives a file its name, in place of any that had it.
    let appear (written: Written) =
        FileError.guarded written.Path "written" (fun () -> File.Move(written.Beside, written.Target, true))
        unnamed.TryRemove written.Beside |> ignore

    /// The files that are to appear together, while there are such.
    let together = AsyncLocal<List<Written> | null>()

/// A file in the making. It is written beside its place and takes its name when it is complete, so that the name stands for
/// the whole file or for what was there before, never for a half. A file that is replaced passes its mode on. Refusal where there can be no
/// such file: its folder is missing or may not be written to, the name is a device's or a pipe's, or a file has it that is protected against writing.
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

        if FileKind.isSpecial target then
            FileError.refuse path "is a device or a pipe; a file is needed."

        if File.Exists target then
            FileError.guarded path "replaced" (fun () ->
                File.Open(target, FileMode.Open, FileAccess.Write, FileShare.ReadWrite ||| FileShare.Delete).Dispose())

    let beside =
        let name = string (Path.GetFileName target)
        Path.Combine(folder, $".{name[.. min 39 (name.Length - 1)]}.{Guid.NewGuid():N}.part")

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
                // What the process masks out of the modes of new files, the file that is replaced may have had.
                mode
                |> Option.iter (fun mode -> File.SetUnixFileMode(stream.SafeFileHandle, mode))

                stream
            with _ ->
                Drafts.discard beside
                reraise ())

    let mutable isOpen = true

    let discard () =
        stream.Dispose()
        Drafts.discard beside

    /// Where the content goes; it can be sought and overwritten until the file is complete.
    member _.Stream: Stream = stream

    /// Closes the file and gives it its name, in place of any file that had it. Once; InvalidOperationException after that or after Dispose.
    member _.Complete() =
        if not isOpen then
            invalidOp $"{path} is complete or given up; nothing more can be done with this draft."

        isOpen <- false

        try
            FileError.guarded path "written" stream.Dispose

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

    /// Opens a file for reading. Refusal when it is missing, a folder, empty, no file on disk, or closed to us.
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
    /// an exception, nothing is left. Refusal when the folder is missing, closed to us, or full.
    let writeWhole (path: string) (write: Stream -> unit) =
        use draft = new FileDraft(path)
        FileError.guarded path "written" (fun () -> write draft.Stream)
        draft.Complete()

    /// Refuses, as writing would, a file that cannot be written: better said before the work than after it. Nothing is left of the try.
    let requireWritable (path: string) =
        use draft = new FileDraft(path)
        ignore draft

    /// Refuses a file of so many bytes where fewer are free.
    let requireSpace (path: string) (bytes: float) =
        let free =
            FileError.guarded path "written" (fun () ->
                float (DriveInfo(string (Path.GetDirectoryName(Path.GetFullPath path)))).AvailableFreeSpace)

        if bytes > free then
            let gigabytes (bytes: float) =
                (bytes / 1e9).ToString("0.#", Globalization.CultureInfo.InvariantCulture)
                + " GB"

            FileError.refuse path $"would have {gigabytes bytes}, and {gigabytes free} are free."

    /// Refuses a folder that cannot be written to, or made where it is not there yet. Nothing is left of the try.
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

    /// The files that were written so far and are to appear together, in their order; none outside of `together`.
    let waiting () : string list =
        match Drafts.together.Value with
        | null -> []
        | written -> [ for file in written -> file.Path ]

    /// Runs `write`; the files that it writes appear together when it returns, and none does when it raises an exception. The last of them seals the others:
    /// its old version goes first and its new one comes last, so that where it stands, a process that was killed in between included, all are of one run.
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

    /// Deletes every file in the making, of all threads, for a program that is about to end without finishing them.
    let giveUp () =
        for beside in Drafts.unnamed.Keys do
            Drafts.discard beside
