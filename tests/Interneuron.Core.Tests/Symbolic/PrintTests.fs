module Interneuron.Core.Tests.PrintTests

open System
open Expecto
open FsCheck.FSharp
open Interneuron.Core.Symbolic
open Interneuron.Core.Symbolic.Text
open Interneuron.Core.Transport
open Interneuron.Core.Circuits

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
      Expr.constant 1e-9 * x, "1e-9*x", "10^{-9} \\, x"
      Expr.constant 2.5e-9 * x, "2.5e-9*x", "2.5 \\times 10^{-9} \\, x"
      2.5 * Expr.constant 3.0 ** x, "2.5*3^x", "2.5 \\cdot {3}^{x}"
      x ** 1e-9, "x^1e-9", "{x}^{10^{-9}}"
      x ** 2.5e-7, "x^(2.5e-7)", "{x}^{2.5 \\times 10^{-7}}"
      Expr.constant 2.5e-7 ** x, "(2.5e-7)^x", "{\\left(2.5 \\times 10^{-7}\\right)}^{x}"
      Expr.constant 1e-7 ** x, "(1e-7)^x", "{\\left(10^{-7}\\right)}^{x}"
      Expr.constant (2.0 / 3.0) ** x, "(2/3)^x", "{\\left(\\frac{2}{3}\\right)}^{x}"
      Expr.constant (sqrt 2.0) ** x, "sqrt(2)^x", "{\\sqrt{2}}^{x}"
      Expr.constant 0.1 + 0.2 * theta, "theta/5 + 0.1", "\\frac{\\theta}{5} + 0.1"
      Expr.constant (1.0 / 7.0) * x, "x/7", "\\frac{x}{7}"
      Expr.constant (sqrt 2.0) * x, "sqrt(2)*x", "\\sqrt{2} \\, x"
      Expr.constant (sqrt 2.0 + 1e-15) * x, "1.4142135623730963*x", "1.4142135623730963 \\, x"
      Expr.var "theta2" * Expr.var "gain" * Expr.var "c12", "c12*gain*theta2", "c_{12} \\, \\mathrm{gain} \\, \\theta_{2}" ]

let private constants =
    [ 2.0 / 3.0, "2/3", "\\frac{2}{3}"
      1.0 / 3.0, "1/3", "\\frac{1}{3}"
      355.0 / 113.0, "3.1415929203539825", "\\frac{355}{113}" // 355 (1/113), as text is read, is another number
      0.75, "0.75", "\\frac{3}{4}"
      0.1, "0.1", "0.1"
      1.5, "1.5", "1.5"
      sqrt 2.0, "sqrt(2)", "\\sqrt{2}"
      sqrt 0.5, "sqrt(1/2)", "\\frac{1}{\\sqrt{2}}"
      sqrt 12.0, "2*sqrt(3)", "2 \\, \\sqrt{3}"
      sqrt (2.0 / 3.0), "sqrt(2/3)", "\\sqrt{\\frac{2}{3}}"
      Math.PI, "pi", "\\pi"
      2.0 * Math.PI, "2*pi", "2 \\, \\pi"
      Math.PI / 4.0, "pi/4", "\\frac{\\pi}{4}"
      1.0 / Math.PI, "1/pi", "\\frac{1}{\\pi}"
      1.0 / (2.0 * Math.PI), "1/(2*pi)", "\\frac{1}{2 \\, \\pi}"
      sqrt Math.PI, "sqrt(pi)", "\\sqrt{\\pi}"
      1.0 / sqrt Math.PI, "1/sqrt(pi)", "\\frac{1}{\\sqrt{\\pi}}"
      1.0 / sqrt (2.0 * Math.PI), "1/sqrt(2*pi)", "\\frac{1}{\\sqrt{2 \\, \\pi}}"
      sqrt (2.0 / Math.PI), "sqrt(2/pi)", "\\sqrt{\\frac{2}{\\pi}}"
      2.0 / sqrt Math.PI, "2/sqrt(pi)", "\\frac{2}{\\sqrt{\\pi}}" ]

