module Interneuron.Cli.Program

open System
open System.Reflection
open System.Threading
open Interneuron.Statistics
open Interneuron.Core.Symbolic.Text
open Interneuron.Stimuli
open Interneuron.Experiments

/// Everything the program does, in the order of the help.
let verbs: Verb list =
    ExperimentVerbs.all
    @ [ SweepVerbs.sweep
        SweepVerbs.status
        SweepVerbs.collect
        ArrayVerbs.train
        ArrayVerbs.respond
        ArrayVerbs.sample
        ArrayVerbs.density
        DeriveVerbs.derive
        StimulusVerbs.scene
        StimulusVerbs.pyramid
        StudioVerb.studio ]

let private isHelp argument = argument = "--help" || argument = "-h"

let private isVersion argument =
    argument = "--version" || argument = "-V"

let private version () =
    let assembly = Assembly.GetExecutingAssembly()

    let written =
        match assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>() with
        | null -> ""
        | attribute -> attribute.InformationalVersion

    // The commit follows the +.
    "interneuron " + written.Split('+')[0]

let private print (text: string) =
    Terminal.print text
    Exit.ok

/// The verb of a name, in British or in American spelling.
let private tryFind (name: string) : Verb option =
    American.tryFind [ for verb in verbs -> verb.Name ] name
    |> Option.map (fun found -> verbs |> List.find (fun verb -> verb.Name = found))

let private find (name: string) : Verb =
    match tryFind name with
    | Some verb -> verb
    | None ->
        let meant =
            match Spelling.nearest ([ for verb in verbs -> verb.Name ] @ [ "help"; "completion" ]) name with
            | Some meant -> $"; did you mean {meant}?"
            | None -> ""

        raise (UsageException $"there is no verb {Message.quote name}{meant}")

// Some verbs have two words.
let rec private joined (arguments: string list) : string list =
    match arguments with
    | "help" :: rest -> "help" :: joined rest
    | first :: second :: rest when verbs |> List.exists (fun verb -> verb.Name = $"{first} {second}") -> $"{first} {second}" :: rest
    | _ -> arguments

// The sweep over a folder of pictures is also understood as what gaussianise does to one.
let private findFor (name: string) (words: string list) : Verb =
    let isImages (word: string) =
        word.Split('=')[0] = Options.images.Name

    match find name with
    | verb when verb.Name = Gaussianise.experiment.Name && List.exists isImages words -> SweepVerbs.sweep
    | verb -> verb

let private answer (arguments: string list) (cancellation: CancellationToken) : int =
    match arguments with
    | [] ->
        Console.Error.WriteLine(Help.ofProgram verbs)
        Exit.usage
    | first :: _ when isVersion first -> print (version ())
    | [ first ] when isHelp first || first = "help" -> print (Help.ofProgram verbs)
    | first :: name :: _ when isHelp first || first = "help" -> print (Help.ofVerb (find name))
    | "completion" :: words ->
        match words |> List.tryExactlyOne |> Option.bind (Completion.tryScript verbs) with
        | Some script -> print script
        | None ->
            let shells = String.Join(", ", Completion.shells)
            raise (UsageException $"completion is for one of the shells {shells}")
    | name :: words ->
        let verb = findFor name words

        if List.exists isHelp words || words = [ "help" ] then
            print (Help.ofVerb verb)
        else
            verb.Run (Given.read verb.Name verb.Options Terminal.log words) cancellation

// A hint where to find the right options.
let private pointer (arguments: string list) =
    match arguments with
    | name :: words when (tryFind name).IsSome -> $" (options: interneuron {(findFor name words).Name} --help)"
    | _ -> " (verbs: interneuron --help)"

/// Runs a command line and returns the exit code. Any failure is one line on standard error.
let run (arguments: string list) : int =
    let arguments = joined arguments

    Signals.interruptible (fun cancellation ->
        try
            answer arguments cancellation
        with error ->
            let code, line = Exit.ofException error

            let line =
                line
                |> Option.map (fun line -> if code = Exit.usage then line + pointer arguments else line)

            Option.iter Terminal.log line
            code)
