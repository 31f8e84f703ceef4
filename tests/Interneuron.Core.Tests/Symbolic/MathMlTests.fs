module Interneuron.Core.Tests.MathMlTests

open System
open System.Xml.Linq
open Expecto
open MathNet.Numerics
open Interneuron.Core.Symbolic
open Interneuron.Core.Symbolic.Text
open Interneuron.Core.Transport

/// A formula from its text, of x, y and theta.
let private formula text =
    match Formula.parse [ "x"; "y"; "theta"; "theta_12" ] text with
    | Ok e -> e
    | Error wrong -> failtest wrong.Message

// ---- a reader of what is printed, which knows MathML and nothing of formulas

let private name (e: XElement) = e.Name.LocalName

let private isSign (sign: string) (e: XElement) = name e = "mo" && e.Value = sign

let private call (f: string) (x: float list) =
    match f, x with
    | "exp", [ x ] -> exp x
    | "log", [ x ] -> log x
    | "tanh", [ x ] -> tanh x
    | "cosh", [ x ] -> cosh x
    | "logcosh", [ x ] -> log (cosh x)
    | "softplus", [ x ] -> log (1.0 + exp x)
    | "sign", [ x ] -> float (sign x)
    | "step", [ x ] -> if x > 0.0 then 1.0 else 0.0
    | "erfc", [ x ] -> SpecialFunctions.Erfc x
    | "Γ", [ x ] -> SpecialFunctions.Gamma x
    | "logΓ", [ x ] -> SpecialFunctions.GammaLn x
    | "ψ", [ x ] -> SpecialFunctions.DiGamma x
    | "max", [ x; y ] -> max x y
    | "min", [ x; y ] -> min x y
    | _ -> failtest $"no function {f} of {x.Length}"

/// Splits at the elements that are one of some signs, each with the sign before it.
let private split (signs: string list) (elements: XElement list) =
    let add (parts: (string * XElement list) list) (e: XElement) =
        match signs |> List.tryFind (fun sign -> isSign sign e), parts with
        | Some sign, _ -> (sign, []) :: parts
        | None, (sign, inside) :: rest -> (sign, e :: inside) :: rest
        | None, [] -> [ "", [ e ] ]

    List.fold add [ "", [] ] elements
    |> List.rev
    |> List.map (fun (sign, inside) -> sign, List.rev inside)
    |> List.filter (fun (sign, inside) -> sign <> "" || not inside.IsEmpty)

let rec private value (at: string -> float) (e: XElement) : float =
    let inside = List.ofSeq (e.Elements())

    match name e, inside with
    | "mn", _ -> float (e.Value.Replace('−', '-'))
    | "mi", _ -> at e.Value
    | "msub", [ head; index ] -> at $"{head.Value}_{index.Value}"
    | "mfrac", [ top; bottom ] -> value at top / value at bottom
    | "msup", [ b; p ] -> Math.Pow(value at b, value at p)
    | "msqrt", inside -> sqrt (row at inside)
    | "mrow", inside -> row at inside
    | other, _ -> failtest $"no reading of {other}"

and private row at (elements: XElement list) : float =
    match elements with
    | [ single ] -> value at single
    | [ opened; inside; closed ] when isSign "(" opened && isSign ")" closed -> value at inside
    | [ opened; inside; closed ] when isSign "|" opened && isSign "|" closed -> abs (value at inside)
    | [ head; applied; arguments ] when isSign "\u2061" applied ->
        let inside = List.ofSeq (arguments.Elements())
        Expect.isTrue (isSign "(" inside.Head && isSign ")" (List.last inside)) "arguments in parentheses"

        let listed =
            match inside[1..1] with
            | [ several ] when name several = "mrow" && several.Elements() |> Seq.exists (isSign ",") -> List.ofSeq (several.Elements())
            | single -> single

        split [ "," ] listed |> List.map (snd >> row at) |> call head.Value
    | [ opened; table ] when isSign "{" opened && name table = "mtable" ->
        let cells =
            [ for line in table.Elements() do
                  for cell in line.Elements() -> List.ofSeq (cell.Elements()) ]

        let condition =
            match cells[1] with
            | [ single ] when name single = "mrow" -> List.ofSeq (single.Elements())
            | several -> several

        match split [ "<" ] condition with
        | [ _, a; _, b ] when row at a < row at b -> row at cells[0]
        | _ -> row at cells[2]
    | _ ->
        split [ "+"; "−" ] elements
        |> List.sumBy (fun (sign, term) ->
            let product =
                split [ "\u2062"; "·"; "×" ] term |> List.map (snd >> row at) |> List.reduce (*)

            if sign = "−" then -product else product)

