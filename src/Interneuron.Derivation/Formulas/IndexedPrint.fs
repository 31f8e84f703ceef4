namespace Interneuron.Derivation.Formulas

open Interneuron.Core.Symbolic
open Interneuron.Core.Symbolic.Text

/// Indexed formulas as text (the form that models are read from), as Unicode, as LaTeX and as MathML.
[<RequireQualifiedAccess>]
module IndexedPrint =
    type private Style =
        {
            Number: Indexed -> string
            Symbol: string -> Index list -> string
            Delta: Index -> Index -> string
            /// Terms, each with whether it is subtracted.
            Plus: (bool * string) list -> string
            Times: string list -> string
            Squared: string -> int -> string
            Sum: Index -> string -> string
            /// Whether a sum delimits its body by itself.
            Delimited: bool
            Group: string -> string
            /// A function's name, derivatives included, and its arguments.
            Call: Function -> string list -> string
            Average: string -> string
            /// A formula over the texts of its variables.
            Formula: (string -> string) -> Expr -> string
        }

    let private negated (e: Indexed) = -e

    let private isNegative (e: Indexed) =
        match e with
        | Number x
        | Times(Number x :: _) -> x < 0.0
        | _ -> false

    /// One term, or all of it inside one: no letter of a sum is used twice.
    let private term (style: Style) (free: Set<Index>) (whole: Indexed) =
        let mutable taken = free

        let rec bare e =
            match e with
            | Plus parts ->
                parts
                |> List.sortBy (fun p -> if isNegative p then 1 else 0)
                |> List.map (fun part ->
                    if isNegative part then
                        true, factor (negated part)
                    else
                        false, factor part)
                |> style.Plus
            | _ when isNegative e -> style.Plus [ true, factor (negated e) ]
            | _ -> factor e

        and factor e =
            match e with
            | Times parts ->
                parts
                |> List.countBy id
                |> List.map (fun (part, n) ->
                    match part with
                    | _ when n = 1 -> atom part
                    | Total _ when not style.Delimited -> style.Squared (style.Group(atom part)) n
                    | Call(f, _) when f.Name = "" && f.Body.Node.IsPower -> style.Squared (style.Group(atom part)) n
                    | _ -> style.Squared (atom part) n)
                |> style.Times
            | Plus _ -> style.Group(bare e)
            | _ -> atom e

        and atom e =
            match e.LayerApart taken with
            | Layer.Number x when x < 0.0 -> style.Group(style.Plus [ true, style.Number -e ])
            | Layer.Number _ -> style.Number e
            | Layer.Symbol(name, indices) -> style.Symbol name indices
            | Layer.Delta(i, j) -> style.Delta i j
            | Layer.Total(i, body) ->
                taken <- taken.Add i
                style.Sum i (if style.Delimited then bare body else factor body)
            | Layer.Average inside -> style.Average(bare inside)
            | Layer.Call(f, parts) when f.Name = "" ->
                let texts = List.zip f.Arguments parts |> Map.ofList

                let variable name =
                    match texts[name] with
                    | Total _ as total when not style.Delimited -> style.Group(atom total)
                    | other -> atom other

                style.Formula variable f.Body
            | Layer.Call(f, parts) -> style.Call f (List.map bare parts)
            | Layer.Plus _
            | Layer.Times _ -> style.Group(bare e)

        bare whole

    let private render (style: Style) (e: Indexed) =
        match e with
        | Plus parts ->
            let first, others = parts |> List.partition (isNegative >> not)

            first @ others
            |> List.mapi (fun n part ->
                if n > 0 && isNegative part then
                    true, term style part.Free (negated part)
                else
                    false, term style part.Free part)
            |> style.Plus
        | single -> term style single.Free single

    /// A function's name in the form that models are read from: F_theta for dF/dtheta, E[f'] for an average over the target.
    let textName (f: Function) : string =
        let name, others = Function.name f
        let whole = String.concat "_" (name :: others)
        if f.IsMean then $"E[{whole}]" else whole

    /// Factors beside each other; a reciprocal divides.
    let private factors (separator: string) (texts: string list) =
        texts
        |> List.reduce (fun product factor ->
            if factor.StartsWith "1/" then
                product + factor.Substring 1
            else
                product + separator + factor)

    /// What a name of more than one word says: the last value of an input, the inverse Hessian, between two variables where there are
    /// more, or what all of a square matrix makes.
    let private (|Last|InverseHessian|LogDeterminant|Inverse|Plain|) (name: string) =
        match name.Split ' ' |> List.ofArray with
        | [ "previous"; input ] -> Last input
        | "Hinv" :: variables -> InverseHessian variables
        | [ "logdet"; w ] -> LogDeterminant w
        | [ "inverse"; w ] -> Inverse w
        | _ -> Plain

    let private text' =
        let symbol name (indices: Index list) =
            if indices.IsEmpty then
                name
            else
                let inside = indices |> List.map _.Name |> String.concat "," in $"{name}[{inside}]"

        { Number = numberText Print.number
          Average = fun inside -> $"target({inside})"
          Symbol =
            fun name indices ->
                match name with
                | Last input -> $"previous({symbol input indices})"
                | InverseHessian variables -> symbol (String.concat "_" ("Hinv" :: variables)) indices
                | LogDeterminant w -> $"logdet({w})"
                | Inverse w -> $"inverse({symbol w indices})"
                | Plain -> symbol name indices
          Delta = fun i j -> $"delta({i.Name}, {j.Name})"
          Plus = Print.sumOfTexts
          Times = factors "*"
          Squared = fun x n -> $"{x}^{n}"
          Sum = fun i body -> $"sum({i.Name}, {body})"
          Delimited = true
          Group = fun x -> $"({x})"
          Call =
            fun f arguments ->
                let inside = String.concat ", " arguments
                $"{textName f}({inside})"
          Formula = Print.textOf }

    let private letters =
        Map.ofList
            [ "alpha", "α"
              "beta", "β"
              "gamma", "γ"
              "delta", "δ"
              "eta", "η"
              "theta", "θ"
              "kappa", "κ"
              "lambda", "λ"
              "mu", "μ"
              "nu", "ν"
              "xi", "ξ"
              "epsilon", "ε"
              "chi", "χ"
              "rho", "ρ"
              "sigma", "σ"
              "tau", "τ"
              "phi", "φ"
              "psi", "ψ"
              "omega", "ω" ]

    let private greek name =
        letters.TryFind name |> Option.defaultValue name

    /// The name of a function with its derivatives; for an average over the target, that of what is averaged.
    let private nameOf (derivative: string -> string) (single: string -> string) (average: string -> string) (f: Function) =
        let name, by = Function.name f
        let whole = (by |> List.map derivative |> String.concat "") + single name
        if f.IsMean then average whole else whole

    /// A function's name as Unicode: ∂_θ F for dF/dtheta, E[f'] for an average over the target.
    let unicodeName (f: Function) : string =
        nameOf (fun p -> $"∂_{greek p} ") id (fun inner -> $"E[{inner}]") f

    /// A function's name as LaTeX.
    let latexName (f: Function) : string =
        let single (name: string) =
            let stem = name.TrimEnd '\''
            (if stem = "" then "" else Tex.name stem) + name.Substring stem.Length

        nameOf (fun p -> $"\\partial_{{{Tex.name p}}} ") single (fun inner -> $"\\mathbb{{E}}\\left[{inner}\\right]") f

    let private digits (signs: string) (text: string) =
        text
        |> String.map (fun c ->
            if System.Char.IsAsciiDigit c then
                signs[int c - int '0']
            else
                c)

    let private above (n: int) = digits "⁰¹²³⁴⁵⁶⁷⁸⁹" (string n)

    /// The letters of indices, numbers as small ones.
    let private below (indices: Index list) =
        indices
        |> List.map (fun i -> digits "₀₁₂₃₄₅₆₇₈₉" (i.Name.Replace("_", "")))
        |> String.concat ""

    /// Index letters side by side, numbers in their subscripts; a command ends before the next letter.
    let private latexIndices (indices: Index list) =
        let shown =
            indices
            |> List.map (fun i ->
                match i.Name.Split '_' with
                | [| letter; number |] -> $"{Tex.name letter}_{{{number}}}"
                | _ -> Tex.name i.Name)

        String.concat
            (if shown |> List.exists (fun letter -> letter.StartsWith '\\') then
                 " "
             else
                 "")
            shown

    /// A number as people read it: a fraction of small whole ones, or the nearest double.
    let private shown (decimal: float -> string) (fraction: int -> int -> string) (e: Indexed) =
        match e with
        | Fraction(top, below) -> fraction top below
        | Number x -> decimal x
        | _ -> ""

    let private unicode' =
        { text' with
            Number = shown (Expr.constant >> Print.text) (fun top below -> $"{top}/{below}")
            Symbol =
                fun name indices ->
                    let inside = below indices

                    match name, inside with
                    | InverseHessian [], _ -> $"(H⁻¹)_{inside}"
                    | InverseHessian variables, _ ->
                        let between = String.concat "" variables
                        $"(H⁻¹)^{between}_{inside}"
                    | Last input, _ -> $"{greek input}_{inside}(t-1)"
                    | LogDeterminant w, _ -> $"log|det {greek w}|"
                    | Inverse w, _ -> $"({greek w}⁻ᵀ)_{inside}"
                    | Plain, "" -> greek name
                    | Plain, _ -> $"{greek name}_{inside}"
            Delta = fun i j -> $"δ_{below [ i; j ]}"
            Times = factors " "
            Squared = fun x n -> x + above n
            Sum = fun i body -> $"Σ_{below [ i ]} {body}"
            Delimited = false
            Average = fun inside -> $"⟨{inside}⟩_target"
            Call =
                fun f arguments ->
                    let inside = String.concat ", " arguments
                    $"{unicodeName f}({inside})" }

    let private latex' =
        { Number = shown (Expr.constant >> Print.latex) (fun top below -> $"\\frac{{{top}}}{{{below}}}")
          Average = fun inside -> $"\\left\\langle {inside} \\right\\rangle_{{\\mathrm{{target}}}}"
          Symbol =
            fun name indices ->
                let inside = latexIndices indices

                let head =
                    match name with
                    | InverseHessian [] -> "(H^{-1})"
                    | InverseHessian variables ->
                        let between = variables |> List.map Tex.name |> String.concat " "
                        $"(H^{{-1}})^{{{between}}}"
                    | Last input -> Tex.name input
                    | LogDeterminant w -> $"\\log\\left|\\det {Tex.name w}\\right|"
                    | Inverse w -> $"({{{Tex.name w}}}^{{-\\top}})"
                    | Plain -> Tex.name name

                if name.StartsWith "previous " then
                    $"{head}_{{{inside}}}(t-1)"
                elif inside = "" then
                    head
                elif head.EndsWith '}' && head.Contains "_{" then
                    $"{{{head}}}_{{{inside}}}"
                else
                    $"{head}_{{{inside}}}"
          Delta = fun i j -> $"\\delta_{{{latexIndices [ i; j ]}}}"
          Plus = Print.sumOfTexts
          Times = String.concat " \\, "
          Squared = fun x n -> $"{{{x}}}^{{{n}}}"
          Sum = fun i body -> $"\\sum_{{{latexIndices [ i ]}}} {body}"
          Delimited = false
          Group = fun x -> $"\\left({x}\\right)"
          Call =
            fun f arguments ->
                let inside = String.concat ", " arguments
                $"{latexName f}\\left({inside}\\right)"
          Formula = Print.latexOf }

    /// Index letters side by side, numbers in their subscripts.
    let private mathMlIndices (indices: Index list) =
        MathMl.row [ for i in indices -> MathMl.name i.Name ]

    let private mathMlSymbol (name: string) (indices: Index list) =
        let indexed head =
            if indices.IsEmpty then
                head
            else
                MathMl.below head (mathMlIndices indices)

        let inverse head (sign: string) =
            MathMl.group (MathMl.above head (MathMl.row [ for c in sign -> MathMl.operator (string c) ]))

        match name with
        | InverseHessian variables ->
            let head = MathMl.group (MathMl.above (MathMl.identifier "H") (MathMl.number "−1"))

            match variables with
            | [] -> indexed head
            | between -> indexed (MathMl.above head (MathMl.row (List.map MathMl.name between)))
        | Last input -> MathMl.call (indexed (MathMl.name input)) [ Print.mathml (Expr.var "t" - 1.0) ]
        | LogDeterminant w ->
            MathMl.row
                [ MathMl.identifier "log"
                  MathMl.operator "|"
                  MathMl.identifier "det"
                  MathMl.name w
                  MathMl.operator "|" ]
        | Inverse w -> indexed (inverse (MathMl.name w) "−⊤")
        | Plain -> indexed (MathMl.name name)

    /// A function's name as MathML.
    let private mathMlName (f: Function) : string =
        let derivative p =
            MathMl.below (MathMl.operator "∂") (MathMl.name p)

        let single (name: string) =
            let stem = name.TrimEnd '\''

            if stem = name then
                MathMl.name name
            else
                MathMl.above (MathMl.name stem) (MathMl.operator (String.replicate (name.Length - stem.Length) "′"))

        MathMl.row
            [ nameOf
                  derivative
                  single
                  (fun inner -> MathMl.row [ MathMl.identifier "𝔼"; MathMl.operator "["; inner; MathMl.operator "]" ])
                  f ]

    let private mathMl' =
        { Number =
            shown (Expr.constant >> Print.mathml) (fun top below ->
                MathMl.quotient (MathMl.number (string top)) (MathMl.number (string below)))
          Average = MathMl.average
          Symbol = mathMlSymbol
          Delta = fun i j -> MathMl.below (MathMl.identifier "δ") (mathMlIndices [ i; j ])
          Plus = MathMl.sum
          Times = fun factors -> MathMl.row (factors |> List.collect (fun f -> [ MathMl.operator "\u2062"; f ]) |> List.tail)
          Squared = fun x n -> MathMl.above x (MathMl.number (string n))
          Sum = fun i body -> MathMl.row [ MathMl.total (mathMlIndices [ i ]); body ]
          Delimited = false
          Group = MathMl.group
          Call = fun f arguments -> MathMl.call (mathMlName f) arguments
          Formula = Print.mathmlOf }

    /// A name with Greek letters as such.
    let unicodeSymbol (name: string) : string = greek name

    /// One line, in the form that models are read from.
    let text (e: Indexed) : string = render text' e

    /// One line with Greek letters and sums as they are written by hand.
    let unicode (e: Indexed) : string = render unicode' e

    /// LaTeX for mathematics mode, with amsmath.
    let latex (e: Indexed) : string = render latex' e

    /// MathML Core, one element, for inside a math element.
    let mathml (e: Indexed) : string = render mathMl' e
