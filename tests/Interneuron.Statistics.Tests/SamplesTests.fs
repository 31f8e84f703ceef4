module Interneuron.Statistics.Tests.SamplesTests

open Expecto
open Interneuron.Statistics
open Interneuron.Statistics.Tests.Draw

[<Tests>]
let tests =
    testList
        "Samples"
        [ testCase "count is the number of rows"
          <| fun () -> Expect.equal (Samples.count 2 [| 1.0; 2.0; 3.0; 4.0; 5.0; 6.0 |]) 3 "6 numbers are 3 pairs"

          testCase "a ragged, empty or non-finite array is refused"
          <| fun () ->
              refuses (fun () -> Samples.count 2 [| 1.0; 2.0; 3.0 |]) "ragged"
              refuses (fun () -> Samples.count 1 [||]) "empty"
              refuses (fun () -> Samples.count 0 [| 1.0 |]) "no dimension"
              refuses (fun () -> Samples.count 1 [| 1.0; nan |]) "NaN"
              refuses (fun () -> Samples.count 1 [| infinity |]) "infinity"

          testCase "the message names the number that is not finite"
          <| fun () ->
              let message =
                  try
                      Samples.count 1 [| 0.0; nan |] |> string
                  with :? System.ArgumentException as e ->
                      e.Message

              Expect.stringContains message "index 1 is NaN" "where and what"

          testCase "columns put together come apart again"
          <| fun () ->
              let columns = [| [| 1.0; 2.0 |]; [| 3.0; 4.0 |]; [| 5.0; 6.0 |] |]
              let samples = Samples.ofColumns columns
              Expect.equal samples [| 1.0; 3.0; 5.0; 2.0; 4.0; 6.0 |] "row-major"
              Expect.equal (Array.init 3 (fun j -> Samples.column 3 j samples)) columns "each column"
              refuses (fun () -> Samples.column 3 3 samples) "no column 3"
              refuses (fun () -> Samples.ofColumns [| [| 1.0 |]; [||] |]) "columns of different lengths"

          testCase "a part evenly from all is whole rows, in order, as far apart as can be"
          <| fun () ->
              let samples = Array.init 20 float
              Expect.equal (Samples.evenly 2 4 samples) [| 0.0; 1.0; 4.0; 5.0; 10.0; 11.0; 14.0; 15.0 |] "rows 0, 2, 5 and 7 of ten"
              Expect.equal (Samples.evenly 2 10 samples) samples "all of them"
              Expect.equal (Samples.evenly 1 100 samples) samples "no more than there are"
              refuses (fun () -> Samples.evenly 3 4 samples) "ragged" ]
