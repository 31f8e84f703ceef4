module Interneuron.Facade.Tests.ImageTests

open System
open System.IO
open Expecto
open Interneuron

let private scene = Image.FromScene(1, 128)

let private inFolder (use': string -> unit) =
    let folder = Directory.CreateTempSubdirectory "interneuron"

    try
        use' folder.FullName
    finally
        folder.Delete true

let private worst (a: Grid) (b: Grid) =
    Array.map2 (fun x y -> abs (x - y)) (a.Values.ToArray()) (b.Values.ToArray())
    |> Array.max

[<Tests>]
let tests =
    testList
        "Images"
        [ test "a pyramid gives the image back from its subbands" {
              let pyramid = Pyramid scene
              Expect.equal pyramid.Subbands.Count (2 + pyramid.Height * (pyramid.Order + 1)) "subbands"
              // Transforms of 128 x 128 values in double precision.
              Expect.isLessThan (worst (pyramid.Reconstruct(fun part -> pyramid.Band part)) scene.Intensities) 1e-12 "largest difference"
          }

          test "a subband that is left out is missing from the image" {
              let pyramid = Pyramid(scene, 1, Nullable 2)

              let without =
                  pyramid.Reconstruct(fun part ->
                      if part = Subband.LowPass then
                          Grid(128, 128, (Array.zeroCreate (128 * 128): float array))
                      else
                          pyramid.Band part)
              // The mean lies in the low-pass part alone.
              Expect.isLessThan (abs (Array.average (without.Values.ToArray()))) 1e-12 "mean"
          }

          test "subbands have names and equality" {
              Expect.equal
                  [ for part in (Pyramid(scene, 0, Nullable 1)).Subbands -> string part ]
                  [ "high-pass"; "scale 0, orientation 0"; "low-pass" ]
                  "names"

              Expect.isTrue (Subband.Oriented(1, 2) = Subband.Oriented(1, 2)) "equal"
              Expect.isFalse (Subband.Oriented(0, 0) = Subband.HighPass) "different"
          }

          test "coefficients have unit variance, and pairs are each other's neighbours" {
              let single, pairs = Coefficients.Single scene, Coefficients.Pairs(scene, 3)
              Expect.equal (string single, string pairs) ("16384 x 1", "16000 x 2") "shapes"

              let deviation (x: float array) =
                  let m = Array.average x in sqrt (Array.averageBy (fun v -> (v - m) ** 2.0) x)

              Expect.floatClose Accuracy.high (deviation (single.Column 0)) 1.0 "single"
              Expect.floatClose Accuracy.high (deviation (pairs.Column 1)) 1.0 "pairs"
              let ratio = pairs[3 * 128, 0] / pairs[0, 1]

              Expect.floatClose
                  Accuracy.high
                  (pairs[5 + 3 * 128, 0] / pairs[5, 1])
                  ratio
                  "the same coefficient in both columns, but for the unit"
          }

          test "an image saved is the image loaded, to half a step of 8 bits" {
              inFolder (fun folder ->
                  let path = Path.Combine(folder, "scene.png")
                  scene.SavePng path
                  let back = Image.Load path
                  Expect.equal (back.Height, back.Width) (128, 128) "shape"
                  Expect.isLessThan (worst back.Intensities scene.Intensities) (0.5 / 255.0 + 1e-12) "largest difference")
          }

          test "samples saved as .npy are the samples read" {
              inFolder (fun folder ->
                  let path = Path.Combine(folder, "s.npy")
                  let samples = Coefficients.Pairs(scene, 1)
                  Npy.Write(path, samples)
                  Expect.equal (worst (Npy.Read path) samples) 0.0 "largest difference")
          }

          test "files that cannot be used are told as exceptions of System.IO" {
              inFolder (fun folder ->
                  let at name = Path.Combine(folder, name)
                  File.WriteAllText(at "text.png", "not an image")
                  Expect.throwsT<InvalidDataException> (fun () -> Image.Load(at "text.png") |> ignore) "not an image"
                  Expect.throwsT<InvalidDataException> (fun () -> Npy.Read(at "text.png") |> ignore) "not an array"
                  Expect.throwsT<InvalidDataException> (fun () -> Circuit.Load(at "text.png") |> ignore) "not a circuit"
                  Expect.throwsT<FileNotFoundException> (fun () -> Circuit.Load(at "none.json") |> ignore) "no file"
                  Expect.throwsT<FileNotFoundException> (fun () -> Image.Load(at "none.png") |> ignore) "no file"
                  Expect.throwsT<FileNotFoundException> (fun () -> Npy.Read(at "none.npy") |> ignore) "no file"
                  Expect.throwsT<IOException> (fun () -> scene.SavePng(at "none/scene.png")) "no folder"
                  Expect.throwsT<IOException> (fun () -> Npy.Write(at "none/s.npy", scene.Intensities)) "no folder")
          }

          test "arrays pass in parts, and a mapped file answers as one in memory does" {
              let file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".npy")
              let samples = Targets.Laplace.Sample(1000, 2, 1)

              let write () =
                  use writer = new NpyWriter(file, 2)
                  writer.Write(samples.Values.Slice(0, 600))
                  writer.Write(samples.Values.Slice 600)
                  writer.Complete()

              write ()
              let block = Array.zeroCreate 1400

              let read () =
                  use reader = new NpyReader(file)
                  Expect.equal (reader.Rows, reader.Columns, List.ofSeq reader.Shape) (1000, 2, [ 1000; 2 ]) "shape"
                  [ for _ in 1..3 -> reader.Read(Span block) ]

              Expect.equal (read ()) [ 700; 300; 0 ] "rows"
              Expect.equal block[..599] (samples.Values.Slice(1400, 600).ToArray()) "the last rows"
              let circuit = Circuit.Start(Potentials.Quadratic, samples)

              let mapped () =
                  use map = new MappedGrid(file)
                  map.Grid.Values.ToArray(), circuit.Respond(map.Grid).R.Values.ToArray()

              Expect.equal (mapped ()) (samples.Values.ToArray(), circuit.Respond(samples).R.Values.ToArray()) "values and responses"
              File.Delete file
              Expect.throwsT<FileNotFoundException> (fun () -> new MappedGrid(file) |> ignore) "no such file"
          } ]
