namespace Interneuron.Experiments

open System
open System.IO
open System.Threading
open Interneuron.Core
open Interneuron.Statistics
open Interneuron.Stimuli

/// A circuit that goes on learning while the statistics of its stimuli switch: other contrast, other picture. Its rates are constant, the published
/// ones, since falling rates would not follow; the rule is the derived one, unless the published is asked for.
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

    /// What is done.
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

    /// What came of it.
    type Result =
        {
            /// What was done.
            Settings: Settings
            /// The phases; fewer where the run was interrupted.
            Passages: Passage list
        }

    /// Scene 1, the same at twice the contrast, and scene 2; 20,000 steps each.
    let standard: Settings =
        { Phases =
            [ { Source = Source.Scene 1
                Contrast = 1.0 }
              { Source = Source.Scene 1
                Contrast = 2.0 }
              { Source = Source.Scene 2
                Contrast = 1.0 } ]
          Learning = Learning.standard }

    // Constant rates; every phase draws with a seed of its own.
    let private settingsOf (learning: Learning) phase : Interneuron.Core.Settings =
        let published = Learner.published 1

        { Learning.settings 1 learning with
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

    /// Learns through the phases; a phase begins with the circuit that the one before it ended with. When `cancellation` asks for it, the phase at work is
    /// measured as far as it came, and those after it are left out. Exceptions as `Gaussianization.run`; ArgumentException without phases, or for a
    /// contrast that is not positive.
    let run (settings: Settings) (progress: Progress -> unit) (cancellation: CancellationToken) : Result =
        if settings.Phases.IsEmpty then
            invalidArg (nameof settings) "there is no phase; at least one is needed"

        for phase in settings.Phases do
            if not (phase.Contrast > 0.0 && Double.IsFinite phase.Contrast) then
                invalidArg (nameof settings) $"a contrast is {phase.Contrast}; it is positive and finite"

        let pass (passages: Passage list) (i, phase) =
            if i > 0 && cancellation.IsCancellationRequested then
                passages
            else
                let grid = (Gaussianization.load phase.Source).S |> Grid.map ((*) phase.Contrast)
                let stimuli = grid.ToArray()
                let name = Source.describe phase.Source

                let start, offset =
                    match passages with
                    | [] -> Learning.start settings.Learning grid, 0
                    | last :: _ -> last.Trained.Circuit, passages |> List.sumBy _.Trained.Steps

                let trained =
                    Learning.runFrom start (settingsOf settings.Learning i) progress cancellation grid

                let part = Samples.evenly 1 monitored stimuli

                { Phase = phase
                  Trained = trained
                  Moments = trained.Trajectory |> List.map (momentOf name start part offset)
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
        let name =
            match phase.Source with
            | Source.Image path
            | Source.Input path
            | Source.Standardised(path, _) -> string (Path.GetFileName path)
            | Source.Scene _ -> Source.describe phase.Source

        $"{name}, contrast {Output.short phase.Contrast}"

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

    // A value over time, with a line at each switch.
    let private overTime (result: Result) label axis (values: Moment -> float array) =
        let moments = result.Passages |> List.collect _.Moments |> Array.ofList
        let x = moments |> Array.map (fun m -> float m.Step / 1000.0)
        let rows = moments |> Array.map values
        let range: float * float = axis (Array.concat rows)

        let switches =
            result.Passages
            |> List.tail
            |> List.map (fun p -> float (List.head p.Moments).Step / 1000.0)

        let lines =
            [ for i in 0 .. rows[0].Length - 1 ->
                  { Label = ""
                    Ink = Style.circuit
                    X = x
                    Y = rows |> Array.map (fun row -> row[i]) } ]

        let marks =
            [ for at in switches ->
                  { Label = ""
                    Ink = switch
                    X = [| at; at |]
                    Y = [| fst range; snd range |] } ]

        let labelled =
            List.indexed (lines @ marks)
            |> List.map (fun (i, c) ->
                if i = lines.Length then
                    { c with
                        Label = "switch of the statistics" }
                else
                    c)

        Panel.linear "step (thousands)" (0.0, Array.last x), (label, range), labelled

    let private linearOverTime result label values =
        let axis numbers =
            let least, most = Plots.extremes numbers

            if least < most then
                Plots.padded 0.08 (least, most)
            else
                least - 0.5, most + 0.5

        let x, (label, range), curves = overTime result label axis values
        Panel.Curves(x, Panel.linear label range, curves)

    let private logOverTime result label values =
        let x, (label, range), curves = overTime result label Plots.decades values
        Panel.Curves(x, Panel.log label range, curves)

    // Before and after the phase at whose beginning the responses were farthest from the target, the first left out.
    let private densityPanel (result: Result) =
        let candidates =
            if result.Passages.Length > 1 then
                result.Passages.Tail
            else
                result.Passages

        let passage = candidates |> List.maxBy (fun p -> ks p p.Before)

        let curve label ink samples : Curve =
            let density = Density.histogram samples

            { Label = label
              Ink = ink
              X = density.X
              Y = density.Density }

        let x, y = Plots.targetDensity passage.Trained.Circuit.Target (-6.0, 6.0)

        Panel.Curves(
            Panel.linear "response _r_ (SD of the target)" (-6.0, 6.0),
            Panel.log "probability density (1/SD)" (1e-4, 1e1),
            [ curve $"{describe passage.Phase}: at the switch" Style.stimulus passage.Before
              curve "at the end of the phase" Style.circuit passage.After
              { Label = "target"
                Ink = Style.optimum
                X = x
                Y = y } ]
        )

    /// Variance of the responses, gains, activation parameters, J and transport gap over the steps of all phases, and the densities of the responses before
    /// and after the phase that began farthest from the target.
    let figure (result: Result) : Figure =
        let parameters = result.Settings.Learning.Potential.Parameters

        { RowHeight = 165.0
          Rows =
            [ [ linearOverTime result "variance of responses (SD^{2})" (fun m -> [| m.Variance |])
                linearOverTime result "gain _g_ (SD)" _.Gains
                if not parameters.IsEmpty then
                    linearOverTime result "activation parameter _θ_" (_.Theta >> Array.concat) ]
              [ linearOverTime result "objective _J_ (SD^{2})" (fun m -> [| m.J |])
                logOverTime result "transport gap (SD^{2})" (fun m -> [| m.TransportGap |])
                densityPanel result ] ] }

    /// Writes adaptation.png and .svg and result.json into a folder, which is made if it is not there, and returns their paths. BadInputException
    /// when they cannot be written.
    let save (folder: string) (result: Result) : string list =
        Output.results folder "adaptation" (toJson result) (fun () -> Figure.save folder "adaptation" (figure result))
