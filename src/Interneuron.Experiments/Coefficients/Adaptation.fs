namespace Interneuron.Experiments

open System
open System.IO
open System.Threading
open Interneuron.Statistics
open Interneuron.Core.Symbolic
open Interneuron.Core.Transport
open Interneuron.Core.Circuits
open Interneuron.Core.Files
open Interneuron.Stimuli

/// A circuit that goes on learning while the statistics of its stimuli switch: other contrast, other picture. Its rates are constant, the
/// published ones, since falling rates would not follow; the rule is the derived one, unless the published is asked for.
[<RequireQualifiedAccess>]
module Adaptation =
    /// A time of unchanged statistics.
    type Phase =
        {
            /// Where the stimuli come from.
            Source: Source
            /// Their standard deviation.
            Contrast: float
        }

    /// The settings.
    type Settings =
        {
            /// The phases, one after another.
            Phases: Phase list
            /// What is learned and how; the steps are those of each phase.
            Learning: Learning
        }

    /// Where the circuit stands at one time, measured on 2,000 stimuli of the phase.
    type Moment =
        {
            /// Steps since the beginning of the first phase.
            Step: int
            /// The variance of the responses.
            Variance: float
            /// g.
            Gains: float array
            /// theta, K rows of P.
            Theta: float array array
            /// J.
            J: float
            /// J - J_opt.
            TransportGap: float
        }

    /// One phase of a run.
    type Passage =
        {
            /// What the stimuli were.
            Phase: Phase
            /// The circuit at the end, with its history; its steps count from the beginning of the phase.
            Trained: Trained
            /// From the first step of the phase to the last.
            Moments: Moment list
            /// The responses to all stimuli at the beginning, before anything was learned from them.
            Before: float array
            /// The responses to all stimuli at the end.
            After: float array
            /// How far the gains at the end are from the best for the phase.
            GainGap: GainGap
        }

    /// The result.
    type Result =
        {
            /// The settings that led to it.
            Settings: Settings
            /// The phases; fewer if the run was interrupted.
            Passages: Passage list
        }

    /// The stimuli of a source, the same at twice the contrast, and another scene.
    let phases (source: Source) : Phase list =
        let other =
            match source with
            | Source.Scene seed -> Source.Scene(seed + 1)
            | Source.Image _
            | Source.Input _
            | Source.Standardised _ -> Source.Scene 1

        [ { Source = source; Contrast = 1.0 }
          { Source = source; Contrast = 2.0 }
          { Source = other; Contrast = 1.0 } ]

    /// Scene 1, the same at twice the contrast, and scene 2; 20,000 steps each.
    let standard: Settings =
        { Phases = phases (Source.Scene 1)
          Learning = Learning.standard }

    // A transient takes a hundredth of a phase: its first part is followed at a finer step.
    let private early = 20

    // Constant rates; every phase draws with a seed of its own.
    let private settingsOf (learning: Learning) phase : Interneuron.Core.Circuits.Settings =
        let published = Learner.published 1

        { Learning.settings 1 (Learning.online learning) with
            Schedule = published.Schedule
            Steps = defaultArg learning.Steps published.Steps
            Seed = learning.Seed + phase }

    let private monitored = 2_000

    let private momentOf name (like: Circuit) (part: float array) offset (snapshot: Snapshot) : Moment =
        let circuit = Circuit.update snapshot.Gains snapshot.Theta snapshot.W like
        let j = Objective.value circuit part

        { Step = offset + snapshot.Step
          Variance = Moments.variance (Learning.responses name circuit part)
          Gains = snapshot.Gains
          Theta = snapshot.Theta
          J = j
          TransportGap = j - Objective.optimum circuit.Target part }

    /// Learns through the phases; a phase begins with the circuit that the one before it ended with. On cancellation the current phase is
    /// measured as it stands, and the rest are skipped. Exceptions as `Gaussianise.run`; ArgumentException without phases, or for a
    /// contrast that is not positive.
    let run (settings: Settings) (progress: Progress -> unit) (cancellation: CancellationToken) : Result =
        if settings.Phases.IsEmpty then
            Refusal.argument (nameof settings) "there is no phase; at least one is needed"

        for phase in settings.Phases do
            if not (phase.Contrast > 0.0 && Double.IsFinite phase.Contrast) then
                Refusal.argument (nameof settings) $"a contrast is {phase.Contrast}; it is positive and finite"

        let pass (passages: Passage list) (i, phase) =
            if i > 0 && cancellation.IsCancellationRequested then
                passages
            else
                let grid = (Gaussianise.load phase.Source).S |> Grid.map ((*) phase.Contrast)
                let stimuli = grid.ToArray()
                let name = Source.describe phase.Source

                let start, offset =
                    match passages with
                    | [] -> Learning.start settings.Learning grid, 0
                    | last :: _ -> last.Trained.Circuit, passages |> List.sumBy _.Trained.Steps

                let trained =
                    Learning.runFrom start (settingsOf settings.Learning i) progress cancellation grid

                let part = Samples.evenly 1 monitored stimuli

                // Rates are constant, so that a shorter phase is the beginning of a longer one.
                let beginning =
                    let settings = settingsOf settings.Learning i

                    if cancellation.IsCancellationRequested || settings.Steps < early then
                        []
                    else
                        let first =
                            { settings with
                                Steps = settings.Steps / early }

                        (Learning.runFrom start first ignore cancellation grid).Trajectory

                let followed =
                    beginning
                    @ [ for snapshot in trained.Trajectory do
                            if beginning |> List.forall (fun earlier -> earlier.Step < snapshot.Step) then
                                snapshot ]

                { Phase = phase
                  Trained = trained
                  Moments = followed |> List.map (momentOf name start part offset)
                  Before = Learning.responses name start stimuli
                  After = Learning.responses name trained.Circuit stimuli
                  GainGap = GainGap.measure cancellation trained.Circuit stimuli }
                :: passages

        { Settings = settings
          Passages = settings.Phases |> List.indexed |> List.fold pass [] |> List.rev }

    let private ks (passage: Passage) responses =
        Ks.toTarget (Target.cdf passage.Trained.Circuit.Target) responses

    /// The result as one JSON object, without the responses.
    let toJson (result: Result) : Json =
        Json.Object
            [ "potential", Json.Text result.Settings.Learning.Potential.Name
              "phases",
              Json.List
                  [ for passage in result.Passages ->
                        Json.Object(
                            [ Source.toJson passage.Phase.Source
                              "contrast", Json.Number passage.Phase.Contrast ]
                            @ CircuitFile.settingsMembers passage.Trained.Settings
                            @ [ "steps_made", Json.whole passage.Trained.Steps
                                "ks_before", Json.Number(ks passage passage.Before)
                                "ks_after", Json.Number(ks passage passage.After)
                                "variance_before", Json.Number(Moments.variance passage.Before)
                                "variance_after", Json.Number(Moments.variance passage.After) ]
                            @ GainGap.members passage.GainGap
                            @ [ "g", Json.numbers passage.Trained.Circuit.Gains
                                "theta", Json.rows passage.Trained.Circuit.Theta
                                "moments",
                                Json.List
                                    [ for m in passage.Moments ->
                                          Json.Object
                                              [ "step", Json.whole m.Step
                                                "variance", Json.Number m.Variance
                                                "g", Json.numbers m.Gains
                                                "theta", Json.rows m.Theta
                                                "j", Json.Number m.J
                                                "transport_gap", Json.Number m.TransportGap ] ] ]
                        ) ] ]

    let private describe (phase: Phase) =
        $"{Source.shortName phase.Source}, contrast {Output.short phase.Contrast}"

    /// The result for people: KS and variance of the responses at the beginning and at the end of each phase.
    let toTable (result: Result) : (string * string) list =
        Output.table
            [ "phase"
              "KS before"
              "KS after"
              "variance before"
              "variance after"
              "transport gap before"
              "after"
              "gain gap after" ]
            [ for p in result.Passages ->
                  [ describe p.Phase
                    Output.small (ks p p.Before)
                    Output.small (ks p p.After)
                    Output.short (Moments.variance p.Before)
                    Output.short (Moments.variance p.After)
                    Output.small (List.head p.Moments).TransportGap
                    Output.small (List.last p.Moments).TransportGap
                    GainGap.text p.GainGap ] ]

    /// The circuit in each phase.
    let trained (result: Result) : (string * Trained) list =
        [ for i, passage in List.indexed result.Passages -> $"phase-{i + 1}", passage.Trained ]

    // ---- the figure

    let private switch =
        { Style.stimulus with
            Stroke = Stroke.Dotted
            Width = 0.8 }

    // Numbers over the steps of all phases, with the number of each phase and a line at each switch.
    let private overTime (result: Result) label (values: Moment -> float array) =
        let moments = result.Passages |> List.collect _.Moments |> Array.ofList
        let x = moments |> Array.map (fun m -> float m.Step / 1000.0)
        let rows = moments |> Array.map values
        let least, most = Plots.extremes (Array.concat rows)

        let bottom, top =
            if least < most then
                Plots.padded 0.08 (least, most)
            else
                least - 0.5, most + 0.5
        // Room for the numbers.
        let room = 0.1 * (top - bottom)

        let bounds =
            [ for p in result.Passages -> float (List.head p.Moments).Step / 1000.0 ]
            @ [ Array.last x ]

        Panel.Curves(
            Axis.linear "step (thousands)" (0.0, max 0.001 (Array.last x)),
            Axis.linear label (bottom, top + room),
            [ for i in 0 .. rows[0].Length - 1 ->
                  rows
                  |> Array.map (Array.item i)
                  |> Plots.curve "" (Style.ordered rows[0].Length i) x
              for i, at in List.indexed bounds[1 .. bounds.Length - 2] ->
                  Plots.curve (if i = 0 then "switch from phase to phase" else "") switch [| at; at |] [| bottom; top + room |]
              for i, (left, right) in List.indexed (List.pairwise bounds) ->
                  Plots.curve
                      ""
                      { Style.axis with
                          Stroke = Stroke.Marks(Mark.Letters(string (i + 1))) }
                      [| 0.5 * (left + right) |]
                      [| top + 0.4 * room |] ]
        )

    // A number from each switch on, by decades of the steps since.
    let private sinceSwitch (result: Result) axis (value: Moment -> float) =
        let curves =
            [ for i, p in List.indexed result.Passages ->
                  let start = (List.head p.Moments).Step
                  let later = p.Moments |> List.filter (fun m -> m.Step > start) |> Array.ofList

                  Plots.curve
                      $"phase {i + 1}: {RichText.plain (describe p.Phase)}"
                      (Style.line i)
                      (later |> Array.map (fun m -> float (m.Step - start)))
                      (later |> Array.map value) ]

        Panel.Curves(
            Axis.log "steps since the switch" (curves |> List.map _.X |> Array.concat |> Plots.extremes),
            axis (curves |> List.map _.Y |> Array.concat),
            curves
        )

    // Before and after the phase at whose beginning the responses were farthest from the target, the first left out.
    let private densityPanel (result: Result) =
        let candidates =
            if result.Passages.Length > 1 then
                result.Passages.Tail
            else
                result.Passages

        let passage = candidates |> List.maxBy (fun p -> ks p p.Before)

        let number =
            1 + List.findIndex (fun p -> obj.ReferenceEquals(p, passage)) result.Passages

        Panel.Curves(
            Axis.linear "response _r_ (SD of the target)" (-6.0, 6.0),
            Plots.densityAxis,
            [ Plots.histogram $"phase {number}, at the switch" Style.stimulus passage.Before
              Plots.histogram "at the end of the phase" Style.circuit passage.After
              Plots.targetDensity "target" passage.Trained.Circuit.Target (-6.0, 6.0) ]
        )

    /// Variance of the responses, gains and activation parameters, where these learn, over the steps of all phases; variance and transport
    /// gap over the steps since each switch; and the densities of the responses before and after the phase that began farthest from the
    /// target.
    let figure (result: Result) : Figure =
        let moments = result.Passages |> List.collect _.Moments

        let parametersLearn =
            moments |> List.exists (fun m -> m.Theta <> moments.Head.Theta)

        { Caption =
            { Title =
                "A circuit of one primary neuron that goes on learning, at constant rates, while the statistics of its stimuli switch. SD: \
                standard deviation of the target."
              Panels =
                [ "Variance of the responses to 2,000 stimuli over the steps. Numbers: the phases, which (d) names."
                  "Gains, from the first interneuron (dark) to the last (light) where there are many."
                  if parametersLearn then
                      "Activation parameters."
                  "Variance of the responses over the steps since each switch."
                  "Transport gap, _J_ − _J_ of the optimal transport map, over the steps since each switch."
                  "Density of the responses at the beginning (grey) and at the end (blue) of the phase that began farthest from the \
                  target, and the target (dashed)." ]
              Settings =
                Learning.describe 1 result.Settings.Learning
                |> List.map (fun (name, value) ->
                    if name = "steps" then
                        "steps in each phase", value
                    else
                        name, value)
              Numbers = toTable result }
          RowHeight = 165.0
          Rows =
            [ [ overTime result "variance of responses (SD^{2})" (fun m -> [| m.Variance |])
                overTime result "gain _g_ (SD)" _.Gains
                if parametersLearn then
                    overTime result "activation parameter _θ_" (_.Theta >> Array.concat) ]
              [ sinceSwitch
                    result
                    (Plots.extremes
                     >> Plots.padded 0.08
                     >> Axis.linear "variance of responses (SD^{2})")
                    _.Variance
                sinceSwitch result (Plots.decades >> Axis.log "transport gap (SD^{2})") _.TransportGap
                densityPanel result ] ] }

    /// Learning while the statistics switch.
    let experiment: Experiment<Settings, Result> =
        { Name = "adaptation"
          Summary = "learning at constant rates while the statistics switch: twice the contrast, another scene"
          Example = "--scene 1"
          Standard = standard
          Quick =
            { standard with
                Learning =
                    { Learning.standard with
                        Steps = Some 2_000 } }
          Options =
            [ Setting.source (fun source settings -> { settings with Phases = phases source })
              Setting.learning (LearningChoices.without [ Options.batchOptimum; Options.likelihood ]) _.Learning (fun learning settings ->
                  { settings with Learning = learning }) ]
          Run = run
          ToJson = toJson
          ToTable = toTable
          Courses = Experiment.courses trained
          Figure = figure
          Files = Experiment.noFiles }
