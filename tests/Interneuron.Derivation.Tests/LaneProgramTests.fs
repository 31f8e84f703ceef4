// One long file: every law is held by the same models and the same scalar code beside them.
module Interneuron.Derivation.Tests.LaneProgramTests

open System
open Expecto
open MathNet.Numerics.LinearAlgebra
open MathNet.Numerics.Random
open Interneuron.Kernels
open Interneuron.Core.Symbolic
open Interneuron.Derivation.Models
open Interneuron.Derivation.Rules
open Interneuron.Derivation.Running

let private names (symbol: string) (count: int) =
    [ for i in 0 .. count - 1 -> $"{symbol}[{i}]" ]

let private table (symbol: string) (rows: int) (columns: int) =
    [ for i in 0 .. rows - 1 do
          for j in 0 .. columns - 1 -> $"{symbol}[{i},{j}]" ]

let private free (count: int) =
    List.replicate count Double.NegativeInfinity, List.replicate count Double.PositiveInfinity

let private total (count: int) (term: int -> Expr) = Expr.sum (List.init count term)

let private at (symbol: string) (i: int) = Expr.var $"{symbol}[{i}]"
let private entry (symbol: string) (i: int) (j: int) = Expr.var $"{symbol}[{i},{j}]"

/// Principal subspace by similarity matching: y.My - 2 y.Wx, from y x^T and y y^T.
let private similarity (n: int) (k: int) : LaneModel =
    let lower, upper = free k

    { Responses = names "y" k
      Ascending = []
      Simplices = []
      Stimuli = names "x" n
      Parameters = table "W" k n @ table "M" k k
      Inverse = []
      Energy =
        total k (fun i -> total k (fun j -> at "y" i * entry "M" i j * at "y" j))
        - 2.0 * total k (fun i -> total n (fun a -> at "y" i * entry "W" i a * at "x" a))
      Online =
        [ for i in 0 .. k - 1 do
              for a in 0 .. n - 1 -> 2.0 * at "y" i * at "x" a - entry "W" i a
          for i in 0 .. k - 1 do
              for j in 0 .. k - 1 -> at "y" i * at "y" j ]
      Lower = lower
      Upper = upper }

/// |x - D y|^2/2 + lambda |y|_1, from (x - D y) y^T and |y|_1.
let private sparse (n: int) (k: int) (lowest: float) : LaneModel =
    let miss a =
        at "x" a - total k (fun i -> entry "D" a i * at "y" i)

    let size = total k (fun i -> Expr.abs (at "y" i))

    { Responses = names "y" k
      Ascending = []
      Simplices = []
      Stimuli = names "x" n
      Parameters = "lambda" :: table "D" n k
      Inverse = []
      Energy = total n (fun a -> miss a ** 2.0) / 2.0 + Expr.var "lambda" * size
      Online =
        [ for a in 0 .. n - 1 do
              for i in 0 .. k - 1 -> miss a * at "y" i
          yield size ]
      Lower = List.replicate k lowest
      Upper = List.replicate k Double.PositiveInfinity }

let private normals (random: Random) count : float array =
    Array.init count (fun _ -> MathNet.Numerics.Distributions.Normal.Sample(random, 0.0, 1.0))

let private widths = [ LaneWidth.One; LaneWidth.Four; LaneWidth.Eight ]

/// The responses and the mean, from no guess.
let private learn (program: LaneProgram) parameters (stimuli: float array) =
    let n, m = program.Model.Responses.Length, program.Model.Stimuli.Length
    let rows = stimuli.Length / m
    let responses: float array = Array.zeroCreate (rows * n)
    let reached: bool array = Array.zeroCreate rows
    let mean: float array = Array.zeroCreate program.Model.Online.Length
    let count = program.Learn(parameters, stimuli, responses, reached, mean)
    Expect.equal count (reached |> Array.filter id |> Array.length) "how many were reached"
    Array.chunkBySize n responses, reached, mean

