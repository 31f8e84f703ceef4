module Interneuron.Experiments.Tests.SweepTests

open System
open System.Diagnostics
open System.IO
open System.Text
open System.Threading
open Expecto
open Interneuron.Statistics
open Interneuron.Core.Files
open Interneuron.Core.Transport
open Interneuron.Stimuli
open Interneuron.Experiments
open Interneuron.Experiments.Tests.Tools

let private here = Where.named "p.json"

let private words values =
    [ for value in values -> PlannedValue.Words [ value ] ]

let private parse (text: string) =
    Plan.parse here (Encoding.UTF8.GetBytes text)

let private gaussianise options grid axes =
    Plan.create here Gaussianise.experiment options grid axes

let private axes =
    { X = "kurtosis.stimulus"
      Y = [ "ks"; "w2" ]
      By = Some "potential" }

/// Two arrays and two potentials by two seeds: eight cells of milliseconds.
let private small folder =
    for seed in [ 1; 2 ] do
        Npy.writeGrid (Path.Combine(folder, $"{seed}.npy")) (stimuli seed 1000 1)

    gaussianise
        [ "steps", PlannedValue.Words [ "200" ] ]
        [ "input", words [ for seed in [ 1; 2 ] -> Path.Combine(folder, $"{seed}.npy") ]
          "potential", words [ "power-mixture"; "monomial" ]
          "seed", words [ "1"; "2" ] ]
        (Some axes)

let private runWith jobs folder plan =
    Running.plan folder plan jobs (TimeSpan.FromSeconds 0.02) ignore ignore CancellationToken.None

let private timeless folder plan =
    Collecting.collect folder plan plan.Axes false |> Collecting.save |> ignore

    [ for name in [ "table.csv"; "table.parquet"; "sweep.svg"; "result.json" ] -> File.ReadAllBytes(Path.Combine(folder, name)) ]

