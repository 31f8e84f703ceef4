namespace Interneuron.Core

open System
open System.Globalization
open System.Numerics

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
    /// Beyond this many bits a fraction is rounded to the nearest double.
    let private longest = 4096L

    let private ofWhole (top: BigInteger) (below: BigInteger) =
        let common = BigInteger.GreatestCommonDivisor(top, below) * BigInteger below.Sign

        { Top = top / common
          Below = below / common }

    let zero = ofWhole BigInteger.Zero BigInteger.One
    let one = ofWhole BigInteger.One BigInteger.One

    let isZero (x: Rational) = x.Top.IsZero
    let isOne (x: Rational) = x.Top.IsOne && x.Below.IsOne
    let isNegative (x: Rational) = x.Top.Sign < 0

    /// The number that the shortest text of a double says: 0.1 is 1/10. Refuses what is not finite.
    let ofFloat (x: float) : Rational =
        if not (Double.IsFinite x) then
            invalidArg (nameof x) $"{x} is not a number that a formula can have"

        let shortest = x.ToString("R", CultureInfo.InvariantCulture)

        let digits, exponent =
            match shortest.Split 'E' with
            | [| digits; exponent |] -> digits, int exponent
            | _ -> shortest, 0

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

    let private rounded (x: Rational) =
        if x.Top.GetBitLength() + x.Below.GetBitLength() > longest then
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
            invalidArg (nameof x) "a formula is divided by 0"

        ofWhole x.Below x.Top

    /// Whole numbers above and below the line, where both have at most six digits and the fraction is no shorter decimal number.
    let tryFraction (x: Rational) : (int * int) option =
        let rec withoutFactor (factor: int) (n: BigInteger) =
            if (n % BigInteger factor).IsZero then
                withoutFactor factor (n / BigInteger factor)
            else
                n

        let isDecimal = (x.Below |> withoutFactor 2 |> withoutFactor 5).IsOne
        let limit = BigInteger 1_000_000

        if not isDecimal && BigInteger.Abs x.Top < limit && x.Below < limit then
            Some(int x.Top, int x.Below)
        else
            None
