module Interneuron.Experiments.Tests.CircuitFileTests

open System.IO
open Expecto
open FsCheck
open Interneuron.Statistics
open Interneuron.Core.Transport
open Interneuron.Core.Circuits
open Interneuron.Core.Files
open Interneuron.Derivation.Rules
open Interneuron.Stimuli
open Interneuron.Experiments
open Interneuron.Experiments.Tests.Tools

let private numbers (circuit: Circuit) =
    circuit.Leak, circuit.Gains, circuit.Theta, circuit.W

/// A file that is a circuit, with its parts to be exchanged.
let private text potential target g theta w more =
    $"""{{ "format": "interneuron-circuit-1", "potential": "{potential}", "target": "{target}", """
    + $"\"leak\": 0, \"g\": {g}, \"theta\": {theta}, \"W\": {w}{more} }}"

let private good =
    text "power-mixture" "gaussian" "[0.2, 0.3]" "[[2.2], [2.3]]" "[[1, 0], [0, 1]]" ""

let private reading (content: string) (check: string -> (unit -> unit) -> unit) =
    inFolder (fun folder ->
        let path = Path.Combine(folder, "c.json")
        File.WriteAllText(path, content)
        check path (fun () -> CircuitFile.read path |> ignore))

[<Tests>]
let tests =
    testList
        "CircuitFile"
        [ testPropertyWithConfig
              { FsCheckConfig.defaultConfig with
                  maxTest = 20 }
              "a circuit comes back with every bit, and how it was learned with it"
          <| fun (seed: uint16) ->
              inFolder (fun folder ->
                  let path = Path.Combine(folder, "c.json")

                  let learning =
                      { brief with
                          Seed = int seed
                          Steps = Some 20
                          Target = Names.target "generalised-gaussian:1.7"
                          Leak = 0.1 }

                  let trained = learn learning (stimuli (int seed) 100 2)
                  let saved = CircuitFile.ofTrained (Source.Scene 3) 100 trained
                  CircuitFile.write path saved
                  let back = CircuitFile.read path
                  Expect.equal (numbers back.Circuit) (numbers trained.Circuit) "numbers"
                  Expect.equal back.Circuit.Target trained.Circuit.Target "target"
                  Expect.equal back.Provenance saved.Provenance "provenance")

          testCase "a run is replayed from its file alone"
          <| fun () ->
              inFolder (fun folder ->
                  let s, path = Path.Combine(folder, "s.npy"), Path.Combine(folder, "c.json")
                  Npy.writeGrid s (stimuli 9 400 2)
                  let trained = learn { brief with Seed = 4 } (Npy.readGrid s)
                  CircuitFile.write path (CircuitFile.ofTrained (Source.Input s) 400 trained)
                  let saved = CircuitFile.read path

                  match saved.Provenance with
                  | None -> failtest "no provenance"
                  | Some provenance ->
                      let stimuli = Source.load Coefficients.single provenance.Source
                      let again = learn (Learning.ofCircuit saved.Circuit provenance.Settings) stimuli.S
                      Expect.equal (numbers again.Circuit) (numbers trained.Circuit) "the circuit")

          testCase "W is written as the matrix of formulas, N rows of K"
          <| fun () ->
              let columns = [| [| 1.0; 0.0 |]; [| 0.6; 0.8 |]; [| 0.0; 1.0 |] |]

              let circuit =
                  Circuit.create Potentials.quadratic StandardGaussian 0.0 [| 1.0; 2.0; 3.0 |] [| [||]; [||]; [||] |] columns

              let line =
                  Json.toLine (
                      CircuitFile.toJson
                          { Circuit = circuit
                            Standardisation = None
                            Provenance = None }
                  )

              Expect.stringContains line "\"W\":[[1,0.6,0],[0,0.8,1]]" "rows"

          testCase "the hand-written file is a circuit"
          <| fun () -> reading good (fun path _ -> Expect.equal (CircuitFile.read path).Circuit.Gains [| 0.2; 0.3 |] "gains")

          testCase "what is not a circuit is refused by the member that is wrong"
          <| fun () ->
              let g, theta, w = "[0.2, 0.3]", "[[2.2], [2.3]]", "[[1, 0], [0, 1]]"

              for content, problem in
                  [ "", "is not JSON: line 0, byte 0."
                    good[.. good.Length - 2], $"is not JSON: line 0, byte {good.Length - 1}."
                    "[1]", "is not a circuit; train and gaussianise write them."
                    "{}", "is not a circuit; train and gaussianise write them."
                    good.Replace("circuit-1", "circuit-9"), "format: is 'interneuron-circuit-9'; this program reads interneuron-circuit-1."
                    good.Replace("\"leak\": 0, ", ""), "has no 'leak'."
                    good.Replace("\"leak\": 0", "\"leak\": \"0\""), "leak: has to be a number."
                    text "power-mixture" "gaussian" g theta w ", \"gain\": 1",
                    "there is no member 'gain'. There are: format, potential, target, leak, g, theta, W, standardised, learned."
                    text "power" "gaussian" g theta w "",
                    "potential: there is no potential 'power'; did you mean power-mixture? There are: "
                    + potentialNames
                    text "power-mixture" "gaussian" "[-1, 0.3]" theta w "",
                    "the gain of interneuron 0 is -1; gains are finite and at least 0"
                    text "power-mixture" "gaussian" g "[[9], [2.3]]" w "",
                    "theta of interneuron 0 is 9; for power-mixture it lies in [1, 3]"
                    text "power-mixture" "gaussian" g theta "[[1, 0], [0]]" "", "W: has to be N rows of K numbers each."
                    text "power-mixture" "gaussian" g theta "[[1, 0], [0, 2]]" "", "column 1 of W has length 2; columns have unit length"
                    text "power-mixture" "gaussian" g theta w ", \"learned\": {\"rule\": \"hebb\"}",
                    "learned: rule: there is no learning rule 'hebb'. There are: derived, published."
                    text
                        "power-mixture"
                        "gaussian"
                        g
                        theta
                        w
                        ", \"learned\": {\"rule\": \"derived\", \"schedule\": \"scaled\", \"learn\": [\"g\", 1]}",
                    "learned: learn: has to be a text."
                    text
                        "power-mixture"
                        "gaussian"
                        g
                        theta
                        w
                        ", \"learned\": {\"rule\": \"derived\", \"schedule\": \"scaled\", \"learn\": []}",
                    "learned: learn: names nothing that learns; it is a list of g, theta and W."
                    text "power-mixture" "gaussian" g theta w ", \"learned\": {\"rule\": \"derived\"}", "learned: has no 'schedule'." ] do
                  reading content (fun path read ->
                      try
                          refuses $"{path}: {problem}" read
                      with error ->
                          failtest $"{content}: {error.Message}")

          testCase "a missing file is named"
          <| fun () -> refuses "nowhere.json: no such file." (fun () -> CircuitFile.read "nowhere.json" |> ignore)

          testPropertyWithConfig
              { FsCheckConfig.defaultConfig with
                  maxTest = 50 }
              "a target of samples comes back with every bit"
          <| fun (points: NonEmptyArray<NormalFloat * NormalFloat>) ->
              let target =
                  points.Get
                  |> Array.collect (fun (x, y) -> [| x.Get; y.Get |])
                  |> Target.ofSamples 2

              let circuit =
                  Circuit.create Potentials.quadratic target 0.1 [| 1.0 |] [| [||] |] [| [| 0.6; 0.8 |] |]

              use stream = new MemoryStream()

              CircuitFile.writeTo
                  stream
                  { Circuit = circuit
                    Standardisation = None
                    Provenance = None }

              stream.Position <- 0L
              let back = (CircuitFile.readFrom "memory" stream).Circuit
              Expect.equal back.Target target "target"
              Expect.equal (numbers back) (numbers circuit) "numbers"

          testCase "a member that is there twice, and text that is no text, are refused"
          <| fun () ->
              let bytes (text: string) = System.Text.Encoding.UTF8.GetBytes text
              let inside = """, "learned": {"rule": "derived", "rule": "published"}"""
              let g, theta, w = "[0.2, 0.3]", "[[2.2], [2.3]]", "[[1, 0], [0, 1]]"

              for content, problem in
                  [ bytes (good.Replace("\"leak\": 0", "\"leak\": 0, \"leak\": 1")), "has 'leak' 2 times."
                    bytes (good.Replace("\"leak\": 0", "\"leak\": 0, \"\\u006ceak\": 1")), "has 'leak' 2 times."
                    bytes (text "power-mixture" "gaussian" g theta w inside), "learned: has 'rule' 2 times."
                    bytes (good.Replace("power-mixture", "\\ud800")), "potential: holds half of a surrogate pair, which is no text."
                    bytes (good.Replace("\"leak\"", "\"\\udc00\"")), "holds half of a surrogate pair, which is no text."
                    bytes (good.Replace("\"leak\": 0", "\"leak\": 1e999")), "leak: is beyond the range of numbers."
                    Array.append (bytes good[..30]) [| 0xC3uy; 0x28uy |], "is not UTF-8: byte 31."
                    bytes """{ "format": "interneuron-circuit-1", "potential": "quadratic", "target": { "samples": [[]] } }""",
                    "target: samples: has to be n rows of N numbers each."
                    bytes
                        "{ \"format\": \"interneuron-circuit-1\", \"potential\": \"quadratic\", \"target\": { \"samples\": [[1], [1, 2]] } \
                        }",
                    "target: samples: has to be n rows of N numbers each." ] do
                  use stream = new MemoryStream(content)
                  refuses $"c: {problem}" (fun () -> CircuitFile.readFrom "c" stream |> ignore)

          testCase "a potential without a name is saved as its formula with its parameters, and comes back"
          <| fun () ->
              inFolder (fun folder ->
                  let path = Path.Combine(folder, "c.json")

                  let own lower upper =
                      Potential.define "own" [ Parameter.define "theta" lower upper (1.0, 1.0) ] (fun theta z ->
                          log (cosh (theta[0] * z)) / theta[0] ** 2.0)

                  for potential, written in
                      [ own 0.5 4.0, "theta in [0.5, 4] from 1"
                        own 0.25 infinity, "theta in [0.25, inf] from 1" ] do
                      let circuit =
                          Circuit.create potential StandardGaussian 1.0 [| 1.0 |] [| [| 1.5 |] |] [| [| 1.0 |] |]

                      CircuitFile.write
                          path
                          { Circuit = circuit
                            Standardisation = None
                            Provenance = None }

                      Expect.stringContains (File.ReadAllText path) written "potential"
                      let back = (CircuitFile.read path).Circuit
                      Expect.equal (numbers back) (numbers circuit) "numbers"
                      Expect.equal back.Potential.Formula potential.Formula "formula"
                      Expect.equal back.Potential.Name "own" "name"
                      Expect.equal back.Potential.Parameters[0].Upper potential.Parameters[0].Upper "interval"
                      Expect.equal back.Potential.Parameters[0].Initial (1.0, 1.0) "start")

          testCase "a fault of the program is not said to be a wrong file"
          <| fun () ->
              let broken =
                  { new MemoryStream(System.Text.Encoding.UTF8.GetBytes good) with
                      override _.CopyTo(_, _) = invalidArg "bufferSize" "a fault" }

              Expect.throwsC (fun () -> CircuitFile.readFrom "c" broken |> ignore) (fun error ->
                  Expect.isFalse (error :? Refusal) (string error))

          testCase "a formula that cannot be read is refused with its place"
          <| fun () ->
              let content =
                  """{ "format": "interneuron-circuit-1", "potential": { "formula": "log(", "parameters": [] } }"""

              reading content (fun path read ->
                  try
                      read ()
                      failtest "was not refused"
                  with :? Refusal as error ->
                      Expect.stringStarts error.Message $"{path}: potential: potential: line 1, column " "place") ]
