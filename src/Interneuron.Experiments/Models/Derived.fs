namespace Interneuron.Experiments

open Interneuron.Statistics
open Interneuron.Core.Symbolic
open Interneuron.Core.Symbolic.Text
open Interneuron.Core.Transport
open Interneuron.Core.Circuits
open Interneuron.Core.Files
open Interneuron.Derivation.Formulas
open Interneuron.Derivation.Models
open Interneuron.Derivation.Rules
open Interneuron.Derivation.Running
open Interneuron.Derivation.Checks

/// A derivation with what is known of it.
type Derived =
    {
        /// The dynamics and the rules.
        Derivation: Derivation
        /// Whether the model is well posed.
        Findings: Finding list
        /// That the rules are right.
        Certificate: Certificate
        /// The fast dynamics near fixed points, with the parameters that learning starts from; None where no random stimulus has a
        /// response.
        Modes: FastModes option
        /// The symmetries of the objective.
        Flat: FlatDirection list
        /// The fast dynamics of a response of one or two numbers, for some stimuli; else none.
        Planes: PhasePlane list
        /// Another model that its rules are compared with.
        Against: Derivation option
    }

/// From a model to all that a report says of it.
[<RequireQualifiedAccess>]
module Derived =
    /// The circuit of the paper with a potential of one's own: energy sum_i g_i F(theta_i, w_i . r) + lambda |r|^2/2 - s . r; the gains,
    /// the potential's parameters and the synapses learn. ArgumentException for a parameter that has the name of something else.
    let circuit (potential: Potential) (target: Target) (leak: float) (n: int) (k: int) : Model =
        let a, i = Index.first Population.primary, Index.first Population.interneurons
        let taken = [ "g"; "W"; "r"; "s"; "n"; "leak" ]

        match
            potential.Parameters
            |> List.map _.Name
            |> List.filter (fun name -> List.contains name taken)
        with
        | name :: _ ->
            Refusal.argument (nameof potential) $"'{name}' is a quantity of the circuit; a parameter of the potential needs another name"
        | [] -> ()

        let r, s = Model.r a, Model.s a
        let g, w = Symbol("g", [ i ]), Symbol("W", [ a; i ])
        let z = Indexed.sum a (w * r)

        let output =
            Indexed.potential potential ([ for p in potential.Parameters -> Symbol(p.Name, [ i ]) ] @ [ z ])

        let leakTerm =
            if leak = 0.0 then
                Number 0.0
            else
                Indexed.sum a (Symbol("leak", []) * r * r) / 2.0

        let learned name site held =
            { Model.parameter name site with
                Constraints = held }

        let start (p: Parameter) =
            match p.Initial with
            | usual when usual = Parameter.usualStart p.Lower p.Upper -> AtRandom
            | first, last when first = last -> All first
            | between -> Among between

        { Model.ofEnergy (Indexed.sum i (g * output) + leakTerm - Indexed.sum a (s * r)) with
            Title = $"Circuit with the potential {potential.Name}"
            Sizes = Sizes.circuit n k
            Target = target
            Constants = (if leak = 0.0 then Map.empty else Map [ "leak", leak ])
            Learned =
                [ learned "g" [ i ] [ NonNegative ]
                  for p in potential.Parameters do
                      let held =
                          if System.Double.IsInfinity p.Lower && System.Double.IsInfinity p.Upper then
                              []
                          else
                              [ Between(p.Lower, p.Upper) ]

                      { learned p.Name [ i ] held with
                          Start = start p }
                  learned "W" [ a; i ] [ UnitColumns ] ] }

    /// Derives a model and checks it, and its rules on `circuits` random circuits drawn from a seed. ArgumentException, in one line, for a
    /// model that is refused or ill-posed.
    let ofModel (circuits: int) (seed: int) (model: Model) : Derived =
        let derivation = Derivation.derive model

        { Findings = WellPosed.require derivation model.Sizes
          Derivation = derivation
          Certificate = Certificate.check derivation circuits seed
          Modes = FastModes.ofStart derivation seed
          Flat = FlatDirections.find derivation seed
          Planes = PhasePlane.ofStart derivation 3 seed
          Against = None }

    /// The parts of a circuit that the fast engine trains: a ridge energy with gains that are not negative, unit columns, no slow cost and
    /// no loss.
    let fast (derivation: Derivation) : Ridge option = Ridge.trained derivation

    // A library potential keeps its name.
    let private named (potential: Potential) =
        Potentials.known potential
        |> Option.defaultWith (fun () -> Potential.ofFormula (Print.text potential.Formula) potential.Parameters potential.Formula)

    /// The learning of a model on the fast engine, which sets its own rates; a parameter with the rate 0 keeps still. None where that
    /// engine does not know the model.
    let learning (derivation: Derivation) : Learning option =
        fast derivation
        |> Option.map (fun ridge ->
            let potential = named ridge.Potential
            let model = derivation.Model

            let pace (names: string list) =
                if
                    model.Learned
                    |> List.exists (fun p -> p.Rate > 0.0 && List.contains p.Name names)
                then
                    1.0
                else
                    0.0

            { Learning.standard with
                Potential = potential
                Target = model.Target
                Leak = ridge.Leak
                Learns =
                    Some
                        { Gains = pace [ for p in Option.toList ridge.Gain -> p.Name ]
                          Parameters = pace [ for p in potential.Parameters -> p.Name ]
                          Synapses = pace [ ridge.Synapses.Name ] } })
