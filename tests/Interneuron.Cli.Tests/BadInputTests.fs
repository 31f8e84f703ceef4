module Interneuron.Cli.Tests.BadInputTests

open System
open System.IO
open Expecto
open Interneuron.Cli.Tests.Run
open Interneuron.Stimuli

/// Runs a command line that must be refused as bad input, with this line, and leave the folder as it was.
let private refused folder (words: string list) (line: string) =
    let before = filesIn folder
    let ended = run words
    Expect.equal (ended.Code, ended.Out, ended.Err) (2, "", $"interneuron: {line}\n") (String.concat " " words)
    Expect.equal (filesIn folder) before "no file more"

let private potentials =
    String.concat ", " [ for p in Interneuron.Core.Transport.Potentials.all -> p.Name ]

[<Tests>]
let tests =
    testList
        "Bad input"
        [ testCase "a fault of the program is not said to be bad input"
          <| fun () ->
              let code, line =
                  Interneuron.Cli.Exit.ofException (ArgumentException("The lists have different lengths.", "list2"))

              Expect.equal code 4 "exit code"
              Expect.stringStarts (Option.get line) "a fault of this program, ArgumentException" "line"

              Expect.equal
                  (Interneuron.Cli.Exit.ofException (Interneuron.Statistics.Refusal "what is wrong"))
                  (2, Some "what is wrong")
                  "bad input"

          testCase "names that stand for nothing are answered with the nearest"
          <| fun () ->
              inFolder (fun folder ->
                  let out = Path.Combine(folder, "out")

                  let refused option name line =
                      refused folder [ "gaussianise"; option; name; "--out"; out ] line

                  refused
                      "--potential"
                      "powermixture"
                      $"there is no potential 'powermixture'; did you mean power-mixture? There are: {potentials}."

                  refused
                      "--potential"
                      "threshold"
                      $"there is no potential 'threshold'; did you mean threshold-linear? There are: {potentials}."

                  refused
                      "--target"
                      "gauss"
                      "there is no target 'gauss'; did you mean gaussian? There are: gaussian, laplace, uniform, logistic, \
                      generalised-gaussian:BETA, exponential, half-normal, student-t:NU, density FORMULA."

                  refused "--rule" "publish" "there is no learning rule 'publish'; did you mean published? There are: derived, published."
                  refused "--learn" "g,w,thet" "there is no learning parameter 'thet'; did you mean theta? There are: g, theta, W.")

          testCase "choices that cannot be are refused before anything is learned"
          <| fun () ->
              inFolder (fun folder ->
                  let s, out = Path.Combine(folder, "s.npy"), Path.Combine(folder, "c.json")
                  Npy.write s [ 4; 2 ] [| 1.0; 2.0; -1.0; 0.5; 0.3; -2.0; 0.1; 1.5 |]

                  let refused words line =
                      refused folder ([ "train"; "--input"; s; "--out"; out ] @ words) line

                  refused
                      [ "--interneurons"; "1" ]
                      "the 1 interneurons with a positive gain do not span the 2 primary neurons, so some stimuli have no response: use at \
                      least 2 in independent directions, or a leak"

                  refused [ "--interneurons"; "0" ] "--interneurons '0' is out of range: it is from 1 to 100000."
                  refused [ "--batch"; "0" ] "--batch '0' is out of range: it is from 1 to 1000000."
                  refused [ "--steps"; "-1" ] "--steps '-1' is out of range: it is from 0 to 2147483647."
                  refused [ "--leak"; "-1" ] "--leak '-1' is out of range: it is from 0 on."

                  refused
                      [ "--potential"; "log-cosh" ]
                      "the activation of log-cosh saturates, so large stimuli have no response: it needs a leak greater than 0")

          testCase "arrays that cannot be used are refused by their name"
          <| fun () ->
              inFolder (fun folder ->
                  let path name = Path.Combine(folder, name)

                  let train input line =
                      refused folder [ "train"; "--input"; input; "--out"; path "c.json" ] line

                  Npy.write (path "nan.npy") [ 3; 2 ] [| 1.0; 2.0; 3.0; nan; 5.0; 6.0 |]
                  Npy.write (path "cube.npy") [ 2; 2; 2 ] (Array.create 8 1.0)
                  Npy.write (path "pairs.npy") [ 3; 2 ] [| 1.0; 2.0; -3.0; -4.0; 2.0; 1.0 |]
                  Npy.write (path "side.npy") [ 2; 3 ] [| 1.0; 2.0; -3.0; -4.0; 2.0; 1.0 |]
                  Npy.write (path "zero.npy") [ 2 ] [| 0.0; 0.0 |]
                  File.WriteAllBytes(path "short.npy", (File.ReadAllBytes(path "pairs.npy"))[..150])
                  File.WriteAllText(path "text.npy", "1 2 3")
                  train (path "nowhere.npy") $"""{path "nowhere.npy"}: no such file."""
                  train (path "nan.npy") $"""{path "nan.npy"}: row 1 has the value NaN in column 1; every value has to be finite."""
                  train (path "cube.npy") $"""{path "cube.npy"}: has three dimensions; stimuli are an array n x N, or n numbers."""
                  train (path "short.npy") $"""{path "short.npy"}: is truncated: its header promises 6 values, and 2 are there."""
                  train (path "text.npy") $"""{path "text.npy"}: is not a NumPy .npy or .npz file."""

                  train
                      (path "side.npy")
                      (path "side.npy"
                       + ": is an array of 2 x 3, which would be 2 stimuli for 3 primary neurons; rows are stimuli, more of them than \
                       columns (in NumPy: a.T turns it; a picture is given by --image).")

                  train (path "zero.npy") "the stimuli are all 0; there is no distribution to shape"

                  refused
                      folder
                      [ "gaussianise"; "--input"; path "pairs.npy"; "--out"; path "out" ]
                      (path "pairs.npy"
                       + ": has rows of 2 values; this experiment takes single coefficients, n or n x 1 \
                       (arrays n x N: interneuron train)."))

          testCase "images that cannot be used are refused by their name"
          <| fun () ->
              inFolder (fun folder ->
                  let path name = Path.Combine(folder, name)

                  let refused image line =
                      refused folder [ "gaussianise"; "--image"; path image; "--out"; path "out" ] $"{path image}: {line}"
                      refused folder [ "pyramid"; "--image"; path image; "--out"; path "band.npy" ] $"{path image}: {line}"

                  File.WriteAllText(path "cut.pgm", "P5 16 16 255\n0123")
                  File.WriteAllText(path "words.png", "not an image")
                  File.WriteAllText(path "small.pgm", "P2 2 2 255 0 1 2 3")
                  File.WriteAllBytes(path "empty.png", [||])
                  refused "nowhere.png" "no such file."
                  refused "cut.pgm" "is truncated: its header promises 256 samples, and 4 are there."

                  refused
                      "words.png"
                      "is not an image that can be read; PNG, JPEG, TIFF, GIF, WebP, BMP, PGM, PPM and Sun raster files are."

                  refused "small.pgm" "has 2 x 2 pixels; a pyramid needs at least 8 x 8."
                  refused "empty.png" "is empty, or no file on disk (a pipe or a device); a file with something in it is needed.")

          testCase "circuits that cannot be used are refused by their name"
          <| fun () ->
              inFolder (fun folder ->
                  let circuit, s = Path.Combine(folder, "c.json"), Path.Combine(folder, "s.npy")
                  Npy.write s [ 2 ] [| 1.0; 2.0 |]

                  let respond line =
                      refused
                          folder
                          [ "respond"
                            "--circuit"
                            circuit
                            "--input"
                            s
                            "--out"
                            Path.Combine(folder, "r.npy") ]
                          $"{circuit}: {line}"

                  respond "no such file."
                  File.WriteAllText(circuit, "{\"g\": [1]}")
                  respond "is not a circuit; train and gaussianise write them.")

          testCase "places that cannot be written to are refused before the work"
          <| fun () ->
              inFolder (fun folder ->
                  let path name = Path.Combine(folder, name)
                  File.WriteAllText(path "file", "")

                  refused
                      folder
                      [ "scene"; "--seed"; "1"; "--out"; path "no/s.png" ]
                      $"""{path "no/s.png"}: cannot be written: its folder does not exist."""

                  refused folder [ "scene"; "--seed"; "1"; "--out"; folder ] $"{folder}: is a folder; a file is needed."
                  refused folder [ "gaussianise"; "--out"; path "file" ] $"""{path "file"}: is a file; a folder is needed.""")

          testCase "numbers out of range are refused"
          <| fun () ->
              inFolder (fun folder ->
                  let path name = Path.Combine(folder, name)
                  let image = path "scene.png"
                  Image.savePng image (Interneuron.Experiments.Source.scene 1)

                  let pyramid words line =
                      refused folder ([ "pyramid"; "--image"; image; "--out"; path "b.npy" ] @ words) line

                  pyramid [ "--scale"; "3" ] "The scales of this pyramid are 0 .. 2; scale 3 is not one."
                  pyramid [ "--orientation"; "-1" ] "--orientation '-1' is out of range: it is from 0 to 2."

                  refused
                      folder
                      [ "scene"; "--seed"; "-1"; "--out"; path "s.png" ]
                      "the seed of a scene is a whole number from 0 on, not -1.")

          testCase "a folder holds the results of one verb"
          <| fun () ->
              inFolder (fun folder ->
                  let s, out = Path.Combine(folder, "s.npy"), Path.Combine(folder, "out")
                  Npy.write s [ 400 ] (Array.init 400 (fun i -> sin (float i) ** 3.0))
                  let gaussianise = [ "gaussianise"; "--input"; s; "--steps"; "20"; "--out"; out ]
                  Expect.equal (run gaussianise).Code 0 "first"
                  let result = Path.Combine(out, "result.json")

                  use document = System.Text.Json.JsonDocument.Parse(File.ReadAllText result)

                  Expect.equal (document.RootElement.GetProperty("verb").GetString()) "gaussianise" "verb"

                  Expect.equal
                      [ for file in document.RootElement.GetProperty("files").EnumerateArray() -> string (file.GetString()) ]
                      [ "circuit.json"
                        "responses.npy"
                        "gaussianise.png"
                        "gaussianise.svg"
                        "gaussianise.pdf"
                        "gaussianise.caption.md"
                        "result.json" ]
                      "files"

                  let refusal verb =
                      $"{out}: holds the results of 'gaussianise'; give '{verb}' a folder of its own."

                  refused folder [ "thresholds"; "--input"; s; "--out"; out ] (refusal "thresholds")
                  refused folder [ "gaussianise"; "--images"; folder; "--out"; out ] (refusal "sweep")
                  refused folder [ "derive"; "--potential"; "z^2"; "--report"; out ] (refusal "derive")
                  Expect.equal (run gaussianise).Code 0 "the same again"
                  File.WriteAllText(result, "[]")
                  refused folder gaussianise $"{result}: is not a result of 'gaussianise'; give it a folder of its own.")

          testCase "what would not fit on the disk is not begun"
          <| fun () ->
              inFolder (fun folder ->
                  let path name = Path.Combine(folder, name)
                  Npy.write (path "s.npy") [ 100 ] (Array.init 100 (fun i -> sin (float i)))
                  Expect.equal (run [ "train"; "--input"; path "s.npy"; "--out"; path "c.json"; "--steps"; "10" ]).Code 0 "circuit"

                  let ended =
                      run
                          [ "sample"
                            "--circuit"
                            path "c.json"
                            "--count"
                            "1000000000000"
                            "--out"
                            path "x.npy" ]

                  Expect.equal ended.Code 2 ended.Err
                  Expect.stringContains ended.Err "would have 8000 GB" "what it takes"
                  Expect.equal (filesIn folder) [ "c.json"; "s.npy" ] "nothing"

                  refused
                      folder
                      [ "sample"
                        "--circuit"
                        path "c.json"
                        "--count"
                        "9223372036854775807"
                        "--out"
                        path "x.npy" ]
                      "--count '9223372036854775807' is out of range: it is from 1 to 1000000000000.")

          testCase "every verb refuses what it cannot use in one line, and leaves nothing"
          <| fun () ->
              inFolder (fun folder ->
                  let path name = Path.Combine(folder, name)
                  File.WriteAllText(path "text", "not an array, a picture, a circuit or a model")
                  File.WriteAllBytes(path "zeros", Array.zeroCreate 1000)
                  File.WriteAllText(path "empty", "")

                  let fillings =
                      [ path "text"
                        path "zeros"
                        path "empty"
                        path "nowhere"
                        folder
                        ""
                        "\000"
                        "/dev/null" ]

                  // Each option of each verb, filled with what cannot be its value; the others are missing, or right.
                  for verb in Interneuron.Cli.Program.verbs do
                      for flag in verb.Options do
                          let values =
                              match flag.Kind with
                              | Interneuron.Experiments.Kind.Switch -> []
                              | Interneuron.Experiments.Kind.Folder when flag.Name <> "--images" -> [ ""; path "text" ]
                              | Interneuron.Experiments.Kind.File when flag.Name = "--out" -> [ ""; folder; path "no/where" ]
                              | Interneuron.Experiments.Kind.File
                              | Interneuron.Experiments.Kind.Folder -> fillings
                              | _ -> [ ""; "-"; "1;2"; "0,5"; "1e999"; "\027[0m" ]

                          let others =
                              [ for other in verb.Required do
                                    if other.Name <> flag.Name then
                                        other.Name

                                        match other.Kind with
                                        | Interneuron.Experiments.Kind.File when other.Name = "--out" -> path "out"
                                        | Interneuron.Experiments.Kind.File -> path "nowhere"
                                        | _ -> "1" ]

                          for value in values do
                              let before = filesIn folder
                              let words = verb.Name :: flag.Name :: value :: others
                              let ended = run words
                              let said = String.concat " " words
                              Expect.isTrue (ended.Code = 1 || ended.Code = 2) $"{ended.Code}: {said}"
                              Expect.equal ended.Out "" said
                              Expect.hasLength (lines ended.Err) 1 (said + ended.Err)
                              Expect.stringStarts ended.Err "interneuron: " said
                              Expect.equal (filesIn folder) before said) ]
