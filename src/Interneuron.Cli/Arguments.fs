namespace Interneuron.Cli

open System
open Interneuron.Core
open Interneuron.Stimuli

/// An argument with its value. All verbs share this union, so an option is declared once and means the same everywhere.
type Argument =
    | Image of file: string
    | Images of folder: string
    | Scene of seed: int
    | Input of file: string
    | Centre
    | Standardise
    | Interneurons of k: int list
    | Potential of name: string
    | Target of name: string
    | Leak of leak: float
    | Rule of name: string
    | Learn of list: string
    | Steps of count: int
    | Batch of count: int
    | Seed of seed: int
    | Circuit of file: string
    | Count of count: int64
    | Offset of pixels: int list
    | Optimum
    | Seeds of count: int
    | Scale of index: int
    | Orientation of index: int
    | Model of file: string
    | Parameter of text: string
    | Primaries of count: int
    | Circuits of count: int
    | Report of folder: string
    | Train
    | Out of path: string
    | Trajectory
    | Json

    /// The option that this is an argument of.
    member this.Flag =
        match this with
        | Image _ -> Options.image
        | Images _ -> Options.images
        | Scene _ -> Options.scene
        | Input _ -> Options.input
        | Centre -> Options.centre
        | Standardise -> Options.standardise
        | Interneurons _ -> Options.interneurons
        | Potential _ -> Options.potential
        | Target _ -> Options.target
        | Leak _ -> Options.leak
        | Rule _ -> Options.rule
        | Learn _ -> Options.learn
        | Steps _ -> Options.steps
        | Batch _ -> Options.batch
        | Seed _ -> Options.seed
        | Circuit _ -> Options.circuit
        | Count _ -> Options.count
        | Offset _ -> Options.offset
        | Optimum -> Options.optimum
        | Seeds _ -> Options.seeds
        | Scale _ -> Options.scale
        | Orientation _ -> Options.orientation
        | Model _ -> Options.model
        | Parameter _ -> Options.parameter
        | Primaries _ -> Options.primaries
        | Circuits _ -> Options.circuits
        | Report _ -> Options.report
        | Train -> Options.train
        | Out _ -> Options.outFile
        | Trajectory -> Options.trajectory
        | Json -> Options.json

/// Parses the words of a command line. UsageException if they are not options and values; BadInputException for an invalid value,
/// before any work is done.
[<RequireQualifiedAccess>]
module Arguments =
    let private refuse (flag: Flag) (text: string) (problem: string) : 'T =
        raise (BadInputException $"{flag.Name} {Message.quote text} {problem}")

    // A whole number within the bounds of its option.
    let private whole (flag: Flag) (text: string) : int64 =
        let least, most =
            match flag.Kind with
            | Kind.Whole(least, most)
            | Kind.Wholes(least, most) -> least, most
            | _ -> Int64.MinValue, Int64.MaxValue

        match Numeral.readWhole text with
        | Ok value when least <= value && value <= most -> value
        | Ok _ -> refuse flag text $"is out of range: it is from {least} to {most}."
        | Error right -> refuse flag text $"is not a whole number: {right}."

    let private real (flag: Flag) (text: string) : float =
        let least =
            match flag.Kind with
            | Kind.Real least -> least
            | _ -> Double.NegativeInfinity

        match Numeral.read text with
        | Ok value when value >= least -> value
        | Ok _ -> refuse flag text $"is out of range: it is from {least} on."
        | Error right -> refuse flag text $"is not a number: {right}."

    // How to build an argument from an option's values, by the option's name.
    let private makers: Map<string, Flag -> string list -> Argument> =
        let switch argument = fun _ _ -> argument

        let text (case: string -> Argument) =
            fun _ (values: string list) -> case values.Head

        let int64 (case: int64 -> Argument) =
            fun flag (values: string list) -> case (whole flag values.Head)

        let int (case: int -> Argument) = int64 (int >> case)

        let ints (case: int list -> Argument) =
            fun flag values -> case (List.map (whole flag >> Operators.int) values)

        Map.ofList
            [ Options.image.Name, text Image
              Options.images.Name, text Images
              Options.scene.Name, int Scene
              Options.input.Name, text Input
              Options.centre.Name, switch Centre
              Options.standardise.Name, switch Standardise
              Options.interneurons.Name, ints Interneurons
              Options.potential.Name, text Potential
              Options.target.Name, text Target
              Options.leak.Name, (fun flag values -> Leak(real flag values.Head))
              Options.rule.Name, text Rule
              Options.learn.Name, text Learn
              Options.steps.Name, int Steps
              Options.batch.Name, int Batch
              Options.seed.Name, int Seed
              Options.circuit.Name, text Circuit
              Options.count.Name, int64 Count
              Options.offset.Name, ints Offset
              Options.optimum.Name, switch Optimum
              Options.seeds.Name, int Seeds
              Options.scale.Name, int Scale
              Options.orientation.Name, int Orientation
              Options.model.Name, text Model
              Options.parameter.Name, text Parameter
              Options.primaries.Name, int Primaries
              Options.circuits.Name, int Circuits
              Options.report.Name, text Report
              Options.train.Name, switch Train
              Options.outFile.Name, text Out
              Options.trajectory.Name, switch Trajectory
              Options.json.Name, switch Json ]

    let private isOption (word: string) = word.StartsWith "--"

    let private find (verb: string) (flags: Flag list) (name: string) =
        match flags |> List.tryFind (fun flag -> flag.Name = name) with
        | Some flag -> flag
        | None ->
            let meant =
                Spelling.nearest (flags |> List.map _.Name) name
                |> Option.map (fun meant -> $"; did you mean {meant}?")
                |> Option.defaultValue ""

            raise (UsageException $"{verb} has no option {Message.quote name}{meant}")

    // The values of an option, after the = in its own word or in the next words, and the remaining words.
    let private valuesOf (flag: Flag) (attached: string option) (words: string list) =
        let called = defaultArg flag.Value ""

        match flag.Kind, attached, words with
        | Kind.Switch, None, _ -> [], words
        | Kind.Switch, Some _, _ -> raise (UsageException $"{flag.Name} takes no value")
        | _, Some value, _ -> [ value ], words
        | Kind.Wholes _, None, _ ->
            match List.takeWhile (isOption >> not) words with
            | [] -> raise (UsageException $"{flag.Name} must be followed by a number or several")
            | values -> values, List.skip values.Length words
        | _, None, value :: rest when not (isOption value) -> [ value ], rest
        | _ -> raise (UsageException $"{flag.Name} must be followed by {called}")

    let rec private readFrom verb flags (found: Argument list) words =
        match words with
        | [] -> List.rev found
        | word :: rest when isOption word ->
            let name, attached =
                match word.IndexOf '=' with
                | -1 -> word, None
                | at -> word[.. at - 1], Some word[at + 1 ..]

            let flag = find verb flags name

            if
                name <> Options.parameter.Name
                && found |> List.exists (fun other -> other.Flag.Name = name)
            then
                raise (UsageException $"{name} is given more than once")

            let values, rest = valuesOf flag attached rest
            readFrom verb flags (makers[name] flag values :: found) rest
        | word :: _ -> raise (UsageException $"{Message.quote word} follows no option; options begin with --")

    /// The arguments of a verb that takes these options. A value follows its option as the next word or after =, as in --seed 1 and --seed=1.
    let read (verb: string) (flags: Flag list) (words: string list) : Argument list = readFrom verb flags [] words
