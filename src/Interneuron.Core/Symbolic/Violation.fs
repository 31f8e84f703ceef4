namespace Interneuron.Core.Symbolic

open System

/// How it shows that a formula is not convex at a place.
type Fault =
    /// Its second derivative there.
    | Curves of float
    /// Its slope below and above.
    | Falls of below: float * above: float
    /// Its value below and above.
    | Jumps of below: float * above: float
    /// Its value, and that of a chord at the same place.
    | Bulges of value: float * chord: float
    /// It has no value there, or an infinite one.
    | Undefined

    override this.ToString() =
        match this with
        | Curves c -> sprintf "its curvature is %.3g" c
        | Falls(below, above) -> sprintf "its slope falls from %.4g to %.4g" below above
        | Jumps(below, above) -> sprintf "it jumps from %.4g to %.4g" below above
        | Bulges(value, chord) -> sprintf "its value %.6g lies above %.6g, that of a chord" value chord
        | Undefined -> "it is not defined"

/// Places where a formula is not convex, found by trying and confirmed by bounds.
[<RequireQualifiedAccess>]
module internal Violation =
    /// Values of the parameters to try: the ends, the middle, and some between; an infinite end is 8 from the other.
    let private trials (ranges: (string * Interval) list) : (string * float) list list =
        let finite (x: Interval) =
            match Double.IsInfinity x.Lower, Double.IsInfinity x.Upper with
            | false, false -> x
            | false, true -> Interval.between x.Lower (x.Lower + 8.0)
            | true, false -> Interval.between (x.Upper - 8.0) x.Upper
            | true, true -> Interval.between -8.0 8.0

        let at (fraction: int -> float) =
            ranges
            |> List.mapi (fun i (name, x) ->
                let x = finite x
                name, x.Lower + fraction i * (x.Upper - x.Lower))
        // Multiples of irrational numbers fill the box evenly.
        let golden i k =
            float k * Math.Sqrt(float (2 + 3 * i)) % 1.0

        if ranges.IsEmpty then
            [ [] ]
        else
            [ yield at (fun _ -> 0.5)
              yield at (fun _ -> 0.0)
              yield at (fun _ -> 1.0)
              for k in 1..10 -> at (fun i -> golden i k) ]

    let private grid =
        [| for k in -10 .. 10 do
               yield 2.0 ** float k
               yield 1.4 * 2.0 ** float k |]

    /// Looks for a place where the formula is not convex. What numbers show is confirmed by bounds, so that rounding and overflow are not
    /// taken for it.
    let find
        (variable: string)
        (ranges: (string * Interval) list)
        (e: Expr)
        (slope: Expr)
        (bend: Expr)
        : ((string * float) list * Fault) option =
        let zero = Expr.constant 0.0
        let names = List.map fst ranges

        let heights =
            [ for b in Breakpoints.ofFormula variable e do
                  let differs height = height <> zero
                  let jumps = differs (Breakpoints.jump variable b e)
                  let falls = differs (Breakpoints.jump variable b slope)
                  let leaps = differs (Breakpoints.gap variable b e)

                  if jumps || falls || leaps then
                      b, jumps, falls, leaps ]

        let many =
            let put = Solve.at variable (Expr.var "z")
            let lowered = Lower.lower names [] [ [ put e; put bend ] ]

            fun (values: float list) (places: float array) ->
                match Program.runMany (List.head lowered.Varying) places (Program.run lowered.Static values) with
                | [ values; bends ] -> values, bends
                | other -> invalidOp $"two formulas have {other.Length} values"

        let tryAt (parameters: (string * float) list) =
            let known = Map.ofList parameters
            let valueOf name = known[name]

            let bounds z =
                Bounds.ofFormula (fun name -> Interval.point (if name = variable then z else known[name]))

            let breaks = Breakpoints.at variable valueOf e
            let point z = (variable, z) :: parameters
            let tiny = 1e-9

            let acrossBreaks () =
                [ for b, jumps, falls, leaps in heights do
                      let places =
                          match b.Places with
                          | Some places -> Expr.interpretAll Floats.operations valueOf places |> Array.ofList
                          | None -> breaks

                      for z in places do
                          if Double.IsFinite z then
                              z, jumps, falls, leaps ]
                |> List.tryPick (fun (z, jumps, falls, leaps) ->
                    let struct (below, above) = Breakpoints.limits variable valueOf breaks e z
                    let struct (left, right) = Breakpoints.limits variable valueOf breaks slope z

                    let value =
                        Expr.interpret Floats.operations (fun name -> if name = variable then z else known[name]) e

                    if jumps && Math.Abs(above - below) > tiny * (Math.Abs below + Math.Abs above) then
                        Some(point z, Jumps(below, above))
                    elif leaps && Math.Abs(value - below) > tiny * (Math.Abs below + Math.Abs value) then
                        Some(point z, Jumps(below, value))
                    elif falls && left - right > tiny * (Math.Abs left + Math.Abs right) then
                        Some(point z, Falls(left, right))
                    else
                        None)

            let places =
                [| yield 0.0
                   yield! grid
                   yield! Array.map (~-) grid
                   for b in breaks do
                       for d in [ 1e-6; 1e-3; 0.3 ] do
                           yield b - d * (1.0 + Math.Abs b)
                           yield b + d * (1.0 + Math.Abs b) |]
                |> Array.filter (fun z -> not (breaks |> Array.exists (fun b -> Math.Abs(z - b) <= tiny * (1.0 + Math.Abs b))))
                |> Array.sort

            let values, bends = many (List.map snd parameters) places

            /// A value that is missing is no overflow where a bound says so too: no part of the formula has one.
            let undefined () =
                Array.zip places values
                |> Array.append [| for b in breaks -> b, (many (List.map snd parameters) [| b |] |> fst)[0] |]
                |> Array.filter (fun (z, value) -> Math.Abs z <= 64.0 && not (Double.IsFinite value))
                |> Array.sortBy (fun (z, _) -> Math.Abs(z - 1.0))
                |> Array.tryPick (fun (z, _) ->
                    if Domain.contains (fun name -> if name = variable then z else known[name]) e then
                        None
                    else
                        Some(point z, Undefined))

            let between () =
                Array.zip places bends
                |> Array.filter (fun (_, bend) -> bend < 0.0)
                |> Array.sortBy (fst >> Math.Abs)
                |> Array.tryPick (fun (z, _) ->
                    let x = bounds z bend

                    if x.Upper < 0.0 then
                        Some(point z, Curves(0.5 * (x.Lower + x.Upper)))
                    else
                        None)

            /// Three values that no convex function takes: for what neither of the others sees.
            let across () =
                let chord a b c (low: float) high =
                    let t = (places[b] - places[a]) / (places[c] - places[a])
                    (1.0 - t) * low + t * high

                seq { 1 .. places.Length - 2 }
                |> Seq.tryPick (fun i ->
                    let a, c = i - 1, i + 1
                    let size = Math.Abs values[a] + Math.Abs values[i] + Math.Abs values[c]

                    if
                        values[i] > chord a i c values[a] values[c] + 1e-12 * size
                        && Double.IsFinite size
                    then
                        let value k = bounds places[k] e
                        let above = chord a i c (value a).Upper (value c).Upper

                        if (value i).Lower > above + 1e-12 * size then
                            Some(point places[i], Bulges((value i).Lower, above))
                        else
                            None
                    else
                        None)

            undefined ()
            |> Option.orElseWith acrossBreaks
            |> Option.orElseWith between
            |> Option.orElseWith across

        // Breakpoints that have to be sought take their time.
        let number =
            if Breakpoints.ofFormula variable e |> List.forall _.Places.IsSome then
                13
            else
                3

        trials ranges |> List.truncate number |> List.tryPick tryAt
