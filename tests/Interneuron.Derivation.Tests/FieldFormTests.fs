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

                  Expect.isLessThan ((step * w.Transpose() * w - expected).FrobeniusNorm()) 1e-9 "times W^T W")

          // Stimuli along the axes, with variances 4, 1, 1, 1: Oja's rule rests at each axis, and nowhere between.
          testCase "oja: the mean step is 0 at a principal component, and not beside it" (fun () ->
              let m = model "oja"
              let instance = Instance.create (Derivation.derive m) m.Sizes
              let n = instance.Stimuli

              let stimuli =
                  [| for a in 0 .. n - 1 do
                         for sign in [ 1.0; -1.0 ] do
                             let size = if a = 0 then 2.0 else 1.0
                             yield! Array.init n (fun b -> if a = b then sign * size else 0.0) |]

              let residual angle =
                  let w =
                      Array.init n (fun a ->
                          if a = 0 then cos angle
                          elif a = 1 then sin angle
                          else 0.0)

                  List.exactlyOne (Rest.residuals instance (Map [ "w", w ]) stimuli)

              Expect.isLessThan (residual 0.0).Mean 1e-6 "at the component"

              // <z x> = (4 cos, sin, 0, ...)/n; across w, that is 3 sin cos/n.
              let angle = 0.3
              let expected = 3.0 * sin angle * cos angle / float n / sqrt (float n)
              Expect.floatClose Accuracy.low ((residual angle).Mean) expected "beside it"
              Expect.isGreaterThan (residual angle).Relative 0.1 "of a stimulus's own") ]
