/// Learning near its point of rest, against the linear flow worked out by hand; and phase portraits.
module Interneuron.Derivation.Tests.SlowModesTests

open System
open Expecto
open MathNet.Numerics.LinearAlgebra
open Interneuron.Derivation.Formulas
open Interneuron.Derivation.Models
open Interneuron.Derivation.Rules
open Interneuron.Derivation.Running
open Interneuron.Derivation.Checks

let private library name =
    match ModelLibrary.tryText name |> Option.map ModelText.parse with
    | Some(Ok model) -> model
    | other -> failtest $"{name}: {other}"

/// Stimuli along the axes with these second moments.
let private alongAxes (moments: float list) =
    let n = moments.Length

    [| for a, c in List.indexed moments do
           for side in [ 1.0; -1.0 ] -> Array.init n (fun b -> if a = b then side * sqrt (float n * c) else 0.0) |]
    |> Array.concat

/// Similarity matching of n inputs and units, with rates and where it rests: W = M = C.
let private matching n (rateW: float) (rateM: float) (moments: float list) =
    let m = library "principal-subspace"

    let model =
        { m with
            Sizes = [ for population, _ in m.Sizes -> population, n ]
            Learned =
                [ for p in m.Learned ->
                      { p with
                          Rate = if p.Name = "W" then rateW else rateM } ] }

    let c = Array.init (n * n) (fun k -> if k / n = k % n then moments[k / n] else 0.0)

    Instance.create (Derivation.derive model) model.Sizes, Map [ "W", c; "M", c ]

/// The off-diagonal block of similarity matching of two components at rest, in W_12, W_21, M_12, without the symmetric M's copy.
let private block (rateW: float) (rateM: float) (c1: float) (c2: float) =
    let p, q = c2 / c1, c1 / c2

    Matrix<float>
        .Build.DenseOfRowArrays(
            [| 2.0 * rateW * (p - 1.0); 0.0; -2.0 * rateW * p |],
            [| 0.0; 2.0 * rateW * (q - 1.0); -2.0 * rateW * q |],
            [| rateM * p; rateM * q; -rateM * (p + q + 1.0) |]
        )

let private magnitudes (modes: Numerics.Complex seq) =
    modes |> Seq.map _.Magnitude |> Seq.sort |> List.ofSeq

