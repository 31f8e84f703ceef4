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

/// Gaussianisation of single coefficients of many pictures by several potentials: how far from the target the responses stay, against the
/// kurtosis of the stimuli.
[<RequireQualifiedAccess>]
module Sweep =
    /// The settings.
    type Settings =
        {
            /// Where the stimuli come from, one run each for every potential.
            Sources: Source list
            /// What is learned and how; its potential is replaced by each of the potentials.
            Learning: Learning
            /// F.
            Potentials: Potential list
        }

    /// One run.
    type Row =
        {
            /// Where the stimuli came from.
            Source: Source
            /// F.
            Potential: Potential
            /// The circuit with its history.
            Trained: Trained
            /// m4/m2^2 of the stimuli.
            Kurtosis: float
            /// The Kolmogorov-Smirnov distance of the responses to the target.
            Ks: float
            /// The Wasserstein distance W2 of the responses to the target.
            W2: float
            /// J - J_opt.
            TransportGap: float
            /// How far the gains are from the best.
            GainGap: GainGap
        }

    /// A failure.
    type Failure =
        {
            /// Where the stimuli should have come from.
            Source: Source
            /// F; None where there were no stimuli for any.
            Potential: Potential option
            /// Why, in one line.
            Reason: string
        }

    /// The result.
    type Result =
        {
            /// The settings that led to it.
            Settings: Settings
            /// The runs, source by source; fewer where they were interrupted.
            Rows: Row list
            /// The sources, or potentials on a source, that failed, and why.
            Failures: Failure list
        }

    /// The potentials that a sweep compares: the paper's, the plain power, and a population of thresholds.
    let potentials =
        [ Potentials.powerMixture; Potentials.monomial; Potentials.thresholdLinear ]

    /// The pictures of a folder, in the order of their names. Refusal when there is no such folder, or no picture in it.
    let picturesIn (folder: string) : Source list =
        if not (Directory.Exists folder) then
            raise (Refusal $"{folder}: no such folder.")

        let isPicture (path: string) =
            Image.extensions
            |> List.contains ((string (Path.GetExtension path)).ToLowerInvariant())

        match
            Directory.GetFiles folder
            |> Array.filter isPicture
            |> Array.sortWith (fun a b -> String.CompareOrdinal(a, b))
            |> List.ofArray
        with
        | [] -> raise (Refusal $"{folder}: has no pictures ({Image.formats}).")
        | paths -> paths |> List.map Source.Image

    /// Eight scenes.
    let standard: Settings =
        { Sources = [ for seed in 1..8 -> Source.Scene seed ]
          Learning = Learning.standard
          Potentials = potentials }

    let private rowOf (run: Gaussianise.Result) : Row =
        { Source = run.Settings.Source
          Potential = run.Trained.Circuit.Potential
          Trained = run.Trained
          Kurtosis = run.StimulusKurtosis
          Ks = run.Ks
          W2 = run.W2
          TransportGap = run.TransportGap
          GainGap = run.GainGap }

    // The result of `work`, or why it failed.
    let private attempt (work: unit -> 'T) : Result<'T, string> =
        try
            Ok(work ())
        with
        | :? Refusal
        | :? NotConvergedException as error -> Error error.Message

    /// Learns and measures for every source and potential. A source that cannot be used, or a run in which a stimulus has no response, is a
    /// failure among the rows and doesn't end the others. On cancellation the current circuit is measured as it stands, and the rest are
    /// skipped. Refusal when nothing came of any source; ArgumentException without sources or potentials, and as `Gaussianise.run`.
    let run (settings: Settings) (progress: Progress -> unit) (cancellation: CancellationToken) : Result =
        if settings.Sources.IsEmpty || settings.Potentials.IsEmpty then
            Refusal.argument
                (nameof settings)
                $"{settings.Sources.Length} sources and {settings.Potentials.Length} potentials; at least one of each is needed"

        let rows, failures = ResizeArray<Row>(), ResizeArray<Failure>()

        let fail source potential reason =
            failures.Add
                { Source = source
                  Potential = potential
                  Reason = reason }

        let goesOn () =
            rows.Count = 0 || not cancellation.IsCancellationRequested

        let runOn source stimuli potential =
            let learning =
                { settings.Learning with
                    Potential = potential }

            match attempt (fun () -> Gaussianise.runOn stimuli learning progress cancellation) with
            | Ok run -> rows.Add(rowOf run)
            | Error reason -> fail source (Some potential) reason

        for source in settings.Sources do
            if goesOn () then
                match attempt (fun () -> Gaussianise.load source) with
                | Ok stimuli ->
                    for potential in settings.Potentials do
                        if goesOn () then
                            runOn source stimuli potential
                | Error reason -> fail source None reason

        if rows.Count = 0 then
            raise (Refusal failures[0].Reason)

        { Settings = settings
          Rows = List.ofSeq rows
          Failures = List.ofSeq failures }

    /// The result as one JSON object.
    let toJson (result: Result) : Json =
        Json.Object
            [ "target", Json.Text(Target.name result.Settings.Learning.Target)
              "runs",
              Json.List
                  [ for row in result.Rows ->
                        Json.Object(
                            [ Source.toJson row.Source
                              "potential", Json.Text row.Potential.Name
                              "interneurons", Json.whole row.Trained.Circuit.Interneurons
                              "steps_made", Json.whole row.Trained.Steps
                              "kurtosis", Json.Number row.Kurtosis
                              "ks", Json.Number row.Ks
                              "w2", Json.Number row.W2
                              "transport_gap", Json.Number row.TransportGap ]
                            @ GainGap.members row.GainGap
                            @ [ "train_seconds", Json.Number row.Trained.Seconds ]
                        ) ]
              "failures",
              Json.List
                  [ for failure in result.Failures ->
                        Json.Object
                            [ Source.toJson failure.Source
                              match failure.Potential with
                              | Some potential -> "potential", Json.Text potential.Name
                              | None -> ()
                              "reason", Json.Text failure.Reason ] ] ]

    /// The result for people, a line a run, then one for each failure.
    let toTable (result: Result) : (string * string) list =
        let runs =
            Output.table
                [ "stimuli"
                  "kurtosis"
                  "potential"
                  "KS"
                  "W2 (SD)"
                  "transport gap (SD²)"
                  "gain gap (SD²)" ]
                [ for row in result.Rows ->
                      [ Source.shortName row.Source
                        row.Kurtosis.ToString("0.0", Globalization.CultureInfo.InvariantCulture)
                        row.Potential.Name
                        Output.small row.Ks
                        Output.small row.W2
                        Output.small row.TransportGap
                        GainGap.text row.GainGap ] ]

        let failures =
            [ for failure in result.Failures ->
                  let potential = failure.Potential |> Option.map _.Name |> Option.defaultValue "all"

                  Source.shortName failure.Source, $"{potential}: {failure.Reason}" ]

        runs @ failures

    /// The circuits, named by picture and potential.
    let trained (result: Result) : (string * Trained) list =
        [ for row in result.Rows -> $"{Source.shortName row.Source}-{row.Potential.Name}", row.Trained ]

    // ---- the figure

    let private panel (result: Result) label (value: Row -> float) =
        let marks i (potential: Potential) : Curve =
            let rows =
                result.Rows |> List.filter (fun row -> row.Potential.Name = potential.Name)

            Plots.curve
                (RichText.plain potential.Name)
                (Style.marks i)
                [| for row in rows -> row.Kurtosis |]
                [| for row in rows -> value row |]

        let least, most = Plots.extremes [ for row in result.Rows -> row.Kurtosis ]

        Panel.Curves(
            Axis.linear "kurtosis of the stimuli" (0.0, max (1.08 * most) (least + 1.0)),
            Axis.log label (Plots.decades [| for row in result.Rows -> value row |]),
            List.mapi marks result.Settings.Potentials
            |> List.filter (fun curve -> curve.X.Length > 0)
        )

    /// KS, W2 and transport gap against the stimuli's kurtosis, a mark for each picture and potential.
    let figure (result: Result) : Figure =
        { Caption =
            { Title =
                "Gaussianisation of single coefficients of many pictures: how far from the target the responses stay, a mark for each \
                picture and potential."
              Panels =
                [ "KS distance of the responses to the target against the kurtosis of the stimuli, _m_₄/_m_₂^{2}, 3 for a Gaussian."
                  "Wasserstein distance _W_₂ of the responses to the target."
                  "Transport gap, _J_ − _J_ of the optimal transport map." ]
              Settings =
                ("pictures", string result.Settings.Sources.Length)
                :: (Learning.describe 1 result.Settings.Learning
                    |> List.filter (fun (name, _) -> name <> "potential"))
              Numbers = toTable result }
          RowHeight = 190.0
          Rows =
            [ [ panel result "KS distance to the target" _.Ks
                panel result "_W_₂ distance to the target (SD)" _.W2
                panel result "transport gap (SD^{2})" _.TransportGap ] ] }

    /// Gaussianisation of many pictures.
    let experiment: Experiment<Settings, Result> =
        { Name = "sweep"
          Summary = "gaussianise many pictures, each by three potentials: distances against the kurtosis of the stimuli"
          Example = "--images photographs"
          Standard = standard
          Quick =
            { standard with
                Sources = List.truncate 2 standard.Sources
                Learning =
                    { Learning.standard with
                        Steps = Some 5_000 } }
          Options =
            [ Setting.one Options.images (fun folder settings ->
                  { settings with
                      Sources = picturesIn folder })
              Setting.learning (LearningChoices.without [ Options.potential ]) _.Learning (fun learning settings ->
                  { settings with Learning = learning }) ]
          Run = run
          ToJson = toJson
          ToTable = toTable
          Courses = Experiment.courses trained
          Figure = figure
          Files = Experiment.noFiles }
