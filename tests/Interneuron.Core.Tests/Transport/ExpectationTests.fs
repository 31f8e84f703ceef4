module Interneuron.Core.Tests.ExpectationTests

open System
open Expecto
open FsCheck.FSharp
open Interneuron.Core.Symbolic
open Interneuron.Core.Symbolic.Text
open Interneuron.Core.Transport
open Interneuron.Core.Tests.Reference

let private names (p: Potential) =
    [ for parameter in p.Parameters -> parameter.Name ]

let private at (p: Potential) theta (e: Expr) = Potential.evaluate p e theta nan

/// The averages of e and of |e| by the reference's quadrature, with breaks where these potentials have their kinks.
let private reference (p: Potential) target theta (e: Expr) =
    let kinks =
        match theta with
        | [ a; b ] -> [ a; a + b; a - b ]
        | one -> one

    let x, w = Densities.nodes target (kinks @ List.map (~-) kinks) |> Array.unzip
    let lowered = Lower.lower (names p) [] [ [ e ] ]

    let values =
        Program.runMany lowered.Varying[0] x (Program.run lowered.Static theta)
        |> List.head

    Array.fold2 (fun total w v -> total + w * v) 0.0 w values, Array.fold2 (fun total w v -> total + w * abs v) 0.0 w values

/// Built-in potentials whose averages have formulas: all but the one that may reach across zero, whose averages are taken over nodes.
let private withFormulas =
    Potentials.all |> List.filter (fun p -> p <> Potentials.smoothThreshold)

/// Whether a formula is there for every built-in potential; where a user's has none, it is averaged over nodes.
let private means (p: Potential) target =
    [ for name, e in ("F", p.Formula) :: List.zip [ for n in names p -> $"dF/d{n}" ] p.ParameterTerms ->
          name, e, Expectation.formula target p.Parameters e ]

let private agrees (p: Potential) (target: Target) =
    let means = lazy means p target

    Check.law $"{p.Name} over {Target.name target}" 4 (Samples.parameters p) (fun theta ->
        for name, e, mean in means.Value do
            match mean with
            | Some mean ->
                // The reference is good to 1e-11 of the mean of |e|, a series to 1e-13 of its largest value.
                let expected, size = reference p target theta e
                Check.near 0.0 (1e-10 * (size + 1e-2)) (at p theta mean) expected $"E {name} at {theta}"
            | None ->
                if List.contains p withFormulas then
                    failtest $"E {name} has no formula")

let private all =
    [ for p in Potentials.all @ Samples.userWritten do
          for target in Samples.targets -> p, target ]

