namespace Interneuron.Core.Symbolic.Text

open System

/// Suggestions for names that people mistype.
[<RequireQualifiedAccess>]
module Spelling =
    /// Damerau-Levenshtein distance, ignoring case (Damerau 1964).
    let private distance (a: string) (b: string) =
        let a, b = a.ToLowerInvariant(), b.ToLowerInvariant()

        let d =
            Array2D.init (a.Length + 1) (b.Length + 1) (fun i j ->
                if i = 0 then j
                elif j = 0 then i
                else 0)

        for i in 1 .. a.Length do
            for j in 1 .. b.Length do
                let replaced = d[i - 1, j - 1] + (if a[i - 1] = b[j - 1] then 0 else 1)
                d[i, j] <- min replaced (1 + min d[i - 1, j] d[i, j - 1])

                if i > 1 && j > 1 && a[i - 1] = b[j - 2] && a[i - 2] = b[j - 1] then
                    d[i, j] <- min d[i, j] (1 + d[i - 2, j - 2])

        d[a.Length, b.Length]

    /// The name among `known` that `name` was meant to be: the one that begins with it, else the nearest within half of its letters; None
    /// where all are farther, or the name is longer than 100 letters.
    let nearest (known: string list) (name: string) : string option =
        let begins =
            known
            |> List.filter (fun k -> name.Length >= 3 && k.StartsWith(name, StringComparison.OrdinalIgnoreCase))

        match begins, known |> List.sortBy (distance (name.Substring(0, min 100 name.Length))) with
        | _ when name.Length > 100 -> None
        | first :: _, _ -> Some first
        | [], best :: _ ->
            let longer = max name.Length best.Length
            let far = distance name best

            if far <= max 2 (longer / 2) && far < longer then
                Some best
            else
                None
        | [], [] -> None

    /// What to say after an unknown name: the nearest known one, or else all of them.
    let internal suggestion (known: string list) (name: string) : string =
        match nearest known name, known with
        | Some meant, _ -> $"did you mean '{meant}'?"
        | None, [] -> "nothing is known here"
        | None, [ single ] -> $"expected {single}"
        | None, _ ->
            let all = String.concat ", " known
            $"expected one of: {all}"
