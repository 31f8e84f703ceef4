module Interneuron.Experiments.Tests.PairsTests

open System.IO
open System.Text.Json
open System.Threading
open Expecto
open Interneuron.Core
open Interneuron.Experiments
open Interneuron.Experiments.Tests.Tools
open Interneuron.Statistics
open Interneuron.Stimuli

let private run settings =
    match Pairs.run settings ignore CancellationToken.None with
    | Some result -> result
    | None -> failtest "was not interrupted"

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
                  Expect.equal (find Treatment.Raw row).Pairs s "raw"
                  Expect.equal (find Treatment.Zca row).Pairs (Whitening.apply (Whitening.zca 2 s) s) "ZCA"

                  for outcome in row.Outcomes do
                      let name = Treatment.name outcome.Treatment
                      let binned = MutualInformation.binned 0.5 outcome.Pairs
                      Expect.equal (outcome.Dependence.PlugIn, outcome.Dependence.Corrected) (binned.PlugIn, binned.Corrected) name
                      // So few pairs are all looked at.
                      Expect.equal outcome.Dependence.NearestNeighbours (MutualInformation.nearestNeighbours 3 outcome.Pairs) name
                      Expect.equal (snd outcome.Ks) (Ks.toTarget StandardNormal.cdf (Samples.column 2 1 outcome.Pairs)) name

                  match (find (Treatment.Circuit 3) row).Learned with
                  | Some learned ->
                      Expect.equal (find (Treatment.Circuit 3) row).Pairs (Response.solve learned.Trained.Circuit s).R "responses"
                      Expect.equal learned.J (Objective.value learned.Trained.Circuit s) "J"
                      Expect.equal learned.GainGap (GainGap.measure learned.Trained.Circuit s) "gain gap"
                  | None -> failtest "no circuit")

          testCase "everything is saved, a circuit file for each circuit"
          <| fun () ->
              inFolder (fun folder ->
                  let result = run (onArray folder brief)
                  let out = Path.Combine(folder, "new", "out")
                  let paths = Pairs.save out result

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
                  Expect.equal (Response.solve circuit (find Treatment.Raw row).Pairs).R (find (Treatment.Circuit 3) row).Pairs "responses"

                  use document =
                      JsonDocument.Parse(File.ReadAllText(Path.Combine(out, "result.json")))

                  let outcomes = document.RootElement.GetProperty("rows").[0].GetProperty("outcomes")

                  let treatments =
                      [ for o in outcomes.EnumerateArray() -> string (o.GetProperty("treatment").GetString()) ]

                  Expect.equal treatments [ "raw"; "ZCA"; "marginal"; "ZCA + marginal"; "RBIG 20"; "K = 2"; "K = 3" ] "treatments"
                  Expect.hasLength (Pairs.toTable result) 8 "a line each, and the columns' names"
                  use bitmap = SkiaSharp.SKBitmap.Decode(Path.Combine(out, "pairs.png"))
                  Expect.equal (bitmap.Width, bitmap.Height) (Figure.pixels (Pairs.figure result)) "size")

          testCase "thresholds come as a population; a thorough search for the best gains finds what a short one does, and more"
          <| fun () ->
              inFolder (fun folder ->
                  let potential = Potentials.symmetricThreshold
                  Expect.equal (Treatment.defaultInterneurons potential) [ 160 ] "eight directions of twenty thresholds"

                  let settings =
                      { onArray folder { brief with Potential = potential } with
                          Interneurons = [ 20 ] }

                  let gap settings =
                      match (find (Treatment.Circuit 20) (run settings).Rows.Head).Learned with
                      | Some learned -> learned.GainGap.Value
                      | None -> failtest "no circuit"

                  Expect.isGreaterThanOrEqual (gap { settings with Optimum = true }) (gap settings) "thorough")

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

                  Expect.isNone (Pairs.run settings stop source.Token) "stopped")

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

                  refusesArgument "there is nothing to do without an offset and a number of interneurons" (fun () ->
                      run
                          { Pairs.standard with
                              Interneurons = [] }
                      |> ignore)) ]
