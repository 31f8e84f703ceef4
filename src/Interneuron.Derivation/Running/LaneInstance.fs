namespace Interneuron.Derivation.Running

open Interneuron.Core.Symbolic
open Interneuron.Derivation.Models
open Interneuron.Derivation.Rules

/// Derivations for populations of definite sizes, with their formulas written out for registers.
[<RequireQualifiedAccess>]
module LaneInstance =
    /// The model of a derivation for N primary neurons and K interneurons. Its online formulas are in the order of `Instance.Online`.
    let model (derivation: Derivation) (n: int) (k: int) : LaneModel =
        let layout = Layout(derivation, n, k)

        let vector symbol =
            [ for p in 0 .. n - 1 -> layout.Name(symbol, [ p ]) ]

        let learned = derivation.Model.Learned

        { Responses = vector "r"
          Ascending = []
          Stimuli = vector "s"
          Parameters =
            [ for p in learned do
                  for at in layout.Sites p.Site -> layout.Name(p.Name, at) ]
          Inverse =
            if derivation.Model.Loss.IsSome then
                [ for p in 0 .. n - 1 do
                      for q in 0 .. n - 1 -> layout.Name(Model.inverseHessian, [ p; q ]) ]
            else
                []
          Energy = layout.Flat([], derivation.Energy)
          Online =
            [ for rule in derivation.Rules do
                  for at in layout.Sites rule.Parameter.Site -> layout.Flat(List.zip rule.Parameter.Site at, rule.Online) ]
          Simplices = []
          Lower = List.replicate n System.Double.NegativeInfinity
          Upper = List.replicate n System.Double.PositiveInfinity }
