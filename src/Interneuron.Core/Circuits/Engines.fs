namespace Interneuron.Core.Circuits

open System
open System.Collections.Concurrent
open Interneuron.Kernels
open Interneuron.Core.Symbolic
open Interneuron.Core.Transport

/// The way from a circuit and a rule to the machine code that runs them: emitted once for each potential and rule.
[<RequireQualifiedAccess>]
module internal Engines =
    let private zero = Expr.constant 0.0

    /// The programs of a potential under a rule. A target term without a formula is 0 here and averaged over nodes.
    let lower (potential: Potential) (rule: Rule) : Lowered =
        let names = [ for p in potential.Parameters -> p.Name ]
        let activation = [ potential.Activation; potential.Slope ]

        let targets =
            rule.GainTarget :: rule.ParameterTargets |> List.map (Option.defaultValue zero)

        Lower.lower
            names
            targets
            [ activation
              activation @ [ potential.Bend ]
              activation @ (rule.GainTerm :: rule.ParameterTerms) ]

    // Formulas are one object each, so they serve as keys.
    let private made = ConcurrentDictionary<struct (Expr list * LaneWidth), Engine>()

    /// The engine of a potential under a rule, on registers of a width.
    let forWidth (width: LaneWidth) (potential: Potential) (rule: Rule) : Engine =
        let formulas =
            potential.Formula :: rule.GainTerm :: rule.ParameterTerms
            @ List.choose id (rule.GainTarget :: rule.ParameterTargets)
            @ [ for p in potential.Parameters -> Expr.var p.Name ]

        made.GetOrAdd(
            struct (formulas, width),
            fun _ -> Engine.Create(Emit.kernel potential.Parameters.Length (lower potential rule), width)
        )

    let forRule potential rule =
        forWidth LaneWidth.Widest potential rule

    /// The engine that only solves: no rule, so no target terms are needed.
    let forResponses (potential: Potential) : Engine =
        forRule
            potential
            { GainTerm = potential.Formula
              GainTarget = None
              ParameterTerms = [ for _ in potential.Parameters -> zero ]
              ParameterTargets = [ for _ in potential.Parameters -> None ]
              ParameterStepTimesGain = false }

    /// The circuit's numbers as the engine's flat arrays.
    let state (circuit: Circuit) : CircuitState =
        let gains, theta, columns = circuit.Numbers

        let state =
            CircuitState(circuit.Primaries, gains.Length, circuit.Potential.Parameters.Length, circuit.Leak)

        gains.CopyTo(state.Gains, 0)
        (Array.concat theta).CopyTo(state.Theta, 0)
        (Array.concat columns).CopyTo(state.Synapses, 0)

        circuit.Potential.Parameters
        |> List.iteri (fun p parameter ->
            state.ThetaLow[p] <- parameter.Lower
            state.ThetaHigh[p] <- parameter.Upper)

        state

    /// The same circuit with the engine's numbers.
    let circuit (like: Circuit) (state: CircuitState) : Circuit =
        let rows size (flat: float array) =
            if size = 0 then
                Array.replicate state.Interneurons [||]
            else
                Array.chunkBySize size flat

        Circuit.update (Array.copy state.Gains) (rows state.Parameters state.Theta) (rows state.Primaries state.Synapses) like

    /// Where the rule's target terms come from: its formulas, if it has them all and they hold along every w_i; nodes of one coordinate for
    /// a spherical target; else points in N dimensions.
    let nodes (circuit: Circuit) (rule: Rule) : TargetNodes =
        let n = circuit.Primaries
        let along = Target.isSpherical circuit.Target || n = 1

        let hasFormulas =
            List.forall Option.isSome (rule.GainTarget :: rule.ParameterTargets)

        match circuit.Target with
        | OfSamples samples ->
            let points = Target.subsample 4096 samples

            let weights: float array =
                Array.create (points.Length / n) (float n / float points.Length)

            TargetNodes.Cloud(ReadOnlySpan points, ReadOnlySpan weights, n)
        | _ when along && hasFormulas -> TargetNodes.ClosedForm
        | target when along ->
            let x, w = Quadrature.nodes target [] |> Array.unzip
            TargetNodes.Line(ReadOnlySpan x, ReadOnlySpan w)
        | target ->
            let points, weights = Quadrature.cloud target n
            TargetNodes.Cloud(ReadOnlySpan points, ReadOnlySpan weights, n)
