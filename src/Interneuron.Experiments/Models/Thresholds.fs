namespace Interneuron.Experiments

open System
open System.Threading
open Interneuron.Statistics
open Interneuron.Core.Symbolic
open Interneuron.Core.Transport
open Interneuron.Core.Circuits
open Interneuron.Core.Files
open Interneuron.Derivation.Formulas

/// Populations of threshold-linear interneurons whose thresholds learn, against as many whose thresholds stay evenly spaced: the model
/// threshold-population of the library, dtheta_i ~ -g_i (max(|z_i| - theta_i, 0) - E max(|w_i . r| - theta_i, 0)), for one primary neuron.
[<RequireQualifiedAccess>]
module Thresholds =
    /// The settings.
    type Settings =
        {
            /// Where the stimuli come from.
            Source: Source
            /// The numbers of interneurons.
            Interneurons: int list
            /// The first threshold is 0, and the fixed thresholds lie evenly below this, in standard deviations of the target.
            Upper: float
            /// Steps of each run.
            Steps: int option
            /// Stimuli in a step.
            Batch: int option
            /// Random numbers.
            Seed: int
        }

    /// One circuit.
    type Run =
        {
            /// Whether its thresholds have learned.
            IsLearned: bool
            /// The circuit with its history.
            Trained: Trained
            /// The Kolmogorov-Smirnov distance of the responses to the target.
            Ks: float
            /// The Wasserstein distance W2 of the responses to the target.
            W2: float
            /// J - J_opt.
            TransportGap: float
            /// How far the gains are from the best for the thresholds that there are.
            GainGap: GainGap
        }

    /// The result.
    type Result =
        {
            /// The settings that led to it.
            Settings: Settings
            /// s, n x 1.
            Stimuli: Stimuli
            /// For each number of interneurons the circuit of fixed thresholds, then that of learned ones; fewer if the run was
            /// interrupted.
            Runs: Run list
        }

    /// Scene 1, one interneuron to sixteen, thresholds below 3.
    let standard: Settings =
        { Source = Source.Scene 1
          Interneurons = [ 1; 2; 4; 8; 16 ]
          Upper = 3.0
          Steps = None
          Batch = None
          Seed = 1 }

    /// The model's circuit to start from, its K thresholds evenly spaced from 0: k Upper / K.
    let start (settings: Settings) (learning: Learning) (power: float) (k: int) : Circuit =
        let population =
            { Theta = Array.init k (fun i -> [| settings.Upper * float i / float k |])
              Columns = Array.create k [| 1.0 |] }

        let gains =
            Initial.gains learning.Potential learning.Target learning.Leak power population settings.Seed

        Circuit.create learning.Potential learning.Target learning.Leak gains population.Theta population.Columns

    /// Learns and measures with fixed and with learned thresholds for each number of interneurons. On cancellation the current circuit is
    /// measured as it stands, and the rest are skipped. Exceptions as `Gaussianise.run`; ArgumentException without numbers, or for one
    /// below 1.
    let run (settings: Settings) (progress: Progress -> unit) (cancellation: CancellationToken) : Result =
        if
            settings.Interneurons.IsEmpty
            || settings.Interneurons |> List.exists (fun k -> k < 1)
        then
            Refusal.argument (nameof settings) "the numbers of interneurons are one or several, each at least 1"

        let stimuli = Gaussianise.load settings.Source
        let s = Source.measured stimuli

        let learning =
            { LibraryModel.learning "threshold-population" with
                Steps = settings.Steps
                Batch = settings.Batch
                Seed = settings.Seed }

        let power = s |> Array.averageBy (fun x -> x * x)
        let optimum = Objective.optimum learning.Target s
        let count = 2 * settings.Interneurons.Length

        let one index (k, isLearned) =
            let learns =
                { Gains = 1.0
                  Parameters = (if isLearned then 1.0 else 0.0)
                  Synapses = 0.0 }

            let trained =
                Learning.runFrom
                    (start settings learning power k)
                    (Learning.settings 1 { learning with Learns = Some learns })
                    (Several.progressOf index count progress)
                    cancellation
                    stimuli.S

            let r = Learning.responses (Source.describe settings.Source) trained.Circuit s

            { IsLearned = isLearned
              Trained = trained
              Ks = Ks.toTarget (Target.cdf learning.Target) r
              W2 = Wasserstein.toTarget (Target.quantile learning.Target) r
              TransportGap = Objective.value trained.Circuit s - optimum
              GainGap = GainGap.measure cancellation trained.Circuit s }

        { Settings = settings
          Stimuli = stimuli
          Runs =
            List.allPairs settings.Interneurons [ false; true ]
            |> Several.untilStopped cancellation one }

    let private theta (circuit: Circuit) = circuit.Theta |> Array.map Array.head

    let private describe isLearned =
        if isLearned then "learned" else "fixed"

    /// The result as one JSON object.
    let toJson (result: Result) : Json =
        Json.Object
            [ Source.toJson result.Settings.Source
              "runs",
              Json.List
                  [ for run in result.Runs ->
                        Json.Object(
                            [ "interneurons", Json.whole run.Trained.Circuit.Interneurons
                              "thresholds", Json.Text(describe run.IsLearned) ]
                            @ CircuitFile.settingsMembers run.Trained.Settings
                            @ [ "steps_made", Json.whole run.Trained.Steps
                                "g", Json.numbers run.Trained.Circuit.Gains
                                "theta", Json.numbers (theta run.Trained.Circuit)
                                "ks", Json.Number run.Ks
                                "w2", Json.Number run.W2
                                "transport_gap", Json.Number run.TransportGap ]
                            @ GainGap.members run.GainGap
                        ) ] ]

    /// The result for people, a line a circuit.
    let toTable (result: Result) : (string * string) list =
        Output.table
            [ "interneurons"
              "thresholds"
              "KS"
              "W2 (SD)"
              "transport gap (SD²)"
              "gain gap (SD²)" ]
            [ for run in result.Runs ->
                  [ string run.Trained.Circuit.Interneurons
                    describe run.IsLearned
                    Output.small run.Ks
                    Output.small run.W2
                    Output.small run.TransportGap
                    GainGap.text run.GainGap ] ]

    /// The circuits, named by number and kind.
    let trained (result: Result) : (string * Trained) list =
        [ for run in result.Runs -> $"k{run.Trained.Circuit.Interneurons}-{describe run.IsLearned}", run.Trained ]

    // ---- the figure

    // The circuits whose number of interneurons is nearest to `count`.
    let private ofAbout count (result: Result) =
        result.Runs
        |> List.groupBy _.Trained.Circuit.Interneurons
        |> List.minBy (fun (k, _) -> abs (k - count))
        |> snd

    let private ink isLearned =
        if isLearned then Style.line 0 else Style.line 1

    let private overSteps (run: Run) =
        let course = Trajectory.ofTrained run.Trained
        let steps = course.Steps |> Array.map (fun step -> float step / 1000.0)
        let rows = Trajectory.rows "theta" course
        let k = run.Trained.Circuit.Interneurons

        let only i label = if i = 0 then label else ""

        let curves =
            [ for i in 0 .. k - 1 ->
                  rows
                  |> Array.map (Array.item i)
                  |> Plots.curve (only i $"_K_ = {k}, learned") (ink true) steps ]

        let starts =
            [ for i in 0 .. k - 1 ->
                  Plots.curve
                      (only i "where they start, and the fixed ones stay")
                      { ink false with Width = 0.8 }
                      [| 0.0; Array.last steps |]
                      [| rows[0][i]; rows[0][i] |] ]

        let range = Plots.extremes (Array.concat rows) |> Plots.padded 0.08

        Panel.Curves(
            Axis.linear "step (thousands)" (0.0, max 0.001 (Array.last steps)),
            Axis.linear "threshold _θ_ (SD)" range,
            starts @ curves
        )

    let private output (result: Result) (runs: Run list) =
        let sorted = Source.measured result.Stimuli |> Array.sort
        let r = Plots.spread 401 (0.0, 3.5)
        let optimal = Plots.optimalStimuli runs.Head.Trained.Circuit.Target sorted r

        Panel.Curves(
            Axis.linear "response _r_ (SD)" (0.0, 3.5),
            Axis.linear "output _W n_(_r_) + _λr_ (SD)" (0.0, 1.05 * Array.max optimal),
            [ for run in runs do
                  Plots.learnedStimuli run.Trained.Circuit r
                  |> Plots.curve $"_K_ = {run.Trained.Circuit.Interneurons}, {describe run.IsLearned}" (ink run.IsLearned) r
              Plots.curve "inverse optimal transport map" Style.optimum r optimal ]
        )

    let private against (result: Result) label (value: Run -> float) =
        let curve label ink isLearned =
            let runs = result.Runs |> List.filter (fun run -> run.IsLearned = isLearned)
            Plots.curve label ink [| for run in runs -> float run.Trained.Circuit.Interneurons |] [| for run in runs -> value run |]

        let ks = result.Runs |> List.map (fun run -> float run.Trained.Circuit.Interneurons)

        Panel.Curves(
            Axis.octaves "interneurons _K_" (List.min ks / 1.2, List.max ks * 1.2),
            Axis.log label (Plots.decades [| for run in result.Runs -> value run |]),
            // Marks first: ScottPlot would take the dashes of a line to marks that are drawn after it.
            [ curve "fixed thresholds" (Style.marks 1) false
              curve "learned thresholds" (Style.marks 0) true
              curve "" (ink false) false
              curve "" (ink true) true ]
        )

    /// The thresholds of four interneurons over the steps; the output of two against the inverse of the optimal transport map; KS and
    /// transport gap against the number of interneurons.
    let figure (result: Result) : Figure =
        let learned = ofAbout 4 result |> List.tryFind _.IsLearned
        let settings = result.Settings

        { Caption =
            { Title =
                $"Interneurons whose thresholds learn against as many whose thresholds stay evenly spaced below \
                {Output.short settings.Upper} SD of the target."
              Panels =
                [ if learned.IsSome then
                      "Thresholds over the steps (solid) from where they start, which is where the fixed ones stay (dashed)."
                  "Summed output of the interneurons and the leak against the response, with fixed and learned thresholds, and as optimal \
                  transport asks for (dashed, black)."
                  "KS distance of the responses to the target against the number of interneurons."
                  "Transport gap, _J_ − _J_ of the optimal transport map." ]
              Settings = Caption.ofModel "threshold-population" settings.Source [] result.Runs.Head.Trained settings.Seed
              Numbers = toTable result }
          RowHeight = 185.0
          Rows =
            [ [ // Where the run was stopped it may have come to none that learns.
                match learned with
                | Some run -> overSteps run
                | None -> ()
                output result (ofAbout 2 result) ]
              [ against result "KS distance to the target" _.Ks
                against result "transport gap (SD^{2})" _.TransportGap ] ] }

    /// Learned thresholds against fixed ones.
    let experiment: Experiment<Settings, Result> =
        { Name = "thresholds"
          Summary = "populations whose thresholds learn, against as many interneurons with evenly spaced ones"
          Example = "--scene 1 --interneurons 1 2 4 8"
          Standard = standard
          Quick =
            { standard with
                Interneurons = [ 1; 2; 4 ]
                Steps = Some 5_000 }
          Options =
            [ Setting.source (fun source settings -> { settings with Source = source })
              Setting.one Options.interneurons (fun counts settings -> { settings with Interneurons = counts })
              Setting.one Options.steps (fun steps settings -> { settings with Steps = Some steps })
              Setting.one Options.batch (fun batch settings -> { settings with Batch = Some batch })
              Setting.one Options.seed (fun seed settings -> { settings with Seed = seed }) ]
          Run = run
          ToJson = toJson
          ToTable = toTable
          Courses = Experiment.courses trained
          Figure = figure
          Files = Experiment.noFiles }
