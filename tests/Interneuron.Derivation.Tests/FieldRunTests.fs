/// What the field's models do when they run, judged by closed forms and by other methods written out here.
module Interneuron.Derivation.Tests.FieldRunTests

open System
open Expecto
open MathNet.Numerics.Random
open MathNet.Numerics.Distributions
open MathNet.Numerics.LinearAlgebra
open Interneuron.Core.Tests
open Interneuron.Core.Circuits
open Interneuron.Derivation.Formulas
open Interneuron.Derivation.Models
open Interneuron.Derivation.Rules
open Interneuron.Derivation.Running

let private model name =
    match ModelLibrary.tryText name |> Option.map ModelText.parse with
    | Some(Ok model) -> model
    | Some(Error e) -> failtest $"{name}: {e}"
    | None -> failtest $"there is no model {name}"

let private instanceOf (m: Model) =
    Instance.create (Derivation.derive m) m.Sizes

let private sized (sizes: (string * int) list) (m: Model) =
    (m, sizes)
    ||> List.fold (fun m (name, count) ->
        let population = m.Populations |> List.find (fun p -> p.Name = name)

        { m with
            Sizes = Sizes.change population count m.Sizes })

/// The same model, with the rates of its parameters times a number.
let private paced (c: float) (m: Model) =
    { m with
        Learned = [ for p in m.Learned -> { p with Rate = c * p.Rate } ] }

let private matrix rows columns (values: float array) =
    Matrix<float>.Build.Dense(rows, columns, fun i j -> values[i * columns + j])

let private generator (seed: int) : Random = Xoshiro256StarStar(seed, false)

let private gaussian (random: Random) rows columns =
    Matrix<float>.Build.Dense(rows, columns, fun _ _ -> Normal.Sample(random, 0.0, 1.0))

let private flat (rows: Matrix<float>) = rows.ToRowMajorArray()

/// Learns from rows of stimuli: so many steps of so many at the model's rates, then half as many at a tenth of them.
let private learnedFrom (m: Model) (start: Values) (stimuli: Matrix<float>) steps batch : Instance * Values =
    let run seed pace steps start =
        let instance = instanceOf (paced pace m)

        let settings =
            { Simulation.defaults with
                Steps = steps
                Batch = batch
                Seed = seed }

        let run =
            Simulation.run settings ignore Threading.CancellationToken.None instance start (flat stimuli)

        Expect.equal run.Ending Finished "the run"
        instance, run.Values

    let _, values = run 3 1.0 steps start
    run 4 0.1 (steps / 2) values

let private learned m stimuli steps batch =
    learnedFrom m (Simulation.initial (instanceOf m) 1) stimuli steps batch

let private respond (instance: Instance) (values: Values) (stimuli: Matrix<float>) : Matrix<float> =
    let packed = instance.Pack values

    Matrix<float>.Build.DenseOfRowArrays
        [| for s in stimuli.ToRowArrays() ->
               match instance.Respond(packed, s, Array.zeroCreate instance.Responses) with
               | Some y -> y
               | None -> failtest "a stimulus has no response" |]

let private moment (x: Matrix<float>) (y: Matrix<float>) =
    x.TransposeThisAndMultiply y / float x.RowCount

/// x^p of a symmetric matrix that is positive definite.
let private power (p: float) (m: Matrix<float>) =
    let evd = m.Evd Symmetricity.Symmetric

    let d =
        Matrix<float>.Build.DiagonalOfDiagonalVector(evd.EigenValues.Map(fun (z: Numerics.Complex) -> z.Real ** p))

    evd.EigenVectors * d * evd.EigenVectors.Transpose()

/// The eigenvectors of the largest eigenvalues.
let private leading k (m: Matrix<float>) =
    let evd = m.Evd Symmetricity.Symmetric
    let n = m.RowCount
    evd.EigenVectors.SubMatrix(0, n, n - k, k)

/// The projector on the row space of a matrix.
let private projector (rows: Matrix<float>) =
    rows.Transpose() * (rows * rows.Transpose()).Inverse() * rows

