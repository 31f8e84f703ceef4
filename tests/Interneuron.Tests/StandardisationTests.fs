/// Circuits that learned from centred or standardised stimuli.
module Interneuron.Facade.Tests.StandardisationTests

open System
open System.IO
open System.Text.Json
open Expecto
open Interneuron
open Interneuron.Tests
open Interneuron.Facade.Tests.Make

// Written by `interneuron train --standardise --interneurons 3 --steps 2000` from 4,000 pairs with the means 100 and -5 and the deviations
// 4 and 0.3.
let private written =
    Path.Combine(Common.root, "tests", "Interneuron.Tests", "golden", "standardised.json")

let private stimuli = grid [ [ 100.0; -5.0 ]; [ 103.5; -4.75 ]; [ 91.25; -5.5 ] ]

// What `interneuron respond` and `interneuron density` make of them.
let private responses =
    [ 0.0007727741159853893
      -0.03561381295731477
      0.8974015690207234
      0.885525252169733
      -1.6206629211258063
      -1.2785896928790794 ]

let private densities =
    [ -0.20207472686120842; -2.8999126256106855; -4.947342178157955 ]

let private isNear what tolerance expected actual =
    Seq.iter2 (fun (a: float) b -> Expect.isLessThan (abs (a - b)) tolerance what) actual expected

let private values (grid: Grid) = grid.Values.ToArray()

[<Tests>]
let tests =
    testList
        "Standardisation"
        [ test "a circuit that learned from standardised stimuli answers raw ones as the command line does" {
              let circuit = Circuit.Load written
              let answer = circuit.Respond(stimuli).EnsureConverged()
              // Either residual is at most 1e-10, and the density's slope in r is less than 10.
              isNear "responses" 1e-9 responses (values answer.R)
              isNear "densities" 1e-8 densities (circuit.LogDensity stimuli)
              let buffer = values stimuli
              circuit.Respond(ReadOnlySpan buffer, Span buffer) |> ignore
              Expect.equal buffer (values answer.R) "into a buffer"
              Expect.equal (stimuli[0, 0]) 100.0 "the stimuli themselves are left alone"
              let onset = circuit.Transient(stimuli.Row 1, 200.0)
              isNear "the end of the transient" 1e-6 responses[2..3] (onset.R.Row(onset.R.Rows - 1).ToArray())
          }

          test "stimuli of responses and samples are raw stimuli again" {
              let circuit = Circuit.Load written
              isNear "back" 1e-8 (values stimuli) (values (circuit.StimulusOf(circuit.Respond(stimuli).R)))
              let sample = circuit.Sample(2000, 1)
              let unit = (nonNull circuit.Standardisation).Unit
              // Means of 2,000 within 5 of their standard errors, which the model's own deviations (within a factor of 1.5 of the units)
              // make.
              for column, mean in [ 0, 100.0; 1, -5.0 ] do
                  Expect.isLessThan (abs (Array.average (sample.Column column) - mean) / unit[column]) 0.17 "mean"
          }

          test "a file, a stream, JSON and learning on keep the standardisation" {
              let circuit = Circuit.Load written
              let map = nonNull circuit.Standardisation
              isNear "mean" 1e-12 [ 100.01024788382664; -4.995540391271261 ] map.Mean
              isNear "unit" 1e-12 [ 4.119830382690726; 0.31428878172759894 ] map.Unit
              use stream = new MemoryStream()
              circuit.Save stream
              stream.Position <- 0L

              for back in
                  [ Circuit.Load stream
                    nonNull (JsonSerializer.Deserialize<Circuit>(JsonSerializer.Serialize circuit)) ] do
                  Expect.equal (values (back.Respond(stimuli).R)) (values (circuit.Respond(stimuli).R)) "responses"

              // Learning on from raw samples of its own stays where it is: without the standardisation, gains would have to be a hundred
              // times as large.
              let options = LearnerOptions(Steps = 200)

              let on =
                  Learner.Train(circuit, circuit.Sample(2000, 2), options).EnsureConverged().Circuit

              Expect.equal (List.ofSeq (nonNull on.Standardisation).Mean) (List.ofSeq map.Mean) "learned on"
              Expect.isLessThan (Seq.max on.Gains) 1.0 "gains"
          }

          test "a circuit that sees stimuli as they are has no standardisation" {
              let plain =
                  Circuit.Create(Potentials.Quadratic, row [ 2.0 ], empty 1 0, grid [ [ 1.0 ] ])

              Expect.isNull plain.Standardisation "none"
          }

          test "a file that says twice how stimuli are standardised is refused" {
              let text =
                  (File.ReadAllText written)
                      .Replace("\"learned\":", "\"standardised\": { \"mean\": [0, 0], \"unit\": [1, 1] }, \"learned\":")

              use stream = new MemoryStream(Text.Encoding.UTF8.GetBytes text)

              Expect.throwsC (fun () -> Circuit.Load stream |> ignore) (fun error ->
                  Expect.isTrue (error :? InvalidDataException && error.Message.Contains "twice") error.Message)
          } ]
