module Interneuron.Facade.Tests.GridTests

open System
open System.Text.Json
open Expecto
open Interneuron
open Interneuron.Facade.Tests.Make

let private numbers = grid [ [ 1.0; 2.0; 3.0 ]; [ 4.0; 5.0; 6.0 ] ]

[<Tests>]
let tests =
    testList
        "Grid"
        [ test "rows, columns and items agree with the rectangular array that it is made of" {
              Expect.equal (numbers.Rows, numbers.Columns) (2, 3) "shape"
              Expect.equal (numbers.Values.ToArray()) [| 1.0 .. 6.0 |] "row after row"
              Expect.equal (numbers.Row(1).ToArray()) [| 4.0; 5.0; 6.0 |] "second row"
              Expect.equal (numbers.Column 2) [| 3.0; 6.0 |] "third column"
              Expect.equal numbers[1, 0] 4.0 "item"
          }

          testProperty "a grid's rows and columns cross in its items"
          <| fun (values: int[,]) ->
              let grid = Grid.op_Implicit (Array2D.map float values)

              Seq.allPairs (seq { 0 .. grid.Rows - 1 }) (seq { 0 .. grid.Columns - 1 })
              |> Seq.forall (fun (i, j) ->
                  let expected = float values[i, j]

                  grid[i, j] = expected
                  && grid.Row(i).ToArray()[j] = expected
                  && (grid.Column j)[i] = expected)

          test "what the caller does with its array afterwards changes nothing" {
              let values = [| 1.0; 2.0 |]
              let grid = Grid(2, 1, values)
              values[0] <- 7.0
              (grid.Column 0)[1] <- 7.0
              Expect.equal (grid.Values.ToArray()) [| 1.0; 2.0 |] "values"
          }

          test "centred columns have mean 0, standardised ones deviation 1 besides" {
              let centred, standard = numbers.Centre(), numbers.Standardise()
              Expect.equal (centred.Values.ToArray()) [| -1.5; -1.5; -1.5; 1.5; 1.5; 1.5 |] "less the means 2.5, 3.5 and 4.5"
              Expect.equal (standard.Values.ToArray()) [| -1.0; -1.0; -1.0; 1.0; 1.0; 1.0 |] "over the deviation 1.5"
              Expect.throwsT<InvalidOperationException> (fun () -> (empty 0 3).Centre() |> ignore) "empty"

              Expect.throwsC (fun () -> (grid [ [ 1.0; 7.0 ]; [ 2.0; 7.0 ] ]).Standardise() |> ignore) (fun error ->
                  Expect.equal error.Message "column 1 does not vary, so it has no unit to be divided by." "a constant column")
          }

          test "in JSON a grid is its rows, exactly, and null is what is not finite" {
              let text = JsonSerializer.Serialize(grid [ [ 1.0 / 3.0; nan ]; [ -0.0; 1e-300 ] ])
              Expect.equal text "[[0.3333333333333333,null],[-0,1E-300]]" "text"
              let back = nonNull (JsonSerializer.Deserialize<Grid> text)
              Expect.equal (back.Row(1).ToArray()) [| -0.0; 1e-300 |] "second row"
              Expect.equal (System.Double.IsNaN back[0, 1], back[0, 0]) (true, 1.0 / 3.0) "first row"

              Expect.throwsT<JsonException> (fun () -> JsonSerializer.Deserialize<Grid> "[[1],[1,2]]" |> ignore) "rows of other lengths"
          }

          test "a grid may be empty" {
              Expect.equal ((empty 3 0).Row(2).Length) 0 "values of a row"
              Expect.isEmpty ((empty 0 3).Column 2) "values of a column"
          } ]
