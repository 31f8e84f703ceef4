module Interneuron.Core.Tests.LowerTests

open System
open Expecto
open FsCheck.FSharp
open Interneuron.Core.Symbolic
open Interneuron.Core.Symbolic.Text
open Interneuron.Core.Transport
open Interneuron.Core.Circuits
open Interneuron.Core.Tests.Reference

let private names (p: Potential) =
    [ for parameter in p.Parameters -> parameter.Name ]

let private groups (p: Potential) =
    let activation = [ p.Activation; p.Slope ]

    [ activation
      activation @ [ p.Bend ]
      activation @ (p.Formula :: p.ParameterTerms) ]

/// z: 0, tiny, of order 1, and as large as stimuli ever are.
let private z =
    Gen.frequency
        [ 1, Gen.constant 0.0
          2, Gen.elements [ 1e-150; -1e-150; 1e-12; -1e-12; 1e-5; -1e-5 ]
          8, Check.between -6.0 6.0
          2, Check.between -200.0 200.0 ]

let private run (lowered: Lowered) theta z =
    let still = Program.run lowered.Static theta
    [ for varying in lowered.Varying -> Program.run varying (z :: still) ]

let private agrees (p: Potential) =
    let groups = groups p
    let lowered = Lower.lower (names p) [] groups

    Check.law $"the programs of {p.Name} give the values of its formulas" 300 (Gen.zip (Samples.parameters p) z) (fun (theta, z) ->
        for formulas, results in List.zip groups (run lowered theta z) do
            for formula, result in List.zip formulas results do
                let expected z =
                    let values = Map.ofList (("z", z) :: List.zip (names p) theta)
                    Expr.interpret Bounded.operations (fun name -> Bounded.exact values[name]) formula
                // Powers of |z| take 0 as the smallest normal number, of either sign.
                let candidates =
                    if z = 0.0 then
                        [ expected 0.0; expected Special.smallest; expected -Special.smallest ]
                    else
                        [ expected z ]

                let agrees (expected: Bounded) =
                    // exp(p log |z|) multiplies rounding by |p log |z||, up to 1,000 at 1e-150 and 20 elsewhere; what cancels in the
                    // formula cancels here too, and its bound says how much.
                    let relative = if abs z < 1e-100 then 1e-12 else 1e-13

                    abs (result - expected.Value)
                    <= relative * abs expected.Value + 10.0 * expected.Error + 1e-300

                if not (Double.IsFinite result) && List.forall Bounded.isInside candidates then
                    failtest $"{Print.text formula} at theta = {theta}, z = {z} is {result}"

                if List.forall Bounded.isInside candidates && not (List.exists agrees candidates) then
                    failtest $"{Print.text formula} at theta = {theta}, z = {z}: {result:R} is not {candidates[0].Value:R}")

let private count operation (program: Program) =
    program.Equations
    |> Array.filter (fun e -> e.Operation = operation)
    |> Array.length

/// The one operation that carries out a primitive.
let private operationOf (f: Primitive) =
    let lowered = Lower.lower [] [] [ [ Expr.apply f [ Potential.z ] ] ]
    lowered.Varying[0].Equations[0].Operation

let private show (lowered: Lowered) =
    [ for program in lowered.Static :: lowered.Varying do
          let inputs = String.concat " " program.Inputs
          yield $"program of {inputs}"

          let atoms (arguments: Atom list) =
              arguments
              |> List.map (fun a ->
                  match a with
                  | Earlier i -> $"x{i}"
                  | Input i -> program.Inputs[i]
                  | Literal c -> Print.number c)
              |> String.concat " "

          for i, e in Array.indexed program.Equations do
              yield $"    x{i} = {e.Operation} {atoms e.Arguments}"

          yield $"    outputs {atoms program.Outputs}" ]

