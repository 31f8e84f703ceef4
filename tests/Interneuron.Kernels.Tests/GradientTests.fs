module Interneuron.Kernels.Tests.GradientTests

open Expecto
open MathNet.Numerics.Integration
open Interneuron.Kernels
open Interneuron.Kernels.TestPotentials
open Interneuron.Kernels.Tests.Circuits

/// Gauss-Legendre nodes over [-9, 9] weighed by the normal density, whose tails beyond are 1e-19.
let private gaussianLine () =
    let rule = GaussLegendreRule(-9.0, 9.0, 200)
    let z = Array.init 200 rule.GetAbscissa

    let w =
        Array.init 200 (fun i -> rule.GetWeight i * exp (-z[i] * z[i] / 2.0) / sqrt (2.0 * System.Math.PI))

    let total = Array.sum w
    z, Array.map (fun x -> x / total) w

let private gradient (engine: Engine) c target (s: float array) =
    let g = Gradient c
    let outcome = engine.Gradient(c, target, System.ReadOnlySpan s, g)
    Expect.isTrue outcome.IsConverged "converged"
    g

[<Tests>]
let tests =
    testList
        "Gradient"
        [ for n in [ 1; 2; 3 ] do
              for name, engine, potential, c in kinds n do
                  for width in widths do
                      testCase
                          $"{name}, N = {n}, {width} lanes: terms are the naive averages at the responses minus those over the target's \
                          points"
                      <| fun () ->
                          let s = heavy 30 (70 * n)
                          let points = normal 31 (37 * n)
                          let weights = Array.init 37 (fun i -> (1.0 + float (i % 3)) / 73.0)
                          let g = gradient (engine width) c (cloud points weights n) s
                          let r = Naive.rows n (fst (respond (engine width) c s))

                          for i in 0 .. c.Interneurons - 1 do
                              let f, t, h = Naive.terms potential c i r (Array.create 70 (1.0 / 70.0))
                              let f', t', h' = Naive.terms potential c i (Naive.rows n points) weights
                              // Responses agree to 1e-8 at worst, and terms have slopes of some tens there.
                              close 1e-7 g.Gains[i] (f - f') $"gain {i}"

                              if c.Parameters = 1 then
                                  close 1e-7 g.Theta[i] (c.Gains[i] * (t - t')) $"theta {i}"

                              for a in 0 .. n - 1 do
                                  let expected = if n = 1 then 0.0 else c.Gains[i] * (h[a] - h'[a])
                                  close 1e-7 g.Synapses[i * n + a] expected $"synapse {i} {a}"

              testCase $"the gradient is minus the differences of J, N = {n}"
              <| fun () ->
                  let c = circuit 32 n (n + 2) 0.1 (fun _ -> 0.3) (fun i -> 2.25 + 0.02 * float i) 1
                  let s = heavy 33 (50 * n)
                  let target = cloud (normal 34 (40 * n)) (Array.create 40 (1.0 / 40.0)) n
                  let engine = Engine<PowerMixture>()
                  let g = gradient engine c target s

                  let objective () =
                      let g = gradient engine c target s
                      g.Dual + g.TargetPotential

                  let check (values: float array) (slopes: float array) name =
                      for i in 0 .. values.Length - 1 do
                          let x = values[i]

                          let at h =
                              values[i] <- x + h
                              let j = objective ()
                              values[i] <- x
                              j
                          // Step 1e-4: 1e-8 of the third derivative, 1e-12 of rounding.
                          close 1e-6 (-(at 1e-4 - at -1e-4) / 2e-4) slopes[i] $"{name} {i}"

                  check c.Gains g.Gains "gain"
                  check c.Theta g.Theta "theta"

                  if n > 1 then
                      check c.Synapses g.Synapses "synapse"

              testCase $"closed form and line nodes of the normal target agree, N = {n}"
              <| fun () ->
                  // Below the kinks of a and b at theta = 1.925 and 2.16, between them, and above.
                  for theta in [ 1.5; 2.0; 2.4; 2.9 ] do
                      let c = circuit 35 n (n + 1) 0.0 (fun _ -> 0.2) (fun _ -> theta) 1
                      let s = heavy 36 (20 * n)
                      let z, w = gaussianLine ()
                      let closed = gradient (Engine<PowerMixture>()) c TargetNodes.ClosedForm s
                      let nodes = gradient (Engine<PowerMixture>()) c (line z w) s
                      // |z|^(theta+1) log|z| is not smooth at 0, which the even number of nodes straddles: the rule is good to 1e-5 of it.
                      closeAll 1e-4 closed.Gains nodes.Gains "gains"
                      closeAll 1e-4 closed.Theta nodes.Theta "theta"

          testCase "J's batch part is the mean of s.r - phi(r)"
          <| fun () ->
              for n in [ 1; 2; 3 ] do
                  for _, engine, potential, c in kinds n do
                      let s = heavy 37 (90 * n)
                      let g = gradient (engine LaneWidth.Widest) c TargetNodes.ClosedForm s
                      let r, _ = respond (engine LaneWidth.Widest) c s

                      let dual =
                          Array.map2
                              (fun s r -> Array.fold2 (fun sum x y -> sum + x * y) 0.0 s r - Naive.phi potential c r)
                              (Naive.rows n s)
                              (Naive.rows n r)
                      // Stationary in r: an error of 1e-8 there is 1e-16 here, so what is left is rounding.
                      close 1e-11 g.Dual (Array.average dual) $"N = {n}"

          testCase "nodes that do not fit are refused"
          <| fun () ->
              Expect.throwsT<System.ArgumentException> (fun () -> cloud [| 1.0; 2.0; 3.0 |] [| 0.5; 0.5 |] 2 |> ignore) "points"
              Expect.throwsT<System.ArgumentException> (fun () -> line [||] [||] |> ignore) "none"
              let c = circuit 38 3 4 0.0 (fun _ -> 0.2) (fun _ -> 2.3) 1
              let flat = cloud [| 1.0; 2.0 |] [| 1.0 |] 2

              Expect.throwsT<System.ArgumentException>
                  (fun () -> gradient (Engine<PowerMixture>()) c flat [| 1.0; 1.0; 1.0 |] |> ignore)
                  "dimensions" ]
