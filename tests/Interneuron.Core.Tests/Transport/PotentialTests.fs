module Interneuron.Core.Tests.PotentialTests

open System
open Expecto
open FsCheck.FSharp
open Interneuron.Core.Symbolic
open Interneuron.Core.Transport
open Interneuron.Core.Tests.Reference

let private p name =
    Parameter.define name 0.5 2.0 (1.0, 1.5)

let private z = Gen.frequency [ 1, Gen.constant 0.0; 9, Check.between -6.0 6.0 ]

[<Tests>]
let tests =
    testList
        "Potential"
        [ testCase "a potential that is not a formula of z and its parameters is refused" (fun () ->
              Check.refused [ "the potential odd has the unknown variable 'y'; expected one of: z, theta" ] (fun () ->
                  Potential.define "odd" [ p "theta" ] (fun _ z -> z * Expr.var "y"))

              Check.refused [ "two parameters of twice share a name" ] (fun () ->
                  Potential.define "twice" [ p "a"; p "a" ] (fun _ z -> z ** 2.0)))
          testCase "a parameter with a bad interval or name is refused" (fun () ->
              Check.refused [ "'z' is the interneuron's input" ] (fun () -> p "z")
              Check.refused [ "the interval [2, 1] of a is empty" ] (fun () -> Parameter.define "a" 2.0 1.0 (1.0, 1.0))
              Check.refused [ "the interval [1, 1] of a is empty" ] (fun () -> Parameter.define "a" 1.0 1.0 (1.0, 1.0))
              Check.refused [ "of a is empty" ] (fun () -> Parameter.define "a" nan 1.0 (1.0, 1.0))
              Check.refused [ "a starts in [0, 1], which is not inside [0.5, 2]" ] (fun () -> Parameter.define "a" 0.5 2.0 (0.0, 1.0))
              Check.refused [ "a starts in [1.5, 1]" ] (fun () -> Parameter.define "a" 0.5 2.0 (1.5, 1.0))
              Check.refused [ "a starts in [1, 3]" ] (fun () -> Parameter.define "a" 0.5 2.0 (1.0, 3.0)))
          testCase "parameters keep their order" (fun () ->
              let potential =
                  Potential.define "two" [ p "b"; p "a" ] (fun theta z -> theta[0] * z ** 2.0 + theta[1] * z ** 4.0)

              Expect.equal (Potential.value potential [ 1.0; 2.0 ] 3.0) (9.0 + 2.0 * 81.0) "b then a"
              Expect.equal potential.ParameterTerms [ Potential.z ** 2.0; Potential.z ** 4.0 ] "terms too"
              Expect.equal (Potential.ofFormula "two" potential.Parameters potential.Formula).Formula potential.Formula "by formula")
          testList
              "every potential"
              [ for potential in Potentials.all do
                    Check.law
                        $"{potential.Name} is convex, and 0 at 0"
                        300
                        (Gen.zip (Samples.parameters potential) (Gen.two z))
                        (fun (theta, (a, b)) ->
                            let value = Potential.value potential theta
                            // Rounding of three values of a common size.
                            let slack = 1e-14 * (abs (value a) + abs (value b) + 1.0)
                            Expect.isTrue (value (0.5 * (a + b)) <= 0.5 * (value a + value b) + slack) "midpoint below the chord"
                            Check.near 0.0 1e-15 (value 0.0) 0.0 "at 0"
                            Expect.isGreaterThanOrEqual (Potential.evaluate potential potential.Slope theta a) 0.0 "slope of f")

                    testCase $"{potential.Name} is found by its name" (fun () ->
                        Expect.equal
                            (Potentials.tryFind (potential.Name.ToUpperInvariant()) |> Option.map _.Name)
                            (Some potential.Name)
                            "found") ]
          testCase "an unknown name finds nothing" (fun () -> Expect.isNone (Potentials.tryFind "no such potential") "found")
          testCase "the power mixture is the paper's formula" (fun () ->
              // As typed in from the paper, at points on each side of both thresholds (theta = 1.925 and 6^(1/2.32) = 2.165).
              for theta in [ 1.0; 1.5; 1.95; 2.2; 2.7; 3.0 ] do
                  for z in [ -2.0; 0.0; 0.3; 1.7 ] do
                      let a = exp (max (2.0 * theta - 3.85) 0.0 ** 1.95)
                      let b = exp (max (theta ** 2.32 - 6.0) 0.0)
                      let expected = a * z * z / 2.0 + b * abs z ** (theta + 1.0) / (theta + 1.0)
                      Check.near 1e-13 0.0 (Potential.value Potentials.powerMixture [ theta ] z) expected $"theta = {theta}, z = {z}")
          testCase "thresholds, the saturating and the quadratic potential are theory's formulas" (fun () ->
              for z in [ -2.0; -0.1; 0.0; 0.4; 3.0 ] do
                  Check.near
                      1e-15
                      0.0
                      (Potential.value Potentials.symmetricThreshold [ 0.5 ] z)
                      (max (abs z - 0.5) 0.0 ** 2.0 / 2.0)
                      "symmetric"

                  Check.near 1e-15 0.0 (Potential.value Potentials.thresholdLinear [ 0.5 ] z) (max (z - 0.5) 0.0 ** 2.0 / 2.0) "one-sided"

                  // The knee lies at 0.5 + 1.5; the slope beyond is 0.02.
                  Check.near
                      1e-14
                      0.0
                      (Potential.value Potentials.saturatingThreshold [ 0.5; 1.5 ] z)
                      ((max (z - 0.5) 0.0 ** 2.0 - 0.98 * max (z - 2.0) 0.0 ** 2.0) / 2.0)
                      "saturating"

                  // The double integral of a tent from 0 to 1, with its peak at 0.5, and 0.02 from 0 on, by the areas of its parts.
                  let smooth =
                      let up = max z 0.0

                      let cubic =
                          if z <= 0.5 then
                              up ** 3.0 / 3.0
                          else
                              (1.0 - min z 1.0) ** 3.0 / 3.0 + (z - 0.5) / 2.0

                      cubic + 0.01 * up ** 2.0

                  Check.near 1e-14 1e-16 (Potential.value Potentials.smoothThreshold [ 0.5; 0.5 ] z) smooth "smooth"
                  Check.near 1e-14 1e-16 (Potential.value Potentials.logCosh [ 2.0 ] z) (log (cosh (2.0 * z)) / 4.0) "log-cosh"
                  Check.near 1e-15 0.0 (Potential.value Potentials.quadratic [] z) (z * z / 2.0) "quadratic"
                  Check.near 1e-14 0.0 (Potential.value Potentials.monomial [ 1.6 ] z) (abs z ** 2.6 / 2.6) "monomial")
          testCase "growth says on which sides a potential outgrows every stimulus" (fun () ->
              let verdict name =
                  Potentials.tryFind name |> Option.get |> Potential.growth

              for name in [ "power-mixture"; "monomial"; "quadratic"; "symmetric-threshold" ] do
                  Expect.equal (verdict name) (true, true) name

              Expect.equal (verdict "threshold-linear") (false, true) "threshold-linear"
              Expect.equal (verdict "saturating-threshold") (false, true) "saturating-threshold"
              Expect.equal (verdict "smooth-threshold") (false, true) "smooth-threshold"
              Expect.equal (verdict "log-cosh") (false, false) "log-cosh"

              let growth formula =
                  Potential.growth (Potential.define "p" [] (fun _ z -> formula z))

              Expect.equal (growth (fun z -> Expr.max -z (Expr.constant 0.0) ** 2.0)) (true, false) "the other side"
              Expect.equal (growth (fun z -> sqrt (1.0 + z ** 2.0))) (false, false) "linear"
              Expect.equal (growth (fun z -> abs z ** 1.1)) (true, true) "a little more than linear"
              Expect.equal (growth (fun z -> abs z * log (1.0 + abs z))) (true, true) "by a logarithm"
              Expect.equal (growth (fun z -> exp z)) (false, true) "exponential on one side"
              Expect.equal (growth (fun z -> log (1.0 + exp z))) (false, false) "softplus")
          testCase "a formula that has no value somewhere is judged or refused, and raises nothing else" (fun () ->
              for text in
                  [ "sign(z*NaN)+z^2"
                    "z^2*sign(NaN)"
                    "abs(z-NaN)+z^2"
                    "step(z/0-z/0)*z^2+z^2" ] do
                  match PotentialText.parse text [] with
                  | Ok potential -> Potential.growth potential |> ignore
                  | Error error -> Expect.isFalse ((string error).Contains '\n') text)

          testCase "a parameter at which it saturates decides" (fun () ->
              let p =
                  Potential.define "p" [ Parameter.define "a" 0.0 1.0 (0.5, 0.5) ] (fun theta z ->
                      theta[0] * z ** 2.0 + sqrt (1.0 + z ** 2.0))

              Expect.equal (Potential.growth p) (false, false) "a = 0 is in the interval") ]
