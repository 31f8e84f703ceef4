namespace Interneuron.Core.Transport

open System
open System.Collections.Concurrent
open Interneuron.Core.Symbolic

/// Whether interneurons of a potential, with a leak, make a convex energy: for every one of them g F(theta, z) + (lambda/K) z^2/2 is convex
/// in z. For columns of unit length that is enough, and, where all K of them may be the same, needed.
[<RequireQualifiedAccess>]
module Convex =
    let private judged =
        ConcurrentDictionary<struct (Expr * (string * Interval) list), Judgement>()

    /// Judged once for each formula and ranges.
    let private judge ranges (formula: Expr) =
        judged.GetOrAdd(struct (formula, ranges), (fun _ -> Convexity.judge "z" ranges formula))

    let private isUnbounded (x: Interval) =
        Double.IsInfinity x.Lower || Double.IsInfinity x.Upper

    /// z = 0, theta = 1.25.
    let place (point: (string * float) list) : string =
        point
        |> List.map (fun (name, x) -> sprintf "%s = %.4g" name x)
        |> String.concat ", "

    /// Nobody has chosen the end of an interval that has none: what fails only for some values of such a parameter, and not for those that
    /// learning starts from, which `starts` gives, is undecided.
    let private lenient (ranges: (string * Interval) list) (starts: string -> float) (formula: Expr) : Judgement =
        match judge ranges formula with
        | Refuted(point, how) when
            ranges
            |> List.exists (fun (name, x) -> isUnbounded x && List.exists (fst >> (=) name) point)
            ->
            let narrowed =
                [ for name, x in ranges -> name, (if isUnbounded x then Interval.point (starts name) else x) ]

            match judge narrowed formula with
            | Refuted(point, how) -> Refuted(point, how)
            | Proved _
            | Undecided _ ->
                let open' =
                    [ for name, x in ranges do
                          if isUnbounded x then
                              name ]
                    |> String.concat ", "

                Undecided
                    $"bounds for {open'}: at {place point} {how}, at what learning starts from it is convex; every response is checked"
        | judgement -> judgement

    /// The judgement on g F + share z^2/2 for gains of a range, where there are any, and all values of the potential's parameters.
    let judgePotential (potential: Potential) (gain: (string * Interval) option) (share: float) : Judgement =
        let parameters =
            [ for p in potential.Parameters -> p.Name, Interval.between p.Lower p.Upper ]

        let starts name =
            match potential.Parameters |> List.tryFind (fun p -> p.Name = name) with
            | Some p -> 0.5 * (fst p.Initial + snd p.Initial)
            | None -> 1.0

        match gain, judge parameters potential.Formula with
        // A sum of what is convex.
        | None, Proved how when share >= 0.0 -> Proved how
        | Some(_, gain), Proved how when share >= 0.0 && gain.Lower >= 0.0 -> Proved how
        | _, alone ->
            let leak = share / 2.0 * Potential.z ** 2.0

            match gain with
            | None -> lenient parameters starts (potential.Formula + leak)
            | Some(g, range) ->
                match lenient ((g, range) :: parameters) starts (Expr.var g * potential.Formula + leak), alone with
                // Without a leak the factor is of no account.
                | Refuted _, Refuted(point, how) when share = 0.0 && range.Lower >= 0.0 -> Refuted(point, how)
                | judgement, _ -> judgement
