module Interneuron.Stimuli.Tests.FilesTests

open System
open System.IO
open Expecto
open Interneuron.Core.Files
open Interneuron.Stimuli
open Interneuron.Stimuli.Tests.Tools

let private put (text: string) (stream: Stream) =
    stream.Write(ReadOnlySpan(Text.Encoding.UTF8.GetBytes text))

exception private Stopped

[<Tests>]
let tests =
    testList
        "Files"
        [ test "A written file holds what was written, in place of what was there" {
              inFolder (fun folder ->
                  let path = Path.Combine(folder, "a")
                  File.WriteAllText(path, "a longer text from before")
                  Files.writeWhole path (put "new")
                  Expect.equal (File.ReadAllText path) "new" "content"
                  Expect.equal (Directory.GetFileSystemEntries folder) [| path |] "nothing else is left")
          }

          test "A failure while writing leaves the file from before, and nothing else" {
              inFolder (fun folder ->
                  let path = Path.Combine(folder, "a")
                  File.WriteAllText(path, "old")

                  let write stream =
                      put "half" stream
                      raise Stopped

                  Expect.throwsT<Stopped> (fun () -> Files.writeWhole path write) "the failure passes through"
                  Expect.equal (File.ReadAllText path) "old" "content"
                  Expect.equal (Directory.GetFileSystemEntries folder) [| path |] "nothing else is left")
          }

          test "Until it is complete, a draft is not seen under its name" {
              inFolder (fun folder ->
                  let path = Path.Combine(folder, "a")
                  use draft = new FileDraft(path)
                  put "text" draft.Stream
                  Expect.isFalse (File.Exists path) "before"
                  draft.Complete()
                  Expect.equal (File.ReadAllText path) "text" "after"
                  Expect.throwsT<InvalidOperationException> draft.Complete "once only")
          }

          test "A draft given up leaves nothing" {
              inFolder (fun folder ->
                  let path = Path.Combine(folder, "a")
                  let draft = new FileDraft(path)
                  put "text" draft.Stream
                  (draft :> IDisposable).Dispose()
                  Expect.isEmpty (Directory.GetFileSystemEntries folder) "nothing is left"
                  Expect.throwsT<InvalidOperationException> draft.Complete "it stays given up")
          }

          test "Writing to a link renews the file it stands for" {
              inFolder (fun folder ->
                  let path, link = Path.Combine(folder, "a"), Path.Combine(folder, "link")
                  File.WriteAllText(path, "old")
                  File.CreateSymbolicLink(link, path) |> ignore
                  Files.writeWhole link (put "new")
                  Expect.equal (File.ReadAllText path) "new" "content"
                  Expect.equal ((FileInfo link).LinkTarget) path "the link is a link still")
          }

          test "Where nothing can be written, one line says so" {
              inFolder (fun folder ->
                  let missing = Path.Combine(folder, "missing", "a")
                  Expect.stringContains (refusal (fun () -> Files.writeWhole missing ignore)) "its folder does not exist" "missing folder"
                  Expect.stringContains (refusal (fun () -> Files.writeWhole folder ignore)) "is a folder" "a folder"
                  Expect.stringContains (refusal (fun () -> Files.writeWhole "" ignore)) "empty" "no name"
                  File.WriteAllText(Path.Combine(folder, "file"), "")
                  let within = Path.Combine(folder, "file", "a")
                  Expect.stringContains (refusal (fun () -> Files.writeWhole within ignore)) within "a file for a folder")
          }

          test "A file that is replaced passes its mode on" {
              if OperatingSystem.IsWindows() then
                  skiptest "modes are of Unix"

              inFolder (fun folder ->
                  let path = Path.Combine(folder, "a")

                  for mode in [ "600"; "640"; "666"; "444" ] do
                      let mode = enum<UnixFileMode>(Convert.ToInt32(mode, 8))
                      File.WriteAllText(path, "old")
                      File.SetUnixFileMode(path, mode)

                      // A file that is protected against writing is replaced by root alone.
                      if mode.HasFlag UnixFileMode.UserWrite then
                          Files.writeWhole path (put "new")
                          Expect.equal (File.GetUnixFileMode path) mode "mode"
                      elif Environment.UserName <> "root" then
                          Expect.stringContains (refusal (fun () -> Files.writeWhole path (put "new"))) "permission denied" "protected"

                      File.Delete path)
          }

          test "Devices and pipes are no files to replace" {
              if OperatingSystem.IsWindows() then
                  skiptest "devices are of Unix"

              inFolder (fun folder ->
                  let pipe, link = Path.Combine(folder, "pipe"), Path.Combine(folder, "link")
                  use made = Diagnostics.Process.Start("mkfifo", [ pipe ])
                  made.WaitForExit()
                  File.CreateSymbolicLink(link, "/dev/null") |> ignore

                  for path in [ pipe; link; "/dev/null" ] do
                      Expect.stringContains
                          (refusal (fun () -> Files.writeWhole path ignore))
                          "is a device or a pipe; a file is needed."
                          path

                  Expect.equal (Directory.GetFileSystemEntries folder |> Array.sort) [| link; pipe |] "as they were")
          }

          test "A name of 255 letters is written to as any other" {
              inFolder (fun folder ->
                  let path = Path.Combine(folder, String('a', 255))
                  Files.writeWhole path (put "text")
                  Expect.equal (File.ReadAllText path) "text" "content")
          }

          test "Files that belong together appear together, the last after all others, or not at all" {
              inFolder (fun folder ->
                  let path name = Path.Combine(folder, name)

                  let write text names =
                      for name in names do
                          Files.writeWhole (path name) (put text)

                  write "old" [ "a"; "c" ]

                  Files.together (fun () ->
                      write "new" [ "a"; "b"; "c" ]
                      Expect.equal (Files.waiting ()) [ path "a"; path "b"; path "c" ] "waiting"
                      Expect.equal (File.ReadAllText(path "a"), File.Exists(path "b")) ("old", false) "not yet")

                  for name in [ "a"; "b"; "c" ] do
                      Expect.equal (File.ReadAllText(path name)) "new" name

                  let fail () =
                      Files.together (fun () ->
                          write "newest" [ "a"; "d" ]
                          raise Stopped)

                  Expect.throwsT<Stopped> fail "the failure passes through"
                  Expect.equal (File.ReadAllText(path "a")) "new" "as it was"
                  Expect.equal (Directory.GetFileSystemEntries folder |> Array.sort) [| path "a"; path "b"; path "c" |] "nothing beside"

                  // b cannot take its place; the seal is gone, so that nobody takes a and b for one run.
                  let blocked () =
                      Files.together (fun () ->
                          write "last" [ "a"; "b"; "c" ]
                          File.Delete(path "b")
                          Directory.CreateDirectory(path "b") |> ignore)

                  Expect.stringContains (refusal blocked) "cannot be written" "refused"
                  Expect.isFalse (File.Exists(path "c")) "the seal"
                  Expect.equal (Directory.GetFileSystemEntries folder |> Array.sort) [| path "a"; path "b" |] "nothing beside")
          }

          test "What cannot be written is known beforehand, and the try leaves nothing" {
              inFolder (fun folder ->
                  let path name = Path.Combine(folder, name)
                  File.WriteAllText(path "file", "")
                  Files.requireWritable (path "new")
                  Files.requireWritable (path "file")
                  Files.requireWritableFolder folder
                  Files.requireWritableFolder (path "new/folder/below")
                  Files.requireSpace (path "new") 1.0

                  for refused, line in
                      [ (fun () -> Files.requireWritable (path "no/where")), "its folder does not exist"
                        (fun () -> Files.requireWritable folder), "is a folder"
                        (fun () -> Files.requireWritableFolder (path "file")), "is a file; a folder is needed."
                        (fun () -> Files.requireWritableFolder (path "file/below")), "cannot be made"
                        (fun () -> Files.requireWritableFolder "/proc/self"), "cannot be written to"
                        (fun () -> Files.requireWritableFolder ""), "empty"
                        (fun () -> Files.requireSpace (path "new") 1e18), "would have 1000000000 GB, and " ] do
                      Expect.stringContains (refusal refused) line line

                  Expect.equal (Directory.GetFileSystemEntries folder) [| path "file" |] "nothing is left")
          }

          test "A program that ends in the middle leaves no files in the making" {
              inFolder (fun folder ->
                  let draft = new FileDraft(Path.Combine(folder, "a"))
                  put "text" draft.Stream
                  Files.giveUp ()
                  Expect.isEmpty (Directory.GetFileSystemEntries folder) "nothing is left"
                  (draft :> IDisposable).Dispose())
          } ]
