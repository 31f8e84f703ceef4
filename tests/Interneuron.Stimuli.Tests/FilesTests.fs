module Interneuron.Stimuli.Tests.FilesTests

open System
open System.IO
open Expecto
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
          } ]
