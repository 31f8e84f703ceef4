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

          test "a sweep runs an experiment for every cell of a grid, to typed rows" {
              let folder = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName())
              let stimuli = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".npy")
              Npy.Write(stimuli, Grid.OfColumns([| Array.init 1000 (fun i -> 2.0 * sin (float (i * i)) ** 3.0) |]))

              let plan =
                  SweepPlan
                      .Of("gaussianise")
                      .With("input", stimuli)
                      .With("steps", "200")
                      .With("batch-optimum", "")
                      .Over("potential", "power-mixture", "monomial")
                      .Over("seed", "1..3")
                      .Showing("seed", [| "ks" |], "potential")

              Expect.equal plan.Cells 6 "cells"
              let sweep = Sweep(plan, folder)
              Expect.equal sweep.Standing.Left 6 "before"
              let standing = sweep.Run 2
              Expect.equal (standing.Done, standing.Failed, standing.Left) (6, 0, 0) "after"
              let rows = sweep.Collect().Rows

              Expect.equal
                  [ for row in rows -> row.Cell, row.Settings["potential"], row.Settings["seed"], row.State ]
                  [ for i, (potential, seed) in List.indexed (List.allPairs [ "power-mixture"; "monomial" ] [ "1"; "2"; "3" ]) ->
                        i + 1, potential, seed, CellState.Done ]
                  "rows"

              let alone =
                  Experiment
                      .Find("gaussianise")
                      .Run(
                          given
                              [ "input", stimuli
                                "steps", "200"
                                "batch-optimum", ""
                                "potential", "monomial"
                                "seed", "2" ]
                      )

              Expect.equal
                  rows[4].Numbers["ks"]
                  (JsonDocument.Parse(alone.Json).RootElement.GetProperty("ks").GetDouble())
                  "the number of the run by itself"

              let file = Path.Combine(folder, "plan.json")
              Expect.equal (SweepPlan.Load(file).ToString()) (plan.ToString()) "the plan that is kept"

              Expect.containsAll
                  (sweep.Save() |> Seq.map Path.GetFileName)
                  [ "table.parquet"; "table.csv"; "sweep.png"; "result.json" ]
                  "files"

              for refused, beginning in
                  [ (fun () -> plan.With("seed", "1") |> ignore), "plan: grid: seed: is set twice"
                    (fun () -> plan.Over("stepz", "1") |> ignore), "plan: grid: stepz: gaussianise has no such option"
                    (fun () -> plan.With("leak", "much") |> ignore), "plan: options: leak: --leak 'much' is not a number" ] do
                  Expect.throwsC refused (fun error ->
                      Expect.isTrue (error :? ArgumentException) $"{error}"
                      Expect.stringStarts error.Message beginning beginning)

              Directory.Delete(folder, true)
              File.Delete stimuli
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
