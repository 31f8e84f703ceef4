namespace Interneuron.Experiments

open System
open System.IO
open System.Threading
open MathNet.Numerics.Distributions
open MathNet.Numerics.Random
open Interneuron.Statistics
open Interneuron.Core.Symbolic
open Interneuron.Core.Transport
open Interneuron.Core.Circuits
open Interneuron.Core.Files
open Interneuron.Derivation.Models
open Interneuron.Stimuli

/// The trained circuit as a density model of pairs of coefficients (theory, section 2): its log-likelihood on pairs it has not learned
/// from, beside other models, and samples drawn from it.
[<RequireQualifiedAccess>]
module Likelihood =
    /// What is done.
    type Settings =
        {
            /// The picture that the pairs are taken from.
            Source: Source
            /// The vertical offset of the pairs, in pixels.
            Offset: int
            /// What is learned and how; the target has to have a density.
            Learning: Learning
            /// Layers of the rotation-based Gaussianisation.
            Layers: int
        }

    /// A model's mean log-likelihood per pair, in nats.
    type Score =
        {
            /// The model's name.
            Model: string
            /// On the pairs it was fitted to.
            Train: float
            /// On the held-out pairs.
            HeldOut: float
            /// Held-out mean less the circuit's, 0 for the circuit.
            Difference: float
            /// The standard error of the difference, from those of the stripes, since neighbouring pairs are not independent. None where
            /// there is one stripe.
            Error: float option
        }

    /// What came of it.
    type Result =
        {
            /// What was done.
            Settings: Settings
            /// The circuit.
            Trained: Trained
            /// How far its gains are from the best for the pairs it has learned from.
            GainGap: GainGap
            /// The scores, the circuit first.
            Scores: Score list
            /// The held-out pairs, n x 2.
            HeldOut: float array
            /// As many pairs drawn from the circuit.
            Drawn: float array
            /// As many pairs drawn from the product of generalised Gaussians.
            Independent: float array
        }

    /// Scene 1, pairs at offset 2, a population of thresholds in eight directions, 20 layers.
    let standard: Settings =
        { Source = Source.Scene 1
          Offset = 2
          Learning =
            { Learning.standard with
                Potential = Potentials.thresholdLinear }
          Layers = 20 }

    // Rows of a stripe of the picture. Stripes are learned from and held out in turn: a half of the rows each, of the same statistics, with
    // few neighbours on either side of an edge.
    let private stripe = 32

    /// The pairs of the stripes that are learned from, and of each of those held out, in units of the standard deviation of the former.
    let private split offset (image: Image) : float array * float array list =
        let band = Coefficients.firstBand image
        let stripes = band.Rows / stripe

        if stripes < 2 || offset < 1 || offset >= stripe then
            raise (
                Refusal
                    $"the picture has {band.Rows} rows; pairs at offset {offset} from stripes of {stripe} rows need two stripes and an \
                    offset from 1 to {stripe - 1}."
            )

        let pairsOf k =
            (Coefficients.neighbours [ 0, 0; offset, 0 ] (Grid.crop (k * stripe) 0 stripe band.Columns band)).ToArray()

        let train = Array.concat [ for k in 0..2 .. stripes - 1 -> pairsOf k ]

        let deviations =
            [| for a in 0..1 -> Moments.standardDeviation (Samples.column 2 a train) |]

        if Array.min deviations = 0.0 then
            raise (Refusal "the filter responses are all alike; there is nothing to learn from.")

        let scaled = Array.mapi (fun i v -> v / deviations[i % 2])
        scaled train, [ for k in 1..2 .. stripes - 1 -> scaled (pairsOf k) ]

    // The mean log-likelihood of pairs under a model. One pair without a finite density, as where a picture of a few bright pixels is
    // learned from, leaves none.
    let private mean source (model: string, logDensities: float array -> float array) (pairs: float array) =
        let values = logDensities pairs

        match values |> Array.tryFindIndex (Double.IsFinite >> not) with
        | None -> Array.average values
        | Some at ->
            let x, y = pairs[2 * at], pairs[2 * at + 1]

            raise (
                NotConvergedException
                    $"{Source.describe source}: the pair ({x}, {y}) has the log density {values[at]} under the model '{model}', so that \
                    the model has no likelihood of these {pairs.Length / 2} pairs."
            )

    // The scores of models, each a name and its log-densities; the first is the one that the others are compared with.
    let private scores source train (heldOut: float array list) (models: (string * (float array -> float array)) list) : Score list =
        let means =
            [ for model in models -> heldOut |> List.map (mean source model) |> Array.ofList ]

        [ for (model, logDensities), ofStripes in List.zip models means ->
              let differences = Array.map2 (-) ofStripes means.Head

              { Model = model
                Train = mean source (model, logDensities) train
                HeldOut = Array.average ofStripes
                Difference = Array.average differences
                Error =
                  if differences.Length > 1 then
                      Some(sqrt (Moments.variance differences / float (differences.Length - 1)))
                  else
                      None } ]

    let private generalisedGaussians (train: float array) =
        [| for a in 0..1 -> (GeneralisedGaussianFit.ofSamples (Samples.column 2 a train)).Distribution |]

    let private logProduct (models: GeneralisedGaussian array) (samples: float array) =
        Array.init (samples.Length / 2) (fun i ->
            Seq.sum (seq { for a in 0..1 -> GeneralisedGaussian.logDensity models[a] samples[2 * i + a] }))

    /// Learns on every other stripe of 32 rows, and measures on the others. Refusal for a source that is not a picture of two stripes;
    /// other exceptions as `Gaussianise.run`.
    let run (settings: Settings) (progress: Progress -> unit) (cancellation: CancellationToken) : Result =
        settings.Source
        |> Source.requirePicture "is an array; this experiment takes pairs from the rows of a picture."

        let train, heldOut = split settings.Offset (Source.picture settings.Source)
        let stimuli = Grid.ofArray (train.Length / 2) 2 train

        let trained = Learning.run settings.Learning progress cancellation stimuli

        let circuit = trained.Circuit
        let product = generalisedGaussians train
        let seed = settings.Learning.Seed
        let all = Array.concat heldOut
        let random = Xoshiro256StarStar(seed, false)

        { Settings = settings
          Trained = trained
          GainGap = GainGap.measure cancellation circuit train
          Scores =
            scores
                settings.Source
                train
                heldOut
                [ "circuit", Response.logDensity circuit
                  $"rotation-based, {settings.Layers} layers",
                  Gaussianisation.logDensities (Gaussianisation.rotationBased seed settings.Layers 2 train)
                  "independent coordinates", Gaussianisation.logDensities (Gaussianisation.marginal 2 train)
                  "independent after ZCA", Gaussianisation.logDensities (Gaussianisation.zcaThenMarginal 2 train)
                  "product of generalised Gaussians", logProduct product
                  "Gaussian", Gaussianisation.logDensities (Gaussianisation.zca 2 train) ]
          HeldOut = all
          Drawn = Response.sample circuit (all.Length / 2) seed
          Independent =
            Array.init all.Length (fun k -> GeneralisedGaussian.quantile product[k % 2] (ContinuousUniform.Sample(random, 0.0, 1.0))) }

    /// The result as one JSON object, log-likelihoods in nats per pair.
    let toJson (result: Result) : Json =
        Json.Object(
            [ Source.toJson result.Settings.Source
              "offset", Json.whole result.Settings.Offset
              "potential", Json.Text result.Settings.Learning.Potential.Name
              "interneurons", Json.whole result.Trained.Circuit.Interneurons
              "steps_made", Json.whole result.Trained.Steps
              "held_out_pairs", Json.whole (result.HeldOut.Length / 2) ]
            @ GainGap.members result.GainGap
            @ [ "models",
                Json.List
                    [ for score in result.Scores ->
                          Json.Object
                              [ "model", Json.Text score.Model
                                "train", Json.Number score.Train
                                "held_out", Json.Number score.HeldOut
                                "difference", Json.Number score.Difference
                                "standard_error", score.Error |> Option.map Json.Number |> Option.defaultValue Json.Null ] ] ]
        )

    let private header =
        [ "model"
          "held out (nats per pair)"
          "less the circuit’s"
          "standard error of this"
          "learned from (nats per pair)" ]

    let private cells (result: Result) : string list list =
        let fixed' (v: float) =
            v.ToString("0.0000", Globalization.CultureInfo.InvariantCulture)

        [ for score in result.Scores ->
              [ score.Model
                fixed' score.HeldOut
                fixed' score.Difference
                score.Error |> Option.map fixed' |> Option.defaultValue "–"
                fixed' score.Train ] ]

    /// The result for people, a line a model, and how far the circuit's gains are from the best.
    let toTable (result: Result) : (string * string) list =
        Output.table header (cells result)
        @ [ "circuit's gain gap", GainGap.text result.GainGap ]

    // ---- the figure

    let private shownPairs = 3_000
    let private extent = 4.0

    let private cloud label ink (pairs: float array) =
        let shown = Samples.evenly 2 shownPairs pairs

        Panel.Curves(
            Axis.linear "coefficient _s_₁ (SD)" (-extent, extent),
            Axis.linear "coefficient _s_₂ (SD)" (-extent, extent),
            [ Plots.curve label (Style.cloud ink) (Samples.column 2 0 shown) (Samples.column 2 1 shown) ]
        )

    let private independent =
        { Style.fit with
            Stroke = Stroke.Dashed }

    // The density along a direction of the plane, of real and of drawn pairs.
    let private projected label (w: float * float) (result: Result) =
        let curve name ink (pairs: float array) =
            Array.init (pairs.Length / 2) (fun i -> fst w * pairs[2 * i] + snd w * pairs[2 * i + 1])
            |> Plots.histogram name ink

        Panel.Curves(
            Axis.linear label (-6.0, 6.0),
            Plots.densityAxis,
            [ curve "held-out pairs" Style.stimulus result.HeldOut
              curve "circuit’s samples" { Style.circuit with Width = 0.9 } result.Drawn
              curve "generalised-Gaussian product" independent result.Independent ]
        )

    /// Real pairs, pairs drawn from the circuit, and from the product of generalised Gaussians; the densities of one coefficient, of the
    /// sum and of the difference; the table.
    let figure (result: Result) : Figure =
        let half = sqrt 0.5

        let count = Output.count (result.HeldOut.Length / 2)
        let shown = Output.count (min shownPairs (result.HeldOut.Length / 2))

        { Caption =
            { Title =
                "The trained circuit as a model of the density of pairs of coefficients, beside a product of generalised Gaussians: \
                held-out pairs and as many samples of each model. The table gives the mean log-likelihood of the held-out pairs under each \
                model, what this is more than the circuit’s, the standard error of this difference over stripes of the picture, and the \
                log-likelihood of the pairs that were learned from; in nats."
              Panels =
                [ $"{shown} of {count} held-out pairs."
                  $"{shown} of as many samples of the circuit."
                  $"{shown} of as many samples of the product of generalised Gaussians."
                  "Densities of one coefficient, for all pairs and samples."
                  "Densities of the sum of both, over √2."
                  "Densities of the difference, over √2." ]
              Settings =
                Caption.settings 2 result.Settings.Source result.Settings.Learning
                @ [ "offset", $"{result.Settings.Offset} pixels"
                    "layers of the rotation-based model", string result.Settings.Layers ]
              Numbers = toTable result }
          RowHeight = 165.0
          Rows =
            [ [ cloud
                    "held-out pairs"
                    { Style.stimulus with
                        Colour = "#606060" }
                    result.HeldOut
                cloud "circuit’s samples" Style.circuit result.Drawn
                cloud "generalised-Gaussian product" Style.fit result.Independent ]
              [ projected "coefficient _s_₁ (SD)" (1.0, 0.0) result
                projected "sum (_s_₁ + _s_₂)/√2 (SD)" (half, half) result
                projected "difference (_s_₁ − _s_₂)/√2 (SD)" (half, -half) result ]
              [ Panel.Table(header, cells result |> List.map (List.map RichText.plain)) ] ] }

    // The pairs drawn from the circuit, n x 2.
    let private files folder (result: Result) : string list =
        let drawn = Path.Combine(folder, "drawn.npy")
        Npy.write drawn [ result.Drawn.Length / 2; 2 ] result.Drawn
        [ drawn ]

    /// The circuit as a density model.
    let experiment: Experiment<Settings, Result> =
        { Name = "likelihood"
          Summary = "held-out log-likelihood of pairs under a population of thresholds as a density model, and other models"
          Example = "--scene 1"
          Standard = standard
          Quick =
            { standard with
                Learning =
                    { standard.Learning with
                        Steps = Some 5_000 } }
          Options =
            [ Setting.picture (fun source settings -> { settings with Source = source })
              Setting.single Options.offset (fun offset settings -> { settings with Offset = offset })
              Setting.learning LearningChoices.all _.Learning (fun learning settings -> { settings with Learning = learning }) ]
          Run = run
          ToJson = toJson
          ToTable = toTable
          Courses = Experiment.courses (fun result -> [ "", result.Trained ])
          Figure = figure
          Files = files }
