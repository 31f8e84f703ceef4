module Interneuron.Derivation.Tests.PublishedTests

open Expecto
open Interneuron.Core.Tests
open FsCheck.FSharp
open Interneuron.Core.Symbolic
open Interneuron.Core.Transport
open Interneuron.Core.Circuits
open Interneuron.Derivation.Formulas
open Interneuron.Derivation.Models
open Interneuron.Derivation.Rules

/// The rules that a model of the library is compared with, in place of its own.
let private stating (rules: string) name =
    let text = Option.get (ModelLibrary.tryText name)

    text.Split '\n'
    |> Array.filter (fun line -> not (line.StartsWith "published"))
    |> String.concat "\n"
    |> fun without -> parse (without + rules)

let private compare name rules =
    Published.check (Derivation.derive (stating rules name))

let private single name rule = compare name rule |> List.exactlyOne

/// Equal in a form, with a factor.
let private isEqual form factor (c: Comparison) =
    Expect.equal (Direction.text c.Difference) "0" c.Rule.Parameter
    Expect.isTrue c.IsEqual c.Rule.Parameter
    Expect.equal (c.Form, c.Factor) (form, factor) c.Rule.Parameter

/// Not equal: derived - factor published, in the given form.
let private differs form factor difference (c: Comparison) =
    Expect.isFalse c.IsEqual c.Rule.Parameter
    Expect.equal (c.Form, c.Factor, Direction.text c.Difference) (form, factor, difference) c.Rule.Parameter

/// What the derived rule of each parameter is beside the published one.
let private expected =
    [ "costly-synapses", [ "g", Gradient, 1.0; "theta", Gradient, 1.0; "W", Gradient, 1.0 ]
      "fast-gains-slow-synapses", [ "g", Gradient, 0.5; "W", Gradient, 1.0 ]
      "gain-whitening", [ "g", Gradient, 0.5 ]
      "laplace-target", [ "g", Gradient, 1.0; "theta", Gradient, 1.0; "W", Gradient, 1.0 ]
      "lateral-whitening", [ "M", Gradient, 0.5 ]
      // The published step of the gains is multiplied by them (theory, section 4), and normalisation replaces the target term of the
      // synapses.
      "shaping-responses", [ "g", Multiplicative, 1.0; "theta", Gradient, 1.0; "W", AcrossColumns, 1.0 ]
      "synaptic-whitening", [ "W", Gradient, 1.0 ]
      "threshold-population", [ "g", Gradient, 1.0; "theta", Gradient, 1.0; "W", AcrossColumns, 1.0 ] ]

/// The factors of the power mixture, as theory section 5 has them.
let private a = "exp(max(2*theta[i] - 3.85, 0)^1.95)"

let private b = "exp(max(theta[i]^2.32 - 6, 0))"

