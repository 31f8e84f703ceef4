module Interneuron.Cli.Tests.VerbTests

open System
open System.IO
open Expecto
open Interneuron.Cli.Tests.Run
open Interneuron.Stimuli

[<Tests>]
let tests =
    testList
        "Verbs"
        [ testCase "gaussianise prints the numbers and writes figure, responses, circuit and result"
          <| fun () ->
              inFolder (fun folder ->
                  let out = Path.Combine(folder, "out")

                  let result =
                      json [ "gaussianise"; "--scene"; "2"; "--steps"; "500"; "--seed"; "3"; "--out"; out ]

                  Expect.containsAll
                      (members result)
                      [ "image"
                        "samples"
                        "seed"
                        "potential"
                        "interneurons"
                        "g"
                        "theta"
                        "ks"
                        "w2"
                        "kurtosis"
                        "alpha"
                        "beta"
                        "transport_gap"
                        "steps"
                        "train_seconds"
                        "samples_per_second" ]
                      "members"

                  Expect.equal (members (result.GetProperty "kurtosis")) [ "stimulus"; "response" ] "kurtosis"
                  Expect.equal (number result "samples", number result "seed", number result "steps") (262144.0, 3.0, 500.0) "numbers"
                  Expect.isTrue (number result "ks" > 0.0 && number result "ks" < 1.0) "ks"

                  Expect.equal
                      (filesIn out)
                      [ "circuit.json"
                        "gaussianise.caption.md"
                        "gaussianise.pdf"
                        "gaussianise.png"
                        "gaussianise.svg"
                        "responses.npy"
                        "result.json" ]
                      "files"

                  Expect.equal (fst (Npy.read (Path.Combine(out, "responses.npy")))) [ 262144; 1 ] "responses")

          testCase "without --json a table goes to standard output and the files' names to standard error"
          <| fun () ->
              inFolder (fun folder ->
                  let s, out = Path.Combine(folder, "s.npy"), Path.Combine(folder, "out")
                  // Of deviation 1, about which nothing is said.
                  Npy.write s [ 4000 ] (pairs |> Array.map (fun v -> sqrt 7.0 * v))
                  let ended = run [ "gaussianise"; "--input"; s; "--steps"; "200"; "--out"; out ]
                  Expect.equal ended.Code 0 ended.Err
                  Expect.isTrue (lines ended.Out |> List.exists (fun line -> line.StartsWith "KS ")) "KS"
                  Expect.hasLength (lines ended.Err) 7 "seven files"
                  Expect.all (lines ended.Err) (fun line -> line.StartsWith("interneuron: wrote " + out)) "their names")

          testCase "pairs prints the numbers of every treatment and writes figure, circuits and result"
          <| fun () ->
              inFolder (fun folder ->
                  let s, out = Path.Combine(folder, "s.npy"), Path.Combine(folder, "out")
                  Npy.write s [ 2000; 2 ] pairs

                  let result =
                      json
                          [ "pairs"
                            "--input"
                            s
                            "--interneurons"
                            "2"
                            "3"
                            "--steps"
                            "500"
                            "--out"
                            out ]

                  Expect.containsAll (members result) [ "input"; "potential"; "interneurons"; "rows"; "steps"; "seed" ] "members"

                  let outcomes =
                      [ for o in result.GetProperty("rows").[0].GetProperty("outcomes").EnumerateArray() -> o ]

                  Expect.containsAll
                      (members (List.last outcomes))
                      [ "treatment"
                        "plug_in"
                        "corrected"
                        "shuffled"
                        "on_normal_scores"
                        "nearest_neighbours"
                        "ks"
                        "j"
                        "gain_gap"
                        "g"
                        "theta"
                        "W" ]
                      "members of a circuit's outcome"

                  Expect.equal
                      [ for o in outcomes -> text o "treatment" ]
                      [ "raw"; "ZCA"; "marginal"; "ZCA + marginal"; "RBIG 20"; "K = 2"; "K = 3" ]
                      "all"

                  Expect.equal
                      (filesIn out)
                      [ "circuit-k2.json"
                        "circuit-k3.json"
                        "pairs.caption.md"
                        "pairs.pdf"
                        "pairs.png"
                        "pairs.svg"
                        "result.json" ]
                      "files")

          testCase "mutual-information and schematic print their numbers and write figure and result"
          <| fun () ->
              inFolder (fun folder ->
                  let out name = Path.Combine(folder, name)
                  let few = [ "--scene"; "3"; "--steps"; "300" ]

                  let information =
                      json (
                          [ "mutual-information"
                            "--offset"
                            "4"
                            "--interneurons"
                            "3"
                            "--seeds"
                            "1"
                            "--out"
                            out "mi" ]
                          @ few
                      )

                  Expect.equal
                      [ for s in information.GetProperty("series").EnumerateArray() -> text s "treatment" ]
                      [ "raw"; "ZCA"; "marginal"; "ZCA + marginal"; "K = 3"; "RBIG 20" ]
                      "series"

                  Expect.equal
                      (filesIn (out "mi"))
                      [ "mutual-information.caption.md"
                        "mutual-information.pdf"
                        "mutual-information.png"
                        "mutual-information.svg"
                        "result.json" ]
                      "files"

                  let schematic =
                      json ([ "schematic"; "--offset"; "4"; "--out"; out "schematic" ] @ few)

                  Expect.containsAll
                      (members schematic)
                      [ "scene"
                        "offset"
                        "samples"
                        "interneurons"
                        "g"
                        "theta"
                        "W"
                        "mutual_information" ]
                      "members"

                  Expect.equal
                      (filesIn (out "schematic"))
                      [ "circuit.json"
                        "result.json"
                        "schematic.caption.md"
                        "schematic.pdf"
                        "schematic.png"
                        "schematic.svg" ]
                      "files")

          testCase "the other experiments print their numbers and write figure, result and, where it is asked for, trajectories"
          <| fun () ->
              inFolder (fun folder ->
                  let s = Path.Combine(folder, "s.npy")
                  Npy.write s [ 4000 ] pairs

                  for verb, source, wanted, figure, circuits in
                      [ "potentials", [ "--input"; s ], "families", "potentials", [ "power-mixture"; "quadratic" ]
                        "targets", [ "--input"; s ], "targets", "targets", [ "laplace"; "two-peaked-samples" ]
                        "dynamics", [ "--scene"; "3" ], "single", "dynamics", [ "n1"; "n2" ]
                        "likelihood", [ "--scene"; "3"; "--potential"; "quadratic" ], "models", "likelihood", [ "" ]
                        "adaptation", [ "--input"; s ], "phases", "adaptation", [ "phase-1"; "phase-3" ]
                        "thresholds", [ "--input"; s; "--interneurons"; "1"; "2" ], "runs", "thresholds", [ "k1-fixed"; "k2-learned" ]
                        "laplace", [ "--scene"; "3" ], "runs", "laplace", [ "laplace"; "gaussian" ] ] do
                      let out = Path.Combine(folder, verb)

                      let result =
                          json ([ verb; "--steps"; "300"; "--seed"; "2"; "--trajectory"; "--out"; out ] @ source)

                      Expect.contains (members result) wanted verb
                      let files = filesIn out

                      Expect.containsAll
                          files
                          [ "result.json"
                            figure + ".png"
                            figure + ".svg"
                            figure + ".pdf"
                            figure + ".caption.md" ]
                          verb

                      for circuit in circuits do
                          let name =
                              if circuit = "" then
                                  "trajectory"
                              else
                                  "trajectory-" + circuit

                          Expect.containsAll files [ name + "-j.npy"; name + "-g.npy"; name + "-w.npy"; name + ".png" ] verb)

          testCase "costs writes the courses of models that the rules themselves have trained"
          <| fun () ->
              inFolder (fun folder ->
                  let s = Path.Combine(folder, "s.npy")
                  Npy.write s [ 1000; 3 ] pairs[..2999]
                  let out = Path.Combine(folder, "costs")

                  let result =
                      json [ "costs"; "--input"; s; "--steps"; "6"; "--trajectory"; "--out"; out ]

                  Expect.equal (result.GetProperty("runs").GetArrayLength()) 19 "leaks, no cost, costs"

                  Expect.containsAll
                      (filesIn out)
                      [ "costs.caption.md"
                        "costs.pdf"
                        "costs.png"
                        "costs.svg"
                        "result.json"
                        "trajectory-leak-0.1-j.npy"
                        "trajectory-no-cost-g.npy"
                        "trajectory-mu-0.5-w.npy"
                        "trajectory-nu-0.1-theta.npy" ]
                      "files"

                  Expect.equal (fst (Npy.read (Path.Combine(out, "trajectory-mu-0.5-w.npy")))) [ 7; 6; 3 ] "T x K x N")

          testCase "sweep runs through a folder of pictures"
          <| fun () ->
              inFolder (fun folder ->
                  for seed in [ 1; 2 ] do
                      (run [ "scene"; "--seed"; string seed; "--out"; Path.Combine(folder, $"{seed}.png") ]).Code
                      |> fun code -> Expect.equal code 0 "scene"

                  let out = Path.Combine(folder, "out")

                  // The second is what people wrote before sweep was a verb.
                  for verb in [ "sweep"; "gaussianize" ] do
                      let result = json [ verb; "--images"; folder; "--steps"; "200"; "--out"; out ]

                      Expect.equal
                          (result.GetProperty("rows").GetArrayLength(), number result "done")
                          (6, 6.0)
                          "two pictures, three potentials"

                      Expect.equal
                          (filesIn out)
                          [ "cells"
                            "plan.json"
                            "result.json"
                            "sweep.caption.md"
                            "sweep.pdf"
                            "sweep.png"
                            "sweep.svg"
                            "table.csv"
                            "table.parquet" ]
                          "files")

          testCase "every verb that learns has a result after no step at all"
          <| fun () ->
              inFolder (fun folder ->
                  let s, two = Path.Combine(folder, "s.npy"), Path.Combine(folder, "two.npy")
                  Npy.write s [ 4000 ] pairs
                  Npy.write two [ 2000; 2 ] pairs

                  for verb, source in
                      [ "gaussianise", [ "--input"; s ]
                        "schematic", [ "--input"; two ]
                        "pairs", [ "--input"; two; "--interneurons"; "2" ]
                        "mutual-information", [ "--scene"; "3"; "--seeds"; "1"; "--offset"; "2" ]
                        "potentials", [ "--input"; s ]
                        "targets", [ "--input"; s ]
                        "dynamics", [ "--scene"; "3" ]
                        "likelihood", [ "--scene"; "3"; "--potential"; "quadratic" ]
                        "adaptation", [ "--input"; s ]
                        "thresholds", [ "--input"; s; "--interneurons"; "1" ]
                        "laplace", [ "--input"; two ] ] do
                      json (
                          [ verb; "--steps"; "0"; "--trajectory"; "--out"; Path.Combine(folder, verb) ]
                          @ source
                      )
                      |> ignore

                  json
                      [ "train"
                        "--input"
                        s
                        "--steps"
                        "0"
                        "--trajectory"
                        "--out"
                        Path.Combine(folder, "c.json") ]
                  |> ignore) ]
