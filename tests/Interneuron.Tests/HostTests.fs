/// Programs as people write them: the README's first page, scripts/host.cs, and the readings by another library.
module Interneuron.Facade.Tests.HostTests

open System
open System.IO
open System.Text.RegularExpressions
open Expecto
open Interneuron
open Interneuron.Host
open Interneuron.Tests

let private at (parts: string list) =
    Path.Combine(Array.ofList (Common.root :: parts))

/// Code without blank lines and margins.
let private bare (code: string) =
    code.Split '\n'
    |> Array.map _.Trim()
    |> Array.filter ((<>) "")
    |> String.concat "\n"

type private Silent() =
    interface IProgress<LearningProgress> with
        member _.Report _ = ()

[<Tests>]
let tests =
    testList
        "Hosts"
        [ test "the first page learns a photograph" {
              // Theory, section 5: the offline optimum of a population of thresholds is 0.004 to 0.008.
              Expect.isLessThan (FirstPage.Learn(Common.shared "images/05.ras")) 0.01 "KS"
          }

          test "the first page's own potential learns" {
              let stimuli = Coefficients.Single(Image.FromScene(2, 128))
              let circuit = FirstPage.Own stimuli

              let start =
                  Circuit.Start(circuit.Potential, stimuli, CircuitOptions(Target = Targets.Laplace, Leak = 0.5))

              Expect.isLessThan (circuit.Objective stimuli) (start.Objective stimuli) "J"
          }

          test "the first page stops learning in time" {
              let stimuli = Coefficients.Single(Image.FromScene(2, 128))
              let trained = FirstPage.Watched(stimuli, Silent(), TimeSpan.FromMinutes 1.0).Result
              Expect.equal (trained.Ending, trained.Steps) (LearningEnding.Finished, 20_000) "ending"
          }

          test "all C# of the README is on the first page" {
              let readme = at [ "README.md" ]

              let page =
                  bare (File.ReadAllText(at [ "tests"; "Interneuron.Host"; "FirstPage.cs" ]))

              let blocks =
                  Regex.Matches(File.ReadAllText readme, "```csharp\n(.*?)```", RegexOptions.Singleline)

              Expect.isGreaterThan blocks.Count 0 "C# blocks"

              for block in blocks do
                  Expect.stringContains page (bare block.Groups[1].Value) "a block of the README"
          }

          testSequencedGroup "dotnet"
          <| test "scripts/host.cs learns, measures and samples" {
              let exitCode, output, errors =
                  Dotnet.run [ "run"; "-c"; "Release"; at [ "scripts"; "host.cs" ] ]

              Expect.equal exitCode 0 (output + errors)

              let after name pattern =
                  let found =
                      Regex.Match(output, $"^{Regex.Escape name} +.*?{pattern}", RegexOptions.Multiline)

                  if found.Success then
                      float found.Groups[1].Value
                  else
                      failtest $"no {name} in\n{output}"

              Expect.isLessThan (after "KS to N(0, 1)" "before, ([0-9.]+) after") 0.01 "KS"
              Expect.isLessThan (after "transport gap" "before, ([0-9.]+) after") 0.0002 "gap"
              Expect.isGreaterThan (after "samples" "kurtosis ([0-9.]+)") 8.0 "the samples' tails are heavy, as the stimuli's"
          }

          testSequencedGroup "dotnet"
          <| test "scripts/diffsharp.fsx finds the derivatives that another library finds" {
              let folder = Directory.CreateTempSubdirectory "diffsharp"

              try
                  let script = at [ "scripts"; "diffsharp.fsx" ]
                  let packages = at [ ".."; "shared"; "packages" ]
                  let wrapper = Path.Combine(folder.FullName, "wrapper.fsx")

                  let lines =
                      [ if Directory.Exists packages then
                            $"#i \"nuget: {packages}\""
                        $"#load \"{script}\"" ]

                  File.WriteAllLines(wrapper, lines)
                  let exitCode, output, errors = Dotnet.run [ "fsi"; "--quiet"; wrapper ]
                  // NU1101: no feed has the package; NU1301: no feed can be reached.
                  if Regex.IsMatch(output + errors, "NU1101|NU1301") then
                      skiptest "needs the package DiffSharp.Core, beside the checkout or from a feed"

                  Expect.equal exitCode 0 (output + errors)

                  for potential in Potentials.All do
                      Expect.stringContains output potential.Name "a row of the table"
              finally
                  folder.Delete true
          } ]