let private close (tolerance: float) (actual: float seq) (expected: float seq) what =
    let size = expected |> Seq.map abs |> Seq.append [ 1e-300 ] |> Seq.max

    Seq.iteri2 (fun i a e -> Expect.isLessThanOrEqual (abs (a - e)) (tolerance * size) $"{what}: {a} for {e}, number {i}") actual expected

let private dense rows columns (values: float array) =
    Matrix<float>.Build.DenseOfRowMajor(rows, columns, values)

/// Models whose scalar code is another way from the same derivation, with sizes: those of the library, and energies with kinks, losses,
/// curved terms and domains.
let private derived =
    let circuits lines =
        parse (String.concat "\n" lines), [ Sizes.circuit 1 2; Sizes.circuit 3 4 ]

    let own text =
        let model = parse text
        model, [ model.Sizes ]

    let coding = "sum(b, (s[b]-sum(a, D[b,a]*r[a]))^2)/2 + lam*sum(a, abs(r[a]))"

    [ for name in ModelLibrary.names do
          name, own (Option.get (ModelLibrary.tryText name))
      "L1 sparse coding by its loss",
      circuits
          [ "parameter D[b,a]"
            "constant lam = 0.3"
            $"energy {coding}"
            $"loss {coding}" ]
      "a loss whose rules need the inverse Hessian",
      circuits
          [ "parameter D[b,a] ; u[a] in [0.2,1]"
            "energy sum(b, (s[b]-sum(a, D[b,a]*r[a]))^2)/2 + sum(a, u[a]*abs(r[a])) + sum(a, r[a]^2)/10"
            "loss sum(b, (s[b]-sum(a, r[a]))^2)/2" ]
      "places of kinks that are learned",
      circuits
          [ "parameter u[a] in [0.2,1] ; v[a] in [-1,1]"
            "energy sum(a, u[a]*abs(r[a]-v[a])) + sum(a, max(v[a]-2*r[a],0)^2)/3 + sum(a, sum(b, (r[a]+r[b])^2))/5"
            "    + sum(a, r[a]^2)/2 - sum(a, s[a]*r[a])" ]
      "a curved energy",
      circuits
          [ "parameter u[a] in [0.2,1]"
            "energy sum(a, u[a]*log(cosh(r[a]))) + sum(a, sum(b, (r[a]+r[b])^4))/50 + sum(a, r[a]^2)/10 - sum(a, s[a]*r[a])" ]
      "similarity matching with responses at least 0",
      own
          "population pixel a, b : 5
population unit k, l : 4
input      x[a]
variable   y[k] >= 0
parameter  W[k,a]
parameter  M[k,l] symmetric, positive definite, ascends, initial identity
energy     sum(k, sum(l, y[k]*M[k,l]*y[l])) - 2*sum(k, sum(a, y[k]*W[k,a]*x[a]))
objective  value
cost       sum(k, sum(a, W[k,a]^2)) - sum(k, sum(l, M[k,l]^2))/2"
      "a saddle with a bound on its upper side",
      own
          "population neuron a, b : 3
population inhibitor i : 2
input      x[a]
variable   r[a] ; p[i] >= 0, maximises
parameter  W[a,i], ascends
energy     sum(a, r[a]^2)/2 - sum(a, x[a]*r[a]) + sum(i, sum(a, p[i]*W[a,i]*r[a])) - sum(i, p[i]^2)/2
objective  value
cost       -sum(i, sum(a, W[a,i]^2))/2"
      "a simplex",
      own
          "population pixel a : 4
population unit k : 3
input      x[a]
variable   y[k] simplex
parameter  W[a,k]
energy     sum(a, (x[a]-sum(k, W[a,k]*y[k]))^2)/2 + sum(k, y[k]^2)/10
objective  value" ]

[<Tests>]
let tests =
    testList
        "LaneProgram"
        [ for width in widths do
              testCase $"a quadratic energy's responses solve its equations, and the means are those of products ({width})" (fun () ->
                  let n, k, rows = 5, 3, 21
                  let random = Xoshiro256StarStar(1, false)
                  let w = dense k n (normals random (k * n))
                  let root = dense k k (normals random (k * k))
                  let m = root * root.Transpose() + Matrix<float>.Build.DenseIdentity k
                  let x = dense rows n (normals random (rows * n))

                  let parameters =
                      Array.append (w.Transpose().ToColumnMajorArray()) (m.ToColumnMajorArray())

                  let responses, reached, mean =
                      learn (LaneProgram.createFor width (similarity n k)) parameters (x.Transpose().ToColumnMajorArray())

                  Expect.isTrue (Array.forall id reached) "all are reached"
                  let y = (m.Inverse() * w * x.Transpose()).Transpose()
                  close 1e-10 (Array.concat responses) (y.Transpose().ToColumnMajorArray()) "responses"

                  let expected =
                      Array.append
                          ((2.0 / float rows * y.Transpose() * x - w).Transpose().ToColumnMajorArray())
                          ((1.0 / float rows * y.Transpose() * y).ToColumnMajorArray())

                  close 1e-9 mean expected "means")

          for width in widths do
              for lowest in [ Double.NegativeInfinity; 0.0 ] do
                  testCase $"sparse codes from {lowest} meet the conditions of optimality, and some are 0 ({width})" (fun () ->
                      for n, k, rows in [ 1, 1, 3; 4, 3, 40; 8, 8, 40; 5, 9, 40 ] do
                          let random = Xoshiro256StarStar(n, false)
                          let lambda = 0.4
                          let d = dense n k (normals random (n * k))
                          let x = dense rows n (normals random (rows * n))
                          let parameters = Array.append [| lambda |] (d.Transpose().ToColumnMajorArray())

                          let responses, reached, mean =
                              learn (LaneProgram.createFor width (sparse n k lowest)) parameters (x.Transpose().ToColumnMajorArray())

                          Expect.isTrue (Array.forall id reached) $"N = {n}, K = {k}: all are reached"

                          for b in 0 .. rows - 1 do
                              let y = Vector<float>.Build.Dense responses[b]
                              let slope = d.Transpose() * (d * y - x.Row b)
                              let size = (d.Transpose() * x.Row b).InfinityNorm() + lambda

                              for i in 0 .. k - 1 do
                                  let misses =
                                      if y[i] > 0.0 then abs (slope[i] + lambda)
                                      elif y[i] < 0.0 then abs (slope[i] - lambda)
                                      elif lowest = 0.0 then max 0.0 (-slope[i] - lambda)
                                      else max 0.0 (abs slope[i] - lambda)

                                  Expect.isGreaterThanOrEqual y[i] lowest "the bound"
                                  Expect.isLessThanOrEqual misses (1e-10 * size) $"stimulus {b}, component {i}, which is {y[i]}"

                          let y = dense rows k (Array.concat responses)
                          let miss = x - y * d.Transpose()
                          let expected = (miss.Transpose() * y / float rows).Transpose().ToColumnMajorArray()
                          let size = Seq.sumBy abs (Array.concat responses) / float rows
                          close 1e-9 mean (Array.append expected [| size |]) "means"

                          if k > 1 then
                              Expect.contains (Array.concat responses) 0.0 "a component is 0")

          for name, (model, sizes) in derived do
              testCase $"{name}: responses and steps are those of the scalar code" (fun () ->
                  for sizes in sizes do
                      let derivation = Derivation.derive model
                      let instance = Instance.create derivation sizes
                      let program = LaneProgram.create (LaneInstance.model derivation sizes)
                      let random = Xoshiro256StarStar(1, false)

                      for seed in 1..3 do
                          let where b =
                              $"{Sizes.describe sizes}, seed {seed}, stimulus {b}"

                          let packed = instance.Pack(Simulation.initial instance seed)
                          let rows = 19
                          let stimuli = normals random (rows * instance.Stimuli)
                          let responses, reached, mean = learn program packed stimuli
                          let each = Array.chunkBySize instance.Stimuli stimuli

                          let solved =
                              [| for b in 0 .. rows - 1 do
                                     if reached[b] then
                                         b |]

                          Expect.isGreaterThan (4 * solved.Length) (3 * rows) $"{where 0} and so on: most are reached"

                          for b in solved do
                              Expect.isLessThanOrEqual (instance.Residual(packed, each[b], responses[b])) 1e-10 (where b)

                              let energy y =
                                  let struct (energy, _) = instance.Values(packed, each[b], y)
                                  energy
                              // Of several minima the two ways may find different ones, and some saddles only one of them.
                              match instance.Respond(packed, each[b], Array.zeroCreate instance.Responses) with
                              | Some scalar when energy responses[b] > energy scalar - 1e-6 * abs (energy scalar) ->
                                  close 1e-6 responses[b] scalar (where b)
                              | _ -> ()

                          let online = [| for b in solved -> instance.Online(packed, each[b], responses[b]) |]

                          let expected =
                              Array.init mean.Length (fun p -> online |> Array.averageBy (Array.item p))

                          close 1e-7 mean expected $"{where 0} and so on: means")

          testCase
              "at a saddle the components that ascend have met their bounds or have no slope, and so have those that descend"
              (fun () ->
                  let n, k, rows = 4, 3, 50
                  let random = Xoshiro256StarStar(3, false)
                  let lambda = 0.2

                  let square size =
                      let root = dense size size (normals random (size * size))
                      root * root.Transpose() / 4.0 + Matrix<float>.Build.DenseIdentity size

                  let a, b, c = square n, dense n k (normals random (n * k)), square k
                  let x = dense rows n (normals random (rows * n))

                  let quadratic (matrix: Matrix<float>) left right =
                      total matrix.RowCount (fun i -> total matrix.ColumnCount (fun j -> matrix[i, j] * at left i * at right j))

                  let program =
                      LaneProgram.create
                          { Responses = names "y" n @ names "m" k
                            Ascending = names "m" k
                            Simplices = []
                            Stimuli = names "x" n
                            Parameters = []
                            Inverse = []
                            Energy =
                              quadratic a "y" "y" / 2.0 + quadratic b "y" "m" - quadratic c "m" "m" / 2.0
                              + total n (fun i -> lambda * Expr.abs (at "y" i) - at "x" i * at "y" i)
                            Online = [ total k (at "m") ]
                            Lower = List.replicate n Double.NegativeInfinity @ List.replicate k 0.0
                            Upper = List.replicate (n + k) Double.PositiveInfinity }

                  let responses, reached, _ = learn program [||] (x.Transpose().ToColumnMajorArray())
                  Expect.isTrue (Array.forall id reached) "all are reached"

                  for row in 0 .. rows - 1 do
                      let y = Vector<float>.Build.Dense(Array.take n responses[row])
                      let m = Vector<float>.Build.Dense(Array.skip n responses[row])
                      let slope = a * y + b * m - x.Row row
                      let rise = b.Transpose() * y - c * m

                      for i in 0 .. n - 1 do
                          let misses =
                              if y[i] = 0.0 then
                                  max 0.0 (abs slope[i] - lambda)
                              else
                                  abs (slope[i] + lambda * float (sign y[i]))

                          Expect.isLessThanOrEqual misses 1e-9 $"stimulus {row}: y[{i}] is {y[i]}"

                      for i in 0 .. k - 1 do
                          let misses = if m[i] = 0.0 then max 0.0 rise[i] else abs rise[i]
                          Expect.isLessThanOrEqual misses 1e-9 $"stimulus {row}: m[{i}] is {m[i]}"

                  let all = Array.concat responses
                  Expect.isGreaterThan (all |> Array.filter ((=) 0.0) |> Array.length) 20 "bounds and kinks hold some"
                  Expect.isGreaterThan (all |> Array.filter ((<>) 0.0) |> Array.length) 20 "others are free")

          testCase "the nearest points of simplices are those that sorting finds" (fun () ->
              let sizes = [ 1; 2; 5 ]
              let starts = List.scan (+) 0 sizes
              let n, rows = List.last starts, 60
              let random = Xoshiro256StarStar(4, false)
              let x = normals random (rows * n)

              let program =
                  LaneProgram.create
                      { Responses = names "y" n
                        Ascending = []
                        Simplices =
                          [ for first, size in List.zip (List.take 3 starts) sizes -> names "y" n |> List.skip first |> List.take size ]
                        Stimuli = names "x" n
                        Parameters = []
                        Inverse = []
                        Energy = total n (fun i -> (at "y" i - at "x" i) ** 2.0) / 2.0
                        Online = [ at "y" 0 ]
                        Lower = List.replicate n Double.NegativeInfinity
                        Upper = List.replicate n Double.PositiveInfinity }

              let responses, reached, _ = learn program [||] x
              Expect.isTrue (Array.forall id reached) "all are reached"

              /// Held, Wolfe and Crowder (1974).
              let nearest (point: float array) =
                  let sorted = Array.sortDescending point

                  let shifts =
                      [ for k in 1 .. sorted.Length do
                            let shift = (Array.sum sorted[.. k - 1] - 1.0) / float k

                            if sorted[k - 1] > shift then
                                shift ]

                  point |> Array.map (fun v -> max 0.0 (v - List.last shifts))

              for row in 0 .. rows - 1 do
                  for first, size in List.zip (List.take 3 starts) sizes do
                      let found = Array.sub responses[row] first size
                      close 1e-10 found (nearest (Array.sub x (row * n + first) size)) $"stimulus {row}, simplex of {size}")

          testCase "on coupled simplices no mass could move to lower the energy" (fun () ->
              let n, rows = 6, 60
              let random = Xoshiro256StarStar(5, false)
              let root = dense n n (normals random (n * n))
              let h = root * root.Transpose()
              let x = dense rows n (normals random (rows * n))
              let groups = [ [ 0; 1; 2 ]; [ 3; 4 ] ]

              let program =
                  LaneProgram.create
                      { Responses = names "y" n
                        Ascending = []
                        Simplices = [ for group in groups -> [ for i in group -> $"y[{i}]" ] ]
                        Stimuli = names "x" n
                        Parameters = []
                        Inverse = []
                        Energy =
                          total n (fun i -> total n (fun j -> h[i, j] / 2.0 * at "y" i * at "y" j))
                          + total n (fun i -> at "y" i ** 4.0 / 10.0 - at "x" i * at "y" i)
                        Online = [ at "y" 0 ]
                        Lower = List.replicate n Double.NegativeInfinity
                        Upper = List.replicate n Double.PositiveInfinity }

              let responses, reached, _ = learn program [||] (x.Transpose().ToColumnMajorArray())
              Expect.isTrue (Array.forall id reached) "all are reached"

              for row in 0 .. rows - 1 do
                  let y = Vector<float>.Build.Dense responses[row]
                  let slope = h * y + 0.4 * y.PointwisePower 3.0 - x.Row row
                  Expect.isLessThanOrEqual (abs slope[5]) 1e-9 $"stimulus {row}: what is of no simplex"

                  for group in groups do
                      Expect.isLessThanOrEqual (abs (List.sumBy (fun i -> y[i]) group - 1.0)) 1e-12 $"stimulus {row}: the sum"
                      let least = group |> List.map (fun i -> slope[i]) |> List.min

                      for i in group do
                          Expect.isGreaterThanOrEqual y[i] 0.0 $"stimulus {row}: y[{i}]"

                          if y[i] > 0.0 then
                              Expect.isLessThanOrEqual (slope[i] - least) 1e-9 $"stimulus {row}: the slope along y[{i}] = {y[i]}")

          testCase "responses are the same bits for every width and in any company" (fun () ->
              let n, k = 4, 5
              let random = Xoshiro256StarStar(6, false)
              let parameters = Array.append [| 0.3 |] (normals random (n * k))
              let stimuli = normals random (17 * n)
              let model = sparse n k Double.NegativeInfinity

              let reference, _, _ =
                  learn (LaneProgram.createFor LaneWidth.One model) parameters stimuli

              for width in widths do
                  let program = LaneProgram.createFor width model

                  for rows in [ 1; 2; 3; 4; 5; 7; 8; 9; 16; 17 ] do
                      let responses, _, _ = learn program parameters stimuli[.. rows * n - 1]
                      Expect.equal responses reference[.. rows - 1] $"{width}, {rows} stimuli")

          testCase "what has no minimum, or a stimulus that is no number, is not reached and is left out of the mean" (fun () ->
              let lower, upper = free 1

              let program =
                  LaneProgram.create
                      { Responses = [ "y" ]
                        Ascending = []
                        Simplices = []
                        Stimuli = [ "x" ]
                        Parameters = [ "a" ]
                        Inverse = []
                        Energy = Expr.var "a" * (exp (Expr.var "y") - Expr.var "x" * Expr.var "y")
                        Online = [ Expr.var "y"; Expr.var "a" ]
                        Lower = lower
                        Upper = upper }

              let responses, reached, mean =
                  learn program [| 2.0 |] [| 1.0; -1.0; nan; infinity; exp 2.0; 0.0 |]

              Expect.equal (List.ofArray reached) [ true; false; false; false; true; false ] "where e^y = x"
              close 1e-9 [ responses[0][0] + 1.0; responses[4][0] ] [ 1.0; 2.0 ] "log x"
              close 1e-9 mean [ 1.0; 2.0 ] "the mean over two")

          testCase "a kink of two responses together is reached where it does not hold them, and never wrongly" (fun () ->
              let lower, upper = free 2
              let y i = at "y" i

              let program =
                  LaneProgram.create
                      { Responses = names "y" 2
                        Ascending = []
                        Simplices = []
                        Stimuli = names "x" 2
                        Parameters = []
                        Inverse = []
                        Energy = total 2 (fun i -> (y i - at "x" i) ** 2.0) / 2.0 + Expr.abs (y 0 - y 1)
                        Online = [ y 0 ]
                        Lower = lower
                        Upper = upper }

              let stimuli = [| 4.0; 0.0; -2.0; 3.0; 1.0; 0.5 |]
              let responses, reached, _ = learn program [||] stimuli
              Expect.equal (List.ofArray reached) [ true; true; false ] "the last is held at y[0] = y[1]"
              close 1e-10 (Array.concat responses[..1]) [ 3.0; 1.0; -1.0; 2.0 ] "each moves towards the other by 1")

          testCase "long formulas are several methods, whose values pass from one to the next" (fun () ->
              let n = 600
              let lower, upper = free 1
              // Each term has a factor in common with one that is far from it.
              let shared i = exp (at "x" (i % (n / 2)) / 10.0)

              let program =
                  LaneProgram.create
                      { Responses = [ "y" ]
                        Ascending = []
                        Simplices = []
                        Stimuli = names "x" n
                        Parameters = []
                        Inverse = []
                        Energy =
                          Expr.var "y" ** 2.0 / 2.0
                          - Expr.var "y" * total n (fun i -> shared i * (at "x" i - 0.5))
                        Online = [ for i in 0 .. n - 1 -> shared i * Expr.var "y" ]
                        Lower = lower
                        Upper = upper }

              let random = Xoshiro256StarStar(7, false)
              let x = normals random n
              let responses, _, mean = learn program [||] x
              let shared i = exp (x[i % (n / 2)] / 10.0)
              let y = Seq.sum (seq { for i in 0 .. n - 1 -> shared i * (x[i] - 0.5) })
              close 1e-12 responses[0] [ y ] "the sum"
              close 1e-12 mean [ for i in 0 .. n - 1 -> shared i * y ] "what is learned")

          testCase "the inverse Hessian is by how much responses move with stimuli, held ones and those of simplices too" (fun () ->
              let n = 7
              let random = Xoshiro256StarStar(8, false)
              let root = dense n n (normals random (n * n))
              let h = root * root.Transpose() + 0.3 * Matrix<float>.Build.DenseIdentity n
              let inverse = table "inverse" n n

              let program =
                  LaneProgram.create
                      { Responses = names "y" n
                        Ascending = []
                        Simplices = [ names "y" 3 ]
                        Stimuli = names "x" n
                        Parameters = []
                        Inverse = inverse
                        Energy =
                          total n (fun i -> total n (fun j -> h[i, j] / 2.0 * at "y" i * at "y" j))
                          + total n (fun i -> log (cosh (at "y" i)) - at "x" i * at "y" i)
                          + Expr.abs (at "y" 3) / 2.0
                        Online = List.map Expr.var inverse
                        Lower = List.replicate 5 Double.NegativeInfinity @ [ 0.0; 0.0 ]
                        Upper = List.replicate n Double.PositiveInfinity }

              let respond x =
                  let responses, reached, mean = learn program [||] x
                  Expect.isTrue reached[0] "is reached"
                  responses[0], mean

              let held = Collections.Generic.HashSet<int>()

              for _ in 1..20 do
                  let x = normals random n
                  let y, moves = respond x

                  for i in 0 .. n - 1 do
                      if y[i] = 0.0 then
                          held.Add i |> ignore

                      let shifted by =
                          fst (respond (Array.mapi (fun k v -> if k = i then v + by else v) x))

                      let slopes = Array.map2 (fun a b -> (a - b) / 2e-5) (shifted 1e-5) (shifted -1e-5)

                      for k in 0 .. n - 1 do
                          Expect.isLessThanOrEqual (abs (slopes[k] - moves[k * n + i])) 1e-6 $"y[{k}] by x[{i}]"

              Expect.isGreaterThan held.Count 3 "some are held")

          testCase "a batch is responded to and learned from by scalar code where lanes do not reach" (fun () ->
              let model =
                  parse "parameter u[a] in [0.2,1]\nenergy sum(a, sum(b, abs(r[a]-r[b]))) + sum(a, u[a]*r[a]^2) - sum(a, s[a]*r[a])"

              let n, rows = 3, 20
              let instance = Instance.create (Derivation.derive model) (Sizes.circuit n 1)
              let random = Xoshiro256StarStar(9, false)
              let packed = instance.Pack(Simulation.initial instance 1)
              let stimuli = Array.map ((*) 4.0) (normals random (rows * n))
              let responses: float array = Array.zeroCreate (rows * n)
              let found: bool array = Array.zeroCreate rows
              let mean: float array = Array.zeroCreate n
              let batch = LaneBatch.Of instance
              Expect.equal (batch.Learn(packed, stimuli, responses, found, mean)) rows "all are found"

              let expected =
                  [| for s in Array.chunkBySize n stimuli -> s, Option.get (instance.Respond(packed, s, Array.zeroCreate n)) |]

              close 1e-7 responses (Array.collect snd expected) "responses"
              let online = expected |> Array.map (fun (s, r) -> instance.Online(packed, s, r))
              close 1e-7 mean (Array.init n (fun m -> Array.averageBy (Array.item m) online)) "the mean"
              let reached: bool array = Array.zeroCreate rows

              (LaneProgram.create (LaneInstance.model instance.Derivation instance.Sizes))
                  .Respond(packed, stimuli, Array.zeroCreate (rows * n), reached)

              Expect.isTrue (Array.contains true reached && Array.contains false reached) "lanes reach some, not all"
              let again: float array = Array.zeroCreate (rows * n)
              batch.Respond(packed, stimuli, again, found)
              Expect.equal again responses "the same responses without learning") ]
