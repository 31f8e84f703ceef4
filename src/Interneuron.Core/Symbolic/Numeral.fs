namespace Interneuron.Core.Symbolic

open System
open System.Globalization

/// Numbers as people write them, in one form wherever one is read, whatever the language of the machine: a minus or none, digits 0 to 9,
/// perhaps a point and digits, perhaps an exponent (-12, 0.5, .5, 1e-3). A comma, a digit group, a plus, a space, a point at the end, NaN
/// and infinity are refused, since the next program reads them as another number, or as none.
[<RequireQualifiedAccess>]
module Numeral =
    let private isDigit (c: char) = Char.IsAsciiDigit c

    // The offset after the digits that start at one.
    let rec private afterDigits (text: string) at =
        if at < text.Length && isDigit text[at] then
            afterDigits text (at + 1)
        else
            at

    let private afterSign (signs: string) (text: string) at =
        if at < text.Length && signs.Contains text[at] then
            at + 1
        else
            at

    // What follows an offset, if it is a mark and digits after it; the offset itself otherwise.
    let private afterPart (marks: string) (signs: string) (text: string) at =
        if at < text.Length && marks.Contains text[at] then
            let digits = afterSign signs text (at + 1)
            let stop = afterDigits text digits
            if stop > digits then stop else at
        else
            at

    let private isWritten (withFraction: bool) (text: string) =
        let digits = afterSign "-" text 0
        let whole = afterDigits text digits

        if withFraction then
            let fraction = whole |> afterPart "." "" text
            fraction > digits && afterPart "eE" "+-" text fraction = text.Length
        else
            whole > digits && whole = text.Length

    // What was meant, perhaps: with a point for the comma, without digit groups, spaces and a plus, and with a digit on both sides of the
    // point.
    let private meant (withFraction: bool) (text: string) =
        let letters =
            text.Trim().TrimStart('+').Replace("_", "").Replace(" ", "")
            |> String.map (fun c ->
                match CharUnicodeInfo.GetDecimalDigitValue c with
                | -1 -> c
                | digit -> char (int '0' + digit))

        let pointed =
            if withFraction then
                letters.Replace(',', '.')
            else
                letters.Replace(",", "")

        let whole = if pointed.StartsWith '.' then "0" + pointed else pointed
        let whole = if whole.EndsWith '.' then whole.TrimEnd '.' else whole

        if
            text.Length <= 40
            && Seq.exists isDigit letters
            && whole <> text
            && isWritten withFraction whole
        then
            Some whole
        else
            None

    /// A number, or what would be right instead: "write 0.5". Refuses numbers that a float cannot hold, too large or too close to 0.
    let read (text: string) : Result<float, string> =
        if isWritten true text then
            let value = Double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture)

            let isZero =
                (text.Split('e', 'E')[0]) |> Seq.forall (fun c -> c = '0' || c = '.' || c = '-')

            if not (Double.IsFinite value) then
                Error "the largest is 1.8e308"
            elif value = 0.0 && not isZero then
                Error "the least above 0 is 4.9e-324"
            else
                Ok value
        else
            match meant true text with
            | Some right -> Error $"write {right}"
            | None -> Error "write one as 0.5 or 1e-3"

    /// A number in the fewest digits that bring it back.
    let write (value: float) : string =
        value.ToString("R", CultureInfo.InvariantCulture)

    /// A whole number, or what would be right instead: "write 1000".
    let readWhole (text: string) : Result<int64, string> =
        if isWritten false text then
            match Int64.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture) with
            | true, value -> Ok value
            | _ -> Error $"the largest is {Int64.MaxValue}"
        else
            match meant false text with
            | Some right -> Error $"write {right}"
            | None -> Error "write it in digits, as 12"
