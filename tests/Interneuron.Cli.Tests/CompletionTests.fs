module Interneuron.Cli.Tests.CompletionTests

open System
open System.Diagnostics
open System.IO
open Expecto
open Interneuron.Cli
open Interneuron.Experiments
open Interneuron.Cli.Tests.Run

/// What bash offers for the last of some words.
let private offered (script: string) (folder: string) (words: string list) =
    let quoted = words |> List.map (fun word -> $"'{word}'") |> String.concat " "

    let program =
        $"source '{script}'; cd '{folder}'; COMP_WORDS=({quoted}); COMP_CWORD={words.Length - 1}; _interneuron; printf '%%s\n' \
        \"${{COMPREPLY[@]}}\""

    let info =
        ProcessStartInfo("bash", [ "-c"; program ], RedirectStandardOutput = true, RedirectStandardError = true)

    match Process.Start info with
    | null -> failtest "bash does not start"
    | bash ->
        use bash = bash
        let out = bash.StandardOutput.ReadToEnd()
        let err = bash.StandardError.ReadToEnd()
        bash.WaitForExit()
        Expect.equal err "" "bash has nothing to complain about"
        lines out |> List.sort

[<Tests>]
let tests =
    testList
        "Completion"
        [ testCase "bash completes verbs, the options of each, names, files and folders"
          <| fun () ->
              if OperatingSystem.IsWindows() then
                  skiptest "bash"

              inFolder (fun folder ->
                  let script = Path.Combine(folder, "script")
                  File.WriteAllText(script, (run [ "completion"; "bash" ]).Out)
                  let within = Path.Combine(folder, "within")
                  Directory.CreateDirectory(Path.Combine(within, "a folder")) |> ignore
                  File.WriteAllText(Path.Combine(within, "an array.npy"), "")

                  let offered words =
                      offered script within ("interneuron" :: words)

                  Expect.equal (offered [ "t" ]) [ "targets"; "thresholds"; "train" ] "verbs"
                  Expect.containsAll (offered [ "" ]) [ for verb in Program.verbs -> verb.Name.Split(' ')[0] ] "all verbs"
                  Expect.equal (offered [ "sweep"; "s" ]) [ "status" ] "second words"

                  for verb in [ Program.verbs.Head; List.last Program.verbs ] do
                      Expect.equal
                          (offered [ verb.Name; "" ])
                          (List.sort ("--help" :: [ for flag in verb.Options -> flag.Name ]))
                          verb.Name

                  Expect.equal (offered [ "train"; "--po" ]) [ "--potential" ] "an option"

                  Expect.equal
                      (offered [ "train"; "--potential"; "s" ])
                      [ "saturating-threshold"; "smooth-threshold"; "symmetric-threshold" ]
                      "names"

                  Expect.equal (offered [ "train"; "--input"; "an" ]) [ "an array.npy" ] "files"
                  Expect.equal (offered [ "gaussianise"; "--out"; "" ]) [ "a folder" ] "folders"
                  Expect.equal (offered [ "train"; "--seed"; "" ]) [] "numbers"
                  Expect.equal (offered [ "completion"; "" ]) [ "bash"; "fish"; "zsh" ] "shells")

          testCase "the scripts for zsh and fish name every verb, option and choice"
          <| fun () ->
              for shell, name in
                  [ "zsh", (fun (option: string) -> option)
                    "fish", (fun option -> "-l " + option.TrimStart '-') ] do
                  let script = (run [ "completion"; shell ]).Out

                  for verb in Program.verbs do
                      for word in verb.Name.Split ' ' do
                          Expect.stringContains script word shell

                      for flag in verb.Options do
                          Expect.stringContains script (name flag.Name) shell

                  Expect.stringContains script "saturating-threshold" "choices"

          for shell, check in [ "zsh", "-n"; "fish", "--no-execute" ] do
              testCase $"{shell} reads its script"
              <| fun () ->
                  if not (File.Exists $"/usr/bin/{shell}") then
                      skiptest $"{shell} is not here"

                  inFolder (fun folder ->
                      let script = Path.Combine(folder, "script")
                      File.WriteAllText(script, (run [ "completion"; shell ]).Out)
                      use ended = Process.Start($"/usr/bin/{shell}", [ check; script ])
                      ended.WaitForExit()
                      Expect.equal ended.ExitCode 0 shell) ]
