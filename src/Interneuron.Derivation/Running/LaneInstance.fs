namespace Interneuron.Derivation.Running

open Interneuron.Derivation.Formulas
open Interneuron.Derivation.Models
open Interneuron.Derivation.Rules

/// Derivations for populations of definite sizes, with their formulas written out for registers.
[<RequireQualifiedAccess>]
module LaneInstance =
    /// The model of a derivation. Its responses, stimuli, parameters and online formulas are in the order of `Instance`.
    let model (derivation: Derivation) (sizes: Sizes) : LaneModel =
        let layout = Layout(derivation, sizes)

        let variables =
            [ for v in derivation.Model.Variables -> v, layout.Sites [ v.Index ] |> List.map (fun at -> layout.Name(v.Name, at)) ]

        let bounds =
            [ for v, names in variables do
                  for _ in names ->
                      match v.Domain with
                      | Domain.Whole -> -infinity, infinity
                      | Domain.NonNegative
                      | Domain.Simplex -> 0.0, infinity
                      | Domain.Between(lower, upper) -> lower, upper ]

        let readsInverse =
            derivation.Rules
            |> List.exists (fun rule -> Indexed.symbols rule.Online |> Set.exists Model.isInverseHessian)

        { Responses = layout.Responses
          Ascending =
            [ for v, names in variables do
                  if v.Settling = Maximises then
                      yield! names ]
          Stimuli = layout.Stimuli
          Parameters = layout.Learned
          Inverse = if readsInverse then layout.Inverse else []
          Energy = layout.Flat([], derivation.Energy)
          Online =
            [ for rule in derivation.Rules do
                  for at in layout.Sites rule.Parameter.Site -> layout.Flat(List.zip rule.Parameter.Site at, rule.Online) ]
          Simplices =
            [ for v, names in variables do
                  if v.Domain = Domain.Simplex then
                      names ]
          Lower = List.map fst bounds
          Upper = List.map snd bounds }
