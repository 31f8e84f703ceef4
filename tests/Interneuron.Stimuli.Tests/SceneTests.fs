module Interneuron.Stimuli.Tests.SceneTests

open System
open System.Security.Cryptography
open Expecto
open Interneuron.Stimuli
open Interneuron.Stimuli.Tests.Tools
open Interneuron.Statistics

let private kurtosis (samples: Grid) =
    let values = samples.ToArray()
    let mean = Array.average values

    let power p =
        values |> Array.averageBy (fun v -> (v - mean) ** p)

    power 4.0 / power 2.0 ** 2.0

let private small =
    { Size = 64
      SmallestRadius = 3.0
      LargestRadius = 20.0 }

[<Tests>]
let tests =
    testList
        "Scene"
        [ test "Its coefficients are as heavy-tailed as a photograph's, for any seed" {
              for seed in 0..4 do
                  let scene = Scene.create Scene.standard seed
                  Expect.equal (scene.Height, scene.Width) (512, 512) "shape"
                  let k = kurtosis (Coefficients.single scene)
                  // Photographs lie at 9 to 30; over many seeds scenes lie at 11 to 14.
                  Expect.isTrue (k > 9.0 && k < 30.0) $"kurtosis {k} for seed {seed}"
          }

          test "A seed gives the same scene everywhere" {
              // Recorded from this generator on Linux x64; every operation is exact or correctly rounded, so no machine may differ.
              let scene = Scene.create small 7
              let bytes = scene.Intensities.ToArray() |> Array.collect BitConverter.GetBytes

              Expect.equal
                  (Convert.ToHexString(SHA256.HashData bytes))
                  "2FB57D42414A13A7A03950C5DE37BFFEACB2D5F5ABD468E6B8004B0339223FA3"
                  "digest of all intensities"
          }

          testPropertyWithConfig large "Greys are uniform, so their mean is a half" (fun seed ->
              let scene =
                  Scene.create
                      { Size = 256
                        SmallestRadius = 2.0
                        LargestRadius = 8.0 }
                      seed

              let mean = Array.average (scene.Intensities.ToArray())
              // Some 256^2 / (pi 8^2) = 330 discs at least are seen, each of standard deviation 0.29: five standard errors.
              Expect.isLessThan (abs (mean - 0.5)) (5.0 * 0.29 / sqrt 330.0) "mean")

          test "Discs have the radii that were asked for" {
              // All radii 10: the uniform patches of a scene are parts of discs, so no row has a run of one grey longer than a diameter.
              let scene =
                  Scene.create
                      { Size = 128
                        SmallestRadius = 10.0
                        LargestRadius = 10.0 }
                      3

              let runs =
                  [ for i in 0..127 do
                        let row = List.init 128 (fun j -> scene.Intensities[i, j])

                        row
                        |> List.fold
                            (fun (last, length, longest) v ->
                                let length = if v = last then length + 1 else 1
                                v, length, max longest length)
                            (-1.0, 0, 0)
                        |> fun (_, _, longest) -> longest ]

              let longest = List.max runs
              Expect.isTrue (longest <= 20 && longest >= 17) $"the longest run is {longest}"
          }

          test "There is no seam: opposite borders fit as neighbours do" {
              let roughness (f: int -> Grid -> float) =
                  List.average
                      [ for seed in 0..9 do
                            let grid = (Scene.create { small with Size = 128 } seed).Intensities
                            for k in 0..127 -> f k grid ]

              let across = roughness (fun k grid -> abs (grid[k, 127] - grid[k, 0]))
              let within = roughness (fun k grid -> abs (grid[k, 63] - grid[k, 64]))
              // Independent greys differ by 1/3 on average, neighbours by far less.
              Expect.isLessThan across 0.15 "across the border"
              Expect.isLessThan within 0.15 "in the middle"
          }

          test "Settings that cannot be are refused" {
              for settings in
                  [ { small with SmallestRadius = 0.0 }
                    { small with SmallestRadius = nan }
                    { small with LargestRadius = 2.0 }
                    { small with LargestRadius = 33.0 }
                    { small with Size = 0 } ] do
                  Expect.throwsT<ArgumentException> (fun () -> Scene.create settings 1 |> ignore) $"{settings}"
          } ]
