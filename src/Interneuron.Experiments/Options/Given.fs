namespace Interneuron.Experiments

open System
open Interneuron.Statistics
open Interneuron.Core.Symbolic.Text
open Interneuron.Core.Transport
open Interneuron.Core.Files

/// What a command line gives: options with their words. `say` takes a line about anything unusual.
[<Sealed>]
type Given(found: (Flag * string list) list, say: string -> unit) =
    /// The options, in the order in which they are given.
    member _.Flags: Flag list = List.map fst found

    /// Whether an option is given.
    member _.Has(flag: Flag) : bool =
        found |> List.exists (fun (other, _) -> other = flag)

    /// The values of an option that may be given more than once.
    member _.All(flag: Flag<'T>) : 'T list =
        found
        |> List.filter (fun (other, _) -> other = (flag :> Flag))
        |> List.map (snd >> flag.Read)

    /// The words of an option, where it is given.
    member _.Words(flag: Flag) : string list option =
        found |> List.tryFind (fun (other, _) -> other = flag) |> Option.map snd

    /// The value of an option, where it is given.
    member this.TryFind(flag: Flag<'T>) : 'T option = List.tryHead (this.All flag)

    /// The value of an option. UsageException where it is missing.
    member this.Find(flag: Flag<'T>) : 'T =
        match this.TryFind flag with
        | Some value -> value
        | None -> raise (UsageException $"{flag.Name} is missing")

    /// The value of an option that takes several elsewhere. UsageException where several are given.
    member this.TryOne(flag: Flag<'T list>) : 'T option =
        match this.TryFind flag with
        | Some [ value ] -> Some value
        | Some _ -> raise (UsageException $"{flag.Name} takes one number here")
        | None -> None

    /// Reports something unusual about what was given.
    member _.Say(line: string) : unit = say line

/// Reading command lines, and the options that go together.
[<RequireQualifiedAccess>]
module Given =
    let private isOption (word: string) = word.StartsWith "--"

    let private find (verb: string) (flags: Flag list) (name: string) : Flag =
        let names = [ for flag in flags -> flag.Name ]

        match American.tryFind names name with
        | Some found -> flags |> List.find (fun flag -> flag.Name = found)
        | None ->
            let meant =
                Spelling.nearest names name
                |> Option.map (fun meant -> $"; did you mean {meant}?")
                |> Option.defaultValue ""

            raise (UsageException $"{verb} has no option {Message.quote name}{meant}")

    // The values of an option: what follows the = in its own word, or the next words. And the words after them.
    let private valuesOf (flag: Flag) (attached: string option) (words: string list) =
        match flag.Kind, attached, words with
        | Kind.Switch, None, _ -> [], words
        | Kind.Switch, Some _, _ -> raise (UsageException $"{flag.Name} takes no value")
        | _, Some value, _ -> [ value ], words
        | Kind.Wholes _, None, _ ->
            match List.takeWhile (isOption >> not) words with
            | [] -> raise (UsageException $"{flag.Name} must be followed by a number or several")
            | values -> values, List.skip values.Length words
        | _, None, value :: rest when not (isOption value) -> [ value ], rest
        | _ -> raise (UsageException $"""{flag.Name} must be followed by {defaultArg flag.Value ""}""")

    let rec private readFrom verb flags (found: (Flag * string list) list) words =
        match words with
        | [] -> List.rev found
        | word :: rest when isOption word ->
            let name, attached =
                match word.IndexOf '=' with
                | -1 -> word, None
                | at -> word[.. at - 1], Some word[at + 1 ..]

            let flag = find verb flags name

            let values, rest = valuesOf flag attached rest

            // Of a model's inputs each has its own array.
            let isNamedInput = flag = Options.input && values |> List.exists _.Contains('=')

            if
                flag.Kind <> Kind.Repeated
                && not isNamedInput
                && found |> List.exists (fun (other, _) -> other = flag)
            then
                raise (UsageException $"{flag.Name} is given more than once")

            flag.Check values
            readFrom verb flags ((flag, values) :: found) rest
        | word :: _ -> raise (UsageException $"{Message.quote word} follows no option; options begin with --")

    /// What the words of a command line give to a verb that takes these options. A value follows its option as the next word or after =, as
    /// in --seed 1 and --seed=1. UsageException where they are not options and values, Refusal for a value that cannot be.
    let read (verb: string) (flags: Flag list) (say: string -> unit) (words: string list) : Given =
        Given(readFrom verb flags [] words, say)

    let private separated (parameters: string list) =
        parameters
        |> List.collect (fun text ->
            text.Split(';', StringSplitOptions.RemoveEmptyEntries ||| StringSplitOptions.TrimEntries)
            |> List.ofArray)

    /// The potential that a text stands for, of the library by its name, or a formula of z and what --parameter declares. UsageException
    /// for parameters beside a name, Refusal for a formula that cannot be read.
    let potentialOf (text: string) (given: Given) : Potential =
        let parameters = separated (given.All Options.parameter)

        match Potentials.tryFind text with
        | Some named when parameters.IsEmpty -> named
        | Some named -> raise (UsageException $"the potential {named.Name} has its own parameters; --parameter goes with a formula")
        | None ->
            match PotentialText.parse text parameters with
            | Ok potential -> potential
            | Error refusal -> raise refusal

    /// --potential with --parameter.
    let potential (given: Given) : Potential option =
        match given.TryFind Options.potential with
        | Some text -> Some(potentialOf text given)
        | None when given.Has Options.parameter ->
            raise (UsageException $"{Options.parameter.Name} goes with a formula, as {Options.potential.Name}")
        | None -> None

    /// --from: the circuit, and its file. UsageException where something that is part of it is given beside it, Refusal where it cannot be
    /// read, or learned from standardised stimuli.
    let from (given: Given) : Beginning option =
        let parts: Flag list =
            [ Options.potential; Options.parameter; Options.leak; Options.interneurons ]

        given.TryFind Options.from
        |> Option.map (fun path ->
            match given.Flags |> List.tryFind (fun flag -> List.contains flag parts) with
            | Some flag -> raise (UsageException $"{flag.Name} is part of the circuit in {path}; give one of them")
            | None ->
                let saved = CircuitFile.read path

                if saved.Standardisation.IsSome then
                    raise (Refusal $"{path}: learned from centred or standardised stimuli; only circuits of stimuli as they are go on.")

                { Path = path; Circuit = saved.Circuit })

    /// --input with --centre or --standardise; anything unusual about the array is reported.
    let array (given: Given) : Source =
        let scaling =
            match given.Has Options.centre, given.Has Options.standardise with
            | false, false -> Scaling.AsIs
            | true, false -> Scaling.Centred
            | false, true -> Scaling.Standardised
            | true, true -> raise (UsageException $"{Options.standardise.Name} also centres; give one of it and {Options.centre.Name}")

        let source, warning = StimulusArray.source scaling (given.Find Options.input)
        Option.iter given.Say warning
        source

    /// --image, --scene or --input, at most one of them.
    let source (given: Given) : Source option =
        let sources =
            [ yield! given.TryFind Options.image |> Option.map Source.Image |> Option.toList
              yield! given.TryFind Options.scene |> Option.map Source.Scene |> Option.toList
              yield! given.TryFind Options.input |> Option.map Source.Input |> Option.toList ]

        match sources with
        | [ Source.Input _ ] -> Some(array given)
        | _ when given.Has Options.centre || given.Has Options.standardise ->
            raise (UsageException $"{Options.centre.Name} and {Options.standardise.Name} are for the array of an {Options.input.Name}")
        | [] -> None
        | [ source ] -> Some source
        | _ -> raise (UsageException "the stimuli come from one place: give one of --image, --scene and --input")
