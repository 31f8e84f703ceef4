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
    "power-mixture, monomial, quadratic, threshold-linear, symmetric-threshold, saturating-threshold, log-cosh"

[<Tests>]
let tests =
    testList
        "Bad input"
        [ testCase "names that stand for nothing are answered with the nearest"
          <| fun () ->
              inFolder (fun folder ->
                  let out = Path.Combine(folder, "out")

                  let refused option name line =
                      refused folder [ "gaussianize"; option; name; "--out"; out ] line

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
                      "there is no target 'gauss'; did you mean gaussian? There are: gaussian, laplace, uniform, logistic, generalised-gaussian:BETA."

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
                      "the 1 interneurons with a positive gain do not span the 2 primary neurons, so some stimuli have no response: use at least 2 in independent directions, or a leak"

                  refused [ "--interneurons"; "0" ] "the number of interneurons is 0; it is at least 1"
                  refused [ "--batch"; "0" ] "a batch has 0 stimuli; it has at least 1"
                  refused [ "--steps"; "-1" ] "-1 steps; there are at least 0"
                  refused [ "--leak"; "-1" ] "the leak is -1; it is finite and at least 0"
                  refused [ "--leak"; "NaN" ] "the leak is NaN; it is finite and at least 0"

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
                      $"""{path "side.npy"}: is an array of 2 x 3, which would be 2 stimuli for 3 primary neurons; rows are stimuli, more of them than columns (in NumPy: a.T turns it; a picture is given by --image)."""
                  train (path "zero.npy") "the stimuli have the mean power 0; it is positive and finite"

                  refused
                      folder
                      [ "gaussianize"; "--input"; path "pairs.npy"; "--out"; path "out" ]
                      $"""{path "pairs.npy"}: has rows of 2 values; this experiment takes single coefficients, n or n x 1 (arrays n x N: interneuron train).""")

          testCase "images that cannot be used are refused by their name"
          <| fun () ->
              inFolder (fun folder ->
                  let path name = Path.Combine(folder, name)

                  let refused image line =
                      refused folder [ "gaussianize"; "--image"; path image; "--out"; path "out" ] $"{path image}: {line}"
                      refused folder [ "pyramid"; "--image"; path image; "--out"; path "band.npy" ] $"{path image}: {line}"

                  File.WriteAllText(path "cut.pgm", "P5 16 16 255\n0123")
                  File.WriteAllText(path "words.png", "not an image")
                  File.WriteAllText(path "small.pgm", "P2 2 2 255 0 1 2 3")
                  File.WriteAllBytes(path "empty.png", [||])
                  refused "nowhere.png" "no such file."
                  refused "cut.pgm" "is truncated: its header promises 256 samples, and 4 are there."
                  refused "words.png" "is not an image that can be read; PNG, JPEG, TIFF, GIF, WebP, BMP, PGM, PPM and Sun raster files are."
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
                  respond "is not a circuit; train and gaussianize write them.")

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
                  refused folder [ "gaussianize"; "--out"; path "file" ] $"""{path "file"}: is a file; a folder is needed.""")

          testCase "numbers out of range are refused"
          <| fun () ->
              inFolder (fun folder ->
                  let path name = Path.Combine(folder, name)
                  let image = path "scene.png"
                  Image.savePng image (Interneuron.Experiments.Source.scene 1)

                  let pyramid words line =
                      refused folder ([ "pyramid"; "--image"; image; "--out"; path "b.npy" ] @ words) line

                  pyramid [ "--scale"; "3" ] "The scales of this pyramid are 0 .. 2; scale 3 is not one."
                  pyramid [ "--orientation"; "-1" ] "The orientations of this pyramid are 0 .. 2; orientation -1 is not one."

                  refused
                      folder
                      [ "scene"; "--seed"; "-1"; "--out"; path "s.png" ]
                      "the seed of a scene is a whole number from 0 on, not -1.") ]
