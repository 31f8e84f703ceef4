module Interneuron.Experiments.Tests.FrontierTests

open System
open System.IO
open System.Text.Json
open System.Threading
open Expecto
open Interneuron.Statistics
open Interneuron.Core.Transport
open Interneuron.Core.Circuits
open Interneuron.Core.Files
open Interneuron.Experiments
open Interneuron.Experiments.Tests.Tools

let private settings: FrontierSettings =
    { Sources = []
      Offset = 4
      Potentials = [ Potentials.quadratic ]
      Interneurons = [ 2; 3 ]
      Learning = { brief with Steps = Some 20_000 }
      Seeds = 2 }

let private run settings =
    Frontier.run settings ignore CancellationToken.None

let private fixed' potential =
    { Potential = potential
      LearnsDirections = false }

/// The angles of a lesson's directions in degrees.
let private angles repeats repeat k =
    let pairs = Grid.ofArray 500 2 (heavyTailed 1 500 2)

    let lesson =
        FrontierCircuits.lesson
            brief
            repeats
            pairs
            { Family = fixed' Potentials.monomial
              Interneurons = k
              Picture = 0
              Repeat = repeat }

    let trained =
        Learner.trainOn lesson.Settings ignore CancellationToken.None lesson.Circuit lesson.Stimuli

    [ for w in trained.Circuit.W -> Math.Atan2(w[1], w[0]) * 180.0 / Math.PI ]

let private near (expected: float list) (actual: float list) message =
    for a, b in List.zip actual expected do
        Expect.floatClose Accuracy.medium a b message

[<Tests>]
let tests =
    testList
        "Frontier"
        [ testCase "directions that do not learn stay evenly spread over the half circle, turned on by each repeat's part of their distance"
          <| fun () ->
              near [ 0.0; 45.0; 90.0; 135.0 ] (angles 3 0 4) "the first"
              near [ 30.0; 120.0 ] (angles 3 1 2) "a third of the way"
              near [ 60.0; 150.0 ] (angles 3 2 2) "two thirds"

          testCase "three quadratic interneurons leave what ZCA leaves, whether their directions learn or not"
          <| fun () ->
              inFolder (fun folder ->
                  let source = Source.Image(picture 128 folder)

                  let result =
                      run
                          { settings with
                              Sources = [ source ]
                              Offset = 1 }

                  // The map of a circuit of gains alone is linear, symmetric and positive; the only such one that whitens is C^-1/2.
                  let zca =
                      let pairs = (Treatment.load source 1).S.ToArray() |> Moments.standardise 2
                      Dependence.corrected Deviation.OfTarget (Treatment.baseline 1 Treatment.Zca pairs)

                  let left learns k =
                      let _, points =
                          result.Families
                          |> List.find (fun (family, _) -> family.LearnsDirections = learns)

                      let point = points |> List.find (fun point -> point.Interneurons = k)
                      point.Left |> List.concat |> List.averageBy _.Corrected

                  // Learning stays this near to the optimum.
                  Expect.isLessThan (abs (left true 3 - zca)) 0.01 "learned"
                  Expect.isLessThan (abs (left false 3 - zca)) 0.01 "fixed"

                  let _, raw = result.References |> List.find (fun (name, _) -> name = "raw")
                  Expect.isGreaterThan (abs (raw.Head.Corrected - zca)) 0.03 "which is not what raw pairs have")

          testCase "a point is the mean over pictures of what their circuits leave, with the standard error over pictures"
          <| fun () ->
              inFolder (fun folder ->
                  let other = (Directory.CreateDirectory(Path.Combine(folder, "other"))).FullName

                  let sources = [ Source.Image(picture 64 folder); Source.Image(picture 32 other) ]

                  let result =
                      run
                          { settings with
                              Sources = sources
                              Interneurons = [ 3 ]
                              Learning = brief }

                  use document = JsonDocument.Parse(Json.toText (FrontierNumbers.toJson result))

                  let point =
                      document.RootElement.GetProperty("families").[0].GetProperty("points").[0].GetProperty("nearest_neighbours")

                  let values =
                      [ for row in point.GetProperty("values").EnumerateArray() -> [ for v in row.EnumerateArray() -> v.GetDouble() ] ]

                  Expect.equal [ for row in values -> row.Length ] [ 2; 2 ] "a row a picture, a value a seed"
                  let a, b = List.average values.Head, List.average (List.last values)
                  Expect.floatClose Accuracy.high (point.GetProperty("mean").GetDouble()) ((a + b) / 2.0) "mean"
                  // Of two values the standard error is half their distance.
                  Expect.floatClose Accuracy.high (point.GetProperty("standard_error").GetDouble()) (abs (a - b) / 2.0) "standard error"

                  // The first picture's first seed, learned alone.
                  let pairs = Treatment.load sources[0] 4

                  let alone =
                      Learning.run
                          { brief with
                              Potential = Potentials.quadratic
                              Interneurons = Some 3 }
                          ignore
                          CancellationToken.None
                          pairs.S

                  let expected =
                      FrontierCircuits.left (Learning.responses "alone" alone.Circuit) Deviation.OfTarget (MeasuredPairs.ofStimuli pairs)

                  Expect.equal values.Head.Head expected.NearestNeighbours "side by side as alone")

          testCase "independent numbers have no dependence by either estimate"
          <| fun () ->
              inFolder (fun folder ->
                  let result =
                      run
                          { settings with
                              Sources = [ Source.Image(picture 64 folder) ]
                              Interneurons = [ 3 ]
                              Learning = brief }

                  // 3,840 pairs: the standard deviations are about 0.003 and 0.02 nats; bins that hold one pair or none bias the first by
                  // 0.01.
                  for left in result.Independent do
                      Expect.isLessThan (abs left.Corrected) 0.025 "corrected plug-in"
                      Expect.isLessThan (abs left.NearestNeighbours) 0.06 "nearest neighbours")

          testCase "arrays and empty choices are refused"
          <| fun () ->
              inFolder (fun folder ->
                  let array = arrayOf 100 folder

                  refuses $"{Source.describe array}: an array has pairs of one offset; this experiment needs images or scenes." (fun () ->
                      run { settings with Sources = [ array ] } |> ignore)

                  refuses "there is nothing to do without a picture, a potential and a number of interneurons" (fun () ->
                      run settings |> ignore)) ]
