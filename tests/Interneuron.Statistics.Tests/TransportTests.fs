module Interneuron.Statistics.Tests.TransportTests

open Expecto
open Interneuron.Statistics
open Interneuron.Statistics.Tests.Draw
open Interneuron.Statistics.Tests.Reference

[<Tests>]
let exact =
    testList
        "Transport"
        [ testProperty "a few points are matched as the best of all permutations"
          <| fun (seed: int) ->
              let a, b = normal seed 12, normal (seed + 1) 12
              let result = Transport.exact 2 a b
              let cost, product = Naive.bestMatching 2 a b
              close 1e-12 result.SquaredDistance cost "squared distance"
              close 1e-12 result.Optimum product "E[s . r]"
              Expect.equal (Array.sort result.Assignment) [| 0..5 |] "one to one"

          testProperty "equal points and costs that tie end, in an optimum"
          <| fun (seed: int) ->
              let lattice seed = normal seed 12 |> Array.map round
              let a, b = lattice seed, lattice (seed + 1)
              close 1e-12 (Transport.exact 2 a b).SquaredDistance (fst (Naive.bestMatching 2 a b)) "squared distance"

          testCase "in one dimension sorting is the solution"
          <| fun () ->
              let a, b = normal 1 700, normal 2 700 |> Array.map (fun x -> x * x)
              let result = Transport.exact 1 a b
              close 1e-11 (sqrt result.SquaredDistance) (Wasserstein.twoSample a b) "W2"
              close 1e-11 result.Optimum (Wasserstein.transportOptimum (Array.sort b) a) "J_opt"

          testCase "the dual prices prove the matching optimal"
          <| fun () ->
              for dimension, seed in [ 2, 3; 5, 4; 2, 5 ] do
                  let n = 300

                  let a =
                      normal seed (n * dimension)
                      |> Array.map (fun x -> if seed = 5 then x * x * x else x)
                  // Costs are of the order of 100 at most, and each is a sum of a few roundings.
                  close 1e-10 (Transport.exact dimension a (normal (seed + 10) (n * dimension))).Gap 0.0 $"gap in {dimension} dimensions"

          testCase "a linear map of the targets with a positive symmetric matrix is undone"
          <| fun () ->
              // Brenier: the gradient of a convex function is optimal between any set and its image.
              let s = normal 6 400

              let r =
                  Array.init 400 (fun k ->
                      if k % 2 = 0 then
                          2.0 * s[k] + 0.5 * s[k + 1]
                      else
                          0.5 * s[k - 1] + s[k])

              Expect.equal (Transport.exact 2 s r).Assignment [| 0..199 |] "each to its image"

          testCase "the identity between W2 and J_opt holds"
          <| fun () ->
              let a, b = normal 7 600, normal 8 600
              let result = Transport.exact 3 a b

              let moment (x: float[]) =
                  (x |> Array.sumBy (fun v -> v * v)) / 200.0

              close 1e-11 result.SquaredDistance (moment a + moment b - 2.0 * result.Optimum) "W2^2 = E|s|^2 + E|r|^2 - 2 J_opt"

          testCase "Gaussian samples come near the closed form of Gaussian transport"
          <| fun () ->
              let n = 1000
              let s, r = correlated 0.8 9 n, normal 10 (2 * n)
              // W2^2(N(0, C), N(0, I)) = tr(C) + 2 - 2 tr(C^(1/2)), and C has eigenvalues 1.8 and 0.2 (Bures). Between n samples in the
              // plane the cost is larger by about log(n)/n = 0.01 a pair of sets, and fluctuates with the samples' moments by 0.03.
              let expected = 4.0 - 2.0 * (sqrt 1.8 + sqrt 0.2)
              close 0.06 (Transport.exact 2 s r).SquaredDistance expected "W2^2"

          testCase "sets of different sizes are refused"
          <| fun () ->
              refuses (fun () -> Transport.exact 2 (normal 1 4) (normal 1 6)) "two and three"
              refuses (fun () -> Transport.exact 1 (normal 1 5001) (normal 1 5001)) "too many" ]

[<Tests>]
let sinkhorn =
    testList
        "Sinkhorn"
        [ testCase "it comes to the exact cost as epsilon falls"
          <| fun () ->
              let a, b = correlated 0.8 1 200, normal 2 400
              let exact = Transport.exact 2 a b
              let at epsilon = Sinkhorn.debiased epsilon 2 a b

              let errors =
                  [ 1.0; 0.3; 0.1 ]
                  |> List.map (fun epsilon -> abs ((at epsilon).SquaredDistance - exact.SquaredDistance))

              Expect.isDescending errors "closer and closer"
              // What is left at 0.1 is the part of the matching finer than sqrt 0.1, which debiasing takes for noise.
              Expect.isLessThan errors[2] 0.05 "near"
              let result = at 0.1
              Expect.equal result.Outcome SinkhornOutcome.Converged "converged"
              Expect.isLessThan result.Residual 2e-3 "residual"

              let moment (x: float[]) =
                  (x |> Array.sumBy (fun v -> v * v)) / 200.0

              close 1e-12 result.Optimum (0.5 * (moment a + moment b - result.SquaredDistance)) "J_opt"

          testCase "a set is at no distance from itself, at any epsilon"
          <| fun () ->
              let a = normal 3 300

              for epsilon in [ 1.0; 0.1 ] do
                  // The potentials are right to 2e-3 epsilon, and the value to the square of that; the bound is for what rounding in the
                  // sums adds.
                  close (1e-3 * epsilon) (Sinkhorn.debiased epsilon 3 a a).SquaredDistance 0.0 $"epsilon {epsilon}"

          testCase "a shift costs its squared length, at any epsilon"
          <| fun () ->
              let a = normal 4 400
              let b = a |> Array.mapi (fun k x -> if k % 2 = 0 then x + 1.5 else x)

              for epsilon in [ 1.0; 0.1 ] do
                  close (2e-3 * epsilon) (Sinkhorn.debiased epsilon 2 a b).SquaredDistance 2.25 $"epsilon {epsilon}"

          testCase "sets may differ in size"
          <| fun () ->
              let a, b = normal 5 301, normal 6 203 |> Array.map (fun x -> 2.0 * x + 1.0)
              close 0.02 (Sinkhorn.debiased 0.05 1 a b).SquaredDistance (pown (Wasserstein.twoSample a b) 2) "against sorting"
              refuses (fun () -> Sinkhorn.debiased 0.0 1 a b) "epsilon 0" ]
