module Interneuron.Experiments.Tests.TrajectoryTests

open System.IO
open Expecto
open Interneuron.Core.Transport
open Interneuron.Core.Circuits
open Interneuron.Derivation.Formulas
open Interneuron.Stimuli
open Interneuron.Experiments
open Interneuron.Experiments.Tests.Tools

[<Tests>]
let tests =
    testList
        "Trajectory"
        [ testCase "the arrays hold every snapshot's step, J, gains, theta and weights"
          <| fun () ->
              inFolder (fun folder ->
                  let trained = learn { brief with Interneurons = Some 3 } (stimuli 4 500 2)
                  Trajectory.save folder [ "", Trajectory.ofTrained trained ] |> ignore
                  let snapshots = Array.ofList trained.Trajectory
                  let count = snapshots.Length
                  Expect.isGreaterThan count 1 "snapshots"

                  for name, shape, values in
                      [ "j", [ count; 2 ], (fun (s: Snapshot) -> [| float s.Step; s.J |])
                        "g", [ count; 3 ], _.Gains
                        "theta", [ count; 3; 1 ], (fun s -> Array.concat s.Theta)
                        "w", [ count; 3; 2 ], (fun s -> Array.concat s.W) ] do
                      let found = Npy.read (Path.Combine(folder, $"trajectory-{name}.npy"))
                      Expect.equal found (shape, Array.collect values snapshots) name)

          testCase "several circuits stand apart by their names, and what has no parameters has no file of them"
          <| fun () ->
              inFolder (fun folder ->
                  let quadratic =
                      learn
                          { brief with
                              Potential = Potentials.quadratic }
                          (stimuli 4 500 1)
                      |> Trajectory.ofTrained

                  let paths =
                      Trajectory.save folder [ "gen. Gaussian, β = 1.5", quadratic; "d2-k3", quadratic ]

                  let names =
                      [ for name in [ "d2-k3"; "gen.-gaussian-1.5" ] do
                            for part in [ "-g.npy"; "-j.npy"; "-w.npy"; ".png"; ".svg"; ".pdf"; ".caption.md" ] ->
                                $"trajectory-{name}{part}" ]

                  Expect.equal (List.sort (filesIn folder)) (List.sort names) "files"
                  Expect.hasLength paths names.Length "paths"
                  isDrawn (Path.Combine(folder, "trajectory-d2-k3.png")) (Trajectory.figure quadratic)) ]