/// Gaussian rows with a covariance of these eigenvalues, in random directions.
let private withSpectrum seed count (eigenvalues: float list) =
    let random = generator seed
    let n = eigenvalues.Length
    let q = (gaussian random n n).QR().Q

    gaussian random count n
    * Matrix<float>.Build.DenseOfDiagonalArray [| for v in eigenvalues -> sqrt v |]
    * q.Transpose()

let private correlation (x: Vector<float>) (y: Vector<float>) =
    let x, y = x - x.Sum() / float x.Count, y - y.Sum() / float y.Count
    x * y / (x.L2Norm() * y.L2Norm() + 1e-300)

/// For each column of one, the largest magnitude of its correlation with a column of the other.
let private bestMatches (x: Matrix<float>) (y: Matrix<float>) =
    [ for a in x.EnumerateColumns() -> Seq.max (seq { for b in y.EnumerateColumns() -> abs (correlation a b) }) ]

/// The lasso's code by coordinate descent: min |x - D y|^2/2 + lambda |y|_1.
let private lasso (d: Matrix<float>) (lambda: float) (x: Vector<float>) =
    let y = Vector<float>.Build.Dense d.ColumnCount

    for _ in 1..20_000 do
        for k in 0 .. y.Count - 1 do
            let column = d.Column k
            let u = column * (x - d * y) + y[k] * (column * column)
            y[k] <- float (sign u) * max (abs u - lambda) 0.0 / (column * column)

    y

let private constant name (m: Model) = m.Constants[name]

let private patterns (rows: float list list) =
    Matrix<float>.Build.DenseOfRows(rows |> List.map Seq.ofList)

