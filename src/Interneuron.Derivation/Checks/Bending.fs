namespace Interneuron.Derivation.Checks

open MathNet.Numerics.LinearAlgebra
open MathNet.Numerics.Random
open MathNet.Numerics.Distributions
open Interneuron.Core.Symbolic
open Interneuron.Derivation.Formulas
open Interneuron.Derivation.Models
open Interneuron.Derivation.Rules
open Interneuron.Derivation.Running

/// Where an energy bends down.
[<RequireQualifiedAccess>]
module internal Bending =
    /// The term of the energy that bends it down the most, along the direction in which the whole is the least convex, over twenty random
    /// circuits of few neurons; where none bends it down, one that no input is in.
    let mostConcave (derivation: Derivation) (seed: int) : Indexed =
        let model = derivation.Model

        let sizes: Sizes =
            [ for population, _ in model.Sizes -> population, (if population = Population.interneurons then 3 else 2) ]

        let instance = Instance.create derivation sizes
        let random = Xoshiro256StarStar(seed, false)
        let r = instance.Layout.Responses
        let n = r.Length

        let points =
            List.init 20 (fun _ ->
                let activities =
                    Array.init (n + instance.Stimuli) (fun _ -> Normal.Sample(random, 0.0, 1.0))

                let packed = instance.Pack(RandomValues.draw random model sizes)

                List.zip instance.Variables (List.ofArray (Array.append activities packed))
                |> Map.ofList)

        let hessian at e =
            Matrix<float>.Build.Dense(n, n, fun i j -> DualGradient.second at r[i] r[j] e)

        let bends term =
            let e = instance.Flat term

            points
            |> List.sumBy (fun at ->
                let whole = hessian at instance.Energy

                if Seq.forall System.Double.IsFinite (whole.Enumerate()) then
                    let down = whole.Evd(Symmetricity.Symmetric).EigenVectors.Column 0
                    down * (hessian at e * down)
                else
                    0.0)

        Indexed.addends derivation.Energy
        |> List.sortBy (fun term -> model.Inputs |> List.exists (fun x -> (Indexed.symbols term).Contains x.Name))
        |> List.minBy bends
