namespace Interneuron.Core.Symbolic.Text

open System
open Interneuron.Statistics

/// Raised inside the readers of text, at an offset into the whole text.
exception internal Misread of at: int * what: string * right: string

/// What the readers of text share.
[<RequireQualifiedAccess>]
module internal Reading =
    /// The position of an offset.
    let position (text: string) (at: int) : Position =
        let before = text.AsSpan(0, Math.Clamp(at, 0, text.Length))

        { Line = before.Count('\n') + 1
          Column = before.Length - before.LastIndexOf '\n' }

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

    /// Refuses the text at an offset: what is wrong, and what would be right.
    let fail (at: int) (what: string) (right: string) : 'T = raise (Misread(at, what, right))

    /// Runs a reader; what it refuses without a place is refused at the offset where it has come to.
    let locating (at: unit -> int) (read: unit -> 'T) : 'T =
        try
            read ()
        with :? Refusal as refusal when refusal.Where = Where.unknown ->
            fail (at ()) refusal.What (Option.defaultValue "" refusal.Right)

    /// What a reader makes of a text.
    let result (where: Where) (text: string) (read: unit -> 'T) : Result<'T, Refusal> =
        try
            Ok(read ())
        with
        | Misread(at, what, right) ->
            Error(
                Refusal(
                    { where with
                        Position = Some(position text at) },
                    what,
                    (if right = "" then None else Some right),
                    null,
                    null
                )
            )
        | :? Refusal as refusal -> Error(refusal.In where)
