namespace Interneuron.Core.Symbolic.Text

open System
open Interneuron.Core.Symbolic

/// Formulas as text, as LaTeX and as MathML.
[<RequireQualifiedAccess>]
module Print =
    /// How tightly a printed piece holds together; a piece goes in parentheses where its surroundings hold tighter.
    type private Binding =
        | Additive = 1
        | Multiplicative = 2
        | Unary = 3
        | Exponential = 4
        | Atomic = 5

    type private Style =
        {
            Number: string -> string
            Variable: string -> string
            /// Terms, each with whether it is subtracted.
            Sum: (bool * string) list -> string
            Times: string list -> string
            Quotient: string -> string -> string
            Superscript: string -> string -> string
            Root: string -> string
            Pi: string
            /// The closed form that stands for a constant, if there is one.
            Closed: float -> Closed option
            Group: string -> string
            Call: Primitive -> string list -> string
            IfLess: string -> string -> string -> string -> string
            /// A quotient and a superscript delimit their own parts.
            Delimited: bool
        }

    /// How tightly a number's digits hold together: 2.5e-7 is a product, 1e-7 a power.
    let private bindingOf (digits: string) =
        match digits.Split 'e' with
        | [| "1"; _ |] -> Binding.Exponential
        | [| _; _ |] -> Binding.Multiplicative
        | _ -> Binding.Atomic

    /// Splits a term into its numeric factor and the rest: -2 x is (-2, x).
    let private split (e: Expr) =
        match e.Node with
        | Constant c -> c, []
        | Product(first :: rest) ->
            match first.Node with
            | Constant c -> c, rest
            | _ -> 1.0, first :: rest
        | _ -> 1.0, [ e ]

    /// Powers with a negative constant exponent go below the fraction bar.
    let private inverse (e: Expr) =
        match e.Node with
        | Power(b, p) ->
            match p.Node with
            | Constant c when c < 0.0 -> Some(Expr.power b (Expr.constant -c))
            | _ -> None
        | _ -> None

    let private render (style: Style) (e: Expr) =
        let group (least: Binding) (text: string, binding: Binding) =
            if binding < least then style.Group text else text

        // A variable of this name is not the number.
        let closed =
            if List.contains "pi" (Expr.variables e) then
                fun _ -> None
            else
                style.Closed

        let several texts =
            match texts with
            | [] -> style.Number "1"
            | [ single ] -> single
            | many -> style.Times many

        let isMany texts = List.length texts > 1

        let negative text = style.Sum [ true, text ]

        let over (above: string list) (below: string list) =
            let bottom = several below

            style.Quotient
                (several above)
                (if isMany below && not style.Delimited then
                     style.Group bottom
                 else
                     bottom)

        let factor (f: ClosedFactor) =
            let side (whole: int, isTimesPi) =
                [ if whole <> 1 then
                      style.Number(string whole)
                  if isTimesPi then
                      style.Pi ]

            match f with
            | ClosedFactor.Whole n -> style.Number(string n)
            | ClosedFactor.Pi -> style.Pi
            | ClosedFactor.Root(above, (1, false)) -> style.Root(several (side above))
            | ClosedFactor.Root(above, below) -> style.Root(over (side above) (side below))

        /// What stands above and below the bar for a positive number: with its few digits, or in closed form, or with all digits.
        let coefficient (isAlone: bool) (c: float) : (string * Binding) list * (string * Binding) list =
            let digits =
                let text = Constants.digits c in [ style.Number text, bindingOf text ], []

            let divisor = Math.Round(1.0 / c)
            let atoms = List.map (fun f -> factor f, Binding.Atomic)

            if c = 1.0 then
                [], []
            elif not isAlone && c < 1.0 && divisor <= 1000.0 && 1.0 / divisor = c then
                // 1/2, 1/3, 1/5 ... read better as divisors.
                [], [ style.Number(string divisor), Binding.Atomic ]
            elif Constants.isShort c && not (style.Delimited && Constants.isBinaryFraction c) then
                digits
            else
                match closed c with
                | Some form -> atoms form.Above, atoms form.Below
                | None -> digits

        let rec show (least: Binding) (e: Expr) : string = group least (piece e)

        and bare e = show Binding.Additive e

        and fraction (c: float) (factors: Expr list) : string * Binding =
            let isAlone = factors.IsEmpty
            let above, below = coefficient isAlone c

            let above =
                above @ (factors |> List.filter (inverse >> Option.isNone) |> List.map piece)

            let below = below @ (factors |> List.choose inverse |> List.map piece)

            match above, below with
            | [], [] -> style.Number "1", Binding.Atomic
            | [ single ], [] when isAlone -> single
            | _, [] -> several (List.map (group Binding.Multiplicative) above), Binding.Multiplicative
            | _ when style.Delimited ->
                let part pieces =
                    pieces
                    |> List.map (
                        group (
                            if isMany pieces then
                                Binding.Multiplicative
                            else
                                Binding.Additive
                        )
                    )

                over (part above) (part below), Binding.Multiplicative
            | _ ->
                let bottom =
                    match below with
                    | [ single ] -> [ group Binding.Exponential single ]
                    | many -> List.map (group Binding.Multiplicative) many

                over (List.map (group Binding.Multiplicative) above) bottom, Binding.Multiplicative

        and term (e: Expr) =
            let c, factors = split e

            if c < 0.0 then
                true, group Binding.Multiplicative (fraction -c factors)
            else
                false, show Binding.Multiplicative e

        and piece (e: Expr) : string * Binding =
            match e.Node with
            | Constant c when c < 0.0 -> negative (group Binding.Multiplicative (fraction -c [])), Binding.Additive
            | Constant c when c = 0.0 || not (Double.IsFinite c) -> style.Number(Constants.digits c), Binding.Atomic
            | Constant c -> fraction c []
            | Variable name -> style.Variable name, Binding.Atomic
            | Sum terms ->
                // The constant is kept first in the normal form; on paper it comes last.
                let ordered =
                    match terms with
                    | first :: rest when (snd (split first)).IsEmpty -> rest @ [ first ]
                    | _ -> terms
                // A positive term leads where there is one: 1 - x, not -x + 1.
                let isPositive (t: Expr) = fst (split t) > 0.0
                let leading = List.tryFindIndex isPositive ordered |> Option.defaultValue 0

                style.Sum(List.map term (ordered[leading] :: List.removeAt leading ordered)), Binding.Additive
            | Product _ ->
                let c, factors = split e

                if c < 0.0 then
                    let text, _ = fraction -c factors
                    negative text, Binding.Additive
                else
                    fraction c factors
            | Power(b, p) ->
                match p.Node, inverse e with
                | Constant 0.5, _ -> style.Root(bare b), Binding.Atomic
                | _, Some _ -> fraction 1.0 [ e ]
                | _ ->
                    let exponent =
                        if style.Delimited then
                            bare p
                        else
                            show Binding.Exponential p

                    style.Superscript (show Binding.Atomic b) exponent, Binding.Exponential
            | Apply(f, arguments) -> style.Call f (List.map bare arguments), Binding.Atomic
            | IfLess(a, b, c, d) -> style.IfLess (bare a) (bare b) (bare c) (bare d), Binding.Atomic

        bare e

    /// Terms with plus and minus signs between them.
    let internal sumOfTexts (terms: (bool * string) list) =
        terms
        |> List.mapi (fun i (isSubtracted, text) ->
            match i, isSubtracted with
            | 0, true -> "-" + text
            | 0, false -> text
            | _, true -> " - " + text
            | _, false -> " + " + text)
        |> String.concat ""

    let private textStyle =
        { Number = id
          Variable = id
          Sum = sumOfTexts
          Times = String.concat "*"
          Quotient = fun top bottom -> $"{top}/{bottom}"
          Superscript = fun b p -> $"{b}^{p}"
          Root = fun x -> $"sqrt({x})"
          Pi = "pi"
          Closed = Constants.tryReadable
          Group = fun x -> $"({x})"
          Call = fun f arguments -> let inside = String.concat ", " arguments in $"{f.Name}({inside})"
          IfLess = fun a b c d -> $"if({a} < {b}, {c}, {d})"
          Delimited = false }

    let private latexNumber (digits: string) =
        match digits.Split 'e' with
        | [| "1"; exponent |] -> $"10^{{{exponent}}}"
        | [| mantissa; exponent |] -> $"{mantissa} \\times 10^{{{exponent}}}"
        | [| "Infinity" |] -> "\\infty"
        | [| "NaN" |] -> "\\mathrm{NaN}"
        | _ -> digits

    /// Factors side by side, but a dot before one that begins with a digit: 2.5 {3}^{x} would read as one number.
    let private latexProduct (factors: string list) =
        let join (left: string) (right: string) =
            if Char.IsDigit((right.TrimStart '{').[0]) then
                $"{left} \\cdot {right}"
            else
                $"{left} \\, {right}"

        List.reduce join factors

    let private latexStyle =
        { Number = latexNumber
          Variable = Tex.name
          Sum = sumOfTexts
          Times = latexProduct
          Quotient = fun top bottom -> $"\\frac{{{top}}}{{{bottom}}}"
          Superscript = fun b p -> $"{{{b}}}^{{{p}}}"
          Root = fun x -> $"\\sqrt{{{x}}}"
          Pi = "\\pi"
          Closed = Constants.tryClosed
          Group = fun x -> $"\\left({x}\\right)"
          Call = fun f arguments -> f.Latex arguments
          IfLess = fun a b c d -> $"\\begin{{cases}} {c} & {a} < {b} \\\\ {d} & \\text{{otherwise}} \\end{{cases}}"
          Delimited = true }

    /// A function's name, or what stands for it. That of an average over the target holds the text of what is averaged.
    let private mathMlHead (name: string) =
        match name.Split([| "E["; ";" |], StringSplitOptions.None) with
        | [| ""; averaged; _ |] ->
            MathMl.row
                [ MathMl.identifier "𝔼"
                  MathMl.operator "["
                  MathMl.words averaged
                  MathMl.operator "]" ]
        | _ ->
            let words =
                match name with
                | "log0" -> [ "log" ]
                | "logcosh" -> [ "log"; "cosh" ]
                | "gamma" -> [ "Γ" ]
                | "lgamma" -> [ "log"; "Γ" ]
                | "digamma" -> [ "ψ" ]
                | other -> [ other ]

            MathMl.row (List.map MathMl.identifier words)

    let private mathMlCall (f: Primitive) (arguments: string list) =
        if f.Name = "abs" then
            MathMl.row [ MathMl.operator "|"; MathMl.row arguments; MathMl.operator "|" ]
        else
            MathMl.call (mathMlHead f.Name) arguments

    /// Factors side by side, but a dot before one that begins with a digit.
    let private mathMlProduct (factors: string list) =
        let following (factor: string) =
            let dot =
                if factor.StartsWith("<mn>", StringComparison.Ordinal) then
                    "·"
                else
                    "\u2062"

            [ MathMl.operator dot; factor ]

        MathMl.row (factors.Head :: List.collect following factors.Tail)

    let private mathMlStyle =
        { Number = MathMl.number
          Variable = MathMl.name
          Sum = MathMl.sum
          Times = mathMlProduct
          Quotient = MathMl.quotient
          Superscript = MathMl.above
          Root = MathMl.root
          Pi = MathMl.identifier "π"
          Closed = Constants.tryClosed
          Group = MathMl.group
          Call = mathMlCall
          IfLess = MathMl.ifLess
          Delimited = true }

    /// One line of text, in the form that formulas are read from.
    let text (e: Expr) : string = render textStyle e

    /// The same with another text for each variable.
    let textOf (variable: string -> string) (e: Expr) : string =
        render { textStyle with Variable = variable } e

    /// LaTeX for mathematics mode, with amsmath.
    let latex (e: Expr) : string = render latexStyle e

    /// The same with other LaTeX for each variable.
    let latexOf (variable: string -> string) (e: Expr) : string =
        render { latexStyle with Variable = variable } e

    /// MathML Core, one element, for inside a math element.
    let mathml (e: Expr) : string = render mathMlStyle e

    /// The same with other MathML for each variable, one element each.
    let mathmlOf (variable: string -> string) (e: Expr) : string =
        render { mathMlStyle with Variable = variable } e

    /// A number in digits that read back as the same number.
    let number (c: float) : string = Constants.digits c
