module Interneuron.Facade.Tests.CircuitTests

open System
open System.IO
open System.Text.Json
open Expecto
open Interneuron
open Interneuron.Facade.Tests.Make

/// Three interneurons and two primary neurons, 120 degrees apart.
let private circuit =
    let angle k = Math.PI * float k / 3.0

    Circuit.Create(
        Potentials.PowerMixture,
        row [ 0.2; 0.3; 0.25 ],
        grid [ [ 2.2 ]; [ 2.4 ]; [ 1.8 ] ],
        grid [ [ for k in 0..2 -> cos (angle k) ]; [ for k in 0..2 -> sin (angle k) ] ]
    )

let private sample = circuit.Sample(500, 3)

/// A document of a host's own that holds a circuit.
type Document() =
    member val Name = "" with get, set
    member val Circuit = circuit with get, set

[<Tests>]
let tests =
    testList
        "Circuit"
        [ test "the numbers come back in the shapes they went in" {
              Expect.equal (circuit.Primaries, circuit.Interneurons) (2, 3) "N and K"
              Expect.equal (List.ofSeq circuit.Gains) [ 0.2; 0.3; 0.25 ] "g"
              Expect.equal (string circuit.Theta) "3 x 1" "theta"
              Expect.equal (string circuit.W) "2 x 3" "W"
              Expect.equal circuit.W[1, 2] (sin (2.0 * Math.PI / 3.0)) "W[1, 2]"
          }

          test "the stimulus of a response is the one that was answered" {
              let answer = circuit.Respond(sample).EnsureConverged()
              let back = circuit.StimulusOf answer.R
              // A response's residual is at most 1e-10.
              let worst =
                  Array.map2 (fun a b -> abs (a - b)) (back.Values.ToArray()) (sample.Values.ToArray())
                  |> Array.max

              Expect.isLessThan worst 1.01e-10 "largest difference"
              Expect.isLessThanOrEqual (Seq.max answer.Residuals) 1e-10 "residuals"
              Expect.equal (answer.Residuals.Count, answer.Evaluations.Count) (500, 500) "one a stimulus"
          }

          test "a buffer takes the same responses, and may be the stimuli's own" {
              let buffer = sample.Values.ToArray()
              let outcome = circuit.Respond(ReadOnlySpan buffer, Span buffer)
              Expect.equal outcome ResponseOutcome.Converged "outcome"
              Expect.equal buffer (circuit.Respond(sample).R.Values.ToArray()) "responses"
          }

          test "buffers that overlap, and none of them is copied" {
              let stimuli = sample.Values.ToArray()
              let expected = circuit.Respond(sample).R.Values.ToArray()
              let buffer = Array.append (Array.zeroCreate 6) stimuli

              circuit.Respond(ReadOnlySpan(buffer, 6, stimuli.Length), Span(buffer, 0, stimuli.Length))
              |> ignore

              Expect.equal buffer[.. stimuli.Length - 1] expected "responses three rows before the stimuli"

              let allocated rows =
                  let stimuli = Array.init (2 * rows) (fun k -> sin (float k))
                  let responses = Array.zeroCreate stimuli.Length
                  let before = GC.GetAllocatedBytesForCurrentThread()
                  circuit.Respond(ReadOnlySpan stimuli, Span responses) |> ignore
                  GC.GetAllocatedBytesForCurrentThread() - before

              allocated 200_000 |> ignore
              // A copy would be 16 bytes a row: 3,200,000 of them. What is allocated on this thread is a workspace for a tile of rows.
              Expect.isLessThan (allocated 200_000) 400_000L "bytes for 200,000 rows"
          }

          test "gains of least J are a minimum, along the gradient" {
              let best = circuit.WithBestGains sample
              Expect.isLessThanOrEqual (best.Objective sample) (circuit.Objective sample) "lower"

              // dJ/dg g at the minimum in log g, beside what it is at the start.
              let slope (c: Circuit) =
                  Seq.map2 (fun (g: float) d -> abs (g * d)) c.Gains (c.GainGradient sample)
                  |> Seq.max

              Expect.isLessThan (slope best) (1e-3 * slope (circuit.With(row [ 0.4; 0.4; 0.4 ]))) "flat"

              let h = 1e-5
              let g0 = circuit.Gains[0]

              let at d =
                  circuit.With(row (g0 + d :: List.tail (List.ofSeq circuit.Gains))).Objective sample

              // Central differences: 1e-10 from truncation, 1e-15/1e-5 from rounding.
              Expect.isTrue (abs ((at h - at -h) / (2.0 * h) - (circuit.GainGradient sample)[0]) < 1e-8) "central difference"
          }

          test "phi has the stimulus as its gradient and H as its curvature" {
              let r = row [ 0.7; -0.4 ]
              let h = 1e-4

              let moved a d =
                  row [ for j, x in List.indexed (List.ofArray r) -> if j = a then x + d else x ]

              let s = circuit.StimulusOf(Grid(1, 2, r))

              for a in 0..1 do
                  let slope = (circuit.Phi(moved a h) - circuit.Phi(moved a -h)) / (2.0 * h)
                  Expect.isTrue (abs (slope - s[0, a]) < 1e-7) "gradient"

                  let bend =
                      ((circuit.StimulusOf(Grid(1, 2, moved a h)))[0, a]
                       - (circuit.StimulusOf(Grid(1, 2, moved a -h)))[0, a])
                      / (2.0 * h)

                  Expect.isTrue (abs (bend - (circuit.Hessian r)[a, a]) < 1e-6) "Hessian"
          }

          test "the transient ends at the response" {
              let onset = circuit.Transient(sample.Row 0, 200.0)
              let r = circuit.Respond(sample).R
              // Steps have a local error of 1e-8, and the dynamics contract.
              for a in 0..1 do
                  Expect.isLessThan (abs (onset.R[onset.R.Rows - 1, a] - r[0, a])) 1e-6 $"coordinate {a}"

              Expect.equal (onset.Times[0], onset.R[0, 0], onset.R[0, 1]) (0.0, 0.0, 0.0) "the start"
          }

          test "a stimulus that is not finite has no response, and says so" {
              let answer = circuit.Respond(grid [ [ 1.0; 1.0 ]; [ nan; 0.0 ] ])
              Expect.equal answer.Outcome ResponseOutcome.NotConverged "outcome"
              Expect.equal (answer.Failures, answer.FirstFailure) (1, Nullable 1) "which"
              Expect.throwsT<NotConvergedException> (fun () -> answer.EnsureConverged() |> ignore) "EnsureConverged"
          }

          test "the density of a Gaussian circuit is that of its stimuli" {
              // With F = z^2/2, s = g r: N(0, g^2).
              let g = 0.4

              let linear =
                  Circuit.Create(Potentials.Quadratic, row [ g ], empty 1 0, grid [ [ 1.0 ] ])

              let s = 0.3
              let expected = -0.5 * (s / g) ** 2.0 - log g - 0.5 * log (2.0 * Math.PI)
              Expect.floatClose Accuracy.veryHigh (linear.LogDensity(grid [ [ s ] ])[0]) expected "log p"
          }

          test "the objective of a Gaussian circuit is the one worked out by hand" {
              // J = E[s^2]/(2 g) + g/2 for F = z^2/2 and a target of unit variance; the least is at g^2 = E[s^2].
              let linear g =
                  Circuit.Create(Potentials.Quadratic, row [ g ], empty 1 0, grid [ [ 1.0 ] ])

              let s = grid [ [ 0.5 ]; [ -1.0 ]; [ 2.0 ] ]
              Expect.floatClose Accuracy.veryHigh ((linear 0.7).Objective s) (1.75 / 1.4 + 0.35) "J"
          }

          test "the transport gap is not negative, and less for a better circuit" {
              let laplace =
                  Circuit.Create(Potentials.Quadratic, row [ 1.0 ], empty 1 0, grid [ [ 1.0 ] ], Targets.Laplace)

              let gaussian =
                  Circuit.Create(Potentials.Quadratic, row [ 1.0 ], empty 1 0, grid [ [ 1.0 ] ])

              let s = laplace.Sample(20_000, 1)
              // The samples are Laplace's own, and the gap of that circuit is the samples' W2^2/2, about 1e-4.
              Expect.isLessThan (laplace.TransportGap s) 1e-3 "to its own target"
              Expect.isGreaterThan (gaussian.TransportGap s) 0.01 "to another"
              Expect.isGreaterThanOrEqual (laplace.TransportGap s) 0.0 "sign"
          }

          test "a circuit read from a file is the one that was saved" {
              let folder = Directory.CreateTempSubdirectory "interneuron"

              try
                  let path = Path.Combine(folder.FullName, "circuit.json")

                  let laplace =
                      Circuit.Create(circuit.Potential, row (List.ofSeq circuit.Gains), circuit.Theta, circuit.W, Targets.Laplace, 0.1)

                  laplace.Save path
                  let back = Circuit.Load path
                  Expect.isTrue (Object.ReferenceEquals(back.Potential, laplace.Potential)) "potential"
                  Expect.equal (back.Target.Name, back.Leak) ("laplace", 0.1) "target and leak"
                  Expect.equal (List.ofSeq back.Gains) (List.ofSeq laplace.Gains) "g"
                  Expect.equal (back.Theta.Values.ToArray()) (laplace.Theta.Values.ToArray()) "theta"
                  Expect.equal (back.W.Values.ToArray()) (laplace.W.Values.ToArray()) "W"
              finally
                  folder.Delete true
          }

          test "a circuit with a potential of one's own comes back from its file" {
              let folder = Directory.CreateTempSubdirectory "circuit"

              try
                  let own =
                      Potential.Define(
                          "own",
                          Parameter("c", 0.1, 5.0, struct (1.0, 1.0)),
                          Func<Formula, Formula, Formula>(fun c z -> c * z * z)
                      )

                  let path = Path.Combine(folder.FullName, "own.json")
                  Circuit.Create(own, row [ 1.5 ], grid [ [ 0.7 ] ], grid [ [ 1.0 ] ]).Save path
                  let back = Circuit.Load path
                  Expect.equal back.Potential.Formula own.Formula "F"
                  // r = s/(2 g c) with g = 1.5, c = 0.7.
                  Expect.floatClose Accuracy.high (back.Respond(grid [ [ 2.1 ] ]).R[0, 0]) 1.0 "response"
              finally
                  folder.Delete true
          }

          test
              "a circuit goes through a stream, and through JSON inside a document of one's own, with its potential's name and its \
              target's samples" {
              let own =
                  Potential.Define(
                      "own",
                      Parameter("c", 0.1, 5.0, struct (1.0, 1.5)),
                      Func<Formula, Formula, Formula>(fun c z -> c * z * z)
                  )

              let made =
                  Circuit.Create(
                      own,
                      row [ 1.5; 0.1 ],
                      grid [ [ 0.7 ]; [ 1.2 ] ],
                      grid [ [ 1.0; 0.0 ]; [ 0.0; 1.0 ] ],
                      Targets.OfSamples(grid [ [ 0.5; 1.0 / 3.0 ]; [ -0.5; 2.0 ] ]),
                      0.25
                  )

              use stream = new MemoryStream()
              made.Save stream
              stream.Position <- 0L
              let document = JsonSerializer.Serialize(Document(Name = "mine", Circuit = made))

              let read = nonNull (JsonSerializer.Deserialize<Document> document)

              for back in [ Circuit.Load stream; read.Circuit ] do
                  Expect.equal (back.Potential.Name, back.Potential.Formula) ("own", own.Formula) "potential"
                  Expect.equal back.Potential.Parameters[0].Initial own.Parameters[0].Initial "start"
                  Expect.equal (back.Target.Name, back.Leak) (made.Target.Name, 0.25) "target and leak"
                  Expect.equal (List.ofSeq back.Gains) (List.ofSeq made.Gains) "g"
                  Expect.equal (back.Target.Quantile 0.4) (made.Target.Quantile 0.4) "the target's samples"
          }

          test "what is not a circuit is refused by JSON, in one line" {
              for text in [ "{}"; "[]"; "null"; "3"; "{\"format\":\"interneuron-circuit-1\"}" ] do
                  try
                      let read = JsonSerializer.Deserialize<Circuit> text
                      Expect.isTrue (text = "null" && isNull (box read)) text
                  with :? JsonException as refused ->
                      Expect.isFalse (refused.Message.Contains '\n') text
          }

          test "a start is reproduced by its seed, and has the stimuli's dimension" {
              let start seed =
                  Circuit.Start(Potentials.PowerMixture, sample, CircuitOptions(Seed = seed, Interneurons = Nullable 4))

              Expect.equal (List.ofSeq (start 5).Gains) (List.ofSeq (start 5).Gains) "same seed"
              Expect.notEqual (List.ofSeq (start 5).Gains) (List.ofSeq (start 6).Gains) "other seed"
              Expect.equal (string (start 5).W) "2 x 4" "W"
          } ]
