namespace Interneuron.Experiments

/// Documents as Markdown, with formulas between dollar signs.
[<RequireQualifiedAccess>]
module Markdown =
    let private span part =
        match part with
        | Span.Words words -> MarkdownText.escaped words
        | Span.Maths maths -> $"${maths.Latex}$"

    let private flat spans =
        spans |> List.map span |> String.concat ""

    // A bar would end the cell.
    let private cell spans =
        spans
        |> List.map (function
            | Span.Words words -> MarkdownText.escaped words
            | Span.Maths maths -> "$" + maths.Latex.Replace("|", "\\vert ") + "$")
        |> String.concat ""

    let private row cells = "| " + String.concat " | " cells + " |"

    let private block part =
        match part with
        | Block.Heading text -> [ "## " + MarkdownText.escaped text ]
        | Block.Paragraph spans -> [ flat spans ]
        | Block.Equations all -> [ "$$"; Latex.aligned "aligned" all; "$$" ]
        | Block.Table(header, rows) ->
            row header
            :: row [ for _ in header -> "---" ]
            :: [ for cells in rows -> row (List.map cell cells) ]
        | Block.Picture(file, caption) -> [ $"![{MarkdownText.escaped caption}]({file})" ]

    /// The document as Markdown.
    let ofDocument (document: Document) : string =
        [ "# " + MarkdownText.escaped document.Title ] :: List.map block document.Blocks
        |> List.map (String.concat "\n")
        |> String.concat "\n\n"
        |> fun text -> text + "\n"
