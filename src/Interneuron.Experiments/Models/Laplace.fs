namespace Interneuron.Experiments

open System
open System.Threading
open Interneuron.Statistics
open Interneuron.Core.Symbolic
open Interneuron.Core.Transport
open Interneuron.Core.Circuits
open Interneuron.Core.Files
open Interneuron.Derivation.Formulas
open Interneuron.Derivation.Running
open Interneuron.Derivation.Models

/// A target that is not spherical: pairs driven to two independent Laplace coordinates by the model laplace-target of the library, beside
/// the same circuit driven to the Gaussian. What the target subtracts from the step of a synapse, E r g f(w . r), is parallel to w for a
/// spherical target, so that normalisation takes its place; for this one it has a part across w, which depends on the direction of w alone.
[<RequireQualifiedAccess>]
module Laplace =
    /// The settings.
    type Settings =
        {
            /// Where the stimuli come from.
            Source: Source
            /// The vertical offset of the pairs, in pixels.
            Offset: int
            /// Steps for each target.
            Steps: int option
            /// Stimuli in a step.
            Batch: int option
            /// Random numbers.
            Seed: int
        }

    /// The circuit of one target.
    type Run =
        {
            /// The target.
            Target: Target
            /// The circuit with its history.
            Trained: Trained
            /// r, n x 2.
            Responses: float array
            /// The Kolmogorov-Smirnov distances of the two coordinates to the target's.
            Ks: float array
            /// The Kolmogorov-Smirnov distances of (r_1 + r_2)/sqrt 2 and (r_1 - r_2)/sqrt 2 to those of points of the target.
            DiagonalKs: float array
            /// The corrected mutual information of the coordinates, in nats.
            MutualInformation: float
        }

    /// The result.
    type Result =
        {
            /// The settings that led to it.
            Settings: Settings
            /// s, n x 2.
            Stimuli: Stimuli
            /// Angles of w, in degrees, and what each target subtracts across w there, for g = 1 and the first interneuron's theta.
            Across: (float * float array) list
            /// The model's own target, then the Gaussian; fewer if the run was interrupted.
            Runs: Run list
        }

    /// Scene 1, pairs 16 rows apart, which are all but independent.
    let standard: Settings =
        { Source = Source.Scene 1
          Offset = 16
          Steps = None
          Batch = None
          Seed = 1 }

    let private n = 2

    let private name = "laplace-target"

    let private model = lazy (LibraryModel.find name)

    let private targets () =
        [ model.Value.Target; StandardGaussian ]

    let private angles = [ 0.0..3.0..180.0 ]

    let private unit degrees =
        let radians = degrees * Math.PI / 180.0
        [| cos radians; sin radians |]

    /// The part across w = (cos, sin) of E r f(theta, w . r) over the target, at each angle in degrees, by the model's derived rule at the
    /// stimulus 0.
    let across (target: Target) (theta: float) (angles: float list) : float list =
        let instance = { model.Value with Target = target } |> LibraryModel.instance n 1

        let points, weights = Quadrature.cloud target n
        let zero: float array = Array.zeroCreate n

        [ for angle in angles ->
              let w = unit angle
              let packed = instance.Pack(Map [ "g", [| 1.0 |]; "theta", [| theta |]; "W", w ])

              points
              |> Array.chunkBySize n
              |> Array.mapi (fun i r ->
                  let step = (instance.Unpack(instance.Online(packed, zero, r)))["W"]
                  weights[i] * (step[1] * w[0] - step[0] * w[1]))
              |> Array.sum ]

    let private diagonals (r: float array) =
        [| for sign in [ 1.0; -1.0 ] -> [| for i in 0 .. r.Length / n - 1 -> sqrt 0.5 * (r[n * i] + sign * r[n * i + 1]) |] |]

    let private learn (settings: Settings) learning progress cancellation (stimuli: Stimuli) (index: int) target : Run =
        let trained =
            Learning.run { learning with Target = target } (Several.progressOf index 2 progress) cancellation stimuli.S

        let r =
            Learning.responses (Source.describe settings.Source) trained.Circuit (Source.measured stimuli)

        let reference = diagonals (Initial.sampleTarget target n 100_000 settings.Seed)

        { Target = target
          Trained = trained
          Responses = r
          Ks = [| for a in 0 .. n - 1 -> Ks.toTarget (Target.cdf target) (Samples.column n a r) |]
          DiagonalKs = Array.map2 Ks.twoSample (diagonals r) reference
          MutualInformation = Dependence.corrected Deviation.OfTarget r }

    /// Learns with each target, from one start. On cancellation the current circuit is measured as it stands, and the rest are skipped.
    /// Exceptions as `Treatment.load` and `Learning.run`.
    let run (settings: Settings) (progress: Progress -> unit) (cancellation: CancellationToken) : Result =
        let stimuli = Treatment.load settings.Source settings.Offset

        let learning =
            { LibraryModel.learning name with
                Interneurons = Some(Sizes.count model.Value.Sizes Population.interneurons)
                Steps = settings.Steps
                Batch = settings.Batch
                Seed = settings.Seed }

        let runs =
            targets ()
            |> Several.untilStopped cancellation (learn settings learning progress cancellation stimuli)

        let theta = runs.Head.Trained.Circuit.Theta[0][0]

        { Settings = settings
          Stimuli = stimuli
          Across =
            targets ()
            |> List.map (fun target -> across target theta angles)
            |> List.transpose
            |> List.zip angles
            |> List.map (fun (angle, each) -> angle, Array.ofList each)
          Runs = runs }

    /// The angles of synapses in degrees, from 0 to 180: w and -w are one direction.
    let private anglesOf (columns: float array array) =
        columns
        |> Array.map (fun w -> ((Math.Atan2(w[1], w[0]) * 180.0 / Math.PI) + 180.0) % 180.0)

    /// The result as one JSON object.
    let toJson (result: Result) : Json =
        Json.Object
            [ Source.toJson result.Settings.Source
              "offset", Json.whole result.Settings.Offset
              "angles", Json.numbers [| for angle, _ in result.Across -> angle |]
              "across", Json.rows [| for _, values in result.Across -> values |]
              "runs",
              Json.List
                  [ for run in result.Runs ->
                        Json.Object(
                            [ "target", Json.Text(Target.name run.Target) ]
                            @ CircuitFile.settingsMembers run.Trained.Settings
                            @ [ "steps_made", Json.whole run.Trained.Steps ]
                            @ Learning.parameterMembers run.Trained.Circuit
                            @ [ "angles", Json.numbers (anglesOf run.Trained.Circuit.W)
                                "ks", Json.numbers run.Ks
                                "ks_diagonals", Json.numbers run.DiagonalKs
                                "mutual_information", Json.Number run.MutualInformation ]
                        ) ] ]

    /// The result for people, a line a target.
    let toTable (result: Result) : (string * string) list =
        let numbers values =
            values |> Array.map Output.short |> String.concat " "

        Output.table
            [ "target"
              "KS of coordinates"
              "KS of diagonals"
              "mutual information (nats)"
              "angles of w (degrees)" ]
            [ for run in result.Runs ->
                  [ Target.name run.Target
                    numbers run.Ks
                    numbers run.DiagonalKs
                    Output.short run.MutualInformation
                    anglesOf run.Trained.Circuit.W
                    |> Array.map (fun angle -> angle.ToString("0", Globalization.CultureInfo.InvariantCulture))
                    |> String.concat " " ] ]

    /// The circuits, named by target.
    let trained (result: Result) : (string * Trained) list =
        [ for run in result.Runs -> Target.name run.Target, run.Trained ]

    // ---- the figure

    /// A proper name, as in print.
    let private inPrint target = Plots.titled (Target.name target)

    let private acrossPanel (result: Result) =
        let x = [| for angle, _ in result.Across -> angle |]

        let curves =
            [ for i, target in List.indexed (targets ()) ->
                  Plots.curve (inPrint target) (Style.line i) x [| for _, values in result.Across -> values[i] |] ]

        let steps = curves |> List.map _.Y |> Array.concat

        Panel.Curves(
            Axis.linear "direction of _w_ (degrees)" (0.0, 180.0),
            Axis.linear "target’s step across _w_ (per gain)" (steps |> Plots.extremes |> Plots.padded 0.1),
            curves
        )

    // w and -w are one direction: each angle by whole half turns as near as can be to the one before.
    let private unwrapped (angles: float array) =
        angles
        |> Array.scan (fun before angle -> angle + 180.0 * Math.Round((before - angle) / 180.0)) angles[0]
        |> Array.tail

    let private directionsPanel (result: Result) =
        let curves =
            [ for i, run in List.indexed result.Runs do
                  let steps = [| for s in run.Trained.Trajectory -> float s.Step / 1000.0 |]

                  let rows = [| for s in run.Trained.Trajectory -> anglesOf s.W |]

                  for k in 0 .. rows[0].Length - 1 ->
                      rows
                      |> Array.map (Array.item k)
                      |> unwrapped
                      |> Plots.curve (if k = 0 then inPrint run.Target else "") (Style.line i) steps ]

        let last = curves |> List.map (fun c -> Array.last c.X) |> List.max

        Panel.Curves(
            Axis.linear "step (thousands)" (0.0, max 0.001 last),
            Axis.linear "direction of _w_ (degrees)" (curves |> List.map _.Y |> Array.concat |> Plots.extremes |> Plots.padded 0.08),
            curves
        )

    // Along one direction of the pairs, n x 2.
    let private densities label (along: float array -> float array) (result: Result) =
        let histogram label ink pairs = Plots.histogram label ink (along pairs)
        let run = result.Runs.Head

        Panel.Curves(
            Axis.linear label (-6.0, 6.0),
            Plots.densityAxis,
            [ histogram "stimuli" Style.stimulus (Plane.standardised (Source.measured result.Stimuli))
              histogram "responses" Style.circuit run.Responses
              histogram $"target: {inPrint run.Target}" Style.optimum (Initial.sampleTarget run.Target n 1_000_000 result.Settings.Seed) ]
        )

    /// What each target subtracts across w, against its direction; the directions over the steps; the densities of stimuli and of responses
    /// to the model's target, along a coordinate and along a diagonal.
    let figure (result: Result) : Figure =
        { Caption =
            { Title =
                "Pairs driven to two independent Laplace coordinates, beside the same circuit driven to the Gaussian. SD: standard \
                deviations of each coordinate of the stimuli, and of the target."
              Panels =
                [ "What each target subtracts from the step of a synapse across _w_, for a gain of 1, against the direction of _w_: none \
                for the spherical Gaussian; for the Laplace target a torque that vanishes on the axes and the diagonals."
                  "Directions of the interneurons’ weights over the steps, _w_ and −_w_ taken as one."
                  "Densities of one coordinate of the stimuli (grey), of the responses (blue) and of the Laplace target (dashed)."
                  "The same for the sum of both over √2." ]
              Settings =
                Caption.ofModel
                    name
                    result.Settings.Source
                    [ "offset", $"{result.Settings.Offset} pixels" ]
                    result.Runs.Head.Trained
                    result.Settings.Seed
              Numbers = toTable result }
          RowHeight = 175.0
          Rows =
            [ [ acrossPanel result; directionsPanel result ]
              [ densities "_s_₁ or _r_₁ (SD)" (Samples.column n 0) result
                densities "(_s_₁ + _s_₂)/√2 or (_r_₁ + _r_₂)/√2 (SD)" (diagonals >> Array.head) result ] ] }

    /// Pairs driven to independent Laplace coordinates.
    let experiment: Experiment<Settings, Result> =
        { Name = "laplace"
          Summary = "pairs driven to independent Laplace coordinates, a target that is not spherical, and to the Gaussian"
          Example = "--scene 1"
          Standard = standard
          Quick = { standard with Steps = Some 5_000 }
          Options =
            [ Setting.source (fun source settings -> { settings with Source = source })
              Setting.single Options.offset (fun offset settings -> { settings with Offset = offset })
              Setting.one Options.steps (fun steps settings -> { settings with Steps = Some steps })
              Setting.one Options.batch (fun batch settings -> { settings with Batch = Some batch })
              Setting.one Options.seed (fun seed settings -> { settings with Seed = seed }) ]
          Run = run
          ToJson = toJson
          ToTable = toTable
          Courses = Experiment.courses trained
          Figure = figure
          Files = Experiment.noFiles }
