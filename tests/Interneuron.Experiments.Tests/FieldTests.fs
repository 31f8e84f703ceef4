/// What the field's models do when they run, and what derives of them.
module Interneuron.Experiments.Tests.FieldTests

open Expecto
open Interneuron.Derivation.Models
open Interneuron.Experiments

[<Tests>]
let tests =
    testList
        "Field runs"
        [ for name, shows, run in Field.runs do
              testCase $"{name}: {shows}" (fun () ->
                  let sight = Sight()
                  run sight
                  Expect.isNonEmpty sight.Claims "claims"

                  for claimed in sight.Claims do
                      Expect.isGreaterThan claimed.Margin 0.0 (Field.claim claimed)

                  Expect.isNonEmpty sight.Drawn "points to draw")

          testCase "every model of the library runs" (fun () ->
              Expect.equal (Set [ for name, _, _ in Field.runs -> name ]) (Set ModelLibrary.names) "the library")

          testCase "of several claims of one name, the one nearest to being wrong is kept" (fun () ->
              let sight = Sight()
              sight.Above 3.0 1.0 "x"
              sight.Above 2.0 1.0 "x"
              sight.Above 5.0 1.0 "x"
              sight.Near 0.0 0.5 nan 1.0 "y"
              sight.Near 0.0 0.5 1.0 1.0 "y"
              Expect.equal [ for c in sight.Claims -> c.Name ] [ "x"; "y" ] "names"
              Expect.equal sight.Claims.Head.Value 2.0 "the nearest"
              Expect.isFalse (sight.Claims[1].Margin > 0.0) "what is not a number is wrong, and stays") ]