[<Tests>]
let tests =
    testList
        "Sweep"
        [ testCase "a plan's cells are the combinations of its grid, the last option fastest"
          <| fun () ->
              let plan =
                  parse
                      """{"experiment": "gaussianise", "options": {"steps": 2000, "batch-optimum": true},
                          "grid": {"scene": [3, 4], "seed": "1..3", "potential": ["monomial"]}}"""

              Expect.equal
                  [ for cell in plan.Cells -> cell.Number, String.concat " " cell.Words ]
                  [ for i, (scene, seed) in List.indexed (List.allPairs [ 3; 4 ] [ 1; 2; 3 ]) ->
                        i + 1, $"--scene={scene} --seed={seed} --potential=monomial --steps=2000 --batch-optimum" ]
                  "cells"

              Expect.equal plan.Count 6 "their number"
              let again = Plan.parse here (Encoding.UTF8.GetBytes(Json.toText (Plan.toJson plan)))
              Expect.equal again.Cells plan.Cells "a plan as JSON is the plan"

              let several =
                  parse """{"experiment": "pairs", "grid": {"offset": [2, [4, 8]], "batch-optimum": [true, false]}}"""

              Expect.equal
                  [ for cell in several.Cells -> String.concat " " cell.Words ]
                  [ "--offset=2 --batch-optimum"
                    "--offset=2"
                    "--offset 4 8 --batch-optimum"
                    "--offset 4 8" ]
                  "several numbers, and switches"

          testCase "a cell's folder follows from its settings, wherever they stand in the plan"
          <| fun () ->
              let folders (plan: Plan) =
                  [ for cell in plan.Cells -> Cells.name plan.Experiment cell ]

              let seeds =
                  gaussianise [ "scene", PlannedValue.Words [ "1" ] ] [ "seed", words [ "1"; "2" ] ] None

              let scenes =
                  gaussianise [ "seed", PlannedValue.Words [ "2" ] ] [ "scene", words [ "1"; "2" ] ] None

              Expect.equal (List.item 1 (folders seeds)) (List.head (folders scenes)) "scene 1, seed 2"
              Expect.hasLength (List.distinct (folders seeds @ folders scenes)) 3 "all others differ"

          testCase "a plan that cannot be is refused where it is wrong"
          <| fun () ->
              let all =
                  String.concat ", " [ for experiment in Experiments.all -> experiment.Name ]

              for text, message in
                  [ "[]", "p.json: has to be an object."
                    "{\"grid\": {}}", "p.json: has no 'experiment'."
                    "{\"experiment\": \"pairs\"}", "p.json: has no 'grid'."
                    "{\"experiment\": \"pears\", \"grid\": {}}",
                    $"p.json: experiment: there is no experiment 'pears'; did you mean pairs? There are: {all}."
                    "{\"experiment\": \"gaussianise\", \"grid\": {\"seed\": []}}", "p.json: grid: seed: has no values."
                    "{\"experiment\": \"gaussianise\", \"grid\": {\"seed\": \"3..1\"}}",
                    "p.json: grid: seed: '3..1' is no range of whole numbers, such as 1..10."
                    "{\"experiment\": \"gaussianise\", \"grid\": {\"seed\": [1, 1]}}",
                    "p.json: grid: seed: has 1 2 times; two cells would be the same."
                    "{\"experiment\": \"gaussianise\", \"options\": {\"seed\": 1}, \"grid\": {\"seed\": [1]}}",
                    "p.json: grid: seed: is set twice."
                    "{\"experiment\": \"gaussianise\", \"options\": {\"steps\": \"many\"}, \"grid\": {}}",
                    "p.json: options: steps: --steps 'many' is not a whole number: write it in digits, as 12."
                    "{\"experiment\": \"gaussianise\", \"options\": {\"batch-optimum\": 1}, \"grid\": {}}",
                    "p.json: options: batch-optimum: is a switch: true or false."
                    "{\"experiment\": \"gaussianise\", \"options\": {\"steps\": true}, \"grid\": {}}",
                    "p.json: options: steps: needs a value: N."
                    "{\"experiment\": \"gaussianise\", \"options\": {\"steps\": [1, 2]}, \"grid\": {}}",
                    "p.json: options: steps: takes one value."
                    "{\"experiment\": \"gaussianise\", \"grid\": {\"seed\": \"1..2000\", \"steps\": \"1..2000\"}}",
                    "p.json: grid: has 4000000 cells; at most 1000000 are possible."
                    "{\"experiment\": \"gaussianise\", \"grid\": {\"images\": \"/nowhere\"}}",
                    "p.json: grid: images: /nowhere: no such folder." ] do
                  refuses message (fun () -> parse text |> ignore)

          testCase "the pictures of a folder come in the order of their names, and nothing else does"
          <| fun () ->
              inFolder (fun folder ->
                  for name in [ "b.PNG"; "a.ras"; "notes.txt" ] do
                      File.WriteAllText(Path.Combine(folder, name), "")

                  let expected =
                      words [ for name in [ "a.ras"; "b.PNG" ] -> Path.Combine(folder, name) ]

                  Expect.equal (Plan.picturesIn folder) expected "pictures"
                  let none = Path.Combine(folder, "none")
                  refuses $"{none}: no such folder." (fun () -> Plan.picturesIn none |> ignore)
                  Directory.CreateDirectory none |> ignore

                  refuses $"{none}: has no pictures (PNG, JPEG, TIFF, GIF, WebP, BMP, PGM, PPM and Sun raster)." (fun () ->
                      Plan.picturesIn none |> ignore))

          testCase "every cell is the run of its settings, and the table is the same from one job and from two"
          <| fun () ->
              inFolder (fun folder ->
                  let plan = small folder
                  let one, two = Path.Combine(folder, "one"), Path.Combine(folder, "two")
                  Expect.equal (runWith 1 one plan) { Done = 8; Failed = 0; Left = 0 } "one job"
                  Expect.equal (runWith 2 two plan) { Done = 8; Failed = 0; Left = 0 } "two jobs"
                  Expect.equal (timeless one plan) (timeless two plan) "byte for byte"

                  let alone =
                      Gaussianise.run
                          { Source = Source.Input(Path.Combine(folder, "2.npy"))
                            Learning =
                              { brief with
                                  Potential = Potentials.monomial
                                  Seed = 1 } }
                          ignore
                          CancellationToken.None

                  // The seventh: the second array, the second potential, the first seed.
                  let table = Table.collect one plan true

                  let value name =
                      (Table.numeric table |> List.find (fst >> (=) name) |> snd)[6]

                  Expect.equal
                      [ for name in
                            [ "cell"
                              "seed"
                              "steps"
                              "ks"
                              "w2"
                              "kurtosis.stimulus"
                              "transport_gap"
                              "g.0" ] -> value name ]
                      [ for value in
                            [ 7.0
                              1.0
                              200.0
                              alone.Ks
                              alone.W2
                              alone.StimulusKurtosis
                              alone.TransportGap
                              alone.Trained.Circuit.Gains[0] ] -> Some value ]
                      "as by itself"

                  let names = List.map fst table.Columns
                  Expect.equal (List.take 8 names) [ "cell"; "input"; "potential"; "seed"; "steps"; "state"; "reason"; "folder" ] "columns"

                  let isOfTime (name: string) =
                      name.EndsWith "seconds" || name.EndsWith "per_second"

                  Expect.equal (List.skip (names.Length - 2) names) [ "train_seconds"; "samples_per_second" ] "times come last"
                  Expect.isFalse (Table.collect one plan false |> _.Columns |> List.exists (fst >> isOfTime)) "or not at all"

                  // Another reader of Parquet columns than what wrote them: that of arrays.
                  let ks =
                      fst (Npy.read (Path.Combine(one, "table.parquet") + ":ks")),
                      snd (Npy.read (Path.Combine(one, "table.parquet") + ":ks"))

                  Expect.equal
                      ks
                      ([ 8 ], [| for value in Table.numeric table |> List.find (fst >> (=) "ks") |> snd -> value.Value |])
                      "in Parquet"

                  let csv = File.ReadAllText(Path.Combine(one, "table.csv")).Split '\n'
                  Expect.hasLength csv 10 "a header, eight rows and the end"
                  let at = Array.IndexOf(csv[0].Split ',', "ks")
                  Expect.equal (float (Array.item at (csv[7].Split ','))) alone.Ks "in CSV"
                  isDrawn (Path.Combine(one, "sweep.png")) (SweepFigure.figure plan axes [] table))

          testCase "what is done is not done again; what failed is a row with its reason, and tried again"
          <| fun () ->
              inFolder (fun folder ->
                  let good = arrayOf 1000 folder |> Source.describe
                  let bad = Path.Combine(folder, "bad, \"very\".npy")
                  File.WriteAllText(bad, "no array")
                  let out = Path.Combine(folder, "out")

                  let plan =
                      gaussianise [ "steps", PlannedValue.Words [ "100" ] ] [ "input", words [ bad; good ] ] (Some { axes with By = None })

                  Expect.equal (runWith 1 out plan) { Done = 1; Failed = 1; Left = 0 } "the other goes on"

                  let result =
                      Path.Combine(out, Cells.name plan.Experiment plan.Cells[1], "result.json")

                  let written = File.ReadAllBytes result
                  let table = Table.collect out plan true

                  let text name =
                      Table.texts (table.Columns |> List.find (fst >> (=) name) |> snd)

                  Expect.equal (text "state") [| "failed"; "done" |] "states"
                  Expect.stringStarts (Array.head (text "reason")) $"{bad}: " "why"
                  Expect.equal (Array.head (text "ks")) "" "no number"
                  Collecting.collect out plan plan.Axes true |> Collecting.save |> ignore
                  let csv = File.ReadAllText(Path.Combine(out, "table.csv"))
                  Expect.stringContains csv ("\"" + bad.Replace("\"", "\"\"") + "\"") "quoted as RFC 4180 says"
                  Npy.writeGrid bad (stimuli 5 1000 1)
                  Expect.equal (runWith 1 out plan) { Done = 2; Failed = 0; Left = 0 } "mended"
                  Expect.equal (File.ReadAllBytes result) written "the other as it was, times too"

                  for cell in plan.Cells do
                      Expect.equal (filesIn (Cells.place out plan.Experiment cell)) [ "result.json" ] "nothing else")

          testCase "a stop keeps what cells have learned, and the next start goes on to the same table"
          <| fun () ->
              inFolder (fun folder ->
                  let path = arrayOf 1000 folder |> Source.describe
                  let whole, parts = Path.Combine(folder, "whole"), Path.Combine(folder, "parts")

                  let plan =
                      gaussianise
                          [ "steps", PlannedValue.Words [ "200000" ]
                            "input", PlannedValue.Words [ path ] ]
                          [ "seed", words [ "1"; "2"; "3" ] ]
                          (Some { axes with By = None })

                  runWith 2 whole plan |> ignore
                  let wentOn = ref 0
                  let mutable starts = 0

                  let say (line: string) =
                      if line.StartsWith "goes on from step" then
                          Interlocked.Increment(&wentOn.contents) |> ignore

                  while (Cells.count parts plan).Left > 0 do
                      starts <- starts + 1
                      use source = new CancellationTokenSource(60 + 40 * starts)

                      Running.plan parts plan 2 (TimeSpan.FromSeconds 0.02) say ignore source.Token
                      |> ignore

                  Expect.isGreaterThan starts 1 "it was stopped"
                  Expect.isGreaterThan wentOn.Value 0 "and gone on with"
                  Expect.equal (timeless parts plan) (timeless whole plan) "the same bytes")

          testCase "two sweeps in one folder: the second is refused by name"
          <| fun () ->
              inFolder (fun folder ->
                  let plan = small folder
                  let out = Path.Combine(folder, "out")
                  let refused = ref 0

                  let report (_: Running.Report) =
                      if refused.Value = 0 then
                          refused.Value <- refused.Value + 1
                          refuses $"{out}: another sweep is at work in this folder." (fun () -> runWith 1 out plan |> ignore)

                  Running.plan out plan 1 Checkpoints.usual ignore report CancellationToken.None
                  |> ignore

                  Expect.equal refused.Value 1 "while the first was at work"
                  Expect.equal (filesIn out) [ "cells"; "plan.json" ] "no lock is left")

          testCase "a figure of columns that are not there is refused by the nearest"
          <| fun () ->
              inFolder (fun folder ->
                  let plan = small folder
                  let out = Path.Combine(folder, "out")
                  runWith 2 out plan |> ignore
                  let table = Table.collect out plan false

                  for axes, beginning in
                      [ { axes with X = "kz" }, "--x: there is no column of numbers 'kz'; did you mean ks?"
                        { axes with Y = [ "potential" ] }, "--y: there is no column of numbers 'potential'"
                        { axes with By = Some "seeds" }, "--by: there is no column 'seeds'; did you mean seed?" ] do
                      let message =
                          try
                              SweepFigure.figure plan axes [] table |> ignore
                              ""
                          with :? Refusal as error ->
                              error.Message

                      Expect.stringStarts message beginning beginning)

          testCase "the script of a job array is one that bash reads and Slurm's manual describes"
          <| fun () ->
              let request =
                  { Partition = Some "short"
                    Time = Some "4:00:00"
                    Cpus = 2
                    ArrayLimit = Some 8
                    Block = Some 4 }

              let script =
                  Slurm.script [ "/usr/bin/dotnet"; "it's/Interneuron.Cli.dll" ] "/shared/study" request [ 1; 2; 5; 9; 12; 13; 40 ]

              let lines = List.ofArray (script.Split '\n')

              Expect.containsAll
                  lines
                  [ "#SBATCH --array=0-3,9%8"
                    "#SBATCH --output=\"/shared/study/slurm/%A_%a.log\""
                    "#SBATCH --requeue"
                    "#SBATCH --signal=B:USR1@60"
                    "#SBATCH --cpus-per-task=2"
                    "#SBATCH --partition=short"
                    "#SBATCH --time=4:00:00"
                    "first=$((SLURM_ARRAY_TASK_ID * 4 + 1))"
                    "'/usr/bin/dotnet' 'it'\\''s/Interneuron.Cli.dll' 'sweep' '--out' '/shared/study' --cells \"$first..$((first + 3))\" \
                    --jobs 2 &" ]
                  "lines"

              if not (OperatingSystem.IsWindows()) then
                  inFolder (fun folder ->
                      let path = Path.Combine(folder, "sweep.sbatch")
                      File.WriteAllText(path, script)
                      use bash = Process.Start("bash", [ "-n"; path ])
                      bash.WaitForExit()
                      Expect.equal bash.ExitCode 0 "bash")

              let own = { request with Block = None }
              Expect.equal [ for cells in [ 1; 1000; 1001; 5000 ] -> Slurm.blockOf own cells ] [ 1; 1; 2; 5 ] "a thousand tasks at most"

              for request, message in
                  [ { request with Partition = Some "a b" }, "--partition 'a b': a partition's name has letters, digits and - _ . only."
                    { request with Time = Some "1 hour" },
                    "--time '1 hour': write minutes, as 30, hours, minutes and seconds, as 4:00:00, or days and hours, as 2-00." ] do
                  refuses message (fun () -> Slurm.check request)

              refuses "--block 1 makes more than 1000 tasks, the most of an array; 3 do not." (fun () ->
                  Slurm.script [ "dotnet" ] "/shared/study" { request with Block = Some 1 } [ 1..3000 ]
                  |> ignore) ]
