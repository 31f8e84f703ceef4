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
open Interneuron.Derivation.Models
open Interneuron.Derivation.Running
open Interneuron.Stimuli

/// Pairs of filter coefficients (theory, section 6, item 3): two primary neurons and K interneurons learn to respond to coefficients at a
/// vertical offset so that the responses are independent and Gaussian.
[<RequireQualifiedAccess>]
module Pairs =
    /// The settings; with the stimuli's file, if there is one, they determine the result.
    type Settings =
        {
            /// Where the pairs come from.
            Source: Source
            /// The vertical offsets d, in pixels; an array, which has pairs already, is taken once.
            Offsets: int list
            /// The numbers of interneurons K.
            Interneurons: int list
            /// What is learned and how; its own number of interneurons is not used.
            Learning: Learning
        }

    /// The outcomes for the pairs of one offset.
    type Row =
        {
            /// d; None for an array.
            Offset: int option
            /// All pairs there are, as they came.
            Stimuli: Stimuli
            /// Those that are measured.
            Measured: MeasuredPairs
            /// In the order of the table.
            Outcomes: PairOutcome list
        }

    /// The result.
    type Result =
        {
            /// The settings that led to it.
            Settings: Settings
            /// One row an offset.
            Rows: Row list
        }

    /// Scene 1, offsets 2, 8 and 32, and the defaults of learning.
    let standard: Settings =
        { Source = Source.Scene 1
          Offsets = [ 2; 8; 32 ]
          Interneurons = Treatment.defaultInterneurons Learning.standard.Potential
          Learning = Learning.standard }

    /// Loads the pairs, learns every circuit, and measures. Refusal for a source that cannot be used, ArgumentException for choices that
    /// cannot be, NotConvergedException when a stimulus has no response; OperationCanceledException on cancellation, since half a
    /// comparison says nothing.
    let run (settings: Settings) (progress: Progress -> unit) (cancellation: CancellationToken) : Result =
        if settings.Offsets.IsEmpty || settings.Interneurons.IsEmpty then
            Refusal.argument (nameof settings) "there is nothing to do without an offset and a number of interneurons"

        let offsets =
            if Source.isArray settings.Source then
                [ None ]
            else
                List.map Some settings.Offsets

        let count = offsets.Length * settings.Interneurons.Length

        let row index offset =
            let stimuli = Treatment.load settings.Source (defaultArg offset 1)
            let measured = MeasuredPairs.ofStimuli stimuli
            let standard = MeasuredPairs.standardised measured
            // Pairs that cannot be whitened are refused before anything is learned.
            Whitening.zca 2 standard.Pairs |> ignore
            // The circuits first, so that failures of learning are reported before the baselines are fitted.
            let circuits =
                [ for i, k in List.indexed settings.Interneurons do
                      let report =
                          Several.progressOf (index * settings.Interneurons.Length + i) count progress

                      let trained = Treatment.learn settings.Learning k report cancellation stimuli.S
                      cancellation.ThrowIfCancellationRequested()
                      let respond = Learning.responses (Source.describe settings.Source) trained.Circuit

                      Source.measured stimuli
                      |> PairOutcome.ofCircuit cancellation trained
                      |> Some
                      |> PairOutcome.measure settings.Learning (Treatment.Circuit k) measured respond ]

            let others =
                [ for treatment in PairOutcome.baselines do
                      cancellation.ThrowIfCancellationRequested()
                      let treat = Treatment.fitted settings.Learning.Seed treatment standard.Pairs
                      PairOutcome.measure settings.Learning treatment standard treat None ]

            { Offset = offset
              Stimuli = stimuli
              Measured = measured
              Outcomes = others @ circuits }

        let rows = List.mapi row offsets
        cancellation.ThrowIfCancellationRequested()
        { Settings = settings; Rows = rows }

    // ---- as numbers

    let private optional number value =
        value |> Option.map number |> Option.defaultValue Json.Null

    let private rowJson (row: Row) =
        Json.Object
            [ "offset", optional Json.whole row.Offset
              "samples", Json.whole row.Stimuli.S.Rows
              "measured", Json.whole (row.Outcomes.Head.Pairs.Length / 2)
              "ties", Json.Number row.Measured.Ties
              "copies", Json.Number row.Measured.Copies
              "outcomes", Json.List(List.map PairOutcome.toJson row.Outcomes) ]

    /// The result as one JSON object, without the pairs.
    let toJson (result: Result) : Json =
        let learning = result.Settings.Learning

        Json.Object(
            Source.members Source.ofAnyKind result.Settings.Source
            @ Learning.members learning
            @ CircuitFile.settingsMembers (Learning.settings 2 learning)
            @ [ "interneurons", Json.List(List.map Json.whole result.Settings.Interneurons)
                "rows", Json.List(List.map rowJson result.Rows) ]
        )

    let private line (cells: string list) =
        cells
        |> List.map (fun (cell: string) -> (" " + cell).PadLeft 10)
        |> String.concat ""

    let private labelOf (row: Row) text =
        match row.Offset with
        | Some d -> $"d = {d}, {text}"
        | None -> text

    // What the columns are, and what has to be known before they are believed.
    let private notes (result: Result) : (string * string) list =
        [ "MI", "bins of half a standard deviation, less their bias (Miller); plug-in: with it"
          "shuffled, scores", "MI of shuffled pairs, mean of 4; of normal scores, which marginals do not change"
          "KSG", $"3 nearest neighbours, of at most {Dependence.nearestNeighbourPairs} pairs"

          for row in result.Rows do
              labelOf row "pairs", Source.counts row.Stimuli

              let percent (share: float) =
                  (100.0 * share).ToString("0", Globalization.CultureInfo.InvariantCulture)

              if MeasuredPairs.haveCopies row.Measured then
                  labelOf row "copies", $"{percent row.Measured.Copies} %% of the pairs are copies of others, which KSG leaves out"
              elif MeasuredPairs.haveTies row.Measured then
                  labelOf row "ties",
                  $"{percent row.Measured.Ties} %% of the numbers occur more than once; they are spread over what they were rounded from" ]

    /// The result as names and values, for people; the first line names the columns, the last ones say what they are.
    let toTable (result: Result) : (string * string) list =
        let header =
            line
                [ "MI"
                  "plug-in"
                  "shuffled"
                  "scores"
                  "KSG"
                  "KS 1"
                  "KS 2"
                  "J"
                  "gain gap" ]

        ("nats, " + Source.describe result.Settings.Source, header)
        :: [ for row in result.Rows do
                 for outcome in row.Outcomes do
                     let d = outcome.Dependence

                     let values =
                         [ d.Corrected
                           d.PlugIn
                           Array.average d.Shuffled
                           d.OnNormalScores
                           d.NearestNeighbours
                           fst outcome.Ks
                           snd outcome.Ks ]

                     let learned =
                         match outcome.Learned with
                         | Some learned -> [ Output.decimals 5 learned.J; GainGap.text learned.GainGap ]
                         | None -> []

                     labelOf row (Treatment.name outcome.Treatment), line (List.map (Output.decimals 5) values @ learned) ]
        @ notes result

    let private suffix (row: Row) (learned: LearnedPairs) =
        let of' = row.Offset |> Option.map (fun d -> $"d{d}-") |> Option.defaultValue ""
        $"{of'}k{learned.Trained.Circuit.Interneurons}"

    /// The circuits, named by offset and number of interneurons.
    let trained (result: Result) : (string * Trained) list =
        [ for row in result.Rows do
              for outcome in row.Outcomes do
                  match outcome.Learned with
                  | Some learned -> suffix row learned, learned.Trained
                  | None -> () ]

    // ---- the figure

    /// A row of panels an offset, a panel a treatment: contours of the density at the levels where a spherical Gaussian has the radii
    /// 0.625, 1.25 and 1.875 (dashed circles), lines along the learned weights, the wider the greater the gain, and the corrected mutual
    /// information in nats.
    let figure (result: Result) : Figure =
        let width =
            Style.pageWidth
            / float (result.Rows.Head.Outcomes |> List.filter PairOutcome.isShown).Length

        let panels =
            [ for row in result.Rows do
                  for outcome in List.filter PairOutcome.isShown row.Outcomes -> row, outcome ]

        let shown (row: Row, outcome: PairOutcome) =
            let of' =
                row.Offset
                |> Option.map (fun d -> $", {d} pixels apart")
                |> Option.defaultValue ""

            let what =
                match outcome.Treatment with
                | Treatment.Circuit k -> $"Responses of the circuit with {k} interneurons, in standard deviations of the target"
                | Treatment.Zca -> "The pairs after ZCA whitening, each coordinate in its standard deviations"
                | _ -> "The pairs as they are, each coordinate in its standard deviations"

            $"{what}{of'}; corrected mutual information {Output.decimals 4 outcome.Dependence.Corrected} nats."

        { Caption =
            { Title =
                "Density of pairs of filter coefficients, and of the responses of circuits that learn to make them independent and \
                Gaussian. Coloured lines: contours of the density at the levels that a spherical Gaussian has at radii of 0.625, 1.25 and \
                1.875. Dashed circles: the contours of that Gaussian. Grey lines: the directions of the interneurons’ synaptic weights; \
                their widths are proportional to the gains, the largest of a panel the widest, thinner than 15 % of it drawn as 15 %."
              Panels = List.map shown panels
              Settings =
                Caption.settings 2 result.Settings.Source result.Settings.Learning
                |> List.filter (fun (name, _) -> name <> "interneurons")
              Numbers = toTable result }
          RowHeight = Plane.height width
          Rows =
            [ for row in result.Rows ->
                  [ for outcome in List.filter PairOutcome.isShown row.Outcomes ->
                        PairOutcome.plane result.Settings.Interneurons row.Offset outcome
                        |> Plane.panel width ] ]
            @ [ [ Plane.key Style.pageWidth ] ] }

    // A file for each circuit.
    let private files folder (result: Result) : string list =
        [ for row in result.Rows do
              for outcome in row.Outcomes do
                  match outcome.Learned with
                  | Some learned ->
                      let path = Path.Combine(folder, $"circuit-{suffix row learned}.json")

                      Learning.saved result.Settings.Learning result.Settings.Source row.Stimuli.S.Rows learned.Trained
                      |> CircuitFile.write path

                      path
                  | None -> () ]

    /// Pairs of coefficients, raw, whitened, and as responses of circuits.
    let experiment: Experiment<Settings, Result> =
        { Name = "pairs"
          Summary = "make pairs of a photograph's filter coefficients independent, and draw their densities"
          Example = "--scene 1 --offset 2 8 --interneurons 2 3 4"
          Standard = standard
          Quick =
            { standard with
                Offsets = [ 2 ]
                Learning =
                    { Learning.standard with
                        Steps = Some 20_000 } }
          Options =
            [ Setting.source (fun source settings -> { settings with Source = source })
              Setting.one Options.offset (fun offsets settings -> { settings with Offsets = offsets })
              Setting.interneurons (fun counts settings -> { settings with Interneurons = counts })
              Setting.learning
                  (LearningChoices.from :: LearningChoices.without [ Options.interneurons ])
                  _.Learning
                  (fun learning settings -> { settings with Learning = learning }) ]
          Run = run
          ToJson = toJson
          ToTable = toTable
          Courses = Experiment.courses trained
          Figure = figure
          Files = files }
