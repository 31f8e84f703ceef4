module Interneuron.Statistics.Tests.DensityGridTests

open Expecto
open Interneuron.Statistics
open Interneuron.Statistics.Tests.Draw
open Interneuron.Statistics.Tests.Reference

[<Tests>]
let tests =
    testList
        "DensityGrid"
        [ testCase "the grid agrees with the kernel density summed pair by pair"
          <| fun () ->
              // Different along the two axes, so that neither axes nor bandwidths can be mixed up; and pairs outside the window.
              let pairs =
                  correlated 0.5 1 400
                  |> Array.mapi (fun k z -> if k % 2 = 0 then z else 0.6 * z + 0.4)

              let grid = DensityGrid.estimate 1.5 301 pairs
              let struct (hx, hy) = grid.Bandwidth

              for i in 0..30..300 do
                  for j in 0..30..300 do
                      let expected = Naive.kernelDensity (hx, hy) pairs grid.Axis[i] grid.Axis[j]
                      // Bilinear binning widens the kernel by step^2/6 in variance: a relative 6e-4 of h^2 here, at a density of 0.3 at
                      // most.
                      close 1e-3 grid.Density[j, i] expected $"at ({grid.Axis[i]}, {grid.Axis[j]})"

          testCase "pairs of a larger scale than the window's need no larger grid"
          <| fun () ->
              for scale in [ 30.0; 1e9; 1e100 ] do
                  let pairs = correlated 0.5 1 400 |> Array.map ((*) scale)
                  let grid = DensityGrid.estimate 3.0 241 pairs
                  let struct (hx, hy) = grid.Bandwidth

                  for i in [ 0; 77; 240 ] do
                      let expected =
                          scale
                          * scale
                          * Naive.kernelDensity (hx, hy) pairs grid.Axis[i] grid.Axis[240 - i]
                      // The kernel in 32 steps: binning and reading each widen it by 1/32^2/6 in variance; densities are about 0.2.
                      close 2e-4 (scale * scale * grid.Density[240 - i, i]) expected $"scale {scale}, point {i}"

          testCase "the mass inside a wide window is one"
          <| fun () ->
              let grid = DensityGrid.estimate 8.0 161 (normal 2 2000)
              let step = grid.Axis[1] - grid.Axis[0]
              close 1e-12 (step * step * (grid.Density |> Seq.cast<float> |> Seq.sum)) 1.0 "mass"

          testCase "the axis covers the window"
          <| fun () ->
              let grid = DensityGrid.estimate 3.0 7 (normal 3 100)
              Expect.equal grid.Axis [| -3.0; -2.0; -1.0; 0.0; 1.0; 2.0; 3.0 |] "axis"

          testCase "a spherical Gaussian's density falls through the contour levels at the paper's radii"
          <| fun () ->
              for radius in DensityGrid.paperRadii do
                  close
                      1e-15
                      (DensityGrid.gaussianLevel radius)
                      (StandardNormal.density radius * StandardNormal.density 0.0)
                      $"radius {radius}"

              let grid = DensityGrid.estimate 3.0 121 (normal 4 400000)
              let centre = 60

              for radius in DensityGrid.paperRadii do
                  let right = Array.init 60 (fun k -> grid.Density[centre, centre + k])
                  let crossing = Array.findIndex (fun p -> p < DensityGrid.gaussianLevel radius) right
                  // The kernel widens the Gaussian by h^2/2 = 0.8 %, and a step is 0.05.
                  close 0.07 (0.05 * float crossing) radius "where the density crosses the level"

          testCase "a line of pairs and an empty window are refused"
          <| fun () ->
              refuses (fun () -> DensityGrid.estimate 3.0 11 [| 1.0; 2.0; 1.0; 3.0 |]) "one x"
              refuses (fun () -> DensityGrid.estimate 0.0 11 (normal 1 10)) "no extent"
              refuses (fun () -> DensityGrid.estimate 1.0 1 (normal 1 10)) "one point" ]
