module Interneuron.Core.Tests.PrintTests

open Expecto
open Interneuron.Core

let private x = Expr.var "x"
let private y = Expr.var "y"
let private z = Expr.var "z"
let private theta = Expr.var "theta"

/// What each formula prints as: where parentheses and signs go.
let private lines: (Expr * string * string) list =
    [ x + y * z, "x + y*z", "x + y \\, z"
      (x + y) * z, "z*(x + y)", "z \\, \\left(x + y\\right)"
      x - y, "x - y", "x - y"
      -x, "-x", "-x"
      -x - y, "-x - y", "-x - y"
      x + 1.0, "x + 1", "x + 1"
      1.0 - x, "1 - x", "1 - x"
      y - x - 1.0, "y - x - 1", "y - x - 1"
      -x - y - 1.0, "-x - y - 1", "-x - y - 1"
      x - 2.0 * y, "x - 2*y", "x - 2 \\, y"
      x * (y - z), "x*(y - z)", "x \\, \\left(y - z\\right)"
      x / y, "x/y", "\\frac{x}{y}"
      1.0 / x, "1/x", "\\frac{1}{x}"
      2.0 / x, "2/x", "\\frac{2}{x}"
      x / 2.0, "x/2", "\\frac{x}{2}"
      -x / 2.0, "-x/2", "-\\frac{x}{2}"
      x * y / 3.0, "x*y/3", "\\frac{x \\, y}{3}"
      x / (y * z), "x/(y*z)", "\\frac{x}{y \\, z}"
      (x + y) / (x - y), "(x + y)/(x - y)", "\\frac{x + y}{x - y}"
      x / y ** 2.0, "x/y^2", "\\frac{x}{{y}^{2}}"
      x ** y, "x^y", "{x}^{y}"
      x ** (y + 1.0), "x^(y + 1)", "{x}^{y + 1}"
      x ** (y * z), "x^(y*z)", "{x}^{y \\, z}"
      x ** -y, "x^(-y)", "{x}^{-y}"
      x ** (y / 2.0), "x^(y/2)", "{x}^{\\frac{y}{2}}"
      (x ** y) ** z, "(x^y)^z", "{\\left({x}^{y}\\right)}^{z}"
      x ** (y ** z), "x^y^z", "{x}^{{y}^{z}}"
      (x + y) ** 2.0, "(x + y)^2", "{\\left(x + y\\right)}^{2}"
      (x * y) ** z, "(x*y)^z", "{\\left(x \\, y\\right)}^{z}"
      (-x) ** 3.0, "-x^3", "-{x}^{3}"
      (-x) ** y, "(-x)^y", "{\\left(-x\\right)}^{y}"
      (x / y) ** z, "(x/y)^z", "{\\left(\\frac{x}{y}\\right)}^{z}"
      sqrt x, "sqrt(x)", "\\sqrt{x}"
      1.0 / sqrt x, "1/sqrt(x)", "\\frac{1}{\\sqrt{x}}"
      abs x ** 2.5, "abs(x)^2.5", "{\\left|x\\right|}^{2.5}"
      exp (-(x ** 2.0) / 2.0), "exp(-x^2/2)", "\\exp\\left(-\\frac{{x}^{2}}{2}\\right)"
      Expr.max x y, "max(x, y)", "\\max\\left(x, y\\right)"
      Expr.ifLess x y (x + y) z, "if(x < y, x + y, z)", "\\begin{cases} x + y & x < y \\\\ z & \\text{otherwise} \\end{cases}"
      x * -2.5, "-2.5*x", "-2.5 \\, x"
      x - 1.5, "x - 1.5", "x - 1.5"
      Expr.constant 1e-9 * x, "1E-09*x", "10^{-9} \\, x"
      Expr.constant 2.5e-9 * x, "2.5E-09*x", "2.5 \\cdot 10^{-9} \\, x"
      2.5 * Expr.constant 3.0 ** x, "2.5*3^x", "2.5 \\cdot {3}^{x}"
      x ** 1e-9, "x^1E-09", "{x}^{10^{-9}}"
      Expr.constant 0.1 + 0.2 * theta, "theta/5 + 0.1", "\\frac{\\theta}{5} + 0.1"
      Expr.constant (1.0 / 7.0) * x, "x/7", "\\frac{x}{7}"
      Expr.constant (sqrt 2.0) * x, "1.4142135623730951*x", "1.4142135623730951 \\, x"
      Expr.var "theta2" * Expr.var "gain" * Expr.var "c12", "c12*gain*theta2", "c_{12} \\, \\mathrm{gain} \\, \\theta_{2}" ]

[<Tests>]
let tests =
    testList
        "Print"
        [ testCase "parentheses, signs and fractions" (fun () ->
              for formula, text, latex in lines do
                  Expect.equal (Print.text formula) text "text"
                  Expect.equal (Print.latex formula) latex $"LaTeX of {text}")
          testCase "every number is printed so that it reads back" (fun () ->
              for c in
                  [ 0.1
                    1.0 / 3.0 + 1.0
                    1e-300
                    6.02214076e23
                    123456789.0
                    1e21
                    System.Math.PI ] do
                  Expect.equal
                      (System.Double.Parse(Print.text (Expr.constant c), System.Globalization.CultureInfo.InvariantCulture))
                      c
                      "value")
          testCase "the paper's potential and everything derived from it" (fun () ->
              let p = Potentials.powerMixture

              let parts =
                  [ "F", p.Formula
                    "f", p.Activation
                    "f'", p.Slope
                    "f''", p.Bend
                    "dF/dtheta", List.head p.ParameterTerms ]

              let rules =
                  [ for target in [ StandardGaussian; Laplace; Uniform ] do
                        let rule = Plasticity.derived p target
                        yield $"E F ({Target.name target})", Option.get rule.GainTarget
                        yield $"E dF/dtheta ({Target.name target})", Option.get (List.head rule.ParameterTargets) ]

              let show print =
                  parts @ rules
                  |> List.collect (fun (name, formula) -> [ name; "    " + print formula ])

              Check.golden "power-mixture.txt" (show Print.text)
              Check.golden "power-mixture.tex" (show Print.latex))
          testCase "every potential and its derivatives" (fun () ->
              Check.golden
                  "potentials.txt"
                  [ for p in Potentials.all do
                        yield p.Name
                        yield $"    F = {Print.text p.Formula}"
                        yield $"    f = {Print.text p.Activation}"
                        yield $"    f' = {Print.text p.Slope}"

                        for parameter, term in List.zip p.Parameters p.ParameterTerms do
                            yield $"    dF/d{parameter.Name} = {Print.text term}" ]) ]
