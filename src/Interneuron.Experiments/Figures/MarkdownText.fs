namespace Interneuron.Experiments

open System
open System.Text

/// Any text as Markdown (CommonMark, with dollar signs for formulas).
[<RequireQualifiedAccess>]
module internal MarkdownText =
    let private special = "\\`*_{}[]<>|$#&~^"

    let private isNumber (text: StringBuilder) =
        text.Length > 0 && Seq.forall Char.IsAsciiDigit (text.ToString())

    /// Running text on one line; white space is one space, and control characters are shown as the replacement character.
    let escaped (text: string) : string =
        let shown = StringBuilder()
        let runes = [| for rune in text.EnumerateRunes() -> rune |]

        for at, rune in Array.indexed runes do
            let letter = string rune

            let endsWord = at = runes.Length - 1 || Rune.IsWhiteSpace runes[at + 1]

            // What could begin a list, a rule or the underline of a heading.
            let begins =
                shown.Length = 0 && "+-=".Contains letter
                || (letter = "." || letter = ")") && endsWord && isNumber shown

            if Rune.IsWhiteSpace rune then
                if shown.Length = 0 || shown[shown.Length - 1] <> ' ' then
                    shown.Append ' ' |> ignore
            elif Rune.IsControl rune then
                shown.Append Rune.ReplacementChar |> ignore
            elif begins || special.Contains letter then
                shown.Append('\\').Append(letter) |> ignore
            else
                shown.Append letter |> ignore

        shown.ToString()

    /// A figure's lettering: italics as such, exponents raised.
    let ofRich (text: string) : string =
        RichText.pieces text
        |> List.map (fun piece ->
            let shown = escaped piece.Text

            match piece.Face, piece.IsRaised with
            | _, true -> $"<sup>{shown}</sup>"
            | Fonts.Italic, _ -> $"*{shown}*"
            | _ -> shown)
        |> String.concat ""
