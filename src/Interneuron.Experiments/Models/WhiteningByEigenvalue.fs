namespace Interneuron.Experiments

open System
open System.Threading
open Interneuron.Core.Transport
open Interneuron.Core.Circuits
open Interneuron.Core.Files
open Interneuron.Derivation.Formulas
open Interneuron.Derivation.Rules
open Interneuron.Derivation.Running

/// How fast and how precisely synapses whiten a direction of one variance c, with interneurons and without, at one rate for all variances.
/// With interneurons the synapse w of the direction follows dw = c/w^3 - w, so that w^4 nears c as e^-4t whatever c is; without, m follows
/// dm = (c/m^2 - 1)/2, and nears sqrt c as e^(-t/sqrt c) (models of C. Pehlevan and D. Chklovskii, 2015, and of D. Lipshutz, C. Pehlevan
/// and D. Chklovskii, 2023).
[<RequireQualifiedAccess>]
module WhiteningByEigenvalue =
    /// The two kinds of plasticity.
    type Kind =
        /// Synapses to an interneuron.
        | Interneurons
        /// Synapses between primary neurons.
        | Lateral

    /// The kind in a few words.
    let name (kind: Kind) : string =
        match kind with
        | Interneurons -> "with interneurons"
        | Lateral -> "lateral synapses alone"

    /// One kind at one variance.
    type Point =
        {
            /// c, the variance of the stimuli.
            Eigenvalue: float
            /// Stimuli until the mean variance of the responses over the runs is within a tenth of 1; None where it did not come to it.
            Samples: float option
            /// The mean square of (variance of the responses - 1) over the last half of the runs.
            Error: float
        }

    /// Stimuli in a step.
    let batch = 10

    /// How near to 1 the variance of the responses has to come.
    let within = 0.1

    /// The rate. Both kinds start alike at c = 1: 4 eta of the one is the rate at which its response's variance returns to 1, eta that of
    /// the other.
    let rate kind =
        match kind with
        | Interneurons -> 5e-3
        | Lateral -> 2e-2

    /// Steps at which the averaged rule from w = m = 1 comes within the tenth, for rates that are small.
    let predictedSteps (kind: Kind) (c: float) : float =
        if abs (c - 1.0) <= within then
            0.0
        else
            // c/m^2 on the side from which it comes; m = w^2.
            let ends = sqrt (c / (if c > 1.0 then 1.0 + within else 1.0 - within))

            match kind with
            | Interneurons -> log ((c - 1.0) / (c - ends * ends)) / (4.0 * rate kind)
            | Lateral ->
                let x = sqrt c

                let antiderivative m =
                    x / 2.0 * log (abs ((x + m) / (x - m))) - m

                2.0 * (antiderivative ends - antiderivative 1.0) / rate kind

    /// The mean square of (variance of the responses - 1) that the chance of batches leaves, for rates that are small: of the linearised
    /// rule, driven by the variance 2/batch of mean squares.
    let predictedError (kind: Kind) (c: float) : float =
        match kind with
        | Interneurons -> 4.0 * rate kind / float batch
        | Lateral -> rate kind / (sqrt c * float batch)

    let private relaxation kind c =
        match kind with
        | Interneurons -> 1.0 / (4.0 * rate kind)
        | Lateral -> sqrt c / rate kind

    let private parts kind =
        match kind with
        | Interneurons -> "synaptic-whitening", "W", (fun w -> w * w)
        | Lateral -> "lateral-whitening", "M", id

    /// Each of the variances by itself, N = 1: the average over `repeats` runs, each four times as long as it should take to be white.
    let run (repeats: int) (seed: int) (cancellation: CancellationToken) (kind: Kind) (eigenvalues: float list) : Point list =
        let model, parameter, strength = parts kind

        let instance =
            LibraryModel.find model
            |> LibraryModel.withRates (fun _ -> rate kind)
            |> LibraryModel.instance 1 1

        let repetition c steps repeat =
            let s =
                Initial.sampleTarget StandardGaussian 1 (steps * batch) (seed + repeat)
                |> Array.map ((*) (sqrt c))

            let run =
                Simulation.run
                    { Steps = steps
                      Batch = batch
                      InOrder = true
                      Seed = seed }
                    ignore
                    cancellation
                    instance
                    (Map [ parameter, [| 1.0 |] ])
                    s
                |> LibraryModel.requireResponses model

            [ for step, values in run.Trajectory do
                  let m = strength (Array.head values[parameter])
                  step, c / (m * m) ]

        let measure c =
            let steps = int (4.0 * max (predictedSteps kind c) (2.0 * relaxation kind c))

            let runs = [ for repeat in 1..repeats -> repetition c steps repeat ]

            // All are of one length, unless they were stopped; then nothing comes of them.
            if cancellation.IsCancellationRequested then
                None
            else
                let mean =
                    List.transpose runs |> List.map (fun at -> fst at.Head, List.averageBy snd at)

                Some
                    { Eigenvalue = c
                      Samples =
                        mean
                        |> List.tryFind (fun (_, variance) -> abs (variance - 1.0) <= within)
                        |> Option.map (fun (step, _) -> float (batch * step))
                      Error =
                        runs
                        |> List.collect (fun run -> List.skip (run.Length / 2) run)
                        |> List.averageBy (fun (_, variance) -> (variance - 1.0) ** 2.0) }

        List.choose measure eigenvalues

    /// Stimuli until two directions, of variances c and 1/c, are both white, at the rate that leaves a mean square error of 0.01 in the
    /// noisier one.
    let samplesAtEqualError (samples: float, error: float) (samples', error') : float =
        max samples samples' * max error error' / 0.01

    /// Condition numbers, of each variance above 1 with its inverse, and the stimuli at equal errors.
    let byConditionNumber (points: Point list) : (float * float) list =
        [ for above in points do
              for below in points do
                  match above.Samples, below.Samples with
                  | Some slow, Some fast when above.Eigenvalue > 1.0 && abs (above.Eigenvalue * below.Eigenvalue - 1.0) < 1e-9 ->
                      above.Eigenvalue ** 2.0, samplesAtEqualError (slow, above.Error) (fast, below.Error)
                  | _ -> () ]

    // ---- the figure

    let private index kind =
        match kind with
        | Interneurons -> 0
        | Lateral -> 1

    // Marks for what was measured, lines for what is predicted of it.
    let private compared kind (points: (float * float) list) (stretches: float array list) (predicted: float -> float) : Curve list =
        { Label = name kind
          Ink = Style.marks (index kind)
          X = points |> List.map fst |> Array.ofList
          Y = points |> List.map snd |> Array.ofList }
        :: [ for i, x in List.indexed stretches ->
                 { Label = if i = 0 then "  predicted" else ""
                   Ink = Style.line (index kind)
                   X = x
                   Y = Array.map predicted x } ]

    let private panel label yLabel (curves: Curve list) =
        let range (values: float array) =
            let least, most = Plots.padded 0.06 (values |> Array.map log |> Plots.extremes)
            exp least, exp most

        Panel.Curves(
            Axis.log label (range (curves |> List.map _.X |> Array.concat)),
            Axis.log yLabel (range (curves |> List.map _.Y |> Array.concat)),
            curves
        )

    /// Stimuli until white, and the error that remains, against the variance; stimuli at equal errors against the condition number. At
    /// least one variance has to be there.
    let panels (measured: (Kind * Point list) list) : Panel list =
        let range = measured |> List.collect snd |> List.map _.Eigenvalue |> Plots.extremes

        let whole = Plots.ratios 101 range
        // Near 1 there is nothing to do.
        let apart =
            [ Array.filter (fun c -> c < 0.8) whole
              Array.filter (fun c -> c > 1.25) whole ]

        let predictedAt kind c =
            float batch * predictedSteps kind c, predictedError kind c

        let ratios = Plots.ratios 101 (2.0, (snd range) ** 2.0)

        [ panel
              "variance _c_ of the stimuli"
              "stimuli until white"
              [ for kind, points in measured do
                    let seen =
                        [ for p in points do
                              match p.Samples with
                              | Some samples when samples > 0.0 -> p.Eigenvalue, samples
                              | _ -> () ]

                    yield! compared kind seen apart (fun c -> float batch * predictedSteps kind c) ]
          panel
              "variance _c_ of the stimuli"
              "error (_C_ − 1)^{2} that remains"
              [ for kind, points in measured do
                    yield! compared kind [ for p in points -> p.Eigenvalue, p.Error ] [ whole ] (predictedError kind) ]
          panel
              "condition number _c_^{2}"
              "stimuli at an error of 0.01"
              [ for kind, points in measured do
                    yield!
                        compared kind (byConditionNumber points) [ ratios ] (fun k ->
                            samplesAtEqualError (predictedAt kind (sqrt k)) (predictedAt kind (1.0 / sqrt k))) ] ]

    /// The measurements as JSON.
    let toJson (measured: (Kind * Point list) list) : Json =
        Json.Object
            [ for kind, points in measured ->
                  name kind,
                  Json.List
                      [ for p in points ->
                            Json.Object
                                [ "eigenvalue", Json.Number p.Eigenvalue
                                  "samples",
                                  (match p.Samples with
                                   | Some samples -> Json.Number samples
                                   | None -> Json.Null)
                                  "samples_predicted", Json.Number(float batch * predictedSteps kind p.Eigenvalue)
                                  "error", Json.Number p.Error
                                  "error_predicted", Json.Number(predictedError kind p.Eigenvalue) ] ] ]
