module Interneuron.Experiments.Tests.SweepTests

open System.IO
open System.Threading
open Expecto
open Interneuron.Core.Transport
open Interneuron.Core.Files
open Interneuron.Stimuli
open Interneuron.Experiments
open Interneuron.Experiments.Tests.Tools

let private settings folder : Sweep.Settings =
    { Sources = [ Source.Image(picture 64 folder); Source.Scene 2 ]
      Learning = brief
      Potentials = [ Potentials.powerMixture; Potentials.monomial ] }

[<Tests>]
let tests =
    testList
        "Sweep"
        [ testCase "every row is the run of its picture and potential"
          <| fun () ->
              inFolder (fun folder ->
                  let settings = settings folder
                  let result = Sweep.run settings ignore CancellationToken.None

                  Expect.equal
                      [ for row in result.Rows -> row.Source, row.Potential.Name ]
                      [ for source in settings.Sources do
                            for potential in settings.Potentials -> source, potential.Name ]
                      "runs"

                  let single =
                      Gaussianise.run
                          { Source = settings.Sources[0]
                            Learning =
                              { brief with
                                  Potential = Potentials.monomial } }
                          ignore
                          CancellationToken.None

                  let row = result.Rows[1]

                  Expect.equal
                      (row.Ks, row.W2, row.Kurtosis, row.TransportGap, row.GainGap)
                      (single.Ks, single.W2, single.StimulusKurtosis, single.TransportGap, single.GainGap)
                      "as by itself"

                  Expect.hasLength (Sweep.toTable result) 5 "the header and a line a run"
                  let out = Path.Combine(folder, "out")
                  Sweep.experiment.Save false out result |> ignore
                  Expect.equal (filesIn out) [ "result.json"; "sweep.caption.md"; "sweep.pdf"; "sweep.png"; "sweep.svg" ] "files"
                  isDrawn (Path.Combine(out, "sweep.png")) (Sweep.figure result))

          testCase "a picture that cannot be read is a row with its reason, and the others go on"
          <| fun () ->
              inFolder (fun folder ->
                  let good = picture 64 folder
                  let bad = Path.Combine(folder, "bad.png")
                  File.WriteAllBytes(bad, (File.ReadAllBytes good)[..200])

                  let settings =
                      { settings folder with
                          Sources = [ Source.Image bad; Source.Image good ] }

                  let result = Sweep.run settings ignore CancellationToken.None
                  Expect.equal [ for row in result.Rows -> row.Source ] [ Source.Image good; Source.Image good ] "the other's runs"
                  let failure = List.exactlyOne result.Failures
                  Expect.equal failure.Source (Source.Image bad) "the one that failed"
                  Expect.stringStarts failure.Reason $"{bad}: is truncated" "why"
                  Expect.equal (Sweep.toTable result |> List.last) ("bad.png", $"all: {failure.Reason}") "in the table"
                  Expect.stringContains (Json.toLine (Sweep.toJson result)) "\"failures\":[{\"image\":" "in the JSON"
                  isDrawn (Sweep.experiment.Save false (Path.Combine(folder, "out")) result |> List.head) (Sweep.figure result)

                  refuses failure.Reason (fun () ->
                      Sweep.run
                          { settings with
                              Sources = [ Source.Image bad ] }
                          ignore
                          CancellationToken.None
                      |> ignore))

          testCase "the pictures of a folder come in the order of their names, and nothing else does"
          <| fun () ->
              inFolder (fun folder ->
                  for name in [ "b.PNG"; "a.ras"; "notes.txt" ] do
                      File.WriteAllText(Path.Combine(folder, name), "")

                  let expected =
                      [ for name in [ "a.ras"; "b.PNG" ] -> Source.Image(Path.Combine(folder, name)) ]

                  Expect.equal (Sweep.picturesIn folder) expected "pictures"
                  let none = Path.Combine(folder, "none")
                  refuses $"{none}: no such folder." (fun () -> Sweep.picturesIn none |> ignore)
                  Directory.CreateDirectory none |> ignore

                  refuses $"{none}: has no pictures (PNG, JPEG, TIFF, GIF, WebP, BMP, PGM, PPM and Sun raster)." (fun () ->
                      Sweep.picturesIn none |> ignore))

          testCase "a stop leaves the runs so far, and nothing to run is refused"
          <| fun () ->
              inFolder (fun folder ->
                  let report, token = stopsAtOnce ()
                  Expect.hasLength (Sweep.run (settings folder) report token).Rows 1 "one run"

                  refuses "0 sources and 2 potentials; at least one of each is needed" (fun () ->
                      Sweep.run { settings folder with Sources = [] } ignore CancellationToken.None
                      |> ignore)) ]
