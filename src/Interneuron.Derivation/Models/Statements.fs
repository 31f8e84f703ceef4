namespace Interneuron.Derivation.Models

open System
open System.Text.RegularExpressions
open Interneuron.Core.Symbolic.Text

/// A statement of a model: its first word, where that begins, and where the rest of it is in the text.
type internal Statement =
    { Word: string
      At: int
      Start: int
      Stop: int }

/// Splitting a model's text into statements.
[<RequireQualifiedAccess>]
module internal Statements =
    /// Every word that begins a statement.
    let words =
        [ "title"
          "cite"
          "population"
          "input"
          "variable"
          "potential"
          "parameter"
          "average"
          "rate"
          "constant"
          "target"
          "size"
          "energy"
          "objective"
          "cost"
          "loss"
          "published" ]

    /// Statements of quantities, of which more may follow after a `;` without the word.
    let private isOfQuantities word =
        List.contains word [ "input"; "variable"; "parameter" ]

    /// Statements of words, not formulas: they run to the end of their line.
    let private isProse word = word = "title" || word = "cite"

    /// The same text with spaces in place of comments.
    let private withoutComments (text: string) =
        Regex.Replace(
            text,
            @"^(?![ \t]*(?:title|cite)\b)([^#\n]*)(#[^\n]*)",
            (fun (m: Match) -> m.Groups[1].Value + String(' ', m.Groups[2].Length)),
            RegexOptions.Multiline
        )

    /// Where each line begins and ends.
    let private lines (text: string) =
        [ for m in Regex.Matches(text, @"[^\n]+") do
              if not (String.IsNullOrWhiteSpace m.Value) then
                  m.Index, m.Index + m.Length ]

    let private indent (text: string) (start: int) =
        Seq.initInfinite (fun n -> n)
        |> Seq.find (fun n -> not (Char.IsWhiteSpace text[start + n]))

    /// Lines that are indented more than the first continue the one before.
    let private joined (text: string) =
        let all = lines text

        let margin =
            all |> List.tryHead |> Option.map (fst >> indent text) |> Option.defaultValue 0

        (all, [])
        ||> List.foldBack (fun (start, stop) later -> (start, stop, indent text start > margin) :: later)
        |> List.fold
            (fun whole (start, stop, continues) ->
                match whole with
                | (first, _) :: earlier when continues -> (first, stop) :: earlier
                | _ -> (start, stop) :: whole)
            []
        |> List.rev

    let private head = Regex(@"\G\s*([A-Za-z_]\w*)(\s*\[)?")

    /// The statement in text[start .. stop - 1], if there is any.
    let private statement (text: string) (last: Statement option) (start: int) (stop: int) =
        let at =
            start
            + (text.AsSpan(start, stop - start).Length
               - text.AsSpan(start, stop - start).TrimStart().Length)

        let found = head.Match(text, start, stop - start)

        if at = stop then
            None
        elif not found.Success then
            Reading.fail at $"'{text[at]}' begins no statement" "one begins with a word such as energy"
        else
            let word = found.Groups[1].Value

            match last with
            | Some last when isOfQuantities last.Word && found.Groups[2].Success ->
                Some
                    { Word = last.Word
                      At = at
                      Start = at
                      Stop = stop }
            | _ when found.Groups[2].Success -> Reading.fail at $"'{word}[' begins no statement" $"declare it with parameter {word}[...]"
            | _ when not (List.contains word words) ->
                let suggestion = Spelling.suggestion words word
                Reading.fail at $"unknown statement '{word}'" suggestion
            | _ ->
                Some
                    { Word = word
                      At = at
                      Start = at + word.Length
                      Stop = stop }

    /// The statements, in order, and the text that their places are in.
    let split (whole: string) : string * Statement list =
        let text = withoutComments whole

        let rec pieces (start, stop) found =
            let separator = text.IndexOf(';', start, stop - start)
            let first = head.Match(text, start, stop - start)

            let stopHere =
                if separator < 0 || (first.Success && isProse first.Groups[1].Value) then
                    stop
                else
                    separator

            let found =
                match statement text (List.tryHead found) start stopHere with
                | Some s -> s :: found
                | None -> found

            if stopHere < stop then
                pieces (stopHere + 1, stop) found
            else
                found

        text, joined text |> List.fold (fun found line -> pieces line found) [] |> List.rev
