module Interneuron.Experiments.Tests.ArraysTests

open System
open System.IO
open System.Threading
open Expecto
open Interneuron.Core.Transport
open Interneuron.Core.Circuits
open Interneuron.Stimuli
open Interneuron.Experiments
open Interneuron.Experiments.Tests.Tools

let private never = CancellationToken.None

/// More rows than a block holds.
let private many = 70_000

[<Tests>]
let tests =
    testList
        "Arrays"
        [ testCase "responses and densities by blocks are those of the whole array, in its shape"
          <| fun () ->
              inFolder (fun folder ->
                  let path name = Path.Combine(folder, name)

                  for n, shape in [ 1, [ many ]; 1, [ many; 1 ]; 2, [ many; 2 ] ] do
                      let circuit = circuit n
                      let s = heavyTailed 5 many n
                      Npy.write (path "s.npy") shape s

                      let responded =
                          Arrays.respond (Transform.ofCircuit circuit) None never (path "s.npy") (path "r.npy")

                      let measured =
                          Arrays.density (Transform.ofCircuit circuit) None never (path "s.npy") (path "d.npy")

                      let densities = Response.logDensity circuit s
                      Expect.equal (Npy.read (path "r.npy")) (shape, (Response.solve circuit s).R) "responses"
                      Expect.equal (Npy.read (path "d.npy")) ([ many ], densities) "densities"
                      Expect.equal (responded.Rows, measured.Rows) (int64 many, int64 many) "rows"
                      Expect.floatClose Accuracy.high measured.Mean (Array.average densities) "mean")

          testCase "fewer samples are the first of more, and another seed draws others"
          <| fun () ->
              inFolder (fun folder ->
                  let drawn count seed =
                      let path = Path.Combine(folder, "s.npy")

                      Arrays.sample (Transform.ofCircuit (circuit 2)) None never count seed path
                      |> ignore

                      Npy.read path

                  let shape, all = drawn (int64 many) 3
                  Expect.equal shape [ many; 2 ] "shape"
                  Expect.equal (drawn 40_000L 3) ([ 40_000; 2 ], all[.. 2 * 40_000 - 1]) "fewer"
                  Expect.notEqual (snd (drawn 10L 4)) all[..19] "other"
                  // Blocks are drawn with seeds of their own: no row of the first comes again in the second.
                  Expect.notEqual all[2 * 32_768 .. 2 * 32_768 + 9] all[..9] "blocks")

          testCase "the responses to a circuit's own samples have the target's distribution"
          <| fun () ->
              inFolder (fun folder ->
                  let s, r = Path.Combine(folder, "s.npy"), Path.Combine(folder, "r.npy")

                  Arrays.sample (Transform.ofCircuit (circuit 1)) None never (int64 many) 1 s
                  |> ignore

                  Arrays.respond (Transform.ofCircuit (circuit 1)) None never s r |> ignore
                  // The 0.999 quantile of sqrt n KS is 1.95 (Kolmogorov).
                  let ks =
                      Interneuron.Statistics.Ks.toTarget (Target.cdf StandardGaussian) (snd (Npy.read r))

                  Expect.isLessThan ks (1.95 / sqrt (float many)) "KS")

          testCase "bad rows are found wherever they are, and leave no file"
          <| fun () ->
              inFolder (fun folder ->
                  let s = Path.Combine(folder, "s.npy")
                  let values = heavyTailed 5 many 1
                  values[66_000] <- -infinity
                  Npy.write s [ many ] values

                  for pass in [ Arrays.respond; Arrays.density ] do
                      refuses $"{s}: row 66000 has the value {-infinity} in column 0; every value has to be finite." (fun () ->
                          pass (Transform.ofCircuit (circuit 1)) None never s (Path.Combine(folder, "out.npy"))
                          |> ignore)

                  Expect.equal (filesIn folder) [ "s.npy" ] "files")

          testCase "an array of another shape is refused with both shapes"
          <| fun () ->
              inFolder (fun folder ->
                  let s = Path.Combine(folder, "s.npy")

                  for shape, words in [ [ 6 ], "6"; [ 2; 3 ], "2 x 3"; [ 3; 1; 2 ], "3 x 1 x 2" ] do
                      Npy.write s shape [| 1.0 .. 6.0 |]

                      refuses $"{s}: is an array of {words}; the circuit has N = 2 primary neurons, so it takes an array n x 2." (fun () ->
                          Arrays.respond (Transform.ofCircuit (circuit 2)) None never s (Path.Combine(folder, "r.npy"))
                          |> ignore)

                  Expect.equal (filesIn folder) [ "s.npy" ] "files")

          testCase "no samples are refused"
          <| fun () ->
              refuses "the number of samples is 0; it is at least 1." (fun () ->
                  Arrays.sample (Transform.ofCircuit (circuit 1)) None never 0L 1 "s.npy"
                  |> ignore)

          testCase "a stop leaves no file"
          <| fun () ->
              inFolder (fun folder ->
                  let stopped =
                      Arrays.sample (Transform.ofCircuit (circuit 1)) None (CancellationToken true) 10L 1 (Path.Combine(folder, "s.npy"))

                  Expect.isTrue stopped.IsInterrupted "interrupted"
                  Expect.isEmpty (filesIn folder) "files")

          testCase "a stimulus too large for the arithmetic is told by its row, and the others have their values"
          <| fun () ->
              inFolder (fun folder ->
                  let s, out = Path.Combine(folder, "s.npy"), Path.Combine(folder, "out.npy")
                  // Gains of 1e-10 ask for responses of 1e315 to it.
                  let weak =
                      Circuit.create
                          Potentials.quadratic
                          StandardGaussian
                          0.0
                          [| 1e-10; 1e-10 |]
                          [| [||]; [||] |]
                          [| [| 1.0; 0.0 |]; [| 0.0; 1.0 |] |]

                  Npy.write s [ 3; 2 ] [| 1e-10; 5e-11; 1e305; 1.0; 2e-10; -1e-10 |]

                  for pass, width in [ Arrays.respond, 2; Arrays.density, 1 ] do
                      let done' = pass (Transform.ofCircuit weak) None never s out
                      Expect.equal done'.Failures (Some(1L, 1L)) "failures"
                      let _, values = Npy.read out
                      let isNaN = values |> Array.map System.Double.IsNaN

                      Expect.equal
                          isNaN
                          [| for row in 0..2 do
                                 for _ in 1..width -> row = 1 |]
                          "NaN in its row"

                      Expect.isTrue (System.Double.IsFinite done'.Mean) "the mean of the others") ]
