namespace Interneuron.Experiments

open Interneuron.Statistics
open Interneuron.Core.Transport

/// The plan that a few options of the command line stand for.
[<RequireQualifiedAccess>]
module UsualPlan =
    /// The potentials that are compared where none are named: the paper's, the plain power, and a population of thresholds.
    let potentials =
        [ Potentials.powerMixture; Potentials.monomial; Potentials.thresholdLinear ]

    /// The options that make its grid.
    let grid: Flag list =
        [ Options.images
          Options.offsets
          Options.potentials
          Options.interneuronCounts
          Options.seedList ]

    /// The options that all its cells share.
    let shared: Flag list =
        [ Options.target
          Options.leak
          Options.rule
          Options.learn
          Options.batchOptimum
          Options.likelihood
          Options.steps
          Options.batch ]

    let private named (flag: Flag) = flag.Name.Substring 2

    // What is shown of single coefficients, and of pairs: the mutual information that the circuit, after five other treatments, leaves.
    let private axesOfSingle =
        { X = "kurtosis.stimulus"
          Y = [ "ks"; "w2"; "transport_gap" ]
          By = Some(named Options.potential) }

    let private axesOfPairs (by: string option) =
        { X = named Options.offset
          Y = [ "rows.0.outcomes.5.corrected" ]
          By = by }

    /// Gaussianisation of every picture by every potential, or of pairs where offsets are given. UsageException without pictures, Refusal
    /// as `Plan.create`.
    let ofGiven (given: Given) : Plan =
        let experiment: IExperiment =
            if given.Has Options.offsets then
                Pairs.experiment
            else
                Gaussianise.experiment

        let listed (flag: Flag<string>) (option: Flag) =
            [ match given.TryFind flag with
              | Some list -> named option, Plan.values (Where.named flag.Name) experiment (named option) list
              | None -> () ]

        let pictures =
            match given.TryFind Options.images with
            | Some folder -> Plan.picturesIn folder
            | None -> raise (UsageException $"{Options.images.Name} is missing, or {Options.plan.Name}")

        let ofPairs = given.Has Options.offsets

        let compared =
            match listed Options.potentials Options.potential with
            | [] when not ofPairs -> [ named Options.potential, [ for one in potentials -> PlannedValue.Words [ one.Name ] ] ]
            | given -> given

        let counts = listed Options.interneuronCounts Options.interneurons

        let options =
            [ for flag in shared do
                  match given.Words flag with
                  | Some [] -> named flag, PlannedValue.Switch true
                  | Some words -> named flag, PlannedValue.Words words
                  | None -> () ]

        let axes =
            if ofPairs then
                axesOfPairs (List.tryHead (compared @ counts) |> Option.map fst)
            else
                axesOfSingle

        Plan.create
            Where.unknown
            experiment
            options
            ((named Options.image, pictures) :: listed Options.offsets Options.offset
             @ compared
             @ counts
             @ listed Options.seedList Options.seed)
            (Some axes)
