namespace Interneuron.Core

open System
open System.Globalization

/// Formulas as text and as LaTeX.
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
            Times: string list -> string
            Quotient: string -> string -> string
            Superscript: string -> string -> string
            Root: string -> string
            Group: string -> string
            Call: Primitive -> string list -> string
            IfLess: string -> string -> string -> string -> string
            /// A quotient and a superscript delimit their own parts.
            Delimited: bool
        }

    let private number (c: float) =
        let shortest = c.ToString("R", CultureInfo.InvariantCulture)
        let rounded = c.ToString("G6", CultureInfo.InvariantCulture)

        if Double.Parse(rounded, CultureInfo.InvariantCulture) = c then
            rounded
        else
            shortest

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
        let number = number >> style.Number

        let rec show (least: Binding) (e: Expr) : string =
            let text, binding = piece e
            if binding < least then style.Group text else text

        and bare = show Binding.Additive

        and fraction (c: float) (factors: Expr list) =
            let below = List.choose inverse factors
            let above = factors |> List.filter (inverse >> Option.isNone)
            // 1/2, 1/3, 1/6 ... read better as divisors.
            let divisor = Math.Round(1.0 / c)

            let c, below =
                if abs c < 1.0 && abs divisor <= 1000.0 && 1.0 / divisor = c then
                    float (sign c), Expr.constant (abs divisor) :: below
                else
                    c, below

            let coefficient = if c = 1.0 && not above.IsEmpty then [] else [ number c ]

            let part least (factors: Expr list) (prefix: string list) =
                match prefix @ List.map (show least) factors with
                | [ single ] -> single
                | several -> style.Times several

            let factorBinding (many: bool) =
                if many then Binding.Multiplicative else Binding.Additive

            match below with
            | [] -> part Binding.Multiplicative above coefficient, Binding.Multiplicative
            | _ ->
                let top =
                    part
                        (if style.Delimited then
                             factorBinding (above.Length + coefficient.Length > 1)
                         else
                             Binding.Multiplicative)
                        above
                        coefficient

                let bottom =
                    if style.Delimited then
                        part (factorBinding (below.Length > 1)) below []
                    else
                        match below with
                        | [ single ] -> show Binding.Exponential single
                        | several -> style.Group(part Binding.Multiplicative several [])

                style.Quotient top bottom, Binding.Multiplicative

        and term (e: Expr) =
            let c, factors = split e

            if c < 0.0 then
                let text, binding =
                    if factors.IsEmpty then
                        number -c, Binding.Atomic
                    else
                        fraction -c factors

                true,
                (if binding < Binding.Multiplicative then
                     style.Group text
                 else
                     text)
            else
                false,
                (if factors.IsEmpty then
                     number c
                 else
                     show Binding.Multiplicative e)

        and piece (e: Expr) : string * Binding =
            match e.Node with
            | Constant c -> number c, (if c < 0.0 then Binding.Additive else Binding.Atomic)
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

                let joined =
                    ordered[leading] :: List.removeAt leading ordered
                    |> List.mapi (fun i t ->
                        match term t with
                        | true, text -> if i = 0 then "-" + text else " - " + text
                        | false, text -> if i = 0 then text else " + " + text)

                String.concat "" joined, Binding.Additive
            | Product _ ->
                let c, factors = split e

                if c < 0.0 then
                    let text, _ = fraction -c factors
                    "-" + text, Binding.Additive
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

    let private textStyle =
        { Number = id
          Variable = id
          Times = String.concat "*"
          Quotient = fun top bottom -> $"{top}/{bottom}"
          Superscript = fun b p -> $"{b}^{p}"
          Root = fun x -> $"sqrt({x})"
          Group = fun x -> $"({x})"
          Call = fun f arguments -> let inside = String.concat ", " arguments in $"{f.Name}({inside})"
          IfLess = fun a b c d -> $"if({a} < {b}, {c}, {d})"
          Delimited = false }

    let private greek =
        set
            [ "alpha"
              "beta"
              "gamma"
              "delta"
              "epsilon"
              "eta"
              "theta"
              "kappa"
              "lambda"
              "mu"
              "nu"
              "xi"
              "pi"
              "rho"
              "sigma"
              "tau"
              "phi"
              "chi"
              "psi"
              "omega" ]

    let private nameAsLatex (name: string) =
        let letters = name.TrimEnd([| '0' .. '9' |])
        let digits = name.Substring letters.Length

        let head =
            if greek.Contains letters then "\\" + letters
            elif letters.Length > 1 then $"\\mathrm{{{letters}}}"
            else letters

        if digits = "" then head else $"{head}_{{{digits}}}"

    let private latexNumber (digits: string) =
        match digits.Split 'E' with
        | [| "1"; exponent |] -> $"10^{{{int exponent}}}"
        | [| mantissa; exponent |] -> $"{mantissa} \\cdot 10^{{{int exponent}}}"
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
          Variable = nameAsLatex
          Times = latexProduct
          Quotient = fun top bottom -> $"\\frac{{{top}}}{{{bottom}}}"
          Superscript = fun b p -> $"{{{b}}}^{{{p}}}"
          Root = fun x -> $"\\sqrt{{{x}}}"
          Group = fun x -> $"\\left({x}\\right)"
          Call = fun f arguments -> f.Latex arguments
          IfLess = fun a b c d -> $"\\begin{{cases}} {c} & {a} < {b} \\\\ {d} & \\text{{otherwise}} \\end{{cases}}"
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

    /// The LaTeX of a name: Greek letters as such, digits as an index.
    let latexName (name: string) : string = nameAsLatex name
