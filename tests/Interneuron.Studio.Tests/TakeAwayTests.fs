module Interneuron.Studio.Tests.TakeAwayTests

open System
open System.Diagnostics
open System.IO
open System.Net.Http
open System.Text.Json
open System.Text.RegularExpressions
open Expecto
open Interneuron
open Interneuron.Studio
open Interneuron.Tests
open Interneuron.Studio.Tests.Scene

/// The circuit of a state, and the distance of its first responses to the target.
let private learned (state: StudioState) =
    let circuit = Figures.Learned(state, store, Threading.CancellationToken.None)
    let r = circuit.Respond(store.Load(state, state.Now)).R.Column 0
    gains circuit, Measure.Ks(r, Replay.Target state.Now)

/// Words as a shell takes them: between single quotes as they are.
let private words (line: string) =
    [ for found in Regex.Matches(line, @"(?:'[^']*'|\S)+") -> found.Value.Replace("'", "") ]

/// Runs the command lines of a state in a folder, with the arrays that they take; the folder of the last.
let private commandedIn (folder: string) (state: StudioState) : string =
    let k = (Replay.Start(state, store.Load(state, state.Phases[0]))).Gains.Count

    state.Phases
    |> Seq.iteri (fun i phase -> Npy.Write(Path.Combine(folder, CommandLine.ArrayOf(state, i)), store.Load(state, phase)))

    let lines =
        [ for line in CommandLine.Of(state, k).Split '\n' ->
              [ for word in words line ->
                    if word.StartsWith "figures" || word.StartsWith "stimuli" then
                        Path.Combine(folder, word)
                    else
                        word ] ]

    for line in lines do
        Expect.equal line.Head "interneuron" "the program"
        Expect.equal (Interneuron.Cli.Program.run line.Tail) 0 (String.concat " " line)

    List.last (List.last lines)

let private resultIn (out: string) : JsonElement =
    JsonDocument.Parse(File.ReadAllText(Path.Combine(out, "result.json"))).RootElement

let private inFolder (test: string -> unit) =
    let folder = Directory.CreateTempSubdirectory("studio-take-").FullName

    try
        test folder
    finally
        Directory.Delete(folder, true)

let private commanded (state: StudioState) : JsonElement =
    let mutable json = Unchecked.defaultof<JsonElement>
    inFolder (fun folder -> json <- resultIn (commandedIn folder state))
    json

let private numbers (json: JsonElement) =
    [ for g in json.EnumerateArray() -> g.GetDouble() ]

let private dotnet (arguments: string list) =
    let info =
        ProcessStartInfo("dotnet", arguments, RedirectStandardOutput = true, RedirectStandardError = true)

    match Process.Start info with
    | null -> failtest "dotnet does not start"
    | started ->
        use running = started
        let errors = running.StandardError.ReadToEndAsync()
        let said = running.StandardOutput.ReadToEnd()
        running.WaitForExit()
        Expect.equal running.ExitCode 0 (said + errors.Result)
        let lines = said.Trim().Split '\n'
        let last = lines[lines.Length - 2 ..]
        [ for g in last[0].Trim().Split ' ' -> float g ], float last[1]

let private phases =
    StudioState(
        Potential = "log(cosh(theta*z))/theta^2 + z^4/4",
        Parameters = "theta in [0.5,4]",
        Interneurons = Nullable 2,
        Leak = 0.1,
        Learns = Nullable(Learns.Gains ||| Learns.Theta),
        Pace = Pace(0.5, 2.0, 1.0),
        Batch = 5,
        Seed = 3,
        Phases =
            Collections.Immutable.ImmutableArray.CreateRange
                [ phase "scene:1" 1.0 "gaussian" 300
                  phase "scene:1" 2.0 "gaussian" 200
                  phase "distribution:density exp(-x^4), x in [-inf, inf]" 1.0 "laplace" 1_000 ],
        Made = 100
    )

let private bin =
    Path.Combine(Common.root, "src", "Interneuron.Cli", "bin", "Release", "net10.0")

