module Interneuron.Cli.Tests.DeriveTests

open System
open System.IO
open System.Text.Json
open Expecto
open Interneuron.Core.Files
open Interneuron.Stimuli
open Interneuron.Experiments
open Interneuron.Cli.Tests.Run

let private succeeds (words: string list) : Run =
    let ended = run words
    Expect.equal ended.Code 0 ended.Err
    ended

/// Runs a command line that must be refused with this code and first line, and leave the folder as it was.
let private refused folder code (words: string list) (line: string) =
    let before = filesIn folder
    let ended = run words

    let pointer =
        if code = 1 then
            $" (options: interneuron {words.Head} --help)"
        else
            ""

    Expect.equal (ended.Code, ended.Out) (code, "") (String.concat " " words)
    // What takes more than ten seconds on a busy machine is said to go on, and what is unusual about an array is said.
    let isRemark (line: string) =
        line.EndsWith " so far" || line.Contains "; --standardise "

    let said = lines ended.Err |> List.filter (isRemark >> not)
    Expect.equal said [ $"interneuron: {line}{pointer}" ] "the line"
    Expect.equal (filesIn folder) before "no file more"

let private saturating =
    [ "--potential"
      "log(cosh(theta*z))/theta^2"
      "--parameter"
      "theta in [0.5,4]" ]

let private brief = [ "--circuits"; "2" ]

let private model (leak: string) =
    $"title Saturating interneurons\n"
    + "potential F(theta, z) = log(cosh(theta*z))/theta^2\n"
    + "parameter g[i] >= 0; theta[i] in [1, 3]; W[a,i] unit columns\n"
    + $"constant leak = {leak}\n"
    + "energy sum(i, g[i]*F(theta[i], sum(a, W[a,i]*r[a]))) + leak/2*sum(a, r[a]^2)\n"
    + "    - sum(a, s[a]*r[a])\n"

let private lateral =
    "parameter M[a,b]\nenergy sum(a, sum(b, M[a,b]*r[a]*r[b]))/2 - sum(a, s[a]*r[a])\n"

let private write folder name (text: string) =
    let path = Path.Combine(folder, name)
    File.WriteAllText(path, text)
    path

/// 300 pairs of two variances.
let private pairs folder =
    let path = Path.Combine(folder, "s.npy")
    let random = Random 5
    Npy.write path [ 300; 2 ] (Array.init 600 (fun m -> (random.NextDouble() - 0.5) * (if m % 2 = 0 then 6.0 else 3.0)))
    path

let private saturates =
    "the model is ill-posed; it needs that the energy grows faster than linearly, so that every stimulus has a response, but the \
    activation saturates on both sides, so large stimuli have no response: give the energy a leak, leak/2*sum(a, r[a]^2) with leak > 0"

