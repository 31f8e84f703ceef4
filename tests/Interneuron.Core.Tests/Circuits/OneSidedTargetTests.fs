/// What the fast engine learns for targets that are not symmetric, against closed forms and brute force.
module Interneuron.Core.Tests.Circuits.OneSidedTargetTests

open System.Threading
open Expecto
open MathNet.Numerics.LinearAlgebra
open MathNet.Numerics.Random
open MathNet.Numerics.Distributions
open Interneuron.Core.Symbolic
open Interneuron.Core.Transport
open Interneuron.Core.Circuits

let private target name =
    match Target.read name with
    | Ok(Some target) -> target
    | other -> failtest $"{name}: {other}"

/// A name, the first two moments of a coordinate, and its density.
let private targets =
    [ "exponential", 1.0, 2.0, (fun r -> exp -r)
      "half-normal", sqrt (2.0 / System.Math.PI), 1.0, (fun r -> sqrt (2.0 / System.Math.PI) * exp (-r * r / 2.0)) ]

let private quadratic = Potential.define "quadratic" [] (fun _ z -> z ** 2.0 / 2.0)

let private root (power: float) (m: Matrix<float>) =
    let evd = m.Evd Symmetricity.Symmetric

    evd.EigenVectors
    * Matrix<float>.Build.DenseOfDiagonalArray [| for v in evd.EigenValues -> v.Real ** power |]
    * evd.EigenVectors.Transpose()

let private learn settings circuit stimuli =
    (Learner.train settings ignore CancellationToken.None circuit stimuli).Circuit

[<Tests>]
let tests =
    testList
        "One-sided targets"
        [ for name, mean, square, density in targets do
              testCase $"{name}: gains and synapses of quadratic interneurons come to the map between second moments" (fun () ->
                  // J = tr(A^-1 C)/2 + tr(A M)/2 is least where A^-1 C A^-1 = M, the target's second moments.
                  let random = Xoshiro256StarStar(7, false)
                  let mixing = Matrix<float>.Build.DenseOfRowArrays([| 3.0; 0.6 |], [| 0.6; 2.4 |])

                  let rows =
                      Matrix<float>.Build.Dense(4000, 2, fun _ _ -> Normal.Sample(random, 0.0, 1.0))
                      * mixing

                  let c = rows.TransposeThisAndMultiply rows / 4000.0

                  let m =
                      Matrix<float>.Build.Dense(2, 2, fun a b -> if a = b then square else mean * mean)

                  let half = root 0.5 m
                  let best = root -0.5 m * root 0.5 (half * c * half) * root -0.5 m
                  let leak = 0.1

                  let start = Initial.circuit quadratic (target name) leak 2 3 (c.Trace()) 1

                  let circuit =
                      learn
                          { Learner.defaultsFor quadratic with
                              Learns =
                                  { Gains = 1.0
                                    Parameters = 1.0
                                    Synapses = 1.0 }
                              Steps = 20_000 }
                          start
                          (rows.ToRowMajorArray())

                  let a =
                      Matrix<float>
                          .Build.Dense(
                              2,
                              2,
                              fun i j ->
                                  (if i = j then leak else 0.0)
                                  + Array.sum (Array.map2 (fun g (w: float array) -> g * w[i] * w[j]) circuit.Gains circuit.W)
                          )

                  let objective (a: Matrix<float>) =
                      0.5 * (a.Inverse() * c).Trace() + 0.5 * (a * m).Trace()

                  // Steps of ten stimuli leave a part in a thousand.
                  Expect.isLessThan (objective a / objective best - 1.0) 3e-3 $"J\n{a}\n{best}"
                  Expect.isLessThan ((a - best).FrobeniusNorm() / best.FrobeniusNorm()) 0.1 "the map")

              testCase $"{name}: gain and threshold of one interneuron rest where J, by brute force, is flat" (fun () ->
                  let leak = 0.5

                  let potential =
                      Potential.define "one-sided" [ Parameter.define "theta" 0.0 3.0 (0.4, 0.6) ] (fun theta z ->
                          Expr.max (z - theta[0]) (Expr.constant 0.0) ** 2.0 / 2.0)

                  // Uniform stimuli, evenly spread.
                  let stimuli = Array.init 2000 (fun i -> 4.0 * (float i + 0.5) / 2000.0)

                  let start =
                      Circuit.create potential (target name) leak [| 0.5 |] [| [| 0.5 |] |] [| [| 1.0 |] |]

                  let circuit =
                      learn
                          { Learner.defaultsFor potential with
                              Learns =
                                  { Gains = 1.0
                                    Parameters = 1.0
                                    Synapses = 0.0 }
                              Steps = 40_000 }
                          start
                          stimuli

                  /// J by the midpoint rule over the target, and responses in closed form: r + leak... on each side of the threshold.
                  let objective (g: float) (theta: float) =
                      let energy r =
                          g * max (r - theta) 0.0 ** 2.0 / 2.0 + leak * r * r / 2.0

                      let response s =
                          let below = s / leak

                          if below <= theta then
                              below
                          else
                              (s + g * theta) / (g + leak)

                      let driven =
                          stimuli |> Array.averageBy (fun s -> let r = response s in s * r - energy r)

                      let h = 1e-3

                      driven
                      + Seq.sum (seq { for k in 0..19_999 -> let r = h * (float k + 0.5) in h * density r * energy r })

                  let g, theta = circuit.Gains[0], circuit.Theta[0].[0]
                  let best = objective g theta
                  Expect.isLessThan best (objective 0.5 0.5 - 1e-4) "learned"

                  // The nearest minimum by a search that knows nothing of gradients.
                  let rec search (g, theta) (step: float) =
                      if step < 1e-4 then
                          objective g theta
                      else
                          let next =
                              [ for dg in [ -step; 0.0; step ] do
                                    for dt in [ -step; 0.0; step ] -> max 0.0 (g + dg), min 3.0 (max 0.0 (theta + dt)) ]
                              |> List.minBy (fun (g, theta) -> objective g theta)

                          if next = (g, theta) then
                              search next (step / 2.0)
                          else
                              search next step

                  Expect.isLessThan (best - search (g, theta) 0.05) 2e-3 $"at g = {g}, theta = {theta}") ]
