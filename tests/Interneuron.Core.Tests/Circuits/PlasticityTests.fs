module Interneuron.Core.Tests.PlasticityTests

open System
open Expecto
open FsCheck.FSharp
open Interneuron.Core.Symbolic
open Interneuron.Core.Transport
open Interneuron.Core.Circuits
open Interneuron.Core.Tests.Reference

let private names (p: Potential) =
    [ for parameter in p.Parameters -> parameter.Name ]

let private point (p: Potential) theta z =
    Map.ofList (("z", z) :: List.zip (names p) theta)

let private z = Gen.frequency [ 1, Gen.constant 0.0; 9, Check.between -6.0 6.0 ]
let private case p = Gen.zip (Samples.parameters p) z

let private isNearKink (theta: float list) (z: float) =
    let here =
        [ for t in theta do
              t
              -t ]

    abs z < 1e-3 || here |> List.exists (fun t -> abs (z - t) < 1e-3)

/// Everything the rule of a potential says, by duals of F and by differences of F.
let private derivesFrom (p: Potential) =
    Check.law p.Name 200 (case p) (fun (theta, z) ->
        let values = point p theta z
        let rule = Plasticity.derived p StandardGaussian

        let value (e: Expr) =
            Expr.interpret Floats.operations (fun name -> values[name]) e
        // Terms of either sign cancel: a bound on what their rounding may leave, 4,000 units for a relative 1e-12.
        let slack (e: Expr) =
            let bound =
                (Expr.interpret Bounded.operations (fun name -> Bounded.exact values[name]) e).Error

            if Double.IsFinite bound then 4e3 * bound + 1e-15 else 1e-15

        Check.near 1e-12 (slack p.Formula) (value rule.GainTerm) (Potential.value p theta z - Potential.value p theta 0.0) "gain"
        let at name = values[name]

        let check name what (derived: Expr) =
            Check.near 1e-12 (slack derived) (value derived) (Dual.derivative name at p.Formula) what

        check "z" "f" p.Activation
        List.iter2 (fun name term -> check name $"dF/d{name}" term) (names p) rule.ParameterTerms

        if not (isNearKink theta z) then
            Check.near 1e-12 (slack p.Slope) (value p.Slope) (Dual.secondDerivative "z" "z" at p.Formula) "f'"
        // Central differences of F with h = 1e-5, away from kinks: even next to them, with |z| > 1e-3, the third derivative is below 1e4 of
        // F's scale, so the differences are off by less than 2e-7 of it; rounding by less than 1e-10.
        let h = 1e-5

        for name in "z" :: names p do
            let shifted by =
                Expr.interpret Floats.operations (fun v -> if v = name then values[v] + by else values[v]) p.Formula

            let derived =
                if name = "z" then
                    p.Activation
                else
                    rule.ParameterTerms[List.findIndex ((=) name) (names p)]

            let slope = (shifted h - shifted -h) / (2.0 * h)
            let scale = 1.0 + abs (value p.Formula)
            // b(theta) of the power mixture has a kink at theta = 6^(1/2.32), and a at 1.925 a third derivative that is infinite.
            let first = List.tryHead theta |> Option.defaultValue 0.0

            let kinked =
                p.Name = Potentials.powerMixture.Name
                && name = "theta"
                && (abs (first - 6.0 ** (1.0 / 2.32)) < 1e-3 || abs (first - 1.925) < 1e-3)

            if not (kinked || isNearKink theta z) then
                Check.near 1e-6 (1e-6 * scale) (value derived) slope $"{name} by differences")

let private published =
    Plasticity.published Potentials.powerMixture StandardGaussian

let private derived = Plasticity.derived Potentials.powerMixture StandardGaussian

let private value (e: Expr) theta z =
    Potential.evaluate Potentials.powerMixture e [ theta ] z

/// The step of theta at one sample, without rate and gain.
let private thetaStep (rule: Rule) theta z =
    value (List.head rule.ParameterTerms) theta z
    - value (Option.get (List.head rule.ParameterTargets)) theta nan

/// Where b(theta) leaves 1.
let private edge = 6.0 ** (1.0 / 2.32)

