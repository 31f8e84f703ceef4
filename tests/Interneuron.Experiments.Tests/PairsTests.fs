module Interneuron.Experiments.Tests.PairsTests

open System.IO
open System.Text.Json
open System.Threading
open Expecto
open Interneuron.Statistics
open Interneuron.Core.Transport
open Interneuron.Core.Circuits
open Interneuron.Core.Files
open Interneuron.Derivation.Formulas
open Interneuron.Stimuli
open Interneuron.Experiments
open Interneuron.Experiments.Tests.Tools

let private run settings =
    Pairs.run settings ignore CancellationToken.None

/// Settings for an array of 2,000 heavy-tailed pairs.
let private onArray folder learning : Pairs.Settings =
    let path = Path.Combine(folder, "s.npy")
    Npy.writeGrid path (stimuli 4 2000 2)

    { Pairs.standard with
        Source = Source.Input path
        Interneurons = [ 2; 3 ]
        Learning = learning }

let private find treatment (row: Pairs.Row) =
    row.Outcomes |> List.find (fun outcome -> outcome.Treatment = treatment)

[<Tests>]
let tests =
    testList
        "Pairs"
        [ testCase "every outcome measures the pairs that it carries"
          <| fun () ->
              inFolder (fun folder ->
                  let result = run (onArray folder { brief with Steps = Some 2000 })
                  let s = heavyTailed 4 2000 2
                  let row = List.exactlyOne result.Rows
                  Expect.equal row.Offset None "an array has no offset"
                  let standard = Moments.standardise 2 s
                  Expect.equal (find Treatment.Raw row).Pairs standard "raw"
                  Expect.equal (find Treatment.Zca row).Pairs (Whitening.apply (Whitening.zca 2 standard) standard) "ZCA"

                  for outcome in row.Outcomes do
                      let name = Treatment.name outcome.Treatment
                      let deviation = Treatment.deviation outcome.Treatment

                      let binned =
                          MutualInformation.binned 0.5 (Dependence.inDeviations deviation outcome.Pairs)

                      Expect.equal (outcome.Dependence.PlugIn, outcome.Dependence.Corrected) (binned.PlugIn, binned.Corrected) name
                      // So few pairs are all looked at.
                      Expect.equal outcome.Dependence.NearestNeighbours (MutualInformation.nearestNeighbours 3 outcome.Pairs) name
                      Expect.equal (snd outcome.Ks) (Ks.toTarget StandardNormal.cdf (Samples.column 2 1 outcome.Pairs)) name

                  match (find (Treatment.Circuit 3) row).Learned with
                  | Some learned ->
                      Expect.equal (find (Treatment.Circuit 3) row).Pairs (Response.solve learned.Trained.Circuit s).R "responses"
                      Expect.equal learned.J (Objective.value learned.Trained.Circuit s) "J"
                      Expect.equal learned.GainGap (GainGap.measure CancellationToken.None learned.Trained.Circuit s) "gain gap"
                  | None -> failtest "no circuit")

          testCase "Gaussian pairs of any scale and location, rounded or copied, have their information"
          <| fun () ->
              inFolder (fun folder ->
                  let normal = Initial.sampleTarget StandardGaussian 2 2000 1

                  let pairs =
                      normal
                      |> Array.mapi (fun k z -> if k % 2 = 0 then z else 0.8 * normal[k - 1] + 0.6 * z)

                  let row change =
                      let path = Path.Combine(folder, "s.npy")
                      let changed: float array = change pairs
                      Npy.write path [ changed.Length / 2; 2 ] changed

                      run
                          { Pairs.standard with
                              Source = Source.Input path
                              Interneurons = [ 2 ]
                              Learning = { brief with Steps = Some 20 } }
                      |> _.Rows
                      |> List.exactlyOne

                  let baselines (row: Pairs.Row) =
                      row.Outcomes |> List.filter _.Learned.IsNone

                  let numbers (row: Pairs.Row) =
                      [ for outcome in baselines row do
                            let d = outcome.Dependence
                            d.PlugIn
                            d.Corrected
                            d.OnNormalScores
                            d.NearestNeighbours
                            fst outcome.Ks
                            snd outcome.Ks ]

                  let raw row = (find Treatment.Raw row).Dependence
                  let once = row id

                  for scale, other in [ 0.01, 1.0; 20.0, 50.0; 1e6, 1.0 ] do
                      let scaled =
                          row (Array.mapi (fun k x -> (if k % 2 = 0 then scale else scale * other) * (x + 3.0)))

                      for a, b in List.zip (numbers scaled) (numbers once) do
                          // What rounding may move is a pair that changes its bin or its neighbour: some nats over n.
                          Expect.isLessThan (abs (a - b)) 5e-3 $"scale {scale}, {other}"

                  // -log(1 - 0.8^2)/2 = 0.511; the estimate's deviation is 0.02 here.
                  for step in [ 0.1; 0.5 ] do
                      let rounded = row (Array.map (fun x -> step * System.Math.Round(x / step)))
                      Expect.isGreaterThan rounded.Measured.Ties 0.9 "ties"

                      for outcome in baselines rounded do
                          let expected =
                              match outcome.Treatment with
                              | Treatment.Raw
                              | Treatment.Marginal -> 0.511
                              | _ -> 0.0

                          Expect.isLessThan
                              (abs (outcome.Dependence.NearestNeighbours - expected))
                              0.08
                              $"{Treatment.name outcome.Treatment}, rounded to {step}"

                  let copied = row (Array.replicate 4 >> Array.concat)
                  Expect.floatClose Accuracy.high copied.Measured.Copies 0.75 "copies"
                  Expect.isLessThan (abs ((raw copied).NearestNeighbours - (raw once).NearestNeighbours)) 1e-3 "neighbours are no copies")

          testCase "pairs on a line, and a coordinate that does not vary, are refused before anything is learned"
          <| fun () ->
              inFolder (fun folder ->
                  let path = Path.Combine(folder, "s.npy")

                  let onArray values =
                      Npy.write path [ 20; 2 ] values

                      Pairs.run
                          { Pairs.standard with
                              Source = Source.Input path }
                          (fun _ -> failtest "learned")
                          CancellationToken.None
                      |> ignore

                  refuses $"{path}: has the value 7 in all of its 20 rows in column 1; there is no distribution to shape." (fun () ->
                      onArray (Array.init 40 (fun k -> if k % 2 = 0 then float k else 7.0)))

                  Expect.throwsT<Refusal> (fun () -> onArray (Array.init 40 (fun k -> float (k / 2)))) "a line")

          testCase "everything is saved, a circuit file for each circuit"
          <| fun () ->
              inFolder (fun folder ->
                  let result = run (onArray folder brief)
                  let out = Path.Combine(folder, "new", "out")
                  let paths = Pairs.experiment.Save false out result

                  let names =
                      [ "circuit-k2.json"
                        "circuit-k3.json"
                        "pairs.caption.md"
                        "pairs.pdf"
                        "pairs.png"
                        "pairs.svg"
                        "result.json" ]

                  Expect.equal (filesIn out) names "files"
                  Expect.equal (paths |> List.map (fun path -> string (Path.GetFileName path)) |> List.sort) names "paths"
                  let circuit = (CircuitFile.read (Path.Combine(out, "circuit-k3.json"))).Circuit
                  let row = result.Rows.Head
                  Expect.equal (Response.solve circuit (heavyTailed 4 2000 2)).R (find (Treatment.Circuit 3) row).Pairs "responses"

                  use document =
                      JsonDocument.Parse(File.ReadAllText(Path.Combine(out, "result.json")))

                  let outcomes = document.RootElement.GetProperty("rows").[0].GetProperty("outcomes")

                  let treatments =
                      [ for o in outcomes.EnumerateArray() -> string (o.GetProperty("treatment").GetString()) ]

                  Expect.equal treatments [ "raw"; "ZCA"; "marginal"; "ZCA + marginal"; "RBIG 20"; "K = 2"; "K = 3" ] "treatments"
                  Expect.hasLength (Pairs.toTable result) 12 "a line each, the columns' names, and what they are"
                  use bitmap = SkiaSharp.SKBitmap.Decode(Path.Combine(out, "pairs.png"))
                  Expect.equal (bitmap.Width, bitmap.Height) (Figure.pixels (Pairs.figure result)) "size")

          testCase "thresholds come as a population; with the batch optimum no gap is left"
          <| fun () ->
              inFolder (fun folder ->
                  let potential = Potentials.symmetricThreshold
                  Expect.equal (Treatment.defaultInterneurons potential) [ 160 ] "eight directions of twenty thresholds"

                  let gap learning =
                      let settings =
                          { onArray folder learning with
                              Interneurons = [ 20 ] }

                      match (find (Treatment.Circuit 20) (run settings).Rows.Head).Learned with
                      | Some learned -> learned.GainGap.Value / learned.J
                      | None -> failtest "no circuit"

                  let learning = { brief with Potential = potential }
                  Expect.isGreaterThan (gap learning) 1e-4 "200 steps do not end at the best"
                  Expect.isLessThan (gap { learning with BatchOptimum = true }) 2e-6 "the batch optimum")

          testCase "progress counts the steps of all circuits, and a stop leaves no result"
          <| fun () ->
              inFolder (fun folder ->
                  let settings = onArray folder brief
                  let reports = ResizeArray<Progress>()
                  Pairs.run settings reports.Add CancellationToken.None |> ignore
                  Expect.all reports (fun p -> p.Steps = 400) "of two circuits"
                  Expect.equal (Seq.last reports).Step 400 "the end"
                  Expect.isTrue (reports |> Seq.pairwise |> Seq.forall (fun (a, b) -> a.Step <= b.Step)) "forward"
                  use source = new CancellationTokenSource()

                  let stop (progress: Progress) =
                      if progress.Step > 0 then
                          source.Cancel()

                  isStopped (fun () -> Pairs.run settings stop source.Token |> ignore))

          testCase "what is no pair is refused"
          <| fun () ->
              inFolder (fun folder ->
                  let path = Path.Combine(folder, "s.npy")
                  Npy.writeGrid path (stimuli 2 30 3)

                  refuses $"{path}: has rows of 3 values; this experiment takes pairs, n x 2 (arrays n x N: interneuron train)." (fun () ->
                      run
                          { Pairs.standard with
                              Source = Source.Input path }
                      |> ignore)

                  refuses "the offset is 0; the pairs' vertical offset is at least 1 pixel." (fun () ->
                      run { Pairs.standard with Offsets = [ 0 ] } |> ignore)

                  refuses "there is nothing to do without an offset and a number of interneurons" (fun () ->
                      run
                          { Pairs.standard with
                              Interneurons = [] }
                      |> ignore)) ]
