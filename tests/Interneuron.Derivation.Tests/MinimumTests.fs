module Interneuron.Derivation.Tests.MinimumTests

open Expecto
open Interneuron.Core.Tests
open MathNet.Numerics.Random
open Interneuron.Derivation.Models
open Interneuron.Derivation.Rules
open Interneuron.Derivation.Running

let private circuit (potential: string) (parameter: string) (leak: string) =
    let learned, argument =
        if parameter = "" then
            "", ""
        else
            $"theta[i] in {parameter} ; ", "theta[i], "

    parse
        $"potential {potential}\nparameter g[i] >= 0 ; {learned}W[a,i] unit columns\nconstant leak = {leak}\n\
        energy sum(i, g[i]*F({argument}sum(a, W[a,i]*r[a]))) + leak/2*sum(a, r[a]^2) - sum(a, s[a]*r[a])"

let private lca =
    parse
        "parameter D[b,a]\nconstant lam = 0.3\nenergy sum(b, (s[b]-sum(a, D[b,a]*r[a]))^2)/2 + lam*sum(a, abs(r[a]))\n\
        loss sum(b, (s[b]-sum(a, D[b,a]*r[a]))^2)/2 + lam*sum(a, abs(r[a]))"

let private energy (instance: Instance) packed s r =
    let struct (e, _) = instance.Values(packed, s, r)
    e

/// No step of a thousandth or a millionth of the stimuli's scale in any of many directions lowers E: brute force.
let private isMinimum (random: System.Random) (instance: Instance) packed (s: float array) (r: float array) scale what =
    let here = energy instance packed s r

    for _ in 1..40 do
        for size in [ 1e-1; 1e-3 ] do
            let other =
                r |> Array.map (fun x -> x + scale * size * (2.0 * random.NextDouble() - 1.0))

            Expect.isLessThanOrEqual here (energy instance packed s other + 1e-12 * (1.0 + abs here)) what

let private models =
    [ "|z|", circuit "F(theta, z) = theta*abs(z)" "[0.5,2]" "0.5", 1.0
      "max(z^2 - theta, 0)/2", circuit "F(theta, z) = max(z^2-theta,0)/2" "[0.5,2]" "0.1", 1.0
      "|z| + z^2/2", circuit "F(z) = abs(z)+z^2/2" "" "0.1", 1.0
      "|z|^p, p from 1.015", circuit "F(theta, z) = abs(z)^theta" "[1.015,1.2]" "0.1", 1.0
      "|z|^(theta+1), theta near 2", circuit "F(theta, z) = abs(z)^(theta+1)/(theta+1)" "[1.9,2.1]" "0.05", 1.0
      "z^4, where the Hessian vanishes", circuit "F(z) = z^4/4" "" "0.01", 1.0
      "L1 sparse coding", lca, 1.0
      "log cosh, stimuli of deviation 1,500", circuit "F(theta, z) = log(cosh(theta*z))/theta^2" "[0.5,2]" "0.1", 1500.0
      "quadratic, stimuli of deviation 1e-8", circuit "F(theta, z) = theta*z^2/2" "[0.5,2]" "0.1", 1e-8 ]

