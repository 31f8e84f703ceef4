namespace Interneuron.Core.Symbolic

open System
open System.Globalization
open System.Numerics
open Interneuron.Statistics

/// A fraction in lowest terms, so that sums and products of numbers are the same in any order.
[<Struct; CustomEquality; CustomComparison>]
type internal Rational =
    private
        { Top: BigInteger
          Below: BigInteger }

    override this.Equals other =
        match other with
        | :? Rational as x -> x.Top = this.Top && x.Below = this.Below
        | _ -> false

    override this.GetHashCode() = HashCode.Combine(this.Top, this.Below)

    interface IComparable with
        member this.CompareTo other =
            match other with
            | :? Rational as x -> compare (this.Top * x.Below) (x.Top * this.Below)
            | _ -> 1

/// Arithmetic of fractions.
[<RequireQualifiedAccess>]
module internal Rational =
    /// Where what is above or below the line has more bits than this, a fraction is rounded to the nearest double: either part reads as a
    /// number by itself.
    let private longest = 990L

    let private ofWhole (top: BigInteger) (below: BigInteger) =
        let common = BigInteger.GreatestCommonDivisor(top, below) * BigInteger below.Sign

        { Top = top / common
          Below = below / common }

    let zero = ofWhole BigInteger.Zero BigInteger.One
    let one = ofWhole BigInteger.One BigInteger.One

    let isZero (x: Rational) = x.Top.IsZero
    let isOne (x: Rational) = x.Top.IsOne && x.Below.IsOne
    let isNegative (x: Rational) = x.Top.Sign < 0

    // Beyond these powers of ten there is no double.
    let private furthest = 400

    /// The number that a decimal text says, such as 0.1 or 25e-3.
    let private ofDecimal (text: string) : Rational =
        let digits, exponent =
            match text.ToUpperInvariant().Split 'E' with
            | [| digits; exponent |] -> digits, int exponent
            | _ -> text, 0

        let places =
            match digits.IndexOf '.' with
            | -1 -> 0
            | point -> digits.Length - point - 1

        let whole =
            BigInteger.Parse(digits.Replace(".", ""), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture)

        let power = exponent - places

        if power >= 0 then
            ofWhole (whole * BigInteger.Pow(BigInteger 10, power)) BigInteger.One
        else
            ofWhole whole (BigInteger.Pow(BigInteger 10, -power))

    /// The number that the shortest text of a double says: 0.1 is 1/10. Refuses what is not finite.
    let ofFloat (x: float) : Rational =
        if not (Double.IsFinite x) then
            raise (Refusal $"{x} is not a number that a formula can have")

        ofDecimal (Numeral.write x)

    /// The number of a text that reads as `value`, digit by digit.
    let ofText (text: string) (value: float) : Rational =
        let isWithin =
            text.Length <= furthest
            && (value = 0.0 || (abs value > 1e-300 && abs value < 1e300))
            && text
               |> Seq.forall (fun c -> Char.IsAsciiDigit c || c = '.' || c = 'e' || c = 'E' || c = '-' || c = '+')

        if isWithin && value <> 0.0 then
            ofDecimal text
        else
            ofFloat value

    /// The nearest double.
    let toFloat (x: Rational) : float =
        // 64 bits or more of the quotient, the last of which also stands for what follows; then one rounding.
        let size = BigInteger.Abs x.Top
        let shift = int (66L + x.Below.GetBitLength() - size.GetBitLength())

        let above, below =
            if shift > 0 then
                size <<< shift, x.Below
            else
                size, x.Below <<< -shift

        let mutable rest = BigInteger.Zero
        let quotient = BigInteger.DivRem(above, below, &rest)
        let kept = int (quotient.GetBitLength()) - 62
        let leading = quotient >>> kept

        let isExact = rest.IsZero && (leading <<< kept) = quotient
        let bits = uint64 leading ||| (if isExact then 0UL else 1UL)

        if x.Top.IsZero then
            0.0
        else
            float x.Top.Sign * Math.ScaleB(float bits, kept - shift)

    /// Refuses what no double is near to.
    let private rounded (x: Rational) =
        let size = x.Top.GetBitLength() - x.Below.GetBitLength()

        if not x.Top.IsZero && abs size > 1020L then
            let near = toFloat x

            if near = 0.0 || not (Double.IsFinite near) then
                raise (Refusal "a number of the formula, multiplied out, is beyond 1.8e308 or below 5e-324")

        if max (x.Top.GetBitLength()) (x.Below.GetBitLength()) > longest then
            ofFloat (toFloat x)
        else
            x

    let add (x: Rational) (y: Rational) =
        ofWhole (x.Top * y.Below + y.Top * x.Below) (x.Below * y.Below) |> rounded

    let multiply (x: Rational) (y: Rational) =
        ofWhole (x.Top * y.Top) (x.Below * y.Below) |> rounded

    /// 1/x. Refuses 0.
    let inverse (x: Rational) =
        if x.Top.IsZero then
            raise (Refusal "a formula is divided by 0")

        ofWhole x.Below x.Top

    let rec private withoutFactor (factor: int) (n: BigInteger) =
        if (n % BigInteger factor).IsZero then
            withoutFactor factor (n / BigInteger factor)
        else
            n

    let private isDecimal (x: Rational) =
        (x.Below |> withoutFactor 2 |> withoutFactor 5).IsOne

    /// Whole numbers above and below the line, where both have at most six digits and the fraction is no decimal number.
    let tryFraction (x: Rational) : (int * int) option =
        let limit = BigInteger 1_000_000

        if not (isDecimal x) && BigInteger.Abs x.Top < limit && x.Below < limit then
            Some(int x.Top, int x.Below)
        else
            None

    /// As text that says exactly this number: a decimal number, or a fraction of whole ones. `short` writes a double.
    let text (short: float -> string) (x: Rational) : string =
        let near = toFloat x

        if ofFloat near = x then
            short near
        elif isDecimal x then
            let rec places n (below: BigInteger) =
                if (x.Top * below % x.Below).IsZero then
                    n, x.Top * below / x.Below
                else
                    places (n + 1) (below * BigInteger 10)

            let n, whole = places 0 BigInteger.One
            $"{whole}e-{n}"
        else
            $"{x.Top}/{x.Below}"
