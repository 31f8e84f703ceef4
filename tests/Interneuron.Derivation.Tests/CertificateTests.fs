module Interneuron.Derivation.Tests.CertificateTests

open Expecto
open Interneuron.Core.Tests
open Interneuron.Core.Symbolic
open Interneuron.Derivation.Formulas
open Interneuron.Derivation.Models
open Interneuron.Derivation.Rules
open Interneuron.Derivation.Running
open Interneuron.Derivation.Checks

let private derived name = Derivation.derive (library name)

/// The same derivation with another rule of one parameter.
let private mutated (name: string) (change: DerivedRule -> DerivedRule) (d: Derivation) =
    { d with
        Rules =
            d.Rules
            |> List.map (fun rule -> if rule.Parameter.Name = name then change rule else rule) }

let private scaled (c: float) (e: Indexed) = Indexed.number c * e

/// Ways in which a rule may be wrong: each a name and the wrong rule, where the rule has what it changes.
let private mutations (rule: DerivedRule) : (string * DerivedRule) list =
    let target change =
        match rule.TargetTerm with
        | Closed mean ->
            Some
                { rule with
                    TargetTerm = Closed(change mean) }
        | Averaged e ->
            Some
                { rule with
                    TargetTerm = Averaged(change e) }
        | Absent -> None

    let terms = Indexed.addends rule.Online

    let online change =
        { rule with
            Online = change rule.Online }

    let own = Indexed.symbol rule.Parameter.Name rule.Parameter.Site

    [ "the sign of the online term", online (scaled -1.0)
      "a factor of the online term", online (scaled 1.001)
      "half of the online term", online (scaled 0.5)
      "no online term", online (scaled 0.0)
      "a decay", online (fun e -> e - scaled 0.01 own)
      "a growth", online (fun e -> e + scaled 0.01 own)
      "a constant", online (fun e -> e + Indexed.number 0.01)
      "another constant", online (fun e -> e - Indexed.number 0.1)
      "a factor of the parameter", online (fun e -> e * (own + Indexed.number 0.5))
      "a factor of its square", online (fun e -> e * (own * own + Indexed.number 0.5))
      if terms.Length > 1 then
          for k, term in List.indexed terms do
              $"dropped term {k}", online (fun e -> e - term)
              $"the sign of term {k}", online (fun e -> e - scaled 2.0 term)
      for name, change in
          [ "the sign of the average", scaled -1.0
            "a factor of the average", scaled 0.999
            "no average", scaled 0.0 ] do
          match target change with
          | Some wrong -> name, wrong
          | None -> ()
      if not (Indexed.addends rule.Cost).IsEmpty then
          "no cost", { rule with Cost = Indexed.number 0.0 }

          "the sign of the cost",
          { rule with
              Cost = scaled -1.0 rule.Cost } ]

let private circuit (potential: string) (parameter: string) (leak: string) =
    let learned, argument =
        if parameter = "" then
            "", ""
        else
            $"theta[i] in {parameter} ; ", "theta[i], "

    parse
        $"potential {potential}\nparameter g[i] >= 0 ; {learned}W[a,i] unit columns\nconstant leak = {leak}\nsize N = 2, K = 2\n\
        energy sum(i, g[i]*F({argument}sum(a, W[a,i]*r[a]))) + leak/2*sum(a, r[a]^2) - sum(a, s[a]*r[a])"

/// At least ten wrong rules of a model: of each parameter, in turn.
let private mutationsOf (d: Derivation) =
    let rules = d.Rules |> List.filter (fun rule -> not rule.Parameter.Role.IsFollows)
    let each = max 4 ((10 + rules.Length - 1) / rules.Length)

    [ for at, rule in List.indexed rules do
          let all = mutations rule

          for m in 0 .. each - 1 do
              let what, wrong = all[(at * each + m) % all.Length]
              rule.Parameter.Name, what, wrong ]

