module Interneuron.Stimuli.Tests.StandardisationTests

open System
open Expecto
open Interneuron.Statistics
open Interneuron.Stimuli
open Interneuron.Stimuli.Tests.Tools

let private column (grid: Grid) c =
    [| for row in 0 .. grid.Rows - 1 -> grid[row, c] |]

// The moments by their definitions, in two passes.
let private byDefinition (values: float[]) =
    let mean = Array.average values

    let central p =
        values |> Array.averageBy (fun v -> (v - mean) ** p)

    mean, sqrt (central 2.0), central 4.0 / central 2.0 ** 2.0

[<Tests>]
let tests =
    testList
        "Standardisation"
        [ testProperty "Moments taken in block by block are those of the whole" (fun (seed: int) ->
              let random = Random seed
              let rows, columns = random.Next(2, 60), random.Next(1, 4)
              // Far from zero, where the mean of squares less the square of the mean would be all rounding.
              let grid = Grid.map (fun v -> 1e6 + v * v * v) (randomGrid seed rows columns)
              let moments = ColumnMoments columns
              let mutable first = 0

              while first < rows do
                  let count = min (random.Next(1, 10)) (rows - first)
                  moments.Add(grid.Values.Slice(first * columns, count * columns))
                  first <- first + count

              Expect.equal moments.Count (float rows) "rows"

              for c in 0 .. columns - 1 do
                  let mean, deviation, kurtosis = byDefinition (column grid c)
                  Expect.floatClose Accuracy.high (moments.Mean c) mean "mean"
                  // Values near 1e6 are known to 1.2e-10, and vary by about 0.3.
                  Expect.isLessThan (abs (moments.Deviation c / deviation - 1.0)) 1e-6 "deviation"
                  Expect.isLessThan (abs (moments.Kurtosis c / kurtosis - 1.0)) 1e-5 "kurtosis")

          test "What is applied can be undone, and the volume is the product of the units" {
              let grid = randomGrid 1 50 3

              let map =
                  { Mean = [| 0.5; -2.0; 100.0 |]
                    Unit = [| 0.1; 3.0; 20.0 |] }

              let there = Standardisation.applyTo map grid
              Expect.floatClose Accuracy.high there[7, 2] ((grid[7, 2] - 100.0) / 20.0) "(s - mean) / unit"
              let back = there.ToArray()
              Standardisation.undo map (Span back)
              Array.iter2 (fun a b -> Expect.isLessThan (abs (a - b)) 1e-13 "back") back (grid.ToArray())
              Expect.floatClose Accuracy.high (Standardisation.logVolume map) (log 6.0) "log 0.1 * 3 * 20"
          } ]