[<Tests>]
let tests =
    testList
        "Lower"
        [ testList "values" (List.map agrees (Potentials.all @ Samples.userWritten))
          testCase "the power mixture takes one logarithm and one exponential a sample for everything it learns from" (fun () ->
              let p = Potentials.powerMixture
              let lowered = Lower.lower (names p) [] (groups p)

              for program in lowered.Varying do
                  let heavy =
                      [ Op.Power; Op.Log; Op.Divide; Op.Sqrt; Op.Tanh ]
                      @ List.map operationOf [ Primitives.logOrZero; Primitives.gamma ]

                  Expect.equal (List.sumBy (fun op -> count op program) heavy) 0 "no other function or division"

              let learn = lowered.Varying[2]
              Expect.equal (count Op.Exp learn) 1 "exponentials"
              Expect.equal (count Op.LogFloored learn) 1 "logarithms"
              // |z|, its logarithm, times the exponent, exp; |z|^theta and |z|^(theta + 1); then few operations for each of
              // f, f', F, dF/dtheta.
              Expect.isLessThanOrEqual learn.Equations.Length 18 "operations")
          testCase "powers whose decimal exponents differ by whole numbers share one exponential" (fun () ->
              let z = abs Potential.z

              let program =
                  (Lower.lower [] [] [ [ z ** 2.6; z ** 1.6; z ** 0.6; z ** -0.4 ] ]).Varying[0]

              Expect.equal (count Op.Exp program) 1 "exponentials")
          testCase "the threshold-linear potential needs no function at all" (fun () ->
              let p = Potentials.thresholdLinear
              let learn = (Lower.lower (names p) [] (groups p)).Varying[2]

              let cheap =
                  [ Op.Add
                    Op.Subtract
                    Op.Multiply
                    Op.FusedMultiplyAdd
                    Op.Max
                    operationOf Primitives.step ]

              for e in learn.Equations do
                  Expect.contains cheap e.Operation "operation")
          testCase "what depends on the parameters alone is computed once, and pinned formulas come first" (fun () ->
              let a, z = Expr.var "a", Potential.z

              let lowered =
                  Lower.lower [ "a" ] [ a + 1.0; exp a ] [ [ exp a * z ]; [ z ** 2.0 + log a ] ]

              Expect.equal (Program.run lowered.Static [ 2.0 ]) [ 3.0; exp 2.0; exp 2.0; log 2.0 ] "static: the pinned, then what is read"

              for program in lowered.Varying do
                  Expect.equal (count Op.Exp program + count Op.Log program) 0 "nothing of it is left for each sample"
                  Expect.equal program.Inputs [ "z"; "c0"; "c1"; "c2"; "c3" ] "inputs")
          testCase "a formula without z, and z itself, are programs too" (fun () ->
              let lowered =
                  Lower.lower [ "a" ] [] [ [ Expr.var "a"; Potential.z; Expr.constant 3.0 ] ]

              Expect.equal (run lowered [ 7.0 ] 5.0) [ [ 7.0; 5.0; 3.0 ] ] "values")
          testCase "an unknown variable is refused" (fun () ->
              Check.refused [ "'b' is neither z nor a parameter" ] (fun () -> Lower.lower [ "a" ] [] [ [ Expr.var "b" * Potential.z ] ]))
          Check.law "random formulas keep their values" 500 (Gen.zip Tree.any Tree.point) (fun (tree, point) ->
              let formula = Tree.formula id tree
              let lowered = Lower.lower [ "x"; "y" ] [] [ [ formula ] ]

              let result =
                  run lowered [ point["x"]; point["y"] ] point["z"] |> List.head |> List.head
              // Powers take a base of 0 as the smallest normal number.
              let power (b: Bounded) (p: Bounded) =
                  let value = Bounded.operations.Power b p

                  if abs b.Value <= Special.smallest then
                      { value with
                          Error = value.Error + Math.Pow(Special.smallest, p.Value) }
                  else
                      value

              let floored =
                  { Bounded.operations with
                      Power = power }

              let expected =
                  Expr.interpret floored (fun name -> Bounded.exact point[name]) formula
              // A power of a base that never is negative goes through its logarithm: |p log b| times the rounding, with |log b| up to 700
              // and small exponents; so 1e-12 where there is nothing else, and 4,000 times the bound where there is.
              if Bounded.isInside expected && abs expected.Value < 1e250 then
                  Check.near 1e-12 (4e3 * expected.Error + 1e-250) result expected.Value (Print.text formula))
          testCase "the same programs in every run" (fun () ->
              let p = Potentials.powerMixture
              let rule = Plasticity.derived p StandardGaussian
              let targets = List.choose id (rule.GainTarget :: rule.ParameterTargets)
              Check.golden "power-mixture.program.txt" (show (Lower.lower (names p) targets (groups p)))

              let fitted () =
                  let rule = Plasticity.derived Potentials.logCosh Logistic
                  show (Lower.lower [ "theta" ] (List.choose id (rule.GainTarget :: rule.ParameterTargets)) (groups Potentials.logCosh))

              Expect.equal (fitted ()) (fitted ()) "fitted series too") ]
