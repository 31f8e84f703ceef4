module Interneuron.Cli.Tests.ScriptTests

open System.IO
open Expecto
open Interneuron.Cli.Tests.Run

/// The folder that the scripts load the toolkit from.
let private built =
    Path.Combine(Interneuron.Tests.Common.root, "src", "Interneuron.Cli", "bin", "Release", "net10.0", "Interneuron.Experiments.dll")

let private requireBuild () =
    if not (File.Exists built) then
        skiptest "the scripts need the Release build"

let private scripts name =
    Path.Combine(Interneuron.Tests.Common.root, "scripts", name)

[<Tests>]
let tests =
    testList
        "Scripts"
        [ testCase "gaussianise.fsx runs with its quick setting and says what it found"
          <| fun () ->
              requireBuild ()
              let ended = finish (start [ "fsi"; scripts "gaussianise.fsx"; "quick" ])
              Expect.equal ended.Code 0 ended.Err
              let said = lines ended.Out

              for wanted in [ "power-mixture: F = "; "threshold-linear: F = "; "s = 3 gives r = " ] do
                  Expect.isTrue (said |> List.exists (fun line -> line.StartsWith wanted)) wanted

              Expect.isTrue
                  (File.Exists(
                      Path.Combine(Interneuron.Tests.Common.root, "artifacts", "quick", "gaussianise", "power-mixture", "gaussianise.png")
                  ))
                  "figure"

          // Scripts of experiments are alike but for a name, which the tests of experiments see to: one stands for all; and sweep does
          // more.
          for name, wanted in
              [ "sweep", [ "cell "; "1 "; "6 " ]
                "adaptation", [ "scene 1, contrast 2"; "scene 2, contrast 1" ] ] do
              testCase $"{name}.fsx runs with its quick setting and says what it found"
              <| fun () ->
                  requireBuild ()
                  let ended = finish (start [ "fsi"; scripts (name + ".fsx"); "quick" ])
                  Expect.equal ended.Code 0 ended.Err

                  for beginning in wanted do
                      Expect.isTrue (lines ended.Out |> List.exists (fun line -> line.StartsWith beginning)) beginning

                  for extension in [ ".png"; ".svg"; ".pdf"; ".caption.md" ] do
                      let path =
                          Path.Combine(Interneuron.Tests.Common.root, "artifacts", "quick", name, name + extension)

                      Expect.isTrue (File.Exists path) path

          testCase "derive-variants.fsx derives four models: local rules, rules that are not local, certificates and reports"
          <| fun () ->
              requireBuild ()
              let ended = finish (start [ "fsi"; scripts "derive-variants.fsx"; "quick" ])
              Expect.equal ended.Code 0 ended.Err
              let said = lines ended.Out

              let count (wanted: string) =
                  said |> List.filter (fun line -> line.StartsWith wanted) |> List.length

              Expect.equal (count "    local") 8 ended.Out
              Expect.equal (count "    not local") 2 ended.Out
              Expect.equal (count "  certificate of") 10 ended.Out
              Expect.equal (count "    target   - the average of") 3 ended.Out

              for model in [ "paper"; "whitening"; "laplace"; "reconstruction" ] do
                  Expect.isTrue
                      (File.Exists(Path.Combine(Interneuron.Tests.Common.root, "artifacts", "quick", "variants", model, "report.tex")))
                      model

          testCase "after load.fsx an interactive session prints formulas and circuits as people write them"
          <| fun () ->
              requireBuild ()
              let load = scripts "load.fsx"
              use session = start [ "fsi"; "--nologo" ]

              for line in
                  [ $"#load @\"{load}\""
                    "open Interneuron.Core.Transport"
                    "open Interneuron.Core.Circuits"
                    "Potentials.quadratic.Formula"
                    "Circuit.create Potentials.quadratic StandardGaussian 0.0 [| 2.0 |] [| [||] |] [| [| 1.0 |] |]" ] do
                  session.StandardInput.WriteLine(line + ";;")

              let ended = finish session
              Expect.stringContains ended.Out "Expr = z^2/2" ended.Err
              Expect.stringContains ended.Out "1 primary neurons, 1 interneurons (quadratic), leak 0, target gaussian" ended.Err ]
