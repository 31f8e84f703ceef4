module Interneuron.Facade.Tests.FormulaTests

open System
open Expecto
open FsCheck
open Interneuron
open Interneuron.Facade.Tests.Make

let private number (x: float) : Formula = Formula.op_Implicit x

/// A potential of one's own that uses every function of Formula once.
let private everything =
    Potential.Define(
        "everything",
        [| Parameter("a", 0.5, 2.0, struct (1.0, 1.0))
           Parameter("b", 0.5, 2.0, struct (1.0, 1.0)) |],
        Func<_, _, _>(fun theta z ->
            let a, b = (theta: Collections.Generic.IReadOnlyList<Formula>)[0], theta[1]

            Formula.Exp(a * z)
            + Formula.Log(b + Formula.Abs z)
            + Formula.Sign z
            + Formula.Step(z - a)
            + Formula.Sqrt(number 1.0 + z * z)
            + Formula.Pow(Formula.Abs z, b)
            + Formula.Tanh z
            - Formula.Cosh(z / a)
            + Formula.Sinh(-z)
            + Formula.Max(z, a) * Formula.Min(z, b)
            + Formula.Erfc z
            + Formula.Gamma(a + number 1.5)
            + Formula.LogGamma b
            + Formula.Digamma a
            + Formula.IfLess(z, a, b, number 3.0))
    )

let private readOnly (values: Collections.Generic.IDictionary<string, float>) =
    Collections.Generic.Dictionary values :> Collections.Generic.IReadOnlyDictionary<string, float>

