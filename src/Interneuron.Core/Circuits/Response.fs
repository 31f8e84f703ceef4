namespace Interneuron.Core.Circuits

open System
open MathNet.Numerics.LinearAlgebra
open Interneuron.Statistics
open Interneuron.Kernels
open Interneuron.Core.Symbolic
open Interneuron.Core.Transport

/// Whether every stimulus has found its response.
type Outcome =
    /// Every stimulus has its response.
    | Converged
    /// The number of stimuli without a response, the index of the first, and its residual (NaN for a stimulus that is not finite).
    | NotConverged of failures: int * first: int * residual: float

/// The responses to stimuli, with the evidence.
type Response =
    {
        /// n x N, row-major; rows of NaN where there is no response.
        R: float array
        /// |s - grad phi(r)|_inf of each stimulus; 0 where s is in the subdifferential of phi at a kink.
        Residuals: float array
        /// How often grad phi was evaluated for each.
        Evaluations: int array
        /// Whether all have converged.
        Outcome: Outcome
    }

/// The fixed point of the fast dynamics: r with s = grad phi(r) (theory, section 2).
[<RequireQualifiedAccess>]
module Response =
    /// The largest residual of a response to a stimulus of size 1 and above; that of smaller ones is in proportion. Where rounding leaves
    /// more, the response is as exact as the arithmetic allows.
    let tolerance = 1e-10

    /// The largest residual of what is learned from: the tolerance in units of the stimuli's root mean square (as a power of two), where
    /// that is less than 1.
    let internal toleranceFor (stimuli: ReadOnlySpan<float>) : float =
        let mutable square = 0.0

        for i in 0 .. stimuli.Length - 1 do
            square <- square + stimuli[i] * stimuli[i]

        let scale =
            Math.ScaleB(1.0, int (Math.Round(Math.Log2(Math.Sqrt(square / float stimuli.Length)))))

        if scale > 0.0 && scale < 1.0 then
            tolerance * scale
        else
            tolerance

    let internal outcome (result: ResponseOutcome) =
        if result.IsConverged then
            Converged
        else
            NotConverged(result.Failures, result.FirstFailure, result.Residual)

    let internal rowsOf (circuit: Circuit) (count: int) =
        if count % circuit.Primaries <> 0 then
            invalidArg "stimuli" $"{count} values are not whole rows of {circuit.Primaries}, one value a primary neuron"

        count / circuit.Primaries

    let internal rows (circuit: Circuit) (stimuli: float array) = rowsOf circuit stimuli.Length

    let private respond
        (circuit: Circuit)
        (stimuli: ReadOnlyMemory<float>)
        (responses: Memory<float>)
        (residuals: float array | null)
        (evaluations: int array | null)
        : Outcome =
        let engine = Engines.forResponses circuit.Potential

        engine.Respond(Engines.state circuit, stimuli, responses, ResponseOptions(Tolerance = tolerance), residuals, evaluations)
        |> outcome

    /// The responses to n stimuli (n x N, row-major), by safeguarded steps on all cores; the same bits for any number of cores. A stimulus
    /// without a response costs no other its own.
    let solveOn (circuit: Circuit) (stimuli: ReadOnlyMemory<float>) : Response =
        let n = rowsOf circuit stimuli.Length
        // Every place is written by the core that computes it: clearing them first, on one core, would take as long as the responses do.
        let responses = GC.AllocateUninitializedArray stimuli.Length
        let residuals = GC.AllocateUninitializedArray n
        let evaluations = GC.AllocateUninitializedArray n
        let outcome = respond circuit stimuli (Memory responses) residuals evaluations

        { R = responses
          Residuals = residuals
          Evaluations = evaluations
          Outcome = outcome }

    /// The same for stimuli in an array.
    let solve (circuit: Circuit) (stimuli: float array) : Response =
        solveOn circuit (ReadOnlyMemory stimuli)

    /// The same without the evidence, into memory of the caller's (n x N), which may be the stimuli's own.
    let solveInto (circuit: Circuit) (stimuli: ReadOnlyMemory<float>) (responses: Memory<float>) : Outcome =
        rowsOf circuit stimuli.Length |> ignore
        respond circuit stimuli responses null null

    /// The stimuli s = grad phi(r) that have these responses (n x N, row-major), and log det H(r) of each.
    let drive (circuit: Circuit) (responses: float array) : float array * float array =
        let n = rows circuit responses
        let stimuli = GC.AllocateUninitializedArray responses.Length
        let logDeterminants = GC.AllocateUninitializedArray n
        let engine = Engines.forResponses circuit.Potential
        engine.Drive(Engines.state circuit, ReadOnlyMemory responses, Memory stimuli, Memory logDeterminants)
        stimuli, logDeterminants

    /// n stimuli of the distribution that the circuit turns into its target: s = grad phi(r) for r from the target; n x N, row-major.
    let sample (circuit: Circuit) (count: int) (seed: int) : float array =
        if count < 0 then
            invalidArg (nameof count) $"the number of samples is {count}; it is at least 0"

        Initial.sampleTarget circuit.Target circuit.Primaries count seed
        |> drive circuit
        |> fst

    /// log det H(r) formula by formula: where an input is exactly 0, the engine's powers of it are tiny numbers, and this is minus
    /// infinity.
    let private logDeterminantAt (circuit: Circuit) (r: float array) =
        let h = Circuit.hessianAt circuit r

        if h |> Array.exists (Array.exists Double.IsInfinity) then
            infinity
        else
            Math.Log((Matrix<float>.Build.DenseOfRowArrays h).Determinant())

    /// log p(s) of each stimulus under the circuit as a density model: log p_target(r) - log det H(r) at its response r; infinite where H
    /// vanishes, NaN where there is no response. Refuses an empirical target, which has no density.
    let logDensity (circuit: Circuit) (stimuli: float array) : float array =
        match Target.logDensity circuit.Target with
        | None -> Refusal.argument (nameof circuit) "the circuit's target is given by samples and has no density"
        | Some density ->
            let ofTarget x =
                Expr.interpret Floats.operations (fun _ -> x) density

            let response = solve circuit stimuli
            let _, logDeterminants = drive circuit response.R
            let n = circuit.Primaries

            logDeterminants
            |> Array.mapi (fun i logDeterminant ->
                let r = response.R[i * n .. i * n + n - 1]

                let logDeterminant =
                    if Array.contains 0.0 r then
                        logDeterminantAt circuit r
                    else
                        logDeterminant

                // A row without a response is NaN.
                Array.sumBy ofTarget r - logDeterminant)
