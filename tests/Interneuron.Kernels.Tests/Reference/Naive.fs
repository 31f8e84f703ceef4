/// The engine's mathematics in the plainest form: one sample, one interneuron at a time, Math functions only.
module Interneuron.Kernels.Tests.Naive

open System
open Interneuron.Kernels

/// A potential as plain functions of theta and z.
type Potential =
    {
        /// F
        value: float -> float -> float
        /// f = dF/dz
        activation: float -> float -> float
        /// dF/dtheta
        thetaSlope: float -> float -> float
    }

let powerMixture =
    { value =
        fun th z ->
            let a = exp ((max (2.0 * th - 3.85) 0.0) ** 1.95)
            let b = exp (max (th ** 2.32 - 6.0) 0.0)
            a * z * z / 2.0 + b * (abs z) ** (th + 1.0) / (th + 1.0)
      activation =
        fun th z ->
            let a = exp ((max (2.0 * th - 3.85) 0.0) ** 1.95)
            let b = exp (max (th ** 2.32 - 6.0) 0.0)
            a * z + b * float (sign z) * (abs z) ** th
      thetaSlope =
        fun th z ->
            let q = max (2.0 * th - 3.85) 0.0
            let a = exp (q ** 1.95)
            let a' = a * 3.9 * q ** 0.95
            let v = th ** 2.32
            let b = exp (max (v - 6.0) 0.0)
            let b' = if v > 6.0 then b * 2.32 * v / th else 0.0
            let p = th + 1.0
            let power = (abs z) ** p
            let log' = if z = 0.0 then 0.0 else log (abs z)
            a' * z * z / 2.0 + b' * power / p + b * power * log' / p - b * power / (p * p) }

let thresholdLinear =
    { value = fun th z -> (max (z - th) 0.0) ** 2.0 / 2.0
      activation = fun th z -> max (z - th) 0.0
      thetaSlope = fun th z -> -(max (z - th) 0.0) }

let quadratic =
    { value = fun _ z -> z * z / 2.0
      activation = fun _ z -> z
      thetaSlope = fun _ _ -> 0.0 }

let logCosh =
    { value = fun th z -> log (cosh (th * z)) / (th * th)
      activation = fun th z -> tanh (th * z) / th
      thetaSlope = fun th z -> z * tanh (th * z) / (th * th) - 2.0 * log (cosh (th * z)) / (th * th * th) }

let private dot (c: CircuitState) i (r: float array) =
    Seq.sum (seq { for a in 0 .. c.Primaries - 1 -> c.Synapses[i * c.Primaries + a] * r[a] })

let private theta (c: CircuitState) i =
    if c.Parameters = 0 then 0.0 else c.Theta[i * c.Parameters]

/// phi(r)
let phi potential (c: CircuitState) (r: float array) =
    let leak = c.Leak / 2.0 * Seq.sumBy (fun x -> x * x) r

    leak
    + Seq.sum (seq { for i in 0 .. c.Interneurons - 1 -> c.Gains[i] * potential.value (theta c i) (dot c i r) })

/// grad phi(r)
let gradPhi potential (c: CircuitState) (r: float array) =
    Array.init c.Primaries (fun a ->
        c.Leak * r[a]
        + Seq.sum (
            seq {
                for i in 0 .. c.Interneurons - 1 ->
                    c.Gains[i]
                    * potential.activation (theta c i) (dot c i r)
                    * c.Synapses[i * c.Primaries + a]
            }
        ))

/// |s - grad phi(r)|_inf
let residual potential c (s: float array) (r: float array) =
    Array.map2 (fun x y -> abs (x - y)) s (gradPhi potential c r) |> Array.max

/// Rows of N.
let rows n (values: float array) = Array.chunkBySize n values

/// Averaged terms of one interneuron: F, dF/dtheta, and r_a f.
let terms potential (c: CircuitState) i (points: float array array) (weights: float array) =
    let over g =
        Array.fold2 (fun sum r w -> sum + w * g r) 0.0 points weights

    let th = theta c i

    over (fun r -> potential.value th (dot c i r)),
    over (fun r -> potential.thetaSlope th (dot c i r)),
    Array.init c.Primaries (fun a -> over (fun r -> r[a] * potential.activation th (dot c i r)))

/// One published step (gain steps times the gain, theta steps without it, unit columns) on given responses, target terms zero.
let publishedStep potential (c: CircuitState) (rule: LearningRule) (responses: float array array) =
    let weights = Array.create responses.Length (1.0 / float responses.Length)
    let all = Array.init c.Interneurons (fun i -> terms potential c i responses weights)

    let gains =
        Array.init c.Interneurons (fun i -> let (f, _, _) = all[i] in max (c.Gains[i] * (1.0 + rule.GainRates[i] * f)) 0.0)

    let theta =
        Array.init c.Theta.Length (fun i ->
            let (_, t, _) = all[i]
            min (max (c.Theta[i] + rule.ThetaRates[i] * t) c.ThetaLow[0]) c.ThetaHigh[0])

    let synapses =
        Array.init c.Interneurons (fun i ->
            let (_, _, hebb) = all[i]

            let w =
                Array.init c.Primaries (fun a -> c.Synapses[i * c.Primaries + a] + rule.SynapseRates[i] * c.Gains[i] * hebb[a])

            let norm = sqrt (Array.sumBy (fun x -> x * x) w)

            if c.Primaries = 1 then
                [| c.Synapses[i] |]
            else
                Array.map (fun x -> x / norm) w)
        |> Array.concat

    gains, theta, synapses
