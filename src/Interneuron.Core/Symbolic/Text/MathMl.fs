namespace Interneuron.Core.Symbolic.Text

open System
open System.Net

/// Pieces of MathML Core, each one element, and any name in it.
[<RequireQualifiedAccess>]
module MathMl =
    let private element (name: string) (content: string) = $"<{name}>{content}</{name}>"

    /// Text inside an element.
    let private escaped (text: string) = string (WebUtility.HtmlEncode text)

    /// An operator, a bracket or a comma.
    let operator (sign: string) : string = element "mo" (escaped sign)

    /// A number of digits; one in scientific notation is a product.
    let number (digits: string) : string =
        let power (exponent: string) =
            let exponent = element "mn" (exponent.Replace('-', '−'))
            $"<msup><mn>10</mn>{exponent}</msup>"

        match digits.Split 'e' with
        | [| "1"; exponent |] -> power exponent
        | [| mantissa; exponent |] -> element "mrow" (element "mn" mantissa + operator "×" + power exponent)
        | [| "Infinity" |] -> element "mi" "∞"
        | _ -> element "mn" digits

    /// Elements side by side, as one.
    let row (elements: string list) : string =
        match elements with
        | [ single ] -> single
        | several -> element "mrow" (String.concat "" several)

    /// In parentheses.
    let group (inside: string) : string =
        row [ operator "("; inside; operator ")" ]

    /// Terms with plus and minus signs between them, each with whether it is subtracted.
    let sum (terms: (bool * string) list) : string =
        terms
        |> List.mapi (fun n (isSubtracted, term) ->
            match n, isSubtracted with
            | 0, false -> [ term ]
            | _, true -> [ operator "−"; term ]
            | _, false -> [ operator "+"; term ])
        |> List.concat
        |> row

    /// A word, upright; a single letter, slanted.
    let identifier (word: string) : string = element "mi" (escaped word)

    /// Text as it is.
    let words (text: string) : string = element "mtext" (escaped text)

    /// With an index below.
    let below (head: string) (index: string) : string = $"<msub>{head}{index}</msub>"

    /// With an exponent above.
    let above (head: string) (exponent: string) : string = $"<msup>{head}{exponent}</msup>"

    /// The sign of a sum over an index.
    let total (index: string) : string =
        let sign = operator "∑"
        $"<munder>{sign}{index}</munder>"

    /// A quotient.
    let quotient (top: string) (bottom: string) : string = $"<mfrac>{top}{bottom}</mfrac>"

    /// A square root.
    let root (inside: string) : string = element "msqrt" inside

    /// Between angle brackets, an average over the target.
    let average (inside: string) : string =
        below (row [ operator "⟨"; inside; operator "⟩" ]) (words "target")

    /// A function of arguments.
    let call (head: string) (arguments: string list) : string =
        let inside =
            arguments
            |> List.collect (fun argument -> [ operator ","; argument ])
            |> List.tail

        row [ head; operator "\u2061"; group (row inside) ]

    /// One of four by which of two numbers is less.
    let ifLess (a: string) (b: string) (c: string) (d: string) : string =
        let line value condition =
            $"<mtr><mtd>{value}</mtd><mtd>{condition}</mtd></mtr>"

        row
            [ operator "{"
              element "mtable" (line c (row [ a; operator "<"; b ]) + line d (words "otherwise")) ]

    /// A part of a name that has no index: a Greek letter as itself, digits as a number.
    let private plain (word: string) =
        if Seq.forall Char.IsAsciiDigit word then
            element "mn" word
        else
            identifier (Tex.greek word)

    /// A name: Greek letters as such, digits at the end and what follows an underscore as an index.
    let name (name: string) : string =
        match Tex.parts name with
        | head, [] -> plain head
        | head, index -> below (plain head) (row (index |> List.collect (fun part -> [ operator ","; plain part ]) |> List.tail))