let private names =
    [ "theta", "\\theta"
      "theta_1", "\\theta_{1}"
      "a_b_c", "a_{b,c}"
      "x_", "\\mathrm{x\\_}"
      "_", "\\mathrm{\\_}"
      "σ", "\\sigma"
      "σ_max", "\\sigma_{\\mathrm{max}}"
      "Omega2", "\\Omega_{2}"
      "é", "\\text{\\'{e}}"
      "中", "\\text{\\texttt{U+4E2D}}" ]

/// Formulas around constants: short decimals, closed forms, their neighbours in the last bits, any number.
let private constantFormulas =
    let whole = Gen.choose (1, 40) |> Gen.map float

    let closed =
        Gen.map2
            (fun (a, b) kind ->
                match kind with
                | 0 -> a / b
                | 1 -> sqrt (a / b)
                | 2 -> a * Math.PI / b
                | 3 -> sqrt (a / (b * Math.PI))
                | 4 -> a / sqrt (b * Math.PI)
                | _ -> a / (b * Math.PI))
            (Gen.two whole)
            (Gen.choose (0, 5))

    let neighbour =
        Gen.map2
            (fun (c: float) (bits: int) -> BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits c + int64 bits))
            closed
            (Gen.choose (-4, 4))

    let scientific =
        Gen.map2 (fun a (n: int) -> a * 10.0 ** float n) whole (Gen.choose (-300, 300))

    let decimals = Gen.choose (1, 5000) |> Gen.map (fun n -> float n / 1000.0)

    let number =
        Gen.oneof [ closed; neighbour; scientific; decimals ]
        |> Gen.map2 (fun isNegative c -> Expr.constant (if isNegative then -c else c)) (Gen.elements [ true; false ])

    Gen.map2
        (fun c shape ->
            match shape with
            | 0 -> c
            | 1 -> c * x
            | 2 -> c * x / y
            | 3 ->
                match c.Node with
                // Powers beyond are refused where a formula is read.
                | Constant p when abs p > 1000.0 -> c + x
                | _ -> x ** c
            | 4 -> Expr.abs c ** x
            | 5 -> c + x
            | 6 -> exp (c * x) / y
            | 7 -> Expr.max c x
            | 8 -> c / (x * y)
            | _ -> Expr.abs c ** x * c * y)
        number
        (Gen.choose (0, 9))

[<Tests>]
let tests =
    testList
        "Print"
        [ testCase "parentheses, signs and fractions" (fun () ->
              for formula, text, latex in lines do
                  Expect.equal (Print.text formula) text "text"
                  Expect.equal (Print.latex formula) latex $"LaTeX of {text}")
          testCase "constants as people write them" (fun () ->
              for c, text, latex in constants do
                  Expect.equal (Print.text (Expr.constant c)) text $"text of {c:R}"
                  Expect.equal (Print.latex (Expr.constant c)) latex $"LaTeX of {c:R}"
                  // A neighbour in the fourth bit is another number.
                  let neighbour =
                      BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits c + 12L)

                  Expect.equal (Print.latex (Expr.constant neighbour)) (Print.number neighbour) "a neighbour")
          testCase "a variable called pi is not the number" (fun () ->
              Expect.equal (Print.text (Expr.var "pi" + Math.PI)) "pi + 3.141592653589793" "text")
          testCase "names" (fun () ->
              for name, latex in names do
                  Expect.equal (Print.latex (Expr.var name)) latex name)
          Check.law "constants of every kind read back as the same formula" 5000 constantFormulas (fun formula ->
              let text = Print.text formula

              match Formula.parse [ "x"; "y" ] text with
              | Ok read -> Expect.equal read formula text
              | Error e -> failtest $"{text}: {e}")
          testCase "every number is printed so that it reads back" (fun () ->
              for c in [ 0.1; 1.0 / 3.0 + 1.0; 1e-300; 6.02214076e23; 123456789.0; 1e21; Math.PI ] do
                  Expect.equal (Double.Parse(Print.number c, Globalization.CultureInfo.InvariantCulture)) c "digits"
                  Expect.equal (Formula.parse [] (Print.text (Expr.constant c))) (Ok(Expr.constant c)) "text")
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
