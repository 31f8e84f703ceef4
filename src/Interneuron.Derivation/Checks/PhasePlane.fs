namespace Interneuron.Derivation.Checks

open MathNet.Numerics.Distributions
open MathNet.Numerics.Random
open Interneuron.Core.Symbolic
open Interneuron.Derivation.Models
open Interneuron.Derivation.Rules
open Interneuron.Derivation.Running

/// The fast dynamics of a response of one or two numbers, for one stimulus.
type PhasePlane =
    {
        /// The stimulus.
        Stimulus: float array
        /// Where the dynamics rest, as training finds it; None where there is no response.
        Rest: float array option
        /// The names of the response's numbers: y[0], or y[0] and y[1].
        Names: string list
        /// The energy at a point.
        Energy: float array -> float
        /// tau dy/dt at a point, without what bounds take away.
        Flow: float array -> float array
        /// The way from a point, in steps of a fixed length of time, held to the domain.
        Path: float array -> float array array
    }

/// Phase portraits of small circuits.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module PhasePlane =
    // Steps of a path, and the share of the fastest time scale that each takes.
    let private steps, private share = 400, 0.1

    /// Those of a few random stimuli, with the parameters that learning starts from; none for responses of more than two numbers.
    let ofStart (derivation: Derivation) (stimuli: int) (seed: int) : PhasePlane list =
        let model = derivation.Model

        let count =
            model.Variables |> List.sumBy (fun v -> Sizes.count model.Sizes v.Index.Over)

        if count > 2 then
            []
        else
            let instance = Instance.create derivation model.Sizes
            let packed = instance.Pack(Simulation.initial instance seed)
            let random = Xoshiro256StarStar(seed, false)
            let names = List.take count instance.Variables

            let slopes =
                Scalar.compile instance.Variables (Differentiate.grad names instance.Energy)

            let speeds =
                [| for v in model.Variables do
                       let sign = if v.Settling = Minimises then -1.0 else 1.0
                       yield! Array.create (Sizes.count model.Sizes v.Index.Over) (sign / v.TimeConstant) |]

            [ for _ in 1..stimuli do
                  let s = Array.init instance.Stimuli (fun _ -> Normal.Sample(random, 0.0, 1.0))

                  let flow y =
                      let out: float array = Array.zeroCreate count
                      slopes.Invoke(Array.concat [ y; s; packed ], out)
                      Array.map2 (*) speeds out

                  let rest = instance.Respond(packed, s, Array.zeroCreate count)

                  // What the slope changes by along the steepest of its numbers: the fastest rate near the point of rest.
                  let fastest =
                      match rest with
                      | None -> 1.0
                      | Some y ->
                          Seq.max (
                              seq {
                                  for k in 0 .. count - 1 do
                                      let near = Array.mapi (fun j v -> if j = k then v + 1e-4 else v) y
                                      Array.map2 (fun a b -> abs (a - b) / 1e-4) (flow near) (flow y) |> Array.max
                              }
                          )

                  let dt = share / max 1e-3 fastest

                  { Stimulus = s
                    Rest = rest
                    Names = names
                    Energy = (fun y -> (let struct (energy, _) = instance.Values(packed, s, y) in energy))
                    Flow = flow
                    Path =
                      fun start ->
                          (instance.Inside start, [| 1..steps |])
                          ||> Array.scan (fun y _ -> instance.Inside(Array.map2 (fun v d -> v + dt * d) y (flow y))) } ]
