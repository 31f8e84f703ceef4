/// Random circuits, stimuli and comparisons for the tests.
module Interneuron.Kernels.Tests.Circuits

open System
open Expecto
open MathNet.Numerics.Distributions
open Interneuron.Kernels
open Interneuron.Kernels.TestPotentials

let widths = [ LaneWidth.One; LaneWidth.Four; LaneWidth.Eight ]

/// n standard normal numbers.
let normal seed n =
    let values = Array.zeroCreate n
    Normal.Samples(Random(seed: int), values, 0.0, 1.0)
    values

/// n heavy-tailed numbers: normal, with a log-normal scale.
let heavy seed n =
    Array.map2 (fun x y -> x * exp (0.7 * y)) (normal seed n) (normal (seed + 1) n)

/// A circuit with unit columns in random directions (alternating signs for N = 1).
let circuit seed n k leak gain theta parameters =
    let c = CircuitState(n, k, parameters, leak)
    let directions = normal seed (n * k)

    for i in 0 .. k - 1 do
        c.Gains[i] <- gain i

        for p in 0 .. parameters - 1 do
            c.Theta[i * parameters + p] <- theta i

        let w = Array.sub directions (i * n) n
        let norm = sqrt (Array.sumBy (fun x -> x * x) w)

        for a in 0 .. n - 1 do
            c.Synapses[i * n + a] <-
                if n = 1 then
                    (if i % 2 = 0 then 1.0 else -1.0)
                else
                    w[a] / norm

    c

/// One of each kind of potential, with a circuit of N primaries on which every stimulus has a response.
let kinds n =
    [ "power mixture",
      (fun w -> Engine<PowerMixture> w :> Engine),
      Naive.powerMixture,
      circuit 1 n (2 * n) 0.0 (fun _ -> 0.2) (fun i -> 2.1 + 0.05 * float i) 1
      "threshold-linear with a leak",
      (fun w -> Engine<ThresholdLinear> w :> Engine),
      Naive.thresholdLinear,
      circuit 2 n (12 * n) 0.01 (fun i -> exp (sin (float i))) (fun i -> 0.3 * float (i % 8)) 1
      "quadratic",
      (fun w -> Engine<Quadratic> w :> Engine),
      Naive.quadratic,
      circuit 3 n (n + 2) 0.0 (fun i -> 0.5 + float i) (fun _ -> 0.0) 0
      "log-cosh with a leak",
      (fun w -> Engine<LogCosh> w :> Engine),
      Naive.logCosh,
      circuit 4 n (2 * n) 0.1 (fun _ -> 1.0) (fun i -> 1.0 + 0.2 * float i) 1 ]

let respond (engine: Engine) c (s: float array) =
    let r = Array.zeroCreate s.Length
    let outcome = engine.Respond(c, ReadOnlyMemory s, Memory r, ResponseOptions())
    r, outcome

let close tolerance (actual: float) (expected: float) name =
    Expect.isLessThanOrEqual (abs (actual - expected)) (tolerance * max 1.0 (abs expected)) $"{name}: {actual:R} is not {expected:R}"

let closeAll tolerance (actual: float array) (expected: float array) name =
    Expect.equal actual.Length expected.Length name
    Array.iteri2 (fun i x y -> close tolerance x y $"{name} {i}") actual expected

let copy (c: CircuitState) =
    let d = CircuitState(c.Primaries, c.Interneurons, c.Parameters, c.Leak)
    c.Gains.CopyTo(d.Gains, 0)
    c.Theta.CopyTo(d.Theta, 0)
    c.Synapses.CopyTo(d.Synapses, 0)
    c.ThetaLow.CopyTo(d.ThetaLow, 0)
    c.ThetaHigh.CopyTo(d.ThetaHigh, 0)
    d

// Array literals do not convert to spans in an argument; values of type float array do.
let line (z: float array) (weights: float array) = TargetNodes.Line(z, weights)
let cloud (points: float array) (weights: float array) n = TargetNodes.Cloud(points, weights, n)
let step (trainer: Trainer) (batch: float array) = trainer.Step batch
let run (trainer: Trainer) (stimuli: float array) steps = trainer.Run(stimuli, steps)