let private read (at: string -> float) (e: Expr) : float =
    value at (XElement.Parse(Print.mathml e))

let private texts =
    [ "x + y*x - 1"
      "-x - y"
      "1 - x"
      "x/(x + y)/2"
      "(x + y)^2*(x - y)"
      "x^y^2"
      "(x^y)^2"
      "(-x)^3"
      "2.5*3^x"
      "1e-9*x + 2.5e-7*y"
      "sqrt(x + y)/sqrt(2*pi)"
      "1/sqrt(x)"
      "abs(x - 2*y)^1.5"
      "exp(-x^2/2)/pi"
      "max(x, y - x)*min(x, 2)"
      "if(x < y, x + y, y^2)"
      "logcosh(theta*x)/theta^2 + softplus(x)"
      "log(x)*tanh(y)*cosh(x)"
      "erfc(x) + gamma(y) + lgamma(x + 1) + digamma(y)"
      "sign(x - y)*step(y - x)"
      "theta_12*x"
      "x*(2/7) + 0.125*y" ]

let private places = [ 0.3, 1.7, 0.8; 1.9, 0.4, 2.2; 2.5, 2.6, 1.1 ]

let private at (x, y, theta) (name: string) =
    match name with
    | "x" -> x
    | "y" -> y
    | "θ" -> theta
    | "θ_12" -> 3.0 + theta
    | "π" -> Math.PI
    | "∞" -> infinity
    | other -> failtest $"no unknown {other}"

[<Tests>]
let tests =
    testList
        "MathML"
        [ test "a formula's mathematics, read by another reader, has the formula's value" {
              let potentials =
                  [ for potential in Potentials.all do
                        for e in [ potential.Formula; potential.Activation; potential.Slope ] do
                            Expr.substitute (fun name -> if name = "z" then Some(Expr.var "y") else None) e ]

              for e in List.map formula texts @ potentials do
                  for x, y, theta in places do
                      let known name =
                          match name with
                          | "x" -> x
                          | "y" -> y
                          | "theta" -> theta
                          | "theta_12" -> 3.0 + theta
                          | _ -> theta

                      if
                          Expr.variables e
                          |> List.forall (fun name -> List.contains name [ "x"; "y"; "theta"; "theta_12" ])
                      then
                          Expect.floatClose
                              Accuracy.high
                              (read (at (x, y, theta)) e)
                              (Expr.interpret Floats.operations known e)
                              (Print.text e)
          }

          test "names are escaped, Greek where they are Greek, and indexed" {
              for written, shown in
                  [ "theta", "<mi>θ</mi>"
                    "g_1", "<msub><mi>g</mi><mn>1</mn></msub>"
                    "w12", "<msub><mi>w</mi><mn>12</mn></msub>"
                    "x_alpha_2", "<msub><mi>x</mi><mrow><mi>α</mi><mo>,</mo><mn>2</mn></mrow></msub>"
                    "leak", "<mi>leak</mi>"
                    "<b>&", "<mi>&lt;b&gt;&amp;</mi>"
                    "a__b", "<mi>a__b</mi>" ] do
                  Expect.equal (Print.mathml (Expr.var written)) shown written
          } ]
