module Interneuron.Statistics.Tests.DensityTests

open Expecto
open Interneuron.Statistics
open Interneuron.Statistics.Tests.Draw

[<Tests>]
let tests =
    testList
        "Density"
        [ testCase "the cells hold all of the mass"
          <| fun () ->
              for samples in
                  [ normal 1 20000
                    normal 2 20000 |> Array.map (fun x -> x * x * x)
                    normal 3 7
                    normal 4 3000 |> Array.map exp ] do
                  let curve = Density.histogram samples
                  close 1e-12 (Array.map2 (*) curve.Density curve.Width |> Array.sum) 1.0 "mass"
                  Expect.isAscending curve.X "from left to right"

          testCase "every cell holds 16 samples or more"
          <| fun () ->
              for samples in [ normal 1 20000; normal 4 3000 |> Array.map exp; uniform 5 1000 ] do
                  let curve = Density.histogram samples

                  let counts =
                      Array.map2 (fun p w -> p * w * float samples.Length) curve.Density curve.Width

                  Expect.isGreaterThan (Array.min counts) 15.5 "samples in a cell"

          testCase "Gaussian samples follow the Gaussian density into the tails"
          <| fun () ->
              let n = 100000
              let curve = Density.histogram (normal 6 n)
              Expect.isGreaterThan (Array.last curve.X) 3.3 "reaches the right tail"
              Expect.isLessThan curve.X[0] -3.3 "reaches the left tail"

              for i in 1 .. curve.X.Length - 2 do
                  let expected = StandardNormal.density curve.X[i]
                  // Five standard errors of the count, and 3 % for the curvature of the density within a joined cell.
                  let error = 5.0 / sqrt (expected * curve.Width[i] * float n) + 0.03
                  close error (curve.Density[i] / expected) 1.0 $"at {curve.X[i]}"

          testCase "a sharp peak keeps its height"
          <| fun () ->
              // A fifth of the mass evenly within 0.01 of zero, on a Gaussian: the density there is 0.2/0.02 + 0.8/sqrt(2 pi) = 10.3. A
              // cell of n^(2/3)/4 = 538 samples has a standard error of 4 %.
              let samples =
                  Array.append (uniform 7 20000 |> Array.map (fun u -> 0.02 * u - 0.01)) (normal 8 80000)

              let curve = Density.histogram samples
              let at = Array.findIndex (fun x -> x > 0.0) curve.X
              close 2.0 curve.Density[at] 10.3 "at zero"

          testCase "equal samples have no density, and half equal ones have"
          <| fun () ->
              refuses (fun () -> Density.histogram [| 2.0; 2.0 |]) "all equal"
              let curve = Density.histogram (Array.append (Array.zeroCreate 500) (normal 9 400))
              close 1e-12 (Array.map2 (*) curve.Density curve.Width |> Array.sum) 1.0 "mass" ]
