module Interneuron.Cli.Tests.ArrayVerbTests

open System
open System.IO
open Expecto
open Interneuron.Cli.Tests.Run
open Interneuron.Core.Circuits
open Interneuron.Core.Files
open Interneuron.Stimuli

[<Tests>]
let tests =
    testList
        "Verbs on arrays"
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
                  // Whitening leaves heavy tails, which is said; of the stimuli nothing is.
                  match train [ "--standardise" ] with
                  | [ wrote; far ] ->
                      Expect.stringContains wrote "wrote" "what was written"
                      Expect.stringContains far "the responses are far from the target" "what was learned"
                  | others -> failtest $"what is said is what was written, and how far the responses are: %A{others}"

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

          testCase "a model that the fast engine does not know trains to a file that respond, sample and density read"
          <| fun () ->
              inFolder (fun folder ->
                  let path name = Path.Combine(folder, name)

                  writeModel folder "lateral-whitening" |> ignore

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

                  // Whitening needs M = root of the covariance, with J = tr root C = 3; rates of 1e-2 and batches of 10 leave some
                  // hundredths.
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

          testCase "--start begins where a model that says initial does, and refuses what is no parameter or has another shape"
          <| fun () ->
              inFolder (fun folder ->
                  let path name = Path.Combine(folder, name)

                  let text = File.ReadAllText(writeModel folder "lateral-whitening")

                  File.WriteAllLines(
                      path "initial.txt",
                      [ for line in text.Split '\n' ->
                            if line.StartsWith("parameter", System.StringComparison.Ordinal) then
                                line.TrimEnd() + ", initial [[2, 0.25], [0.25, 1.5]]"
                            else
                                line ]
                  )

                  Npy.write (path "M.npy") [ 2; 2 ] [| 2.0; 0.25; 0.25; 1.5 |]
                  Npy.write (path "wide.npy") [ 1; 4 ] [| 2.0; 0.25; 0.25; 1.5 |]

                  Interneuron.Core.Circuits.Initial.sampleTarget Interneuron.Core.Transport.StandardGaussian 2 200 4
                  |> Npy.write (path "s.npy") [ 200; 2 ]

                  let words model options out =
                      [ "train"
                        "--model"
                        path model
                        "--input"
                        path "s.npy"
                        "--steps"
                        "20"
                        "--out"
                        path out ]
                      @ options

                  let learned model options out =
                      (json (words model options out)).GetProperty("parameters").GetProperty("M").ToString()

                  let stated = learned "initial.txt" [] "stated.json"
                  Expect.equal (learned "m.txt" [ "--start"; "M=" + path "M.npy" ] "given.json") stated "from the same start"
                  Expect.notEqual (learned "m.txt" [] "drawn.json") stated "from a start at random"

                  for start, refusal in
                      [ "V=" + path "M.npy", "there is no parameter 'V'"
                        "M=" + path "wide.npy", "the array is 1 x 4; M is 2 x 2" ] do
                      let ended = run (words "m.txt" [ "--start"; start ] "none.json")
                      Expect.equal ended.Code 2 start
                      Expect.stringContains ended.Err refusal start
                      Expect.isFalse (File.Exists(path "none.json")) "nothing is written")

          testCase "--from goes on from a circuit, which stays what it was but for what learns and the target"
          <| fun () ->
              inFolder (fun folder ->
                  let s = writePairs folder
                  let file name = Path.Combine(folder, name)

                  let train (words: string list) out =
                      run ([ "train"; "--input"; s; "--out"; file out ] @ words)

                  let first =
                      train
                          [ "--potential"
                            "log(cosh(theta*z))/theta^2 + b*z^4"
                            "--parameter"
                            "theta in [0.5,4]; b in [0.1,1]"
                            "--leak"
                            "0.1"
                            "--steps"
                            "300" ]
                          "a.json"

                  Expect.equal first.Code 0 first.Err

                  let words =
                      [ "--from"
                        file "a.json"
                        "--target"
                        "laplace"
                        "--steps"
                        "200"
                        "--seed"
                        "2" ]

                  let second = train words "b.json"
                  Expect.equal second.Code 0 second.Err
                  let a, b = CircuitFile.read (file "a.json"), CircuitFile.read (file "b.json")

                  let start =
                      Circuit.create a.Circuit.Potential (Names.target "laplace") 0.1 a.Circuit.Gains a.Circuit.Theta a.Circuit.W

                  let expected =
                      Learner.train
                          { Learner.defaultsFor start.Potential with
                              Steps = 200
                              Seed = 2 }
                          ignore
                          Threading.CancellationToken.None
                          start
                          pairs

                  Expect.equal b.Circuit.Gains expected.Circuit.Gains "g"
                  Expect.equal b.Circuit.W expected.Circuit.W "W"
                  Expect.equal b.Circuit.Theta expected.Circuit.Theta "theta"
                  Expect.equal (b.Provenance |> Option.bind _.From) (Some(file "a.json")) "where it went on from"
                  Npy.write s [ 4000 ] pairs
                  let from = file "a.json"
                  let other = train [ "--from"; from; "--steps"; "10" ] "c.json"

                  Expect.equal
                      (other.Code, List.last (lines other.Err))
                      (2, $"interneuron: {from}: has N = 2 primary neurons; the stimuli are of 1 values each.")
                      "another N"

                  Expect.isFalse (File.Exists(file "c.json")) "nothing is written")

          testCase "train --model says for which rates a saddle is learned"
          <| fun () ->
              inFolder (fun folder ->
                  let path name = Path.Combine(folder, name)

                  // Second moments 4 and 1, exactly.
                  let side = sqrt 2.0
                  Npy.write (path "x.npy") [ 4; 2 ] [| 2.0 * side; 0.0; -2.0 * side; 0.0; 0.0; side; 0.0; -side |]

                  let words out =
                      [ "train"
                        "--model"
                        "principal-subspace"
                        "--size"
                        "pixel=2"
                        "--input"
                        path "x.npy"
                        "--steps"
                        "4000"
                        "--out"
                        path out ]

                  let ended = run (words "m.json")
                  Expect.equal ended.Code 0 ended.Err
                  Expect.stringContains ended.Out "modes of learning" "modes"
                  Expect.stringContains ended.Out "rates of M" "the rates of what ascends"
                  let modes = (json (words "n.json")).GetProperty("modes")
                  Expect.isTrue (modes.GetProperty("stable").GetBoolean()) "stable"
                  Expect.equal (modes.GetProperty("flat").GetInt32()) 1 "the rotation"
                  Expect.equal (modes.GetProperty("ascending").[0].GetString()) "M" "what ascends"

                  // The off-diagonal block of SlowModesTests has its second principal minors above 0 where the rate of M is above 9/8.5 of
                  // that of W; it is 4 times it here.
                  let least = modes.GetProperty("ratios").[0].GetDouble()
                  Expect.isLessThan (abs (least - 9.0 / 8.5 / 4.0)) 1e-3 $"{least}")

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
                  // Responses to the circuit's own samples are standard normal: their mean square is 1 within five standard errors,
                  // sqrt(2/6000).
                  Expect.isLessThan (abs ((r |> Array.averageBy (fun x -> x * x)) - 1.0)) (5.0 * sqrt (2.0 / 6000.0)) "power")

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

                      let given = Interneuron.Experiments.Given.read name verb.Options ignore words

                      let isInterrupted () =
                          try
                              verb.Run given (Threading.CancellationToken true)
                          with :? OperationCanceledException ->
                              130

                      Expect.equal (capture isInterrupted).Code 130 name

                  Expect.equal (File.ReadAllText out) "learned before" "as it was"
                  Expect.equal (filesIn folder) [ "c.json"; "s.npy" ] "no file more") ]