[<Tests>]
let tests =
    testList
        "Plasticity"
        [ testList
              "derived rules are derivatives of F by duals and by differences"
              (List.map derivesFrom (Potentials.all @ Samples.userWritten))
          testList
              "derived target terms are averages of the sample terms"
              [ for p in Potentials.all ->
                    Check.law p.Name 5 (Samples.parameters p) (fun theta ->
                        for target in Samples.targets do
                            let rule = Plasticity.derived p target

                            let terms =
                                List.zip (rule.GainTerm :: rule.ParameterTerms) (rule.GainTarget :: rule.ParameterTargets)

                            // Where there is no formula the average is taken over nodes.
                            for term, mean in
                                terms
                                |> List.choose (fun (term, mean) -> mean |> Option.map (fun mean -> term, mean)) do
                                let valueOf name =
                                    theta[List.findIndex ((=) name) (names p)]

                                let expected = Expectation.quadrature target term valueOf
                                let size = Expectation.quadrature target (Expr.abs term) valueOf
                                // Series reach 1e-13 of their largest value; quadrature 1e-12.
                                Check.near
                                    0.0
                                    (1e-10 * (size + 1e-2))
                                    (Potential.evaluate p mean theta nan)
                                    expected
                                    $"{Target.name target} at {theta}") ]
          testCase "the derived rule is descent on J" (fun () ->
              Expect.isTrue derived.ParameterStepTimesGain "dJ/dtheta has the factor g"
              Expect.equal [ for origin in Plasticity.origins -> origin.Name ] [ "derived"; "published" ] "names"
              let quadratic = Plasticity.derived Potentials.quadratic Laplace
              Expect.equal (quadratic.ParameterTerms, quadratic.ParameterTargets) ([], []) "no parameters, no terms"
              Expect.equal quadratic.GainTarget (Some(Expr.constant 0.5)) "unit variance")
          testCase "the published rule has no factor g in the step of theta, and the same gain step" (fun () ->
              Expect.isFalse published.ParameterStepTimesGain "factor"
              Expect.equal (published.GainTerm, published.GainTarget) (derived.GainTerm, derived.GainTarget) "gain")
          Check.law
              "where theta^2.32 > 6 and z <> 0 published and derived steps of theta are the same"
              200
              (Gen.zip (Check.between (edge + 1e-6) 3.0) (Check.between 0.001 6.0))
              (fun (theta, z) ->
                  for z in [ z; -z ] do
                      let a, b = thetaStep published theta z, thetaStep derived theta z
                      // Sums of the same terms in another order.
                      Check.near 1e-10 1e-12 a b $"theta = {theta}, z = {z}")
          Check.law
              "below, the published step lacks the mask: it adds b' times the power, as if b were not constant"
              200
              (Gen.zip (Check.between 1.0 (edge - 1e-6)) (Check.between 0.001 6.0))
              (fun (theta, z) ->
                  // db/dtheta without the mask at b = 1: 2.32 theta^1.32.
                  let power z = abs z ** (theta + 1.0) / (theta + 1.0)

                  let mean =
                      value
                          (Expectation.closedForm
                              StandardGaussian
                              []
                              (abs Potential.z ** (Expr.var "theta" + 1.0) / (Expr.var "theta" + 1.0))
                           |> Option.get)
                          theta
                          nan

                  let extra = 2.32 * theta ** 1.32 * (power z - mean)
                  let scale = 2.32 * theta ** 1.32 * (power z + mean)

                  Check.near
                      1e-10
                      (1e-12 * (1.0 + scale))
                      (thetaStep published theta z - thetaStep derived theta z)
                      extra
                      $"theta = {theta}, z = {z}")
          Check.law
              "at z = 0 the published step drops the target's part of the logarithmic term"
              200
              (Check.between (edge + 1e-6) 3.0)
              (fun theta ->
                  // The derived step has minus E[b |z|^(theta+1) log|z|]/(theta + 1), which is m'(theta + 1) in theory's words.
                  let b = exp (theta ** 2.32 - 6.0)

                  let logarithmic =
                      abs Potential.z ** (Expr.var "theta" + 1.0) * Expr.logOrZero (abs Potential.z)

                  let mean =
                      value (Expectation.closedForm StandardGaussian [] logarithmic |> Option.get) theta nan

                  Check.near
                      1e-10
                      1e-10
                      (thetaStep published theta 0.0 - thetaStep derived theta 0.0)
                      (b * mean / (theta + 1.0))
                      $"theta = {theta}")
          testCase "the published rule of a potential without masks and logarithms is the derived one without the factor" (fun () ->
              for p in
                  [ Potentials.quadratic
                    Potentials.thresholdLinear
                    Potentials.symmetricThreshold
                    Potentials.saturatingThreshold
                    Potentials.logCosh ] do
                  let a, b =
                      Plasticity.published p StandardGaussian, Plasticity.derived p StandardGaussian

                  Expect.equal
                      a
                      { b with
                          ParameterStepTimesGain = false }
                      p.Name) ]
