namespace Interneuron.Experiments

open Interneuron.Core.Symbolic.Text

/// Documents as LaTeX: complete, with amsmath and graphicx alone.
[<RequireQualifiedAccess>]
module Latex =
    // What fits on a line, in characters of the Unicode form; a single term that is longer is made smaller.
    let private fitting = 100

    let private fitted (width: int) (latex: string) =
        if width <= fitting then
            latex
        else
            $"\\resizebox{{0.85\\linewidth}}{{!}}{{$\\displaystyle {latex}$}}"

    /// Equations in an environment of amsmath, in line at their equality signs and at the parts that terms play.
    let internal aligned (environment: string) (all: Equality list) : string =
        let rows (e: Equality) =
            Document.lines e
            |> List.mapi (fun n line ->
                let left = if n = 0 then e.Left.Latex + " &= " else "&\\quad "

                let width = line |> List.sumBy _.Maths.Unicode.Length
                let role = (List.head line).Role

                let note =
                    if role = "" then
                        ""
                    else
                        $" && \\text{{({Tex.words role})}}"

                let sum = Document.joined (n = 0) _.Latex line
                left + (if environment = "aligned" then sum else fitted width sum) + note)

        let body = all |> List.collect rows |> String.concat " \\\\\n"
        $"\\begin{{{environment}}}\n{body}\n\\end{{{environment}}}"

    let private span part =
        match part with
        | Span.Words words -> Tex.words words
        | Span.Maths maths -> $"${maths.Latex}$"

    let private flat spans =
        spans |> List.map span |> String.concat ""

    let private table (header: string list) (rows: Span list list list) =
        // All columns but the first break their lines; together they are as wide as the page.
        let columns =
            match header.Length with
            | 2 -> "lp{0.75\\linewidth}"
            | 3 -> "lp{0.27\\linewidth}p{0.45\\linewidth}"
            | n -> "l" + String.replicate (n - 1) $"p{{{0.74 / float (n - 1):F3}\\linewidth}}"

        [ "\\begin{center}"
          $"\\begin{{tabular}}{{{columns}}}"
          "\\hline"
          (header |> List.map Tex.words |> String.concat " & ") + " \\\\"
          "\\hline" ]
        @ [ for cells in rows -> (cells |> List.map flat |> String.concat " & ") + " \\\\" ]
        @ [ "\\hline"; "\\end{tabular}"; "\\end{center}" ]

    let private block part =
        match part with
        | Block.Heading text -> [ $"\\section*{{{Tex.words text}}}" ]
        | Block.Paragraph spans -> [ flat spans ]
        | Block.Equations all -> [ aligned "align*" all ]
        | Block.Table(header, rows) -> table header rows
        | Block.Picture(file, caption) when file.EndsWith ".png" ->
            [ "\\begin{center}"
              $"\\IfFileExists{{{file}}}{{\\includegraphics[width=\\linewidth]{{{file}}}}}{{}}"
              ""
              Tex.words caption
              "\\end{center}" ]
        | Block.Picture(file, caption) -> [ $"{Tex.words caption}: \\texttt{{{Tex.words file}}}." ]

    /// The document as a file for LaTeX.
    let ofDocument (document: Document) : string =
        [ [ "\\documentclass[11pt,a4paper]{article}"
            "\\usepackage[utf8]{inputenc}"
            "\\usepackage[T1]{fontenc}"
            "\\usepackage[margin=22mm]{geometry}"
            "\\usepackage{amsmath,amssymb,graphicx}"
            "\\allowdisplaybreaks"
            "\\setlength{\\parindent}{0pt}"
            "\\setlength{\\parskip}{6pt}"
            "\\sloppy"
            $"\\title{{{Tex.words document.Title}}}"
            "\\author{}"
            "\\date{}" ]
          [ "\\begin{document}"; "\\maketitle" ] ]
        @ List.map block document.Blocks
        @ [ [ "\\end{document}" ] ]
        |> List.map (String.concat "\n")
        |> String.concat "\n\n"
        |> fun text -> text + "\n"
