/// The circuits of primary neurons and interneurons as they run: each learns stimuli that are made so that what it should come to is known.
module internal Interneuron.Experiments.FieldCircuits

open System.Threading
open MathNet.Numerics.LinearAlgebra
open Interneuron.Statistics
open Interneuron.Core.Circuits
open Interneuron.Derivation.Formulas
open Interneuron.Derivation.Running
open Interneuron.Experiments.FieldTools

// The stimuli of responses that have the target's distribution: s = grad phi(r) of a circuit with these gains, activation parameters and
// directions in degrees. As grad phi is the optimal transport map, the circuit that has learned them responds with r.
let private transported (name: string) (steps: int) (gains: float list) (theta: float list) (degrees: float list) (see: Sight) =
    let learning = LibraryModel.learning name

    let truth =
        Circuit.create
            learning.Potential
            learning.Target
            learning.Leak
            (Array.ofList gains)
            [| for value in theta -> [| value |] |]
            [| for angle in degrees -> (Covariances.rotation angle).Column(0).AsArray() |]

    let count = 20_000

    let r = Initial.sampleTarget learning.Target 2 count 21 |> Array.chunkBySize 2

    let s = r |> Array.collect (Circuit.stimulusOf truth) |> Grid.ofArray count 2

    let trained =
        Learning.run
            { learning with
                Interneurons = Some gains.Length
                Steps = Some steps }
            ignore
            CancellationToken.None
            s

    let found =
        Learning.responses name trained.Circuit (s.ToArray()) |> Array.chunkBySize 2

    see.Compare "_r_ of the target" "response" [ for x in Array.take 500 r -> x[0] ] [ for x in Array.take 500 found -> x[0] ]

    let away =
        Array.map2 (fun (x: float array) (y: float array) -> (x[0] - y[0]) ** 2.0 + (x[1] - y[1]) ** 2.0) r found
        |> Array.average

    let size = r |> Array.averageBy (fun x -> x[0] * x[0] + x[1] * x[1])
    see.Below (away / size) 0.01 "|r - transport|^2/|r|^2"

// What holds the responses to Gaussian stimuli of this covariance, against its square root.
let private whitened (see: Sight) (held: Matrix<float>) (half: Matrix<float>) =
    see.CompareAll "_C_^{1/2}" "learned" half held
    let c = Covariances.ofResponses held half - Covariances.identity
    see.Below (c.FrobeniusNorm() ** 2.0 / 4.0) 0.02 "|C_rr - I|^2/4"

let private half =
    Covariances.rotation 30.0
    * Covariances.diagonal [ 3.0; 1.2 ]
    * (Covariances.rotation 30.0).Transpose()

let private gaussians =
    Matrix<float>.Build.DenseOfRowMajor(4000, 2, Covariances.stimuli half 4000 22)

// J of one interneuron and one primary neuron at a gain, with the responses found by bisection: nothing of the toolkit's solvers.
let private objective (f: float -> float) (slope: float -> float) w leak (cost: float) (average: float) (s: float array) (g: float) =
    let response s =
        let mutable low, high = -abs s / leak - 1.0, abs s / leak + 1.0

        for _ in 1..60 do
            let r = 0.5 * (low + high)

            if g * w * slope (w * r) + leak * r > s then
                high <- r
            else
                low <- r

        0.5 * (low + high)

    let driven =
        s
        |> Array.averageBy (fun s ->
            let r = response s
            s * r - g * f (w * r) - leak * r * r / 2.0)

    driven + g * average + cost * g

