namespace Interneuron.Core.Circuits

open System
open System.Threading
open MathNet.Numerics.LinearAlgebra
open MathNet.Numerics.Random
open Interneuron.Statistics
open Interneuron.Kernels
open Interneuron.Core.Symbolic
open Interneuron.Core.Transport

/// The mean log-likelihood of stimuli under a circuit, and its slopes.
type LikelihoodSlopes =
    {
        /// The mean of log p(s), in nats.
        Value: float
        /// Its derivative in g, K values.
        Gains: float array
        /// In theta, K rows of P.
        Theta: float array array
        /// In the columns of W, K columns of N, as if their lengths were free.
        W: float array array
    }

/// Learning for the sake of the density: log p(s) = log p_target(r) - log det H(r) at the response r (theory, section 2) climbs by its
/// gradient. What J asks of a circuit that has too few interneurons for the target is another compromise, and steps on J find it slowly.
/// The rules are not local: w^T H^-1 w is what an interneuron sees of its own output when all others have answered it.
[<RequireQualifiedAccess>]
module Likelihood =
    /// Stimuli in a step.
    let batch = 500
    // The first rate of the steps, and the share of them after which it falls to 0.
    let private rate = 0.1
    let private fallsFrom = 0.4
    // Steps until the rate is reached.
    let private rises = 50.0
    // What the steps of an activation parameter, in its unit, and of a column of W are of those of log g.
    let private ofParameter = 0.35
    let private ofColumn = 0.3
    // Sums over stimuli are of so many parts, whatever the number of cores, so that they are the same on every machine.
    let private parts = 16

    /// A potential's formulas that the gradient is made of, as one program: f, f', f'', then for each parameter the
    /// derivatives of f and f'.
    let private lower (potential: Potential) : Lowered =
        let ofParameters =
            [ for term in potential.ParameterTerms do
                  let ofActivation = Differentiate.diff "z" term
                  ofActivation
                  Differentiate.diff "z" ofActivation ]

        Lower.lower
            [ for p in potential.Parameters -> p.Name ]
            []
            [ potential.Activation :: potential.Slope :: potential.Bend :: ofParameters ]

    /// Refuses a circuit whose likelihood has no gradient: a target without a density, or a slope that jumps, and the density with it.
    let internal require (circuit: Circuit) : Expr =
        if Breakpoints.jumps "z" circuit.Potential.Slope <> Some [] then
            Refusal.argument
                (nameof circuit)
                $"the slope of {circuit.Potential.Name} jumps, and with it the density, so that its likelihood cannot be climbed: the \
                potential has to be smooth, as power-mixture is"

        match Target.logDensity circuit.Target with
        | Some density -> density
        | None -> Refusal.argument (nameof circuit) "the circuit's target is given by samples and has no density to climb"

    /// The numbers of a circuit as the engine has them, and what its gradient needs besides.
    type private Climber(circuit: Circuit) =
        let n, k, p =
            circuit.Primaries, circuit.Interneurons, circuit.Potential.Parameters.Length

        let state = Engines.state circuit
        let engine = Engines.forResponses circuit.Potential
        let lowered = lower circuit.Potential

        let target =
            let density = require circuit

            let ofZ =
                density
                |> Expr.substitute (fun name -> if name = "x" then Some Potential.z else None)

            Lower.lower [] [] [ [ ofZ; Differentiate.diff "z" ofZ ] ]

        let formulas = 3 + 2 * p
        member _.State = state

        /// The responses to stimuli (n x N), or the first row that has none.
        member _.Respond(stimuli: float array) : Result<float array, int> =
            let responses = Array.zeroCreate stimuli.Length

            let options =
                ResponseOptions(Tolerance = Response.toleranceFor (ReadOnlySpan stimuli))

            let outcome =
                engine.Respond(state, ReadOnlyMemory stimuli, Memory responses, options, null, null)

            if outcome.IsConverged then
                Ok responses
            else
                Error outcome.FirstFailure

        /// The products w_a w_c, a >= c, of each column, packed row by row.
        member private _.Products() : float array =
            let ofColumn i =
                [| for a in 0 .. n - 1 do
                       for c in 0..a -> state.Synapses[i * n + a] * state.Synapses[i * n + c] |]

            Array.concat (Processors.Map(k, ofColumn))

        /// The sum of log p over some of the responses (n x N), and of its derivatives: g (K), theta (K x P), W (K x N).
        member private _.Part (products: float array) (responses: float array) (first: int) (count: int) =
            // Of each interneuron each formula for all stimuli.
            let values =
                [| for i in 0 .. k - 1 do
                       let z =
                           Array.init count (fun b -> Vectors.dot state.Synapses (i * n) responses ((first + b) * n) n)

                       let still =
                           Program.run lowered.Static [ for j in 0 .. p - 1 -> state.Theta[i * p + j] ]

                       yield! Program.runMany lowered.Varying.Head z still |]

            // Formula `which` of interneuron i for stimulus b.
            let value i which b =
                let ofOne: float array = values[i * formulas + which] in ofOne[b]

            let logs, slopes =
                match Program.runMany target.Varying.Head responses[first * n .. (first + count) * n - 1] [] with
                | [ logs; slopes ] -> logs, slopes
                | _ -> invalidOp "two formulas"

            let mutable total = 0.0

            let gains, theta, synapses =
                Array.zeroCreate k, Array.zeroCreate (k * p), Array.zeroCreate (k * n)

            let packed = n * (n + 1) / 2
            // Of each interneuron w^T H^-1 w, and the sum over stimuli of g f' H^-1, packed, with twice what is off the diagonal.
            let own, inverses = Array.zeroCreate k, Array.zeroCreate (k * packed)
            let hessian, folded = Array.zeroCreate packed, Array.zeroCreate packed

            for b in 0 .. count - 1 do
                Array.Clear hessian

                for i in 0 .. k - 1 do
                    Vectors.add (state.Gains[i] * value i 1 b) products (i * packed) hessian 0 packed

                let h = Matrix<float>.Build.Dense(n, n)

                for a in 0 .. n - 1 do
                    for c in 0..a do
                        h[a, c] <- hessian[a * (a + 1) / 2 + c]
                        h[c, a] <- h[a, c]

                    h[a, a] <- h[a, a] + state.Leak

                let cholesky = h.Cholesky()

                let inverse =
                    cholesky.Solve(Matrix<float>.Build.DenseIdentity n).ToColumnMajorArray()

                for a in 0 .. n - 1 do
                    total <- total + logs[b * n + a]

                    for c in 0..a do
                        folded[a * (a + 1) / 2 + c] <- (if a = c then 1.0 else 2.0) * inverse[a * n + c]

                total <- total - cholesky.DeterminantLn
                // dlog p/dr at fixed parameters, then H^-1 times it.
                let pull = slopes[b * n .. b * n + n - 1]

                for i in 0 .. k - 1 do
                    own[i] <- Vectors.dot products (i * packed) folded 0 packed
                    Vectors.add (-state.Gains[i] * value i 2 b * own[i]) state.Synapses (i * n) pull 0 n

                let moved = Array.init n (fun a -> Vectors.dot inverse (a * n) pull 0 n)

                for i in 0 .. k - 1 do
                    let gain = state.Gains[i]
                    let f, slope, bend = value i 0 b, value i 1 b, value i 2 b
                    let along = Vectors.dot state.Synapses (i * n) moved 0 n
                    gains[i] <- gains[i] - slope * own[i] - f * along

                    for j in 0 .. p - 1 do
                        theta[i * p + j] <-
                            theta[i * p + j]
                            - gain * (value i (4 + 2 * j) b * own[i] + value i (3 + 2 * j) b * along)

                    Vectors.add (gain * slope) folded 0 inverses (i * packed) packed
                    Vectors.add (-gain * (bend * own[i] + slope * along)) responses ((first + b) * n) synapses (i * n) n
                    Vectors.add (-gain * f) moved 0 synapses (i * n) n

            for i in 0 .. k - 1 do
                for a in 0 .. n - 1 do
                    for c in 0..a do
                        let twice = inverses[i * packed + a * (a + 1) / 2 + c]
                        synapses[i * n + a] <- synapses[i * n + a] - twice * state.Synapses[i * n + c]
                        synapses[i * n + c] <- synapses[i * n + c] - twice * state.Synapses[i * n + a]

            total, gains, theta, synapses

        /// The mean of log p over all of the responses (n x N), and of its derivatives, as `Part`.
        member this.Slopes(responses: float array) : float * float array * float array * float array =
            let rows = responses.Length / n
            let products = this.Products()

            let part number =
                let first = number * rows / parts
                this.Part products responses first ((number + 1) * rows / parts - first)

            let sums = Processors.Map(parts, part)

            let mean (of': float * float array * float array * float array -> float array) =
                let total = Array.zeroCreate (of' sums[0]).Length

                for sum in sums do
                    Vectors.add (1.0 / float rows) (of' sum) 0 total 0 total.Length

                total

            (sums |> Array.sumBy (fun (total, _, _, _) -> total)) / float rows,
            mean (fun (_, gains, _, _) -> gains),
            mean (fun (_, _, theta, _) -> theta),
            mean (fun (_, _, _, synapses) -> synapses)

    let private rowsOf count size (flat: float array) =
        if size = 0 then
            Array.replicate count [||]
        else
            Array.chunkBySize size flat

    /// The mean log-likelihood of stimuli (n x N, row-major) and its slopes. Refuses what `ascend` refuses; NotConvergedException where a
    /// stimulus has no response.
    let slopes (circuit: Circuit) (stimuli: float array) : LikelihoodSlopes =
        Response.rows circuit stimuli |> ignore
        let climber = Climber circuit

        match climber.Respond stimuli with
        | Ok responses ->
            let value, gains, theta, synapses = climber.Slopes responses
            let k = circuit.Interneurons

            { Value = value
              Gains = gains
              Theta = rowsOf k circuit.Potential.Parameters.Length theta
              W = rowsOf k circuit.Primaries synapses }
        | Error _ -> raise (NotConvergedException "a stimulus has no response, so that there is no likelihood.")

    /// Running means of a gradient and of its square, over so many steps (Adam: Kingma and Ba 2015). Numbers of one group, such as a column
    /// of W, share the mean square.
    type private Averaged(count: int, group: int) =
        let means, squares = Array.zeroCreate count, Array.zeroCreate (count / max 1 group)
        let mutable steps = 0
        let ofMeans, ofSquares = 0.9, 0.99

        /// The direction to step in, each number about 1 where the gradient agrees with itself from step to step.
        member _.Next(gradient: float array) : float array =
            steps <- steps + 1

            for j in 0 .. squares.Length - 1 do
                let mutable square = 0.0

                for a in j * group .. (j + 1) * group - 1 do
                    means[a] <- ofMeans * means[a] + (1.0 - ofMeans) * gradient[a]
                    square <- square + gradient[a] * gradient[a]

                squares[j] <- ofSquares * squares[j] + (1.0 - ofSquares) * square / float group

            let unbiased = 1.0 - ofMeans ** float steps
            let unbiasedSquare = 1.0 - ofSquares ** float steps

            Array.init count (fun a -> means[a] / unbiased / Math.Sqrt(squares[a / group] / unbiasedSquare + 1e-20))

    // The rate of a step of so many.
    let private rateAt (step: int) (steps: int) =
        let fall = (1.0 - float step / float steps) / (1.0 - fallsFrom)
        rate * Math.Min(1.0, float (step + 1) / rises) * Math.Min(1.0, fall)

    // A step on what learns of the circuit, by a gradient; gains stay positive, parameters in their intervals, columns of unit length.
    let private move
        (learns: Learns)
        (units: float array)
        rate
        (state: CircuitState)
        (gains: float array)
        (theta: float array)
        (w: float array)
        =
        let n, p = state.Primaries, units.Length

        for i in 0 .. state.Gains.Length - 1 do
            state.Gains[i] <- state.Gains[i] * Math.Exp(learns.Gains * rate * gains[i])

            for j in 0 .. p - 1 do
                let next =
                    state.Theta[i * p + j]
                    + learns.Parameters * ofParameter * rate * units[j] * theta[i * p + j]

                state.Theta[i * p + j] <- Math.Clamp(next, state.ThetaLow[j], state.ThetaHigh[j])

            if learns.Synapses > 0.0 then
                Vectors.add (learns.Synapses * ofColumn * rate) w (i * n) state.Synapses (i * n) n
                let length = Math.Sqrt(Vectors.dot state.Synapses (i * n) state.Synapses (i * n) n)

                for a in 0 .. n - 1 do
                    state.Synapses[i * n + a] <- state.Synapses[i * n + a] / length

    /// Climbs so many steps from a circuit: what learns of it, at its paces, on batches of 500 stimuli (n x N, row-major) drawn with a
    /// seed. Each number's steps are measured by its own gradients, at a rate that falls to 0. Cancellation ends it, and so does a stimulus
    /// without a response or a gradient that is not finite, with what had been learned. Refuses a target without a density, and a potential
    /// whose slope jumps.
    let ascend
        (learns: Learns)
        (steps: int)
        (seed: int)
        (progress: int -> unit)
        (cancellation: CancellationToken)
        (circuit: Circuit)
        (stimuli: ReadOnlyMemory<float>)
        : Circuit * Ending =
        let n, k = circuit.Primaries, circuit.Interneurons
        let rows = Response.rowsOf circuit stimuli.Length

        let units =
            [| for p in circuit.Potential.Parameters -> StepScales.parameterUnit p |]

        let climber = Climber circuit
        let state = climber.State
        let random = Xoshiro256StarStar(seed, false)
        let chosen = Array.zeroCreate (min batch rows)
        let drawn = Array.zeroCreate (chosen.Length * n)

        let ofGains, ofTheta, ofColumns =
            Averaged(k, 1), Averaged(k * units.Length, 1), Averaged(k * n, n)

        let draw () =
            for b in 0 .. chosen.Length - 1 do
                chosen[b] <- random.Next rows
                stimuli.Span.Slice(chosen[b] * n, n).CopyTo(Span(drawn, b * n, n))

        let rec go step =
            if step = steps then
                Finished
            elif cancellation.IsCancellationRequested then
                Interrupted
            else
                draw ()

                match climber.Respond drawn with
                | Error row -> NoResponse chosen[row]
                | Ok responses ->
                    let value, gains, theta, w = climber.Slopes responses

                    if
                        not (
                            Double.IsFinite value
                            && Array.forall Double.IsFinite gains
                            && Array.forall Double.IsFinite w
                        )
                    then
                        Diverged
                    else
                        // In log g, and along the sphere of a column.
                        let inLog = Array.map2 (*) gains state.Gains

                        for i in 0 .. k - 1 do
                            let outward = Vectors.dot w (i * n) state.Synapses (i * n) n
                            Vectors.add -outward state.Synapses (i * n) w (i * n) n

                        move learns units (rateAt step steps) state (ofGains.Next inLog) (ofTheta.Next theta) (ofColumns.Next w)
                        progress (step + 1)
                        go (step + 1)

        let ending = go 0
        Engines.circuit circuit state, ending
