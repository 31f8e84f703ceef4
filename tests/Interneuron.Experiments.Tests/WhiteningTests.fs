module Interneuron.Experiments.Tests.WhiteningTests

open System.IO
open System.Threading
open Expecto
open Interneuron.Experiments

let private settings =
    { Whitening.standard with
        Contexts = 200
        Steps = 3_000
        Rates = [ 1e-2 ]
        Eigenvalues = [ 0.1; 10.0 ]
        Repeats = 1 }

let private result = lazy (Whitening.run settings ignore CancellationToken.None)

[<Tests>]
let tests =
    testList
        "Whitening"
        [ testCase "gains end at the closed optimum of each context" (fun () ->
              let m = result.Value.Modulation

              for context in 0..1 do
                  let last = (context + 1) * settings.Samples

                  let late =
                      Array.zip m.Course.Steps (Trajectory.rows "g" m.Course)
                      |> Array.filter (fun (at, _) -> at > last - settings.Samples / 4 && at <= last)
                      |> Array.map snd

                  for i in 0..2 do
                      let mean = late |> Array.averageBy (Array.item i)
                      // Steps of 2e-3 (z^2 - 1): a standard deviation of about sqrt(2e-3) in each gain, over some four correlation times of
                      // 500 steps.
                      Expect.isLessThan (abs (mean - m.Best[context][i])) 0.12 $"gain {i + 1} in context {context + 1}")

          testCase "synapses come nearer to what the contexts share, and the error falls" (fun () ->
              let s = result.Value.Sharing
              Expect.isLessThan (Array.last s.Distances) (0.8 * s.Distances[0]) "distance"
              Expect.isLessThan (Array.average s.Errors[190..]) (Array.average s.Errors[..9]) "error")

          testCase "both kinds of plasticity whiten" (fun () ->
              for p in [ result.Value.Interneurons; result.Value.Lateral ] do
                  Expect.isLessThan (List.last p.Errors) (0.1 * p.Errors.Head) "error")

          testCase "each model has a course, and J falls to what its distribution allows" (fun () ->
              let courses = Map.ofList (Whitening.courses result.Value)

              Expect.equal
                  [ for name in courses.Keys -> name ]
                  [ "fast-gains-slow-synapses"
                    "gain-whitening"
                    "lateral-whitening"
                    "synaptic-whitening" ]
                  "names"

              for name, part, shape in
                  [ "gain-whitening", "w", [ 3; 2 ]
                    "fast-gains-slow-synapses", "g", [ 2 ]
                    "synaptic-whitening", "w", [ 2; 2 ]
                    "lateral-whitening", "m", [ 2; 2 ] ] do
                  let found = courses[name].Parts |> List.find (fun p -> p.Name = part)
                  Expect.equal found.Shape shape name
                  Expect.equal (found.Rows.Length, courses[name].J.Length) (courses[name].Steps.Length, courses[name].Steps.Length) name

              for name in [ "synaptic-whitening"; "lateral-whitening" ] do
                  let j = courses[name].J
                  // J = tr C^1/2 at the optimum, for eigenvalues 10 and 0.1, and (tr C + 2)/2 for M = I.
                  Expect.floatClose Accuracy.high j[0] 6.05 name
                  let least = sqrt 10.0 + sqrt 0.1
                  Expect.isGreaterThanOrEqual (Array.min j) (least - 1e-12) name
                  Expect.isLessThan (Array.last j - least) 0.1 name)

          testCase "the figure and the numbers are written" (fun () ->
              let folder = Directory.CreateTempSubdirectory().FullName

              try
                  let paths = Whitening.experiment.Save false folder result.Value

                  Expect.equal
                      [ for path in paths -> Path.GetFileName path ]
                      [ "whitening.png"
                        "whitening.svg"
                        "whitening.pdf"
                        "whitening.caption.md"
                        "result.json" ]
                      "files"

                  Expect.all paths (fun path -> FileInfo(path).Length > 1000L) "not empty"
              finally
                  Directory.Delete(folder, true)) ]
