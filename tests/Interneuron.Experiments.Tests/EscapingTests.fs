module Interneuron.Experiments.Tests.EscapingTests

open System
open System.Text
open System.Text.RegularExpressions
open System.Xml
open System.Xml.Linq
open Expecto
open FsCheck
open FsCheck.FSharp
open Interneuron.Core.Symbolic
open Interneuron.Core.Symbolic.Text
open Interneuron.Core.Circuits
open Interneuron.Derivation.Models
open Interneuron.Derivation.Rules
open Interneuron.Experiments
open Interneuron.Experiments.Tests.Tools

/// Titles as people and machines write them: words, formulas, markup, other scripts, control characters, halves of surrogate pairs.
let private titles: Gen<string> =
    let letter =
        Gen.frequency
            [ 6, Gen.choose (0x20, 0x7E) |> Gen.map (char >> string)
              2,
              Gen.elements
                  [ "_"
                    "^{"
                    "}"
                    "\\"
                    "$"
                    "<"
                    "&"
                    "%"
                    "#"
                    "|"
                    "`"
                    "]("
                    "~"
                    "&amp;"
                    "--"
                    "*" ]
              2,
              Gen.elements
                  [ "α"
                    "θ"
                    "Ω"
                    "é"
                    "ß"
                    "ø"
                    "ő"
                    "e\u0301"
                    "λ²"
                    "₃"
                    "≤"
                    "“"
                    "—"
                    "中"
                    "ж"
                    "😀" ]
              1, Gen.choose (0, 0x1F) |> Gen.map (char >> string)
              1, Gen.elements [ "\uD83D"; "\uDE00"; "\uFFFE"; "\u007F"; "\u2028"; "\u00A0" ] ]

    Gen.choose (0, 24)
    |> Gen.bind (fun n -> Gen.listOfLength n letter)
    |> Gen.map (String.concat "")

let private law name (property: string -> unit) =
    testCase name (fun () -> Check.One(Config.QuickThrowOnFailure.WithMaxTest 500, Prop.forAll (Arb.fromGen titles) property))

let private words (text: string) = Regex.Replace(text, @"\s+", " ").Trim()

/// What XML can hold of a text.
let private holdable (text: string) =
    let shown = StringBuilder()

    for rune in text.EnumerateRunes() do
        if rune.IsBmp && not (XmlConvert.IsXmlChar(char rune.Value)) then
            shown.Append '\uFFFD' |> ignore
        else
            shown.Append rune |> ignore

    // A reader of XML takes a carriage return for the end of a line.
    shown.ToString().Replace("\r\n", "\n").Replace('\r', '\n')

/// Everything that a line of TeX may consist of, and what it shows.
let private token =
    Regex(
        @"\G(?:(?<letter>[A-Za-z0-9 !()*+./:;=?@\[\]])|(?<quoted>[-',])(?:\{\})?|\\(?<escaped>[&%$#_{}])|"
        + @"\\(?<sign>text[a-z]+|ss|ae|AE|oe|OE|o|O|l|L|i|S)\{\}|\\ensuremath\{(?:\\[A-Za-z]+|-|'|\{\}[\^_]\{[-0-9]\})\}|"
        + @"\\texttt\{U\+[0-9A-F]{4,6}\}|\\(?:[`'^~=.""]|[uvHckr])\{[A-Za-z]\})"
    )

let private signs =
    Map
        [ "textbackslash", "\\"
          "textasciicircum", "^"
          "textasciitilde", "~"
          "textless", "<"
          "textgreater", ">"
          "textbar", "|"
          "textquotedbl", "\""
          "textasciigrave", "`" ]

/// What TeX shows of a text, as far as it is ASCII; fails where the text is not of the tokens above.
let private shown (tex: string) =
    let result = StringBuilder()
    let mutable at = 0

    while at < tex.Length do
        let found = token.Match(tex, at)

        if not found.Success then
            failtest $"{tex}: at {at} is no token of TeX's text"

        let group (name: string) = found.Groups[name]

        for name in [ "letter"; "quoted"; "escaped" ] do
            result.Append (group name).Value |> ignore

        if (group "sign").Success then
            result.Append(signs.TryFind (group "sign").Value |> Option.defaultValue "")
            |> ignore

        at <- at + found.Length

    result.ToString()

let private model title names =
    let g, w, theta = names

    let text =
        $"parameter {g}[i] >= 0\nparameter {theta}[i] in [1,3]\nparameter {w}[a,i] unit columns\n"
        + "potential F(t,z) = log(cosh(t*z))/t^2\nconstant leak = 0.5\n"
        + $"energy sum(i, {g}[i]*F({theta}[i], sum(a, {w}[a,i]*r[a]))) + leak/2*sum(a,r[a]^2) - sum(a, s[a]*r[a])"

    match ModelText.parse text with
    | Ok model -> { model with Title = title }
    | Error e -> failtest $"{text}: {e}"

let private titled (derived: Derived) title =
    { derived with
        Derivation =
            { derived.Derivation with
                Model =
                    { derived.Derivation.Model with
                        Title = title
                        Citation = title } } }

let private plain = lazy (Derived.ofModel 1 1 (model "" ("g", "W", "theta")))

