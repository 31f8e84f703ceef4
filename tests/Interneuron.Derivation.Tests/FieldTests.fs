/// The field's models beyond the circuits of theory: what is derived against what their publications state.
module Interneuron.Derivation.Tests.FieldTests

open Expecto
open Interneuron.Derivation.Formulas
open Interneuron.Derivation.Models
open Interneuron.Derivation.Rules

let private derivation name =
    match ModelLibrary.tryText name |> Option.map ModelText.parse with
    | Some(Ok model) -> Derivation.derive model
    | Some(Error e) -> failtest $"{name}: {e}"
    | None -> failtest $"there is no model {name}"

/// What the publication states beside what is derived: the form and the factor, which is part of the rate.
let private published =
    [ "balanced-coding", [ "D", Gradient, 1.0 ]
      "bcm", [ "w", Gradient, 1.0; "t", Gradient, 0.5 ]
      "canonical-correlation", [ "W", Gradient, 2.0; "V", Gradient, 2.0; "M", Gradient, 1.0 ]
      "clustering", [ "W", Gradient, 1.0 ]
      // The publication's rule is the loss' descent; sqrt 2 is the slope of E.
      "error-gated-hebbian", [ "W", Gradient, 1.4142135623730951 ]
      "exponential-responses", [ "g", Gradient, 1.0; "b", Gradient, 1.0 ]
      "foldiak", [ "W", Gradient, 1.0; "M", Gradient, 0.5; "t", Gradient, 1.0 ]
      "half-normal-responses", [ "g", Gradient, 1.0; "b", Gradient, 1.0 ]
      "histogram-equalisation", [ "g", Gradient, 1.0 ]
      "homeostasis", [ "t", Gradient, 1.0 ]
      "infomax", [ "W", Gradient, 1.0 ]
      "local-competition", [ "D", Gradient, 1.0 ]
      "natural-gradient", [ "W", Gradient, 1.0 ]
      "nonnegative-similarity-matching", [ "W", Gradient, 2.0; "M", Gradient, 1.0 ]
      "nonnegative-sources", [ "W", Gradient, 2.0; "M", Gradient, 1.0 ]
      // Oja's decay is what unit length takes away.
      "oja", [ "w", Projected, 1.0 ]
      // Errors are divided by their variances, 1 and 1/100.
      "predictive-coding", [ "W", Gradient, 1.0; "V", Gradient, 100.0 ]
      "principal-subspace", [ "W", Gradient, 2.0; "M", Gradient, 1.0 ]
      "pv-sst-vip", [ "W", Gradient, 1.0; "U", Gradient, 1.0; "V", Gradient, 1.0 ]
      "slow-features", [ "w", Gradient, 1.0 ]
      "sparse-coding", [ "D", Gradient, 1.0 ] ]

/// The verdicts that are not local (derivation, section 6).
let private verdicts =
    [ "error-gated-hebbian", "W", "broadcast sum(k, abs(u[k]))"
      "infomax", "W", "non-local inverse(W[k,a])"
      "natural-gradient", "W", "non-local sum(k, W[k,a]*u[k])"
      // Softmax attention divides by a sum over all memories.
      "modern-hopfield", "W", "broadcast sum(m, exp(beta*z[m]))" ]

let private words (rule: DerivedRule) =
    match rule.Locality, rule.TwoPhases with
    | NonLocal _, Some { Locality = TwoPhases _ } -> "two phases"
    | NonLocal(_, factor), _ -> $"non-local {IndexedPrint.text factor}"
    | WeightTransport weight, _ -> $"weight {IndexedPrint.text weight}"
    | LocalWithBroadcast scalar, _ -> $"broadcast {IndexedPrint.text scalar}"
    | Gather _, _ -> "gather"
    | Heterosynaptic _, _ -> "heterosynaptic"
    | TwoPhases _, _ -> "two phases"
    | Local, _ -> "local"

[<Tests>]
let tests =
    testList
        "Field"
        [ for name, rules in published do
              testCase $"{name}: the derived rules are the published ones" (fun () ->
                  let found = Published.check (derivation name)

                  Expect.equal
                      [ for c in found -> c.Rule.Parameter, c.Form, Direction.text c.Difference ]
                      [ for parameter, form, _ in rules -> parameter, form, "0" ]
                      name

                  for c, (parameter, _, factor) in List.zip found rules do
                      Expect.floatClose Accuracy.high c.Factor factor parameter)

          testCase "every rule that a model of the field states is compared" (fun () ->
              for name in ModelLibrary.names do
                  let m = (derivation name).Model

                  if
                      m.Populations <> [ Population.primary; Population.interneurons ]
                      && not m.Published.IsEmpty
                  then
                      let stated = published |> List.tryFind (fst >> (=) name)

                      Expect.equal
                          (m.Published |> List.map _.Parameter)
                          (stated
                           |> Option.map (snd >> List.map (fun (p, _, _) -> p))
                           |> Option.defaultValue [])
                          name)

          for name in ModelLibrary.names do
              testCase $"{name}: locality" (fun () ->
                  for rule in (derivation name).Rules do
                      let expected =
                          verdicts
                          |> List.tryPick (fun (model, parameter, words) ->
                              if model = name && parameter = rule.Parameter.Name then
                                  Some words
                              else
                                  None)
                          |> Option.defaultValue (
                              if name = "equilibrium-propagation" then
                                  "two phases"
                              else
                                  "local"
                          )

                      Expect.equal (words rule) expected rule.Parameter.Name)

              testCase $"{name}: its text has at most twenty lines, a title and a citation" (fun () ->
                  let text = Option.get (ModelLibrary.tryText name)
                  Expect.isLessThanOrEqual (text.TrimEnd().Split('\n').Length) 20 "lines"
                  let m = (derivation name).Model
                  Expect.isFalse (m.Title = "" || m.Citation = "") "title and citation")

          testCase "determinants are of square matrices" (fun () ->
              let infomax = Option.get (ModelLibrary.tryText "infomax")

              match ModelText.parse (infomax.Replace("-logdet(W)", "-logdet(u)")) with
              | Error e -> Expect.stringContains e.Message "line 12, column 13: a determinant is of a parameter with two indices" "message"
              | Ok _ -> failtest "read"

              match ModelText.parse (infomax.Replace("unit k, l : 2", "unit k, l : 3")) with
              | Ok m ->
                  Interneuron.Core.Tests.Check.refused [ "as many rows as columns, not of 3 and 2" ] (fun () ->
                      Interneuron.Derivation.Running.Instance.create (Derivation.derive m) m.Sizes)
              | Error e -> failtest $"{e}") ]