[<Tests>]
let tests =
    testList
        "Slow modes"
        [ testCase "similarity matching of one number: x^2 + 3 b x + 4 a b = 0 for rates a of W and b of M" (fun () ->
              for a, b in [ 5e-3, 2e-2; 1e-2, 1e-3 ] do
                  let instance, values = matching 1 a b [ 2.5 ]
                  let modes = Option.get (SlowModes.at instance values (alongAxes [ 2.5 ]))
                  Expect.equal modes.Flat 0 "flat"
                  Expect.isTrue modes.IsStable "stable"
                  Expect.equal modes.Turns (9.0 * b < 16.0 * a) "turns"
                  Expect.equal modes.Ratios (Some(0.0, infinity)) "at all rates"
                  Expect.equal modes.Ascending [ "M" ] "what ascends"

                  for mode in modes.Eigenvalues do
                      let left =
                          mode * mode
                          + Numerics.Complex(3.0 * b, 0.0) * mode
                          + Numerics.Complex(4.0 * a * b, 0.0)

                      Expect.isLessThan left.Magnitude 1e-7 $"{mode}")

          testCase "similarity matching of two: eigenvalues, the rotation, and the least ratio of the rates, by hand" (fun () ->
              let moments = [ 4.0; 1.0 ]
              let a, b = 5e-3, 2e-2
              let instance, values = matching 2 a b moments
              let modes = Option.get (SlowModes.at instance values (alongAxes moments))
              Expect.equal modes.Flat 1 "the rotation"

              let byHand rateM =
                  [ yield! (block a rateM 4.0 1.0).Evd().EigenValues
                    for _ in moments do
                        // W_ii and M_ii.
                        yield!
                            (Matrix<float>.Build.DenseOfRowArrays([| 0.0; -2.0 * a |], [| 2.0 * rateM; -3.0 * rateM |])).Evd().EigenValues ]
                  |> List.sortBy _.Magnitude
                  |> List.skip 1

              for found, expected in List.zip (magnitudes modes.Eigenvalues) (magnitudes (byHand b)) do
                  Expect.isLessThan (abs (found - expected)) (1e-5 * expected) "eigenvalue"

              let isStable factor =
                  byHand (factor * b) |> List.forall (fun mode -> mode.Real < 0.0)

              match modes.Ratios with
              | Some(least, most) ->
                  Expect.isTrue (isStable (1.01 * least) && not (isStable (0.99 * least))) $"from {least}"
                  Expect.equal most infinity "no end"
              | None -> failtest "no ratio"

              // Steps overshoot where 1 + c x leaves the unit circle.
              let largest =
                  byHand b
                  |> List.map (fun x -> -2.0 * x.Real / (x.Magnitude * x.Magnitude))
                  |> List.min

              Expect.floatClose Accuracy.low modes.Largest largest "the largest rates")

          testCase "where what ascends is too slow, learning is not stable" (fun () ->
              let instance, values = matching 2 5e-3 1e-4 [ 4.0; 1.0 ]
              let modes = Option.get (SlowModes.at instance values (alongAxes [ 4.0; 1.0 ]))
              Expect.isFalse modes.IsStable "stable"
              Expect.equal modes.Largest 0.0 "no rates as they stand"

              match modes.Ratios with
              | Some(least, _) -> Expect.isGreaterThan least 1.0 "a faster one would be"
              | None -> failtest "no ratio")

          testCase "from beside it, the point of rest is found; on a sphere too" (fun () ->
              let m = library "oja"
              let instance = Instance.create (Derivation.derive m) m.Sizes
              let moments = [ 4.0; 2.0; 1.0; 1.0 ]
              let w = [| cos 0.1; sin 0.1; 0.0; 0.0 |]
              let modes = Option.get (SlowModes.at instance (Map [ "w", w ]) (alongAxes moments))
              Expect.isLessThan (abs (modes.Away - 0.1)) 2e-3 "away"

              // Across the component of 4: the rate times 2 - 4 and 1 - 4.
              let rate = m.Learned.Head.Rate

              for mode, expected in List.zip modes.Eigenvalues [ -2.0; -3.0; -3.0 ] do
                  Expect.isLessThan (abs (mode.Real - rate * expected)) (1e-4 * rate) "eigenvalue"

              Expect.equal modes.Ratios None "one side")

          testCase "a response of two numbers has a phase portrait, whose paths fall to the response" (fun () ->
              let d =
                  parse
                      "population eye a : 2\npopulation unit k : 2\ninput x[a]\nvariable y[k] >= 0, tau 2\nparameter W[k,a]\n\
                      energy sum(k, y[k]^2)/2 - sum(k, sum(a, y[k]*W[k,a]*x[a]))\nobjective value"
                  |> Derivation.derive

              for plane in PhasePlane.ofStart d 3 1 do
                  let rest = Option.get plane.Rest
                  let path = plane.Path [| 2.0; -1.0 |]
                  Expect.isTrue (path |> Array.forall (Array.forall (fun v -> v >= 0.0))) "inside"
                  let energies = path |> Array.map plane.Energy

                  Expect.isTrue (energies |> Array.pairwise |> Array.forall (fun (a, b) -> b <= a + 1e-12)) "down"

                  for at, y in Array.zip (Array.last path) rest do
                      Expect.isLessThan (abs (at - y)) 1e-6 "to the response"

              Expect.isEmpty (PhasePlane.ofStart (Derivation.derive (library "sparse-coding")) 3 1) "six numbers have none") ]
