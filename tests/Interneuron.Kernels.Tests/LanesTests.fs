module Interneuron.Kernels.Tests.LanesTests

open System
open Expecto
open MathNet.Numerics
open Interneuron.Kernels
open Interneuron.Kernels.TestPotentials
open Interneuron.Kernels.Tests.Circuits

/// One relative rounding error of a double.
let private rounding = 2.220446049250313e-16

/// Evenly spread arguments, and around zero on a logarithmic scale.
let private spread low high =
    Array.append
        (Array.init 4001 (fun i -> low + (high - low) * float i / 4000.0))
        (Array.init 600 (fun i -> 10.0 ** (float (i % 300) / 15.0 - 20.0) * (if i < 300 then 1.0 else -1.0)))
    |> Array.filter (fun x -> x >= low && x <= high)

/// Operation, arguments, reference, and how many roundings they may differ: the operation's own and the reference's.
let private table =
    [ "Exp", spread -745.0 709.7, Math.Exp, 2.0
      "ExpM1",
      spread -40.0 700.0,
      (fun x ->
          if abs x < 1e-5 then
              x + x * x / 2.0 + x * x * x / 6.0
          else
              Math.Exp x - 1.0),
      2.0 / 1e-5
      "Log", Array.concat [ spread 1e-300 3.0; [| 5e-324; 1e-310; 1e308 |] ], Math.Log, 2.0
      "LogFloored", spread 1e-300 1000.0, Math.Log, 2.0
      "LogOrZero", spread 0.0 1000.0, (fun x -> if x = 0.0 then 0.0 else Math.Log x), 2.0
      "Tanh", spread -30.0 30.0, Math.Tanh, 8.0
      "Cosh", spread -700.0 700.0, Math.Cosh, 4.0
      "Sqrt", spread 0.0 1e6, Math.Sqrt, 0.0
      "Abs", spread -5.0 5.0, abs, 0.0
      "Negate", spread -5.0 5.0, (fun x -> -x), 0.0
      "Sign", spread -5.0 5.0, (fun x -> float (sign x)), 0.0
      "Step",
      spread -5.0 5.0,
      (fun x ->
          if x > 0.0 then 1.0
          elif x < 0.0 then 0.0
          else 0.5),
      0.0
      // x^y = e^(y log x) magnifies two roundings of y log x, which is up to 3 * 46 here.
      "Power 2.5", spread 0.0 100.0, (fun x -> Math.Pow(x, 2.5)), 280.0
      "Power 3", spread -100.0 100.0, (fun x -> Math.Pow(x, 3.0)), 280.0
      "Power -2", spread -100.0 100.0, (fun x -> Math.Pow(x, -2.0)), 280.0
      "Power 0", spread -3.0 3.0, (fun _ -> 1.0), 0.0
      "Max 0.25", spread -1.0 1.0, max 0.25, 0.0
      "Min 0.25", spread -1.0 1.0, min 0.25, 0.0
      "Less 0.25", spread -1.0 1.0, (fun x -> if x < 0.25 then 1.0 else 0.0), 0.0
      "LessOrEqual 0.25", spread -1.0 1.0, (fun x -> if x <= 0.25 then 1.0 else 0.0), 0.0
      "Equal 0.25", spread -1.0 1.0, (fun x -> if x = 0.25 then 1.0 else 0.0), 0.0
      "CopySign -2", spread -1.0 1.0, (fun x -> -(abs x)), 0.0
      "FusedMultiplyAdd 3", spread -1.0 1.0, (fun x -> Math.FusedMultiplyAdd(x, 3.0, x)), 0.0
      "FusedNegateMultiplyAdd 3", spread -1.0 1.0, (fun x -> Math.FusedMultiplyAdd(-x, 3.0, x)), 0.0
      "Erfc", spread -5.0 20.0, SpecialFunctions.Erfc, 400.0
      // The exponential of a logarithm up to 100 loses two digits, and the reference some: 1e-12 in all.
      "Gamma", spread 0.01 40.0, SpecialFunctions.Gamma, 4500.0
      "LogGamma", spread 3.0 200.0, SpecialFunctions.GammaLn, 200.0
      "Polygamma 0", spread 2.0 200.0, SpecialFunctions.DiGamma, 200.0 ]

let private agree roundings (name: string) (x: float) (actual: float) (expected: float) =
    let same = actual = expected || (Double.IsNaN actual && Double.IsNaN expected)
    let bound = roundings * rounding * abs expected + Double.Epsilon
    Expect.isTrue (same || abs (actual - expected) <= bound) $"{name} at {x:R}: {actual:R}, expected {expected:R}"

