namespace Interneuron.Derivation.Models

open System
open FParsec
open Interneuron.Core.Symbolic.Text
open Interneuron.Derivation.Formulas

/// What declarations are written with: statements by their word, names, phrases, attributes, indices.
module internal Phrases =
    let keyword (text: string) = skipString text >>. spaces

    /// Every statement of one word; `read` reads the rest of each.
    let all word (read: Statement -> 'T) (statements: Statement list) : (Statement * 'T) list =
        statements
        |> List.filter (fun s -> s.Word = word)
        |> List.map (fun s -> s, read s)

    let private lineOf text at = (Reading.position text at).Line

    /// Refuses the second of two that share a key.
    let unique (text: string) (what: string -> string) (items: (int * string) list) =
        (Map.empty, items)
        ||> List.fold (fun seen (at, key) ->
            match seen |> Map.tryFind key with
            | Some(first: int) -> Reading.fail at $"{what key} is given twice, first in line {lineOf text first}" "keep one"
            | None -> seen.Add(key, at))
        |> ignore

    /// The one statement of a word.
    let single text word read statements =
        let found = all word read statements
        unique text (fun key -> $"the {key}") [ for s, _ in found -> s.At, word ]
        found |> List.tryHead

    let named = Syntax.here .>>. Syntax.word "a name"

    let rest parser text (s: Statement) = Syntax.run parser text s.Start s.Stop

    /// A beginning, and the offset at which a formula follows it.
    let upTo (beginning: Parser<'T, int>) : Parser<'T * int, int> =
        beginning .>>. Syntax.here .>> skipManySatisfy (fun _ -> true)

    /// Free text, on one line.
    let prose (text: string) (s: Statement) =
        let lines =
            text.Substring(s.Start, s.Stop - s.Start).Split('\n', StringSplitOptions.TrimEntries)

        String.Join(' ', lines).Trim()

    /// A word that an attribute begins with.
    let phrase (words: string) (value: 'T) : Parser<'T, int> =
        words.Split ' '
        |> List.ofArray
        |> List.map (fun word -> attempt (skipString word .>> notFollowedBy letter) >>. spaces)
        |> List.reduce (>>.)
        >>% value
        <?> $"'{words}'"

    let atLeast (whole: 'T) (between: float * float -> 'T) =
        Syntax.sign '>' >>. Syntax.sign '=' >>. Syntax.signedNumber
        |>> (fun bound -> if bound = 0.0 then whole else between (bound, infinity))
        <?> "'>= 0'"

    let within (between: float * float -> 'T) =
        phrase "in" () >>. Syntax.interval |>> between <?> "'in [1, 3]'"

    /// Attributes after a name, separated by commas.
    let attributes (examples: string) (one: Parser<'T, int>) : Parser<(int * 'T) list, int> =
        let placed = Syntax.here .>>. one

        (eof >>% [])
        <|> (opt (Syntax.sign ',') >>. sepBy1 placed (Syntax.sign ',') .>> eof)
        <?> examples

    let rateOf =
        phrase "rate" () >>. (Syntax.here .>>. Syntax.signedNumber)
        |>> fun (at, value) ->
            if value < 0.0 then
                Reading.fail at $"the rate {value} is negative" "a rate is 0 or more"

            value

    let site =
        between (Syntax.sign '[') (Syntax.sign ']') (sepBy1 named (Syntax.sign ','))
        <|>% []

    let siteOf (populations: Population list) letters =
        [ for place, letter in letters -> IndexedText.index populations place letter ]
