namespace Interneuron.Cli

open Interneuron.Experiments

/// Scripts that complete the command line in a shell, made of the verbs and options that there are.
[<RequireQualifiedAccess>]
module Completion =
    let private lines (parts: string list) = String.concat "\n" parts

    /// The supported shells.
    let shells = [ "bash"; "zsh"; "fish" ]

    // What follows the first word of a command line: verbs of two words are offered as options of the verb of the first.
    let private byFirstWord (verbs: Verb list) : Verb list =
        verbs
        |> List.groupBy (fun verb -> verb.Name.Split(' ')[0])
        |> List.map (fun (name, verbs) ->
            { verbs.Head with
                Name = name
                Required = []
                Optional = verbs |> List.collect _.Options |> List.distinct })

    // The second words of the verbs that have two.
    let private secondWords (verbs: Verb list) (verb: Verb) : string list =
        [ for other in verbs do
              if other.Name.StartsWith(verb.Name + " ") then
                  other.Name.Substring(verb.Name.Length + 1) ]

    let private topics (verbs: Verb list) =
        [ for verb in verbs -> verb.Name, verb.Summary ]
        @ [ "completion", "print a script that completes verbs and options in a shell"
            "help", "list the verbs, or the options of one" ]

    // ---- bash

    // The command that completes the value of an option; None for a switch.
    let private bashValues (flag: Flag) =
        match flag.Kind with
        | Kind.File -> Some "_interneuron_paths -f"
        | Kind.Folder -> Some "_interneuron_paths -d"
        | Kind.Name names ->
            let names = String.concat " " names
            Some $"_interneuron_words '{names}'"
        | Kind.Text
        | Kind.Repeated
        | Kind.Whole _
        | Kind.Wholes _
        | Kind.Real _ -> Some "COMPREPLY=()"
        | Kind.Switch -> None

    let private bash (seconds: Verb -> string list) (verbs: Verb list) =
        let words (names: string list) = String.concat " " names

        lines
            [ "# Completion for bash: eval \"$(interneuron completion bash)\""
              "_interneuron_words() { COMPREPLY=($(compgen -W \"$1\" -- \"$word\")); }"
              "_interneuron_paths() { local IFS=$'\\n'; COMPREPLY=($(compgen \"$1\" -- \"$word\")); compopt -o filenames 2> /dev/null; }"
              "_interneuron() {"
              "    local word=\"${COMP_WORDS[COMP_CWORD]}\" verb=\"${COMP_WORDS[1]}\" before=\"${COMP_WORDS[COMP_CWORD-1]}\""
              "    if [ \"$COMP_CWORD\" -eq 1 ]; then"
              $"        _interneuron_words '{words (List.map fst (topics verbs))}'"
              "        return"
              "    fi"
              "    case \"$verb $before\" in"
              for verb in verbs do
                  for flag in verb.Options do
                      match bashValues flag with
                      | Some command -> $"        '{verb.Name} {flag.Name}') {command}; return ;;"
                      | None -> ()
              "    esac"
              "    case \"$verb\" in"
              for verb in verbs do
                  $"        {verb.Name}) _interneuron_words '{words (seconds verb @ [ for flag in verb.Options -> flag.Name ])} --help' ;;"
              $"        completion) _interneuron_words '{words shells}' ;;"
              $"        help) _interneuron_words '{words [ for verb in verbs -> verb.Name ]}' ;;"
              "    esac"
              "}"
              "complete -F _interneuron interneuron" ]

    // ---- zsh

    let private firstLine (text: string) = text.Replace("\n", " ")

    let private zshText (text: string) =
        (firstLine text).Replace("'", "'\\''").Replace("[", "\\[").Replace("]", "\\]").Replace(":", "\\:")

    let private zshOption (flag: Flag) =
        let many = if flag.Kind = Kind.Repeated then "*" else ""
        let called = defaultArg flag.Value ""

        let values =
            match flag.Kind with
            | Kind.Switch -> ""
            | Kind.File -> $":{called}:_files"
            | Kind.Folder -> $":{called}:_files -/"
            | Kind.Name names ->
                let names =
                    names |> List.map (fun name -> name.Replace(":", "\\:")) |> String.concat " "

                $":{called}:({names})"
            | Kind.Text
            | Kind.Repeated
            | Kind.Whole _
            | Kind.Wholes _
            | Kind.Real _ -> $":{called}: "

        let assigned = if flag.Kind = Kind.Switch then "" else "="
        $"'{many}{flag.Name}{assigned}[{zshText flag.Text}]{values}'"

    let private zsh (seconds: Verb -> string list) (verbs: Verb list) =
        lines
            [ "#compdef interneuron"
              "# Completion for zsh: source <(interneuron completion zsh)"
              "_interneuron() {"
              "    local -a topics"
              "    topics=("
              for name, summary in topics verbs do
                  $"        '{name}:{zshText summary}'"
              "    )"
              "    if (( CURRENT == 2 )); then"
              "        _describe 'verb' topics"
              "        return"
              "    fi"
              "    local verb=${words[2]}"
              "    shift words"
              "    (( CURRENT-- ))"
              "    case $verb in"
              for verb in verbs do
                  let options = verb.Options |> List.map zshOption |> String.concat " "
                  let words = String.concat " " (seconds verb)
                  let second = if words = "" then "" else $"'1: :({words})' "
                  $"        {verb.Name}) _arguments {second}{options} '--help[these options]' ;;"
              let names = String.concat " " shells
              $"        completion) _values shell {names} ;;"
              "        help) _describe 'verb' topics ;;"
              "    esac"
              "}"
              "compdef _interneuron interneuron" ]

    // ---- fish

    let private fishText (text: string) =
        (firstLine text).Replace("\\", "\\\\").Replace("'", "\\'")

    let private fishOption (verb: Verb) (flag: Flag) =
        let values =
            match flag.Kind with
            | Kind.Switch -> ""
            | Kind.File
            | Kind.Folder -> " -r -F"
            | Kind.Name names ->
                let names = String.concat " " names
                $" -x -a '{names}'"
            | Kind.Text
            | Kind.Repeated
            | Kind.Whole _
            | Kind.Wholes _
            | Kind.Real _ -> " -x"

        let name = flag.Name.TrimStart '-'
        $"complete -c interneuron -n '__fish_seen_subcommand_from {verb.Name}' -l {name}{values} -d '{fishText flag.Text}'"

    let private fish (seconds: Verb -> string list) (verbs: Verb list) =
        let names = String.concat " " shells

        lines
            [ "# Completion for fish: interneuron completion fish | source"
              "complete -c interneuron -f"
              for name, summary in topics verbs do
                  $"complete -c interneuron -n __fish_use_subcommand -a {name} -d '{fishText summary}'"
              for verb in verbs do
                  match seconds verb with
                  | [] -> ()
                  | words ->
                      let words = String.concat " " words
                      $"complete -c interneuron -n '__fish_seen_subcommand_from {verb.Name}' -a '{words}'"

                  for flag in verb.Options do
                      fishOption verb flag
              $"complete -c interneuron -n '__fish_seen_subcommand_from completion' -a '{names}'" ]

    /// A shell's script; None for an unsupported shell.
    let tryScript (verbs: Verb list) (shell: string) : string option =
        let seconds, verbs = secondWords verbs, byFirstWord verbs

        match shell with
        | "bash" -> Some(bash seconds verbs)
        | "zsh" -> Some(zsh seconds verbs)
        | "fish" -> Some(fish seconds verbs)
        | _ -> None
