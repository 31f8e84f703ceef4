/// Arrays in other formats: what SciPy, h5py and a hand-made writer of Parquet wrote (golden/formats/make.py), and what is written here.
module Interneuron.Stimuli.Tests.FormatTests

open System
open System.IO
open Expecto
open FsCheck
open Interneuron.Statistics
open Interneuron.Stimuli
open Interneuron.Stimuli.Tests.Tools
open Interneuron.Tests.Common

let private golden (name: string) =
    Path.Combine(root, "tests", "Interneuron.Stimuli.Tests", "golden", "formats", name)

let private pairs = Array.init 12 (fun i -> float i / 4.0 - 1.0)
let private cube = Array.init 24 (fun i -> float i / 4.0)

let private writtenAs =
    [ ".npy"; ".npz"; ".mat"; ".h5"; ".parquet"; ".csv"; ".tsv" ]

[<Tests>]
let reading =
    testList
        "Formats.read"
        [ for name in
              [ "plain.mat"
                "packed.mat"
                "several.mat:pairs"
                "matlab.mat"
                "matlab.mat:/pairs"
                "single.h5"
                "single.h5:/deep/pairs"
                "several.h5:packed"
                "several.h5:/single"
                "several.h5:/half"
                "several.h5:big"
                "big.h5:packed"
                "big.h5:f2"
                "big.h5:f4"
                "big.h5:f8"
                "pairs.parquet"
                "pairs.parquet:x,y" ] do
              test $"The pairs of {name} are as they were written" {
                  Expect.equal (Npy.read (golden name)) ([ 6; 2 ], pairs) "shape and values"
              }

          test "Whole numbers and booleans of all sizes are read as doubles" {
              for kind in [ "i1"; "u1"; "i2"; "u2"; "i4"; "u4"; "i8"; "u8" ] do
                  Expect.equal (Npy.read (golden $"several.h5:/whole/{kind}")) ([ 6 ], [| 0.0; 1.0; 2.0; 3.0; 4.0; 5.0 |]) kind

              for kind in [ "i2"; "u2"; "i4"; "u4"; "i8"; "u8" ] do
                  Expect.equal
                      (Npy.read (golden $"big.h5:{kind}"))
                      ([ 6 ], [| 0.0; 1000.0; 2000.0; 3000.0; 4000.0; 5000.0 |])
                      $"big-endian {kind}"

              Expect.equal (Npy.read (golden "several.h5:/whole/bool")) ([ 6 ], [| 0.0; 1.0; 0.0; 1.0; 0.0; 1.0 |]) "booleans"
              Expect.equal (Npy.read (golden "whole.mat")) ([ 6; 2 ], Array.map ((*) 4.0) pairs) "of MATLAB"
              Expect.equal (Npy.read (golden "labelled.parquet:n")) ([ 6 ], [| 0.0; 1.0; 2.0; 3.0; 4.0; 5.0 |]) "of a table"
          }

          test "A row of MATLAB is numbers, and three dimensions keep their order" {
              Expect.equal (Npy.read (golden "row.mat")) ([ 6 ], Array.init 6 (fun i -> pairs[2 * i])) "row"
              Expect.equal (Npy.read (golden "cube.mat")) ([ 4; 3; 2 ], cube) "MATLAB"
              Expect.equal (Npy.read (golden "several.h5:/cube")) ([ 4; 3; 2 ], cube) "HDF5"
          }

          test "Columns of tables are taken by their names, in the order asked for" {
              let swapped = Array.init 12 (fun i -> pairs[i ^^^ 1])
              Expect.equal (Npy.read (golden "pairs.parquet:y,x")) ([ 6; 2 ], swapped) "Parquet"

              inFolder (fun folder ->
                  let path = Path.Combine(folder, "t.csv")
                  File.WriteAllText(path, "x,\"a label\",y\r\n1,first,2\r\n\r\n-3e-1,\"second, of two\",4\r\n")
                  Expect.equal (Npy.read (path + ":y,x")) ([ 2; 2 ], [| 2.0; 1.0; 4.0; -0.3 |]) "CSV"
                  Expect.equal (Npy.read (path + ":x")) ([ 2 ], [| 1.0; -0.3 |]) "one column")
          }

          test "What is there is said where it is not one array" {
              let refusal name =
                  refusal (fun () -> Npy.read (golden name))

              for name, words in
                  [ "several.mat", "holds 2 arrays: 'pairs' (6 x 2), 'ones' (1 x 3); name one of them, as in several.mat:name."
                    "several.mat:z", "has complex numbers under the name 'z'"
                    "several.mat:label", "has text under the name 'label'"
                    "several.mat:s", "has a struct under the name 's'"
                    "several.mat:c", "has cells under the name 'c'"
                    "several.mat:nowhere", "has no array 'nowhere'; in it: 'pairs' (6 x 2), 'z' (complex numbers)"
                    "other.mat", "has no array of numbers; in it: 'label' (text)."
                    "several.h5", "holds 14 arrays: "
                    "several.h5", "name one of them, as in several.h5:name."
                    "several.h5:label", "has text under the name '/label'"
                    "several.h5:one", "has a single number under the name '/one'"
                    "several.h5:many", "has an array of 4 dimensions under the name '/many'"
                    "labelled.parquet", "has no numbers in the column 'label'; columns of numbers: x, n;"
                    "pairs.parquet:z", "has no column 'z'; in it: 'x', 'y'." ] do
                  Expect.stringContains (refusal name) words name
          }

          test "What is no number in a text is refused with its line" {
              inFolder (fun folder ->
                  let path = Path.Combine(folder, "t.csv")

                  for text, words in
                      [ "1,2\n3\n", "line 2 has 1 columns; the first has 2."
                        "x,y\n1,2\n3,none\n",
                        "line 3, column 2: 'none' is not a number such as 0.5 or 1e-3; columns are separated by commas."
                        "x,y\n1,\n", "line 2, column 2: '' is not a number"
                        "x;y\n1;2\n", "line 2, column 1: '1;2' is not a number"
                        "x,y\n", "has names of columns and no numbers." ] do
                      File.WriteAllText(path, text)
                      Expect.stringContains (refusal (fun () -> Npy.read path)) words text)
          }

          test "A file that is cut short anywhere is refused in one line" {
              for name in [ "plain.mat"; "packed.mat"; "single.h5"; "matlab.mat"; "pairs.parquet" ] do
                  let whole = File.ReadAllBytes(golden name)

                  for length in 200 .. max 1 ((whole.Length - 200) / 40) .. whole.Length - 9 do
                      inFolder (fun folder ->
                          let path = Path.Combine(folder, name)
                          File.WriteAllBytes(path, whole[.. length - 1])

                          try
                              // HDF5 puts much after the numbers that reading them does not need.
                              Expect.equal (Npy.read path) ([ 6; 2 ], pairs) $"{name}, {length}"
                          with :? Refusal as error ->
                              Expect.isFalse (error.Message.Contains '\n') error.Message)
          } ]