[<Tests>]
let tests =
    testList
        "Field runs"
        [ testCase "oja: the first principal component" (fun () ->
              let x = withSpectrum 1 1000 [ 4.0; 1.0; 0.5; 0.25 ]
              let _, values = learned (model "oja") x 1500 20
              let cos = (leading 1 (moment x x)).Column 0 * Vector<float>.Build.Dense values["w"]
              Expect.isGreaterThan (abs cos) 0.999 "cos")

          testCase "principal-subspace: the error of M^-1 W" (fun () ->
              let x = withSpectrum 2 1000 [ 4.0; 3.0; 0.5; 0.3; 0.2; 0.1 ]
              let _, values = learned (model "principal-subspace") x 1500 20
              let filters = (matrix 2 2 values["M"]).Inverse() * matrix 2 6 values["W"]
              let axes = leading 2 (moment x x)

              let error =
                  (filters.Transpose() * filters - axes * axes.Transpose()).FrobeniusNorm() ** 2.0
                  / 2.0

              Expect.isLessThan error 1e-2 "|F^T F - U U^T|^2/|U U^T|^2")

          testCase "nonnegative-similarity-matching: clusters of a mixture" (fun () ->
              let random = generator 3
              let labels = [| for _ in 1..900 -> random.Next 3 |]

              let centres =
                  patterns [ [ 2.0; 0.2; 0.0; 0.3 ]; [ 0.0; 2.0; 0.2; 0.0 ]; [ 0.2; 0.0; 1.5; 1.5 ] ]

              let x =
                  Matrix<float>.Build.Dense(900, 4, fun i a -> centres[labels[i], a])
                  + 0.2 * gaussian random 900 4

              let instance, values = learned (model "nonnegative-similarity-matching") x 1000 10
              let y = respond instance values x
              let found = [| for row in y.EnumerateRows() -> row.MaximumIndex() |]

              let purity =
                  Array.zip labels found
                  |> Array.countBy id
                  |> Array.groupBy (fun ((label, _), _) -> label)
                  |> Array.sumBy (fun (_, counts) -> counts |> Array.map snd |> Array.max)

              Expect.isGreaterThan purity 890 "of 900"
              Expect.equal (Array.distinct found).Length 3 "units")

          testCase "nonnegative-sources: sources separated" (fun () ->
              let random = generator 4

              let sources =
                  Matrix<float>
                      .Build.Dense(
                          1500,
                          3,
                          fun _ _ ->
                              if random.NextDouble() < 0.5 then
                                  0.0
                              else
                                  2.0 * random.NextDouble()
                      )

              let mixed = sources * gaussian random 3 3
              let mean = mixed.ColumnSums() / 1500.0
              let centred = Matrix<float>.Build.Dense(1500, 3, fun i a -> mixed[i, a] - mean[a])
              let x = mixed * power -0.5 (moment centred centred)
              let instance, values = learned (model "nonnegative-sources") x 2000 10

              for match' in bestMatches sources (respond instance values x) do
                  Expect.isGreaterThan match' 0.98 "correlation with a response")

          testCase "clustering: k-means' centres, and a pure partition" (fun () ->
              let random = generator 5
              let labels = [| for _ in 1..600 -> random.Next 3 |]
              let centres = patterns [ [ 2.0; 0.0 ]; [ -1.0; 1.7 ]; [ -1.0; -1.7 ] ]

              let x =
                  Matrix<float>.Build.Dense(600, 2, fun i a -> centres[labels[i], a])
                  + 0.4 * gaussian random 600 2
              // From three of the points, as usual.
              let start =
                  Map [ "W", Array.concat [ for k in 0..2 -> (x.Row(Array.findIndex ((=) k) labels)).ToArray() ] ]

              let instance, values = learnedFrom (model "clustering") start x 1000 10

              let found =
                  [| for row in (respond instance values x).EnumerateRows() -> row.MaximumIndex() |]

              let right = Array.zip labels found |> Array.filter (fun (a, b) -> a = b)
              Expect.isGreaterThan right.Length 590 "of 600"

              // Lloyd's algorithm from the same points.
              let lloyd =
                  (matrix 3 2 start["W"], seq { 1..50 })
                  ||> Seq.fold (fun (w: Matrix<float>) _ ->
                      let nearest =
                          [| for row in x.EnumerateRows() ->
                                 Seq.init 3 (fun k -> (row - w.Row k).L2Norm())
                                 |> Seq.indexed
                                 |> Seq.minBy snd
                                 |> fst |]

                      Matrix<float>
                          .Build.Dense(
                              3,
                              2,
                              fun k a ->
                                  Seq.average (
                                      seq {
                                          for i in 0..599 do
                                              if nearest[i] = k then
                                                  x[i, a]
                                      }
                                  )
                          ))

              // Soft shares and online steps leave some hundredths.
              Expect.isLessThan ((matrix 3 2 values["W"] - lloyd).L2Norm()) 0.1 "centres")

          testCase "canonical-correlation: the canonical subspace" (fun () ->
              let random = generator 6
              let latent = gaussian random 1500 2
              let x = latent * gaussian random 2 4 + gaussian random 1500 4
              let u = latent * gaussian random 2 3 + gaussian random 1500 3
              let both = x.Append u
              let _, values = learned (model "canonical-correlation") both 1500 20
              let root = power 0.5 (moment x x)

              let axes =
                  (power -0.5 (moment x x) * moment x u * power -0.5 (moment u u)).Svd().U.SubMatrix(0, 4, 0, 2)

              let error =
                  (projector (matrix 2 4 values["W"] * root) - axes * axes.Transpose()).FrobeniusNorm()
                  ** 2.0
                  / 2.0

              Expect.isLessThan error 1e-2 "projectors")

          testCase "foldiak: every bar has a unit, and units are active at the rate p" (fun () ->
              let random = generator 7

              let bars =
                  Matrix<float>.Build.Dense(2000, 8, fun _ _ -> if random.NextDouble() < 0.125 then 1.0 else 0.0)

              let x =
                  Matrix<float>.Build.Dense(2000, 16, fun i a -> max bars[i, a / 4] bars[i, 4 + a % 4])

              let m = model "foldiak"
              let instance, values = learned m x 4000 1
              let y = respond instance values x
              let p = constant "p" m

              for mean in y.ColumnSums() / 2000.0 do
                  Check.near 0.0 0.02 mean p "mean activity"

              for match' in bestMatches bars y do
                  Expect.isGreaterThan match' 0.9 "correlation of a bar with a unit")

          testCase "bcm: selective to one of two inputs" (fun () ->
              let random = generator 8
              let inputs = patterns [ [ 1.0; 0.2 ]; [ 0.3; 0.9 ] ]
              let x = Matrix<float>.Build.Dense(400, 2, fun i a -> inputs[i % 2, a])
              let m = model "bcm"
              let start = Map [ "w", [| 0.5 + 0.1 * random.NextDouble(); 0.5 |]; "t", [| 0.5 |] ]
              let _, values = learnedFrom m start x 3000 10
              let y = inputs * Vector<float>.Build.Dense values["w"]
              // The fixed points: y (y - t) = 0 at both, t = <y^2>.
              Expect.isLessThan ((y.AbsoluteMaximum() - 2.0) |> abs) 0.1 $"one at 1/p, {y}"
              Expect.isLessThan (y.AbsoluteMinimum() |> abs) 0.1 $"the other silent, {y}")

          testCase "sparse-coding: the dictionary that made the data" (fun () ->
              let random = generator 9
              let d = (gaussian random 6 6).QR().Q + 0.15 * gaussian random 6 6
              let d = d.NormalizeColumns 2.0

              let code =
                  Matrix<float>
                      .Build.Dense(
                          2000,
                          6,
                          fun _ _ ->
                              if random.NextDouble() < 0.2 then
                                  Normal.Sample(random, 0.0, 2.0)
                              else
                                  0.0
                      )

              let x = code * d.Transpose() + 0.02 * gaussian random 2000 6
              let _, values = learned (model "sparse-coding") x 600 10
              let found = matrix 6 6 values["D"]

              for a in d.EnumerateColumns() do
                  Expect.isGreaterThan (Seq.max (seq { for b in found.EnumerateColumns() -> abs (a * b) })) 0.99 "cos")

          testCase "local-competition: the lasso's code, with its optimality conditions" (fun () ->
              let m = model "local-competition"
              let instance = instanceOf m
              let lambda = constant "lambda" m
              let random = generator 10

              for seed in 1..10 do
                  let values = Simulation.initial instance seed
                  let d = matrix 4 6 values["D"]
                  let x = (gaussian random 1 4).Row 0
                  let y = (respond instance values (x.ToRowMatrix())).Row 0
                  Expect.isLessThan ((y - lasso d lambda x).L2Norm()) 1e-7 "code"

                  for k in 0..5 do
                      let pull = d.Column k * (x - d * y)
                      Expect.isTrue (abs pull <= lambda + 1e-8) "|D^T e| <= lambda"

                      if y[k] <> 0.0 then
                          Check.near 0.0 1e-8 pull (lambda * float (sign y[k])) "active")

          testCase "local-competition: the dynamics in the form of a membrane" (fun () ->
              match (Derivation.derive (model "local-competition")).Dynamics with
              | [ { Membrane = Some(drive, threshold) } ] ->
                  Expect.equal
                      (IndexedPrint.text drive)
                      "y[k] + sum(a, D[a,k]*x[a]) - sum(a, D[a,k]*sum(l, D[a,l]*y[l]))"
                      "D^T x - (D^T D - 1) y"

                  Expect.equal (IndexedPrint.text threshold) "lambda" "soft threshold"
              | _ -> failtest "no membrane")

          testCase "predictive-coding: steps approach those of back-propagation as w / v -> 0" (fun () ->
              let random = generator 11
              let w, v = gaussian random 2 4, gaussian random 4 3
              let x, u = (gaussian random 1 2).Row 0, (gaussian random 1 3).Row 0
              let values = Map [ "W", flat w; "V", flat v ]

              let error variance =
                  let m = model "predictive-coding"

                  let instance =
                      instanceOf
                          { m with
                              Constants = m.Constants.Add("w", variance) }

                  let packed = instance.Pack values
                  let s = Array.append (x.ToArray()) (u.ToArray())
                  let y = Option.get (instance.Respond(packed, s, Array.zeroCreate 4))
                  let steps = instance.Unpack(instance.Online(packed, s, y))
                  // The layers forwards, and errors backwards.
                  let input = u.PointwiseTanh()
                  let hidden = v * input
                  let output = x - w * hidden.PointwiseTanh()
                  let slope = 1.0 - hidden.PointwiseTanh().PointwisePower 2.0
                  let back = slope.PointwiseMultiply(w.TransposeThisAndMultiply output)

                  let off (made: float array) (a: Vector<float>) (b: Vector<float>) =
                      let exact = a.OuterProduct b

                      (matrix exact.RowCount exact.ColumnCount made - exact).FrobeniusNorm()
                      / exact.FrobeniusNorm()

                  max (off steps["W"] output (hidden.PointwiseTanh())) (off steps["V"] back input)

              let coarse, fine = error 1e-2, error 1e-3
              Expect.isLessThan fine 2e-2 "relative difference"
              Check.near 0.15 0.0 (coarse / fine) 10.0 "falls with w")

          testCase "equilibrium-propagation: two phases differ from the gradient by O(beta^2), and learn XOR" (fun () ->
              let m = model "equilibrium-propagation"
              let instance = instanceOf m
              let start = instance.Pack(Simulation.initial instance 2)
              let zeros = Array.zeroCreate instance.Responses
              let s = [| 1.0; -1.0; 1.0 |]
              let y = Option.get (instance.Respond(start, s, zeros))
              let exact = instance.Online(start, s, y)

              let error beta =
                  let found = Option.get (instance.TwoPhases(start, s, y, beta))
                  Array.map2 (fun a b -> abs (a - b)) found exact |> Array.max

              Check.near 0.1 0.0 (error 0.1 / error 0.01) 100.0 "error"

              let examples =
                  [| for a in [ 1.0; -1.0 ] do
                         for b in [ 1.0; -1.0 ] -> [| a; b; (if a = b then -1.0 else 1.0) |] |]

              let mutable packed = start

              for step in 1..4000 do
                  let s = examples[step % 4]
                  let y = Option.get (instance.Respond(packed, s, zeros))
                  let moves = Option.get (instance.TwoPhases(packed, s, y, 0.01))
                  packed <- Array.map2 (fun p d -> p + 0.1 * d) packed moves

              for s in examples do
                  let y = Option.get (instance.Respond(packed, s, zeros))
                  Check.near 0.0 0.3 y[4] s[2] "output")

          testCase "modern-hopfield: patterns are retrieved from cues with errors" (fun () ->
              let instance = instanceOf (model "modern-hopfield")
              // Rows of a Hadamard matrix of order 8.
              let sylvester =
                  [ for m in 1..4 ->
                        [ for a in 0..7 ->
                              if Numerics.BitOperations.PopCount(uint32 (a &&& m)) % 2 = 0 then
                                  1.0
                              else
                                  -1.0 ] ]

              let memories = (patterns sylvester).Transpose()
              let packed = instance.Pack(Map [ "W", flat memories ])

              for m in 0..3 do
                  for wrong in 0..7 do
                      let cue =
                          [| for a in 0..7 -> if a = wrong then -memories[a, m] else memories[a, m] |]

                      let r =
                          Vector<float>.Build.Dense(Option.get (instance.Respond(packed, cue, Array.zeroCreate 8)))
                      // The other memories have weights of e^-14 each.
                      Expect.isLessThan ((r - memories.Column m).L2Norm()) 1e-3 "the pattern")

          testCase "divisive-normalisation: the closed form" (fun () ->
              let m = model "divisive-normalisation"
              let instance = instanceOf m
              let random = generator 13
              let values = Simulation.initial instance 3
              let p = matrix 3 3 values["P"]

              for x in (gaussian random 20 3).EnumerateRows() do
                  let y = (respond instance values (x.ToRowMatrix())).Row 0
                  let square = x.PointwisePower 2.0
                  let expected = square.PointwiseDivide(p * square + constant "v" m)
                  Expect.isLessThan ((y - expected).InfinityNorm()) 1e-8 "x^2/(v + P x^2)")

          testCase "homeostasis: the mean rate is p" (fun () ->
              let m = model "homeostasis"
              let x = withSpectrum 14 1000 [ 2.0; 0.5 ]
              let instance, values = learned m x 2000 10

              for mean in (respond instance values x).ColumnSums() / 1000.0 do
                  Check.near 0.0 0.01 mean (constant "p" m) "mean rate")

          testCase "balanced-coding: the error falls with K, and excitation and inhibition balance" (fun () ->
              let m = model "balanced-coding"
              let random = generator 15
              let x = gaussian random 100 2

              let found k =
                  let instance = instanceOf (sized [ "unit", k ] m)
                  // Directions evenly spread.
                  let d =
                      Matrix<float>
                          .Build.Dense(
                              2,
                              k,
                              fun a i -> let angle = 2.0 * Math.PI * float i / float k in if a = 0 then cos angle else sin angle
                          )

                  let y = respond instance (Map [ "D", flat d ]) x
                  let left = x - y * d.Transpose()
                  let error = left.FrobeniusNorm() ** 2.0 / 100.0
                  // Feedforward and recurrent currents of the active, of which lambda + mu y is left.
                  let excitation, inhibition = x * d, y * d.Transpose() * d

                  let balance =
                      [ for i in 0..99 do
                            for j in 0 .. k - 1 do
                                if y[i, j] > 1e-6 then
                                    Check.near
                                        0.0
                                        1e-8
                                        (excitation[i, j] - inhibition[i, j])
                                        (constant "lambda" m + constant "mu" m * y[i, j])
                                        "left"

                                    abs (excitation[i, j] - inhibition[i, j]) / abs excitation[i, j] ]

                  error, List.average balance

              let results = [ for k in [ 3; 6; 12; 24 ] -> found k ]

              for (before, _), (after, _) in List.pairwise results do
                  Expect.isLessThan after before "error"

              Expect.isLessThan (snd (List.last results)) 0.05 "what is left of the currents")

          testCase "pv-sst-vip: the fixed point is that after elimination, and VIP disinhibits" (fun () ->
              let m = model "pv-sst-vip"
              let instance = instanceOf m
              let values = Simulation.initial instance 5
              let w, u, v = matrix 2 2 values["W"], matrix 2 2 values["U"], matrix 2 1 values["V"]
              let random = generator 16

              for s in (gaussian random 10 3).EnumerateRows() do
                  let r = (respond instance values (s.ToRowMatrix())).Row(0).SubVector(0, 2)
                  // v = u - V^T q, q = (1 - V V^T)^-1 (U^T r - V u), p = W^T r.
                  let x, top = s.SubVector(0, 2), s.SubVector(2, 1)
                  let inner = (Matrix<float>.Build.DenseIdentity 2 - v * v.Transpose()).Inverse()

                  let expected =
                      (Matrix<float>.Build.DenseIdentity 2
                       + w * w.Transpose()
                       + u * inner * u.Transpose())
                          .Solve(x + u * inner * v * top)

                  Expect.isLessThan ((r - expected).L2Norm()) 1e-9 "r")

          testCase "error-gated-hebbian: sources are separated" (fun () ->
              let random = generator 17

              let sources =
                  Matrix<float>.Build.Dense(2000, 2, fun _ _ -> Laplace.Sample(random, 0.0, 1.0 / sqrt 2.0))

              let mixing = patterns [ [ 1.0; 0.6 ]; [ -0.3; 1.0 ] ]
              let x = sources * mixing.Transpose()
              let _, values = learned (model "error-gated-hebbian") x 2000 20
              let through = (matrix 2 2 values["W"] * mixing).PointwiseAbs()

              for row in through.EnumerateRows() do
                  Expect.isLessThan (row.Minimum() / row.Maximum()) 0.1 $"crosstalk {through}"
                  // e0 = K + 1 makes the variance 1.
                  Check.near 0.0 0.1 (row.Maximum()) 1.0 "scale")

          testCase "infomax: sources are separated" (fun () ->
              let random = generator 19

              let sources =
                  Matrix<float>.Build.Dense(2000, 2, fun _ _ -> Laplace.Sample(random, 0.0, 1.0))

              let mixing = patterns [ [ 1.0; 0.6 ]; [ -0.3; 1.0 ] ]
              let _, values = learned (model "infomax") (sources * mixing.Transpose()) 1000 20
              let through = (matrix 2 2 values["W"] * mixing).PointwiseAbs()

              for row in through.EnumerateRows() do
                  Expect.isLessThan (row.Minimum() / row.Maximum()) 0.1 $"crosstalk {through}")

          testCase "infomax: the natural gradient needs no inverse" (fun () ->
              let instance = instanceOf (model "infomax")
              let random = generator 20

              for _ in 1..5 do
                  let w, x = gaussian random 2 2, (gaussian random 1 2).Row 0
                  let packed = instance.Pack(Map [ "W", flat w ])
                  let u = w * x
                  let online = instance.Online(packed, x.ToArray(), u.ToArray())
                  let step = matrix 2 2 (Array.map2 (-) online (instance.Fixed packed))
                  // Amari, Cichocki and Yang 1996: (1 - tanh(u) u^T) W.
                  let expected =
                      (Matrix<float>.Build.DenseIdentity 2 - u.PointwiseTanh().OuterProduct u) * w

                  Expect.isLessThan ((step * w.Transpose() * w - expected).FrobeniusNorm()) 1e-9 "times W^T W")

          testCase "slow-features: the slowest component" (fun () ->
              let random = generator 18
              let t = [| for i in 0..1999 -> float i |]

              let sources =
                  Matrix<float>
                      .Build.DenseOfColumnArrays(
                          t |> Array.map (fun t -> sin (0.02 * t)),
                          t |> Array.map (fun t -> sin (0.3 * t)),
                          t |> Array.map (fun t -> cos (0.9 * t))
                      )

              let mixed = sources * gaussian random 3 3
              let white = mixed * power -0.5 (moment mixed mixed)
              let both = white.SubMatrix(1, 1999, 0, 3).Append(white.SubMatrix(0, 1999, 0, 3))
              let _, values = learned (model "slow-features") both 1500 10
              let moved = white.SubMatrix(1, 1999, 0, 3) - white.SubMatrix(0, 1999, 0, 3)
              let slowest = (moment moved moved).Evd(Symmetricity.Symmetric).EigenVectors.Column 0
              Expect.isGreaterThan (abs (slowest * Vector<float>.Build.Dense values["w"])) 0.999 "cos")

          // Quantiles of the stimuli, all of them in each step; what monotone map takes them to the target is known, and rules must find
          // it.
          for name, count, stimulus in
              [ "exponential-responses", 100, (fun p -> 4.0 * ((1.0 - p) ** -0.25 - 1.0))
                "half-normal-responses", 100, (fun p -> -log(1.0 - p))
                "histogram-equalisation", 60, (fun p -> Normal.InvCDF(0.0, 1.0, p)) ] do
              testCase $"{name}: responses are distributed as the target" (fun () ->
                  let instance = instanceOf (model name)

                  let stimuli count =
                      Matrix<float>.Build.Dense(count, 1, (fun i _ -> stimulus ((float i + 0.5) / float count)))

                  let settings =
                      { Simulation.defaults with
                          Steps = 300
                          Batch = count
                          InOrder = true }

                  let run =
                      Simulation.run
                          settings
                          ignore
                          Threading.CancellationToken.None
                          instance
                          (Simulation.initial instance 1)
                          (flat (stimuli count))

                  Expect.equal (run.Ending, run.Missed) (Finished, 0) "the run"
                  let r = respond instance run.Values (stimuli 1000)

                  let cdf: float -> float =
                      match name with
                      | "exponential-responses" -> fun r -> 1.0 - exp -r
                      | "half-normal-responses" -> fun r -> MathNet.Numerics.SpecialFunctions.Erf(r / sqrt 2.0)
                      | _ -> fun r -> 0.5 + r / (2.0 * sqrt 3.0)

                  let distance =
                      Array.sort (r.Column(0).ToArray())
                      |> Array.mapi (fun i v -> abs (cdf v - (float i + 0.5) / 1000.0))
                      |> Array.max

                  Expect.isLessThan distance 0.01 "Kolmogorov-Smirnov") ]
