namespace Interneuron.Derivation.Rules

open Interneuron.Derivation.Formulas
open Interneuron.Derivation.Models

/// What the target subtracts from a step.
type TargetTerm =
    /// Nothing depends on the target.
    | Absent
    /// A formula of the parameters.
    | Closed of Indexed
    /// The average of this over the target, taken over samples of it.
    | Averaged of Indexed

/// A rule that compares two settled states: at the minima of E + beta loss and of E - beta loss, (dE/dp at the first - at the second)
/// / 2 beta, whose error falls as beta^2 (equilibrium propagation).
type TwoPhaseRule =
    {
        /// dE/dp, as it is in each state.
        Term: Indexed
        /// Whether its site has all it needs.
        Locality: Locality
    }

/// The rule by which one parameter moves, step = rate (online - target - cost): descent on the objective, or ascent, or what a running
/// average follows.
type DerivedRule =
    {
        /// What learns.
        Parameter: Learned
        /// What each stimulus contributes: of inputs, variables, z, n and the parameters.
        Online: Indexed
        /// What the target subtracts.
        TargetTerm: TargetTerm
        /// What the slow cost subtracts.
        Cost: Indexed
        /// Whether its site has all it needs.
        Locality: Locality
        /// What it uses besides the parameter itself.
        Signals: Signal list
        /// The same in two phases, where the rule needs the inverse Hessian.
        TwoPhases: TwoPhaseRule option
    }

/// The part that a term of the fast dynamics plays.
type Part =
    /// What an input drives.
    | Feedforward
    /// What interneurons subtract.
    | Inhibition
    /// What decays by itself.
    | Leak
    /// What the neurons of a population do to each other.
    | Lateral
    /// What other variables contribute.
    | Coupling

/// How a variable settles: tau dv/dt = -dE/dv, or +dE/dv where it maximises, held to its domain.
type FastDynamics =
    {
        /// The variable.
        Variable: Variable
        /// The terms of tau dv/dt at its index, each with its part.
        Terms: (Part * Indexed) list
        /// Whether all that they need reaches a neuron along synapses.
        Locality: Locality
        /// The same in the form tau du/dt = -u + drive, v = T(u), where E is quadratic plus a sum over its neurons of theta |v|: the
        /// drive and the threshold theta, which is 0 where the domain alone makes T.
        Membrane: (Indexed * Indexed) option
    }

/// All that follows from a model: its fast dynamics, and its learning rules.
type Derivation =
    {
        /// What it was derived from.
        Model: Model
        /// The inputs to interneurons that the energy has; none where neurons act on each other directly.
        Inputs: InterneuronInput list
        /// The energy, written with z.
        Energy: Indexed
        /// One for each variable, in their order.
        Dynamics: FastDynamics list
        /// One for each parameter, in their order.
        Rules: DerivedRule list
    }

    /// The parameters of synapses that the dynamics use both ways, from each of their two neurons to the other: a symmetry that a circuit
    /// has to keep.
    member this.BothWays: string list =
        let carried = (Locality.wiring this.Model this.Inputs).Carried

        [ for p in this.Model.Learned do
              if carried.Contains(p.Name, 0) && carried.Contains(p.Name, 1) then
                  p.Name ]
