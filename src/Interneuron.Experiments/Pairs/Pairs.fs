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

/// Pairs of filter coefficients (theory, section 6, item 3): two primary neurons and K interneurons learn to respond to coefficients at a vertical
/// offset so that the responses are independent and Gaussian.
[<RequireQualifiedAccess>]
module Pairs =
    /// What is done; with the stimuli's file, if there is one, it determines the result.
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
            /// Whether to look thoroughly for the gains of least J, over all pairs also where the circuit is large.
            Optimum: bool
        }

    /// A circuit that has learned on the pairs.
    type Learned =
        {
            /// The circuit with its history.
            Trained: Trained
            /// J.
            J: float
            /// How far the gains are from the best.
            GainGap: GainGap
        }

    /// What came of one treatment of the pairs of one offset.
    type Outcome =
        {
            /// What was done to them.
            Treatment: Treatment
            /// Those of the pairs that are measured, afterwards, n x 2.
            Pairs: float array
            /// What is left of their dependence.
            Dependence: Dependence
            /// The Kolmogorov-Smirnov distance of each coordinate to the target.
            Ks: float * float
            /// The circuit, where the treatment is one.
            Learned: Learned option
        }

    /// The outcomes for the pairs of one offset.
    type Row =
        {
            /// d; None for an array.
            Offset: int option
            /// All pairs there are, as they came.
            Stimuli: Stimuli
            /// The share of the numbers that occur more than once, of the coordinate that has more of them.
            Ties: float
            /// The share of the pairs that are copies of others.
            Copies: float
            /// In the order of the table.
            Outcomes: Outcome list
        }

    /// What came of it.
    type Result =
        {
            /// What was done.
            Settings: Settings
            /// One row an offset.
            Rows: Row list
        }

    /// Scene 1, offsets 2, 8 and 32, and the defaults of learning.
    let standard: Settings =
        { Source = Source.Scene 1
          Offsets = [ 2; 8; 32 ]
          Interneurons = Treatment.defaultInterneurons Learning.standard.Potential
          Learning = Learning.standard
          Optimum = false }

    let private baselines =
        [ Treatment.Raw
          Treatment.Zca
          Treatment.Marginal
          Treatment.ZcaThenMarginal
          Treatment.RotationBased ]

    // Fewer ties than this are chance, as among numbers of single precision.
    let private fewestTies = 0.01

    /// The pairs that are measured.
    type private Measured =
        {
            /// They themselves.
            Pairs: float array
            /// Those without copies, among which nearest neighbours are looked for: a copy's nearest neighbours are its copies.
            Once: float array
            Ties: float
            Copies: float
        }

    // Where pairs have been rounded, a treatment makes another lattice of theirs, in which either coordinate tells the pair: they are spread over the cells of the lattice
    // before they are treated.
    let private measured (stimuli: Stimuli) =
        let s = Source.measured stimuli
        let ties = Seq.max [ for j in 0..1 -> Ties.share (Samples.column 2 j s) ]

        if ties < fewestTies then
            { Pairs = s
              Once = s
              Ties = ties
              Copies = 0.0 }
        else
            let once = Ties.withoutCopies 2 s
            let copies = 1.0 - float once.Length / float s.Length
            let spread = Ties.spreadColumns 2 s

            { Pairs = spread
              Once =
                if copies < fewestTies then
                    spread
                else
                    Ties.spreadColumns 2 once
              Ties = ties
              Copies = copies }

    let private outcome (learning: Learning) treatment (measured: Measured) treat learned =
        let cdf = Target.cdf learning.Target
        let pairs = treat measured.Pairs

        let few =
            if measured.Once = measured.Pairs then
                Dependence.few pairs
            else
                treat (Dependence.few measured.Once)

        let ks column =
            Ks.toTarget cdf (Samples.column 2 column pairs)

        { Treatment = treatment
          Pairs = pairs
          Dependence = Dependence.measure learning.Seed (Treatment.deviation treatment) pairs few
          Ks = ks 0, ks 1
          Learned = learned }

    let private learned (settings: Settings) cancellation (trained: Trained) (s: float array) =
        let gap =
            if settings.Optimum then
                GainGap.measureThoroughly
            else
                GainGap.measure

        { Trained = trained
          J = Objective.value trained.Circuit s
          GainGap = gap cancellation trained.Circuit s }

    /// Loads the pairs, learns every circuit, and measures; None when `cancellation` asked to stop. Refusal for a source that cannot be used, ArgumentException for
    /// choices that cannot be, NotConvergedException when a stimulus has no response.
    let run (settings: Settings) (progress: Progress -> unit) (cancellation: CancellationToken) : Result option =
        if settings.Offsets.IsEmpty || settings.Interneurons.IsEmpty then
            invalidArg (nameof settings) "there is nothing to do without an offset and a number of interneurons"

        let offsets =
            match settings.Source with
            | Source.Input _
            | Source.Standardised _ -> [ None ]
            | Source.Image _
            | Source.Scene _ -> List.map Some settings.Offsets

        let count = offsets.Length * settings.Interneurons.Length

        let row index offset =
            let stimuli = Treatment.load settings.Source (defaultArg offset 1)
            let measured = measured stimuli

            // What is compared with circuits knows no units.
            let standard =
                { measured with
                    Pairs = Moments.standardise 2 measured.Pairs
                    Once = Moments.standardise 2 measured.Once }

            // Pairs that cannot be whitened are refused before anything is learned.
            Whitening.zca 2 standard.Pairs |> ignore
            // The circuits first: what cannot be learned is said before the baselines are fitted.
            let circuits =
                settings.Interneurons
                |> List.mapi (fun i k ->
                    let at = index * settings.Interneurons.Length + i

                    let trained =
                        Treatment.learn settings.Learning k (Treatment.progressOf at count progress) cancellation stimuli.S

                    if cancellation.IsCancellationRequested then
                        None
                    else
                        let respond = Learning.responses (Source.describe settings.Source) trained.Circuit

                        let learned = learned settings cancellation trained (Source.measured stimuli)
                        Some(outcome settings.Learning (Treatment.Circuit k) measured respond (Some learned)))

            let others =
                [ for treatment in baselines do
                      if not cancellation.IsCancellationRequested then
                          let treat = Treatment.fitted settings.Learning.Seed treatment standard.Pairs
                          outcome settings.Learning treatment standard treat None ]

            { Offset = offset
              Stimuli = stimuli
              Ties = measured.Ties
              Copies = measured.Copies
              Outcomes = others @ List.choose id circuits }

        let rows = List.mapi row offsets

        if cancellation.IsCancellationRequested then
            None
        else
            Some { Settings = settings; Rows = rows }

    // ---- as numbers

    let private optional number value =
        value |> Option.map number |> Option.defaultValue Json.Null

    let private learnedMembers (learned: Learned) =
        let circuit = learned.Trained.Circuit

        [ "j", Json.Number learned.J ]
        @ GainGap.members learned.GainGap
        @ [ "g", Json.numbers circuit.Gains
            "theta", Json.rows circuit.Theta
            "W", Json.rows (CircuitFile.weightRows circuit)
            "steps_made", Json.whole learned.Trained.Steps
            "train_seconds", Json.Number learned.Trained.Seconds
            "samples_per_second", Json.Number(Learning.samplesPerSecond learned.Trained) ]

    let private outcomeJson (outcome: Outcome) =
        let first, second = outcome.Ks

        Json.Object(
            [ "treatment", Json.Text(Treatment.name outcome.Treatment) ]
            @ Dependence.members outcome.Dependence
            @ [ "ks", Json.numbers [| first; second |] ]
            @ (outcome.Learned |> Option.map learnedMembers |> Option.defaultValue [])
        )

    let private rowJson (row: Row) =
        Json.Object
            [ "offset", optional Json.whole row.Offset
              "samples", Json.whole row.Stimuli.S.Rows
              "measured", Json.whole (row.Outcomes.Head.Pairs.Length / 2)
              "ties", Json.Number row.Ties
              "copies", Json.Number row.Copies
              "outcomes", Json.List(List.map outcomeJson row.Outcomes) ]

    /// The result as one JSON object, without the pairs.
    let toJson (result: Result) : Json =
        let learning = result.Settings.Learning

        Json.Object(
            [ for name in [ "image"; "scene"; "input" ] do
                  let given, value = Source.toJson result.Settings.Source
                  name, (if name = given then value else Json.Null)
              "potential", Json.Text learning.Potential.Name
              "target", Json.Text(Target.name learning.Target)
              "leak", Json.Number learning.Leak ]
            @ CircuitFile.settingsMembers (Learning.settings 2 learning)
            @ [ "interneurons", Json.List(List.map Json.whole result.Settings.Interneurons)
                "rows", Json.List(List.map rowJson result.Rows) ]
        )

    let private fixed' (digits: int) (value: float) =
        // Rounding first, so that a zero has no sign.
        (Math.Round(value, digits) + 0.0).ToString("F" + string digits, Globalization.CultureInfo.InvariantCulture)

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

              if row.Copies >= fewestTies then
                  labelOf row "copies", $"{percent row.Copies} %% of the pairs are copies of others, which KSG leaves out"
              elif row.Ties >= fewestTies then
                  labelOf row "ties",
                  $"{percent row.Ties} %% of the numbers occur more than once; they are spread over what they were rounded from" ]

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
                         | Some learned -> [ fixed' 5 learned.J; GainGap.text learned.GainGap ]
                         | None -> []

                     labelOf row (Treatment.name outcome.Treatment), line (List.map (fixed' 5) values @ learned) ]
        @ notes result

    let private suffix (row: Row) (learned: Learned) =
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

    let private isShown (outcome: Outcome) =
        match outcome.Treatment with
        | Treatment.Raw
        | Treatment.Zca
        | Treatment.Circuit _ -> true
        | Treatment.Marginal
        | Treatment.ZcaThenMarginal
        | Treatment.RotationBased -> false

    let private plane (result: Result) (row: Row) (outcome: Outcome) : Plane =
        let interneurons = result.Settings.Interneurons

        let coordinates, ink =
            match outcome.Treatment with
            | Treatment.Circuit k -> ("_r_₁ (SD)", "_r_₂ (SD)"), (Style.circuits interneurons.Length)[List.findIndex ((=) k) interneurons]
            | Treatment.Zca -> ("whitened _s_₁ (SD)", "whitened _s_₂ (SD)"), { Style.zca with Stroke = Stroke.Solid }
            | _ -> ("_s_₁ (SD)", "_s_₂ (SD)"), Style.stimulus

        let name =
            match outcome.Treatment with
            | Treatment.Circuit k -> $"_K_ = {k}"
            | other -> Treatment.name other

        { Title =
            match row.Offset with
            | Some d -> $"_d_ = {d}, {name}"
            | None -> name
          Note = $"MI {fixed' 4 outcome.Dependence.Corrected} nats"
          Coordinates = coordinates
          Ink =
            { ink with
                Stroke = Stroke.Solid
                Width = 1.1 }
          Pairs =
            match outcome.Treatment with
            | Treatment.Circuit _ -> outcome.Pairs
            | _ -> Plane.standardised outcome.Pairs
          Weights =
            match outcome.Learned with
            | Some learned -> List.ofArray (Array.zip learned.Trained.Circuit.W learned.Trained.Circuit.Gains)
            | None -> [] }

    /// A row of panels an offset, a panel a treatment: contours of the density at the levels where a spherical Gaussian has the radii 0.625, 1.25 and 1.875 (dashed
    /// circles), lines along the learned weights, the wider the greater the gain, and the corrected mutual information in nats.
    let figure (result: Result) : Figure =
        let width =
            Style.pageWidth
            / float (result.Rows.Head.Outcomes |> List.filter isShown).Length

        let panels =
            [ for row in result.Rows do
                  for outcome in List.filter isShown row.Outcomes -> row, outcome ]

        let shown (row: Row, outcome: Outcome) =
            let of' =
                row.Offset
                |> Option.map (fun d -> $", {d} pixels apart")
                |> Option.defaultValue ""

            let what =
                match outcome.Treatment with
                | Treatment.Circuit k -> $"Responses of the circuit with {k} interneurons, in standard deviations of the target"
                | Treatment.Zca -> "The pairs after ZCA whitening, each coordinate in its standard deviations"
                | _ -> "The pairs as they are, each coordinate in its standard deviations"

            $"{what}{of'}; corrected mutual information {fixed' 4 outcome.Dependence.Corrected} nats."

        { Caption =
            { Title =
                "Density of pairs of filter coefficients, and of the responses of circuits that learn to make them independent and Gaussian. Coloured lines: contours of the density at the levels that a spherical Gaussian has at radii of 0.625, 1.25 and 1.875. Dashed circles: the contours of that Gaussian. Grey lines: the directions of the interneurons’ synaptic weights; their widths are proportional to the gains, the largest of a panel the widest, thinner than 15 % of it drawn as 15 %."
              Panels = List.map shown panels
              Settings =
                Caption.settings 2 result.Settings.Source result.Settings.Learning
                |> List.filter (fun (name, _) -> name <> "interneurons")
              Numbers = toTable result }
          RowHeight = Plane.height width
          Rows =
            [ for row in result.Rows -> [ for outcome in List.filter isShown row.Outcomes -> Plane.panel width (plane result row outcome) ] ]
            @ [ [ Plane.key Style.pageWidth ] ] }

    /// Writes the figure pairs (see `Figure.save`), a circuit file for each circuit, and result.json into a folder, which is made if it is not there, and returns their
    /// paths. Refusal when they cannot be written.
    let save (folder: string) (result: Result) : string list =
        let circuit row learned =
            let path = Path.Combine(folder, $"circuit-{suffix row learned}.json")
            CircuitFile.write path (CircuitFile.ofTrained result.Settings.Source row.Stimuli.S.Rows learned.Trained)
            path

        let circuits () =
            [ for row in result.Rows do
                  for outcome in row.Outcomes do
                      yield! outcome.Learned |> Option.map (circuit row) |> Option.toList ]

        Output.results folder "pairs" (toJson result) (fun () -> Figure.save folder "pairs" (figure result) @ circuits ())
