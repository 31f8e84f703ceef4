namespace Interneuron.Cli

open System.IO
open System.Threading
open Interneuron.Experiments
open Interneuron.Stimuli

/// Something the program does.
type Verb =
    {
        /// The first word of the command line.
        Name: string
        /// What it does, in a line.
        Summary: string
        /// Its required options.
        Required: Flag list
        /// The other options.
        Optional: Flag list
        /// An example of its use.
        Example: string
        /// Runs it and returns the exit code.
        Run: Argument list -> CancellationToken -> int
    }

    /// All its options.
    member this.Options = this.Required @ this.Optional

/// Reading a verb's arguments. A missing required option is a UsageException.
[<RequireQualifiedAccess>]
module Given =
    let private required (flag: Flag) found =
        match found with
        | Some value -> value
        | None -> raise (UsageException $"{flag.Name} is missing")

    let private pick (arguments: Argument list) choose = List.tryPick choose arguments

    /// --json
    let json (arguments: Argument list) = List.contains Json arguments

    /// --out, a file, checked to be writable before the work rather than after it.
    let outFile arguments =
        let path =
            pick arguments (function
                | Out path -> Some path
                | _ -> None)
            |> required Options.outFile

        Files.requireWritable path
        path

    /// --out, a folder, created once there is something to put into it, by default named after the verb. It must be writable and hold no results of
    /// another verb. A verb's mode may be part of the name, as in gaussianize --images.
    let outFolder (verb: string) arguments =
        let path =
            pick arguments (function
                | Out path -> Some path
                | _ -> None)
            |> Option.defaultValue (verb.Split(' ')[0])

        Output.requireFree path verb
        path

    /// --image where it is needed.
    let image arguments =
        pick arguments (function
            | Image path -> Some path
            | _ -> None)
        |> required Options.image

    /// --input where it is needed.
    let input arguments =
        pick arguments (function
            | Input path -> Some path
            | _ -> None)
        |> required Options.input

    /// --circuit where it is needed.
    let circuit arguments =
        pick arguments (function
            | Circuit path -> Some path
            | _ -> None)
        |> required Options.circuit

    /// --count where it is needed.
    let count arguments =
        pick arguments (function
            | Count count -> Some count
            | _ -> None)
        |> required Options.count

    /// --seed, where it is needed.
    let requiredSeed arguments =
        pick arguments (function
            | Seed seed -> Some seed
            | _ -> None)
        |> required Options.seed

    /// --seed
    let seed arguments =
        pick arguments (function
            | Seed seed -> Some seed
            | _ -> None)
        |> Option.defaultValue Learning.standard.Seed

    /// --offset
    let offsets arguments =
        pick arguments (function
            | Offset offsets -> Some offsets
            | _ -> None)

    /// --offset where a single one is taken.
    let offset arguments =
        match offsets arguments with
        | Some [ offset ] -> Some offset
        | Some _ -> raise (UsageException $"{Options.offset.Name} takes one number here")
        | None -> None

    /// --interneurons where circuits are compared.
    let interneurons arguments =
        pick arguments (function
            | Interneurons ks -> Some ks
            | _ -> None)

    /// --optimum
    let optimum (arguments: Argument list) = List.contains Optimum arguments

    /// --seeds
    let seeds arguments =
        pick arguments (function
            | Seeds count -> Some count
            | _ -> None)

    /// --scale and --orientation
    let subband arguments =
        let scale =
            pick arguments (function
                | Scale i -> Some i
                | _ -> None)

        let orientation =
            pick arguments (function
                | Orientation j -> Some j
                | _ -> None)

        defaultArg scale 0, defaultArg orientation 0

    /// --input with --centre or --standardise; anything unusual about the array is reported.
    let array (arguments: Argument list) : Source =
        let path = input arguments

        let scaling =
            match List.contains Centre arguments, List.contains Standardise arguments with
            | false, false -> Scaling.AsIs
            | true, false -> Scaling.Centred
            | false, true -> Scaling.Standardised
            | true, true -> raise (UsageException $"{Options.standardise.Name} also centres; give one of it and {Options.centre.Name}")

        let source, warning = StimulusArray.source scaling path
        Option.iter Terminal.log warning
        source

    /// --image, --scene or --input, at most one of them.
    let source (arguments: Argument list) : Source option =
        let given =
            arguments
            |> List.choose (function
                | Image path -> Some(Source.Image path)
                | Scene seed -> Some(Source.Scene seed)
                | Input path -> Some(Source.Input path)
                | _ -> None)

        match given with
        | [ Source.Input _ ] -> Some(array arguments)
        | _ when List.contains Centre arguments || List.contains Standardise arguments ->
            raise (UsageException $"{Options.centre.Name} and {Options.standardise.Name} are for the array of an {Options.input.Name}")
        | [] -> None
        | [ source ] -> Some source
        | _ -> raise (UsageException "the stimuli come from one place: give one of --image, --scene and --input")

    /// --images
    let images arguments =
        pick arguments (function
            | Images folder -> Some folder
            | _ -> None)

    /// Whether an option is among the arguments.
    let isGiven (flag: Flag) (arguments: Argument list) =
        arguments |> List.exists (fun argument -> argument.Flag.Name = flag.Name)

    /// --trajectory
    let trajectory (arguments: Argument list) = List.contains Trajectory arguments

    /// The options of learning, for an experiment with its own defaults. BadInputException for unknown names.
    let learningFrom (defaults: Learning) (arguments: Argument list) : Learning =
        let set (learning: Learning) argument =
            match argument with
            | Potential name ->
                { learning with
                    Potential = Names.potential name }
            | Target name ->
                { learning with
                    Target = Names.target name }
            | Leak leak -> { learning with Leak = leak }
            | Interneurons [ k ] -> { learning with Interneurons = Some k }
            | Interneurons _ -> raise (UsageException $"{Options.interneurons.Name} takes one number here")
            | Rule name -> { learning with Rule = Names.rule name }
            | Learn list ->
                { learning with
                    Learns = Some(Names.learns list) }
            | Steps steps -> { learning with Steps = Some steps }
            | Batch batch -> { learning with Batch = Some batch }
            | Seed seed -> { learning with Seed = seed }
            | Image _
            | Images _
            | Scene _
            | Input _
            | Centre
            | Standardise
            | Circuit _
            | Count _
            | Offset _
            | Optimum
            | Seeds _
            | Scale _
            | Orientation _
            | Model _
            | Parameter _
            | Primaries _
            | Circuits _
            | Report _
            | Train
            | Out _
            | Trajectory
            | Json -> learning

        List.fold set defaults arguments

    /// The options of learning. BadInputException for unknown names.
    let learning (arguments: Argument list) : Learning =
        learningFrom Learning.standard arguments

    /// The options of learning where circuits of several sizes are compared.
    let learningOfSeveral (arguments: Argument list) : Learning =
        arguments
        |> List.filter (function
            | Interneurons _ -> false
            | _ -> true)
        |> learning

    /// Location of an energy term, for error messages.
    let placeOf (name: string, text: string option) (term: Interneuron.Core.Indexed) : string =
        match text with
        | Some text ->
            let line, column = Interneuron.Core.ModelText.place text term
            $"{name}: line {line}, column {column}"
        | None -> name

    /// Runs `action`, adding the model's location to any refusal.
    let naming (name: string, text: string option) (action: unit -> 'T) : 'T =
        try
            action ()
        with
        | :? Interneuron.Core.IllPosedException as error ->
            raise (BadInputException($"{placeOf (name, text) error.Term}: {error.Message}", error))
        | :? System.ArgumentException as error -> raise (BadInputException($"{name}: {Errors.message error}", error))

    /// --model: its name, its text and the model. Options that are part of a model cannot be given as well.
    let model (arguments: Argument list) : (string * string * Interneuron.Core.Model) option =
        let path =
            pick arguments (function
                | Argument.Model path -> Some path
                | _ -> None)

        path
        |> Option.map (fun path ->
            for argument in arguments do
                match argument with
                | Potential _
                | Parameter _
                | Target _
                | Leak _
                | Rule _
                | Learn _
                | Primaries _ -> raise (UsageException $"{argument.Flag.Name} is part of the model in {path}; give one of them")
                | _ -> ()

            let text =
                match File.Exists path, Interneuron.Core.ModelLibrary.tryText path with
                | false, Some text -> text
                | false, None ->
                    let meant =
                        Interneuron.Core.Spelling.nearest Interneuron.Core.ModelLibrary.names path
                        |> Option.map (fun name -> $"; did you mean {name}?")
                        |> Option.defaultValue "."

                    raise (BadInputException $"{path}: no such file, and no model of the library{meant}")
                | true, _ ->
                    try
                        File.ReadAllText path
                    with
                    | :? IOException
                    | :? System.UnauthorizedAccessException as error ->
                        raise (BadInputException($"{path}: cannot be read: {error.Message}", error))

            match Interneuron.Core.ModelText.parse text with
            | Ok model -> path, text, model
            | Error error -> raise (BadInputException $"{path}: {error}"))

    /// The options that `learning` reads.
    let learningOptions =
        [ Options.interneurons
          Options.potential
          Options.target
          Options.leak
          Options.rule
          Options.learn
          Options.steps
          Options.batch
          Options.seed ]
