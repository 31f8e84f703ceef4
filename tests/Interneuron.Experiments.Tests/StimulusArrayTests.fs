module Interneuron.Experiments.Tests.StimulusArrayTests

open System.IO
open System.Threading
open Expecto
open MathNet.Numerics.Distributions
open MathNet.Numerics.Random
open Interneuron.Statistics
open Interneuron.Core.Transport
open Interneuron.Core.Circuits
open Interneuron.Core.Files
open Interneuron.Derivation.Formulas
open Interneuron.Stimuli
open Interneuron.Experiments
open Interneuron.Experiments.Tests.Tools

let private never = CancellationToken.None

let private normal seed n columns =
    let random = Xoshiro256StarStar(seed, false)
    Grid.init n columns (fun _ _ -> Normal.Sample(random, 0.0, 1.0))

let private withArray (grid: Grid) (test: string -> 'T) : 'T =
    inFolder (fun folder ->
        let path = Path.Combine(folder, "s.npy")
        Npy.writeGrid path grid
        test path)

// Each column scaled and shifted by its own numbers.
let private affine (units: float list) (means: float list) (grid: Grid) =
    Grid.init grid.Rows grid.Columns (fun row column -> means[column] + units[column] * grid[row, column])

let private warningOf scaling grid =
    withArray grid (fun path ->
        StimulusArray.source scaling path
        |> snd
        |> Option.map (fun line -> line.Replace(path, "s.npy")))

let private columns (grid: Grid) =
    [ for c in 0 .. grid.Columns - 1 -> Array.init grid.Rows (fun row -> grid[row, c]) ]

// Mean and deviation by their definitions.
let private momentsOf (values: float[]) =
    let mean = Array.average values
    mean, sqrt (values |> Array.averageBy (fun v -> (v - mean) ** 2.0))

[<Tests>]
let tests =
    testList
        "StimulusArray"
        [ testCase "an array on its side, and a picture, are refused before anything else"
          <| fun () ->
              for rows, columns in [ 2, 5000; 64, 64; 1, 2 ] do
                  withArray (normal 1 rows columns) (fun path ->
                      refuses
                          $"{path}: is an array of {rows} x {columns}, which would be {rows} stimuli for {columns} primary neurons; rows \
                          are stimuli, more of them than columns (in NumPy: a.T turns it; a picture is given by --image)."
                          (fun () -> StimulusArray.source Scaling.AsIs path |> ignore))

              withArray (normal 1 1 1) (fun path -> StimulusArray.source Scaling.AsIs path |> ignore)

          testCase "a value that is not finite is found before anything is learned"
          <| fun () ->
              withArray (Grid.ofArray 3 2 [| 1.0; 2.0; 3.0; nan; 5.0; 6.0 |]) (fun path ->
                  refuses $"{path}: row 1 has the value NaN in column 1; every value has to be finite." (fun () ->
                      StimulusArray.source Scaling.Centred path |> ignore))

          testCase "stimuli of mean 0 and deviation 1 are taken without a word, however few and however heavy their tails"
          <| fun () ->
              for seed in 1..20 do
                  for n in [ 20; 300; 5000 ] do
                      Expect.isNone (warningOf Scaling.AsIs (normal seed n 2)) $"{n} normal pairs, seed {seed}"
                      Expect.isNone (warningOf Scaling.AsIs (stimuli seed n 1)) $"{n} heavy-tailed numbers, seed {seed}"

          testCase "stimuli that are not centred, or have no unit scale, are said in a line with what would be right"
          <| fun () ->
              let off units means = affine units means (normal 1 5000 2)

              let said scaling grid line =
                  Expect.equal (warningOf scaling grid) line "line"

              let mean, deviation =
                  momentsOf (columns (off [ 1.0; 1.0 ] [ 0.0; 100.0 ]) |> List.item 1)

              said
                  Scaling.AsIs
                  (off [ 1.0; 1.0 ] [ 0.0; 100.0 ])
                  (Some
                      $"s.npy: the stimuli are not centred (mean {mean:G3}, deviation {deviation:G3} in column 1); --centre subtracts the \
                      means.")

              let _, deviation =
                  momentsOf (columns (off [ 20.0; 1.0 ] [ 0.0; 0.0 ]) |> List.item 0)

              said
                  Scaling.AsIs
                  (off [ 20.0; 1.0 ] [ 0.0; 0.0 ])
                  (Some
                      $"s.npy: the stimuli have no unit scale (deviation {deviation:G3} in column 0); --standardise subtracts the means \
                      and divides by the deviations.")

              for units, means, words in
                  [ [ 1.0; 1.0 ], [ 0.1; 0.0 ], [ "not centred"; "column 0" ]
                    [ 0.01; 0.02 ], [ 0.0; 0.0 ], [ "no unit scale"; "column 0" ]
                    [ 5.0; 1.0 ],
                    [ 0.0; -3.0 ],
                    [ "not centred"
                      "column 1"
                      "and have no unit scale"
                      "column 0"
                      "--standardise" ] ] do
                  let line = warningOf Scaling.AsIs (off units means) |> Option.defaultValue ""

                  for word in words do
                      Expect.stringContains line word line

              Expect.isNone (warningOf Scaling.Centred (off [ 1.0; 1.0 ] [ 5.0; 0.0 ])) "centred"
              Expect.isSome (warningOf Scaling.Centred (off [ 3.0; 1.0 ] [ 5.0; 0.0 ])) "centred, of deviation 3"
              Expect.isNone (warningOf Scaling.Standardised (off [ 3.0; 1.0 ] [ 5.0; 0.0 ])) "standardised"

          testCase "standardised stimuli have mean 0 and deviation 1, and a column that does not vary is refused"
          <| fun () ->
              withArray (affine [ 3.0; 1e-8 ] [ 50.0; -2.0 ] (normal 2 1000 2)) (fun path ->
                  let source, _ = StimulusArray.source Scaling.Standardised path
                  Expect.equal (Source.describe source) $"{path}, standardised" "in a few words"

                  for column in columns (Source.load Coefficients.single source).S do
                      let mean, deviation = momentsOf column
                      // Values around -2 and their running mean are known to some 4e-16, of deviations of 1e-8.
                      Expect.isLessThan (abs mean) 1e-6 "mean"
                      Expect.isLessThan (abs (deviation - 1.0)) 1e-6 "deviation"

                  let centred, _ = StimulusArray.source Scaling.Centred path
                  Expect.equal (Source.describe centred) $"{path}, centred" "in a few words"

                  let _, deviation =
                      momentsOf (List.head (columns (Source.load Coefficients.single centred).S))

                  let _, raw = momentsOf (List.head (columns (Npy.readGrid path)))
                  Expect.floatClose Accuracy.high deviation raw "centring leaves the deviation")

              withArray (Grid.init 10 2 (fun row column -> if column = 0 then float row else 0.1)) (fun path ->
                  refuses $"{path}: column 1 does not vary, so it has no unit to be divided by." (fun () ->
                      StimulusArray.source Scaling.Standardised path |> ignore))

          testCase "a circuit does to stimuli what was done to those it learned from"
          <| fun () ->
              inFolder (fun folder ->
                  let path name = Path.Combine(folder, name)
                  let raw = affine [ 20.0; 0.5 ] [ 100.0; -7.0 ] (normal 3 500 2)
                  Npy.writeGrid (path "s.npy") raw
                  let source, _ = StimulusArray.source Scaling.Standardised (path "s.npy")
                  let standardised = (Source.load Coefficients.single source).S

                  let learning =
                      { brief with
                          Potential = Potentials.quadratic
                          Interneurons = Some 3 }

                  use mapped = Source.mapped source
                  let trained = Learning.run learning ignore never mapped.Grid
                  // The grid in the file is as good as the one in memory.
                  Expect.equal trained.Circuit.Gains (Learning.run learning ignore never standardised).Circuit.Gains "g"

                  CircuitFile.write (path "c.json") (CircuitFile.ofTrained source 500 trained)
                  let saved = CircuitFile.read (path "c.json")
                  Expect.equal saved.Provenance.Value.Source source "kept to the last digit"
                  let circuit, map = saved.Circuit, saved.Standardisation

                  Arrays.respond (Transform.ofCircuit circuit) map never (path "s.npy") (path "r.npy")
                  |> ignore

                  let responses = Response.solve circuit (standardised.ToArray())
                  Expect.equal (snd (Npy.read (path "r.npy"))) responses.R "responses"

                  Arrays.density (Transform.ofCircuit circuit) map never (path "s.npy") (path "d.npy")
                  |> ignore
                  // p(s) ds is the same before and after: the units are 20 and 0.5, about.
                  let volume = log map.Value.Unit[0] + log map.Value.Unit[1]

                  let expected =
                      Response.logDensity circuit (standardised.ToArray())
                      |> Array.map (fun p -> p - volume)

                  Array.iter2 (fun a e -> Expect.isLessThan (abs (a - e)) 1e-12 "log p(s)") (snd (Npy.read (path "d.npy"))) expected

                  Arrays.sample (Transform.ofCircuit circuit) map never 20_000L 1 (path "drawn.npy")
                  |> ignore

                  let drawn = columns (Npy.readGrid (path "drawn.npy"))

                  for column, mean, unit in List.zip3 drawn [ 100.0; -7.0 ] [ 20.0; 0.5 ] do
                      let found, deviation = momentsOf column
                      // The means of 500 and of 20,000 differ by some standard errors, 0.045 of a unit each; what was learned in some
                      // hundred steps is rough.
                      Expect.isLessThan (abs (found - mean) / unit) 0.3 "the mean of what is drawn"
                      Expect.isLessThan (abs (log (deviation / unit))) 0.7 "its deviation")

          testCase "a standardisation that does not fit its circuit is refused"
          <| fun () ->
              inFolder (fun folder ->
                  let path = Path.Combine(folder, "c.json")
                  let trained = Learning.run brief ignore never (stimuli 1 100 1)

                  let reading (map: Standardisation) =
                      CircuitFile.write path (CircuitFile.ofTrained (Source.Standardised("s.npy", map)) 100 trained)
                      CircuitFile.read path |> ignore

                  reading { Mean = [| 1.0 |]; Unit = [| 2.0 |] }

                  for map in
                      [ { Mean = [| 1.0 |]; Unit = [| 0.0 |] }
                        { Mean = [| 1.0 |]; Unit = [| -1.0 |] }
                        { Mean = [| 1.0 |]
                          Unit = [| 1.0; 1.0 |] } ] do
                      refuses $"{path}: learned: standardised: has to be as many units, all positive, as means." (fun () -> reading map)

                  refuses $"{path}: learned from rows of 2 values, but has N = 1 primary neurons." (fun () ->
                      reading
                          { Mean = [| 1.0; 2.0 |]
                            Unit = [| 1.0; 2.0 |] }))

          testCase "J over all stimuli is the same in parts as at once"
          <| fun () ->
              let grid = stimuli 4 1_100_000 1
              let circuit = Learning.start brief grid
              let whole = Objective.value circuit (grid.ToArray())
              // Two sums of a million terms in different orders.
              Expect.isLessThan (abs (Learning.objective circuit grid / whole - 1.0)) 1e-10 "J" ]
