module Interneuron.Cli.Tests.HelpTests

open System.IO
open System.Text.RegularExpressions
open Expecto
open Interneuron.Cli
open Interneuron.Experiments
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
                  Given.read verb.Name verb.Options ignore given |> ignore
                  let flags = given |> List.filter (fun word -> word.StartsWith "--")
                  Expect.containsAll (verb.Options |> List.map _.Name) flags verb.Name
                  Expect.containsAll flags (verb.Required |> List.map _.Name) verb.Name

          testCase "help is given wherever it is asked for, and no line is longer than 130 letters"
          <| fun () ->
              Expect.equal (run [ "train"; "--input"; "nowhere.npy"; "--help" ]).Out (run [ "train"; "-h" ]).Out "train"

              for verb in Program.verbs do
                  Expect.all (lines (Help.ofVerb verb)) (fun line -> line.Length <= 130) verb.Name

          testCase "each option is read as the next word and after =, once unless it says otherwise"
          <| fun () ->
              for verb in Program.verbs do
                  for flag in verb.Options do
                      let value =
                          match flag.Kind with
                          | Kind.Name names -> names.Head.Replace(":BETA", ":2")
                          | _ when flag = Options.learn -> "g"
                          | _ -> "1"

                      let forms =
                          match flag.Kind with
                          | Kind.Switch -> [ [ flag.Name ] ]
                          | _ -> [ [ flag.Name; value ]; [ flag.Name + "=" + value ] ]

                      for words in forms do
                          let given = Given.read verb.Name verb.Options ignore words
                          Expect.equal given.Flags [ flag ] verb.Name

                          let twice () =
                              Given.read verb.Name verb.Options ignore (words @ words) |> ignore

                          if flag.Kind = Kind.Repeated then
                              twice ()
                          else
                              Expect.throwsT<UsageException> twice flag.Name

              let given (flags: Flag list) words = Given.read "pairs" flags ignore words
              Expect.equal ((given [ Options.input ] [ "--input=a=b" ]).Find Options.input) "a=b" "the first = alone parts"
              Expect.equal ((given [ Options.offset ] [ "--offset"; "1"; "2" ]).Find Options.offset) [ 1; 2 ] "several numbers go together"

          testCase "verbs, options and names are understood in American spelling, which no help shows"
          <| fun () ->
              Expect.equal (run [ "gaussianize"; "--help" ]) (run [ "gaussianise"; "--help" ]) "a verb"
              Expect.equal (run [ "help"; "gaussianize" ]) (run [ "help"; "gaussianise" ]) "a verb, elsewhere"

              let given =
                  Given.read
                      "train"
                      [ Options.centre; Options.standardise; Options.target ]
                      ignore
                      [ "--center"; "--standardize"; "--target"; "generalized-gaussian:2" ]

              Expect.equal given.Flags [ Options.centre; Options.standardise; Options.target ] "options"

              Expect.equal (given.Find Options.target) (Interneuron.Core.Files.Names.target "generalised-gaussian:2") "the name of a target"

              for text in
                  Help.ofProgram Program.verbs
                  :: [ for verb in Program.verbs -> Help.ofVerb verb ] do
                  Expect.isFalse (Regex.IsMatch(text, "((?<!\\bs)ize|izing|ization|center|color)\\b")) text

          testCase
              "an option that several verbs take is described by the same words, a file or folder to write to and a potential's formula \
              apart"
          <| fun () ->
              let described =
                  Program.verbs
                  |> List.collect _.Options
                  |> List.filter (fun flag -> flag.Name <> "--out" && flag <> (Options.formula :> Flag))
                  |> List.distinct

              Expect.hasLength described (described |> List.distinctBy _.Name).Length "one description a name" ]
