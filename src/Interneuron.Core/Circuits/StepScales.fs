namespace Interneuron.Core.Circuits

open System
open Interneuron.Core.Symbolic
open Interneuron.Core.Transport

/// What steps are measured by, so that nothing has to be tuned.
[<RequireQualifiedAccess>]
module internal StepScales =
    /// For each interneuron, what its terms do when its input has the target's distribution: E F, E F^2, the deviation of each parameter
    /// term, E z f.
    let atTarget (circuit: Circuit) (rule: Rule) : (float * float * float array * float) array =
        let places, weights =
            match circuit.Target with
            | OfSamples _ -> Quadrature.nodes StandardGaussian []
            | target -> Quadrature.nodes target []
            |> Array.unzip

        let names = [ for p in circuit.Potential.Parameters -> p.Name ]

        let lowered =
            Lower.lower names [] [ rule.GainTerm :: circuit.Potential.Activation :: rule.ParameterTerms ]

        let varying = List.head lowered.Varying

        [| for theta in circuit.Theta do
               let still = Program.run lowered.Static (List.ofArray theta)

               let terms = Program.runMany varying places still |> Array.ofList

               let mean f =
                   let mutable total = 0.0

                   for j in 0 .. places.Length - 1 do
                       total <- total + weights[j] * f j

                   total

               let gain = mean (fun j -> terms[0][j])
               let gainSquare = mean (fun j -> terms[0][j] * terms[0][j])

               let deviation p =
                   let m = mean (fun j -> terms[2 + p][j])
                   Math.Sqrt(Math.Max(mean (fun j -> terms[2 + p][j] * terms[2 + p][j]) - m * m, 0.0))

               let drive = mean (fun j -> places[j] * terms[1][j])
               gain, gainSquare, [| for p in 0 .. theta.Length - 1 -> deviation p |], drive |]

    /// What the steps of an activation parameter are measured in: half its interval; where that has no end, the distance of its
    /// first values from the end it has, or their own size.
    let parameterUnit (parameter: Parameter) : float =
        let first, last = parameter.Initial

        let size =
            match Double.IsFinite parameter.Lower, Double.IsFinite parameter.Upper with
            | true, true -> 0.5 * (parameter.Upper - parameter.Lower)
            | true, false -> 0.5 * (first + last) - parameter.Lower
            | false, true -> parameter.Upper - 0.5 * (first + last)
            | false, false -> Math.Max(Math.Abs first, Math.Abs last)

        if size > 0.0 then size else 1.0
