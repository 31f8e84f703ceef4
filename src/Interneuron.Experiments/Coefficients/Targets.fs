namespace Interneuron.Experiments

open System.Threading
open MathNet.Numerics.Distributions
open MathNet.Numerics.Random
open Interneuron.Statistics
open Interneuron.Core.Symbolic
open Interneuron.Core.Transport
open Interneuron.Core.Circuits
open Interneuron.Core.Files

/// The same stimuli driven to several targets: any distribution of zero mean can be asked for, not only the Gaussian (theory, section 3).
[<RequireQualifiedAccess>]
module Targets =
    /// The settings.
    type Settings =
        {
            /// Where the stimuli come from.
            Source: Source
            /// What is learned and how; its target is replaced by each of the targets.
            Learning: Learning
            /// The targets, each with its name in the figure.
            Targets: (string * Target) list
        }

    /// The result.
    type Result =
        {
            /// The settings that led to it.
            Settings: Settings
            /// The circuit for each target, in their order; fewer if the run was interrupted.
            Runs: (string * Gaussianise.Result) list
        }

    /// 4,096 points of an equal mixture of two Gaussians around -0.9 and 0.9, of unit variance together: an empirical target with two
    /// peaks.
    let twoPeaks (seed: int) : Target =
        let random = Xoshiro256StarStar(seed, false)
        let deviation = sqrt (1.0 - 0.9 * 0.9)

        Array.init 4096 (fun i -> Normal.Sample(random, (if i % 2 = 0 then -0.9 else 0.9), deviation))
        |> Target.ofSamples 1

    /// Scene 1, and a population of thresholds, which can represent the maps to all of these targets.
    let standard: Settings =
        { Source = Source.Scene 1
          Learning =
            { Learning.standard with
                Potential = Potentials.thresholdLinear }
          Targets =
            [ "Gaussian", StandardGaussian
              "Laplace", Laplace
              "uniform", Uniform
              "gen. Gaussian, β = 1.5", Target.generalisedGaussian 1.5
              "two-peaked samples", twoPeaks 1 ] }

    /// Loads the stimuli, and learns and measures once for each target. On cancellation the current circuit is measured as it stands, and
    /// the rest are skipped. Exceptions as `Gaussianise.run`; ArgumentException without targets.
    let run (settings: Settings) (progress: Progress -> unit) (cancellation: CancellationToken) : Result =
        if settings.Targets.IsEmpty then
            Refusal.argument (nameof settings) "there is no target; at least one is needed"

        let stimuli = Gaussianise.load settings.Source

        { Settings = settings
          Runs =
            settings.Targets
            |> Several.untilStopped cancellation (fun _ (name, target) ->
                name,
                Gaussianise.runOn
                    stimuli
                    { settings.Learning with
                        Target = target }
                    progress
                    cancellation) }

    /// The result as one JSON object.
    let toJson (result: Result) : Json =
        Json.Object(
            [ Source.toJson result.Settings.Source
              "potential", Json.Text result.Settings.Learning.Potential.Name
              "targets",
              Json.List
                  [ for name, run in result.Runs ->
                        Json.Object(
                            [ "name", Json.Text name
                              "target", Json.Text(Target.name run.Trained.Circuit.Target)
                              "steps_made", Json.whole run.Trained.Steps ]
                            @ Gaussianise.measures run
                        ) ] ]
        )

    let private cells (run: Gaussianise.Result) =
        [ Output.small run.Ks
          Output.small run.W2
          Output.small run.TransportGap
          GainGap.text run.GainGap
          Output.short run.ResponseKurtosis ]

    let private header =
        [ "target"
          "KS"
          "W2 (SD)"
          "transport gap (SD²)"
          "gain gap (SD²)"
          "kurtosis" ]

    /// The result for people: KS, W2, transport gap, gain gap and the responses' kurtosis for each target.
    let toTable (result: Result) : (string * string) list =
        Output.table header [ for name, run in result.Runs -> name :: cells run ]

    /// The circuits, named by target.
    let trained (result: Result) : (string * Trained) list =
        [ for name, run in result.Runs -> name, run.Trained ]

    // ---- the figure

    // Responses and targets have unit variance; what lies beyond is a handful of stimuli.
    let private shown = -5.0, 5.0

    let private densities (name, run: Gaussianise.Result) =
        Panel.Curves(
            Axis.linear "stimulus _s_ or response _r_ (SD)" shown,
            Plots.densityAxis,
            [ Plots.histogram "stimuli" Style.stimulus (Plots.standardised (Source.measured run.Stimuli))
              Plots.histogram $"responses, KS = {Output.small run.Ks}" Style.circuit run.Responses
              Plots.targetDensity $"target: {RichText.plain name}" run.Trained.Circuit.Target shown ]
        )

    let private transforms (runs: (string * Gaussianise.Result) list) =
        let s = Plots.denseAtZero 401 (-8.0, 8.0)
        let deviation = Moments.standardDeviation ((snd runs.Head).Stimuli.S.ToArray())

        Panel.Curves(
            Axis.linear "stimulus _s_ (SD)" (-8.0, 8.0),
            Axis.linear "response _r_ (SD)" (-5.0, 5.0),
            [ for i, (name, run) in List.indexed runs ->
                  s
                  |> Array.map ((*) deviation)
                  |> Learning.responses "the axis of the figure" run.Trained.Circuit
                  |> Plots.curve (RichText.plain name) (Style.line i) s ]
        )

    /// The learned transforms together, then for each target the densities of stimuli, responses and target; three panels in a row.
    let figure (result: Result) : Figure =
        let panels = transforms result.Runs :: List.map densities result.Runs

        { Caption =
            { Title = "The same stimuli driven to several targets, each by a circuit of its own."
              Panels =
                "Response against stimulus, in standard deviations of the stimuli, as each circuit has learned it."
                :: [ for name, run in result.Runs ->
                         $"Density of the stimuli (grey), of the responses (blue) and of the target (dashed), {RichText.plain name}; KS \
                         distance of the responses to it {Output.small run.Ks}." ]
              Settings =
                Caption.settings 1 result.Settings.Source result.Settings.Learning
                |> List.filter (fun (name, _) -> name <> "target")
              Numbers = toTable result }
          RowHeight = 185.0
          Rows = List.chunkBySize 3 panels }

    /// The same stimuli driven to several targets.
    let experiment: Experiment<Settings, Result> =
        { Name = "targets"
          Summary = "a population of thresholds drives the same stimuli to five targets, one of them given by samples"
          Example = "--scene 1"
          Standard = standard
          Quick =
            { standard with
                Learning =
                    { standard.Learning with
                        Steps = Some 5_000 } }
          Options =
            [ Setting.source (fun source settings -> { settings with Source = source })
              Setting.learning (LearningChoices.without [ Options.target ]) _.Learning (fun learning settings ->
                  { settings with Learning = learning }) ]
          Run = run
          ToJson = toJson
          ToTable = toTable
          Courses = Experiment.courses trained
          Figure = figure
          Files = Experiment.noFiles }
