module Interneuron.Cli.Program

open System
open System.Reflection
open System.Threading
open Interneuron.Core
open Interneuron.Stimuli

/// All verbs, in the order of the help.
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

let private find (name: string) : Verb =
    match verbs |> List.tryFind (fun verb -> verb.Name = name) with
    | Some verb -> verb
    | None ->
        let meant =
            match Spelling.nearest ([ for verb in verbs -> verb.Name ] @ [ "help"; "completion" ]) name with
            | Some meant -> $"; did you mean {meant}?"
            | None -> ""

        raise (UsageException $"there is no verb {Message.quote name}{meant}")

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
        let verb = find name

        if List.exists isHelp words || words = [ "help" ] then
            print (Help.ofVerb verb)
        else
            verb.Run (Arguments.read verb.Name verb.Options words) cancellation

// A hint where to find the right options.
let private pointer (arguments: string list) =
    match arguments with
    | name :: _ when verbs |> List.exists (fun verb -> verb.Name = name) -> $" (options: interneuron {name} --help)"
    | _ -> " (verbs: interneuron --help)"

/// Runs a command line and returns the exit code. Any failure is one line on standard error.
let run (arguments: string list) : int =
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
