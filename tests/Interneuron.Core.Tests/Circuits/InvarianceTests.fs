module Interneuron.Core.Tests.InvarianceTests

open System
open System.Threading
open Expecto
open Interneuron.Core.Symbolic
open Interneuron.Core.Transport
open Interneuron.Core.Circuits

let private gaussian n count seed =
    Initial.sampleTarget StandardGaussian n count seed

/// Stimuli of deviation 3.
let private wide n =
    Array.map2 (fun x y -> 3.0 * x * exp (0.5 * y - 0.25)) (gaussian n 3000 41) (gaussian n 3000 42)

let private learn (potential: Potential) leak n (s: float array) =
    let power = Array.sumBy (fun x -> x * x) s / float (s.Length / n)
    let start = Initial.circuit potential StandardGaussian leak n (2 * n) power 1

    let trained =
        Learner.train
            { Learner.defaultsFor potential with
                Steps = 2000 }
            ignore
            CancellationToken.None
            start
            s

    Expect.equal trained.Ending Finished potential.Name
    trained.Circuit

let private closeTo tolerance (expected: float array) (actual: float array) name =
    Array.iter2
        (fun (a: float) b -> Expect.isLessThan (abs (a - b)) (tolerance * (1e-3 + abs a)) $"{name}: {b:R} for {a:R}")
        expected
        actual

/// A potential with another formula.
let private with' name (change: Expr -> Expr) (p: Potential) =
    Potential.ofFormula name p.Parameters (change p.Formula)

let private scaled = with' "scaled" (fun f -> 8.0 * f)