let private parsed (svg: string) =
    match XDocument.Parse(svg, LoadOptions.PreserveWhitespace).Root with
    | null -> failtest "no root"
    | root -> root

let private texts (svg: string) =
    [ for e in (parsed svg).Descendants() do
          if e.Name.LocalName = "text" then
              e.Value ]

[<Tests>]
let tests =
    testList
        "Escaping"
        [ law "any title in TeX is tokens of text in ASCII, and shows what was written" (fun title ->
              let tex = Tex.words title
              let isAscii = title |> Seq.forall (fun c -> c >= ' ' && c <= '~')
              let said = shown tex

              if isAscii then
                  Expect.equal (words said) (words title) tex)
          law "any title in a diagram is XML that says it" (fun title ->
              let root = parsed (Diagram.svg (titled plain.Value title).Derivation)

              let said = root.Elements() |> Seq.find (fun e -> e.Name.LocalName = "title")

              Expect.equal said.Value (holdable title) "title")
          law "any label in a figure is XML that says it, as one text" (fun label ->
              let figure: Figure =
                  { Caption =
                      { Title = ""
                        Panels = []
                        Settings = []
                        Numbers = [] }
                    RowHeight = 20.0
                    Rows = [ [ Panel.Notes [ "name", Panel.plain label ] ] ] }

              let said = texts (Figure.toSvg figure)
              Expect.equal said ([ "name" ] @ (if label = "" then [] else [ holdable label ])) "label")
          law "any label with marks is drawn" (fun label ->
              let figure: Figure =
                  { Caption =
                      { Title = label
                        Panels = []
                        Settings = [ label, label ]
                        Numbers = [] }
                    RowHeight = 20.0
                    Rows = [ [ Panel.Notes [ label, label ] ] ] }

              texts (Figure.toSvg figure) |> ignore
              Expect.isGreaterThan (Figure.caption figure).Length 0 "caption")
          law "any title in Markdown is one line without markup, and reads back" (fun title ->
              let document = Markdown.ofDocument { Title = title; Blocks = [] }
              let line = document.Substring(2).TrimEnd '\n'
              Expect.isFalse (line.Contains '\n') "one line"

              let bare = Regex.Replace(line, @"\\[!-/:-@\[-`{-~]", "")

              Expect.isFalse (Regex.IsMatch(bare, @"[\\`*_{}\[\]<>|$#&~^]")) line

              if
                  title |> Seq.forall (Char.IsControl >> not)
                  && not (title |> Seq.exists Char.IsSurrogate)
              then
                  Expect.equal (words (Regex.Replace(line, @"\\([!-/:-@\[-`{-~])", "$1"))) (words title) line)
          testCase "reports of models with names and titles of every kind are valid"
          <| fun () ->
              let title =
                  "Ünïcode α, $x_1$ <b> & 50% #1 ~ ^ {\\end{document}} \\ \u0007 “quoted” 中 😀"

              for names in
                  [ "g", "W", "a_b_c"
                    "x_", "W_", "σ_max"
                    "γ", "w1", "θ"
                    "gain", "été", "omega2" ] do
                  let derived = Derived.ofModel 1 1 (model title names)

                  inFolder (fun folder ->
                      Report.write folder derived |> ignore
                      let latex = IO.File.ReadAllText(IO.Path.Combine(folder, "report.tex"))
                      ReportTools.wellFormed latex
                      ReportTools.compile folder
                      parsed (IO.File.ReadAllText(IO.Path.Combine(folder, "circuit.svg"))) |> ignore

                      parsed (IO.File.ReadAllText(IO.Path.Combine(folder, "activation.svg")))
                      |> ignore)

          testCase "an energy with a logarithm of sums, whose formulas have < and &, gives a diagram that is XML"
          <| fun () ->
              let text =
                  "parameter g[i] >= 0 ; W[a,i] >= 0 ; sigma[i] in [0.5, 2]\nconstant leak = 1\n"
                  + "energy sum(i, g[i]*log(sigma[i]^2 + sum(a, W[a,i]*r[a]^2)))/2 + leak/2*sum(a, r[a]^2) - sum(a, s[a]*r[a])"

              match ModelText.parse text with
              | Ok model ->
                  let svg = Diagram.svg (Derivation.derive model)
                  Expect.isNonEmpty (texts svg) "texts"
              | Error e -> failtest $"{e}"

          testCase "two constants never print alike: a leak beside a constant called lambda"
          <| fun () ->
              let text =
                  "parameter g[i] >= 0 ; W[a,i] unit columns\nconstant lambda = 0.3, leak = 0.2\n"
                  + "energy sum(i, g[i]*sum(a, W[a,i]*r[a])^2/2)*lambda + leak/2*sum(a, r[a]^2) - sum(a, s[a]*r[a])"

              match ModelText.parse text with
              | Ok model ->
                  let derived = Derived.ofModel 1 1 model
                  Expect.stringContains (Report.text derived) "with λ = 0.3, leak = 0.2." "text"
                  Expect.stringContains (Report.latex derived) "with $\\lambda$ = 0.3, $\\mathrm{leak}$ = 0.2." "LaTeX"
              | Error e -> failtest $"{e}" ]
