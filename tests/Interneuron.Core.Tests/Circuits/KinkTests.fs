module Interneuron.Core.Tests.KinkTests

open System
open Expecto
open Interneuron.Core.Symbolic
open Interneuron.Core.Transport
open Interneuron.Core.Circuits

let private axes n =
    [| for i in 0 .. n - 1 -> [| for a in 0 .. n - 1 -> if a = i then 1.0 else 0.0 |] |]

let private circuit (potential: Potential) leak (gains: float array) columns =
    Circuit.create potential StandardGaussian leak gains (Array.replicate gains.Length [||]) columns

let private define name (formula: Expr -> Expr) =
    Potential.define name [] (fun _ z -> formula z)

let private lasso = define "abs + square" (fun z -> abs z + z ** 2.0 / 2.0)

let private stimuli n count seed =
    Initial.sampleTarget StandardGaussian n count seed
    |> Array.map (fun x -> 2.0 * x)

let private solved c s =
    let response = Response.solve c s
    Expect.equal response.Outcome Converged "outcome"
    response.R

/// E(r; s) = phi(r) - s . r.
let private energy c (s: float array) (r: float array) =
    Circuit.potentialAt c r - Array.fold2 (fun total a b -> total + a * b) 0.0 s r

[<Tests>]
let tests =
    testList
        "Kinks"
        [ for n in [ 1; 2; 3 ] do
              testCase $"a jump of f makes a soft threshold (N = {n})" (fun () ->
                  let c = circuit lasso 0.0 (Array.create n 1.0) (axes n)
                  let s = stimuli n 200 51

                  Array.iter2
                      (fun s r ->
                          let expected = float (sign s) * max (abs s - 1.0) 0.0
                          Expect.isLessThan (abs (r - expected)) 1e-9 $"s = {s}")
                      s
                      (solved c s))

              testCase $"a dead zone ends at a kink (N = {n})" (fun () ->
                  // max(z^2 - 1, 0)/2: f jumps from 0 to 1 at z = 1.
                  let dead =
                      define "dead zone" (fun z -> Expr.max (z ** 2.0 - 1.0) (Expr.constant 0.0) / 2.0)

                  let c = circuit dead 0.0 (Array.create n 1.0) (axes n)
                  let s = stimuli n 200 52 |> Array.map (fun s -> if s = 0.0 then 0.1 else s)

                  Array.iter2 (fun s r -> Expect.isLessThan (abs (r - float (sign s) * max (abs s) 1.0)) 1e-9 $"s = {s}") s (solved c s))

              for p in [ 1.015; 1.2; 1.5; 2.5; 3.0; 4.5 ] do
                  testCase $"powers |z|^{p} have their responses, steep or flat at 0 (N = {n})" (fun () ->
                      let power = define "power" (fun z -> abs z ** p / p)
                      let leak = if p < 1.1 then 0.5 else 0.0
                      let c = circuit power leak (Array.create n 2.0) (axes n)
                      let s = stimuli n 100 53
                      let r = solved c s

                      // By bisection on leak r + 2 r^(p - 1) = |s|.
                      let root (s: float) =
                          let mutable low, high = 0.0, 1e6

                          for _ in 1..400 do
                              let middle = if low = 0.0 then high / 1e6 else sqrt (low * high)

                              if leak * middle + 2.0 * Math.Pow(middle, p - 1.0) < s then
                                  low <- middle
                              else
                                  high <- middle

                          high

                      Array.iter2
                          (fun s r ->
                              let expected = float (sign s) * root (abs s)
                              Expect.isLessThan (abs (r - expected)) (1e-8 * abs expected + 1e-10) $"s = {s}")
                          s
                          r)

          testCase "no other response has less energy, with kinks along directions that are not orthogonal" (fun () ->
              let columns =
                  [| for angle in [ 0.1; 0.9; 2.0; 2.7 ] -> [| cos angle; sin angle |] |]

              let c = circuit lasso 0.0 [| 0.7; 0.5; 0.9; 0.4 |] columns
              let s = stimuli 2 100 54
              let r = solved c s
              let random = Random 55

              for row in 0..99 do
                  let s, r = s[2 * row .. 2 * row + 1], r[2 * row .. 2 * row + 1]
                  let least = energy c s r

                  for size in [ 1e-2; 1e-4; 1e-6 ] do
                      for _ in 1..20 do
                          let angle = 2.0 * Math.PI * random.NextDouble()
                          let other = [| r[0] + size * cos angle; r[1] + size * sin angle |]
                          // r is right to 1e-10, at which E rises by no more than its slope, at most 5.
                          Expect.isGreaterThanOrEqual (energy c s other) (least - 1e-9) $"{r} for {s}")

          testCase "one stimulus without a response does not cost the others theirs" (fun () ->
              let c = Initial.circuit Potentials.powerMixture StandardGaussian 0.0 2 3 2.0 1
              let s = stimuli 2 40 56
              let clean = solved c s
              let broken = Array.copy s
              broken[11 * 2] <- infinity
              let response = Response.solve c broken

              match response.Outcome with
              | NotConverged(1, 11, _) -> ()
              | other -> failtest $"{other}"

              for row in 0..39 do
                  for a in 0..1 do
                      let i = 2 * row + a

                      if row = 11 then
                          Expect.isTrue (Double.IsNaN response.R[i]) "no response"
                      else
                          Expect.isLessThan (abs (response.R[i] - clean[i])) 1e-8 "response")

          for theta in [ 1.3; 2.0; 2.9 ] do
              testCase $"the density of a monomial circuit is right near 0 and infinite at it (theta = {theta})" (fun () ->
                  let g = 0.8

                  let c =
                      Circuit.create Potentials.monomial StandardGaussian 0.0 [| g |] [| [| theta |] |] [| [| 1.0 |] |]

                  let s = [| 1.0; 1e-3; 1e-6; 1e-9; 1e-12; -1e-15; 1e-18 |]

                  Array.iter2
                      (fun s log ->
                          // g r^theta = |s|, and H = g theta r^(theta - 1).
                          let r = Math.Pow(abs s / g, 1.0 / theta)

                          let expected =
                              -0.5 * r * r
                              - 0.5 * Math.Log(2.0 * Math.PI)
                              - Math.Log(g * theta)
                              - (theta - 1.0) * Math.Log r

                          Expect.isLessThan (abs (log - expected)) 1e-8 $"s = {s}")
                      s
                      (Response.logDensity c s)

                  Expect.equal (Response.logDensity c [| 0.0 |]) [| infinity |] "at 0") ]
