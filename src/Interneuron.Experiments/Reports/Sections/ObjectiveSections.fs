namespace Interneuron.Experiments

open System
open Interneuron.Core.Transport
open Interneuron.Derivation.Formulas
open Interneuron.Derivation.Models
open Interneuron.Derivation.Rules
open Interneuron.Experiments.ReportWords

/// The sections of a report on the model and what follows from its energy: what it is, and the objective.
[<RequireQualifiedAccess>]
module internal ObjectiveSections =
    let model (derivation: Derivation) : Block list =
        let model = derivation.Model
        let constants = model.Constants |> Map.toList
        let energy = energyName model

        [ Block.Heading "Energy"
          Block.Equations(left energy energy (Functions.terms "" derivation.Energy) :: inputs derivation)
          if not (isCircuit model) then
              Block.Table(
                  [ "quantity"; "neurons"; "what it is" ],
                  [ for x in model.Inputs ->
                        [ [ span (Symbol(x.Name, [ x.Index ])) ]
                          [ words $"{x.Index.Over.Name}, {Sizes.count model.Sizes x.Index.Over}" ]
                          [ words (if x.Previous.IsSome then "the input before" else "an input") ] ]
                    for v in model.Variables ->
                        [ [ span (Symbol(v.Name, [ v.Index ])) ]
                          [ words $"{v.Index.Over.Name}, {Sizes.count model.Sizes v.Index.Over}" ]
                          [ words (settles v) ] ] ]
              )
          if not constants.IsEmpty then
              Block.Paragraph(
                  words "with "
                  :: (constants
                      |> List.mapi (fun n (name, value) ->
                          [ if n > 0 then
                                words ", "
                            span (Symbol(name, []))
                            words $" = {number value}" ])
                      |> List.concat)
                  @ [ words "." ]
              )
          Block.Table(
              [ "parameter"; "where it is"; "held to" ],
              [ for p in model.Learned -> [ [ span (symbol p) ]; [ words (site p) ]; [ words (held p) ] ] ]
          ) ]

    let private costTerms (model: Model) =
        if model.Cost = Number 0.0 then
            []
        else
            [ left "C" "C" (Functions.terms "" model.Cost) ]

    let objective (derivation: Derivation) : Block list =
        let model = derivation.Model
        let target = Target.name model.Target
        let costs = costTerms model

        let cost =
            if costs.IsEmpty then
                []
            else
                [ { Maths = { Unicode = "C"; Latex = "C" }
                    Role = "slow cost" } ]

        let term unicode latex role =
            { Maths = { Unicode = unicode; Latex = latex }
              Role = role }

        let stimuli =
            match model.Inputs with
            | [] -> ""
            | _ ->
                String.concat
                    ","
                    [ for x in model.Inputs do
                          if x.Previous.IsNone then
                              x.Name ]

        let overStimuli (m: Maths) =
            { Unicode = $"⟨{m.Unicode}⟩_{stimuli}"
              Latex = $"\\left\\langle {m.Latex} \\right\\rangle_{{{stimuli}}}" }

        match model.Objective with
        | Loss loss ->
            let v = String.concat ", " [ for v in model.Variables -> v.Name ]
            let starred = String.concat ", " [ for v in model.Variables -> $"{v.Name}*" ]
            let starredLatex = String.concat ", " [ for v in model.Variables -> $"{v.Name}^*" ]
            let minimum = settled model

            [ Block.Heading "Objective"
              Block.Equations(
                  [ left
                        "J"
                        "J"
                        (term
                            $"⟨L({starred}({stimuli}), {stimuli})⟩_{stimuli}"
                            $"\\left\\langle L({starredLatex}({stimuli}), {stimuli}) \\right\\rangle_{{{stimuli}}}"
                            "loss of the responses"
                         :: cost)
                    left
                        $"{starred}({stimuli})"
                        $"{starredLatex}({stimuli})"
                        [ { Maths =
                              (if model.Variables |> List.exists (fun v -> v.Settling = Maximises) then
                                   { Unicode = "arg " + minimum.Unicode
                                     Latex = "\\operatorname*{arg}" + minimum.Latex }
                               else
                                   { Unicode = $"argmin_{v} {energyName model}"
                                     Latex = $"\\operatorname*{{arg\\,min}}_{{{v}}} {energyName model}" })
                            Role = "" } ]
                    left "L" "L" (Functions.terms "" loss) ]
                  @ costs
              ) ]
        | Value ->
            [ Block.Heading "Objective"
              Block.Equations(
                  left
                      "J"
                      "J"
                      ({ Maths = overStimuli (settled model)
                         Role = "the energy at its fixed point" }
                       :: cost)
                  :: costs
              )
              let ascending =
                  [ for p in model.Learned do
                        if p.Role = Ascends then
                            p.Name ]

              Document.paragraph (
                  match ascending with
                  | [] -> "The parameters descend J."
                  | names ->
                      let names = String.concat ", " names
                      $"The parameters descend J, but for {names}: there it is ascended, and learning comes to a saddle."
              ) ]
        | Transport ->
            let e = energyName model
            let r, s = model.Variables.Head.Name, model.Inputs.Head.Name

            [ Block.Heading "Objective"
              Block.Equations(
                  left
                      "J"
                      "J"
                      ([ term $"-⟨min_{r} {e}⟩_{s}" $"-\\left\\langle \\min_{r} {e} \\right\\rangle_{s}" "stimuli"
                         term
                             $"⟨E({r}; 0)⟩_({r} ~ {target})"
                             $"\\left\\langle E({r}; 0) \\right\\rangle_{{{r} \\sim \\mathrm{{target}}}}"
                             $"target, {target}" ]
                       @ cost)
                  :: costs
              )
              if costs.IsEmpty then
                  Document.paragraph
                      "The parameters descend J; at its minimum the map from stimuli to responses is the optimal transport to the target, \
                      as far as the potentials can represent it."
              else
                  Document.paragraph "The parameters descend J: transport to the target, at a cost." ]
