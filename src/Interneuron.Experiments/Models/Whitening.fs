namespace Interneuron.Experiments

open System
open System.Threading
open Interneuron.Core.Symbolic
open Interneuron.Core.Transport
open Interneuron.Core.Circuits
open Interneuron.Core.Files
open Interneuron.Derivation.Formulas
open Interneuron.Derivation.Rules
open Interneuron.Derivation.Running
open Interneuron.Statistics

/// Three models of adaptive whitening from the library, derived and run: gains alone that follow two contexts, fast gains with slow
/// synapses that find what the contexts share, and synaptic plasticity with interneurons against the same without. With two primary
/// neurons; the last two also with one, whose stimuli have one variance after another.
[<RequireQualifiedAccess>]
module Whitening =
    /// The settings.
    type Settings =
        {
            /// Stimuli in each of the two contexts of gain modulation.
            Samples: int
            /// Contexts, one after another, for fast gains and slow synapses.
            Contexts: int
            /// Stimuli in each of them.
            ContextSamples: int
            /// Steps of ten stimuli with interneurons and without.
            Steps: int
            /// The rates that each of these two is tried at; the best one is shown.
            Rates: float list
            /// The variances that each of them whitens by itself, at one rate for all.
            Eigenvalues: float list
            /// Runs for each of these, which are averaged.
            Repeats: int
            /// Random numbers.
            Seed: int
        }

    /// The result.
    type Result =
        {
            /// The settings that led to it.
            Settings: Settings
            /// Gain modulation.
            Modulation: GainModulation
            /// Fast gains, slow synapses.
            Sharing: SharedDirections
            /// Synapses to interneurons.
            Interneurons: SynapticWhitening
            /// Synapses between primary neurons.
            Lateral: SynapticWhitening
            /// Both, for each of the variances.
            ByEigenvalue: (WhiteningByEigenvalue.Kind * WhiteningByEigenvalue.Point list) list
        }

    /// The numbers of the publications; 600 steps for the last two, and variances from 0.01 to 100.
    let standard: Settings =
        { Samples = 10_000
          Contexts = 1_024
          ContextSamples = 512
          Steps = 600
          Rates = [ 1e-3; 2e-3; 5e-3; 1e-2; 2e-2; 5e-2 ]
          Eigenvalues = [ for k in [ -4; -3; -2; -1; 1; 2; 3; 4 ] -> 10.0 ** (0.5 * float k) ]
          Repeats = 4
          Seed = 1 }

    /// Runs the three. Reports the contexts that have passed. On cancellation, the result so far is returned. NotConvergedException where a
    /// stimulus has no response.
    let run (settings: Settings) (progress: Progress -> unit) (cancellation: CancellationToken) : Result =
        if
            settings.Samples < 1
            || settings.Contexts < 1
            || settings.ContextSamples < 1
            || settings.Steps < 1
        then
            Refusal.argument (nameof settings) "the numbers of samples, contexts and steps are at least 1"

        let passed context =
            Several.report progress context settings.Contexts

        let whiten how =
            how settings.Steps settings.Rates settings.Seed cancellation

        { Settings = settings
          Modulation = GainModulation.run settings.Samples settings.Seed cancellation
          Sharing = SharedDirections.run settings.Contexts settings.ContextSamples settings.Seed passed cancellation
          Interneurons = whiten SynapticWhitening.withInterneurons
          Lateral = whiten SynapticWhitening.lateral
          ByEigenvalue =
            [ for kind in [ WhiteningByEigenvalue.Interneurons; WhiteningByEigenvalue.Lateral ] ->
                  kind, WhiteningByEigenvalue.run settings.Repeats settings.Seed cancellation kind settings.Eigenvalues ] }

    let private ends count (values: float array) =
        let count = min count values.Length
        Array.average values[.. count - 1], Array.average values[values.Length - count ..]

    /// The result as one JSON object.
    let toJson (result: Result) : Json =
        let plasticity (p: SynapticWhitening) =
            Json.Object
                [ "rate", Json.Number p.Rate
                  "samples", Json.numbers [| for x in p.Samples -> float x |]
                  "errors", Json.numbers (Array.ofList p.Errors) ]

        Json.Object
            [ "samples", Json.whole result.Settings.Samples
              "contexts", Json.whole result.Settings.Contexts
              "context_samples", Json.whole result.Settings.ContextSamples
              "steps", Json.whole result.Settings.Steps
              "seed", Json.whole result.Settings.Seed
              "modulation",
              Json.Object
                  [ "samples", Json.numbers (Array.map float result.Modulation.Course.Steps)
                    "g", Json.rows (Trajectory.rows "g" result.Modulation.Course)
                    "g_best", Json.rows (Array.ofList result.Modulation.Best) ]
              "sharing",
              Json.Object
                  [ "distance", Json.numbers result.Sharing.Distances
                    "operator_norm_error", Json.numbers result.Sharing.Errors ]
              "interneurons", plasticity result.Interneurons
              "lateral", plasticity result.Lateral
              "by_eigenvalue", WhiteningByEigenvalue.toJson result.ByEigenvalue ]

    /// The result for people.
    let toTable (result: Result) : (string * string) list =
        let numbers values =
            values |> Array.map Output.short |> String.concat ", "

        let early, late = ends 10 result.Sharing.Errors

        let settled p =
            match SynapticWhitening.settles p with
            | Some samples -> $"{Output.count samples} samples, at the rate {Output.small p.Rate}"
            | None -> $"not within {Output.count (List.last p.Samples)} samples; the best rate is {Output.small p.Rate}"

        [ for context in 0..1 do
              $"gains at the end of context \
              {context + 1}",
              numbers (GainModulation.reached result.Settings.Samples context result.Modulation)

              "  their optimum", numbers result.Modulation.Best[context]
          "|W - V| before and after", $"{Output.small result.Sharing.Distances[0]}, {Output.small (Array.last result.Sharing.Distances)}"
          "|C_rr - I| over the first and last ten contexts", $"{Output.small early}, {Output.small late}"
          "with interneurons, error below 0.1 after", settled result.Interneurons
          "without, error below 0.1 after", settled result.Lateral
          for kind, points in result.ByEigenvalue do
              for condition, samples in WhiteningByEigenvalue.byConditionNumber points do
                  $"{WhiteningByEigenvalue.name kind}, condition number {Output.short condition}",
                  $"{Output.count (int (Math.Round samples))} samples at an error of 0.01" ]

    /// The models on their way, named as in the library.
    let courses (result: Result) : (string * Course) list =
        [ "gain-whitening", result.Modulation.Course
          "fast-gains-slow-synapses", result.Sharing.Course
          "synaptic-whitening", result.Interneurons.Course
          "lateral-whitening", result.Lateral.Course ]

    let private curve = Plots.curve

    /// Gains over two contexts with their optima; the distance of the synapses from the shared directions and the error over contexts; the
    /// error with interneurons and without over samples, for two variances at once; and what each variance takes by itself.
    let figure (result: Result) : Figure =
        let m = result.Modulation
        let samples = m.Course.Steps |> Array.map (fun x -> float x / 1000.0)
        let learned = Trajectory.rows "g" m.Course
        let each = float result.Settings.Samples / 1000.0
        let all = Array.concat [ Array.concat learned; Array.concat m.Best ]

        let optima =
            [ for context in 0..1 do
                  for i in 0..2 do
                      let label =
                          if context = 0 && i = 0 then
                              "optimum of the context"
                          else
                              ""

                      let g = m.Best[context][i]
                      curve label Style.optimum [| float context * each; float (context + 1) * each |] [| g; g |] ]

        let gains =
            [ for i in 0..2 -> curve ("_g_" + RichText.index (i + 1)) (Style.line i) samples (learned |> Array.map (Array.item i)) ]

        let contexts = [| for c in 0 .. result.Sharing.Distances.Length - 1 -> float c |]

        let smooth (values: float array) =
            // The mean over sixteen contexts.
            [| for i in 0 .. values.Length - 1 -> Array.average values[max 0 (i - 15) .. i] |]

        let shared =
            [ curve "distance |_W_ − _V_| of synapses" (Style.line 0) contexts result.Sharing.Distances
              curve "error |_C_ − _I_|, mean of 16 contexts" (Style.line 1) contexts[1..] (smooth result.Sharing.Errors) ]

        let speed label ink (p: SynapticWhitening) =
            curve label ink [| for x in p.Samples -> float x / 1000.0 |] (Array.ofList p.Errors)

        let compared =
            [ speed "with interneurons" (Style.line 0) result.Interneurons
              speed "lateral synapses alone" (Style.line 1) result.Lateral ]

        let decades (curves: Curve list) =
            curves |> List.map _.Y |> Array.concat |> Plots.decades

        let settings = result.Settings

        let byEigenvalue =
            result.ByEigenvalue |> List.exists (fun (_, points) -> not points.IsEmpty)

        { Caption =
            { Title =
                "Three models of adaptive whitening with two primary neurons, whose stimuli are Gaussian with covariance of unit scale. \
                _C_: covariance of the responses."
              Panels =
                [ "Gains of three interneurons with fixed synapses over two contexts of other covariances, and the best gains of each \
                context in closed form (dashed, black)."
                  "Fast gains and slow synapses _W_: the distance of these from the directions _V_ that all contexts share, and the \
                  whitening error, over contexts."
                  "Synaptic plasticity with interneurons and with synapses between primary neurons alone, each at its best rate: the \
                  whitening error over the stimuli."
                  if byEigenvalue then
                      "For one primary neuron, stimuli of variance _c_: how many of them until the response’s variance is within 10 % of \
                      1, at one rate for all; marks are measured, lines predicted."

                      "The mean square error of the variance that remains."

                      "Stimuli until two directions of variances _c_ and 1/_c_ are both white, at the rate that leaves a mean square error \
                      of 0.01, against the condition number _c_^{2}." ]
              Settings =
                [ "stimuli a context", $"{Output.count settings.Samples} for gains, {Output.count settings.ContextSamples} for synapses"
                  "contexts", Output.count settings.Contexts
                  "steps", $"{Output.count settings.Steps} of {SynapticWhitening.batch} stimuli"
                  "repeats", string settings.Repeats
                  "seed", string settings.Seed ]
              Numbers = toTable result }
          RowHeight = 175.0
          Rows =
            [ [ Panel.Curves(
                    Axis.linear "stimuli (thousands)" (0.0, 2.0 * each),
                    Axis.linear "gain _g_" (Plots.padded 0.08 (Plots.extremes all)),
                    optima @ gains
                )
                Panel.Curves(
                    Axis.linear "context" (0.0, float result.Settings.Contexts),
                    Axis.log "distance, error" (decades shared),
                    shared
                )
                Panel.Curves(
                    Axis.linear "stimuli (thousands)" (0.0, float (SynapticWhitening.batch * result.Settings.Steps) / 1000.0),
                    Axis.log "error |_C_ − _I_|^{2}/_N_^{2}" (decades compared),
                    compared
                ) ]
              // Where the run was stopped there may be none.
              if byEigenvalue then
                  WhiteningByEigenvalue.panels result.ByEigenvalue ] }

    /// Models of adaptive whitening from the library.
    let experiment: Experiment<Settings, Result> =
        { Name = "whitening"
          Summary = "models of adaptive whitening from the library: contexts followed by gains, shared by synapses"
          Example = "--seed 1"
          Standard = standard
          Quick =
            { standard with
                Contexts = 64
                Eigenvalues = [ 0.1; 10.0 ]
                Repeats = 1 }
          Options = [ Setting.one Options.seed (fun seed settings -> { settings with Seed = seed }) ]
          Run = run
          ToJson = toJson
          ToTable = toTable
          Courses = courses
          Figure = figure
          Files = Experiment.noFiles }
