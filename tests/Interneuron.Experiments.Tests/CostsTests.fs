module Interneuron.Experiments.Tests.CostsTests

open System.IO
open System.Threading
open Expecto
open Interneuron.Experiments
open Interneuron.Experiments.Tests.Tools
open Interneuron.Stimuli
open Interneuron.Core.Files

let private count = 1000

let private settings folder : Costs.Settings =
    let path = Path.Combine(folder, "triples.npy")
    Npy.writeGrid path (stimuli 2 count 3)

    { Costs.standard with
        Source = Source.Input path
        Leaks = [ 0.5 ]
        Interneurons = 4
        SynapseCosts = [ 0.05; 1.0 ]
        GainCosts = [ 0.01; 0.3 ]
        Steps = 1800 }

[<Tests>]
let tests =
    testList
        "Costs"
        [ testCase "the leak answers alone in the direction left out; a dear part is replaced by the other"
          <| fun () ->
              inFolder (fun folder ->
                  let result = Costs.run (settings folder) ignore CancellationToken.None
                  let s = heavyTailed 2 count 3
                  let leaky = List.exactlyOne result.Leaks
                  Expect.equal (leaky.Directions.Length, leaky.Terms.Interneurons) (3, 2) "K < N"
                  let out = List.last leaky.Directions

                  for i in 0 .. count - 1 do
                      let along = out.Axis |> Array.mapi (fun a x -> x * s[3 * i + a]) |> Array.sum
                      // W^T u = 0, so that s . u = lambda r . u; responses are solved to 1e-10, the axis to rounding.
                      Expect.isLessThan (abs (out.Responses[i] - along / 0.5)) 1e-9 $"stimulus {i}"

                  match result.SynapseCosts, result.GainCosts with
                  | [ cheap; dear ], [ cheapGains; dearGains ] ->
                      Expect.equal (dear.Terms.SynapseCost, dear.Terms.GainCost) (1.0, 0.01) "the model's own nu"
                      Expect.equal (dearGains.Terms.SynapseCost, dearGains.Terms.GainCost) (0.05, 0.3) "the model's own mu"
                      // Costs that differ twentyfold move |W|^2 and the gains by factors from 2 to 10 on scene 1.
                      Expect.isLessThan dear.SquaredWeights (0.7 * cheap.SquaredWeights) "mu and |W|^2"
                      Expect.isGreaterThan dear.TotalGain (1.4 * cheap.TotalGain) "mu and gains"
                      Expect.isLessThan dearGains.TotalGain (0.7 * cheapGains.TotalGain) "nu and gains"
                      Expect.isGreaterThan dearGains.SquaredWeights (1.2 * cheapGains.SquaredWeights) "nu and |W|^2"
                      Expect.isGreaterThan dear.J cheap.J "synapses cost distance"
                  | other -> failtest $"{other}"

                  Expect.hasLength (Costs.toTable result) 7 "the header and a line a circuit"
                  let folder = Path.Combine(folder, "out")
                  Costs.experiment.Save false folder result |> ignore
                  Expect.equal (filesIn folder) [ "costs.caption.md"; "costs.pdf"; "costs.png"; "costs.svg"; "result.json" ] "files"
                  isDrawn (Path.Combine(folder, "costs.png")) (Costs.figure result)

                  let names, courses = Costs.courses result |> List.unzip
                  Expect.equal names [ "leak 0.5"; "no cost"; "mu 0.05"; "mu 1"; "nu 0.01"; "nu 0.3" ] "names"

                  for course in courses do
                      Expect.equal (Array.head course.Steps, Array.last course.Steps) (0, 1800) "from the first step to the last"
                      Expect.isLessThan (Array.last course.J) course.J[0] "J falls")

          testCase "a stop leaves the circuits so far, which are drawn; pairs are refused"
          <| fun () ->
              inFolder (fun folder ->
                  let source = new CancellationTokenSource()
                  let stopped = Costs.run (settings folder) (fun _ -> source.Cancel()) source.Token
                  Expect.equal (stopped.Leaks.Length, stopped.Free, stopped.GainCosts.Length) (1, None, 0) "one circuit"
                  Expect.isGreaterThan (Figure.toPng (Costs.figure stopped)).Length 1000 "drawn"
                  let pairs = Path.Combine(folder, "pairs.npy")
                  Npy.writeGrid pairs (stimuli 2 100 2)

                  refuses
                      $"{pairs}: has rows of 2 values; this experiment takes three, n x 3 (arrays n x N: interneuron train)."
                      (fun () ->
                          Costs.run
                              { settings folder with
                                  Source = Source.Input pairs }
                              ignore
                              CancellationToken.None
                          |> ignore)) ]
