namespace Interneuron.Cli

open Interneuron.Experiments

/// The help texts.
[<RequireQualifiedAccess>]
module Help =
    /// The longest line.
    let private most = 130

    /// A text as lines of at most so many letters, broken between words.
    let private wrapped (most: int) (text: string) : string list =
        ([], text.Split ' ')
        ||> Array.fold (fun lines word ->
            match lines with
            | line :: before when String.length line + 1 + word.Length <= most -> line + " " + word :: before
            | _ -> word :: lines)
        |> List.rev

    let private lines (rows: (string * string) list) =
        let width = rows |> List.map (fun (name, _) -> name.Length) |> List.max

        // A longer text goes on below where it began.
        rows
        |> List.map (fun (name, text) ->
            "  "
            + name.PadRight(width + 2)
            + String.concat ("\n" + String.replicate (width + 4) " ") (wrapped (most - width - 4) text))

    let private withValue (flag: Flag) =
        match flag.Value with
        | Some value -> flag.Name + " " + value
        | None -> flag.Name

    /// The help of the program: its verbs.
    let ofProgram (verbs: Verb list) : string =
        [ [ "interneuron: circuits that shape the distribution of their responses"
            ""
            "usage: interneuron VERB [options]"
            "" ]
          lines [ for verb in verbs -> verb.Name, verb.Summary ]
          [ ""
            "options of a verb: interneuron VERB --help"
            "completion of verbs and options in a shell: interneuron completion bash (or zsh, or fish)"
            "version: interneuron --version"
            "example: interneuron gaussianise --scene 1 --out figures" ] ]
        |> List.concat
        |> String.concat "\n"

    /// The help of a verb: its options and an example.
    let ofVerb (verb: Verb) : string =
        let needed =
            verb.Required
            |> List.map (fun option -> " " + withValue option)
            |> String.concat ""

        let rest = if verb.Optional.IsEmpty then "" else " [options]"

        [ [ "interneuron " + verb.Name + ": " + verb.Summary
            ""
            "usage: interneuron " + verb.Name + needed + rest
            "" ]
          lines [ for option in verb.Options -> withValue option, option.Text ]
          [ ""; "example: " + verb.Example ] ]
        |> List.concat
        |> String.concat "\n"
