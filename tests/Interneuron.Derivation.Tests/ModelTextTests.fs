module Interneuron.Derivation.Tests.ModelTextTests

open Expecto
open Interneuron.Core.Tests
open Interneuron.Statistics
open Interneuron.Core.Symbolic
open Interneuron.Core.Transport
open Interneuron.Derivation.Formulas
open Interneuron.Derivation.Models
open Interneuron.Derivation.Rules

let private a =
    { Name = "a"
      Over = Population.primary }

let private i =
    { Name = "i"
      Over = Population.interneurons }

/// The circuit of the paper, indented as it stands in prose.
let private circuit =
    """
      population r (primary) ; population z (interneuron)
      parameter  g[i] >= 0 ; theta[i] in [1,3] ; W[a,i] unit columns
      energy     sum(i, g[i] * F(theta[i], sum(a, W[a,i]*r[a]))) + leak/2 * sum(a, r[a]^2) - sum(a, s[a]*r[a])
"""

/// Every statement there is.
let private everything =
    """# a comment
title Thresholds; with costs # 2
cite A. Author, Journal 1 (2020); and more
population r (primary)
population z (interneuron)
potential F(theta, x) = max(abs(x) - theta, 0)^2/2   # a comment
potential G = log-cosh
parameter W[a,i] unit columns
parameter theta[i] in [0.5, inf]
  ; g[i] ; h[i] in [-1, 2.5], initial in [-0.5, 1]
parameter b >= 0
rate g 2e-3 ; rate W 0
constant leak = 0.1, mu = -0.01
constant nu = 1e-9
target generalised-gaussian:1.5
size N = 4, K = 10
energy sum(i, g[i]*F(theta[i], sum(a, W[a,i]*r[a])))
    + sum(i, h[i]^2*G(theta[i], sum(a, W[a,i]*r[a])))
    + leak/2*sum(a, r[a]^2) - sum(a, s[a]*r[a]) + b*exp(sum(a, r[a])/3)/(1 + b^2)
cost mu/2*sum(i, sum(a, W[a,i]^2)) + nu*sum(i, if(g[i] < 1, g[i], sqrt(g[i])))
loss sum(a, (r[a] - s[a])^2) + log(cosh(b*sum(a, r[a])))
"""

let private quadratic =
    "sum(i, g[i]*sum(a, W[a,i]*r[a])^2)/2 + sum(a, r[a]^2)/2 - sum(a, s[a]*r[a])"

let private declared = "parameter g[i]; W[a,i]\n"

let private whitening = declared + "energy " + quadratic + "\n"

