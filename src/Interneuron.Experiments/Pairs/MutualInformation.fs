namespace Interneuron.Experiments

open System
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

/// Mutual information of pairs of filter coefficients against their offset (theory, section 6, item 4), for raw and whitened pairs,
/// responses of circuits, and rotation-based iterative Gaussianisation.
[<RequireQualifiedAccess>]
module MutualInformation =
    /// The settings; with the picture's file, if there is one, they determine the result.
    type Settings =
        {
            /// Where the pairs come from: a picture.
            Source: Source
            /// The vertical offsets d, in pixels, ascending.
            Offsets: int list
            /// The numbers of interneurons K.
            Interneurons: int list
            /// What is learned and how; its own number of interneurons is not used.
            Learning: Learning
            /// How many seeds, from the learning's own on: of the circuits' learning and of the rotations.
            Seeds: int
        }

    /// The dependence that a treatment leaves at an offset. Estimates are corrected, in nats.
    type Point =
        {
            /// d.
            Offset: int
            /// The estimate for each seed; one where nothing is drawn at random.
            Values: float array
            /// The estimates for shuffled copies of the first seed's pairs.
            Shuffled: float array
            /// The circuit of the first seed and how far its gains are from the best, where the treatment is one.
            Learned: (Trained * GainGap) option
        }

    /// A treatment at all offsets.
    type Series =
        {
            /// What is done to the pairs.
            Treatment: Treatment
            /// One point an offset.
            Points: Point list
        }

    /// The result.
    type Result =
        {
            /// The settings that led to it.
            Settings: Settings
            /// One series a treatment.
            Series: Series list
        }

    /// Scene 1, offsets from 1 to 64 by doublings, three seeds, and the defaults of learning.
    let standard: Settings =
        { Source = Source.Scene 1
          Offsets = [ 1; 2; 4; 8; 16; 32; 64 ]
          Interneurons = Treatment.defaultInterneurons Learning.standard.Potential
          Learning = Learning.standard
          Seeds = 3 }

    let private require (settings: Settings) =
        settings.Source
        |> Source.requirePicture "an array has pairs of one offset; this experiment needs an image or a scene."

        if settings.Offsets.IsEmpty || settings.Interneurons.IsEmpty then
            Refusal.argument (nameof settings) "there is nothing to do without an offset and a number of interneurons"

        if settings.Seeds < 1 then
            Refusal.argument (nameof settings) $"the number of seeds is {settings.Seeds}; it is at least 1"

    /// Learns every circuit at every offset with every seed, and measures. Refusal for a source that cannot be used, ArgumentException for
    /// choices that cannot be, NotConvergedException when a stimulus has no response; OperationCanceledException on cancellation, since
    /// half a comparison says nothing.
    let run (settings: Settings) (progress: Progress -> unit) (cancellation: CancellationToken) : Result =
        require settings
        let seeds = [| for i in 0 .. settings.Seeds - 1 -> settings.Learning.Seed + i |]
        let circuits = settings.Interneurons |> List.map Treatment.Circuit

        let treatments =
            [ Treatment.Raw; Treatment.Zca; Treatment.Marginal; Treatment.ZcaThenMarginal ]
            @ circuits
            @ [ Treatment.RotationBased ]

        let count = settings.Offsets.Length * circuits.Length * seeds.Length
        let mutable learned = 0

        let treated (pairs: Grid) s treatment seed =
            match treatment with
            | Treatment.Circuit k ->
                let report = Several.progressOf learned count progress

                let trained =
                    Treatment.learn { settings.Learning with Seed = seed } k report cancellation pairs

                learned <- learned + 1
                Learning.responses (Source.describe settings.Source) trained.Circuit s, Some trained
            | other -> Treatment.baseline seed other s, None

        let point (pairs: Grid) s treatment offset =
            let drawn =
                match treatment with
                | Treatment.Circuit _
                | Treatment.RotationBased -> seeds
                | _ -> Array.truncate 1 seeds

            let results, circuits =
                drawn |> Array.map (treated pairs s treatment) |> Array.unzip

            { Offset = offset
              Values = Array.map (Dependence.corrected (Treatment.deviation treatment)) results
              Shuffled = Dependence.shuffled seeds[0] (Treatment.deviation treatment) results[0]
              Learned =
                circuits[0]
                |> Option.map (fun trained -> trained, GainGap.measure cancellation trained.Circuit s) }

        let byOffset =
            [ for offset in settings.Offsets do
                  let stimuli = Treatment.load settings.Source offset
                  let pairs, s = stimuli.S, Source.measured stimuli

                  [ for treatment in treatments do
                        cancellation.ThrowIfCancellationRequested()
                        point pairs s treatment offset ] ]

        cancellation.ThrowIfCancellationRequested()

        { Settings = settings
          Series =
            List.zip treatments (List.transpose byOffset)
            |> List.map (fun (treatment, points) ->
                { Treatment = treatment
                  Points = points }) }

    // ---- as numbers

    let private pointJson (point: Point) =
        Json.Object(
            [ "offset", Json.whole point.Offset
              "mean", Json.Number(Array.average point.Values)
              "values", Json.numbers point.Values
              "shuffled", Json.numbers point.Shuffled ]
            @ (point.Learned |> Option.map (snd >> GainGap.members) |> Option.defaultValue [])
        )

    /// The result as one JSON object.
    let toJson (result: Result) : Json =
        let learning = result.Settings.Learning

        Json.Object(
            Source.members [ "image"; "scene" ] result.Settings.Source
            @ Learning.members learning
            @ CircuitFile.settingsMembers (Learning.settings 2 learning)
            @ [ "interneurons", Json.List(List.map Json.whole result.Settings.Interneurons)
                "seeds", Json.whole result.Settings.Seeds
                "series",
                Json.List
                    [ for series in result.Series ->
                          Json.Object
                              [ "treatment", Json.Text(Treatment.name series.Treatment)
                                "points", Json.List(List.map pointJson series.Points) ] ] ]
        )

    let private line (cells: string list) =
        cells |> List.map (fun (cell: string) -> cell.PadLeft 9) |> String.concat ""

    let private shown = Output.decimals 5

    // Heavy tails fill more bins, so that shuffled raw pairs have a higher level than shuffled responses.
    let private isHeavyTailed treatment =
        treatment = Treatment.Raw || treatment = Treatment.Zca

    /// What an estimate says where there is no dependence: at each offset the greatest value on shuffled pairs, of those treatments that
    /// are chosen.
    let private nullLevels (isChosen: Treatment -> bool) (result: Result) =
        result.Series
        |> List.filter (fun series -> isChosen series.Treatment)
        |> List.map (fun series -> [ for point in series.Points -> Array.max point.Shuffled ])
        |> List.transpose
        |> List.map List.max

    /// The mean over seeds of each treatment at each offset, for people; the first line names the offsets.
    let toTable (result: Result) : (string * string) list =
        ("MI in nats, " + Source.describe result.Settings.Source, line [ for d in result.Settings.Offsets -> $"d = {d}" ])
        :: [ for series in result.Series ->
                 Treatment.name series.Treatment, line [ for point in series.Points -> shown (Array.average point.Values) ] ]
        @ [ "shuffled raw, at most", line (List.map shown (nullLevels isHeavyTailed result))
            "shuffled, at most", line (List.map shown (nullLevels (isHeavyTailed >> not) result)) ]
        @ [ for series in result.Series do
                match series.Points |> List.choose _.Learned with
                | [] -> ()
                | learned -> "gain gap, " + Treatment.name series.Treatment, line [ for _, gap in learned -> GainGap.text gap ] ]

    /// The circuits of the first seed, named by offset and number of interneurons.
    let trained (result: Result) : (string * Trained) list =
        [ for series in result.Series do
              for point in series.Points do
                  match point.Learned with
                  | Some(trained, _) -> $"d{point.Offset}-k{trained.Circuit.Interneurons}", trained
                  | None -> () ]

    // ---- the figure

    let private inks (result: Result) =
        let circuits = Style.circuits result.Settings.Interneurons.Length

        fun treatment ->
            match treatment with
            | Treatment.Raw -> Style.stimulus
            | Treatment.Zca -> Style.zca
            | Treatment.Circuit k -> circuits[List.findIndex ((=) k) result.Settings.Interneurons]
            | _ -> Style.rotationBased

    // Marginal Gaussianisation changes no dependence, only how much of it bins of one width can see: it stands in the table.
    let private shownSeries (result: Result) =
        result.Series
        |> List.filter (fun series ->
            series.Treatment <> Treatment.Marginal
            && series.Treatment <> Treatment.ZcaThenMarginal)

    let private shuffledRaw =
        { Style.stimulus with
            Stroke = Stroke.Dotted
            Width = 0.9 }

    let private curvesOf (result: Result) : Curve list =
        let ink = inks result
        let x = [| for d in result.Settings.Offsets -> float d |]
        let unnamed = Plots.curve ""

        [ unnamed shuffledRaw x (Array.ofList (nullLevels isHeavyTailed result))
          unnamed Style.shuffled x (Array.ofList (nullLevels (isHeavyTailed >> not) result))
          for series in shownSeries result do
              let ink = ink series.Treatment
              unnamed ink x [| for point in series.Points -> Array.average point.Values |]
              // The range over seeds, where there is one.
              for point in series.Points do
                  let least, most = Array.min point.Values, Array.max point.Values

                  if most > least then
                      let d = float point.Offset

                      unnamed
                          { ink with
                              Stroke = Stroke.Solid
                              Width = 0.7 }
                          [| d; d |]
                          [| max least 1e-9; most |] ]

    let private key (result: Result) =
        let ink = inks result

        let name treatment =
            match treatment with
            | Treatment.Raw -> "raw pairs"
            | Treatment.Zca -> "ZCA-whitened"
            | Treatment.Circuit k -> $"circuit, _K_ = {k}"
            | _ -> $"RBIG, {Treatment.layers} layers"

        let entries =
            [ for series in shownSeries result -> ink series.Treatment, name series.Treatment ]
            @ [ shuffledRaw, "raw pairs, shuffled (largest)"
                Style.shuffled, "responses, shuffled (largest)" ]

        let notes =
            [ if result.Settings.Seeds > 1 then
                  $"lines: mean of {result.Settings.Seeds} seeds"
                  "bars: their range" ]

        Panel.Sketch(
            false,
            [ for i, (ink, text) in List.indexed entries do
                  let y = 22.0 + 12.0 * float i
                  Element.Line(ink, [| 14.0, y - 2.6; 36.0, y - 2.6 |])
                  Element.Text((41.0, y), Anchor.Start, text)
              for i, text in List.indexed notes do
                  Element.Text((14.0, 30.0 + 12.0 * float entries.Length + 11.0 * float i), Anchor.Start, text) ]
        )

    /// Corrected mutual information against offset, (a) on a linear axis and (b) by decades, where the small values and the level of
    /// shuffled pairs can be told apart; values that are not positive are left out there.
    let figure (result: Result) : Figure =
        let curves = curvesOf result
        let offsets = result.Settings.Offsets |> List.map float

        let x =
            Axis.octaves "vertical offset _d_ (pixels)" (0.85 * List.min offsets, 1.18 * List.max offsets)

        let most = curves |> List.collect (fun curve -> List.ofArray curve.Y) |> List.max

        let least =
            10.0
            ** floor (log10 (max 1e-5 (List.min (nullLevels (isHeavyTailed >> not) result))))

        let label = "mutual information (nats)"

        let visible =
            curves
            |> List.map (fun curve ->
                { curve with
                    Y = curve.Y |> Array.map (fun y -> if y > 0.0 then y else nan) })

        { Caption =
            { Title =
                "What is left of the dependence of pairs of filter coefficients against their vertical offset, for raw pairs, after \
                methods without a circuit, and for the responses of circuits. Lines are means over seeds, bars the range. Dotted: the \
                largest estimate for shuffled pairs, below which an estimate says nothing."
              Panels =
                [ "Corrected mutual information on a linear axis."
                  "The same by decades; estimates that are not positive are left out." ]
              Settings =
                Caption.settings 2 result.Settings.Source result.Settings.Learning
                @ [ "seeds", string result.Settings.Seeds ]
              Numbers = toTable result }
          RowHeight = 170.0
          Rows =
            [ [ Panel.Curves(x, Axis.linear label (0.0, 1.05 * most), curves)
                Panel.Curves(x, Axis.log label (least, 10.0 ** ceil (log10 most)), visible)
                key result ] ] }

    /// What is left of the dependence of pairs at many offsets.
    let experiment: Experiment<Settings, Result> =
        { Name = "mutual-information"
          Summary = "mutual information of pairs against their offset: raw, whitened, responses of circuits, and RBIG"
          Example = "--scene 1 --offset 1 4 16 --seeds 2"
          Standard = standard
          Quick =
            { standard with
                Offsets = [ 2; 16 ]
                Seeds = 1
                Learning =
                    { Learning.standard with
                        Steps = Some 20_000 } }
          Options =
            [ Setting.picture (fun source settings -> { settings with Source = source })
              Setting.one Options.offset (fun offsets settings ->
                  { settings with
                      Offsets = List.sort (List.distinct offsets) })
              Setting.interneurons (fun counts settings -> { settings with Interneurons = counts })
              Setting.learning (LearningChoices.without [ Options.interneurons ]) _.Learning (fun learning settings ->
                  { settings with Learning = learning })
              Setting.one Options.seeds (fun seeds settings -> { settings with Seeds = seeds }) ]
          Run = run
          ToJson = toJson
          ToTable = toTable
          Courses = Experiment.courses trained
          Figure = figure
          Files = Experiment.noFiles }
