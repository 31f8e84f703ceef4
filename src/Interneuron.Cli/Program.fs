module Interneuron.Cli.Program

open System
open System.Threading
open Argu
open Interneuron.Core
open Interneuron.Experiments

/// Everything the program does, in the order of the help.
let verbs =
    [ ExperimentVerbs.gaussianize
      PairVerbs.schematic
      PairVerbs.pairs
      PairVerbs.mutualInformation
      ExperimentVerbs.potentials
      ExperimentVerbs.targets
      ExperimentVerbs.dynamics
      ExperimentVerbs.likelihood
      ExperimentVerbs.adaptation
      ExperimentVerbs.whitening
      ExperimentVerbs.thresholds
      ExperimentVerbs.laplace
      ExperimentVerbs.costs
      ArrayVerbs.train
      ArrayVerbs.respond
      ArrayVerbs.sample
      ArrayVerbs.density
      DeriveVerbs.derive
      StimulusVerbs.scene
      StimulusVerbs.pyramid ]

let private isHelp argument = argument = "--help" || argument = "-h"

// Argu knows the options of all verbs, so those of other verbs are refused here.
let private requireKnown (verb: Verb) (words: string list) =
    let known = verb.Options |> List.map _.Name

    match
        words
        |> List.tryFind (fun word -> word.StartsWith "--" && not (List.contains word known))
    with
    | Some word ->
        let meant =
            Spelling.nearest known word
            |> Option.map (fun meant -> $"; did you mean {meant}?")
            |> Option.defaultValue ""

        raise (UsageException $"{verb.Name} has no option {word}{meant}")
    | None -> ()

let private parse (verb: Verb) (words: string list) : Argument list =
    requireKnown verb words

    let parser =
        ArgumentParser.Create<Argument>(programName = "interneuron " + verb.Name, checkStructure = false)

    try
        parser.Parse(Array.ofList words, raiseOnUsage = true).GetAllResults()
    with :? ArguParseException as error ->
        // The message goes on with the usage of all options; its first line says what is wrong.
        let line = error.Message.Split('\n')[0]
        raise (UsageException(line.Trim().Replace("ERROR: ", "")))

// Ctrl-C asks the work to stop; the second time it ends the program at once.
let private interruptible (run: CancellationToken -> int) =
    use source = new CancellationTokenSource()

    let stop =
        ConsoleCancelEventHandler(fun _ event ->
            if not source.IsCancellationRequested then
                event.Cancel <- true
                source.Cancel())

    Console.CancelKeyPress.AddHandler stop

    try
        run source.Token
    finally
        Console.CancelKeyPress.RemoveHandler stop

let private say (line: string) =
    Console.Error.WriteLine("interneuron: " + line)

let private run (verb: Verb) words =
    try
        let arguments = parse verb words
        interruptible (verb.Run arguments)
    with error ->
        match Exit.ofException error with
        | Some(code, line) ->
            say line

            if code = Exit.usage then
                say $"the options are listed by: interneuron {verb.Name} --help"

            code
        | None -> reraise ()

let private unknown (name: string) =
    let meant =
        match Spelling.nearest (verbs |> List.map _.Name) name with
        | Some meant -> $"; did you mean {meant}?"
        | None -> ""

    say $"there is no verb '{name}'{meant}"
    say "the verbs are listed by: interneuron --help"
    Exit.usage

[<EntryPoint>]
let main arguments =
    match List.ofArray arguments with
    | [] ->
        Console.Error.WriteLine(Help.ofProgram verbs)
        Exit.usage
    | first :: _ when isHelp first ->
        Console.Out.WriteLine(Help.ofProgram verbs)
        Exit.ok
    | name :: words ->
        match verbs |> List.tryFind (fun verb -> verb.Name = name) with
        | None -> unknown name
        | Some verb when List.exists isHelp words ->
            Console.Out.WriteLine(Help.ofVerb verb)
            Exit.ok
        | Some verb -> run verb words
