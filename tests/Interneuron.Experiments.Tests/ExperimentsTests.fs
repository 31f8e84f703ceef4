module Interneuron.Experiments.Tests.ExperimentsTests

open System
open System.IO
open System.Text.Json
open System.Text.RegularExpressions
open System.Threading
open Expecto
open Interneuron.Core.Circuits
open Interneuron.Core.Files
open Interneuron.Experiments
open Interneuron.Experiments.Tests.Tools

/// The JSON without what a clock has measured.
let private withoutTimes (findings: Findings) =
    Regex.Replace(Json.toText findings.Json, "\"(train_seconds|samples_per_second)\":\\s*[^,}\\s]+", "")

/// Comparisons of which a part says nothing: stopped, they have no result.
let private comparisons = [ "schematic"; "pairs"; "mutual-information"; "frontier" ]

/// The experiment on a small picture with few steps, as a command line asks for it, or its quick settings where it takes no picture:
/// milliseconds to seconds.
let private brief (experiment: IExperiment) (folder: string) : Trial =
    let small = picture 64 folder

    let words =
        [ "--image", [ small ]
          "--images", [ folder ]
          "--offset", [ "4" ]
          "--seeds", [ "1" ]
          "--side", [ "4" ]
          "--steps", [ "10" ] ]
        |> List.filter (fun (name, _) -> experiment.Flags |> List.exists (fun flag -> flag.Name = name))

    match words with
    // Its nineteen circuits are measured over 100,000 points each, whatever the picture; the quick settings have four.
    | _ when experiment.Name = Costs.experiment.Name -> experiment.Quick
    | (("--image" | "--images"), _) :: _ ->
        words
        |> List.collect (fun (name, values) -> name :: values)
        |> Given.read experiment.Name experiment.Flags ignore
        |> experiment.OfGiven
    | _ -> experiment.Quick

let private isWritten (withTrajectories: bool) (experiment: IExperiment) (findings: Findings) =
    inFolder (fun folder ->
        let out = Path.Combine(folder, "out")
        let paths = findings.Save withTrajectories out
        let names = [ for path in paths -> string (Path.GetFileName path) ]
        Expect.equal (List.sort names) (filesIn out) "what is said to be written is what is there"

        Expect.containsAll
            names
            [ for extension in [ ".png"; ".svg"; ".pdf"; ".caption.md" ] -> experiment.Name + extension ]
            "the figure has the experiment's name"

        for path in paths do
            match string (Path.GetFileName path) with
            | "result.json" -> Interneuron.Tests.Schemas.expectValid "result" (File.ReadAllText path)
            | name when name.EndsWith(".json", StringComparison.Ordinal) && name.Contains "circuit" ->
                Interneuron.Tests.Schemas.expectValid "circuit" (File.ReadAllText path)
            | _ -> ()

        use document =
            JsonDocument.Parse(File.ReadAllText(Path.Combine(out, "result.json")))

        Expect.equal (document.RootElement.GetProperty("verb").GetString()) experiment.Name "so have the results"

        Expect.equal
            (List.sort [ for file in document.RootElement.GetProperty("files").EnumerateArray() -> string (file.GetString()) ])
            (List.sort names)
            "which name all files")

[<Tests>]
let tests =
    testList
        "Experiments"
        [ for experiment in Experiments.all do
              testCase $"{experiment.Name} is repeatable and writes files of its name"
              <| fun () ->
                  inFolder (fun folder ->
                      let run () =
                          brief experiment folder ignore CancellationToken.None

                      let first = run ()
                      Expect.equal (withoutTimes (run ())) (withoutTimes first) "the same settings and seed give the same result"
                      Expect.isNonEmpty first.Table "a table"
                      isWritten false experiment first)

              testCase $"{experiment.Name}, stopped, keeps what is done, or has no result where a part is none"
              <| fun () ->
                  inFolder (fun folder ->
                      let report, token = stopsAtOnce ()
                      let run () = brief experiment folder report token

                      if List.contains experiment.Name comparisons then
                          isStopped (fun () -> run () |> ignore)
                      else
                          isWritten true experiment (run ()))

          testCase "names are unique, and are the words that a shell types"
          <| fun () ->
              let names = [ for experiment in Experiments.all -> experiment.Name ]
              Expect.equal names (List.distinct names) "unique"
              Expect.all names (fun name -> Regex.IsMatch(name, "^[a-z]+(-[a-z]+)*$")) "words"

          testCase "they come in the order of the project file"
          <| fun () ->
              Expect.equal
                  [ for experiment in Experiments.all -> experiment.Name ]
                  [ for name in
                        Regex.Matches(
                            File.ReadAllText(
                                Path.Combine(Interneuron.Tests.Common.root, "src/Interneuron.Experiments/Interneuron.Experiments.fsproj")
                            ),
                            "/([A-Za-z]+)\\.fs\""
                        ) do
                        let words =
                            Regex.Replace(name.Groups[1].Value, "(?<=[a-z])(?=[A-Z])", "-").ToLowerInvariant()

                        if Experiments.all |> List.exists (fun experiment -> experiment.Name = words) then
                            words ]
                  "a file is named as its verb"

          testCase "a script of an experiment's name runs it"
          <| fun () ->
              for experiment in Experiments.all do
                  let path =
                      Path.Combine(Interneuron.Tests.Common.root, "scripts", experiment.Name + ".fsx")

                  // MutualInformation.experiment for mutual-information.
                  let value =
                      experiment.Name.Split '-'
                      |> Array.map (fun word -> string (Char.ToUpperInvariant word[0]) + word.Substring 1)
                      |> String.concat ""

                  if File.Exists path then
                      Expect.stringContains (File.ReadAllText path) $"{value}.experiment" experiment.Name ]
