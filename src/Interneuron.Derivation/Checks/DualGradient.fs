namespace Interneuron.Derivation.Checks

open MathNet.Numerics.LinearAlgebra
open Interneuron.Core.Symbolic
open Interneuron.Derivation.Models
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

    /// What a stimulus and a response contribute to the descent of one number: dE/dp for the transport objective, -dE/dp for the value;
    /// where there is a loss, -dl/dp with the response that moves as p does. `averages` is the slow cost's slope by each running average,
    /// times what that follows: a loss as well.
    let online (instance: Instance) (packed: float array) (s: float array, response: float array) (averages: Expr) (number: int) : float =
        let y = instance.Layout.Responses
        let n = y.Length

        let at =
            List.zip instance.Variables (List.ofArray (Array.concat [ response; s; packed ]))
            |> Map.ofList

        let p = instance.Learned[number]
        let energy = instance.Energy

        let partial e =
            tangent (fun name -> at[name], (if name = p then 1.0 else 0.0)) e

        let through (loss: Expr) =
            let free = Landscape.across n (instance.Face(packed, s, response))

            let moved =
                if free.ColumnCount = 0 then
                    Vector<float>.Build.Dense n
                else
                    let hessian = Matrix<float>.Build.Dense(n, n, fun i j -> second at y[i] y[j] energy)

                    let coupling =
                        Vector<float>.Build.DenseOfEnumerable [ for x in y -> second at x p energy ]

                    free
                    * (free.TransposeThisAndMultiply(hessian * free)).Solve(-(free.TransposeThisAndMultiply coupling))

            let along name =
                if name = p then
                    1.0
                else
                    match List.tryFindIndex ((=) name) y with
                    | Some a -> moved[a]
                    | None -> 0.0

            -(tangent (fun name -> at[name], along name) loss)

        let rest =
            if averages = Expr.constant 0.0 then
                0.0
            else
                through averages

        match instance.Derivation.Model.Objective with
        | Transport -> partial energy
        | Value -> rest - partial energy
        | Loss _ -> rest + through (Option.get instance.Loss)
