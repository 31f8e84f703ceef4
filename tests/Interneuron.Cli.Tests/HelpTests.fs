module Interneuron.Cli.Tests.HelpTests

open System.IO
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
                  Arguments.read verb.Name verb.Options given |> ignore
                  let flags = given |> List.filter (fun word -> word.StartsWith "--")
                  Expect.containsAll (verb.Options |> List.map _.Name) flags verb.Name
                  Expect.containsAll flags (verb.Required |> List.map _.Name) verb.Name

          testCase "help is given wherever it is asked for, and no line is longer than 130 letters"
          <| fun () ->
              Expect.equal (run [ "train"; "--input"; "nowhere.npy"; "--help" ]).Out (run [ "train"; "-h" ]).Out "train"

              for verb in Program.verbs do
                  Expect.all (lines (Help.ofVerb verb)) (fun line -> line.Length <= 130) verb.Name

          testCase "each option is read as the argument of its name, as the next word and after ="
          <| fun () ->
              for verb in Program.verbs do
                  for flag in verb.Options do
                      let forms =
                          match flag.Kind with
                          | Kind.Switch -> [ [ flag.Name ] ]
                          | _ -> [ [ flag.Name; "1" ]; [ flag.Name + "=1" ] ]

                      let read = forms |> List.map (Arguments.read verb.Name verb.Options)
                      Expect.equal (List.distinct read).Length 1 flag.Name

                      for argument in List.concat read do
                          Expect.equal argument.Flag.Name flag.Name verb.Name

              Expect.equal
                  (Arguments.read "pairs" Options.sources [ "--input=a=b" ],
                   Arguments.read "pairs" [ Options.offset ] [ "--offset"; "1"; "2" ])
                  ([ Input "a=b" ], [ Offset [ 1; 2 ] ])
                  "the first = alone parts, and several numbers go together"

          testCase
              "an option that several verbs take is described by the same words, a file or folder to write to and a potential's formula apart"
          <| fun () ->
              let described =
                  Program.verbs
                  |> List.collect _.Options
                  |> List.filter (fun flag -> flag.Name <> "--out" && flag <> Options.formula)
                  |> List.distinct

              Expect.hasLength described (described |> List.distinctBy _.Name).Length "one description a name" ]
