namespace Interneuron.Derivation.Running

open System
open MathNet.Numerics.LinearAlgebra
open Interneuron.Core.Symbolic

/// A step along a direction of descent, as far as kinks let it.
[<RequireQualifiedAccess>]
module internal LineSearch =
    /// So far out there are no minima: a function that still falls has none on this way.
    let private far = 1e100

    /// Along a direction of descent to where the slope is at most half of what it was, or to the place at which it changes its sign; None
    /// where the function falls without end.
    let along (resolution: float) (l: Landscape) (from: Slope) (d: Vector<float>) (start: float) : float array option =
        let x, shifts = from.Minimum.Point, from.Shifts

        let at t =
            l.Inside(Array.mapi (fun a v -> v + t * d[a]) x)

        // As far as the first wall on the way.
        let wall =
            (infinity, l.Walls)
            ||> Array.fold (fun nearest wall ->
                let along, now = Landscape.dot wall.Row d, Landscape.dot wall.Row x

                let room =
                    if Math.Abs along <= 1e-13 * Landscape.largest d then
                        infinity
                    elif along > 0.0 then
                        (wall.Upper - now) / along
                    else
                        (wall.Lower - now) / along

                if room > 0.0 then Math.Min(nearest, room) else nearest)

        let enough (slope: float) = Math.Abs slope <= 0.5 * Math.Abs start

        let look t =
            let struct (value, gradient, _) = l.Look (at t) shifts
            value, d * gradient

        let face =
            [ for j, _, weight in from.Minimum.Held do
                  if weight > 0.0 && weight < 1.0 then
                      j ]

        let rises value =
            not (value <= from.Value + 1e-9 * Math.Abs from.Value)

        /// Where places are met between a and b.
        let crossings a b =
            if l.Count = 0 then
                []
            else
                let struct (u, slopes) = l.Places(at a)

                [ for j in 0 .. l.Count - 1 do
                      let t = a - u[j] / Landscape.dot slopes[j] d

                      if t > a && t < b then
                          t, j ]
                |> List.sortBy fst

        /// The slopes before and beyond a place.
        let sides t j =
            let point = at t
            let struct (_, slopes) = l.Places point

            let forwards =
                Special.sign (Landscape.dot slopes[j] d)
                * 8.0
                * Landscape.rounding resolution slopes[j] point

            let slopeBy shift =
                let moved = Array.copy shifts
                moved[j] <- shift
                let struct (_, gradient, _) = l.Look point moved
                d * gradient

            slopeBy -forwards, slopeBy forwards

        /// The slope is negative at a, and at b it is positive, or the function has risen.
        let rec within a b left =
            let halfway =
                if a = 0.0 then b / 8.0
                elif b / a > 4.0 then sqrt (a * b)
                else 0.5 * (a + b)

            if left = 0 || halfway <= a || halfway >= b then
                if a > 0.0 then Some(at a) else None
            else
                match crossings a b with
                | [] ->
                    let value, slope = look halfway

                    if enough slope && not (rises value) then
                        Some(at halfway)
                    elif slope < 0.0 && not (rises value) then
                        within halfway b (left - 1)
                    else
                        within a halfway (left - 1)
                | met ->
                    let t, j = met[met.Length / 2]
                    let before, beyond = sides t j

                    if before <= 0.0 && beyond >= 0.0 then
                        Some(Landscape.onto l (j :: face) (at t))
                    elif beyond < 0.0 then
                        within t b (left - 1)
                    else
                        within a t (left - 1)

        let rec outwards a t factor left =
            let t = Math.Min(t, wall)
            let value, slope = look t

            if Double.IsNegativeInfinity value then
                None
            elif rises value || not (Double.IsFinite slope) then
                within a t 400
            elif enough slope || left = 0 || t = wall && slope <= 0.0 then
                Some(at t)
            elif slope > 0.0 then
                within a t 400
            elif t * Landscape.largest d > far then
                None
            else
                outwards t (t * factor) (Math.Min(factor * factor, 1e30)) (left - 1)

        outwards 0.0 1.0 4.0 40
