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

/// Gaussianisation of single filter coefficients (theory, section 6, item 2): one primary neuron learns to respond to the coefficients of a
/// photograph so that its responses have the target's distribution.
[<RequireQualifiedAccess>]
module Gaussianise =
    /// The settings; with the stimuli's file, if there is one, they determine the result.
    type Settings =
        {
            /// Where the stimuli come from.
            Source: Source
            /// What is learned and how.
            Learning: Learning
        }

    /// The result. All statistics are over the stimuli that are measured (`Source.measured`).
    type Result =
        {
            /// The settings that led to it.
            Settings: Settings
            /// s, n x 1, and the picture they are of.
            Stimuli: Stimuli
            /// The circuit with its history.
            Trained: Trained
            /// r of the stimuli that are measured.
            Responses: float array
            /// The Kolmogorov-Smirnov distance of the responses to the target.
            Ks: float
            /// The Wasserstein distance W2 of the responses to the target.
            W2: float
            /// m4/m2^2 of the stimuli, 3 for a Gaussian.
            StimulusKurtosis: float
            /// m4/m2^2 of the responses.
            ResponseKurtosis: float
            /// The generalised Gaussian of greatest likelihood for the stimuli.
            Fit: GeneralisedGaussianFit
            /// J.
            J: float
            /// J - J_opt, how far the circuit is from optimal transport.
            TransportGap: float
            /// How far the gains are from the best.
            GainGap: GainGap
        }

    /// Scene 1 and the defaults of learning.
    let standard: Settings =
        { Source = Source.Scene 1
          Learning = Learning.standard }

    /// Single coefficients of a source. Refusal when it cannot be used, or its rows are not single numbers.
    let load (source: Source) =
        let stimuli = Source.load Coefficients.single source

        if stimuli.S.Columns <> 1 then
            raise (
                Refusal
                    $"{Source.describe source}: has rows of {stimuli.S.Columns} values; this experiment takes single coefficients, n or n \
                    x 1 (arrays n x N: interneuron train)."
            )

        stimuli

    /// Learns from stimuli that are already there, and measures: `run` without the loading.
    let runOn (stimuli: Stimuli) (learning: Learning) (progress: Progress -> unit) (cancellation: CancellationToken) : Result =
        let trained = Learning.run learning progress cancellation stimuli.S
        let s = Source.measured stimuli
        let r = Learning.responses (Source.describe stimuli.Source) trained.Circuit s
        let target = learning.Target
        let j = Objective.value trained.Circuit s

        { Settings =
            { Source = stimuli.Source
              Learning = learning }
          Stimuli = stimuli
          Trained = trained
          Responses = r
          Ks = Ks.toTarget (Target.cdf target) r
          W2 = Wasserstein.toTarget (Target.quantile target) r
          StimulusKurtosis = Moments.kurtosis s
          ResponseKurtosis = Moments.kurtosis r
          Fit = GeneralisedGaussianFit.ofSamples s
          J = j
          TransportGap = j - Objective.optimum target s
          GainGap = GainGap.measure cancellation trained.Circuit s }

    /// Loads the stimuli, learns, and measures. On cancellation, learning stops and the circuit as it stands is measured. Refusal for a
    /// source that cannot be used, ArgumentException for choices that cannot be, NotConvergedException when a stimulus has no response.
    let run (settings: Settings) (progress: Progress -> unit) (cancellation: CancellationToken) : Result =
        runOn (load settings.Source) settings.Learning progress cancellation

    /// What was measured, as members of a JSON object.
    let measures (result: Result) : (string * Json) list =
        [ "ks", Json.Number result.Ks
          "w2", Json.Number result.W2
          "kurtosis",
          Json.Object
              [ "stimulus", Json.Number result.StimulusKurtosis
                "response", Json.Number result.ResponseKurtosis ]
          "alpha", Json.Number result.Fit.Alpha
          "beta", Json.Number result.Fit.Beta
          "zeros", Json.Number result.Fit.Zeros
          "j", Json.Number result.J
          "transport_gap", Json.Number result.TransportGap ]
        @ GainGap.members result.GainGap
        @ [ "train_seconds", Json.Number result.Trained.Seconds
            "samples_per_second", Json.Number(Learning.samplesPerSecond result.Trained) ]

    /// The result as one JSON object, without the arrays of stimuli and responses.
    let toJson (result: Result) : Json =
        let trained = result.Trained
        let circuit = trained.Circuit

        Json.Object(
            Source.members Source.ofAnyKind result.Settings.Source
            @ [ "samples", Json.whole result.Stimuli.S.Rows
                "measured", Json.whole result.Responses.Length ]
            @ Learning.members result.Settings.Learning
            @ [ "interneurons", Json.whole circuit.Interneurons ]
            @ CircuitFile.settingsMembers trained.Settings
            @ [ "steps_made", Json.whole trained.Steps ]
            @ Learning.parameterMembers circuit
            @ measures result
        )

    let private findings (result: Result) : (string * string) list =
        let circuit = result.Trained.Circuit
        let short, small = Output.short, Output.small

        [ "samples", Source.counts result.Stimuli
          "potential", circuit.Potential.Name
          "target", Target.name circuit.Target
          "interneurons", string circuit.Interneurons
          if circuit.Interneurons = 1 then
              "g", short circuit.Gains[0]

              for parameter, value in Seq.zip circuit.Potential.Parameters circuit.Theta[0] do
                  parameter.Name, short value
          "KS", small result.Ks
          "W2", small result.W2
          "kurtosis of stimuli", short result.StimulusKurtosis
          "kurtosis of responses", short result.ResponseKurtosis
          "transport gap", small result.TransportGap
          "gain gap", GainGap.text result.GainGap
          "steps × batch", $"{Output.count result.Trained.Steps} × {Output.count result.Trained.Settings.Batch}" ]

    // What the numbers are, and their level where nothing is left to learn.
    let private estimators (result: Result) : (string * string) list =
        let level = Output.small (0.87 / sqrt (float result.Responses.Length))

        [ "KS, W2", $"to the target, in its standard deviations, plug-in; as many samples of the target itself have a KS of about {level}"
          "kurtosis", "m4/m2^2, divisor n: 3 for a Gaussian" ]

    // The stimuli's fit, and what has to be known before it is believed.
    let private fit (result: Result) : (string * string) list =
        let fit = result.Fit

        let digits (v: float) =
            v.ToString("G4", Globalization.CultureInfo.InvariantCulture)

        let zeros =
            (100.0 * fit.Zeros).ToString("0.##", Globalization.CultureInfo.InvariantCulture)

        [ "generalised-Gaussian fit", $"alpha {digits fit.Alpha}, beta {digits fit.Beta}, by maximum likelihood"

          match fit.FittedTo with
          | FittedTo.Points when fit.Zeros >= 0.005 ->
              "", $"{zeros} %% of the stimuli are zero, where the likelihood has no bound as beta falls; this is its maximum inside"
          | FittedTo.Points -> ()
          | FittedTo.Intervals width ->
              "", $"the stimuli are multiples of {digits width}: the likelihood is that of having been rounded to them"
          | FittedTo.OtherThanZero -> "", $"{zeros} %% of the stimuli are zero; the fit is to the others"

          match fit.Range with
          | FitRange.Inside -> ()
          | FitRange.Smallest -> "", $"beta lies at or below {digits fit.Beta}, the least that is looked at"
          | FitRange.Largest -> "", $"beta lies at or above {digits fit.Beta}, the most that is looked at" ]

    /// The result as names and values, for people.
    let toTable (result: Result) : (string * string) list =
        ("stimuli", Source.describe result.Settings.Source) :: findings result
        @ fit result
        @ estimators result

    // ---- the figure

    let private picturePanel (result: Result) label =
        match result.Stimuli.Picture with
        | Some picture -> Panel.Picture(RichText.plain (Source.shortName result.Settings.Source), picture)
        | None ->
            let s = Array.truncate 200 (Source.measured result.Stimuli)
            let count = s.Length
            let r = Array.truncate count result.Responses

            let range =
                Plots.padded 0.05 (min (Array.min s) (Array.min r), max (Array.max s) (Array.max r))

            let row = Array.init count float

            Panel.Curves(
                Axis.linear "sample" (0.0, float (max 1 (count - 1))),
                Axis.linear "value" range,
                [ Plots.curve label Style.stimulus row s
                  Plots.curve "response _r_" Style.circuit row r ]
            )

    let private notes (result: Result) =
        let symbol name =
            match name with
            | "g" -> "_g_"
            | "theta" -> "_θ_"
            | "W2" -> "_W_₂"
            | _ -> RichText.plain name

        [ for name, value in findings result -> symbol name, RichText.plain value ]

    /// The five panels: the picture; the stimuli's density with its generalised-Gaussian fit; the interneurons' output against the inverse
    /// of the optimal transport map; the circuit's transform against the optimal transport map; the responses' density against the
    /// target's.
    let figure (result: Result) : Figure =
        let circuit = result.Trained.Circuit
        let target = circuit.Target
        let sorted = Source.measured result.Stimuli |> Array.sort
        let n = sorted.Length
        // An array is taken as it is, in units that only its owner knows.
        let unit text =
            if result.Stimuli.Picture.IsSome then text else ""

        let stimulus = "stimulus _s_" + unit " (SD)"
        let response = "response _r_ (SD of the target)"
        let sRange = Plots.padded 0.04 (sorted[0], sorted[n - 1])
        let quantile = Target.quantile target
        let targetRange = quantile (0.5 / float n), quantile ((float n - 0.5) / float n)

        let rRange =
            Plots.padded 0.04 (min (fst targetRange) (Array.min result.Responses), max (snd targetRange) (Array.max result.Responses))

        // The optimal transport map, a point for each of many responses between the target's extreme quantiles.
        let optimalR = Plots.spread 400 targetRange
        let optimalS = Plots.optimalStimuli target sorted optimalR
        let learnedR = Plots.spread 401 rRange

        let gridS =
            Plots.denseAtZero 801 sRange
            |> Array.filter (fun s -> s >= fst sRange && s <= snd sRange)

        let gridR = Learning.responses "the axis of the figure" circuit gridS

        let learned =
            match circuit.Interneurons, circuit.Leak with
            | 1, 0.0 -> "learned _g f_(_θ_, _r_)"
            | _, 0.0 -> "learned _W n_(_r_)"
            | _ -> "learned _W n_(_r_) + λ_r_"

        let rounded (v: float) =
            v.ToString("G2", Globalization.CultureInfo.InvariantCulture)

        let fitted = Plots.denseAtZero 801 sRange

        let fit =
            fitted
            |> Array.map (GeneralisedGaussian.density result.Fit.Distribution)
            |> Plots.curve $"generalised-Gaussian fit,\nα = {rounded result.Fit.Alpha}, β = {rounded result.Fit.Beta}" Style.fit fitted

        let map label x y lines =
            Panel.Curves(Axis.linear (fst label) x, Axis.linear (snd label) y, lines)

        { Caption =
            { Title =
                $"One primary neuron and {Output.count circuit.Interneurons} interneurons ({RichText.plain circuit.Potential.Name}) make \
                the responses {Plots.titled (Target.name target)}."
              Panels =
                [ (match result.Stimuli.Picture with
                   | Some _ -> "The picture that the stimuli, its filter coefficients, are taken from."
                   | None -> "The first stimuli (grey) and the responses to them (blue).")
                  "Density of the stimuli (grey) and the generalised Gaussian of greatest likelihood, exp(−|_s_/α|^{β}) (orange)."
                  "Summed output of the interneurons against the response, as learned (blue) and as optimal transport asks for (dashed): \
                  the stimulus that has this response."
                  "Response against stimulus, as learned (blue) and by the optimal transport map (dashed)."
                  "Density of the responses (blue) and of the target (dashed). KS and _W_₂ in the notes are the distances between these \
                  two." ]
              Settings = Caption.settings 1 result.Settings.Source result.Settings.Learning
              Numbers = toTable result }
          RowHeight = 165.0
          Rows =
            [ [ picturePanel result stimulus
                Plots.densities stimulus (unit " (1/SD)") sRange (Plots.histogram "stimuli" Style.stimulus sorted) fit
                map
                    (response, "interneuron output" + unit " (SD)")
                    rRange
                    sRange
                    [ Plots.curve learned Style.circuit learnedR (Plots.learnedStimuli circuit learnedR)
                      Plots.curve "inverse optimal transport map" Style.optimum optimalR optimalS ] ]
              [ Panel.Notes(notes result)
                map
                    (stimulus, "response _r_ (SD)")
                    sRange
                    rRange
                    [ Plots.curve "learned transform" Style.circuit gridS gridR
                      Plots.curve "optimal transport map" Style.optimum optimalS optimalR ]
                Plots.densities
                    response
                    " (1/SD)"
                    rRange
                    (Plots.histogram "responses" Style.circuit result.Responses)
                    (Plots.targetDensity $"target, {Plots.titled (Target.name target)}" target rRange) ] ] }

    // Rows responded to at once, where not all of them have been measured.
    let private blockRows = 1 <<< 16

    let private writeResponses path (result: Result) =
        let s = result.Stimuli.S

        if result.Responses.Length = s.Rows then
            Npy.write path [ s.Rows; 1 ] result.Responses
        else
            use writer = new NpyWriter(path, [ 1 ], NpyElement.Float64)

            for first in 0..blockRows .. s.Rows - 1 do
                let rows = s.Values.Slice(first, min blockRows (s.Rows - first)).ToArray()

                let r =
                    Learning.responses (Source.describe result.Settings.Source) result.Trained.Circuit rows

                writer.Write(ReadOnlySpan r)

            writer.Complete()

    // The circuit, and the responses to all stimuli, n x 1.
    let private files folder (result: Result) : string list =
        let responses, circuit =
            Path.Combine(folder, "responses.npy"), Path.Combine(folder, "circuit.json")

        CircuitFile.write circuit (Learning.saved result.Settings.Learning result.Settings.Source result.Stimuli.S.Rows result.Trained)
        writeResponses responses result
        [ responses; circuit ]

    /// Gaussianisation of single coefficients.
    let experiment: Experiment<Settings, Result> =
        { Name = "gaussianise"
          Summary = "turn a photograph's filter coefficients into Gaussian responses, and draw what was learned"
          Example = "--scene 1 --potential threshold-linear"
          Standard = standard
          Quick =
            { standard with
                Learning =
                    { Learning.standard with
                        Steps = Some 5_000 } }
          Options =
            [ Setting.source (fun source settings -> { settings with Source = source })
              Setting.learning (LearningChoices.from :: LearningChoices.all) _.Learning (fun learning settings ->
                  { settings with Learning = learning }) ]
          Run = run
          ToJson = toJson
          ToTable = toTable
          Courses = Experiment.courses (fun result -> [ "", result.Trained ])
          Figure = figure
          Files = files }
