namespace Interneuron.Derivation.Checks

open MathNet.Numerics.LinearAlgebra
open Interneuron.Core.Symbolic
open Interneuron.Derivation.Running

/// The derivatives of an objective by dual numbers, from its energy alone: nothing here was derived by algebra.
[<RequireQualifiedAccess>]
module internal DualGradient =
    let private single = Dual.operations Floats.operations
    let private nested = Dual.operations single

    /// The derivative of a formula along tangents of its variables.
    let private tangent (variables: string -> float * float) (e: Expr) =
        (Expr.interpret
            single
            (fun name ->
                let value, tangent = variables name
                { Value = value; Tangent = tangent })
            e)
            .Tangent

    /// d2E/(dx dy), over duals of duals.
    let second (values: Map<string, float>) (x: string) (y: string) (e: Expr) : float =
        let one = Dual.variable Floats.operations
        let zero = Dual.constant Floats.operations

        (Expr.interpret
            nested
            (fun name ->
                { Value = (if name = y then one values[name] else zero values[name])
                  Tangent = zero (if name = x then 1.0 else 0.0) })
            e)
            .Tangent.Tangent

    /// The names of a population's activities.
    let names symbol n =
        [ for a in 0 .. n - 1 -> $"{symbol}[{a}]" ]

    /// What a stimulus and r contribute to the descent of one number: dE/dp; or where there is a loss, -dl/dp with the response that moves
    /// as p does.
    let online (instance: Instance) (packed: float array) (s: float array, response: float array) (number: int) : float =
        let n = instance.Primaries
        let r = names "r" n

        let at =
            List.zip instance.Variables (List.ofArray (Array.concat [ response; s; packed ]))
            |> Map.ofList

        let p = instance.Learned[number]
        let energy = instance.Energy

        match instance.Loss with
        | None -> tangent (fun name -> at[name], (if name = p then 1.0 else 0.0)) energy
        | Some loss ->
            let hessian = Matrix<float>.Build.Dense(n, n, fun i j -> second at r[i] r[j] energy)

            let coupling =
                Vector<float>.Build.DenseOfEnumerable [ for x in r -> second at x p energy ]

            let moved = hessian.Solve(-coupling)

            let along name =
                if name = p then
                    1.0
                else
                    match List.tryFindIndex ((=) name) r with
                    | Some a -> moved[a]
                    | None -> 0.0

            -(tangent (fun name -> at[name], along name) loss)
