namespace Interneuron.Experiments

open Interneuron.Core.Files

/// Options, and what they make of the settings of an experiment.
type Setting<'Settings> =
    {
        /// The options.
        Flags: Flag list
        /// The settings with what is given; as they were where nothing is.
        Set: Given -> 'Settings -> 'Settings
    }

/// Options that set the settings of an experiment.
[<RequireQualifiedAccess>]
module Setting =
    /// Options, and how their value is found among what is given.
    let ofValue (flags: Flag list) (find: Given -> 'T option) (set: 'T -> 'Settings -> 'Settings) : Setting<'Settings> =
        { Flags = flags
          Set =
            fun given settings ->
                match find given with
                | Some value -> set value settings
                | None -> settings }

    /// An option whose value is a setting.
    let one (flag: Flag<'T>) (set: 'T -> 'Settings -> 'Settings) : Setting<'Settings> =
        ofValue [ flag ] (fun given -> given.TryFind flag) set

    /// An option that takes several numbers elsewhere, and one here.
    let single (flag: Flag<int list>) (set: int -> 'Settings -> 'Settings) : Setting<'Settings> =
        ofValue [ flag ] (fun given -> given.TryOne flag) set

    /// Where the stimuli come from.
    let source (set: Source -> 'Settings -> 'Settings) : Setting<'Settings> =
        ofValue Options.sources Given.source set

    /// Where the stimuli come from, if that has to be a picture.
    let picture (set: Source -> 'Settings -> 'Settings) : Setting<'Settings> =
        ofValue [ Options.image; Options.scene ] Given.source set

    /// The numbers of interneurons to compare: those given, that of the circuit to go on from, or what the potential needs, if that is
    /// given.
    let interneurons (set: int list -> 'Settings -> 'Settings) : Setting<'Settings> =
        let counts (given: Given) =
            match given.TryFind Options.interneurons, Given.from given with
            | Some counts, _ -> Some counts
            | None, Some from -> Some [ from.Circuit.Interneurons ]
            | None, None -> Given.potential given |> Option.map Treatment.defaultInterneurons

        ofValue [ Options.interneurons ] counts set

    /// All of them, one after another.
    let apply (settings: Setting<'Settings> list) (given: Given) (start: 'Settings) : 'Settings =
        settings |> List.fold (fun state setting -> setting.Set given state) start

    /// The choices of learning that these options make, where learning is a part of the settings.
    let learning
        (choices: Setting<Learning> list)
        (get: 'Settings -> Learning)
        (set: Learning -> 'Settings -> 'Settings)
        : Setting<'Settings> =
        { Flags = choices |> List.collect _.Flags
          Set = fun given settings -> set (apply choices given (get settings)) settings }

/// The options that choose what is learned and how.
[<RequireQualifiedAccess>]
module LearningChoices =
    let private interneurons: Setting<Learning> =
        Setting.single Options.interneurons (fun k learning -> { learning with Interneurons = Some k })

    /// --from
    let from: Setting<Learning> =
        Setting.ofValue [ Options.from ] Given.from Learning.goingOn

    let private potential: Setting<Learning> =
        Setting.ofValue [ Options.potential; Options.parameter ] Given.potential (fun potential learning ->
            { learning with Potential = potential })

    /// --target
    let target: Setting<Learning> =
        Setting.one Options.target (fun target learning -> { learning with Target = target })

    let private leak: Setting<Learning> =
        Setting.one Options.leak (fun leak learning -> { learning with Leak = leak })

    /// --rule
    let rule: Setting<Learning> =
        Setting.one Options.rule (fun rule learning -> { learning with Rule = rule })

    let private learn: Setting<Learning> =
        Setting.one Options.learn (fun learns learning -> { learning with Learns = Some learns })

    let private batchOptimum: Setting<Learning> =
        Setting.one Options.batchOptimum (fun () learning -> { learning with BatchOptimum = true })

    let private likelihood: Setting<Learning> =
        Setting.one Options.likelihood (fun steps learning -> { learning with Likelihood = steps })

    /// --steps, --batch, --seed
    let draws: Setting<Learning> list =
        [ Setting.one Options.steps (fun steps learning -> { learning with Steps = Some steps })
          Setting.one Options.batch (fun batch learning -> { learning with Batch = Some batch })
          Setting.one Options.seed (fun seed learning -> { learning with Seed = seed }) ]

    /// All, in the order of the help.
    let all: Setting<Learning> list =
        [ interneurons; potential; target; leak; rule; learn; batchOptimum; likelihood ]
        @ draws

    /// All but those that an experiment chooses by itself.
    let without (flags: Flag list) : Setting<Learning> list =
        all
        |> List.filter (fun choice -> choice.Flags |> List.forall (fun flag -> not (List.contains flag flags)))

    /// Learning as a command line chooses it.
    let read (given: Given) : Learning =
        Setting.apply (from :: all) given Learning.standard