/// The model, what its run shows, and the run.
let runs: (string * string * (Sight -> unit)) list =
    [ run "shaping-responses" "the optimal transport map, of stimuli that another circuit makes" (fun see ->
          transported "shaping-responses" 20_000 [ 0.8; 0.5; 0.6 ] [ 2.0; 1.5; 2.1 ] [ 10.0; 75.0; 130.0 ] see)

      run "gain-whitening" "gains that whiten on a fixed frame" (fun see ->
          let m = model "gain-whitening"
          // Directions as far apart as three can be.
          let w =
              Matrix<float>.Build.DenseOfColumnVectors [ for angle in [ 0.0; 60.0; 120.0 ] -> (Covariances.rotation angle).Column 0 ]

          let start = Map [ "g", Array.zeroCreate 3; "W", flat w ]
          let _, values = learnedFrom m start gaussians 6000 10
          let best = Covariances.bestGains w half
          whitened see (Covariances.held w values["g"]) half

          for g, b in Array.zip values["g"] best do
              see.Near 0.05 0.05 g b "g")

      run "synaptic-whitening" "synapses that whiten" (fun see ->
          let m = model "synaptic-whitening"
          let _, values = learned m gaussians 4000 10
          let w = Covariances.columns 2 values["W"]
          whitened see (w * w.Transpose()) half)

      run "lateral-whitening" "lateral synapses that whiten" (fun see ->
          let m = model "lateral-whitening"
          let _, values = learned m gaussians 4000 10
          let weights = Covariances.columns 2 values["M"]
          whitened see (0.5 * (weights + weights.Transpose())) half)

      run "fast-gains-slow-synapses" "the directions that contexts share" (fun see ->
          let shared = SharedDirections.run 300 500 1 ignore CancellationToken.None
          see.Points "context" "|_W_ - _V_|" "" [ for c in 0 .. shared.Distances.Length - 1 -> float c ] shared.Distances
          see.Below (Array.last shared.Distances) 0.2 "|W - V|")

      run "costly-synapses" "the gain of least J with its cost, by bisection" (fun see ->
          let m =
              sized [ Population.primary.Name, 1; Population.interneurons.Name, 1 ] (model "costly-synapses")
          // theta and W stay where they start.
          let still =
              { m with
                  Learned =
                      [ for p in m.Learned ->
                            { p with
                                Rate = (if p.Name = "g" then 2e-2 else 0.0) } ] }

          let random = generator 23
          let s = gaussian random 400 1 * 3.0
          let _, values = learned still s 6000 10
          let w, theta = values["W"][0], values["theta"][0]
          // F and f as theory, section 5, states them.
          let a = exp (max (2.0 * theta - 3.85) 0.0 ** 1.95)
          let b = exp (max (theta ** 2.32 - 6.0) 0.0)

          let f z =
              a * z * z / 2.0 + b * abs z ** (theta + 1.0) / (theta + 1.0)

          let slope z =
              a * z + b * float (sign z) * abs z ** theta

          let points = [| for i in -800 .. 800 -> float i / 100.0 |]

          let density z =
              exp (-z * z / 2.0) / sqrt (2.0 * System.Math.PI)

          let average = points |> Array.sumBy (fun r -> f (w * r) * density r / 100.0)

          let j =
              objective f slope w (constant "leak" m) (constant "nu" m) average (s.ToColumnMajorArray())

          let gains = [ for i in 0..60 -> 2.0 ** (float i / 10.0 - 4.0) ]
          see.Points "_g_" "_J_" "" gains (List.map j gains)
          let least = gains |> List.minBy j
          see.Near 0.1 0.0 (values["g"][0]) least "g"
          see.Below (j (values["g"][0]) - j least) 1e-3 "J above the least")

      run "laplace-target" "the optimal transport map to a Laplace distribution" (fun see ->
          transported "laplace-target" 80_000 [ 0.8; 0.5; 0.6 ] [ 1.8; 1.5; 1.6 ] [ 10.0; 75.0; 130.0 ] see)

      run "threshold-population" "the optimal transport map, of stimuli that another population makes" (fun see ->
          transported
              "threshold-population"
              40_000
              [ 0.6; 0.4; 0.5; 0.6; 0.4; 0.5 ]
              [ 0.0; 0.5; 1.0; 0.0; 0.5; 1.0 ]
              [ 0.0; 30.0; 60.0; 90.0; 120.0; 150.0 ]
              see) ]