[<Tests>]
let tests =
    testSequenced
    <| testList
        "Take away"
        [ test "the command line comes to the same numbers" {
              for state, ks in
                  [ state [ phase "scene:1" 1.0 "gaussian" 2_000 ] 0, true
                    state [ phase "scene:2" 2.5 "laplace" 2_000 ] 500, true
                    StudioState(Rule = LearningRule.Published, Seed = 4, Phases = (state [ phase "scene:1" 1.0 "gaussian" 600 ] 0).Phases),
                    true
                    StudioState(Pace = Pace(0.25, 2.0, 1.0), Phases = (state [ phase "scene:1" 1.0 "gaussian" 600 ] 0).Phases), true
                    StudioState(
                        Potential = "threshold-linear",
                        Pace = Pace(0.5, 1.0, 1.0),
                        Interneurons = Nullable 12,
                        Batch = 4,
                        Phases = (state [ phase "scene:1" 1.0 "gaussian" 400 ] 0).Phases
                    ),
                    true ] do
                  let json = commanded state
                  let gains, distance = learned state
                  Expect.equal (numbers (json.GetProperty "g")) gains (StateLink.Query state)

                  if ks then
                      Expect.equal (json.GetProperty("ks").GetDouble()) distance "KS"
          }

          test "so does that of a formula of one's own" {
              for parameter in [ "theta in [0.5,4]"; "theta in [0.5,4] from [1,1.5]" ] do
                  let state =
                      ofPotential "log(cosh(theta*z))/theta^2 + z^4/4" parameter (state [ phase "scene:1" 1.0 "gaussian" 500 ] 0)

                  let json = commanded state
                  let gains, ks = learned state
                  Expect.equal (numbers (json.GetProperty "g"), json.GetProperty("ks").GetDouble()) (gains, ks) parameter
          }

          test "so does that of pairs" {
              let state = ofPrimaries 2 (state [ phase "scene:1" 1.0 "gaussian" 500 ] 0)
              let json = commanded state
              let outcomes = (json.GetProperty("rows")[0]).GetProperty "outcomes"
              let circuit = outcomes.EnumerateArray() |> Seq.last
              Expect.equal (numbers (circuit.GetProperty "g")) (fst (learned state)) "g"
          }

          test "of several phases each has its line, which goes on from the circuit of the one before it; the figures are the page's" {
              inFolder (fun folder ->
                  let out = commandedIn folder phases
                  let json = resultIn out
                  Expect.equal (numbers (json.GetProperty "g"), json.GetProperty("ks").GetDouble()) (learned phases) "gains and KS"

                  let result =
                      result (Figures.OfAsync(phases, store, Threading.CancellationToken.None))

                  Expect.equal (result.FigureSvg()) (File.ReadAllText(Path.Combine(out, "gaussianise.svg"))) "SVG"
                  Expect.equal (result.FigurePng()) (File.ReadAllBytes(Path.Combine(out, "gaussianise.png"))) "PNG")
          }

          test "so do phases of pairs, with a formula of one's own" {
              let state =
                  StudioState(
                      Primaries = 2,
                      Potential = "log(cosh(theta*z))/theta^2 + b*z^4",
                      Parameters = "theta in [0.5,4]; b in [0.1,1]",
                      Interneurons = Nullable 3,
                      Rule = LearningRule.Derived,
                      Phases =
                          Collections.Immutable.ImmutableArray.CreateRange
                              [ phase "scene:1" 1.0 "gaussian" 200
                                phase "distribution:laplace" 2.0 "logistic" 100 ]
                  )

              let json = commanded state
              let outcomes = (json.GetProperty("rows")[0]).GetProperty "outcomes"
              let circuit = outcomes.EnumerateArray() |> Seq.last
              Expect.equal (numbers (circuit.GetProperty "g")) (fst (learned state)) "g"
          }

          test "the script of F# comes to the same numbers" {
              let folder = Directory.CreateTempSubdirectory("studio-take-").FullName
              let path = Path.Combine(folder, "circuit.fsx")

              let here =
                  [ "MathNet.Numerics"
                    "Interneuron.Core"
                    "Interneuron.Derivation"
                    "Interneuron.Statistics"
                    "Interneuron.Stimuli"
                    "Interneuron.Experiments" ]
                  |> List.map (fun name -> $"#r \"{Path.Combine(bin, name)}.dll\"")
                  |> String.concat "\n"

              File.WriteAllText(path, Regex.Replace(Programs.FSharp phases, "#r \"nuget: Interneuron.Experiments, [^\"]+\"", here))
              Expect.equal (dotnet [ "fsi"; path ]) (learned phases) "gains and KS"
              Directory.Delete(folder, true)
          }

          test "the program of C# comes to the same numbers" {
              let folder = Directory.CreateTempSubdirectory("studio-take-").FullName
              let program = Programs.CSharp phases
              Expect.stringStarts program "#:package Interneuron@" "its package"
              File.WriteAllText(Path.Combine(folder, "circuit.cs"), program.Substring(program.IndexOf '\n'))

              let references =
                  [ "MathNet.Numerics"
                    "FSharp.Core"
                    "FParsec"
                    "FParsecCS"
                    "System.IO.Hashing"
                    "BitMiracle.LibTiff.NET" ]
                  @ [ for part in [ ""; ".Core"; ".Derivation"; ".Statistics"; ".Stimuli"; ".Kernels" ] -> "Interneuron" + part ]
                  |> List.map (fun name -> $"<Reference Include=\"{Path.Combine(bin, name)}.dll\" />")
                  |> String.concat ""

              let properties =
                  "<OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework><Nullable>enable</Nullable>\
                  <ImplicitUsings>enable</ImplicitUsings>"

              let project = Path.Combine(folder, "circuit.csproj")

              File.WriteAllText(
                  project,
                  $"<Project Sdk=\"Microsoft.NET.Sdk\"><PropertyGroup>{properties}</PropertyGroup><ItemGroup>{references}</ItemGroup>\
                  </Project>"
              )

              Expect.equal (dotnet [ "run"; "-c"; "Release"; "--project"; project ]) (learned phases) "gains and KS"
              Directory.Delete(folder, true)
          }

          test "files are functions of the link" {
              let server = result (Server.StartAsync 0)
              use client = new HttpClient(BaseAddress = Uri server.Url)
              let state = state [ phase "scene:1" 2.0 "gaussian" 300 ] 0

              let take name =
                  result (client.GetByteArrayAsync($"take/{name}{StateLink.Query state}"))

              let folder = Directory.CreateTempSubdirectory("studio-take-").FullName
              let path = Path.Combine(folder, "circuit.json")
              File.WriteAllBytes(path, take "circuit.json")
              Expect.equal (gains (Circuit.Load path)) (fst (learned state)) "circuit"
              File.WriteAllBytes(path, take "stimuli.npy")
              Expect.equal ((Npy.Read path).Values.ToArray()) (store.Load(state, state.Now).Values.ToArray()) "stimuli"
              Directory.Delete(folder, true)
              let png: byte array = take "figure.png"
              Expect.equal png[..3] [| 0x89uy; 0x50uy; 0x4Euy; 0x47uy |] "PNG"
              let svg = Text.Encoding.UTF8.GetString(take "figure.svg")

              let experiment =
                  let settings = CommandLine.Settings(state, 0, 1)

                  let array =
                      Path.Combine(Directory.CreateTempSubdirectory("studio-take-").FullName, "stimuli.npy")

                  Npy.Write(array, store.Load(state, state.Now))
                  settings["input"] <- array
                  Experiment.Find("gaussianise").Run(settings).FigureSvg()

              Expect.equal svg experiment "the figure of the command line"
              let model = Uri.EscapeDataString(Model.TextFromLibrary "gain-whitening")
              Expect.stringContains (result (client.GetStringAsync $"derive/report.md?model={model}")) "Adaptive whitening" "report"
              Expect.stringContains (result (client.GetStringAsync $"derive/circuit.svg?model={model}")) "<svg" "diagram"
              use wrong = result (client.GetAsync "derive/report.md?model=energy")
              Expect.equal (int wrong.StatusCode) 400 "a bad model"
              use none = result (client.GetAsync "take/passwd")
              Expect.equal (int none.StatusCode) 404 "another file"
              wait ((server.DisposeAsync()).AsTask())
          } ]
