module Interneuron.Experiments.Tests.JsonTests

open System
open System.Text.Json
open Expecto
open Interneuron.Core.Files
open Interneuron.Experiments

let private parsed (json: Json) =
    JsonDocument.Parse(Json.toLine json).RootElement

[<Tests>]
let tests =
    testList
        "Json"
        [ testCase "numbers that are not finite are found where they are"
          <| fun () ->
              let json =
                  Json.Object
                      [ "a", Json.Number 1.0
                        "b", Json.Number nan
                        "rows",
                        Json.List
                            [ Json.Null
                              Json.Object [ "ks", Json.Number infinity ]
                              Json.numbers [| 0.0; nan |] ] ]

              Expect.equal (Json.notFinite json) [ "b"; "rows[1].ks"; "rows[2][1]" ] "places"

          testProperty "a finite number comes back with every bit"
          <| fun (number: float) ->
              if Double.IsFinite number then
                  Expect.equal ((parsed (Json.Number number)).GetDouble()) number "number"

          testCase "a number that is not finite is null, since JSON has none"
          <| fun () ->
              for number in [ nan; infinity; -infinity ] do
                  Expect.equal (Json.toLine (Json.Number number)) "null" "null"

          testCase "members keep their order, and letters beyond ASCII stay letters"
          <| fun () ->
              let json =
                  Json.Object
                      [ "b", Json.whole 2
                        "a", Json.List [ Json.Truth true; Json.Null ]
                        "θ", Json.Text "s → r" ]

              Expect.equal (Json.toLine json) """{"b":2,"a":[true,null],"θ":"s → r"}""" "line"

          testCase "the text for files is indented and ends with a new line"
          <| fun () ->
              let json = Json.Object [ "rows", Json.rows [| [| 1.0; 0.5 |]; [||] |] ]
              Expect.equal (Json.toText json) "{\n  \"rows\": [\n    [\n      1,\n      0.5\n    ],\n    []\n  ]\n}\n" "text" ]
