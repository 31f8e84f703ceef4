namespace Interneuron.Statistics

open System
open System.Globalization
open System.Text

/// Messages that quote input: a file's name, a word of the command line, a piece of a header. Whatever it holds, a message stays one line,
/// without control sequences.
[<RequireQualifiedAccess>]
module Message =

    // Control characters, line ends, changes of text direction, and characters that stand for nothing are escaped.
    let private isSeen (rune: Rune) =
        match Rune.GetUnicodeCategory rune with
        | UnicodeCategory.Control
        | UnicodeCategory.Format
        | UnicodeCategory.LineSeparator
        | UnicodeCategory.ParagraphSeparator
        | UnicodeCategory.Surrogate -> false
        | _ -> true

    let private escape (code: int) =
        match code with
        | 9 -> @"\t"
        | 10 -> @"\n"
        | 13 -> @"\r"
        | code when code < 0x100 -> $@"\x{code:x2}"
        | code when code < 0x10000 -> $@"\u{code:x4}"
        | code -> $@"\U{code:x8}"

    // At most `most` characters of a text, with escapes such as \x1b for invisible ones, and whether that was all of it.
    let private seen most (text: string) =
        let line = StringBuilder()
        let mutable at = 0
        let mutable count = 0

        while at < text.Length && count < most do
            let mutable rune = Rune()

            if Rune.TryGetRuneAt(text, at, &rune) then
                (if isSeen rune then
                     line.Append(rune.ToString())
                 else
                     line.Append(escape rune.Value))
                |> ignore

                at <- at + rune.Utf16SequenceLength
            else
                line.Append(escape (int text[at])) |> ignore
                at <- at + 1

            count <- count + 1

        line.ToString(), at = text.Length

    /// A message as one line, with escapes such as \n and \x1b for invisible characters.
    let oneLine (message: string) : string = fst (seen Int32.MaxValue message)

    /// The longest piece of input that is quoted.
    let longestQuote = 60

    /// A piece of input in quotes: its first 60 characters, with escapes for invisible ones, and ... if there are more.
    let quote (input: string) : string =
        let start, isWhole = seen longestQuote input
        if isWhole then $"'{start}'" else $"'{start}...'"
