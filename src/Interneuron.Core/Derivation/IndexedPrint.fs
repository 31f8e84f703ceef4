namespace Interneuron.Core

/// Indexed formulas as text (the form that models are read from), as Unicode and as LaTeX.
[<RequireQualifiedAccess>]
module IndexedPrint =
    type private Style =
        {
            Number: float -> string
            Symbol: string -> Index list -> string
            Delta: Index -> Index -> string
            Times: string list -> string
            Squared: string -> int -> string
            Sum: Index -> string -> string
            /// Whether a sum delimits its body by itself.
            Delimited: bool
            Group: string -> string
            /// A function's name, derivatives included, and its arguments.
            Call: Function -> string list -> string
            /// A formula over the texts of its variables.
            Formula: (string -> string) -> Expr -> string
        }

    /// Bound indices with other letters than the free ones.
    let private apart (e: Indexed) =
        let free = Indexed.free e

        let rec visit e =
            match e with
            | Number _
            | Symbol _
            | Delta _ -> e
            | Plus parts -> Plus(List.map visit parts)
            | Times parts -> Times(List.map visit parts)
            | Call(f, parts) -> Call(f, List.map visit parts)
            | Total(i, body) when free.Contains i ->
                let taken = Set.union free (Indexed.occurring body) |> Set.map _.Name

                match
                    Indexed.letters i.Over
                    |> List.tryFind (fun letter -> not (taken.Contains letter))
                with
                | Some letter -> let other = { i with Name = letter } in Total(other, visit (Indexed.rename i other body))
                | None -> Total(i, visit body)
            | Total(i, body) -> Total(i, visit body)

        visit e

    let private negated e =
        match e with
        | Number c -> Number -c
        | Times [ Number -1.0; single ] -> single
        | Times(Number -1.0 :: others) -> Times others
        | Times(Number c :: others) -> Times(Number -c :: others)
        | other -> Times [ Number -1.0; other ]

    let private render (style: Style) (e: Indexed) =
        let rec bare e =
            match e with
            | Plus [] -> style.Number 0.0
            | Plus parts ->
                parts
                |> List.sortBy (fun p -> if isNegative p then 1 else 0)
                |> List.mapi (fun n part ->
                    if isNegative part then
                        (if n = 0 then "-" else " - ") + factor (negated part)
                    else
                        (if n = 0 then "" else " + ") + factor part)
                |> String.concat ""
            | _ when isNegative e -> "-" + factor (negated e)
            | _ -> factor e

        and isNegative e =
            match e with
            | Number x -> x < 0.0
            | Times(Number x :: _) -> x < 0.0
            | _ -> false

        and factor e =
            match e with
            | Times parts ->
                parts
                |> List.countBy id
                |> List.map (fun (part, n) ->
                    match part with
                    | _ when n = 1 -> atom part
                    | Total _ when not style.Delimited -> style.Squared (style.Group(atom part)) n
                    | _ -> style.Squared (atom part) n)
                |> style.Times
            | Plus _ -> style.Group(bare e)
            | _ -> atom e

        and atom e =
            match e with
            | Number x when x < 0.0 -> style.Group(style.Number x)
            | Number x -> style.Number x
            | Symbol(name, indices) -> style.Symbol name indices
            | Delta(i, j) -> style.Delta i j
            | Total(i, body) ->
                let inside = if style.Delimited then bare body else factor body
                style.Sum i inside
            | Call(f, parts) when f.Name = "" ->
                let texts = List.zip f.Arguments parts |> Map.ofList

                let variable name =
                    match texts[name] with
                    | Symbol _ as symbol -> atom symbol
                    | Total _ as total when style.Delimited -> atom total
                    | other -> style.Group(bare other)

                style.Formula variable f.Body
            | Call(f, parts) -> style.Call f (List.map bare parts)
            | Plus _
            | Times _ -> style.Group(bare e)

        bare (apart (Indexed.normal e))

    let private text' =
        { Number = fun x -> Print.text (Expr.constant x)
          Symbol =
            fun name indices ->
                if indices.IsEmpty then
                    name
                else
                    let inside = indices |> List.map _.Name |> String.concat "," in $"{name}[{inside}]"
          Delta = fun i j -> $"delta({i.Name}, {j.Name})"
          Times = String.concat "*"
          Squared = fun x n -> $"{x}^{n}"
          Sum = fun i body -> $"sum({i.Name}, {body})"
          Delimited = true
          Group = fun x -> $"({x})"
          Call =
            fun f arguments ->
                let name, others = Indexed.functionName f
                let by = others |> List.map (fun p -> "_" + p) |> String.concat ""
                let inside = String.concat ", " arguments
                $"{name}{by}({inside})"
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
        let shown (name: string, by: string list) =
            (by |> List.map derivative |> String.concat "") + single name

        match Indexed.functionName f with
        | name, by when name.StartsWith "E[" ->
            match List.ofArray (name.Substring(2, name.Length - 3).Split '_') with
            | inner :: others -> shown ("", by) + average (shown (inner, others))
            | [] -> average ""
        | named -> shown named

    /// A function's name as Unicode: ∂_θ F for dF/dtheta, E[f'] for an average over the target.
    let unicodeName (f: Function) : string =
        nameOf (fun p -> $"∂_{greek p} ") id (fun inner -> $"E[{inner}]") f

    /// A function's name as LaTeX.
    let latexName (f: Function) : string =
        let single (name: string) =
            let stem = name.TrimEnd '\''
            (if stem = "" then "" else Tex.name stem) + name.Substring stem.Length

        nameOf (fun p -> $"\\partial_{{{Tex.name p}}} ") single (fun inner -> $"\\mathbb{{E}}\\left[{inner}\\right]") f

    let private exponents = "⁰¹²³⁴⁵⁶⁷⁸⁹"

    let private unicode' =
        { text' with
            Symbol =
                fun name indices ->
                    let inside = indices |> List.map _.Name |> String.concat ""

                    match name, inside with
                    | "Hinv", _ -> $"(H⁻¹)_{inside}"
                    | _, "" -> greek name
                    | _ -> $"{greek name}_{inside}"
            Delta = fun i j -> $"δ_{i.Name}{j.Name}"
            Times = String.concat " "
            Squared = fun x n -> x + string exponents[n]
            Sum = fun i body -> $"Σ_{i.Name} {body}"
            Delimited = false
            Call =
                fun f arguments ->
                    let inside = String.concat ", " arguments
                    $"{unicodeName f}({inside})" }

    /// Index letters side by side; a command ends before the next one.
    let private latexIndices (indices: Index list) =
        let shown = indices |> List.map (_.Name >> Tex.name)

        String.concat
            (if shown |> List.forall (fun letter -> letter.Length = 1) then
                 ""
             else
                 " ")
            shown

    let private latex' =
        { Number = fun x -> Print.latex (Expr.constant x)
          Symbol =
            fun name indices ->
                let inside = latexIndices indices

                let head =
                    match name with
                    | "Hinv" -> "(H^{-1})"
                    | _ -> Tex.name name

                if inside = "" then
                    head
                elif head.EndsWith '}' && head.Contains "_{" then
                    $"{{{head}}}_{{{inside}}}"
                else
                    $"{head}_{{{inside}}}"
          Delta = fun i j -> $"\\delta_{{{latexIndices [ i; j ]}}}"
          Times = String.concat " \\, "
          Squared = fun x n -> $"{{{x}}}^{{{n}}}"
          Sum = fun i body -> $"\\sum_{{{Tex.name i.Name}}} {body}"
          Delimited = false
          Group = fun x -> $"\\left({x}\\right)"
          Call =
            fun f arguments ->
                let inside = String.concat ", " arguments
                $"{latexName f}\\left({inside}\\right)"
          Formula = Print.latexOf }

    /// A name with Greek letters as such.
    let unicodeSymbol (name: string) : string = greek name

    /// One line, in the form that models are read from.
    let text (e: Indexed) : string = render text' e

    /// One line with Greek letters and sums as they are written by hand.
    let unicode (e: Indexed) : string = render unicode' e

    /// LaTeX for mathematics mode, with amsmath.
    let latex (e: Indexed) : string = render latex' e