let private special =
    [ "Exp",
      [ nan, nan
        infinity, infinity
        -infinity, 0.0
        0.0, 1.0
        720.0, infinity
        -800.0, 0.0 ]
      "Log", [ nan, nan; infinity, infinity; 0.0, -infinity; -1.0, nan; 1.0, 0.0 ]
      "LogOrZero", [ 0.0, 0.0; 1.0, 0.0 ]
      "Tanh", [ nan, nan; infinity, 1.0; -infinity, -1.0; 0.0, 0.0 ]
      "Cosh", [ nan, nan; infinity, infinity; -infinity, infinity; 0.0, 1.0 ]
      "Erfc", [ nan, nan; infinity, 0.0; -infinity, 2.0; 0.0, 1.0 ]
      "Power 2", [ 0.0, 0.0; -infinity, infinity ]
      "Power -1", [ 0.0, infinity ]
      "Power 0.5", [ -1.0, nan; 0.0, 0.0; infinity, infinity ]
      "Gamma", [ 0.0, infinity; -1.0, nan; nan, nan; 1.0, 1.0 ]
      "Polygamma 0", [ 0.0, nan; -2.0, nan; nan, nan ] ]

[<Tests>]
let tests =
    testList
        "Lanes"
        [ for name, x, reference, roundings in table do
              for width in widths do
                  testCase $"{name} in {width} lanes agrees with the scalar reference"
                  <| fun () -> Array.iter2 (fun x y -> agree roundings name x y (reference x)) x (LaneTable.Map(width, name, x))

          for name, x, _, _ in table do
              testCase $"{name} gives the same bits in every width"
              <| fun () ->
                  let bits width =
                      LaneTable.Map(width, name, x) |> Array.map BitConverter.DoubleToInt64Bits

                  Expect.equal (bits LaneWidth.Four) (bits LaneWidth.One) "four lanes"
                  Expect.equal (bits LaneWidth.Eight) (bits LaneWidth.One) "eight lanes"

          for name, values in special do
              for width in widths do
                  testCase $"{name} in {width} lanes has its special values, next to ordinary ones"
                  <| fun () ->
                      for x, expected in values do
                          // The ordinary neighbours must not be disturbed, nor choose a path for all.
                          let actual = LaneTable.Map(width, name, [| x; 1.5; x; 2.5 |])
                          let ordinary = LaneTable.Map(width, name, [| 1.5 |])
                          agree 4.0 name x actual[0] expected
                          Expect.equal actual[1] ordinary[0] $"{name} beside {x}"

          for width in widths do
              testCase $"gamma functions in {width} lanes reflect below zero"
              <| fun () ->
                  for x in [ -0.5; -1.25; -7.3 ] do
                      // Gamma(x + 1) = x Gamma(x), psi(x + 1) = psi(x) + 1/x, psi_1(x + 1) = psi_1(x) - 1/x^2.
                      let at name =
                          LaneTable.Map(width, name, [| x; x + 1.0 |])

                      let gamma = at "Gamma"
                      close 1e-12 gamma[1] (x * gamma[0]) $"gamma at {x}"
                      let digamma = at "Polygamma 0"
                      close 1e-11 digamma[1] (digamma[0] + 1.0 / x) $"digamma at {x}"
                      let trigamma = at "Polygamma 1"
                      close 1e-11 trigamma[1] (trigamma[0] - 1.0 / (x * x)) $"trigamma at {x}"

              testCase $"polygamma in {width} lanes has its known values at 1"
              <| fun () ->
                  // -gamma, zeta(2), -2 zeta(3), 6 zeta(4) (Abramowitz and Stegun 6.3.2, 6.4.2).
                  let expected =
                      [ -0.57721566490153286
                        Math.PI ** 2.0 / 6.0
                        -2.4041138063191886
                        Math.PI ** 4.0 / 15.0 ]

                  expected
                  |> List.iteri (fun n value ->
                      let actual = LaneTable.Map(width, $"Polygamma {n}", [| 1.0 |])
                      close 1e-14 actual[0] value $"order {n}")

              testCase $"the first lanes of {width} are summed, whatever stands in the others"
              <| fun () ->
                  let x = [| 1.0; 2.0; 4.0; 8.0; 16.0; 32.0; 64.0; nan |]

                  for count in 0 .. (min 7 (int width)) do
                      Expect.equal (LaneTable.SumOfFirst(width, x, count)) (2.0 ** float count - 1.0) $"{count} lanes" ]
