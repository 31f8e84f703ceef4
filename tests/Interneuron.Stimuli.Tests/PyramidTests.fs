module Interneuron.Stimuli.Tests.PyramidTests

open System
open Expecto
open Interneuron.Stimuli
open Interneuron.Stimuli.Tests.Tools
open Interneuron.Stimuli.Tests.Reference
open Interneuron.Tests.Common
open Interneuron.Statistics

// A transform of up to 2^18 values loses at most some dozen roundings of 1.1e-16 relative to the norm.
let private rounding = 1e-13

// Every order up to 5, sides even, odd and powers of two.
let private anyPyramid (seed: int) =
    let random = Random seed
    let rows, columns = random.Next(8, 80), random.Next(8, 80)
    let height = random.Next(1, Pyramid.maximalHeight rows columns + 1)
    Pyramid.create (random.Next 6) height rows columns

[<Tests>]
let tests =
    testList
        "Pyramid"
        [ test "The first band of photograph 05 agrees with another implementation" {
              let image = Image.load (shared "images/05.ras") |> Image.centredSquare
              let reference = Npy.readGrid (shared "reference/pyramid-05.npy")
              let band = Coefficients.firstBand image
              // The reference interpolates its filters between the points of a table, 1/256 octave and pi/1024 apart, which by h^2 / 8
              // times the second derivative is off by up to 5e-6; it is stored in single precision, 6e-8.
              Expect.isLessThan (relativeError band reference) 1e-5 "relative L2 error"
          }

          testPropertyWithConfig large "Squares of all coefficients sum to the squares of the pixels" (fun seed ->
              let pyramid = anyPyramid seed
              let grid = randomGrid seed pyramid.Rows pyramid.Columns
              let coefficients = Pyramid.analyse pyramid grid
              let sum = Pyramid.subbands pyramid |> List.sumBy (coefficients >> energy)
              Expect.isLessThan (abs (sum / energy grid - 1.0)) rounding "Parseval")

          testPropertyWithConfig large "Reconstruction gives the grid back" (fun seed ->
              let pyramid = anyPyramid seed
              let grid = randomGrid seed pyramid.Rows pyramid.Columns
              let again = Pyramid.reconstruct pyramid (Pyramid.analyse pyramid grid)
              Expect.isLessThan (relativeError again grid) rounding "relative L2 error")

          testPropertyWithConfig large "Reconstruction is the adjoint of analysis, also for coefficients that no grid has" (fun seed ->
              let pyramid = anyPyramid seed
              let grid = randomGrid seed pyramid.Rows pyramid.Columns

              let numbered =
                  Pyramid.subbands pyramid
                  |> List.mapi (fun k subband -> subband, k)
                  |> Map.ofList

              let any subband =
                  randomGrid (seed + 1 + numbered[subband]) pyramid.Rows pyramid.Columns

              let analysed = Pyramid.analyse pyramid grid

              let left =
                  Pyramid.subbands pyramid
                  |> List.sumBy (fun subband -> inner (analysed subband) (any subband))

              let right = inner grid (Pyramid.reconstruct pyramid any)
              let scale = energy grid * float numbered.Count
              Expect.isLessThan (abs (left - right) / scale) rounding "<A x, c> = <x, A* c>")

          test "Every subband is that of the definition, by sums over all pixels and frequencies" {
              for order, height, rows, columns in [ 2, 2, 16, 16; 1, 1, 9, 12; 3, 1, 8, 16; 0, 2, 17, 16 ] do
                  let grid = randomGrid order rows columns
                  let pyramid = Pyramid.create order height rows columns
                  let coefficients = Pyramid.analyse pyramid grid

                  for subband in Pyramid.subbands pyramid do
                      let naive = NaivePyramid.subband order height subband grid
                      // The naive sums take powers, arctangents and square roots near 1, each good to some 1e-15, amplified to 1e-8 only
                      // where a square root comes close to zero, which no frequency of these grids does.
                      Expect.isLessThan (relativeError (coefficients subband) naive) 1e-12 $"{order} {height} {rows} x {columns} {subband}"
          }

          testPropertyWithConfig
              large
              "Oriented bands are steered: those of the transposed image are combinations of the bands"
              (fun seed ->
                  let order = 1 + abs (seed % 5)
                  let grid = randomGrid seed 32 32
                  let pyramid = Pyramid.create order 2 32 32
                  let bands = Pyramid.analyse pyramid grid
                  let ofTransposed = Pyramid.analyse pyramid (transposed grid)
                  let count = order + 1
                  let angle k = Math.PI * float k / float count
                  // cos(a)^n has the harmonics n, n - 2, ...; each is a sum over n + 1 equally spaced copies (Freeman and Adelson 1991,
                  // theorem 1).
                  let weight a =
                      let harmonics =
                          [ for m in order .. -2 .. 0 -> if m = 0 then 1.0 else 2.0 * Math.Cos(float m * a) ]

                      List.sum harmonics / float count

                  for scale in 0..1 do
                      for k in 0..order do
                          // Transposing reflects the angle theta to pi / 2 - theta.
                          let weights = [ for j in 0..order -> weight (Math.PI / 2.0 - angle k - angle j) ]
                          let parts = [ for j in 0..order -> (bands (Subband.Oriented(scale, j))).ToArray() ]

                          let steered =
                              Grid.init 32 32 (fun i j ->
                                  List.fold2 (fun sum w (part: float[]) -> sum + w * part[i * 32 + j]) 0.0 weights parts)

                          let actual = ofTransposed (Subband.Oriented(scale, k)) |> transposed
                          Expect.isLessThan (relativeError steered actual) rounding $"order {order}, scale {scale}, orientation {k}")

          test "Only the low-pass residual knows the mean" {
              let pyramid = Pyramid.create 2 3 64 64
              let coefficients = Pyramid.analyse pyramid (Grid.init 64 64 (fun _ _ -> 0.7))

              for subband in Pyramid.subbands pyramid do
                  let expected = if subband = Subband.LowPass then 0.7 else 0.0

                  let furthest =
                      (coefficients subband).ToArray()
                      |> Array.map (fun value -> abs (value - expected))
                      |> Array.max

                  Expect.isLessThan furthest 1e-15 $"{subband}"
          }

          test "A horizontal grating is seen by the orientation whose frequency axis is vertical alone or most" {
              // cos(theta - pi k / 2)^1: orientation 0 has horizontal frequencies, orientation 1 vertical ones.
              let grating = Grid.init 64 64 (fun i _ -> Math.Cos(2.0 * Math.PI * float i / 4.0))
              let bands = Pyramid.analyse (Pyramid.create 1 3 64 64) grating
              Expect.isLessThan (energy (bands (Subband.Oriented(0, 0)))) 1e-20 "horizontal frequencies"
              // At half the Nyquist frequency the finest scale passes everything, and two orientations of order 1 need no scaling.
              Expect.isLessThan (abs (energy (bands (Subband.Oriented(0, 1))) / energy grating - 1.0)) rounding "vertical frequencies"
          }

          test "A pyramid that cannot be is refused, and says which would do" {
              let refusedWith (words: string) (make: unit -> unit) =
                  let error = Expect.throwsC make id
                  Expect.isTrue (error :? ArgumentException) "ArgumentException"
                  Expect.stringContains error.Message words "the message"

              refusedWith "0 .. 15; it was 16" (fun () -> Pyramid.create 16 3 64 64 |> ignore)
              refusedWith "1 .. 4; it was 5" (fun () -> Pyramid.create 2 5 64 512 |> ignore)
              refusedWith "at least 8 x 8" (fun () -> Pyramid.create 2 1 7 64 |> ignore)
              let pyramid = Pyramid.create 2 3 64 64

              refusedWith "64 x 64 values; the grid has 64 x 32" (fun () ->
                  Pyramid.analyse pyramid (randomGrid 1 64 32) Subband.LowPass |> ignore)

              let coefficients = Pyramid.analyse pyramid (randomGrid 1 64 64)
              refusedWith "0 .. 2; scale 3" (fun () -> coefficients (Subband.Oriented(3, 0)) |> ignore)
              refusedWith "0 .. 2; orientation -1" (fun () -> coefficients (Subband.Oriented(0, -1)) |> ignore)
          } ]
