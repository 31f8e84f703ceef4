namespace Interneuron.Core.Symbolic

open System
open System.Globalization

/// A factor of a constant as it is written.
[<RequireQualifiedAccess>]
type internal ClosedFactor =
    | Whole of int
    | Pi
    /// The square root of a quotient; each side is a whole number, times pi where that is said.
    | Root of above: (int * bool) * below: (int * bool)

/// A constant as people write it: a quotient of products, such as 2/3, sqrt(2)/4 or 1/sqrt(2 pi).
type internal Closed =
    { Above: ClosedFactor list
      Below: ClosedFactor list }

/// Constants that have a closed form.
[<RequireQualifiedAccess>]
module internal Constants =
    /// Numerators and denominators are at most this.
    let private most = 1000

    /// p/q, the simplest fraction within a few units in the last place of x, by continued fractions.
    let private fraction (x: float) : (int * int) option =
        let tolerance = 4e-15 * x

        let rec next (p0, q0) (p1, q1) rest =
            let whole = floor rest
            let p, q = whole * p1 + p0, whole * q1 + q0

            if p > float most || q > float most then None
            elif abs (p / q - x) <= tolerance then Some(int p, int q)
            elif rest = whole then None
            else next (p1, q1) (p, q) (1.0 / (rest - whole))

        next (0.0, 1.0) (1.0, 0.0) x

    /// n = a^2 m with the largest such a.
    let private squares (n: int) : int * int =
        let a =
            Seq.initInfinite ((-) (int (sqrt (float n))))
            |> Seq.find (fun a -> n % (a * a) = 0)

        a, n / (a * a)

    let private factors (whole: int) (isTimesPi: bool) =
        [ if whole <> 1 then
              ClosedFactor.Whole whole
          if isTimesPi then
              ClosedFactor.Pi ]

    /// sqrt(p/q pi^k), with what is a square in front of the root; and 1/sqrt(2) also as sqrt(1/2), which may round to another number.
    let private roots (p: int) (q: int) (k: int) : Closed list =
        let a, m = squares p
        let b, n = squares q
        let outside = k / 2
        let inside = k - 2 * outside
        let above, below = (m, inside > 0), (n, inside < 0)

        let whole = factors a (outside > 0), factors b (outside < 0)
        let nothing = 1, false

        if above = nothing && below <> nothing then
            [ { Above = fst whole
                Below = snd whole @ [ ClosedFactor.Root(below, nothing) ] }
              { Above = fst whole @ [ ClosedFactor.Root(nothing, below) ]
                Below = snd whole } ]
        else
            [ { Above = fst whole @ [ ClosedFactor.Root(above, below) ]
                Below = snd whole } ]

    let private candidates (c: float) : Closed seq =
        seq {
            for k in [ 0; 1; -1 ] do
                match fraction (c / Math.PI ** float k) with
                | Some(p, q) ->
                    { Above = factors p (k > 0)
                      Below = factors q (k < 0) }
                | None -> ()

            for k in [ 0; 1; -1; 2; -2; 3; -3 ] do
                match fraction (c * c / Math.PI ** float k) with
                | Some(p, q) -> yield! roots p q k
                | None -> ()
        }

    let private pi = 3.1415926535897932384626433833m

    /// To 28 digits.
    let private exactly (factor: ClosedFactor) : decimal =
        let side (whole: int, isTimesPi) =
            decimal whole * (if isTimesPi then pi else 1m)

        match factor with
        | ClosedFactor.Whole n -> decimal n
        | ClosedFactor.Pi -> pi
        | ClosedFactor.Root(above, below) ->
            let x = side above / side below
            let newton (y: decimal) = (y + x / y) / 2m
            // A float's root is right to 15 digits, and every step doubles them.
            newton (newton (decimal (sqrt (float x))))

    let private quotient (times: 'T list -> 'T) (over: 'T -> 'T -> 'T) (value: ClosedFactor -> 'T) (closed: Closed) =
        over (times (List.map value closed.Above)) (times (List.map value closed.Below))

    /// The float nearest to a closed form.
    let private nearest (closed: Closed) : float =
        let value = quotient (List.fold (*) 1m) (/) exactly closed
        Double.Parse(value.ToString CultureInfo.InvariantCulture, CultureInfo.InvariantCulture)

    /// What a closed form is when it is read as text, where every step is rounded.
    let private read (closed: Closed) : float =
        let over (a: float) (b: float) = if b = 1.0 then a else a * b ** -1.0

        let side (whole: int, isTimesPi) =
            float whole * (if isTimesPi then Math.PI else 1.0)

        let value factor =
            match factor with
            | ClosedFactor.Whole n -> float n
            | ClosedFactor.Pi -> Math.PI
            | ClosedFactor.Root(above, below) -> over (side above) (side below) ** 0.5

        quotient (List.fold (*) 1.0) over value closed

    let private distance (a: float) (b: float) =
        abs (BitConverter.DoubleToInt64Bits a - BitConverter.DoubleToInt64Bits b)

    /// The closed forms of a positive number: a fraction, a multiple of pi or 1/pi, or a root of these, within two units in the last place.
    let private closedForms (c: float) : Closed seq =
        if c > 1e-6 && c < 1e6 then
            candidates c |> Seq.filter (fun closed -> distance (nearest closed) c <= 2L)
        else
            Seq.empty

    /// The closed form of a positive number, if it has one.
    let tryClosed (c: float) : Closed option = closedForms c |> Seq.tryHead

    /// The same, where its text is read as this very number.
    let tryReadable (c: float) : Closed option =
        closedForms c |> Seq.tryFind (fun closed -> read closed = c)

    /// Digits that read back as the same number, no more of them than are needed; exponents as in 2.5e-7.
    let digits (c: float) : string =
        let rounded = c.ToString("G6", CultureInfo.InvariantCulture)

        let shortest =
            if Double.Parse(rounded, CultureInfo.InvariantCulture) = c then
                rounded
            else
                Numeral.write c

        match shortest.Split 'E' with
        | [| mantissa; exponent |] -> $"{mantissa}e{int exponent}"
        | _ -> shortest

    /// Whether a number is written with few digits, as it was given.
    let isShort (c: float) : bool =
        Double.IsInteger c
        || Double.Parse(c.ToString("G6", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture) = c

    /// Whether a number is one of 1/2, 1/4, 3/4 and the eighths below 1, which are fractions rather than decimals in print.
    let isBinaryFraction (c: float) : bool =
        c > 0.0 && c < 1.0 && Double.IsInteger(8.0 * c)