[<Tests>]
let tests =
    testList
        "Minimum"
        [ for name, model, scale in models do
              testCase $"{name}: every stimulus finds its response, the minimum" (fun () ->
                  for n, k in [ 1, 2; 2, 3; 3, 5 ] do
                      let instance = Instance.create (Derivation.derive model) (Sizes.circuit n k)
                      let random = Xoshiro256StarStar(n, false)

                      for seed in 1..20 do
                          let packed = instance.Pack(Simulation.initial instance seed)
                          let s = Array.init n (fun _ -> scale * (4.0 * random.NextDouble() - 2.0))

                          match instance.Respond(packed, s, Array.zeroCreate n) with
                          | None -> failtest $"N = {n}, seed {seed}: no response"
                          | Some r ->
                              Expect.isLessThanOrEqual (instance.Residual(packed, s, r)) 1e-10 "the residual, relative to its terms"
                              isMinimum random instance packed s r scale $"N = {n}, seed {seed}")

          testCase "soft thresholding: r = sign(s) max(|s| - theta g, 0)/leak for |z| and N = K = 1" (fun () ->
              let instance =
                  Instance.create (Derivation.derive (circuit "F(theta, z) = theta*abs(z)" "[0.5,2]" "0.5")) (Sizes.circuit 1 1)

              let packed =
                  instance.Pack(Map [ "g", [| 0.8 |]; "theta", [| 1.5 |]; "W", [| 1.0 |] ])

              for s in [ -3.0; -1.2001; -1.2; -0.5; 0.0; 1e-9; 1.1999; 1.3; 100.0 ] do
                  let expected = float (sign s) * max (abs s - 1.2) 0.0 / 0.5
                  let r = Option.get (instance.Respond(packed, [| s |], [| 0.3 |]))
                  Check.near 1e-12 1e-12 r[0] expected $"s = {s}")

          testCase "energies that fall without end have no response, and those that have it far out do" (fun () ->
              let response leak g s =
                  let instance =
                      Instance.create (Derivation.derive (circuit "F(z) = z^2/2" "" leak)) (Sizes.circuit 1 1)

                  let packed = instance.Pack(Map [ "g", [| g |]; "W", [| 1.0 |] ])
                  instance.Respond(packed, [| s |], [| 0.3 |])

              for g in [ 0.0; 0.5 ] do
                  Expect.isNone (response "-1" g 1.0) $"the curvature {g - 1.0}"

              Expect.isNone (response "0" 0.0 1.0) "a line"
              let far = Option.get (response "1e-30" 0.0 2.0)
              Check.near 1e-12 0.0 far[0] 2e30 "s / leak")

          testCase "responses scale with the units of stimuli where the energy is homogeneous" (fun () ->
              let instance =
                  Instance.create (Derivation.derive (circuit "F(theta, z) = theta*z^2/2" "[0.5,2]" "0.1")) (Sizes.circuit 2 3)

              let packed = instance.Pack(Simulation.initial instance 2)
              let s = [| 0.7; -1.3 |]
              let r = Option.get (instance.Respond(packed, s, [| 0.0; 0.0 |]))

              for unit in [ 1e-12; 1e-8; 1e8 ] do
                  let scaled =
                      Option.get (instance.Respond(packed, Array.map ((*) unit) s, [| 0.0; 0.0 |]))

                  Array.iter2 (fun x y -> Check.near 1e-12 0.0 x (unit * y) $"unit {unit}") scaled r)

          Check.law
              "bounded least squares: no weight could be moved to shorten the residual"
              60
              (FsCheck.FSharp.Gen.choose (1, 1_000_000))
              (fun seed ->
                  let random = Xoshiro256StarStar(seed, false)
                  let n, m = 1 + random.Next 4, 1 + random.Next 6
                  let number () = 2.0 * random.NextDouble() - 1.0

                  let a =
                      MathNet.Numerics.LinearAlgebra.Matrix<float>.Build.Dense(n, m, fun _ _ -> number ())

                  let b =
                      MathNet.Numerics.LinearAlgebra.Vector<float>.Build.Dense(n, fun _ -> 2.0 * number ())

                  let x = BoundedLeastSquares.solve a b

                  let slopes =
                      a.TransposeThisAndMultiply(b + a * MathNet.Numerics.LinearAlgebra.Vector<float>.Build.DenseOfArray x)

                  for j in 0 .. m - 1 do
                      Expect.isTrue (x[j] >= 0.0 && x[j] <= 1.0) "within its bounds"

                      if x[j] > 0.0 then
                          Expect.isLessThan slopes[j] 1e-9 "down"

                      if x[j] < 1.0 then
                          Expect.isGreaterThan slopes[j] -1e-9 "up") ]
