module Interneuron.Experiments.Tests.AmericanTests

open Expecto
open Interneuron.Experiments
open Interneuron.Core.Transport

[<Tests>]
let tests =
    testList
        "American"
        [ testCase "a name is found in either spelling, and only as a whole"
          <| fun () ->
              let known =
                  [ "gaussianise"
                    "--standardise"
                    "--centre"
                    "--colour"
                    "generalised-gaussian:BETA"
                    "size"
                    "--seed" ]

              for word, name in
                  [ "gaussianize", Some "gaussianise"
                    "gaussianise", Some "gaussianise"
                    "--standardize", Some "--standardise"
                    "--center", Some "--centre"
                    "--color", Some "--colour"
                    "size", Some "size"
                    "--sead", None
                    "gaussianiz", None
                    "--centr", None ] do
                  Expect.equal (American.tryFind known word) name word

          testCase "what follows a colon is left alone"
          <| fun () ->
              for word, british in
                  [ "generalized-gaussian:1.5", "generalised-gaussian:1.5"
                    "generalised-gaussian:2", "generalised-gaussian:2"
                    "organize:center", "organize:center" ] do
                  Expect.equal (American.toBritish Target.names word) british word ]