[<Tests>]
let tests =
    testList
        "Expectation"
        [ testList "formulas are the averages" [ for p, target in all -> agrees p target ]
          testCase "two rectified powers, each of its own threshold and exponent, have the average that quadrature finds" (fun () ->
              let parameters =
                  [ for name in [ "a"; "b" ] -> Parameter.define name 0.0 infinity (0.5, 1.5) ]

              let z, a, b = Potential.z, Expr.var "a", Expr.var "b"
              let rectified u = Expr.max (Expr.constant 0.0) u
              let theta = [ 0.4; 0.7 ]

              for target in [ StandardGaussian; Laplace ] do
                  for n in 1..3 do
                      for m in 1..3 do
                          let e = rectified (z - a) ** float n * rectified (z - a - b) ** float m

                          match Expectation.closedForm target parameters e with
                          | Some mean ->
                              let value (f: Expr) x =
                                  Expr.interpret
                                      Floats.operations
                                      (function
                                      | "a" -> theta[0]
                                      | "b" -> theta[1]
                                      | _ -> x)
                                      f

                              let expected =
                                  Densities.nodes target [ theta[0]; theta[0] + theta[1] ]
                                  |> Array.sumBy (fun (x, w) -> w * value e x)

                              Check.near 1e-9 1e-12 (value mean nan) expected $"{Target.name target}, {n} and {m}"
                          | None -> failtest $"{n} and {m} have no formula")

          testList
              "quadrature is the average"
              [ for p in Potentials.all @ Samples.userWritten ->
                    Check.law p.Name 3 (Samples.parameters p) (fun theta ->
                        for target in Samples.targets do
                            let valueOf name =
                                theta[List.findIndex ((=) name) (names p)]

                            let expected, size = reference p target theta p.Formula

                            Check.near
                                0.0
                                (1e-11 * size + 1e-13)
                                (Expectation.quadrature target p.Formula valueOf)
                                expected
                                (Target.name target)) ]
          testList
              "the derivative of the mean is the mean of the derivative"
              [ for p in withFormulas do
                    if not p.Parameters.IsEmpty then
                        Check.law p.Name 20 (Samples.parameters p) (fun theta ->
                            // A series in a root of the threshold has no derivative at 0.
                            let theta = List.map (max 0.05) theta

                            for target in Samples.targets do
                                match
                                    Expectation.formula target p.Parameters p.Formula,
                                    List.map (Expectation.formula target p.Parameters) p.ParameterTerms
                                with
                                | Some mean, terms when List.forall Option.isSome terms ->
                                    for name, term in List.zip (names p) (List.choose id terms) do
                                        // Differentiating a series of up to 64 terms loses 64^2 units of its largest value.
                                        Check.near
                                            1e-9
                                            1e-10
                                            (at p theta (Differentiate.diff name mean))
                                            (at p theta term)
                                            $"{Target.name target} at {theta}, d{name}"
                                | _ -> failtest "a built-in potential has formulas") ]
          testList
              "the second moment is the average of the square"
              [ for p in withFormulas ->
                    Check.law p.Name 4 (Samples.parameters p) (fun theta ->
                        for target in Samples.targets do
                            match Expectation.secondMoment target p.Parameters p.Formula with
                            | Some mean ->
                                let expected, _ = reference p target theta (p.Formula * p.Formula)
                                Check.near 1e-10 1e-12 (at p theta mean) expected $"{Target.name target} at {theta}"
                            | None -> failtest "a built-in potential has a second moment") ]
          testCase "closed forms where the field knows them" (fun () ->
              let z = Potential.z

              let closed e =
                  Expectation.closedForm StandardGaussian [] e |> Option.map Print.text

              Expect.equal (closed (z ** 2.0 / 2.0)) (Some "0.5") "power"
              Expect.equal (closed (z ** 3.0)) (Some "0") "odd powers"
              Expect.equal (closed (z * abs z ** 2.5)) (Some "0") "odd in sign"
              Expect.equal (closed (Expr.sign z * abs z ** 2.5)) (Some "0") "odd by the sign"
              Expect.equal (closed (Expr.constant 3.0)) (Some "3") "constant"
              Expect.isNone (closed (tanh z ** 2.0)) "no closed form"
              Expect.isNone (closed (z ** -2.0)) "no average"
              let theta = Expr.var "theta"

              let of' e =
                  Expectation.closedForm StandardGaussian [ Parameter.define "theta" 0.0 3.0 (0.0, 1.0) ] e
                  |> Option.get
                  |> Print.text

              Expect.equal (of' (z ** 2.0 * abs z ** theta)) (of' (abs z ** (theta + 2.0))) "powers of z and |z| are moments of one order"

              Expect.equal
                  (of' (Expr.max (abs z - theta) (Expr.constant 0.0) ** 2.0))
                  (of' (2.0 * Expr.max (z - theta) (Expr.constant 0.0) ** 2.0))
                  "both sides of |z|"

              Expect.equal
                  (of' (
                      Expr.max (z - theta) (Expr.constant 0.0)
                      * Expr.max (-z - theta) (Expr.constant 0.0)
                  ))
                  "0"
                  "one side at a time")
          testCase "logarithmic moments are derivatives of moments" (fun () ->
              let z = Potential.z

              for target in [ StandardGaussian; Laplace; Uniform; Target.generalisedGaussian 1.3 ] do
                  for k in [ 1.0; 2.0 ] do
                      let e = abs z ** 1.7 * Expr.logOrZero (abs z) ** k
                      let mean = Expectation.closedForm target [] e |> Option.get

                      let expected =
                          Densities.average target [] (fun z -> if z = 0.0 then 0.0 else abs z ** 1.7 * log (abs z) ** k)

                      Check.near 1e-10 0.0 (Expr.interpret Floats.operations (fun _ -> nan) mean) expected $"{Target.name target}, k = {k}")
          testCase "an empirical target has no formula: its averages depend on the direction" (fun () ->
              let target = Target.ofSamples 2 [| 1.0; 2.0; 3.0; 4.0 |]
              Expect.isNone (Expectation.formula target [] (Potential.z ** 2.0)) "of z"
              Expect.equal (Expectation.formula target [] (Expr.constant 2.0)) (Some(Expr.constant 2.0)) "but for a constant")
          testCase "a formula of two parameters that does not separate is averaged over nodes" (fun () ->
              let p =
                  [ Parameter.define "a" 0.5 2.0 (1.0, 1.0)
                    Parameter.define "b" 0.5 2.0 (1.0, 1.0) ]

              let z, a, b = Potential.z, Expr.var "a", Expr.var "b"
              Expect.isNone (Expectation.formula StandardGaussian p (log (cosh (a * z + b)))) "together"
              Expect.isSome (Expectation.formula StandardGaussian p (a * log (cosh (b * z)))) "one inside, one as a factor")
          testCase "a mean is the same formula whenever and wherever it is derived" (fun () ->
              let derive () =
                  Expectation.formula Logistic Potentials.powerMixture.Parameters Potentials.powerMixture.Formula
                  |> Option.get

              let several = Array.Parallel.init 4 (fun _ -> derive ())

              for e in several do
                  Expect.isTrue (obj.ReferenceEquals(e, several[0])) "one object"

              Expect.stringContains
                  (Print.text several[0])
                  "E[abs(z)^(theta + 1); logistic, theta in [1, 3]](theta)"
                  "named by what it averages")
          testCase "intervals are part of a series' name" (fun () ->
              let over high =
                  Expectation.formula Logistic [ Parameter.define "theta" 1.0 high (1.0, 1.0) ] (abs Potential.z ** Expr.var "theta")
                  |> Option.get

              Expect.notEqual (over 2.0) (over 3.0) "two series") ]
