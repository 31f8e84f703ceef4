module Interneuron.Experiments.Tests.ContoursTests

open Expecto
open Interneuron.Experiments

let private axis = [| -2.0 .. 0.1..2.0 |]

/// Heights on the grid.
let private heights f =
    Array2D.init axis.Length axis.Length (fun j i -> f axis[i] axis[j])

let private radius (x: float, y: float) = sqrt (x * x + y * y)

[<Tests>]
let tests =
    testList
        "Contours"
        [ testCase "a cone's line is a closed circle, as far as a linear grid can follow it"
          <| fun () ->
              match Contours.lines axis (heights (fun x y -> -radius(x, y))) -1.03 with
              | [ line ] ->
                  Expect.equal (Array.head line) (Array.last line) "closed"
                  // Along an edge of length h the distance from the middle departs from a line by h^2/8r at most.
                  Expect.all line (fun point -> abs (radius point - 1.03) <= 0.01 / 8.0 / 1.03) "radius"
                  // 4 crossings for every step of the grid between -r and r, 20 of them each way.
                  Expect.hasLength line 85 "every edge once, and the first again"
              | other -> failtest $"{other.Length} lines"

          testCase "a plane's line runs straight from border to border"
          <| fun () ->
              match Contours.lines axis (heights (fun x y -> x + 2.0 * y)) 0.05 with
              | [ line ] ->
                  Expect.all line (fun (x, y) -> abs (x + 2.0 * y - 0.05) < 1e-12) "on the line"
                  Expect.notEqual (Array.head line) (Array.last line) "open"
                  let ends = [ Array.head line; Array.last line ] |> List.map fst |> List.sort
                  Expect.isTrue (abs (ends[0] + 2.0) < 1e-12 && abs (ends[1] - 2.0) < 1e-12) $"{ends}"
              | other -> failtest $"{other.Length} lines"

          testCase "at a saddle the middle decides which corners hang together"
          <| fun () ->
              let corners heights =
                  Contours.lines [| 0.0; 1.0 |] (array2D heights) 0.0
                  |> List.map (Array.map (fun (x, y) -> x + y) >> Array.sort)
              // High at (0, 0) and (1, 1): joined through a high middle, lines cut off the low corners, on whose sides x + y spans a middle
              // of 1.
              let high = corners [ [ 3.0; -1.0 ]; [ -1.0; 3.0 ] ]
              Expect.hasLength high 2 "two lines"
              Expect.all high (fun sums -> sums[0] = 0.75 && sums[1] = 1.25) $"%A{high}"
              let low = corners [ [ 1.0; -3.0 ]; [ -3.0; 1.0 ] ]
              Expect.equal (low |> List.map (Array.sum >> (fun s -> s < 2.0)) |> List.sort) [ false; true ] $"%A{low}"

          testCase "a level that no height reaches has no line"
          <| fun () -> Expect.isEmpty (Contours.lines axis (heights (fun x y -> x * y)) 5.0) "none" ]
