// Variants of the learning rule, derived instead of worked out by hand: a model is an energy, written as ordinary code; its dynamics, its
// learning rules, the verdict whether each rule is local, and a certificate that the rules are right follow from it.
//
//   dotnet fsi scripts/derive-variants.fsx [quick]
//
// Four models on 27 random circuits each, seed 1 (quick: 9). Expect three local rules for the paper's circuit, two for gain whitening, the
// target's averages over samples for Laplace, and rules that are not local for the reconstruction loss; certificates far below 1e-9 against
// dual numbers and below 1e-5 against differences; and a report of each in artifacts/variants (quick: artifacts/quick/variants).

#load "load.fsx"

open System.IO
open Interneuron.Core.Symbolic
open Interneuron.Core.Transport
open Interneuron.Core.Circuits
open Interneuron.Derivation.Formulas
open Interneuron.Derivation.Models
open Interneuron.Derivation.Rules
open Interneuron.Experiments

let circuits = if Load.isQuick then 9 else 27

let artifacts =
    let folder =
        if Load.isQuick then
            Path.Combine("quick", "variants")
        else
            "variants"

    Path.Combine(__SOURCE_DIRECTORY__, "..", "artifacts", folder)

// ---- The alphabet. Index a runs over the primary neurons, i over the interneurons; r[a] and s[a] are the responses and the stimuli.

let a, i = Index.first Population.primary, Index.first Population.interneurons
let r, s = Model.r a, Model.s a

// Parameters: a gain and an activation parameter of each interneuron, and a synapse of each pair.
let g, theta, W =
    Indexed.symbol "g" [ i ], Indexed.symbol "theta" [ i ], Indexed.symbol "W" [ a; i ]

// The input of an interneuron. It is a formula like any other; the derivation finds it in the energy and calls it z.
let z = Indexed.sum a (W * r)

/// What an interneuron's potential contributes to the energy: sum_i f_i - s . r.
let energyOf (potential: Indexed) =
    Indexed.sum i potential - Indexed.sum a (s * r)

/// A parameter that learns: where it is, and what holds it.
let learns name site held : Learned =
    { Model.parameter name site with
        Constraints = held }

/// Derives a model, prints what follows from it, and writes its report.
let derive (folder: string) (model: Model) =
    let derived = Derived.ofModel circuits 1 model
    let derivation = derived.Derivation
    printfn "\n%s" model.Title

    for part, term in derivation.Dynamics.Head.Terms do
        printfn "  dr/dt      %-40s %O" (IndexedPrint.unicode term) part

    for rule in derivation.Rules do
        printfn "  %-10s %s" ("d" + rule.Parameter.Name) (IndexedPrint.unicode rule.Online)

        match rule.TargetTerm with
        | Closed mean -> printfn "    target   - (%s)" (IndexedPrint.unicode mean)
        | Averaged e -> printfn "    target   - the average of %s over the target" (IndexedPrint.unicode e)
        | Absent -> ()

        match rule.Locality with
        | Local -> printfn "    local"
        | Heterosynaptic sum -> printfn "    local with the own neuron's %s" (IndexedPrint.unicode sum)
        | LocalWithBroadcast scalar -> printfn "    local with broadcast of %s" (IndexedPrint.unicode scalar)
        | Gather sum -> printfn "    one parameter that collects %s" (IndexedPrint.unicode sum)
        | TwoPhases term -> printfn "    two phases of %s" (IndexedPrint.unicode term)
        | WeightTransport weight -> printfn "    weight transport of %s" (IndexedPrint.unicode weight)
        | NonLocal(term, factor) -> printfn "    not local: %s in %s" (IndexedPrint.unicode factor) (IndexedPrint.unicode term)

    for c in Published.check derivation do
        if c.IsEqual then
            printfn "  %s is %g times the published rule" c.Rule.Parameter c.Factor
        else
            printfn "  %s differs from %g times the published rule by %s" c.Rule.Parameter c.Factor (Direction.unicode c.Difference)

    for check in derived.Certificate.Rules do
        let short (error: float) = error.ToString "0e-0"
        printfn "  certificate of %-6s dual %s, difference %s" check.Parameter (short check.DualError) (short check.DifferenceError)

    Report.write (Path.Combine(artifacts, folder)) derived |> ignore
    derived

// ---- 1. The paper's circuit: gains, activation functions and synapses learn, and responses become Gaussian.

let paper =
    { Model.ofEnergy (energyOf (g * Indexed.potential Potentials.powerMixture [ theta; z ])) with
        Title = "The paper's circuit"
        Citation = "D. Lipshutz and E. P. Simoncelli, Shaping the distribution of neural responses with interneurons, NeurIPS 2024"
        Learned =
            [ learns "g" [ i ] [ NonNegative ]
              learns "theta" [ i ] [ Between(1.0, 3.0) ]
              learns "W" [ a; i ] [ UnitColumns ] ] }

let paperDerived = derive "paper" paper

// ---- 2. Adaptive whitening: the potential is a parabola. Gains that may be negative whiten by themselves over a fixed frame; here
// synapses learn as well.

let whitening =
    { paper with
        Title = "Adaptive whitening"
        Citation = "L. R. Duong et al., Adaptive whitening with fast gain modulation and slow synaptic plasticity, NeurIPS 2023"
        Energy = energyOf (g * z * z / 2.0)
        Learned = [ learns "g" [ i ] []; learns "W" [ a; i ] [ UnitColumns ] ]
        // What the publication states, with z and n by their names; the derivation says whether its own rule is the same, and up to which
        // factor.
        Published =
            [ let z, n = Indexed.symbol "z" [ i ], Indexed.symbol "n" [ i ]

              { Parameter = "g"
                Direction =
                  { OverStimuli = z * z - Number 1.0
                    OverTarget = Number 0.0 } }

              { Parameter = "W"
                Direction =
                  { OverStimuli = n * r - g * W
                    OverTarget = Number 0.0 } } ] }

let whiteningDerived = derive "whitening" whitening

// ---- 3. Another target. For the Gaussian the average of the synaptic rule is parallel to the column, and normalisation removes it; for
// Laplace it is not, so it stays in the rule, and is averaged over samples of the target.

let laplace =
    { paper with
        Title = "A Laplace target"
        Target = Laplace }

let laplaceDerived = derive "laplace" laplace

// ---- 4. Another objective. The responses are to be like the stimuli, by a loss of r*(s). The rule descends through the response; the
// inverse Hessian of the energy comes in, which no neuron has.

let reconstruction =
    { whitening with
        Title = "A reconstruction loss"
        Citation = ""
        Published = []
        Objective = Loss(Indexed.sum a ((r - s) * (r - s)) / 2.0) }

let reconstructionDerived = derive "reconstruction" reconstruction

printfn "\nreports: %s" (Path.GetRelativePath(Directory.GetCurrentDirectory(), Path.GetFullPath artifacts))
