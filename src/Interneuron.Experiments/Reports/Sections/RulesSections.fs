namespace Interneuron.Experiments

open System
open Interneuron.Core.Transport
open Interneuron.Core.Circuits
open Interneuron.Derivation.Formulas
open Interneuron.Derivation.Models
open Interneuron.Derivation.Rules
open Interneuron.Derivation.Running
open Interneuron.Experiments.ReportWords

/// The sections of a report on what is slow: the learning rules, and where learning rests.
[<RequireQualifiedAccess>]
module internal RulesSections =
    /// Whether the normalisation of columns takes away all that the target subtracts.
    let private isRemoved (p: Learned) (mean: Indexed) =
        let terms = Indexed.addends mean

        p.IsHeldBy UnitColumns
        && not terms.IsEmpty
        && terms
           |> List.forall (fun term ->
               // What is left beside the synapse must be the same along the whole column.
               let rest = Indexed.factors term |> List.filter ((<>) (symbol p))

               rest.Length < (Indexed.factors term).Length
               && rest
                  |> List.forall (fun factor -> Indexed.free factor |> Set.forall (fun index -> index.Over = p.Site[1].Over)))

    let private rule (derivation: Derivation) (step: Learned -> Span list) (r: DerivedRule) : Block list =
        let p = r.Parameter

        let subtracted =
            match r.TargetTerm with
            | Absent -> []
            | Closed mean -> Functions.terms "target" (-mean)
            | Averaged e -> averages (Target.name derivation.Model.Target) e

        [ Block.Equations
              [ { Left = direction p
                  Terms =
                    Functions.terms "online" r.Online
                    @ subtracted
                    @ Functions.terms "cost" (-r.Cost) } ]
          Block.Paragraph(
              [ yield! step p
                match r.TargetTerm with
                | Closed mean when isRemoved p mean -> words " The target term is parallel to the column; the normalisation removes it."
                | Closed mean when mean = Number 0.0 -> words " The target contributes nothing."
                | Averaged _ -> words " The target term has no closed form here; it is averaged numerically."
                | _ -> () ]
          )
          match r.TwoPhases with
          | None -> ()
          | Some phases ->
              let term = Functions.maths phases.Term
              let sign = if p.Role = Ascends then "" else "-"

              Block.Paragraph
                  [ words "In two phases, at the fixed points of "
                    inline' "E ± βL" "E \\pm \\beta L"
                    words ", the same to order "
                    inline' "β²" "\\beta^2"
                    words ": "
                    inline'
                        $"{sign}[({term.Unicode})_+ - ({term.Unicode})_-]/2β"
                        $"{sign}\\left[\\left({term.Latex}\\right)_{{+}} - \\left({term.Latex}\\right)_{{-}}\\right] / 2\\beta"
                    words $" ({localityName phases.Locality})." ] ]

    let rules (derivation: Derivation) : Block list =
        [ Block.Heading "Plasticity"
          if derivation.Model.Loss.IsSome then
              let v = derivation.Model.Variables.Head

              let at index =
                  Functions.maths (Symbol(v.Name, [ index ]))

              let first, second = at v.Index, at (Index.all v.Index.Over |> Seq.item 1)
              let name = Functions.maths (Symbol(v.Name, []))

              Block.Paragraph
                  [ words "The loss descends through the response, by implicit differentiation of "
                    inline' $"∂E/∂{name.Unicode} = 0" $"\\partial E / \\partial {name.Latex} = 0"
                    words "; "
                    inline' "H" "H"
                    words " is the Hessian of the energy, "
                    inline' $"∂²E/∂{first.Unicode} ∂{second.Unicode}" $"\\partial^2 E / \\partial {first.Latex} \\partial {second.Latex}"
                    words "." ]
          Steps.together derivation
          yield!
              derivation.Rules
              |> List.collect (rule derivation (Steps.ofParameter derivation)) ]

    /// What a parameter's mean step is where its learning rests.
    let private atRest (p: Learned) : string =
        let isWall =
            function
            | NonNegative
            | NonPositive
            | Between _ -> true
            | _ -> false

        let walls, surfaces = List.partition isWall p.Constraints

        match walls, surfaces with
        | [], [] -> ""
        | _, [] -> "0 between the bounds; at a bound it points outwards"
        | [], _ -> "0 within " + (surfaces |> List.map heldBy |> String.concat ", ")
        | _ ->
            let held = surfaces |> List.map heldBy |> String.concat ", "
            $"0 within {held} and between the bounds; at a bound it points outwards"

    /// The optimality conditions: what the mean of each rule over the stimuli is where learning rests.
    let optimality (derivation: Derivation) : Block list =
        let names =
            [ for x in derivation.Model.Inputs do
                  if x.Previous.IsNone then
                      x.Name ]
            |> String.concat ","

        let stimuli = { Unicode = names; Latex = names }

        let zero = { Unicode = "0"; Latex = "0" }

        let learning = derivation.Rules |> List.filter (fun r -> r.Parameter.Rate > 0.0)

        if learning.IsEmpty then
            []
        else
            [ Block.Heading "Where learning rests"
              Block.Equations
                  [ for r in learning ->
                        { Left = zero
                          Terms =
                            subtracted stimuli (r.Parameter.Name + ", stimuli") (-r.Online)
                            @ (match r.TargetTerm with
                               | Absent -> []
                               | Closed mean -> Functions.terms "target" (-mean)
                               | Averaged e -> averages (Target.name derivation.Model.Target) e)
                            @ Functions.terms "cost" (-r.Cost) } ]
              match learning |> List.filter (fun r -> atRest r.Parameter <> "") with
              | [] -> ()
              | held ->
                  Document.paragraph "But for what is held, of which the mean step is not 0 but:"

                  Block.Table(
                      [ "parameter"; "the mean step at rest" ],
                      [ for r in held -> [ [ span (symbol r.Parameter) ]; [ words (atRest r.Parameter) ] ] ]
                  ) ]
