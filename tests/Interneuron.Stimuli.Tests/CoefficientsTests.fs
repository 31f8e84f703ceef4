module Interneuron.Stimuli.Tests.CoefficientsTests

open System
open System.Text.Json
open System.IO
open Expecto
open Interneuron.Stimuli
open Interneuron.Stimuli.Tests.Tools
open Interneuron.Tests.Common
open Interneuron.Statistics

let private column k (samples: Grid) =
    Array.init samples.Rows (fun row -> samples[row, k])

let private moment p values =
    values |> Array.averageBy (fun v -> v ** float p)

let private variance values =
    moment 2 values - moment 1 values ** 2.0

/// The mutual information of pairs on bins of width 0.5, plug-in, in nats: the paper's estimate.
let private binnedInformation (pairs: Grid) =
    let bin v = int (floor (v / 0.5))
    let n = float pairs.Rows
    let cells = Array.init pairs.Rows (fun row -> bin pairs[row, 0], bin pairs[row, 1])

    let entropy keys =
        keys
        |> Array.countBy id
        |> Array.sumBy (fun (_, count) -> let p = float count / n in -p * log p)

    entropy (Array.map fst cells) + entropy (Array.map snd cells) - entropy cells

[<Tests>]
let tests =
    testList
        "Coefficients"
        [ testProperty "Neighbours are the values of the band at each offset, wherever all lie inside" (fun seed ->
              let random = Random seed
              let band = randomGrid seed 12 15

              let offsets =
                  [ for _ in 0 .. random.Next 3 -> random.Next(-5, 6), random.Next(-5, 6) ]

              let inside =
                  [| for i in 0..11 do
                         for j in 0..14 do
                             let places = offsets |> List.map (fun (dy, dx) -> i + dy, j + dx)
                             // The position itself counts too: offsets are relative to a coefficient that is there.
                             if
                                 (i, j) :: places
                                 |> List.forall (fun (y, x) -> y >= 0 && y < 12 && x >= 0 && x < 15)
                             then
                                 yield! places |> List.map (fun (y, x) -> band[y, x]) |]

              let samples = Coefficients.neighbours offsets band
              Expect.equal samples.Columns offsets.Length "one column for each offset"
              Expect.equal (samples.ToArray()) inside "samples")

          test "Offsets that reach beyond the band are refused" {
              let band = randomGrid 1 4 6
              Expect.throwsT<ArgumentException> (fun () -> Coefficients.neighbours [] band |> ignore) "none"
              Expect.throwsT<Refusal> (fun () -> Coefficients.neighbours [ 0, 0; 4, 0 ] band |> ignore) "down"
              Expect.throwsT<Refusal> (fun () -> Coefficients.neighbours [ 0, 3; 0, -3 ] band |> ignore) "to both sides"
              Expect.equal (Coefficients.neighbours [ 0, 0; 3, 5 ] band).Rows 1 "corner to corner"
          }

          testProperty "Each column gets the variance 1 and keeps its shape" (fun seed ->
              let samples = randomGrid seed 50 3 |> Grid.map (fun v -> 3.0 + 7.0 * v)
              let scaled = Coefficients.unitVariance samples

              for k in 0..2 do
                  // Means near 12 standard deviations lose three digits of sixteen in this test's own formula.
                  Expect.isLessThan (abs (variance (column k scaled) - 1.0)) 1e-12 "variance"
                  let ratio = scaled[0, k] / samples[0, k]

                  Array.iter2
                      (fun a b -> Expect.isLessThan (abs (a - ratio * b)) 1e-13 "proportional, the mean not subtracted")
                      (column k scaled)
                      (column k samples))

          test "An image of one grey has no coefficients" {
              let grey = Image.ofGrid (Grid.init 64 64 (fun _ _ -> 0.3))
              Expect.stringContains (refusal (fun () -> Coefficients.single grey)) "single grey" "single"
              Expect.stringContains (refusal (fun () -> Coefficients.pairs 2 grey)) "single grey" "pairs"
          }

          test "Single coefficients are the first band over its standard deviation" {
              let image = Image.ofGrid (randomGrid 3 64 32)
              let band = Coefficients.firstBand image
              let samples = Coefficients.single image
              Expect.equal (samples.Rows, samples.Columns) (64 * 32, 1) "shape"
              let deviation = sqrt (variance (band.ToArray()))
              // Division by a deviation computed in another order of sums.
              Array.iter2 (fun s b -> Expect.isLessThan (abs (s - b / deviation)) 1e-12 "coefficient") (samples.ToArray()) (band.ToArray())
          }

          test "Pairs are a coefficient and the one d rows below it" {
              let image = Image.ofGrid (randomGrid 4 32 32)
              let band = Coefficients.firstBand image
              let pairs = Coefficients.pairs 5 image
              Expect.equal (pairs.Rows, pairs.Columns) (27 * 32, 2) "shape"
              let x, y = pairs[32, 0] / band[1, 0], pairs[32, 1] / band[6, 0]
              // All rows share one factor for each coordinate, of either sign of the coefficient, so it is positive.
              Expect.isGreaterThan (min x y) 0.0 "scale"
              Expect.isLessThan (abs (pairs[77, 0] / band[2, 13] / x - 1.0)) 1e-14 "first coordinate"
              Expect.isLessThan (abs (pairs[77, 1] / band[7, 13] / y - 1.0)) 1e-14 "second coordinate"
          }

          test "A column is a coefficient and those d, 2d, ... rows below it, each of unit variance" {
              let image = Image.ofGrid (randomGrid 4 32 32)
              let band = Coefficients.firstBand image
              let column = Coefficients.column 3 5 image
              Expect.equal (column.Rows, column.Columns) (22 * 32, 3) "shape"

              for k in 0..2 do
                  let factor = column[32, k] / band[1 + 5 * k, 0]
                  Expect.isLessThan (abs (column[77, k] / band[2 + 5 * k, 13] / factor - 1.0)) 1e-14 $"coordinate {k}"
                  let variance = variance [| for i in 0 .. column.Rows - 1 -> column[i, k] |]
                  Expect.isLessThan (abs (variance - 1.0)) 1e-12 $"variance {k}"
          }

          test "The smallest image with coefficients is 8 x 8" {
              Expect.equal (Coefficients.single (Image.ofGrid (randomGrid 1 8 8))).Rows 64 "8 x 8"

              let tooSmall () =
                  Coefficients.single (Image.ofGrid (randomGrid 1 7 64))

              Expect.stringContains (refusal tooSmall) "7 x 64 pixels; filter responses need at least 8 x 8" "7 x 64"
          }

          test "Pairs of the photographs have the mutual information that the paper's authors' code finds" {
              use report =
                  JsonDocument.Parse(File.ReadAllText(shared "reference/authors-pairs.json"))

              let published =
                  [ for entry in report.RootElement.EnumerateArray() do
                        entry.GetProperty("img").GetInt32(), entry.GetProperty("d").GetInt32(), entry.GetProperty("mi_in").GetDouble() ]
                  |> List.distinctBy (fun (image, d, _) -> image, d)

              for image, d, expected in published do
                  let pairs =
                      Image.load (shared $"images/%02d{image}.ras")
                      |> Image.centredSquare
                      |> Coefficients.pairs d
                  // Coefficients that lie within 1e-5 of a bin's edge, one in some ten thousand, may change bins.
                  Expect.isLessThan (abs (binnedInformation pairs - expected)) 1e-3 $"image {image}, offset {d}"
          } ]
