/// Experiments as C# runs them.
module Interneuron.Facade.Tests.ExperimentTests

open System
open System.Collections.Generic
open System.IO
open System.Text.Json
open System.Threading
open Expecto
open Interneuron

let private given (settings: (string * string) list) = Dictionary(dict settings)

let private settings =
    given
        [ "scene", "1"
          "steps", "2000"
          "interneurons", "1"
          "potential", "power-mixture" ]

[<Tests>]
let tests =
    testList
        "Experiments"
        [ test "every experiment is there by its name" {
              Expect.isGreaterThan Experiment.All.Count 10 "experiments"

              for one in Experiment.All do
                  Expect.equal (Experiment.Find one.Name) one one.Name
                  Expect.isNonEmpty one.Settings $"{one.Name}: settings"
                  Expect.isNotEmpty one.Summary $"{one.Name}: summary"
          }

          test "a C# program runs one and saves its files" {
              let folder = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName())
              let reports = List<LearningProgress>()

              let progress =
                  { new IProgress<LearningProgress> with
                      member _.Report at = reports.Add at }

              let files = Host.Experimenting.Gaussianise(folder, progress)
              Expect.equal reports[reports.Count - 1].Step 2000 "progress"
              Expect.contains (files |> Seq.map Path.GetFileName) "gaussianise.png" "figure"
              Expect.contains (files |> Seq.map Path.GetFileName) "result.json" "numbers"
              Expect.isTrue (files |> Seq.forall File.Exists) "all written"
              Directory.Delete(folder, true)
          }

          test "the same settings give the same numbers, a cancelled run fewer steps" {
              let run () =
                  Experiment.Find("gaussianise").Run settings

              let first, second = run (), run ()
              Expect.equal (List.ofSeq first.Table) (List.ofSeq second.Table) "tables"
              Expect.isNonEmpty (JsonDocument.Parse(first.Json).RootElement.EnumerateObject()) "JSON"
              Expect.stringContains (first.FigureSvg()) "<svg" "SVG"
              Expect.equal (first.FigurePng()[1..3]) "PNG"B "PNG"
              use stop = new CancellationTokenSource()
              stop.Cancel()

              let cancelled =
                  try
                      Experiment.Find("gaussianise").Run(settings, cancellation = stop.Token).Json
                      <> first.Json
                  with :? OperationCanceledException ->
                      true

              Expect.isTrue cancelled "ended early"
          }

          test "what cannot be used is told by its name" {
              let message settings =
                  Expect.throwsC (fun () -> Experiment.Find("gaussianise").Run(given settings) |> ignore) (fun error ->
                      Expect.isTrue (error :? ArgumentException) $"{error}"
                      error.Message)

              Expect.stringContains (message [ "stepz", "1" ]) "--steps" "a misspelt setting"
              Expect.stringContains (message [ "steps", "many" ]) "--steps" "a value of another kind"
              Expect.stringContains (message [ "image", "nowhere.png" ]) "nowhere.png" "no such file"
              Expect.throwsT<ArgumentException> (fun () -> Experiment.Find "gaussianism" |> ignore) "no such experiment"
          } ]
