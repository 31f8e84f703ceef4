namespace Interneuron.Experiments

open System
open System.Threading
open Interneuron.Statistics
open Interneuron.Core.Symbolic
open Interneuron.Core.Transport
open Interneuron.Core.Circuits
open Interneuron.Core.Files
open Interneuron.Derivation.Rules

/// The families of potentials (theory, section 5) against each other on the same stimuli: how near the target they come, and after how many
/// samples.
[<RequireQualifiedAccess>]
module Potentials =
    /// The settings.
    type Settings =
        {
            /// Where the stimuli come from.
            Source: Source
            /// What is learned and how; its potential and leak are replaced by each family's.
            Learning: Learning
            /// The potentials, each with its leak.
            Families: (Potential * float) list
            /// J has converged when it first comes within this share of its last value.
            Tolerance: float
        }

    /// A method without a circuit, applied to the stimuli.
    type Baseline =
        {
            /// The method's name.
            Name: string
            /// The Kolmogorov-Smirnov distance of the outcome to the target.
            Ks: float
            /// The Wasserstein distance W2 of the outcome to the target.
            W2: float
            /// m4/m2^2 of the outcome.
            Kurtosis: float
        }

    /// The result.
    type Result =
        {
            /// The settings that led to it.
            Settings: Settings
            /// The circuit of each family, in their order; fewer if the run was interrupted.
            Runs: Gaussianise.Result list
            /// Methods without a circuit, applied to the stimuli.
            Baselines: Baseline list
        }

    // A saturating activation needs a leak (theory, section 2).
    let private leakOf (potential: Potential) =
        if Potential.saturates potential then 0.3 else 0.0

    /// Scene 1, all potentials of the library, J within 0.1 %.
    let standard: Settings =
        { Source = Source.Scene 1
          Learning = Learning.standard
          Families = [ for potential in Potentials.all -> potential, leakOf potential ]
          Tolerance = 1e-3 }

    // In one dimension whitening only scales, and rotations have nothing to turn: what they share is the marginal step.
    let private baselines target (s: float array) : Baseline list =
        [ for name, fit in [ "ZCA", Gaussianisation.zca; "marginal", Gaussianisation.marginal ] ->
              let outcome = Gaussianisation.apply (fit 1 s) s

              { Name = name
                Ks = Ks.toTarget (Target.cdf target) outcome
                W2 = Wasserstein.toTarget (Target.quantile target) outcome
                Kurtosis = Moments.kurtosis outcome } ]

    /// Loads the stimuli, and learns and measures once for each family. On cancellation the current circuit is measured as it stands, and
    /// the rest are skipped. Exceptions as `Gaussianise.run`; ArgumentException without families.
    let run (settings: Settings) (progress: Progress -> unit) (cancellation: CancellationToken) : Result =
        if settings.Families.IsEmpty then
            Refusal.argument (nameof settings) "there is no potential; at least one is needed"

        let stimuli = Gaussianise.load settings.Source

        { Settings = settings
          Baselines = baselines settings.Learning.Target (Source.measured stimuli)
          Runs =
            settings.Families
            |> Several.untilStopped cancellation (fun _ (potential, leak) ->
                let learning =
                    { settings.Learning with
                        Potential = potential
                        Leak = leak }

                Gaussianise.runOn stimuli (Learning.online learning) progress cancellation) }

    /// Samples until the J of the trajectory first comes within the tolerance of its last value, to the hundredth part of a run that a
    /// trajectory resolves.
    let samplesToConverge (tolerance: float) (trained: Trained) : int64 =
        let last = (List.last trained.Trajectory).J

        let reached =
            trained.Trajectory
            |> List.tryFind (fun s -> abs (s.J - last) <= tolerance * abs last)
            |> Option.defaultValue (List.last trained.Trajectory)

        int64 reached.Step * int64 trained.Settings.Batch

    let private converged (result: Result) (run: Gaussianise.Result) =
        samplesToConverge result.Settings.Tolerance run.Trained

    /// The result as one JSON object.
    let toJson (result: Result) : Json =
        Json.Object
            [ Source.toJson result.Settings.Source
              "target", Json.Text(Target.name result.Settings.Learning.Target)
              "tolerance", Json.Number result.Settings.Tolerance
              "families",
              Json.List
                  [ for run in result.Runs ->
                        let circuit = run.Trained.Circuit

                        Json.Object(
                            [ "potential", Json.Text circuit.Potential.Name
                              "leak", Json.Number circuit.Leak
                              "interneurons", Json.whole circuit.Interneurons
                              "steps_made", Json.whole run.Trained.Steps
                              "samples_to_converge", Json.Whole(converged result run) ]
                            @ Gaussianise.measures run
                        ) ]
              "baselines",
              Json.List
                  [ for baseline in result.Baselines ->
                        Json.Object
                            [ "method", Json.Text baseline.Name
                              "ks", Json.Number baseline.Ks
                              "w2", Json.Number baseline.W2
                              "kurtosis", Json.Number baseline.Kurtosis ] ] ]

    let private header =
        [ "potential"
          "interneurons"
          "KS"
          "W2 (SD)"
          "transport gap (SD²)"
          "gain gap (SD²)"
          "kurtosis"
          "samples to converge" ]

    let private cells (result: Result) : string list list =
        [ for run in result.Runs do
              let circuit = run.Trained.Circuit

              [ circuit.Potential.Name
                + (if circuit.Leak > 0.0 then
                       $" (leak {Output.short circuit.Leak})"
                   else
                       "")
                string circuit.Interneurons
                Output.small run.Ks
                Output.small run.W2
                Output.small run.TransportGap
                GainGap.text run.GainGap
                Output.short run.ResponseKurtosis
                (converged result run).ToString("N0", Globalization.CultureInfo.InvariantCulture) ]
          for baseline in result.Baselines do
              [ baseline.Name
                ""
                Output.small baseline.Ks
                Output.small baseline.W2
                ""
                ""
                Output.short baseline.Kurtosis
                "" ] ]

    /// The result for people, a line a family and then a line a baseline.
    let toTable (result: Result) : (string * string) list = Output.table header (cells result)

    /// The circuits, named by potential.
    let trained (result: Result) : (string * Trained) list =
        [ for run in result.Runs -> run.Trained.Circuit.Potential.Name, run.Trained ]

    // ---- the figure

    // What `Learner.train` takes the J of snapshots over: 2,000 stimuli evenly from all. Their optimum is J_opt for them.
    let private monitoredOptimum (target: Target) (s: float array) =
        Objective.optimum target (Samples.evenly 1 2_000 s)

    let private learningPanel (runs: Gaussianise.Result list) =
        let curve i (run: Gaussianise.Result) : Curve =
            let circuit = run.Trained.Circuit
            let optimum = monitoredOptimum circuit.Target (Source.measured run.Stimuli)

            let snapshots =
                run.Trained.Trajectory |> List.filter (fun s -> s.Step > 0) |> Array.ofList

            let samples =
                snapshots
                |> Array.map (fun s -> float s.Step * float run.Trained.Settings.Batch)

            let x, y =
                Plots.medians 14 samples (snapshots |> Array.map (fun s -> s.J - optimum))

            Plots.curve (RichText.plain circuit.Potential.Name) (Style.line i) x y

        let curves = List.mapi curve runs

        Panel.Curves(
            Axis.log "stimuli learned from" (Plots.decades (curves |> List.map _.X |> Array.concat)),
            Axis.log "transport gap (SD^{2})" (Plots.decades (curves |> List.map _.Y |> Array.concat)),
            curves
        )

    let private densityPanel (runs: Gaussianise.Result list) =
        Panel.Curves(
            Axis.linear "response _r_ (SD)" (-6.0, 6.0),
            Plots.densityAxis,
            [ for i, run in List.indexed runs do
                  Plots.histogram (RichText.plain run.Trained.Circuit.Potential.Name) { Style.line i with Width = 0.9 } run.Responses
              Plots.targetDensity "target" runs.Head.Trained.Circuit.Target (-6.0, 6.0) ]
        )

    let private mapPanel (runs: Gaussianise.Result list) =
        let sorted = Source.measured runs.Head.Stimuli |> Array.sort
        let r = Plots.spread 401 (-3.5, 3.5)
        let optimal = Plots.optimalStimuli runs.Head.Trained.Circuit.Target sorted r

        Panel.Curves(
            Axis.linear "response _r_ (SD)" (-3.5, 3.5),
            Axis.linear "interneuron output (SD)" (Plots.padded 0.3 (Plots.extremes optimal)),
            [ for i, run in List.indexed runs do
                  let circuit = run.Trained.Circuit
                  Plots.curve (RichText.plain circuit.Potential.Name) (Style.line i) r (Plots.learnedStimuli circuit r)
              Plots.curve "inverse optimal transport map" Style.optimum r optimal ]
        )

    /// The interneurons' output (with the leak's, if there is one) against the inverse of the optimal transport map, the densities of the
    /// responses, and the transport gap against the samples learned from; below them the table.
    let figure (result: Result) : Figure =
        let runs = result.Runs

        { Caption =
            { Title =
                "Circuits with the potentials of several families on the same stimuli. The table gives the interneurons of each, the \
                distances of its responses to the target (KS, _W_₂), its transport and gain gaps, the kurtosis of its responses, and after \
                how many stimuli _J_ first came within the tolerance of its last value."
              Panels =
                [ "Summed output of the interneurons against the response, as learned, and as optimal transport asks for (dashed, black)."
                  "Densities of the responses and of the target (dashed, black)."
                  "Transport gap on 2,000 of the stimuli against the stimuli learned from: medians over fourteen equal ratios of these, \
                  since single values jump by a decade while rates are high." ]
              Settings =
                (Caption.settings 1 result.Settings.Source result.Settings.Learning
                 |> List.filter (fun (name, _) -> not (List.contains name [ "potential"; "leak"; "steps"; "learns" ])))
                @ [ "tolerance", Output.small result.Settings.Tolerance ]
              Numbers = toTable result }
          RowHeight = 220.0
          Rows =
            [ [ mapPanel runs; densityPanel runs; learningPanel runs ]
              [ Panel.Table(header, cells result |> List.map (List.map RichText.plain)) ] ] }

    /// The families of potentials against each other.
    let experiment: Experiment<Settings, Result> =
        { Name = "potentials"
          Summary = "the families of potentials on the same stimuli: distances to the target, samples to converge"
          Example = "--scene 1"
          Standard = standard
          Quick =
            { standard with
                Learning =
                    { Learning.standard with
                        Steps = Some 5_000 } }
          Options =
            [ Setting.source (fun source settings -> { settings with Source = source })
              Setting.learning
                  ([ LearningChoices.target; LearningChoices.rule ] @ LearningChoices.draws)
                  _.Learning
                  (fun learning settings -> { settings with Learning = learning }) ]
          Run = run
          ToJson = toJson
          ToTable = toTable
          Courses = Experiment.courses trained
          Figure = figure
          Files = Experiment.noFiles }