/// What each text is refused with.
let private refusals: (string * string) list =
    [ // formulas
      declared + "energy sum(i, g[i]*(sum(a, W[a,i]*r[a])^2)", "line 2, column 11: unclosed '('; add the bracket that closes it"
      declared + "energy sum(a, r[a]*s[a]))", "line 2, column 25: unmatched ')'; remove it, or add the bracket that opens it"
      declared + "energy sum(i, G[i])", "line 2, column 15: unknown symbol 'G'; did you mean 'g'?"
      declared + "energy " + quadratic + " + mu", "line 2, column 86: unknown symbol 'mu'; expected one of: W, g, leak, r, s, pi"
      "parameter theta[i]; W[a,i]\nenergy sum(i, thta[i])", "line 2, column 15: unknown symbol 'thta'; did you mean 'theta'?"
      declared + "energy sum(i, g[i]*z[i])",
      "line 2, column 20: 'z' is not a symbol of models; write out an interneuron's input, as in sum(a, W[a,i]*r[a])"
      declared + "energy sum(i, g[i]*tahn(1))", "line 2, column 20: unknown function 'tahn'; did you mean 'tanh'?"
      declared + "energy sum(i, g[i]*F(1))", "line 2, column 20: 'F' is given 1 argument(s); write F(theta, z)"
      declared + "energy sum(i, g[i]*F)", "line 2, column 20: 'F' is a function; write F(...)"
      declared + "energy sum(m, r[m])", "line 2, column 12: 'm' is not an index; primary neurons have a, b, c, d, interneurons i, j, k, l"
      declared + "energy sum(a, r[x])", "line 2, column 17: 'x' is not an index; primary neurons have a, b, c, d, interneurons i, j, k, l"
      declared + "energy g[i]*sum(a, r[a])", "line 2, column 10: the index i is not summed over; write sum(i, ...) around it"
      declared + "energy sum(i, r[i])", "line 2, column 15: 'r' has other indices than it is declared with; it has [a]"
      declared + "energy sum(i, g)", "line 2, column 15: 'g' has other indices than it is declared with; it has [i]"
      declared + "energy sum(i, leak[i])", "line 2, column 15: 'leak' has other indices than it is declared with; it has no index"
      declared + "energy sum(g[i])", "line 2, column 8: a sum has an index and what is summed; write sum(i, ...)"
      declared + "energy 2x", "line 2, column 8: '2x' is not a number; write one as 0.5 or 1e-3, and a product with *"
      declared + "energy", "line 2, column 7: the text ends too early; expected a name, a number, '(' or '-'"
      declared + "energy " + String.replicate 10_000 "(",
      "line 2, column 108: the formula is nested more than 100 levels deep; write it flatter"
      // statements
      "energi r", "line 1, column 1: unknown statement 'energi'; did you mean 'energy'?"
      "\n  energy 1; 3 + 4", "line 2, column 13: '3' begins no statement; one begins with a word such as energy"
      "r = 1",
      "line 1, column 1: unknown statement 'r'; expected one of: title, cite, population, input, variable, potential, \
      parameter, average, rate, constant, target, size, energy, objective, cost, loss, published"
      "g[i] >= 0", "line 1, column 1: 'g[' begins no statement; declare it with parameter g[...]"
      declared, "line 1, column 23: there is no energy; add a statement such as energy sum(a, r[a]^2)/2 - sum(a, s[a]*r[a])"
      "", "line 1, column 1: there is no energy; add a statement such as energy sum(a, r[a]^2)/2 - sum(a, s[a]*r[a])"
      declared + "energy 1\nenergy 2", "line 3, column 1: the energy is given twice, first in line 2; keep one"
      "title x\ntitle y", "line 2, column 1: the title is given twice, first in line 1; keep one"
      "target laplace; target laplace", "line 1, column 17: the target is given twice, first in line 1; keep one"
      "parameter g[i]; g[i] >= 0", "line 1, column 17: 'g' is given twice, first in line 1; keep one"
      "parameter g[i]\nconstant g = 1", "line 2, column 10: 'g' is given twice, first in line 1; keep one"
      "constant c = 1, c = 2", "line 1, column 17: 'c' is given twice, first in line 1; keep one"
      "parameter g[i]; rate g 1; rate g 2", "line 1, column 32: the rate of 'g' is given twice, first in line 1; keep one"
      "population r (primary)\npopulation r (primary)", "line 2, column 12: the population 'r' is given twice, first in line 1; keep one"
      "potential F = quadratic\npotential F = monomial", "line 2, column 11: the potential 'F' is given twice, first in line 1; keep one"
      "population x (primary)",
      "line 1, column 12: the primary population is not 'x'; its name is always r; one of your own is declared as population y a, b : 3"
      "population y (interneuron)",
      "line 1, column 12: the interneuron population is not 'y'; its name is always z; one of your own is declared as population y k, l : 3"
      "population r (primry)", "line 1, column 15: there is no population of kind 'primry'; it is primary or interneuron"
      "potential F = log-csh",
      "line 1, column 15: unknown potential 'log-csh'; did you mean 'log-cosh'? A formula needs its arguments: F(theta, z) = ..."
      "potential F(theta, z) = z^thta", "line 1, column 27: unknown name 'thta'; did you mean 'theta'?"
      "potential F(z, z) = z", "line 1, column 16: the argument 'z' is given twice, first in line 1; keep one"
      "potential exp(z) = z", "line 1, column 11: 'exp' is a function already; a potential has another name"
      "parameter theta[i] in [3, 1]", "line 1, column 23: the interval [3, 1] is empty; its lower bound is the smaller one"
      "parameter g[i] > 0", "line 1, column 18: '0' is out of place; expected '='"
      "parameter g[i] is 0",
      "line 1, column 16: 'i' is out of place; expected '>= 0', 'in [1, 3]', 'unit columns', 'symmetric', 'ascends' or another attribute"
      "parameter g[m]", "line 1, column 13: 'm' is not an index; primary neurons have a, b, c, d, interneurons i, j, k, l"
      "parameter g[i] unit columns", "line 1, column 11: 'g' has no columns; unit columns are for synapses such as W[a,i]"
      "parameter g[i]; rate h 1", "line 1, column 22: there is no parameter 'h' to have a rate; expected g"
      "parameter g[i]; rate g -1", "line 1, column 24: the rate -1 is negative; a rate is 0 or more"
      "parameter g[i]; rate g 1.2.3", "line 1, column 24: '1.2.3' is not a number; write one as 0.5 or 1e-3"
      "constant s = 1", "line 1, column 10: 's' is the name of an activity; a constant has another name"
      "constant leak 1", "line 1, column 15: '1' is out of place; expected '='"
      "target gausian", "line 1, column 8: unknown target 'gausian'; did you mean 'gaussian'?"
      "size N = 2.5, K = 3", "line 1, column 10: N = 2.5 is not a number of neurons; it is a whole number from 1"
      // published rules
      whitening + "published h[i] = 1", "line 3, column 11: there is no parameter 'h' for a rule to move; expected one of: g, W"
      whitening + "published g[j] = 1", "line 3, column 11: 'g' is declared as g[i]; write published g[i] = ..."
      whitening + "published g = 1", "line 3, column 11: 'g' is declared as g[i]; write published g[i] = ..."
      whitening + "published g[i] z[i]", "line 3, column 16: 'z' is out of place; expected '='"
      whitening + "published g[i] = z[j]^2", "line 3, column 20: the index j is not summed over; write sum(j, ...) around it"
      whitening + "published g[i] = r[a]", "line 3, column 20: the index a is not summed over; write sum(a, ...) around it"
      whitening + "published g[i] = y[i]^2",
      "line 3, column 18: unknown symbol 'y'; expected one of: W, g, leak, n, r, s, z, pi; \
      what is new is declared with input, variable or parameter"
      whitening + "published g[i] = targt(z[i]^2)", "line 3, column 18: unknown function 'targt'; did you mean 'target'?"
      whitening + "published g[i] = target(z[i], 2)", "line 3, column 18: an average over the target is of one formula; write target(...)"
      whitening + "published W[a,i] = delta(a)", "line 3, column 20: a Kronecker delta has two indices; write delta(a, b)"
      whitening + "published W[a,i] = delta(a, c)", "line 3, column 29: the index c is not summed over; write sum(c, ...) around it"
      whitening + "published g[i] = 1\npublished g[i] = 2",
      "line 4, column 11: the published rule of 'g' is given twice, first in line 3; keep one"
      whitening + "published g[i] = 1 - z[i]*target(z[i])",
      "line 3, column 27: an average over the target is multiplied by what varies, or inside a function; it is a term by itself, times \
      parameters"
      whitening + "published g[i] = z[i]*(0.5^1e308)^-1",
      "line 3, column 24: a number in a function is not finite: something is divided by 0, or too large"
      whitening + "published g[i] = z[i]/0^1e308", "line 3, column 18: a formula is divided by 0"
      whitening + "published g[i] = exp(target(z[i]))",
      "line 3, column 22: an average over the target is multiplied by what varies, or inside a function; it is a term by itself, times \
      parameters"
      whitening + "published g[i] = target(z[i]^2)*target(z[i]^2)",
      "line 3, column 18: an average over the target is multiplied by what varies, or inside a function; it is a term by itself, times \
      parameters"
      whitening + "cost target(1)",
      "line 3, column 6: unknown function 'target'; expected one of: sum, delta, previous, logdet, inverse, F, "
      + String.concat ", " (List.sort ("pow" :: "sinh" :: "sqrt" :: [ for row in Primitives.all -> row.Name ]))
      "potential target(z) = z^2", "line 1, column 11: 'target' is a function already; a potential has another name"
      "parameter theta[i] in [1, 3], initial in [0.5, 2]",
      "line 1, column 31: 'theta' starts from 0.5 to 2; it has to start inside [1, 3], at finite numbers"
      // the model as a whole
      "parameter r[a]\nenergy sum(a, r[a]*s[a])", "line 1, column 11: 'r' is the name of an activity; a parameter has another name"
      "parameter g[i]; h[i]; W[a,i]\nenergy " + quadratic,
      "line 1, column 17: the energy does not contain the parameter 'h'; use it, or leave it out"
      "constant c = 1\nenergy c*sum(a, r[a]^2)",
      "line 2, column 1: the energy does not contain s[a]; without it there is nothing to respond" ]