[<Tests>]
let tests =
    testList
        "Invariance"
        [ for potential, leak in
              [ Potentials.quadratic, 0.0
                Potentials.powerMixture, 0.0
                Potentials.logCosh, 0.1 ] do
              for n in [ 1; 2 ] do
                  testCase $"a constant in F changes nothing ({potential.Name}, N = {n})" (fun () ->
                      let s = wide n
                      let plain = learn potential leak n s

                      for constant in [ -1.0; 1.0; -0.5; 100.0 ] do
                          let same = learn (with' "shifted" (fun f -> f + constant) potential) leak n s
                          // What a constant of 100 leaves of F's digits is 1e-14 of it.
                          closeTo 1e-9 plain.Gains same.Gains $"g of F + {constant}"
                          closeTo 1e-9 (Array.concat plain.Theta) (Array.concat same.Theta) "theta"
                          closeTo 1e-9 [| Objective.value plain s |] [| Objective.value same s |] "J")

                  testCase $"nor does the unit of F ({potential.Name}, N = {n})" (fun () ->
                      let s = wide n
                      let plain, same = learn potential leak n s, learn (scaled potential) leak n s
                      closeTo 1e-9 plain.Gains (same.Gains |> Array.map (fun g -> 8.0 * g)) "8 g"
                      closeTo 1e-9 (Array.concat plain.Theta) (Array.concat same.Theta) "theta"
                      closeTo 1e-9 [| Objective.value plain s |] [| Objective.value same s |] "J")

          testCase "nor does the unit of a parameter" (fun () ->
              let family unit =
                  Potential.define
                      "log-cosh in a unit"
                      [ Parameter.define "theta" (0.5 * unit) (4.0 * unit) (0.9 * unit, 1.1 * unit) ]
                      (fun theta z -> let theta = List.head theta / unit in log (cosh (theta * z)) / theta ** 2.0)

              let s = wide 1
              let one, sixteenth = learn (family 1.0) 0.1 1 s, learn (family 0.0625) 0.1 1 s
              closeTo 1e-9 one.Gains sixteenth.Gains "g"
              closeTo 1e-9 (Array.concat one.Theta) (Array.concat sixteenth.Theta |> Array.map (fun t -> 16.0 * t)) "theta"
              closeTo 1e-9 [| Objective.value one s |] [| Objective.value sixteenth s |] "J")

          testCase "J of z^2/2 - 1, z^2/2 + 1 and (z^2 - 1)/2 is that of z^2/2, and the gain the one that whitens" (fun () ->
              let s = wide 1
              let deviation = sqrt (Array.averageBy (fun x -> x * x) s)

              for formula in
                  [ (fun z -> z ** 2.0 / 2.0 - 1.0)
                    (fun z -> z ** 2.0 / 2.0 + 1.0)
                    (fun z -> (z ** 2.0 - 1.0) / 2.0) ] do
                  let learned = learn (Potential.define "moved" [] (fun _ z -> formula z)) 0.0 1 s

                  // Two interneurons on one primary neuron; J's least value is the deviation.
                  Expect.isLessThan (abs (Array.sum learned.Gains / deviation - 1.0)) 0.05 "g"
                  Expect.isLessThan (abs (Objective.value learned s / deviation - 1.0)) 0.01 "J")

          for unit in [ 1.0; 1e-8; 1e-10; 1e-60; 1e6 ] do
              testCase $"responses do not depend on the stimuli's unit ({unit})" (fun () ->
                  for potential in Potentials.all do
                      for n in [ 1; 2; 3 ] do
                          let k = if (Initial.layout potential).IsDrawn then 2 * n else 8 * n
                          let c = Initial.circuit potential StandardGaussian 0.4 n k (float n) 3

                          let inUnit =
                              Circuit.create potential StandardGaussian (0.4 * unit) (c.Gains |> Array.map (fun g -> g * unit)) c.Theta c.W

                          let s = gaussian n 400 43
                          let r = Response.solve c s
                          let same = Response.solve inUnit (s |> Array.map (fun x -> x * unit))
                          Expect.equal (r.Outcome, same.Outcome) (Converged, Converged) $"{potential.Name}, N = {n}"
                          // A residual of 1e-10 over a Hessian of at least 0.4.
                          Array.iter2 (fun a b -> Expect.isLessThan (abs (a - b)) 1e-9 $"{potential.Name}, N = {n}") r.R same.R)

          testCase "small stimuli of a circuit for large ones are as exact" (fun () ->
              let c =
                  Circuit.create Potentials.quadratic StandardGaussian 0.0 [| 2.0 |] [| [||] |] [| [| 1.0 |] |]

              let s = [| 1e-8; -1e-9; 3e-10; 1e-40; 0.0 |]
              Array.iter2 (fun s r -> Expect.isLessThanOrEqual (abs (r - s / 2.0)) (1e-10 * abs s) $"{s}") s (Response.solve c s).R)

          testCase "learning from stimuli of deviation 1e-9 is learning from those of deviation 1" (fun () ->
              for n in [ 1; 2 ] do
                  let s = gaussian n 2000 44
                  // A power of two, so that all else is the same.
                  let unit = Math.ScaleB(1.0, -30)

                  let one, small =
                      learn Potentials.powerMixture 0.0 n s, learn Potentials.powerMixture 0.0 n (s |> Array.map (fun x -> x * unit))

                  closeTo 1e-6 one.Gains (small.Gains |> Array.map (fun g -> g / unit)) "g"
                  closeTo 1e-6 (Array.concat one.Theta) (Array.concat small.Theta) "theta")

          testCase "stimuli of deviation 1,500 have their responses to saturating interneurons, as exact as the arithmetic" (fun () ->
              for seed in 1..30 do
                  for n in [ 2; 3 ] do
                      let start =
                          Initial.circuit Potentials.logCosh StandardGaussian 0.1 n (3 * n) 4e4 seed

                      let s = gaussian n 300 (100 + seed) |> Array.map (fun x -> 1500.0 * x)
                      let response = Response.solve start s
                      Expect.equal response.Outcome Converged $"seed {seed}, N = {n}"
                      let back, _ = Response.drive start response.R
                      // Sixteen roundings of terms up to a few thousand, each moved by a rounding of r up to 1e5.
                      Array.iter2 (fun a b -> Expect.isLessThan (abs (a - b)) 1e-8 "s again") s back) ]