[<Tests>]
let writing =
    testList
        "Formats.write"
        [ for ending in writtenAs do
              testPropertyWithConfig large $"What is written as {ending} is read back bit by bit" (fun (seed: int) ->
                  let random = Random seed
                  let rows, columns = random.Next(2, 40), random.Next(1, 6)

                  let grid =
                      Grid.init rows columns (fun _ _ ->
                          BitConverter.Int64BitsToDouble(random.NextInt64())
                          |> fun x -> if Double.IsFinite x then x else 0.0)

                  inFolder (fun folder ->
                      let path = Path.Combine(folder, "a" + ending)
                      Npy.writeGrid path grid
                      Expect.equal (Directory.GetFiles folder) [| path |] "no litter"
                      let read = Npy.readGrid path
                      Expect.equal (read.Rows, read.Columns, read.ToArray()) (rows, columns, grid.ToArray()) ending))

          test "Three dimensions are written where they can be held" {
              for ending in writtenAs do
                  inFolder (fun folder ->
                      let path = Path.Combine(folder, "a" + ending)

                      match ending with
                      | ".parquet"
                      | ".csv"
                      | ".tsv" ->
                          Expect.stringContains (refusal (fun () -> Npy.write path [ 4; 3; 2 ] cube)) "would be a table" ending
                          Expect.isEmpty (Directory.GetFiles folder) "nothing is left"
                      | _ ->
                          Npy.write path [ 4; 3; 2 ] cube
                          Expect.equal (Npy.read path) ([ 4; 3; 2 ], cube) ending)
          }

          test "Tables of more rows than are read at once come back" {
              let count = 1_300_000
              let values = Array.init count float

              for ending in [ ".parquet"; ".h5" ] do
                  inFolder (fun folder ->
                      let path = Path.Combine(folder, "a" + ending)
                      Npy.write path [ count ] values
                      Expect.equal (Npy.read path) ([ count ], values) ending)
          } ]
