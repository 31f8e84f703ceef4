module Interneuron.Core.Tests.FormulaTests

open System
open Expecto
open FsCheck.FSharp
open Interneuron.Core.Symbolic
open Interneuron.Core.Symbolic.Text
open Interneuron.Core.Transport
open Interneuron.Core.Tests.Reference

let private variables = [ "x"; "y"; "z"; "theta" ]
let private x = Expr.var "x"
let private y = Expr.var "y"
let private z = Expr.var "z"

let private parse text =
    match Formula.parse variables text with
    | Ok formula -> formula
    | Error e -> failtest $"'{text}' was refused: {e}"

let private repeat n (s: string) = String.replicate n s

/// What each text means: precedence, signs and spaces.
let private meanings: (string * Expr) list =
    [ "x - y - z", x - y - z
      "x - (y - z)", x - y + z
      "x/y/z", x / (y * z)
      "x/y*z", x * z / y
      "-x^2", -(x ** 2.0)
      "(-x)^2", x ** 2.0
      "x^y^z", x ** (y ** z)
      "2^-x", Expr.constant 2.0 ** -x
      "2^-x^y", Expr.constant 2.0 ** -(x ** y)
      "x^-y*z", x ** -y * z
      "--x", x
      "x*-y", -(x * y)
      "x--y", x + y
      " x \n + \t y ", x + y
      "1.5e-3*x + .5 - 2E+2", 0.0015 * x + 0.5 - 200.0
      "2*pi", Expr.constant (2.0 * Math.PI)
      "if(x < y, x + 1, -z)", Expr.ifLess x y (x + 1.0) -z
      "pow(x, y) + sqrt(z)", x ** y + sqrt z
      "exp(x) + log(y) + tanh(z)", exp x + log y + tanh z
      "cosh(x) + sinh(y) + abs(z)", cosh x + sinh y + abs z
      "max(x, y) + min(x, y) + sign(x) + step(y)", Expr.max x y + Expr.min x y + Expr.sign x + Expr.step y
      "digamma(x) + polygamma2(x)", Expr.digamma x + Expr.polygamma 2 x ]

/// What each text is refused with.
let private refusals: (string * string) list =
    [ "log(x)/thta", "line 1, column 8: unknown name 'thta'; did you mean 'theta'?"
      "x +\n  q", "line 2, column 3: unknown name 'q'; expected one of: x, y, z, theta, pi"
      "tahn(x)", "line 1, column 1: unknown function 'tahn'; did you mean 'tanh'?"
      "x*exp", "line 1, column 3: 'exp' is a function; write exp(...)"
      "max(x)", "line 1, column 1: 'max' takes 2 arguments; it is given 1"
      "exp(x, y)", "line 1, column 1: 'exp' takes 1 argument; it is given 2"
      "polygamma0(x)", "line 1, column 1: unknown function 'polygamma0'; did you mean 'lgamma'?"
      "x[a]", "line 1, column 3: 'x' has indices; here are only single quantities"
      "2x", "line 1, column 1: '2x' is not a number; write one as 0.5 or 1e-3, and a product with *"
      "x + 1.2.3", "line 1, column 5: '1.2.3' is not a number; write one as 0.5 or 1e-3"
      "1e999", "line 1, column 1: '1e999' is not a number; the largest is 1.8e308"
      "x + 1_0", "line 1, column 5: '1_0' is not a number; write 10"
      "1.*x", "line 1, column 1: '1.' is not a number; write 1"
      "x*(y + z", "line 1, column 3: unclosed '('; add the bracket that closes it"
      "x + y)", "line 1, column 6: unmatched ')'; remove it, or add the bracket that opens it"
      "(x]", "line 1, column 3: ']' does not close the '(' before it; close that first"
      "x y", "line 1, column 3: 'y' is out of place; expected an operator"
      "x $ y", "line 1, column 3: '$' is out of place; expected an operator"
      "x + ", "line 1, column 4: the text ends too early; expected a name, a number, '(' or '-'"
      "x*/y", "line 1, column 3: '/' is out of place; expected a name, a number, '(' or '-'"
      "", "line 1, column 1: the text ends too early; expected a name, a number, '(' or '-'"
      "if(x, y)", "line 1, column 5: ',' is out of place; expected an operator or '<'"
      "x^1001", "line 1, column 1: a power of 1001 overflows; exponents are at most 1000"
      "pow(x, max(1001, 3))", "line 1, column 1: a power of 1001 overflows; exponents are at most 1000"
      "(x^100)^100", "line 1, column 2: a power of 10000 overflows; exponents are at most 1000"
      "x^600*x^600", "line 1, column 1: a power of 1200 overflows; exponents are at most 1000"
      repeat 10_000 "(" + "x" + repeat 10_000 ")", "line 1, column 101: the formula is nested more than 100 levels deep; write it flatter"
      "x + " + repeat 10_000 "exp(" + "x", "line 1, column 408: the formula is nested more than 100 levels deep; write it flatter" ]

/// The same object; but |z| |z| z^2 is first z^2 z^2, and z^4 when it is built again, from text or otherwise.
let private reads (tree: Tree) =
    let formula = Tree.formula id tree
    let text = Print.text formula
    Expect.equal (parse text) (Expr.fold Expr.rebuild formula) text

