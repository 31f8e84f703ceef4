/// What the field's models do for single stimuli, where the publication has another form of it.
module Interneuron.Derivation.Tests.FieldFormTests

open Expecto
open MathNet.Numerics.Distributions
open MathNet.Numerics.LinearAlgebra
open MathNet.Numerics.Random
open Interneuron.Derivation.Formulas
open Interneuron.Derivation.Models
open Interneuron.Derivation.Rules
open Interneuron.Derivation.Running

let private model name =
    match ModelLibrary.tryText name |> Option.map ModelText.parse with
    | Some(Ok model) -> model
    | Some(Error e) -> failtest $"{name}: {e}"
    | None -> failtest $"there is no model {name}"

[<Tests>]
let tests =
    testList
        "Field forms"
        [ testCase "local-competition: the dynamics in the form of a membrane" (fun () ->
              match (Derivation.derive (model "local-competition")).Dynamics with
              | [ { Membrane = Some(drive, threshold) } ] ->
                  Expect.equal
                      (IndexedPrint.text drive)
                      "y[k] + sum(a, D[a,k]*x[a]) - sum(a, D[a,k]*sum(l, D[a,l]*y[l]))"
                      "D^T x - (D^T D - 1) y"

                  Expect.equal (IndexedPrint.text threshold) "lambda" "soft threshold"
              | _ -> failtest "no membrane")

          testCase "infomax: the natural gradient needs no inverse" (fun () ->
              let m = model "infomax"
              let instance = Instance.create (Derivation.derive m) m.Sizes
              let random = Xoshiro256StarStar(20, false)

              let gaussian rows columns =
                  Matrix<float>.Build.Dense(rows, columns, fun _ _ -> Normal.Sample(random, 0.0, 1.0))

              for _ in 1..5 do
                  let w, x = gaussian 2 2, (gaussian 1 2).Row 0
                  let packed = instance.Pack(Map [ "W", w.ToRowMajorArray() ])
                  let u = w * x
                  let online = instance.Online(packed, x.ToArray(), u.ToArray())

                  let step =
                      Matrix<float>.Build.DenseOfRowMajor(2, 2, Array.map2 (-) online (instance.Fixed packed))
                  // Amari, Cichocki and Yang 1996: (1 - tanh(u) u^T) W.
                  let expected =
                      (Matrix<float>.Build.DenseIdentity 2 - u.PointwiseTanh().OuterProduct u) * w

                  Expect.isLessThan ((step * w.Transpose() * w - expected).FrobeniusNorm()) 1e-9 "times W^T W") ]
