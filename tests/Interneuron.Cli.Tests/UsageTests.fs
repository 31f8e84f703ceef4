module Interneuron.Cli.Tests.UsageTests

open Expecto
open Interneuron.Cli.Tests.Run

/// The first line on standard error for a command line that is refused with the exit code of usage errors.
let private complaint (words: string list) =
    let ended = run words
    Expect.equal (ended.Code, ended.Out) (1, "") (String.concat " " words)

    match lines ended.Err with
    | [ first; second ] ->
        Expect.stringContains second "--help" "where the options are listed"
        first
    | other -> failtest $"two lines, not {other}"

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
                  [ "gaussianise", "interneuron: there is no verb 'gaussianise'; did you mean gaussianize?"
                    "xyzzy", "interneuron: there is no verb 'xyzzy'"
                    "gaussianize --imagge x", "interneuron: gaussianize has no option --imagge; did you mean --image?"
                    "respond --steps 5", "interneuron: respond has no option --steps"
                    "gaussianize --seed 1.5", "interneuron: parameter '--seed' must be followed by <S>, but was '1.5'."
                    "gaussianize --leak x", "interneuron: parameter '--leak' must be followed by <L>, but was 'x'."
                    "gaussianize --seed", "interneuron: argument '--seed' must be followed by <S>."
                    "gaussianize photograph.png", "interneuron: unrecognized argument: 'photograph.png'."
                    "gaussianize --seed 1 --seed 2", "interneuron: argument '--seed' has been specified more than once."
                    "gaussianize --scene 1 --image x",
                    "interneuron: the stimuli come from one place: give one of --image, --scene and --input"
                    "gaussianize --interneurons 2 3", "interneuron: --interneurons takes one number here"
                    "pairs --offset --scene 1", "interneuron: --offset must be followed by a number or several"
                    "gaussianize --images x --scene 1",
                    "interneuron: the stimuli come from one place: give one of --image, --images, --scene and --input"
                    "gaussianize --images x --potential quadratic",
                    "interneuron: --images runs a list of potentials; --potential is for one run"
                    "likelihood --offset 2 4", "interneuron: --offset takes one number here"
                    "pairs --offset two", "interneuron: unrecognized argument: 'two'."
                    "train --out c.json", "interneuron: --input is missing"
                    "train --input s.npy", "interneuron: --out is missing"
                    "respond --input s.npy --out r.npy", "interneuron: --circuit is missing"
                    "sample --circuit c.json --out s.npy", "interneuron: --count is missing"
                    "scene --out x.png", "interneuron: --seed is missing"
                    "pyramid --out x.npy", "interneuron: --image is missing" ] do
                  Expect.equal (complaint (List.ofArray (words.Split ' '))) line words ]