/// 1/sqrt(x) is read as one power, whether it was one or two: the value is the same.
let private readsValues (tree: Tree, point: Map<string, float>) =
    let formula = Tree.formula id tree
    let text = Print.text formula

    let value e =
        Expr.interpret Floats.operations (fun name -> point[name]) e

    // Outside its domain a formula may be infinite in one form and not a number in the other.
    if System.Double.IsFinite(value formula) then
        Check.near 1e-9 1e-300 (value (parse text)) (value formula) text

[<Tests>]
let tests =
    testList
        "Formula"
        [ testCase "what texts mean" (fun () ->
              for text, formula in meanings do
                  Expect.equal (parse text) formula text)
          testCase "what is refused, where, and what would be right" (fun () ->
              for text, message in refusals do
                  match Formula.parse variables text with
                  | Ok formula -> failtest $"'{text}' was read as {Print.text formula}"
                  | Error e -> Expect.equal e.Message message $"'{text}'")
          testCase "no length of a formula overflows the stack" (fun () ->
              Expect.equal (parse (repeat 100_000 "-" + "x")) x "minus signs"
              Expect.equal (parse (repeat 9_999 "x + " + "x")) (10_000.0 * x) "terms"
              Expect.equal (parse (repeat 100 "(" + "x" + repeat 100 ")")) x "100 levels"
              Expect.isError (Formula.parse variables (repeat 10_000 "x^" + "x")) "a tower of powers"
              Expect.isError (Formula.parse variables (repeat 10_000 "x[")) "square brackets")
          Check.law "what is printed reads back, as the same object" 2000 Tree.exact reads
          Check.law "formulas of any numbers and functions read back with the same values" 2000 (Gen.zip Tree.any Tree.point) readsValues
          testCase "every potential and what is derived from it reads back" (fun () ->
              for p in Potentials.all do
                  for formula in p.Formula :: p.Activation :: p.Slope :: p.Bend :: p.ParameterTerms do
                      let names = "z" :: [ for parameter in p.Parameters -> parameter.Name ]
                      Expect.equal (Formula.parse names (Print.text formula)) (Ok formula) p.Name) ]

let private potential formula parameters =
    match PotentialText.parse formula parameters with
    | Ok p -> p
    | Error e -> failtest $"{formula} was refused: {e}"

let private potentialRefusals =
    [ "theta*z^2", [ "theta in [4, 1]" ], "parameter 1: line 1, column 10: the interval [4, 1] is empty; its lower bound is the smaller one"
      "theta*z^2", [ "theta in [1, 1]" ], "parameter 1: line 1, column 10: the interval [1, 1] is empty; its lower bound is the smaller one"
      "theta*z^2", [ "theta in [1, 2" ], "parameter 1: line 1, column 15: the text ends too early; expected ')' or ']'"
      "theta*z^2", [ "theta in [1, b]" ], "parameter 1: line 1, column 14: 'b' is out of place; expected a number, inf or '-'"
      "theta*z^2", [ "theta" ], "parameter 1: line 1, column 6: the text ends too early; expected 'in'"
      "theta*z^2",
      [ "theta in [1, 2]"; "theta in [1, 2]" ],
      "parameter 2: line 1, column 1: there is a parameter 'theta' already; give this one another name"
      "z^2", [ "z in [1, 2]" ], "parameter 1: line 1, column 1: 'z' is the interneuron's input; a parameter needs another name"
      "thta*z^2", [ "theta in [1, 2]" ], "potential: line 1, column 1: unknown name 'thta'; did you mean 'theta'?"
      "z^2",
      [ "theta in [1, 2]" ],
      "potential: line 1, column 1: the potential does not depend on theta; write a formula of z and every parameter"
      "theta^2",
      [ "theta in [1, 2]" ],
      "potential: line 1, column 1: the potential does not depend on z; write a formula of z and every parameter" ]

[<Tests>]
let potentials =
    testList
        "PotentialText"
        [ testCase "a saturating potential is the one that is built in" (fun () ->
              let p = potential "log(cosh(theta*z))/theta^2" [ "theta in [0.5,4]" ]
              Expect.equal p.Formula Potentials.logCosh.Formula "formula"
              Expect.equal p.Name "log(cosh(theta*z))/theta^2" "name"
              let theta = List.exactlyOne p.Parameters
              Expect.equal (theta.Name, theta.Lower, theta.Upper, theta.Initial) ("theta", 0.5, 4.0, (1.375, 3.125)) "parameter")
          testCase "where parameters start" (fun () ->
              let p =
                  potential "a*z^2 + b*z + c*z^4 + d" [ "a in [0, inf)"; "b in [-inf, 2]"; "c in [-1, 1]"; "d in (-inf, inf)" ]

              Expect.equal
                  [ for q in p.Parameters -> q.Lower, q.Upper, q.Initial ]
                  [ 0.0, infinity, (0.0, 1.0)
                    -infinity, 2.0, (1.0, 2.0)
                    -1.0, 1.0, (-0.5, 0.5)
                    -infinity, infinity, (0.0, 1.0) ]
                  "intervals")
          testCase "what is refused, and where" (fun () ->
              for formula, parameters, message in potentialRefusals do
                  match PotentialText.parse formula parameters with
                  | Ok p -> failtest $"{p.Name} was read"
                  | Error e -> Expect.equal e.Message message formula) ]