[<Tests>]
let tests =
    testList
        "Formulas"
        [ test "every function of a symbol is the one of its name" {
              let a, b, z = 1.3, 0.8, 0.7
              // erfc(0.7), Gamma(2.8) and log Gamma(0.8) from Python's math; psi(1.3) from mpmath.
              let erfc, gamma, logGamma, digamma =
                  0.32219880616258156, 1.6764907877644364, 0.15205967839983708, -0.1691908888667994

              let expected =
                  exp (a * z) + log (b + z) + 1.0 + 0.0 + sqrt (1.0 + z * z) + z ** b + tanh z
                  - cosh (z / a)
                  + sinh -z
                  + a * z
                  + erfc
                  + gamma
                  + logGamma
                  + digamma
                  + b

              let value = everything.Evaluate(everything.Formula, row [ a; b ], z)
              Expect.floatClose Accuracy.veryHigh value expected "F"
          }

          testProperty "operators on symbols are operators on numbers"
          <| fun (NormalFloat a) (NormalFloat z) ->
              let linear =
                  Func<_, _>(fun (x: Formula) -> (x + number a) * (x - number 2.0) - -x / number 4.0)

              let value =
                  Potential.Define("linear", linear) |> fun p -> p.Evaluate(p.Formula, row [], z)
              // The normal form may add in another order: a few roundings of the largest term.
              let size = (abs z + abs a) * (abs z + 2.0) + abs z
              abs (value - ((z + a) * (z - 2.0) + z / 4.0)) <= 1e-14 * size

          test "f and dF/dtheta are derivatives of F" {
              let theta, z = [| 1.3; 0.8 |], 0.7

              let value (theta: float array) z =
                  everything.Evaluate(everything.Formula, theta, z)
              // Central differences at h = 1e-5: an error of h^2/6 times a third derivative of order 10, and rounding 1e-16/h.
              let h = 1e-5
              let slope (f: float -> float) = (f h - f -h) / (2.0 * h)

              let near actual expected name =
                  Expect.isLessThan (abs (actual - expected)) 1e-8 name

              near (everything.Evaluate(everything.Activation, theta, z)) (slope (fun d -> value theta (z + d))) "f"

              near
                  (everything.Evaluate(everything.ParameterTerms[0], theta, z))
                  (slope (fun d -> value [| theta[0] + d; theta[1] |] z))
                  "dF/da"

              near
                  (everything.Evaluate(everything.ParameterTerms[1], theta, z))
                  (slope (fun d -> value [| theta[0]; theta[1] + d |] z))
                  "dF/db"
          }

          test "formulas print as text and LaTeX, and are equal when their forms are" {
              Expect.equal (string Potentials.Quadratic.Formula) "z^2/2" "text"
              Expect.equal Potentials.Quadratic.Formula.Latex "\\frac{{z}^{2}}{2}" "LaTeX"

              let again =
                  Potential.Define("again", Func<_, _>(fun (z: Formula) -> z * z / number 2.0))

              Expect.isTrue (again.Formula = Potentials.Quadratic.Formula) "equal"
              Expect.equal (again.Formula.GetHashCode()) (Potentials.Quadratic.Formula.GetHashCode()) "hash codes"
              Expect.isFalse (again.Activation = again.Formula) "different"
          }

          test "the named potentials are those of the core, and are found by name" {
              let names = [ for one in Potentials.All -> one.Name ]
              Expect.equal names [ for one in Core.Transport.Potentials.all -> one.Name ] "names"

              for one in Potentials.All do
                  match Potentials.TryFind(one.Name.ToUpperInvariant()) with
                  | true, found -> Expect.isTrue (Object.ReferenceEquals(found, one)) one.Name
                  | _ -> failtest $"{one.Name} is not found"

              Expect.isFalse (fst (Potentials.TryFind "cubic")) "an unknown name"
          }

          testList
              "a target's quantile function inverts its distribution function"
              [ for target in
                    [ Targets.StandardGaussian
                      Targets.Laplace
                      Targets.Uniform
                      Targets.Logistic
                      Targets.GeneralisedGaussian 0.7 ] ->
                    test target.Name {
                        for p in [ 0.001; 0.2; 0.5; 0.9; 0.999 ] do
                            Expect.floatClose Accuracy.high (target.Cdf(target.Quantile p)) p $"at {p}"
                    } ]

          test "formulas are read, differentiated, put into each other and evaluated" {
              let f = Formula.Parse("a*x^2 + log(x)", [| "a"; "x" |])
              Expect.equal (List.ofSeq f.Variables) [ "a"; "x" ] "unknowns"
              Expect.equal (f.Derivative "x") (Formula.Parse("2*a*x + 1/x", [| "a"; "x" |])) "derivative"
              Expect.equal (f.Substitute("x", Formula.op_Implicit 1.0)) (Formula.Variable "a") "at 1"
              Expect.floatClose Accuracy.high (f.Evaluate(dict [ "a", 3.0; "x", 2.0 ] |> readOnly)) (12.0 + log 2.0) "value"
              Expect.throwsT<ArgumentException> (fun () -> f.Evaluate(readOnly (dict [ "a", 3.0 ])) |> ignore) "no x"
              Expect.throwsT<FormatException> (fun () -> Formula.Parse("a*", [| "a" |]) |> ignore) "text"
              let x = Formula.Variable "x"
              let one = Formula.op_Implicit 1.0
              Expect.equal (((x + one) * (x - one)).Expand()) (x * x - one) "multiplied out"
          }

          test "potentials from text, and averages over targets, are those of the formula" {
              let own = Potential.Parse("a*z^2/2", [| "a in [0.5, 2]" |])
              Expect.equal own.Bend (Formula.op_Implicit 0.0) "f''"
              Expect.equal own.Growth (struct (true, true)) "quadratic"
              Expect.equal (Targets.Laplace.Average(own.Formula, own.Parameters)) (Formula.Parse("a/2", [| "a" |])) "E z^2 = 1"
              Expect.floatClose Accuracy.high (Targets.Laplace.Average(own.Formula, readOnly (dict [ "a", 3.0 ]))) 1.5 "by quadrature"
              let rule = own.Plasticity()
              Expect.equal rule.GainTarget (Formula.Parse("a/2", [| "a" |])) "what the gain step subtracts"
              Expect.equal (rule.ParameterTerms[0], rule.IsTimesGain) (Formula.Parse("z^2/2", [| "z" |]), true) "dF/da"
              Expect.isTrue (fst (Targets.TryFind "generalised-gaussian:1.5")) "by name"
              Expect.isFalse (fst (Targets.TryFind "gaussianish")) "no such name"
              Expect.floatClose Accuracy.high (Targets.StandardGaussian.MeanBelow 0.5) (-1.0 / sqrt (2.0 * Math.PI)) "lower half"
          } ]
