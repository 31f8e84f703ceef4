namespace Interneuron.Experiments

open System
open System.IO
open System.Threading
open Interneuron.Statistics
open Interneuron.Core.Symbolic
open Interneuron.Core.Transport
open Interneuron.Core.Circuits
open Interneuron.Core.Files
open Interneuron.Derivation.Formulas
open Interneuron.Stimuli

/// Circuits of many neurons as density models of patches of a picture, beside the models that are usually fitted to them.
[<RequireQualifiedAccess>]
module Patches =
    /// The settings; with the file, if there is one, they determine the result.
    type Settings =
        {
            /// A picture, or an array of stimuli.
            Source: Source
            /// The sides of the patches, in pixels; an array is taken as it is.
            Sides: int list
            /// The most patches to learn from, evenly from all.
            Patches: int
            /// What is learned, and what it is compared with.
            Plan: PatchOutcome.Plan
        }

    /// The result.
    type Result =
        {
            /// The settings that led to it.
            Settings: Settings
            /// What was found for each side.
            Outcomes: PatchOutcome list
        }

    /// cosh(theta z)/theta^2, theta in [0.2, 4]: the activation sinh(theta z)/theta. In many dimensions responses have nearly all the same
    /// length while patches of skies and of edges differ by orders of magnitude, which takes a map that is steeper than for pairs.
    let hyperbolic =
        Potential.define "hyperbolic" [ Parameter.define "theta" 0.2 4.0 (1.6, 2.4) ] (fun parameters z ->
            let theta = List.exactlyOne parameters in cosh (theta * z) / theta ** 2.0)

    let private plan: PatchOutcome.Plan =
        { Learning =
            { Learning.standard with
                Potential = hyperbolic
                Steps = Some 10_000
                Batch = Some 20
                Likelihood = 250 }
          Interneurons = None
          Seeds = 2
          Layers = 20
          Measured = 5_000 }

    /// Scene 1, patches of side 4, at most 100,000 of them, K from N to 16N, 10,000 steps of 20 patches by the local rules and 250 up the
    /// likelihood, two seeds.
    let standard: Settings =
        { Source = Source.Scene 1
          Sides = [ 4 ]
          Patches = 100_000
          Plan = plan }

    /// Learns every circuit, and fits every model. On cancellation what is done is the result, one circuit at least. Refusal for a source
    /// that cannot be used; other exceptions as `Learning.run`.
    let run (settings: Settings) (progress: Progress -> unit) (cancellation: CancellationToken) : Result =
        if settings.Plan.Seeds < 1 || settings.Sides.IsEmpty then
            Refusal.argument (nameof settings) "there is nothing to do without a seed and a side"

        let stimuli: (unit -> PatchStimuli) list =
            if Source.isArray settings.Source then
                [ fun () -> PatchStimuli.ofArray settings.Source settings.Patches ]
            else
                [ for side in settings.Sides -> fun () -> PatchStimuli.ofPicture settings.Source side settings.Patches ]

        { Settings = settings
          Outcomes =
            stimuli
            |> Several.untilStopped cancellation (fun i load ->
                PatchOutcome.run settings.Plan (Several.progressOf i stimuli.Length progress) cancellation (load ())) }

    // ---- as numbers

    let private scoreMembers (score: PatchScore) =
        [ "held_out", Json.Number score.HeldOut
          "standard_error", Json.Number score.Error
          "train", Json.Number score.Train ]

    let private circuitsJson (circuits: PatchCircuits) =
        Json.Object
            [ "interneurons", Json.whole circuits.Interneurons
              "patches", Json.whole circuits.Patches
              "held_out", Json.Number circuits.Mean
              "seeds", Json.List [ for score in circuits.Scores -> Json.Object(scoreMembers score) ]
              "local", Json.List [ for score in circuits.Local -> Json.Object(scoreMembers score) ]
              "steps_made", Json.whole circuits.Trained.Steps
              "train_seconds", Json.Number circuits.Trained.Seconds ]

    let private outcomeJson (outcome: PatchOutcome) =
        Json.Object
            [ "side", outcome.Stimuli.Side |> Option.map Json.whole |> Option.defaultValue Json.Null
              "dimension", Json.whole outcome.Stimuli.Dimension
              "patches", Json.whole (PatchStimuli.count outcome.Stimuli)
              "models", Json.List [ for name, score in outcome.Baselines -> Json.Object(("model", Json.Text name) :: scoreMembers score) ]
              "circuits", Json.List(List.map circuitsJson outcome.Circuits)
              "samples", Json.List(List.map circuitsJson outcome.Samples)
              "multi_information",
              Json.List
                  [ for found in outcome.Dependence ->
                        Json.Object
                            [ "of", Json.Text found.Name
                              "rotations", Json.Number found.Rotations
                              "neighbours", Json.Number found.Neighbours ] ] ]

    /// The result as one JSON object; log-likelihoods in nats per dimension more than a Gaussian's, multi-information in nats per
    /// dimension.
    let toJson (result: Result) : Json =
        let plan = result.Settings.Plan

        Json.Object(
            Source.members Source.ofAnyKind result.Settings.Source
            @ Learning.members plan.Learning
            @ [ "seeds", Json.whole plan.Seeds
                "layers", Json.whole plan.Layers
                "outcomes", Json.List(List.map outcomeJson result.Outcomes) ]
        )

    let private named (outcome: PatchOutcome) =
        match outcome.Stimuli.Side with
        | Some side -> $"{side} x {side}"
        | None -> $"N = {outcome.Stimuli.Dimension}"

    let private fixed' = Output.decimals 3

    let private header =
        [ "model"; "stimuli"; "held out"; "standard error"; "learned from" ]

    // One row a model: the error is over parts of the picture, for circuits of the first seed.
    let private cells (result: Result) : string list list =
        [ for outcome in result.Outcomes do
              for name, score in outcome.Baselines do
                  [ name
                    named outcome
                    fixed' score.HeldOut
                    fixed' score.Error
                    fixed' score.Train ]

              for circuits in outcome.Circuits do
                  let row name (scores: PatchScore list) =
                      [ name
                        named outcome
                        fixed' (scores |> List.averageBy _.HeldOut)
                        fixed' scores.Head.Error
                        fixed' (scores |> List.averageBy _.Train) ]

                  row $"circuit, K = {circuits.Interneurons}" circuits.Scores

                  if circuits.Trained.Settings.Likelihood > 0 then
                      row $"local rules alone, K = {circuits.Interneurons}" circuits.Local ]

    /// The result for people, a line a model, in nats per dimension more than a Gaussian has.
    let toTable (result: Result) : (string * string) list =
        Output.table header (cells result)
        @ [ for outcome in result.Outcomes do
                for found in outcome.Dependence do
                    $"multi-information of {found.Name}, {named outcome}",
                    $"{fixed' found.Rotations} by rotations, {fixed' found.Neighbours} by nearest neighbours" ]

    let private trained (result: Result) : (string * Trained) list =
        [ for outcome in result.Outcomes do
              for circuits in outcome.Circuits -> $"n{outcome.Stimuli.Dimension}-k{circuits.Interneurons}", circuits.Trained ]

    // ---- the figure

    let private inkOf i =
        [ Style.stimulus
          { Style.zca with
              Stroke = Stroke.Dotted }
          Style.zca
          Style.rotationBased
          Style.fit
          Style.optimum ]
        |> List.item (i % 6)

    // The means of circuits over seeds, and bars from the least to the greatest.
    let private line label ink (x: PatchCircuits -> float) (circuits: PatchCircuits list) : Curve list =
        Plots.curve label ink [| for c in circuits -> x c |] [| for c in circuits -> c.Mean |]
        :: [ for c in circuits do
                 let least, most = c.Scores |> List.map _.HeldOut |> Plots.extremes

                 if most > least then
                     Plots.curve "" { ink with Width = 0.7 } [| x c; x c |] [| least; most |] ]

    let private range (curves: Curve list) =
        curves
        |> Seq.collect _.Y
        |> Seq.filter Double.IsFinite
        |> Plots.extremes
        |> Plots.padded 0.08

    let private scaling (outcome: PatchOutcome) =
        let ends = [ for c in outcome.Circuits -> float c.Interneurons ] |> Plots.extremes
        let least, most = fst ends / 1.2, snd ends * 1.2

        let curves =
            [ for i, (name, score) in List.indexed outcome.Baselines do
                  Plots.curve name (inkOf i) [| least; most |] [| score.HeldOut; score.HeldOut |] ]
            @ line "circuit" Style.circuit (fun c -> float c.Interneurons) outcome.Circuits

        Panel.Curves(
            Axis.octaves $"interneurons _K_, {named outcome}" (least, most),
            Axis.linear "nats per dimension over a Gaussian" (range curves),
            curves
        )

    let private samples (outcome: PatchOutcome) =
        let ends = [ for c in outcome.Samples -> float c.Patches ] |> Plots.extremes

        let learned =
            Plots.curve
                "learned from"
                { Style.circuit with
                    Stroke = Stroke.Dashed }
                [| for c in outcome.Samples -> float c.Patches |]
                [| for c in outcome.Samples -> c.Scores |> List.averageBy _.Train |]

        let curves =
            learned
            :: line "held out" Style.circuit (fun c -> float c.Patches) outcome.Samples

        Panel.Curves(
            Axis.log
                $"patches learned from, _K_ = {outcome.Middle.Interneurons}"
                (10.0 ** floor (log10 (fst ends)), 10.0 ** ceil (log10 (snd ends))),
            Axis.linear "nats per dimension over a Gaussian" (range curves),
            curves
        )

    // Tiles in a square with a rim between them, each scaled by itself so that its largest value is black or white.
    let private tiles (perSide: int) (grids: Grid list) : Image =
        let side = grids.Head.Rows
        let size = perSide * (side + 1) + 1

        let scales =
            [| for grid in grids ->
                   let most = grid.ToArray() |> Array.fold (fun most v -> max most (abs v)) 1e-12
                   0.5 / most |]

        let grids = Array.ofList grids

        Grid.init size size (fun y x ->
            let tile = y / (side + 1) * perSide + x / (side + 1)
            let row, column = y % (side + 1) - 1, x % (side + 1) - 1

            if
                row < 0
                || column < 0
                || tile >= grids.Length
                || y / (side + 1) >= perSide
                || x / (side + 1) >= perSide
            then
                1.0
            else
                Math.Clamp(0.5 + scales[tile] * grids[tile][row, column], 0.0, 1.0))
        |> Image.ofGrid

    // Pixels of a tile stay squares when a picture is drawn larger.
    let private enlarged (image: Image) =
        let factor = max 1 (600 / image.Height)

        Grid.init (factor * image.Height) (factor * image.Width) (fun y x -> image.Intensities[y / factor, x / factor])
        |> Image.ofGrid

    let private shown = 10

    let private pictures seed (outcome: PatchOutcome) : Panel list =
        let circuit = outcome.Best.Trained.Circuit
        let n = outcome.Stimuli.Dimension
        let count = shown * shown

        match PatchStimuli.pixels outcome.Stimuli, PatchStimuli.filter outcome.Stimuli with
        | Some pixels, Some filter ->
            let patches (white: float array) =
                [ for row in 0 .. white.Length / n - 1 -> pixels white[row * n .. row * n + n - 1] ]

            // The interneurons of the greatest gains first.
            let filters =
                Array.zip circuit.Gains circuit.W
                |> Array.sortByDescending fst
                |> Array.truncate count
                |> Array.map (snd >> filter)
                |> List.ofArray

            let real = Samples.evenly n count (Array.concat outcome.Stimuli.HeldOut)

            [ Panel.Picture($"filters _w_, {named outcome}", enlarged (tiles shown filters))
              Panel.Picture("patches held out", enlarged (tiles shown (patches real)))
              Panel.Picture("patches of the circuit", enlarged (tiles shown (patches (Response.sample circuit count seed)))) ]
        | _ -> []

    /// For each side the scores against the number of interneurons and of patches; for the first side the filters, and patches beside
    /// those of the circuit.
    let figure (result: Result) : Figure =
        let seed = result.Settings.Plan.Learning.Seed
        let pictured = result.Outcomes |> List.map (pictures seed)

        { Caption =
            { Title =
                "Circuits of many neurons as density models of patches. Log-likelihood of held-out patches in nats per dimension, more \
                than that of the Gaussian fitted to the same patches; circuits are means over seeds, bars the range. Filters and \
                patches each in a scale of their own."
              Panels =
                [ for outcome in result.Outcomes do
                      $"Against the number of interneurons, {named outcome}, beside models without a circuit."
                      $"Against the number of patches that are learned from, for {outcome.Middle.Interneurons} interneurons."
                  for outcome in result.Outcomes do
                      if outcome.Stimuli.Side.IsSome then
                          $"The synapses of the best circuit as filters of pixels, {named outcome}, the greatest gains first."
                          "Held-out patches."
                          "As many patches drawn from the circuit." ]
              Settings =
                ("stimuli", Source.describe result.Settings.Source)
                :: Learning.describe 3 result.Settings.Plan.Learning
                @ [ "seeds", string result.Settings.Plan.Seeds ]
              Numbers = toTable result }
          RowHeight = 190.0
          Rows =
            [ for outcome in result.Outcomes -> [ scaling outcome; samples outcome ] ]
            @ (pictured |> List.filter (List.isEmpty >> not))
            @ [ [ Panel.Table(header, cells result |> List.map (List.map RichText.plain)) ] ] }

    // The best circuit of each side, and as many patches of it as are held out in pixels.
    let private files folder (result: Result) : string list =
        [ for outcome in result.Outcomes do
              let path = Path.Combine(folder, $"circuit-n{outcome.Stimuli.Dimension}.json")

              let best = outcome.Best
              // Of whitened patches, which are no file's.
              CircuitFile.write path (CircuitFile.ofTrained (Source.Input path) best.Patches best.Trained)
              path ]

    /// Circuits as density models of patches.
    let experiment: Experiment<Settings, Result> =
        { Name = "patches"
          Summary = "held-out log-likelihood of patches under circuits of many neurons, against their number, beside other models"
          Example = "--scene 1 --side 4 --seeds 2"
          Standard = standard
          Quick =
            { standard with
                Sides = [ 4 ]
                Patches = 5_000
                Plan =
                    { plan with
                        Learning =
                            { plan.Learning with
                                Steps = Some 1_000
                                Likelihood = 40 }
                        Interneurons = Some [ 15; 30; 60 ]
                        Seeds = 1
                        Layers = 10
                        Measured = 1_500 } }
          Options =
            [ Setting.source (fun source settings -> { settings with Source = source })
              Setting.one Options.side (fun sides settings ->
                  { settings with
                      Sides = List.sort (List.distinct sides) })
              Setting.one Options.patches (fun patches settings -> { settings with Patches = patches })
              Setting.one Options.interneurons (fun counts settings ->
                  { settings with
                      Plan =
                          { settings.Plan with
                              Interneurons = Some(List.sort (List.distinct counts)) } })
              Setting.learning (LearningChoices.without [ Options.interneurons; Options.target ]) _.Plan.Learning (fun learning settings ->
                  { settings with
                      Plan =
                          { settings.Plan with
                              Learning = learning } })
              Setting.one Options.seeds (fun seeds settings ->
                  { settings with
                      Plan = { settings.Plan with Seeds = seeds } }) ]
          Run = run
          ToJson = toJson
          ToTable = toTable
          Courses = Experiment.courses trained
          Figure = figure
          Files = files }
