namespace Interneuron.Core.Symbolic.Text

open System
open Interneuron.Statistics

/// What is wrong with a text, and where; as text one line, "line 1, column 7: what is wrong; what would be right".
type TextError =
    {
        /// Which of several texts it is; empty where there is one.
        Source: string
        /// The line, from 1.
        Line: int
        /// The column, from 1.
        Column: int
        /// What is wrong and what would be right.
        Message: string
    }

    override this.ToString() =
        let source = if this.Source = "" then "" else this.Source + ", "
        $"{source}line {this.Line}, column {this.Column}: {this.Message}"

/// Raised inside the readers of text, at an offset into the whole text.
exception internal Misread of at: int * message: string

[<RequireQualifiedAccess>]
module internal TextError =
    /// The line and column of an offset, both from 1.
    let place (text: string) (at: int) =
        let before = text.AsSpan(0, Math.Clamp(at, 0, text.Length))
        before.Count('\n') + 1, before.Length - before.LastIndexOf '\n'

    // What is quoted of a text at most.
    let private quoted = 40

    /// A piece of a text as a message quotes it: not too long, and control characters by their number.
    let cut (piece: string) =
        let short =
            if piece.Length <= quoted then
                piece
            else
                piece.Substring(0, quoted) + "..."

        String.collect
            (fun c ->
                if Char.IsControl c || Char.IsSurrogate c then
                    $"U+{int c:X4}"
                else
                    string c)
            short

    /// Refuses the text at an offset.
    let fail (at: int) (message: string) : 'T = raise (Misread(at, message))

    /// The result of a reader of the text.
    let result (source: string) (text: string) (read: unit -> 'T) : Result<'T, TextError> =
        try
            Ok(read ())
        with Misread(at, message) ->
            let line, column = place text at

            Error
                { Source = source
                  Line = line
                  Column = column
                  Message = message }