[<Tests>]
let tests =
    testList
        "Certificate"
        [ for name in ModelLibrary.names do
              testCase $"{name}: passes, and fails with any rule mutated" (fun () ->
                  let d = derived name
                  let certificate = Certificate.check d 4 7

                  let said = [ for rule in certificate.Rules -> rule.Parameter, rule.Failures ]

                  Expect.isTrue certificate.IsPassed $"{said}"
                  Expect.equal certificate.Circuits 4 "circuits"

                  for population, count in certificate.Sizes do
                      let own = Sizes.count d.Model.Sizes population

                      let most =
                          if population = Population.interneurons then
                              snd Certificate.largest
                          else
                              fst Certificate.largest

                      Expect.equal count (min own most) "the model's sizes"

                  let wrong = mutationsOf d
                  Expect.isGreaterThanOrEqual wrong.Length 10 "mutations"

                  for parameter, what, wrong in wrong do
                      let certificate = Certificate.check (mutated parameter (fun _ -> wrong) d) 1 3

                      let checked' = certificate.Rules |> List.find (fun r -> r.Parameter = parameter)

                      Expect.isFalse checked'.Failures.IsEmpty $"{parameter}, {what}")

          testCase
              "steps that the fast engine clips are left out of the comparison, however steep the activation: exp(theta + z)"
              (fun () ->
                  let d =
                      { circuit "F(theta, z) = exp(theta + z)" "[0.5,1]" "0" with
                          Sizes = Sizes.circuit 2 6 }
                      |> Derivation.derive

                  let certificate = Certificate.check d 30 1
                  let said = [ for rule in certificate.Rules -> rule.Parameter, rule.Failures ]
                  Expect.isTrue certificate.IsPassed $"{said}")

          testCase "an activity in a closed average fails (a target term that depends on the response)" (fun () ->
              let d = derived "gain-whitening"

              let z =
                  Indexed.symbol
                      "r"
                      [ { Name = "a"
                          Over = Population.primary } ]

              let wrong (rule: DerivedRule) =
                  { rule with
                      TargetTerm =
                          Closed(
                              Indexed.sum
                                  { Name = "a"
                                    Over = Population.primary }
                                  (z * z)
                          ) }

              Expect.isFalse (Certificate.check (mutated "g" wrong d) 2 1).IsPassed "verdict")

          testCase "where kinks hold responses, rules use the subgradient that makes them minima: |z| and L1" (fun () ->
              for model in
                  [ circuit "F(theta, z) = theta*abs(z)" "[0.5,2]" "0.5"
                    circuit "F(z) = abs(z) + z^2/2" "" "0.2" ] do
                  let certificate = Certificate.check (Derivation.derive model) 6 5

                  let said = [ for rule in certificate.Rules -> rule.Parameter, rule.Failures ]

                  Expect.isTrue certificate.IsPassed $"{said}"
                  Expect.isGreaterThan certificate.Held 2 "responses on kinks"
                  Expect.isLessThan certificate.Residual 1e-10 "the subdifferential contains 0")

          testCase "circuits without a response are counted, with the reason" (fun () ->
              // W with two columns of one-sided interneurons holds half of the plane: others have no response.
              let certificate =
                  Certificate.check (Derivation.derive (circuit "F(z) = max(z, 0)^2/2" "" "0")) 2 1

              Expect.equal (certificate.Drawn - certificate.Circuits) (certificate.Discarded |> List.sumBy snd) "discarded"
              Expect.isGreaterThan certificate.Drawn 2 "some"
              Expect.isTrue (certificate.Discarded |> List.forall (fun (why, _) -> why <> "")) "why")

          testCase "of many parameters each circuit checks some in turn, all of them together: a wrong rule of any is found" (fun () ->
              let names = [ for p in 1..15 -> $"p{p}" ]

              let learned =
                  names
                  |> List.map (fun p -> $"parameter {p}[i] in [0.05, 0.1]")
                  |> String.concat "\n"

              let output = names |> List.map (fun p -> $"{p}[i]") |> String.concat " + "

              let d =
                  parse
                      $"{learned}\nparameter W[a,i] unit columns\nsize N = 2, K = 3\n\
                      energy sum(i, ({output})*sum(a, W[a,i]*r[a])^2/2) - sum(a, s[a]*r[a])"
                  |> Derivation.derive

              for circuits, together in [ 1, 16; 2, 12 ] do
                  let certificate = Certificate.check d circuits 1
                  let said = [ for rule in certificate.Rules -> rule.Parameter, rule.Failures ]
                  Expect.isTrue certificate.IsPassed $"{said}"
                  Expect.equal certificate.Together together "in a circuit"

              for name in [ "p1"; "p12"; "p13"; "p15"; "W" ] do
                  let wrong (rule: DerivedRule) =
                      { rule with
                          Online = scaled 1.1 rule.Online }

                  let failed =
                      (Certificate.check (mutated name wrong d) 2 1).Rules
                      |> List.filter (fun rule -> rule.Failures |> List.exists (fun (by, _, _) -> by = ByDifferences))

                  Expect.equal (failed |> List.map _.Parameter) [ name ] "found by differences")

          testCase "a rule that lacks what a moving kink carries along fails by differences" (fun () ->
              // For |s - b| < lam the response is b itself, so that dL/db = b - (s - b)/2 there; implicit differentiation of the smooth
              // parts gives 0.
              let d =
                  parse
                      "parameter b[a]\nconstant lam = 0.5\nsize N = 1, K = 1\nenergy sum(a, (s[a]-r[a])^2)/2 + lam*sum(a, abs(r[a]-b[a]))\n\
                      loss sum(a, r[a]^2)/2 + sum(a, (s[a]-r[a])^2)/4"
                  |> Derivation.derive

              let certificate = Certificate.check d 5 1
              Expect.isFalse certificate.IsPassed "failed"
              let failures = certificate.Rules |> List.collect _.Failures
              Expect.isTrue (failures |> List.exists (fun (by, _, _) -> by = ByDifferences)) $"{failures}")

          testCase "numbers that do not fit a model's size are refused before anything is compiled" (fun () ->
              // A thousand interneurons take minutes to compile; three numbers for them take no time to count.
              let d = derived "shaping-responses"
              let clock = System.Diagnostics.Stopwatch.StartNew()

              Check.refused [ "g" ] (fun () ->
                  Instance.createFor d (Sizes.circuit 2 1000) (Map.ofList [ for p in d.Model.Learned -> p.Name, [| 0.1; 0.2; 0.3 |] ]))

              Expect.isLessThan clock.Elapsed.TotalSeconds 30.0 "at once, even on a busy machine")

          testCase "rules of the wrong index, the wrong neuron, or right for small numbers only fail" (fun () ->
              let d = derived "principal-subspace"
              let unit, pixel = fst d.Model.Sizes[1], fst d.Model.Sizes[0]
              let index name over : Index = { Name = name; Over = over }
              let k, l, a, b = index "k" unit, index "l" unit, index "a" pixel, index "b" pixel
              let y i = Indexed.symbol "y" [ i ]
              let x i = Indexed.symbol "x" [ i ]
              let w i j = Indexed.symbol "W" [ i; j ]
              let bent body e = Indexed.formula body [ "e", e ]
              let e = Expr.var "e"

              for parameter, what, online in
                  [ "M", "the wrong index", y k * y k
                    "M", "one neuron for all", y l * y l
                    "M", "right where the other is 1", y k * y l * y l
                    "M", "right on the diagonal only", y k * y l * Indexed.formula (Expr.abs e) [ "e", Indexed.symbol "M" [ k; l ] ]
                    "W", "the sum of all inputs", 2.0 * (y k * Indexed.sum b (x b))
                    "W", "another unit", 2.0 * (Indexed.sum l (y l) * x a)
                    "W", "right for small numbers", bent (tanh e) (2.0 * (y k * x a))
                    "W", "right where it is positive", bent (Expr.max e (Expr.constant 0.0)) (2.0 * (y k * x a))
                    "W", "the current in place of the response", 2.0 * (Indexed.sum b (w k b * x b) * x a) ] do
                  let wrong = mutated parameter (fun rule -> { rule with Online = online }) d
                  let certificate = Certificate.check wrong 3 1

                  let failed = certificate.Rules |> List.find (fun rule -> rule.Parameter = parameter)
                  Expect.isFalse failed.Failures.IsEmpty $"{parameter}: {what}")

          testCase "a running average that follows something else fails" (fun () ->
              let d =
                  parse
                      "population eye a : 3\npopulation unit k : 2\ninput x[a]\nvariable h[k]\nparameter V[k,a]\naverage m[k] of h[k]^2\n\
                      energy sum(k, h[k]^2)/2 - sum(k, sum(a, h[k]*V[k,a]*x[a]))\nobjective value\ncost sum(k, (m[k] - 1)^2)/2"
                  |> Derivation.derive

              Expect.isTrue (Certificate.check d 3 1).IsPassed "as it is"
              let h = Indexed.symbol "h" (List.last d.Model.Learned).Site
              let m = Indexed.symbol "m" (List.last d.Model.Learned).Site

              for what, online in
                  [ "no square", h - m
                    "no decay", h * h
                    "a fourth power", h * h * h * h - m
                    "too fast", 2.0 * (h * h - m) ] do
                  let certificate =
                      Certificate.check (mutated "m" (fun rule -> { rule with Online = online }) d) 3 1

                  Expect.isFalse certificate.IsPassed what)

          testCase "how many circuits has bounds" (fun () ->
              for circuits in [ 0; -1; Certificate.most + 1; System.Int32.MaxValue ] do
                  Check.refused [ "it is of 1 to 10000" ] (fun () -> Certificate.check (derived "gain-whitening") circuits 1))

          testCase "sizes whose formulas would take too long to compile are refused at once" (fun () ->
              for n, k in [ 1000, 2; 2, 1_000_000; System.Int32.MaxValue, System.Int32.MaxValue ] do
                  let d = derived "gain-whitening"
                  Check.refused [ $"N = {n} and K = {k}"; "take fewer neurons" ] (fun () -> Instance.create d (Sizes.circuit n k))) ]
