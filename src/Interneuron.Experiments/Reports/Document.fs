namespace Interneuron.Experiments

/// A formula in the two forms that documents show.
type Maths =
    {
        /// For terminals.
        Unicode: string
        /// For mathematics mode, with amsmath.
        Latex: string
    }

/// A stretch of a line.
[<RequireQualifiedAccess>]
type Span =
    /// Plain text.
    | Words of string
    /// A formula.
    | Maths of Maths

/// A term of a sum: its sign is part of it, a minus where there is one.
type Term =
    {
        /// The term.
        Maths: Maths
        /// The part that it plays; empty where there is nothing to say.
        Role: string
    }

/// A formula that equals a sum of terms.
type Equality =
    {
        /// What is on the left.
        Left: Maths
        /// What is on the right; none for 0.
        Terms: Term list
    }

/// A block of a document.
[<RequireQualifiedAccess>]
type Block =
    /// The heading of a section.
    | Heading of string
    /// Running text.
    | Paragraph of Span list
    /// Equations below one another, in line at their equality signs.
    | Equations of Equality list
    /// A table: the names of its columns, and its rows of cells.
    | Table of header: string list * rows: Span list list list
    /// A picture in a file beside the document.
    | Picture of file: string * caption: string

/// The contents of a report, independent of its format.
type Document =
    {
        /// The title.
        Title: string
        /// The rest, in order.
        Blocks: Block list
    }

/// Pieces of documents, and what the ways of writing them share.
[<RequireQualifiedAccess>]
module Document =
    /// Lines of equations are filled up to this many characters of the Unicode form.
    let private lineWidth = 84

    /// A paragraph of plain text.
    let paragraph (text: string) = Block.Paragraph [ Span.Words text ]

    /// The terms of an equation in lines: a line is begun where the one before is full, and where a term has a part to play.
    let internal lines (equation: Equality) : Term list list =
        let room = lineWidth - equation.Left.Unicode.Length

        let add (lines: Term list list) (term: Term) =
            match lines with
            | line :: earlier when
                (List.head line).Role = term.Role
                && (line |> List.sumBy _.Maths.Unicode.Length) + term.Maths.Unicode.Length < room
                ->
                (term :: line) :: earlier
            | _ -> [ term ] :: lines

        match equation.Terms with
        | [] ->
            [ [ { Maths = { Unicode = "0"; Latex = "0" }
                  Role = "" } ] ]
        | terms -> List.fold add [] terms |> List.rev |> List.map List.rev

    /// Joins the terms of a line; the first of the first line goes without a plus.
    let internal joined (isFirst: bool) (form: Maths -> string) (line: Term list) : string =
        line
        |> List.mapi (fun n term ->
            let text = form term.Maths

            match text.StartsWith '-', isFirst && n = 0 with
            | true, true -> text
            | true, false -> (if n = 0 then "- " else " - ") + text.Substring 1
            | false, true -> text
            | false, false -> (if n = 0 then "+ " else " + ") + text)
        |> String.concat ""
