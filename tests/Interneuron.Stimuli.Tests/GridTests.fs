module Interneuron.Stimuli.Tests.GridTests

open System
open Expecto
open Interneuron.Stimuli
open Interneuron.Stimuli.Tests.Tools
open Interneuron.Statistics

[<Tests>]
let tests =
    testList
        "Grid"
        [ test "Values stand row after row" {
              let grid = Grid.init 2 3 (fun row column -> float (10 * row + column))
              Expect.equal (grid.ToArray()) [| 0.0; 1.0; 2.0; 10.0; 11.0; 12.0 |] "values"
              Expect.equal grid[1, 2] 12.0 "one value"
          }

          test "Neither the array it was made from nor the array it gives out changes it" {
              let values = [| 1.0; 2.0 |]
              let grid = Grid.ofArray 1 2 values
              values[0] <- 9.0
              grid.ToArray()[1] <- 9.0
              Expect.equal (grid.ToArray()) [| 1.0; 2.0 |] "values"
          }

          testProperty "A part is where it was" (fun seed ->
              let random = Random seed
              let rows, columns = random.Next(1, 20), random.Next(1, 20)
              let row, column = random.Next rows, random.Next columns

              let height, width =
                  random.Next(1, rows - row + 1), random.Next(1, columns - column + 1)

              let grid = randomGrid seed rows columns
              let part = Grid.crop row column height width grid
              Expect.equal (part.Rows, part.Columns) (height, width) "shape"

              for i in 0 .. height - 1 do
                  for j in 0 .. width - 1 do
                      Expect.equal part[i, j] grid[row + i, column + j] $"({i}, {j})")

          test "What lies outside is refused" {
              let grid = randomGrid 1 2 3

              for row, column in [ 2, 0; -1, 0; 0, 3; 0, -1 ] do
                  Expect.throwsT<ArgumentOutOfRangeException> (fun () -> grid[row, column] |> ignore) $"({row}, {column})"

              for row, column, rows, columns in [ 0, 0, 3, 1; 1, 1, 1, 3; -1, 0, 1, 1; 0, 0, 0, 1; 1, 0, Int32.MaxValue, 1 ] do
                  Expect.throwsT<ArgumentException>
                      (fun () -> Grid.crop row column rows columns grid |> ignore)
                      $"{row} {column} {rows} {columns}"

              Expect.throwsT<ArgumentException> (fun () -> Grid.ofArray 2 2 [| 1.0 |] |> ignore) "too few values"
              Expect.throwsT<ArgumentException> (fun () -> Grid.init 0 2 (fun _ _ -> 0.0) |> ignore) "no rows"
              Expect.throwsT<ArgumentException> (fun () -> Grid.init 50000 50000 (fun _ _ -> 0.0) |> ignore) "too many values"
          } ]