[<Tests>]
let tests =
    testList
        "ModelText"
        [ testCase "the paper's circuit" (fun () ->
              let model = parse circuit

              Expect.equal
                  model.Learned
                  [ { Model.parameter "g" [ i ] with
                        Constraints = [ NonNegative ]
                        Rate = 1e-2 }
                    { Model.parameter "theta" [ i ] with
                        Constraints = [ Between(1.0, 3.0) ]
                        Rate = 1e-2 }
                    { Model.parameter "W" [ a; i ] with
                        Constraints = [ UnitColumns ]
                        Rate = 5e-3 } ]
                  "learned"

              Expect.equal model.Constants (Map [ "leak", 0.0 ]) "constants"
              Expect.equal (model.Target, model.Sizes, model.Objective) (StandardGaussian, Sizes.circuit 2 3, Transport) "defaults"

              let mixture = Function.define "F" [ "theta"; "z" ] Potentials.powerMixture.Formula

              let g, theta = Symbol("g", [ i ]), Symbol("theta", [ i ])
              let input = Total(a, Times [ Symbol("W", [ a; i ]); Model.r a ])
              let square = Indexed.formula (Expr.var "r" ** 2.0) [ "r", Model.r a ]

              Expect.equal
                  model.Energy
                  (Plus
                      [ Total(i, Times [ g; Call(mixture, [ theta; input ]) ])
                        Times [ Number 0.5; Symbol("leak", []); Total(a, square) ]
                        Times [ Number -1.0; Total(a, Times [ Model.s a; Model.r a ]) ] ])
                  "energy")
          testCase "every statement" (fun () ->
              let model = parse everything
              Expect.equal model.Title "Thresholds; with costs # 2" "title"
              Expect.equal model.Citation "A. Author, Journal 1 (2020); and more" "citation"

              Expect.equal
                  [ for p in model.Learned -> p.Name, p.Site.Length, p.Constraints, p.Rate ]
                  [ "W", 2, [ UnitColumns ], 0.0
                    "theta", 1, [ Between(0.5, infinity) ], 1e-2
                    "g", 1, [], 2e-3
                    "h", 1, [ Between(-1.0, 2.5) ], 1e-2
                    "b", 0, [ NonNegative ], 1e-2 ]
                  "learned"

              Expect.equal model.Constants (Map [ "leak", 0.1; "mu", -0.01; "nu", 1e-9 ]) "constants"
              Expect.equal (model.Target, model.Sizes) (Target.generalisedGaussian 1.5, Sizes.circuit 4 10) "target and sizes"

              Expect.equal
                  (Indexed.symbols model.Loss.Value, Indexed.symbols model.Cost)
                  (set [ "r"; "s"; "b" ], set [ "mu"; "W"; "nu"; "g" ])
                  "loss and cost")
          testCase "ordinary functions are merged, so that their derivatives are those of one formula" (fun () ->
              let model = parse "energy sum(a, log(cosh(2*r[a] + 1))) - sum(a, s[a]*r[a])"
              let x = Expr.var "r"
              let merged = Indexed.formula (log (cosh (2.0 * x + 1.0))) [ "r", Model.r a ]
              Expect.contains (Indexed.addends model.Energy) (Total(a, merged)) "energy")
          testCase "formulas have the values that they say" (fun () ->
              let model = parse everything

              let value name places =
                  match name, places with
                  | "r", [ a ] -> 0.3 + 0.2 * float a
                  | "s", [ a ] -> 0.1 - 0.3 * float a
                  | "W", [ a; i ] -> 0.5 - 0.2 * float a + 0.3 * float i
                  | "theta", [ i ] -> 0.6 + 0.2 * float i
                  | "g", [ i ] -> 0.9 + 0.2 * float i
                  | "h", [ i ] -> 0.4 - 0.1 * float i
                  | "b", [] -> 0.7
                  | name, _ -> model.Constants[name]

              let size neurons =
                  if neurons = Population.primary then 2 else 3

              let sum n f = List.sumBy f [ 0 .. n - 1 ]

              let read e =
                  Indexed.interpret Floats.operations size value (fun _ -> failwith "a free index") e

              let at name places = value name places

              let input i =
                  sum 2 (fun a -> at "W" [ a; i ] * at "r" [ a ])

              let total = sum 2 (fun a -> at "r" [ a ])

              let energy =
                  sum 3 (fun i -> at "g" [ i ] * (max (abs (input i) - at "theta" [ i ]) 0.0 ** 2.0) / 2.0)
                  + sum 3 (fun i ->
                      (at "h" [ i ] ** 2.0) * log (cosh (at "theta" [ i ] * input i))
                      / (at "theta" [ i ] ** 2.0))
                  + 0.05 * sum 2 (fun a -> at "r" [ a ] ** 2.0)
                  - sum 2 (fun a -> at "s" [ a ] * at "r" [ a ])
                  + 0.7 * exp (total / 3.0) / (1.0 + 0.49)

              let cost =
                  -0.005 * sum 3 (fun i -> sum 2 (fun a -> at "W" [ a; i ] ** 2.0))
                  + 1e-9 * sum 3 (fun i -> let g = at "g" [ i ] in if g < 1.0 then g else sqrt g)

              let loss =
                  sum 2 (fun a -> (at "r" [ a ] - at "s" [ a ]) ** 2.0) + log (cosh (0.7 * total))

              Check.near 1e-13 0.0 (read model.Energy) energy "energy"
              Check.near 1e-13 0.0 (read model.Cost) cost "cost"
              Check.near 1e-13 0.0 (read model.Loss.Value) loss "loss")
          testCase "what is printed reads back" (fun () ->
              for text in [ circuit; everything; declared + "energy " + quadratic ] do
                  let model = parse text
                  let printed = ModelText.print model
                  Expect.equal (parse printed) model printed
                  Expect.equal (ModelText.print (parse printed)) printed "once more")
          testCase "how a model is printed" (fun () ->
              Expect.equal
                  (ModelText.print (parse circuit))
                  "population r (primary); population z (interneuron)
potential F = power-mixture
parameter g[i] >= 0
parameter theta[i] in [1, 3]
parameter W[a,i] unit columns
constant leak = 0
target gaussian
size N = 2, K = 3
energy 0.5*leak*sum(a, r[a]^2) + sum(i, g[i]*F(theta[i], sum(a, W[a,i]*r[a]))) - sum(a, r[a]*s[a])
"
                  "text")
          testCase "line ends of either kind, and blank lines" (fun () ->
              Expect.equal (parse (circuit.Replace("\n", "\r\n"))) (parse circuit) "carriage returns"
              Expect.equal (parse ("\n\n" + circuit + "\n  \n")) (parse circuit) "blank lines")
          testCase "what is refused, where, and what would be right" (fun () ->
              for text, message in refusals do
                  match ModelText.parse text with
                  | Ok _ -> failtest $"was read:\n{text}"
                  | Error e -> Expect.equal e.Message message text)
          testCase "published rules: the average over the target apart, terms and factors in any order" (fun () ->
              let rule text =
                  (parse (whitening + "published W[a,i] = " + text)).Published |> List.exactlyOne

              let found = rule "n[i]*r[a] - 2*g[i]*target(r[a]*z[i] - delta(a, a)) - W[a,i]"
              Expect.equal found.Parameter "W" "parameter"

              Expect.equal (Direction.text found.Direction) "2*g[i] + n[i]*r[a] - W[a,i] - target(2*g[i]*r[a]*z[i])" "direction"

              Expect.equal (rule "-W[a,i] + r[a]*n[i] - target(2*(r[a]*z[i] - 1)*g[i])") found "in another order"

              let model =
                  parse (whitening + "published g[i] = z[i]^2 - target(F(1, z[i])) + f(1, z[i])")

              Expect.equal (parse (ModelText.print model)) model (ModelText.print model))
          testCase "a term of the energy has a place, whatever its number and whether its input is written out" (fun () ->
              let text =
                  "parameter g[i]; W[a,i]\nconstant c = 1\n\
                  energy sum(i, g[i]*sum(a, W[a,i]*r[a])^2)/2\n    + (c/4*sum(a, r[a]^4) - sum(a, s[a]*r[a]))"

              let energy = (Derivation.derive (parse text)).Energy

              Expect.equal
                  [ for term in Indexed.addends energy -> IndexedPrint.text term, term.Place ]
                  [ "0.25*c*sum(a, r[a]^4)", Some { Line = 4; Column = 8 }
                    "-sum(a, r[a]*s[a])", Some { Line = 4; Column = 29 }
                    "0.5*sum(i, g[i]*z[i]^2)", Some { Line = 3; Column = 8 } ]
                  "terms"

              Expect.equal energy.Place (Some { Line = 3; Column = 8 }) "the whole")
          testCase "a fault of the program is not said to be a wrong text" (fun () ->
              match
                  (try
                      ModelText.parse Unchecked.defaultof<string> |> ignore
                      None
                   with error ->
                       Some error)
              with
              | None -> failtest "was read"
              | Some error -> Expect.isFalse (error :? Refusal) (string error))
          testCase "no depth of an energy overflows the stack" (fun () ->
              let deep = String.replicate 99 "tanh(1 + -2*(" + "1" + String.replicate 99 "))"
              Expect.isError (ModelText.parse (declared + "energy " + deep)) "198 brackets"

              let layers =
                  String.replicate 98 "1 + 2*tanh("
                  + "sum(a, r[a]*s[a])"
                  + String.replicate 98 ")"

              parse ("energy " + layers) |> ModelText.print |> ignore

              for height in [ 60; 10_000 ] do
                  Expect.isError (ModelText.parse ("energy sum(a, r[a]*s[a])^" + String.replicate height "2^" + "2")) "a tower of powers")
          testCase "a constant of more digits than a double holds is printed as one that reads" (fun () ->
              let model = parse (circuit.Replace("energy ", "energy (1234567/1234569)^60*"))
              Expect.equal (parse (ModelText.print model)) model "(1234567/1234569)^60"
              let model = parse (circuit.Replace("energy ", "energy 1/(1 + 1e308*step(leak))*"))
              Expect.equal (parse (ModelText.print model)) model "the largest that a double holds"
              let model = parse (circuit.Replace("energy ", "energy step(1e-3/(leak + 1e308))*"))
              Expect.equal (parse (ModelText.print model)) model "a denominator beyond a double's if it is multiplied out")
          testCase "a target of samples has no text" (fun () ->
              let model =
                  { parse circuit with
                      Target = Target.ofSamples 1 [| 1.0; 2.0 |] }

              Check.refused [ "a target of samples has no text form" ] (fun () -> ModelText.print model)) ]
