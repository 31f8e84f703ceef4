module Interneuron.Experiments.Tests.SchematicTests

open System.IO
open System.Threading
open Expecto
open Interneuron.Core.Transport
open Interneuron.Core.Circuits
open Interneuron.Core.Files
open Interneuron.Derivation.Formulas
open Interneuron.Derivation.Rules
open Interneuron.Stimuli
open Interneuron.Experiments
open Interneuron.Experiments.Tests.Tools

/// A run on an array of 2,000 heavy-tailed pairs.
let private onArray folder learning : Schematic.Settings =
    let path = Path.Combine(folder, "s.npy")
    Npy.writeGrid path (stimuli 4 2000 2)

    { Source = Source.Input path
      Offset = 2
      Learning = learning }

let private run settings =
    Schematic.run settings ignore CancellationToken.None

/// The lines of the weights in the circuit, whether they are broken, and how wide they are.
let private synapses (result: Schematic.Result) =
    let primaries = set [ 174.0, 75.0; 174.0, 123.0 ]

    match (Schematic.figure result).Rows with
    | [ [ Panel.Sketch(_, elements) ] ] ->
        [ for element in elements do
              match element with
              | Element.Line(ink, [| from; _ |]) when primaries.Contains from -> ink.Stroke = Stroke.Dashed, ink.Width
              | _ -> () ]
    | _ -> failtest "one sketch"

[<Tests>]
let tests =
    testList
        "Schematic"
        [ testCase "every weight is a line, broken where it is negative, wider where it is larger"
          <| fun () ->
              inFolder (fun folder ->
                  let result = run (onArray folder brief)
                  let weights = result.Trained.Circuit.W |> Array.concat |> List.ofArray
                  Expect.hasLength weights 6 "two primary neurons, three interneurons"
                  let drawn = synapses result
                  Expect.equal (List.map fst drawn) (weights |> List.map (fun w -> w < 0.0)) "broken"

                  let order values =
                      List.indexed values |> List.sortBy snd |> List.map fst

                  Expect.equal (order (List.map snd drawn)) (order (List.map abs weights)) "width")

          testCase "every potential is drawn and saved, with the circuit in its file"
          <| fun () ->
              inFolder (fun folder ->
                  for potential in Potentials.all do
                      let leak = if Potential.saturates potential then 0.5 else 0.0

                      let result =
                          run (
                              onArray
                                  folder
                                  { brief with
                                      Potential = potential
                                      Leak = leak
                                      Interneurons = Some 6 }
                          )

                      let out = Path.Combine(folder, potential.Name)
                      Schematic.experiment.Save false out result |> ignore

                      Expect.equal
                          (filesIn out)
                          [ "circuit.json"
                            "result.json"
                            "schematic.caption.md"
                            "schematic.pdf"
                            "schematic.png"
                            "schematic.svg" ]
                          "files"

                      let circuit = (CircuitFile.read (Path.Combine(out, "circuit.json"))).Circuit
                      Expect.equal (Response.solve circuit result.Stimuli).R result.Responses potential.Name)

          testCase "more interneurons than there is room for are refused, and a stop leaves no result"
          <| fun () ->
              inFolder (fun folder ->
                  refuses "the number of interneurons is 7; a schematic has room for at most 6" (fun () ->
                      run (onArray folder { brief with Interneurons = Some 7 }) |> ignore)

                  use source = new CancellationTokenSource()
                  source.Cancel()
                  isStopped (fun () -> Schematic.run (onArray folder brief) ignore source.Token |> ignore)) ]
