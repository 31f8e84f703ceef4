module Interneuron.Cli.Tests.HelpTests

open System.IO
open System.Text.RegularExpressions
open Expecto
open Interneuron.Core.Transport
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

/// An option with its value, as it is written on a command line.
let private named (flag: Flag) =
    match flag.Value with
    | Some value -> flag.Name + " " + value
    | None -> flag.Name

[<Tests>]
let tests =
    testList
        "Help"
        [ testCase "the help of the program, what each verb takes, and what each option says are the golden texts"
          <| fun () ->
              golden "interneuron" (run [ "--help" ]).Out

              // An option is described once, however many verbs take it.
              golden
                  "verbs"
                  (String.concat
                      "\n\n"
                      [ for verb in Program.verbs ->
                            let options = verb.Options |> List.map _.Name |> String.concat " "
                            $"{verb.Name}: {verb.Summary}\n{options}\n{verb.Example}" ])

              // Potentials are listed by the library, not by this text.
              let potentials = [ for p in Potentials.all -> p.Name ]
              Expect.containsAll (Options.potential.Text.Split([| ' '; ',' |])) potentials "the names of potentials"

              golden
                  "options"
                  (String.concat
                      "\n"
                      [ for flag in Program.verbs |> List.collect _.Options |> List.distinct ->
                            let text =
                                flag.Text.Replace(Options.potential.Text, "(the potentials of the library)")

                            $"{named flag}: {text}" ])

          testCase "the help of a verb says how it is used, and each of its options with its text, on standard output"
          <| fun () ->
              golden "train" (Regex.Replace((run [ "train"; "--help" ]).Out, "\n {10,}", " ").Replace(Options.potential.Text, "..."))

              for verb in Program.verbs do
                  let ended = run [ verb.Name; "--help" ]

                  Expect.equal
                      ended
                      { Code = 0
                        Out = Help.ofVerb verb + "\n"
                        Err = "" }
                      verb.Name

                  let words = Regex.Replace(ended.Out, "\\s+", " ")
                  Expect.stringStarts words $"interneuron {verb.Name}: {verb.Summary} usage: interneuron {verb.Name} " verb.Name

                  for flag in verb.Options do
                      Expect.stringContains words $" {named flag} {flag.Text}" verb.Name

          testCase "every help ends with an example, and the example is a command line that parses"
          <| fun () ->
              for verb in Program.verbs do
                  Expect.equal (List.last (lines (Help.ofVerb verb))) ("example: " + verb.Example) verb.Name
                  Expect.stringStarts (verb.Example + " ") $"interneuron {verb.Name} " verb.Name
                  let words = verb.Example.Split ' ' |> List.ofArray
                  let given = words |> List.skip (1 + (verb.Name.Split ' ').Length)
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
                          | Kind.Whole(least, _)
                          | Kind.Wholes(least, _) -> string (max 1L least)
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
              "an option that several verbs take is described by the same words, a file or folder to write to, a potential's formula and \
              the grid of a sweep apart"
          <| fun () ->
              let described =
                  Program.verbs
                  |> List.collect _.Options
                  |> List.filter (fun flag ->
                      flag.Name <> "--out"
                      && flag <> (Options.formula :> Flag)
                      && not (List.contains flag UsualPlan.grid))
                  |> List.distinct

              Expect.hasLength described (described |> List.distinctBy _.Name).Length "one description a name" ]
