module Interneuron.Cli.Tests.HelpTests

open System.IO
open Argu
open Expecto
open Interneuron.Cli
open Interneuron.Cli.Tests.Run

// Golden texts: what a person sees. Delete a file and run the tests to have it written anew, then read it.
let private golden (name: string) (text: string) =
    let path =
        Path.Combine(Interneuron.Tests.Common.root, "tests", "Interneuron.Cli.Tests", "golden", name + ".txt")

    if not (File.Exists path) then
        File.WriteAllText(path, text)

    Expect.equal text (File.ReadAllText path) name

let private parser = ArgumentParser.Create<Argument>()

[<Tests>]
let tests =
    testList
        "Help"
        [ testCase "the help of the program and of each verb are the golden texts, on standard output"
          <| fun () ->
              for words, name in
                  ([ "--help" ], "interneuron")
                  :: [ for verb in Program.verbs -> [ verb.Name; "--help" ], verb.Name ] do
                  let ended = run words
                  Expect.equal (ended.Code, ended.Err) (0, "") name
                  golden name ended.Out

          testCase "every help ends with an example, and the example is a command line that parses"
          <| fun () ->
              for verb in Program.verbs do
                  Expect.equal (List.last (lines (Help.ofVerb verb))) ("example: " + verb.Example) verb.Name
                  let words = verb.Example.Split ' ' |> List.ofArray
                  Expect.equal (List.take 2 words) [ "interneuron"; verb.Name ] verb.Name
                  let given = List.skip 2 words
                  parser.Parse(Array.ofList given) |> ignore
                  let flags = given |> List.filter (fun word -> word.StartsWith "--")
                  Expect.containsAll (verb.Options |> List.map _.Name) flags verb.Name
                  Expect.containsAll flags (verb.Required |> List.map _.Name) verb.Name

          testCase "help is given wherever it is asked for, and no line is longer than 130 letters"
          <| fun () ->
              Expect.equal (run [ "train"; "--input"; "nowhere.npy"; "--help" ]).Out (run [ "train"; "-h" ]).Out "train"

              for verb in Program.verbs do
                  Expect.all (lines (Help.ofVerb verb)) (fun line -> line.Length <= 130) verb.Name

          testCase "each option is described under the name that the parser knows it by"
          <| fun () ->
              let sample: Argument list =
                  [ Image ""
                    Images ""
                    Scene 0
                    Input ""
                    Centre
                    Standardise
                    Interneurons [ 0 ]
                    Potential ""
                    Target ""
                    Leak 0.0
                    Rule ""
                    Learn ""
                    Steps 0
                    Batch 0
                    Seed 0
                    Circuit ""
                    Count 0L
                    Offset [ 0 ]
                    Optimum
                    Seeds 0
                    Scale 0
                    Orientation 0
                    Model ""
                    Parameter ""
                    Primaries 0
                    Circuits 0
                    Report ""
                    Train
                    Out ""
                    Trajectory
                    Json ]

              Expect.hasLength sample (parser.GetArgumentCases().Length) "every case"

              for argument in sample do
                  let printed = parser.PrintCommandLineArguments [ argument ]
                  Expect.equal argument.Flag.Name printed[0] "name"
                  Expect.equal argument.Flag.Value.IsSome (printed.Length = 2) printed[0]

          testCase
              "an option that several verbs take is described by the same words, a file or folder to write to and a potential's formula apart"
          <| fun () ->
              let described =
                  Program.verbs
                  |> List.collect _.Options
                  |> List.filter (fun flag -> flag.Name <> "--out" && flag <> Options.formula)
                  |> List.distinct

              Expect.hasLength described (described |> List.distinctBy _.Name).Length "one description a name" ]
