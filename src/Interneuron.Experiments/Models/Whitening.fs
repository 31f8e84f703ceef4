namespace Interneuron.Experiments

open System
open System.Threading
open MathNet.Numerics.LinearAlgebra
open MathNet.Numerics.Random
open Interneuron.Core.Symbolic
open Interneuron.Core.Transport
open Interneuron.Core.Circuits
open Interneuron.Core.Files
open Interneuron.Derivation.Formulas
open Interneuron.Derivation.Rules
open Interneuron.Derivation.Running
open Interneuron.Statistics

/// Three models of adaptive whitening from the library, derived and run: gains alone that follow two contexts (Duong et al., ICML 2023), fast gains with slow
/// synapses that find what the contexts share (Duong et al., NeurIPS 2023), and synaptic plasticity with interneurons against the same without
/// (Lipshutz, Pehlevan and Chklovskii, ICLR 2023). With two primary neurons; the last two also with one, whose stimuli have one variance after another.
[<RequireQualifiedAccess>]
module Whitening =
    /// What is done.
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

    /// Gains that follow two contexts.
    type Modulation =
        {
            /// g and W over the stimuli seen, one a step.
            Course: Course
            /// The best gains of each context, in closed form.
            Best: float array list
        }

    /// Synapses that find the directions that contexts share.
    type Sharing =
        {
            /// |W - V|_F, the best order and signs, at the end of each context; the first is before learning.
            Distances: float array
            /// The operator norm of C_rr - I, averaged over each context.
            Errors: float array
            /// g and W at the same times.
            Course: Course
        }

    /// One kind of plasticity at its best rate.
    type Plasticity =
        {
            /// The rate.
            Rate: float
            /// Stimuli seen, from 0.
            Samples: int list
            /// |C_rr - I|_F^2/N^2 at each.
            Errors: float list
            /// W or M at each, over the steps.
            Course: Course
        }

    /// What came of it.
    type Result =
        {
            /// What was done.
            Settings: Settings
            /// Gain modulation.
            Modulation: Modulation
            /// Fast gains, slow synapses.
            Sharing: Sharing
            /// Synapses to interneurons.
            Interneurons: Plasticity
            /// Synapses between primary neurons.
            Lateral: Plasticity
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

    let private n = Covariances.n
    let private columns = Covariances.columns

    let private modulation (settings: Settings) (cancellation: CancellationToken) : Modulation =
        let instance = LibraryModel.find "gain-whitening" |> LibraryModel.instance n 3
        let h = sqrt 0.5
        let w = [| 0.0; h; 1.0; 1.0; h; 0.0 |]
        let v = Covariances.rotation 55.0

        let halves =
            [ 5.0, [ 4.0; 1.0 ]; 4.0, [ 3.0; 2.0 ] ]
            |> List.map (fun (scale, spectrum) -> Covariances.root (scale * v * Covariances.diagonal spectrum * v.Transpose()))

        let follow (values, times) (context, half) =
            let run =
                Simulation.run
                    { Steps = settings.Samples
                      Batch = 1
                      InOrder = true
                      Seed = settings.Seed }
                    ignore
                    cancellation
                    instance
                    values
                    (Covariances.stimuli half settings.Samples (settings.Seed + context))
                |> LibraryModel.requireResponses "gain modulation"

            let here =
                [ for step, values in run.Trajectory ->
                      let j =
                          Covariances.objective (Covariances.held (columns 3 values["W"]) values["g"]) half

                      context * settings.Samples + step, values, j ]

            run.Values, times @ here

        let start = Map [ "g", [| 0.01; 1.2; 0.25 |]; "W", w ]
        let _, times = List.indexed halves |> List.fold follow (start, [])

        { Course = Trajectory.ofValues n 3 times
          Best = halves |> List.map (Covariances.bestGains (columns 3 w)) }

    /// |W - V|_F over the orders and signs of two columns.
    let private distance (w: Matrix<float>) (v: Matrix<float>) =
        let apart (order: int list) =
            order
            |> List.mapi (fun i j ->
                let w, v = w.Column i, v.Column j
                min ((w - v).L2Norm()) ((w + v).L2Norm()) ** 2.0)
            |> List.sum
            |> sqrt

        min (apart [ 0; 1 ]) (apart [ 1; 0 ])

    let private unit (x: float array) =
        let length = sqrt (Array.sumBy (fun x -> x * x) x)
        Array.map (fun x -> x / length) x

    let private sharing (settings: Settings) (progress: int -> unit) (cancellation: CancellationToken) : Sharing =
        let random = Xoshiro256StarStar(settings.Seed, false)

        let instance =
            LibraryModel.find "fast-gains-slow-synapses" |> LibraryModel.instance n 2

        let first = 180.0 * random.NextDouble()
        let second = first + 40.0 + 40.0 * random.NextDouble()

        let v =
            Matrix<float>.Build.DenseOfColumns
                [ (Covariances.rotation first).Column 0
                  (Covariances.rotation second).Column 0 ]

        let rec spectrum () =
            let l =
                [ for _ in 1..2 ->
                      if random.NextDouble() < 0.5 then
                          0.0
                      else
                          4.0 * random.NextDouble() ]

            if List.forall ((=) 0.0) l then spectrum () else l

        let halves =
            [| for _ in 1..64 -> Covariances.identity + v * Covariances.diagonal (spectrum ()) * v.Transpose() |]

        let w =
            Initial.sampleTarget StandardGaussian n 2 (settings.Seed + 2)
            |> Array.chunkBySize n
            |> Array.map unit
            |> fun columns -> [| columns[0][0]; columns[1][0]; columns[0][1]; columns[1][1] |]

        let median (values: float array) =
            Array.sort values |> fun sorted -> 0.5 * (sorted[31] + sorted[32])

        let best = halves |> Array.map (Covariances.bestGains (columns 2 w))

        let start =
            Map
                [ "g", [| for i in 0..1 -> best |> Array.map (Array.item i) |> median |]
                  "W", w ]

        let map (values: Values) =
            Covariances.held (columns 2 values["W"]) values["g"]

        let context (values: Values, distances, errors, times) c =
            if cancellation.IsCancellationRequested then
                values, distances, errors, times
            else
                let half = halves[random.Next halves.Length]

                let run =
                    Simulation.run
                        { Steps = settings.ContextSamples
                          Batch = 1
                          InOrder = true
                          Seed = settings.Seed }
                        ignore
                        cancellation
                        instance
                        values
                        (Covariances.stimuli half settings.ContextSamples (settings.Seed + 1000 + c))
                    |> LibraryModel.requireResponses "fast gains, slow synapses"

                let error (values: Values) =
                    (Covariances.ofResponses (map values) half - Covariances.identity).L2Norm()

                progress (c + 1)
                let mean = run.Trajectory |> List.averageBy (snd >> error)

                run.Values,
                distance (columns 2 run.Values["W"]) v :: distances,
                mean :: errors,
                ((c + 1) * settings.ContextSamples, run.Values, Covariances.objective (map run.Values) half)
                :: times

        let before = 0, start, Covariances.objective (map start) halves[0]

        let _, distances, errors, times =
            List.fold context (start, [ distance (columns 2 w) v ], [], [ before ]) [ 0 .. settings.Contexts - 1 ]

        { Distances = Array.ofList (List.rev distances)
          Errors = Array.ofList (List.rev errors)
          Course = Trajectory.ofValues n 2 (List.rev times) }

    let private batch = 10

    // How many samples it takes to an error below 0.1 for good; None where it does not.
    let private settles (p: Plasticity) =
        List.zip p.Samples p.Errors
        |> List.rev
        |> List.takeWhile (fun (_, error) -> error < 0.1)
        |> List.tryLast
        |> Option.map fst

    /// The error over learning at the rate that brings it below 0.1 for good from the fewest samples, for a covariance of eigenvalues 0.1 and 10.
    let private plasticity
        (settings: Settings)
        (cancellation: CancellationToken)
        (name: string)
        (map: Values -> Matrix<float>)
        (start: Values)
        : Plasticity =
        let model = LibraryModel.find name
        let k = if start.ContainsKey "W" then 2 else 1

        let half =
            Covariances.root (
                Covariances.rotation 30.0
                * Covariances.diagonal [ 10.0; 0.1 ]
                * (Covariances.rotation 30.0).Transpose()
            )

        let s = Covariances.stimuli half 20_000 (settings.Seed + 3)

        let error (values: Values) =
            let c = Covariances.ofResponses (map values) half - Covariances.identity
            c.FrobeniusNorm() ** 2.0 / float (n * n)

        let at rate =
            let run =
                Simulation.run
                    { Steps = settings.Steps
                      Batch = batch
                      InOrder = false
                      Seed = settings.Seed }
                    ignore
                    cancellation
                    (model |> LibraryModel.withRates (fun _ -> rate) |> LibraryModel.instance n k)
                    start
                    s

            match run.Ending with
            | NoResponse _
            | Diverged -> None
            | Finished
            | Interrupted ->
                Some
                    { Rate = rate
                      Samples = run.Trajectory |> List.map (fun (step, _) -> batch * step)
                      Errors = run.Trajectory |> List.map (snd >> error)
                      Course =
                        Trajectory.ofValues
                            n
                            k
                            [ for step, values in run.Trajectory -> step, values, Covariances.objective (map values) half ] }

        let tried = List.choose at settings.Rates

        if tried.IsEmpty then
            raise (NotConvergedException $"{name}: no rate of {settings.Rates} keeps every response")

        // Of those that do not come so far, the one that ends lowest.
        tried
        |> List.minBy (fun p -> settles p |> Option.defaultValue Int32.MaxValue, List.last p.Errors)

    /// Runs the three. Reports the contexts that have passed. When `cancellation` asks for it, what came so far is the result. NotConvergedException
    /// where a stimulus has no response.
    let run (settings: Settings) (progress: int -> unit) (cancellation: CancellationToken) : Result =
        if
            settings.Samples < 1
            || settings.Contexts < 1
            || settings.ContextSamples < 1
            || settings.Steps < 1
        then
            invalidArg (nameof settings) "the numbers of samples, contexts and steps are at least 1"

        // M = I and W W^T = I are the same circuit.
        { Settings = settings
          Modulation = modulation settings cancellation
          Sharing = sharing settings progress cancellation
          Interneurons =
            plasticity
                settings
                cancellation
                "synaptic-whitening"
                (fun values -> (let w = columns 2 values["W"] in w * w.Transpose()))
                (Map [ "W", [| 1.0; 0.0; 0.0; 1.0 |] ])
          Lateral =
            plasticity
                settings
                cancellation
                "lateral-whitening"
                (fun values -> columns 2 values["M"])
                (Map [ "M", [| 1.0; 0.0; 0.0; 1.0 |] ])
          ByEigenvalue =
            [ for kind in [ WhiteningByEigenvalue.Interneurons; WhiteningByEigenvalue.Lateral ] ->
                  kind, WhiteningByEigenvalue.run settings.Repeats settings.Seed cancellation kind settings.Eigenvalues ] }

    let private ends count (values: float array) =
        let count = min count values.Length
        Array.average values[.. count - 1], Array.average values[values.Length - count ..]

    // Where each context's gains end: their mean over its last quarter.
    let private reached (result: Result) context =
        let samples = result.Settings.Samples
        let last = float (context + 1) * float samples

        let late =
            Array.zip result.Modulation.Course.Steps (Trajectory.rows "g" result.Modulation.Course)
            |> Array.filter (fun (at, _) -> float at > last - 0.25 * float samples && float at <= last)
            |> Array.map snd

        [| for i in 0 .. late[0].Length - 1 -> late |> Array.averageBy (Array.item i) |]

    /// The result as one JSON object.
    let toJson (result: Result) : Json =
        let plasticity (p: Plasticity) =
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
            match settles p with
            | Some samples -> $"{Output.count samples} samples, at the rate {Output.small p.Rate}"
            | None -> $"not within {Output.count (List.last p.Samples)} samples; the best rate is {Output.small p.Rate}"

        [ for context in 0..1 do
              $"gains at the end of context {context + 1}", numbers (reached result context)
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

    let private curve label ink x y : Curve =
        { Label = label
          Ink = ink
          X = x
          Y = y }

    /// Gains over two contexts with their optima; the distance of the synapses from the shared directions and the error over contexts; the error with
    /// interneurons and without over samples, for two variances at once; and what each variance takes by itself.
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

        let speed label ink (p: Plasticity) =
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
                "Three models of adaptive whitening with two primary neurons, whose stimuli are Gaussian with covariance of unit scale. _C_: covariance of the responses."
              Panels =
                [ "Gains of three interneurons with fixed synapses over two contexts of other covariances, and the best gains of each context in closed form (dashed, black)."
                  "Fast gains and slow synapses _W_: the distance of these from the directions _V_ that all contexts share, and the whitening error, over contexts."
                  "Synaptic plasticity with interneurons and with synapses between primary neurons alone, each at its best rate: the whitening error over the stimuli."
                  if byEigenvalue then
                      "For one primary neuron, stimuli of variance _c_: how many of them until the response’s variance is within 10 % of 1, at one rate for all; marks are measured, lines predicted."
                      "The mean square error of the variance that remains."
                      "Stimuli until two directions of variances _c_ and 1/_c_ are both white, at the rate that leaves a mean square error of 0.01, against the condition number _c_^{2}." ]
              Settings =
                [ "stimuli a context", $"{Output.count settings.Samples} for gains, {Output.count settings.ContextSamples} for synapses"
                  "contexts", Output.count settings.Contexts
                  "steps", $"{Output.count settings.Steps} of {batch} stimuli"
                  "repeats", string settings.Repeats
                  "seed", string settings.Seed ]
              Numbers = toTable result }
          RowHeight = 175.0
          Rows =
            [ [ Panel.Curves(
                    Panel.linear "stimuli (thousands)" (0.0, 2.0 * each),
                    Panel.linear "gain _g_" (Plots.padded 0.08 (Plots.extremes all)),
                    optima @ gains
                )
                Panel.Curves(
                    Panel.linear "context" (0.0, float result.Settings.Contexts),
                    Panel.log "distance, error" (decades shared),
                    shared
                )
                Panel.Curves(
                    Panel.linear "stimuli (thousands)" (0.0, float (batch * result.Settings.Steps) / 1000.0),
                    Panel.log "error |_C_ − _I_|^{2}/_N_^{2}" (decades compared),
                    compared
                ) ]
              // Where the run was stopped there may be none.
              if byEigenvalue then
                  WhiteningByEigenvalue.panels result.ByEigenvalue ] }

    /// Writes the figure whitening (see `Figure.save`) and result.json into a folder, which is made if it is not there, and returns their paths. Refusal when they
    /// cannot be written.
    let save (folder: string) (result: Result) : string list =
        Output.results folder "whitening" (toJson result) (fun () -> Figure.save folder "whitening" (figure result))
