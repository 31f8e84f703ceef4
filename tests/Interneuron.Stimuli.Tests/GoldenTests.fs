/// Arrays and pictures that NumPy and Pillow wrote, against what these libraries read in them (golden/make.py).
module Interneuron.Stimuli.Tests.GoldenTests

open System
open System.IO
open Expecto
open Interneuron.Stimuli
open Interneuron.Tests.Common

let private folder = Path.Combine(root, "tests", "Interneuron.Stimuli.Tests", "golden")
let private ending = ".expected.npy"

let private files =
    Directory.GetFiles(folder, "*" + ending)
    |> Array.map (fun expected -> expected[.. expected.Length - ending.Length - 1])
    |> Array.partition (fun path -> path.EndsWith ".npy" || path.EndsWith ".npz")

[<Tests>]
let tests =
    testList
        "Golden"
        [ test "Arrays of all of NumPy's real numbers are read as NumPy reads them" {
              for path in fst files do
                  let shape, values = Npy.read path
                  Expect.equal shape (fst (Npy.read (path + ending))) path
                  // Bit by bit: integers beyond 2^53 too are rounded as there.
                  Expect.equal values (snd (Npy.read (path + ending))) path

              Expect.isGreaterThan (fst files).Length 25 "all of them are there"
          }

          test "Pictures of all formats are read as Pillow reads them" {
              for path in snd files do
                  let found = (Image.load path).Intensities
                  let expected = Npy.readGrid (path + ending)
                  Expect.equal (found.Rows, found.Columns) (expected.Rows, expected.Columns) path
                  // Either side rounds a few times, each by 1.1e-16 of at most 1.
                  Array.iter2 (fun a e -> Expect.isLessThan (abs (a - e)) 1e-15 path) (found.ToArray()) (expected.ToArray())

              Expect.isGreaterThan (snd files).Length 35 "all of them are there"
          }

          test "An array of a .npz file is named, unless it is the only one" {
              let two = Path.Combine(folder, "two.npz")
              let column = Npy.read (two + ":singles")
              Expect.equal (fst column) [ 4 ] "of four numbers"
              let pairs = Npy.readGrid (two + ":pairs")
              Expect.equal (snd column) [| for row in 0..3 -> pairs[row, 0] |] "the first of the pairs"
              let refusal read = Tools.refusal (fun () -> Npy.read read)
              Expect.stringContains (refusal two) "holds 2 arrays: 'singles', 'pairs'" "none is named"
              Expect.stringContains (refusal (two + ":single")) "has no array 'single'; in it: 'singles', 'pairs'" "another is named"
              Expect.stringContains (refusal (Path.Combine(folder, "half.npy:pairs"))) "is not a .npz file" "in a .npy file"
          }

          test "The picture of a PNG of 24 x 16 that a camera turned is 16 rows wide" {
              let turned = Image.load (shared "cases/files/exif6.png")
              Expect.equal (turned.Height, turned.Width) (24, 16) "shape"
          }

          test "An array that Python 2 wrote, with sides such as 100L" {
              let grid = Npy.readGrid (shared "cases/files/python2.npy")
              Expect.equal (grid.Rows, grid.Columns) (100, 2) "shape"
              // Its first eight bytes are 1c 7a 54 6d f0 cf fb bf.
              Expect.equal grid[0, 0] (BitConverter.Int64BitsToDouble 0xbffbcff06d547a1cL) "first value"
          } ]
