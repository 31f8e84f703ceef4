namespace Interneuron.Experiments

open System
open System.Threading
open MathNet.Numerics.LinearAlgebra
open Interneuron.Statistics
open Interneuron.Core.Symbolic
open Interneuron.Core.Circuits
open Interneuron.Core.Files
open Interneuron.Stimuli

/// The fast dynamics of trained circuits: responses from the onset of a stimulus to their fixed point, and how long they take to settle,
/// against the smallest eigenvalue of the Hessian there (theory, section 2).
[<RequireQualifiedAccess>]
module Dynamics =
    /// The settings.
    type Settings =
        {
            /// Where the stimuli that the circuits learn from come from: a picture, since both single coefficients and pairs are taken from
            /// it.
            Source: Source
            /// What is learned and how, by a circuit of one primary neuron and by one of two.
            Learning: Learning
            /// The vertical offset of the pairs, in pixels.
            Offset: int
            /// The stimuli whose transients are drawn, in standard deviations: some small, some large.
            Sizes: float list * float list
        }

    /// A response on its way to the fixed point.
    type Settling =
        {
            /// s.
            Stimulus: float array
            /// r from r = 0 on, until the distance is 1 % of the fixed point's.
            Transient: Transient
            /// The fixed point by Newton's method.
            FixedPoint: float array
            /// The least eigenvalue of the Hessian at the fixed point, in 1/tau.
            Eigenvalue: float
            /// The time from which on |r - r*| is at most 1 % of |r*|, in tau.
            Time: float
        }

    /// The result.
    type Result =
        {
            /// The settings that led to it.
            Settings: Settings
            /// The circuit of one primary neuron.
            Single: Trained
            /// The circuit of two.
            Pair: Trained
            /// How far the gains of either are from the best.
            GainGaps: GainGap * GainGap
            /// The drawn transients of the single circuit, for the small and the large stimuli.
            Drawn: Settling list * Settling list
            /// Settling of the single circuit for stimuli of many sizes.
            OfSingle: Settling list
            /// Settling of the pair circuit for stimuli of many sizes and directions.
            OfPair: Settling list
        }

    /// Scene 1, pairs at offset 2, and the paper's potential.
    let standard: Settings =
        { Source = Source.Scene 1
          Learning = Learning.standard
          Offset = 2
          Sizes = [ 0.02; 0.05; 0.1 ], [ 2.0; 4.0; 8.0 ] }

    // A response is settled when it is this much of its size away from where it goes.
    let private nearness = 0.01

    // Far below what can be seen, and below the share that decides.
    let private tolerance = 1e-9

    let private norm (v: float array) = sqrt (Array.sumBy (fun x -> x * x) v)

    let private distances (fixedPoint: float array) (transient: Transient) =
        transient.Responses
        |> Array.map (fun r -> norm (Array.map2 (-) r fixedPoint) / norm fixedPoint)

    let private leastEigenvalue circuit r =
        let hessian = Matrix<float>.Build.DenseOfRowArrays(Circuit.hessianAt circuit r)
        (hessian.Evd Symmetricity.Symmetric).EigenValues.Real() |> Seq.min

    /// Follows the response to one stimulus from r = 0 until it has settled. ArgumentException for a stimulus of zero,
    /// NotConvergedException when it has no response or does not settle within 10^5 tau.
    let settle (circuit: Circuit) (stimulus: float array) : Settling =
        if norm stimulus = 0.0 then
            Refusal.argument (nameof stimulus) "the stimulus is zero, so the response is at its fixed point from the start"

        let fixedPoint = Learning.responses "the stimulus to follow" circuit stimulus
        let eigenvalue = leastEigenvalue circuit fixedPoint
        // The dynamics descend a convex function, so the distance to its minimum never grows: once near is near for good.
        let rec follow duration =
            let transient =
                Dynamics.transient circuit stimulus (Array.zeroCreate stimulus.Length) duration tolerance

            let away = distances fixedPoint transient

            match Array.tryFindIndex (fun d -> d <= nearness) away with
            | Some i ->
                // Distances fall about exponentially: linear in their logarithm between two times.
                let before, after = log away[i - 1], log away[i]
                let share = (before - log nearness) / (before - after)
                transient, transient.Times[i - 1] + share * (transient.Times[i] - transient.Times[i - 1])
            | None when duration < 1e5 -> follow (2.0 * duration)
            | None ->
                raise (NotConvergedException $"the response to a stimulus of size {norm stimulus} has not settled after {duration} tau.")

        let transient, time = follow (min 1e5 (8.0 / eigenvalue))

        { Stimulus = stimulus
          Transient = transient
          FixedPoint = fixedPoint
          Eigenvalue = eigenvalue
          Time = time }

    /// The settling time of a linear circuit whose slowest rate is the eigenvalue: ln(100)/eigenvalue.
    let linearTime (eigenvalue: float) : float = log (1.0 / nearness) / eigenvalue

    let private manySizes = Plots.ratios 25 (0.012, 8.0)

    /// Learns both circuits and follows their responses. Refusal for a source that is not a picture; other exceptions as `Gaussianise.run`.
    let run (settings: Settings) (progress: Progress -> unit) (cancellation: CancellationToken) : Result =
        settings.Source
        |> Source.requirePicture "is an array; this experiment takes single coefficients and pairs from a picture."

        let learn coefficients =
            let stimuli = (Source.load coefficients settings.Source).S
            let trained = Learning.run settings.Learning progress cancellation stimuli
            trained, GainGap.measure cancellation trained.Circuit (stimuli.ToArray())

        let single, gapOfSingle = learn Coefficients.single
        let pair, gapOfPair = learn (Coefficients.pairs settings.Offset)
        let small, large = settings.Sizes

        let followed sizes =
            [ for size in sizes -> settle single.Circuit [| size |] ]

        { Settings = settings
          Single = single
          Pair = pair
          GainGaps = gapOfSingle, gapOfPair
          Drawn = followed small, followed large
          OfSingle = [ for size in manySizes -> settle single.Circuit [| size |] ]
          OfPair =
            [ for size in [ 0.03; 0.3; 3.0 ] do
                  for k in 0..11 do
                      let angle = Math.PI * float k / 6.0
                      settle pair.Circuit [| size * cos angle; size * sin angle |] ] }

    let private settlingJson (settling: Settling) =
        Json.Object
            [ "s", Json.numbers settling.Stimulus
              "r", Json.numbers settling.FixedPoint
              "eigenvalue", Json.Number settling.Eigenvalue
              "settling_time", Json.Number settling.Time ]

    /// The result as one JSON object, times in tau.
    let toJson (result: Result) : Json =
        Json.Object
            [ Source.toJson result.Settings.Source
              "potential", Json.Text result.Settings.Learning.Potential.Name
              "offset", Json.whole result.Settings.Offset
              "interneurons",
              Json.List
                  [ Json.whole result.Single.Circuit.Interneurons
                    Json.whole result.Pair.Circuit.Interneurons ]
              "gain_gaps", Json.numbers [| (fst result.GainGaps).Value; (snd result.GainGaps).Value |]
              "single", Json.List(List.map settlingJson result.OfSingle)
              "pair", Json.List(List.map settlingJson result.OfPair) ]

    /// The result for people: the drawn stimuli with response, eigenvalue, settling time and what it would be in a linear circuit.
    let toTable (result: Result) : (string * string) list =
        let small, large = result.Drawn

        Output.table
            [ "stimulus (SD)"
              "response (SD)"
              "eigenvalue (1/tau)"
              "settling (tau)"
              "ln(100)/eigenvalue" ]
            [ for s in small @ large ->
                  [ Output.short s.Stimulus[0]
                    Output.short s.FixedPoint[0]
                    Output.short s.Eigenvalue
                    Output.short s.Time
                    Output.short (linearTime s.Eigenvalue) ] ]
        @ [ "gain gap, N = 1", GainGap.text (fst result.GainGaps)
            "gain gap, N = 2", GainGap.text (snd result.GainGaps) ]

    /// Both circuits.
    let trained (result: Result) : (string * Trained) list =
        [ "n1", result.Single; "n2", result.Pair ]

    // ---- the figure

    let private transientPanel circuit title (settlings: Settling list) =
        let duration = 1.15 * (settlings |> List.map _.Time |> List.max)
        let highest = 1.08 * (settlings |> List.map (fun s -> s.FixedPoint[0]) |> List.max)

        let sizes =
            settlings
            |> List.map (fun s -> Output.short s.Stimulus[0])
            |> String.concat ", "

        let only i label = if i = 0 then label else ""

        Panel.Curves(
            Axis.linear "time from onset (_τ_)" (0.0, duration),
            Axis.linear "response _r_ (SD)" (0.0, highest),
            // Marks stand after unbroken lines: ScottPlot's pen keeps the dashes of what it drew before them.
            [ for i, s in List.indexed settlings do
                  let r = s.FixedPoint[0]
                  Plots.curve (only i "fixed point by Newton’s method") Style.optimum [| 0.0; duration |] [| r; r |]
              for i, s in List.indexed settlings do
                  // To the end of the axis, which those that settle early don't reach.
                  let whole = Dynamics.transient circuit s.Stimulus [| 0.0 |] duration tolerance

                  whole.Responses
                  |> Array.map Array.head
                  |> Plots.curve (only i $"{title} stimuli, _s_ = {sizes}") Style.circuit whole.Times
              Plots.curve
                  "settled to 1 %"
                  (Style.marks 1)
                  [| for s in settlings -> s.Time |]
                  [| for s in settlings -> (1.0 - nearness) * s.FixedPoint[0] |] ]
        )

    let private approachPanel (settlings: Settling list) =
        let latest = 6.0
        let only i label = if i = 0 then label else ""
        let t = Plots.spread 2 (0.0, latest)

        Panel.Curves(
            Axis.linear "time × Hessian at the fixed point _r_*" (0.0, latest),
            Axis.log "distance |_r_ − _r_*| / |_r_*|" (1e-3, 1.0),
            [ for i, s in List.indexed settlings do
                  Plots.curve
                      (only i "from small _s_ (dark) to large")
                      { Style.ordered 9 (i + 1) with
                          Width = 1.0 }
                      (s.Transient.Times |> Array.map ((*) s.Eigenvalue))
                      (distances s.FixedPoint s.Transient)
              Plots.curve "linear circuit" Style.optimum t (t |> Array.map (fun t -> exp -t)) ]
        )

    let private planePanel (settlings: Settling list) =
        let shown = settlings |> List.filter (fun s -> norm s.Stimulus > 1.0)
        let extent = 1.1 * (shown |> List.map (fun s -> norm s.FixedPoint) |> List.max)
        let only i label = if i = 0 then label else ""

        Panel.Curves(
            Axis.linear "response _r_₁ (SD)" (-extent, extent),
            Axis.linear "response _r_₂ (SD)" (-extent, extent),
            [ for i, s in List.indexed shown do
                  let at a =
                      s.Transient.Responses |> Array.map (Array.item a)

                  Plots.curve (only i "paths from rest, _N_ = 2, |_s_| = 3 SD") Style.circuit (at 0) (at 1)
              Plots.curve
                  "fixed points by Newton’s method"
                  { Style.marks 5 with
                      Colour = Style.black }
                  [| for s in shown -> s.FixedPoint[0] |]
                  [| for s in shown -> s.FixedPoint[1] |] ]
        )

    // Settling times of both circuits against something else.
    let private times (against: Settling -> float) (result: Result) =
        [ for label, ink, settlings in
              [ "_N_ = 1", Style.marks 0, result.OfSingle
                "_N_ = 2", Style.marks 5, result.OfPair ] ->
              Plots.curve label ink [| for s in settlings -> against s |] [| for s in settlings -> s.Time |] ]

    let private timePanel (result: Result) =
        let all = result.OfSingle @ result.OfPair
        let eigenvalues = Plots.extremes [ for s in all -> s.Eigenvalue ]

        let x = [| 0.8 * fst eigenvalues; 1.25 * snd eigenvalues |]

        let line =
            Plots.curve "linear circuit, ln(100)/eigenvalue" Style.optimum x (Array.map linearTime x)

        Panel.Curves(
            Axis.log "least eigenvalue of the Hessian (1/_τ_)" (Plots.decades x),
            Axis.log "settling time (_τ_)" (Plots.decades (Array.append line.Y [| for s in all -> s.Time |])),
            times _.Eigenvalue result @ [ line ]
        )

    let private sizePanel (result: Result) =
        let all = result.OfSingle @ result.OfPair

        Panel.Curves(
            Axis.log "stimulus size |_s_| (SD)" (1e-2, 1e1),
            Axis.log "settling time (_τ_)" (Plots.decades [| for s in all -> s.Time |]),
            times (fun s -> norm s.Stimulus) result
        )

    /// Six panels: transients for small and for large stimuli with their fixed points; their distances from these in the time of a linear
    /// circuit; paths of the pair circuit; settling time against the least eigenvalue and against the size of the stimulus.
    let figure (result: Result) : Figure =
        let small, large = result.Drawn

        { Caption =
            { Title =
                "Responses after the onset of a stimulus, _τ_ d_r_/d_t_ = _s_ − ∇_φ_(_r_), from _r_ = 0, and the time they take. SD: \
                standard deviations of the stimuli, and of the target."
              Panels =
                [ "Responses of one primary neuron to small stimuli (blue), the fixed points by Newton’s method (dashed), and where 1 % of \
                the way is left (squares)."
                  "The same for large stimuli."
                  "Distance to the fixed point, in time measured by the slope of the dynamics there; a linear circuit falls as exp(−_t_) \
                  (dashed). From the smallest stimulus (dark) to the largest (light)."
                  "Paths of the responses of two primary neurons to twelve stimuli of 3 SD, and the fixed points by Newton’s method \
                  (rings)."
                  "Time until 1 % is left against the least eigenvalue of the Hessian at the fixed point, for one and two primary neurons; \
                  a linear circuit (dashed)."
                  "The same against the size of the stimulus." ]
              Settings =
                Caption.settings 1 result.Settings.Source result.Settings.Learning
                @ [ "offset of pairs", $"{result.Settings.Offset} pixels" ]
              Numbers = toTable result }
          RowHeight = 170.0
          Rows =
            [ [ transientPanel result.Single.Circuit "small" small
                transientPanel result.Single.Circuit "large" large
                approachPanel (small @ large) ]
              [ planePanel result.OfPair; timePanel result; sizePanel result ] ] }

    /// Transients and settling times of the fast dynamics.
    let experiment: Experiment<Settings, Result> =
        { Name = "dynamics"
          Summary = "responses over time from stimulus onset, and their settling times, for N = 1 and N = 2"
          Example = "--scene 1"
          Standard = standard
          Quick =
            { standard with
                Learning =
                    { Learning.standard with
                        Steps = Some 5_000 } }
          Options =
            [ Setting.picture (fun source settings -> { settings with Source = source })
              Setting.learning (LearningChoices.without [ Options.interneurons ]) _.Learning (fun learning settings ->
                  { settings with Learning = learning }) ]
          Run = run
          ToJson = toJson
          ToTable = toTable
          Courses = Experiment.courses trained
          Figure = figure
          Files = Experiment.noFiles }
