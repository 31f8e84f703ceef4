namespace Interneuron.Derivation.Checks

open MathNet.Numerics.Distributions
open MathNet.Numerics.LinearAlgebra
open MathNet.Numerics.Random
open Interneuron.Derivation.Models
open Interneuron.Derivation.Rules
open Interneuron.Derivation.Running

/// The fast dynamics linearised at fixed points, of what can move there: tau dy/dt = A (y - y*). Rates are in units of 1/tau.
type FastModes =
    {
        /// The rate at which the slowest mode decays; at or below 0 the fixed point is not stable.
        Slowest: float
        /// The rate of the fastest.
        Fastest: float
        /// Whether some modes turn as they decay, as those of a saddle can.
        Turns: bool
        /// At how many responses.
        Responses: int
    }

/// The fast dynamics near their fixed points.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module FastModes =
    // Random stimuli, of which the slowest mode of all is told.
    let private stimuli = 20

    /// At an instance's responses to random stimuli, for given parameters. None where no stimulus has a response that can move.
    let at (instance: Instance) (values: Values) (seed: int) : FastModes option =
        let packed = instance.Pack values
        let random = Xoshiro256StarStar(seed, false)

        // What each number of a response moves by, of the slope of E along it.
        let speeds =
            [| for v in instance.Derivation.Model.Variables do
                   let sign = if v.Settling = Minimises then -1.0 else 1.0
                   yield! Array.create (Sizes.count instance.Sizes v.Index.Over) (sign / v.TimeConstant) |]
            |> Matrix<float>.Build.DenseOfDiagonalArray

        let modes =
            [ for _ in 1..stimuli do
                  let s = Array.init instance.Stimuli (fun _ -> Normal.Sample(random, 0.0, 1.0))

                  match instance.Respond(packed, s, Array.zeroCreate instance.Responses) with
                  | None -> ()
                  | Some y ->
                      let free = Landscape.across instance.Responses (instance.Face(packed, s, y))
                      let h = instance.Hessian(packed, s, y)

                      if free.ColumnCount > 0 && Seq.forall System.Double.IsFinite (h.Enumerate()) then
                          (free.TransposeThisAndMultiply(speeds * h * free)).Evd(Symmetricity.Asymmetric).EigenValues
                          |> List.ofSeq ]

        match List.concat modes with
        | [] -> None
        | all ->
            let rates = all |> List.map (fun mode -> -mode.Real)

            Some
                { Slowest = List.min rates
                  Fastest = List.max rates
                  Turns = all |> List.exists (fun mode -> abs mode.Imaginary > 1e-9 * mode.Magnitude)
                  Responses = modes.Length }

    /// The same with the parameters that learning starts from, at the model's own sizes as far as they are at most 12.
    let ofStart (derivation: Derivation) (seed: int) : FastModes option =
        let sizes: Sizes =
            derivation.Model.Sizes
            |> List.map (fun (population, count) -> population, min count 12)

        let instance = Instance.create derivation sizes

        // A table of numbers is for the model's own sizes.
        let values =
            if instance.Sizes = derivation.Model.Sizes then
                Simulation.initial instance seed
            else
                RandomValues.draw (Xoshiro256StarStar(seed, false)) derivation.Model instance.Sizes

        at instance values seed
