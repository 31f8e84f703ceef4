namespace Interneuron.Core.Symbolic.Text

open System
open System.Globalization
open FParsec
open Interneuron.Statistics
open Interneuron.Core.Symbolic

/// A formula as it was written: what it says, and the offset at which each part begins.
[<NoComparison>]
type internal Syntax =
    {
        At: int
        /// The number of layers.
        Depth: int
        Form: Form
    }

/// What a part of a formula is.
and [<RequireQualifiedAccess; NoComparison>] internal Form =
    | Literal of Rational
    /// A name, and its index letters, each with its place.
    | Name of string * (int * string) list
    | Call of string * Syntax list
    /// Terms, each with whether it is subtracted.
    | Sum of (bool * Syntax) list
    /// Factors, each with whether it divides.
    | Product of (bool * Syntax) list
    | Negative of Syntax
    | Power of Syntax * Syntax
    | IfLess of Syntax * Syntax * Syntax * Syntax

/// Parsers of formulas and of the small pieces around them. The user state is the offset of the piece in its text.
[<RequireQualifiedAccess>]
module internal Syntax =
    type private Reader<'T> = Parser<'T, int>

    /// The number of brackets that may be open at once.
    let nesting = 100

    /// The number of layers that a formula may have; each pair of brackets can hold a call, a sum, a product.
    let private layers = 3 * nesting

    /// The layers that an exponent counts for.
    let private tower = 5

    let private tooDeep (at: int) =
        Reading.fail at $"the formula is nested more than {nesting} levels deep" "write it flatter"

    /// The offset that comes next.
    let here: Reader<int> =
        pipe2 getPosition getUserState (fun place start -> start + int place.Index)

    /// A sign, and the space after it.
    let sign (c: char) : Reader<unit> = skipChar c >>. spaces

    /// A word, and the space after it.
    let word (what: string) : Reader<string> =
        many1Satisfy2L (fun c -> isLetter c || c = '_') (fun c -> isLetter c || isDigit c || c = '_') what
        .>> spaces

    // All that hangs together from a digit or a point on; the sign of an exponent does where a digit follows it.
    let private hanging: Reader<string> =
        fun stream ->
            let hangs (at: int) =
                match stream.Peek at with
                | '+'
                | '-' -> "eE".Contains(stream.Peek(at - 1)) && Char.IsAsciiDigit(stream.Peek(at + 1))
                | c -> Char.IsLetterOrDigit c || c = '_' || c = '.'

            let rec length at =
                if hangs at then length (at + 1) else at

            match stream.Peek() with
            | c when Char.IsAsciiDigit c || c = '.' -> Reply(stream.Read(length 1))
            | _ -> Reply(ReplyStatus.Error, expected "a number")

    /// A number, and the space after it. Everything that hangs together is taken, so that 2x is refused as a whole.
    let number: Reader<float> =
        here .>>. hanging .>> spaces
        |>> fun (at, text) ->
            match Numeral.read text with
            | Result.Ok value -> value
            | Result.Error right ->
                let isProduct =
                    text |> Seq.exists (fun c -> Char.IsLetter c && c <> 'e' && c <> 'E')

                let product = if isProduct then ", and a product with *" else ""
                Reading.fail at $"'{Reading.cut text}' is not a number" $"{right}{product}"

    let private make at form =
        let below =
            match form with
            | Form.Literal _
            | Form.Name _ -> 0
            | Form.Call(_, parts) -> parts |> List.fold (fun d p -> max d p.Depth) 0
            | Form.Sum parts
            | Form.Product parts -> parts |> List.fold (fun d (_, p) -> max d p.Depth) 0
            | Form.Negative part -> part.Depth
            // Exponents in exponents need no brackets, and their derivatives grow faster than those of functions in functions.
            | Form.Power(b, p) -> max b.Depth (p.Depth + tower)
            | Form.IfLess(a, b, c, d) -> List.max [ a.Depth; b.Depth; c.Depth; d.Depth ]

        if below >= layers then
            tooDeep at

        { At = at
          Depth = below + 1
          Form = form }

    let private expression, private expressionReference =
        createParserForwardedToRef<Syntax, int>()

    let private comma = sign ','

    let private ifLess =
        let part last = expression .>> sign last

        between (sign '(') (sign ')') (pipe4 (part '<') (part ',') (part ',') expression (fun a b c d -> Form.IfLess(a, b, c, d)))

    let private named: Reader<Syntax> =
        let arguments = between (sign '(') (sign ')') (sepBy expression comma)

        let indices =
            between (sign '[') (sign ']') (sepBy1 (here .>>. word "an index letter") comma)

        here .>>. word "a name"
        >>= fun (at, name) ->
            let form =
                if name = "if" then
                    ifLess
                else
                    choice
                        [ arguments |>> fun parts -> Form.Call(name, parts)
                          indices |>> fun letters -> Form.Name(name, letters)
                          preturn (Form.Name(name, [])) ]

            form |>> make at

    let private atom: Reader<Syntax> =
        choice
            [ here
              .>>. withSkippedString (fun text value -> Rational.ofText (text.Trim()) value) number
              |>> fun (at, value) -> make at (Form.Literal value)
              named
              between (sign '(') (sign ')') expression ]

    /// Any number of minus signs: whether they are odd.
    let private minus: Reader<bool> =
        many (sign '-') |>> fun signs -> signs.Length % 2 = 1

    let private negative isNegative (e: Syntax) =
        if isNegative then make e.At (Form.Negative e) else e

    /// x^y^z = x^(y^z), and -x^y = -(x^y).
    let private unary: Reader<Syntax> =
        let signed = minus .>>. atom

        pipe2 signed (many ((sign '^' <?> "an operator") >>. signed)) (fun first exponents ->
            let raise (isNegative, (b: Syntax)) power =
                let whole =
                    match power with
                    | None -> b
                    | Some p -> make b.At (Form.Power(b, p))

                Some(negative isNegative whole)

            List.foldBack raise (first :: exponents) None |> Option.get)

    /// Parts between two operators, the second of which turns the part after it around.
    let private chain (plain: char) (turned: char) (form: (bool * Syntax) list -> Form) (part: Reader<Syntax>) =
        let operator = (sign plain >>% false) <|> (sign turned >>% true) <?> "an operator"

        pipe2 part (many (operator .>>. part)) (fun first others ->
            match others with
            | [] -> first
            | _ -> make first.At (form ((false, first) :: others)))

    do expressionReference.Value <- unary |> chain '*' '/' Form.Product |> chain '+' '-' Form.Sum

    /// A number with or without a minus.
    let signedNumber: Reader<float> =
        pipe2 minus number (fun isNegative value -> if isNegative then -value else value)

    let private bound: Reader<float> =
        let infinite = skipString "inf" >>. spaces >>% infinity <?> "inf"
        pipe2 minus (number <|> infinite) (fun isNegative value -> if isNegative then -value else value)

    /// An interval that is not empty; `)` beside an infinite bound is as good as `]`.
    let interval: Reader<float * float> =
        let close = sign ']' <|> sign ')'

        here .>>. ((sign '[' <|> sign '(') >>. bound) .>> comma .>>. bound .>> close
        |>> fun ((at, lower), upper) ->
            if not (lower < upper) then
                Reading.fail at $"the interval [{lower}, {upper}] is empty" "its lower bound is the smaller one"

            lower, upper

    /// What is wrong where a parser stopped, and what it expected there.
    let private describe (text: string) (stop: int) (at: int) (messages: ErrorMessageList) =
        let found =
            if at >= stop then
                "the text ends too early"
            else
                $"'{Reading.cut (string text[at])}' is out of place"

        let all = ErrorMessageList.ToSortedArray messages |> List.ofArray

        let said =
            all
            |> List.choose (function
                | Message m -> Some m
                | _ -> None)

        let expected =
            all
            |> List.choose (function
                | Expected "end of input" -> None
                | Expected what -> Some what
                | ExpectedString s -> Some $"'{s}'"
                | _ -> None)
            |> List.distinct

        // After a whole operand only what ends it or goes on from it matters.
        let expected =
            if List.contains "an operator" expected then
                expected |> List.filter (fun e -> e <> "'('" && e <> "'['")
            else
                expected

        match said, expected with
        | m :: _, _ -> m, ""
        | [], [] -> found, "expected the end"
        | [], [ single ] -> found, $"expected {single}"
        | [], several ->
            let first = several |> List.take (several.Length - 1) |> String.concat ", "
            found, $"expected {first} or {List.last several}"

    /// What a parser makes of text[start .. stop - 1], all of it.
    let run (parser: Reader<'T>) (text: string) (start: int) (stop: int) : 'T =
        let stop = start + text.AsSpan(start, stop - start).TrimEnd().Length

        match runParserOnSubstring (spaces >>. parser .>> eof) start "" text start (stop - start) with
        | Success(value, _, _) -> value
        | Failure(_, error, _) ->
            let at = start + int error.Position.Index
            describe text stop at error.Messages ||> Reading.fail at

    /// Refuses brackets that do not match or are too many, before a parser descends into them.
    let private brackets (text: string) (start: int) (stop: int) =
        let rec scan at (opened: (char * int) list) depth =
            if at = stop then
                match opened with
                | (bracket, place) :: _ -> Reading.fail place $"unclosed '{bracket}'" "add the bracket that closes it"
                | [] -> ()
            else
                match text[at], opened with
                | ('(' | '[') as bracket, _ ->
                    if depth = nesting then
                        tooDeep at

                    scan (at + 1) ((bracket, at) :: opened) (depth + 1)
                | ')', ('(', _) :: others
                | ']', ('[', _) :: others -> scan (at + 1) others (depth - 1)
                | (')' | ']') as bracket, [] -> Reading.fail at $"unmatched '{bracket}'" "remove it, or add the bracket that opens it"
                | (')' | ']') as bracket, (other, _) :: _ ->
                    Reading.fail at $"'{bracket}' does not close the '{other}' before it" "close that first"
                | _ -> scan (at + 1) opened depth

        scan start [] 0

    /// The formula in text[start .. stop - 1].
    let formula (text: string) (start: int) (stop: int) : Syntax =
        brackets text start stop
        run expression text start stop
