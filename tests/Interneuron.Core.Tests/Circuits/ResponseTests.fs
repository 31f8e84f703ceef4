module Interneuron.Core.Tests.ResponseTests

open System
open Expecto
open FsCheck.FSharp
open Interneuron.Core.Transport
open Interneuron.Core.Circuits

/// Circuits that learning would start from: every potential, N = 1, 2, 3 and 5, leaks where they are needed and where they are not.
let private circuits =
    [ for potential in Potentials.all do
          for n in [ 1; 2; 3; 5 ] do
              for leak in [ 0.0; 0.4 ] do
                  let needed = Potential.saturates potential

                  if leak > 0.0 || not needed then
                      let k =
                          if (Initial.layout potential).IsDrawn then
                              Initial.defaultCount potential n
                          else
                              8 * n

                      Initial.circuit potential StandardGaussian leak n k (float n) 3 ]

let private name (c: Circuit) =
    $"{c.Potential.Name}, N = {c.Primaries}, leak {c.Leak}"

let private residual (c: Circuit) (s: float array) (r: float array) =
    Array.map2 (fun a b -> abs (a - b)) (Circuit.stimulusOf c r) s |> Array.max

let private stimuli (c: Circuit) =
    Gen.arrayOfLength c.Primaries (Check.between -8.0 8.0)

[<Tests>]
let tests =
    testList
        "Response"
        [ for c in circuits do
              // 1e-10 is the solver's tolerance; the rest is the rounding of grad phi evaluated twice, a few units in the last place of |s|
              // < 10.
              Check.law $"s = grad phi(r) ({name c})" 20 (stimuli c) (fun s ->
                  let response = Response.solve c s
                  Expect.equal response.Outcome Converged "outcome"
                  Expect.isLessThanOrEqual (residual c s response.R) (1e-10 + 1e-13) "residual")

              // Without a leak the monomial's Hessian vanishes at 0, and a residual of 1e-10 says little about r there.
              if c.Leak > 0.0 || c.Potential.Name <> Potentials.monomial.Name then
                  testCase $"a stimulus sampled from r has the response r ({name c})" (fun () ->
                      let n = c.Primaries
                      let r = Initial.sampleTarget StandardGaussian n 50 11
                      let s, logDeterminants = Response.drive c r
                      Expect.all logDeterminants Double.IsFinite "every Hessian is regular"
                      let back = Response.solve c s

                      for i in 0..49 do
                          // A residual of 1e-10 moves r by 1e-10 over the Hessian's least eigenvalue, here bounded below by its diagonal
                          // dominance or by 0.02.
                          for a in 0 .. n - 1 do
                              Expect.isLessThan (abs (back.R[i * n + a] - r[i * n + a])) 5e-9 "r")

          testCase "where the Hessian is at least 0.1, sampling and responding return r to 1e-9" (fun () ->
              for potential in [ Potentials.powerMixture; Potentials.quadratic ] do
                  let c = Initial.circuit potential StandardGaussian 0.1 2 3 2.0 5
                  let r = Initial.sampleTarget StandardGaussian 2 1000 13
                  let s, _ = Response.drive c r
                  let back = (Response.solve c s).R
                  let worst = Array.map2 (fun a b -> abs (a - b)) back r |> Array.max
                  Expect.isLessThanOrEqual worst 1e-9 potential.Name)

          testCase "a small stimulus far from whose response phi is least is answered to the last digits of the response" (fun () ->
              // s = g (r - 1): the residual is all rounding of r, which is far more than the tolerance of so small a stimulus.
              let shifted = Potential.define "shifted" [] (fun _ z -> (z - 1.0) ** 2.0 / 2.0)

              for g in [ 0.7; 1.0; 3.3 ] do
                  let c =
                      Circuit.create shifted StandardGaussian 0.0 [| g |] [| [||] |] [| [| 1.0 |] |]

                  for size in [ 3e-10; 1e-13; 1e-16; 1e-19; 1e-25 ] do
                      for s in [ size; -size ] do
                          let response = Response.solve c [| s |]
                          Expect.equal response.Outcome Converged $"{g}, {s}"
                          Check.near 0.0 1e-15 response.R[0] (1.0 + s / g) $"{g}, {s}")

          testCase "the samples of a seed are always the same, and those of another seed are others" (fun () ->
              let c = List.head circuits
              Expect.equal (Response.sample c 5 1) (Response.sample c 5 1) "same"
              Expect.notEqual (Response.sample c 5 1) (Response.sample c 5 2) "other")

          testCase "stimuli that are not finite are reported by their row, and the others are answered" (fun () ->
              let c = List.head circuits
              let response = Response.solve c [| 1.0; nan; 2.0 |]

              match response.Outcome with
              | NotConverged(1, 1, r) -> Expect.isTrue (Double.IsNaN r) "residual"
              | other -> failtest $"{other}"

              Expect.isLessThan (residual c [| 2.0 |] [| response.R[2] |]) 1e-9 "the others")

          testCase "stimuli that are no whole rows are refused" (fun () ->
              let c = Initial.circuit Potentials.quadratic StandardGaussian 0.0 2 3 2.0 1
              Check.refused [ "3 values"; "rows of 2" ] (fun () -> Response.solve c [| 1.0; 2.0; 3.0 |]))

          testCase "the density of one neuron integrates to 1" (fun () ->
              for target in [ StandardGaussian; Laplace; Logistic ] do
                  let c = Initial.circuit Potentials.powerMixture target 0.0 1 1 1.0 2
                  // Trapezes on an even grid, out to where less than 1e-7 of the mass is left; the density has a kink at 0 at most, so the
                  // error is of order h^2.
                  let h = 0.002
                  let s = [| for i in -20_000 .. 20_000 -> float i * h |]
                  let mass = Response.logDensity c s |> Array.sumBy (fun l -> h * exp l)
                  Check.near 0.0 1e-3 mass 1.0 (Target.name target))

          testCase "an empirical target has no density" (fun () ->
              let target = Target.ofSamples 1 [| -1.0; 0.0; 1.0 |]

              let c =
                  Circuit.create Potentials.quadratic target 0.0 [| 1.0 |] [| [||] |] [| [| 1.0 |] |]

              Check.refused [ "has no density" ] (fun () -> Response.logDensity c [| 0.5 |])) ]