[<Tests>]
let tests =
    testList
        "Derive"
        [ testCase "of the paper's potential the terminal shows the masked term, three local rules and local dynamics"
          <| fun () ->
              let said = (succeeds ([ "derive"; "--potential"; "power-mixture" ] @ brief)).Out

              for part in
                  [ "step(θ^2.32 - 6)"
                    "(inhibition)"
                    "take their limit 0"
                    "2 random circuits" ] do
                  Expect.stringContains said part part

              let local = lines said |> List.filter (fun line -> line.Contains " local  ")
              Expect.hasLength local 4 "three rules, and the dynamics"

          testCase "a potential goes from text to report, trained circuit and figure with one command"
          <| fun () ->
              inFolder (fun folder ->
                  let report = Path.Combine(folder, "report")

                  let ended =
                      succeeds (
                          [ "derive" ]
                          @ saturating
                          @ brief
                          @ [ "--leak"
                              "1"
                              "--train"
                              "--scene"
                              "2"
                              "--steps"
                              "300"
                              "--report"
                              report
                              "--json" ]
                      )

                  Expect.hasLength (lines ended.Out) 1 "one line"
                  let result = JsonDocument.Parse(ended.Out).RootElement
                  let members = [ for p in result.EnumerateObject() -> p.Name ]

                  Expect.equal
                      members
                      [ "title"
                        "energy"
                        "inputs"
                        "dynamics"
                        "rules"
                        "well_posed"
                        "modes"
                        "flat"
                        "certificate"
                        "trained"
                        "files" ]
                      "members"

                  Expect.equal (result.GetProperty("trained").GetProperty("scene").GetInt32()) 2 "scene"

                  Expect.containsAll
                      (filesIn report)
                      [ "activation.caption.md"
                        "activation.pdf"
                        "activation.png"
                        "activation.svg"
                        "certificate.json"
                        "circuit.json"
                        "circuit.svg"
                        "gaussianise.caption.md"
                        "gaussianise.pdf"
                        "gaussianise.png"
                        "gaussianise.svg"
                        "report.md"
                        "report.tex"
                        "result.json" ]
                      "files"

                  let saved = CircuitFile.read (Path.Combine(report, "circuit.json"))
                  Expect.equal saved.Circuit.Leak 1.0 "leak")

          testCase "a model in a file is derived, and its report written"
          <| fun () ->
              inFolder (fun folder ->
                  let path = write folder "m.txt" (model "0.5")
                  let report = Path.Combine(folder, "report")
                  let ended = succeeds ([ "derive"; "--model"; path; "--report"; report ] @ brief)
                  Expect.equal (List.head (lines ended.Out)) "Saturating interneurons" "title"
                  Expect.hasLength (filesIn report) 13 "files: four of the activation, four of the phase portrait, and five"

                  use certificate =
                      JsonDocument.Parse(File.ReadAllText(Path.Combine(report, "certificate.json")))

                  Expect.equal (certificate.RootElement.GetProperty("circuits").GetInt32()) 2 "circuits")

          testCase "what is ill-posed is refused with its place, exit code 2, and nothing is written"
          <| fun () ->
              inFolder (fun folder ->
                  let derive words line =
                      refused folder 2 ([ "derive"; "--report"; Path.Combine(folder, "report") ] @ words) line

                  derive
                      [ "--potential"; "sqrt(abs(z))" ]
                      "--potential: the model is ill-posed; it needs that the energy is convex in r, but at z = -1e-06 its curvature is \
                      -2.5e+08: there responses are not unique"

                  for formula in [ "z^1.5"; "z^2.5"; "z*sqrt(z)"; "(z-2)^2.5" ] do
                      derive
                          [ "--potential"; formula; "--leak"; "0.1" ]
                          "potential: line 1, column 1: the potential is not defined for negative z; write abs(z) or max(z, 0) where only \
                          numbers at or above 0 are meant"

                  for formula in [ "z + log(0)"; "-Infinity + z"; "1e308*10*z^2" ] do
                      derive
                          [ "--potential"; formula ]
                          "potential: line 1, column 1: the potential is not defined anywhere; a part of it is infinite or no number \
                          whatever z is"

                  derive [ "--potential"; "z^1e308" ] "potential: line 1, column 1: a power of 1e308 overflows; exponents are at most 1000"

                  derive saturating $"--potential: {saturates}"

                  derive
                      [ "--potential"; "z^2"; "--interneurons"; "1" ]
                      "--potential: the model is ill-posed; it needs that the interneurons span the primary neurons' space, but K = 1 \
                      interneurons cannot hold N = 2 primary neurons: without a leak K is at least 2"

                  derive
                      [ "--potential"; "log(cosh(teta*z))"; "--parameter"; "theta in [0.5,4]" ]
                      "potential: line 1, column 10: unknown name 'teta'; did you mean 'theta'?"

                  derive [ "--potential"; "log(cosh(z)" ] "potential: line 1, column 4: unclosed '('; add the bracket that closes it"

                  derive
                      [ "--potential"; String('(', 10000) + "z^2" + String(')', 10000) ]
                      "potential: line 1, column 101: the formula is nested more than 100 levels deep; write it flatter"

                  let path = write folder "m.txt" (model "0")
                  derive [ "--model"; path ] $"{path}: line 5, column 8: {saturates}"
                  let s = pairs folder

                  refused
                      folder
                      2
                      [ "train"
                        "--model"
                        path
                        "--input"
                        s
                        "--out"
                        Path.Combine(folder, "c.json") ]
                      $"{path}: line 5, column 8: {saturates}"

                  derive
                      [ "--model"
                        write folder "w.txt" (model "0" |> fun text -> text.Replace("log(cosh(theta*z))/theta^2", "theta*z^2"))
                        "--interneurons"
                        "1" ]
                      (Path.Combine(folder, "w.txt")
                       + ": line 5, column 8: the model is ill-posed; it needs that the interneurons span the primary neurons' space, but \
                       K = 1 interneurons cannot hold N = 2 primary neurons: without a leak K is at least 2")

                  // The second of two potentials is the concave one.
                  let two =
                      "parameter g[i] >= 0; W[a,i]\nenergy sum(i, g[i]*sum(a, W[a,i]*r[a])^2)\n"
                      + "    - sum(i, g[i]*sum(a, W[a,i]*r[a])^4) - sum(a, s[a]*r[a])\n"

                  let ended = run [ "derive"; "--model"; write folder "t.txt" two ]
                  Expect.equal ended.Code 2 ended.Out

                  Expect.stringContains
                      ended.Err
                      "t.txt: line 3, column 7: the model is ill-posed; it needs that the energy is convex in r"
                      "place"

                  let path = write folder "c.txt" (lateral.Replace("r[b]", "r[c]"))
                  derive [ "--model"; path ] $"{path}: line 2, column 36: the index c is not summed over; write sum(c, ...) around it"

                  let path =
                      write folder "u.txt" ("parameter M[a,b]\nenergy -sum(a, sum(b, M[a,b]*r[a]*r[b])) - sum(a, s[a]*r[a])\n")

                  derive
                      [ "--model"; path ]
                      $"{path}: line 2, column 9: the model is ill-posed; it needs that the energy is convex in r, but at r = (0, 0), \
                      M[0,0] = 1.04, M[0,1] = 0.00409, M[1,0] = 0.0148, M[1,1] = 0.978, along (1, 0), its curvature is -2.08: there \
                      responses are not unique"

                  let path = write folder "l.txt" lateral

                  derive
                      [ "--model"; path; "--train"; "--circuits"; "2" ]
                      $"{path}: line 2, column 8: --train is for ridge energies with gains at or above 0 and synapses in unit columns; \
                      other models learn with: interneuron train --model")

          testCase "command lines that cannot be followed are usage errors"
          <| fun () ->
              inFolder (fun folder ->
                  let path = write folder "m.txt" (model "1")

                  let usage words line =
                      refused folder 1 ([ "derive" ] @ words) line

                  usage [] "what to derive is missing: give --model or --potential"
                  usage [ "--model"; path; "--leak"; "1" ] $"--leak is part of the model in {path}; give one of them"
                  usage [ "--potential"; "z^2"; "--scene"; "1" ] "--image, --scene and --input are what --train learns from"

                  usage
                      [ "--potential"; "log-cosh"; "--parameter"; "t in [1,2]" ]
                      "the potential log-cosh has its own parameters; --parameter goes with a formula")

          testCase "train takes a model: a circuit where the fast engine knows the energy, else parameters with all that leads to them"
          <| fun () ->
              inFolder (fun folder ->
                  let s = pairs folder
                  let out = Path.Combine(folder, "c.json")

                  let train path =
                      succeeds
                          [ "train"
                            "--model"
                            path
                            "--input"
                            s
                            "--out"
                            out
                            "--steps"
                            "200"
                            "--seed"
                            "4" ]
                      |> ignore

                  train (write folder "m.txt" (model "0.5"))
                  let circuit = (CircuitFile.read out).Circuit
                  Expect.equal (circuit.Interneurons, circuit.Leak) (3, 0.5) "circuit"
                  Expect.equal circuit.Potential.Parameters[0].Upper 3.0 "interval"
                  let path = write folder "l.txt" lateral
                  train path
                  use document = JsonDocument.Parse(File.ReadAllText out)
                  let root = document.RootElement
                  Expect.equal (root.GetProperty("model").GetString()) lateral "model"
                  let m = root.GetProperty("parameters").GetProperty("M")
                  Expect.equal (m.GetArrayLength(), m[0].GetArrayLength()) (2, 2) "rows"
                  let learned = root.GetProperty "learned"
                  Expect.equal (learned.GetProperty("steps_made").GetInt32(), learned.GetProperty("seed").GetInt32()) (200, 4) "settings") ]
