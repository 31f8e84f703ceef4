namespace Interneuron.Experiments

open System

/// Documents as Unicode text for terminals.
[<RequireQualifiedAccess>]
module PlainText =
    let private span part =
        match part with
        | Span.Words words -> words
        | Span.Maths maths -> maths.Unicode

    let private flat spans =
        spans |> List.map span |> String.concat ""

    let private wrapped (width: int) (text: string) =
        text.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        |> Array.fold
            (fun (lines: string list) word ->
                match lines with
                | line :: earlier when line.Length + 1 + word.Length <= width -> (line + " " + word) :: earlier
                | _ -> word :: lines)
            []
        |> List.rev

    let private equality (width: int) (e: Equality) =
        let rows =
            Document.lines e
            |> List.mapi (fun n line -> Document.joined (n = 0) _.Unicode line, (List.head line).Role)

        let noted =
            rows
            |> List.filter (fun (_, role) -> role <> "")
            |> List.map (fst >> String.length)

        let column = if noted.IsEmpty then 0 else min 60 (List.max noted)

        rows
        |> List.mapi (fun n (text, role) ->
            let left =
                if n = 0 then
                    e.Left.Unicode.PadRight width + " = "
                else
                    String(' ', width + 3)

            let note = if role = "" then "" else $"   ({role})"
            ("  " + left + (if role = "" then text else text.PadRight column) + note).TrimEnd())

    let private equalities (all: Equality list) =
        let width =
            all
            |> List.map (fun e -> e.Left.Unicode.Length)
            |> List.filter (fun length -> length <= 16)
            |> fun widths -> List.max (1 :: widths)

        all |> List.collect (equality width)

    let private table (header: string list) (rows: Span list list list) =
        let cells = header :: List.map (List.map flat) rows
        // The last column is as long as it has to be.
        let widths =
            [ for c in 0 .. header.Length - 2 -> cells |> List.map (fun row -> (List.item c row).Length) |> List.max ]

        let indent = 2 + List.sumBy (fun w -> w + 2) widths

        cells
        |> List.collect (fun row ->
            let first =
                List.map2 (fun (cell: string) (w: int) -> cell.PadRight(w + 2)) (List.take widths.Length row) widths
                |> String.concat ""

            match wrapped (max 30 (110 - indent)) (List.last row) with
            | [] -> [ ("  " + first).TrimEnd() ]
            | line :: others -> ("  " + first + line) :: [ for other in others -> String(' ', indent) + other ])

    let private block part =
        match part with
        | Block.Heading text -> [ ""; text ]
        | Block.Paragraph spans -> wrapped 108 (flat spans) |> List.map (fun line -> "  " + line)
        | Block.Equations all -> equalities all
        | Block.Table(header, rows) -> table header rows
        | Block.Picture _ -> []

    /// Without pictures, and without headings that had nothing else below them.
    let private readable (blocks: Block list) =
        let isHeading =
            function
            | Block.Heading _ -> true
            | _ -> false

        let texts =
            blocks
            |> List.filter (function
                | Block.Picture _ -> false
                | _ -> true)

        let following = List.tail texts |> List.map Some |> fun rest -> rest @ [ None ]

        List.zip texts following
        |> List.filter (fun (part, next) -> not (isHeading part && Option.forall isHeading next))
        |> List.map fst

    /// The document as text, without its pictures.
    let ofDocument (document: Document) : string =
        document.Title :: List.collect block (readable document.Blocks)
        |> String.concat "\n"
