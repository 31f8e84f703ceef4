module Interneuron.Cli.Tests.UsageTests

open Expecto
open Interneuron.Cli.Tests.Run

/// The line on standard error for a command line that is refused with this exit code.
let private complaint code (words: string list) =
    let ended = run words
    Expect.equal (ended.Code, ended.Out) (code, "") (String.concat " " words)

    match lines ended.Err with
    | [ line ] -> line
    | other -> failtest $"one line, not {other}"

[<Tests>]
let tests =
    testList
        "Usage"
        [ testCase "without a verb the help is shown, as an error"
          <| fun () ->
              let ended = run []
              Expect.equal (ended.Code, ended.Out) (1, "") "code"
              Expect.equal ended.Err (run [ "--help" ]).Out "help"

          testCase "what cannot be followed is said in a line"
          <| fun () ->
              for words, line in
                  [ "gausianise", "there is no verb 'gausianise'; did you mean gaussianise?"
                    "xyzzy", "there is no verb 'xyzzy'"
                    "--versoin", "there is no verb '--versoin'"
                    "help trian", "there is no verb 'trian'; did you mean train?"
                    "completion", "completion is for one of the shells bash, zsh, fish"
                    "completion tcsh", "completion is for one of the shells bash, zsh, fish"
                    "gaussianise --imagge x", "gaussianise has no option '--imagge'; did you mean --image?"
                    "gaussianise --imagge=x", "gaussianise has no option '--imagge'; did you mean --image?"
                    "respond --steps 5", "respond has no option '--steps'"
                    "gaussianise --seed", "--seed must be followed by S"
                    "gaussianise --out --json", "--out must be followed by DIR"
                    "gaussianise --json=yes", "--json takes no value"
                    "gaussianise photograph.png", "'photograph.png' follows no option; options begin with --"
                    "gaussianise --seed 1 --seed=2", "--seed is given more than once"
                    "gaussianise --scene 1 --image x", "the stimuli come from one place: give one of --image, --scene and --input"
                    "gaussianise --interneurons 2 3", "--interneurons takes one number here"
                    "pairs --offset --scene 1", "--offset must be followed by a number or several"
                    "sweep --images x --scene 1", "sweep has no option '--scene'; did you mean --seeds?"
                    "sweep --seeds 1..3", "--images is missing, or --plan"
                    "sweep --plan p.json --steps 5", "--plan has all options in it; leave --steps out"
                    "gaussianise --parameter b", "--parameter goes with a formula, as --potential"
                    "gaussianise --potential monomial --parameter b",
                    "the potential monomial has its own parameters; --parameter goes with a formula"
                    "gaussianise --from c.json --leak 1", "--leak is part of the circuit in c.json; give one of them"
                    "pairs --interneurons 2 --from c.json", "--interneurons is part of the circuit in c.json; give one of them"
                    "likelihood --offset 2 4", "--offset takes one number here"
                    "train --out c.json", "--input is missing"
                    "train --input s.npy", "--out is missing"
                    "respond --input s.npy --out r.npy", "--circuit is missing"
                    "sample --circuit c.json --out s.npy", "--count is missing"
                    "scene --out x.png", "--seed is missing"
                    "pyramid --out x.npy", "--image is missing" ] do
                  let words = List.ofArray (words.Split ' ')

                  let pointer =
                      if
                          Interneuron.Cli.Program.verbs
                          |> List.exists (fun verb -> verb.Name = words.Head)
                      then
                          $"options: interneuron {words.Head} --help"
                      else
                          "verbs: interneuron --help"

                  Expect.equal (complaint 1 words) $"interneuron: {line} ({pointer})" (String.concat " " words)

          testCase "numbers are read in one form, and others are answered with it"
          <| fun () ->
              for option, text, right in
                  [ "--leak", "0,5", "is not a number: write 0.5."
                    "--leak", "1_000", "is not a number: write 1000."
                    "--leak", " 5", "is not a number: write 5."
                    "--leak", "+5", "is not a number: write 5."
                    "--leak", "5.", "is not a number: write 5."
                    "--leak", ",5", "is not a number: write 0.5."
                    "--leak", "٣", "is not a number: write 3."
                    "--leak", "NaN", "is not a number: write one as 0.5 or 1e-3."
                    "--leak", "inf", "is not a number: write one as 0.5 or 1e-3."
                    "--leak", "0x10", "is not a number: write one as 0.5 or 1e-3."
                    "--leak", "", "is not a number: write one as 0.5 or 1e-3."
                    "--leak", "1e400", "is not a number: the largest is 1.8e308."
                    "--leak", "-0.1", "is out of range: it is from 0 on."
                    "--seed", "1.5", "is not a whole number: write it in digits, as 12."
                    "--seed", "1,000", "is not a whole number: write 1000."
                    "--batch", "0", "is out of range: it is from 1 to 1000000."
                    "--batch", "2147483647", "is out of range: it is from 1 to 1000000."
                    "--steps", "3000000000", "is out of range: it is from 0 to 2147483647."
                    "--steps", "99999999999999999999", "is not a whole number: the largest is 9223372036854775807."
                    "--interneurons", "2147483647", "is out of range: it is from 1 to 100000." ] do
                  for words in [ [ option; text ]; [ $"{option}={text}" ] ] do
                      Expect.equal
                          (complaint 2 ("gaussianise" :: words))
                          $"interneuron: {option} '{text}' {right}"
                          (String.concat " " words)

              let target = complaint 2 [ "gaussianise"; "--target"; "generalised-gaussian:1,5" ]
              Expect.equal target "interneuron: the exponent of generalised-gaussian:1,5 is not a number; write 1.5" "target"
              let formula = complaint 2 [ "derive"; "--potential"; "1_0*z^2" ]

              Expect.equal formula "interneuron: potential: line 1, column 1: '1_0' is not a number; write 10" "a formula"

          testCase "what is quoted steers no terminal and is cut"
          <| fun () ->
              for words in
                  [ [ "\027[31mred" ]
                    [ "gaussianise"; "--\027[31m\nred" ]
                    [ "gaussianise"; "--leak"; "\027[2J" ]
                    [ "gaussianise"; "--potential"; String.replicate 100000 "\007" ]
                    [ "gaussianise"; "--image"; "\027]0;title\007" ]
                    [ "derive"; "--potential"; String.replicate 5000 "\027a" ]
                    [ "derive"; "--model"; "\r\027[1A" ] ] do
                  let ended = run words
                  Expect.isGreaterThan ended.Code 0 "refused"
                  Expect.hasLength (lines ended.Err) 1 "one line"
                  Expect.isFalse (ended.Err.TrimEnd('\n') |> Seq.exists System.Char.IsControl) ended.Err
                  Expect.isLessThan ended.Err.Length 2100 "cut"

          testCase "--version and -V print the version, and help is found where people look for it"
          <| fun () ->
              for words in [ [ "--version" ]; [ "-V" ] ] do
                  let ended = run words
                  Expect.equal (ended.Code, ended.Err) (0, "") "code"
                  Expect.isMatch ended.Out "^interneuron [0-9]+\\.[0-9]+\\.[0-9]+\n$" "version"

              for words, wanted in
                  [ [ "help" ], [ "--help" ]
                    [ "-h" ], [ "--help" ]
                    [ "help"; "train" ], [ "train"; "--help" ]
                    [ "--help"; "train" ], [ "train"; "--help" ]
                    [ "train"; "help" ], [ "train"; "--help" ]
                    [ "train"; "-h" ], [ "train"; "--help" ] ] do
                  let ended = run words
                  Expect.equal (ended.Code, ended.Err, ended.Out) (0, "", (run wanted).Out) (String.concat " " words) ]
