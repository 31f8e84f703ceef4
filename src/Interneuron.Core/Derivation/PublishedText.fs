namespace Interneuron.Core

open System.Text.RegularExpressions

/// Published rules from text and as text: a formula in which target(...) is an average over the target.
[<RequireQualifiedAccess>]
module internal PublishedText =
    // Averages are read as products with this symbol, and the activities inside them as other symbols than those outside: the algebra of formulas then
    // keeps the two apart.
    let private marker = "the average over the target"

    let private average = Symbol(marker, [])

    let private inside = "target "

    let private renamed (rename: string -> string option) (e: Indexed) =
        e
        |> Indexed.replace (function
            | Symbol(name, indices) -> rename name |> Option.map (fun other -> Symbol(other, indices))
            | _ -> None)

    /// The rule of a parameter at a site, in text[start .. stop - 1].
    let read (scope: IndexedText.Scope) (activities: string list) (site: Index list) (text: string) (start: int) (stop: int) : Direction =
        let enter (body: Indexed) =
            let rename name =
                if List.contains name activities then
                    Some(inside + name)
                else
                    None

            Times [ average; renamed rename body ]

        let leave (e: Indexed) =
            let rename (name: string) =
                if name.StartsWith inside then
                    Some(name.Substring inside.Length)
                else
                    None

            renamed rename e |> Indexed.normal

        let terms =
            IndexedText.read { scope with Average = Some enter } site text start stop
            |> Indexed.addends
            |> List.map (Indexed.factors >> List.partition ((=) average))

        let isOver (names: string list) factors =
            let symbols = Indexed.symbols (Times factors)
            names |> List.exists symbols.Contains

        for averages, factors in terms do
            let varies =
                if averages.IsEmpty then
                    isOver [ for name in activities -> inside + name ] factors
                else
                    isOver activities factors

            if averages.Length > 1 || varies || isOver [ marker ] factors then
                let found = Regex.Match(text.Substring(start, stop - start), @"\btarget\s*\(")

                TextError.fail
                    (start + found.Index)
                    "an average over the target is multiplied by what varies, or inside a function; it is a term by itself, times parameters"

        let all isAverage =
            Plus
                [ for averages, factors in terms do
                      if averages.IsEmpty <> isAverage then
                          Times factors ]

        { OverStimuli = Indexed.normal (all false)
          OverTarget = leave (-(all true)) }

    /// As text; the functions of these names are called by name.
    let print (named: Map<string, Function>) (direction: Direction) : string =
        Direction.print (IndexedText.print named) (fun x -> $"target({x})") direction