[<Tests>]
let tests =
    testList
        "Published"
        [ testCase "every circuit of the library states rules, for every parameter that learns" (fun () ->
              let circuits =
                  ModelLibrary.names
                  |> List.filter (fun name -> (library name).Populations = [ Population.primary; Population.interneurons ])

              Expect.equal (List.map fst expected) circuits "models"

              for name, rules in expected do
                  let learning = (library name).Learned |> List.filter (fun p -> p.Rate > 0.0)
                  Expect.equal [ for parameter, _, _ in rules -> parameter ] [ for p in learning -> p.Name ] name)

          for name, rules in expected do
              testCase $"{name}: the derived rules are the published ones" (fun () ->
                  let found = Published.check (Derivation.derive (library name))
                  Expect.equal [ for c in found -> c.Rule.Parameter ] [ for parameter, _, _ in rules -> parameter ] "parameters"

                  for c, (_, form, factor) in List.zip found rules do
                      isEqual form factor c)

          testCase "a factor is found, whatever it is" (fun () ->
              single "gain-whitening" "published g[i] = (z[i]^2 - 1)/2"
              |> isEqual Gradient 1.0

              single "gain-whitening" "published g[i] = 4*z[i]^2 - 4"
              |> isEqual Gradient 0.125

              single "lateral-whitening" "published M[a,b] = (r[a]*r[b] - delta(b, a))/3"
              |> isEqual Gradient 1.5)

          testCase "an input may be written out, an output too, and an average over the target in any form" (fun () ->
              single "fast-gains-slow-synapses" "published g[i] = sum(a, W[a,i]*r[a])^2 - target(z[i]*z[i])"
              |> isEqual Gradient 0.5

              single "fast-gains-slow-synapses" "published W[a,i] = g[i]*(z[i]*r[a] - target(z[i]*r[a]))"
              |> isEqual Gradient 1.0

              single "laplace-target" "published W[a,i] = g[i]*(f(theta[i], z[i])*r[a] - target(f(theta[i], z[i])*r[a]))"
              |> isEqual Gradient 1.0)

          testCase "potentials may be written out, with their averages" (fun () ->
              single
                  "shaping-responses"
                  $"published g[i] = {a}*(z[i]^2 - 1)/2 + {b}/(theta[i] + 1)*(abs(z[i])^(theta[i] + 1) - target(abs(z[i])^(theta[i] + 1)))"
              |> isEqual Gradient 1.0

              // The slope's mean is the target term of the synapses, by Stein's lemma: without projection they are equal as well.
              single "threshold-population" "published W[a,i] = n[i]*r[a] - target(n[i]*r[a])"
              |> isEqual Gradient 1.0)

          testCase "a rule may be stated before or after projection on unit columns" (fun () ->
              for rule in [ "n[i]*r[a]"; "n[i]*(r[a] - z[i]*W[a,i])"; "n[i]*r[a] - 7*g[i]*W[a,i]" ] do
                  single "shaping-responses" $"published W[a,i] = {rule}"
                  |> isEqual AcrossColumns 1.0

              // Without unit columns nothing takes the difference away.
              single "synaptic-whitening" "published W[a,i] = n[i]*(r[a] - z[i]*W[a,i])"
              |> differs Gradient 1.0 "W[a,i]*z[i]^2 - W[a,i]")

          testCase "a wrong sign is the difference" (fun () ->
              single "gain-whitening" "published g[i] = z[i]^2 + 1"
              |> differs Gradient 0.5 "-1"

              single "gain-whitening" "published g[i] = 1 - z[i]^2"
              |> differs Gradient 1.0 "1.5*z[i]^2 - 1.5"

              single "laplace-target" "published W[a,i] = n[i]*r[a] + target(n[i]*r[a])"
              |> differs Gradient 1.0 "-target(2*g[i]*r[a]*f(theta[i], z[i]))")

          testCase "a missing term is the difference" (fun () ->
              single "synaptic-whitening" "published W[a,i] = n[i]*r[a]"
              |> differs Gradient 1.0 "-W[a,i]"

              single "costly-synapses" "published W[a,i] = n[i]*r[a] - target(n[i]*r[a])"
              |> differs Gradient 1.0 "-W[a,i]*mu"

              single "costly-synapses" "published g[i] = F(theta[i], z[i]) - nu"
              |> differs Gradient 1.0 "-target(F(theta[i], z[i]))")

          testCase "a factor of the parameters is the difference, except g at g >= 0" (fun () ->
              single "laplace-target" "published theta[i] = F_theta(theta[i], z[i]) - target(F_theta(theta[i], z[i]))"
              |> differs
                  Gradient
                  1.0
                  "g[i]*F_theta(theta[i], z[i]) - F_theta(theta[i], z[i]) - target(g[i]*F_theta(theta[i], z[i]) - F_theta(theta[i], z[i]))"

              single "gain-whitening" "published g[i] = g[i]*(z[i]^2 - 1)"
              |> differs Gradient 1.0 "g[i] + 0.5*z[i]^2 - 0.5 - g[i]*z[i]^2"

              single "synaptic-whitening" "published W[a,i] = 2*n[i]*r[a] - W[a,i]*sum(b, W[b,i]^2)"
              |> differs Gradient 0.5 "0.5*W[a,i]*sum(b, W[b,i]^2) - W[a,i]")

          testCase "sides of 0 decide what signs decide" (fun () ->
              single
                  "threshold-population"
                  "published theta[i] = -g[i]*(max(abs(z[i]) - theta[i], 0) - target(max(abs(z[i]) - theta[i], 0)))"
              |> isEqual Gradient 1.0

              // Beyond the threshold on one side only.
              single "threshold-population" "published theta[i] = -g[i]*(max(z[i] - theta[i], 0) - target(max(z[i] - theta[i], 0)))"
              |> fun c -> Expect.isFalse c.IsEqual "one side")

          testCase "models in code state rules too, which are refused where they fit nothing" (fun () ->
              let a, i: Index * Index =
                  Index.first Population.primary,
                  { Name = "i"
                    Over = Population.interneurons }

              let z = Indexed.sum a (Symbol("W", [ a; i ]) * Model.r a)

              let stated parameter online =
                  { library "gain-whitening" with
                      Published =
                          [ { Parameter = parameter
                              Direction =
                                { OverStimuli = online
                                  OverTarget = Number 1.0 } } ] }

              Published.check (Derivation.derive (stated "g" (z * z)))
              |> List.exactlyOne
              |> isEqual Gradient 0.5

              Check.refused [ "no parameter 'h'" ] (fun () -> Derivation.derive (stated "h" z))
              Check.refused [ "index a"; "published rule" ] (fun () -> Derivation.derive (stated "g" (Model.r a)))
              Check.refused [ "symbol 'q'" ] (fun () -> Derivation.derive (stated "g" (Symbol("q", [ i ])))))

          Check.law "a difference has the value of derived - factor published" 100 (Gen.three (Check.between -2.0 2.0)) (fun (x, y, t) ->
              let c =
                  single "synaptic-whitening" $"published W[a,i] = {x}*n[i]*r[a] + {y}*W[a,i]*z[i]^2 - {t}*W[a,i] + W[a,i]*sum(b, r[b]^2)"

              let d = Derivation.derive (stating "" "synaptic-whitening")

              let rule = List.exactlyOne d.Rules

              let value name (places: int list) =
                  sin (float (List.fold (fun h p -> 7 * h + p + 1) (String.length name + int name[0]) places))
                  + 1.5

              let read (e: Indexed) =
                  Indexed.interpret
                      Floats.operations
                      (fun _ -> 2)
                      value
                      (fun index -> if index.Over = Population.primary then 1 else 0)
                      (Inputs.expand d.Inputs e)

              match c.Form, rule.TargetTerm with
              | Gradient, Closed mean ->
                  let given =
                      read rule.Online - read mean - c.Factor * read c.Rule.Direction.OverStimuli

                  // A few dozen operations on numbers below 100.
                  Check.near 1e-12 1e-11 (read c.Difference.OverStimuli) given (Direction.text c.Difference)
              | _ -> failtest "another form")

          testCase "differences in the three forms of print" (fun () ->
              let c = single "laplace-target" "published theta[i] = g[i]*F_theta(theta[i], z[i])"

              Expect.equal (Direction.text c.Difference) "-target(g[i]*F_theta(theta[i], z[i]))" "text"
              Expect.equal (Direction.unicode c.Difference) "-⟨g_i ∂_θ F(θ_i, z_i)⟩_target" "Unicode"

              Expect.equal
                  (Direction.latex c.Difference)
                  @"-\left\langle g_{i} \, \partial_{\theta} F\left(\theta_{i}, z_{i}\right) \right\rangle_{\mathrm{target}}"
                  "LaTeX") ]
