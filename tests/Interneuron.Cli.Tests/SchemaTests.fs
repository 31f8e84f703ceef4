/// Files of circuits, models and checkpoints beside the schemas of the guide.
module Interneuron.Cli.Tests.SchemaTests

open System.IO
open Expecto
open Interneuron.Tests
open Interneuron.Cli.Tests.Run

let private after (words: string list) (out: string) =
    let ended = run (words @ [ "--steps"; "50" ])
    Expect.equal ended.Code 0 ended.Err
    File.ReadAllText out

let private learns folder (options: string list) =
    let out = Path.Combine(folder, "c.json")
    after ([ "train"; "--out"; out ] @ options) out

[<Tests>]
let tests =
    testList
        "Schemas"
        [ testCase "circuits are as their schema says, whatever they are made of"
          <| fun () ->
              inFolder (fun folder ->
                  let s = writePairs folder
                  let report = Path.Combine(folder, "report")

                  let derived =
                      [ "derive"
                        "--potential"
                        "log(cosh(theta*z))/theta"
                        "--parameter"
                        "theta in [0.5, 4] from 1"
                        "--leak"
                        "1"
                        "--circuits"
                        "1"
                        "--train"
                        "--report"
                        report ]

                  for circuit in
                      [ learns folder [ "--input"; s ]
                        learns
                            folder
                            [ "--input"
                              s
                              "--standardise"
                              "--target"
                              "laplace"
                              "--batch-optimum"
                              "--likelihood"
                              "2" ]
                        learns folder [ "--input"; s; "--rule"; "published" ]
                        after derived (Path.Combine(report, "circuit.json")) ] do
                      circuit
                      |> Schemas.expectExact "circuit" [ "format"; "potential"; "target"; "leak"; "g"; "theta"; "W" ])

          testCase "trained models are as their schema says, with sizes of either kind"
          <| fun () ->
              inFolder (fun folder ->
                  let s = writePairs folder

                  for name, size in [ "lateral-whitening", [ "primaries"; "interneurons" ]; "oja", [ "sizes" ] ] do
                      learns folder [ "--model"; writeModel folder name; "--input"; s ]
                      |> Schemas.expectExact "model" ([ "format"; "model"; "parameters"; "j"; "learned" ] @ size))

          testCase "plans of sweeps are as their schema says, as written by hand and as kept"
          <| fun () ->
              inFolder (fun folder ->
                  let plan, out = Path.Combine(folder, "plan.json"), Path.Combine(folder, "study")

                  File.WriteAllText(
                      plan,
                      "{ \"experiment\": \"gaussianise\", \"options\": { \"steps\": 10, \"batch-optimum\": true },\
                      \"grid\": { \"scene\": [1, \"2\"], \"seed\": \"1..2\" }, \"figure\": { \"x\": \"ks\", \"y\": [\"w2\"] } }"
                  )

                  let ended = run [ "sweep"; "--plan"; plan; "--out"; out ]
                  Expect.equal ended.Code 0 ended.Err

                  for path in [ plan; Path.Combine(out, "plan.json") ] do
                      File.ReadAllText path |> Schemas.expectExact "plan" [ "experiment"; "grid" ]

                  for result in Directory.GetFiles(Path.Combine(out, "cells"), "result.json", SearchOption.AllDirectories) do
                      Schemas.expectValid "result" (File.ReadAllText result))

          testCase "checkpoints begin with a line as their schema says"
          <| fun () ->
              inFolder (fun folder ->
                  let s, out = writePairs folder, Path.Combine(folder, "c.json")
                  let kept = out + ".checkpoint"

                  use running =
                      start
                          [ program
                            "train"
                            "--input"
                            s
                            "--out"
                            out
                            "--steps"
                            "100000000"
                            "--checkpoint"
                            "0.05" ]

                  killWhenThereIs kept running

                  File.ReadAllText(kept).Split('\n')[0]
                  |> Schemas.expectExact "checkpoint" [ "format"; "steps_made"; "bytes"; "sha256"; "run" ]) ]
