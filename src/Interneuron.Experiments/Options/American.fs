namespace Interneuron.Experiments

open System.Text.RegularExpressions

/// Names in American spelling, which are understood wherever a name is read and written nowhere.
[<RequireQualifiedAccess>]
module American =
    // What American spelling makes of a British word.
    let private differences =
        [ Regex "is(?=e|ing|ation)", "iz"; Regex "tre\\b", "ter"; Regex "our\\b", "or" ]

    let private spelling (name: string) =
        differences
        |> List.fold (fun (word: string) (british, american) -> british.Replace(word, american)) name

    /// The known name that a word stands for: its own, or the one that is spelled the same in American.
    let tryFind (known: string list) (word: string) : string option =
        if List.contains word known then
            Some word
        else
            known |> List.tryFind (fun name -> spelling name = spelling word)

    /// A word in the spelling of the known names; what follows a colon, as in generalised-gaussian:2, is left alone.
    let toBritish (known: string list) (word: string) : string =
        let name (text: string) = text.Split(':')[0]

        match tryFind (List.map name known) (name word) with
        | Some found -> found + word.Substring((name word).Length)
        | None -> word
