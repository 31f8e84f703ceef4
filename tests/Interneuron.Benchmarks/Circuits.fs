namespace Interneuron.Benchmarks

open System
open Interneuron.Core.Symbolic
open Interneuron.Core.Transport
open Interneuron.Core.Circuits
open Interneuron.Stimuli

/// What is measured: circuits and stimuli that need no file.
module Circuits =
    /// Coefficients of a synthetic scene, n x 1.
    let single = lazy ((Coefficients.single (Scene.create Scene.standard 1)).ToArray())

    /// Pairs of them at a vertical offset of 2, n x 2.
    let pairs = lazy ((Coefficients.pairs 2 (Scene.create Scene.standard 1)).ToArray())

    let stimuli n =
        match n with
        | 1 -> single.Value
        | 2 -> pairs.Value
        | _ -> invalidArg (nameof n) "scenes give stimuli for one and for two primary neurons"

    /// Heavy-tailed stimuli of any dimension: each coordinate a normal number, all of a row times a common size exp(normal/2), mixed by
    /// neighbours.
    let synthetic (n: int) (count: int) : float array =
        let normal = Initial.sampleTarget StandardGaussian 1 (count * (n + 1)) 7

        [| for row in 0 .. count - 1 do
               let at i = normal[row * (n + 1) + i]
               let size = exp (0.5 * at n)
               for a in 0 .. n - 1 -> size * (0.8 * at a + 0.6 * at ((a + 1) % n)) |]

    let private theta low high =
        Parameter.define "theta" low high (0.5 * (low + high), 0.5 * (low + high))

    /// Potentials that only this program knows.
    let written =
        [ Potential.define "log-cosh" [ theta 0.5 4.0 ] (fun theta z -> log (cosh (theta[0] * z)) / theta[0] ** 2.0)
          Potential.define "softplus pair" [ theta 0.5 3.0 ] (fun theta z ->
              log (1.0 + exp (theta[0] * z))
              + log (1.0 + exp (-theta[0] * z))
              + 0.5 * z ** 2.0)
          Potential.define "threshold-linear" [ theta 0.0 3.0 ] (fun theta z ->
              let above x =
                  Expr.max x (Expr.constant 0.0) ** 2.0 / 2.0

              above (z - theta[0]) + above (-z - theta[0]) + 0.1 * z ** 2.0) ]

    /// A circuit to start learning from; saturating potentials get a leak.
    let start (potential: Potential) (n: int) (k: int) : Circuit =
        let leak = if potential.Name = "log-cosh" then 0.2 else 0.0
        Initial.circuit potential StandardGaussian leak n k (float n) 1

    /// The published rates on the derived rule: what the peers run.
    let settings (n: int) (steps: int) : Settings =
        { Learner.published n with
            Rule = RuleOrigin.Derived
            Steps = steps }

    /// Samples learned in a second.
    let learn (potential: Potential) (n: int) (k: int) (steps: int) () : float =
        let trained =
            Learner.train (settings n steps) ignore Threading.CancellationToken.None (start potential n k) (stimuli n)

        float trained.Steps * float trained.Settings.Batch / trained.Seconds
