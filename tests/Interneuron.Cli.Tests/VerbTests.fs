module Interneuron.Cli.Tests.VerbTests

open System
open System.IO
open System.Text.Json
open Expecto
open Interneuron.Cli.Tests.Run
open Interneuron.Stimuli

/// Runs a command line that must succeed with --json, and gives the object on its one line.
let private json (words: string list) : JsonElement =
    let ended = run (words @ [ "--json" ])
    Expect.equal ended.Code 0 ended.Err
    Expect.hasLength (lines ended.Out) 1 "one line"
    JsonDocument.Parse(ended.Out).RootElement

let private members (element: JsonElement) =
    [ for p in element.EnumerateObject() -> p.Name ]

let private text (element: JsonElement) (name: string) =
    string (element.GetProperty(name).GetString())

let private number (element: JsonElement) (name: string) = element.GetProperty(name).GetDouble()

/// 2,000 pairs with heavy tails.
let private pairs =
    let random = Random 5
    Array.init 4000 (fun _ -> Math.Pow(2.0 * random.NextDouble() - 1.0, 3.0))

[<Tests>]
let tests =
    testList
        "Verbs"
        [ testCase "train says what is unusual about stimuli, and --centre and --standardise are kept for respond and sample"
          <| fun () ->
              inFolder (fun folder ->
                  let path name = Path.Combine(folder, name)
                  Npy.write (path "s.npy") [ 2000; 2 ] (pairs |> Array.mapi (fun i v -> if i % 2 = 0 then v + 100.0 else 20.0 * v))

                  let train option =
                      let words =
                          [ "train"
                            "--input"
                            path "s.npy"
                            "--potential"
                            "quadratic"
                            "--steps"
                            "3000"
                            "--out"
                            path "c.json" ]

                      let ended = run (words @ option)
                      Expect.equal ended.Code 0 ended.Err
                      lines ended.Err

                  let said = (train []).Head
                  Expect.stringContains said "s.npy: the stimuli are not centred (mean 100, deviation 0.3" "mean"
                  Expect.stringContains said "and have no unit scale (deviation 7." "scale"
                  Expect.stringContains said "; --standardise" "what would be right"
                  Expect.hasLength (train [ "--standardise" ]) 1 "nothing is said but what was written"

                  let ended =
                      run
                          [ "respond"
                            "--circuit"
                            path "c.json"
                            "--input"
                            path "s.npy"
                            "--out"
                            path "r.npy" ]

                  Expect.stringContains ended.Err "learned from centred or standardised stimuli" "said"
                  let responses = Npy.readGrid (path "r.npy")

                  for column in 0..1 do
                      let mean =
                          Seq.average (seq { for row in 0 .. responses.Rows - 1 -> responses[row, column] })
                      // Whitening is linear, so that the responses are centred as the stimuli are.
                      Expect.isLessThan (abs mean) 1e-9 "mean of the responses"

                  run
                      [ "sample"
                        "--circuit"
                        path "c.json"
                        "--count"
                        "1000"
                        "--out"
                        path "drawn.npy" ]
                  |> ignore

                  let drawn = Npy.readGrid (path "drawn.npy")
                  Expect.isLessThan (abs (drawn[0, 0] - 100.0)) 10.0 "about the stimuli's own mean")

          testCase "gaussianise prints the numbers and writes figure, responses, circuit and result"
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

          testCase "gaussianise runs through a folder of pictures"
          <| fun () ->
              inFolder (fun folder ->
                  for seed in [ 1; 2 ] do
                      (run [ "scene"; "--seed"; string seed; "--out"; Path.Combine(folder, $"{seed}.png") ]).Code
                      |> fun code -> Expect.equal code 0 "scene"

                  let out = Path.Combine(folder, "out")

                  let result =
                      json [ "gaussianise"; "--images"; folder; "--steps"; "200"; "--out"; out ]

                  Expect.equal (result.GetProperty("runs").GetArrayLength()) 6 "two pictures, three potentials"
                  Expect.equal (filesIn out) [ "result.json"; "sweep.caption.md"; "sweep.pdf"; "sweep.png"; "sweep.svg" ] "files")

          testCase "a model that the fast engine does not know trains to a file that respond, sample and density read"
          <| fun () ->
              inFolder (fun folder ->
                  let path name = Path.Combine(folder, name)
                  let text = Option.get (Interneuron.Derivation.Models.ModelLibrary.tryText "lateral-whitening")
                  File.WriteAllText(path "m.txt", text)

                  let s =
                      Interneuron.Core.Circuits.Initial.sampleTarget Interneuron.Core.Transport.StandardGaussian 2 2000 4
                      |> Array.mapi (fun i x -> if i % 2 = 0 then 2.0 * x else x)

                  Npy.write (path "s.npy") [ 2000; 2 ] s

                  let trained =
                      json
                          [ "train"
                            "--model"
                            path "m.txt"
                            "--input"
                            path "s.npy"
                            "--steps"
                            "1500"
                            "--trajectory"
                            "--out"
                            path "c.json" ]

                  // Whitening needs M = root of the covariance, with J = tr root C = 3; rates of 1e-2 and batches of 10 leave some hundredths.
                  Expect.isLessThan (abs (number trained "j" - 3.0)) 0.15 "J"
                  Expect.isLessThan (number trained "ks") 0.06 "KS"
                  Expect.isTrue (File.Exists(path "trajectory-M.npy") && File.Exists(path "trajectory.png")) "course"

                  json
                      [ "respond"
                        "--circuit"
                        path "c.json"
                        "--input"
                        path "s.npy"
                        "--out"
                        path "r.npy" ]
                  |> ignore

                  let _, r = Npy.read (path "r.npy")

                  for a in 0..1 do
                      let power = Array.init 2000 (fun i -> r[2 * i + a] ** 2.0) |> Array.average
                      Expect.isLessThan (abs (power - 1.0)) 0.15 "white"

                  // p(s) = p(r)/det M for s = M r.
                  json
                      [ "density"
                        "--circuit"
                        path "c.json"
                        "--input"
                        path "s.npy"
                        "--out"
                        path "d.npy" ]
                  |> ignore

                  let _, d = Npy.read (path "d.npy")

                  let m =
                      [| for row in trained.GetProperty("parameters").GetProperty("M").EnumerateArray() do
                             for x in row.EnumerateArray() -> x.GetDouble() |]
                  // Only the symmetric part of M is in the energy.
                  let off = 0.5 * (m[1] + m[2])

                  let expected =
                      -0.5 * (r[0] * r[0] + r[1] * r[1])
                      - log (2.0 * System.Math.PI)
                      - log (m[0] * m[3] - off * off)

                  Expect.isLessThan (abs (d[0] - expected)) 1e-8 "density"

                  json
                      [ "sample"
                        "--circuit"
                        path "c.json"
                        "--count"
                        "5000"
                        "--seed"
                        "1"
                        "--out"
                        path "t.npy" ]
                  |> ignore

                  let shape, t = Npy.read (path "t.npy")
                  Expect.equal shape [ 5000; 2 ] "shape"
                  let power = Array.init 5000 (fun i -> t[2 * i] ** 2.0) |> Array.average
                  // C = M M for Gaussian responses; 5,000 draws leave 2 %, five times.
                  Expect.isLessThan (abs (power / (m[0] * m[0] + off * off) - 1.0)) 0.1 "drawn")

          testCase "train, respond, sample and density work on one another's files"
          <| fun () ->
              inFolder (fun folder ->
                  let path name = Path.Combine(folder, name)
                  Npy.write (path "s.npy") [ 2000; 2 ] pairs

                  let trained =
                      json
                          [ "train"
                            "--input"
                            path "s.npy"
                            "--out"
                            path "c.json"
                            "--steps"
                            "2000"
                            "--learn"
                            "g,theta"
                            "--leak"
                            "0.1" ]

                  Expect.equal (number trained "interneurons", number trained "primaries") (3.0, 2.0) "size"
                  Expect.equal (trained.GetProperty("W").GetArrayLength()) 2 "N rows"

                  Expect.equal
                      [ for e in trained.GetProperty("learn").EnumerateArray() -> string (e.GetString()) ]
                      [ "g"; "theta" ]
                      "learn"

                  let sampled =
                      json
                          [ "sample"
                            "--circuit"
                            path "c.json"
                            "--count"
                            "3000"
                            "--seed"
                            "2"
                            "--out"
                            path "drawn.npy" ]

                  Expect.equal (number sampled "samples") 3000.0 "samples"

                  let responded =
                      json
                          [ "respond"
                            "--circuit"
                            path "c.json"
                            "--input"
                            path "drawn.npy"
                            "--out"
                            path "r.npy" ]

                  let measured =
                      json
                          [ "density"
                            "--circuit"
                            path "c.json"
                            "--input"
                            path "drawn.npy"
                            "--out"
                            path "d.npy" ]

                  Expect.equal (text responded "out") (path "r.npy") "out"
                  let shape, r = Npy.read (path "r.npy")
                  let shapeOfDensity, d = Npy.read (path "d.npy")
                  Expect.equal (shape, shapeOfDensity) ([ 3000; 2 ], [ 3000 ]) "shapes"
                  Expect.floatClose Accuracy.high (number measured "mean_log_density") (Array.average d) "mean"
                  // Responses to the circuit's own samples are standard normal: their mean square is 1 within five standard errors, sqrt(2/6000).
                  Expect.isLessThan (abs ((r |> Array.averageBy (fun x -> x * x)) - 1.0)) (5.0 * sqrt (2.0 / 6000.0)) "power")

          testCase "scene and pyramid make what gaussianise takes"
          <| fun () ->
              inFolder (fun folder ->
                  let path name = Path.Combine(folder, name)
                  let scene = json [ "scene"; "--seed"; "5"; "--out"; path "scene.png" ]
                  Expect.equal (number scene "width", number scene "height") (512.0, 512.0) "size"
                  Expect.equal (Image.load (path "scene.png")).Width 512 "png"
                  let band = json [ "pyramid"; "--image"; path "scene.png"; "--out"; path "band.npy" ]
                  Expect.equal (number band "scale", number band "rows") (0.0, 512.0) "band"
                  let shape, coefficients = Npy.read (path "band.npy")
                  let own = Coefficients.firstBand (Image.load (path "scene.png"))
                  Expect.equal shape [ 512; 512 ] "the image's layout"
                  Expect.isTrue (coefficients = own.ToArray()) "raw coefficients")

          // The first band of image 05 as another implementation of the pyramid computes it.
          testCase "the pyramid of image 05 is the reference's to a relative error of 1e-5"
          <| fun () ->
              inFolder (fun folder ->
                  let image = Interneuron.Tests.Common.shared "images/05.ras"

                  let _, reference =
                      Npy.read (Interneuron.Tests.Common.shared "reference/pyramid-05.npy")

                  let out = Path.Combine(folder, "band.npy")
                  json [ "pyramid"; "--image"; image; "--out"; out ] |> ignore
                  let _, ours = Npy.read out

                  let norm (v: float array) =
                      sqrt (v |> Array.sumBy (fun x -> x * x))

                  Expect.isLessThan (norm (Array.map2 (-) ours reference) / norm reference) 1e-5 "relative L2 error")

          testCase "a stimulus without a response is told with the code for it, and costs the others nothing"
          <| fun () ->
              inFolder (fun folder ->
                  let path name = Path.Combine(folder, name)
                  Npy.write (path "s.npy") [ 50; 2 ] (pairs[..99] |> Array.map (fun s -> 1e-9 * s))

                  json
                      [ "train"
                        "--input"
                        path "s.npy"
                        "--out"
                        path "c.json"
                        "--steps"
                        "100"
                        "--potential"
                        "quadratic" ]
                  |> ignore

                  // Its response would be beyond what numbers can hold.
                  Npy.write (path "huge.npy") [ 2; 2 ] [| 1.0; 0.5; 1e305; 1.0 |]

                  let ended =
                      run
                          [ "respond"
                            "--circuit"
                            path "c.json"
                            "--input"
                            path "huge.npy"
                            "--out"
                            path "r.npy" ]

                  Expect.equal ended.Code 3 "code"
                  Expect.stringContains ended.Err "1 of 2 stimuli found no response, the first in row 1" "which"
                  let _, r = Npy.read (path "r.npy")
                  Expect.equal (r |> Array.map Double.IsNaN) [| false; false; true; true |] "NaN in its row")

          testCase "a file is replaced as a whole, or stays when the new one fails"
          <| fun () ->
              inFolder (fun folder ->
                  let path name = Path.Combine(folder, name)
                  Npy.write (path "s.npy") [ 100 ] pairs[..99]

                  json [ "train"; "--input"; path "s.npy"; "--out"; path "c.json"; "--steps"; "100" ]
                  |> ignore

                  File.WriteAllText(path "r.npy", "old")
                  Npy.write (path "bad.npy") [ 2 ] [| 1.0; nan |]

                  let respond input =
                      run
                          [ "respond"
                            "--circuit"
                            path "c.json"
                            "--input"
                            path input
                            "--out"
                            path "r.npy" ]

                  Expect.equal (respond "bad.npy").Code 2 "refused"
                  Expect.equal (File.ReadAllText(path "r.npy")) "old" "as it was"
                  Expect.equal (respond "s.npy").Code 0 "done"
                  Expect.equal (fst (Npy.read (path "r.npy"))) [ 100 ] "replaced"
                  Expect.equal (filesIn folder) [ "bad.npy"; "c.json"; "r.npy"; "s.npy" ] "nothing beside")

          testCase "what is interrupted before its first step replaces nothing"
          <| fun () ->
              inFolder (fun folder ->
                  let s, out = Path.Combine(folder, "s.npy"), Path.Combine(folder, "c.json")
                  Npy.write s [ 4000 ] pairs
                  File.WriteAllText(out, "learned before")

                  for name, words in
                      [ "train", [ "--input"; s; "--out"; out ]
                        "gaussianise", [ "--input"; s; "--out"; Path.Combine(folder, "out") ] ] do
                      let verb = Interneuron.Cli.Program.verbs |> List.find (fun verb -> verb.Name = name)

                      let arguments = Interneuron.Cli.Arguments.read name verb.Options words

                      let isInterrupted () =
                          try
                              verb.Run arguments (Threading.CancellationToken true)
                          with :? OperationCanceledException ->
                              130

                      Expect.equal (capture isInterrupted).Code 130 name

                  Expect.equal (File.ReadAllText out) "learned before" "as it was"
                  Expect.equal (filesIn folder) [ "c.json"; "s.npy" ] "no file more")

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
