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
                      Path.Combine(
                          Interneuron.Tests.Common.root,
                          "artifacts",
                          "quick",
                          "gaussianise",
                          "power-mixture",
                          "gaussianise.png"
                      )
                  ))
                  "figure"

          for name, wanted, figure in
              [ "schematic", [ "MI of responses"; "gain gap" ], "schematic/schematic"
                "pairs", [ "d = 2, raw"; "d = 2, RBIG 20"; "d = 2, K = 4" ], "pairs/pairs"
                "mutual-information", [ "K = 3"; "RBIG 20"; "shuffled"; "gain gap, K = 3" ], "mutual-information/mutual-information"
                "sweep", [ "scene 1"; "scene 2" ], "sweep/sweep"
                "potentials", [ "power-mixture"; "log-cosh"; "marginal" ], "potentials/potentials"
                "targets", [ "Laplace"; "two-peaked samples" ], "targets/targets"
                "dynamics", [ "0.02"; "8"; "gain gap, N = 2" ], "dynamics/dynamics"
                "likelihood", [ "circuit"; "Gaussian" ], "likelihood/likelihood"
                "adaptation", [ "scene 1, contrast 2"; "scene 2, contrast 1" ], "adaptation/adaptation"
                "whitening", [ "|W - V| before and after"; "with interneurons" ], "whitening/whitening"
                "thresholds", [ "interneurons"; "4" ], "thresholds/thresholds"
                "laplace", [ "laplace"; "gaussian" ], "laplace/laplace"
                "costs", [ "leak 0.5"; "no cost"; "mu 0.5"; "nu 0.1" ], "costs/costs" ] do
              testCase $"{name}.fsx runs with its quick setting and says what it found"
              <| fun () ->
                  requireBuild ()
                  let ended = finish (start [ "fsi"; scripts (name + ".fsx"); "quick" ])
                  Expect.equal ended.Code 0 ended.Err

                  for beginning in wanted do
                      Expect.isTrue (lines ended.Out |> List.exists (fun line -> line.StartsWith beginning)) beginning

                  for extension in [ ".png"; ".svg"; ".pdf"; ".caption.md" ] do
                      let path =
                          Path.Combine(Interneuron.Tests.Common.root, "artifacts", "quick", figure + extension)

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
                    "open Interneuron.Core"
                    "Potentials.quadratic.Formula"
                    "Circuit.create Potentials.quadratic StandardGaussian 0.0 [| 2.0 |] [| [||] |] [| [| 1.0 |] |]" ] do
                  session.StandardInput.WriteLine(line + ";;")

              let ended = finish session
              Expect.stringContains ended.Out "Expr = z^2/2" ended.Err
              Expect.stringContains ended.Out "1 primary neurons, 1 interneurons (quadratic), leak 0, target gaussian" ended.Err ]
