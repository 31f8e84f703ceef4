namespace Interneuron.Core.Symbolic.Text

open System
open System.Text

/// Any text and any name as TeX, in ASCII alone: what is written compiles with every engine and without packages for languages.
[<RequireQualifiedAccess>]
module Tex =
    let private letterNames =
        [ "alpha", "α"
          "beta", "β"
          "gamma", "γ"
          "delta", "δ"
          "epsilon", "ε"
          "zeta", "ζ"
          "eta", "η"
          "theta", "θ"
          "iota", "ι"
          "kappa", "κ"
          "lambda", "λ"
          "mu", "μ"
          "nu", "ν"
          "xi", "ξ"
          "pi", "π"
          "rho", "ρ"
          "sigma", "σ"
          "tau", "τ"
          "upsilon", "υ"
          "phi", "φ"
          "chi", "χ"
          "psi", "ψ"
          "omega", "ω"
          "Gamma", "Γ"
          "Delta", "Δ"
          "Theta", "Θ"
          "Lambda", "Λ"
          "Xi", "Ξ"
          "Pi", "Π"
          "Sigma", "Σ"
          "Upsilon", "Υ"
          "Phi", "Φ"
          "Psi", "Ψ"
          "Omega", "Ω" ]

    let private greekNames = letterNames |> List.map fst |> Set.ofList

    /// Characters that TeX has a command for in mathematics.
    let private mathematics =
        Map.ofList (
            [ for name, letter in letterNames -> letter, "\\" + name ]
            @ [ "ς", "\\varsigma"
                "ϑ", "\\vartheta"
                "ϕ", "\\phi"
                "ϵ", "\\epsilon"
                "µ", "\\mu"
                "±", "\\pm"
                "×", "\\times"
                "·", "\\cdot"
                "÷", "\\div"
                "−", "-"
                "≤", "\\leq"
                "≥", "\\geq"
                "≠", "\\neq"
                "≈", "\\approx"
                "∞", "\\infty"
                "∂", "\\partial"
                "∇", "\\nabla"
                "∑", "\\sum"
                "∏", "\\prod"
                "∫", "\\int"
                "√", "\\surd"
                "∈", "\\in"
                "→", "\\rightarrow"
                "←", "\\leftarrow"
                "↔", "\\leftrightarrow"
                "′", "'"
                "⟨", "\\langle"
                "⟩", "\\rangle"
                "ℓ", "\\ell" ]
            @ [ for i, digit in Seq.indexed "⁰¹²³⁴⁵⁶⁷⁸⁹" -> string digit, $"{{}}^{{{i}}}" ]
            @ [ for i, digit in Seq.indexed "₀₁₂₃₄₅₆₇₈₉" -> string digit, $"{{}}_{{{i}}}" ]
            @ [ "⁻", "{}^{-}" ]
        )

    /// Characters that TeX has a command for in text.
    let private signs =
        Map
            [ "\\", "\\textbackslash{}"
              "^", "\\textasciicircum{}"
              "~", "\\textasciitilde{}"
              "&", "\\&"
              "%", "\\%"
              "$", "\\$"
              "#", "\\#"
              "_", "\\_"
              "{", "\\{"
              "}", "\\}"
              "<", "\\textless{}"
              ">", "\\textgreater{}"
              "|", "\\textbar{}"
              "\"", "\\textquotedbl{}"
              "`", "\\textasciigrave{}"
              "ß", "\\ss{}"
              "æ", "\\ae{}"
              "Æ", "\\AE{}"
              "œ", "\\oe{}"
              "Œ", "\\OE{}"
              "ø", "\\o{}"
              "Ø", "\\O{}"
              "ł", "\\l{}"
              "Ł", "\\L{}"
              "ı", "\\i{}"
              "–", "\\textendash{}"
              "—", "\\textemdash{}"
              "‘", "\\textquoteleft{}"
              "’", "\\textquoteright{}"
              "“", "\\textquotedblleft{}"
              "”", "\\textquotedblright{}"
              "…", "\\textellipsis{}"
              "§", "\\S{}"
              "°", "\\textdegree{}" ]

    /// Letters with an accent, each before the letter that it is made of.
    let private accented =
        Map.ofList
            [ for accent, pairs in
                  [ "`", "ÀAÈEÌIÒOÙUàaèeìiòoùu"
                    "'", "ÁAÉEÍIÓOÚUÝYáaéeíióoúuýyĆCćcŃNńnŚSśsŹZźzĹLĺlŔRŕr"
                    "^", "ÂAÊEÎIÔOÛUâaêeîiôoûuĈCĉcĜGĝgĤHĥhĴJĵjŜSŝsŴWŵwŶYŷy"
                    "~", "ÃAÑNÕOãañnõoĨIĩiŨUũu"
                    "=", "ĀAāaĒEēeĪIīiŌOōoŪUūu"
                    "u", "ĂAăaĞGğgŬUŭu"
                    ".", "ĖEėeĠGġgİIŻZżz"
                    "\"", "ÄAËEÏIÖOÜUŸYäaëeïiöoüuÿy"
                    "r", "ÅAåaŮUůu"
                    "H", "ŐOőoŰUűu"
                    "v", "ČCčcĎDďdĚEěeĽLľlŇNňnŘRřrŠSšsŤTťtŽZžz"
                    "c", "ÇCçcŞSşsŢTţt"
                    "k", "ĄAąaĘEęe" ] do
                  for pair in Seq.chunkBySize 2 pairs -> string pair[0], $"\\{accent}{{{pair[1]}}}" ]

    /// Accents that follow their letter.
    let private combining =
        Map
            [ 0x300, "`"
              0x301, "'"
              0x302, "^"
              0x303, "~"
              0x304, "="
              0x306, "u"
              0x307, "."
              0x308, "\""
              0x30A, "r"
              0x30B, "H"
              0x30C, "v"
              0x327, "c"
              0x328, "k" ]

    /// A character by its number, where there is no way to write it.
    let private numbered (rune: Rune) = $"\\texttt{{U+%04X{rune.Value}}}"

    let private written (rune: Rune) =
        let text = rune.ToString()

        match signs.TryFind text |> Option.orElse (accented.TryFind text), mathematics.TryFind text with
        | Some sign, _ -> sign
        | None, Some command -> $"\\ensuremath{{{command}}}"
        | None, None ->
            if Rune.IsWhiteSpace rune then " "
            elif rune.Value > 0x20 && rune.Value < 0x7F then text
            else numbered rune

    /// Running text: every character is shown, as itself where TeX has a way, otherwise by its number. White space is one space.
    let words (text: string) : string =
        let runes = [| for rune in text.EnumerateRunes() -> rune |]
        let shown = StringBuilder()
        let mutable i = 0

        while i < runes.Length do
            let accent =
                if i + 1 < runes.Length && Rune.IsLetter runes[i] && runes[i].IsAscii then
                    combining.TryFind runes[i + 1].Value
                else
                    None

            match accent with
            | Some accent ->
                shown.Append $"\\{accent}{{{runes[i]}}}" |> ignore
                i <- i + 2
            | None ->
                // Two hyphens, quotes or commas would be another sign.
                let isDoubled =
                    i + 1 < runes.Length
                    && runes[i] = runes[i + 1]
                    && "-',".Contains(string runes[i])

                let next = written runes[i] + (if isDoubled then "{}" else "")

                if next <> " " || shown.Length = 0 || shown[shown.Length - 1] <> ' ' then
                    shown.Append next |> ignore

                i <- i + 1

        shown.ToString()

    let private isAscii (text: string) = Seq.forall Char.IsAscii text

    /// A name letter by letter, for mathematics.
    let verbatim (name: string) : string =
        if isAscii name then
            "\\mathrm{" + name.Replace("_", "\\_") + "}"
        else
            $"\\text{{{words name}}}"

    /// A part of a name that has no index: a Greek letter by its command, a letter as it is, a word upright.
    let private plain (word: string) =
        match mathematics.TryFind word with
        | Some command -> command
        | None when greekNames.Contains word -> "\\" + word
        | None when word.Length = 1 && isAscii word -> word
        | None when Seq.forall Char.IsAsciiDigit word -> word
        | None -> verbatim word

    /// A Greek letter for its name; any other word as it is.
    let internal greek (word: string) : string =
        letterNames
        |> List.tryPick (fun (name, letter) -> if name = word then Some letter else None)
        |> Option.defaultValue word

    /// A name and its indices: digits at the end, and what follows an underscore.
    let internal parts (name: string) : string * string list =
        let parts = List.ofArray (name.Split '_')

        if List.contains "" parts then
            name, []
        else
            let first = parts.Head
            let stem = first.TrimEnd([| '0' .. '9' |])

            if stem = "" then
                first, parts.Tail
            else
                stem, List.filter ((<>) "") [ first.Substring stem.Length ] @ parts.Tail

    /// A name for mathematics: Greek letters as such, digits at the end and what follows an underscore as an index.
    let name (name: string) : string =
        match parts name with
        | head, [] when head.Contains '_' -> verbatim head
        | head, [] -> plain head
        | head, index -> let inside = index |> List.map plain |> String.concat "," in $"{plain head}_{{{inside}}}"
